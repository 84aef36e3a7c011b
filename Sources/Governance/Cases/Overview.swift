package import Rules
import Store

/// What a leader sees first besides the figures: where work lies, how weeks went, what people complain about most.
package enum Overview {
    /// What is open in one grid.
    package struct Tile: Sendable, Hashable {
        /// The grid.
        package var territory: Territory
        /// Open, overdue and due today.
        package var open: Int, overdue: Int, today: Int
    }

    /// One week of the trend.
    package struct Week: Sendable, Hashable {
        /// Its Monday.
        package var monday: Day
        /// Reported and closed in it.
        package var reported: Int, closed: Int
    }

    /// One unit or grid in comparison.
    package struct Standing: Sendable, Hashable {
        /// Its territory.
        package var territory: Territory
        /// Closed in time, and closed or open overdue.
        package var onTime: Int, due: Int, overdue: Int
        /// Its place, ties shared; nil below the minimum group.
        package var place: Int?
    }

    /// What is open in every grid of a path.
    package static func tiles(
        of path: String, among territories: [Territory], zone: Zone, for actor: Actor, at now: Instant, in books: Books
    ) throws -> [Tile] {
        try actor.need(.readFigures)
        let today = zone.day(of: now)
        let evening = zone.instant(today + 1)
        let scope = try Figures.scope(path: path, from: today, to: today, asOf: now, county: actor.county, in: books)
        let (open, overdue) = (Figure.open.numerator(scope), Figure.overdue.numerator(scope))
        // Due today: what will be overdue by the evening and is not yet.
        var later = scope
        later.asOf = evening
        let tonight = Figure.overdue.numerator(later)
        var found: [String: Tile] = [:]
        _ = try books.all(
            """
            SELECT c.territory_path, COUNT(*) AS open,
                COUNT(*) FILTER (WHERE \(overdue)) AS overdue, COUNT(*) FILTER (WHERE \(tonight) AND NOT (\(overdue))) AS today
            FROM case_file c WHERE c.county = \(actor.county) AND \(Territory.inside(path)) AND \(Cases.reach(of: actor))
            AND \(open) GROUP BY c.territory_path
            """
        ) { row in
            let path: String = try row.get("territory_path")
            guard let place = territories.first(where: { $0.path == path }) else { return }
            found[path] = Tile(territory: place, open: try row.get("open"), overdue: try row.get("overdue"), today: try row.get("today"))
        }
        return territories.filter { $0.path.hasPrefix(path) }.compactMap { place in
            found[place.path] ?? (place.level == .grid ? Tile(territory: place, open: 0, overdue: 0, today: 0) : nil)
        }
    }

    /// Reported and closed in each of the last eight weeks, oldest first.
    package static func weeks(of path: String, zone: Zone, for actor: Actor, at now: Instant, in books: Books) throws -> [Week] {
        try actor.need(.readFigures)
        let monday = zone.day(of: now).monday
        let start = zone.instant(monday - 49)
        func counts(_ column: SQL) throws -> [Int: Int] {
            let rows = try books.all(
                """
                SELECT (\(column) - \(start)) / 604800000 AS week, COUNT(*) AS n FROM case_file c
                WHERE c.county = \(actor.county) AND \(column) >= \(start) AND \(Territory.inside(path)) AND \(Cases.reach(of: actor))
                GROUP BY 1
                """
            ) { (try $0.get("week", as: Int.self), try $0.get("n", as: Int.self)) }
            return Dictionary(rows) { $0 + $1 }
        }
        let (reported, closed) = (try counts("c.reported_at"), try counts("c.closed_at"))
        return (0..<8).map { Week(monday: monday - 49 + $0 * 7, reported: reported[$0] ?? 0, closed: closed[$0] ?? 0) }
    }

    /// The categories reported most in a period.
    package static func most(
        of path: String, from: Day, to: Day, zone: Zone, for actor: Actor, in books: Books
    ) throws -> [(category: String, count: Int)] {
        try actor.need(.readFigures)
        return try books.all(
            """
            SELECT c.category, COUNT(*) AS n FROM case_file c WHERE c.county = \(actor.county) AND c.category <> ''
            AND c.reported_at >= \(zone.instant(from)) AND c.reported_at < \(zone.instant(to + 1))
            AND \(Territory.inside(path)) AND \(Cases.reach(of: actor)) GROUP BY c.category ORDER BY n DESC, c.category LIMIT 6
            """
        ) { (try $0.get("category"), try $0.get("n")) }
    }

    /// The grids of a path by on-time closing in a period. Grids with too few cases have no place; ties share one.
    package static func standings(
        of path: String, from: Day, to: Day, among territories: [Territory], zone: Zone, for actor: Actor, at now: Instant, in books: Books
    ) throws -> [Standing] {
        try actor.need(.readFigures)
        let minimum = try Parameters.value(.minimumGroup, of: actor.county, on: zone.day(of: now), in: books)
        let scope = try Figures.scope(path: path, from: from, to: to, asOf: now, county: actor.county, in: books)
        let figure = Figure.onTimeClosingRate
        let (onTime, due) = (figure.numerator(scope), figure.denominator?(scope) ?? "1 = 1")
        let rows = try books.all(
            """
            SELECT c.territory_path,
                COUNT(*) FILTER (WHERE \(onTime)) AS on_time, COUNT(*) FILTER (WHERE \(due)) AS due,
                COUNT(*) FILTER (WHERE \(Figure.overdue.numerator(scope))) AS overdue
            FROM case_file c WHERE c.county = \(actor.county) AND c.reported_at >= \(zone.instant(from))
            AND c.reported_at < \(zone.instant(to + 1)) AND \(Territory.inside(path)) AND \(Cases.reach(of: actor))
            GROUP BY c.territory_path
            """
        ) { row in
            (
                try row.get("territory_path", as: String.self), try row.get("on_time", as: Int.self),
                try row.get("due", as: Int.self), try row.get("overdue", as: Int.self)
            )
        }
        var standings = rows.compactMap { row in
            territories.first { $0.path == row.0 && $0.level == .grid }
                .map { Standing(territory: $0, onTime: row.1, due: row.2, overdue: row.3, place: nil) }
        }
        // Compared as exact fractions: a/b before c/d if a·d is greater than c·b.
        standings.sort { ($0.onTime * $1.due, $0.due, $1.territory.path) > ($1.onTime * $0.due, $1.due, $0.territory.path) }
        var place = 0
        var counted = 0
        var last: Standing?
        for index in standings.indices where standings[index].due >= minimum {
            counted += 1
            let isTie = last.map { $0.onTime * standings[index].due == standings[index].onTime * $0.due } ?? false
            if !isTie { place = counted }
            standings[index].place = place
            last = standings[index]
        }
        return standings
    }
}

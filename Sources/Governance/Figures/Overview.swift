package import Rules
import Store

/// What a leader sees first: the figures, where work lies, how weeks went, what people complain about most.
package struct Overview: Sendable {
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

    /// Every figure of the period.
    package var values: [FigureValue]
    /// What is open now in every grid, and in other territories where something is.
    package var tiles: [Tile]
    /// Reported and closed in each of the last eight weeks, oldest first.
    package var weeks: [Week]
    /// The six categories reported most in the period.
    package var most: [(category: String, count: Int)]
    /// The grids by on-time closing in the period. Grids with too few cases have no place; ties share one.
    package var standings: [Standing]

    /// The overview of a scope. It is remembered while nothing happens in the county, to the minute.
    package static func of(
        _ scope: Figure.Scope, among territories: [Territory], for actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Overview {
        let actor = try actor.acting(as: .readFigures)
        var scope = scope
        let isPast = scope.asOf < now
        if !isPast { scope.asOf = now.minute }
        let minimum = try Parameters.value(
            .minimumGroup, of: actor.county, on: scope.zone.day(of: now), in: books)
        let question = Question(scope: scope, seats: actor.seats, minimum: minimum)
        let remembered: VersionedCache<Question, Overview> = books.cache.versioned("overviews", most: 64)
        let version = books.heads == nil ? nil : try books.version(of: actor.county)
        if let version, let known = remembered.recall(question, of: actor.county, version: version) {
            return known
        }
        return try CaseConditions.with(scope, isPast: isPast, in: books) { rows in
            // Whoever waited for the rows may find that somebody else has asked the same.
            try remembered.thing(question, of: actor.county, version: version) {
                Overview(
                    values: Figures.values(scope, for: actor, in: rows),
                    tiles: tiles(scope, among: territories, for: actor, in: rows),
                    weeks: weeks(scope, for: actor, in: rows), most: most(scope, for: actor, in: rows),
                    standings: standings(scope, atLeast: minimum, among: territories, for: actor, in: rows))
            }
        }
    }

    private struct Question: Hashable { var scope: Figure.Scope, seats: [Actor.Seat], minimum: Int }

    private static func tiles(
        _ scope: Figure.Scope, among territories: [Territory], for actor: Actor, in rows: CaseConditions
    ) -> [Tile] {
        var filter = Figures.filter(scope, for: actor)
        filter.reported = nil
        // Due today: what will be overdue by the evening and is not yet.
        let evening = scope.zone.instant(scope.zone.day(of: scope.asOf) + 1)
        func byPlace(_ moment: Instant) -> [FigureCounts] {
            rows.counts(filter, asOf: moment, groups: rows.places.things.count) { Int(rows.place[$0]) }
        }
        let (now, tonight) = (byPlace(scope.asOf), byPlace(evening))
        let numbers = Dictionary(uniqueKeysWithValues: zip(rows.places.things, now.indices))
        let inside = territories.filter { $0.path.hasPrefix(scope.path) }
        // A county without grids is shown township by township: hundreds of villages are no picture.
        guard inside.contains(where: { $0.level == .grid }) || !inside.contains(where: { $0.level == .town })
        else {
            return inside.filter { $0.level == .town }.map { town in
                let numbers = rows.places.things.indices.filter {
                    rows.places.things[$0].hasPrefix(town.path)
                }
                func sum(_ counts: [FigureCounts], _ figure: Figure) -> Int {
                    numbers.reduce(0) { $0 + counts[$1].numerator(of: figure) }
                }
                let overdue = sum(now, .overdue)
                return Tile(
                    territory: town, open: sum(now, .open), overdue: overdue,
                    today: sum(tonight, .overdue) - overdue)
            }
        }
        return inside.compactMap { place in
            let number = numbers[place.path]
            let open = number.map { now[$0].numerator(of: .open) } ?? 0
            guard open > 0 || place.level == .grid else { return nil }
            let overdue = number.map { now[$0].numerator(of: .overdue) } ?? 0
            let late = number.map { tonight[$0].numerator(of: .overdue) } ?? 0
            return Tile(territory: place, open: open, overdue: overdue, today: late - overdue)
        }
    }

    private static func weeks(_ scope: Figure.Scope, for actor: Actor, in rows: CaseConditions) -> [Week] {
        var filter = Figures.filter(scope, for: actor)
        filter.reported = nil
        let first = scope.zone.day(of: scope.asOf).monday - 49
        let start = scope.zone.instant(first).milliseconds
        func perWeek(_ moments: [Int64]) -> [Int] {
            rows.counts(filter, asOf: scope.asOf, groups: 8) { row in
                // What is not closed yet has the furthest moment of all: no clock may stand so early that the
                // difference overflows.
                let (since, isTooFar) = moments[row].subtractingReportingOverflow(start)
                let week = moments[row] < start || isTooFar ? -1 : since / 604_800_000
                return (0..<8).contains(week) ? Int(week) : nil
            }.map { $0.numerator(of: .reported) }
        }
        return zip(perWeek(rows.reported), perWeek(rows.closed)).enumerated().map {
            Week(monday: first + $0.offset * 7, reported: $0.element.0, closed: $0.element.1)
        }
    }

    private static func most(_ scope: Figure.Scope, for actor: Actor, in rows: CaseConditions) -> [(
        category: String, count: Int
    )] {
        let counts = rows.counts(
            Figures.filter(scope, for: actor), asOf: scope.asOf, groups: rows.categories.things.count
        ) { Int(rows.category[$0]) }
        let found = zip(rows.categories.things, counts).map {
            (category: $0, count: $1.numerator(of: .reported))
        }
        return Array(
            found.filter { !$0.category.isEmpty && $0.count > 0 }.sorted {
                ($1.count, $0.category) < ($0.count, $1.category)
            }.prefix(6))
    }

    private static func standings(
        _ scope: Figure.Scope, atLeast minimum: Int, among territories: [Territory], for actor: Actor,
        in rows: CaseConditions
    ) -> [Standing] {
        let grids = Dictionary(territories.filter { $0.level == .grid }.map { ($0.path, $0) }) { first, _ in
            first
        }
        let counts = rows.counts(
            Figures.filter(scope, for: actor), asOf: scope.asOf, groups: rows.places.things.count
        ) { Int(rows.place[$0]) }
        var standings = zip(rows.places.things, counts).compactMap { path, counts -> Standing? in
            guard let grid = grids[path], counts.numerator(of: .reported) > 0 else { return nil }
            let figure = Figure.onTimeClosingRate
            return Standing(
                territory: grid, onTime: counts.numerator(of: figure),
                due: counts.denominator(of: figure) ?? 0,
                overdue: counts.numerator(of: .overdue), place: nil)
        }
        // Compared as exact fractions: a/b before c/d if a·d is greater than c·b.
        standings.sort {
            ($0.onTime * $1.due, $0.due, $1.territory.path) > ($1.onTime * $0.due, $1.due, $0.territory.path)
        }
        var place = 0
        var counted = 0
        var last: Standing?
        for index in standings.indices where standings[index].due >= minimum {
            counted += 1
            let isTie =
                last.map { $0.onTime * standings[index].due == standings[index].onTime * $0.due } ?? false
            if !isTie { place = counted }
            standings[index].place = place
            last = standings[index]
        }
        return standings
    }
}

package import Rules
import Store

extension Event.Kind {
    static let pointsImported = Event.Kind("point.import", zh: "导入点位", en: "Points imported")
    static let pointEnded = Event.Kind("point.end", zh: "点位停用", en: "Point ended")
}

/// The points of a county.
package enum Points {
    /// The points of a day inside a path, by territory and code.
    package static func all(inside path: String, for actor: Actor, on day: Day, in books: Books) throws
        -> [Point]
    {
        try books.all(
            """
            SELECT \(Point.columns) FROM point o JOIN territory t ON t.id = o.territory
                WHERE o.county = \(actor.county) AND t.path >= \(path)
            AND t.path < \(Territory.end(of: path)) AND o.since <= \(day) AND o.until > \(day) AND \
            \(reach(of: actor)) ORDER BY t.path, o.code
            """, Point.init)
    }

    /// The points that the actor's posts reach by their land, as a condition on territory `t`; an
    /// administrator keeps all of them.
    static func reach(of actor: Actor) -> SQL {
        if actor.isSystem || actor.may(.administer) { return "1 = 1" }
        let paths = Set(actor.seats.filter { $0.kind.reachesTerritory }.map(\.path)).sorted()
        return paths.isEmpty
            ? "1 = 0" : SQL.any(paths.map { "(t.path >= \($0) AND t.path < \(Territory.end(of: $0)))" })
    }

    /// A point that one of the person's posts answers for. Throws `Refusal.notFound`.
    package static func find(_ id: ID<Point>, for actor: Actor, in books: Books) throws -> Point {
        let found = try books.first(
            """
            SELECT \(Point.columns) FROM point o JOIN territory t ON t.id = o.territory
                WHERE o.county = \(actor.county) AND o.id = \(id)
            """,
            Point.init)
        guard let found,
            actor.isSystem
                || actor.seats.contains(where: { $0.kind.reachesTerritory && found.path.hasPrefix($0.path) })
        else {
            throw Refusal.notFound
        }
        return found
    }

    /// Ends a point on a day.
    package static func end(_ id: ID<Point>, on day: Day, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try actor.need(.administer)
        let name = try books.first(
            "SELECT name, since FROM point WHERE county = \(actor.county) AND id = \(id)"
        ) {
            (try $0.get("name", as: String.self), try $0.get("since", as: Day.self))
        }
        guard let name else { throw Refusal.notFound }
        guard day >= name.1 else {
            throw Refusal.invalid("on", zh: "停用日期不能早于启用日期。", en: "It cannot end before it began.")
        }
        try books.change("UPDATE point SET until = \(day) WHERE county = \(actor.county) AND id = \(id)")
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.pointEnded, [("name", name.0), ("on", day.description)]), about: .init("point", id.text),
            by: actor, as: .administer, at: now)
    }

    /// Takes a table of points: code, name, territory, and where they are. A code that is known changes its
    /// point; the same table again changes nothing. Faults change nothing at all.
    package static func importing(
        _ table: Table, inside path: String, on day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        _ = try table.positions(of: ["code", "name", "territory"])
        var codes: Set<String> = []
        let report = try table.each { row, report in
            let code = try Check.code(row["code"], field: "code")
            guard codes.insert(code).inserted else {
                throw Refusal.invalid(
                    "code", zh: "代码 \(code) 在表里出现了两次。", en: "The code \(code) stands twice.")
            }
            let (name, answers) = (
                try Check.name(row["name"], field: "name"),
                FormInput(["longitude": row["longitude"], "latitude": row["latitude"]])
            )
            let place = try Territories.only(row["territory"], inside: path, field: "territory", in: books)
            let (longitude, latitude) = (try answers.degrees("longitude"), try answers.degrees("latitude"))
            let old = try books.first(
                """
                SELECT \(Point.columns) FROM point o JOIN territory t ON t.id = o.territory
                    WHERE o.county = \(actor.county) AND o.code = \(code)
                """,
                Point.init)
            guard let old else {
                let id: ID<Point> = books.newID(at: now)
                try books.put(
                    """
                    INSERT INTO point (county, id, code, name, territory, longitude, latitude, since, until)
                    VALUES (\(actor.county), \(id), \(code), \(name), \(place.id), \(longitude), \(latitude),
                        \(day), \(Day.never))
                    """)
                report.added += 1
                return
            }
            if (old.name, old.territory, old.longitude, old.latitude) == (name, place.id, longitude, latitude)
            {
                report.same += 1
            } else {
                try books.put(
                    """
                    UPDATE point SET name = \(name), territory = \(place.id), longitude = \(longitude),
                        latitude = \(latitude)
                    WHERE county = \(actor.county) AND id = \(old.id)
                    """)
                report.changed += 1
            }
        }
        guard report.faults.isEmpty else { return report }
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.pointsImported, [("added", "\(report.added)"), ("changed", "\(report.changed)")]),
            about: .init("office", actor.county.code), by: actor,
            as: .administer, at: now)
        return report
    }
}

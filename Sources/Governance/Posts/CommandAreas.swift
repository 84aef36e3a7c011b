package import Rules
import Store

extension Event.Kind {
    static let areaAssigned = Event.Kind("command.assign", zh: "划入战区", en: "Put under a war zone")
    static let areaEnded = Event.Kind("command.end", zh: "划出战区", en: "Taken out of a war zone")
}

/// A township under a war zone for a time: command is a tree of its own beside that of the land.
package struct CommandArea: Sendable, Hashable {
    /// Its identity, the war zone's unit and the township.
    package var id: ID<CommandArea>, unit: ID<Unit>, territory: String
    /// The path of the township.
    package var path: String
    /// The first day, and the first on which it no longer holds.
    package var since: Day, until: Day

    init(_ row: Row) throws {
        (id, unit, territory, path) = (
            try row.get("id"), try row.get("unit"), try row.get("territory"), try row.get("path")
        )
        (since, until) = (try row.get("since"), try row.get("until"))
    }
}

/// Which townships a war zone commands.
package enum CommandAreas {
    /// Every township's war zone on a day, by path: all staff know them.
    package static func all(for actor: Actor, on day: Day, in books: Books) throws -> [CommandArea] {
        try actor.needStaff()
        return try all(of: actor.county, on: day, in: books)
    }

    static func all(of county: County, on day: Day, in books: Books) throws -> [CommandArea] {
        try books.all(
            """
            SELECT a.id, a.unit, a.territory, t.path, a.since, a.until FROM command_area a
                JOIN territory t ON t.id = a.territory
            WHERE a.county = \(county) AND a.since <= \(day) AND a.until > \(day) ORDER BY t.path
            """, CommandArea.init)
    }

    /// Puts a township under a war zone from a day on; it leaves the one that it was under.
    package static func assign(
        _ territory: Territory, to unit: ID<Unit>, from day: Day, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        try actor.need(.administer)
        let zone = try Units.find(unit, of: actor.county, in: books)
        guard zone.kind == .warZone else {
            throw Refusal.invalid(
                "unit", zh: "“\(zone.name.zh)”不是战区。", en: "“\(zone.name.en)” is not a war zone.")
        }
        guard territory.level == .town else {
            throw Refusal.invalid(
                "territory", zh: "战区由乡镇组成，“\(territory.name)”不是乡镇。",
                en: "A war zone is made of townships; “\(territory.name)” is none.")
        }
        let later = try books.count(
            """
            SELECT COUNT(*) FROM command_area WHERE county = \(actor.county)
                AND territory = \(territory.id) AND since > \(day)
            """
        )
        guard later == 0 else {
            throw Refusal.invalid(
                "from", zh: "这个乡镇之后又划过战区，请从那天以后再划。",
                en: "The township was put under a war zone later than that day already. Choose a later day.")
        }
        try books.change(
            """
            DELETE FROM command_area WHERE county = \(actor.county) AND territory = \(territory.id)
                AND since = \(day)
            """
        )
        try books.change(
            """
            UPDATE command_area SET until = \(day) WHERE county = \(actor.county)
                AND territory = \(territory.id) AND until > \(day)
            """
        )
        let id: ID<CommandArea> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO command_area (county, id, unit, territory, since, until)
            VALUES (\(actor.county), \(id), \(unit), \(territory.id), \(day), \(Day.never))
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(
                .areaAssigned,
                [("territory", territory.name), ("name", zone.name.zh), ("from", day.description)]),
            about: .init("unit", unit.text),
            by: actor, as: .administer, at: now)
    }

    /// Takes a township out of its war zone on a day.
    package static func end(
        _ id: ID<CommandArea>, on day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try actor.need(.administer)
        let old = try books.first(
            """
            SELECT a.id, a.unit, a.territory, t.path, a.since, a.until FROM command_area a
                JOIN territory t ON t.id = a.territory
            WHERE a.county = \(actor.county) AND a.id = \(id)
            """, CommandArea.init)
        guard let old else { throw Refusal.notFound }
        guard day >= old.since else {
            throw Refusal.invalid("on", zh: "不能早于划入的日期。", en: "It cannot end before it began.")
        }
        try books.change(
            "UPDATE command_area SET until = \(day) WHERE county = \(actor.county) AND id = \(id)")
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(
                .areaEnded,
                [("territory", try Territories.find(old.territory, in: books).name), ("on", day.description)]),
            about: .init("unit", old.unit.text), by: actor, as: .administer, at: now)
    }
}

package import Rules
import Store

/// A village with what the register holds of it, as far as somebody's posts reach.
package struct VillageCount: Sendable {
    /// The village, and whether it is a poor one.
    package let village: Territory, isPoor: Bool
    /// Registered households, the people in them, and the households of the other kinds.
    package internal(set) var registered = 0, people = 0, marginal = 0, ordinary = 0
}

/// A village with what is known of it and who supports it, of one day.
package struct VillageFile: Sendable {
    /// The village, its facts, and the units that support it.
    package let village: Territory, facts: Facts, supporters: [ID<Unit>]
}

/// A village as its page shows it: what is known of it, what the register counts there, what happened to it.
package struct VillageSight: Sendable {
    /// The village with its facts and supporters.
    package let file: VillageFile
    /// What the register counts, and the lines of the log about the village, oldest first.
    package let count: RegisterCount, history: [LogEntry]
}

/// The profiles of villages.
package enum Villages {
    /// The villages inside a territory's path that the actor's posts reach, with what `RegisterCount` counts
    /// in each, in the order of the tree.
    package static func list(inside path: String, for actor: Actor, on day: Day, in books: Books) throws
        -> [VillageCount]
    {
        try actor.need(.readRegister)
        let (county, present) = (actor.county, AsOf.present)
        var lines = try books.all(
            """
            SELECT \(Territory.columns), p.is_poor FROM territory t
                LEFT JOIN village_version p ON p.county = \(county) AND p.id = t.id
                AND \(present.condition("p"))
            WHERE t.level = \(Territory.Level.village) AND t.path >= \(path)
                AND t.path < \(Territory.end(of: path)) AND t.since <= \(day) AND t.until > \(day)
                AND \(actor.villageReach(path: "t.path", id: "t.id", on: day))
            ORDER BY t.path
            """
        ) { VillageCount(village: try Territory($0), isPoor: try $0.optional("is_poor") ?? false) }
        let places = Dictionary(uniqueKeysWithValues: lines.enumerated().map { ($1.village.id, $0) })
        let households: SQL =
            """
            v.village_path >= \(path) AND v.village_path < \(Territory.end(of: path))
            AND \(present.condition("v")) AND \(Household.isCounted) AND \(actor.registryReach(on: day))
            """
        let kinds = try books.all(
            """
            SELECT v.village, v.kind, COUNT(*) AS number FROM household_version v
                WHERE v.county = \(county) AND \(households)
            GROUP BY v.village, v.kind
            """
        ) {
            (
                village: try $0.get("village", as: String.self),
                kind: try $0.optional("kind", as: String.self) ?? "",
                number: try $0.get("number", as: Int.self)
            )
        }
        for (village, kind, number) in kinds {
            guard let place = places[village] else { continue }
            switch kind {
            case "registered": lines[place].registered = number
            case "marginal": lines[place].marginal = number
            default: lines[place].ordinary += number
            }
        }
        let people = try books.all(
            """
            SELECT v.village, COUNT(*) AS number FROM household_version v
                JOIN member_version m ON m.county = v.county AND m.household = v.id
                AND \(present.condition("m"))
            WHERE v.county = \(county) AND v.kind = 'registered' AND \(households) GROUP BY v.village
            """
        ) {
            (village: try $0.get("village", as: String.self), number: try $0.get("number", as: Int.self))
        }
        for (village, number) in people {
            if let place = places[village] { lines[place].people = number }
        }
        return lines
    }

    /// A village's profile as of a day; nil if nothing is known of it.
    package static func profile(
        _ village: Territory, as asOf: AsOf, for actor: Actor, on day: Day, in books: Books
    ) throws -> Dated? {
        try actor.need(.readRegister)
        guard try isReached(village, by: actor, on: day, in: books) else { throw Refusal.notFound }
        return try DatedTable.village.find(village.id, of: actor.county, as: asOf, in: books)
    }

    /// A village in reach with what is known of it and who supports it, as of a day. Throws
    /// `Refusal.notFound`.
    package static func file(
        _ village: Territory, as asOf: AsOf = .present, for actor: Actor, on day: Day, in books: Books
    ) throws -> VillageFile {
        let profile = try profile(village, as: asOf, for: actor, on: day, in: books)
        return VillageFile(
            village: village, facts: profile?.facts ?? .nothing(.village),
            supporters: try Helping.supporters(
                of: village.id, county: actor.county, on: asOf.day ?? day, in: books))
    }

    /// A village in reach as its page shows it, as of a day. Throws `Refusal.notFound`.
    package static func sight(
        _ village: Territory, as asOf: AsOf, for actor: Actor, on day: Day, in books: Books
    ) throws -> VillageSight {
        VillageSight(
            file: try file(village, as: asOf, for: actor, on: day, in: books),
            count: try RegisterCount.count(
                inside: village.path, for: actor, as: asOf, today: day, in: books),
            history: try Log.history(of: .init("village", village.id), county: actor.county, in: books))
    }

    /// Whether a post that reads the register reaches a village: by its land, by its unit's support, by a
    /// household that it helps.
    package static func isReached(_ village: Territory, by actor: Actor, on day: Day, in books: Books) throws
        -> Bool
    {
        try books.count(
            """
            SELECT COUNT(*) FROM territory t WHERE t.id = \(village.id)
                AND \(actor.villageReach(path: "t.path", id: "t.id", on: day))
            """
        ) > 0
    }

    /// Changes a village's profile from a day on. What is gated only somebody who approves changes may enter.
    /// Answers whether anything changed.
    @discardableResult
    package static func change(
        _ village: Territory, _ answers: [String: String], from day: Day, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Bool {
        try actor.need(.keepRegister, at: village.path)
        let today = try Offices.of(actor.county, in: books).zone.day(of: now)
        guard day <= today else {
            throw Refusal.invalid(
                "from", zh: "日期不能在将来，到那天再改。", en: "The day cannot be in the future; come back on that day.")
        }
        let old =
            try DatedTable.village.find(village.id, of: actor.county, in: books)?.facts ?? Facts(.village)
        let values = try Registering.read(answers, .village).filter { old[raw: $0.key] != $0.value }
        if values.keys.contains(where: { FactList.village[$0]?.isGated == true }) {
            try actor.need(.approveChange, at: village.path)
        }
        if values.isEmpty { return false }
        return try Registering.change(village: village, values, from: day, by: actor, at: now, in: books)
    }
}

package import Rules
import Store

/// How much there is in a county: the figures that its register begins with, as of any day and as known at
/// any moment.
package struct RegisterCount: Sendable, Equatable {
    /// Townships, villages and poor villages.
    package var towns = 0, villages = 0, poorVillages = 0
    /// Registered households, the people in them, and the households of the other kinds.
    package var households = 0, people = 0, marginal = 0, ordinary = 0

    /// Its JSON, as `luoshi count` prints it.
    package var json: JSON {
        .object([
            ("towns", .int(Int64(towns))), ("villages", .int(Int64(villages))),
            ("poor_villages", .int(Int64(poorVillages))),
            ("households_registered", .int(Int64(households))), ("people_registered", .int(Int64(people))),
            ("households_marginal", .int(Int64(marginal))), ("households_ordinary", .int(Int64(ordinary))),
        ])
    }

    /// Counts inside a territory's path, as far as the actor's posts reach.
    package static func count(
        inside path: String, for actor: Actor, as asOf: AsOf, today: Day, in books: Books
    ) throws -> RegisterCount {
        let county = actor.county
        var count = RegisterCount()
        let day = asOf.day ?? today
        let reach = actor.registryReach(on: day)
        let levels = try books.all(
            """
            SELECT level, COUNT(*) AS number FROM territory WHERE path >= \(path)
                AND path < \(Territory.end(of: path)) AND since <= \(day) AND until > \(day)
            AND \(actor.villageReach(path: "path", id: "id", on: day)) GROUP BY level
            """
        ) { (try $0.get("level", as: Territory.Level.self), try $0.get("number", as: Int.self)) }
        for (level, number) in levels {
            if level == .town { count.towns = number }
            if level == .village { count.villages = number }
        }
        let land: SQL = "v.village_path >= \(path) AND v.village_path < \(Territory.end(of: path))"
        count.poorVillages = try books.count(
            """
            SELECT COUNT(*) FROM village_version v JOIN territory t ON t.id = v.id WHERE v.county = \(county)
                AND v.is_poor = 1
            AND t.path >= \(path) AND t.path < \(Territory.end(of: path)) AND \(asOf.condition("v"))
            AND \(actor.villageReach(path: "t.path", id: "t.id", on: day))
            """)
        let kinds = try books.all(
            """
            SELECT v.kind, COUNT(*) AS number FROM household_version v WHERE v.county = \(county) AND \(land)
                AND \(asOf.condition("v"))
            AND \(Household.isCounted) AND \(reach) GROUP BY v.kind
            """
        ) { (try $0.optional("kind", as: String.self) ?? "", try $0.get("number", as: Int.self)) }
        for (kind, number) in kinds {
            switch kind {
            case "registered": count.households = number
            case "marginal": count.marginal = number
            default: count.ordinary += number
            }
        }
        count.people = try books.count(
            """
            SELECT COUNT(*) FROM household_version v JOIN member_version m ON m.county = v.county
                AND m.household = v.id AND \(asOf.condition("m"))
            WHERE v.county = \(county) AND v.kind = 'registered' AND \(land) AND \(asOf.condition("v"))
                AND \(Household.isCounted)
            AND \(reach)
            """)
        return count
    }
}

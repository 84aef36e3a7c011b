package import Rules
import Store

/// The profiles of villages.
package enum Villages {
    /// A village's profile as of a day; nil if nothing is known of it.
    package static func profile(
        _ village: Territory, as asOf: AsOf, for actor: Actor, on day: Day, in books: Books
    ) throws -> Dated? {
        try actor.need(.readRegister)
        guard try isReached(village, by: actor, on: day, in: books) else { throw Refusal.notFound }
        return try DatedTable.village.find(village.id, of: actor.county, as: asOf, in: books)
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

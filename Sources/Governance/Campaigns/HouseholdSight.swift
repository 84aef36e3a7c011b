package import Rules
import Store

/// A household as its page shows it: what belongs to it, what happened, what the reader can do there.
package struct HouseholdSight: Sendable {
    /// The household with what belongs to it.
    package let file: HouseholdFile
    /// The lines of the log about it, oldest first, its visits, newest first, and the cases that these
    /// raised.
    package let history: [LogEntry], visits: [Visit], cases: [CaseLine]
    /// The campaign of the day, and what the reader's posts allow at the household.
    package let campaign: Campaign?, powers: Set<Power>

    /// A household in reach, as of a day. Throws `Refusal.notFound`.
    package static func of(
        _ id: ID<Household>, as asOf: AsOf, for actor: Actor, on day: Day, in books: Books
    ) throws -> HouseholdSight {
        let county = actor.county
        let file = try Households.file(id, as: asOf, for: actor, on: day, in: books)
        return HouseholdSight(
            file: file,
            history: try Log.history(of: .init("household", id.text), county: county, in: books),
            visits: try Visits.all(of: id, county: county, limit: 20, in: books),
            cases: try VisitOrder.cases(of: file.household, for: actor, in: books),
            campaign: try Campaigns.current(of: county, on: day, in: books),
            powers: try Households.powers(over: file.household, for: actor, on: day, in: books))
    }
}

package import Rules
import Store

/// A household on its way out of the register: its checks, its steps, and what the reader could sign today.
package struct ExitSight: Sendable {
    /// The household, each check, the steps that were taken, and what comes next for the reader.
    package let household: Household, lines: [Exits.Line], steps: [SignedStep<ExitStep>],
        possible: ExitProcedure.Possible

    /// A household in reach. Throws `Refusal.notFound`, also if no scheme has standards of exit.
    package static func of(_ id: ID<Household>, for actor: Actor, at now: Instant, in books: Books) throws
        -> ExitSight
    {
        let county = actor.county, today = try Offices.of(county, in: books).zone.day(of: now)
        guard let exit = try Campaigns.current(of: county, on: today, in: books)?.scheme.exit else {
            throw Refusal.notFound
        }
        let household = try Households.find(id, for: actor, on: today, in: books)
        let steps = try ExitProcedure.steps(of: id, county: county, in: books)
        return ExitSight(
            household: household,
            lines: try Exits.assess(household, by: exit, of: county, on: today, in: books), steps: steps,
            possible: try ExitProcedure.possible(
                household, steps, by: exit, for: actor, at: now, in: books))
    }
}

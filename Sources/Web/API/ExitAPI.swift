import Governance
import Hummingbird
import Rules

/// Leaving the register, for programs.
enum ExitAPI {
    static let county = Endpoint.reading(
        .init(
            "exit", .register, "Whether the county and its villages may leave",
            """
            Rates are for who reads the register of the whole office, none for others. The villages are \
            those in reach.
            """),
        query: [RegisterForm.territory], table, "Rates and poor villages."
    ) { call, values in
        let found = try await ExitPages.read(call, RegisterPages.path(values, call.names()))
        guard found.exit != nil else { throw Refusal.notFound }
        return Table(rates: found.rates, villages: found.villages.map { Village(village: $0, lines: $1) })
    }

    static let household = Endpoint.reading(
        .init("householdExit", .register, "Whether a household may leave the register"),
        Shape<ExitSight> {
            Member("id", \.household.id)
            Member("number", \.household.number)
            Member("checks", list: check, nil, \.lines)
            standing.members { $0.steps }
        }, "Its checks and steps."
    ) { call, _ in try await ExitPages.household(call) }

    static let take = Endpoint.change(
        .init(
            "takeExitStep", .register, "Take the next step of a household's exit",
            """
            Every check has to hold. The last step needs `approveChange`, the others `keepRegister`; \
            `withdrawn` ends the procedure.
            """),
        body: ExitForm.step, status: .created, standing, "Taken."
    ) { call, sent in
        let id: ID<Household> = try call.id()
        return { try ExitPages.take(sent, id, call, in: $0) }
    }

    // MARK: Shapes

    private struct Village: Sendable { let village: Territory, lines: [Exits.Line] }
    private struct Table: Sendable { let rates: [Exits.Rate], villages: [Village] }

    private static let table = Shape<Table> {
        Member("rates", list: rate, nil, \.rates)
        Member(
            "villages",
            list: Shape<Village> {
                Member("village", "Its territory.", \.village.id)
                Member("checks", list: check, nil, \.lines)
            }, nil, \.villages)
    }

    private static let rate = Shape<Exits.Rate> {
        Member("rate", \.veto.rate)
        Member("part", \.proportion.part)
        Member("whole", \.proportion.whole)
        Member("low", low) { $0.proportion.interval?.lowerBound }
        Member("high", "Its other end.") { $0.proportion.interval?.upperBound }
        Member("veto", "In thousandths; null if the office has not set it.", \.limit)
        Member("holds", "Whether it lets the county go; null if that is not known.", \.holds)
    }
    private static let low = "The Wilson interval of 95 % begins here, in tenths of thousandths."

    private static let check = Shape<Exits.Line>("ExitCheck", "A check with what came of it.") {
        Member("check", "Its name in the scheme.", \.check.name)
        Member("title", \.check.title.phrase)
        Member("holds", "Null if something is unknown that would decide it.", \.finding.holds)
    }

    /// The steps that were taken, and the next.
    private static let standing = Shape<[SignedStep<ExitStep>]> {
        Member("steps", list: step, "Oldest first.", \.self)
        Member("next", "Null once it has left.") { ExitProcedure.next($0) }
    }

    private static let step = Shape<SignedStep<ExitStep>>("ExitStep", "A step that somebody signed.") {
        Member("step", \.kind)
        Member("day", \.day)
        Member("person", \.person)
        Member("post", \.post)
        Member("checks", "Which checks held that day.", \.assessment)
        Member("note", \.note)
    }
}

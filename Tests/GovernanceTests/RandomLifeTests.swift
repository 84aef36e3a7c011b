import Governance
import Testing

/// Hundreds of random lives: random people do random things with random answers at random times, and after
/// every step the rules must hold. A failure prints the seed of its office and the step, and comes again with
/// that seed.
struct RandomLifeTests {
    /// What must hold whatever happens.
    enum Rule: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case atThatMoment = "who checks, endorses or calls back has not handled the case before"
        case ever = "who handled a case never stands among those who checked it or called back"
        case clock = "no return and no new dispatch moves a deadline or the start of the clock"
        case returns = "returns are counted"
        case lead = "after the second return only who may decide dispatches"
        case version = "a change raises the version by exactly one"
        case events = "a change is in the log"
        case refusals = "what is refused changes nothing"
        case offered = "what is offered may happen; only its answers can still be wrong"
        case hidden = "what is not offered is refused"
        case ends = "what is closed was checked and passed by somebody"
        case queues = "what has ended leaves no question open"
        case hands = "what is being handled is in somebody's hands"
        case limits = "at most two extensions, one suspension and one appeal"
        case complainants = "no complainant is lost"
        case history = "the rows of history tile the time without gap or overlap"
        case chain = "the chain of the log verifies"
        case figures = "figures of a past moment are what they were"
        case faults = "nothing but a refusal goes wrong"
        case progress = "the lives come to every state"
        var testDescription: String { rawValue }
    }

    static let offices = 12, livesInEach = 25, stepsInEach = 26

    /// What was broken, by rule; the lives are lived once for all rules.
    private static let broken = Task { () async throws -> [Rule: [String]] in
        try await withThrowingTaskGroup(of: [Rule: [String]].self) { group in
            for seed in 1...offices {
                group.addTask {
                    let lives = try await Lives(seed: UInt64(seed))
                    for life in 0..<livesInEach { try await lives.live(life, steps: stepsInEach) }
                    return try await lives.end()
                }
            }
            var all = try await group.reduce(into: [Rule: [String]]()) { $0.merge($1) { $0 + $1 } }
            all[.progress] = Set(Case.State.allCases.map(\.rawValue)).subtracting(all[.progress] ?? [])
                .sorted()
            return all
        }
    }

    @Test(arguments: Rule.allCases)
    func `whatever happens, in any order`(_ rule: Rule) async throws {
        let found = try await Self.broken.value[rule] ?? []
        #expect(
            found.isEmpty, "\(found.count) times; first: \(found.sorted().prefix(3).joined(separator: " | "))"
        )
    }
}

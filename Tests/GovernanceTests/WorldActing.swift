import Rules
import Testing

@testable import Governance

// MARK: Acting

extension World {
    /// Somebody by login, with the posts of today. `visitor` and `clockwork` are nobody of the office.
    func actor(_ login: String, _ books: Books) throws -> Actor {
        if login == "visitor" { return .anonymous(of: Self.county) }
        if login == "clockwork" { return .system(of: Self.county) }
        let account = try #require(
            try Accounts.find(login: login, for: Self.clockwork, in: books), "nobody is called \(login)")
        return try Tenures.actor(account.person, of: Self.county, on: Zone.china.day(of: now), in: books)
    }

    /// Changes something as somebody, now.
    func act<T: Sendable>(_ login: String, _ body: @escaping @Sendable (Actor, Books) throws -> T)
        async throws -> T
    {
        try await office.write { try body(self.actor(login, $0), $0) }
    }
    /// Looks something up as somebody, now.
    func look<T: Sendable>(_ login: String = "leader", _ body: @escaping @Sendable (Actor, Books) throws -> T)
        async throws -> T
    {
        try await office.read { try body(self.actor(login, $0), $0) }
    }

    /// The lines of the log as they are stored, newest first.
    func log(_ query: Log.Query = .init()) async throws -> [LogEntry] {
        try await look("clockwork") { try Log.lines(query, of: $0.county, in: $1) }
    }
    /// Every line about one record as it is stored, oldest first.
    func history(of subject: Event.Subject) async throws -> [LogEntry] {
        try await look("clockwork") { try Log.history(of: subject, county: $0.county, in: $1) }
    }
    /// Every line from one on as it is stored, oldest first.
    func history(from line: Int) async throws -> [LogEntry] {
        try await look("clockwork") { try Log.history(from: line, county: $0.county, in: $1) }
    }

    /// The account with that login.
    func account(_ login: String) async throws -> Account? {
        try await look("clockwork") { try Accounts.find(login: login, for: $0, in: $1) }
    }
    /// The identity of the person with that login.
    func person(_ login: String) async throws -> ID<Person> {
        try await look { try #require(try self.actor(login, $1).person) }
    }
    /// The identity of the post with that code.
    func post(_ code: String, _ books: Books) throws -> ID<Post> {
        try #require(try Posts.find(code: code, for: Self.clockwork, in: books)).id
    }
    /// The identity of the unit with that code.
    func unit(_ code: String) async throws -> ID<Governance.Unit> {
        try await look { try #require(try Units.find(code: code, for: $0, in: $1)).id }
    }
    /// A case as the first-in-command sees it.
    func find(_ id: ID<Case>) async throws -> Case {
        try await look("clockwork") { try Cases.find(id, by: $0, in: $1) }
    }

    /// Uses a verb as somebody, now.
    @discardableResult
    func perform(
        _ verb: CaseVerb, _ id: ID<Case>, _ answers: [String: String] = [:], seen: Int? = nil,
        by login: String
    ) async throws -> Case {
        let now = self.now
        return try await act(login) {
            try Cases.perform(verb, on: id, with: FormInput(answers), seen: seen, by: $0, at: now, in: $1)
        }
    }

    /// Takes a report as somebody, now.
    func report(
        _ body: String = "楼道堆满杂物，过不去人", source: Case.Source = .patrol, territory: String = World.g11,
        by login: String = "grid11",
        _ more: @Sendable (inout CaseReport) -> Void = { _ in }
    ) async throws -> Case {
        var report = CaseReport(source: source)
        (report.body, report.territory) = (body, territory)
        more(&report)
        let (made, now) = (report, self.now)
        return try await act(login) { try Cases.report(made, by: $0, at: now, in: $1) }
    }

    /// Lets the clockwork run.
    @discardableResult
    func tick() async throws -> Int {
        let now = self.now
        return try await office.write { try Escalation.run(for: Self.county, at: now, in: $0) }
    }
}

// MARK: Cases that have come some way

extension World {
    /// Three work days and no stages.
    static let corridor = "fire.corridor-piles"

    func filed(_ limit: String = "", source: Case.Source = .patrol, territory: String = World.g11)
        async throws -> Case
    {
        let item = try await report(source: source, territory: territory, by: "dispatcher")
        return try await perform(
            .file, item.id,
            ["category": Self.corridor, "territory": territory, "limit": limit, "finding": "属实"],
            by: "dispatcher")
    }

    func dispatch(
        _ id: ID<Case>, to unit: String, _ person: String, standIn: String? = nil,
        by login: String = "dispatcher"
    ) async throws -> Case {
        var answers = ["unit": try await self.unit(unit).text, "person": try await self.person(person).text]
        if let standIn { answers["stand_in"] = try await self.person(standIn).text }
        return try await perform(.dispatch, id, answers, by: login)
    }

    /// With the property company's repairer.
    func handling(_ limit: String = "", source: Case.Source = .patrol, territory: String = World.g11)
        async throws -> Case
    {
        let item = try await dispatch(
            filed(limit, source: source, territory: territory).id, to: "wy", "wyworker")
        return try await perform(.accept, item.id, by: "wyworker")
    }

    func handled(_ limit: String = "", source: Case.Source = .patrol, territory: String = World.g11)
        async throws -> Case
    {
        try await perform(
            .handle, handling(limit, source: source, territory: territory).id, ["done": "已清走"], by: "wyworker"
        )
    }

    func closed(_ limit: String = "", source: Case.Source = .patrol, territory: String = World.g11)
        async throws -> Case
    {
        try await perform(
            .check, handled(limit, source: source, territory: territory).id, ["finding": "看过，干净"],
            by: "checker")
    }

    /// The one open question of a kind about a case.
    func question(_ kind: Decision.Kind, _ id: ID<Case>) async throws -> Decision? {
        let all = Actor.system(of: Self.county)
        return try await look { try Decisions.open(of: Cases.find(id, by: all, in: $1), for: all, in: $1) }
            .first { $0.kind == kind }
    }

    /// Says yes or no to the open question of a kind: the one in the own queue if there is one.
    func decide(_ kind: Decision.Kind, _ id: ID<Case>, grant: Bool, by login: String) async throws {
        let own = try await look(login) { try Decisions.waiting(for: $0, in: $1) }.items.first {
            $0.item.id == id && $0.decision.kind == kind
        }?.decision
        let asked = try await question(kind, id)
        let (question, now) = (try #require(own ?? asked), self.now)
        try await act(login) {
            _ = try Decisions.decide(question.id, grant: grant, words: "", by: $0, at: now, in: $1)
        }
    }

    /// Whose queue holds a question about a case.
    func queues(_ id: ID<Case>, _ kind: Decision.Kind) async throws -> [String] {
        var found: [String] = []
        for login in ["leader", "deputy", "lead1", "lead2", "wyhead", "cghead", "pshead"] {
            let waits = try await look(login) {
                try Decisions.waiting(for: $0, in: $1).items.contains {
                    $0.item.id == id && $0.decision.kind == kind
                }
            }
            if waits { found.append(login) }
        }
        return found
    }
}

// MARK: Refusals

/// What a refusal is, in a word; "done" if nothing was refused. What is no refusal is a fault and passes.
func outcome<T>(_ body: () async throws -> T) async throws -> String {
    do {
        _ = try await body()
        return "done"
    } catch let refusal as Refusal {
        return switch refusal {
        case .signInFirst: "sign in first"
        case .stepFirst: "step first"
        case .notAllowed: "not allowed"
        case .notFound: "not found"
        case .invalid(let faults): "invalid " + faults.map(\.field).joined(separator: " ")
        case .notNow: "not now"
        case .changedMeanwhile: "changed meanwhile"
        case .tooMany: "too many"
        case .alreadyUsed: "already used"
        case .busy: "busy"
        case .noRoom: "no room"
        case .clash(let what): "clash: \(what)"
        case .away: "away"
        }
    }
}

/// A small generator with a seed, so that a failure can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

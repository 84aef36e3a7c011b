import Rules
import Store

@testable import Governance

/// One office in which many lives are lived one after the other.
final class Lives {
    private let world: World, seed: UInt64
    private var chance: SplitMix64
    private var broken: [RandomLifeTests.Rule: [String]] = [:]
    private var actors: [String: Actor] = [:], units: [String: ID<Governance.Unit>] = [:]
    private var items: [ID<Case>] = [], returned: [ID<Case>: Int] = [:], complainants = 0
    private var step = 0, story: [String] = [], states: Set<Case.State> = []
    private var last: Sight?
    private var marks: [(Instant, [FigureValue])] = []
    private let pairs = [
        ("wy", "wyworker"), ("wy", "wyhead"), ("wy2", "wy2head"), ("cg", "cgworker"), ("cg", "cghead"),
        ("c1", "lead1"), ("c1", "staff1"),
        ("c1", "grid11"), ("c1", "grid12"), ("c2", "lead2"), ("c2", "grid21"), ("ps", "psworker"),
    ]
    private let asides: Set<CaseVerb> = [
        .note, .escalate, .instruct, .verify, .void, .decline, .split, .merge, .tell, .assist,
    ]
    private let others = ["leader", "deputy", "dispatcher", "checker", "auditor", "admin", "grid22"]

    init(seed: UInt64) async throws {
        self.seed = seed
        chance = SplitMix64(seed: seed &* 7919)
        let world = try await World(seed: seed)
        self.world = world
        for login in others + pairs.map(\.1) {
            actors[login] = try await world.look { try world.actor(login, $1) }
        }
        for code in Set(pairs.map(\.0)) { units[code] = try await world.unit(code) }
    }

    // MARK: Living

    func live(_ life: Int, steps: Int) async throws {
        (items, returned, story) = ([], [:], [])
        complainants = try await complainantRows()
        for n in 0..<3 {
            let (place, phone, source) = (
                pick([World.g11, World.g12, World.g21]), "1380000\(1000 + n)",
                pick([Case.Source.patrol, .hotline, .resident])
            )
            let item = try await world.report(
                "第 \(life) 回第 \(n) 件：楼道堆物", source: source, territory: place, by: "dispatcher"
            ) {
                ($0.phone, $0.place) = (phone, "3 号楼")
            }
            items.append(item.id)
            complainants += 1
        }
        last = try await sight()
        for _ in 0..<steps {
            step += 1
            let minutes = pick([0, 0, 1, 20, 60, 240, 600, 1500])
            if minutes > 0 { world.pass(minutes: minutes) }
            try await act()
            if step % 40 == 0 { try await mark() }
        }
    }

    private func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &chance)] }
    private func percent(_ share: Int) -> Bool { Int.random(in: 0..<100, using: &chance) < share }

    private func act() async throws {
        let roll = Int.random(in: 0..<100, using: &chance)
        if roll < 10 {
            try await watch("clockwork", nil, "tick") {
                try Escalation.run(for: World.county, at: $1, in: $0)
            }
        } else if roll < 26 {
            try await decide()
        } else if roll < 29 {
            try await rate()
        } else {
            try await perform()
        }
    }

    private func decide() async throws {
        let (login, grant, id) = (
            pick(["leader", "deputy", "leader", "deputy", "dispatcher", "lead1", "wyhead"]), percent(70),
            pick(items)
        )
        let waiting = try await world.look { _, books in
            try Decisions.open(
                of: Cases.find(id, by: .system(of: World.county), in: books), for: .system(of: World.county),
                in: books)
        }
        guard let actor = actors[login], let question = waiting.randomElement(using: &chance) else { return }
        let now = world.now
        let promised = try await world.office.read { books in
            guard let item = try? Cases.find(id, by: actor, in: books) else { return false }
            return try Decisions.inquiries([question], about: [item], for: actor, at: now, in: books).contains
            {
                $0.refusal(of: grant ? .grant : .refuse) == nil
            }
        }
        try await watch(login, id, "\(grant ? "grant" : "refuse") \(question.kind)", promised: promised) {
            try Decisions.decide(question.id, grant: grant, words: "", by: actor, at: $1, in: $0)
        }
    }

    private func rate() async throws {
        let (item, satisfaction, tail) = (
            try await world.find(pick(items)), pick(Satisfaction.allCases), pick(["1000", "1001", "9999"])
        )
        try await watch("visitor", item.id, "rate \(satisfaction)") {
            try CallBacks.rate(
                number: item.number, phoneTail: tail, solved: false, satisfaction: satisfaction, words: "x",
                of: World.county, at: $1, in: $0)
        }
    }

    private func perform() async throws {
        let id = pick(items)
        let item = try await world.find(id)
        var (login, verb) = ("dispatcher", pick(CaseVerb.allCases))
        // Mostly somebody who can do something does it; now and then anybody tries anything.
        let crowd = (others + pairs.map(\.1)).shuffled(using: &chance)
        for someone in (percent(60) ? crowd.filter { actors[$0]?.person == item.handler } : []) + crowd
        where percent(94) {
            let inquiry = try await inquiry(item, someone)
            let offered = Case.lifecycle.map(\.verb).filter {
                inquiry.refusal(of: $0) == nil
                    && (!(asides.contains($0) || $0 == .dispatch && item.state != .filed) || percent(4))
            }
            guard let possible = offered.randomElement(using: &chance) else { continue }
            (login, verb) = (someone, possible)
            break
        }
        let (answers, actor, used) = (try await self.answers(to: verb, about: item), actors[login]!, verb)
        let late = percent(8)
        let seen: Int? = late ? item.version - 1 : percent(50) ? item.version : nil
        let isInReach = try await world.office.read { books in
            (try? Cases.find(id, by: actor, in: books)) != nil
        }
        let isOffered = try await inquiry(item, login).refusal(of: verb) == nil
        let promised = isInReach && isOffered
        try await watch(login, id, verb.rawValue, stale: late, promised: promised) {
            try Cases.perform(used, on: id, with: FormInput(answers), seen: seen, by: actor, at: $1, in: $0)
        }
    }

    private func inquiry(_ item: Case, _ login: String) async throws -> Inquiry<Case> {
        let (actor, now) = (actors[login]!, world.now)
        return try await world.office.read { try Cases.inquiry(item, for: actor, at: now, in: $0) }
    }

    private func answers(to verb: CaseVerb, about item: Case) async throws -> [String: String] {
        var answers: [String: String] = [:]
        let pair = pick(pairs)
        for declared in Case.transition(verb).form where percent(97) {
            guard let field = CaseField(rawValue: declared.name), field != .photo else { continue }
            answers[field.rawValue] =
                switch field.kind {
                case .text: pick(["看过了", "办好了", "不归我们"])
                case .line:
                    field == .into ? try await world.find(pick(items)).number : pick(["3 号楼", "5 号楼"])
                case .reference(.category):
                    percent(95)
                        ? pick([World.corridor, "illegal.under-way", "education.drop-out"]) : "no.such"
                case .reference(.territory): percent(95) ? pick([World.g11, World.g12, World.g21]) : "火星"
                case .duration:
                    percent(95) ? pick(["", "2 work_days", "30 urgent_hours", "3 calendar_days"]) : "soon"
                case .reference(.unit):
                    field == .aboutUnit ? (percent(10) ? units["wy"]!.text : "") : units[pair.0]!.text
                case .reference(.person):
                    field == .standIn && percent(60)
                        ? "" : actors[field == .standIn ? pick(pairs).1 : pair.1]?.person?.text ?? ""
                case .number: pick(["1", "2", "3", "99"])
                case .day: (Zone.china.day(of: world.now) + pick([1, 2, 10, 400])).description
                case .flag: pick(["1", "1", "0"])
                case .choice: pick(Satisfaction.allCases).rawValue
                default: ""
                }
        }
        return answers
    }

    private func complainantRows() async throws -> Int {
        try await world.office.database.read { try $0.count("SELECT COUNT(*) FROM complainant") }
    }

    // MARK: Watching

    private struct Sight: Equatable, Sendable {
        var items: [Case], sequence: Int, hands: [ID<Case>: Set<ID<Person>>], rows = 0
    }

    private func sight() async throws -> Sight {
        let ids = items
        var sight = try await world.office.read { books in
            let all = try ids.map { try Cases.find($0, by: .system(of: World.county), in: books) }
            let known = try Cases.circumstances(of: ids, county: World.county, in: books)
            let hands = ids.map { ($0, known[$0]?.hands ?? []) }
            return Sight(
                items: all, sequence: try books.version(of: World.county),
                hands: Dictionary(uniqueKeysWithValues: hands))
        }
        sight.rows = try await world.office.database.read { t in
            try t.count(
                """
                SELECT (SELECT COUNT(*) FROM case_hand) + (SELECT COUNT(*) FROM case_check) + (SELECT COUNT(*)
                    FROM call_back)
                    + (SELECT COUNT(*) FROM decision) + (SELECT COUNT(*) FROM decision
                        WHERE settled_at IS NULL) * 1000000
                    + (SELECT COUNT(*) FROM case_assist) + (SELECT COUNT(*)
                        FROM case_history) + (SELECT COUNT(*) FROM case_file)
                """)
        }
        return sight
    }

    private func watch<T: Sendable>(
        _ login: String, _ id: ID<Case>?, _ what: String, stale: Bool = false, promised: Bool? = nil,
        _ body: @escaping @Sendable (Books, Instant) throws -> T
    ) async throws {
        guard let before = last else { return }
        let now = world.now
        let words: String
        do { words = try await outcome { try await world.office.write { try body($0, now) } } } catch {
            note(.faults, "\(login) \(what): \(error)")
            return
        }
        let after = try await sight()
        last = after
        story.append(
            """
            \(login) \(what) \(id.flatMap { items.firstIndex(of: $0) }.map(String.init) ?? "")\
            \(words == "done" ? "" : " ✗")
            """
        )
        // Where to file it is an answer, and some places are for others.
        let isAnswer = what == CaseVerb.file.rawValue && words == "not allowed"
        if promised == true, !stale, !isAnswer, ["not allowed", "not now", "not found"].contains(words) {
            note(.offered, "\(login) \(what): \(words)")
        }
        if promised == false, words == "done" { note(.hidden, "\(login) \(what)") }
        guard words == "done" else {
            if after != before { note(.refusals, "\(login) \(what): \(words)") }
            return
        }
        if stale { note(.version, "\(login) \(what) had seen an older version") }
        judge(before, after, login, id, what)
        try await judgeRows(zip(before.items, after.items).filter { $0 != $1 }.map(\.1))
    }

    private func note(_ rule: RandomLifeTests.Rule, _ words: String) {
        broken[rule, default: []].append(
            "seed \(seed) step \(step): \(words) [after: \(story.suffix(9).joined(separator: ", "))]")
    }

    private func judge(_ before: Sight, _ after: Sight, _ login: String, _ id: ID<Case>?, _ what: String) {
        if what != "tick", after.sequence <= before.sequence { note(.events, "\(login) \(what)") }
        for (old, new) in zip(before.items, after.items) {
            states.insert(new.state)
            let isAsked = old.id == id && old.state != .merged
            if what != "tick",
                isAsked ? new.version != old.version + 1 : new != old && new.version != old.version + 1
            {
                note(.version, "\(login) \(what): \(old.version) → \(new.version)")
            }
            if new != old, after.sequence <= before.sequence {
                note(.events, "\(what) changed \(old.number)")
            }
            if isAsked, ["return", "dispatch"].contains(what) {
                if old.dueAt != nil, new.dueAt != old.dueAt { note(.clock, "\(login) \(what)") }
                if old.dispatchedAt != nil, new.dispatchedAt != old.dispatchedAt {
                    note(.clock, "\(login) \(what) start")
                }
            }
            if isAsked, what == "return" { returned[old.id, default: 0] += 1 }
            if new.returns != returned[new.id, default: 0] {
                note(.returns, "\(new.returns) of \(returned[new.id, default: 0])")
            }
            if isAsked, what == "dispatch", old.needsLead, !["leader", "deputy"].contains(login) {
                note(.lead, login)
            }
            if isAsked, ["check", "rework", "close", "call-back"].contains(what),
                let person = actors[login]?.person,
                before.hands[old.id]?.contains(person) == true || person == old.handler
                    || person == old.standIn
            {
                note(.atThatMoment, "\(login) \(what)")
            }
            if new.extensions > 2 || new.suspensions > 1 || new.appeals > 1 { note(.limits, what) }
            if [.dispatched, .handling, .handled].contains(new.state), new.handler == nil || new.unit == nil {
                note(.hands, "\(what): \(new.state)")
            }
        }
    }

    private func judgeRows(_ changed: [Case]) async throws {
        for item in changed {
            let rows = try await world.office.database.read { t in
                (
                    both: try t.count(
                        """
                        SELECT COUNT(*) FROM case_hand h WHERE h.id = \(item.id) AND (
                            EXISTS (SELECT 1 FROM case_check k WHERE k.case_id = h.id AND k.person = h.person)
                            OR EXISTS (SELECT 1 FROM call_back b WHERE b.case_id = h.id
                                AND b.person = h.person))
                        """),
                    passed: try t.count(
                        "SELECT COUNT(*) FROM case_check WHERE case_id = \(item.id) AND passed = 1"),
                    open: try t.count(
                        """
                        SELECT COUNT(*) FROM decision WHERE case_id = \(item.id) AND settled_at IS NULL
                            AND kind <> 'appeal'
                        """
                    ),
                    history: try t.all(
                        """
                        SELECT version, since, until, state FROM case_history WHERE id = \(item.id)
                            ORDER BY version
                        """
                    ) {
                        (
                            try $0.get("version", as: Int.self), try $0.get("since", as: Instant.self),
                            try $0.get("until", as: Instant.self),
                            try $0.get("state", as: Case.State.self)
                        )
                    }
                )
            }
            if rows.both > 0 { note(.ever, item.number) }
            if item.state == .closed, rows.passed == 0 { note(.ends, item.number) }
            if !item.state.isOpen, rows.open > 0 { note(.queues, "\(item.state)") }
            let tiles =
                rows.history.map(\.0) == Array(1...item.version)
                && zip(rows.history, rows.history.dropFirst()).allSatisfy { $0.2 == $1.1 }
                && rows.history.allSatisfy { $0.1 <= $0.2 } && rows.history.last?.2 == .never
                && rows.history.last?.3 == item.state
            if !tiles { note(.history, item.number) }
        }
        let count = try await complainantRows()
        if count != complainants { note(.complainants, "\(count) of \(complainants)") }
    }

    // MARK: Figures and the end

    private func figures(asOf moment: Instant) async throws -> [FigureValue] {
        let (actor, now) = (actors["leader"]!, world.now)
        return try await world.office.read { books in
            let path = try Offices.of(World.county, in: books).territory.path
            let scope = try Figures.scope(
                path: path, from: Day("2019-01-01")!, to: Day("2025-12-31")!, asOf: moment,
                for: actor, in: books)
            return try Figures.values(scope, for: actor, at: now, in: books)
        }
    }
    private func mark() async throws {
        marks.append((world.now, try await figures(asOf: world.now)))
        world.pass(minutes: 1)
    }

    func end() async throws -> [RandomLifeTests.Rule: [String]] {
        for (moment, then) in marks {
            let later = try await figures(asOf: moment)
            for (a, b) in zip(then, later) where a != b {
                note(.figures, "\(a.id) \(a.fraction) → \(b.fraction) as of \(moment.iso)")
            }
        }
        let verification = try await world.look { try Log.verify(for: World.clockwork, in: $1) }
        if let fault = verification.fault {
            note(.chain, "\(fault.kind) \(fault.line ?? 0): \(fault.words.en)")
        }
        // Every row that a verb leaves belongs to what it tells.
        let unnamed = try await world.office.read { books in
            var rows = Log.Query()
            rows.kind = "log.rows"
            return try Log.lines(rows, of: World.county, in: books).map(\.body)
        }
        for body in unnamed { note(.chain, "rows that no event tells of: \(body)") }
        broken[.progress] = states.map(\.rawValue)
        return broken
    }
}

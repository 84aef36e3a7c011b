package import Rules
import Store

/// Something about a case that waits for a post to decide.
package struct Decision: Sendable, Hashable {
    /// What has to be decided.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable {
        case secondReturn = "second_return"
        case overdue, `extension`, suspension, explained, appeal, escalated

        /// What the kind is called.
        package var words: Phrase {
            switch self {
            case .secondReturn: Phrase(zh: "第 2 次退回，定牵头单位", en: "Returned twice: name the lead")
            case .overdue: Phrase(zh: "超期，请批示", en: "Overdue: instruct")
            case .extension: Phrase(zh: "延期申请", en: "Asks for more time")
            case .suspension: Phrase(zh: "挂账申请", en: "Asks to suspend")
            case .explained: Phrase(zh: "解释说明，待同意", en: "Explained: endorse or refuse")
            case .appeal: Phrase(zh: "申诉", en: "Appeal")
            case .escalated: Phrase(zh: "督办", en: "Escalated")
            }
        }
        /// Whether it is settled by saying yes or no; the others are settled by a verb of the case.
        package var isYesOrNo: Bool { self == .extension || self == .suspension || self == .appeal }
    }

    /// Its identity, the case and the kind.
    package var id: ID<Decision>, caseID: ID<Case>, kind: Kind
    /// In whose queue it is.
    package var post: ID<Post>
    /// When and by whom it was asked.
    package var askedAt: Instant, askedBy: ID<Person>?
    /// Why, and what exactly is asked for.
    package var words: String, detail: String
    /// Whether it still waits.
    package var state: State

    init(_ row: Row) throws {
        id = try row.get("id")
        caseID = try row.get("case_id")
        kind = try row.get("kind")
        post = try row.get("post")
        askedAt = try row.get("asked_at")
        askedBy = try row.optional("asked_by")
        words = try row.get("words")
        detail = try row.get("detail")
        state = try row.optional("settled_at", as: Instant.self) == nil ? .waiting : .settled
    }
}

extension Event.Kind {
    static let decisionGranted = Event.Kind("case.grant", zh: "同意", en: "Granted")
    static let decisionRefused = Event.Kind("case.refuse", zh: "不同意", en: "Refused")
}

/// What waits for a decision, and deciding it.
package enum Decisions {
    /// A post of a leader that somebody holds.
    private struct Leader: Sendable {
        var id: ID<Post>, kind: PostKind, unit: ID<Unit>, path: String
    }

    /// The posts that can decide about a case, the nearest first: deputies in charge, then the
    /// first-in-command. None of a unit that it complains about, unless it is the first-in-command.
    static func deciders(for item: Case, county: County, at now: Instant, in books: Books) throws -> [ID<
        Post
    >] {
        let day = try Offices.of(county, in: books).zone.day(of: now)
        // Every look at a case asks it, and posts change seldom.
        let leaders = try books.cache.versioned("leaders", most: 2).thing(
            day, of: county, version: books.organisation(of: county)
        ) {
            try books.all(
                """
                SELECT p.id, p.kind, p.unit, t.path FROM post p JOIN territory t ON t.id = p.territory
                WHERE p.county = \(county) AND p.kind IN (\(PostKind.deputy), \(PostKind.leader))
                    AND p.until > \(day)
                AND EXISTS (SELECT 1 FROM tenure n WHERE n.county = \(county) AND n.post = p.id
                    AND n.since <= \(day) AND n.until > \(day))
                ORDER BY p.kind, p.code
                """
            ) {
                Leader(
                    id: try $0.get("id"), kind: try $0.get("kind"), unit: try $0.get("unit"),
                    path: try $0.get("path"))
            }
        }
        return leaders.filter {
            item.territoryPath.hasPrefix($0.path) && item.mayRest(with: $0.unit, $0.kind)
        }
        .map(\.id)
    }

    /// What is said where no leader could decide.
    static let nobody = Refusal.notNow(
        Phrase(
            zh: "还没有设领导岗位，没有人能定这件事。请管理员先设好岗位。",
            en: "No leader's post is filled, so nobody could decide. The administrator has to set it up."))

    /// Puts a question into a queue: that of the given post, or of the nearest that can decide.
    static func ask(
        _ kind: Decision.Kind, about item: Case, words: String, detail: String = "", post: ID<Post>? = nil,
        by actor: Actor, at now: Instant, in books: Books
    ) throws {
        // Nobody decides what he asked for himself: the question goes one step further up.
        let own = Set(actor.seats.map(\.post))
        let others = try deciders(for: item, county: actor.county, at: now, in: books).filter {
            !own.contains($0)
        }
        guard let post = post ?? others.first else { throw nobody }
        let id: ID<Decision> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO decision (county, id, case_id, kind, post, asked_at, asked_by, words, detail)
            VALUES (\(actor.county), \(id), \(item.id), \(kind), \(post), \(now), \(actor.person),
                \(Masking.numbers(in: words)), \(detail))
            """)
    }

    /// Settles open questions of a case because something happened that answers them.
    static func settleAll(
        of id: ID<Case>, kind: Decision.Kind? = nil, postsOf owner: Actor? = nil,
        sparingAppeals: Bool = false, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        let which: SQL = kind.map { "kind = \($0)" } ?? "1 = 1"
        let spared: SQL = sparingAppeals ? "kind <> \(Decision.Kind.appeal)" : "1 = 1"
        let whose: SQL = owner.map { "post IN (\(list: $0.seats.map(\.post)))" } ?? "1 = 1"
        try books.change(
            """
            UPDATE decision SET settled_at = \(now), settled_by = \(actor.person)
            WHERE county = \(actor.county) AND case_id = \(id) AND settled_at IS NULL AND \(which)
                AND \(whose) AND \(spared)
            """)
    }

    /// The open questions of a case, without complainants' names for whoever may not know them.
    package static func open(of item: Case, for actor: Actor, in books: Books) throws -> [Decision] {
        let names = try Complainants.hidden(of: item, from: actor, in: books)
        return try books.all(
            """
            SELECT * FROM decision WHERE county = \(actor.county) AND case_id = \(item.id)
                AND settled_at IS NULL ORDER BY asked_at, id
            """, Decision.init
        ).map { question in
            var question = question
            question.words = Masking.numbers(in: question.words, and: names)
            return question
        }
    }

    /// What waits in the queues of the actor's posts, oldest first, with its case; from behind a question on
    /// if one is named. Throws `Refusal.invalid` for a cursor that is none.
    package static func waiting(
        for actor: Actor, after cursor: String = "", limit: Int = 200, in books: Books
    ) throws -> Queue<(decision: Decision, item: Case)> {
        guard !actor.seats.isEmpty else { return Queue() }
        let source: SQL =
            """
            decision d JOIN case_file c ON c.county = d.county AND c.id = d.case_id WHERE d.county = \
            \(actor.county)
            AND d.post IN (\(list: actor.seats.map(\.post))) AND d.settled_at IS NULL AND \
            \(Cases.reach(of: actor)) AND \(Cases.ofOthers(than: actor))
            """
        let open = try books.queue(
            "d.*", source, page: try page(after: cursor, of: actor.county, in: books),
            order: "d.asked_at, d.id", limit: limit, Decision.init)
        guard !open.items.isEmpty else { return Queue([], total: open.total) }
        let items = try books.all(
            """
            SELECT c.* FROM case_file c WHERE c.county = \(actor.county)
                AND c.id IN (\(list: Array(Set(open.items.map(\.caseID)))))
            """,
            Case.init)
        let known = Dictionary(items.map { ($0.id, $0.shown(to: actor, in: books)) }) { first, _ in first }
        let names = try Complainants.hidden(of: items, from: actor, in: books)
        return Queue(
            open.items.compactMap { decision in
                var decision = decision
                decision.words = Masking.numbers(in: decision.words, and: names[decision.caseID] ?? [])
                return known[decision.caseID].map { (decision, $0) }
            },
            total: open.total)
    }

    /// What comes behind a question, whether it still waits or was settled meanwhile.
    private static func page(after cursor: String, of county: County, in books: Books) throws -> SQL? {
        if cursor.isEmpty { return nil }
        let asked = try books.first(
            "SELECT asked_at FROM decision WHERE county = \(county) AND id = \(cursor)"
        ) { try $0.get("asked_at", as: Instant.self) }
        guard let asked else { throw Refusal.strangeCursor }
        return "(d.asked_at, d.id) > (\(asked), \(cursor))"
    }

    /// Questions before somebody, with everything that their life table asks; those whose case is not among
    /// the cases are left out.
    package static func inquiries(
        _ questions: [Decision], about items: [Case], for actor: Actor, at now: Instant, in books: Books
    ) throws -> [Inquiry<Decision>] {
        guard !questions.isEmpty else { return [] }
        let county = actor.county
        let today = try Offices.of(county, in: books).zone.day(of: now)
        let known = Dictionary(items.map { ($0.id, $0) }) { first, _ in first }
        var reviewers: [ID<Case>: Set<ID<Person>>] = [:]
        let appealed = Set(questions.filter { $0.kind == .appeal }.map(\.caseID))
        if !appealed.isEmpty {
            for (id, person) in try books.all(
                """
                SELECT case_id, settled_by FROM decision WHERE county = \(county)
                    AND case_id IN (\(list: Array(appealed))) AND kind = \(Decision.Kind.appeal)
                    AND settled_at IS NOT NULL AND settled_by IS NOT NULL
                """,
                { (try $0.get("case_id", as: ID<Case>.self), try $0.get("settled_by", as: ID<Person>.self)) })
            {
                reviewers[id, default: []].insert(person)
            }
        }
        return questions.compactMap { question in
            known[question.caseID].map { item in
                Inquiry(
                    question, .init(item: item, reviewers: reviewers[item.id] ?? []), actor: actor, now: now,
                    today: today)
            }
        }
    }

    /// Says yes or no to an extension, a suspension or an appeal. Answers the case.
    @discardableResult
    package static func decide(
        _ id: ID<Decision>, grant: Bool, words: String, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Case {
        try actor.need(.decide)
        guard
            let question = try books.first(
                "SELECT * FROM decision WHERE county = \(actor.county) AND id = \(id) AND settled_at IS NULL",
                Decision.init)
        else { throw Refusal.notFound }
        let item = try Cases.stored(question.caseID, by: actor, in: books)
        let verb: DecisionVerb = grant ? .grant : .refuse
        for inquiry in try inquiries([question], about: [item], for: actor, at: now, in: books) {
            if let refusal = inquiry.refusal(of: verb) { throw refusal }
        }
        let words = try Check.optionalText(words, field: "words", most: 2000)
        let settled = try books.change(
            """
            UPDATE decision SET settled_at = \(now), settled_by = \(actor.person), granted = \(grant)
            WHERE county = \(actor.county) AND id = \(id) AND settled_at IS NULL
            """)
        guard settled == 1 else { throw Refusal.changedMeanwhile }
        let change = try effect(of: question, grant: grant, on: item, by: actor, at: now, in: books)
        return try Cases.apply(
            change, to: item,
            event: Event(
                grant ? .decisionGranted : .decisionRefused,
                [("decision", question.kind.words.zh), ("detail", question.detail), ("words", words)]),
            as: .decide, by: actor, at: now, in: books)
    }

    private static func effect(
        of question: Decision, grant: Bool, on item: Case, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Cases.Change {
        guard grant else { return Cases.Change() }
        switch question.kind {
        case .extension:
            guard let more = TimeLimit(question.detail), let due = item.dueAt else { throw Refusal.notFound }
            let later = try Calendars.of(actor.county, in: books).deadline(more, from: due)
            return .init(set: [
                "due_at = \(later.at)", "due_provisional = \(later.isProvisional)",
                "extensions = extensions + 1",
            ])
        case .suspension:
            guard let until = Day(question.detail) else { throw Refusal.notFound }
            let zone = try Offices.of(actor.county, in: books).zone
            return .init(
                set: [
                    "state = \(Case.State.suspended)", "suspensions = suspensions + 1",
                    "suspended_from = \(now)",
                    "suspended_until = \(zone.instant(until))",
                ])
        case .appeal:
            // Two people judge an appeal; it excuses if both say yes.
            let granted = try books.count(
                """
                SELECT COUNT(*) FROM decision WHERE county = \(actor.county) AND case_id = \(item.id)
                    AND kind = \(Decision.Kind.appeal) AND granted = 1 AND id <> \(question.id)
                """)
            return granted > 0 ? .init(set: ["is_exempt = 1"]) : .init()
        default: return .init()
        }
    }
}

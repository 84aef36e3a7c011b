package import Rules
import Store

extension Event.Kind {
    static let visitRecorded = Event.Kind("visit.record", zh: "走访", en: "Visit recorded")
}

/// Recording visits, and what follows from them.
package enum Visits {
    /// What a visitor enters.
    package struct Draft: Sendable {
        /// Made by the client when offline, so that a visit sent twice is stored once.
        package var id: ID<Visit>?
        /// When it was; nil is now.
        package var at: Instant?
        /// How it was made, and what came of it.
        package var way = Visit.Way.home, result = Visit.Result.met
        /// The answers to the campaign's form, by the questions' names.
        package var answers: [String: String] = [:]
        /// What was promised, what else there is to say, and whether the household approves.
        package var promise = "", note = "", approval: Bool?
        /// The point, if the visitor wished to give it. It proves nothing.
        package var longitude: Double?, latitude: Double?
        /// A visit to be.
        package init() {}
    }

    /// What came of recording it.
    package struct Outcome: Sendable {
        /// The visit.
        package var visit: ID<Visit>
        /// The duties that it paid, by name, and the cases that it raised.
        package var duties: [String] = [], cases: [ID<Case>] = []
    }

    /// Records a visit: pays every duty that the visitor's posts owe the household in its window, and raises a case for each
    /// answer that asks for one, once a problem and household.
    @discardableResult
    package static func record(
        _ draft: Draft, of id: ID<Household>, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Outcome {
        try actor.need(.visit)
        guard let person = actor.person, let seat = actor.seat(for: .visit) else { throw Refusal.signInFirst }
        let county = actor.county
        let zone = try Offices.of(county, in: books).zone
        let at = draft.at ?? now
        guard at <= now else { throw Refusal.invalid("at", zh: "走访时间不能在将来。", en: "A visit cannot be in the future.") }
        let day = zone.day(of: at)
        let household = try Households.find(id, for: actor, on: day, in: books)
        if let known = draft.id, let old = try find(known, of: county, in: books) { return Outcome(visit: old.id) }
        let campaign = try Campaigns.current(of: county, on: day, in: books).flatMap { $0.begins <= day && day <= $0.ends ? $0 : nil }
        let scheme = campaign?.scheme
        let answers = draft.result == .met ? try checked(draft.answers, scheme?.questions ?? []) : []
        let promise = try Check.optionalText(draft.promise, field: "promise", most: 500)
        let note = try Check.optionalText(draft.note, field: "note", most: 1000)
        let visit: ID<Visit> = draft.id ?? books.newID(at: now)
        let text = JSON.object(answers.map { ($0.name, .string($0.word)) }).text
        try books.put(
            """
            INSERT INTO visit (county, id, campaign, household, person, post, visited_at, day, recorded_at, way, result, answers, promise, note, approval,
                longitude, latitude)
            VALUES (\(county), \(visit), \(campaign?.id), \(id), \(person), \(seat.post), \(at), \(day), \(now), \(draft.way), \(draft.result), \(text), \(promise),
                \(note), \(draft.approval), \(draft.longitude), \(draft.latitude))
            """)
        var outcome = Outcome(visit: visit)
        if draft.result == .met, let campaign, let scheme {
            let open = scheme.duties.filter { $0.from <= day && day <= $0.until }.map(\.name)
            outcome.duties = try pay(visit, open, campaign.id, household, actor.seats.map(\.post), county: county, in: books)
            outcome.cases = try raise(scheme.raises, answers, campaign, household, note: note, by: actor, at: now, in: books)
        }
        try books.record(
            Event(
                .visitRecorded,
                [
                    ("visit", visit.text), ("day", day.description), ("way", draft.way.rawValue), ("result", draft.result.rawValue),
                    ("duties", outcome.duties.joined(separator: " ")), ("cases", outcome.cases.isEmpty ? nil : "\(outcome.cases.count)"),
                ]), about: .init("household", id.text), by: actor, as: .visit, at: now)
        return outcome
    }

    /// The visits of a household, newest first.
    package static func all(of household: ID<Household>, county: County, limit: Int = 50, in books: Books) throws -> [Visit] {
        try books.all(
            """
            SELECT \(Visit.columns) FROM visit w WHERE w.county = \(county) AND w.household = \(household) ORDER BY w.visited_at DESC, w.id DESC LIMIT \(limit)
            """, Visit.init)
    }

    static func find(_ id: ID<Visit>, of county: County, in books: Books) throws -> Visit? {
        try books.first("SELECT \(Visit.columns) FROM visit w WHERE w.county = \(county) AND w.id = \(id)", Visit.init)
    }

    /// The answers in the order of the form. Throws `Refusal.invalid` for an answer that the form does not take.
    private static func checked(_ answers: [String: String], _ questions: [Scheme.Question]) throws -> [(name: String, word: String)] {
        var (taken, faults) = ([] as [(name: String, word: String)], [] as [Refusal.Fault])
        func wrong(_ name: String, _ label: Scheme.Words?) {
            faults.append(.init(name, Phrase(zh: "“\(label?.zh ?? name)”的回答不对。", en: "The answer to “\(label?.en ?? name)” is not one of its answers.")))
        }
        for name in answers.keys.sorted() where !questions.contains(where: { $0.name == name }) { wrong(name, nil) }
        for question in questions {
            guard let word = answers[question.name]?.trimmed, !word.isEmpty else { continue }
            let isRight =
                switch question.kind {
                case .flag: ["yes", "no"].contains(word)
                case .text: word.count <= 500
                case .number(let range): Int(word).map(range.contains) ?? false
                case .choice(let choices): choices.contains { $0.word == word }
                }
            if isRight { taken.append((question.name, word)) } else { wrong(question.name, question.label) }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return taken
    }

    /// Marks what the visit pays, at the household and in the sums. Answers the duties.
    private static func pay(
        _ visit: ID<Visit>, _ duties: [String], _ campaign: ID<Campaign>, _ household: Household, _ posts: [ID<Post>], county: County, in books: Books
    ) throws -> [String] {
        if duties.isEmpty || posts.isEmpty { return [] }
        let paid = try books.all(
            """
            UPDATE duty_due SET visit = \(visit) WHERE county = \(county) AND campaign = \(campaign) AND household = \(household.id) AND visit IS NULL
            AND duty IN (\(list: duties)) AND post IN (\(list: posts)) RETURNING duty, post, village
            """
        ) { (duty: try $0.get("duty", as: String.self), post: try $0.get("post", as: String.self), village: try $0.get("village", as: String.self)) }
        for due in paid {
            try books.put(
                """
                UPDATE duty_count SET done = done + 1 WHERE county = \(county) AND campaign = \(campaign) AND duty = \(due.duty) AND post = \(due.post)
                AND village = \(due.village)
                """)
        }
        return Set(paid.map(\.duty)).sorted()
    }

    /// A case for each rule whose answers were given. The rule and the household are its outside number: a second visit that
    /// finds the same raises nothing.
    private static func raise(
        _ raises: [Scheme.Raise], _ answers: [(name: String, word: String)], _ campaign: Campaign, _ household: Household, note: String, by actor: Actor,
        at now: Instant,
        in books: Books
    ) throws -> [ID<Case>] {
        let given = Dictionary(answers.map { ($0.name, $0.word) }) { first, _ in first }
        var cases: [ID<Case>] = []
        for rule in raises where rule.when.allSatisfy({ question, words in given[question].map(words.contains) ?? false }) {
            let number = "\(campaign.name)/\(rule.name)/\(household.number)"
            let isKnown = try books.count(
                "SELECT COUNT(*) FROM outside_number WHERE county = \(actor.county) AND source = \(Case.Source.visit) AND outside_number = \(number)")
            guard isKnown == 0 else { continue }
            var report = CaseReport(source: .visit)
            report.outsideNumber = number
            report.title = "\(rule.title.zh)：\(household.head.isEmpty ? household.number : household.head)户"
            report.body = "\(rule.basis.says.zh)。\(note)"
            report.place = household.facts["group_name"]
            (report.territory, report.category) = (household.village, rule.category)
            report.aboutUnit = try Units.find(code: rule.unit, of: actor.county, in: books)?.id
            cases.append(try Cases.report(report, by: actor, at: now, in: books).id)
        }
        return cases
    }
}

package import Rules
import Store

/// What complainants said after the end.
package enum CallBacks {
    /// One call.
    package struct Entry: Sendable, Hashable {
        /// When, whether somebody was reached, and what they said.
        package var at: Instant, reached: Bool, solved: Bool?, satisfaction: Satisfaction?, words: String
    }

    /// The calls about a case, oldest first.
    package static func all(of item: Case, for actor: Actor, in books: Books) throws -> [Entry] {
        // What was said is the complainant's; that somebody was called may be known.
        let isVisible = Complainants.areVisible(of: item, to: actor)
        return try books.all(
            """
            SELECT * FROM call_back WHERE county = \(actor.county) AND case_id = \(item.id)
                ORDER BY called_at, id
            """
        ) { row in
            Entry(
                at: try row.get("called_at"), reached: try row.get("reached"),
                solved: try row.optional("solved"),
                satisfaction: try row.optional("satisfaction", as: String.self).flatMap {
                    Satisfaction(rawValue: $0)
                },
                words: isVisible ? try row.get("words") : "")
        }
    }

    /// A call by the office. Dissatisfied and unsolved, inside the window, reopens the case.
    static func calling(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    )
        throws -> Cases.Change
    {
        let reached = answers.flag("reached")
        let solved = answers.flag("solved")
        var satisfaction: Satisfaction?
        if reached {
            satisfaction = try answers.optionalChoice("satisfaction")
            guard satisfaction != nil else {
                throw Refusal.invalid(
                    "satisfaction", zh: "请选一项满意度。", en: "Please choose how satisfied they are.")
            }
        }
        let words = answers["words"]
        return try keep(
            item, reached: reached, solved: solved, satisfaction: satisfaction, words: words, actor: actor,
            at: now, in: books)
    }

    /// A complainant rates the end from the look-up page: the same record, without a person of the office.
    package static func rate(
        number: String, phoneTail: String, solved: Bool, satisfaction: Satisfaction, words: String,
        of county: County,
        at now: Instant, in books: Books
    ) throws {
        let item = try PublicLookUp.find(number: number, phoneTail: phoneTail, of: county, in: books)
        guard item.state == .closed else {
            throw Refusal.notNow(
                Phrase(zh: "这件事还没有办结，办结后再评价。", en: "The case is not closed yet. Please rate it afterwards."))
        }
        let mine = try books.count(
            """
            SELECT COUNT(*) FROM call_back WHERE county = \(county) AND case_id = \(item.id)
                AND person IS NULL AND called_at >= \(item.closedAt)
            """
        )
        guard mine == 0 else {
            throw Refusal.notNow(Phrase(zh: "您已经评价过了，谢谢。", en: "You have rated it already. Thank you."))
        }
        let actor = Actor.anonymous(of: county)
        let change = try keep(
            item, reached: true, solved: solved, satisfaction: satisfaction, words: words, actor: actor,
            at: now, in: books)
        try Cases.apply(
            change, to: item, event: Event(.caseRated, change.details), as: nil, by: actor, at: now, in: books
        )
    }

    /// The same from what was filled in.
    package static func rate(_ values: FormValues, of county: County, at now: Instant, in books: Books) throws
    {
        try rate(
            number: values["number"], phoneTail: values["phone_tail"], solved: values.flag("solved"),
            satisfaction: values.choice("satisfaction"), words: values["words"], of: county, at: now,
            in: books)
    }

    private static func keep(
        _ item: Case, reached: Bool, solved: Bool, satisfaction: Satisfaction?, words: String, actor: Actor,
        at now: Instant,
        in books: Books
    ) throws -> Cases.Change {
        let id: ID<Case> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO call_back (county, id, case_id, called_at, person, reached, solved, satisfaction,
                words)
            VALUES (\(actor.county), \(id), \(item.id), \(now), \(actor.person), \(reached),
                \(reached ? solved : nil),
                \(satisfaction?.rawValue), \(Masking.numbers(in: words)))
            """)
        var change = Cases.Change()
        if satisfaction == .dissatisfied {
            do {
                change = try Cases.reopened(item, words: words, county: actor.county, at: now, in: books)
                change.set.append("state = \(item.handler == nil ? Case.State.filed : .handling)")
                change.details = change.details.filter { $0.0 == "due" } + [("reopened", "yes")]
            } catch Refusal.notNow { change = Cases.Change() }
        }
        change.details += [
            ("reached", reached ? "yes" : "no"), ("solved", reached ? (solved ? "yes" : "no") : nil),
            ("satisfaction", satisfaction?.rawValue), ("words", words),
        ]
        return change
    }
}

extension Event.Kind {
    static let caseRated = Event.Kind("case.rate", zh: "居民评价", en: "Rated by the resident", isPublic: true)
}

extension CallBacks {
    /// Closed cases of the last 14 days with a complainant who was not asked yet, the earliest first.
    package static func waiting(for actor: Actor, at now: Instant, in books: Books) throws -> Queue<CaseLine>
    {
        let actor = actor.limited(to: .callBack)
        guard actor.may(.callBack) else { return Queue() }
        return try books.queue(
            CaseLine.columns,
            """
            case_file c WHERE c.county = \(actor.county) AND c.state = \(Case.State.closed)
            AND c.closed_at >= \(now.adding(hours: -24 * 14)) AND \(Cases.reach(of: actor))
                AND \(Cases.ofOthers(than: actor))
            AND EXISTS (SELECT 1 FROM complainant p WHERE p.county = \(actor.county) AND p.case_id = c.id \
            AND (p.phone_sealed IS NOT NULL OR p.phone <> ''))
            AND NOT EXISTS (SELECT 1 FROM call_back b WHERE b.county = \(actor.county) AND b.case_id = c.id \
            AND b.called_at >= c.closed_at)
            AND NOT EXISTS (SELECT 1 FROM case_hand k WHERE k.county = \(actor.county) AND k.id = c.id AND \
            k.person = \(actor.person))
            AND (c.handler IS NULL OR c.handler <> \(actor.person)) AND (c.stand_in IS NULL OR c.stand_in \
            <> \(actor.person))
            """, order: "c.closed_at, c.id", limit: 100, CaseLine.init
        ).map { $0.shown(to: actor) }
    }
}

package import Rules
import Store

/// What can happen to cases. Every verb of the life table goes through `perform`: reach, life, change,
/// history and event in one transaction.
package enum Cases {
    static let columns: SQL = "c.*"

    /// A case in the actor's reach in the words that the actor may read; throws `Refusal.notFound`.
    package static func find(_ id: ID<Case>, by actor: Actor, in books: Books) throws -> Case {
        try stored(id, by: actor, in: books).shown(to: actor, in: books)
    }

    /// A case by number in the actor's reach in the words that the actor may read; throws `Refusal.notFound`.
    package static func find(number: String, by actor: Actor, in books: Books) throws -> Case {
        try stored("c.number = \(number)", by: actor, in: books).shown(to: actor, in: books)
    }

    /// A case in the actor's reach as it is stored: for what changes it, never for what is shown. What may
    /// not be read must not be overwritten by what is shown instead.
    static func stored(_ id: ID<Case>, by actor: Actor, in books: Books) throws -> Case {
        try stored("c.id = \(id)", by: actor, in: books)
    }

    private static func stored(_ which: SQL, by actor: Actor, in books: Books) throws -> Case {
        guard
            let found = try books.first(
                """
                SELECT \(columns) FROM case_file c WHERE c.county = \(actor.county) AND \(which)
                    AND (\(reach(of: actor)))
                """,
                Case.init)
        else { throw Refusal.notFound }
        return found
    }

    /// The reach of the actor's posts and names, and the cases that ask for the actor's help. A report about
    /// one's own line does not pass through it: only whoever is asked to answer sees it.
    static func reach(of actor: Actor) -> SQL {
        guard let person = actor.person, !actor.isSystem, !actor.seesAll else { return actor.reach }
        let helps: SQL =
            """
            c.id IN (SELECT h.case_id FROM case_assist h WHERE h.county = \(actor.county) AND h.person = \
            \(person))
            """
        let units = actor.units
        guard !units.isEmpty else { return SQL.any([actor.reach, helps]) }
        let own: SQL =
            """
            (c.about_unit IS NULL OR c.about_unit NOT IN (\(list: Array(units)))
                OR c.reported_by = \(person))
            """
        return SQL.any([SQL.all([own, actor.reach]), helps])
    }

    /// What the life table asks of cases besides their rows: who handled them, who checked them or called
    /// their complainants and so never handles them afterwards, who still owes an answer as assistant, and
    /// which questions wait for a leader. A case about which nothing is known is left out.
    static func circumstances(of ids: [ID<Case>], county: County, in books: Books) throws
        -> [ID<Case>: Case.Circumstances]
    {
        var found: [ID<Case>: Case.Circumstances] = [:]
        let all = try books.all(
            """
            SELECT id AS item, 'hand' AS part, person FROM case_hand WHERE county = \(county)
                AND id IN (\(list: ids))
            UNION ALL SELECT case_id, 'look', person FROM case_check WHERE county = \(county)
                AND case_id IN (\(list: ids))
            UNION ALL SELECT case_id, 'look', person FROM call_back WHERE county = \(county)
                AND case_id IN (\(list: ids)) AND person IS NOT NULL
            UNION ALL SELECT case_id, 'assist', person FROM case_assist WHERE county = \(county)
                AND case_id IN (\(list: ids)) AND answered_at IS NULL
            UNION ALL SELECT case_id, 'waits', kind FROM decision WHERE county = \(county)
                AND case_id IN (\(list: ids)) AND settled_at IS NULL
            """
        ) {
            (
                try $0.get("item", as: ID<Case>.self), try $0.get("part", as: String.self),
                try $0.get("person", as: String.self)
            )
        }
        for (id, part, text) in all {
            if part == "waits" {
                if let kind = Decision.Kind(rawValue: text) {
                    found[id, default: .init()].waiting.insert(kind)
                }
                continue
            }
            // The clockwork checks too, and is nobody.
            guard let person = ID<Person>(text) else { continue }
            switch part {
            case "hand": found[id, default: .init()].hands.insert(person)
            case "look": found[id, default: .init()].lookers.insert(person)
            default: found[id, default: .init()].assistants.insert(person)
            }
        }
        return found
    }

    /// Cases before somebody, with everything that their life table asks.
    package static func inquiries(_ items: [Case], for actor: Actor, at now: Instant, in books: Books) throws
        -> [Inquiry<Case>]
    {
        guard !items.isEmpty else { return [] }
        let county = actor.county
        let known = try circumstances(of: items.map(\.id), county: county, in: books)
        let today = try Offices.of(county, in: books).zone.day(of: now)
        return try items.map { item in
            var circumstances = known[item.id] ?? .init()
            circumstances.deciders = try Decisions.deciders(for: item, county: county, at: now, in: books)
            circumstances.lastReopening = try lastReopening(of: item, county: county, at: now, in: books)
            return Inquiry(item, circumstances, actor: actor, now: now, today: today)
        }
    }

    /// One case before somebody.
    package static func inquiry(_ item: Case, for actor: Actor, at now: Instant, in books: Books) throws
        -> Inquiry<Case>
    {
        guard let one = try inquiries([item], for: actor, at: now, in: books).first else {
            throw Refusal.notFound
        }
        return one
    }

    /// The verbs that are done to many at once: the same answers fit all of them.
    package static let together: [CaseVerb] = [.file, .dispatch, .accept, .check, .decline]

    /// The cases of a query to which the actor may do a verb now, in the words that the actor may read; the
    /// first 200 of the query are looked at. What somebody wrote is filed alone: whoever files confirms its
    /// words.
    package static func ready(
        for verb: CaseVerb, _ query: CaseQuery, by actor: Actor, at now: Instant, in books: Books
    ) throws -> [Case] {
        var query = query
        (query.limit, query.cursor) = (200, "")
        let ids = try list(query, for: actor, at: now, in: books).lines.map(\.id)
        guard !ids.isEmpty else { return [] }
        let items = try books.all(
            """
            SELECT \(columns) FROM case_file c WHERE c.county = \(actor.county) AND c.id IN (\(list: ids))
                AND (\(reach(of: actor))) ORDER BY c.reported_at, c.id
            """, Case.init)
        return try inquiries(items, for: actor, at: now, in: books)
            .filter { $0.refusal(of: verb) == nil && (verb != .file || $0.record.areWordsConfirmed) }
            .map { $0.record.shown(to: actor, in: books) }
    }

    /// The verbs that the actor could use on a case now: what moves it on first, then in the order of the
    /// table.
    package static func possible(_ item: Case, for actor: Actor, at now: Instant, in books: Books) throws
        -> [Transition<Case>]
    {
        let possible = try inquiry(item, for: actor, at: now, in: books).possible
        return possible.filter { $0.verb == item.mainVerb } + possible.filter { $0.verb != item.mainVerb }
    }

    /// What one verb changes.
    struct Change {
        var set: [SQL] = []
        var details: [(String, String?)] = []
    }

    /// Does one thing to a case. `version` is what the person saw; if it has changed since, nothing happens.
    @discardableResult
    package static func perform(
        _ verb: CaseVerb, on id: ID<Case>, with answers: FormInput = FormInput(), seen version: Int? = nil,
        by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> Case {
        let item = try stored(id, by: actor, in: books)
        if let version, version != item.version { throw Refusal.changedMeanwhile }
        if let refusal = try inquiry(item, for: actor, at: now, in: books).refusal(of: verb) { throw refusal }
        let step = Case.transition(verb)
        // The clockwork has nothing to say in words.
        let form = actor.isSystem ? step.form.map(\.optional) : step.form
        let values = try form.read(answers)
        var change = try effect(of: verb, on: item, with: values, by: actor, at: now, in: books)
        change.details.append(
            (
                "photos",
                try CasePhotos.keep(
                    values.photos, with: step, of: item, county: actor.county, at: now, in: books)
            ))
        if let state = step.to { change.set.append("state = \(state)") }
        if let end = step.to, !end.isOpen {
            // An appeal is about what was; it outlives the next end. Nothing else waits for a case that has
            // ended.
            try Decisions.settleAll(of: id, sparingAppeals: end == .closed, by: actor, at: now, in: books)
        }
        if step.takesInHand, let person = actor.person {
            try addHand(person, to: item, actor, books)
        }
        return try apply(
            change, to: item, event: Event(step.event, change.details), as: step.needs, by: actor, at: now,
            in: books)
    }

    private static func addHand(_ person: ID<Person>, to item: Case, _ actor: Actor, _ books: Books) throws {
        try books.put(
            """
            INSERT INTO case_hand (county, id, person) VALUES (\(actor.county), \(item.id), \(person))
            ON CONFLICT (county, id, person) DO NOTHING
            """)
    }

    /// Writes a change with its history and its event; refuses if somebody was faster.
    @discardableResult
    static func apply(
        _ change: Change, to item: Case, event: Event, as power: Power?, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Case {
        let stamp = try books.stamp(now, in: actor.county)
        let assignments = SQL.list(
            change.set + [
                "version = version + 1", "updated_at = \(stamp)",
                "changed_seq = \(try books.nextLine(of: actor.county))",
            ])
        let changed = try books.change(
            """
            UPDATE case_file SET \(assignments)
            WHERE county = \(actor.county) AND id = \(item.id) AND state = \(item.state)
                AND version = \(item.version)
            """)
        guard changed == 1 else { throw Refusal.changedMeanwhile }
        try keepHistory(of: item.id, county: actor.county, at: now, in: books)
        try books.record(event, about: item.subject, by: actor, as: power, at: now)
        guard
            let fresh = try books.first(
                "SELECT \(columns) FROM case_file c WHERE c.county = \(actor.county) AND c.id = \(item.id)",
                Case.init)
        else { throw Refusal.notFound }
        return fresh.shown(to: actor, in: books)
    }

    /// Ends the row of history that held until now and begins the next.
    static func keepHistory(
        of id: ID<Case>, county: County, at now: Instant, in books: Books
    ) throws {
        try books.put(
            """
            UPDATE case_history SET until = \(now) WHERE county = \(county) AND id = \(id)
                AND until = \(Instant.never)
            """)
        try books.put(
            """
            INSERT INTO case_history (county, id, version, since, until, territory_path, place, category,
                category_version, source, state,
                outcome, unit, reported_at, filed_at, dispatched_at, told_at, handled_at, closed_at, due_at,
                    "returns",
                is_exempt)
            SELECT county, id, version, updated_at, \(Instant.never), territory_path, place, category,
                category_version, source, state,
                outcome, unit, reported_at, filed_at, dispatched_at, told_at, handled_at, closed_at, due_at,
                    "returns",
                is_exempt
            FROM case_file WHERE county = \(county) AND id = \(id)
            """)
    }

    /// The change that each verb makes; the state itself is set by `perform` from the life table.
    private static func effect(
        of verb: CaseVerb, on item: Case, with answers: FormValues, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Change {
        switch verb {
        case .verify: try verifying(item, answers, at: now)
        case .file: try filing(item, answers, by: actor, at: now, in: books)
        case .decline, .void: Change(details: [("words", answers["reason"])])
        case .merge: try merging(item, answers, by: actor, at: now, in: books)
        case .dispatch: try dispatching(item, answers, by: actor, at: now, in: books)
        case .tell: try telling(item, answers, by: actor, at: now, in: books)
        case .accept: Change(set: ["accepted_at = \(now)"])
        case .giveBack: try givingBack(item, answers, by: actor, at: now, in: books)
        case .assist: try Assists.asking(item, answers, by: actor, at: now, in: books)
        case .answer: try Assists.answering(item, answers, by: actor, at: now, in: books)
        case .split: try splitting(item, answers, by: actor, at: now, in: books)
        case .extend: try extending(item, answers, by: actor, at: now, in: books)
        case .suspend: try suspending(item, answers, by: actor, at: now, in: books)
        case .resume: try resuming(item, answers, county: actor.county, at: now, in: books)
        case .handle: try handling(item, answers, as: .solved, by: actor, at: now, in: books)
        case .explain: try handling(item, answers, as: .explained, by: actor, at: now, in: books)
        case .check, .close: try closing(item, answers, by: actor, at: now, in: books)
        case .rework: try reworking(item, answers, by: actor, at: now, in: books)
        case .callBack: try CallBacks.calling(item, answers, by: actor, at: now, in: books)
        case .reopen: try reopening(item, answers, by: actor, at: now, in: books)
        case .appeal: try appealing(item, answers, by: actor, at: now, in: books)
        case .note:
            Change(details: [
                ("words", answers["words"]), ("public", answers.flag("is_public") ? "yes" : nil),
            ])
        case .instruct: try instructing(item, answers, by: actor, at: now, in: books)
        case .escalate: try escalating(item, answers, by: actor, at: now, in: books)
        }
    }
}

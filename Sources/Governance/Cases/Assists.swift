package import Rules
import Store

/// A unit that helps the lead, with a clock of its own.
package struct Assist: Sendable, Hashable {
    /// Its unit and person.
    package var unit: ID<Unit>, person: ID<Person>, personName: String, unitName: Phrase
    /// What was asked, when, and until when.
    package var request: String, askedAt: Instant, dueAt: Instant
    /// What was answered, and when.
    package var answer: String?, answeredAt: Instant?
}

/// Asking other units to assist, and their answers.
package enum Assists {
    /// Every request to assist on a case, oldest first, without complainants' names for whoever may not know
    /// them.
    package static func all(of item: Case, for actor: Actor, in books: Books) throws -> [Assist] {
        let names = try Complainants.hidden(of: item, from: actor, in: books)
        return try books.all(
            """
            SELECT h.*, e.name, u.name_zh, u.name_en FROM case_assist h
            JOIN person e ON e.county = h.county AND e.id = h.person JOIN unit u ON u.county = h.county
                AND u.id = h.unit
            WHERE h.county = \(actor.county) AND h.case_id = \(item.id) ORDER BY h.asked_at, h.id
            """
        ) { row in
            func told(_ text: String) -> String { Masking.numbers(in: text, and: names) }
            return Assist(
                unit: try row.get("unit"), person: try row.get("person"), personName: try row.get("name"),
                unitName: Phrase(zh: try row.get("name_zh"), en: try row.get("name_en")),
                request: told(try row.get("request")),
                askedAt: try row.get("asked_at"), dueAt: try row.get("due_at"),
                answer: try row.optional("answer", as: String.self).map(told),
                answeredAt: try row.optional("answered_at"))
        }
    }

    static func asking(_ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books)
        throws -> Cases.Change
    {
        let county = actor.county
        let unit = try Units.find(try answers.id("unit"), of: county, in: books)
        let calendar = try Calendars.of(county, in: books)
        let day = calendar.zone.day(of: now)
        guard
            let named = try Tenures.candidates(of: county, on: day, in: books).first(where: {
                $0.unit == unit.id && $0.person.text == answers["person"]
            })
        else {
            throw Refusal.invalid(
                "person", zh: "请指定\(unit.name.zh)的一位责任人。", en: "Name a person of \(unit.name.en).")
        }
        let words = answers["words"]
        let days = try Parameters.value(.assistDays, of: county, on: day, in: books)
        let due = TimeLimit(days, .workDays).map { calendar.deadline($0, from: now).at } ?? now
        let id: ID<Assist> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO case_assist (county, id, case_id, unit, person, request, asked_at, due_at)
            VALUES (\(county), \(id), \(item.id), \(unit.id), \(named.person), \(Masking.numbers(in: words)),
                \(now), \(due))
            """)
        return .init(details: [
            ("unit", unit.name.zh), ("person", named.name), ("due", due.iso), ("words", words),
        ])
    }

    static func answering(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Cases.Change {
        let words = answers["words"]
        try books.change(
            """
            UPDATE case_assist SET answered_at = \(now), answer = \(Masking.numbers(in: words))
            WHERE county = \(actor.county) AND case_id = \(item.id) AND person = \(actor.person)
                AND answered_at IS NULL
            """)
        return .init(details: [("words", words)])
    }
}

extension Assists {
    /// A request that waits for the actor's answer.
    package struct Waiting: Sendable, Hashable {
        /// The case, what was asked, and until when.
        package var caseID: ID<Case>, title: String, request: String, dueAt: Instant
    }

    /// What waits for the actor's answer, soonest first.
    package static func waiting(for actor: Actor, in books: Books) throws -> Queue<Waiting> {
        let queue = try books.queue(
            "h.case_id, h.request, h.due_at, \(CaseLine.columns)",
            """
            case_assist h
            JOIN case_file c ON c.county = h.county AND c.id = h.case_id
            WHERE h.county = \(actor.county) AND h.person = \(actor.person) AND h.answered_at IS NULL
            AND c.state IN ('dispatched', 'handling', 'handled')
            """, order: "h.due_at, h.id", limit: 100
        ) {
            (
                line: try CaseLine($0),
                asked: Waiting(
                    caseID: try $0.get("case_id"), title: "", request: try $0.get("request"),
                    dueAt: try $0.get("due_at"))
            )
        }
        let names = try Complainants.hidden(of: queue.items.map(\.line), from: actor, in: books)
        return queue.map { line, asked in
            var asked = asked
            asked.title = line.shown(to: actor).title
            asked.request = Masking.numbers(in: asked.request, and: names[line.id] ?? [])
            return asked
        }
    }
}

extension Cases {
    /// What the actor moved on since a moment, newest first.
    package static func doneToday(by actor: Actor, from: Instant, in books: Books) throws -> Queue<CaseLine> {
        try books.queue(
            CaseLine.columns,
            """
            case_file c WHERE c.county = \(actor.county) AND c.updated_at >= \(from)
            AND c.id IN (SELECT v.subject_id FROM event v WHERE v.county = \(actor.county) AND v.person = \
            \(actor.person)
                AND v.happened_at >= \(from) AND v.subject_kind = 'case'
                AND v.kind IN ('case.handle', 'case.explain', 'case.check', 'case.rework', 'case.answer', \
            'case.return', 'case.dispatch', 'case.file'))
            AND \(reach(of: actor))
            """, order: "c.updated_at DESC, c.id", limit: 50, CaseLine.init
        ).map { $0.shown(to: actor) }
    }
}

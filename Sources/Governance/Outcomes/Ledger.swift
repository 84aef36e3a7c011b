package import Rules
import Store

extension Event.Kind {
    static let entryProposed = Event.Kind("ledger.propose", zh: "拟定奖惩", en: "Entry proposed")
    static let entryStep = Event.Kind("ledger.step", zh: "奖惩办理", en: "Step of an entry")
    static let entryObjected = Event.Kind("ledger.object", zh: "提出异议", en: "Objection raised")
    static let objectionReplied = Event.Kind("ledger.reply", zh: "答复异议", en: "Objection replied to")
}

/// The ledger of what follows: entries are proposed once, by rule; afterwards there are only steps, and
/// corrections are entries.
package enum Ledger {
    /// The entries of a round, or of all rounds, by place; of one state if one is named.
    static func all(
        of county: County, round: ID<EvaluationRound>? = nil, state: LedgerEntry.State? = nil, in books: Books
    ) throws -> [LedgerEntry] {
        let whose: SQL = round.map { "round = \($0)" } ?? "1 = 1"
        let which: SQL = state.map { "state = \($0)" } ?? "1 = 1"
        return try books.all(
            """
            SELECT * FROM ledger_entry WHERE county = \(county) AND \(whose) AND \(which)
                ORDER BY proposed_at, position, id
            """,
            LedgerEntry.init)
    }

    /// The entries that somebody may see (`LedgerSight` says which): who still judges does not see what
    /// followed from other layers.
    package static func all(
        for actor: Actor, state: LedgerEntry.State? = nil, kind: Evaluation.Incentive.RewardItem.Kind? = nil,
        in books: Books
    ) throws
        -> [LedgerEntry]
    {
        let hidden = try hidden(from: actor, in: books)
        return try all(of: actor.county, state: state, in: books).filter { entry in
            try !hidden.contains(entry.round) && (kind == nil || entry.kind == kind)
                && (isPublished(entry) || isNear(entry, actor, in: books))
        }
    }

    /// The rounds of assessments in which the actor still judges.
    private static func hidden(from actor: Actor, in books: Books) throws -> Set<ID<EvaluationRound>> {
        Set(
            try ScoreSheets.unseen(by: actor, in: books).flatMap {
                try Assessments.rounds(of: $0, county: actor.county, in: books).map(\.id)
            })
    }

    /// An entry by identity; throws `Refusal.notFound`.
    static func find(_ id: ID<LedgerEntry>, of county: County, in books: Books) throws -> LedgerEntry {
        guard
            let found = try books.first(
                "SELECT * FROM ledger_entry WHERE county = \(county) AND id = \(id)", LedgerEntry.init)
        else {
            throw Refusal.notFound
        }
        return found
    }

    /// The signed steps of entries. Which may follow which the life table says.
    static let steps = Procedure<LedgerStep>(kind: "entry", rules: [])

    /// The steps of an entry, oldest first.
    static func steps(of id: ID<LedgerEntry>, county: County, in books: Books) throws
        -> [SignedStep<LedgerStep>]
    {
        try steps.steps(
            of: id.text, county: county, zone: Offices.of(county, in: books).zone, in: books)
    }
    /// Who was in the posts that an entry names, on the day of judging.
    static func people(of id: ID<LedgerEntry>, county: County, in books: Books) throws -> [LedgerPerson] {
        try books.all(
            "SELECT * FROM ledger_person WHERE county = \(county) AND entry = \(id) ORDER BY post, person",
            LedgerPerson.init)
    }
    /// What was held against an entry, oldest first.
    static func objections(to id: ID<LedgerEntry>, county: County, in books: Books) throws -> [Objection] {
        try books.all(
            "SELECT * FROM objection WHERE county = \(county) AND entry = \(id) ORDER BY raised_at, id",
            Objection.init)
    }

    /// What an entry's rule gives in the scheme: posts, who carries it out, seats.
    static func gift(of entry: LedgerEntry, county: County, in books: Books) throws -> (
        incentive: Evaluation.Incentive, gift: Evaluation.Incentive.RewardItem
    )? {
        gift(of: entry, in: try scheme(of: entry, county: county, in: books))
    }

    static func gift(of entry: LedgerEntry, in scheme: Evaluation) -> (
        incentive: Evaluation.Incentive, gift: Evaluation.Incentive.RewardItem
    )? {
        guard let incentive = scheme.incentives.first(where: { $0.name == entry.rule }) else { return nil }
        // Accountability follows from a check: it names the same posts.
        let gift =
            incentive.gifts.first { $0.kind == entry.kind } ?? incentive.gifts.first { $0.kind == .check }
        return gift.map { (incentive, $0) }
    }

    static func scheme(of entry: LedgerEntry, county: County, in books: Books) throws -> Evaluation {
        let round = try Assessments.round(entry.round, of: county, in: books)
        return try Evaluations.find(
            Assessments.find(round.assessment, of: county, in: books).evaluation, of: county, in: books
        ).scheme
    }

    /// Proposes everything that follows from a judged round. Answers how many entries there are.
    static func propose(
        _ judged: JudgedOutcome, of round: EvaluationRound, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Int {
        let county = actor.county
        let units = Dictionary(
            try JudgedUnits.all(of: judged.evaluation, county: county, on: judged.outcome.day, in: books).map
            { ($0.id, $0) }
        ) { first, _ in first }
        let until = try deadline(.objection, of: judged.evaluation, from: now, county: county, in: books)
        var position = 0
        for entry in judged.outcome.entries {
            guard let incentive = judged.evaluation.incentives.first(where: { $0.name == entry.incentive })
            else { continue }
            position += 1
            let unit = judged.unit(entry.unit)
            let id = try add(
                round: round.id, position: position, rule: entry.incentive, kind: entry.kind, unit: unit.id,
                name: unit.name, fen: entry.fen,
                because: judged.reason(entry), until: until, corrects: nil, by: actor, at: now, in: books)
            let posts = incentive.gifts[entry.gift].posts
            if let judgedUnit = units[unit.id], !posts.isEmpty {
                try name(
                    posts, of: judgedUnit, on: judged.outcome.day, fen: entry.fen, in: id, county: county,
                    books: books)
            }
        }
        return position
    }

    private static func add(
        round: ID<EvaluationRound>, position: Int, rule: String, kind: Evaluation.Incentive.RewardItem.Kind,
        unit: String, name: String, fen: Int?, because: Phrase,
        until: Day, corrects: ID<LedgerEntry>?, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<LedgerEntry> {
        let id: ID<LedgerEntry> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO ledger_entry (county, id, round, position, rule, kind, unit, unit_name, fen,
                because_zh, because_en, state, proposed_at,
                objections_until, corrects, version)
            VALUES (\(actor.county), \(id), \(round), \(position), \(rule), \(kind.rawValue), \(unit),
                \(name), \(fen), \(because.zh), \(because.en),
                \(LedgerEntry.State.proposed), \(now), \(until), \(corrects), 1)
            """)
        try step(.proposed, id, number: 1, note: "", paper: "", by: actor, at: now, in: books)
        try books.record(
            Event(
                .entryProposed,
                [("rule", rule), ("kind", kind.rawValue), ("unit", name), ("fen", fen.map { "\($0)" })]),
            about: .init("entry", id.text),
            by: actor, at: now)
        return id
    }

    /// Writes down who was in posts of these kinds that day: in the unit's own land, at the unit, or
    /// supporting the village.
    private static func name(
        _ kinds: [String], of unit: JudgedUnit, on day: Day, fen: Int?, in entry: ID<LedgerEntry>,
        county: County, books: Books
    ) throws {
        let whose: SQL =
            if let id = unit.unit { "p.unit = \(id)" } else {
                """
                (t.path = \(unit.path) AND p.kind <> 'support_head' OR p.kind = 'support_head' AND EXISTS \
                (SELECT 1 FROM support_link s JOIN territory v ON v.id = s.village
                    WHERE s.county = \(county) AND s.unit = p.unit AND v.path = \(unit.path)
                        AND s.since <= \(day) AND s.until > \(day)))
                """
            }
        try books.change(
            """
            INSERT INTO ledger_person (county, entry, post, person, fen)
            SELECT DISTINCT p.county, \(entry), p.id, n.person, CAST(\(fen) AS BIGINT) FROM post p
                JOIN territory t ON t.id = p.territory
            JOIN tenure n ON n.county = p.county AND n.post = p.id AND n.since <= \(day) AND n.until > \(day)
            WHERE p.county = \(county) AND p.kind IN (\(list: kinds)) AND \(whose)
            """)
    }

    private static func deadline(
        _ about: Evaluation.Deadline.About, of scheme: Evaluation, from now: Instant, county: County,
        in books: Books
    ) throws -> Day {
        let calendar = try Calendars.of(county, in: books)
        return scheme.deadlines.first { $0.about == about }?.day(from: now, calendar)
            ?? calendar.zone.day(of: now)
    }

    /// By when an entry's check is done; nil for other entries.
    static func checkDue(of entry: LedgerEntry, county: County, in books: Books) throws -> Day? {
        guard entry.kind == .check else { return nil }
        return try deadline(
            .check, of: scheme(of: entry, county: county, in: books), from: entry.proposedAt, county: county,
            in: books)
    }

    /// Keeps an objection to an entry.
    static func object(
        _ said: String, to entry: LedgerEntry, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        let (county, id): (County, ID<Objection>) = (actor.county, books.newID(at: now))
        let due = try deadline(
            .reply, of: scheme(of: entry, county: county, in: books), from: now, county: county, in: books)
        try books.change(
            """
            INSERT INTO objection (county, id, entry, person, said, raised_at, reply_due, reply)
            VALUES (\(county), \(id), \(entry.id), \(actor.person), \(said), \(now), \(due), '')
            """)
        try books.record(
            Event(.entryObjected, [("said", said)]), about: .init("entry", entry.id.text), by: actor, at: now)
    }

    /// Whether somebody can object: a post in the land or the unit of any unit of the same kind, or a name in
    /// the entry.
    static func mayObject(_ actor: Actor, to entry: LedgerEntry, on day: Day, in books: Books) throws -> Bool
    {
        let scheme = try scheme(of: entry, county: actor.county, in: books)
        return try mayObject(
            actor, to: entry, among: JudgedUnits.all(of: scheme, county: actor.county, on: day, in: books),
            in: books)
    }

    /// The same where the compared units are known.
    static func mayObject(_ actor: Actor, to entry: LedgerEntry, among units: [JudgedUnit], in books: Books)
        throws -> Bool
    {
        let people = try people(of: entry.id, county: actor.county, in: books)
        if people.contains(where: { $0.person == actor.person }) { return true }
        return isCompared(
            actor, with: entry, among: units, office: try Offices.of(actor.county, in: books).territory.path)
    }

    /// Replies to an objection; upheld, an entry that is only proposed is withdrawn. Throws `Refusal.notNow`
    /// if it was replied to.
    static func reply(
        _ text: String, isUpheld: Bool, to objection: Objection, of entry: LedgerEntry, by actor: Actor,
        at now: Instant, in books: Books
    ) throws {
        guard objection.repliedAt == nil else {
            throw Refusal.notNow(Phrase(zh: "已经答复过了。", en: "It was replied to already."))
        }
        guard objection.person != actor.person else {
            throw Refusal.notAllowed(Phrase(zh: "不能答复自己提的异议。", en: "You cannot reply to your own objection."))
        }
        try books.change(
            """
            UPDATE objection SET reply = \(text), is_upheld = \(isUpheld), replied_by = \(actor.person),
                replied_at = \(now)
            WHERE county = \(actor.county) AND id = \(objection.id)
            """)
        try books.record(
            Event(.objectionReplied, [("reply", text), ("upheld", isUpheld ? "yes" : "no")]),
            about: .init("entry", entry.id.text), by: actor, as: .evaluate, at: now)
        if isUpheld, entry.state == .proposed {
            try move(entry, to: .withdrawn, .withdrawn, note: text, paper: "", by: actor, at: now, in: books)
        }
    }

    /// The approved checks that somebody's unit carries out, the one that is due first before the others.
    package static func checks(for actor: Actor, in books: Books) throws -> [(entry: LedgerEntry, due: Day)] {
        try all(for: actor, state: .approved, kind: .check, in: books).compactMap {
            entry -> (entry: LedgerEntry, due: Day)? in
            guard let due = try checkDue(of: entry, county: actor.county, in: books) else { return nil }
            return try carriers(of: entry, county: actor.county, in: books).contains { actor.belongs(to: $0) }
                ? (entry, due) : nil
        }.sorted { ($0.due, $0.entry.position) < ($1.due, $1.entry.position) }
    }

    /// Says what the check of a unit behind found. Serious, it begins accountability of those who were in the
    /// posts on the day of judging.
    static func check(
        _ entry: LedgerEntry, isSerious: Bool, note: String, paper: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        let county = actor.county
        try move(
            entry, to: .done, isSerious ? .checkedSerious : .checkedClean, note: note, paper: paper,
            by: actor, at: now, in: books)
        guard isSerious else { return }
        let until = try deadline(
            .objection, of: scheme(of: entry, county: county, in: books), from: now, county: county, in: books
        )
        let position =
            try books.count(
                """
                SELECT COALESCE(MAX(position), 0) FROM ledger_entry WHERE county = \(county)
                    AND round = \(entry.round)
                """
            ) + 1
        let answerable = try add(
            round: entry.round, position: position, rule: entry.rule, kind: .accountability, unit: entry.unit,
            name: entry.unitName, fen: nil,
            because: Phrase(zh: "核查：\(note)", en: "Checked: \(note)"), until: until, corrects: nil, by: actor,
            at: now, in: books)
        try books.change(
            """
            INSERT INTO ledger_person (county, entry, post, person, fen)
            SELECT county, \(answerable), post, person, NULL FROM ledger_person WHERE county = \(county)
                AND entry = \(entry.id)
            """)
    }

    /// Throws `Refusal.notFound` for an entry that is no check, `Refusal.notAllowed` for who is not of the
    /// Corrects an entry by a new one beside it: what was computed stays. The old one is withdrawn if it is
    /// not done.
    static func correct(
        _ entry: LedgerEntry, fen: Int?, why: String, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        let county = actor.county
        guard (entry.fen == nil) == (fen == nil) else {
            throw Refusal.invalid(
                "fen", zh: "有金额的条目更正时要写金额；没有金额的条目不能加金额。",
                en: "An entry with an amount needs one to be corrected; an entry without takes none.")
        }
        var fen = fen
        if entry.state == .done {
            // What was paid stays paid: the correction is what is missing to the right amount.
            guard let right = fen, let paid = entry.fen, right > paid else {
                throw Refusal.notNow(
                    Phrase(
                        zh: "已经兑现，更正只能补发差额；多发的按财务规定追回，在这里写明不了。",
                        en:
                            """
                            It was paid or done: a correction can only pay what is missing. What was \
                            too much is taken back outside.
                            """
                    ))
            }
            fen = right - paid
        }
        let until = try deadline(
            .objection, of: scheme(of: entry, county: county, in: books), from: now, county: county, in: books
        )
        let position =
            try books.count(
                """
                SELECT COALESCE(MAX(position), 0) FROM ledger_entry WHERE county = \(county)
                    AND round = \(entry.round)
                """
            ) + 1
        let new = try add(
            round: entry.round, position: position, rule: entry.rule, kind: entry.kind, unit: entry.unit,
            name: entry.unitName, fen: fen,
            because: Phrase(zh: "更正：\(why)", en: "Corrected: \(why)"), until: until, corrects: entry.id,
            by: actor,
            at: now, in: books)
        try books.change(
            """
            INSERT INTO ledger_person (county, entry, post, person, fen)
            SELECT county, \(new), post, person, CAST(\(fen) AS BIGINT) FROM ledger_person
                WHERE county = \(county) AND entry = \(entry.id)
            """)
        if entry.state == .proposed || entry.state == .approved {
            try move(entry, to: .withdrawn, .withdrawn, note: why, paper: "", by: actor, at: now, in: books)
        }
    }

    static func move(
        _ entry: LedgerEntry, to state: LedgerEntry.State, _ step: LedgerStep, note: String,
        paper: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        let changed = try books.change(
            """
            UPDATE ledger_entry SET state = \(state), version = version + 1
            WHERE county = \(actor.county) AND id = \(entry.id) AND version = \(entry.version)
            """)
        guard changed == 1 else { throw Refusal.changedMeanwhile }
        try self.step(
            step, entry.id, number: entry.version + 1, note: note, paper: paper, by: actor, at: now, in: books
        )
    }

    private static func step(
        _ step: LedgerStep, _ id: ID<LedgerEntry>, number: Int, note: String, paper: String,
        by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try steps.sign(
            step, of: id.text, number: number, for: Offices.of(actor.county, in: books).zone.day(of: now),
            note: note, document: paper, by: actor, as: actor.seats.first?.post, at: now, in: books)
        if step != .proposed {
            try books.record(
                Event(
                    .entryStep,
                    [
                        ("step", step.rawValue), ("note", note.isEmpty ? nil : note),
                        ("paper", paper.isEmpty ? nil : paper),
                    ]),
                about: .init("entry", id.text), by: actor, at: now)
        }
    }

    /// What the ledger adds up to, by kind and state: entries, people who receive something, fen.
    package struct Total: Sendable, Equatable {
        /// The kind and the state.
        package var kind: Evaluation.Incentive.RewardItem.Kind, state: LedgerEntry.State
        /// How many entries, and fen in all: to the unit, or to each person named.
        package var entries: Int, fen: Int

        init(_ row: Row) throws {
            kind = Evaluation.Incentive.RewardItem.Kind(rawValue: try row.get("kind")) ?? .commendation
            (state, entries, fen) = (try row.get("state"), try row.get("entries"), try row.get("fen"))
        }
    }
}

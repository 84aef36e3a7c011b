package import Rules
import Store

extension Ledger {
    /// Entries before somebody, with what approving and paying ask: a few questions for all of them together.
    package static func inquiries(
        _ entries: [LedgerEntry], for actor: Actor, at now: Instant, in books: Books
    ) throws -> [Inquiry<LedgerEntry>] {
        guard !entries.isEmpty else { return [] }
        let today = try Offices.of(actor.county, in: books).zone.day(of: now)
        var known: [ID<LedgerEntry>: LedgerEntry.Circumstances] = [:]
        for part in entries.map(\.id).parts(of: 500) {
            try read(&known, of: part, county: actor.county, in: books)
        }
        return entries.map {
            Inquiry($0, known[$0.id] ?? .init(), actor: actor, now: now, today: today)
        }
    }

    /// One entry before somebody, with everything that its life table asks.
    package static func inquiry(_ entry: LedgerEntry, for actor: Actor, at now: Instant, in books: Books)
        throws -> Inquiry<LedgerEntry>
    {
        guard let plain = try inquiries([entry], for: actor, at: now, in: books).first else {
            throw Refusal.notFound
        }
        let county = actor.county
        let scheme = try scheme(of: entry, county: county, in: books)
        let units = try JudgedUnits.all(of: scheme, county: county, on: plain.today, in: books)
        let gift = gift(of: entry, in: scheme)?.gift
        var circumstances = plain.circumstances
        circumstances.scheme = .init(
            mayObject: try mayObject(actor, to: entry, among: units, in: books),
            carriers: try (gift?.by ?? []).compactMap { try Units.find(code: $0, of: county, in: books) },
            seats: gift?.seats ?? 1,
            isLed: units.first { $0.id == entry.unit }.map { Recommendations.isLed($0, by: actor) } ?? false)
        return Inquiry(entry, circumstances, actor: actor, now: now, today: plain.today)
    }

    private static func read(
        _ known: inout [ID<LedgerEntry>: LedgerEntry.Circumstances], of ids: [ID<LedgerEntry>],
        county: County, in books: Books
    ) throws {
        for objection in try books.all(
            """
            SELECT * FROM objection WHERE county = \(county) AND entry IN (\(list: ids))
                AND replied_at IS NULL ORDER BY raised_at, id
            """, Objection.init)
        {
            known[objection.entry, default: .init()].openObjections.append(objection)
        }
        for recommendation in try books.all(
            """
            SELECT * FROM recommendation WHERE county = \(county) AND entry IN (\(list: ids))
                ORDER BY recommended_at, id
            """, Recommendation.init)
        {
            known[recommendation.entry, default: .init()].recommendations.append(recommendation)
        }
        for (id, approver) in try books.all(
            """
            SELECT subject, person FROM signed_step WHERE county = \(county) AND kind = \(steps.kind)
                AND subject IN (\(list: ids)) AND step = \(LedgerStep.approved) AND person IS NOT NULL
            """,
            { (try $0.get("subject", as: ID<LedgerEntry>.self), try $0.get("person", as: ID<Person>.self)) })
        {
            known[id, default: .init()].approver = approver
        }
        for id in try books.all(
            """
            SELECT corrects FROM ledger_entry WHERE county = \(county) AND corrects IN (\(list: ids))
                AND state <> \(LedgerEntry.State.withdrawn)
            """,
            { try $0.get("corrects", as: ID<LedgerEntry>.self) })
        {
            known[id, default: .init()].isCorrected = true
        }
    }

    /// Whether somebody has a post in the land or the unit of any unit of the same kind.
    static func isCompared(
        _ actor: Actor, with entry: LedgerEntry, among units: [JudgedUnit], office: String
    ) -> Bool {
        let kind = entry.unit.prefix { $0 != ":" }
        return units.contains { unit in
            unit.kind.rawValue == kind
                && actor.seats.contains {
                    $0.unit == unit.unit
                        || !unit.path.isEmpty && $0.path.hasPrefix(unit.path) && $0.path.count > office.count
                }
        }
    }

    /// Does one thing to an entry: the one way of page, API, demo and of what is done to many. Whether it may
    /// happen is asked before what was written is read. Answers the entry as it is then, and what was
    /// answered.
    @discardableResult
    package static func perform(
        _ verb: LedgerVerb, on id: ID<LedgerEntry>, with input: FormInput, byProgram: Bool = false,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> (entry: LedgerEntry, values: FormValues) {
        guard actor.person != nil || actor.isSystem else { throw Refusal.signInFirst }
        let entry = try find(id, of: actor.county, in: books)
        let inquiry = try inquiry(entry, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: verb) { throw refusal }
        let form = byProgram ? LedgerForm.program(verb) : LedgerForm.page(verb)
        if byProgram { try form.refuseOthers(in: input, besides: ["verb"]) }
        let values = try form.read(input)
        try effect(of: verb, on: inquiry, with: values, in: books)
        return (try find(id, of: actor.county, in: books), values)
    }

    private static func effect(
        of verb: LedgerVerb, on inquiry: Inquiry<LedgerEntry>, with values: FormValues, in books: Books
    ) throws {
        let (entry, actor, now) = (inquiry.record, inquiry.actor, inquiry.now)
        switch verb {
        case .approve:
            try move(
                entry, to: .approved, .approved, note: "", paper: values["paper"], by: actor, at: now,
                in: books)
        case .pay:
            try move(entry, to: .done, .paid, note: "", paper: values["paper"], by: actor, at: now, in: books)
        case .withdraw:
            try move(
                entry, to: .withdrawn, .withdrawn, note: values["why"], paper: "", by: actor, at: now,
                in: books)
        case .object: try object(values["said"], to: entry, by: actor, at: now, in: books)
        case .reply:
            let id = try values.id("objection", of: Objection.self)
            guard
                let objection = try objections(to: entry.id, county: actor.county, in: books).first(where: {
                    $0.id == id
                })
            else { throw Refusal.notFound }
            try reply(
                values["reply"], isUpheld: values.flag("upheld"), to: objection, of: entry, by: actor,
                at: now, in: books)
        case .check:
            try check(
                entry, isSerious: values.flag("serious"), note: values["note"], paper: values["paper"],
                by: actor, at: now, in: books)
        case .correct:
            try correct(
                entry, fen: values.optionalNumber("yuan") ?? values.optionalNumber("fen"),
                why: values["why"], by: actor, at: now, in: books)
        case .recommend:
            try Recommendations.make(
                values.id("person"), for: entry, among: inquiry.circumstances.recommendations,
                why: values["why"], by: actor, at: now, in: books)
        case .assess:
            let id = try values.id("recommendation", of: Recommendation.self)
            guard let found = inquiry.circumstances.recommendations.first(where: { $0.id == id }) else {
                throw Refusal.notFound
            }
            try Recommendations.assess(
                found, hasPassed: values.flag("passed"), note: values["note"], by: actor, at: now, in: books)
        }
    }

    /// What could be done to by somebody now, of one kind if named, oldest first.
    package static func ready(
        for verb: LedgerVerb, kind: Evaluation.Incentive.RewardItem.Kind? = nil, actor: Actor,
        at now: Instant, in books: Books
    ) throws -> [LedgerEntry] {
        let transition = LedgerEntry.transition(verb)
        // Who has not the power need not have every entry looked at.
        guard let power = transition.needs, actor.mayOffice(power), actor.person != nil else { return [] }
        func read() throws -> [LedgerEntry] {
            let entries = try transition.from.flatMap {
                try all(for: actor, state: $0, kind: kind, in: books)
            }
            return try inquiries(entries, for: actor, at: now, in: books)
                .filter { $0.refusal(of: verb) == nil }.map(\.record)
        }
        guard books.heads != nil else { return try read() }
        // A leader's first page counts them each time; between two events nothing changes but the day.
        let question = Ready(
            person: actor.person, seats: actor.seats, verb: verb, kind: kind,
            day: try Offices.of(actor.county, in: books).zone.day(of: now))
        return try books.cache.versioned("ledger ready", most: 64).thing(
            question, of: actor.county, version: books.version(of: actor.county), read)
    }

    /// What is asked when entries are looked for to which somebody can do something.
    private struct Ready: Hashable {
        let person: ID<Person>?, seats: [Actor.Seat], verb: LedgerVerb
        let kind: Evaluation.Incentive.RewardItem.Kind?, day: Day
    }

    /// Approves, or notes as paid, every entry that is ready for it. What is not ready yet, and checks that
    /// somebody has to look at, stay as they are. Answers how many it was. Throws `Refusal.notNow` for none.
    package static func all(_ values: FormValues, by actor: Actor, at now: Instant, in books: Books) throws
        -> Int
    {
        let verb = try values.choice("verb", of: LedgerVerb.self)
        let paper = FormInput(["paper": values["paper"]])
        let ready = try ready(
            for: verb, kind: values.optionalChoice("kind"), actor: actor, at: now, in: books)
        for entry in ready { try perform(verb, on: entry.id, with: paper, by: actor, at: now, in: books) }
        guard !ready.isEmpty else {
            throw Refusal.notNow(Phrase(zh: "现在没有可以办的。", en: "Nothing is ready for it now."))
        }
        return ready.count
    }
}

extension Array {
    /// Pieces of at most so many elements: a list inside a statement stays short.
    func parts(of most: Int) -> [[Element]] {
        stride(from: 0, to: count, by: most).map { Array(self[$0..<Swift.min($0 + most, count)]) }
    }
}

package import Rules
import Store

extension Event.Kind {
    static let cadreRecommended = Event.Kind("recommendation.make", zh: "推荐干部", en: "Cadre recommended")
    static let cadreAssessed = Event.Kind("recommendation.assess", zh: "组织考核", en: "Cadre assessed")
}

/// Somebody whom a unit recommends, and what the assessment said.
package struct Recommendation: Sendable {
    /// Its identity and entry; who is recommended, in which post, and why.
    package let id: ID<Recommendation>, entry: ID<LedgerEntry>, person: ID<Person>, post: ID<Post>,
        why: String
    /// Who recommended; whether the assessment was passed and what it said; nil before.
    package let recommendedBy: ID<Person>, hasPassed: Bool?, assessment: String, assessedBy: ID<Person>?

    init(_ row: Row) throws {
        (id, entry, person, post, why) = (
            try row.get("id"), try row.get("entry"), try row.get("person"), try row.get("post"),
            try row.get("why")
        )
        (recommendedBy, hasPassed, assessment, assessedBy) = (
            try row.get("recommended_by"), try row.optional("has_passed"), try row.get("assessment"),
            try row.optional("assessed_by")
        )
    }
}

/// Recommending and assessing: a unit names people, an office of its own assesses them, then the leading
/// group approves.
package enum Recommendations {
    /// The recommendations of an entry, oldest first.
    static func all(of entry: ID<LedgerEntry>, county: County, in books: Books) throws -> [Recommendation] {
        try books.all(
            """
            SELECT * FROM recommendation WHERE county = \(county) AND entry = \(entry)
                ORDER BY recommended_at, id
            """,
            Recommendation.init)
    }

    /// Who could be recommended for an entry: people with a post in the unit or in its land.
    static func candidates(for entry: LedgerEntry, county: County, on day: Day, in books: Books) throws
        -> [Person]
    {
        guard let unit = try unit(of: entry, county: county, on: day, in: books) else { return [] }
        let whose: SQL =
            unit.unit.map { "p.unit = \($0)" }
            ?? "t.path >= \(unit.path) AND t.path < \(Territory.end(of: unit.path))"
        return try books.all(
            """
            SELECT DISTINCT w.* FROM person w JOIN tenure n ON n.county = w.county AND n.person = w.id
                AND n.since <= \(day) AND n.until > \(day)
            JOIN post p ON p.county = n.county AND p.id = n.post JOIN territory t ON t.id = p.territory
            WHERE w.county = \(county) AND \(whose) ORDER BY w.name, w.id
            """, Person.init)
    }

    private static func unit(of entry: LedgerEntry, county: County, on day: Day, in books: Books) throws
        -> JudgedUnit?
    {
        try JudgedUnits.all(
            of: Ledger.scheme(of: entry, county: county, in: books), county: county, on: day, in: books
        ).first { $0.id == entry.unit }
    }

    /// Whether a post belongs to a unit or its land.
    private static func isOf(_ seat: Actor.Seat, _ unit: JudgedUnit) -> Bool {
        seat.unit == unit.unit || !unit.path.isEmpty && seat.path.hasPrefix(unit.path)
    }

    /// Whether somebody leads a unit, by one and the same post, or runs the evaluation of the office.
    private static func isLed(_ unit: JudgedUnit, by actor: Actor) -> Bool {
        let leads: Set<PostKind> = [.townSecretary, .townMayor, .unitLead, .supportHead]
        return actor.mayOffice(.evaluate)
            || actor.seats.contains { leads.contains($0.kind) && isOf($0, unit) }
    }

    /// Whether somebody could recommend people for an entry.
    static func mayMake(for entry: LedgerEntry, _ actor: Actor, on day: Day, in books: Books) throws -> Bool {
        try unit(of: entry, county: actor.county, on: day, in: books).map { isLed($0, by: actor) } ?? false
    }

    /// The unit of an entry that asks for recommendations. Throws `Refusal.notFound` if it asks for none,
    /// `Refusal.notAllowed` for who does not lead the unit.
    @discardableResult
    static func needLead(of entry: LedgerEntry, _ actor: Actor, on day: Day, in books: Books) throws
        -> JudgedUnit
    {
        guard entry.kind == .recommendation,
            let unit = try unit(of: entry, county: actor.county, on: day, in: books)
        else { throw Refusal.notFound }
        guard isLed(unit, by: actor) else {
            throw Refusal.notAllowed(
                Phrase(zh: "由\(unit.name)的负责人推荐。", en: "The head of \(unit.name) recommends."))
        }
        return unit
    }

    /// Recommends somebody for an entry's seat: by who leads the unit, for somebody with a post in it or
    /// helping in its villages.
    package static func make(
        _ person: ID<Person>, for id: ID<LedgerEntry>, why: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        guard let maker = actor.person else { throw Refusal.signInFirst }
        let county = actor.county, day = try Offices.of(county, in: books).zone.day(of: now)
        let entry = try Ledger.find(id, of: county, in: books)
        guard entry.kind == .recommendation,
            let (_, gift) = try Ledger.gift(of: entry, county: county, in: books)
        else { throw Refusal.notFound }
        guard entry.state == .proposed else {
            throw Refusal.notNow(Phrase(zh: "这一条已经办过了。", en: "The entry was dealt with already."))
        }
        let unit = try needLead(of: entry, actor, on: day, in: books)
        guard person != maker else {
            throw Refusal.invalid("person", zh: "不能推荐自己。", en: "Nobody recommends oneself.")
        }
        let all = try all(of: id, county: county, in: books)
        guard all.count < gift.seats else {
            throw Refusal.notNow(
                Phrase(zh: "名额 \(gift.seats) 个已经满了。", en: "All \(gift.seats) seats are taken."))
        }
        guard !all.contains(where: { $0.person == person }) else {
            throw Refusal.invalid("person", zh: "已经推荐过了。", en: "Recommended already.")
        }
        guard
            let seat = try Tenures.seats(of: person, of: county, on: day, in: books).first(where: {
                isOf($0, unit)
            })
        else {
            throw Refusal.invalid(
                "person", zh: "这个人在\(unit.name)没有岗位。", en: "That person has no post in \(unit.name).")
        }
        let new: ID<Recommendation> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO recommendation (county, id, entry, person, post, why, recommended_by, recommended_at,
                assessment)
            VALUES (\(county), \(new), \(id), \(person), \(seat.post),
                \(Check.text(why, field: "why", most: 500)), \(maker), \(now), '')
            """)
        try books.record(
            Event(.cadreRecommended, [("person", person.text)]), about: .init("entry", id.text), by: actor,
            at: now)
    }

    /// Throws `Refusal.notAllowed` for who is not of the units that the scheme names.
    static func needAssessor(of entry: LedgerEntry, _ actor: Actor, in books: Books) throws {
        let county = actor.county
        let units =
            try Ledger.gift(of: entry, county: county, in: books)?.gift.by.compactMap {
                try Units.find(code: $0, of: county, in: books)
            } ?? []
        guard units.contains(where: { actor.belongs(to: $0.id) }) else {
            throw Refusal.notAllowed(
                Phrase(
                    zh: "由\(units.map(\.name.zh).joined(separator: "、"))考核。",
                    en: "Assessed by \(units.map(\.name.en).joined(separator: ", "))."))
        }
    }

    /// Says whether somebody passed the assessment: only people of the units that the scheme names, never who
    /// recommended.
    package static func assess(
        _ id: ID<Recommendation>, hasPassed: Bool, note: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        let county = actor.county
        guard
            let found = try books.first(
                "SELECT * FROM recommendation WHERE county = \(county) AND id = \(id)", Recommendation.init)
        else {
            throw Refusal.notFound
        }
        let entry = try Ledger.find(found.entry, of: county, in: books)
        try needAssessor(of: entry, actor, in: books)
        guard found.hasPassed == nil else {
            throw Refusal.notNow(Phrase(zh: "已经考核过了。", en: "Assessed already."))
        }
        guard found.recommendedBy != actor.person, found.person != actor.person else {
            throw Refusal.notAllowed(
                Phrase(zh: "推荐的人和被推荐的人不能考核。", en: "Neither who recommends nor who is recommended assesses."))
        }
        try books.change(
            """
            UPDATE recommendation SET has_passed = \(hasPassed),
                assessment = \(Check.text(note, field: "note", most: 500)), assessed_by = \(actor.person),
                assessed_at = \(now)
            WHERE county = \(county) AND id = \(id)
            """)
        try books.record(
            Event(.cadreAssessed, [("person", found.person.text), ("passed", hasPassed ? "yes" : "no")]),
            about: .init("entry", entry.id.text), by: actor,
            at: now)
    }

    /// Throws unless somebody is recommended and everybody was assessed and passed.
    static func needAssessed(_ entry: LedgerEntry, county: County, in books: Books) throws {
        let all = try all(of: entry.id, county: county, in: books)
        guard !all.isEmpty else {
            throw Refusal.notNow(Phrase(zh: "还没有推荐人选。", en: "Nobody is recommended yet."))
        }
        guard all.allSatisfy({ $0.hasPassed != nil }) else {
            throw Refusal.notNow(Phrase(zh: "还有人没有考核。", en: "Somebody is not assessed yet."))
        }
        guard all.contains(where: { $0.hasPassed == true }) else {
            throw Refusal.notNow(Phrase(zh: "没有人通过考核。", en: "Nobody passed the assessment."))
        }
    }
}

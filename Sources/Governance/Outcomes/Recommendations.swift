import Rules
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
    static func isLed(_ unit: JudgedUnit, by actor: Actor) -> Bool {
        let leads: Set<PostKind> = [.townSecretary, .townMayor, .unitLead, .supportHead]
        return actor.mayOffice(.evaluate)
            || actor.seats.contains { leads.contains($0.kind) && isOf($0, unit) }
    }

    /// Recommends somebody for an entry's seat: somebody with a post in the unit or helping in its villages.
    static func make(
        _ person: ID<Person>, for entry: LedgerEntry, among all: [Recommendation], why: String,
        by actor: Actor, at now: Instant, in books: Books
    ) throws {
        guard let maker = actor.person else { throw Refusal.signInFirst }
        let county = actor.county, day = try Offices.of(county, in: books).zone.day(of: now)
        guard let unit = try unit(of: entry, county: county, on: day, in: books) else {
            throw Refusal.notFound
        }
        guard person != maker else {
            throw Refusal.invalid("person", zh: "不能推荐自己。", en: "Nobody recommends oneself.")
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
            VALUES (\(county), \(new), \(entry.id), \(person), \(seat.post), \(why), \(maker), \(now), '')
            """)
        try books.record(
            Event(.cadreRecommended, [("person", person.text)]), about: .init("entry", entry.id.text),
            by: actor,
            at: now)
    }

    /// What is said to whoever recommended or is recommended.
    static let involved = Refusal.notAllowed(
        Phrase(zh: "推荐的人和被推荐的人不能考核。", en: "Neither who recommends nor who is recommended assesses."))

    /// Whether somebody has no hand in a recommendation.
    package static func mayAssess(_ recommendation: Recommendation, _ actor: Actor) -> Bool {
        recommendation.recommendedBy != actor.person && recommendation.person != actor.person
    }

    /// Says whether somebody passed the assessment. Throws `Refusal.notNow` if that was said, and
    /// `Refusal.notAllowed` to whoever has a hand in it.
    static func assess(
        _ found: Recommendation, hasPassed: Bool, note: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        guard found.hasPassed == nil else {
            throw Refusal.notNow(Phrase(zh: "已经考核过了。", en: "Assessed already."))
        }
        guard mayAssess(found, actor) else { throw involved }
        try books.change(
            """
            UPDATE recommendation SET has_passed = \(hasPassed), assessment = \(note),
                assessed_by = \(actor.person), assessed_at = \(now)
            WHERE county = \(actor.county) AND id = \(found.id)
            """)
        try books.record(
            Event(.cadreAssessed, [("person", found.person.text), ("passed", hasPassed ? "yes" : "no")]),
            about: .init("entry", found.entry.text), by: actor, at: now)
    }
}

package import Rules
import Store

/// One entry of the ledger as somebody may read it.
///
/// What follows from a judged round by the scheme's own rules is published to all staff with the round: unit,
/// amount and reason, since every unit of the comparison may object and anybody can recount it. What somebody
/// wrote afterwards, a correction or what a check found, is not published until it is approved. Persons are
/// named to those whom `mayRead` lists, and to nobody else.
package struct LedgerSight: Sendable {
    /// A post that the entry names, who was in it on the day of judging (nil for who may not read names), and
    /// what that one receives.
    package struct Named: Sendable {
        /// The post, the person, the amount in fen.
        package let post: ID<Post>, person: ID<Person>?, fen: Int?
    }
    /// The entry, its steps, whom it names.
    package let entry: LedgerEntry, steps: [SignedStep<LedgerStep>], people: [Named]
    /// What was held against it; who objects is told as names are.
    package let objections: [Objection]
    /// Who is recommended; empty for who may not read names.
    package let recommendations: [Recommendation]
    /// What the rule gives, what it is called, by when a check is done, the units that carry it out.
    package let gift: Evaluation.Incentive.RewardItem?, title: Phrase, checkDue: Day?, carriers: [ID<Unit>]
    /// Whether names are told; what the reader can do now; who could be recommended by the reader.
    package let mayRead: Bool, inquiry: Inquiry<LedgerEntry>, candidates: [Person]

    /// An entry as an actor may read it on a day. Throws `Refusal.notFound`, or `Refusal.notNow` for who
    /// still judges.
    package static func of(_ id: ID<LedgerEntry>, for actor: Actor, at now: Instant, in books: Books)
        throws -> LedgerSight
    {
        let county = actor.county, day = try Offices.of(county, in: books).zone.day(of: now)
        let entry = try Ledger.find(id, for: actor, in: books)
        let rule = try Ledger.gift(of: entry, county: county, in: books)
        let (people, recommendations) = (
            try Ledger.people(of: id, county: county, in: books),
            try Recommendations.all(of: id, county: county, in: books)
        )
        let mayRead = try Ledger.mayRead(entry, actor, in: books)
        let inquiry = try Ledger.inquiry(entry, for: actor, at: now, in: books)
        let mayRecommend = inquiry.refusal(of: .recommend) == nil
        return LedgerSight(
            entry: entry, steps: try Ledger.steps(of: id, county: county, in: books),
            people: people.map { Named(post: $0.post, person: mayRead ? $0.person : nil, fen: $0.fen) },
            objections: try Ledger.objections(to: id, county: county, in: books).map { objection in
                mayRead || objection.person == actor.person ? objection : objection.withoutName
            },
            recommendations: mayRead || mayRecommend ? recommendations : [], gift: rule?.gift,
            title: rule?.incentive.title.phrase ?? .asGiven(entry.rule),
            checkDue: try Ledger.checkDue(of: entry, county: county, in: books),
            carriers: try Ledger.carriers(of: entry, county: county, in: books), mayRead: mayRead,
            inquiry: inquiry,
            candidates: mayRecommend
                ? try Recommendations.candidates(for: entry, county: county, on: day, in: books) : [])
    }
}

extension Ledger {
    /// An entry for somebody who may see it. Throws `Refusal.notFound`, or `Refusal.notNow` for who still
    /// judges.
    package static func find(_ id: ID<LedgerEntry>, for actor: Actor, in books: Books) throws -> LedgerEntry {
        let entry = try find(id, of: actor.county, in: books)
        try ScoreSheets.needSight(
            of: Assessments.round(entry.round, of: actor.county, in: books).assessment, actor, in: books)
        guard try isPublished(entry) || isNear(entry, actor, in: books) else { throw Refusal.notFound }
        return entry
    }

    /// Whether all staff may see it: it follows from the scheme's rules alone, or it was approved.
    static func isPublished(_ entry: LedgerEntry) -> Bool {
        entry.corrects == nil && entry.kind != .accountability || entry.state == .approved
            || entry.state == .done
    }

    /// Whether somebody has to do with an entry that is not published: by name, by office, or as one who may
    /// object.
    static func isNear(_ entry: LedgerEntry, _ actor: Actor, in books: Books) throws -> Bool {
        if try actor.isSystem || mayRead(entry, actor, in: books) { return true }
        return try mayObject(
            actor, to: entry, on: Offices.of(actor.county, in: books).zone.day(of: entry.proposedAt),
            in: books)
    }

    /// Whether the names in an entry are told: to who runs the evaluation of the office, to its auditors, to
    /// those named, to who recommended, and to who carries it out.
    static func mayRead(_ entry: LedgerEntry, _ actor: Actor, in books: Books) throws -> Bool {
        let county = actor.county
        if actor.mayOffice(.evaluate) || actor.mayOffice(.readLog) { return true }
        guard let person = actor.person else { return false }
        if try people(of: entry.id, county: county, in: books).contains(where: { $0.person == person }) {
            return true
        }
        if try Recommendations.all(of: entry.id, county: county, in: books).contains(where: {
            $0.recommendedBy == person
        }) {
            return true
        }
        return try carriers(of: entry, county: county, in: books).contains { actor.belongs(to: $0) }
    }

    /// The units that carry an entry out, as the scheme names them.
    static func carriers(of entry: LedgerEntry, county: County, in books: Books) throws -> [ID<Unit>] {
        try (gift(of: entry, county: county, in: books)?.gift.by ?? []).compactMap {
            try Units.find(code: $0, of: county, in: books)?.id
        }
    }
}

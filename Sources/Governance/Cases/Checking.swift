import Rules
import Store

/// After the work: check, rework, close, reopen, appeal.
extension Cases {
    static func closing(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    )
        throws -> Change
    {
        let finding = answers["finding"]
        try addCheck(of: item, passed: true, finding: finding, by: actor, at: now, in: books)
        return Change(set: ["closed_at = \(now)"], details: [("words", finding)])
    }

    static func reworking(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        let reason = answers["reason"]
        try addCheck(of: item, passed: false, finding: reason, by: actor, at: now, in: books)
        try Decisions.settleAll(of: item.id, kind: .explained, by: actor, at: now, in: books)
        return Change(
            set: [
                "reworks = reworks + 1", "handled_at = \(Instant?.none)", "outcome = \(Case.Outcome?.none)",
            ],
            details: [("words", reason)])
    }

    private static func addCheck(
        of item: Case, passed: Bool, finding: String, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        let id: ID<Case> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO case_check (county, id, case_id, checked_at, person, passed, finding)
            VALUES (\(actor.county), \(id), \(item.id), \(now), \(actor.person?.text ?? ""), \(passed),
                \(Masking.numbers(in: finding)))
            """)
    }

    static func reopening(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        try reopened(item, words: answers["reason"], county: actor.county, at: now, in: books)
    }

    /// The last day on which a closed case can be opened again, and how many days that is after closing.
    static func lastReopening(of item: Case, county: County, at now: Instant, in books: Books) throws -> (
        day: Day, days: Int
    )? {
        guard let closed = item.closedAt else { return nil }
        let zone = try Offices.of(county, in: books).zone
        let days = try Parameters.value(.reopenDays, of: county, on: zone.day(of: now), in: books)
        return (zone.day(of: closed) + days, days)
    }

    /// A closed case runs again: the same unit and person, a new deadline, the resident's words kept.
    static func reopened(_ item: Case, words: String, county: County, at now: Instant, in books: Books) throws
        -> Change
    {
        let calendar = try Calendars.of(county, in: books)
        let last = try lastReopening(of: item, county: county, at: now, in: books)
        if let refusal = Case.tooLate(last, today: calendar.zone.day(of: now)) { throw refusal }
        var change = Change(
            set: [
                "reopens = reopens + 1", "closed_at = \(Instant?.none)", "handled_at = \(Instant?.none)",
                "outcome = \(Case.Outcome?.none)", "escalations = 0", "clock_from = \(now)",
                "stood_still = 0",
            ],
            details: [("words", words)])
        if let limit = item.limit {
            let due = calendar.deadline(limit, from: now)
            change.set += ["due_at = \(due.at)", "due_provisional = \(due.isProvisional)"]
            change.details.append(("due", due.at.iso))
        }
        return change
    }

    /// Once, after closing, judged by two people. The raw overdue fact stays beside the exemption.
    static func appealing(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        let reason = answers["reason"]
        let posts = try Decisions.deciders(for: item, county: actor.county, at: now, in: books)
        for post in posts.prefix(2) {
            try Decisions.ask(.appeal, about: item, words: reason, post: post, by: actor, at: now, in: books)
        }
        return Change(set: ["appeals = appeals + 1"], details: [("words", reason)])
    }

    static func instructing(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        for kind in [Decision.Kind.overdue, .escalated] {
            try Decisions.settleAll(of: item.id, kind: kind, postsOf: actor, by: actor, at: now, in: books)
        }
        return Change(details: [("words", answers["words"])])
    }

    /// Puts a case into the leader's queue by hand.
    static func escalating(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        let reason = answers["reason"]
        try Decisions.ask(.escalated, about: item, words: reason, by: actor, at: now, in: books)
        return Change(details: [("words", reason)])
    }
}

import Rules
import Store

/// Doing the work: handle, explain, ask for more time, suspend and resume.
extension Cases {
    static func handling(
        _ item: Case, _ answers: FormValues, as outcome: Case.Outcome, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Change {
        let words = answers[outcome == .solved ? "done" : "reason"]
        var change = Change(
            set: ["handled_at = \(now)", "outcome = \(outcome)"], details: [("words", words)])
        // Reporting it done without a press on "accept" is one entry less, not one fact less.
        if item.acceptedAt == nil { change.set.append("accepted_at = \(now)") }
        for kind in [Decision.Kind.overdue, .extension, .suspension, .escalated] {
            try Decisions.settleAll(of: item.id, kind: kind, by: actor, at: now, in: books)
        }
        try books.change(
            """
            UPDATE case_stage SET done_at = \(now) WHERE county = \(actor.county) AND case_id = \(item.id)
                AND done_at IS NULL
            """
        )
        if outcome == .explained {
            try Decisions.ask(.explained, about: item, words: words, by: actor, at: now, in: books)
        }
        return change
    }

    /// At most two extensions, each at most the original limit, never once overdue, granted by another
    /// person.
    static func extending(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        let reason = answers["reason"]
        guard let limit = item.limit else { throw Refusal.notFound }
        let amount = try answers.number("days")
        guard amount <= limit.amount else {
            throw Refusal.invalid(
                "days", zh: "最多延长 \(limit.amount)，和原来的时限一样长。",
                en: "At most \(limit.amount), as long as the limit itself.")
        }
        let wanted = TimeLimit(amount, limit.unit) ?? limit
        try Decisions.ask(
            .extension, about: item, words: reason, detail: wanted.description, by: actor, at: now, in: books)
        return Change(details: [("words", reason), ("limit", wanted.description)])
    }

    /// Once, at most a year, granted by another person; it resumes by itself.
    static func suspending(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        let reason = answers["reason"]
        let zone = try Offices.of(actor.county, in: books).zone
        let today = zone.day(of: now)
        let most = try Parameters.value(.suspensionDays, of: actor.county, on: today, in: books)
        let until = try answers.day("until")
        guard until > today, until <= today + most else {
            throw Refusal.invalid(
                "until", zh: "挂账到明天以后、\(today + most) 以前的一天。",
                en: "Choose a day after today and not after \(today + most).")
        }
        try Decisions.ask(
            .suspension, about: item, words: reason, detail: until.description, by: actor, at: now, in: books)
        return Change(details: [("words", reason), ("until", until.description)])
    }

    /// The deadline moves by the time, of its own clock, that the case was suspended.
    static func resuming(
        _ item: Case, _ answers: FormValues, county: County, at now: Instant, in books: Books
    )
        throws -> Change
    {
        var change = Change(
            set: ["suspended_from = \(Instant?.none)", "suspended_until = \(Instant?.none)"],
            details: [("words", answers["words"])])
        if let from = item.suspendedFrom, let due = item.dueAt, let unit = item.limit?.unit {
            let calendar = try Calendars.of(county, in: books)
            let still = calendar.elapsed(unit, from: from, to: now)
            let later = calendar.deadline(due, after: still, of: unit)
            change.set += [
                "due_at = \(later.at)", "due_provisional = \(item.dueProvisional || later.isProvisional)",
                "stood_still = stood_still + \(still)",
            ]
            change.details.append(("due", later.at.iso))
        }
        return change
    }

    /// Reckons deadlines again that reached into a year whose calendar was not loaded. Answers how many were
    /// settled.
    @discardableResult
    static func settleProvisional(of county: County, at now: Instant, in books: Books) throws -> Int {
        var settled = 0
        let calendar = try Calendars.of(county, in: books)
        let open = try books.all(
            "SELECT \(columns) FROM case_file c WHERE c.county = \(county) AND c.due_provisional = 1",
            Case.init)
        for item in open {
            guard let limit = item.limit, let start = item.clockFrom else { continue }
            var due = calendar.deadline(limit, from: start)
            let granted = try books.all(
                """
                SELECT detail FROM decision WHERE county = \(county) AND case_id = \(item.id)
                AND kind = \(Decision.Kind.extension) AND granted = 1 AND settled_at >= \(start)
                    ORDER BY settled_at
                """
            ) { TimeLimit(try $0.get("detail", as: String.self)) }
            for case let more? in granted { due = calendar.deadline(more, from: due.at) }
            let moved = calendar.deadline(due.at, after: item.stoodStill, of: limit.unit)
            guard !due.isProvisional, !moved.isProvisional else { continue }
            due = moved
            try settleStages(of: item, calendar: calendar, county: county, in: books)
            try apply(
                Change(set: ["due_at = \(due.at)", "due_provisional = 0"]), to: item,
                event: Event(.caseDeadlineSettled, [("due", due.at.iso)]), as: nil, by: .system(of: county),
                at: now, in: books)
            settled += 1
        }
        return settled
    }
}

extension Cases {
    private static func settleStages(of item: Case, calendar: WorkCalendar, county: County, in books: Books)
        throws
    {
        guard let start = item.dispatchedAt,
            let category = try categoryVersion(of: item, county: county, in: books)
        else { return }
        for (position, stage) in category.stages.enumerated() {
            let due = calendar.deadline(stage.limit, from: start)
            try books.change(
                """
                UPDATE case_stage SET due_at = \(due.at), is_provisional = \(due.isProvisional)
                WHERE county = \(county) AND case_id = \(item.id) AND position = \(position)
                    AND is_provisional = 1
                """)
        }
    }

    /// The category as it was when the case was filed.
    static func categoryVersion(of item: Case, county: County, in books: Books) throws -> Category? {
        try books.first(
            """
            SELECT * FROM category WHERE county = \(county) AND code = \(item.category)
                AND version = \(item.categoryVersion)
            """, Category.init)
    }
}

extension Event.Kind {
    static let caseDeadlineSettled = Event.Kind(
        "case.deadline", zh: "时限按新日历确定", en: "Deadline settled by the new calendar")
}

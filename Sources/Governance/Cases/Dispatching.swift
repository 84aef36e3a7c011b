import Rules
import Store

/// Giving a case to a unit and a named person: dispatch, tell, return.
extension Cases {
    static func dispatching(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        let county = actor.county
        let unit = try Units.find(try answers.id("unit"), of: county, in: books)
        // A case is not put into the hands of those that it complains about.
        guard unit.id != item.aboutUnit else {
            throw Refusal.invalid(
                "unit", zh: "反映的就是这个单位，不能派给它。请派给别的单位，需要它说明情况的可以请它协办。",
                en:
                    """
                    The case complains about this unit: give it to another one, which can ask this one \
                    to assist.
                    """
            )
        }
        let day = try Offices.of(county, in: books).zone.day(of: now)
        let candidates = try Tenures.candidates(of: county, on: day, in: books)
        guard
            let named = candidates.first(where: { $0.unit == unit.id && $0.person.text == answers["person"] })
        else {
            throw Refusal.invalid(
                "person", zh: "请指定\(unit.name.zh)的一位责任人。", en: "Name a person of \(unit.name.en).")
        }
        for field in ["person", "stand_in"] {
            guard let about = item.aboutUnit, let person = ID<Person>(answers[field]) else { continue }
            if try isOf(about, person, county, at: now, in: books) {
                throw Refusal.invalid(
                    field, zh: "这个人在被反映的单位任职，请派别人。",
                    en: "This person has a post in the unit complained about. Name somebody else.")
            }
        }
        let lookers = try circumstances(of: [item.id], county: county, in: books)[item.id]?.lookers ?? []
        for (field, person) in [("person", answers["person"]), ("stand_in", answers["stand_in"])]
        where lookers.contains(where: { $0.text == person }) {
            throw Refusal.invalid(
                field, zh: "这个人核查或回访过这件事，请派别人。",
                en: "This person checked the case or called back. Name somebody else.")
        }
        var standIn: Tenures.Candidate?
        if !answers["stand_in"].isEmpty {
            standIn = candidates.first { $0.person.text == answers["stand_in"] && $0.person != named.person }
            guard standIn != nil else {
                throw Refusal.invalid(
                    "stand_in", zh: "替补人要是另一位在岗人员。", en: "The stand-in must be another person in a post.")
            }
        }
        var change = Change(
            set: [
                "unit = \(unit.id)", "handler = \(named.person)", "stand_in = \(standIn?.person)",
                "accepted_at = \(Instant?.none)",
                "needs_lead = 0",
            ],
            details: [
                ("unit", unit.name.zh), ("person", named.name), ("stand_in", standIn?.name),
                ("words", answers["words"]),
            ])
        if item.toldAt == nil { change.set.append("told_at = \(now)") }
        // The clock starts at the first dispatch and is never set back by a return or another dispatch.
        if item.dispatchedAt == nil {
            let calendar = try Calendars.of(county, in: books)
            if let limit = item.limit {
                let due = calendar.deadline(limit, from: now)
                change.set += [
                    "dispatched_at = \(now)", "clock_from = \(now)", "due_at = \(due.at)",
                    "due_provisional = \(due.isProvisional)",
                ]
                change.details.append(("due", due.at.iso))
            }
            try addStages(to: item, from: now, calendar: calendar, county: county, in: books)
        }
        try Decisions.settleAll(of: item.id, kind: .secondReturn, by: actor, at: now, in: books)
        return change
    }

    /// Whether a person holds a post of a unit now.
    static func isOf(
        _ unit: ID<Unit>, _ person: ID<Person>, _ county: County, at now: Instant, in books: Books
    ) throws -> Bool {
        let day = try Offices.of(county, in: books).zone.day(of: now)
        return try Tenures.seats(of: person, of: county, on: day, in: books).contains { $0.unit == unit }
    }

    private static func addStages(
        to item: Case, from now: Instant, calendar: WorkCalendar, county: County, in books: Books
    ) throws {
        let category = try categoryVersion(of: item, county: county, in: books)
        for (position, stage) in (category?.stages ?? []).enumerated() {
            let due = calendar.deadline(stage.limit, from: now)
            try books.change(
                """
                INSERT INTO case_stage (county, case_id, position, name, due_at, is_provisional)
                VALUES (\(county), \(item.id), \(position), \(stage.name), \(due.at), \(due.isProvisional))
                ON CONFLICT (county, case_id, position) DO NOTHING
                """)
        }
    }

    /// The finder tells the responsible unit at once, on the spot or by telephone: the same-day clock stops.
    static func telling(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    )
        throws -> Change
    {
        let unit = try Units.find(try answers.id("unit"), of: actor.county, in: books)
        return Change(
            set: item.toldAt == nil ? ["told_at = \(now)"] : [],
            details: [("unit", unit.name.zh), ("words", answers["words"])])
    }

    /// Returns are counted; the second one goes to the leader, who must name the lead.
    static func givingBack(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        let reason = answers["reason"]
        let returns = item.returns + 1
        // Who no longer has it can neither be given more time nor let it rest.
        for kind in [Decision.Kind.extension, .suspension] {
            try Decisions.settleAll(of: item.id, kind: kind, by: actor, at: now, in: books)
        }
        var change = Change(
            set: [
                "\"returns\" = \(returns)", "unit = \(ID<Unit>?.none)", "handler = \(ID<Person>?.none)",
                "stand_in = \(ID<Person>?.none)", "accepted_at = \(Instant?.none)",
            ],
            details: [("words", reason), ("times", "\(returns)")])
        if returns >= 2 {
            change.set.append("needs_lead = 1")
            try Decisions.ask(.secondReturn, about: item, words: reason, by: actor, at: now, in: books)
        }
        return change
    }
}

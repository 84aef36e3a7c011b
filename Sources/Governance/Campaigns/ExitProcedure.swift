package import Rules
import Store

extension Event.Kind {
    static let exitStepTaken = Event.Kind("exit.step", zh: "退出程序", en: "Step of exit")
}

/// One step by which a household leaves the register, dated and signed.
package struct ExitStep: Sendable {
    /// The steps in their order; `withdrawn` ends the procedure, it may begin again.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable {
        case appraised, checked, agreed, notified, announced
        case struckOff = "struck_off"
        case withdrawn

        /// What it is called.
        package var words: Phrase {
            switch self {
            case .appraised: Phrase(zh: "村级民主评议", en: "Village appraisal")
            case .checked: Phrase(zh: "入户核实", en: "Checked at the house")
            case .agreed: Phrase(zh: "农户签字认可", en: "The household agrees")
            case .notified: Phrase(zh: "公示", en: "Public notice")
            case .announced: Phrase(zh: "公告", en: "Announced")
            case .struckOff: Phrase(zh: "标注脱贫", en: "Struck off")
            case .withdrawn: Phrase(zh: "终止退出", en: "Withdrawn")
            }
        }

        /// What follows it; nil at the end.
        var next: Kind? {
            switch self {
            case .appraised: .checked
            case .checked: .agreed
            case .agreed: .notified
            case .notified: .announced
            case .announced: .struckOff
            case .struckOff: nil
            case .withdrawn: .appraised
            }
        }
    }

    /// Its place in the order, what was done, on which day, and when that was entered.
    package let number: Int, kind: Kind, day: Day, at: Instant
    /// Who signed, in which post, and what else there is to say.
    package let person: ID<Person>, post: ID<Post>, note: String
    /// Which checks held at that time: `name=holds`, `name=fails`, `name=unknown`.
    package let assessment: String

    init(_ row: Row) throws {
        (number, kind, day, at) = (
            try row.get("number"), try row.get("step"), try row.get("day"), try row.get("taken_at")
        )
        (person, post, note, assessment) = (
            try row.get("person"), try row.get("post"), try row.get("note"), try row.get("assessment")
        )
    }
}

/// The procedure of exit: appraisal, check by somebody else, agreement, notice, announcement, struck off.
package enum ExitProcedure {
    /// The steps of a household, oldest first.
    package static func steps(of household: ID<Household>, county: County, in books: Books) throws
        -> [ExitStep]
    {
        try books.all(
            "SELECT * FROM exit_step WHERE county = \(county) AND household = \(household) ORDER BY number",
            ExitStep.init)
    }

    /// What comes next for a household: an appraisal if nothing was begun or it ended.
    package static func next(_ steps: [ExitStep]) -> ExitStep.Kind? {
        steps.last.map(\.kind.next) ?? .appraised
    }

    /// Takes a step. Throws `Refusal.notNow` if it is not the next one, if a check does not hold, or if the
    /// notice has not hung long enough; `Refusal.notAllowed` if the same person appraises and checks.
    package static func take(
        _ kind: ExitStep.Kind, of household: Household, on day: Day, note: String, by actor: Actor,
        at now: Instant, in books: Books
    ) throws {
        let county = actor.county
        let power: Power = kind == .struckOff ? .approveChange : .keepRegister
        let today = try Offices.of(county, in: books).zone.day(of: now)
        try Households.need(power, over: household, for: actor, on: today, in: books)
        guard let person = actor.person, let seat = actor.seat(for: power, at: household.path) else {
            throw Refusal.signInFirst
        }
        guard let exit = try Campaigns.current(of: county, on: today, in: books)?.scheme.exit else {
            throw Refusal.notNow(
                Phrase(zh: "没有发布带退出标准的方案。", en: "No scheme with standards of exit is published."))
        }
        let steps = try steps(of: household.id, county: county, in: books)
        let open = steps.last.map { $0.kind.next != nil && $0.kind != .withdrawn } ?? false
        guard kind == .withdrawn ? open : kind == next(steps) else {
            let wanted = next(steps)?.words ?? Phrase(zh: "没有下一步", en: "nothing")
            throw Refusal.notNow(
                Phrase(zh: "现在该做的是“\(wanted.zh)”。", en: "What comes next is “\(wanted.en)”."))
        }
        guard day <= today, steps.last.map({ $0.day <= day }) ?? true else {
            throw Refusal.invalid(
                "day", zh: "日期不能在将来，也不能早于上一步。",
                en: "The day is neither in the future nor before the last step.")
        }
        guard household.facts["kind"] == "registered",
            !household.facts["status"].hasPrefix("exited") || kind == .withdrawn
        else {
            throw Refusal.notNow(
                Phrase(
                    zh: "只有没脱贫的建档立卡户才有退出程序。",
                    en: "Only a registered household that has not left yet can leave."))
        }
        if kind == .checked, steps.last?.person == person {
            throw Refusal.notAllowed(
                Phrase(zh: "评议和核实要由不同的人来做。", en: "Somebody else than who appraised has to check."))
        }
        let found = try Exits.assess(household, by: exit, of: county, on: day, in: books)
        if kind != .withdrawn, let failing = found.first(where: { $0.finding.holds != true }) {
            throw Refusal.notNow(
                Phrase(
                    zh:
                        """
                        “\(failing.check.title.zh)”\(failing.finding.holds == false ? "没有达到" : "还不清楚")，\
                        不能退出。
                        """,
                    en:
                        """
                        “\(failing.check.title.en)” \
                        \(failing.finding.holds == false ? "does not hold" : "is not known"): the \
                        household cannot leave.
                        """
                ))
        }
        if kind == .announced, let notified = steps.last {
            guard let parameter = Parameter(rawValue: exit.notice) else { throw Refusal.notFound }
            let days = try Parameters.value(parameter, of: county, on: day, in: books)
            guard day >= notified.day + days else {
                throw Refusal.notNow(
                    Phrase(
                        zh: "公示要满 \(days) 天，到 \(notified.day + days) 才能公告。",
                        en:
                            """
                            The notice hangs for \(days) days: it can be announced on \
                            \(notified.day + days).
                            """
                    ))
            }
        }
        let assessment = found.map {
            "\($0.check.name)=\($0.finding.holds.map { $0 ? "holds" : "fails" } ?? "unknown")"
        }.joined(separator: " ")
        try books.put(
            """
            INSERT INTO exit_step (county, household, number, step, day, taken_at, person, post, assessment,
                note)
            VALUES (\(county), \(household.id), \(steps.count + 1), \(kind), \(day), \(now), \(person),
                \(seat.post), \(assessment),
                \(Check.optionalText(note, field: "note", most: 500)))
            """)
        if kind == .struckOff {
            _ = try Registering.change(
                household.id, ["status": .text("exited_policy"), "exited_on": .text(day.description)],
                from: day, reason: ExitStep.Kind.struckOff.words.zh,
                key: books.registryKey(of: county), by: actor, at: now, in: books)
        }
        try books.record(
            Event(
                .exitStepTaken, [("step", kind.rawValue), ("on", day.description), ("checks", assessment)]),
            about: .init("household", household.id.text),
            by: actor, as: power, at: now)
    }
}

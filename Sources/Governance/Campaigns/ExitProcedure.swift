package import Rules
import Store

extension Event.Kind {
    static let exitStepTaken = Event.Kind("exit.step", zh: "退出程序", en: "Step of exit")
}

/// The steps by which a household leaves the register, dated and signed; `withdrawn` ends the procedure, it
/// may begin again.
package enum ExitStep: String, ProcedureStep {
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
}

/// The procedure of exit: appraisal, check by somebody else, agreement, notice, announcement, struck off.
package enum ExitProcedure {
    /// What follows what, signed by which power, and whose hand must be another.
    static let procedure = Procedure<ExitStep>(
        kind: "exit",
        rules: [
            .init(step: .appraised, after: [nil, .withdrawn], needs: .keepRegister),
            .init(step: .checked, after: [.appraised], needs: .keepRegister, unlike: [.appraised]),
            .init(step: .agreed, after: [.checked], needs: .keepRegister),
            .init(step: .notified, after: [.agreed], needs: .keepRegister),
            .init(step: .announced, after: [.notified], needs: .keepRegister),
            .init(step: .struckOff, after: [.announced], needs: .approveChange),
            .init(
                step: .withdrawn, after: [.appraised, .checked, .agreed, .notified, .announced],
                needs: .keepRegister),
        ])

    /// The steps of a household, oldest first.
    static func steps(of household: ID<Household>, county: County, in books: Books) throws
        -> [SignedStep<ExitStep>]
    {
        try procedure.steps(
            of: household.text, county: county, zone: Offices.of(county, in: books).zone, in: books)
    }

    /// What comes next for a household: an appraisal if nothing was begun or it ended.
    package static func next(_ steps: [SignedStep<ExitStep>]) -> ExitStep? { procedure.next(steps).first }

    /// A household before somebody who may take its next step, or end its procedure.
    package struct Possible: Sendable {
        /// The steps that could be signed today.
        package var steps: [ExitStep]
        /// Why the usual next one cannot; nil if it can, or if there is none.
        package var refusal: Refusal?
    }

    /// What somebody could sign today, by the same conditions as `take`.
    package static func possible(
        _ household: Household, _ steps: [SignedStep<ExitStep>], by exit: Scheme.Exit, for actor: Actor,
        at now: Instant, in books: Books
    ) throws -> Possible {
        let today = try Offices.of(actor.county, in: books).zone.day(of: now)
        var found = Possible(steps: [])
        for (place, step) in procedure.next(steps).enumerated() {
            do {
                _ = try ready(step, household, steps, by: exit, on: today, by: actor, at: now, in: books)
                found.steps.append(step)
            } catch let refusal as Refusal where place == 0 { found.refusal = refusal } catch is Refusal {
                continue
            }
        }
        return found
    }

    /// Takes a step. Throws `Refusal.notNow` if it is not the next one, if a check does not hold, or if the
    /// notice has not hung long enough; `Refusal.notAllowed` if the same person appraises and checks. Answers
    /// all steps as they are then.
    @discardableResult
    package static func take(
        _ step: ExitStep, of household: Household, on day: Day, note: String, by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> [SignedStep<ExitStep>] {
        let county = actor.county
        let today = try Offices.of(county, in: books).zone.day(of: now)
        guard let power = procedure.power(of: step) else { throw Refusal.notFound }
        try Households.need(power, over: household, for: actor, on: today, in: books)
        guard let exit = try Campaigns.current(of: county, on: today, in: books)?.scheme.exit else {
            throw Refusal.notNow(
                Phrase(zh: "没有发布带退出标准的方案。", en: "No scheme with standards of exit is published."))
        }
        let steps = try steps(of: household.id, county: county, in: books)
        let (assessment, post) = try ready(
            step, household, steps, by: exit, on: day, by: actor, at: now, in: books)
        let signed = try procedure.sign(
            step, of: household.id.text, number: steps.count + 1, for: day,
            note: Check.optionalText(note, field: "note", most: 500), assessment: assessment, by: actor,
            as: post, at: now, in: books)
        if step == .struckOff {
            _ = try Registering.change(
                household.id, ["status": .text("exited_policy"), "exited_on": .text(day.description)],
                from: day, reason: step.words.zh, key: books.registryKey(of: county), by: actor, at: now,
                in: books)
        }
        try books.record(
            Event(
                .exitStepTaken, [("step", step.rawValue), ("on", day.description), ("checks", assessment)]),
            about: .init("household", household.id.text), by: actor, as: power, at: now)
        return steps + [signed]
    }

    /// Throws what stands against a step; answers which checks hold, and the post that signs.
    private static func ready(
        _ step: ExitStep, _ household: Household, _ steps: [SignedStep<ExitStep>], by exit: Scheme.Exit,
        on day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> (assessment: String, post: ID<Post>) {
        let county = actor.county
        let zone = try Offices.of(county, in: books).zone
        guard let power = procedure.power(of: step) else { throw Refusal.notFound }
        try Households.need(power, over: household, for: actor, on: zone.day(of: now), in: books)
        guard let person = actor.person, let seat = actor.seat(for: power, at: household.path) else {
            throw Refusal.signInFirst
        }
        if let refusal = procedure.refusal(
            of: step, after: steps, by: person, for: day, today: zone.day(of: now))
        {
            throw refusal
        }
        guard household.facts["kind"] == "registered",
            !household.facts["status"].hasPrefix("exited") || step == .withdrawn
        else {
            throw Refusal.notNow(
                Phrase(
                    zh: "只有没脱贫的建档立卡户才有退出程序。",
                    en: "Only a registered household that has not left yet can leave."))
        }
        let found = try Exits.assess(household, by: exit, of: county, on: day, in: books)
        if step != .withdrawn, let failing = found.first(where: { $0.finding.holds != true }) {
            let holds = failing.finding.holds
            throw Refusal.notNow(
                Phrase(
                    zh: "“\(failing.check.title.zh)”\(holds == false ? "没有达到" : "还不清楚")，不能退出。",
                    en: """
                        “\(failing.check.title.en)” \
                        \(holds == false ? "does not hold" : "is not known"): the household cannot leave.
                        """))
        }
        if step == .announced, let notified = steps.last {
            guard let parameter = Parameter(rawValue: exit.notice) else { throw Refusal.notFound }
            let days = try Parameters.value(parameter, of: county, on: day, in: books)
            if let refusal = procedure.refusal(
                toEnd: notified, after: days, on: day, zone: zone,
                what: Phrase(zh: "公告", en: "it can be announced"))
            {
                throw refusal
            }
        }
        let words = found.map {
            "\($0.check.name)=\($0.finding.holds.map { $0 ? "holds" : "fails" } ?? "unknown")"
        }
        return (words.joined(separator: " "), seat.post)
    }
}

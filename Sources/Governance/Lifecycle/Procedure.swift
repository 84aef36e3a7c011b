package import Rules
package import Store

/// One step of a procedure, signed: what was done, for which day, by whose hand, on which paper.
package struct SignedStep<Step: ProcedureStep>: Sendable {
    /// Its place in the order, and what was done.
    package let number: Int, kind: Step
    /// The day for which it stands, and when it was written down.
    package let day: Day, at: Instant
    /// Who signed, in which post; nil where a rule made it happen.
    package let person: ID<Person>?, post: ID<Post>?
    /// What there is to say, the paper that it stands on, and which checks held at that time
    /// (`name=holds`, `name=fails`, `name=unknown`).
    package let note: String, document: String, assessment: String

    init(
        number: Int, _ kind: Step, day: Day, at: Instant, person: ID<Person>?, post: ID<Post>? = nil,
        note: String = "", document: String = "", assessment: String = ""
    ) {
        (self.number, self.kind, self.day, self.at, self.person) = (number, kind, day, at, person)
        (self.post, self.note, self.document, self.assessment) = (post, note, document, assessment)
    }

    init(_ row: Row, zone: Zone) throws {
        (number, kind, at) = (try row.get("number"), try row.get("step"), try row.get("taken_at"))
        // Steps that were moved here by the schema have no day of their own.
        day = Day(try row.get("day", as: String.self)) ?? zone.day(of: at)
        (person, post) = (try row.optional("person"), try row.optional("post"))
        (note, document) = (try row.get("note"), try row.get("document"))
        assessment = try row.get("assessment")
    }
}

/// What can be done in a procedure: a stable word, and what people call it.
package protocol ProcedureStep: RawRepresentable<String>, CaseIterable, Hashable, Sendable, Bindable, Readable
{
    /// What it is called.
    var words: Phrase { get }
}

/// A chain of signed steps that something goes through: which step may follow which, whose hand must not be
/// the same, and how long something hangs first. The order is data, so that one renderer draws every
/// procedure and one test holds all of them.
package struct Procedure<Step: ProcedureStep>: Sendable {
    /// One step and what has to be before it.
    struct Rule: Sendable {
        /// The step, and those of which one was the last; nil among them is the beginning.
        var step: Step, after: Set<Step?>
        /// The power that signs it.
        var needs: Power
        /// The steps of this run whose hand must be another.
        var unlike: Set<Step> = []
    }

    /// What its steps are kept under.
    let kind: String
    /// What can be done first, and what follows what, in the order of the procedure.
    let rules: [Rule]

    /// The steps of a subject, oldest first.
    func steps(of subject: String, county: County, zone: Zone, in books: Books) throws -> [SignedStep<Step>] {
        try books.all(
            """
            SELECT * FROM signed_step WHERE county = \(county) AND kind = \(kind) AND subject = \(subject)
                ORDER BY number
            """
        ) { try SignedStep($0, zone: zone) }
    }

    /// What may come next, the usual way first.
    func next(_ steps: [SignedStep<Step>]) -> [Step] {
        rules.filter { $0.after.contains(steps.last?.kind) }.map(\.step)
    }

    /// The power that signs a step.
    func power(of step: Step) -> Power? { rules.first { $0.step == step }?.needs }

    /// Why a step cannot be signed by somebody for a day, or nil if it can: it is not its turn, the hand is
    /// that of a step which another has to look at, or the day cannot be so. A day is never in the future
    /// and never before the step before it.
    func refusal(
        of step: Step, after steps: [SignedStep<Step>], by person: ID<Person>?, for day: Day, today: Day
    ) -> Refusal? {
        guard let rule = rules.first(where: { $0.step == step }), rule.after.contains(steps.last?.kind) else {
            let wanted = next(steps).first?.words ?? Phrase(zh: "没有下一步", en: "nothing")
            return .notNow(Phrase(zh: "现在该做的是“\(wanted.zh)”。", en: "What comes next is “\(wanted.en)”."))
        }
        if let other = run(of: steps).last(where: { rule.unlike.contains($0.kind) && $0.person == person }) {
            return .notAllowed(
                Phrase(
                    zh: "“\(other.kind.words.zh)”和“\(step.words.zh)”要由不同的人来做。",
                    en: "Somebody else than whose hand is under “\(other.kind.words.en)” does this."))
        }
        guard day <= today, steps.last.map({ $0.day <= day }) ?? true else {
            return .invalid(
                "day", zh: "日期不能在将来，也不能早于上一步。",
                en: "The day is neither in the future nor before the last step.")
        }
        return nil
    }

    /// The steps since the procedure began last.
    private func run(of steps: [SignedStep<Step>]) -> ArraySlice<SignedStep<Step>> {
        let firsts = Set(rules.filter { $0.after.contains(nil) }.map(\.step))
        let start = steps.lastIndex { firsts.contains($0.kind) } ?? 0
        return steps[start...]
    }

    /// Why something that hangs for so many days has not hung long enough on a day. It counts from when it
    /// was written down, not from a day that somebody typed.
    func refusal(
        toEnd hanging: SignedStep<Step>, after days: Int, on day: Day, zone: Zone, what: Phrase
    ) -> Refusal? {
        let end = max(hanging.day, zone.day(of: hanging.at)) + days
        guard day < end else { return nil }
        return .notNow(
            Phrase(
                zh: "公示要满 \(days) 天，到 \(end) 才能\(what.zh)。",
                en: "The notice hangs for \(days) days: \(what.en) on \(end)."))
    }

    /// Writes a step down, and answers it.
    @discardableResult
    func sign(
        _ step: Step, of subject: String, number: Int, for day: Day, note: String = "", document: String = "",
        assessment: String = "", by actor: Actor, as post: ID<Post>?, at now: Instant, in books: Books
    ) throws -> SignedStep<Step> {
        try books.put(
            """
            INSERT INTO signed_step (county, kind, subject, number, step, day, taken_at, person, post, note,
                document, assessment)
            VALUES (\(actor.county), \(kind), \(subject), \(number), \(step), \(day), \(now),
                \(actor.person), \(post), \(note), \(document), \(assessment))
            """)
        return SignedStep(
            number: number, step, day: day, at: now, person: actor.person, post: post, note: note,
            document: document, assessment: assessment)
    }
}

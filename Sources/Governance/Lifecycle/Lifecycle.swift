package import Rules

/// A record that has a life: the state that it is in, and a table of everything that can happen to it. The
/// table is asked by buttons (what is offered?), by what is done to many at once (which are ready?) and by
/// the verb itself (may it happen?), so that the three cannot disagree.
package protocol LifecycleRecord: Sendable {
    /// Where a record can stand.
    associatedtype State: LifecycleState
    /// What can happen to it.
    associatedtype Verb: LifecycleVerb
    /// What guards ask besides the record itself, read once for one record or for many.
    associatedtype Circumstances: Sendable
    /// One line a verb.
    static var lifecycle: [Transition<Self>] { get }
    /// What the record is called in a sentence: 这件事, the case.
    static var noun: Phrase { get }
    /// Where it stands.
    var state: State { get }
}

/// A state: a stable word, and what people call it.
package protocol LifecycleState: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// What it is called.
    var words: Phrase { get }
}

/// A verb: a stable word that addresses, the log and the API use.
package protocol LifecycleVerb: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

/// One line of a life: what is done, from where to where, by whom, under which conditions, and what is asked.
package struct Transition<Record: LifecycleRecord>: Sendable {
    /// The verb, and its name on a button and in the log.
    package let verb: Record.Verb, words: Phrase
    /// The states from which it is possible, and the one it leads to; nil if it stays.
    package let from: Set<Record.State>, to: Record.State?
    /// The power it needs, which the log names; nil where a guard says who may.
    package let needs: Power?
    /// What is said where it stands elsewhere; nil for the usual sentence.
    let elsewhere: Phrase?
    /// Who may, and what else has to hold, in the order in which it is asked.
    package let guards: [Guard<Record>]
    /// What is asked.
    package let form: [FormField]
    /// Whether the public sees that it happened.
    package let isPublic: Bool

    init(
        _ verb: Record.Verb, _ words: Phrase, from: Set<Record.State>, to: Record.State? = nil,
        needs: Power? = nil, elsewhere: Phrase? = nil, guards: [Guard<Record>] = [], form: [FormField] = [],
        isPublic: Bool = false
    ) {
        (self.verb, self.words, self.from, self.to) = (verb, words, from, to)
        (self.needs, self.elsewhere) = (needs, elsewhere)
        (self.guards, self.form, self.isPublic) = (guards, form, isPublic)
    }
}

/// A condition of a transition, said once.
package struct Guard<Record: LifecycleRecord>: Sendable {
    /// Whether it is about who acts: the clockwork is nobody and passes.
    let isPersonal: Bool
    /// Why it may not happen; nil if it may.
    let refusal: @Sendable (Inquiry<Record>) -> Refusal?

    /// About who acts: separation of duties, being named, reach.
    static func who(_ refusal: @escaping @Sendable (Inquiry<Record>) -> Refusal?) -> Guard {
        Guard(isPersonal: true, refusal: refusal)
    }
    /// About how things stand: days, counts, what still waits.
    static func fact(_ refusal: @escaping @Sendable (Inquiry<Record>) -> Refusal?) -> Guard {
        Guard(isPersonal: false, refusal: refusal)
    }
    /// The power by a post that answers for the whole office.
    static func office(_ power: Power) -> Guard {
        .who { $0.actor.mayOffice(power) ? nil : Actor.powerless }
    }
}

/// Somebody before a record: everything that a guard may ask.
package struct Inquiry<Record: LifecycleRecord>: Sendable {
    /// The record, and what else is known of it.
    package let record: Record, circumstances: Record.Circumstances
    /// Who acts, when, and which day that is in the office's zone.
    package let actor: Actor, now: Instant, today: Day

    /// An inquiry.
    package init(
        _ record: Record, _ circumstances: Record.Circumstances, actor: Actor, now: Instant, today: Day
    ) {
        (self.record, self.circumstances) = (record, circumstances)
        (self.actor, self.now, self.today) = (actor, now, today)
    }

    /// Why a verb is not possible, or nil if it is.
    package func refusal(of verb: Record.Verb) -> Refusal? { refusal(of: Record.transition(verb)) }

    private func refusal(of transition: Transition<Record>) -> Refusal? {
        guard transition.from.contains(record.state) else {
            return .notNow(
                transition.elsewhere
                    ?? Phrase(
                        zh: "\(Record.noun.zh)现在是“\(record.state.words.zh)”，不能“\(transition.words.zh)”。",
                        en: """
                            \(Record.noun.en) is “\(record.state.words.en)”: “\(transition.words.en)” is not \
                            possible.
                            """
                    ))
        }
        if actor.person == nil, !actor.isSystem { return .signInFirst }
        for condition in transition.guards where !(condition.isPersonal && actor.isSystem) {
            if let refusal = condition.refusal(self) { return refusal }
        }
        return nil
    }

    /// What is possible now, in the order of the table.
    package var possible: [Transition<Record>] {
        Record.lifecycle.filter { refusal(of: $0) == nil }
    }
}

extension LifecycleRecord {
    /// The line of a verb. Every verb has one: `LifecycleTests` hold the tables complete.
    package static func transition(_ verb: Verb) -> Transition<Self> {
        lifecycle.first { $0.verb == verb } ?? lifecycle[0]
    }

    /// Throws unless some post has the power that a verb needs and answers for the whole office. Asked before
    /// a record is read: nobody else learns whether there is one.
    package static func needOffice(for verb: Verb, by actor: Actor) throws {
        if let power = transition(verb).needs { try actor.needOffice(power) }
    }
}

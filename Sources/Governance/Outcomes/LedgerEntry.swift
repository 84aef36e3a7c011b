package import Rules
import Store

/// What follows from a judged round for a unit: proposed, open to objection, approved, done, or withdrawn.
package struct LedgerEntry: Sendable {
    /// How far it is.
    package enum State: String, LifecycleState, Bindable, Readable {
        case proposed, approved, done, withdrawn
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .proposed: Phrase(zh: "拟定，可提异议", en: "Proposed, open to objection")
            case .approved: Phrase(zh: "已批准", en: "Approved")
            case .done: Phrase(zh: "已兑现", en: "Paid or done")
            case .withdrawn: Phrase(zh: "已撤回", en: "Withdrawn")
            }
        }
    }
    /// Its identity, the round, and its place among the round's entries.
    package let id: ID<LedgerEntry>, round: ID<EvaluationRound>, position: Int
    /// The rule and the kind of thing.
    package let rule: String, kind: Evaluation.Incentive.RewardItem.Kind
    /// The unit as the facts name it, and its name then.
    package let unit: String, unitName: String
    /// Fen for each who is paid; nil where no money is given.
    package let fen: Int?
    /// Why it is there.
    package let because: Phrase
    /// How far it is, when it was proposed, and the last day of objection.
    package let state: State, proposedAt: Instant, objectionsUntil: Day
    /// The entry that this one corrects; nil if none.
    package let corrects: ID<LedgerEntry>?
    /// Counts the steps, so that nobody acts on what is no longer so.
    package let version: Int

    init(_ row: Row) throws {
        (id, round, position, rule) = (
            try row.get("id"), try row.get("round"), try row.get("position"), try row.get("rule")
        )
        kind = Evaluation.Incentive.RewardItem.Kind(rawValue: try row.get("kind")) ?? .commendation
        (unit, unitName, fen) = (try row.get("unit"), try row.get("unit_name"), try row.optional("fen"))
        because = Phrase(zh: try row.get("because_zh"), en: try row.get("because_en"))
        (state, proposedAt, objectionsUntil) = (
            try row.get("state"), try row.get("proposed_at"), try row.get("objections_until")
        )
        (corrects, version) = (try row.optional("corrects"), try row.get("version"))
    }
}

/// What was done to an entry, signed.
package enum LedgerStep: String, ProcedureStep {
    case proposed, approved, paid, withdrawn
    case checkedClean = "checked_clean"
    case checkedSerious = "checked_serious"

    /// What it is called.
    package var words: Phrase {
        switch self {
        case .proposed: Phrase(zh: "拟定", en: "Proposed")
        case .approved: Phrase(zh: "批准", en: "Approved")
        case .paid: Phrase(zh: "兑现", en: "Paid or done")
        case .withdrawn: Phrase(zh: "撤回", en: "Withdrawn")
        case .checkedClean: Phrase(zh: "核查：没有严重问题", en: "Checked: nothing serious")
        case .checkedSerious: Phrase(zh: "核查：问题严重，启动追责", en: "Checked: serious, accountability begun")
        }
    }
}

/// Somebody who was in a post that an entry names, on the day of judging.
package struct LedgerPerson: Sendable {
    /// The post, the person, and what the person receives in fen; nil for who answers.
    package let post: ID<Post>, person: ID<Person>, fen: Int?

    init(_ row: Row) throws {
        (post, person, fen) = (try row.get("post"), try row.get("person"), try row.optional("fen"))
    }
}

/// What somebody holds against an entry, and the reply.
package struct Objection: Sendable {
    /// Its identity, the entry, what is said and when.
    package let id: ID<Objection>, entry: ID<LedgerEntry>, said: String, at: Instant
    /// Who objects; nil for who may not read names.
    package private(set) var person: ID<Person>?
    /// By which day it is replied to; the reply, whether it was upheld, by whom and when; nil before.
    package let replyDue: Day, reply: String, isUpheld: Bool?, repliedBy: ID<Person>?, repliedAt: Instant?

    init(_ row: Row) throws {
        (id, entry, person, said, at) = (
            try row.get("id"), try row.get("entry"), try row.get("person"), try row.get("said"),
            try row.get("raised_at")
        )
        (replyDue, reply, isUpheld) = (
            try row.get("reply_due"), try row.get("reply"), try row.optional("is_upheld")
        )
        (repliedBy, repliedAt) = (try row.optional("replied_by"), try row.optional("replied_at"))
    }

    /// The same without who objects.
    var withoutName: Objection { var it = self; it.person = nil; return it }
}

import Rules

/// What can be decided about a change of the register that waits.
package enum ApprovalVerb: String, LifecycleVerb { case grant, refuse }

/// Whether something still waits for whoever approves.
package enum ApprovalState: String, LifecycleState {
    case waiting, settled
    /// What it is called.
    package var words: Phrase {
        switch self {
        case .waiting: Phrase(zh: "待审批", en: "To approve")
        case .settled: Phrase(zh: "已办", en: "Settled")
        }
    }
}

extension ChangeRequest: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = ApprovalVerb
    /// Where it can stand.
    package typealias State = ApprovalState
    /// Its guards ask nothing besides the row: whose land it is its reader has asked.
    package typealias Circumstances = Void
    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这项申请", en: "The request")
    /// Where it stands.
    package var state: ApprovalState { settledAt == nil ? .waiting : .settled }

    /// Granted or sent back, by somebody else than who asked.
    package static let lifecycle: [Transition<ChangeRequest>] = [
        .init(
            .grant, Phrase(zh: "批准", en: "Approve"), from: [.waiting], to: .settled, needs: .approveChange,
            guards: [.otherThanAsked], form: [ApprovalForm.answer]),
        .init(
            .refuse, Phrase(zh: "退回", en: "Send back"), from: [.waiting], to: .settled,
            needs: .approveChange, guards: [.otherThanAsked], form: [ApprovalForm.answer.required]),
    ]
}

extension Guard where Record == ChangeRequest {
    fileprivate static let otherThanAsked = Guard.who {
        $0.record.askedBy != $0.actor.person
            ? nil
            : .notAllowed(
                Phrase(zh: "自己申请的要由别人审批。", en: "Somebody else has to approve what you asked for."))
    }
}

extension DoubleEntry: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = DoubleEntries.Verdict
    /// Where it can stand.
    package typealias State = ApprovalState
    /// Its guards ask nothing besides the row.
    package typealias Circumstances = Void
    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这项重复登记", en: "The double entry")
    /// Where it stands.
    package var state: ApprovalState { settledAt == nil ? .waiting : .settled }

    /// The person moves, or stays where the register has them.
    package static let lifecycle: [Transition<DoubleEntry>] = DoubleEntries.Verdict.allCases.map {
        .init(
            $0, $0.words, from: [.waiting], to: .settled, needs: .approveChange,
            form: [ApprovalForm.reason, RegisterForm.from])
    }
}

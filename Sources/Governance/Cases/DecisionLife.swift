import Rules

/// What can happen to a question that waits for a leader.
package enum DecisionVerb: String, LifecycleVerb { case grant, refuse }

extension Decision: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = DecisionVerb
    /// Whether it waits or was settled.
    package enum State: String, LifecycleState {
        case waiting, settled
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .waiting: Phrase(zh: "等领导定", en: "Waits for a leader")
            case .settled: Phrase(zh: "已定", en: "Settled")
            }
        }
    }

    /// What its guards ask besides the row: the case, and who has judged its appeal already.
    package struct Circumstances: Sendable {
        /// The case as it is stored.
        package var item: Case
        /// Who said yes or no to an appeal of it.
        package var reviewers: Set<ID<Person>>
    }

    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这个申请", en: "The question")

    /// Granted or refused: each by the post in whose queue it is, never by who asked.
    package static let lifecycle: [Transition<Decision>] = [
        .init(
            .grant, Phrase(zh: "同意", en: "Grant"), from: [.waiting], to: .settled, needs: .decide,
            guards: who + [.firstLook, .stillInHand, .stillInTime], form: [words]),
        .init(
            .refuse, Phrase(zh: "不同意", en: "Refuse"), from: [.waiting], to: .settled, needs: .decide,
            guards: who, form: [words]),
    ]

    private static let words = FormField("words", "意见", "Words", .text(most: 2000))
    private static let who: [Guard<Decision>] = [
        .overTheCase, .otherLine, .yesOrNo, .rightPost, .notAsker,
    ]

    /// The answer as a field: the API and the page send which of the two it is.
    package static let answer = [
        FormField("grant", "同意吗", "Grant it?", .yesOrNo, isRequired: true), words,
    ]
}

extension Guard where Record == Decision {
    fileprivate static let overTheCase = Guard.who {
        $0.actor.may(.decide, on: $0.circumstances.item) ? nil : Actor.powerless
    }
    fileprivate static let otherLine = Guard.who {
        $0.actor.isOwnLine($0.circumstances.item) ? Case.ownLine : nil
    }
    fileprivate static let yesOrNo = Guard.fact {
        $0.record.kind.isYesOrNo
            ? nil : .notNow(Phrase(zh: "这一件请打开事项来办。", en: "Open the case to settle this one."))
    }
    /// The post in whose queue it is; a first-in-command over the place may take every one but an appeal,
    /// which two different posts judge.
    fileprivate static let rightPost = Guard.who { inquiry in
        let (question, item) = (inquiry.record, inquiry.circumstances.item)
        let isRight = inquiry.actor.seats.contains {
            $0.post == question.post
                || $0.kind == .leader && $0.reaches(item.territoryPath) && question.kind != .appeal
        }
        return isRight
            ? nil : .notAllowed(Phrase(zh: "这件事等别的岗位来定。", en: "This waits for another post's decision."))
    }
    fileprivate static let notAsker = Guard.who {
        $0.record.askedBy != $0.actor.person
            ? nil
            : .notAllowed(Phrase(zh: "自己申请的，要由别人来定。", en: "You asked for it; somebody else has to decide."))
    }
    fileprivate static let firstLook = Guard.who { inquiry in
        guard inquiry.record.kind == .appeal, let person = inquiry.actor.person,
            inquiry.circumstances.reviewers.contains(person)
        else { return nil }
        return .notAllowed(
            Phrase(zh: "申诉要两个人审，您已经审过了。", en: "Two people judge an appeal; you have judged it."))
    }
    fileprivate static let stillInHand = Guard.fact { inquiry in
        guard inquiry.record.kind == .suspension, !inquiry.circumstances.item.isInHand else { return nil }
        return .notNow(
            Phrase(
                zh: "这件事已经不在办，不能挂账。",
                en: "The case is no longer in anybody's hands; it cannot be suspended."))
    }
    fileprivate static let stillInTime = Guard.fact { inquiry in
        let item = inquiry.circumstances.item
        guard inquiry.record.kind == .extension,
            item.dueAt == nil || !item.isInHand || item.isOverdue(at: inquiry.now)
        else { return nil }
        return .notNow(
            Phrase(
                zh: "已经超期或者已不在办，不能再延期。",
                en: "It is overdue or no longer in anybody's hands; it cannot be extended."))
    }
}

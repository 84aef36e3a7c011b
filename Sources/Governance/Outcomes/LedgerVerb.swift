import Rules
import Store

/// What somebody can do to an entry of the ledger, by the word that page and API send.
package enum LedgerVerb: String, LifecycleVerb {
    case object, reply, approve, pay, withdraw, check, correct, recommend, assess

    /// The verb that was sent. Throws `Refusal.invalid` for any other word.
    package init(_ input: FormInput) throws {
        guard let verb = LedgerVerb(rawValue: input["verb"]) else {
            throw Refusal.invalid("verb", zh: "不认识这个动作。", en: "This verb is not known.")
        }
        self = verb
    }
}

extension LedgerEntry: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = LedgerVerb
    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这一条", en: "The entry")

    /// What its guards ask besides the row.
    package struct Circumstances: Sendable {
        /// Who objected and was not replied to yet; who approved; whether another entry corrects it.
        package var openObjections: [Objection] = [], approver: ID<Person>?, isCorrected = false
        /// Who is recommended.
        package var recommendations: [Recommendation] = []
        /// What the scheme and the compared units say. It is read for one entry, and not for many at once: to
        /// approve and to pay nobody asks it, and a guard that finds nothing here refuses.
        package var scheme: OfScheme?
    }

    /// What an entry's scheme and the compared units say of it and of the actor.
    package struct OfScheme: Sendable {
        /// Whether the actor may object: a post in the same comparison, or a name in the entry.
        var mayObject: Bool
        /// The units that the scheme names for it, and how many are recommended by it.
        package var carriers: [Unit], seats: Int
        /// Whether the actor leads the unit that recommends.
        var isLed: Bool
    }

    /// The life of an entry. What was computed never changes: a correction is an entry of its own.
    package static let lifecycle: [Transition<LedgerEntry>] = [
        line(
            .approve, "批准", "Approve", from: [.proposed], to: .approved, needs: .decide,
            [.office(.decide), .objectionsEnded, .everyObjectionReplied, .assessedIfRecommended]),
        line(
            .pay, "已兑现", "Paid or done", from: [.approved], to: .done, needs: .evaluate,
            [.office(.evaluate), .nobodyLooksAtIt, .otherThanApproved]),
        line(.check, "记下核查结果", "Record the check", from: [.approved], to: .done, [.isCheck, .carries]),
        line(.object, "提出异议", "Object", from: [.proposed], [.concerned, .objectionsOpen]),
        line(
            .reply, "答复异议", "Reply to an objection", from: Set(State.allCases), needs: .evaluate,
            [.office(.evaluate), .hasObjection, .objectionOfOthers]),
        line(.recommend, "推荐", "Recommend", from: [.proposed], [.isRecommendation, .leads, .seatLeft]),
        line(
            .assess, "记下考核", "Record the assessment", from: Set(State.allCases),
            [.isRecommendation, .assesses, .somebodyWaits, .notInvolved]),
        line(
            .withdraw, "撤回", "Withdraw", from: [.proposed, .approved], to: .withdrawn, needs: .decide,
            [.office(.decide)]),
        line(
            .correct, "更正，另记一条", "Correct by a new entry", from: [.proposed, .approved, .done],
            needs: .decide, [.office(.decide), .neverCorrected]),
    ]

    private static func line(
        _ verb: LedgerVerb, _ zh: String, _ en: String, from: Set<State>, to: State? = nil,
        needs: Power? = nil, _ guards: [Guard<LedgerEntry>]
    ) -> Transition<LedgerEntry> {
        Transition(
            verb, Phrase(zh: zh, en: en), from: from, to: to, needs: needs, guards: guards,
            form: LedgerForm.page(verb))
    }
}

extension Guard where Record == LedgerEntry {
    fileprivate static let objectionsEnded = Guard.fact {
        $0.today > $0.record.objectionsUntil
            ? nil
            : .notNow(
                Phrase(
                    zh: "异议期到 \($0.record.objectionsUntil) 才结束。",
                    en: "Objections are open until \($0.record.objectionsUntil)."))
    }
    fileprivate static let objectionsOpen = Guard.fact {
        $0.today <= $0.record.objectionsUntil
            ? nil
            : .notNow(
                Phrase(
                    zh: "异议期到 \($0.record.objectionsUntil) 已经结束。",
                    en: "Objections ended on \($0.record.objectionsUntil)."))
    }
    fileprivate static let everyObjectionReplied = Guard.fact {
        $0.circumstances.openObjections.isEmpty
            ? nil : .notNow(Phrase(zh: "还有异议没有答复。", en: "An objection is not replied to yet."))
    }
    /// What recommends people is approved once somebody is recommended, all were assessed, and one passed.
    fileprivate static let assessedIfRecommended = Guard.fact { inquiry in
        guard inquiry.record.kind == .recommendation else { return nil }
        let all = inquiry.circumstances.recommendations
        if all.isEmpty { return .notNow(Phrase(zh: "还没有推荐人选。", en: "Nobody is recommended yet.")) }
        if all.contains(where: { $0.hasPassed == nil }) {
            return .notNow(Phrase(zh: "还有人没有考核。", en: "Somebody is not assessed yet."))
        }
        return all.contains { $0.hasPassed == true }
            ? nil : .notNow(Phrase(zh: "没有人通过考核。", en: "Nobody passed the assessment."))
    }
    /// A check ends by what was found, not by a paper.
    fileprivate static let nobodyLooksAtIt = Guard.fact {
        $0.record.kind != .check
            ? nil
            : .notNow(
                Phrase(zh: "这一条要有人去核查，记下核查结果。", en: "Somebody has to check this one and say what was found."))
    }
    fileprivate static let otherThanApproved = Guard.who {
        $0.circumstances.approver == nil || $0.circumstances.approver != $0.actor.person
            ? nil
            : .notAllowed(
                Phrase(zh: "批准和兑现要由不同的人来办。", en: "Somebody else than who approved has to pay out."))
    }
    fileprivate static let isCheck = Guard.fact { $0.record.kind == .check ? nil : .notFound }
    fileprivate static let isRecommendation = Guard.fact {
        $0.record.kind == .recommendation ? nil : .notFound
    }
    /// Only people of the units that the scheme names.
    private static func ofTheCarriers(_ zh: String, _ en: String) -> Guard {
        .who { inquiry in
            let units = inquiry.circumstances.scheme?.carriers ?? []
            if units.contains(where: { inquiry.actor.belongs(to: $0.id) }) { return nil }
            return .notAllowed(
                Phrase(
                    zh: "由\(units.map(\.name.zh).joined(separator: "、"))\(zh)。",
                    en: "\(en) by \(units.map(\.name.en).joined(separator: ", "))."))
        }
    }
    fileprivate static let carries = ofTheCarriers("核查", "It is checked")
    fileprivate static let assesses = ofTheCarriers("考核", "Assessed")
    fileprivate static let concerned = Guard.who {
        $0.circumstances.scheme?.mayObject == true
            ? nil
            : .notAllowed(
                Phrase(
                    zh: "异议由同一评比里的单位和被点名的人提出。",
                    en: "Units of the same comparison, and people who are named, can object."))
    }
    fileprivate static let hasObjection = Guard.fact {
        $0.circumstances.openObjections.isEmpty
            ? .notNow(Phrase(zh: "没有等答复的异议。", en: "No objection waits for a reply.")) : nil
    }
    fileprivate static let objectionOfOthers = Guard.who { inquiry in
        inquiry.circumstances.openObjections.contains { $0.person != inquiry.actor.person }
            ? nil
            : .notAllowed(Phrase(zh: "不能答复自己提的异议。", en: "You cannot reply to your own objection."))
    }
    fileprivate static let leads = Guard.who {
        $0.circumstances.scheme?.isLed == true
            ? nil
            : .notAllowed(
                Phrase(
                    zh: "由\($0.record.unitName)的负责人推荐。", en: "The head of \($0.record.unitName) recommends."))
    }
    fileprivate static let seatLeft = Guard.fact {
        let seats = $0.circumstances.scheme?.seats ?? 0
        return $0.circumstances.recommendations.count < seats
            ? nil : .notNow(Phrase(zh: "名额 \(seats) 个已经满了。", en: "All \(seats) seats are taken."))
    }
    fileprivate static let somebodyWaits = Guard.fact {
        $0.circumstances.recommendations.contains { $0.hasPassed == nil }
            ? nil : .notNow(Phrase(zh: "已经考核过了。", en: "Assessed already."))
    }
    fileprivate static let notInvolved = Guard.who { inquiry in
        inquiry.circumstances.recommendations.contains {
            $0.hasPassed == nil && Recommendations.mayAssess($0, inquiry.actor)
        } ? nil : Recommendations.involved
    }
    fileprivate static let neverCorrected = Guard.fact {
        $0.circumstances.isCorrected
            ? .notNow(Phrase(zh: "这一条已经更正过了。", en: "The entry was corrected already.")) : nil
    }
}

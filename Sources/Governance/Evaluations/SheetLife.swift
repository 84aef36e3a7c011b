package import Rules

/// What can happen to a score sheet and its team.
package enum SheetVerb: String, LifecycleVerb { case mark, submit, reopen, appoint, dismiss }

extension ScoreSheet: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = SheetVerb
    /// Its guards ask what filling it in needs as well.
    package typealias Circumstances = OpenSheet
    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这张表", en: "The sheet")

    /// The life of a sheet: its team marks and hands it in, which freezes it; the leading group alone opens
    /// it again, before its round is judged.
    package static let lifecycle: [Transition<ScoreSheet>] = [
        .init(
            .mark, Phrase(zh: "打分", en: "Mark"), from: [.open], elsewhere: handedIn, guards: [.member],
            form: SheetForm.mark),
        .init(
            .submit, Phrase(zh: "交卷", en: "Hand in"), from: [.open], to: .submitted, elsewhere: handedIn,
            guards: [.member, .everyMark]),
        .init(
            .reopen, Phrase(zh: "退回重评", en: "Open again"), from: [.submitted], to: .open, needs: .decide,
            elsewhere: Phrase(zh: "这张表没有交过。", en: "The sheet was not handed in."),
            guards: [.office(.decide), .roundNotJudged], form: SheetForm.reopen),
        .init(
            .appoint, Phrase(zh: "加入评价组", en: "Appoint"), from: [.open], needs: .evaluate,
            elsewhere: handedIn, guards: [.office(.evaluate)], form: SheetForm.member),
        .init(
            .dismiss, Phrase(zh: "退出", en: "Remove"), from: [.open], needs: .evaluate, elsewhere: handedIn,
            guards: [.office(.evaluate), .hasOthers], form: SheetForm.member),
    ]

    private static let handedIn = Phrase(
        zh: "这张表已经交了，要改请领导小组退回。",
        en: "The sheet was handed in; only the leading group can open it again.")
}

extension Guard where Record == ScoreSheet {
    /// The clockwork is in no team and judges nothing: this holds for it as well.
    fileprivate static let member = Guard.fact {
        $0.circumstances.isMember($0.actor) ? nil : .notFound
    }
    fileprivate static let everyMark = Guard.fact { inquiry in
        let missing = inquiry.circumstances.missing
        return missing.first.map { first in
            .notNow(
                Phrase(
                    zh: "还有 \(missing.count) 项没有打分，比如\(first.unit.name)的“\(first.indicator.title.zh)”。",
                    en:
                        """
                        \(missing.count) marks are missing, such as “\(first.indicator.title.en)” of \
                        \(first.unit.name).
                        """
                ))
        }
    }
    fileprivate static let roundNotJudged = Guard.fact {
        $0.circumstances.round.isJudged
            ? .notNow(
                Phrase(
                    zh: "这一轮已经评定，不能再改；有错请更正奖惩条目。",
                    en: "The round is judged. What is wrong is corrected in the ledger.")) : nil
    }
    fileprivate static let hasOthers = Guard.fact { $0.othersOfTheTeam.isEmpty ? .notFound : nil }
}

extension OpenSheet {
    /// The sheet before somebody.
    package func inquiry(for actor: Actor, at now: Instant, on today: Day) -> Inquiry<ScoreSheet> {
        Inquiry(sheet, self, actor: actor, now: now, today: today)
    }
}

extension Inquiry where Record == ScoreSheet {
    /// Who is in the team besides the actor: nobody comes into a team, or leaves it, by the own hand.
    fileprivate var othersOfTheTeam: [Person] {
        circumstances.members.filter { $0.id != actor.person }
    }
    /// Whom the actor can take out of the team now.
    package var dismissible: [Person] { refusal(of: .dismiss) == nil ? othersOfTheTeam : [] }
}

import Rules

/// Everything that can happen to a case. Buttons, checks, the API, tests and the manual read this one table.
package enum CaseVerb: String, LifecycleVerb {
    case verify, file, decline, merge, dispatch, tell, accept
    case giveBack = "return"
    case assist, answer, split, extend, suspend, resume, handle, explain, check, rework, close
    case callBack = "call-back"
    case reopen, appeal, note, instruct, escalate, void
}

/// What is asked when a verb is used.
package enum CaseField: String, CaseIterable, Sendable {
    case finding, reason, words, done, category, territory, place, title, limit, unit, person, into, days,
        until
    case aboutUnit = "about_unit"
    case shownTitle = "shown_title"
    case shownWords = "shown_words"
    case shownPhotos = "shown_photos"
    case standIn = "stand_in"
    case reached, solved, satisfaction
    case isPublic = "is_public"
    case photo

    /// How it is entered.
    package var kind: FormField.Kind {
        switch self {
        case .finding, .reason, .words, .done: .text(most: 2000)
        case .shownWords: .text(most: 5000)
        case .place: .line(most: 200)
        case .title, .shownTitle: .line(most: 100)
        case .into: .line(most: 40)
        case .category: .reference(.category)
        case .territory: .reference(.territory)
        case .limit: .duration
        case .unit, .aboutUnit: .reference(.unit)
        case .person, .standIn: .reference(.person)
        case .days: .number(1...3660)
        case .until: .day
        case .reached, .solved, .isPublic, .shownPhotos: .flag
        case .satisfaction: .choice(of: Satisfaction.self, \.words)
        case .photo: .photos
        }
    }

    /// The field as it is declared once for pages and API.
    package var field: FormField {
        let hint: Phrase? =
            self == .limit ? Phrase(zh: "不填就按类别的时限。", en: "Empty takes the category's limit.") : nil
        return FormField(rawValue, label, kind, hint: hint)
    }

    /// What it is called.
    package var label: Phrase {
        switch self {
        case .finding: Phrase(zh: "现场看到的情况", en: "What was found on the spot")
        case .reason: Phrase(zh: "原因", en: "Reason")
        case .words: Phrase(zh: "说明", en: "Words")
        case .done: Phrase(zh: "做了什么", en: "What was done")
        case .category: Phrase(zh: "类别", en: "Category")
        case .territory: Phrase(zh: "网格或社区", en: "Grid or community")
        case .place: Phrase(zh: "具体地点", en: "Place")
        case .title: Phrase(zh: "标题", en: "Title")
        case .limit: Phrase(zh: "时限", en: "Time limit")
        case .unit: Phrase(zh: "承办单位", en: "Unit")
        case .person: Phrase(zh: "责任人", en: "Named person")
        case .into: Phrase(zh: "并入哪一件（编号）", en: "Merge into (number)")
        case .days: Phrase(zh: "延长多少", en: "How much longer")
        case .until: Phrase(zh: "到哪一天", en: "Until which day")
        case .aboutUnit: Phrase(zh: "被反映的单位", en: "Unit complained about")
        case .shownTitle: Phrase(zh: "承办单位看到的标题", en: "Title that the unit reads")
        case .shownWords:
            Phrase(
                zh: "承办单位看到的内容（号码已遮住，请核对姓名、住址）",
                en: "Words that the unit reads (numbers are masked; check names and doors)")
        case .shownPhotos:
            Phrase(
                zh: "来件照片给承办单位看（看不出是谁反映的）",
                en: "The unit sees the photos that came along (they do not show who complains)")
        case .standIn: Phrase(zh: "替补人", en: "Stand-in")
        case .reached: Phrase(zh: "联系上了", en: "Reached")
        case .solved: Phrase(zh: "问题解决了", en: "Solved")
        case .satisfaction: Phrase(zh: "满意吗", en: "Satisfied?")
        case .isPublic: Phrase(zh: "居民可见", en: "Residents may see it")
        case .photo: Phrase(zh: "照片", en: "Photos")
        }
    }
}

/// What a complainant thinks of the end.
package enum Satisfaction: String, CaseIterable, Sendable {
    case satisfied
    case basically
    case dissatisfied

    /// What it is called.
    package var words: Phrase {
        switch self {
        case .satisfied: Phrase(zh: "满意", en: "Satisfied")
        case .basically: Phrase(zh: "基本满意", en: "Basically satisfied")
        case .dissatisfied: Phrase(zh: "不满意", en: "Dissatisfied")
        }
    }
}

/// Who may, besides having the power.
private enum Who {
    /// Anybody with the power in reach.
    case anyone
    /// The named person, the stand-in or the head of the unit that handles it.
    case handler
    /// Anybody who never handled it.
    case notHandler
    /// The person who was asked to assist.
    case assistant
}

extension Transition where Record == Case {
    fileprivate init(
        _ verb: CaseVerb, _ words: Phrase, from: Set<Case.State>, to: Case.State? = nil, needs: Power,
        who: Who = .anyone, asks: [CaseField] = [], mayTell: [CaseField] = [],
        if conditions: [Guard<Case>] = [], isPublic: Bool = false
    ) {
        let people: [Guard<Case>] =
            switch who {
            case .anyone: [.reach(needs), .otherLine(needs)]
            case .handler: [.named(needs), .otherLine(needs), .handler, .neverChecked]
            case .notHandler: [.reach(needs), .otherLine(needs), .neverHandled]
            case .assistant: [.named(needs), .asked]
            }
        self.init(
            verb, words, from: from, to: to, needs: needs, guards: people + conditions,
            form: asks.map(\.field.required) + mayTell.map(\.field), isPublic: isPublic)
    }

    /// The log's kind of event.
    package var event: Event.Kind {
        .init("case.\(verb.rawValue)", zh: words.zh, en: words.en, isPublic: isPublic)
    }
    /// Whether whoever does it has the case in hand from then on.
    var takesInHand: Bool {
        switch verb {
        case .accept, .giveBack, .assist, .extend, .suspend, .resume, .handle, .explain, .answer: true
        default: false
        }
    }
}

extension Case: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = CaseVerb
    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这件事", en: "The case")
    /// The life of a case: one line a verb.
    package static let lifecycle: [Transition<Case>] = [
        .init(
            .verify, Phrase(zh: "核实", en: "Verify"), from: [.reported], needs: .fileCase, asks: [.finding],
            mayTell: [.photo]),
        .init(
            .file, Phrase(zh: "立案", en: "File"), from: [.reported], to: .filed, needs: .fileCase,
            asks: [.category, .territory],
            mayTell: [.place, .finding, .limit, .aboutUnit, .shownTitle, .shownWords, .shownPhotos],
            isPublic: true),
        .init(
            .decline, Phrase(zh: "不予立案", en: "Decline"), from: [.reported], to: .declined, needs: .fileCase,
            asks: [.reason], isPublic: true),
        .init(
            .merge, Phrase(zh: "并案", en: "Merge"), from: [.reported, .filed], to: .merged, needs: .fileCase,
            asks: [.into],
            isPublic: true),
        .init(
            .dispatch, Phrase(zh: "派遣", en: "Dispatch"), from: [.filed, .dispatched, .handling],
            to: .dispatched,
            needs: .dispatchCase, asks: [.unit, .person], mayTell: [.standIn, .words], if: [.leadNamed],
            isPublic: true),
        .init(
            .tell, Phrase(zh: "当面反馈", en: "Tell the unit"), from: [.reported, .filed], needs: .reportCase,
            asks: [.unit, .words]),
        .init(
            .accept, Phrase(zh: "签收", en: "Accept"), from: [.dispatched], to: .handling, needs: .handleCase,
            who: .handler, isPublic: true),
        .init(
            .giveBack, Phrase(zh: "退回", en: "Return"), from: [.dispatched, .handling], to: .filed,
            needs: .handleCase,
            who: .handler, asks: [.reason], if: [.returnGoesOn]),
        .init(
            .assist, Phrase(zh: "请协办", en: "Ask to assist"), from: [.dispatched, .handling],
            needs: .handleCase,
            who: .handler, asks: [.unit, .person, .words], isPublic: true),
        .init(
            .answer, Phrase(zh: "协办回复", en: "Answer as assistant"), from: [.dispatched, .handling, .handled],
            needs: .handleCase, who: .assistant, asks: [.words], mayTell: [.photo], isPublic: true),
        .init(
            .split, Phrase(zh: "拆分", en: "Split"), from: [.filed, .dispatched, .handling],
            needs: .dispatchCase,
            asks: [.title, .words]),
        .init(
            .extend, Phrase(zh: "申请延期", en: "Ask for more time"), from: [.dispatched, .handling],
            needs: .handleCase,
            who: .handler, asks: [.days, .reason],
            if: [.hasDeadline, .inTime, .extendedLessThanTwice, .notWaiting(.extension), .hasDecider]),
        .init(
            .suspend, Phrase(zh: "申请挂账", en: "Ask to suspend"), from: [.dispatched, .handling],
            needs: .handleCase,
            who: .handler, asks: [.until, .reason],
            if: [.neverSuspended, .notWaiting(.suspension), .hasDecider]),
        .init(
            .resume, Phrase(zh: "恢复办理", en: "Resume"), from: [.suspended], to: .handling, needs: .handleCase,
            who: .handler, asks: [.words], isPublic: true),
        .init(
            .handle, Phrase(zh: "报告处置结果", en: "Report it handled"), from: [.dispatched, .handling],
            to: .handled,
            needs: .handleCase, who: .handler, asks: [.done], mayTell: [.photo], isPublic: true),
        .init(
            .explain, Phrase(zh: "解释说明（办不到）", en: "Explain that it cannot be met"),
            from: [.dispatched, .handling],
            to: .handled, needs: .handleCase, who: .handler, asks: [.reason], mayTell: [.photo],
            if: [.hasDecider], isPublic: true),
        .init(
            .check, Phrase(zh: "核查通过，结案", en: "Check passed: close"), from: [.handled], to: .closed,
            needs: .checkCase,
            who: .notHandler, asks: [.finding], mayTell: [.photo], if: [.solved], isPublic: true),
        .init(
            .rework, Phrase(zh: "核查不通过，返工", en: "Check failed: rework"), from: [.handled], to: .handling,
            needs: .checkCase, who: .notHandler, asks: [.reason], mayTell: [.photo], isPublic: true),
        .init(
            .close, Phrase(zh: "同意解释，结案", en: "Endorse the explanation: close"), from: [.handled],
            to: .closed,
            needs: .decide, who: .notHandler, asks: [.finding], if: [.explained], isPublic: true),
        .init(
            .callBack, Phrase(zh: "回访", en: "Call back"), from: [.closed], needs: .callBack, who: .notHandler,
            mayTell: [.reached, .solved, .satisfaction, .words]),
        .init(
            .reopen, Phrase(zh: "重开", en: "Reopen"), from: [.closed], to: .handling, needs: .callBack,
            who: .notHandler, asks: [.reason], if: [.soonAfterClosing], isPublic: true),
        .init(
            .appeal, Phrase(zh: "申诉", en: "Appeal"), from: [.closed], needs: .handleCase, who: .handler,
            asks: [.reason], if: [.neverAppealed, .wasLate, .twoJudges]),
        .init(
            .note, Phrase(zh: "加一条说明", en: "Add a note"), from: Set(Case.State.allCases).subtracting([.void]),
            needs: .note, asks: [.words], mayTell: [.isPublic, .photo]),
        .init(
            .instruct, Phrase(zh: "批示", en: "Instruct"),
            from: [.reported, .filed, .dispatched, .handling, .handled, .suspended],
            needs: .decide, asks: [.words]),
        .init(
            .escalate, Phrase(zh: "督办", en: "Escalate"),
            from: [.reported, .filed, .dispatched, .handling, .handled],
            needs: .escalateCase, asks: [.reason], if: [.notWaiting(.escalated), .hasDecider]),
        .init(
            .void, Phrase(zh: "作废", en: "Void"),
            from: [.reported, .filed, .dispatched, .handling, .suspended], to: .void,
            needs: .decide, asks: [.reason]),
    ]

    /// The verb that moves a case on from where it stands: it comes first among the buttons.
    package var mainVerb: CaseVerb? {
        switch state {
        case .reported: .file
        case .filed: .dispatch
        case .dispatched: .accept
        case .handling: .handle
        case .handled: outcome == .explained ? .close : .check
        case .suspended: .resume
        case .closed: .callBack
        default: nil
        }
    }

    /// What is known of a case besides its row.
    package struct Circumstances: Sendable {
        /// Who ever handled it, who ever checked it or called back, who still owes an answer as assistant.
        package var hands: Set<ID<Person>>, lookers: Set<ID<Person>>, assistants: Set<ID<Person>>
        /// The questions about it that wait for a leader, and the leaders' posts that could decide.
        package var waiting: Set<Decision.Kind> = [], deciders: [ID<Post>] = []
        /// The last day on which it can be opened again, and how many days that is after closing.
        var lastReopening: (day: Day, days: Int)?
        /// Nothing unless told.
        package init(
            hands: Set<ID<Person>> = [], lookers: Set<ID<Person>> = [], assistants: Set<ID<Person>> = []
        ) {
            (self.hands, self.lookers, self.assistants) = (hands, lookers, assistants)
        }
    }

    /// Why a closed case cannot be opened again on a day.
    static func tooLate(_ last: (day: Day, days: Int)?, today: Day) -> Refusal? {
        guard let last, today > last.day else { return nil }
        return .notNow(
            Phrase(
                zh: "结案已经超过 \(last.days) 天，请重新上报，写上原来的编号。",
                en: "Closed more than \(last.days) days ago: please report it anew and name the old number."
            ))
    }

    /// What somebody is told of whose own line a case complains.
    static let ownLine = Refusal.notAllowed(
        Phrase(
            zh: "反映的是您所在的单位，要由别人来办。",
            en: "It complains about your own unit; somebody else has to deal with it."))
}

// MARK: Who

extension Guard where Record == Case {
    /// A post with the power that reaches the case. Whoever reported it or had it in hand and only adds what
    /// they know needs the power by any post.
    fileprivate static func reach(_ power: Power) -> Guard {
        .who { inquiry in
            let (item, actor, past) = (inquiry.record, inquiry.actor, inquiry.circumstances)
            let isTheirs =
                actor.person.map {
                    $0 == item.reportedBy || past.hands.contains($0) || past.assistants.contains($0)
                } ?? false
            let adds = power == .note || power == .reportCase
            return adds && isTheirs
                ? named(power).refusal(inquiry) : actor.may(power, on: item) ? nil : Actor.powerless
        }
    }

    /// The power by any post: for whoever is named or was asked.
    fileprivate static func named(_ power: Power) -> Guard {
        .who { $0.actor.may(power) ? nil : Actor.powerless }
    }

    /// What complains about a unit nobody of that unit deals with; they may add what they know.
    fileprivate static func otherLine(_ power: Power) -> Guard {
        .who { power != .note && $0.actor.isOwnLine($0.record) ? Case.ownLine : nil }
    }

    fileprivate static let handler = Guard.who { inquiry in
        let (item, actor) = (inquiry.record, inquiry.actor)
        let isHead = actor.seats.contains {
            $0.unit == item.unit && ($0.kind == .unitLead || $0.kind == .communityLead)
        }
        if let person = actor.person, person == item.handler || person == item.standIn || isHead {
            return nil
        }
        return .notAllowed(Phrase(zh: "这件事的责任人不是您。", en: "You are not the person named for this case."))
    }

    fileprivate static let neverChecked = Guard.who { inquiry in
        if let person = inquiry.actor.person, !inquiry.circumstances.lookers.contains(person) { return nil }
        return .notAllowed(
            Phrase(
                zh: "您核查或回访过这件事，要由别人来办。",
                en: "You checked this case or called back; somebody else has to handle it."))
    }

    fileprivate static let neverHandled = Guard.who { inquiry in
        let item = inquiry.record
        if let person = inquiry.actor.person, !inquiry.circumstances.hands.contains(person),
            person != item.handler, person != item.standIn
        {
            return nil
        }
        return .notAllowed(
            Phrase(
                zh: "您办过这件事，要由别人来核查、结案或回访。",
                en: "You handled this case; somebody else has to check, close or call back."))
    }

    fileprivate static let asked = Guard.who { inquiry in
        if let person = inquiry.actor.person, inquiry.circumstances.assistants.contains(person) { return nil }
        return .notAllowed(
            Phrase(zh: "没有请您协办，或者您已经答复了。", en: "You were not asked to assist, or you have answered."))
    }
}

// MARK: How things stand

extension Guard where Record == Case {
    fileprivate static let solved = Guard.fact {
        $0.record.outcome != .explained
            ? nil
            : .notNow(
                Phrase(
                    zh: "这件是“解释说明”，要由领导同意才能结案。",
                    en: "This one was explained, not fixed: a leader has to endorse it."))
    }
    fileprivate static let explained = Guard.fact {
        $0.record.outcome == .explained
            ? nil
            : .notNow(
                Phrase(zh: "这件报的是已处置，请用“核查通过”。", en: "This one was reported fixed: use the check."))
    }
    /// What came back twice is given to a lead by a leader.
    fileprivate static let leadNamed = Guard.who {
        !$0.record.needsLead || $0.actor.may(.decide, on: $0.record)
            ? nil
            : .notAllowed(
                Phrase(zh: "已经退回两次，要由领导指定牵头单位。", en: "It came back twice: a leader has to name the lead."))
    }
    fileprivate static let hasDeadline = Guard.fact {
        $0.record.limit != nil && $0.record.dueAt != nil
            ? nil : .notNow(Phrase(zh: "这件没有时限，不用延期。", en: "This case has no deadline to extend."))
    }
    fileprivate static let inTime = Guard.fact {
        $0.record.isOverdue(at: $0.now)
            ? .notNow(Phrase(zh: "已经超期，不能再申请延期。", en: "It is overdue; more time can no longer be asked for."))
            : nil
    }
    fileprivate static let extendedLessThanTwice = Guard.fact {
        $0.record.extensions < 2
            ? nil : .notNow(Phrase(zh: "已经延过两次，不能再延。", en: "It was extended twice; that is the most."))
    }
    fileprivate static let neverSuspended = Guard.fact {
        $0.record.suspensions == 0
            ? nil : .notNow(Phrase(zh: "已经挂账过一次，不能再挂。", en: "It was suspended once; that is the most."))
    }
    /// An appeal excuses lateness: where nothing was late there is nothing to excuse.
    fileprivate static let wasLate = Guard.fact {
        let item = $0.record
        if let due = item.dueAt, let handled = item.handledAt ?? item.closedAt, handled > due { return nil }
        return .notNow(Phrase(zh: "这件没有超期，不用申诉。", en: "It was not late: there is nothing to appeal."))
    }
    fileprivate static let neverAppealed = Guard.fact {
        $0.record.appeals == 0 ? nil : .notNow(Phrase(zh: "已经申诉过一次。", en: "It was appealed once already."))
    }
    /// A closed case is opened again within the office's days.
    fileprivate static let soonAfterClosing = Guard.fact {
        Case.tooLate($0.circumstances.lastReopening, today: $0.today)
    }
    /// Somebody else than who asks can decide.
    fileprivate static let hasDecider = Guard.fact { inquiry in
        let own = inquiry.actor.seats.map(\.post)
        return inquiry.circumstances.deciders.contains { !own.contains($0) } ? nil : Decisions.nobody
    }
    /// The second return goes to a leader.
    fileprivate static let returnGoesOn = Guard.fact {
        $0.record.returns == 0 ? nil : hasDecider.refusal($0)
    }
    fileprivate static let twoJudges = Guard.fact { inquiry in
        guard inquiry.circumstances.deciders.count < 2 else { return nil }
        return inquiry.record.aboutUnit != nil
            ? .notNow(
                Phrase(
                    zh: "反映的是领导所在的单位，没有两位可以审申诉的领导。",
                    en: "It complains about the leaders' own unit: no two of them could judge an appeal."))
            : .notNow(
                Phrase(
                    zh: "申诉要两位领导审，请管理员先设好岗位。",
                    en: "An appeal needs two leaders; the administrator has to set up the posts."))
    }
    /// Nobody asks twice what still waits for an answer.
    fileprivate static func notWaiting(_ kind: Decision.Kind) -> Guard {
        .fact {
            $0.circumstances.waiting.contains(kind)
                ? .notNow(
                    Phrase(
                        zh: "“\(kind.words.zh)”已经在等领导定了。",
                        en: "“\(kind.words.en)” is waiting for a decision already."))
                : nil
        }
    }
}

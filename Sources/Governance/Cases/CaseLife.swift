import Rules

/// Everything that can happen to a case. Buttons, checks, the API, tests and the manual read this one table.
package enum CaseVerb: String, CaseIterable, Sendable {
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

/// One line of the life table.
package struct CaseStep: Sendable {
    /// Who may, besides having the power.
    package enum Who: Sendable {
        /// Anybody with the power in reach.
        case anyone
        /// The named person, the stand-in or the head of the unit that handles it.
        case handler
        /// Anybody who never handled it.
        case notHandler
        /// The person who was asked to assist.
        case assistant
    }

    /// The verb.
    package var verb: CaseVerb
    /// Its name on a button and in the timeline.
    package var words: Phrase
    /// The states from which it is possible.
    package var from: Set<Case.State>
    /// The state it leads to; nil if it stays.
    package var to: Case.State?
    /// The power it needs.
    package var needs: Power
    /// Who may.
    package var who: Who
    /// What has to be answered, and what may be.
    package var asks: [CaseField], mayTell: [CaseField]
    /// Whether the complainant sees that it happened.
    package var isPublic: Bool

    init(
        _ verb: CaseVerb, _ words: Phrase, from: Set<Case.State>, to: Case.State? = nil, needs: Power,
        who: Who = .anyone, asks: [CaseField] = [], mayTell: [CaseField] = [], isPublic: Bool = false
    ) {
        (self.verb, self.words, self.from, self.to, self.needs, self.who) = (
            verb, words, from, to, needs, who
        )
        (self.asks, self.mayTell, self.isPublic) = (asks, mayTell, isPublic)
    }

    /// What is asked, in the order of the form.
    package var form: [FormField] { asks.map(\.field.required) + mayTell.map(\.field) }

    /// The log's kind of event.
    package var event: Event.Kind {
        .init("case.\(verb.rawValue)", zh: words.zh, en: words.en, isPublic: isPublic)
    }
}

extension Case {
    /// The life of a case: one line a verb.
    package static let life: [CaseStep] = [
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
            needs: .dispatchCase, asks: [.unit, .person], mayTell: [.standIn, .words], isPublic: true),
        .init(
            .tell, Phrase(zh: "当面反馈", en: "Tell the unit"), from: [.reported, .filed], needs: .reportCase,
            asks: [.unit, .words]),
        .init(
            .accept, Phrase(zh: "签收", en: "Accept"), from: [.dispatched], to: .handling, needs: .handleCase,
            who: .handler, isPublic: true),
        .init(
            .giveBack, Phrase(zh: "退回", en: "Return"), from: [.dispatched, .handling], to: .filed,
            needs: .handleCase,
            who: .handler, asks: [.reason]),
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
            who: .handler, asks: [.days, .reason]),
        .init(
            .suspend, Phrase(zh: "申请挂账", en: "Ask to suspend"), from: [.dispatched, .handling],
            needs: .handleCase,
            who: .handler, asks: [.until, .reason]),
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
            isPublic: true),
        .init(
            .check, Phrase(zh: "核查通过，结案", en: "Check passed: close"), from: [.handled], to: .closed,
            needs: .checkCase,
            who: .notHandler, asks: [.finding], mayTell: [.photo], isPublic: true),
        .init(
            .rework, Phrase(zh: "核查不通过，返工", en: "Check failed: rework"), from: [.handled], to: .handling,
            needs: .checkCase, who: .notHandler, asks: [.reason], mayTell: [.photo], isPublic: true),
        .init(
            .close, Phrase(zh: "同意解释，结案", en: "Endorse the explanation: close"), from: [.handled],
            to: .closed,
            needs: .decide, who: .notHandler, asks: [.finding], isPublic: true),
        .init(
            .callBack, Phrase(zh: "回访", en: "Call back"), from: [.closed], needs: .callBack, who: .notHandler,
            mayTell: [.reached, .solved, .satisfaction, .words]),
        .init(
            .reopen, Phrase(zh: "重开", en: "Reopen"), from: [.closed], to: .handling, needs: .callBack,
            who: .notHandler, asks: [.reason], isPublic: true),
        .init(
            .appeal, Phrase(zh: "申诉", en: "Appeal"), from: [.closed], needs: .handleCase, who: .handler,
            asks: [.reason]),
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
            needs: .escalateCase, asks: [.reason]),
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

    private static let steps = Dictionary(uniqueKeysWithValues: life.map { ($0.verb, $0) })

    /// The life table's line of a verb.
    package static func step(_ verb: CaseVerb) -> CaseStep { steps[verb] ?? life[0] }

    /// Who has had to do with a case.
    package struct Past: Sendable {
        /// Who ever handled it, who ever checked it or called back, who still owes an answer as assistant.
        package var hands: Set<ID<Person>>, lookers: Set<ID<Person>>, assistants: Set<ID<Person>>
        /// Nobody unless told.
        package init(
            hands: Set<ID<Person>> = [], lookers: Set<ID<Person>> = [], assistants: Set<ID<Person>> = []
        ) {
            (self.hands, self.lookers, self.assistants) = (hands, lookers, assistants)
        }
    }

    /// What somebody is told of whose own line a case complains.
    static let ownLine = Refusal.notAllowed(
        Phrase(
            zh: "反映的是您所在的单位，要由别人来办。",
            en: "It complains about your own unit; somebody else has to deal with it."))

    /// Why a verb is not possible for somebody now, or nil if it is.
    package func refusal(of verb: CaseVerb, to actor: Actor, past: Past) -> Refusal? {
        let step = Self.step(verb)
        guard step.from.contains(state) else {
            return .notNow(
                Phrase(
                    zh: "这件事现在是“\(state.words.zh)”，不能“\(step.words.zh)”。",
                    en: "The case is now “\(state.words.en)”; “\(step.words.en)” is not possible."))
        }
        if actor.isSystem { return nil }
        let person = actor.person
        guard person != nil else { return .signInFirst }
        // Who is named or asked needs the power by any post; so does whoever reported the case or had it in
        // hand and only adds what they know. Everything else is done by a post that reaches the case.
        let adds = step.needs == .note || step.needs == .reportCase
        let isTheirs =
            person.map { $0 == reportedBy || past.hands.contains($0) || past.assistants.contains($0) }
            ?? false
        let isNamed = step.who == .handler || step.who == .assistant || adds && isTheirs
        guard isNamed ? actor.may(step.needs) : actor.may(step.needs, on: self) else {
            return Actor.powerless
        }
        if actor.isOwnLine(self), step.who != .assistant, step.needs != .note {
            return Self.ownLine
        }
        switch step.who {
        case .handler:
            let isHead = actor.seats.contains {
                $0.unit == unit && ($0.kind == .unitLead || $0.kind == .communityLead)
            }
            guard person != nil, person == handler || person == standIn || isHead else {
                return .notAllowed(
                    Phrase(zh: "这件事的责任人不是您。", en: "You are not the person named for this case."))
            }
            guard let person, !past.lookers.contains(person) else {
                return .notAllowed(
                    Phrase(
                        zh: "您核查或回访过这件事，要由别人来办。",
                        en: "You checked this case or called back; somebody else has to handle it."))
            }
        case .notHandler:
            guard let person, !past.hands.contains(person), person != handler, person != standIn else {
                return .notAllowed(
                    Phrase(
                        zh: "您办过这件事，要由别人来核查、结案或回访。",
                        en: "You handled this case; somebody else has to check, close or call back."))
            }
        case .assistant:
            guard let person, past.assistants.contains(person) else {
                return .notAllowed(
                    Phrase(zh: "没有请您协办，或者您已经答复了。", en: "You were not asked to assist, or you have answered."))
            }
        case .anyone: break
        }
        switch verb {
        case .check where outcome == .explained:
            return .notNow(
                Phrase(
                    zh: "这件是“解释说明”，要由领导同意才能结案。",
                    en: "This one was explained, not fixed: a leader has to endorse it."))
        case .close where outcome != .explained:
            return .notNow(
                Phrase(zh: "这件报的是已处置，请用“核查通过”。", en: "This one was reported fixed: use the check."))
        case .dispatch where needsLead && !actor.may(.decide, on: self):
            return .notAllowed(
                Phrase(zh: "已经退回两次，要由领导指定牵头单位。", en: "It came back twice: a leader has to name the lead."))
        default: return nil
        }
    }
}

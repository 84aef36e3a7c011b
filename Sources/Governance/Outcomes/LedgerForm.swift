import Rules

/// What each verb of the ledger asks, declared once for page and API.
package enum LedgerForm {
    private static let paper = FormField("paper", "文件或凭据", "Paper", .line(most: 200))
    private static let why = FormField("why", "理由", "Why", .text(most: 500), isRequired: true)
    /// The most that an amount may be, in fen.
    private static let amounts = 0...100_000_000_000

    private static let object = [
        FormField("said", "异议", "Objection", .text(most: 1000), isRequired: true)
    ]
    private static let reply = [
        FormField("objection", "哪一条异议", "Which objection", .reference(.objection), isRequired: true),
        FormField("reply", "答复", "Reply", .text(most: 1000), isRequired: true),
        FormField(
            "upheld", "采纳吗", "Is it upheld?", .yesOrNo, isRequired: true,
            hint: Phrase(
                zh: "采纳的，还没有批准的这一条随即撤回。",
                en: "Upheld, an entry that is not approved yet is withdrawn.")),
    ]
    private static let check = [
        FormField("note", "核查情况", "What the check found", .text(most: 1000), isRequired: true),
        FormField(
            "serious", "问题严重、启动追责吗", "Is it serious, so that accountability begins?", .yesOrNo,
            isRequired: true),
        paper,
    ]
    private static let recommend = [
        FormField("person", "推荐谁", "Whom", .reference(.person), isRequired: true), why,
    ]
    private static let assess = [
        FormField("recommendation", "哪一个推荐", "Which recommendation", .line(most: 80), isRequired: true),
        FormField(
            "note", "考核意见", "What the assessment says", .text(most: 500), isRequired: true),
        FormField("passed", "通过考核吗", "Is the assessment passed?", .yesOrNo, isRequired: true),
    ]

    /// What the page asks.
    package static func page(_ verb: LedgerVerb) -> [FormField] {
        switch verb {
        case .object: object
        case .reply: reply
        case .approve: [paper]
        case .pay: [paper.required]
        case .withdraw: [why]
        case .check: check
        // People think in yuan, and only an entry with an amount shows the form.
        case .correct:
            [FormField("yuan", "更正后的金额", "The right amount", .money(amounts), isRequired: true), why]
        case .recommend: recommend
        case .assess: assess
        }
    }
    /// What the API takes: whole fen, and none for an entry that has no amount.
    package static func program(_ verb: LedgerVerb) -> [FormField] {
        guard verb == .correct else { return page(verb) }
        return [FormField("fen", "更正后的金额（分）", "The right amount in fen", .number(amounts)), why]
    }
    /// Everything that the API may send for one entry: the verb, and the fields of all of them, of which each
    /// takes its own. A field that several have stands once.
    package static let act: [FormField] = {
        var fields = [
            FormField(
                "verb", "怎样办", "What to do",
                .choice(of: LedgerVerb.self) { LedgerEntry.transition($0).words }, isRequired: true)
        ]
        for field in LedgerVerb.allCases.flatMap(program) {
            guard let index = fields.firstIndex(where: { $0.name == field.name }) else {
                fields.append(field.optional)
                continue
            }
            let old = fields[index]
            guard old.label != field.label else { continue }
            let (zh, en) = ("\(old.label.zh)；\(field.label.zh)", "\(old.label.en); \(field.label.en)")
            fields[index] = FormField(old.name, zh, en, old.kind, hint: old.hint)
        }
        return fields
    }()

    /// What narrows the list and the export.
    package static let filter = [
        FormField("kind", "种类", "Kind", .choice(of: Evaluation.Incentive.RewardItem.Kind.self, \.phrase)),
        FormField("state", "状态", "State", .choice(of: LedgerEntry.State.self, \.words)),
    ]
    /// What a whole list asks that is approved, or noted as paid, at once.
    package static let all = [
        FormField(
            "verb", "怎样办", "What to do",
            .choice([
                .init(LedgerVerb.approve.rawValue, Phrase(zh: "一起批准", en: "Approve all")),
                .init(LedgerVerb.pay.rawValue, Phrase(zh: "一起记为已兑现", en: "Note all as paid")),
            ]), isRequired: true),
        filter[0], paper.required,
    ]
}

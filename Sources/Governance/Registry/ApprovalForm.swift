import Rules

/// What whoever approves decides, declared once for the page and the API.
package enum ApprovalForm {
    /// Which request, and which double entry: each of the page's forms is about one of them.
    private static let subjects = [
        FormField("request", "申请", "Request", .reference(.request)),
        FormField("double", "重复登记", "Double entry", .line(most: 80)),
    ]
    /// The words with a decision about a request.
    package static let answer = FormField(
        "reason", "意见（退回时要写）", "Words (needed to send back)", .text(most: 500))
    /// Why a double entry is decided so.
    package static let reason = FormField("reason", "理由", "Reason", .text(most: 500), isRequired: true)

    /// Every field of a decision as it was sent: about a double entry if it names one, else about a request.
    /// Which words a decision needs its life table says.
    package static func fields(_ input: FormInput) -> [FormField] {
        input["double"].isEmpty
            ? subjects + decision(of: ChangeRequest.self, input)
            : subjects + decision(of: DoubleEntry.self, input)
    }

    /// Every field that either of them may have.
    package static let everything =
        subjects + [
            FormField(
                "decision", "决定", "Decision",
                .choice(words(of: ChangeRequest.self) + words(of: DoubleEntry.self)), isRequired: true,
                hint: Phrase(
                    zh: "申请：grant、refuse；重复登记：move、stay。",
                    en: "`grant` or `refuse` of a request, `move` or `stay` of a double entry.")),
            FormField(
                "reason", "意见或理由", "Words", .text(most: 500),
                hint: Phrase(
                    zh: "退回申请和处理重复登记时要写。", en: "Needed to send back, and with a double entry.")),
            RegisterForm.from,
        ]

    private static func words<Record: LifecycleRecord>(of: Record.Type) -> [FormField.Choice] {
        Record.lifecycle.map { .init($0.verb.rawValue, $0.words) }
    }

    private static func decision<Record: LifecycleRecord>(of: Record.Type, _ input: FormInput)
        -> [FormField]
    {
        let chosen = Record.lifecycle.first { $0.verb.rawValue == input["decision"] }
        return [FormField("decision", "决定", "Decision", .choice(words(of: Record.self)), isRequired: true)]
            + (chosen ?? Record.lifecycle[0]).form
    }
}

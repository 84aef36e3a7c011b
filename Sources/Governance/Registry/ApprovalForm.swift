import Rules

/// What whoever approves decides, declared once for the page and the API.
package enum ApprovalForm {
    /// Which request, and which double entry: each of the page's forms is about one of them.
    private static let subjects = [
        FormField("request", "申请", "Request", .reference(.request)),
        FormField("double", "重复登记", "Double entry", .line(most: 80)),
    ]
    /// The two ways of a request.
    package static let decisions: [FormField.Choice] = [
        .init("grant", Phrase(zh: "批准", en: "Approve")), .init("refuse", Phrase(zh: "退回", en: "Send back")),
    ]
    /// The words with a decision about a request.
    package static let answer = FormField(
        "reason", "意见（退回时要写）", "Words (needed to send back)", .text(most: 500))
    /// The two ways of a double entry.
    package static let verdicts = DoubleEntries.Verdict.allCases.map {
        FormField.Choice($0.rawValue, $0.words)
    }
    /// Why a double entry is decided so.
    package static let reason = FormField("reason", "理由", "Reason", .text(most: 500), isRequired: true)

    /// Every field of a decision as it was sent: about a double entry if it names one, else about a request.
    /// Sending back needs words.
    package static func fields(_ input: FormInput) -> [FormField] {
        func decision(_ choices: [FormField.Choice]) -> FormField {
            FormField("decision", "决定", "Decision", .choice(choices), isRequired: true)
        }
        guard input["double"].isEmpty else {
            return subjects + [decision(verdicts), reason, RegisterForm.from]
        }
        return subjects + [decision(decisions), input["decision"] == "refuse" ? answer.required : answer]
    }
}

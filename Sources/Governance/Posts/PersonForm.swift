package import Rules

/// What is said about a person, declared once for page and API.
package enum PersonForm {
    private static let name = FormField("name", "姓名", "Name", .name, isRequired: true)
    private static let login = FormField("login", "登录名", "Login", .code, isRequired: true)

    /// A new one.
    package static let add = [name, FormField("phone", "办公电话", "Office telephone", .telephone)]
    /// Another name or telephone. A dash is no telephone, so that the verb looks at it.
    package static let change = [name, FormField("phone", "办公电话", "Office telephone", .line(most: 24))]
    /// A telephone is shown in full.
    package static let unmask = [
        FormField("reason", "查看理由", "The reason", .text(most: 300), isRequired: true)
    ]
    /// A second factor is to be taken away.
    package static let factor = [
        login,
        FormField(
            "reason", "理由", "Reason", .line(most: 300), isRequired: true,
            hint: Phrase(zh: "例如手机丢了、备用码也没有", en: "such as: telephone and codes are lost")),
    ]
    /// An account ends.
    package static let close = [login]

    /// Which people are asked for.
    package static let filter = [
        FormField(
            "phone", "办公电话", "Office telephone", .telephone,
            hint: Phrase(zh: "只要用这个号码的人，写法不论。", en: "Only who has it, however it is written."))
    ]
}

/// How power that waits is settled, declared once for page and API.
package enum PowerRequestForm {
    /// One of them, or all that others asked for up to a moment.
    package static let settle = [
        FormField(
            "decision", "决定", "Decision",
            .choice([
                .init("grant", Phrase(zh: "核准", en: "Confirm")),
                .init("refuse", Phrase(zh: "退回", en: "Send back")),
            ]), isRequired: true),
        FormField("request", "申请", "Request", .reference(.request)),
        FormField(
            "until", "到什么时候为止的", "Asked for up to", .moment,
            hint: Phrase(zh: "不写申请，写这个：别人到这时为止申请的都办。", en: "In place of a request.")),
        FormField(
            "answer", "意见", "Words", .line(most: 300),
            hint: Phrase(zh: "退回时要写。", en: "Why; needed to send back.")),
    ]
}

extension PowerRequests {
    /// The one way of a decision, for page and API: one request, or with `until` everything that somebody
    /// else asked for up to that moment. Nobody confirms what they did not see. Answers how many it settled.
    @discardableResult
    package static func settle(_ values: FormValues, by actor: Actor, at now: Instant, in books: Books) throws
        -> Int
    {
        let ids: [ID<PowerRequest>]
        if let until = values.moment("until") {
            ids = try open(of: actor.county, in: books)
                .filter {
                    $0.askedAt <= until && $0.askedBy != actor.person && $0.person != actor.person
                }.map(\.id)
        } else {
            ids = [try values.id("request")]
        }
        try settle(
            ids, granted: values["decision"] == "grant", answer: values["answer"], by: actor, at: now,
            in: books)
        return ids.count
    }
}

extension Log.Query {
    /// What narrows the log, as the address and the API carry it.
    package static let filters = [
        FormField(
            "kind", "类别", "Kind", .line(most: 80),
            hint: Phrase(
                zh: "以此开头的类别，如 case 或 person.unmask。",
                en: "Only kinds that begin with this, such as `case` or `person.unmask`.")),
        FormField(
            "subject", "关于", "About", .line(most: 120),
            hint: Phrase(zh: "种类:标识。", en: "Only lines about this record: its kind, a colon, its identity.")),
    ]

    /// Where a page begins: behind which line.
    package static let cursor = FormField(
        "cursor", "在第几条以前", "Before", .number(1...Int.max),
        hint: Phrase(
            zh: "编号比它小的。", en: "Only lines with a number below this one: `next` of the page before."),
        olderNames: ["before"])

    /// What was asked for by these fields, and by `cursor` and `limit`. Throws `Refusal.invalid` for a
    /// subject without a kind.
    package init(_ values: FormValues) throws {
        self.init()
        kind = values["kind"]
        limit = values.optionalNumber("limit") ?? limit
        before = values.optionalNumber("cursor")
        if let text = values.optionalText("subject") {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw Refusal.invalid("subject", zh: "写成 种类:标识。", en: "Write kind:identity.")
            }
            subject = .init(parts[0], parts[1])
        }
    }
}

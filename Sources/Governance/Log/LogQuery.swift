extension Log.Query {
    /// What narrows the log and where a page of it begins, as the address and the API carry it.
    package static let fields = [
        FormField(
            "kind", "类别", "Kind", .line(most: 80),
            hint: Phrase(
                zh: "以此开头的类别，如 case 或 person.unmask。",
                en: "Only kinds that begin with this, such as `case` or `person.unmask`.")),
        FormField(
            "before", "在第几条以前", "Before", .number(1...Int.max),
            hint: Phrase(zh: "编号比它小的。", en: "Only lines with a number below this one.")),
        FormField(
            "limit", "每页条数", "Rows", .number(1...200),
            hint: Phrase(zh: "不填就是 50。", en: "How many a page shows; 50 if not given.")),
    ]

    /// What was asked for by these fields.
    package init(_ values: FormValues) {
        self.init()
        kind = values["kind"]
        before = values.optionalNumber("before")
        limit = values.optionalNumber("limit") ?? limit
    }
}

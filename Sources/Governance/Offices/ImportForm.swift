/// What is asked beside a table that is taken in, declared once for page and API.
package enum ImportForm {
    /// The table itself.
    package static let file = FormField(
        "file", "XLSX 或 CSV 文件", "XLSX or CSV file", .file, isRequired: true,
        hint: Phrase(
            zh: "最大 20 MB。试过以后写入时，浏览器要您再选一次。",
            en: "At most 20 MB. After a trial the browser asks you to choose it again."))
    /// From which day its rows hold.
    package static let since = FormField(
        "since", "从哪天算起", "From which day", .day, isRequired: true,
        hint: Phrase(zh: "新增的从这天起有效。", en: "What is new holds from that day."))
    /// Where the days of a calendar come from.
    package static let basis = FormField(
        "source", "依据", "Source", .line(most: 200), isRequired: true,
        hint: Phrase(zh: "通知的名称或文号，记入日志。", en: "The notice's name or number; it goes into the log."),
        olderNames: ["basis"])
    /// What a register's file is said to be: the year of its incomes and its totals.
    package static let register = [
        FormField("income_year", "收入是哪一年的", "Year of the incomes", .number(1990...2200), isRequired: true),
        FormField(
            "households", "应有多少户", "Households there should be", .number(0...10_000_000),
            hint: Phrase(zh: "填了就核对", en: "Checked if given")),
        FormField("people", "应有多少人", "People there should be", .number(0...100_000_000)),
    ]
    /// Where cases come from, and in which columns of the file what stands.
    package static func cases(
        from sources: [FormField.Choice], columns: [(name: String, words: Phrase, usual: [String])]
    ) -> [FormField] {
        [FormField("source", "从哪里来", "Where they come from", .choice(sources), isRequired: true)]
            + columns.map { column in
                FormField(
                    column.name, "\(column.words.zh)在哪一列", "Column of the \(column.words.en)",
                    .line(most: 200),
                    hint: Phrase(
                        zh: "不填就找：\(column.usual.joined(separator: "、"))",
                        en: "If empty: \(column.usual.joined(separator: ", "))"))
            }
    }
    /// How the page goes about it: it writes, and it gives the faults back as a sheet.
    package static let wishes = [
        FormField("write", "写入", "Import", .flag),
        FormField(
            "sheet", "有问题就给我一张标出来的表", "If something is wrong, give me a sheet with the cells marked",
            .flag, hint: Phrase(zh: "改好红色的格再传这张表", en: "Correct the red cells and send that sheet")),
    ]
    /// A trial by a program.
    package static let dryRun = FormField("dry_run", "只试不写", "Only try", .flag)
}

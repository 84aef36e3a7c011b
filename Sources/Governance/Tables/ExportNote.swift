import Rules

/// What an export says of itself, in the log and on the last sheet of the file: everything that it was
/// narrowed by, and how many rows it has.
package struct ExportNote: Sendable {
    /// `state=filed unit=…`; empty if it was narrowed by nothing.
    package let filter: String
    /// The rows of the table, without its heading.
    package var rows: Int

    /// Parts that say nothing are left out.
    package init(_ parts: [(String, String?)], rows: Int) {
        filter = parts.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : "\(name)=\($0)" } }
            .joined(separator: " ")
        self.rows = rows
    }

    /// For the event of the export.
    var details: [(String, String?)] { [("filter", filter), ("rows", "\(rows)")] }

    /// The sheet. Throws `SpreadsheetWriter.Failed` if there is no room for it.
    package func write(to writer: SpreadsheetWriter, _ language: Language) throws {
        try writer.begin(
            Phrase(zh: "范围", en: "Filter")[language],
            headings: [Phrase(zh: "筛选条件", en: "Filter")[language], Phrase(zh: "行数", en: "Rows")[language]])
        writer.add([.text(filter), .number(rows)])
    }
}

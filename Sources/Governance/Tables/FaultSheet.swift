package import Foundation

extension ImportReport {
    /// Writes the table again with every faulty cell marked and what to do beside it: to be corrected and
    /// sent again. A fault of a whole row stands only in the last column.
    package func write(of table: Table, to file: URL, language: Language) throws {
        var byRow: [Int: [Fault]] = [:]
        for fault in faults { byRow[fault.row, default: []].append(fault) }
        let words = language == .zh ? "要改什么" : "What to change"
        // A table that was corrected and is sent again brings the column along.
        let columns = table.columns.filter { $0 != words }
        let kept = table.columns.indices.filter { table.columns[$0] != words }
        let writer = try SpreadsheetWriter(
            file, name: language == .zh ? "请改红色的格" : "Change the red cells", headings: columns + [words])
        try table.walk { line, cells in
            let faults = byRow[line] ?? []
            var row = kept.map { index -> SpreadsheetWriter.Cell in
                let text = index < cells.count ? cells[index] : ""
                return faults.contains { $0.column == table.columns[index] }
                    ? .marked(text.isEmpty ? " " : text) : .text(text)
            }
            row.append(
                .text(
                    faults.map { ($0.column.isEmpty ? "" : "\($0.column)：") + $0.words[language] }.joined(
                        separator: "\n")))
            writer.add(row)
        }
        try writer.close()
    }
}

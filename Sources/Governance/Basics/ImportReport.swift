import Store

/// What an import would do or did, row by row where something is wrong.
package struct ImportReport: Sendable {
    /// What is wrong with one cell.
    package struct Fault: Sendable {
        /// The line of the file, the heading being 1.
        package var row: Int
        /// The column's heading, or empty for the whole row.
        package var column: String
        /// What is wrong and what to do.
        package var words: Phrase
    }

    /// Rows that were new.
    package var added = 0
    /// Rows that changed something.
    package var changed = 0
    /// Rows that were there already, exactly so.
    package var same = 0
    /// Rows that were there already, say something else now, and were left as they were.
    package var differing = 0
    /// How much of it waits until somebody else confirms it.
    package var waiting = 0
    /// What is wrong, the first of it. If there is anything, nothing was written.
    package private(set) var faults: [Fault] = []
    /// How many things are wrong.
    package private(set) var faultCount = 0
    /// After so many the rest of the file is not looked at: nobody reads on, and each row costs questions to
    /// the database.
    package static let mostFaults = 1_000
    /// Whether the walk over the rows ended there.
    package internal(set) var isCut = false
    /// Whether the rows were only tried.
    package var isDryRun = false

    /// Nothing yet.
    package init() {}

    /// Notes a fault of a cell.
    package mutating func fault(_ row: Int, _ column: String, zh: String, en: String) {
        note([.init(row: row, column: column, words: Phrase(zh: zh, en: en))])
    }

    /// Notes more faults.
    mutating func note(_ more: [Fault]) {
        faultCount += more.count
        faults += more.prefix(max(0, Self.mostFaults - faults.count))
    }

    /// One sentence.
    package var words: Phrase {
        let done = faults.isEmpty && !isDryRun
        return Phrase(
            zh: (done ? "已导入：" : "试导入，没有写入：")
                + """
                新增 \(added)，更新 \(changed)，已有 \(same)，问题 \
                \(faultCount)\(isCut ? "（太多了，后面的行没有看；请先改这些）" : "")。
                """
                + (differing > 0 ? "\(differing) 行的编号已有，但内容和原来不同，没有改动原来的事项。" : "")
                + (waiting > 0 ? "其中 \(waiting) 项到岗要另一人核准后生效。" : ""),
            en: (done ? "Imported: " : "Tried, nothing written: ")
                + """
                \(added) new, \(changed) changed, \(same) already there, \(faultCount) \
                faults\(isCut ? " (too many: the rows behind were not looked at)" : "").
                """
                + (differing > 0
                    ? " \(differing) rows have a known number but say something else; the cases stay as they are."
                    : "")
                + (waiting > 0 ? " \(waiting) appointments wait for somebody else to confirm them." : ""))
    }
}

extension Office {
    /// Runs an import in one transaction and keeps it only if it is wanted and has no fault. The dry run is
    /// the same code, undone at the end.
    package func importing(
        dryRun: Bool, _ body: @escaping @Sendable (Books) throws -> ImportReport
    ) async throws -> ImportReport {
        try await write { books in
            try books.transaction.trial {
                var report = try body(books)
                report.isDryRun = dryRun
                return (report.faults.isEmpty && !dryRun, report)
            }
        }
    }
}

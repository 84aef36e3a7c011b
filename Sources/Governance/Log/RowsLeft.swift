import Store

/// A row that is not what the log says it was left as.
struct RowFault {
    enum Kind { case changed, inserted, deleted }
    var table: String, key: String
    /// The line that left it last.
    var line: Int?
    var kind: Kind

    /// The row by table and key, and what happened to it.
    var words: Phrase {
        let row = "\(table) \(key.replacing(RowDigest.separator, with: " "))"
        return switch kind {
        case .changed:
            Phrase(
                zh: "数据行 \(row) 不是日志留下的样子：在程序之外被改过。",
                en: "Row \(row) is not what the log says it was left as: it was changed outside the program.")
        case .inserted:
            Phrase(
                zh: "数据行 \(row) 日志里没有：在程序之外加进来的。",
                en: "The log knows no row \(row): it was put in outside the program.")
        case .deleted:
            Phrase(
                zh: "数据行 \(row) 不见了：在程序之外被删掉的。",
                en: "Row \(row) is gone: it was deleted outside the program.")
        }
    }
}

/// What the log says every row was left as: the newest word of each.
struct RowsLeft: Sendable {
    private struct Left { var content: RowDigest.Content?, line: Int, order: UInt64 }
    private var tables: [String: [String: Left]] = [:]

    /// What the counters of the county were left as.
    var head: RowDigest.Content? { tables["county_head"]?[""]?.content }

    /// Takes the next word of the log.
    mutating func take(_ row: RowDigest, _ line: Int) {
        tables[row.table, default: [:]][row.key] = Left(
            content: row.content, line: line, order: row.order ?? 0)
    }

    /// Takes what another county's log says of rows that belong to none: of two words the later counts.
    mutating func merge(_ other: RowsLeft) {
        for (table, rows) in other.tables {
            tables[table, default: [:]].merge(rows) { $0.order > $1.order ? $0 : $1 }
        }
    }

    /// Holds the rows of some tables against what was said of them. `county`: nil for tables that belong to
    /// none. Answers how many are as they should be.
    func compare(
        _ noted: [NotedTable], of county: County?, in books: Books
    ) throws -> (faults: [RowFault], whole: Int) {
        var (faults, whole): ([RowFault], Int) = ([], 0)
        for table in noted {
            var left = tables[table.name] ?? [:]
            let mine: SQL = county.map { "county = \($0)" } ?? "1 = 1"
            var layout: RowLayout?
            try books.transaction.each("SELECT * FROM \(SQL(trusted: table.name)) WHERE \(mine)") { row in
                layout = layout ?? row.layout(of: table)
                guard let layout else { return }
                let (key, found) = row.digest(layout)
                let said = left.removeValue(forKey: key)
                if said?.content == found {
                    whole += 1
                } else {
                    faults.append(
                        RowFault(
                            table: table.name, key: key, line: said?.line,
                            kind: said?.content == nil ? .inserted : .changed))
                }
            }
            faults += left.filter { $0.value.content != nil }.sorted { $0.key < $1.key }.map {
                RowFault(table: table.name, key: $0.key, line: $0.value.line, kind: .deleted)
            }
        }
        return (faults, whole)
    }
}

extension Row {
    /// The row's key and the digest of what it holds.
    fileprivate func digest(_ layout: RowLayout) -> (key: String, content: RowDigest.Content) {
        (RowDigest.key(values, layout).key, RowDigest.content(values, layout))
    }
}

extension Log.Verification {
    /// Of how many rows it is told what is wrong; the rest is counted.
    private static let mostRows = 20

    /// Adds rows that do not fit.
    mutating func add(_ rows: [RowFault]) {
        faults += rows.prefix(Self.mostRows).map { Fault(kind: .row, line: $0.line, words: $0.words) }
        let more = rows.count - Self.mostRows
        if more > 0 {
            faults.append(
                Fault(
                    kind: .row, line: nil,
                    words: Phrase(zh: "还有 \(more) 行数据有问题。", en: "\(more) more rows do not fit.")))
        }
    }
}

extension Log {
    /// Holds the rows that belong to no county, such as land and calendar, against all logs together. For
    /// commands: it asks all counties.
    package static func verifyShared(
        after outcomes: [Verification], in books: Books
    ) throws -> [Verification.Fault] {
        // A log that does not fit vouches for nothing.
        guard outcomes.allSatisfy({ outcome in !outcome.faults.contains { $0.kind == .chain } }),
            outcomes.contains(where: { $0.rows != nil })
        else { return [] }
        let all = outcomes.reduce(into: RowsLeft()) { $0.merge($1.sharedRows) }
        let tables = Schema.noted.tables.values.filter(\.isShared).sorted { $0.name < $1.name }
        var verdict = Verification(county: .shared)
        verdict.add(try all.compare(tables, of: nil, in: books).faults)
        return verdict.faults
    }
}

/// Where the columns of a table stand in a list of values: made once for each statement.
package final class RowLayout: Sendable {
    /// The table.
    package let table: NotedTable
    /// The columns that are noted, by name: how a row is written down does not depend on the order in which
    /// the columns came to be.
    package let columns: [(name: String, position: Int)]
    /// Where the key stands.
    package let key: [Int]

    /// The layout of a list of columns; nil if the key is not whole.
    init?(_ table: NotedTable, _ names: [String]) {
        let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        let key = table.key.compactMap { places[$0] }
        guard key.count == table.key.count else { return nil }
        (self.table, self.key) = (table, key)
        columns = places.filter { !table.passing.contains($0.key) }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }
}

extension Row {
    /// Where the columns of a table stand in rows like this one; nil if the key is not whole.
    package func layout(of table: NotedTable) -> RowLayout? { RowLayout(table, names) }
}

/// What one statement left behind: rows as they stand now, or the last that was seen of those that are gone.
package final class NotedRows {
    /// How the values stand; nil as long as there is no row.
    package fileprivate(set) var layout: RowLayout?
    /// The rows' values.
    package fileprivate(set) var rows: [[Value]] = []
    /// Whether the statement took the rows away.
    package let areGone: Bool
    private let table: NotedTable

    init(_ table: NotedTable, areGone: Bool, layout: RowLayout? = nil, rows: [[Value]] = []) {
        (self.table, self.areGone, self.layout, self.rows) = (table, areGone, layout, rows)
    }

    func take(_ row: Row) {
        if layout == nil { layout = RowLayout(table, row.names) }
        rows.append(row.values)
    }
}

/// What the bodies of one batch did, in order: the rows they left behind and the words they said about them.
/// What a failed body wrote here is dropped with the body.
package final class Journal {
    /// One entry.
    package enum Entry {
        /// Rows that a statement left.
        case rows(NotedRows)
        /// What a body said, such as an event.
        case word(any Sendable)
        /// The end of a body.
        case end
    }
    /// Everything so far, and how much of it is written.
    private var entries: [Entry] = [], written = 0
    /// Whether rows may still be on their way from a far-away engine.
    fileprivate(set) var isWaiting = false

    /// Where a body begins: what was written meanwhile is undone with it.
    var mark: (count: Int, written: Int) { (entries.count, written) }
    func drop(to mark: (count: Int, written: Int)) {
        entries.removeLast(max(0, entries.count - mark.count))
        written = min(written, mark.written)
    }
    func end() { if entries.count > written { entries.append(.end) } }

    /// What is not written yet; in the middle of a body without what its next word will be about.
    fileprivate func waiting(isWhole: Bool) -> ArraySlice<Entry> {
        let all = entries[written...]
        if isWhole { return all }
        let end = all.lastIndex { if case .rows = $0 { false } else { true } }
        return end.map { all[...$0] } ?? []
    }
    fileprivate func wrote(_ notes: ArraySlice<Entry>) { written = notes.endIndex }
    func note(_ rows: NotedRows) { entries.append(.rows(rows)) }
    func say(_ word: any Sendable) { entries.append(.word(word)) }
}

extension Transaction {
    /// The same transaction, in which every row of these tables that a statement leaves behind is noted.
    package func noting(_ tables: NotedTables) -> Transaction {
        var noting = self
        noting.noted = tables
        return noting
    }

    /// Hands over what this batch has noted and not written yet, and takes it for written. Rows that are
    /// still on their way are waited for. `isWhole`: whether the batch ends here.
    package func takeNotes(isWhole: Bool) throws -> ArraySlice<Journal.Entry> {
        if journal.isWaiting, let writer = connection as? any Writer {
            try writer.settle()
            journal.isWaiting = false
        }
        let notes = journal.waiting(isWhole: isWhole)
        journal.wrote(notes)
        return notes
    }

    /// Says something about the rows that this body has left since it last said something.
    package func say(_ word: some Sendable) { journal.say(word) }

    /// Notes a row as if it had been written now.
    package func note(_ row: Row, of table: NotedTable) {
        let rows = NotedRows(table, areGone: false)
        rows.take(row)
        journal.note(rows)
    }

    /// Runs a statement whose rows nobody asks for, and notes what it left.
    func noted(_ statement: SQL, _ run: (SQL) throws -> Int) throws -> Int {
        guard let noted, let change = noted.change(of: statement) else { return try run(statement) }
        switch change.rows {
        case .given(let layout, let tuples):
            let count = try run(statement)
            journal.note(
                NotedRows(
                    change.table, areGone: false, layout: layout,
                    rows: tuples.map { $0.map { $0.value(in: statement) } }))
            return count
        case .returned(let words):
            let rows = NotedRows(change.table, areGone: change.isRemoval)
            journal.note(rows)
            try connection.each(statement + words) { rows.take($0) }
            return rows.rows.count
        }
    }

    /// The same without waiting.
    func notedLater(_ statement: SQL) throws {
        guard let noted, let change = noted.change(of: statement), case .returned(let words) = change.rows
        else {
            _ = try self.noted(statement) {
                try connection.put($0)
                return 0
            }
            return
        }
        let rows = NotedRows(change.table, areGone: change.isRemoval)
        journal.note(rows)
        try connection.put(statement + words) { rows.take($0) }
        journal.isWaiting = true
    }

    /// A statement whose rows are asked for, so that it answers all that it left; nil if it leaves nothing.
    func asking(_ statement: SQL) -> (statement: SQL, rows: NotedRows)? {
        guard let noted, let change = noted.change(of: statement), case .returned(let words) = change.rows
        else { return nil }
        let rows = NotedRows(change.table, areGone: change.isRemoval)
        journal.note(rows)
        return (statement + words, rows)
    }
}

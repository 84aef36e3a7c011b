import Synchronization

/// A table whose rows are noted when they change.
package final class NotedTable: Sendable {
    /// Its name and the columns of its key.
    package let name: String, key: [String]
    /// Columns that change in passing, such as a count of failed attempts: they are not noted.
    package let passing: Set<String>
    /// Columns that have a value although nobody names them.
    let defaults: Set<String>
    /// Whether the table belongs to no county.
    package var isShared: Bool { key.first != "county" }

    init(_ shape: TableShape) {
        (name, key, passing, defaults) = (shape.name, shape.key, shape.passing, shape.defaults)
    }
}

/// The tables whose rows are noted, and which of them a statement changes.
package final class NotedTables: Sendable {
    /// The tables by name.
    package let tables: [String: NotedTable]
    /// What is known of statements, by the address of their first words.
    private let known = Mutex<[Address: [(parts: [Address?], change: StatementChange?)]]>([:])
    private typealias Address = UInt

    /// Those of the tables that are proven row by row.
    package init(_ shapes: [TableShape]) {
        tables = Dictionary(
            shapes.filter { $0.proof == .rows }.map { ($0.name, NotedTable($0)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What a statement changes of these tables; nil if it changes none of them.
    func change(of statement: SQL) -> StatementChange? {
        guard case .text(let first)? = statement.parts.first else {
            return StatementChange(statement, of: tables)
        }
        // Most statements only ask.
        if first.utf8CodeUnitCount > 0, first.utf8Start[0] == UInt8(ascii: "S") { return nil }
        var parts: [Address?] = []
        parts.reserveCapacity(statement.parts.count)
        for part in statement.parts {
            switch part {
            case .text(let text): parts.append(UInt(bitPattern: text.utf8Start))
            case .value: parts.append(nil)
            // A name that was put together at run time has no address of its own.
            case .trusted: return StatementChange(statement, of: tables)
            }
        }
        let address = UInt(bitPattern: first.utf8Start)
        if let found = known.withLock({ $0[address]?.first { $0.parts == parts } }) { return found.change }
        let fresh = StatementChange(statement, of: tables)
        known.withLock { known in
            // Lists of any length make many texts.
            if known[address, default: []].count > 50 { known[address] = [] }
            known[address, default: []].append((parts, fresh))
        }
        return fresh
    }
}

/// What a statement changes of one noted table.
struct StatementChange: Sendable {
    /// A value of a row that is put in.
    enum Source: Sendable {
        /// The statement's value at this place among its parts; a value that its text says.
        case part(Int), literal(Value)

        func value(in statement: SQL) -> Value {
            switch self {
            case .literal(let value): return value
            case .part(let place):
                guard case .value(let value) = statement.parts[place] else { return .null }
                return value
            }
        }
    }
    /// How the rows are known.
    enum Rows: Sendable {
        /// The statement says them itself.
        case given(RowLayout, [[Source]])
        /// The engine has to answer them, by these words at the statement's end.
        case returned(SQL)
    }
    let table: NotedTable, rows: Rows, isRemoval: Bool

    /// Reads a statement; nil if it changes none of the tables.
    init?(_ statement: SQL, of tables: [String: NotedTable]) {
        var reader = StatementReader(statement)
        let verb = reader.word()
        switch verb {
        case "INSERT", "DELETE": _ = reader.word()
        case "UPDATE": break
        default: return nil
        }
        guard let table = tables[reader.word()] else { return nil }
        (self.table, isRemoval) = (table, verb == "DELETE")
        if verb == "UPDATE", !table.passing.isEmpty, table.passing.isSuperset(of: reader.assigned()) {
            return nil
        }
        if verb == "INSERT", let (names, tuples) = reader.given(),
            table.defaults.isSubset(of: names), let layout = RowLayout(table, names)
        {
            rows = .given(layout, tuples)
        } else {
            rows = .returned(StatementReader(statement).hasReturning ? ", *" : " RETURNING *")
        }
    }
}

/// Reads as much of a statement as tells which rows it changes.
private struct StatementReader {
    private var bytes: [UInt8] = [], places: [Int] = []
    private var at = 0
    /// Stands for a bound value.
    private static let value: UInt8 = 1

    init(_ statement: SQL) {
        for (place, part) in statement.parts.enumerated() {
            switch part {
            case .text(let text): text.withUTF8Buffer { bytes.append(contentsOf: $0) }
            case .trusted(let own): bytes.append(contentsOf: own.utf8)
            case .value:
                bytes.append(Self.value)
                places.append(place)
            }
        }
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private mutating func skipSpace() {
        while at < bytes.count, [32, 10, 9, 13].contains(bytes[at]) { at += 1 }
    }
    private mutating func take(_ letter: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: letter) else { return false }
        at += 1
        return true
    }

    /// The next word or name, without its quotes; empty if there is none.
    mutating func word() -> String {
        let isQuoted = take("\"")
        if !isQuoted { skipSpace() }
        let start = at
        while at < bytes.count, Self.isOfWord(bytes[at]) { at += 1 }
        defer { if isQuoted { _ = take("\"") } }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// Whether the statement itself asks for rows.
    var hasReturning: Bool { bytes.firstRange(of: Array("RETURNING".utf8)) != nil }

    /// Columns and rows of `(…) VALUES (…), (…)`, if that is all that follows and every value is bound or a
    /// plain literal.
    mutating func given() -> (names: [String], tuples: [[StatementChange.Source]])? {
        guard take("(") else { return nil }
        var names: [String] = []
        repeat { names.append(word()) } while take(",")
        guard take(")"), word() == "VALUES" else { return nil }
        var (tuples, bound): ([[StatementChange.Source]], Int) = ([], 0)
        repeat {
            guard take("(") else { return nil }
            var tuple: [StatementChange.Source] = []
            repeat {
                guard let source = source(&bound) else { return nil }
                tuple.append(source)
            } while take(",")
            guard take(")"), tuple.count == names.count else { return nil }
            tuples.append(tuple)
        } while take(",")
        skipSpace()
        return at == bytes.count ? (names, tuples) : nil
    }

    private mutating func source(_ bound: inout Int) -> StatementChange.Source? {
        skipSpace()
        guard at < bytes.count else { return nil }
        if bytes[at] == Self.value {
            at += 1
            defer { bound += 1 }
            return .part(places[bound])
        }
        if take("'") {
            // Only the empty text needs no bound value.
            return take("'") ? .literal(.text("")) : nil
        }
        let word = word()
        if word == "NULL" { return .literal(.null) }
        return Int64(word).map { .literal(.integer($0)) }
    }

    /// The columns that `SET` changes.
    mutating func assigned() -> Set<String> {
        var (names, depth, isName): (Set<String>, Int, Bool) = ([], 0, false)
        while at < bytes.count {
            let byte = bytes[at]
            if Self.isOfWord(byte) || byte == UInt8(ascii: "\"") {
                let word = word()
                if depth == 0, word == "WHERE" { break }
                if depth == 0, word == "SET" {
                    isName = true
                } else if isName {
                    names.insert(word)
                    isName = false
                }
                continue
            }
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if byte == UInt8(ascii: ","), depth == 0 { isName = true }
            at += 1
        }
        return names
    }
}

internal import GRDB
import GRDBSQLite

/// Statements on one SQLite handle.
///
/// GRDB keeps the handle, the pool and the compiled statements; values are bound and columns read here,
/// straight from SQLite, because the same through GRDB's arguments and rows took most of a short statement's
/// time.
final class SQLiteConnection: Writer {
    private let db: GRDB.Database
    private let handle: SQLiteHandle
    private var changesBefore: Int64 = 0, others = 0
    private let watch = Watch()
    private typealias SQLiteHandle = OpaquePointer

    init(_ db: GRDB.Database) {
        self.db = db
        handle = db.sqliteConnection ?? { preconditionFailure("GRDB hands over open connections only") }()
    }

    /// Runs a body in which no statement may take longer than that from one row to the next: it fails as
    /// `StoreError.slow`.
    func patiently<T>(_ patience: Duration?, _ body: () throws -> T) rethrows -> T {
        guard let patience else { return try body() }
        watch.patience = patience
        sqlite3_progress_handler(
            handle, 100_000,
            { watch in watch.map { Unmanaged<Watch>.fromOpaque($0).takeUnretainedValue().isOver ? 1 : 0 } ?? 0
            },
            Unmanaged.passUnretained(watch).toOpaque())
        defer { sqlite3_progress_handler(handle, 0, nil, nil) }
        return try body()
    }

    /// How long the next row may still take; looked at only while a statement works.
    private final class Watch {
        var patience = Duration.zero
        var end: ContinuousClock.Instant?
        var isOver: Bool {
            if let end { return end < .now }
            end = .now + patience
            return false
        }
    }

    func execute(_ statement: SQL) throws -> Int {
        try run(statement) { _, _ in }
        return Int(sqlite3_changes(handle))
    }

    func put(_ statement: SQL) throws { try run(statement) { _, _ in } }

    func put(_ statement: SQL, _ row: @escaping (Row) -> Void) throws { try each(statement, row) }

    func each(_ statement: SQL, _ body: (Row) throws -> Void) throws {
        try run(statement) { prepared, text in
            let columns = Row.Columns.of(text) {
                (0..<sqlite3_column_count(prepared)).map {
                    sqlite3_column_name(prepared, $0).map { String(cString: $0) } ?? ""
                }
            }
            try body(
                Row(columns: columns, values: columns.names.indices.map { Self.value(prepared, Int32($0)) }))
        }
    }

    func lock(_ statement: SQL, _ body: (Row) throws -> Void) throws {
        let before = changes
        try each(statement, body)
        others -= changes - before
    }

    func stream(_ statement: SQL, _ body: (Row) throws -> Void) throws { try each(statement, body) }

    func script(_ text: String) throws {
        others += 1
        try control(text)
    }

    private func control(_ text: String) throws {
        do { try db.execute(sql: text) } catch { throw StoreError(error) }
    }

    // MARK: A batch

    func begin() throws {
        try control("BEGIN IMMEDIATE")
        changesBefore = sqlite3_total_changes64(handle)
    }
    func commit() throws { try control("COMMIT") }
    /// Other processes do not write here while this one serves: its own followers are told after the commit.
    func notify(_ topics: Set<String>) {}
    func rollback() throws { if db.isInsideTransaction { try control("ROLLBACK") } }
    func savepoint() throws { try control("SAVEPOINT request") }
    func releaseSavepoint() throws { try control("RELEASE request") }
    func rollBackToSavepoint() throws {
        // A full disk ends the whole transaction in SQLite; then nobody's work may count as done.
        guard db.isInsideTransaction else { throw StoreError.full("the transaction was ended") }
        try control("ROLLBACK TO request")
        try control("RELEASE request")
    }
    func settle() throws {}
    var changes: Int { Int(sqlite3_total_changes64(handle) - changesBefore) + others }
    var isSpoilt: Bool { !db.isInsideTransaction }

    // MARK: One statement

    private func run(_ statement: SQL, _ row: (OpaquePointer, String) throws -> Void) throws {
        let (text, values) = statement.rendered(.sqlite)
        let kept: Statement
        do {
            let cached = try db.cachedStatement(sql: text)
            // A statement whose rows are being read further out is compiled a second time.
            kept = sqlite3_stmt_busy(cached.sqliteStatement) == 0 ? cached : try db.makeStatement(sql: text)
        } catch { throw StoreError(error) }
        let prepared = kept.sqliteStatement
        // SQLite counts changed rows, not changes of the schema.
        if sqlite3_stmt_readonly(prepared) == 0, sqlite3_column_count(prepared) == 0,
            text.hasPrefix("CREATE") || text.hasPrefix("DROP") || text.hasPrefix("ALTER")
        {
            others += 1
        }
        defer {
            sqlite3_reset(prepared)
            sqlite3_clear_bindings(prepared)
        }
        for (index, value) in values.enumerated() {
            try bind(value, to: Int32(index + 1), of: prepared, text)
        }
        while true {
            watch.end = nil
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: try row(prepared, text)
            case SQLITE_DONE: return
            default: throw fault(text)
            }
        }
    }

    private func bind(_ value: Value, to index: Int32, of prepared: OpaquePointer, _ text: String) throws {
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code =
            switch value {
            case .null: sqlite3_bind_null(prepared, index)
            case .integer(let number): sqlite3_bind_int64(prepared, index, number)
            case .real(let number): sqlite3_bind_double(prepared, index, number)
            case .text(var own):
                own.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text(
                            prepared, index, $0.baseAddress ?? Self.nothing, Int32($0.count), copied)
                    }
                }
            case .blob(let bytes):
                bytes.withUnsafeBytes {
                    sqlite3_bind_blob(
                        prepared, index, $0.baseAddress ?? UnsafeRawPointer(Self.nothing), Int32($0.count),
                        copied)
                }
            }
        guard code == SQLITE_OK else { throw fault(text) }
    }

    /// Where an empty text or blob points: a null pointer would be bound as NULL.
    private static var nothing: UnsafePointer<CChar> { emptyText.pointer }

    private static func value(_ prepared: OpaquePointer, _ column: Int32) -> Value {
        switch sqlite3_column_type(prepared, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(prepared, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(prepared, column))
        case SQLITE_TEXT:
            guard let bytes = sqlite3_column_text(prepared, column) else { return .text("") }
            return .text(
                String(
                    decoding: UnsafeBufferPointer(
                        start: bytes, count: Int(sqlite3_column_bytes(prepared, column))), as: UTF8.self))
        case SQLITE_BLOB:
            guard let bytes = sqlite3_column_blob(prepared, column) else { return .blob([]) }
            return .blob(
                [UInt8](
                    UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(prepared, column)))))
        default: return .null
        }
    }

    private func fault(_ text: String) -> StoreError {
        StoreError(
            code: sqlite3_extended_errcode(handle), words: String(cString: sqlite3_errmsg(handle)),
            statement: text)
    }
}

/// One byte that lives as long as the program.
private struct EmptyText: @unchecked Sendable {
    let pointer: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()
}
private let emptyText = EmptyText()

extension StoreError {
    /// SQLite's result codes in the business's terms.
    init(code: Int32, words: String, statement: String) {
        switch ResultCode(rawValue: code) {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            self = .duplicate(words)
        case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .reference(words)
        default:
            switch code & 0xFF {
            case SQLITE_CONSTRAINT: self = .refused(words)
            case SQLITE_FULL: self = .full(words)
            case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
            case SQLITE_INTERRUPT: self = .slow(statement)
            // A statement that SQLite does not understand or must not run is a fault of this program.
            case SQLITE_ERROR, SQLITE_MISUSE, SQLITE_RANGE, SQLITE_MISMATCH, SQLITE_TOOBIG:
                self = .faulty("\(words) \(statement)")
            case SQLITE_READONLY: self = .refused(words)
            default: self = .unavailable("\(code) \(words) \(statement)")
            }
        }
    }
}

package import Foundation
internal import GRDB

/// The embedded default: one file in WAL mode, many readers, one writer that commits many requests together.
package final class SQLiteDatabase: Database {
    private let access: any DatabaseWriter
    private let writer: GroupCommit
    package var dialect: Dialect { .sqlite }

    /// Opens or makes the file; nil is a database in memory, for tests. Throws `StoreError.unavailable`.
    package init(file: URL?) throws {
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = true
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            if let file {
                let pool = try DatabasePool(path: file.path, configuration: configuration)
                // GRDB sets NORMAL on the writer while opening; FULL has to come after, or a power cut loses commits.
                try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
                access = pool
            } else {
                access = try DatabaseQueue(configuration: configuration)
            }
            writer = GroupCommit(access)
        } catch { throw StoreError(error) }
    }

    package func read<T: Sendable>(_ body: @Sendable (Transaction) throws -> T) async throws -> T {
        try readInPlace(body)
    }

    /// Reads on the caller's thread: a read of WAL never waits for the writer, and two thread switches would cost more than
    /// most of the queries here.
    private func readInPlace<T>(_ body: (Transaction) throws -> T) throws -> T {
        try access.read { db in try body(Transaction(SQLiteConnection(db))) }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await writer.write(body)
    }

    package func close() async throws {
        await writer.drain()
        do { try access.close() } catch { throw StoreError(error) }
    }

    /// How safely the writer commits: 2 is FULL. For the test that holds it.
    package func writerSynchronous() throws -> Int {
        try access.unsafeReentrantWrite { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }
}

/// Statements on one SQLite handle.
final class SQLiteConnection: Connection {
    private let db: GRDB.Database
    init(_ db: GRDB.Database) { self.db = db }

    func execute(_ statement: SQL) throws -> Int {
        do {
            let (text, values) = statement.rendered(.sqlite)
            let prepared = try db.cachedStatement(sql: text)
            try prepared.execute(arguments: arguments(values))
            return db.changesCount
        } catch { throw StoreError(error) }
    }

    func each(_ statement: SQL, _ body: (Row) throws -> Void) throws {
        let (text, values) = statement.rendered(.sqlite)
        let cursor: RowCursor
        let columns: Row.Columns
        do {
            let prepared = try db.cachedStatement(sql: text)
            columns = Row.Columns.of(text) { prepared.columnNames }
            cursor = try GRDB.Row.fetchCursor(prepared, arguments: arguments(values))
        } catch { throw StoreError(error) }
        while let row = try next(cursor) {
            try body(Row(columns: columns, values: row.databaseValues.map(Value.init)))
        }
    }

    func script(_ text: String) throws {
        do { try db.execute(sql: text) } catch { throw StoreError(error) }
    }

    private func next(_ cursor: RowCursor) throws -> GRDB.Row? {
        do { return try cursor.next() } catch { throw StoreError(error) }
    }

    private func arguments(_ values: [Value]) -> StatementArguments {
        StatementArguments(
            values.map { value -> (any DatabaseValueConvertible)? in
                switch value {
                case .null: nil
                case .integer(let number): number
                case .real(let number): number
                case .text(let text): text
                case .blob(let bytes): Data(bytes)
                }
            })
    }
}

extension Value {
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob([UInt8](data))
        }
    }
}

extension StoreError {
    /// SQLite's result codes in the business's terms. An error that is already ours, or the body's own, passes.
    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            self = error as? StoreError ?? .unavailable(String(describing: error))
            return
        }
        let words = error.message ?? error.resultCode.description
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: self = .duplicate(words)
        case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .reference(words)
        default:
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: self = .refused(words)
            case .SQLITE_FULL: self = .full(words)
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            default: self = .unavailable("\(error.resultCode.rawValue) \(words) \(error.sql ?? "")")
            }
        }
    }
}

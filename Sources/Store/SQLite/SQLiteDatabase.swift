import Dispatch
package import Foundation
internal import GRDB

/// The embedded default: one file in WAL mode, many readers, one writer that commits many requests together.
package final class SQLiteDatabase: Database {
    private let access: any DatabaseWriter
    private let writer: GroupCommit
    private let news: News
    private let patience: Duration?
    package var dialect: Dialect { .sqlite }
    package var metrics: StoreMetrics { writer.metrics }
    package var isLeader: Bool { true }
    package func subscribe(_ topic: String) -> Following { news.subscribe(topic) }

    /// Opens or makes the file; nil is a database in memory, for tests. Throws `StoreError.unavailable`.
    ///
    /// `patience`: how long a query may take to its next row; nil for commands that work on everything.
    /// `mostPages` bounds the file, 4 KiB a page: for tests of a full disk. `isArchive`: one file without a
    /// log beside it.
    package init(file: URL?, patience: Duration? = nil, mostPages: Int? = nil, isArchive: Bool = false) throws
    {
        self.patience = patience
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = true
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            let access: any DatabaseWriter
            if let file, isArchive {
                access = try DatabaseQueue(path: file.path, configuration: configuration)
            } else if let file {
                let pool = try DatabasePool(path: file.path, configuration: configuration)
                try pool.writeWithoutTransaction { db in
                    // GRDB sets NORMAL on the writer while opening; FULL has to come after, or a power cut
                    // loses commits.
                    try db.execute(sql: "PRAGMA synchronous = FULL")
                    // Taken only as it is needed: 32 MB of pages, so that the tops of all indexes stay in
                    // memory.
                    try db.execute(sql: "PRAGMA cache_size = -32000")
                    // The log is overwritten in place, not truncated: a file that grows syncs many times
                    // slower.
                    try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
                    if let mostPages { try db.execute(sql: "PRAGMA max_page_count = \(mostPages)") }
                }
                access = pool
            } else {
                access = try DatabaseQueue(configuration: configuration)
            }
            self.access = access
            let news = News()
            self.news = news
            let queue = DispatchQueue(label: "luoshi.writer")
            writer = GroupCommit(
                start: { work in queue.async(execute: work) },
                withWriter: { body in
                    try access.writeWithoutTransaction { db in try body(SQLiteConnection(db)) }
                },
                told: { news.notify($0) })
        } catch { throw StoreError(error) }
    }

    /// Reads on the caller's thread: a read of WAL never waits for the writer, and two thread switches would
    /// cost more than most of the queries here.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try readInPlace(body)
    }

    private func readInPlace<T>(_ body: (Transaction) throws -> T) throws -> T {
        do {
            return try access.read { db in
                let connection = SQLiteConnection(db)
                return try connection.patiently(patience) { try body(Transaction(connection)) }
            }
        } catch let error as DatabaseError { throw StoreError(error) }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await writer.write(body)
    }

    package func alone<T>(_ body: (Transaction) throws -> T) throws -> T {
        do {
            return try access.writeWithoutTransaction { db in
                let connection = SQLiteConnection(db)
                return try connection.whole(opening: connection.begin, body)
            }
        } catch let error as DatabaseError { throw StoreError(error) }
    }

    package func analyze() async throws {
        do {
            // A thousand rows of each index are enough to tell a county, which nearly all rows share, from a
            // case.
            try await access.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA analysis_limit = 1000; ANALYZE")
            }
            // Open readers would go on guessing.
            (access as? DatabasePool)?.invalidateReadOnlyConnections()
        } catch { throw StoreError(error) }
    }

    package func close() async throws {
        news.end()
        await writer.close()
        do {
            // What stands in the log is taken into the file. If that cannot be now, nothing is lost: whoever
            // opens it next does it.
            do {
                try await access.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            } catch is DatabaseError {}
            try access.close()
        } catch { throw StoreError(error) }
    }

    /// How safely the writer commits: 2 is FULL. For the test that holds it.
    package func writerSynchronous() throws -> Int {
        try access.unsafeReentrantWrite { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }
}

extension StoreError {
    /// SQLite's result codes in the business's terms. An error that is already ours, or the body's own,
    /// passes.
    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            self.init(any: error)
            return
        }
        self.init(
            code: error.extendedResultCode.rawValue, words: error.message ?? error.resultCode.description,
            statement: error.sql ?? "")
    }
}

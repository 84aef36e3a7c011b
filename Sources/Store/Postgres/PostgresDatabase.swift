import Dispatch
import Synchronization

/// A PostgreSQL server, 15 or newer: some connections that read, each on its own thread, and one that writes
/// in batches.
package final class PostgresDatabase: Database {
    private typealias Reader = @Sendable (PostgresLine) -> Void

    private let lines: [PostgresLine]
    private let pool: Mutex<PoolState<Reader>>
    private let writing: PostgresLine
    private let writer: GroupCommit
    /// For commands that work alone; connected when one does.
    private let single: PostgresLine
    private let watch: PostgresWatch
    package var dialect: Dialect { .postgres }

    /// Told of every statement that is prepared, with PostgreSQL's numbers of its parameters' types: for
    /// tests that hold all of them against the rules of a distributed county. Set before the first
    /// connection.
    package static var onPreparation: (@Sendable (_ text: String, _ kinds: [UInt32]) -> Void)? {
        get { preparations.withLock { $0 } }
        set { preparations.withLock { $0 = newValue } }
    }
    private static let preparations = Mutex<(@Sendable (String, [UInt32]) -> Void)?>(nil)

    /// A pool over a server; it connects when it is first asked.
    ///
    /// `readers`: connections that read. `patience`: how long a statement may take, in milliseconds; nil for
    /// commands that work on everything.
    package init(url: String, readers: Int = 4, patience: Int? = 30_000) {
        let backoff = Backoff()
        lines = (0..<readers).map {
            PostgresLine(url: url, name: "luoshi.reader.\($0)", patience: patience, backoff: backoff)
        }
        pool = Mutex(PoolState(lines: readers, bound: 4096))
        let writing = PostgresLine(url: url, name: "luoshi.writer", patience: patience, backoff: backoff)
        self.writing = writing
        watch = PostgresWatch(url: url)
        single = PostgresLine(url: url, name: "luoshi.single", patience: nil, backoff: backoff)
        writer = GroupCommit(
            start: { work in writing.queue.async(execute: work) },
            withWriter: { body in try writing.withConnection { try body($0) } })
    }

    deinit { watch.end() }

    /// Whether the server can be used: reachable, new enough, and sorting by bytes as the schema's ranges
    /// over paths need it. Throws `StoreError.unavailable` or `.schema`.
    package func check() async throws {
        let (version, order) = try await read { transaction in
            let version = try transaction.count(
                "SELECT CAST(current_setting('server_version_num') AS INTEGER)")
            let order = try transaction.first(
                "SELECT datcollate AS word FROM pg_database WHERE datname = current_database()"
            ) {
                try $0.get("word", as: String.self)
            }
            // An ICU database may say C and sort otherwise: what counts is what it does.
            let isByBytes =
                try transaction.count("SELECT CASE WHEN 'az' < 'a~' AND 'Z' < 'a' THEN 1 ELSE 0 END") == 1
            return (version, isByBytes ? order ?? "" : "ICU")
        }
        guard version >= 150_000 else {
            throw StoreError.schema("PostgreSQL 15 or newer is needed; this is \(version / 10_000)")
        }
        guard order == "C" || order == "POSIX" || order.hasPrefix("C.") else {
            throw StoreError.schema(
                """
                this database sorts by \(order); make one that sorts by bytes: createdb --template \
                template0 --encoding UTF8 --locale C.UTF-8 NAME
                """
            )
        }
    }

    /// Runs one statement outside any transaction on a connection of its own, such as making a database.
    package static func command(_ text: String, at url: String) throws {
        try PostgresConnection(url: url, patience: nil).command(text)
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { caller in
            lend { line in
                // A connection that the server closed while nobody used it shows it only now: once more on a
                // fresh one.
                var result = Result { try line.withConnection { try Self.snapshot($0, body) } }
                if Self.isWorthAnother(result) {
                    result = Result { try line.withConnection { try Self.snapshot($0, body) } }
                }
                caller.resume(with: result)
            } refused: {
                caller.resume(throwing: StoreError.busy)
            }
        }
    }

    private static func isWorthAnother<T>(_ result: Result<T, any Error>) -> Bool {
        switch result {
        case .failure(StoreError.unavailable), .failure(StoreError.overtaken): true
        default: false
        }
    }

    private static func snapshot<T>(_ connection: PostgresConnection, _ body: (Transaction) throws -> T)
        throws -> T
    {
        try connection.beginReading()
        do {
            let answer = try body(Transaction(connection))
            try connection.leave()
            return answer
        } catch {
            try connection.rollback()
            throw error
        }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await writer.write(body)
    }

    package func alone<T>(_ body: (Transaction) throws -> T) throws -> T {
        try single.queue.sync {
            try single.withConnection { try $0.whole(opening: $0.begin, body) }
        }
    }

    package var metrics: StoreMetrics {
        var metrics = writer.metrics
        (metrics.connections, metrics.busy) = (lines.count + 1, pool.withLock { $0.busy })
        return metrics
    }

    package var isLeader: Bool { watch.isLeader }
    package func subscribe(_ topic: String) -> Following { watch.subscribe(topic) }

    package func analyze() async throws {
        let single = self.single
        try await withCheckedThrowingContinuation { (caller: CheckedContinuation<Void, any Error>) in
            single.queue.async {
                caller.resume(with: Result { try single.withConnection { try $0.command("ANALYZE") } })
            }
        }
    }

    package func close() async throws {
        watch.end()
        await writer.close()
        for line in lines + [writing] { line.queue.async { line.hangUp() } }
    }

    /// Runs work on a line's own thread as soon as one is free.
    private func lend(_ work: @escaping Reader, refused: () -> Void) {
        switch pool.withLock({ $0.ask(work) }) {
        case .use(let line): start(work, on: line)
        case .wait: break
        case .refuse: refused()
        }
    }

    private func start(_ work: @escaping Reader, on line: Int) {
        lines[line].queue.async { [self] in
            var next: Reader? = work
            while let work = next {
                work(lines[line])
                next = pool.withLock { $0.done(with: line) }
            }
        }
    }
}

/// One connection's place: its thread, and the connection while there is one.
final class PostgresLine: @unchecked Sendable {
    let queue: DispatchQueue
    private let url: String, patience: Int?, backoff: Backoff
    /// Touched on `queue` only.
    private var connection: PostgresConnection?

    init(url: String, name: String, patience: Int?, backoff: Backoff) {
        (self.url, self.patience, self.backoff) = (url, patience, backoff)
        queue = DispatchQueue(label: name)
    }

    /// Hands over the connection, made anew if the last one is gone. Throws `StoreError.unavailable` at once
    /// while the server is away.
    func withConnection<T>(_ body: (PostgresConnection) throws -> T) throws -> T {
        let connection = try current()
        defer { if !connection.isAlive { self.connection = nil } }
        return try body(connection)
    }

    private func current() throws -> PostgresConnection {
        if let connection, connection.isAlive { return connection }
        try backoff.need()
        do {
            let fresh = try PostgresConnection(url: url, patience: patience)
            backoff.connected()
            connection = fresh
            return fresh
        } catch {
            backoff.failed()
            throw error
        }
    }

    /// Closes the connection.
    func hangUp() { connection = nil }
}

/// When a server that was away is asked again: after 50 ms, then twice as long each time, 2 s at most.
final class Backoff: Sendable {
    private struct State { var failures = 0, nextTry = ContinuousClock.now }
    private let state = Mutex(State())

    /// Throws while it is too early to try again.
    func need() throws {
        guard state.withLock({ $0.nextTry <= .now }) else {
            throw StoreError.unavailable("the server did not answer a moment ago")
        }
    }
    func failed() {
        state.withLock { state in
            state.nextTry = .now + .milliseconds(min(2000, 50 << min(state.failures, 6)))
            state.failures += 1
        }
    }
    func connected() { state.withLock { $0 = State() } }
}

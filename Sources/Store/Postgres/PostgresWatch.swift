import Dispatch
import Glibc
import Synchronization

/// One connection that waits for what other processes tell, and that is elected while it holds the database's
/// only lock of that kind. The lock ends with the connection: when a process dies, another one has it within
/// seconds.
///
/// A process that was cut off may believe in its lock until its connection is found dead (25 s). Work of the
/// elected has to be safe if two do it; being elected only spares the others.
final class PostgresWatch: Sendable {
    /// Who follows what is told.
    let news = News()
    private struct State { var hasBegun = false, hasEnded = false, isLeader = false }
    private let state = Mutex(State())
    private let url: String
    /// The bytes of "luoshi" as a number: advisory locks have no names.
    private static let lock: Int64 = 0x6C75_6F73_6869
    private static let channel: SQL = "luoshi"

    init(url: String) { self.url = url }

    /// Whether this process holds the lock; the first question begins the watch.
    var isLeader: Bool {
        begin()
        return state.withLock { $0.isLeader }
    }

    /// Follows a topic; the first follower begins the watch.
    func subscribe(_ topic: String) -> Following {
        begin()
        return news.subscribe(topic)
    }

    /// Ends the watch within a second.
    func end() {
        state.withLock { $0.hasEnded = true }
        news.end()
    }

    /// The statement that tells a topic when the transaction commits.
    static func telling(_ topic: String) -> SQL { "SELECT pg_notify('\(channel)', \(topic))" }

    private func begin() {
        let isFirst = state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
        if isFirst { DispatchQueue(label: "luoshi.watch").async { self.run() } }
    }

    private var hasEnded: Bool { state.withLock { $0.hasEnded } }

    private func run() {
        while !hasEnded {
            do {
                let connection = try PostgresConnection(url: url, patience: nil)
                _ = try connection.execute("LISTEN \(Self.channel)")
                // What was told while nobody listened.
                news.notifyAll()
                while !hasEnded { try watch(connection) }
            } catch { usleep(500_000) }
            state.withLock { $0.isLeader = false }
        }
    }

    private func watch(_ connection: PostgresConnection) throws {
        if !state.withLock({ $0.isLeader }) {
            var isLeader = false
            try connection.each("SELECT pg_try_advisory_lock(\(Self.lock)) AS won") {
                isLeader = try $0.get("won")
            }
            state.withLock { $0.isLeader = isLeader }
        }
        news.notify(try connection.told(within: 1000))
    }
}

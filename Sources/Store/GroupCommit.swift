import Dispatch
internal import GRDB
import Synchronization

/// One writer that commits many requests together: each body in its savepoint, one sync for all of them.
///
/// A body that throws is rolled back alone; its neighbours do not notice. A caller is resumed only after the commit
/// that holds its work is durable. Past the bound a caller is refused at once with `StoreError.busy`.
final class GroupCommit: Sendable {
    /// One waiting request.
    private struct Job: Sendable {
        /// Runs the body; false if it threw and its savepoint has to be undone.
        let run: @Sendable (Transaction) -> Bool
        /// Tells the caller: nil after the commit, an error if the whole batch failed.
        let settle: @Sendable (StoreError?) -> Void
    }
    private struct Line {
        var waiting: [Job] = []
        var isDraining = false
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
    }

    private let access: any DatabaseWriter
    private let line = Mutex(Line())
    private let queue = DispatchQueue(label: "luoshi.writer")
    private let bound: Int
    private let batchSize: Int

    init(_ access: any DatabaseWriter, bound: Int = 4096, batchSize: Int = 256) {
        (self.access, self.bound, self.batchSize) = (access, bound, batchSize)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { caller in
            let box = Box<T>()
            let job = Job(
                run: { transaction in
                    let result = Result { try body(transaction) }
                    box.set(result)
                    if case .failure = result { return false }
                    return true
                },
                settle: { failure in caller.resume(with: box.settled(failure)) })
            if !enqueue(job) { caller.resume(throwing: StoreError.busy) }
        }
    }

    /// Waits until everything that was accepted is settled.
    func drain() async {
        await withCheckedContinuation { caller in
            let isEmpty = line.withLock { line in
                if line.isDraining { line.whenEmpty.append(caller) }
                return !line.isDraining
            }
            if isEmpty { caller.resume() }
        }
    }

    private func enqueue(_ job: Job) -> Bool {
        let (accepted, start) = line.withLock { line in
            guard line.waiting.count < bound else { return (false, false) }
            line.waiting.append(job)
            defer { line.isDraining = true }
            return (true, !line.isDraining)
        }
        if start { queue.async { self.work() } }
        return accepted
    }

    private func work() {
        while true {
            let (batch, finished) = line.withLock { line in
                let batch = Array(line.waiting.prefix(batchSize))
                line.waiting.removeFirst(batch.count)
                guard batch.isEmpty else { return (batch, [CheckedContinuation<Void, Never>]()) }
                line.isDraining = false
                defer { line.whenEmpty = [] }
                return (batch, line.whenEmpty)
            }
            if batch.isEmpty { return finished.forEach { $0.resume() } }
            let failure = commit(batch)
            for job in batch { job.settle(failure) }
        }
    }

    /// Runs the bodies and commits once. A non-nil answer means that nothing of the batch stays.
    private func commit(_ batch: [Job]) -> StoreError? {
        do {
            try access.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
                do {
                    let transaction = Transaction(SQLiteConnection(db))
                    for job in batch {
                        try db.cachedStatement(sql: "SAVEPOINT request").execute()
                        if !job.run(transaction) {
                            // A full disk ends the whole transaction in SQLite; then nobody's work may count as done.
                            guard db.isInsideTransaction else { throw StoreError.full("the transaction was ended") }
                            try db.cachedStatement(sql: "ROLLBACK TO request").execute()
                        }
                        try db.cachedStatement(sql: "RELEASE request").execute()
                    }
                    try db.execute(sql: "COMMIT")
                } catch {
                    if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
                    throw error
                }
            }
            return nil
        } catch { return StoreError(error) }
    }
}

/// Carries one result from the writer's thread to its caller.
private final class Box<T: Sendable>: Sendable {
    private let outcome = Mutex<Result<T, any Error>?>(nil)
    func set(_ result: Result<T, any Error>) { outcome.withLock { $0 = result } }
    func settled(_ failure: StoreError?) -> Result<T, any Error> {
        outcome.withLock { outcome in
            // The body's own refusal is truer than a failure of the batch that it did not want to be in.
            if case .failure(let own)? = outcome { return .failure(own) }
            if let failure { return .failure(failure) }
            return outcome ?? .failure(StoreError.unavailable("the request was not run"))
        }
    }
}

import Synchronization

/// The connection that a store writes on: what a batch needs besides running statements.
protocol Writer: Connection {
    /// Opens a transaction; ends it so that it survives a power cut; undoes it.
    func begin() throws
    func commit() throws
    func rollback() throws
    /// Makes the commit tell other processes of these topics.
    func notify(_ topics: Set<String>) throws
    /// Waits until every statement that was put has run; throws if one failed.
    func settle() throws
    /// Counts statements that changed something in this transaction: unchanged means that a body left no
    /// trace.
    var changes: Int { get }
    /// Whether the engine has ended the transaction, or a statement that was put has failed in it.
    var isSpoilt: Bool { get }
}

extension Writer {
    /// Runs a body between an opening and a commit; whatever is thrown undoes all of it.
    func whole<T>(opening open: () throws -> Void, _ body: (Transaction) throws -> T) throws -> T {
        try open()
        do {
            let answer = try body(Transaction(self))
            try commit()
            return answer
        } catch {
            try rollback()
            throw error
        }
    }
}

/// One writer that commits many requests together: one sync for all of them, each of them whole or not at
/// all.
///
/// A batch is first run straight through. A body that throws before it changed anything (most refusals do)
/// leaves nothing to undo. If one throws later, the batch is rolled back and run again with a mark before
/// each body, so that only that body is undone: neighbours do not notice. A caller is resumed only after the
/// commit that holds its work is durable. Past the bound a caller is refused at once with `StoreError.busy`.
final class GroupCommit: Sendable {
    /// One waiting request.
    struct Job: Sendable {
        /// Runs the body; false if it threw. `carefully`: what it put has to have run before it counts as
        /// done.
        let run: @Sendable (Transaction, _ carefully: Bool) -> Bool
        /// Tells the caller: nil after the commit, an error if the whole batch failed.
        let settle: @Sendable (StoreError?) -> Void
    }
    private struct Line {
        var waiting: [Job] = []
        var isDraining = false, isClosed = false
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
        var metrics = StoreMetrics()

        /// The first so many: nearly always all of them, which then need not be copied.
        mutating func take(_ most: Int) -> [Job] {
            var taken: [Job] = []
            swap(&taken, &waiting)
            if taken.count > most {
                waiting = Array(taken[most...])
                taken.removeLast(taken.count - most)
            }
            return taken
        }
    }
    /// A body failed after it had changed something: the batch has to be run again with care.
    private struct LeftTraces: Error {}

    private let line = Mutex(Line())
    private let bound: Int, batchSize: Int
    /// Starts work on the writer's own thread.
    private let start: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// Hands over the writer, for one batch. Called on its thread.
    private let withWriter: @Sendable (_ body: (any Writer) throws -> Void) throws -> Void
    /// Told of a batch's topics after its commit.
    private let told: @Sendable (Set<String>) -> Void

    init(
        bound: Int = 4096, batchSize: Int = 256,
        start: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        withWriter: @escaping @Sendable (_ body: (any Writer) throws -> Void) throws -> Void,
        told: @escaping @Sendable (Set<String>) -> Void = { _ in }
    ) {
        (self.bound, self.batchSize, self.start, self.withWriter, self.told) = (
            bound, batchSize, start, withWriter, told
        )
    }

    /// Queue length, batches and their sizes.
    var metrics: StoreMetrics {
        line.withLock { line in
            var metrics = line.metrics
            metrics.waiting = line.waiting.count
            return metrics
        }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { caller in
            let box = Box<T>()
            let job = Job(
                run: { transaction, carefully in
                    let result = Result {
                        let answer = try body(transaction)
                        if carefully, let writer = transaction.connection as? any Writer {
                            try writer.settle()
                            guard !writer.isSpoilt else {
                                throw StoreError.faulty("a statement failed and the body went on")
                            }
                        }
                        return answer
                    }
                    box.set(result)
                    if case .failure = result { return false }
                    return true
                },
                settle: { failure in caller.resume(with: box.settled(failure)) })
            if let refusal = enqueue(job) { caller.resume(throwing: refusal) }
        }
    }

    /// Takes no further requests and waits until everything that was accepted is settled.
    func close() async {
        await withCheckedContinuation { caller in
            let isEmpty = line.withLock { line in
                line.isClosed = true
                if line.isDraining { line.whenEmpty.append(caller) }
                return !line.isDraining
            }
            if isEmpty { caller.resume() }
        }
    }

    private func enqueue(_ job: Job) -> StoreError? {
        let (refusal, isFirst): (StoreError?, Bool) = line.withLock { line in
            if line.isClosed { return (.unavailable("the database is closed"), false) }
            guard line.waiting.count < bound else { return (.busy, false) }
            line.waiting.append(job)
            defer { line.isDraining = true }
            return (nil, !line.isDraining)
        }
        if isFirst { start { self.work() } }
        return refusal
    }

    private func work() {
        while true {
            let (batch, finished) = line.withLock { line in
                let batch = line.take(batchSize)
                guard batch.isEmpty else { return (batch, [CheckedContinuation<Void, Never>]()) }
                line.isDraining = false
                defer { line.whenEmpty = [] }
                return (batch, line.whenEmpty)
            }
            if batch.isEmpty { return finished.forEach { $0.resume() } }
            let failure = commit(batch)
            line.withLock { line in
                line.metrics.batches += 1
                if failure == nil { line.metrics.written += batch.count }
            }
            for job in batch { job.settle(failure) }
        }
    }

    /// Runs the bodies and commits once. A non-nil answer means that nothing of the batch stays.
    private func commit(_ batch: [Job]) -> StoreError? {
        do {
            try withWriter { writer in
                do { try attempt(batch, on: writer, carefully: false) } catch let first {
                    guard Self.isWorthCare(first) else { throw first }
                    line.withLock { $0.metrics.repeated += 1 }
                    try attempt(batch, on: writer, carefully: true)
                }
            }
            return nil
        } catch { return StoreError(any: error) }
    }

    /// Whether the fault may be one request's own, so that the others can be saved: always but when nobody
    /// answers.
    private static func isWorthCare(_ error: any Error) -> Bool {
        if case StoreError.unavailable = error { false } else { true }
    }

    private func attempt(_ batch: [Job], on writer: any Writer, carefully: Bool) throws {
        try writer.begin()
        do {
            let context = Transaction.BatchContext()
            let transaction = Transaction(writer, context)
            for job in batch {
                let (before, changes) = (context.content, writer.changes)
                let mark = context.journal.mark
                if carefully { try writer.savepoint() }
                if job.run(transaction, carefully) {
                    if carefully { try writer.releaseSavepoint() }
                    context.journal.end()
                } else {
                    context.content = before
                    context.journal.drop(to: mark)
                    if carefully {
                        try writer.rollBackToSavepoint()
                    } else if writer.isSpoilt || writer.changes != changes {
                        throw LeftTraces()
                    }
                }
            }
            try context.content.carried?.settle(in: transaction)
            try writer.notify(context.content.told)
            try writer.commit()
            told(context.content.told)
        } catch {
            try writer.rollback()
            throw error
        }
    }
}

/// A database: SQLite embedded, or a PostgreSQL server. The business sees only this.
package protocol Database: Sendable {
    /// Runs a body in a consistent snapshot. The body is synchronous and must not write.
    func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    /// Runs a body in a transaction and answers only after the commit is durable. If the body throws, nothing
    /// of it stays.
    ///
    /// The body may run more than once, because a neighbour in its batch failed or another process was
    /// faster: it must do nothing but work on its transaction and answer.
    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    /// Runs a body in a transaction of its own on the caller's thread: for commands that work alone.
    func alone<T>(_ body: (Transaction) throws -> T) throws -> T
    /// Which spelling the engine wants.
    var dialect: Dialect { get }
    /// What the store is doing just now, for those who watch it.
    var metrics: StoreMetrics { get }
    /// Follows what transactions of any process tell of a topic. On SQLite one process tells, the one that
    /// serves.
    func subscribe(_ topic: String) -> Following
    /// Whether this process is the one that does what happens by itself. Of several on one PostgreSQL server
    /// one is; if it dies another one is within seconds. It spares work and forbids nothing: what the elected
    /// does must be safe twice.
    var isLeader: Bool { get }
    /// Looks at samples of the tables, so that the engine chooses indexes by what is in them and not by
    /// guessing: after much has come in, and now and then.
    func analyze() async throws
    /// Waits for what was accepted, then releases files and connections; later calls fail.
    func close() async throws
}

/// What a store is doing just now.
package struct StoreMetrics: Sendable, Equatable {
    /// Requests that wait for the writer.
    package var waiting = 0
    /// Batches committed, and requests that were in them.
    package var batches = 0, written = 0
    /// Batches that were run again with a savepoint a request, because one of their requests failed half-way.
    package var repeated = 0
    /// Connections that exist and those that are in use; 0 on SQLite, which has none.
    package var connections = 0, busy = 0
}

/// What an engine offers inside one transaction.
package protocol Connection: AnyObject {
    /// Runs a statement and answers how many rows it changed.
    func execute(_ statement: SQL) throws -> Int
    /// Runs a statement whose answer nobody waits for: a fault shows at the latest when the transaction
    /// commits.
    func put(_ statement: SQL) throws
    /// The same for a statement that answers rows: they are handed over when the answer comes.
    func put(_ statement: SQL, _ row: @escaping (Row) -> Void) throws
    /// Runs a statement and hands each row to the body, in order. The answer is short: it may be held in
    /// memory.
    func each(_ statement: SQL, _ body: (Row) throws -> Void) throws
    /// The same for a statement that changes nothing and only keeps others from changing a row until the
    /// commit.
    func lock(_ statement: SQL, _ body: (Row) throws -> Void) throws
    /// Runs a statement and hands each row to the body, in order, in bounded memory however long the answer
    /// is.
    func stream(_ statement: SQL, _ body: (Row) throws -> Void) throws
    /// Sends statements that will be asked by `each` in this snapshot, word for word, if that saves time. It
    /// changes no answer.
    func prefetch(_ statements: () -> [SQL]) throws
    /// Runs a file of statements without parameters.
    func script(_ text: String) throws
    /// A mark inside the transaction; forgetting it; going back to it.
    func savepoint() throws
    func releaseSavepoint() throws
    func rollBackToSavepoint() throws
}

/// What the bodies of one batch of writes hand on to each other in memory, such as counters that each of them
/// raises. It is a value: what a failed body did to it is forgotten with the body.
package protocol BatchState {
    /// Writes what changed, once, before the batch commits.
    func settle(in transaction: Transaction) throws
}

/// One open transaction. Not to be kept beyond the body that received it.
package struct Transaction {
    /// What is carried from body to body of a batch.
    final class BatchContext {
        var content: (carried: (any BatchState)?, told: Set<String>) = (nil, [])
        let journal = Journal()
    }

    let connection: any Connection
    private let context: BatchContext
    /// The tables whose rows are noted; nil where nothing is.
    var noted: NotedTables?
    var journal: Journal { context.journal }
    init(_ connection: any Connection, _ context: BatchContext = BatchContext()) {
        (self.connection, self.context) = (connection, context)
    }

    /// What this batch carries in memory; nil until somebody puts it there.
    package var carried: (any BatchState)? {
        get { context.content.carried }
        nonmutating set { context.content.carried = newValue }
    }

    /// Tells who follows the topic, if and when this transaction commits.
    package func notify(_ topic: String) { context.content.told.insert(topic) }

    /// Runs a statement and answers how many rows it changed.
    @discardableResult
    package func run(_ statement: SQL) throws -> Int { try noted(statement, connection.execute) }

    /// Runs a statement without waiting for its answer; a fault shows at the latest when the transaction
    /// commits, and then nothing of the body stays.
    package func put(_ statement: SQL) throws { try notedLater(statement) }

    /// Runs a body whose changes stay only if it says so: for trying what may have to be undone.
    package func trial<T>(_ body: () throws -> (isKept: Bool, answer: T)) throws -> T {
        let (before, mark) = (context.content, journal.mark)
        func undo() throws {
            try connection.rollBackToSavepoint()
            context.content = before
            journal.drop(to: mark)
        }
        try connection.savepoint()
        do {
            let (isKept, answer) = try body()
            if isKept { try connection.releaseSavepoint() } else { try undo() }
            return answer
        } catch {
            try undo()
            throw error
        }
    }

    /// Every row of the answer, made into something.
    package func all<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> [T] {
        var found: [T] = []
        let asking = asking(statement)
        try connection.each(asking?.statement ?? statement) { row in
            asking?.rows.take(row)
            found.append(try make(row))
        }
        return found
    }

    /// The first row of the answer, or nil.
    package func first<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> T? {
        var found: T?
        let asking = asking(statement)
        try connection.each(asking?.statement ?? statement) { row in
            asking?.rows.take(row)
            if found == nil { found = try make(row) }
        }
        return found
    }

    /// The first row of a statement that only locks it until the commit, or nil.
    package func locked<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> T? {
        var found: T?
        try connection.lock(statement) { if found == nil { found = try make($0) } }
        return found
    }

    /// Each row of the answer in order, in bounded memory: for long answers.
    package func each(_ statement: SQL, _ body: (Row) throws -> Void) throws {
        try connection.stream(statement, body)
    }

    /// The only number of the answer; 0 if there is no row or it is NULL.
    package func count(_ statement: SQL) throws -> Int {
        try first(statement) { row in
            switch row.values.first {
            case .integer(let number): Int(number)
            // A sum of huge numbers is a real one, and may be none that a count can be.
            case .real(let number):
                if let count = Int(exactly: number) {
                    count
                } else {
                    throw StoreError.unreadable("count", .real(number))
                }
            default: 0
            }
        } ?? 0
    }
}

/// A database: SQLite embedded, or a PostgreSQL server. The business sees only this.
package protocol Database: Sendable {
    /// Runs a body in a consistent snapshot. The body is synchronous and must not write.
    func read<T: Sendable>(_ body: @Sendable (Transaction) throws -> T) async throws -> T
    /// Runs a body in a transaction and answers only after the commit is durable. If the body throws, nothing of it stays.
    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    /// Which spelling the engine wants.
    var dialect: Dialect { get }
    /// Releases files and connections; later calls fail.
    func close() async throws
}

/// What an engine offers inside one transaction.
package protocol Connection: AnyObject {
    /// Runs a statement and answers how many rows it changed.
    func execute(_ statement: SQL) throws -> Int
    /// Runs a statement and hands each row to the body, in order, without keeping them.
    func each(_ statement: SQL, _ body: (Row) throws -> Void) throws
    /// Runs a file of statements without parameters.
    func script(_ text: String) throws
}

/// One open transaction. Not to be kept beyond the body that received it.
package struct Transaction {
    let connection: any Connection
    init(_ connection: any Connection) { self.connection = connection }

    /// Runs a statement and answers how many rows it changed.
    @discardableResult
    package func run(_ statement: SQL) throws -> Int { try connection.execute(statement) }

    /// Every row of the answer, made into something.
    package func all<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> [T] {
        var found: [T] = []
        try connection.each(statement) { found.append(try make($0)) }
        return found
    }

    /// The first row of the answer, or nil.
    package func first<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> T? {
        var found: T?
        try connection.each(statement) { if found == nil { found = try make($0) } }
        return found
    }

    /// Each row of the answer in order, without keeping them: for long answers.
    package func each(_ statement: SQL, _ body: (Row) throws -> Void) throws { try connection.each(statement, body) }

    /// The only number of the answer; 0 if there is no row or it is NULL.
    package func count(_ statement: SQL) throws -> Int {
        try first(statement) { row in
            switch row.values.first {
            case .integer(let number): Int(number)
            case .real(let number): Int(number)
            default: 0
            }
        } ?? 0
    }
}

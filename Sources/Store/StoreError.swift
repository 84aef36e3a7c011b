/// What a database may answer besides rows.
package enum StoreError: Error, Sendable, CustomStringConvertible {
    /// Another row already has this key.
    case duplicate(String)
    /// A row that this one points to does not exist, or one that others point to would go.
    case reference(String)
    /// A CHECK, a NOT NULL or a guard of the schema refused the row.
    case refused(String)
    /// More writes wait than the queue takes; try again in a moment.
    case busy
    /// Another process changed the same rows in the same moment; the store tries again by itself before it
    /// says so.
    case overtaken(String)
    /// A statement took longer than it may.
    case slow(String)
    /// No room on the disk.
    case full(String)
    /// The database cannot be reached or read.
    case unavailable(String)
    /// The engine does not understand a statement: a fault of this program.
    case faulty(String)
    /// A statement asked for a column that the answer does not have.
    case noColumn(String)
    /// A column holds what the program cannot read.
    case unreadable(String, Value)
    /// The data folder was written by a newer program, or a migration was altered.
    case schema(String)

    package var description: String {
        switch self {
        case .duplicate(let what): "duplicate key: \(what)"
        case .reference(let what): "reference: \(what)"
        case .refused(let what): "refused by the schema: \(what)"
        case .busy: "too many writes are waiting"
        case .overtaken(let what): "another process was faster: \(what)"
        case .slow(let what): "took too long: \(what)"
        case .full(let what): "no room: \(what)"
        case .unavailable(let what): "database unavailable: \(what)"
        case .faulty(let what): "statement: \(what)"
        case .noColumn(let name): "no column \(name) in the answer"
        case .unreadable(let wanted, let value): "expected \(wanted), found \(value)"
        case .schema(let what): "schema: \(what)"
        }
    }

    /// An error of a batch: one that is already ours passes.
    init(any error: any Error) { self = error as? StoreError ?? .unavailable(String(describing: error)) }
}

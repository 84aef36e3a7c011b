/// Takes down what a body asks and answers nothing: so a far-away engine can be asked everything at once.
final class StatementRecording: Connection {
    private(set) var asked: [SQL] = []
    func each(_ statement: SQL, _ body: (Row) throws -> Void) { asked.append(statement) }
    // What changes, locks or is long is not foreseen.
    func execute(_ statement: SQL) -> Int { 0 }
    func put(_ statement: SQL) {}
    func put(_ statement: SQL, _ row: @escaping (Row) -> Void) {}
    func lock(_ statement: SQL, _ body: (Row) throws -> Void) {}
    func stream(_ statement: SQL, _ body: (Row) throws -> Void) {}
    func script(_ text: String) {}
    func savepoint() {}
    func releaseSavepoint() {}
    func rollBackToSavepoint() {}
}

extension Connection {
    /// An engine in this process is asked when it is asked.
    func prefetch(_ statements: () -> [SQL]) throws {}
}

extension Transaction {
    /// Lets a far-away engine answer together what will be asked in this snapshot: a body is rehearsed
    /// against nothing, what it asks is sent at once, and each answer waits until the same is asked in
    /// earnest. Whatever the rehearsal makes is thrown away, and it may give up half-way: what was asked so
    /// far is sent.
    package func prefetch(_ rehearse: (Transaction) throws -> Void) throws {
        try connection.prefetch {
            let recording = StatementRecording()
            _ = Result { try rehearse(Transaction(recording)) }
            return recording.asked
        }
    }
}

import CPostgres
import Glibc

/// One connection to a PostgreSQL server, used on one thread at a time.
///
/// It stays in libpq's pipeline mode: a statement whose answer nobody waits for is only sent, and everything
/// that was sent is answered together when somebody asks. Within a batch the server works while the next body
/// already runs.
final class PostgresConnection: Writer {
    private let link: OpaquePointer
    /// Names of prepared statements by text and kinds of parameters.
    private var prepared: [Preparation: String] = [:]
    private var preparations = 0, cursors = 0
    /// What was sent and not answered yet, in order.
    private var sent: [Sent] = []
    private(set) var changes = 0
    private(set) var isSpoilt = false
    private var isOpen = false

    private struct Preparation: Hashable { var text: String, kinds: [Oid] }
    private enum Sent {
        case preparation(Preparation), statement(countsAsChange: Bool), foreseen(Question), end
        case rows(text: String, take: (Row) -> Void)
    }
    /// What was asked before anybody wants to know, and the answers that have come.
    private var foreseen: [Question: OpaquePointer?] = [:]
    private struct Question: Hashable { var text: String, values: [Value] }

    /// How many statements may be under way: enough to keep the server busy, few enough that its answers
    /// never fill the buffers while nobody reads them.
    private static let mostSent = 64
    /// Above so many, prepared statements are forgotten: texts with lists of any length make many.
    private static let mostPrepared = 1000

    /// Connects. `patience`: how long a statement may take, in milliseconds; nil for commands that work on
    /// everything. Throws `StoreError.unavailable`.
    init(url: String, patience: Int?) throws {
        guard let link = Self.connect(url) else { throw StoreError.unavailable("out of memory") }
        self.link = link
        guard PQstatus(link) == CONNECTION_OK else {
            throw StoreError.unavailable(Self.trimmed(PQerrorMessage(link)))
        }
        PQsetNoticeProcessor(link, { _, _ in }, nil)
        try simple(
            """
            SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET synchronous_commit = on;
            SET lock_timeout = '\(patience ?? 0)ms'; SET statement_timeout = '\(patience ?? 0)ms';
            SET idle_in_transaction_session_timeout = '\((patience ?? 0) * 4)ms'
            """)
        PQenterPipelineMode(link)
    }
    deinit {
        forgetForeseen()
        PQfinish(link)
    }

    /// Whether the server still answers, and nothing has happened after which the connection should not be
    /// used again.
    var isAlive: Bool { !isWorn && PQstatus(link) == CONNECTION_OK }
    private var isWorn = false

    /// Connects with limits of its own for a network that swallows everything; the address may name others.
    private static func connect(_ url: String) -> OpaquePointer? {
        let usual = [
            ("connect_timeout", "5"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
        ]
        let all = usual + [("dbname", url)]
        let names = all.map { strdup($0.0) } + [nil], values = all.map { strdup($0.1) } + [nil]
        defer { for text in names + values { free(text) } }
        return PQconnectdbParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
    }

    // MARK: Statements

    func execute(_ statement: SQL) throws -> Int {
        let before = changes
        let answer = try ask(statement)
        defer { PQclear(answer) }
        return changes - before
    }

    func put(_ statement: SQL) throws {
        try send(statement, countsAsChange: true)
        changes += 1
        if sent.count >= Self.mostSent { try settle() }
    }

    func put(_ statement: SQL, _ row: @escaping (Row) -> Void) throws {
        try send(statement, as: .rows(text: statement.rendered(.postgres).text, take: row))
        changes += 1
        if sent.count >= Self.mostSent { try settle() }
    }

    func each(_ statement: SQL, _ body: (Row) throws -> Void) throws {
        let (text, values) = statement.rendered(.postgres)
        try read(answer(to: Question(text: text, values: values)) ?? ask(statement), text: text, body)
    }

    func prefetch(_ statements: () -> [SQL]) throws {
        for statement in statements() {
            let (text, values) = statement.rendered(.postgres)
            let question = Question(text: text, values: values)
            guard foreseen[question] == nil, sent.count < Self.mostSent else { continue }
            try send(statement, as: .foreseen(question))
            foreseen[question] = .some(nil)
        }
    }

    /// The answer to what was foreseen, once; nil if it was not.
    private func answer(to question: Question) throws -> OpaquePointer? {
        guard !foreseen.isEmpty, let early = foreseen[question] else { return nil }
        if early == nil { try settle() }
        return foreseen.removeValue(forKey: question).flatMap(\.self)
    }

    private func forgetForeseen() {
        for answer in foreseen.values { PQclear(answer) }
        foreseen = [:]
    }

    func lock(_ statement: SQL, _ body: (Row) throws -> Void) throws {
        let before = changes
        try each(statement, body)
        changes = before
    }

    func stream(_ statement: SQL, _ body: (Row) throws -> Void) throws {
        cursors += 1
        defer { cursors -= 1 }
        let name = SQL(trusted: "long_answer_\(cursors)")
        try send("DECLARE \(name) NO SCROLL CURSOR FOR \(statement)", countsAsChange: false)
        let text = statement.rendered(.postgres).text
        var isMore = true
        while isMore {
            var count = 0
            try read(ask("FETCH 200 FROM \(name)"), text: text) { row in
                count += 1
                try body(row)
            }
            isMore = count == 200
        }
        try send("CLOSE \(name)", countsAsChange: false)
    }

    func script(_ text: String) throws {
        do { try command(text) } catch {
            isSpoilt = true
            throw error
        }
        changes += 1
    }

    /// Runs statements without parameters outside the pipeline.
    func command(_ text: String) throws {
        try settle()
        guard PQexitPipelineMode(link) == 1 else { throw broken() }
        defer { PQenterPipelineMode(link) }
        try simple(text)
    }

    // MARK: A batch

    func begin() throws { try open("BEGIN") }
    /// A snapshot in which nothing can be written.
    func beginReading() throws { try open("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") }

    private func open(_ statement: SQL) throws {
        guard isAlive else { throw broken() }
        forgetForeseen()
        (changes, isSpoilt, isOpen) = (0, false, true)
        try send(statement, countsAsChange: false)
    }

    func commit() throws {
        let answer = try ask("COMMIT")
        defer { PQclear(answer) }
        isOpen = false
        // A transaction in which something failed answers a COMMIT with ROLLBACK.
        guard Self.trimmed(PQcmdStatus(answer)) == "COMMIT" else {
            throw StoreError.overtaken("the transaction was rolled back")
        }
    }

    /// Ends a snapshot. Its word is not waited for: nothing in a snapshot can be lost, and whoever uses the
    /// connection next reads it first.
    func leave() throws {
        try send("COMMIT", countsAsChange: false)
        guard PQpipelineSync(link) == 1 else { throw broken() }
        sent.append(.end)
        isOpen = false
    }

    func rollback() throws {
        guard isOpen, isAlive else { return }
        isOpen = false
        answerEverything()
        do { PQclear(try ask("ROLLBACK")) } catch {
            isWorn = true
            throw error
        }
    }

    func notify(_ topics: Set<String>) throws {
        for topic in topics { try put(PostgresWatch.telling(topic)) }
    }

    /// What other transactions told this connection, which listens: waits so many milliseconds at most for
    /// the first word.
    func told(within milliseconds: Int32) throws -> [String] {
        var wait = pollfd(fd: PQsocket(link), events: Int16(POLLIN), revents: 0)
        _ = poll(&wait, 1, milliseconds)
        guard PQconsumeInput(link) == 1, isAlive else { throw broken() }
        var words: [String] = []
        while let word = PQnotifies(link) {
            words.append(Self.trimmed(word.pointee.extra))
            PQfreemem(word)
        }
        return words
    }

    func savepoint() throws { try send("SAVEPOINT request", countsAsChange: false) }
    func releaseSavepoint() throws { try send("RELEASE SAVEPOINT request", countsAsChange: false) }
    func rollBackToSavepoint() throws {
        guard isAlive else { throw broken() }
        answerEverything()
        try send("ROLLBACK TO SAVEPOINT request", countsAsChange: false)
        try send("RELEASE SAVEPOINT request", countsAsChange: false)
        try settle()
        isSpoilt = false
    }

    /// Waits for the answers to everything that was sent; throws the first fault among them.
    func settle() throws { PQclear(try answers()) }

    // MARK: Sending

    private func send(_ statement: SQL, countsAsChange: Bool) throws {
        try send(statement, as: .statement(countsAsChange: countsAsChange))
    }

    private func send(_ statement: SQL, as kind: Sent) throws {
        let (text, values) = statement.rendered(.postgres)
        let preparation = Preparation(text: text, kinds: values.map(\.kind))
        if prepared.count >= Self.mostPrepared, prepared[preparation] == nil, !isSpoilt {
            try forgetPrepared()
        }
        let name: String
        if let known = prepared[preparation] {
            name = known
        } else {
            preparations += 1
            name = "s\(preparations)"
            guard PQsendPrepare(link, name, text, Int32(values.count), preparation.kinds) == 1 else {
                throw broken()
            }
            PostgresDatabase.onPreparation?(text, preparation.kinds)
            sent.append(.preparation(preparation))
            prepared[preparation] = name
        }
        let isSent = try Parameters(values).withPointers { pointers, lengths, formats in
            PQsendQueryPrepared(link, name, Int32(values.count), pointers, lengths, formats, 1)
        }
        guard isSent == 1 else { throw broken() }
        sent.append(kind)
    }

    private func forgetPrepared() throws {
        try command("DEALLOCATE ALL")
        prepared = [:]
    }

    /// Sends a statement and waits for its answer, and for all that were sent before it.
    private func ask(_ statement: SQL) throws -> OpaquePointer? {
        try send(statement, countsAsChange: false)
        let answer = try answers()
        let tag = Self.trimmed(PQcmdStatus(answer))
        if ["INSERT", "UPDATE", "DELETE"].contains(where: { tag.hasPrefix($0) }) {
            changes += Int(Self.trimmed(PQcmdTuples(answer))) ?? 0
        } else if ["CREATE", "DROP", "ALTER"].contains(where: { tag.hasPrefix($0) }) {
            changes += 1
        }
        return answer
    }

    // MARK: Answers

    /// The answer to the last statement sent. Throws the first fault of all.
    private func answers() throws -> OpaquePointer? {
        guard !sent.isEmpty else { return nil }
        guard PQpipelineSync(link) == 1 else { throw broken() }
        var (last, fault): (OpaquePointer?, StoreError?) = (nil, nil)
        for one in sent {
            guard let answer = PQgetResult(link) else {
                PQclear(last)
                throw broken()
            }
            switch PQresultStatus(answer) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC: break
            case let status:
                if case .preparation(let preparation) = one { prepared[preparation] = nil }
                if fault == nil, status != PGRES_PIPELINE_ABORTED { fault = Self.fault(of: answer) }
            }
            switch one {
            case .statement:
                PQclear(last)
                last = answer
            case .foreseen(let question):
                // Nobody of this snapshot wants what the one before did not take; of two the later is this
                // snapshot's own.
                if let earlier = foreseen[question] {
                    PQclear(earlier)
                    foreseen[question] = answer
                } else {
                    PQclear(answer)
                }
            case .rows(let text, let take):
                // What failed has no row, and the batch is told of the fault.
                try read(answer, text: text) { take($0) }
            case .preparation, .end: PQclear(answer)
            }
            // Each statement's answers end with a null, a place where both sides agree does not.
            if case .end = one { continue }
            while let more = PQgetResult(link) { PQclear(more) }
        }
        sent.removeAll(keepingCapacity: true)
        guard let end = PQgetResult(link) else {
            PQclear(last)
            throw fault ?? broken()
        }
        PQclear(end)
        if let fault {
            isSpoilt = true
            // What came after the fault was not answered.
            forgetForeseen()
            // A schema that changed under a prepared statement: a fresh connection prepares it anew.
            if case .overtaken = fault { isWorn = true }
            PQclear(last)
            throw fault
        }
        return last
    }

    /// Reads what is left to be answered, whatever it says.
    private func answerEverything() {
        do { try settle() } catch { isSpoilt = true }
    }

    private func read(_ answer: OpaquePointer?, text: String, _ body: (Row) throws -> Void) throws {
        defer { PQclear(answer) }
        let width = PQnfields(answer)
        let columns = Row.Columns.of(text) { (0..<width).map { Self.trimmed(PQfname(answer, $0)) } }
        let kinds = (0..<width).map { PQftype(answer, $0) }
        for row in 0..<PQntuples(answer) {
            try body(
                Row(
                    columns: columns,
                    values: (0..<width).map { Value(answer, row: row, column: $0, kind: kinds[Int($0)]) }))
        }
    }

    private func simple(_ text: String) throws {
        let answer = PQexec(link, text)
        defer { PQclear(answer) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(answer)) else {
            throw Self.fault(of: answer)
        }
    }

    private func broken() -> StoreError {
        sent.removeAll()
        isSpoilt = true
        return .unavailable(Self.trimmed(PQerrorMessage(link)))
    }

    private static func fault(of answer: OpaquePointer?) -> StoreError {
        // The details hold the row itself, with telephones and tokens: they come into no log.
        func field(_ letter: Unicode.Scalar) -> String {
            trimmed(PQresultErrorField(answer, Int32(letter.value)))
        }
        let (state, constraint) = (field("C"), field("n"))
        // What the client library says by itself has no fields, and no row in it.
        if state.isEmpty { return StoreError(state: state, words: trimmed(PQresultErrorMessage(answer))) }
        return StoreError(
            state: state, words: field("M") + (constraint.isEmpty ? "" : " (\(constraint))"))
    }

    static func trimmed(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        var words = Substring(String(cString: text))
        while words.last?.isWhitespace == true { words.removeLast() }
        return String(words)
    }
}

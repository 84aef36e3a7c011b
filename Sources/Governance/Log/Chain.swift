import Crypto
import Foundation
package import Rules
import Store

/// SHA-256 of bytes.
func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

extension LogEntry {
    /// The hash of what the line says: over every field, each with its length in front, so that no two different lines are
    /// ever the same bytes.
    package func contentHash(county: County) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + body.utf8.count)
        func add(_ field: some Collection<UInt8>) {
            withUnsafeBytes(of: UInt32(field.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: field)
        }
        add(county.code.utf8)
        add(String(sequence).utf8)
        add(String(at.milliseconds).utf8)
        for field in [kind, subject.kind, subject.id, person, name.zh, name.en, post.zh, post.en, body] { add(field.utf8) }
        return digest(bytes)
    }

    /// A link of the chain: over the hash before and the hash of the content, so that a proof can pass over lines without
    /// telling what they say.
    package static func chained(_ previous: [UInt8], _ content: [UInt8]) -> [UInt8] { digest(previous + content) }

    /// The hash that the line must have.
    package func computedHash(county: County) -> [UInt8] { Self.chained(previous, contentHash(county: county)) }
}

extension Event.Kind {
    static let logVerified = Event.Kind("log.verify", zh: "核验日志", en: "Log verified")
}

/// The county's log: reading it and proving that nobody changed it.
package enum Log {
    /// The outcome of walking a chain.
    package struct Verification: Sendable {
        /// How many lines were walked.
        package var lines: Int
        /// The first line that does not fit and why, or nil if all do.
        package var fault: (line: Int, words: Phrase)?
        /// The hash of the last line.
        package var head: [UInt8]
        /// How many of the checkpoints that were given lie on the chain.
        package var checkpoints = 0
    }

    static let columns: SQL =
        """
        seq, happened_at, kind, subject_kind, subject_id, person, name_zh, name_en, post_zh, post_en, body,
        previous_hash, hash
        """

    /// Walks a county's chain from the first line to the last, in bounded memory, and holds it against the checkpoints that
    /// were kept. `progress` is told every ten thousand lines how many were walked and how many there are.
    package static func verify(
        _ county: County, against kept: [Checkpoint] = [], progress: (Int, Int) -> Void = { _, _ in }, in books: Books
    ) throws -> Verification {
        var result = Verification(lines: 0, fault: nil, head: [])
        let whole = try books.head(of: county)?.events ?? 0
        let own = Dictionary(grouping: kept.filter { $0.county == county }, by: \.line)
        try books.transaction.each("SELECT \(columns) FROM event WHERE county = \(county) ORDER BY seq") { row in
            let entry = try LogEntry(row)
            defer {
                (result.lines, result.head) = (result.lines + 1, entry.hash)
                if result.lines % 10_000 == 0 { progress(result.lines, whole) }
            }
            guard result.fault == nil else { return }
            if entry.sequence != result.lines + 1 {
                result.fault = (result.lines + 1, Phrase(zh: "这一条不见了。", en: "This line is missing."))
            } else if entry.previous != result.head {
                result.fault = (entry.sequence, Phrase(zh: "和前一条对不上。", en: "It does not follow from the line before."))
            } else if entry.computedHash(county: county) != entry.hash {
                result.fault = (entry.sequence, Phrase(zh: "内容被改过。", en: "Its content was altered."))
            }
            for checkpoint in own[entry.sequence] ?? [] where result.fault == nil {
                if !checkpoint.isSound {
                    result.fault = (entry.sequence, Phrase(zh: "这一条的检查点签名不对。", en: "The signature of this line's checkpoint does not fit."))
                } else if checkpoint.hash != entry.hash.hex {
                    result.fault = (
                        entry.sequence,
                        Phrase(
                            zh: "和 \(checkpoint.at.iso) 签名的检查点对不上：这以前的记录被整段改写过。",
                            en: "It is not what was signed at \(checkpoint.at.iso): lines up to here were rewritten.")
                    )
                } else {
                    result.checkpoints += 1
                }
            }
        }
        let head = try books.head(of: county)
        if result.fault == nil, let head, head.events != result.lines || head.eventHash != result.head {
            result.fault = (result.lines + 1, Phrase(zh: "末尾的记录被删掉了。", en: "Lines at the end were removed."))
        }
        if result.fault == nil, let beyond = own.keys.filter({ $0 > result.lines }).min() {
            result.fault = (beyond, Phrase(zh: "检查点签过的这一条不见了。", en: "A checkpoint was signed for this line, and it is gone."))
        }
        progress(result.lines, whole)
        return result
    }

    /// Keeps that somebody walked the chain and what came of it.
    package static func keep(_ outcome: Verification, by actor: Actor, at now: Instant, in books: Books) throws {
        try actor.need(.readLog)
        try books.record(
            Event(.logVerified, [("lines", "\(outcome.lines)"), ("fault", outcome.fault.map { "\($0.line)" }), ("head", outcome.head.hex)]),
            about: .init("log", actor.county.code), by: actor, as: .readLog, at: now)
    }

    /// What a reader of the log asks for.
    package struct Query: Sendable {
        /// Only lines of a kind that begins with this, such as `case` or `person.unmask`.
        package var kind = ""
        /// Only lines about this record.
        package var subject: Event.Subject?
        /// Only lines with a number below this one: the page's cursor.
        package var before: Int?
        /// At most so many lines, 1…200.
        package var limit = 50
        /// Everything, newest first.
        package init() {}
    }

    /// The lines of a county, newest first.
    package static func lines(_ query: Query, of county: County, in books: Books) throws -> [LogEntry] {
        var conditions: [SQL] = ["county = \(county)"]
        if !query.kind.isEmpty { conditions.append("kind >= \(query.kind) AND kind < \(query.kind + "~")") }
        if let subject = query.subject {
            conditions.append("subject_kind = \(subject.kind) AND subject_id = \(subject.id)")
        }
        if let before = query.before { conditions.append("seq < \(before)") }
        return try books.all(
            """
            SELECT \(columns) FROM event WHERE \(SQL.all(conditions)) ORDER BY seq DESC LIMIT \(min(max(query.limit, 1), 200))
            """, LogEntry.init)
    }

    /// Every line about one record, oldest first.
    package static func history(of subject: Event.Subject, county: County, in books: Books) throws -> [LogEntry] {
        try books.all(
            """
            SELECT \(columns) FROM event
            WHERE county = \(county) AND subject_kind = \(subject.kind) AND subject_id = \(subject.id) ORDER BY seq
            """, LogEntry.init)
    }

    /// Every line from one on, oldest first.
    package static func history(from line: Int, county: County, in books: Books) throws -> [LogEntry] {
        try books.all("SELECT \(columns) FROM event WHERE county = \(county) AND seq >= \(line) ORDER BY seq", LogEntry.init)
    }

    /// How many lines there are.
    package static func count(of county: County, in books: Books) throws -> Int { try books.version(of: county) }
}

import Crypto
import Foundation
package import Rules
import Store

/// SHA-256 of bytes.
func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

extension LogEntry {
    /// The hash that the line must have: over the hash before and every field, each with its length in front, so that no
    /// two different lines are ever the same bytes.
    package func computedHash(county: County) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: previous)
        let fields = [
            county.code, String(sequence), String(at.milliseconds), kind, subject.kind, subject.id, person, name.zh,
            name.en, post.zh, post.en, body,
        ]
        for field in fields {
            let bytes = Array(field.utf8)
            withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { hasher.update(bufferPointer: $0) }
            hasher.update(data: bytes)
        }
        return Array(hasher.finalize())
    }
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
    }

    static let columns: SQL =
        """
        seq, happened_at, kind, subject_kind, subject_id, person, name_zh, name_en, post_zh, post_en, body,
        previous_hash, hash
        """

    /// Walks a county's chain from the first line to the last.
    package static func verify(_ county: County, in books: Books) throws -> Verification {
        var result = Verification(lines: 0, fault: nil, head: [])
        try books.transaction.each("SELECT \(columns) FROM event WHERE county = \(county) ORDER BY seq") { row in
            let entry = try LogEntry(row)
            defer { (result.lines, result.head) = (result.lines + 1, entry.hash) }
            guard result.fault == nil else { return }
            if entry.sequence != result.lines + 1 {
                result.fault = (result.lines + 1, Phrase(zh: "这一条不见了。", en: "This line is missing."))
            } else if entry.previous != result.head {
                result.fault = (entry.sequence, Phrase(zh: "和前一条对不上。", en: "It does not follow from the line before."))
            } else if entry.computedHash(county: county) != entry.hash {
                result.fault = (entry.sequence, Phrase(zh: "内容被改过。", en: "Its content was altered."))
            }
        }
        let head = try books.head(of: county)
        if result.fault == nil, let head, head.events != result.lines || head.eventHash != result.head {
            result.fault = (result.lines + 1, Phrase(zh: "末尾的记录被删掉了。", en: "Lines at the end were removed."))
        }
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

    /// How many lines there are.
    package static func count(of county: County, in books: Books) throws -> Int { try books.version(of: county) }
}

import Crypto
import Foundation
package import Rules
import Store

/// SHA-256 of bytes.
func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

extension LogEntry {
    /// The hash of what the line says: over every field, each with its length in front, so that no two
    /// different lines are ever the same bytes.
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
        for field in [kind, subject.kind, subject.id, person, name.zh, name.en, post.zh, post.en, body] {
            add(field.utf8)
        }
        if let rowsHash { add(rowsHash) }
        return digest(bytes)
    }

    /// A link of the chain: over the hash before and the hash of the content, so that a proof can pass over
    /// lines without telling what they say.
    package static func chained(_ previous: [UInt8], _ content: [UInt8]) -> [UInt8] {
        digest(previous + content)
    }

    /// The hash that the line must have.
    package func computedHash(county: County) -> [UInt8] {
        Self.chained(previous, contentHash(county: county))
    }
}

extension Event.Kind {
    static let logVerified = Event.Kind("log.verify", zh: "核验日志", en: "Log verified")
}

/// The county's log: reading it and proving that nobody changed it.
package enum Log {
    static let columns: SQL =
        """
        seq, happened_at, kind, subject_kind, subject_id, person, name_zh, name_en, post_zh, post_en, body,
        previous_hash, hash
        """
    /// The same with the digests of the rows that each line left behind: for whoever computes its hash.
    static let columnsWithRows: SQL = "\(columns), row_digests"

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
    static func lines(_ query: Query, of county: County, in books: Books) throws -> [LogEntry] {
        var conditions: [SQL] = ["county = \(county)"]
        try books.writePendingEvents()
        if !query.kind.isEmpty { conditions.append("kind >= \(query.kind) AND kind < \(query.kind + "~")") }
        if let subject = query.subject {
            conditions.append("subject_kind = \(subject.kind) AND subject_id = \(subject.id)")
        }
        if let before = query.before { conditions.append("seq < \(before)") }
        return try books.all(
            """
            SELECT \(columns) FROM event WHERE \(SQL.all(conditions)) ORDER BY seq DESC
                LIMIT \(min(max(query.limit, 1), 200))
            """, LogEntry.init)
    }

    /// When the newest line was written; nil if there is none. For who reads the log.
    package static func lastMoment(for actor: Actor, in books: Books) throws -> Instant? {
        try actor.need(.readLog)
        return try books.first(
            "SELECT happened_at FROM event WHERE county = \(actor.county) ORDER BY seq DESC LIMIT 1"
        ) { try $0.get("happened_at") }
    }

    /// Every line about one record, oldest first.
    static func history(of subject: Event.Subject, county: County, in books: Books) throws
        -> [LogEntry]
    {
        try books.writePendingEvents()
        return try books.all(
            """
            SELECT \(columnsWithRows) FROM event
            WHERE county = \(county) AND subject_kind = \(subject.kind) AND subject_id = \(subject.id)
                ORDER BY seq
            """
        ) { try LogEntry.withRows($0).entry }
    }

    /// Every line from one on, oldest first.
    static func history(from line: Int, county: County, in books: Books) throws -> [LogEntry] {
        try books.all(
            """
            SELECT \(columnsWithRows) FROM event WHERE county = \(county) AND seq >= \(line) ORDER BY seq
            """
        ) { try LogEntry.withRows($0).entry }
    }

    /// The number of each county's newest line: for whoever watches the server, never for a page.
    package static func heads(in books: Books) throws -> [(county: County, line: Int)] {
        try books.all("SELECT county, event_seq FROM county_head ORDER BY county") {
            (try $0.get("county"), try $0.get("event_seq"))
        }
    }

    /// How many lines there are: anybody may know, the public too.
    package static func count(for actor: Actor, in books: Books) throws -> Int {
        try books.version(of: actor.county)
    }
}

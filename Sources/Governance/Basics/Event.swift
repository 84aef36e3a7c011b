package import Rules
import Store

/// Something that happened, as the log keeps it.
package struct Event: Sendable {
    /// What happened, as a stable word such as `case.dispatch`, with its name for people.
    package struct Kind: Hashable, Sendable {
        /// The stable word.
        package var word: String
        /// What people call it.
        package var words: Phrase
        /// Whether a resident may see that it happened to their case.
        package var isPublic: Bool
        /// A kind of event.
        package init(_ word: String, zh: String, en: String, isPublic: Bool = false) {
            (self.word, self.words, self.isPublic) = (word, Phrase(zh: zh, en: en), isPublic)
        }
    }

    /// What it happened to: a kind of record and its identity.
    package struct Subject: Hashable, Sendable {
        /// Such as `case` or `post`.
        package var kind: String
        /// The record's identity.
        package var id: String
        /// A record by kind and identity.
        package init(_ kind: String, _ id: String) { (self.kind, self.id) = (kind, id) }
    }

    /// What happened.
    package var kind: Kind
    /// Names and texts that belong to it. A number in what people wrote is masked before the line is kept,
    /// and the words as they were written lie sealed beside it.
    package var details: [(String, String)]

    /// An event with its details; empty details are left out.
    package init(_ kind: Kind, _ details: [(String, String?)] = []) {
        self.kind = kind
        self.details = details.compactMap { name, text in text.flatMap { $0.isEmpty ? nil : (name, $0) } }
    }

    /// Details that people wrote in their own words.
    private static let written: Set = [
        "words", "title", "reason", "note", "answer", "reply", "said", "why", "place", "request",
    ]
    /// What is added to a detail's name for the words as they were written.
    static let sealedMark = "_sealed"

    /// The details as the log keeps them: no telephone, identity or account number stands open. `seal` closes
    /// a text for one detail.
    func kept(_ seal: (_ name: String, _ text: String) throws -> [UInt8]?) rethrows -> [(String, String)] {
        var kept: [(String, String)] = []
        for (name, text) in details {
            let masked = Self.written.contains(name) ? Masking.numbers(in: text) : text
            kept.append((name, masked))
            if masked != text, let sealed = try seal(name, text) {
                kept.append((name + Self.sealedMark, sealed.hex))
            }
        }
        return kept
    }
}

/// One line of the log as it was written.
package struct LogEntry: Sendable {
    /// Its number in the county's chain, from 1.
    package var sequence: Int
    /// When it happened.
    package var at: Instant
    /// The event's stable word.
    package var kind: String
    /// What it happened to.
    package var subject: Event.Subject
    /// Who did it; empty for the public and the clockwork.
    package var person: String
    /// The name as it was then, Chinese and English.
    package var name: Phrase
    /// The post as it was called then.
    package var post: Phrase
    /// The details as canonical JSON.
    package var body: String
    /// The hash of the line before.
    package var previous: [UInt8]
    /// This line's hash.
    package var hash: [UInt8]
    /// SHA-256 of the digests of the rows that it left behind; nil in lines of programs that kept none.
    package var rowsHash: [UInt8]?
    /// The details for one reader, if they are not those of the body.
    private var shown: [String: String]?

    init(_ row: Row) throws {
        sequence = try row.get("seq")
        at = try row.get("happened_at")
        kind = try row.get("kind")
        subject = .init(try row.get("subject_kind"), try row.get("subject_id"))
        person = try row.get("person")
        name = Phrase(zh: try row.get("name_zh"), en: try row.get("name_en"))
        post = Phrase(zh: try row.get("post_zh"), en: try row.get("post_en"))
        body = try row.get("body")
        previous = try row.get("previous_hash")
        hash = try row.get("hash")
    }

    /// A line with the digests of the rows that it left behind, read by `Log.columnsWithRows`.
    static func withRows(_ row: Row) throws -> (entry: LogEntry, rows: [UInt8]?) {
        var entry = try LogEntry(row)
        let rows = try row.optional("row_digests", as: [UInt8].self)
        entry.rowsHash = rows.map(digest)
        return (entry, rows)
    }

    init(
        sequence: Int, at: Instant, event: Event, details: [(String, String)], subject: Event.Subject,
        actor: Actor, seat: Actor.Seat?
    ) {
        self.sequence = sequence
        self.at = at
        kind = event.kind.word
        self.subject = subject
        person = actor.person?.text ?? ""
        name = actor.name
        post = seat?.title ?? Phrase.asGiven("")
        body = JSON.object(details.map { ($0.0, .string($0.1)) }).text
        // The chain goes on from here when the batch ends.
        (previous, hash) = ([], [])
    }

    /// The details by name, with numbers masked.
    package var details: [String: String] { shown ?? written.filter { !$0.key.hasSuffix(Event.sealedMark) } }

    private var written: [String: String] {
        guard let json = try? JSON(parsing: .init(body.utf8)), case .object(let members) = json else {
            return [:]
        }
        return Dictionary(members.compactMap { name, value in value.stringValue.map { (name, $0) } }) {
            first, _ in first
        }
    }

    /// The line with the words as they were written, as far as this key opens them.
    func opened(with key: RegistryKey?) -> LogEntry {
        let all = written
        guard let key, all.contains(where: { $0.key.hasSuffix(Event.sealedMark) }) else { return self }
        var details = self.details
        for (name, sealed) in all where name.hasSuffix(Event.sealedMark) {
            let plain = String(name.dropLast(Event.sealedMark.count))
            // Sealed with another key: the masked words stay.
            do {
                if let bytes = [UInt8](hex: sealed) {
                    details[plain] = try key.opened(bytes, of: Self.record(subject, plain))
                }
            } catch { continue }
        }
        return showing(details)
    }

    /// The line with other details, for one reader. Body and hash stay what they are.
    package func showing(_ details: [String: String]) -> LogEntry {
        var entry = self
        entry.shown = details
        return entry
    }

    /// What a sealed detail belongs to.
    static func record(_ subject: Event.Subject, _ name: String) -> String {
        "event \(subject.kind) \(subject.id) \(name)"
    }
}

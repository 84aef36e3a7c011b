package import Foundation
import Rules
import Store

/// A record's history with what anybody needs to check it without the database: its own lines whole, of the
/// lines between them only the hash of their content, and a signed checkpoint behind them. It proves that the
/// lines that are told stand where and as they are told; not that no line about the record was passed over as
/// somebody else's.
package struct Proof: Sendable {
    /// What it came to when it was checked.
    package struct Verdict: Sendable {
        /// The record's own lines.
        package var entries: [LogEntry]
        /// The checkpoint that the chain leads to.
        package var checkpoint: Checkpoint
        /// What does not fit, or nil.
        package var fault: String?
    }

    /// The proof as JSON.
    package let json: JSON

    /// A proof that somebody brought; throws `Refusal.invalid` if it is no JSON.
    package init(_ data: Data) throws { json = try JSON(parsing: data) }

    /// The proof of a record up to a checkpoint; throws `Refusal.notFound` if the log knows nothing of it.
    package init(of subject: Event.Subject, upTo checkpoint: Checkpoint, in books: Books) throws {
        let county = checkpoint.county
        let own = try Log.history(of: subject, county: county, in: books).filter {
            $0.sequence <= checkpoint.line
        }
        guard let first = own.first else { throw Refusal.notFound }
        var lines: [JSON] = []
        try books.transaction.each(
            """
            SELECT \(Log.columnsWithRows) FROM event WHERE county = \(county) AND seq >= \(first.sequence)
                AND seq <= \(checkpoint.line) ORDER BY seq
            """
        ) { row in
            let entry = try LogEntry.withRows(row).entry
            lines.append(
                entry.subject == subject ? Self.whole(entry) : .string(entry.contentHash(county: county).hex))
        }
        json = .object([
            ("format", .string("luoshi-proof-1")), ("county", .string(county.code)),
            ("first_line", .int(Int64(first.sequence))),
            ("previous_hash", .string(first.previous.hex)), ("lines", .array(lines)),
            ("checkpoint", checkpoint.json),
        ])
    }

    /// Recounts the chain from the first line to the checkpoint. Throws `Refusal.invalid` if this is no proof
    /// at all.
    package func check() throws -> Verdict {
        guard json["format"]?.stringValue == "luoshi-proof-1",
            let county = json["county"]?.stringValue.flatMap({ County($0) }),
            case .int(let first)? = json["first_line"], (1...1 << 50).contains(first),
            var previous = json["previous_hash"]?.stringValue.flatMap({ [UInt8](hex: $0) }),
            case .array(let lines)? = json["lines"],
            let checkpoint = json["checkpoint"].flatMap({ Checkpoint($0) })
        else { throw Refusal.invalid("file", zh: "这不是一份日志证明。", en: "This is no proof of the log.") }
        var verdict = Verdict(entries: [], checkpoint: checkpoint, fault: nil)
        for (offset, line) in lines.enumerated() {
            let number = Int(first) + offset
            if let content = line.stringValue {
                guard let content = [UInt8](hex: content) else {
                    return failed(verdict, "line \(number) has no hash")
                }
                previous = LogEntry.chained(previous, content)
            } else {
                guard let entry = LogEntry(line, number: number, previous: previous) else {
                    return failed(verdict, "line \(number) cannot be read")
                }
                previous = LogEntry.chained(previous, entry.contentHash(county: county))
                verdict.entries.append(entry)
            }
        }
        if !checkpoint.isSigned(by: checkpoint.key) {
            return failed(verdict, "the checkpoint's signature does not fit")
        }
        if checkpoint.county != county || checkpoint.line != Int(first) + lines.count - 1
            || checkpoint.hash != previous.hex
        {
            return failed(
                verdict, "the chain does not lead to the checkpoint: a line was changed, removed or added")
        }
        return verdict
    }

    private func failed(_ verdict: Verdict, _ fault: String) -> Verdict {
        var verdict = verdict
        verdict.fault = fault
        return verdict
    }

    private static func whole(_ entry: LogEntry) -> JSON {
        .object([
            ("at", .string(entry.at.iso)), ("kind", .string(entry.kind)),
            ("subject_kind", .string(entry.subject.kind)),
            ("subject_id", .string(entry.subject.id)), ("person", .string(entry.person)),
            ("name_zh", .string(entry.name.zh)),
            ("name_en", .string(entry.name.en)), ("post_zh", .string(entry.post.zh)),
            ("post_en", .string(entry.post.en)), ("body", .string(entry.body)),
            ("rows_hash", entry.rowsHash.map { .string($0.hex) } ?? .null),
        ])
    }
}

extension LogEntry {
    fileprivate init?(_ json: JSON, number: Int, previous: [UInt8]) {
        func text(_ name: String) -> String? { json[name]?.stringValue }
        guard let at = text("at").flatMap({ Instant(iso: $0) }), let kind = text("kind"),
            let subjectKind = text("subject_kind"),
            let subject = text("subject_id"), let person = text("person"), let nameZh = text("name_zh"),
            let nameEn = text("name_en"),
            let postZh = text("post_zh"), let postEn = text("post_en"), let body = text("body")
        else { return nil }
        (sequence, self.at, self.kind, self.subject) = (number, at, kind, .init(subjectKind, subject))
        (self.person, name, post) = (person, Phrase(zh: nameZh, en: nameEn), Phrase(zh: postZh, en: postEn))
        (self.body, self.previous, hash) = (body, previous, [])
        // Lines of older programs have none.
        rowsHash = text("rows_hash").flatMap { [UInt8](hex: $0) }
    }
}

import Governance
import Hummingbird

extension Log.Verification.Fault.Kind: JSONWord {}

/// The county's log.
enum LogAPI {
    static let list = Endpoint.reading(
        .init("listLog", .log, "The county's log"), query: Log.Query.fields, part,
        "A page, newest first; `next` is the next page's `before`."
    ) { call, values in
        let (query, county) = (Log.Query(values), call.actor.county)
        let (lines, total) = try await call.read { books in
            (try Log.lines(query, for: call.actor, in: books), try Log.count(of: county, in: books))
        }
        // Lines are numbered from 1 without a gap: nothing comes before the first.
        let last = lines.count == query.limit ? lines.last?.line.sequence : nil
        return Part(
            total: query.kind.isEmpty ? total : nil,
            lines: lines.map { Line(entry: $0.line, isWithheld: $0.isWithheld, county: county) },
            next: last.flatMap { $0 > 1 ? String($0) : nil })
    }

    static let verify = Endpoint.change(
        .init(
            "verifyLog", .log, "Prove that nobody changed the log",
            """
            Walks the chain and holds it against its head, its office, the named key and the signed \
            checkpoints, as `luoshi audit verify` does.
            """),
        body: [], verification, "What came of walking the chain; the walk is a line of the log itself."
    ) { call, _ in
        // Walking takes its time and needs no writer.
        let found = try await LogPages.verification(call)
        return { books in
            try Log.keep(found, by: call.actor, at: call.now, in: books)
            return found
        }
    }

    // MARK: Shapes

    private struct Part: Sendable { let total: Int?, lines: [Line], next: String? }
    private struct Line: Sendable { let entry: LogEntry, isWithheld: Bool, county: County }

    private static let part = Shape<Part>(nil, "A page of the log.") {
        // No line but those of the page is counted with a kind.
        Member("total", "How many lines the log has; null with `kind`.", \.total)
        Member("items", list: line, nil, \.lines)
        Member("next", "The cursor of the next page; null at the end.", \.next)
    }

    private static let line = Shape<Line>(
        "LogLine", "A line of the county's log with everything that its hash is made of."
    ) {
        Member("seq", "From 1, without a gap.") { $0.entry.sequence }
        Member("at") { $0.entry.at }
        Member("kind") { $0.entry.kind }
        Member(
            "subject",
            Shape<Event.Subject> {
                Member("kind", \.kind)
                Member("id", \.id)
            }
        ) { $0.entry.subject }
        Member("person", "Null for residents and for the clockwork.") {
            $0.entry.person.isEmpty ? nil : $0.entry.person
        }
        Member("name") { $0.entry.name }
        Member("post") { $0.entry.post }
        Member("details", CaseShapes.details) { $0.entry.details }
        Member(
            "body", "The details as canonical JSON; null for a line whose words the reader may not have."
        ) { $0.isWithheld ? nil : $0.entry.body }
        Member("content_hash", "The hash of what the line says, in hexadecimal.") {
            $0.entry.contentHash(county: $0.county).hex
        }
        Member("previous_hash", "Hexadecimal.") { $0.entry.previous.hex }
        Member("hash", "SHA-256, hexadecimal.") { $0.entry.hash.hex }
    }

    /// Everything that the command prints of a verification, too.
    private static let verification = Shape<Log.Verification> {
        Member("lines", "How many lines were walked.", \.lines)
        Member("is_intact") { $0.faults.isEmpty }
        Member("fault", optional: fault, "The first of the faults, or null.", \.fault)
        Member(
            "faults", list: fault, "Everything that does not fit, each kind once, the chain's own first.",
            \.faults)
        Member("head", "The hash of the last line that fits, hexadecimal.") { $0.head.hex }
        Member("checkpoints", "How many signed checkpoints hold.", \.checkpoints)
        Member(
            "newest_checkpoint", optional: checkpoint, "The newest checkpoint that holds, or null.", \.newest)
        Member(
            "lines_behind",
            "How many lines are behind the newest checkpoint: no signature covers them yet.", \.behind)
        Member(
            "public_key",
            """
            The public key (Ed25519, hexadecimal) that the log names as signing it; compare it with the one \
            that you keep.
            """, \.key)
    }

    private static let fault = Shape<Log.Verification.Fault>("LogFault") {
        Member(
            "kind",
            """
            What does not fit: a line of the chain, its head, the office, the signing key, a checkpoint, \
            lines that no checkpoint signs though one is due, a third party's witness.
            """, \.kind)
        Member("line", "The line that it is about; null if it is about none.", \.line)
        Member("message", \.words)
    }

    /// Its members and their order are those that its print is made of.
    private static let checkpoint = Shape<Checkpoint>(
        "Checkpoint", "A signed statement of where a county's chain stood."
    ) {
        Member("county") { $0.county.code }
        Member("line", \.line)
        Member("hash", \.hash)
        Member("at", \.at)
        Member(
            "previous", "The hash of the county's checkpoint before; left out in those of older versions.",
            \.previous
        ).leftOutIfNull
        Member("key", \.key)
        Member("signature", \.signature)
    }
}

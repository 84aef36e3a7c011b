import Governance
import Hummingbird

extension Log.Verification.Fault.Kind: JSONWord {}

/// The county's log.
enum LogAPI {
    static let list = LogPages.listing.endpoint(
        .init("listLog", .log, "The county's log", "`total` is null with `kind` or `subject`."), of: line,
        "A page, newest first.")

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

    private static let line = Shape<LogPages.Line>(
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

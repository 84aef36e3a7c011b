import Governance
import Hummingbird

/// The county's log.
enum LogAPI {
    /// `GET /log`: the lines, newest first. The total is that of the whole log; with a kind it is null, as no
    /// line but those of the page is counted.
    static func list(_ call: Call) async throws -> Response {
        let asked = try API.query(call, "kind", "before", "limit")
        var query = Log.Query()
        query.kind = asked["kind"]
        query.limit = try API.limit(asked)
        if !asked["before"].isEmpty { query.before = try asked.number("before", in: 1...Int.max) }
        let (lines, total) = try await call.read { [query] books in
            (
                try Log.lines(query, for: call.actor, in: books),
                try Log.count(of: call.actor.county, in: books)
            )
        }
        // Lines are numbered from 1 without a gap: nothing comes before the first.
        let last =
            lines.count == query.limit
            ? lines.last.map(\.line.sequence).flatMap { $0 > 1 ? String($0) : nil } : nil
        return API.ok(
            .object([
                ("total", query.kind.isEmpty ? .count(total) : .null),
                ("items", .array(lines.map { line($0.line, isWithheld: $0.isWithheld, call) })),
                ("next", .optional(last)),
            ]))
    }

    /// `POST /log/verify`: walks the chain from its first line; that it was walked becomes a line itself.
    static func verify(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call)
        // Walking takes its time and needs no writer.
        let found = try await LogPages.verification(call)
        return try await API.once(call, answers) { books in
            try Log.keep(found, by: call.actor, at: call.now, in: books)
            return (.ok, json(found))
        }
    }

    /// Everything that the command prints of a verification, too.
    private static func json(_ found: Log.Verification) -> JSON {
        let faults = found.faults.map { fault in
            JSON.object([
                ("kind", .string(fault.kind.rawValue)), ("line", fault.line.map(JSON.count) ?? .null),
                ("message", .words(fault.words)),
            ])
        }
        return .object([
            ("lines", .count(found.lines)), ("is_intact", .bool(found.faults.isEmpty)),
            ("fault", faults.first ?? .null), ("faults", .array(faults)), ("head", .string(found.head.hex)),
            ("checkpoints", .count(found.checkpoints)), ("newest_checkpoint", found.newest?.json ?? .null),
            ("lines_behind", .count(found.behind)),
            ("public_key", .optional(found.key)),
        ])
    }

    /// A line with everything that its hash is made of; of one that its reader may not have, the hash of its
    /// content instead.
    private static func line(_ entry: LogEntry, isWithheld: Bool, _ call: Call) -> JSON {
        .object([
            ("seq", .count(entry.sequence)), ("at", .moment(entry.at)), ("kind", .string(entry.kind)),
            ("subject", .object([("kind", .string(entry.subject.kind)), ("id", .string(entry.subject.id))])),
            ("person", entry.person.isEmpty ? .null : .string(entry.person)), ("name", .words(entry.name)),
            ("post", .words(entry.post)), ("details", .texts(entry.details)),
            ("body", isWithheld ? .null : .string(entry.body)),
            ("content_hash", .string(entry.contentHash(county: call.actor.county).hex)),
            ("previous_hash", .string(entry.previous.hex)), ("hash", .string(entry.hash.hex)),
        ])
    }
}

import Governance
import Hummingbird

/// The county's log.
enum LogAPI {
    /// `GET /log`: the lines, newest first. The total is that of the whole log; with a kind it is null, as no line but
    /// those of the page is counted.
    static func list(_ call: Call) async throws -> Response {
        let asked = try API.query(call, "kind", "before", "limit")
        var query = Log.Query()
        query.kind = asked["kind"]
        query.limit = try API.limit(asked)
        if !asked["before"].isEmpty { query.before = try asked.number("before", in: 1...Int.max) }
        let (lines, total) = try await call.read { [query] books in
            (try Log.lines(query, of: call.actor.county, in: books), try Log.count(of: call.actor.county, in: books))
        }
        // Lines are numbered from 1 without a gap: nothing comes before the first.
        let last = lines.count == query.limit ? lines.last.map(\.sequence).flatMap { $0 > 1 ? String($0) : nil } : nil
        return API.ok(
            .object([
                ("total", query.kind.isEmpty ? .count(total) : .null), ("items", .array(lines.map(line))),
                ("next", .optional(last)),
            ]))
    }

    /// `POST /log/verify`: walks the chain from its first line; that it was walked becomes a line itself.
    static func verify(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call)
        // Walking takes its time and needs no writer.
        let found = try await call.read { try Log.verify(call.actor.county, in: $0) }
        return try await API.once(call, answers) { books in
            try Log.keep(found, by: call.actor, at: call.now, in: books)
            let fault: JSON =
                found.fault.map {
                    .object([("line", .count($0.line)), ("message", .words($0.words))])
                } ?? .null
            return (
                .ok,
                .object([
                    ("lines", .count(found.lines)), ("is_intact", .bool(found.fault == nil)), ("fault", fault),
                    ("head", .string(found.head.hex)),
                ])
            )
        }
    }

    /// A line with everything that its hash is made of.
    private static func line(_ entry: LogEntry) -> JSON {
        .object([
            ("seq", .count(entry.sequence)), ("at", .moment(entry.at)), ("kind", .string(entry.kind)),
            ("subject", .object([("kind", .string(entry.subject.kind)), ("id", .string(entry.subject.id))])),
            ("person", entry.person.isEmpty ? .null : .string(entry.person)), ("name", .words(entry.name)),
            ("post", .words(entry.post)), ("details", .texts(entry.details)), ("body", .string(entry.body)),
            ("previous_hash", .string(entry.previous.hex)), ("hash", .string(entry.hash.hex)),
        ])
    }
}

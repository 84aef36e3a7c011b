import Governance
import Hummingbird
import Rules

/// The ledger of what follows for programs.
enum LedgerAPI {
    /// `GET /ledger`: the entries; of one state or kind if named.
    static func list(_ call: Call) async throws -> Response {
        let query = try API.query(call, "kind", "state", "limit", "cursor")
        let filter = try LedgerForm.filter.read(query)
        let kind = try filter.optionalChoice("kind", of: Evaluation.Incentive.RewardItem.Kind.self)
        let state = try filter.optionalChoice("state", of: LedgerEntry.State.self)
        let entries = try await call.read {
            try Ledger.all(for: call.actor, state: state, kind: kind, in: $0)
        }
        return try API.page(of: entries, query, id: \.id.text) { json($0) }
    }

    /// `GET /ledger/{id}`: an entry with its steps, objections and recommendations; names only for who may
    /// see them.
    static func show(_ call: Call) async throws -> Response {
        let (sight, names) = (try await LedgerPages.read(call), try call.names())
        return API.ok(
            json(sight.entry).with([
                (
                    "steps",
                    .array(
                        sight.steps.map {
                            .object([
                                ("step", .string($0.kind.rawValue)), ("at", .moment($0.at)),
                                ("by", names.json($0.person)), ("note", .string($0.note)),
                                ("paper", .string($0.document)),
                            ])
                        })
                ),
                (
                    "people",
                    .array(
                        sight.people.map {
                            .object([
                                ("post", .id($0.post)), ("person", names.json($0.person)),
                                ("fen", $0.fen.map(JSON.count) ?? .null),
                            ])
                        })
                ),
                (
                    "objections",
                    .array(
                        sight.objections.map {
                            .object([
                                ("id", .id($0.id)), ("said", .string($0.said)), ("at", .moment($0.at)),
                                ("reply_due", .day($0.replyDue)),
                                ("reply", .string($0.reply)),
                                ("upheld", $0.isUpheld.map(JSON.bool) ?? .null),
                            ])
                        })
                ),
                (
                    "recommendations",
                    .array(
                        sight.recommendations.map {
                            .object([
                                ("id", .id($0.id)), ("person", names.json($0.person)),
                                ("why", .string($0.why)),
                                ("passed", $0.hasPassed.map(JSON.bool) ?? .null),
                                ("assessment", .string($0.assessment)),
                            ])
                        })
                ),
            ]))
    }

    /// `POST /ledger/{id}`: does what `verb` says: object, reply, approve, pay, withdraw, check, correct,
    /// recommend, assess.
    static func act(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: LedgerEntry.self), try await API.answers(call))
        let verb = try LedgerVerb(answers)
        return try await API.once(call, answers) { books in
            try Ledger.perform(
                verb, on: id, with: answers, byProgram: true, by: call.actor, at: call.now, in: books)
            return (.ok, json(try Ledger.find(id, for: call.actor, in: books)))
        }
    }

    /// `POST /ledger/all`: approves, or notes as paid, everything that is ready; of one kind if named.
    static func all(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: LedgerForm.all)
        let values = try LedgerForm.all.read(answers)
        return try await API.once(call, answers) {
            (
                .ok,
                .object([
                    ("count", .count(try Ledger.all(values, by: call.actor, at: call.now, in: $0)))
                ])
            )
        }
    }

    private static func json(_ entry: LedgerEntry) -> JSON {
        .object([
            ("id", .id(entry.id)), ("round", .id(entry.round)), ("rule", .string(entry.rule)),
            ("kind", .string(entry.kind.rawValue)),
            ("unit", .string(entry.unit)), ("name", .string(entry.unitName)),
            ("fen", entry.fen.map(JSON.count) ?? .null), ("because", .words(entry.because)),
            ("state", .string(entry.state.rawValue)), ("objections_until", .day(entry.objectionsUntil)),
            ("corrects", .id(entry.corrects)),
        ])
    }
}

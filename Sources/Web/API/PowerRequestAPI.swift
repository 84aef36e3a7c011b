import Governance
import Hummingbird

/// Power that waits for somebody else to confirm it, for programs.
enum PowerRequestAPI {
    /// `GET /power-requests`: what waits, oldest first.
    static func list(_ call: Call) async throws -> Response {
        let query = try API.query(call, "limit", "cursor")
        let names = try call.names()
        let requests = try await call.read { try PowerRequests.open(of: call.actor.county, in: $0) }
        return try API.page(of: requests, query, id: \.id.text) { json($0, names, call) }
    }

    /// `POST /power-requests`: confirms or sends back one (`request`), or all that others asked for up to a
    /// moment (`until`).
    static func settle(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: PowerRequestForm.settle)
        let values = try PowerRequestForm.settle.read(answers)
        return try await API.once(call, answers) { books in
            try PowerRequests.settle(values, by: call.actor, at: call.now, in: books)
            return (
                .ok, .object([("waiting", .count(try PowerRequests.count(of: call.actor.county, in: books)))])
            )
        }
    }

    /// One request.
    static func json(_ request: PowerRequest, _ names: Directory, _ call: Call) -> JSON {
        .object([
            ("id", .id(request.id)), ("kind", .string(request.kind.rawValue)),
            ("subject", .string(request.subject)),
            ("person", .id(request.person)),
            ("words", .string(ConfirmationPages.words(request, names, call))),
            ("asked_by", names.json(request.askedBy)), ("asked_at", .moment(request.askedAt)),
        ])
    }
}

import Governance
import Hummingbird
import Rules

/// Power that waits for somebody else to confirm it, for programs.
enum PowerRequestAPI {
    static let list = Endpoint.wholeList(
        .init("powerRequests", .organisation, "Power that waits for somebody else to confirm it"),
        of: request, "The oldest first.", id: { $0.request.id.text },
        { call, _ in
            let all = try await call.read { try PowerRequests.open(for: call.actor, in: $0) }
            return try all.map { try WaitingPower($0, call) }
        })

    static let settle = Endpoint.change(
        .init(
            "settlePower", .organisation, "Confirm or send back what waits",
            """
            One by `request`, or with `until` all that others asked for up to that moment. Nobody confirms \
            what they asked for or what gives power to themselves, nor by a post held as a stand-in. \
            `decide` counts where it is held over the office.
            """),
        body: PowerRequestForm.settle, Shape<Int> { Member("waiting") { $0 } }, "How much still waits."
    ) { call, sent in
        let values = try PowerRequestForm.settle.read(sent)
        return { books in
            try PowerRequests.settle(values, by: call.actor, at: call.now, in: books)
            return try PowerRequests.count(for: call.actor, in: books)
        }
    }

    static let request = Shape<WaitingPower>(
        "PowerRequest", "Power that one person gave and another has to confirm."
    ) {
        Member("id", \.request.id)
        Member("kind", \.request.kind)
        Member("subject", "The post's or the account's identity.", \.request.subject)
        Member("person", "Who gets it; null for a post, whose holders all do.", \.request.person)
        Member("words", "What is asked for, in a sentence.", \.words)
        Member("asked_by", person: \.request.askedBy)
        Member("asked_at", \.request.askedAt)
    }
}

extension PowerRequest.Kind: JSONWord {}

/// A request with its words in the language of the answer.
struct WaitingPower: Sendable {
    let request: PowerRequest, words: String

    init(_ request: PowerRequest, _ call: Call) throws {
        self.request = request
        words = ConfirmationPages.words(request, try call.names(), call)
    }
}

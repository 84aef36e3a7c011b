package import Rules
import Store

/// Requests that a client may send twice because it never saw the first answer: the first answer is kept and
/// given again, so that one intention has one effect. It is kept as long as what the request made, and
/// records are not deleted: a telephone that comes back after a month is answered as one that comes back
/// after a minute.
package enum RepeatedRequests {
    /// What was answered.
    package struct Answer: Sendable, Hashable {
        /// The HTTP status and the body.
        package var status: Int, body: String
        /// An answer to keep.
        package init(status: Int, body: String) { (self.status, self.body) = (status, body) }
    }

    /// What was answered to this key of the actor, or of the public from this address; nil if it is new.
    /// Throws `Refusal.invalid` if the key was used for another request.
    package static func answer(
        key request: String, from address: String, fingerprint: String, for actor: Actor, in books: Books
    ) throws -> Answer? {
        let caller = caller(actor, from: address)
        let known = try books.first(
            """
            SELECT fingerprint, status, answer FROM repeated_request
            WHERE county = \(actor.county) AND caller = \(caller) AND request_key = \(request)
            """
        ) { row in
            (
                fingerprint: try row.get("fingerprint", as: String.self),
                status: try row.get("status", as: Int.self), body: try row.get("answer", as: String.self)
            )
        }
        guard let known else { return nil }
        guard known.fingerprint == kept(fingerprint, in: books) else {
            throw Refusal.invalid(
                "Idempotency-Key", zh: "这个 Idempotency-Key 已经用在另一个请求上，请换一个。",
                en: "This Idempotency-Key was used for another request. Choose a new one.")
        }
        guard let key = books.key else { return Answer(status: known.status, body: known.body) }
        guard let sealed = [UInt8](hex: known.body) else { throw Refusal.changedMeanwhile }
        return Answer(status: known.status, body: try key.opened(sealed, of: record(caller, key: request)))
    }

    /// Whose key it is: nobody is given what somebody else was answered.
    private static func caller(_ actor: Actor, from address: String) -> String {
        actor.person?.text ?? "public \(address)"
    }

    /// What the print of a request is kept as: telephones and names are in it, so that it is keyed.
    private static func kept(_ fingerprint: String, in books: Books) -> String {
        books.key?.mark(fingerprint, as: "request").hex ?? fingerprint
    }

    /// What a sealed answer belongs to.
    private static func record(_ caller: String, key: String) -> String { "answer \(caller) \(key)" }

    /// Keeps an answer, in the transaction of what it answers. Throws `Refusal.changedMeanwhile`, which
    /// undoes everything, if the same request was answered at the same moment.
    package static func keep(
        _ answer: Answer, key request: String, from address: String, fingerprint: String, by actor: Actor,
        at now: Instant, in books: Books
    ) throws {
        let caller = caller(actor, from: address)
        // An answer holds what a complainant wrote, as far as its caller may read it: it lies sealed like the
        // words themselves.
        let body =
            try books.key.map {
                try $0.closed(answer.body, of: record(caller, key: request), chance: books.chance).hex
            } ?? answer.body
        let count = try books.change(
            """
            INSERT INTO repeated_request (county, caller, request_key, fingerprint, status, answer,
                answered_at)
            VALUES (\(actor.county), \(caller), \(request), \(kept(fingerprint, in: books)), \(answer.status),
                \(body), \(now))
            ON CONFLICT (county, caller, request_key) DO NOTHING
            """)
        guard count == 1 else { throw Refusal.changedMeanwhile }
    }
}

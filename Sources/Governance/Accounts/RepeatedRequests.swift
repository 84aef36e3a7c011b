package import Rules
import Store

/// Requests that a client may send twice because it never saw the first answer: the first answer is kept for a day and
/// given again, so that one intention has one effect.
package enum RepeatedRequests {
    /// What was answered.
    package struct Answer: Sendable, Hashable {
        /// The HTTP status and the body.
        package var status: Int, body: String
        /// An answer to keep.
        package init(status: Int, body: String) { (self.status, self.body) = (status, body) }
    }

    /// How long an answer is kept, in hours.
    package static let hours = 24

    /// What was answered to this key of this caller; nil if it is new. Throws `Refusal.invalid` if the key was used for
    /// another request.
    package static func answer(
        key: String, caller: String, fingerprint: String, county: County, at now: Instant, in books: Books
    ) throws -> Answer? {
        let known = try books.first(
            """
            SELECT fingerprint, status, answer FROM repeated_request
            WHERE county = \(county) AND caller = \(caller) AND request_key = \(key)
            AND answered_at > \(now.adding(hours: -hours))
            """
        ) { row in
            (
                fingerprint: try row.get("fingerprint", as: String.self),
                answer: Answer(status: try row.get("status"), body: try row.get("answer"))
            )
        }
        guard let known else { return nil }
        guard known.fingerprint == fingerprint else {
            throw Refusal.invalid(
                "Idempotency-Key", zh: "这个 Idempotency-Key 已经用在另一个请求上，请换一个。",
                en: "This Idempotency-Key was used for another request. Choose a new one.")
        }
        return known.answer
    }

    /// Keeps an answer, in the transaction of what it answers, and forgets those that are too old. Throws
    /// `Refusal.changedMeanwhile`, which undoes everything, if the same request was answered at the same moment.
    package static func keep(
        _ answer: Answer, key: String, caller: String, fingerprint: String, county: County, at now: Instant,
        in books: Books
    ) throws {
        try books.change(
            "DELETE FROM repeated_request WHERE county = \(county) AND answered_at <= \(now.adding(hours: -hours))")
        let kept = try books.change(
            """
            INSERT INTO repeated_request (county, caller, request_key, fingerprint, status, answer, answered_at)
            VALUES (\(county), \(caller), \(key), \(fingerprint), \(answer.status), \(answer.body), \(now))
            ON CONFLICT (county, caller, request_key) DO NOTHING
            """)
        guard kept == 1 else { throw Refusal.changedMeanwhile }
    }
}

import Crypto
import Foundation
import Governance
import HTTPTypes
import Hummingbird

extension API {
    /// Changes something once, however often it is sent: with the header `Idempotency-Key` the answer is kept
    /// in the same transaction and given again to the same caller for the same request. A refusal is not
    /// kept.
    static func once<Value: Sendable>(
        _ call: Call, _ answers: FormInput, _ work: @escaping @Sendable (Books) throws -> Value,
        _ tell: @escaping @Sendable (Value) -> (HTTPResponse.Status, JSON)
    ) async throws -> Response {
        guard let repetition = try Repetition(call, body: Data(canonical(answers).utf8)) else {
            // Nothing is kept: the answer is made after the writer has let go.
            let (status, json) = tell(try await call.write(work))
            return Responses.json(json, status: status)
        }
        let (answer, isReplayed) = try await call.write { books in
            if let known = try repetition.known(in: books) { return (known, true) }
            let (status, json) = tell(try work(books))
            let answer = RepeatedRequests.Answer(status: status.code, body: json.text)
            try repetition.keep(answer, in: books)
            return (answer, false)
        }
        return response(answer, isReplayed: isReplayed)
    }

    /// The same where the answer can only be made in the transaction.
    static func once(
        _ call: Call, _ answers: FormInput,
        _ work: @escaping @Sendable (Books) throws -> (HTTPResponse.Status, JSON)
    ) async throws -> Response {
        try await once(call, answers, work) { ($0.0, $0.1) }
    }

    /// A kept or a fresh answer.
    static func response(_ answer: RepeatedRequests.Answer, isReplayed: Bool) -> Response {
        var response = Responses.json(answer.body, status: .init(code: answer.status))
        if isReplayed, let name = HTTPField.Name("Idempotency-Replayed") { response.headers[name] = "true" }
        return response
    }

    /// The fields in the order of their names. What is kept of it is a keyed print: a password in it cannot
    /// be guessed from that.
    private static func canonical(_ answers: FormInput) -> String {
        JSON.object(
            answers.names.map { ($0, .string(answers.raw($0))) }
                + answers.photos.map { ("photo", .string($0.hash)) }
        ).text
    }
}

/// A request that may be sent twice: whose it is, its key, and what it asks.
struct Repetition: Sendable {
    private let call: Call, key: String, fingerprint: String

    /// Nil without the header. Throws `Refusal.invalid` if the key is not 1–100 printable ASCII characters.
    init?(_ call: Call, body: @autoclosure () -> Data) throws {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = call.request.headers[name] else {
            return nil
        }
        guard (1...100).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Refusal.invalid(
                "Idempotency-Key", zh: "Idempotency-Key 用 1–100 个可见的 ASCII 字符。",
                en: "An Idempotency-Key is 1–100 printable ASCII characters.")
        }
        self.call = call
        self.key = key
        var hasher = SHA256()
        hasher.update(data: Data("\(call.request.method) \(call.request.uri)\n".utf8))
        hasher.update(data: body())
        fingerprint = hasher.finalize().hex
    }

    /// What was answered the first time.
    func known(in books: Books) throws -> RepeatedRequests.Answer? {
        try RepeatedRequests.answer(
            key: key, from: call.address, fingerprint: fingerprint, for: call.actor, in: books)
    }

    /// Keeps the first answer.
    func keep(_ answer: RepeatedRequests.Answer, in books: Books) throws {
        try RepeatedRequests.keep(
            answer, key: key, from: call.address, fingerprint: fingerprint, by: call.actor, at: call.now,
            in: books)
    }
}

import Foundation
import Governance
import Hummingbird
import Logging
import Rules

/// Turning what went wrong into an answer, once for the whole site.
enum Refused {
    /// The stable word of what went wrong.
    enum Code: String, JSONWord {
        case signInFirst = "sign_in_first", stepFirst = "step_first", notAllowed = "not_allowed"
        case notFound = "not_found", invalid, notNow = "not_now", changedMeanwhile = "changed_meanwhile"
        case clash, alreadyUsed = "already_used", tooMany = "too_many", tooLarge = "too_large", busy, away
        case noRoom = "no_room", wrongMethod = "wrong_method", http, ourMistake = "our_mistake"
    }

    /// The status, code and words of an error.
    struct Outcome: Sendable {
        var status: HTTPResponse.Status, code: Code, words: Phrase
        var faults: [Refusal.Fault] = [], retryAfter: Int?
        var allowed: [HTTPRequest.Method] = []
    }

    /// The answer; `isTold` where the server's own log has it already.
    static func response(
        _ error: any Error, call: Call?, route: Route, logger: Logger, isTold: Bool = false
    ) -> Response {
        let number = call?.number ?? ""
        let outcome = outcome(of: error, number: number)
        var isOurs = outcome.status == .internalServerError
        if case .clash? = error as? Refusal { isOurs = true }
        if isOurs, !isTold {
            logger.error("\(route.method) \(route.path) failed: \(error)", metadata: ["request": "\(number)"])
        }
        var response: Response
        if route.kind == .page, let call {
            if case .signInFirst? = error as? Refusal, [.get, .head].contains(call.request.method) {
                let wanted = call.request.uri.path + (call.request.uri.query.map { "?" + $0 } ?? "")
                return Responses.seeOther("/sign-in?back=\(FormText.encoded(wanted))")
            }
            if case .stepFirst(let step)? = error as? Refusal {
                return Responses.seeOther(AccountPages.path(of: step))
            }
            response = page(outcome, call).response(call, status: outcome.status)
        } else {
            response = Responses.json(
                json(
                    outcome, language: call?.language ?? .zh, number: number,
                    at: call?.now ?? Instant(milliseconds: 0)), status: outcome.status)
        }
        if let seconds = outcome.retryAfter { response.headers[.retryAfter] = String(seconds) }
        if !outcome.allowed.isEmpty {
            response.headers[.allow] = outcome.allowed.map(\.rawValue).joined(separator: ", ")
        }
        return response
    }

    private static func outcome(of error: any Error, number: String) -> Outcome {
        switch error {
        case let refusal as Refusal: return outcome(of: refusal)
        case let large as TooLarge:
            return .init(
                status: .contentTooLarge, code: .tooLarge,
                words: Phrase(
                    zh: "内容太大，最多 \(large.limit >> 10) KB。", en: "Too large: at most \(large.limit >> 10) KB.")
            )
        case let door as NoDoor where door.allowed.isEmpty:
            return .init(
                status: .notFound, code: .notFound,
                words: Phrase(zh: "没有这个地址。", en: "There is no such address."))
        case let door as NoDoor:
            let methods = door.allowed.map(\.rawValue)
            return .init(
                status: .methodNotAllowed, code: .wrongMethod,
                words: Phrase(
                    zh: "这个地址只接受 \(methods.joined(separator: "、"))。",
                    en: "This address takes only \(methods.joined(separator: ", "))."),
                allowed: door.allowed)
        case let error as HTTPError:
            return .init(
                status: error.status, code: .http,
                words: Phrase(zh: "请求不对。", en: error.body ?? "Bad request."))
        default:
            return .init(
                status: .internalServerError, code: .ourMistake,
                words: Phrase(
                    zh: "是我们的错，编号 \(number)。请把编号告诉管理员。",
                    en: "Our mistake, number \(number). Please tell the administrator this number."))
        }
    }

    private static func outcome(of refusal: Refusal) -> Outcome {
        let words = refusal.words
        return switch refusal {
        case .signInFirst: .init(status: .unauthorized, code: .signInFirst, words: words)
        case .stepFirst: .init(status: .forbidden, code: .stepFirst, words: words)
        case .notAllowed: .init(status: .forbidden, code: .notAllowed, words: words)
        case .notFound: .init(status: .notFound, code: .notFound, words: words)
        case .invalid(let faults):
            .init(status: .unprocessableContent, code: .invalid, words: words, faults: faults)
        case .notNow: .init(status: .conflict, code: .notNow, words: words)
        case .clash: .init(status: .conflict, code: .clash, words: words)
        case .changedMeanwhile: .init(status: .conflict, code: .changedMeanwhile, words: words)
        case .alreadyUsed: .init(status: .conflict, code: .alreadyUsed, words: words)
        case .busy: .init(status: .serviceUnavailable, code: .busy, words: words, retryAfter: 2)
        case .away: .init(status: .serviceUnavailable, code: .away, words: words, retryAfter: 5)
        case .noRoom:
            .init(
                status: .init(code: 507, reasonPhrase: "Insufficient Storage"), code: .noRoom, words: words)
        case .tooMany(let seconds):
            .init(status: .tooManyRequests, code: .tooMany, words: words, retryAfter: seconds)
        }
    }

    /// A page that says what is wrong and where to go on.
    private static func page(_ outcome: Outcome, _ call: Call) -> Page {
        let words = call.say(outcome.words)
        let list: HTML =
            "<ul class=\"plain\">\(outcome.faults.html { "<li>\(call.say($0.words))</li>" })</ul>"
        return Page(
            title: words,
            body: """
                <div class="pagehead"><h1>\(words)</h1></div>\(list, if: outcome.faults.count > 1)\
                <p class="lead"><a href="/">\(call.say("回到首页", "Back to the beginning"))</a></p>
                """)
    }

    /// An error as the API tells it.
    private struct Told: Sendable { let outcome: Outcome, language: Language, number: String }

    /// The one shape of errors in the API.
    static func json(_ outcome: Outcome, language: Language, number: String, at now: Instant) -> JSON {
        shape.json(
            Told(outcome: outcome, language: language, number: number), ShapeContext(nil, at: now))
    }
    /// What an error of the API looks like.
    static var schema: Schema { shape.schema }

    private static let shape = Shape<Told>("Error", "The one shape of every error.") {
        Member(
            "error",
            Shape<Told> {
                Member("code", "A stable word.") { $0.outcome.code }
                Member(
                    "message",
                    "One sentence for a person, in Chinese or, with `Accept-Language: en`, in English."
                ) { $0.outcome.words[$0.language] }
                Member(
                    "fields",
                    list: Shape<(fault: Refusal.Fault, language: Language)> {
                        Member("field", "The field, parameter or header.") { $0.fault.field }
                        Member("message", "What is wrong with it and what to do.") {
                            $0.fault.words[$0.language]
                        }
                    }, "What is wrong field by field; empty unless the code is `invalid`."
                ) { told in told.outcome.faults.map { ($0, told.language) } }
                Member("request", "The request's number: tell it to the administrator.", \.number)
            }
        ) { $0 }
    }
}

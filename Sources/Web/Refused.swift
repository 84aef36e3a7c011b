import Foundation
import Governance
import Hummingbird
import Logging

/// Turning what went wrong into an answer, once for the whole site.
enum Refused {
    /// The status, code and words of an error.
    struct Outcome {
        var status: HTTPResponse.Status, code: String, words: Phrase
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
                json(outcome, language: call?.language ?? .zh, number: number).text, status: outcome.status)
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
                status: .contentTooLarge, code: "too_large",
                words: Phrase(
                    zh: "内容太大，最多 \(large.limit >> 10) KB。", en: "Too large: at most \(large.limit >> 10) KB.")
            )
        case let door as NoDoor where door.allowed.isEmpty:
            return .init(
                status: .notFound, code: "not_found",
                words: Phrase(zh: "没有这个地址。", en: "There is no such address."))
        case let door as NoDoor:
            let methods = door.allowed.map(\.rawValue)
            return .init(
                status: .methodNotAllowed, code: "wrong_method",
                words: Phrase(
                    zh: "这个地址只接受 \(methods.joined(separator: "、"))。",
                    en: "This address takes only \(methods.joined(separator: ", "))."),
                allowed: door.allowed)
        case let error as HTTPError:
            return .init(
                status: error.status, code: "http",
                words: Phrase(zh: "请求不对。", en: error.body ?? "Bad request."))
        default:
            return .init(
                status: .internalServerError, code: "our_mistake",
                words: Phrase(
                    zh: "是我们的错，编号 \(number)。请把编号告诉管理员。",
                    en: "Our mistake, number \(number). Please tell the administrator this number."))
        }
    }

    private static func outcome(of refusal: Refusal) -> Outcome {
        let words = refusal.words
        return switch refusal {
        case .signInFirst: .init(status: .unauthorized, code: "sign_in_first", words: words)
        case .stepFirst: .init(status: .forbidden, code: "step_first", words: words)
        case .notAllowed: .init(status: .forbidden, code: "not_allowed", words: words)
        case .notFound: .init(status: .notFound, code: "not_found", words: words)
        case .invalid(let faults):
            .init(status: .unprocessableContent, code: "invalid", words: words, faults: faults)
        case .notNow: .init(status: .conflict, code: "not_now", words: words)
        case .clash: .init(status: .conflict, code: "clash", words: words)
        case .changedMeanwhile: .init(status: .conflict, code: "changed_meanwhile", words: words)
        case .alreadyUsed: .init(status: .conflict, code: "already_used", words: words)
        case .busy: .init(status: .serviceUnavailable, code: "busy", words: words, retryAfter: 2)
        case .away: .init(status: .serviceUnavailable, code: "away", words: words, retryAfter: 5)
        case .noRoom:
            .init(
                status: .init(code: 507, reasonPhrase: "Insufficient Storage"), code: "no_room", words: words)
        case .tooMany(let seconds):
            .init(status: .tooManyRequests, code: "too_many", words: words, retryAfter: seconds)
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

    /// The one shape of errors in the API.
    static func json(_ outcome: Outcome, language: Language, number: String) -> JSON {
        .object([
            (
                "error",
                .object([
                    ("code", .string(outcome.code)), ("message", .string(outcome.words[language])),
                    (
                        "fields",
                        .array(
                            outcome.faults.map {
                                .object([
                                    ("field", .string($0.field)), ("message", .string($0.words[language])),
                                ])
                            })
                    ),
                    ("request", .string(number)),
                ])
            )
        ])
    }
}

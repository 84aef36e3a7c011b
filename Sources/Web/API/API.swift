import Foundation
import Governance
import Hummingbird

/// What every handler of the JSON API shares: reading bodies and queries, and the shapes of answers.
enum API {
    static let description = Endpoint(
        .init("description", .service, "This description"),
        answers: [.init(status: 200, note: "The OpenAPI 3.1 document.", content: .json(.map(of: .anything)))]
    ) { _ in Responses.json(OpenAPI.text) }

    /// The fields of a JSON object. An empty body is no fields; null is a field that was emptied. Throws
    /// `Refusal.invalid` if the body is no object or a field is a list or an object.
    static func answers(_ call: Call) async throws -> FormInput {
        try guardSender(call)
        if call.request.headers[.contentType]?.hasPrefix("multipart/form-data") == true {
            return try await call.answersWithPhotos()
        }
        let data = try await call.bytes(limit: 1 << 20)
        if data.isEmpty { return FormInput() }
        guard case .object(let members) = try JSON(parsing: data) else {
            throw Refusal.invalid("body", zh: "内容应为一个 JSON 对象。", en: "The body must be a JSON object.")
        }
        var texts: [String: String] = [:]
        for (name, value) in members {
            if case .null = value {
                texts[name] = ""
            } else if let text = value.fieldValue {
                texts[name] = text
            } else {
                throw Refusal.invalid(
                    name, zh: "这一项应为文字、数字或是否。", en: "This must be a text, a number or true or false.")
            }
        }
        return FormInput(texts)
    }

    /// The fields of a body for a declared form: one that the form does not have is refused.
    static func answers(_ call: Call, for form: [FormField], besides: String...) async throws -> FormInput {
        let answers = try await answers(call)
        try form.refuseOthers(in: answers, besides: besides)
        return answers
    }

    /// A browser that is signed in by cookie has to name a type of body that no form can send: then a page of
    /// another site cannot act in its name even if the browser hides where a request comes from.
    static func guardSender(_ call: Call) throws {
        guard call.secret != nil, call.request.headers[.authorization] == nil else { return }
        let type = call.request.headers[.contentType] ?? ""
        guard
            type.hasPrefix("application/json") || type.hasPrefix("text/csv")
                || type.hasPrefix("application/vnd.openxmlformats")
        else {
            throw Refusal.notAllowed(
                Phrase(
                    zh: "请写明 Content-Type: application/json，或者用令牌。",
                    en: "Name the Content-Type application/json, or sign in with a token."))
        }
    }

    /// What the query part of the address says to declared fields. Throws `Refusal.invalid` for what is not
    /// understood and for a name that is not known here: a mistyped filter must not answer with everything.
    static func query(_ call: Call, _ fields: [FormField]) throws -> FormValues {
        try fields.read(known(call, fields.flatMap(\.names)), zone: call.zone)
    }

    private static func known(_ call: Call, _ names: [String]) throws -> FormInput {
        let query = call.query
        let unknown = query.names.filter { !names.contains($0) && $0 != "county" }
        guard unknown.isEmpty else {
            throw Refusal.invalid(
                unknown.map {
                    .init($0, Phrase(zh: "没有“\($0)”这个查询参数。", en: "There is no query parameter “\($0)”."))
                })
        }
        return query
    }
}

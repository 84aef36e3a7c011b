import Foundation
import Governance
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// What came back.
struct Reply: Sendable {
    var status: Int, headers: HTTPFields, text: String, body: [UInt8]
    var location: String { headers[.location] ?? "" }
    /// The secret that the answer sets as a cookie; empty if it sets none.
    var cookie: String {
        let values = headers[values: .setCookie].filter { $0.hasPrefix("luoshi=") }
        return values.first?.dropFirst("luoshi=".count).split(separator: ";").first.map(String.init) ?? ""
    }
    func json(_ location: SourceLocation = #_sourceLocation) throws -> JSON {
        do { return try JSON(parsing: Data(text.utf8)) } catch {
            Issue.record("no JSON, status \(status): \(text.prefix(300))", sourceLocation: location)
            throw error
        }
    }
}

/// Somebody at a browser or a program with a token.
struct Browser: Sendable {
    let client: any TestClientProtocol
    var secret: Secret?
    /// Whether the secret travels as a bearer token instead of a cookie.
    var isProgram = false
    var language = ""

    func holding(_ secret: Secret?) -> Browser { var it = self; it.secret = secret; return it }
    func program(_ secret: Secret?) -> Browser { var it = holding(secret); it.isProgram = true; return it }
    func speaking(_ language: String) -> Browser { var it = self; it.language = language; return it }

    func send(_ method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:], body: [UInt8]? = nil)
        async throws -> Reply
    {
        var headers = headers
        var cookies: [String] = []
        if let secret {
            if isProgram {
                headers[.authorization] = "Bearer \(secret.text)"
            } else {
                cookies.append("luoshi=\(secret.text)")
            }
        }
        if !language.isEmpty { cookies.append("lang=\(language)") }
        if !cookies.isEmpty, headers[.cookie] == nil { headers[.cookie] = cookies.joined(separator: "; ") }
        let answer = try await client.executeRequest(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
        return Reply(
            status: answer.status.code, headers: answer.headers,
            text: String(decoding: answer.body.readableBytesView, as: UTF8.self),
            body: Array(answer.body.readableBytesView))
    }

    func get(_ uri: String, headers: HTTPFields = [:]) async throws -> Reply {
        try await send(.get, uri, headers: headers)
    }

    /// Posts a form; the session's token is added as the page would.
    func post(_ uri: String, _ fields: [String: String] = [:], token: Bool = true, headers: HTTPFields = [:])
        async throws -> Reply
    {
        var fields = fields
        if token, let secret, fields["form_token"] == nil { fields["form_token"] = secret.formToken }
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        let text = fields.sorted { $0.key < $1.key }.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(
            separator: "&")
        return try await send(.post, uri, headers: headers, body: Array(text.utf8))
    }

    /// The rows of the first sheet of a workbook.
    func workbook(_ uri: String, _ fields: [String: String] = [:]) async throws -> [[String]] {
        let reply = try await post(uri, fields)
        try #require(reply.status == 200, "\(uri): \(reply.status)")
        return try Table(Data(reply.body)).rows().map(\.cells)
    }

    /// Posts a JSON object of texts.
    func call(_ uri: String, _ fields: [String: String] = [:], key: String? = nil) async throws -> Reply {
        try await call(
            uri,
            text: JSON.object(fields.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }).text,
            key: key)
    }
    func call(_ uri: String, text: String, key: String? = nil) async throws -> Reply {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let key { headers[HTTPField.Name("Idempotency-Key")!] = key }
        return try await send(.post, uri, headers: headers, body: Array(text.utf8))
    }

    /// Posts a form with a file.
    func upload(_ uri: String, _ fields: [String: String], file: [UInt8], named name: String = "file")
        async throws -> Reply
    {
        let mark = "----luoshi-test"
        var body: [UInt8] = []
        var fields = fields
        if let secret { fields["form_token"] = secret.formToken }
        for (name, value) in fields {
            body += Array(
                "--\(mark)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        body += Array(
            """
            --\(mark)\r\nContent-Disposition: form-data; name="\(name)"; \
            filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n
            """
            .utf8)
        body += file + Array("\r\n--\(mark)--\r\n".utf8)
        return try await send(
            .post, uri, headers: [.contentType: "multipart/form-data; boundary=\(mark)"], body: body)
    }
}

/// A text made safe for a query or a form.
func encoded(_ text: String) -> String {
    text.utf8.map { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
        default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }.joined()
}

extension JSON {
    /// A member of a member: `json.at("error", "code")`.
    func at(_ path: String...) -> JSON? { path.reduce(Optional(self)) { $0?[$1] } }
    var items: [JSON] { if case .array(let items) = self { items } else { [] } }
    var members: [(String, JSON)] { if case .object(let members) = self { members } else { [] } }
    var number: Int? { if case .int(let number) = self { Int(number) } else { nil } }
}

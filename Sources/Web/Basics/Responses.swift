import Foundation
import Governance
import HTTPTypes
import Hummingbird

/// Making responses, each with the headers that every answer of this server has.
package enum Responses {
    /// No inline script or style, nothing from elsewhere, not inside a frame.
    static let contentPolicy =
        """
        default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src \
        'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'
        """

    /// A page.
    static func html(_ page: HTML, status: HTTPResponse.Status = .ok, call: Call) -> Response {
        var headers = common
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = contentPolicy
        headers[.cacheControl] = "no-store"
        headers[.contentLanguage] = call.language.rawValue
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: page.bytes)))
    }

    /// A JSON value.
    static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Response {
        json(ByteBuffer(bytes: value.bytes), status)
    }

    /// A JSON text.
    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        json(ByteBuffer(string: text), status)
    }

    private static func json(_ content: ByteBuffer, _ status: HTTPResponse.Status) -> Response {
        var headers = common
        headers[.contentType] = "application/json; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: content))
    }

    /// A file that travels inside the binary.
    static func file(_ name: String, type: String) -> Response {
        var headers = common
        headers[.contentType] = type
        headers[.cacheControl] = "public, max-age=300"
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: Embedded.text(name))))
    }

    /// Server-sent events; a proxy must not collect them first.
    static func events(_ body: ResponseBody) -> Response {
        var headers = common
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[proxyBuffering] = "no"
        return Response(status: .ok, headers: headers, body: body)
    }
    private static let proxyBuffering = HTTPField.Name("X-Accel-Buffering") ?? .cacheControl

    /// A plain text, as it was published.
    static func text(_ text: String) -> Response {
        var headers = common
        headers[.contentType] = "text/plain; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Numbers for Prometheus.
    static func metrics(_ text: String) -> Response {
        var headers = common
        headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// A picture that somebody sent: never run as anything else, kept by the browser of whoever may see it.
    static func picture(_ bytes: [UInt8], type: String) -> Response {
        var headers = common
        headers[.contentType] = type
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        headers[.cacheControl] = "private, max-age=86400, immutable"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// After a POST: look at the outcome with a GET.
    static func seeOther(_ path: String) -> Response {
        var headers = common
        headers[.location] = path
        return Response(status: .seeOther, headers: headers)
    }

    /// Sends somebody to a path of this site only: what came in a query must not lead elsewhere.
    static func back(to path: String) -> String {
        let bytes = Array(path.utf8)
        // Browsers leave out tabs and line ends, and read a backslash as a slash.
        let isOwn =
            bytes.first == 0x2F && bytes.dropFirst().first != 0x2F
            && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x5C }
        return isOwn ? path : "/"
    }

    static var common: HTTPFields {
        var headers = HTTPFields()
        headers[.xContentTypeOptions] = "nosniff"
        headers[referrerPolicy] = "same-origin"
        // Whoever shows more than this says so: pages and pictures do.
        headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        return headers
    }
    private static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .location
}

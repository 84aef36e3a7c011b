import Foundation
import Governance
import Hummingbird

/// What a form did, told once on the page that follows it. It travels in a cookie of the browser, so that it
/// is told whichever server answers next.
enum Said {
    private static let name = "said"
    /// A browser keeps about 4000 bytes; words of Chinese take four each there.
    private static let most = 700

    /// What is to be told with this page; nil if nothing, or if it cannot be read.
    static func words(_ request: Request) -> String? {
        guard request.method == .get, let value = request.cookies[name]?.value, !value.isEmpty,
            value.utf8.count < 4000
        else { return nil }
        let plain = value.replacing("-", with: "+").replacing("_", with: "/")
        let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: padded).flatMap { String(data: $0, encoding: .utf8) }
    }

    /// Has the browser forget it.
    static func forget(_ response: inout Response, _ call: Call) { set("", 0, &response, call) }

    static func tell(_ words: String, _ response: inout Response, _ call: Call) {
        let data = Data(String(words.prefix(most)).utf8)
        set(
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
                "=", with: ""), 60, &response, call)
    }

    private static func set(_ value: String, _ age: Int, _ response: inout Response, _ call: Call) {
        response.setCookie(
            Cookie(
                name: name, value: value, maxAge: age, path: "/", secure: call.isSecure, httpOnly: true,
                sameSite: .strict))
    }
}

extension Call {
    /// What the last form did, if this page is to tell it.
    var said: String? { Said.words(request) }

    /// After a POST that was taken: on to a page, which tells once what was stored and what follows from it.
    func done(_ path: String, _ words: Phrase) -> Response {
        var response = Responses.seeOther(path)
        Said.tell(say(words), &response, self)
        return response
    }
    /// The same with words beside the code that says them.
    func done(_ path: String, _ zh: @autoclosure () -> String, _ en: @autoclosure () -> String) -> Response {
        done(path, Phrase(zh: language == .zh ? zh() : "", en: language == .zh ? "" : en()))
    }
}

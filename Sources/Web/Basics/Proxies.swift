import HTTPTypes

/// The proxies that stand before the server: what they say about where a request came from is believed, what others say is not.
package struct Proxies: Sendable {
    private let addresses: Set<String>

    /// Nobody, or the addresses of a list with commas between.
    package init(_ list: String = "") {
        addresses = Set(list.split(separator: ",").map { $0.trimmingSpaces })
    }

    /// Where a request came from and whether it travelled encrypted, as far as a proxy tells; nil for what it does not say.
    ///
    /// Each proxy appends whom it heard: the last address that is not a proxy's own is the visitor's, what stands before it
    /// anybody may have written.
    func told(_ peer: String, _ headers: HTTPFields) -> (address: String?, isSecure: Bool?) {
        guard addresses.contains(peer) else { return (nil, nil) }
        let heard = headers[values: Self.forwardedFor].flatMap { $0.split(separator: ",") }.map(\.trimmingSpaces)
        return (heard.last { !addresses.contains($0) }, headers[Self.forwardedProto].map { $0 == "https" })
    }

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .via
    private static let forwardedProto = HTTPField.Name("X-Forwarded-Proto") ?? .via
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

import Foundation
import HTTPTypes
import Rules

/// The proxies that stand before the server: what they say about where a request came from is believed, what
/// others say is not.
package struct Proxies: Sendable {
    private let addresses: Set<String>

    /// Nobody.
    package init() { addresses = [] }

    /// The addresses of a list with commas between; nil if one of them is not an IP address.
    package init?(_ list: String) {
        let named = list.split(separator: ",").map { String($0).trimmed }
        guard named.allSatisfy(Self.isAddress) else { return nil }
        addresses = Set(named)
    }

    private static func isAddress(_ text: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }

    /// Where a request came from and whether it travelled encrypted, as far as a proxy tells; nil for what it
    /// does not say.
    ///
    /// Each proxy appends whom it heard: the last address that is not a proxy's own is the visitor's, what
    /// stands before it anybody may have written.
    func told(_ peer: String, _ headers: HTTPFields) -> (address: String?, isSecure: Bool?) {
        guard contains(peer) else { return (nil, nil) }
        let heard = headers[values: Self.forwardedFor].flatMap { $0.split(separator: ",") }.map {
            String($0).trimmed
        }
        return (heard.last { !addresses.contains($0) }, headers[Self.forwardedProto].map { $0 == "https" })
    }

    /// Whether a peer is one of them. A server that listens on every interface sees IPv4 in the dress of
    /// IPv6.
    func contains(_ peer: String) -> Bool {
        !addresses.isEmpty
            && (addresses.contains(peer) || addresses.contains(peer.replacing("::ffff:", with: "")))
    }

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .via
    private static let forwardedProto = HTTPField.Name("X-Forwarded-Proto") ?? .via
}

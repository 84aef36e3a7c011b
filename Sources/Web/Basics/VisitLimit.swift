import Foundation

/// How often one address may knock at a public door, counted before anything of the body is read.
package struct VisitLimit: Sendable {
    /// Doors of one name are counted together.
    let name: String
    /// So many visits in so many seconds.
    let most: Int, seconds: Int

    /// Reports and complaints, as pages and in the API.
    static let report = VisitLimit(name: "report", most: 10, seconds: 600)
    /// Numbers and four digits can be guessed: looking up and rating share one limit.
    static let lookUp = VisitLimit(name: "look-up", most: 20, seconds: 600)
    /// Passwords can be guessed.
    static let signIn = VisitLimit(name: "sign-in", most: 20, seconds: 60)
    /// Questionnaires.
    static let survey = VisitLimit(name: "survey", most: 30, seconds: 600)
    /// The founding of an office.
    static let firstRun = VisitLimit(name: "first-run", most: 30, seconds: 600)

    /// Who is counted as one: an address of IPv4, the first 64 bits of one of IPv6, because those belong to
    /// one customer.
    static func party(_ address: String) -> String {
        var parts = in6_addr()
        let plain = address.prefix { $0 != "%" }
        guard plain.contains(":"), inet_pton(AF_INET6, String(plain), &parts) == 1 else { return address }
        let bytes = withUnsafeBytes(of: &parts) { [UInt8]($0) }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes.suffix(4).map { String($0) }.joined(separator: ".")
        }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }
}

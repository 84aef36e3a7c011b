import Crypto
import Foundation
package import Rules

/// Codes of six digits that change every half minute, by RFC 6238 (HMAC-SHA-1, as every authenticator reads
/// them).
package enum OneTimeCode {
    /// How long one code holds, in seconds.
    static let period = 30
    /// Steps before and after the present one that are taken too: clocks of telephones differ.
    static let tolerance = 1

    /// The time step of a moment.
    package static func step(at now: Instant) -> Int { Int(now.milliseconds / 1000) / period }

    /// The code of a step.
    package static func code(_ secret: [UInt8], step: Int) -> String {
        let counter = withUnsafeBytes(of: UInt64(max(0, step)).bigEndian) { Array($0) }
        let hash = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(hash[hash.count - 1] & 0xF)
        let value = hash[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(value % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The step whose code was given, later than the last one taken; nil if it is not a code of now.
    static func stepTaken(_ given: String, _ secret: [UInt8], after last: Int, at now: Instant) -> Int? {
        let present = step(at: now)
        var found: Int?
        // All of them are compared, so that the time tells nothing.
        for step in (present - tolerance)...(present + tolerance)
        where isSame(code(secret, step: step), given) && step > last { found = step }
        return found
    }

    /// What an authenticator reads from the picture.
    package static func address(_ secret: [UInt8], login: String, office: String) -> String {
        func encoded(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        }
        return
            """
            otpauth://totp/\(encoded(office)):\(encoded(login))?secret=\(base32(secret))&issuer=\
            \(encoded(office))
            """
    }

    /// Letters and digits as RFC 4648 writes bytes in base 32, without padding.
    package static func base32(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (text, buffer, bits) = ("", 0, 0)
        for byte in bytes {
            (buffer, bits) = (buffer << 8 | Int(byte), bits + 8)
            while bits >= 5 {
                bits -= 5
                text.append(letters[buffer >> bits & 31])
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(letters[buffer << (5 - bits) & 31]) }
        return text
    }

    /// Whether two texts are the same; takes as long wherever they differ.
    static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

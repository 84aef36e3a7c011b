import Crypto
import CryptoExtras
import Dispatch
import Foundation

/// A password's scrypt hash with its own parameters: `scrypt$N$salt$hash`, salt and hash in hexadecimal.
package struct Password: Sendable, Hashable {
    /// What is stored; empty means that nobody can sign in with it.
    package let stored: String

    /// The exponent of scrypt's N in use: 2^15 takes about 76 ms on one core of the machine it was chosen on.
    package static let usualCost = 15

    /// An account that waits for its first password.
    package static let none = Password(stored: "")

    package init(stored: String) { self.stored = stored }

    /// Hashes a password off the cooperative pool. What a new one has to be is asked before:
    /// `PasswordRules.check`.
    package static func make(_ clear: String, cost: Int = usualCost, chance: Chance) async throws -> Password
    {
        let salt = chance.bytes(16)
        let hash = try await derive(clear, salt: salt, cost: cost)
        return Password(stored: "scrypt$\(cost)$\(salt.hex)$\(hash.hex)")
    }

    /// Whether a password is the one; takes the same time whether or not the account has one.
    package func matches(_ clear: String) async throws -> Bool {
        let parts = stored.split(separator: "$")
        let written = parts.count == 4 ? Int(parts[1]) ?? Self.usualCost : Self.usualCost
        // A cost that nobody chose is a row that somebody changed: it must not fill the memory.
        let cost = (4...18).contains(written) ? written : Self.usualCost
        let salt = parts.count == 4 ? [UInt8](hex: parts[2]) ?? [] : [UInt8](repeating: 0, count: 16)
        guard clear.utf8.count <= 4 * PasswordRules.most else { return false }
        let hash = try await Self.derive(clear, salt: salt, cost: cost)
        guard parts.count == 4 else { return false }
        let wanted = [UInt8](hex: parts[3]) ?? []
        // Constant time: the loop does not stop at the first difference.
        return wanted.count == hash.count && zip(wanted, hash).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ clear: String, salt: [UInt8], cost: Int) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { caller in
            DispatchQueue.global().async {
                caller.resume(
                    with: Result {
                        let key = try KDF.Scrypt.deriveKey(
                            from: Data(clear.utf8), salt: Data(salt), outputByteCount: 32, rounds: 1 << cost,
                            blockSize: 8,
                            parallelism: 1)
                        return key.withUnsafeBytes { Array($0) }
                    })
            }
        }
    }
}

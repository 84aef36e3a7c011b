import Crypto
package import Foundation
import Rules

/// The key that signs where the log stands (Ed25519). Its private half lies in a file, best apart from the
/// data; its public half is named in the log, and kept by whoever wants to verify.
package struct SigningKey: Sendable {
    private let secret: Curve25519.Signing.PrivateKey
    /// The public half: 64 hexadecimal digits.
    package let publicKey: String

    /// A key from its 32 secret bytes.
    package init(secret: [UInt8]) throws {
        self.secret = try Curve25519.Signing.PrivateKey(rawRepresentation: secret)
        publicKey = [UInt8](self.secret.publicKey.rawRepresentation).hex
    }

    /// The key of a file; nil if there is no such file. Throws `KeyFile.Failed` for a file that is no key.
    package static func inFile(_ file: URL) throws -> SigningKey? {
        try KeyFile.secret(in: file).map { try SigningKey(secret: $0) }
    }

    /// The key of a file, made with a new key if there is none.
    package static func made(in file: URL, chance: Chance = .system) throws -> SigningKey {
        try SigningKey(secret: try KeyFile.secret(in: file) ?? KeyFile.made(file, chance: chance))
    }

    /// The signature of some words, in hexadecimal.
    func signature(of words: String) throws -> String {
        [UInt8](try secret.signature(for: Data(words.utf8))).hex
    }

    /// Whether a signature is that of the words by a public key; anything else, such as a text that is no
    /// key, is not.
    static func isSound(_ signature: String, of words: String, by publicKey: String) -> Bool {
        guard let key = [UInt8](hex: publicKey), let signature = [UInt8](hex: signature) else { return false }
        do {
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: key)
            return key.isValidSignature(signature, for: Data(words.utf8))
        } catch { return false }
    }

    /// A public key as somebody gives it, in the spelling of the log; nil if it is none.
    package static func publicKey(_ text: String) -> String? {
        guard let key = [UInt8](hex: text.trimmed), key.count == 32 else { return nil }
        return key.hex
    }
}

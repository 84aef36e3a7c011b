import Crypto
package import Foundation

/// Personal fields at rest: encrypted under a key that lies in a file outside the database, and matched by a
/// keyed hash, so that a stolen database tells no number. AES-256-GCM and HMAC-SHA-256, with keys derived
/// from the file's by HKDF.
package struct RegistryKey: Sendable {
    private let cipher: SymmetricKey, matching: SymmetricKey
    /// Eight hexadecimal digits that tell one key from another.
    package let fingerprint: String

    /// A seal from the 32 bytes of a key file.
    package init(secret: [UInt8]) {
        let key = SymmetricKey(data: secret)
        func derived(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key, info: Data("luoshi \(purpose)".utf8), outputByteCount: 32)
        }
        (cipher, matching) = (derived("registry cipher"), derived("registry matching"))
        fingerprint = String(
            [UInt8](SHA256.hash(data: Data("luoshi fingerprint".utf8) + secret)).hex.prefix(8))
    }

    /// A text, encrypted for one field of one record: elsewhere it cannot be opened.
    func closed(_ text: String, of record: String, chance: Chance) throws -> [UInt8] {
        let nonce = try AES.GCM.Nonce(data: chance.bytes(12))
        let box = try AES.GCM.seal(
            Data(text.utf8), using: cipher, nonce: nonce, authenticating: Data(record.utf8))
        return [UInt8](box.combined ?? Data())
    }

    /// The text again. Throws `Refusal.notNow` if it was sealed with another key or for another record.
    func opened(_ bytes: [UInt8], of record: String) throws -> String {
        do {
            return String(
                decoding: try AES.GCM.open(
                    .init(combined: bytes), using: cipher, authenticating: Data(record.utf8)), as: UTF8.self)
        } catch is CryptoKitError {
            throw Refusal.notNow(
                Phrase(
                    zh: "这一项打不开：加密它的不是现在的密钥文件，或者数据被动过。请联系管理员。",
                    en:
                        """
                        This field cannot be opened: it was sealed with another key file, or changed. \
                        Please tell the administrator.
                        """
                ))
        }
    }

    /// What equal texts have in common and nothing else tells: 16 bytes, for finding and matching.
    func mark(_ text: String, as field: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data("\(field) \(text)".utf8), using: matching).prefix(16))
    }

    /// The seal of a key file, made with a new key if there is none. Throws `KeyFile.Failed` if the file is
    /// no key.
    package static func inFile(_ file: URL, chance: Chance = .system) throws -> RegistryKey {
        RegistryKey(secret: try KeyFile.secret(in: file) ?? KeyFile.made(file, chance: chance))
    }
}

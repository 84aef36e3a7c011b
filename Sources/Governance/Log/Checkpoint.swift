package import Rules

/// A signed statement that a county's chain stood at a line with a hash at a moment. Whoever kept one can
/// show that the lines before it were rewritten since, even if the whole chain was made anew. Each names the
/// one before it, so that none of them can be taken away between others.
package struct Checkpoint: Sendable, Equatable {
    /// Whose chain, which line, and its hash in hexadecimal.
    package var county: County, line: Int, hash: String
    /// When it was made.
    package var at: Instant
    /// The print of the county's checkpoint before; `first` if there was none; nil in what versions before
    /// 0031 signed.
    package var previous: String?
    /// The public key (Ed25519) and the signature, in hexadecimal.
    package var key: String, signature: String

    /// What stands for the checkpoint before the first one.
    package static let first = String(repeating: "0", count: 64)

    /// What is signed: the same words on one line, for anybody to repeat.
    private var words: String {
        "luoshi checkpoint \(county) \(line) \(hash) \(at.iso)" + (previous.map { " \($0)" } ?? "")
    }

    init(
        county: County, line: Int, hash: String, at: Instant, after previous: String, key: SigningKey
    ) throws {
        (self.county, self.line, self.hash, self.at, self.previous) = (county, line, hash, at, previous)
        (self.key, signature) = (key.publicKey, "")
        signature = try key.signature(of: words)
    }

    /// A checkpoint from its JSON; nil if it is not one.
    package init?(_ json: JSON) {
        func digits(_ name: String, _ count: Int) -> String? {
            json[name]?.stringValue.flatMap { $0.utf8.count == count && [UInt8](hex: $0) != nil ? $0 : nil }
        }
        guard let county = json["county"]?.stringValue.flatMap({ County($0) }),
            case .int(let line)? = json["line"],
            (1...1 << 50).contains(line), let hash = digits("hash", 64),
            let at = json["at"]?.stringValue.flatMap({ Instant(iso: $0) }), let key = digits("key", 64),
            let signature = digits("signature", 128)
        else { return nil }
        (self.county, self.line, self.hash, self.at) = (county, Int(line), hash, at)
        (self.key, self.signature) = (key, signature)
        if json["previous"] != nil {
            guard let previous = digits("previous", 64) else { return nil }
            self.previous = previous
        }
    }

    /// Its JSON.
    package var json: JSON {
        .object(
            [
                ("county", .string(county.code)), ("line", .int(Int64(line))), ("hash", .string(hash)),
                ("at", .string(at.iso)),
            ] + (previous.map { [("previous", .string($0))] } ?? []) + [
                ("key", .string(key)), ("signature", .string(signature)),
            ])
    }

    /// Its own hash, which the next one names.
    package var print: String { digest(Array(json.text.utf8)).hex }

    /// Whether a public key signed what is said.
    package func isSigned(by key: String) -> Bool { SigningKey.isSound(signature, of: words, by: key) }
}

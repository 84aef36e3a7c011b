import Crypto
package import Foundation
package import Rules

/// A signed statement that a county's chain stood at a line with a hash at a moment. Whoever kept one can show that the
/// lines before it were rewritten since, even if the whole chain was made anew.
package struct Checkpoint: Sendable, Equatable {
    /// Whose chain, which line, and its hash in hexadecimal.
    package var county: County, line: Int, hash: String
    /// When it was made.
    package var at: Instant
    /// The office's public key (Ed25519) and the signature, in hexadecimal.
    package var key: String, signature: String

    /// What is signed: the same five words on one line, for anybody to repeat.
    private static func words(_ county: County, _ line: Int, _ hash: String, _ at: Instant) -> Data {
        Data("luoshi checkpoint \(county) \(line) \(hash) \(at.iso)".utf8)
    }

    init(county: County, line: Int, hash: String, at: Instant, key: Curve25519.Signing.PrivateKey) throws {
        (self.county, self.line, self.hash, self.at) = (county, line, hash, at)
        self.key = [UInt8](key.publicKey.rawRepresentation).hex
        signature = [UInt8](try key.signature(for: Self.words(county, line, hash, at))).hex
    }

    /// A checkpoint from its JSON; nil if it is not one.
    package init?(_ json: JSON) {
        guard let county = json["county"]?.stringValue.flatMap({ County($0) }), case .int(let line)? = json["line"], let hash = json["hash"]?.stringValue,
            let at = json["at"]?.stringValue.flatMap({ Instant(iso: $0) }), let key = json["key"]?.stringValue,
            let signature = json["signature"]?.stringValue
        else { return nil }
        (self.county, self.line, self.hash, self.at, self.key, self.signature) = (county, Int(line), hash, at, key, signature)
    }

    /// Its JSON.
    package var json: JSON {
        .object([
            ("county", .string(county.code)), ("line", .int(Int64(line))), ("hash", .string(hash)), ("at", .string(at.iso)), ("key", .string(key)),
            ("signature", .string(signature)),
        ])
    }

    /// Whether the signature belongs to what is said and to the key.
    package var isSound: Bool {
        guard let key = [UInt8](hex: key), let signature = [UInt8](hex: signature) else { return false }
        do {
            return try Curve25519.Signing.PublicKey(rawRepresentation: key).isValidSignature(signature, for: Self.words(county, line, hash, at))
        } catch { return false }
    }
}

/// The checkpoints of an office, a line each in a file of the data folder, and the key that signs them. Both lie outside the
/// database: whoever can rewrite the one does not therefore have the other.
package struct Checkpoints: Sendable {
    private let folder: URL
    private var file: URL { folder.appending(path: "checkpoints.jsonl") }
    private var keyFile: URL { folder.appending(path: "checkpoint.key") }

    /// The checkpoints in a data folder.
    package init(folder: URL) { self.folder = folder }

    /// Every checkpoint, oldest first. Throws `Failed` that names a line that cannot be read.
    package func all() throws -> [Checkpoint] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        var lines = text.split(separator: "\n")
        // A line that a power cut left unfinished was never told to anybody.
        if !text.hasSuffix("\n") { lines = lines.dropLast() }
        return try lines.enumerated().map { number, text in
            let json: JSON? = try { do { return try JSON(parsing: Data(text.utf8)) } catch is Refusal { return nil } }()
            guard let found = json.flatMap({ Checkpoint($0) }) else { throw Failed("line \(number + 1) of \(file.path) is no checkpoint") }
            return found
        }
    }

    /// Why the checkpoints cannot be read or made.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    /// Signs where a county's chain stands and keeps it, unless the last checkpoint says the same line. Answers the newest.
    @discardableResult
    package func make(_ county: County, at now: Instant, office: Office) async throws -> Checkpoint? {
        let last = try all().last { $0.county == county }
        guard let head = try await office.read({ try $0.head(of: county) }), head.events > 0 else { return nil }
        if let last, last.line == head.events, last.isSound { return last }
        let made = try Checkpoint(county: county, line: head.events, hash: head.eventHash.hex, at: now, key: key())
        try append(Data((made.json.text + "\n").utf8))
        return made
    }

    /// Makes the day's checkpoint of a county, unless it has one.
    package func makeDaily(_ county: County, zone: Zone, office: Office) async throws {
        let now = office.clock.now
        if let last = try all().last(where: { $0.county == county }), zone.day(of: last.at) >= zone.day(of: now) { return }
        try await make(county, at: now, office: office)
    }

    private func append(_ bytes: Data) throws {
        if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
        let handle = try FileHandle(forWritingTo: file)
        defer { handle.closeFile() }
        // Behind the last whole line: what a power cut left unfinished is cut off.
        let whole = try Data(contentsOf: file).lastIndex(of: UInt8(ascii: "\n")).map { UInt64($0) + 1 } ?? 0
        try handle.truncate(atOffset: whole)
        try handle.seekToEnd()
        try handle.write(contentsOf: bytes)
        try handle.synchronize()
    }

    /// The signing key, made when it is first needed; only its owner may read the file.
    private func key() throws -> Curve25519.Signing.PrivateKey {
        if FileManager.default.fileExists(atPath: keyFile.path) {
            let text = String(decoding: try Data(contentsOf: keyFile), as: UTF8.self).trimmed
            guard let bytes = [UInt8](hex: text) else { throw Failed("\(keyFile.path) is no key") }
            return try Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        }
        let fresh = Curve25519.Signing.PrivateKey()
        let text = Data([UInt8](fresh.rawRepresentation).hex.utf8)
        guard FileManager.default.createFile(atPath: keyFile.path, contents: text, attributes: [.posixPermissions: 0o600]) else {
            throw Failed("\(keyFile.path) cannot be written")
        }
        return fresh
    }
}

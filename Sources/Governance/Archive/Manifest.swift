import Foundation
package import Rules

extension Archive {
    /// What an archive says of itself, signed with the key that signs the log.
    package struct Manifest: Sendable, Equatable {
        /// When it was made, and the newest step of the schema.
        package var madeAt: Instant, schema: Int
        /// Size and SHA-256 of each file by name.
        package var files: [String: File]
        /// Rows of each table, and the newest event of each county with its hash.
        package var rows: [String: Int], heads: [String: String]
        /// The public key and the signature, in hexadecimal; nil in archives of versions that did not sign,
        /// and where there was no key.
        package var key: String?, signature: String?

        /// A file by size and hash.
        package struct File: Sendable, Equatable { package var size: Int, hash: String }

        private static let format = "luoshi-archive-1"

        /// Everything that is signed.
        private var told: [(String, JSON)] {
            let listed = files.sorted { $0.key < $1.key }.map { name, file in
                (name, JSON.object([("size", .int(Int64(file.size))), ("sha256", .string(file.hash))]))
            }
            return [
                ("format", .string(Self.format)), ("made_at", .string(madeAt.iso)),
                ("schema", .int(Int64(schema))),
                ("files", .object(listed)),
                ("rows", .object(rows.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) })),
                ("heads", .object(heads.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ]
        }

        private var words: String { "luoshi archive\n" + JSON.object(told).text }

        var json: JSON {
            guard let key, let signature else { return .object(told) }
            return .object(told + [("key", .string(key)), ("signature", .string(signature))])
        }

        init(
            madeAt: Instant, schema: Int, files: [String: File], rows: [String: Int], heads: [String: String],
            signedBy signer: SigningKey?
        ) throws {
            (self.madeAt, self.schema, self.files, self.rows, self.heads) = (
                madeAt, schema, files, rows, heads
            )
            (key, signature) = (signer?.publicKey, try signer?.signature(of: words))
        }

        init?(_ json: JSON) {
            func members(_ name: String) -> [(String, JSON)] {
                if case .object(let found)? = json[name] { found } else { [] }
            }
            guard json["format"]?.stringValue == Self.format,
                let at = json["made_at"]?.stringValue.flatMap({ Instant(iso: $0) }),
                case .int(let schema)? = json["schema"]
            else { return nil }
            (madeAt, self.schema) = (at, Int(schema))
            (files, rows, heads) = ([:], [:], [:])
            for (name, file) in members("files") {
                guard case .int(let size)? = file["size"], let hash = file["sha256"]?.stringValue else {
                    return nil
                }
                files[name] = File(size: Int(size), hash: hash)
            }
            for (name, count) in members("rows") {
                if case .int(let count) = count { rows[name] = Int(count) }
            }
            for (name, head) in members("heads") { heads[name] = head.stringValue }
            (key, signature) = (json["key"]?.stringValue, json["signature"]?.stringValue)
        }

        /// Whether it carries a signature at all.
        package var isSigned: Bool { key != nil || signature != nil }

        /// Whether the signature is that of the key that it names.
        var isSound: Bool {
            guard let key, let signature else { return false }
            return SigningKey.isSound(signature, of: words, by: key)
        }
    }
}

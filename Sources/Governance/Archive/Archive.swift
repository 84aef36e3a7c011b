import Crypto
package import Foundation
package import Rules
package import Store

/// Everything of a database in one folder, with a manifest of hashes: the same for both engines, so that a backup of the one
/// can be restored into the other.
package enum Archive {
    /// What an archive says of itself.
    package struct Manifest: Sendable, Equatable {
        /// When it was made, and the newest step of the schema.
        package var madeAt: Instant, schema: Int
        /// Size and SHA-256 of each file by name.
        package var files: [String: (size: Int, hash: String)]
        /// Rows of each table, and the newest event of each county with its hash.
        package var rows: [String: Int], heads: [String: String]

        package static func == (a: Manifest, b: Manifest) -> Bool { a.json == b.json }

        var json: JSON {
            .object([
                ("format", .string(Archive.format)), ("made_at", .string(madeAt.iso)), ("schema", .int(Int64(schema))),
                (
                    "files",
                    .object(
                        files.sorted { $0.key < $1.key }.map { name, file in
                            (name, .object([("size", .int(Int64(file.size))), ("sha256", .string(file.hash))]))
                        })
                ),
                ("rows", .object(rows.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) })),
                ("heads", .object(heads.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ])
        }

        init(madeAt: Instant, schema: Int, files: [String: (size: Int, hash: String)], rows: [String: Int], heads: [String: String]) {
            (self.madeAt, self.schema, self.files, self.rows, self.heads) = (madeAt, schema, files, rows, heads)
        }

        init?(_ json: JSON) {
            func members(_ name: String) -> [(String, JSON)] { if case .object(let found)? = json[name] { found } else { [] } }
            guard json["format"]?.stringValue == Archive.format, let at = json["made_at"]?.stringValue.flatMap({ Instant(iso: $0) }),
                case .int(let schema)? = json["schema"]
            else { return nil }
            (madeAt, self.schema) = (at, Int(schema))
            files = Dictionary(
                uniqueKeysWithValues: members("files").compactMap { name, file in
                    guard case .int(let size)? = file["size"], let hash = file["sha256"]?.stringValue else { return nil }
                    return (name, (Int(size), hash))
                })
            rows = Dictionary(uniqueKeysWithValues: members("rows").compactMap { name, count in if case .int(let n) = count { (name, Int(n)) } else { nil } })
            heads = Dictionary(uniqueKeysWithValues: members("heads").compactMap { name, head in head.stringValue.map { (name, $0) } })
        }
    }

    /// Why an archive cannot be used.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    static let format = "luoshi-archive-1"
    private static let data = "luoshi.sqlite"

    /// Writes an archive into a folder that must be empty or missing, out of one snapshot of the database: work goes on
    /// meanwhile. `besides`: files of the data folder that belong to it, such as the checkpoints.
    @discardableResult
    package static func write(
        _ office: Office, to folder: URL, besides: [URL], progress: @escaping @Sendable (String, Int, Int) -> Void
    ) async throws -> Manifest {
        let files = FileManager.default
        guard try !files.fileExists(atPath: folder.path) || files.contentsOfDirectory(atPath: folder.path).isEmpty else {
            throw Unusable("\(folder.path) is not empty; an archive wants a folder of its own")
        }
        // Names and telephone numbers lie in it: for nobody but its owner.
        try files.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Before the snapshot: a checkpoint that is signed meanwhile would tell of lines that the archive does not have.
        for file in besides where files.fileExists(atPath: file.path) {
            try files.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
        }
        let copy = try SQLiteDatabase(file: folder.appending(path: data), isArchive: true)
        _ = try await copy.migrate(Schema.migrations)
        try await Copying.copy(Schema.tables, from: office.database, to: copy, progress: progress)
        let (rows, heads) = try await summary(of: copy)
        try await copy.close()
        var listed: [String: (size: Int, hash: String)] = [:]
        for name in try files.contentsOfDirectory(atPath: folder.path) { listed[name] = try fingerprint(of: folder.appending(path: name)) }
        let manifest = Manifest(madeAt: office.clock.now, schema: Schema.migrations.count, files: listed, rows: rows, heads: heads)
        try Data((manifest.json.text + "\n").utf8).write(to: folder.appending(path: "manifest.json"))
        return manifest
    }

    /// The manifest of an archive, after every file was held against it. Throws `Unusable` for what is damaged, foreign or
    /// written by a newer program.
    package static func check(_ folder: URL) throws -> Manifest {
        let file = folder.appending(path: "manifest.json")
        guard FileManager.default.fileExists(atPath: file.path) else { throw Unusable("\(folder.path) is no archive of Luoshi: it has no manifest.json") }
        let json: JSON
        do { json = try JSON(parsing: Data(contentsOf: file)) } catch is Refusal { throw Unusable("manifest.json is no JSON: the archive is damaged") }
        guard let manifest = Manifest(json) else { throw Unusable("\(folder.path) is no archive of Luoshi that this program knows") }
        guard manifest.schema <= Schema.migrations.count else {
            throw Unusable("the archive was written by a newer program (schema \(manifest.schema), this one knows \(Schema.migrations.count))")
        }
        for (name, told) in manifest.files.sorted(by: { $0.key < $1.key }) {
            let path = folder.appending(path: name)
            guard !name.contains("/"), FileManager.default.fileExists(atPath: path.path) else { throw Unusable("\(name) is missing from the archive") }
            guard try fingerprint(of: path) == told else { throw Unusable("\(name) is not what the manifest says: the archive is damaged or was changed") }
        }
        guard manifest.files[data] != nil else { throw Unusable("the archive has no data") }
        return manifest
    }

    /// Restores an archive into an empty database; throws `Unusable` if it holds an office, or if what was restored is not
    /// what the manifest says.
    @discardableResult
    package static func restore(
        _ folder: URL, into database: any Database, progress: @escaping @Sendable (String, Int, Int) -> Void
    ) async throws -> Manifest {
        let manifest = try check(folder)
        // A copy is opened: opening the archive itself would leave traces in it.
        let work = try FileManager.default.url(for: .itemReplacementDirectory, in: .userDomainMask, appropriateFor: folder, create: true)
        try FileManager.default.copyItem(at: folder.appending(path: data), to: work.appending(path: data))
        let source = try SQLiteDatabase(file: work.appending(path: data))
        _ = try await source.migrate(Schema.migrations)
        try await copy(from: source, to: database, progress: progress)
        try await source.close()
        try FileManager.default.removeItem(at: work)
        guard try await summary(of: database).heads == manifest.heads else { throw Unusable("what was restored is not what the manifest says") }
        return manifest
    }

    /// Copies everything from one database into another that is empty or was being filled by the same copy. Throws
    /// `Unusable` if rows or the heads of the chains differ at the end.
    package static func copy(
        from source: any Database, to target: any Database, progress: @escaping @Sendable (String, Int, Int) -> Void
    ) async throws {
        _ = try await target.migrate(Schema.migrations)
        try await Copying.copy(Schema.tables, from: source, to: target, progress: progress)
        let (here, there) = (try await summary(of: source), try await summary(of: target))
        for (table, rows) in here.rows.sorted(by: { $0.key < $1.key }) where there.rows[table] != rows {
            throw Unusable("\(table) has \(rows) rows here and \(there.rows[table] ?? 0) there: the target held other data, or the source changed meanwhile")
        }
        guard here.heads == there.heads else {
            throw Unusable("the chains do not end alike: the source changed meanwhile. Stop its server and copy into an empty target")
        }
        // The pieces of words are not copied: the target makes its own.
        try await target.write { transaction in
            _ = try transaction.run("INSERT INTO case_unindexed (county, id) SELECT county, id FROM case_file WHERE 1 = 1 ON CONFLICT (county, id) DO NOTHING")
        }
    }

    /// Rows of every table and the heads of the chains.
    private static func summary(of database: any Database) async throws -> (rows: [String: Int], heads: [String: String]) {
        try await database.read { transaction in
            let rows = try Copying.counts(of: Schema.tables, in: transaction)
            let heads = try transaction.all("SELECT county, event_seq, event_hash FROM county_head") { row in
                (try row.get("county", as: String.self), "\(try row.get("event_seq", as: Int.self)) \(try row.get("event_hash", as: [UInt8].self).hex)")
            }
            return (rows, Dictionary(uniqueKeysWithValues: heads))
        }
    }

    /// Size and SHA-256 of a file, read a piece at a time.
    private static func fingerprint(of file: URL) throws -> (size: Int, hash: String) {
        let handle = try FileHandle(forReadingFrom: file)
        defer { handle.closeFile() }
        var (hasher, size) = (SHA256(), 0)
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            hasher.update(data: piece)
            size += piece.count
        }
        return (size, hasher.finalize().hex)
    }
}

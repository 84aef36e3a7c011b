import Crypto
package import Foundation
import Rules
package import Store

/// Everything of a database in one folder, with a signed manifest of hashes: the same for both engines, so
/// that a backup of the one can be restored into the other.
package enum Archive {
    /// Why an archive cannot be used.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    /// Whom somebody believes who restores an archive.
    package struct Trust: Sendable {
        /// The public key that has to have signed it; nil believes the one that the archive's own log names.
        package var key: String?
        /// Whether an archive that nobody signed is taken, as older versions made them.
        package var takesUnsigned: Bool
        /// Believes this key, or the archive's own log.
        package init(key: String? = nil, takesUnsigned: Bool = false) {
            (self.key, self.takesUnsigned) = (key, takesUnsigned)
        }
    }

    private static let data = "luoshi.sqlite", manifestName = "manifest.json"
    /// What an archive may hold besides the data. Older versions put the signing key in as well.
    private static let besides: Set = [Checkpoints.fileName, "checkpoint.key"]
    /// No manifest is longer.
    private static let longest = 1 << 24

    // MARK: Writing

    /// Writes an archive into a folder that must be empty or missing, out of one snapshot of the database:
    /// work goes on meanwhile. `checkpoints`: those of the data folder; the archive gets a copy that reaches
    /// to its own end, and is signed with their key. Without them it is not signed.
    @discardableResult
    package static func write(
        _ office: Office, to folder: URL, checkpoints: Checkpoints? = nil,
        progress: @escaping @Sendable (String, Int, Int) -> Void
    ) async throws -> Manifest {
        let files = FileManager.default
        guard
            try !files.fileExists(atPath: folder.path)
                || files.contentsOfDirectory(atPath: folder.path).isEmpty
        else {
            throw Unusable("\(folder.path) is not empty; an archive wants a folder of its own")
        }
        // Names and telephone numbers lie in it: for nobody but its owner.
        try files.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let key = try await checkpoints?.signingKey(for: office)
        // Before the snapshot: a checkpoint that is signed meanwhile would tell of lines that the archive
        // does not have.
        if let checkpoints {
            for county in try await office.read({ [.shared] + (try Offices.all(in: $0).map(\.county)) }) {
                try await checkpoints.make(county, at: office.clock.now, office: office)
            }
            try checkpoints.copy(to: folder)
        }
        let copy = try SQLiteDatabase(file: folder.appending(path: data), isArchive: true)
        _ = try await copy.migrate(Schema.migrations)
        try await Copying.copy(Schema.tables, from: office.database, to: copy, progress: progress)
        let (rows, heads) = try await summary(of: copy)
        if let key { try await sign(to: Office(database: copy, clock: office.clock), in: folder, key) }
        try await copy.close()
        var listed: [String: Manifest.File] = [:]
        for name in try files.contentsOfDirectory(atPath: folder.path) {
            listed[name] = try read(folder.appending(path: name)) { _ in }
        }
        let told = try Manifest(
            madeAt: office.clock.now, schema: Schema.migrations.count, files: listed, rows: rows,
            heads: heads.mapValues(\.text), signedBy: key)
        try Data((told.json.text + "\n").utf8).write(to: folder.appending(path: manifestName))
        return told
    }

    /// Signs the ends of the archived chains: once restored, none of their lines is without a checkpoint.
    private static func sign(to archived: Office, in folder: URL, _ key: SigningKey) async throws {
        let ends = try await archived.read { books in
            try Log.heads(in: books).compactMap { county, line in
                try NamedKeys(of: county, in: books).newest == key.publicKey
                    ? (county, line, try books.head(of: county)?.eventHash.hex ?? "") : nil
            }
        }
        let checkpoints = Checkpoints(folder: folder)
        for (county, line, hash) in ends where line > 0 {
            try checkpoints.keep(county, line: line, hash: hash, at: archived.clock.now, key: key)
        }
    }

    // MARK: Checking

    /// The manifest of an archive, after signature, files and schema were held against it. Throws `Unusable`
    /// for what is damaged, foreign, unsigned, signed by somebody else, or written by a newer program.
    package static func check(_ folder: URL, trusting trust: Trust = Trust()) async throws -> Manifest {
        let told = try manifest(of: folder, trusting: trust)
        for name in told.files.keys.sorted() { try take(name, of: folder, told) { _ in } }
        // As one file without a log beside it: looking leaves no trace.
        let database = try SQLiteDatabase(file: folder.appending(path: data), isArchive: true)
        try await lookInside(database, told, trust)
        try await database.close()
        return told
    }

    /// The manifest, after it was held against the signature and against the names in the folder, not yet
    /// against what is in the files. Throws `Unusable`.
    package static func manifest(of folder: URL, trusting trust: Trust) throws -> Manifest {
        let file = folder.appending(path: manifestName)
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw Unusable("\(folder.path) is no archive of Luoshi: it has no manifest.json")
        }
        var bytes = Data()
        _ = try read(file) { piece in
            guard bytes.count + piece.count <= longest else { throw Unusable("manifest.json is too long") }
            bytes += piece
        }
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch is Refusal {
            throw Unusable("manifest.json is no JSON: the archive is damaged")
        }
        guard let told = Manifest(json), told.schema >= 1 else {
            throw Unusable("\(folder.path) is no archive of Luoshi that this program knows")
        }
        guard told.schema <= Schema.migrations.count else {
            throw Unusable(
                "the archive was written by a newer program (schema \(told.schema), "
                    + "this one knows \(Schema.migrations.count))")
        }
        try hold(told, against: trust)
        guard told.files[data] != nil else { throw Unusable("the archive has no data") }
        for name in told.files.keys where name != data && !besides.contains(name) {
            throw Unusable("\(name) does not belong into an archive")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        where name != manifestName && told.files[name] == nil {
            throw Unusable("\(name) lies in the archive, and the manifest does not know it")
        }
        return told
    }

    private static func hold(_ told: Manifest, against trust: Trust) throws {
        guard told.isSigned else {
            if trust.takesUnsigned { return }
            throw Unusable(
                "nobody signed this archive, so anybody may have changed it. If an older version of Luoshi made "
                    + "it and you know where it was since, take it with --accept-unsigned")
        }
        guard told.isSound, let key = told.key else {
            throw Unusable(
                "the signature of manifest.json does not fit: the archive is damaged or was changed")
        }
        if let trusted = trust.key, trusted != key {
            throw Unusable(
                "the archive was signed with the key \(key), not with \(trusted). If it is older than a change "
                    + "of the key, name the key of then with --key")
        }
        guard told.files["checkpoint.key"] == nil else { throw Unusable("a signed archive holds no key") }
    }

    /// Holds what lies in the data against what this program makes itself: no table is missing, and nothing
    /// else is there, such as a view that never ends or a trigger.
    private static func lookInside(
        _ database: SQLiteDatabase, _ told: Manifest, _ trust: Trust
    ) async throws {
        let own = try SQLiteDatabase(file: nil)
        _ = try await own.migrate(Array(Schema.migrations.prefix(told.schema)))
        guard try await shape(of: database) == shape(of: own) else {
            throw Unusable(
                "the tables of the archive are not those of Luoshi: somebody changed or replaced them")
        }
        try await own.close()
        guard told.isSigned, trust.key == nil else { return }
        let named = try await Office(database: database).read { books in
            try Log.heads(in: books).contains { county, _ in
                try NamedKeys(of: county, in: books).all.contains { $0.key == told.key }
            }
        }
        guard named else {
            throw Unusable("the log in the archive does not name the key \(told.key ?? "") that signed it")
        }
    }

    /// Every table, index and trigger in SQLite's own words, and the steps of the schema.
    private static func shape(of database: SQLiteDatabase) async throws -> [String] {
        do {
            return try await database.read { transaction in
                let things = try transaction.all(
                    """
                    SELECT type || ' ' || name || ' ' || tbl_name || ' ' || COALESCE(sql, '') AS words
                    FROM sqlite_master ORDER BY 1
                    """
                ) { try $0.get("words", as: String.self) }
                // A table of another kind would not even be asked.
                guard things.contains(where: { $0.hasPrefix("table schema_migration ") }) else {
                    return things
                }
                return things
                    + (try transaction.all("SELECT number FROM schema_migration ORDER BY number") {
                        String(try $0.get("number", as: Int.self))
                    })
            }
        } catch let error as StoreError {
            throw Unusable("luoshi.sqlite is no database that can be read (\(error))")
        }
    }

    // MARK: Restoring

    /// Restores an archive into a database without an office; throws `Unusable` if it holds something else,
    /// or if what was restored is not what the manifest says.
    @discardableResult
    package static func restore(
        _ folder: URL, into database: any Database, trusting trust: Trust = Trust(),
        progress: @escaping @Sendable (String, Int, Int) -> Void
    ) async throws -> Manifest {
        let told = try manifest(of: folder, trusting: trust)
        for name in told.files.keys.sorted() where name != data { try take(name, of: folder, told) { _ in } }
        // A copy is opened, and held against the manifest itself: nobody can change it between looking and
        // reading.
        let files = FileManager.default
        let work = try files.url(
            for: .itemReplacementDirectory, in: .userDomainMask, appropriateFor: folder, create: true)
        try copy(data, of: folder, told, to: work.appending(path: data))
        let source = try SQLiteDatabase(file: work.appending(path: data), isArchive: true)
        do {
            try await lookInside(source, told, trust)
            _ = try await source.migrate(Schema.migrations)
            try await copy(from: source, to: database, progress: progress)
            try await source.close()
            try files.removeItem(at: work)
        } catch {
            try await source.close()
            try files.removeItem(at: work)
            throw error
        }
        guard try await summary(of: database).heads.mapValues(\.text) == told.heads else {
            throw Unusable("what was restored is not what the manifest says")
        }
        return told
    }

    /// Puts the files that lie beside the data into a data folder: the checkpoints, and the signing key of an
    /// older archive. Throws `Unusable` if one is there already; nothing is overwritten.
    package static func restoreFiles(_ folder: URL, _ told: Manifest, into own: URL) throws {
        for name in besides.sorted() where told.files[name] != nil {
            try copy(name, of: folder, told, to: own.appending(path: name))
        }
    }

    /// Throws `Unusable` if a data folder holds a file that would be restored.
    package static func needRoom(for told: Manifest, in own: URL) throws {
        for name in besides.sorted() where told.files[name] != nil {
            let place = own.appending(path: name).path
            guard !FileManager.default.fileExists(atPath: place) else {
                throw Unusable("\(place) is there already")
            }
        }
    }

    /// Copies everything from one database into another that is empty or was being filled by the same copy.
    /// Throws `Unusable` if rows or the heads of the chains differ at the end.
    package static func copy(
        from source: any Database, to target: any Database,
        progress: @escaping @Sendable (String, Int, Int) -> Void
    ) async throws {
        _ = try await target.migrate(Schema.migrations)
        try await Copying.copy(Schema.tables, from: source, to: target, progress: progress)
        // Whoever opened the target before has begun the chain that belongs to no county: its head is behind
        // and goes on.
        for (code, head) in try await summary(of: target).heads {
            let row = try await source.read { transaction -> CountyHead? in
                let before = try transaction.first(
                    "SELECT hash FROM event WHERE county = \(code) AND seq = \(head.line)"
                ) { try $0.get("hash", as: [UInt8].self).hex }
                guard head.line == 0 || before == head.hash else { return nil }
                return try transaction.first(
                    "SELECT \(CountyHead.columns) FROM county_head WHERE county = \(code)", CountyHead.init)
            }
            guard let row, row.events > head.line else { continue }
            try await target.write { transaction in
                _ = try transaction.run(
                    """
                    UPDATE county_head SET event_seq = \(row.events), event_hash = \(row.eventHash),
                        case_year = \(row.caseYear), case_seq = \(row.cases),
                        organisation_seq = \(row.organisation), stamped_at = \(row.stampedAt)
                    WHERE county = \(code)
                    """)
            }
        }
        let (here, there) = (try await summary(of: source), try await summary(of: target))
        for (table, rows) in here.rows.sorted(by: { $0.key < $1.key }) where there.rows[table] != rows {
            throw Unusable(
                "\(table) has \(rows) rows here and \(there.rows[table] ?? 0) there: "
                    + "the target held other data, or the source changed meanwhile")
        }
        guard here.heads == there.heads else {
            throw Unusable(
                "the chains do not end alike: the source changed meanwhile. "
                    + "Stop its server and copy into an empty target")
        }
        // The pieces of words are not copied: the target makes its own.
        try await target.write { transaction in
            _ = try transaction.run(
                """
                INSERT INTO case_unindexed (county, id) SELECT county, id FROM case_file WHERE 1 = 1
                ON CONFLICT (county, id) DO NOTHING
                """)
        }
    }

    /// Where a chain ends.
    private struct End: Equatable {
        var line: Int, hash: String
        var text: String { "\(line) \(hash)" }
    }

    /// Rows of every table and the heads of the chains.
    private static func summary(of database: any Database) async throws -> (
        rows: [String: Int], heads: [String: End]
    ) {
        try await database.read { transaction in
            let rows = try Copying.counts(of: Schema.tables, in: transaction)
            let heads = try transaction.all("SELECT county, event_seq, event_hash FROM county_head") { row in
                (
                    try row.get("county", as: String.self),
                    End(line: try row.get("event_seq"), hash: try row.get("event_hash", as: [UInt8].self).hex)
                )
            }
            return (rows, Dictionary(heads) { first, _ in first })
        }
    }

    // MARK: Files

    /// Reads a plain file a piece at a time, and answers its size and hash. A link or anything else that is
    /// no plain file is refused: it would lead out of the archive.
    private static func read(_ file: URL, _ body: (Data) throws -> Void) throws -> Manifest.File {
        let number = open(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else {
            throw Unusable(
                "\(file.lastPathComponent) is a link or cannot be read (\(String(cString: strerror(errno))))")
        }
        let handle = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        defer { handle.closeFile() }
        var found = stat()
        guard fstat(number, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
            throw Unusable("\(file.lastPathComponent) is no plain file")
        }
        var (hasher, size) = (SHA256(), 0)
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            hasher.update(data: piece)
            size += piece.count
            try body(piece)
        }
        return Manifest.File(size: size, hash: hasher.finalize().hex)
    }

    /// Reads a file of the archive, which has to be what the manifest says.
    private static func take(_ name: String, of folder: URL, _ told: Manifest, _ body: (Data) throws -> Void)
        throws
    {
        let path = folder.appending(path: name)
        var link = stat()
        guard !name.contains("/"), lstat(path.path, &link) == 0 else {
            throw Unusable("\(name) is missing from the archive")
        }
        guard try read(path, body) == told.files[name] else {
            throw Unusable("\(name) is not what the manifest says: the archive is damaged or was changed")
        }
    }

    /// Copies the bytes of a file of the archive into a new one, which goes again if they are not what the
    /// manifest says.
    private static func copy(_ name: String, of folder: URL, _ told: Manifest, to target: URL) throws {
        let number = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            throw Unusable("\(target.path) cannot be made (\(String(cString: strerror(errno))))")
        }
        let handle = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        do {
            try take(name, of: folder, told) { try handle.write(contentsOf: $0) }
            try handle.synchronize()
            try handle.close()
        } catch {
            unlink(target.path)
            throw error
        }
    }
}

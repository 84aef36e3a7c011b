import Engines
import Foundation
import Rules
import Store
import Testing

@testable import Governance

/// Backups and copies: whole, of one moment, into either engine, and refused if anything is wrong with them.
struct ArchiveTests {
    private func busy() async throws -> World {
        let world = try await World()
        try await world.office.write { try Offices.prepareSharedChain(in: $0) }
        _ = try await world.closed()
        _ = try await world.handling()
        return world
    }

    private func heads(_ database: any Database) async throws -> [String] {
        try await database.read {
            try $0.all("SELECT event_seq, event_hash FROM county_head ORDER BY county") {
                "\(try $0.get("event_seq", as: Int.self)) \(try $0.get("event_hash", as: [UInt8].self).hex)"
            }
        }
    }

    @Test func `what was backed up comes back whole, into either engine, and its chain verifies`()
        async throws
    {
        let (world, folder) = (try await busy(), try DataFolder())
        let archive = folder.make("archive")
        let checkpoints = Checkpoints(folder: folder.url)
        let written = try await Archive.write(world.office, to: archive, checkpoints: checkpoints) {
            _, _, _ in
        }
        #expect(written.key == (try checkpoints.publicKey()))
        for target in [try await Engine.migrated(), try SQLiteDatabase(file: nil)] as [any Database] {
            let read = try await Archive.restore(archive, into: target) { _, _, _ in }
            #expect(read == written)
            let office = Office(database: target, clock: world.office.clock)
            #expect(try await heads(target) == heads(world.office.database))
            // Much later, and without the key: what the archive holds is signed to its end.
            let evidence = try Checkpoints(folder: archive).evidence(at: world.now.adding(hours: 1000))
            for county in try await office.read({ try Log.heads(in: $0).map(\.county) }) {
                let outcome = try await office.read {
                    try Log.verify(for: .system(of: county), against: evidence, in: $0)
                }
                #expect(outcome.faults.isEmpty && outcome.behind == 0)
                #expect(outcome.key == (outcome.lines > 0 ? written.key : nil))
            }
            let actor = try await world.look("leader") { actor, _ in actor }
            let (here, there) = (
                try await world.look { try Cases.list(.init(), for: $0, at: world.now, in: $1) },
                try await office.read { try Cases.list(.init(), for: actor, at: world.now, in: $0) }
            )
            #expect(here.lines.map(\.id) == there.lines.map(\.id) && here.total == there.total)
        }
    }

    @Test func `an archive is of one moment although work goes on`() async throws {
        let (world, folder) = (try await busy(), try DataFolder())
        async let working: Void = {
            for _ in 0..<20 { _ = try await world.handling() }
        }()
        let checkpoints = Checkpoints(folder: folder.url)
        let archive = folder.make("archive")
        let manifest = try await Archive.write(world.office, to: archive, checkpoints: checkpoints) {
            _, _, _ in
        }
        try await working
        let target = try SQLiteDatabase(file: nil)
        try await Archive.restore(archive, into: target) { _, _, _ in }
        let office = Office(database: target)
        let evidence = try Checkpoints(folder: archive).evidence(at: world.now)
        let outcome = try await office.read {
            try Log.verify(for: World.clockwork, against: evidence, in: $0)
        }
        #expect(outcome.fault == nil, "events, their head and their checkpoints were read in one snapshot")
        #expect(outcome.behind == 0)
        #expect(manifest.rows["event"].map { $0 >= outcome.lines } == true)
    }

    /// An archive that the office's key signed, and the place of its data.
    private func archived() async throws -> (folder: DataFolder, archive: URL, key: String) {
        let (world, folder) = (try await busy(), try DataFolder())
        let checkpoints = Checkpoints(folder: folder.url)
        try await Archive.write(world.office, to: folder.make("archive"), checkpoints: checkpoints) {
            _, _, _ in
        }
        return (folder, folder.make("archive"), try #require(try checkpoints.publicKey()))
    }

    private func refusal(_ archive: URL, _ trust: Archive.Trust = .init()) async throws -> String {
        do {
            _ = try await Archive.check(archive, trusting: trust)
            return ""
        } catch let fault as Archive.Unusable { return fault.description }
    }

    @Test func `any changed byte of an archive, a missing file and a foreign folder are refused`()
        async throws
    {
        let (folder, archive, key) = try await archived()
        #expect(try await Archive.check(archive).key == key)
        let data = archive.appending(path: "luoshi.sqlite")
        let whole = try Data(contentsOf: data)
        for position in [0, whole.count / 3, whole.count - 1] {
            var damaged = whole
            damaged[position] ^= 1
            try damaged.write(to: data)
            #expect(try await refusal(archive).contains("not what the manifest says"))
        }
        try whole.dropLast(100).write(to: data)
        #expect(try await refusal(archive).contains("not what the manifest says"))
        try FileManager.default.removeItem(at: data)
        #expect(try await refusal(archive).contains("missing"))
        let foreign = folder.make("foreign")
        try FileManager.default.createDirectory(at: foreign, withIntermediateDirectories: true)
        #expect(try await refusal(foreign).contains("no archive"))
        try Data("{\"format\":\"other\"}".utf8).write(to: foreign.appending(path: "manifest.json"))
        #expect(try await refusal(foreign).contains("no archive"))
        let world = try await busy()
        await #expect(throws: Archive.Unusable.self) {
            try await Archive.write(world.office, to: archive) { _, _, _ in }
        }
    }

    /// Makes the manifest fit what lies in the archive now, as somebody could who has it, and signs it with a
    /// key or not.
    private func mend(_ archive: URL, signedBy key: SigningKey?) throws {
        let file = archive.appending(path: "manifest.json")
        let told = try #require(Archive.Manifest(try JSON(parsing: Data(contentsOf: file))))
        var files: [String: Archive.Manifest.File] = [:]
        for name in told.files.keys {
            let bytes = try Data(contentsOf: archive.appending(path: name))
            files[name] = .init(size: bytes.count, hash: digest([UInt8](bytes)).hex)
        }
        let made = try Archive.Manifest(
            madeAt: told.madeAt, schema: told.schema, files: files, rows: told.rows, heads: told.heads,
            signedBy: key)
        try Data((made.json.text + "\n").utf8).write(to: file)
    }

    private func change(_ archive: URL, _ statements: [SQL]) async throws {
        let database = try SQLiteDatabase(file: archive.appending(path: "luoshi.sqlite"), isArchive: true)
        try await database.write { for statement in statements { try $0.run(statement) } }
        try await database.close()
    }

    @Test func `an archive that was changed cannot be signed again by whoever has it`() async throws {
        let (folder, archive, key) = try await archived()
        defer { withExtendedLifetime(folder) {} }
        let (forger, target) = (
            try SigningKey(secret: Array(repeating: 7, count: 32)), try SQLiteDatabase(file: nil)
        )
        try await change(archive, ["UPDATE tenure SET post = (SELECT post FROM tenure ORDER BY id LIMIT 1)"])
        let signed = try Data(contentsOf: archive.appending(path: "manifest.json"))
        try mend(archive, signedBy: nil)
        #expect(try await refusal(archive).contains("nobody signed"))
        await #expect(throws: Archive.Unusable.self) {
            try await Archive.restore(archive, into: target) { _, _, _ in }
        }
        try mend(archive, signedBy: forger)
        #expect(try await refusal(archive, .init(key: key)).contains("not with \(key)"))
        #expect(try await refusal(archive).contains("does not name the key"))
        await #expect(throws: Archive.Unusable.self) {
            try await Archive.restore(archive, into: target) { _, _, _ in }
        }
        // The old signature under new hashes.
        let old = try #require(Archive.Manifest(try JSON(parsing: signed)))
        try mend(archive, signedBy: nil)
        let text = try String(contentsOf: archive.appending(path: "manifest.json"), encoding: .utf8)
        let end = text.replacing(
            "}}\n", with: "},\"key\":\"\(old.key ?? "")\",\"signature\":\"\(old.signature ?? "")\"}\n")
        try Data(end.utf8).write(to: archive.appending(path: "manifest.json"))
        #expect(try await refusal(archive, .init(takesUnsigned: true)).contains("does not fit"))
    }

    @Test func `an archive that nobody signed is taken only by whoever says so`() async throws {
        let (world, folder) = (try await busy(), try DataFolder())
        let archive = folder.make("archive")
        try await Archive.write(world.office, to: archive) { _, _, _ in }
        #expect(try await refusal(archive).contains("nobody signed"))
        #expect(try await refusal(archive, .init(takesUnsigned: true)) == "")
        let target = try SQLiteDatabase(file: nil)
        try await Archive.restore(archive, into: target, trusting: .init(takesUnsigned: true)) { _, _, _ in }
        #expect(try await heads(target) == heads(world.office.database))
    }

    @Test func `links, pipes and files that do not belong are refused, and nothing is copied through them`()
        async throws
    {
        let (folder, archive, _) = try await archived()
        let (files, points) = (FileManager.default, archive.appending(path: Checkpoints.fileName))
        try Data("secret".utf8).write(to: archive.appending(path: "notes.txt"))
        #expect(try await refusal(archive).contains("notes.txt"))
        try files.removeItem(at: archive.appending(path: "notes.txt"))
        #expect(try await refusal(archive) == "")
        // A link to the very same bytes.
        try files.moveItem(at: points, to: folder.make("elsewhere"))
        try files.createSymbolicLink(at: points, withDestinationURL: folder.make("elsewhere"))
        #expect(try await refusal(archive).contains("link"))
        let target = try SQLiteDatabase(file: nil)
        await #expect(throws: Archive.Unusable.self) {
            try await Archive.restore(archive, into: target) { _, _, _ in }
        }
        try files.removeItem(at: points)
        #expect(mkfifo(points.path, 0o600) == 0)
        #expect(try await refusal(archive).contains("plain file"))
        try files.removeItem(at: points)
        try files.moveItem(at: folder.make("elsewhere"), to: points)
        let data = archive.appending(path: "luoshi.sqlite")
        try files.moveItem(at: data, to: folder.make("data"))
        try files.createSymbolicLink(at: data, withDestinationURL: folder.make("data"))
        #expect(try await refusal(archive).contains("link"))
        try files.removeItem(at: data)
        try files.moveItem(at: folder.make("data"), to: data)
        let manifest = archive.appending(path: "manifest.json")
        try files.moveItem(at: manifest, to: folder.make("manifest"))
        try files.createSymbolicLink(at: manifest, withDestinationURL: folder.make("manifest"))
        #expect(try await refusal(archive).contains("link"))
    }

    @Test func `an archive whose tables are not those of the program is refused before they are read`()
        async throws
    {
        let endless: SQL = """
            CREATE VIEW session AS WITH RECURSIVE n(county, id) AS (SELECT 1, 1 UNION ALL SELECT county, id \
            + 1 FROM n)
            SELECT county, id FROM n
            """
        let changes: [[SQL]] = [
            ["DROP TABLE session", endless], ["CREATE TABLE more (id INTEGER)"],
            ["ALTER TABLE unit ADD COLUMN extra TEXT"],
            ["DROP TRIGGER event_is_never_deleted"], ["DROP INDEX event_subject"],
            ["CREATE TRIGGER grows AFTER INSERT ON schema_migration BEGIN DELETE FROM case_file; END"],
            ["DELETE FROM schema_migration WHERE number = 2"],
        ]
        for statements in changes {
            let (folder, archive, _) = try await archived()
            defer { withExtendedLifetime(folder) {} }
            try await change(archive, statements)
            try mend(archive, signedBy: nil)
            let trust = Archive.Trust(takesUnsigned: true)
            #expect(try await refusal(archive, trust).contains("not those of Luoshi"), "\(statements)")
            let target = try SQLiteDatabase(file: nil)
            await #expect(throws: Archive.Unusable.self) {
                try await Archive.restore(archive, into: target, trusting: trust) { _, _, _ in }
            }
        }
        let (folder, archive, _) = try await archived()
        defer { withExtendedLifetime(folder) {} }
        try Data("no database".utf8).write(to: archive.appending(path: "luoshi.sqlite"))
        try mend(archive, signedBy: nil)
        await #expect(throws: (any Error).self) {
            try await Archive.check(archive, trusting: .init(takesUnsigned: true))
        }
    }

    @Test
    func `an archive goes into a folder that a server has begun, and its files only where there are none`()
        async throws
    {
        let (folder, archive, key) = try await archived()
        let (target, own) = (try SQLiteDatabase(file: nil), folder.make("own"))
        _ = try await target.migrate(Schema.migrations)
        try await Office(database: target).write { try Offices.prepareSharedChain(in: $0) }
        let told = try await Archive.restore(archive, into: target, trusting: .init(key: key)) { _, _, _ in }
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try Archive.needRoom(for: told, in: own)
        try Archive.restoreFiles(archive, told, into: own)
        #expect(throws: Archive.Unusable.self) { try Archive.needRoom(for: told, in: own) }
        #expect(throws: Archive.Unusable.self) { try Archive.restoreFiles(archive, told, into: own) }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: own.path) == [Checkpoints.fileName], "no key")
        #expect(
            try Checkpoints(folder: own).kept().checkpoints == Checkpoints(folder: archive).kept().checkpoints
        )
    }

    @Test func `a copy that was cut off goes on where it stopped`() async throws {
        struct CutOff: Error {}
        let world = try await busy()
        let target = try SQLiteDatabase(file: nil)
        _ = try await target.migrate(Schema.migrations)
        let half = Array(Schema.tables.prefix { $0.name != "case_file" })
        try await Copying.copy(half, from: world.office.database, to: target) { _, _, _ in }
        try await Archive.copy(from: world.office.database, to: target) { _, _, _ in }
        #expect(try await heads(target) == heads(world.office.database))
        try await Archive.copy(from: world.office.database, to: target) { _, _, _ in }
    }

    @Test func `a target that holds something else is not called a copy`() async throws {
        let world = try await busy()
        let other = try await World(seed: 2)
        await #expect(throws: (any Error).self) {
            try await Archive.copy(from: world.office.database, to: other.office.database) { _, _, _ in }
        }
    }

    @Test func `every table of the schema is copied or made anew`() async throws {
        let world = try await World()
        let listed = Set(Schema.tables.map(\.name)).union(["case_gram", "case_unindexed"])
        let dropped = Set(
            Schema.migrations.flatMap { step in
                step.text.matches(of: #/DROP TABLE (\w+)/#).map { String($0.1) }
            })
        for step in Schema.migrations {
            for match in step.text.matches(of: #/CREATE TABLE (\w+)/#) {
                let name = String(match.1)
                #expect(listed.contains(name) || dropped.contains(name), "\(name)")
            }
        }
        for table in Schema.tables {
            _ = try await world.office.database.read { try Copying.counts(of: [table], in: $0) }
        }
    }
}

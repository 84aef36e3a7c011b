import Engines
import Foundation
import Governance
import Store
import Testing

/// Backups and copies: whole, of one moment, into either engine, and refused if anything is wrong with them.
struct ArchiveTests {
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "luoshi-test-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
        func make(_ name: String) -> URL { url.appending(path: name) }
    }

    private func busy() async throws -> World {
        let world = try await World()
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

    @Test func `what was backed up comes back whole, into either engine, and its chain verifies`() async throws {
        let (world, folder) = (try await busy(), try Folder())
        let archive = folder.make("archive")
        let written = try await Archive.write(world.office, to: archive, besides: []) { _, _, _ in }
        for target in [try await Engine.migrated(), try SQLiteDatabase(file: nil)] as [any Database] {
            let read = try await Archive.restore(archive, into: target) { _, _, _ in }
            #expect(read == written)
            let office = Office(database: target, clock: world.office.clock)
            #expect(try await heads(target) == heads(world.office.database))
            #expect(try await office.read { try Log.verify(World.county, in: $0) }.fault == nil)
            let actor = try await world.look("leader") { actor, _ in actor }
            let (here, there) = (
                try await world.look { try Cases.list(.init(), for: $0, at: world.now, in: $1) },
                try await office.read { try Cases.list(.init(), for: actor, at: world.now, in: $0) }
            )
            #expect(here.lines.map(\.id) == there.lines.map(\.id) && here.total == there.total)
        }
    }

    @Test func `an archive is of one moment although work goes on`() async throws {
        let (world, folder) = (try await busy(), try Folder())
        async let working: Void = {
            for _ in 0..<20 { _ = try await world.handling() }
        }()
        let manifest = try await Archive.write(world.office, to: folder.make("archive"), besides: []) { _, _, _ in }
        try await working
        let target = try SQLiteDatabase(file: nil)
        try await Archive.restore(folder.make("archive"), into: target) { _, _, _ in }
        let office = Office(database: target)
        let outcome = try await office.read { try Log.verify(World.county, in: $0) }
        #expect(outcome.fault == nil, "events and their head were read in one snapshot")
        #expect(manifest.rows["event"].map { $0 >= outcome.lines } == true)
    }

    @Test func `any changed byte of an archive, a missing file and a foreign folder are refused`() async throws {
        let (world, folder) = (try await busy(), try Folder())
        let archive = folder.make("archive")
        try await Archive.write(world.office, to: archive, besides: []) { _, _, _ in }
        _ = try Archive.check(archive)
        let data = archive.appending(path: "luoshi.sqlite")
        let whole = try Data(contentsOf: data)
        for position in [0, whole.count / 3, whole.count - 1] {
            var damaged = whole
            damaged[position] ^= 1
            try damaged.write(to: data)
            #expect(throws: Archive.Unusable.self) { try Archive.check(archive) }
        }
        try whole.dropLast(100).write(to: data)
        #expect(throws: Archive.Unusable.self) { try Archive.check(archive) }
        try FileManager.default.removeItem(at: data)
        #expect(throws: Archive.Unusable.self) { try Archive.check(archive) }
        let foreign = folder.make("foreign")
        try FileManager.default.createDirectory(at: foreign, withIntermediateDirectories: true)
        #expect(throws: Archive.Unusable.self) { try Archive.check(foreign) }
        try Data("{\"format\":\"other\"}".utf8).write(to: foreign.appending(path: "manifest.json"))
        #expect(throws: Archive.Unusable.self) { try Archive.check(foreign) }
        let written = folder.make("archive")
        await #expect(throws: Archive.Unusable.self) { try await Archive.write(world.office, to: written, besides: []) { _, _, _ in } }
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
        for step in Schema.migrations {
            for match in step.text.matches(of: #/CREATE TABLE (\w+)/#) { #expect(listed.contains(String(match.1)), "\(match.1)") }
        }
        for table in Schema.tables { _ = try await world.office.database.read { try Copying.counts(of: [table], in: $0) } }
    }
}

import Engines
import Foundation
import Governance
import Rules
import Store
import Testing

/// The log cannot quietly change: the database refuses, and the chain tells.
struct LogTests {
    private func verify(_ world: World) async throws -> Log.Verification {
        try await world.look { try Log.verify(for: World.clockwork, in: $1) }
    }
    private func tamper(_ world: World, _ statements: [SQL]) async throws {
        try await world.tamper(statements)
    }
    private func count(_ world: World) async throws -> Int {
        try await world.look { try $1.version(of: World.county) }
    }

    @Test func `the chain of a busy office verifies`() async throws {
        let world = try await World()
        _ = try await world.closed()
        let result = try await verify(world)
        #expect(result.fault == nil)
        #expect(result.lines == (try await count(world)))
        #expect(result.lines > 100)
    }

    private static let replacing = "INTO event SELECT * FROM event WHERE seq = 3"

    @Test(
        arguments: [
            "UPDATE event SET body = body", "UPDATE event SET happened_at = 0 WHERE seq = 3",
            "DELETE FROM event WHERE seq = 3",
            "DELETE FROM event",
            "INSERT \(replacing) ON CONFLICT (county, seq) DO UPDATE SET happened_at = 0",
        ] + (Engine.isPostgres ? ["TRUNCATE event"] : ["INSERT OR REPLACE \(replacing)"]))
    func `the database itself refuses to change or delete a line`(_ statement: String) async throws {
        let world = try await World()
        await #expect(throws: StoreError.self) {
            try await world.office.database.write { _ = try $0.run(SQL(trusted: statement)) }
        }
        #expect(try await verify(world).fault == nil)
    }

    @Test(arguments: [
        "seq = seq + 100000", "happened_at = happened_at + 1", "kind = kind || 'x'", "subject_kind = 'x'",
        "subject_id = subject_id || 'x'",
        "person = person || 'x'",
        "name_zh = '别人'", "name_en = 'Somebody'", "post_zh = '别的岗'", "post_en = 'Other'",
        "body = body || ' '", "previous_hash = hash", "hash = previous_hash",
    ])
    func `any single field of any line that changes is found`(_ change: String) async throws {
        let world = try await World()
        _ = try await world.handled()
        let last = try await count(world)
        for line in [1, 2, last / 2, last - 1, last] {
            try await tamper(world, ["CREATE TEMP TABLE kept AS SELECT * FROM event WHERE seq = \(line)"])
            try await tamper(world, ["UPDATE event SET \(SQL(trusted: change)) WHERE seq = \(line)"])
            let found = try #require(
                try await verify(world).fault, "\(change) of line \(line) was not noticed")
            #expect(found.line == line || found.line == line + 1, "\(change) of line \(line)")
            try await tamper(
                world,
                [
                    "DELETE FROM event WHERE seq IN (\(line), \(line + 100_000))",
                    "INSERT INTO event SELECT * FROM kept", "DROP TABLE kept",
                ])
            #expect(try await verify(world).fault == nil)
        }
    }

    @Test func `any line that is removed is found, the last one too`() async throws {
        for position in [1, 2, 50, 0] {
            let world = try await World()
            let last = try await count(world)
            let line = position == 0 ? last : position
            try await tamper(world, ["DELETE FROM event WHERE seq = \(line)"])
            #expect(try await verify(world).fault?.line == line)
        }
    }

    @Test func `removing everything is found`() async throws {
        let world = try await World()
        try await tamper(world, ["DELETE FROM event"])
        #expect(try await verify(world).fault != nil)
    }

    @Test func `two lines that change places are found`() async throws {
        let world = try await World()
        _ = try await world.handled()
        let last = try await count(world)
        for (a, b) in [(10, 11), (3, last), (last - 1, last)] {
            try await tamper(
                world,
                [
                    "UPDATE event SET seq = -1 WHERE seq = \(a)",
                    "UPDATE event SET seq = \(a) WHERE seq = \(b)",
                    "UPDATE event SET seq = \(b) WHERE seq = -1",
                ])
            #expect(try await verify(world).fault?.line == a)
            try await tamper(
                world,
                [
                    "UPDATE event SET seq = -1 WHERE seq = \(a)",
                    "UPDATE event SET seq = \(a) WHERE seq = \(b)",
                    "UPDATE event SET seq = \(b) WHERE seq = -1",
                ])
            #expect(try await verify(world).fault == nil)
        }
    }

    @Test func `a line that is slipped in is found`() async throws {
        let world = try await World()
        let last = try await count(world)
        try await tamper(
            world,
            [
                """
                INSERT INTO event SELECT county, seq + 1, happened_at, kind, subject_kind, subject_id, person,
                    name_zh, name_en, post_zh,
                    post_en, body, hash, hash, row_digests FROM event WHERE seq = \(last)
                """
            ])
        #expect(try await verify(world).fault?.line == last + 1)
    }

    @Test func `a refused verb leaves no line`() async throws {
        let world = try await World()
        let item = try await world.handling()
        let before = try await count(world)
        #expect(
            try await outcome { try await world.perform(.check, item.id, ["finding": "好"], by: "checker") }
                == "not now")
        #expect(
            try await outcome { try await world.perform(.giveBack, item.id, by: "wyworker") }
                == "invalid reason")
        #expect(
            try await outcome { try await world.perform(.dispatch, item.id, ["unit": "x"], by: "dispatcher") }
                == "invalid person")
        #expect(try await count(world) == before)
        #expect(try await world.find(item.id) == item)
    }

    @Test func `pages of the log run from the newest line to the first`() async throws {
        let world = try await World()
        var (query, seen) = (Log.Query(), [Int]())
        query.limit = 40
        while true {
            let asked = query
            let lines = try await world.log(asked)
            guard let last = lines.last else { break }
            seen += lines.map(\.sequence)
            query.before = last.sequence
        }
        #expect(seen == Array((1...(try await count(world))).reversed()))
    }

    @Test func `everything is there and verifies after the server was killed and started again`() async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "luoshi-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "office.sqlite")
        let world = try await World(file: file)
        let item = try await world.closed()
        let lines = try await count(world)
        let again = Office(database: try SQLiteDatabase(file: file), clock: world.office.clock)
        #expect(try await again.migrate() == [])
        let result = try await again.read { try Log.verify(for: World.clockwork, in: $0) }
        #expect(result.fault == nil)
        #expect(result.lines == lines)
        #expect(
            try await again.read { try Cases.find(item.id, by: .system(of: World.county), in: $0) } == item)
        try await again.database.close()
    }
}

import Engines
import Foundation
import Testing

@testable import Store

/// Many requests, one commit: each of them whole or not at all.
struct WritingTests {
    private struct Unwanted: Error {}

    private func tally(_ file: URL? = nil) async throws -> any Database {
        let database: any Database =
            if let file { try SQLiteDatabase(file: file) } else { try Engine.empty() }
        try await database.write {
            _ = try $0.run("CREATE TABLE tally (n INTEGER NOT NULL PRIMARY KEY CHECK (n >= 0))")
        }
        return database
    }

    private func numbers(_ database: any Database) async throws -> [Int] {
        try await database.read { try $0.all("SELECT n FROM tally ORDER BY n") { try $0.get("n") } }
    }

    @Test func `a body that throws is undone alone while its neighbours stay`() async throws {
        let database = try await tally()
        let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
            for n in 0..<60 {
                group.addTask {
                    do {
                        try await database.write { t in
                            try t.run("INSERT INTO tally VALUES (\(n * 2))")
                            try t.run("INSERT INTO tally VALUES (\(n * 2 + 1))")
                            if n % 3 == 0 { throw Unwanted() }
                        }
                        return (n, true)
                    } catch { return (n, !(error is Unwanted)) }
                }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        let wanted = (0..<60).filter { $0 % 3 != 0 }
        #expect(outcomes.filter(\.value).keys.sorted() == wanted)
        #expect(try await numbers(database) == wanted.flatMap { [$0 * 2, $0 * 2 + 1] })
    }

    @Test func `a statement that fails inside a body takes the whole body back`() async throws {
        let database = try await tally()
        await #expect(throws: StoreError.self) {
            try await database.write { t in
                try t.run("INSERT INTO tally VALUES (1)")
                try t.run("INSERT INTO tally VALUES (-1)")
            }
        }
        #expect(try await numbers(database) == [])
    }

    @Test func `two hundred writers at once are all stored`() async throws {
        let folder = try Folder()
        let database = try await tally(folder.file)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for n in 0..<200 {
                group.addTask {
                    try await database.write { _ = try $0.run("INSERT INTO tally VALUES (\(n))") }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await numbers(database) == Array(0..<200))
        try await database.close()
    }

    @Test func `a count that many raise at once loses nothing`() async throws {
        let database = try await tally()
        try await database.write { _ = try $0.run("INSERT INTO tally VALUES (0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await database.write { t in
                        let n = try t.count("SELECT n FROM tally")
                        try t.run("UPDATE tally SET n = \(n + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await numbers(database) == [200])
    }

    @Test func `the writer waits for the disk before it answers`() async throws {
        let folder = try Folder()
        let database = try SQLiteDatabase(file: folder.file)
        #expect(try database.writerSynchronous() == 2)
        let mode = try await database.read {
            try $0.first("PRAGMA journal_mode") { try $0.get("journal_mode", as: String.self) }
        }
        #expect(mode == "wal")
        try await database.close()
    }

    @Test func `reopening a file keeps everything`() async throws {
        let folder = try Folder()
        let first = try await tally(folder.file)
        try await first.write { _ = try $0.run("INSERT INTO tally VALUES (7)") }
        try await first.close()
        let second = try SQLiteDatabase(file: folder.file)
        #expect(try await numbers(second) == [7])
        #expect(try second.writerSynchronous() == 2)
        try await second.close()
    }

    @Test func `what was answered is there even if the file is never closed`() async throws {
        let folder = try Folder()
        let first = try await tally(folder.file)
        try await first.write { _ = try $0.run("INSERT INTO tally VALUES (7)") }
        let second = try SQLiteDatabase(file: folder.file)
        #expect(try await numbers(second) == [7])
        withExtendedLifetime(first) {}
    }

    @Test func `a closed file holds everything itself and leaves no log behind that takes room`() async throws
    {
        let folder = try Folder()
        let database = try await tally(folder.file)
        for n in 0..<50 { try await database.write { _ = try $0.run("INSERT INTO tally VALUES (\(n))") } }
        #expect(try await numbers(database).count == 50)
        try await database.close()
        let log = folder.url.appending(path: "office.sqlite-wal")
        #expect((try? Data(contentsOf: log))?.isEmpty ?? true)
        let again = try SQLiteDatabase(file: folder.file)
        #expect(try await numbers(again).count == 50)
    }

    @Test func `a body that only reads cannot write`() async throws {
        let database = try await tally()
        await #expect(throws: StoreError.self) {
            try await database.read { _ = try $0.run("INSERT INTO tally VALUES (1)") }
        }
        #expect(try await numbers(database) == [])
    }
}

/// A folder of its own that goes with the test.
final class Folder: Sendable {
    let url: URL
    var file: URL { url.appending(path: "office.sqlite") }
    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "luoshi-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }
}

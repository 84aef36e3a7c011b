import Foundation
import Testing

@testable import Store

/// A disk that is full: SQLite with a bound on its file stands in for it.
struct FullDiskTests {
    private func isFull(_ body: () async throws -> Void) async throws -> Bool {
        do { try await body() } catch StoreError.full { return true }
        return false
    }

    @Test func `a full disk is a clear refusal, reads go on, and with room it recovers`() async throws {
        let folder = try Folder()
        let database = try SQLiteDatabase(file: folder.file, mostPages: 40)
        try await database.write {
            _ = try $0.run("CREATE TABLE heap (n INTEGER NOT NULL PRIMARY KEY, stuff TEXT NOT NULL)")
        }
        let stuff = String(repeating: "落", count: 1000)
        var stored = 0
        while try await !isFull({ [stored] in
            try await database.write { _ = try $0.run("INSERT INTO heap VALUES (\(stored), \(stuff))") }
        }) { stored += 1 }
        #expect(stored > 10)
        let count: @Sendable (Transaction) throws -> Int = { try $0.count("SELECT COUNT(*) FROM heap") }
        #expect(
            try await database.read(count) == stored,
            "what was acknowledged is there, what was refused is not")
        #expect(
            try await isFull {
                try await database.write { _ = try $0.run("INSERT INTO heap VALUES (-1, \(stuff))") }
            }, "and it stays refused")
        try await database.write { _ = try $0.run("DELETE FROM heap WHERE n < 5") }
        try await database.write { _ = try $0.run("INSERT INTO heap VALUES (-1, \(stuff))") }
        #expect(try await database.read(count) == stored - 4)
        try await database.close()
    }

    @Test func `of many writers at once each is either stored or told that there is no room`() async throws {
        let folder = try Folder()
        let database = try SQLiteDatabase(file: folder.file, mostPages: 60)
        try await database.write {
            _ = try $0.run("CREATE TABLE heap (n INTEGER NOT NULL PRIMARY KEY, stuff TEXT NOT NULL)")
        }
        let stuff = String(repeating: "落", count: 1000)
        let stored = await withTaskGroup(of: Int?.self) { group in
            for n in 0..<200 {
                group.addTask {
                    do {
                        try await database.write {
                            _ = try $0.run("INSERT INTO heap VALUES (\(n), \(stuff))")
                        }
                        return n
                    } catch { return nil }
                }
            }
            return await group.reduce(into: Set<Int>()) { if let n = $1 { $0.insert(n) } }
        }
        let found = try await database.read {
            Set(try $0.all("SELECT n FROM heap") { try $0.get("n", as: Int.self) })
        }
        #expect(found == stored)
        #expect(stored.count < 200)
        try await database.close()
    }
}

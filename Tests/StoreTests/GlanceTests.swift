import Engines
import Synchronization
import Testing

@testable import Store

/// Short looks share snapshots, and nobody notices.
struct GlanceTests {
    /// A number that tasks share.
    private final class Counter: Sendable { let now = Atomic(0) }

    private func tally() async throws -> any Database {
        let database = try Engine.empty()
        try await database.write { t in
            _ = try t.run("CREATE TABLE tally (n INTEGER NOT NULL PRIMARY KEY)")
            _ = try t.run("INSERT INTO tally VALUES (0)")
        }
        return database
    }

    private func highest(_ t: Transaction) throws -> Int { try t.count("SELECT MAX(n) FROM tally") }

    @Test func `looks that come while another is made share the next snapshot`() async throws {
        let database = try await tally()
        let opened = Counter()
        let glances = SharedSnapshots<Transaction> { body in
            opened.now.add(1, ordering: .relaxed)
            // As slow as a far database, so that the others come meanwhile.
            try await Task.sleep(for: .milliseconds(50))
            try await database.read { try body($0) }
        }
        let seen = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { try await glances.look { try highest($0) } } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(seen == Array(repeating: 0, count: 100))
        #expect(opened.now.load(ordering: .relaxed) < 10)
        try await database.close()
    }

    @Test func `a look sees everything that was acknowledged before it was asked`() async throws {
        let database = try await tally()
        let glances = SharedSnapshots<Transaction> { body in try await database.read { try body($0) } }
        let acknowledged = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for n in 1...200 {
                    try await database.write { _ = try $0.run("INSERT INTO tally VALUES (\(n))") }
                    acknowledged.now.store(n, ordering: .sequentiallyConsistent)
                }
            }
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 {
                        let known = acknowledged.now.load(ordering: .sequentiallyConsistent)
                        let seen = try await glances.look { try highest($0) }
                        #expect(seen >= known)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await database.close()
    }

    @Test func `a look that fails fails alone`() async throws {
        struct Unwanted: Error {}
        let database = try await tally()
        let glances = SharedSnapshots<Transaction> { body in
            try await Task.sleep(for: .milliseconds(20))
            try await database.read { try body($0) }
        }
        let outcomes = await withTaskGroup(of: (Int, String).self) { group in
            for n in 0..<60 {
                group.addTask {
                    do {
                        let seen = try await glances.look { t in
                            switch n % 3 {
                            case 0: throw Unwanted()
                            case 1: try t.count("SELECT nothing FROM tally")
                            default: try highest(t)
                            }
                        }
                        return (n, "\(seen)")
                    } catch {
                        return (
                            n, error is Unwanted ? "unwanted" : error is StoreError ? "statement" : "\(error)"
                        )
                    }
                }
            }
            return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(
            outcomes
                == Dictionary(
                    uniqueKeysWithValues: (0..<60).map { ($0, ["unwanted", "statement", "0"][$0 % 3]) }))
        try await database.close()
    }

    @Test func `where no snapshot can be had everybody who waits is told`() async throws {
        let glances = SharedSnapshots<Transaction> { _ in
            try await Task.sleep(for: .milliseconds(20))
            throw StoreError.unavailable("nobody answers")
        }
        let told = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { return try await glances.look { try highest($0) } < 0 } catch StoreError.unavailable
                    { return true } catch { return false }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(told == Array(repeating: true, count: 20))
    }
}

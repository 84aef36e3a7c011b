import Engines
import Testing

@testable import Store

/// Whoever follows a topic hears of it when, and only when, a change is durable.
struct NewsTests {
    /// Whether the next word comes within some seconds.
    private func hears(_ words: AsyncStream<Void>, within limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in words { return true }
                return false
            }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return false }
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private func prepared() async throws -> any Database {
        let database = try Engine.empty()
        try await database.write { _ = try $0.run("CREATE TABLE tally (n INTEGER NOT NULL PRIMARY KEY)") }
        return database
    }

    @Test func `a follower hears of a commit on its topic`() async throws {
        let database = try await prepared()
        // On PostgreSQL the watch begins with the first follower, and says when it listens.
        if Engine.isPostgres { #expect(await hears(database.subscribe("here").words, within: .seconds(10))) }
        let following = database.subscribe("here")
        try await database.write { t in
            t.notify("here")
            try t.run("INSERT INTO tally VALUES (1)")
        }
        #expect(await hears(following.words, within: .seconds(10)))
    }

    @Test func `nobody hears of another topic or of what was undone`() async throws {
        struct Unwanted: Error {}
        let database = try await prepared()
        if Engine.isPostgres { #expect(await hears(database.subscribe("here").words, within: .seconds(10))) }
        let following = database.subscribe("here")
        try await database.write { $0.notify("there") }
        await #expect(throws: StoreError.self) {
            try await database.write { t in
                t.notify("here")
                try t.run("INSERT INTO tally VALUES (1), (1)")
            }
        }
        #expect(await !hears(following.words, within: .seconds(1)))
    }

    @Test func `one of several on a database is elected, and another one after it has left`() async throws {
        let first = try await prepared()
        guard Engine.isPostgres else {
            #expect(first.isLeader)
            return
        }
        let name = try await first.read {
            try $0.first("SELECT current_database() AS name") { try $0.get("name", as: String.self) }
        }
        let address = Engine.address(of: try #require(name), on: try #require(Engine.server))
        let second = PostgresDatabase(url: address)
        func becomesTrue(within tenths: Int = 100, _ question: () -> Bool) async throws -> Bool {
            for _ in 0..<tenths where !question() { try await Task.sleep(for: .milliseconds(100)) }
            return question()
        }
        #expect(try await becomesTrue { first.isLeader })
        #expect(try await !becomesTrue(within: 20) { second.isLeader })
        try await first.close()
        #expect(try await becomesTrue { second.isLeader })
        try await second.close()
    }
}

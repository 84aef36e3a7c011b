import Engines
import Testing

@testable import Store

/// Migrations, and what the schema refuses.
struct SchemaTests {
    private let steps = [
        Migration(
            number: 1, name: "one",
            text: "CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, n INTEGER CHECK (n < 10));"),
        Migration(
            number: 2, name: "two",
            text: "CREATE TABLE two (id TEXT NOT NULL PRIMARY KEY, one TEXT REFERENCES one (id));",
            own: [
                .sqlite: "CREATE TABLE own_sqlite (x TEXT);",
                .postgres: "CREATE TABLE own_postgres (x TEXT);",
            ]),
    ]

    private func kind(_ body: () async throws -> Void) async throws -> String {
        do {
            try await body()
            return "stored"
        } catch let error as StoreError {
            return switch error {
            case .duplicate: "duplicate"
            case .reference: "reference"
            case .refused: "refused"
            case .schema: "schema"
            default: "\(error)"
            }
        }
    }

    /// Whether a table can be read.
    private func exists(_ table: String, in database: any Database) async -> Bool {
        do {
            _ = try await database.read { try $0.count("SELECT COUNT(*) FROM \(SQL(trusted: table))") }
            return true
        } catch { return false }
    }

    @Test func `each migration applies once`() async throws {
        let database = try Engine.empty()
        #expect(try await database.migrate([steps[0]]) == [1])
        #expect(try await database.migrate(steps) == [2])
        #expect(try await database.migrate(steps) == [])
        for (dialect, table) in [(Dialect.sqlite, "own_sqlite"), (.postgres, "own_postgres")] {
            #expect(
                await exists(table, in: database) == (database.dialect == dialect),
                "only the engine's own spelling runs")
        }
    }

    @Test func `a database of a newer program is refused`() async throws {
        let database = try Engine.empty()
        _ = try await database.migrate(steps)
        #expect(try await kind { _ = try await database.migrate([steps[0]]) } == "schema")
    }

    @Test func `a migration that fails leaves nothing of itself`() async throws {
        let database = try Engine.empty()
        let broken = Migration(
            number: 2, name: "broken", text: "CREATE TABLE half (x TEXT); CREATE TABLE one (x TEXT);")
        await #expect(throws: StoreError.self) { _ = try await database.migrate([steps[0], broken]) }
        #expect(await !exists("half", in: database))
        #expect(
            try await database.migrate(steps) == [2],
            "the first step stayed and the second can be tried again")
    }

    @Test func `what the schema refuses is told in the business's terms`() async throws {
        let database = try Engine.empty()
        _ = try await database.migrate(steps)
        func run(_ statement: SQL) async throws -> String {
            try await kind { try await database.write { _ = try $0.run(statement) } }
        }
        #expect(try await run("INSERT INTO one VALUES ('a', 1)") == "stored")
        #expect(try await run("INSERT INTO one VALUES ('a', 2)") == "duplicate")
        #expect(try await run("INSERT INTO two VALUES ('x', 'nobody')") == "reference")
        #expect(try await run("INSERT INTO two VALUES ('x', 'a')") == "stored")
        #expect(try await run("DELETE FROM one WHERE id = 'a'") == "reference")
        #expect(try await run("INSERT INTO one VALUES ('b', 11)") == "refused")
        #expect(try await run("INSERT INTO one VALUES (NULL, 1)") == "refused")
    }

    @Test func `the body's own error passes as it is`() async throws {
        struct Own: Error, Equatable { var number: Int }
        let database = try Engine.empty()
        await #expect(throws: Own(number: 7)) { try await database.write { _ in throw Own(number: 7) } }
        await #expect(throws: Own(number: 8)) { try await database.read { _ in throw Own(number: 8) } }
    }
}

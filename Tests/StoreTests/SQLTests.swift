import Engines
import Testing

@testable import Store

/// The literal whose interpolations are bound, never pasted.
struct SQLTests {
    @Test func `an interpolated text is bound and never becomes part of the statement`() {
        let evil = "x'; DROP TABLE event; --"
        let (text, values) = SQL("SELECT 1 WHERE name = \(evil)").rendered(.sqlite)
        #expect(text == "SELECT 1 WHERE name = ?1")
        #expect(values == [.text(evil)])
    }

    @Test func `a nested condition keeps its own bindings and the numbers run on`() {
        let inner: SQL = "b = \(2) AND c = \("three")"
        let (text, values) = SQL("SELECT 1 WHERE a = \(1) AND (\(inner)) AND d = \(4)").rendered(.sqlite)
        #expect(text == "SELECT 1 WHERE a = ?1 AND (b = ?2 AND c = ?3) AND d = ?4")
        #expect(values == [.integer(1), .integer(2), .text("three"), .integer(4)])
    }

    @Test func `each engine numbers parameters in its own spelling`() {
        let statement: SQL = "\(true) \(Int?.none) \([1, 2] as [UInt8])"
        #expect(statement.rendered(.sqlite).text == "?1 ?2 ?3")
        #expect(statement.rendered(.postgres).text == "$1 $2 $3")
        #expect(statement.rendered(.postgres).values == [.integer(1), .null, .blob([1, 2])])
    }

    @Test func `a list binds each value and an empty list matches nothing`() async throws {
        #expect(SQL("x IN (\(list: ["a", "b", "c"]))").rendered(.sqlite).text == "x IN (?1, ?2, ?3)")
        let database = try Engine.empty()
        let none: [Int] = []
        let counts = try await database.read { t in
            (
                try t.count("SELECT COUNT(*) FROM (SELECT 1 AS x) q WHERE x IN (\(list: [1, 2]))"),
                try t.count("SELECT COUNT(*) FROM (SELECT 1 AS x) q WHERE x IN (\(list: none))")
            )
        }
        #expect(counts.0 == 1)
        #expect(counts.1 == 0)
    }

    @Test func `no conditions joined by AND are true and joined by OR are false`() {
        #expect(SQL.all([]).rendered(.sqlite).text == "1 = 1")
        #expect(SQL.any([]).rendered(.sqlite).text == "1 = 0")
    }

    @Test func `a condition keeps its meaning when it is joined with others`() async throws {
        let database = try Engine.empty()
        let counts = try await database.read { t in
            let either: SQL = "a = \(1) OR b = \(1)"
            let rows: SQL = "(SELECT 1 AS a, 0 AS b, 0 AS c) q"
            return (
                try t.count("SELECT COUNT(*) FROM \(rows) WHERE \(SQL.all([either, "c = \(1)"]))"),
                try t.count(
                    """
                    SELECT COUNT(*) FROM \(rows) WHERE
                        \(SQL.all([SQL.any(["a = \(1)", "b = \(1)"]), "c = \(1)"]))
                    """
                ),
                try t.count(
                    "SELECT COUNT(*) FROM \(rows) WHERE \(SQL.any([either, "c = \(1)"])) AND c = \(1)")
            )
        }
        #expect(counts.0 == 0, "an OR inside one of the conditions must not escape")
        #expect(counts.1 == 0)
        #expect(counts.2 == 0)
    }

    @Test func `every kind of value comes back as it went in`() async throws {
        let database = try Engine.empty()
        try await database.write { t in
            try t.run("CREATE TABLE thing (i BIGINT, r REAL, s TEXT, b BYTEA, n TEXT)")
            try t.run(
                """
                INSERT INTO thing VALUES (\(1_000_000_000_000_000), \(0.5), \("落实 'x' \u{1F600}"),
                    \([0, 255] as [UInt8]), \(String?.none))
                """
            )
        }
        let row = try #require(try await database.read { try $0.first("SELECT * FROM thing") { $0 } })
        #expect(row.names == ["i", "r", "s", "b", "n"])
        #expect(try row.get("i", as: Int64.self) == 1_000_000_000_000_000)
        #expect(try row.get("r", as: Double.self) == 0.5)
        #expect(try row.get("s", as: String.self) == "落实 'x' \u{1F600}")
        #expect(try row.get("b", as: [UInt8].self) == [0, 255])
        #expect(try row.optional("n", as: String.self) == nil)
    }

    @Test func `a column that is missing or of another kind is an error and not a guess`() async throws {
        let database = try Engine.empty()
        let row = try #require(
            try await database.read { try $0.first("SELECT 'x' AS word, NULL AS nil_column") { $0 } })
        #expect(throws: StoreError.self) { try row.get("words", as: String.self) }
        #expect(throws: StoreError.self) { try row.get("word", as: Int.self) }
        #expect(throws: StoreError.self) { try row.get("nil_column", as: String.self) }
    }
}

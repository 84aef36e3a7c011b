import Testing

@testable import Store

/// A query that nobody waits for any longer.
struct PatienceTests {
    private static let endless: SQL =
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000)
            SELECT COUNT(*) FROM n WHERE i < 0
        """

    @Test func `a query that takes too long to its next row ends as slow, and the next one runs`()
        async throws
    {
        let folder = try Folder()
        let database = try SQLiteDatabase(file: folder.file, patience: .milliseconds(50))
        await #expect { _ = try await database.read { try $0.count(Self.endless) } } throws: { error in
            if case StoreError.slow = error { true } else { false }
        }
        #expect(try await database.read { try $0.count("SELECT 7") } == 7)
        try await database.close()
    }

    @Test func `a long answer whose rows keep coming is not slow`() async throws {
        let folder = try Folder()
        let database = try SQLiteDatabase(file: folder.file, patience: .milliseconds(50))
        let rows = try await database.read { transaction in
            var rows = 0
            try transaction.each(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000)
                    SELECT i FROM n LIMIT 300000
                """
            ) { _ in
                rows += 1
            }
            return rows
        }
        #expect(rows == 300_000)
        try await database.close()
    }
}

import Testing

@testable import Store

/// Which index is asked depends on what the tables hold, not on guesses.
struct StockTests {
    @Test func `after taking stock a reader finds a row by what is rare and not by what all share`()
        async throws
    {
        let folder = try Folder()
        let database = try SQLiteDatabase(file: folder.file)
        try await database.write { transaction in
            try transaction.run(
                """
                CREATE TABLE thing (county TEXT NOT NULL, number INTEGER NOT NULL, owner TEXT NOT NULL, \
                PRIMARY KEY (county, number))
                """
            )
            try transaction.run("CREATE INDEX thing_owner ON thing (county, owner)")
            for number in 0..<2000 {
                try transaction.run(
                    "INSERT INTO thing VALUES ('410305', \(number), \("owner \(number % 700)"))")
            }
        }
        let plan: @Sendable (Transaction) throws -> String = { transaction in
            try transaction.all(
                """
                EXPLAIN QUERY PLAN SELECT number FROM thing WHERE county = '410305' AND owner = 'owner \
                3' ORDER BY number
                """
            ) {
                try $0.get("detail", as: String.self)
            }.joined(separator: "; ")
        }
        // The reader is open already when stock is taken.
        let before = try await database.read(plan)
        try await database.analyze()
        let after = try await database.read(plan)
        #expect(after.contains("thing_owner"), "before: \(before), after: \(after)")
        try await database.close()
    }
}

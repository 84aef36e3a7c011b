/// One numbered step of the schema.
package struct Migration: Sendable {
    /// 1, 2, 3 … without gaps.
    package var number: Int
    /// What it brings.
    package var name: String
    /// Statements that both engines take.
    package var text: String
    /// Statements in one engine's own spelling, such as its guard against altering the log.
    package var own: [Dialect: String]

    /// A step of the schema.
    package init(number: Int, name: String, text: String, own: [Dialect: String] = [:]) {
        (self.number, self.name, self.text, self.own) = (number, name, text, own)
    }
}

extension Database {
    /// Brings the schema to the newest step, each step whole or not at all. Answers the numbers that were
    /// applied.
    ///
    /// Throws `StoreError.schema` if the database knows steps that this program does not.
    package func migrate(_ migrations: [Migration]) async throws -> [Int] {
        try await write { transaction in
            try transaction.connection.script(
                """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)
                """)
        }
        let known = try await read {
            try $0.all("SELECT number FROM schema_migration") { try $0.get("number", as: Int.self) }
        }
        if let newer = known.max(), newer > migrations.count {
            throw StoreError.schema(
                "step \(newer) was applied by a newer program; this one knows \(migrations.count)")
        }
        let missing = migrations.filter { !known.contains($0.number) }
        for step in missing {
            let dialect = self.dialect
            try await write { transaction in
                try transaction.connection.script(step.text)
                if let own = step.own[dialect] { try transaction.connection.script(own) }
                try transaction.run(
                    "INSERT INTO schema_migration (number, name) VALUES (\(step.number), \(step.name))")
            }
        }
        return missing.map(\.number)
    }
}

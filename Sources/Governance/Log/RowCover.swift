import Store

extension Office {
    /// Brings the schema to the newest step and lets the log cover rows that it does not cover yet; answers
    /// the numbers of the steps applied.
    package func migrate() async throws -> [Int] {
        let applied = try await database.migrate(Schema.migrations)
        try await RowCover.begin(in: self)
        return applied
    }
}

/// Lets the log say what every row was left as, in data of programs that did not say so: from that line on a
/// row that is changed outside the program is found.
enum RowCover {
    /// Covers every county whose newest line says nothing of rows yet.
    static func begin(in office: Office) async throws {
        let old = try await office.read { books in
            // A line without digests is a program's that kept none.
            try books.all(
                """
                SELECT h.county FROM county_head h
                JOIN event e ON e.county = h.county AND e.seq = h.event_seq
                WHERE e.row_digests IS NULL ORDER BY h.county
                """
            ) { try $0.get("county", as: County.self) }
        }
        for county in old {
            let isFirst = county == old.first
            try await office.write(in: county) { books in
                for table in Schema.noted.tables.values.sorted(by: { $0.name < $1.name }) {
                    guard !table.isShared || isFirst else { continue }
                    let mine: SQL = table.isShared ? "1 = 1" : "county = \(county)"
                    try books.transaction.each(
                        "SELECT * FROM \(SQL(trusted: table.name)) WHERE \(mine)"
                    ) { books.transaction.note($0, of: table) }
                }
            }
        }
    }
}

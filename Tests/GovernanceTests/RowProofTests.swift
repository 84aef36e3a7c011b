import Engines
import Foundation
import Rules
import Store
import Synchronization
import Testing

@testable import Governance

/// A row that was changed outside the program is found and named, whatever table it stands in.
struct RowProofTests {
    /// What somebody does to a row behind the program's back.
    fileprivate enum Deed: String, CaseIterable { case change, delete, insert, swap }
    private struct Undone: Error {}

    /// Does something to one table, asks what verification says, and undoes it. Nil if the engine could not
    /// be made to do it, or there is no row for it.
    private func faults(
        _ world: World, _ table: TableShape, _ deed: Deed, column: String? = nil
    ) async throws -> [String]? {
        let told = Mutex<[String]?>(nil)
        do {
            try await world.office.database.write { transaction in
                told.withLock { $0 = nil }
                let somebody = Hand(transaction, table)
                try somebody.loosen()
                guard try somebody.does(deed, column) else { throw Undone() }
                let books = Books(
                    transaction: transaction, chance: world.office.chance, cache: Cache(),
                    key: world.office.registryKey, isSnapshot: true)
                var outcome = try Log.verify(for: World.clockwork, in: books)
                let shared = try Log.verify(for: .system(of: .shared), in: books)
                outcome.faults += try Log.verifyShared(after: [outcome, shared], in: books)
                let evidence = Log.Evidence(kept: .init(), now: world.now)
                for county in try Log.counties(in: evidence, books).counties
                where county != World.county && county != .shared {
                    outcome.faults += try Log.verify(for: .system(of: county), in: books).faults
                }
                told.withLock { $0 = outcome.faults.map { "\($0.kind.rawValue) \($0.words.en)" } }
                throw Undone()
            }
        } catch is Undone {}
        return told.withLock { $0 }
    }

    private static let proven = Schema.tables.filter { $0.proof == .rows }

    @Test func `every column of a row, a row taken away, one put in and two exchanged, in every table`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        _ = try await world.handled()
        for table in Self.proven {
            for deed in Deed.allCases where deed != .change {
                guard let found = try await faults(world, table, deed) else {
                    // Two rows are not in every table, and none to take away in an empty one.
                    #expect(deed != .insert, "nothing could be put into \(table.name)")
                    continue
                }
                // A row that is its county's only one is put in for a county that is none.
                let isForeign = deed == .insert && table.key == ["county"]
                #expect(
                    found.contains {
                        isForeign
                            ? $0.hasPrefix("head") : $0.hasPrefix("row") && $0.contains(" \(table.name) ")
                    },
                    "\(deed.rawValue) in \(table.name): \(found)")
            }
            // A server takes its time: there two columns of each table stand for all.
            let columns = try await columns(world, table).filter { $0 != "county" }
            for column in Engine.isPostgres ? Array(columns.suffix(2)) : columns {
                guard let found = try await faults(world, table, .change, column: column) else { continue }
                #expect(
                    found.contains { $0.contains(" \(table.name) ") || $0.hasPrefix("office") },
                    "\(column) of \(table.name): \(found)")
            }
        }
        #expect(try await faults(world, Self.proven[0], .change, column: "no such column") == nil)
    }

    private func columns(_ world: World, _ table: TableShape) async throws -> [String] {
        try await world.office.database.read { transaction in
            try transaction.first("\(hand)SELECT * FROM \(SQL(trusted: table.name)) LIMIT 1") { $0.names }
                ?? []
        }.filter { !table.passing.contains($0) }
    }

    @Test func `nothing is said of an untouched office, and no row of it was changed by nobody`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        _ = try await world.handled()
        let (outcome, unnamed) = try await world.office.read { books in
            var outcome = try Log.verify(for: World.clockwork, in: books)
            let shared = try Log.verify(for: .system(of: .shared), in: books)
            outcome.faults += try Log.verifyShared(after: [outcome, shared], in: books)
            return (
                outcome,
                try books.all(
                    "SELECT body FROM event WHERE county = \(World.county) AND kind = 'log.rows'"
                ) { try $0.get("body", as: String.self) }
            )
        }
        #expect(outcome.faults.map(\.words.en) == [])
        #expect(try #require(outcome.rows).since == 1)
        #expect(unnamed == [])
    }

    @Test func `counters, photos, and a line that hides what it left are found`() async throws {
        let world = try await World()
        _ = try await world.handled()
        func verified(after statement: SQL) async throws -> [String] {
            let told = Mutex<[String]>([])
            do {
                try await world.office.database.write { transaction in
                    try transaction.run(statement)
                    let books = Books(
                        transaction: transaction, chance: world.office.chance, cache: Cache(), key: nil,
                        isSnapshot: true)
                    let outcome = try Log.verify(for: World.clockwork, in: books)
                    told.withLock { $0 = outcome.faults.map(\.kind.rawValue) }
                    throw Undone()
                }
            } catch is Undone {}
            return told.withLock { $0 }
        }
        let county = World.county
        #expect(
            try await verified(after: "UPDATE county_head SET case_seq = 7 WHERE county = \(county)")
                == ["row"])
        #expect(
            try await verified(
                after: """
                    INSERT INTO attachment_content (county, hash, bytes)
                        VALUES (\(county), 'ff', \([UInt8](repeating: 1, count: 3)))
                    """) == ["attachment", "attachment"])
        try await world.tamper(["UPDATE event SET row_digests = NULL WHERE county = \(county) AND seq = 5"])
        let outcome = try await world.office.read { try Log.verify(for: World.clockwork, in: $0) }
        #expect(outcome.faults.map(\.kind) == [.chain] && outcome.fault?.line == 5)
    }

    @Test func `data of a program that noted no rows is covered from a line on, and it says so`()
        async throws
    {
        let world = try await World()
        let item = try await world.handled()
        // The log as that program wrote it.
        let counties = [County.shared, World.county]
        for county in counties {
            let entries = try await world.office.read { try Log.history(from: 1, county: county, in: $0) }
            var (statements, previous): ([SQL], [UInt8]) = ([], [])
            for var entry in entries {
                entry.rowsHash = nil
                let hash = LogEntry.chained(previous, entry.contentHash(county: county))
                statements.append(
                    """
                    UPDATE event SET row_digests = NULL, previous_hash = \(previous), hash = \(hash)
                        WHERE county = \(county) AND seq = \(entry.sequence)
                    """)
                previous = hash
            }
            statements.append("UPDATE county_head SET event_hash = \(previous) WHERE county = \(county)")
            try await world.tamper(statements)
        }
        func verify() async throws -> Log.Verification {
            try await world.office.read { books in
                var outcome = try Log.verify(for: World.clockwork, in: books)
                let shared = try Log.verify(for: .system(of: .shared), in: books)
                outcome.faults += try Log.verifyShared(after: [outcome, shared], in: books)
                return outcome
            }
        }
        let before = try await verify()
        #expect(before.faults.isEmpty && before.rows == nil)
        _ = try await world.office.migrate()
        let covered = try await verify()
        #expect(covered.faults.map(\.words.en) == [])
        #expect(try #require(covered.rows).since == before.lines + 1)
        _ = try await world.office.migrate()
        #expect(try await verify().lines == covered.lines)
        try await world.tamper([
            "UPDATE case_file SET title = 'another' WHERE county = \(World.county) AND id = \(item.id)"
        ])
        let found = try await verify()
        #expect(found.faults.map(\.kind) == [.row])
        #expect(found.fault?.words.en.contains("case_file \(item.id)") == true)
        #expect(found.fault?.line == before.lines + 1)
    }

    @Test func `columns that have a value by themselves are declared as the engine knows them`()
        async throws
    {
        let world = try await World()
        for table in Self.proven {
            let defaults = try await world.office.database.read { transaction in
                try transaction.all(Engine.columns(of: table.name)) { row in
                    try row.value("preset") == .null ? nil : try row.get("name", as: String.self)
                }.compactMap(\.self)
            }
            #expect(Set(defaults) == table.defaults, "\(table.name)")
        }
    }
}

/// Marks what no statement of the program looks like.
private let hand: SQL = "/* by hand */ "

/// Somebody with the database's password.
private struct Hand {
    let transaction: Transaction, table: TableShape, name: SQL

    init(_ transaction: Transaction, _ table: TableShape) {
        (self.transaction, self.table) = (transaction, table)
        name = SQL(trusted: table.name)
    }

    /// Takes the engine's own rules away, as far as they would get in the way.
    func loosen() throws {
        guard Engine.isPostgres else {
            try transaction.run("PRAGMA defer_foreign_keys = ON")
            try transaction.run("PRAGMA ignore_check_constraints = ON")
            return
        }
        let rules = try transaction.all(
            """
            SELECT c.conname AS name, r.relname AS owner FROM pg_constraint c
            JOIN pg_class r ON r.oid = c.conrelid
            WHERE (c.conrelid = CAST(\(table.name) AS regclass)
                OR c.confrelid = CAST(\(table.name) AS regclass))
                AND c.contype IN ('c', 'f') AND c.conparentid = 0
            """
        ) { (rule: try $0.get("name", as: String.self), owner: try $0.get("owner", as: String.self)) }
        for (rule, owner) in rules {
            try transaction.run("ALTER TABLE \(quoted(owner)) DROP CONSTRAINT \(quoted(rule))")
        }
    }

    /// Does it to the first row; false if it cannot be done.
    func does(_ deed: RowProofTests.Deed, _ column: String?) throws -> Bool {
        let rows = try transaction.all(
            "SELECT * FROM \(name) WHERE \(ofCounty) ORDER BY \(SQL.list(table.key.map(quoted))) LIMIT 2"
        ) { row in zip(row.names, row.values).map { (name: $0, value: $1) } }
        switch deed {
        case .insert: return try insert(like: rows.first)
        case .delete:
            guard let row = rows.first else { return false }
            return try did { try transaction.run("\(hand)DELETE FROM \(name) WHERE \(key(of: row))") }
        case .change:
            guard let row = rows.first, let column, let old = row.first(where: { $0.name == column }) else {
                return false
            }
            return try did {
                try transaction.run(
                    "\(hand)UPDATE \(name) SET \(quoted(column)) = \(other(old.value)) WHERE \(key(of: row))")
            }
        case .swap:
            func content(_ row: [(name: String, value: Value)]) -> [Value] {
                row.filter { $0.name != table.key.last }.map(\.value)
            }
            // Two rows that say the same are not changed by it.
            guard rows.count == 2, content(rows[0]) != content(rows[1]), let last = table.key.last,
                let one = rows[0].first(where: { $0.name == last })?.value,
                let two = rows[1].first(where: { $0.name == last })?.value, one != two
            else { return false }
            // Each gets the other's key.
            func rename(_ row: [(name: String, value: Value)], from: Value, to: Value) throws -> Int {
                var moved = row
                for index in moved.indices where moved[index].name == last { moved[index].value = from }
                return try transaction.run(
                    "\(hand)UPDATE \(name) SET \(quoted(last)) = \(to) WHERE \(key(of: moved))")
            }
            return try did {
                _ = try rename(rows[0], from: one, to: other(one))
                _ = try rename(rows[1], from: two, to: one)
                return try rename(rows[0], from: other(one), to: two)
            }
        }
    }

    private var ofCounty: SQL { table.key.first == "county" ? "county = \(World.county)" : "1 = 1" }
    private func quoted(_ column: String) -> SQL { SQL(trusted: "\"\(column)\"") }
    private func key(of row: [(name: String, value: Value)]) -> SQL {
        SQL.all(
            table.key.map { column in
                "\(quoted(column)) = \(row.first { $0.name == column }?.value ?? .null)"
            })
    }
    private func other(_ value: Value) -> Value {
        switch value {
        case .null: .text("x")
        case .integer(let number): .integer(number == 0 ? 1 : number - 1)
        case .real(let number): .real(number + 1)
        case .text(let text): .text(text + "x")
        case .blob(let bytes): .blob(bytes + [1])
        }
    }

    /// Runs something; false if the engine refused it, and then nothing of it stays.
    private func did(_ body: () throws -> Int) throws -> Bool {
        do { return try transaction.trial { (true, try body() > 0) } } catch is StoreError { return false }
    }

    /// A row like another one with other names, or one of nothing where there is none.
    private func insert(like row: [(name: String, value: Value)]?) throws -> Bool {
        let columns = try transaction.all(Engine.columns(of: table.name)) {
            (
                name: try $0.get("name", as: String.self),
                kind: try $0.get("kind", as: String.self).uppercased()
            )
        }
        let values = columns.map { column -> Value in
            if column.name == "county" {
                return table.key == ["county"] ? .text("410399") : World.county.sqlValue
            }
            if let old = row?.first(where: { $0.name == column.name })?.value {
                // Whatever may be in a key is another one.
                if case .text = old, !column.name.hasSuffix("_at") { return other(old) }
                return table.key.contains(column.name) ? other(old) : old
            }
            return switch column.kind {
            case "TEXT": .text("x")
            case "INTEGER", "BIGINT": .integer(0)
            case "REAL", "DOUBLE PRECISION": .real(0)
            default: .blob([1])
            }
        }
        return try did {
            try transaction.run(
                """
                INSERT INTO \(name) (\(SQL.list(columns.map { quoted($0.name) })))
                    VALUES (\(SQL.list(values.map { "\($0)" })))
                """)
        }
    }
}

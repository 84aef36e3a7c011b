import Engines
import Foundation
import Governance
import Store
import Testing

/// What makes one schema fit a laptop and a nation: held against a server whose county tables are partitions.
struct ScaleTests {
    private struct Recorded { var text: String, kinds: [Int] }

    /// The statements that the suites prepared; empty if nobody recorded them.
    private static func recorded() throws -> [Recorded] {
        guard let path = ProcessInfo.processInfo.environment["LUOSHI_TEST_RECORDED"] else { return [] }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            let json = try JSON(parsing: Data(line.utf8))
            guard case .array(let kinds)? = json["kinds"], let text = json["text"]?.stringValue else {
                return Recorded(text: "", kinds: [])
            }
            return Recorded(
                text: text, kinds: kinds.map { if case .int(let kind) = $0 { Int(kind) } else { 0 } })
        }
    }

    private static var countyTables: [String] { Distribution.ofCounties }

    /// Statements that are meant for all counties at once, none of them of a page or an API route: each with
    /// whose it is.
    private static let forAll: [(words: String, whose: String)] = [
        (
            "SELECT county, event_seq FROM county_head ORDER BY county",
            "`/metrics`, told to this machine only"
        ),
        ("SELECT county, event_seq, event_hash FROM county_head", "what a backup says of itself"),
        (
            "FROM office o JOIN territory t ON t.id = o.territory ORDER BY",
            "commands and the clockwork go through every office"
        ),
        ("SELECT county FROM office ORDER BY county", "the command that verifies every log"),
        ("SELECT county FROM county_head ORDER BY county", "the command that verifies every log"),
        ("SELECT MIN(county) AS county FROM", "the command that verifies every log"),
        (
            "SELECT h.county FROM county_head h JOIN event e",
            "what an older program left is covered when it is opened"
        ),
        ("FROM \"", "copying"),
    ]
    /// Those by which tests change the log, or forget the index, behind the program's back.
    private static let tests = [
        "UPDATE event", "INSERT INTO event SELECT", "INSERT INTO case_unindexed (county, id) SELECT",
        "DELETE FROM event",
        "UPDATE county_head SET event_seq = 0", "SELECT event_seq, event_hash FROM county_head",
    ]

    /// What tests themselves ask or change, in exactly these words: a statement of the program that is only
    /// like one of them is not excused.
    private static let askedByTests: Set = [
        "SELECT id FROM session", "SELECT factor FROM account WHERE factor IS NOT NULL",
        "UPDATE evaluation_round SET facts = $1 WHERE id = $2",
        "UPDATE case_file SET stood_still = $1 WHERE id = $2",
        "UPDATE case_file SET due_at = $1 WHERE id = $2",
        "UPDATE case_file SET due_at = $1, suspended_from = $2, suspended_until = $3 WHERE id = $4",
        "SELECT COUNT(*) FROM complainant",
        """
        SELECT (SELECT COUNT(*) FROM case_hand) + (SELECT COUNT(*) FROM case_check) + (SELECT COUNT(*)
            FROM call_back)
            + (SELECT COUNT(*) FROM decision) + (SELECT COUNT(*) FROM decision
                WHERE settled_at IS NULL) * 1000000
            + (SELECT COUNT(*) FROM case_assist) + (SELECT COUNT(*) FROM case_history) + (SELECT COUNT(*)
                FROM case_file)
        """,
        """
        SELECT COUNT(*) FROM case_hand h WHERE h.id = $1 AND (
            EXISTS (SELECT 1 FROM case_check k WHERE k.case_id = h.id AND k.person = h.person)
            OR EXISTS (SELECT 1 FROM call_back b WHERE b.case_id = h.id AND b.person = h.person))
        """,
        "SELECT COUNT(*) FROM case_check WHERE case_id = $1 AND passed = 1",
        "SELECT COUNT(*) FROM decision WHERE case_id = $1 AND settled_at IS NULL AND kind <> 'appeal'",
        "SELECT version, since, until, state FROM case_history WHERE id = $1 ORDER BY version",
        "SELECT due_at, is_provisional FROM case_stage WHERE case_id = $1 ORDER BY position",
        "UPDATE sample SET frame = 'h1\ttown\t9223372036854775807\n' WHERE id = $1",
        "SELECT certificate, certificate_mark FROM member_version",
    ]

    private static func isForAll(_ text: String) -> Bool {
        // Where a line ends says nothing.
        func plain(_ text: String) -> String {
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let asked = plain(text)
        return forAll.contains { asked.contains($0.words) } || tests.contains(where: asked.hasPrefix)
            || askedByTests.contains { plain($0) == asked }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["LUOSHI_TEST_RECORDED"] != nil))
    func
        `a statement about what belongs to counties names its county, or is declared for all with its reason`()
        throws
    {
        var faults: [String] = []
        for one in try Self.recorded()
        where ["SELECT", "UPDATE", "DELETE"].contains(where: one.text.hasPrefix) && !Self.isForAll(one.text) {
            let tables = one.text.matches(of: #/\b(?:FROM|JOIN|UPDATE) (\w+)/#).map { String($0.1) }
            guard tables.contains(where: Self.countyTables.contains) else { continue }
            // To Unicode `c.county` is one word: a boundary is meant as in SQL. That two tables are joined by
            // their county names none.
            let named = #/\bcounty = \$/#.wordBoundaryKind(.simple)
            if one.text.firstMatch(of: named) == nil { faults.append(one.text) }
        }
        #expect(faults == [])
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["LUOSHI_TEST_RECORDED"] != nil))
    func `every statement about a county runs on one partition`() async throws {
        let database = try #require(try await Engine.migrated() as? PostgresDatabase)
        let all = try Self.recorded()
        #expect(all.count > 150, "the suites were recorded")
        var (faults, explained) = ([String](), 0)
        for one in all
        where ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(where: { one.text.hasPrefix($0) })
            && !Self.isForAll(one.text)
        {
            let target = one.text.firstMatch(of: #/^INSERT INTO (\w+)/#).map { String($0.1) }
            guard one.text.contains("county = $") || target.map(Self.countyTables.contains) == true else {
                continue
            }
            do {
                let plan = try await plan(of: one, in: database)
                explained += 1
                for (table, parts) in Self.scanned(plan) where parts.count > 1 {
                    faults.append("\(table) \(parts.count) partitions: \(one.text)")
                }
            } catch let error as StoreError { faults.append("\(error): \(one.text)") }
        }
        #expect(faults == [])
        #expect(explained > 150)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["LUOSHI_TEST_RECORDED"] != nil))
    func `no list of the product has to read a big table from end to end`() async throws {
        let database = try #require(try await Engine.migrated() as? PostgresDatabase)
        let big = [
            "case_file", "event", "case_history", "case_gram", "outside_number", "complainant", "decision",
        ]
        var faults: [String] = []
        for one in try Self.recorded()
        where one.text.hasPrefix("SELECT") && one.text.contains("county = $") && !Self.isForAll(one.text) {
            // Where an index could serve, the planner takes it once reading all is dear.
            let plan = try await plan(of: one, in: database, before: ["SET LOCAL enable_seqscan = off"])
            for table in big where Self.fullScans(plan).contains(table) {
                faults.append("\(table): \(one.text)")
            }
        }
        #expect(faults == [])
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["LUOSHI_TEST_RECORDED"] != nil))
    func `no statement uses what a distributed database does not do`() throws {
        let forbidden = [
            #/\bSET county\b/#, #/SKIP LOCKED/#, #/\bMERGE INTO\b/#, #/pg_advisory/#, #/GROUPING SETS/#,
            #/ON DELETE SET NULL/#, #/\brandom\(\)/#,
            #/\bnow\(\)|CURRENT_TIMESTAMP/#, #/nextval\(/#,
        ]
        for one in try Self.recorded() {
            for pattern in forbidden { #expect(one.text.firstMatch(of: pattern) == nil, "\(one.text)") }
            if one.text.contains("WITH RECURSIVE") {
                for table in Self.countyTables { #expect(!one.text.contains(" \(table) "), "\(one.text)") }
            }
        }
    }

    private func plan(of one: Recorded, in database: PostgresDatabase, before: [String] = []) async throws
        -> JSON
    {
        let types = one.kinds.map { [17: "bytea", 20: "bigint", 25: "text", 701: "float8"][$0] ?? "unknown" }
        let values = one.kinds.map { [17: "'\\x00'", 20: "1", 25: "'410305'", 701: "0.5"][$0] ?? "NULL" }
        let name = "explained_\(UUID().uuidString.prefix(8))"
        return try await database.write { transaction in
            for text in before + ["SET LOCAL plan_cache_mode = force_generic_plan"] {
                try transaction.run(SQL(trusted: text))
            }
            let prepare =
                types.isEmpty
                ? "PREPARE \(name) AS \(one.text)"
                : "PREPARE \(name) (\(types.joined(separator: ", "))) AS \(one.text)"
            try transaction.run(SQL(trusted: prepare))
            let execute = types.isEmpty ? name : "\(name)(\(values.joined(separator: ", ")))"
            let plan = try transaction.first(SQL(trusted: "EXPLAIN (FORMAT JSON) EXECUTE \(execute)")) {
                row in
                guard let column = row.names.first else { return "null" }
                return try row.get(column, as: String.self)
            }
            return try JSON(parsing: Data((plan ?? "null").utf8))
        }
    }

    /// Every node of a plan.
    private static func nodes(_ json: JSON) -> [JSON] {
        switch json {
        case .array(let items): items.flatMap(nodes)
        case .object(let members): (json["Node Type"] == nil ? [] : [json]) + members.flatMap { nodes($0.1) }
        default: []
        }
    }

    /// The partitions that are read, by table and alias.
    private static func scanned(_ plan: JSON) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for node in nodes(plan) where node["Node Type"]?.stringValue?.contains("Scan") == true {
            guard let relation = node["Relation Name"]?.stringValue,
                let match = relation.wholeMatch(of: #/(\w+)_p\d/#)
            else { continue }
            // Each partition has an alias of its own, numbered behind the table's: c_1, c_2 …
            let alias = (node["Alias"]?.stringValue ?? "").replacing(#/_\d+$/#, with: "")
            found["\(match.1) \(alias)", default: []].insert(relation)
        }
        return found
    }

    private static func fullScans(_ plan: JSON) -> Set<String> {
        Set(
            nodes(plan).compactMap { node in
                guard node["Node Type"]?.stringValue == "Seq Scan",
                    let relation = node["Relation Name"]?.stringValue
                else { return nil }
                return relation.wholeMatch(of: #/(\w+)_p\d/#).map { String($0.1) }
            })
    }

    @Test func `every older schema comes to exactly the fresh one`() async throws {
        let fresh = try await shape(of: upTo(Schema.migrations.count))
        for step in 1..<Schema.migrations.count {
            let old = try await upTo(step)
            _ = try await old.migrate(Schema.migrations)
            #expect(try await shape(of: old) == fresh, "from step \(step)")
        }
        #expect(fresh.count > 25)
    }

    private func upTo(_ step: Int) async throws -> any Database {
        let database = try Engine.empty()
        _ = try await database.migrate(Array(Schema.migrations.prefix(step)))
        return database
    }

    /// Every column and index of a database, in the engine's own words.
    private func shape(of database: any Database) async throws -> [String] {
        try await database.read { transaction in
            if database.dialect == .sqlite {
                return try transaction.all(
                    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
                ) { try $0.get("sql") }
            }
            let columns = try transaction.all(
                """
                SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable AS words
                    FROM information_schema.columns
                WHERE table_schema = 'public' ORDER BY 1
                """
            ) { try $0.get("words", as: String.self) }
            return columns
                + (try transaction.all(
                    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
                ) { try $0.get("indexdef", as: String.self) })
        }
    }

    @Test func `every table is either shared or a county's, and laid out with the others`() {
        let copied = Set(Schema.tables.map(\.name)).union(["case_gram", "case_unindexed", "schema_migration"])
        #expect(Set(Distribution.shared).union(Distribution.ofCounties) == copied)
        #expect(Distribution.calls.count == copied.count)
        #expect(
            Distribution.calls.filter { $0.contains("colocate_with") }.count == Distribution.ofCounties.count
                - 1)
    }

    @Test func `several clockworks at once let each step of lateness happen once`() async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-04-01")
        let now = world.now
        let other = Office(database: world.office.database, clock: world.office.clock)
        let moved = try await withThrowingTaskGroup(of: Int.self) { group in
            for office in [world.office, other, world.office, other] {
                group.addTask {
                    try await office.write(in: World.county) {
                        try Escalation.run(for: World.county, at: now, in: $0)
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(moved >= 1)
        let steps = try await world.history(of: item.subject).filter { $0.kind == "case.overdue" }.map {
            $0.details["step"]
        }
        #expect(Set(steps).count == steps.count, "no step twice: \(steps)")
    }
}

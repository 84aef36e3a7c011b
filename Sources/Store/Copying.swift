import Synchronization

/// Copying everything from one database into another, whatever the engines: out of one snapshot of the
/// source, in the order of the keys, so that a copy that was cut off goes on where it stopped.
package enum Copying {
    /// How many rows go into one transaction of the target.
    private static let batch = 2000
    /// A batch ends earlier if its values take so many bytes: pictures are large.
    private static let batchBytes = 8 << 20

    /// Copies tables in the given order, which must put a table behind those it points to. Rows that the
    /// target has already are left alone. `progress` is told the table, the rows that are there now, and how
    /// many there will be.
    package static func copy(
        _ tables: [TableShape], from source: any Database, to target: any Database,
        progress: @escaping @Sendable (_ table: String, _ done: Int, _ whole: Int) -> Void
    ) async throws {
        let attempts = Mutex(0)
        try await source.read { snapshot in
            // A store reads again after a lost connection; rows of two moments must not be mixed.
            guard
                attempts.withLock({
                    $0 += 1; return $0
                }) == 1
            else { throw StoreError.refused("the connection was lost while copying") }
            for table in tables { try copy(table, from: snapshot, to: target, progress) }
        }
    }

    /// How many rows each table has.
    package static func counts(of tables: [TableShape], in transaction: Transaction) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in tables {
            counts[table.name] = try transaction.count("SELECT COUNT(*) FROM \(name(table.name))")
        }
        return counts
    }

    private static func copy(
        _ table: TableShape, from source: Transaction, to target: any Database,
        _ progress: (String, Int, Int) -> Void
    ) throws {
        let whole = try source.count("SELECT COUNT(*) FROM \(name(table.name))")
        let keys = SQL.list(table.key.map(name))
        let (there, last) = try target.alone { transaction in
            (
                try transaction.count("SELECT COUNT(*) FROM \(name(table.name))"),
                try transaction.first(
                    "SELECT \(keys) FROM \(name(table.name)) ORDER BY \(backwards(table.key)) LIMIT 1"
                ) { row in
                    try table.key.map { try row.value($0) }
                }
            )
        }
        var done = there
        func put(_ rows: [Row]) throws {
            try target.alone { transaction in
                for row in rows { try transaction.put(insertion(of: row, into: table)) }
            }
            done += rows.count
            progress(table.name, done, whole)
        }
        if let parent = table.parent {
            // Few rows: held in memory and put parents first.
            return try put(
                parentsFirst(
                    try source.all("SELECT * FROM \(name(table.name)) ORDER BY \(keys)") { $0 }, table, parent
                ))
        }
        var (batch, bytes): ([Row], Int) = ([], 0)
        let after: SQL = last.map { "(\(keys)) > (\(SQL.list($0.map { "\($0)" })))" } ?? "1 = 1"
        try source.each("SELECT * FROM \(name(table.name)) WHERE \(after) ORDER BY \(keys)") { row in
            batch.append(row)
            bytes += row.values.reduce(0) { $0 + $1.size }
            if batch.count == Self.batch || bytes >= Self.batchBytes {
                try put(batch)
                batch.removeAll(keepingCapacity: true)
                bytes = 0
            }
        }
        try put(batch)
    }

    private static func parentsFirst(_ rows: [Row], _ table: TableShape, _ parent: String) throws -> [Row] {
        let own = table.key[table.key.count - 1]
        var (left, placed, sorted) = (rows, Set<Value>(), [Row]())
        while !left.isEmpty {
            var later: [Row] = []
            for row in left {
                let above = try row.value(parent)
                if above == .null || placed.contains(above) {
                    placed.insert(try row.value(own))
                    sorted.append(row)
                } else {
                    later.append(row)
                }
            }
            guard later.count < left.count else {
                throw StoreError.reference("\(table.name): rows that point at each other or at nothing")
            }
            left = later
        }
        return sorted
    }

    private static func insertion(of row: Row, into table: TableShape) -> SQL {
        """
        INSERT INTO \(name(table.name)) (\(SQL.list(row.names.map(name))))
            VALUES (\(SQL.list(row.values.map { "\($0)" }))) ON CONFLICT DO NOTHING
        """
    }

    private static func backwards(_ key: [String]) -> SQL { SQL.list(key.map { "\(name($0)) DESC" }) }

    /// A name of the program's own schema, quoted because some are words of the engines.
    private static func name(_ name: String) -> SQL { SQL(trusted: "\"\(name)\"") }
}

extension Value {
    /// How many bytes it takes.
    fileprivate var size: Int {
        switch self {
        case .null: 0
        case .integer, .real: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }
}

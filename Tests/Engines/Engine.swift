import Foundation
import Governance
package import Store
import Synchronization

/// The engine that the suites run on: SQLite in memory, or the PostgreSQL server that `LUOSHI_TEST_POSTGRES`
/// names. The server's county tables are hash partitions, so that a key or a statement that would not stay on
/// one node shows.
package enum Engine {
    /// The server's address, with a database from which others can be made; nil on SQLite.
    package static let server = ProcessInfo.processInfo.environment["LUOSHI_TEST_POSTGRES"]
    /// Whether the suites run on PostgreSQL.
    package static var isPostgres: Bool { server != nil }

    private static let made = Mutex(0)
    /// The databases that tests were lent, each for as long as a test holds on to it.
    private static let lent = Mutex<[Lent]>([])

    private struct Lent {
        let name: String
        weak var database: PostgresDatabase?
    }

    /// Writes every statement that the suites prepare into the file that `LUOSHI_TEST_STATEMENTS` names, each
    /// once.
    private static let recording: Void = {
        guard let path = ProcessInfo.processInfo.environment["LUOSHI_TEST_STATEMENTS"] else { return }
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        let seen = Mutex<(known: Set<String>, file: FileHandle)>(([], file))
        PostgresDatabase.onPreparation = { text, kinds in
            let line = JSON.object([
                ("text", .string(text)), ("kinds", .array(kinds.map { .int(Int64($0)) })),
            ]).text
            seen.withLock { seen in
                if seen.known.insert(line).inserted { seen.file.write(Data((line + "\n").utf8)) }
            }
        }
    }()

    /// Asks the engine for a table's columns: name, kind, and the value that a column has by itself.
    package static func columns(of table: String) -> SQL {
        isPostgres
            ? """
            SELECT column_name AS name, data_type AS kind, column_default AS preset
            FROM information_schema.columns WHERE table_name = \(table)
            """
            : "SELECT name, type AS kind, dflt_value AS preset FROM pragma_table_info(\(table))"
    }

    /// A database without tables.
    package static func empty() throws -> any Database {
        guard let server else { return try SQLiteDatabase(file: nil) }
        return try lend(on: server, template: "template0")
    }

    /// A database with the newest schema.
    package static func migrated() async throws -> any Database {
        guard let server else {
            let database = try SQLiteDatabase(file: nil)
            _ = try await database.migrate(Schema.migrations)
            return database
        }
        return try lend(on: server, template: try await Template.shared.name(on: server))
    }

    /// A new database, after those that no test holds any more were dropped: some hundred of them would fill
    /// a small disk.
    private static func lend(on server: String, template: String) throws -> PostgresDatabase {
        let given = lent.withLock { lent in
            let given = lent.filter { $0.database == nil }
            lent.removeAll { $0.database == nil }
            return given
        }
        for old in given { try PostgresDatabase.command("DROP DATABASE \(old.name)", at: server) }
        let address = try make(on: server, template: template)
        let database = PostgresDatabase(url: address, readers: 2)
        lent.withLock { $0.append(Lent(name: name(of: address), database: database)) }
        return database
    }

    /// The address of a new database on the server.
    package static func make(on server: String, template: String) throws -> String {
        _ = recording
        let number = made.withLock { made in
            made += 1
            return made
        }
        let name = "luoshi_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        try PostgresDatabase.command(
            "CREATE DATABASE \(name) TEMPLATE \(template) ENCODING 'UTF8' LOCALE 'C.UTF-8'", at: server)
        return address(of: name, on: server)
    }

    /// The name of the database that an address ends with.
    fileprivate static func name(of address: String) -> String {
        String(address.split(separator: "/").last ?? "")
    }

    /// The address of a database of that name on the same server.
    package static func address(of name: String, on server: String) -> String {
        guard let slash = server.lastIndex(of: "/") else { return server }
        return String(server[...slash]) + name
    }
}

/// One database with the schema, from which every test's own is copied.
private actor Template {
    static let shared = Template()
    private var ready: Task<String, any Error>?

    func name(on server: String) async throws -> String {
        if let ready { return try await ready.value }
        let task = Task {
            let address = try Engine.make(on: server, template: "template0")
            let database = PostgresDatabase(url: address, readers: 1)
            _ = try await database.migrate(Partitions.of(Schema.migrations))
            // The calendar is the same for every office: whoever founds one finds it loaded.
            let office = Office(database: database)
            let now = office.clock.now
            try await office.write { books in
                try Offices.prepareSharedChain(in: books)
                try Calendars.loadStarter(by: .system(of: .shared), at: now, in: books)
            }
            try await database.close()
            return Engine.name(of: address)
        }
        ready = task
        return try await task.value
    }
}

/// The schema as a distributed database would have it: every county's table in eight hash partitions.
package enum Partitions {
    /// The same steps, with `PARTITION BY HASH (county)` behind each county's table.
    package static func of(_ steps: [Migration]) -> [Migration] {
        steps.map { step in
            var step = step
            step.text = split(step.text)
            return step
        }
    }

    private static func split(_ text: String) -> String {
        var (out, table): ([Substring], Substring?) = ([], nil)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let match = line.firstMatch(of: #/^CREATE TABLE (\w+) \($/#) { table = match.1 }
            if line == ");", let name = table, isCounty(name, out) {
                out.append(") PARTITION BY HASH (county);")
                for part in 0..<8 {
                    out.append(
                        """
                        CREATE TABLE \(name)_p\(part) PARTITION OF \(name) FOR VALUES WITH (MODULUS 8, \
                        REMAINDER \(part));
                        """
                    )
                }
                table = nil
            } else {
                out.append(line)
            }
        }
        return out.joined(separator: "\n")
    }

    private static func isCounty(_ name: Substring, _ lines: [Substring]) -> Bool {
        guard let start = lines.lastIndex(where: { $0 == "CREATE TABLE \(name) (" }), start + 1 < lines.count
        else { return false }
        return lines[start + 1].hasPrefix("    county TEXT NOT NULL")
    }
}

import ArgumentParser
import Governance
import Store

/// `luoshi database`: what concerns a PostgreSQL server as a whole.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "What concerns a PostgreSQL server as a whole.",
        subcommands: [Distribute.self])

    /// `luoshi database distribute`: lays the schema over the nodes of a Citus cluster.
    struct Distribute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the calls that lay the schema over a Citus cluster, and run them with --apply.")
        @Flag(help: "Run the calls.") var apply = false
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            guard apply else { return print(Distribution.calls.map { $0 + ";" }.joined(separator: "\n")) }
            let settings = try await Settings(flags)
            guard let url = settings[.database] else {
                throw Failure(
                    "Only a PostgreSQL server can be distributed: name it with --database postgres://…")
            }
            let office = try await Opening.office(settings)
            let isThere = try await office.database.read {
                try $0.count("SELECT COUNT(*) FROM pg_extension WHERE extname = 'citus'") > 0
            }
            guard isThere else {
                throw Failure(
                    """
                    The server at \(Opening.place(settings)) has no Citus. Install its package on every \
                    node, run CREATE EXTENSION citus in this database, and add the nodes.
                    """
                )
            }
            for call in Distribution.calls {
                print(call)
                do { try PostgresDatabase.command(call, at: url) } catch let fault as StoreError {
                    throw Failure("It stopped there: \(fault)")
                }
            }
            try await office.database.close()
        }
    }
}

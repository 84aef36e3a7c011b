import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi backup`: everything in one folder, while the server runs.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write everything into an archive folder, also while the server runs.")
    @Argument(help: "The folder to write; it must not exist yet or be empty.") var folder: String
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings)
        let own = try settings.folder()
        let manifest = try await Moving.told {
            try await Archive.write(
                office, to: URL(filePath: folder), besides: ["checkpoints.jsonl", "checkpoint.key"].map { own.appending(path: $0) },
                progress: Moving.progress)
        }
        try await office.database.close()
        print("\(manifest.rows.values.reduce(0, +)) rows in \(folder). Keep it where this machine's disk is not; it holds the signing key.")
    }
}

/// `luoshi restore`: an archive into an empty data folder or database.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Restore an archive into an empty data folder or database.")
    @Argument(help: "The folder that luoshi backup wrote.") var folder: String
    @Flag(help: "Only hold the archive against its manifest.") var check = false
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let source = URL(filePath: folder)
        try await Moving.told {
            let manifest = try Archive.check(source)
            if check { return print("The archive of \(manifest.madeAt.iso) is whole.") }
            let settings = try await Settings(flags)
            let database = try await Opening.database(settings)
            try await Moving.needEmpty(database, at: Opening.place(settings))
            try await Archive.restore(source, into: database, progress: Moving.progress)
            try await Office(database: database).catchUpSearch()
            try await database.takeStock()
            try await database.close()
            let own = try settings.folder()
            for name in ["checkpoints.jsonl", "checkpoint.key"] where manifest.files[name] != nil {
                let target = own.appending(path: name)
                guard !FileManager.default.fileExists(atPath: target.path) else { throw Failure("\(target.path) is there already; it was left as it is.") }
                try FileManager.default.copyItem(at: source.appending(path: name), to: target)
            }
            print("Restored from \(manifest.madeAt.iso): \(manifest.rows.values.reduce(0, +)) rows; the chains end as the manifest says.")
        }
    }
}

/// `luoshi copy`: from one database into another, whatever the engines.
struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Copy everything from one database into another; cut off, it goes on where it stopped.")
    @Option(help: "Where from: sqlite://FOLDER or postgres://…") var from: String
    @Option(help: "Where to: sqlite://FOLDER or postgres://…") var to: String

    func run() async throws {
        let (source, target) = (try await Moving.database(from), try await Moving.database(to))
        try await Moving.told {
            try await Archive.copy(from: source, to: target, progress: Moving.progress)
            try await Office(database: target).catchUpSearch()
            try await target.takeStock()
        }
        try await source.close()
        try await target.close()
        print(
            "Copied: every table has as many rows, and every chain ends alike. Settings, checkpoints and keys of the data folder are files: copy them beside it."
        )
    }
}

/// What moving data shares.
enum Moving {
    /// Tells how far a table is.
    @Sendable static func progress(_ table: String, _ done: Int, _ whole: Int) {
        Progress(table.padding(toLength: 18, withPad: " ", startingAt: 0)).show(done, of: whole)
        if done >= whole { Progress.end() }
    }

    /// The database of an address `sqlite://FOLDER` or `postgres://…`.
    static func database(_ address: String) async throws -> any Database {
        let isFolder = address.hasPrefix("sqlite://")
        return try await Opening.database(Settings(only: isFolder ? .data : .database, isFolder ? String(address.dropFirst(9)) : address))
    }

    /// Refuses a database that holds an office.
    static func needEmpty(_ database: any Database, at place: String) async throws {
        let office = Office(database: database)
        _ = try await office.migrate()
        let offices = try await office.read { try Offices.all(in: $0).count }
        guard offices == 0 else { throw Failure("\(place) holds an office already; an archive is restored into an empty one.") }
    }

    /// Runs something and tells what went wrong in one sentence.
    static func told<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as Archive.Unusable { throw Failure("Not done: \(fault).") } catch let fault as StoreError {
            throw Failure("Not done: \(fault).")
        }
    }
}

import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi backup`: everything in one folder, while the server runs.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write everything into an archive folder, also while the server runs.")
    @Argument(help: "The folder to write; it must not exist yet or be empty.") var folder: String
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings)
        let checkpoints = try settings.checkpoints()
        let key: String?
        do { key = try await checkpoints.signingKey(for: office).publicKey } catch {
            // Better an archive that nobody signed than none.
            FileHandle.standardError.write(Data("The archive is not signed: \(error).\n".utf8))
            key = nil
        }
        let manifest = try await Moving.told {
            try await Archive.write(
                office, to: URL(filePath: folder), checkpoints: key == nil ? nil : checkpoints,
                progress: Moving.progress)
        }
        try await office.database.close()
        let signed = key.map { "signed with the public key \($0)" } ?? "NOT SIGNED"
        let rows = manifest.rows.values.reduce(0, &+)
        print("\(rows) rows in \(folder), \(signed). Keep it where this machine's disk is not,")
        print("and apart from it the keys: registry.key and checkpoint.key are not in it.")
    }
}

/// `luoshi restore`: an archive into an empty data folder or database.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Restore an archive into an empty data folder or database.")
    @Argument(help: "The folder that luoshi backup wrote.") var folder: String
    @Flag(help: "Only hold the archive against its signature and its manifest.") var check = false
    @Option(help: "The public key that has to have signed the archive, as you kept it elsewhere.")
    var key: String?
    @Flag(help: "Take an archive that nobody signed, as older versions made them.") var acceptUnsigned = false
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let source = URL(filePath: folder)
        try await Moving.told {
            let settings = try await Settings(flags)
            // A key that was kept elsewhere; or the one that signs here; or the one that the archive's log
            // names.
            let here = settings.checkpointKeyFile
            let own = try key.map(Auditing.publicKey) ?? SigningKey.inFile(here)?.publicKey
            let trust = Archive.Trust(key: own, takesUnsigned: acceptUnsigned)
            let manifest = try Archive.manifest(of: source, trusting: trust)
            say(manifest, isKnown: own != nil)
            if check {
                _ = try await Archive.check(source, trusting: trust)
                return print("The archive of \(manifest.madeAt.iso) is whole.")
            }
            let folder = try settings.folder()
            try Archive.needRoom(for: manifest, in: folder)
            let database = try await Opening.database(settings)
            try await Moving.needEmpty(database, at: Opening.place(settings))
            try await Archive.restore(source, into: database, trusting: trust, progress: Moving.progress)
            try await Office(database: database).catchUpSearch()
            try await database.analyze()
            try await database.close()
            try Archive.restoreFiles(source, manifest, into: folder)
            print(
                """
                Restored from \(manifest.madeAt.iso): \(manifest.rows.values.reduce(0, &+)) rows; the \
                chains end as the manifest says.
                """
            )
            print("Put registry.key and checkpoint.key there, too: an archive does not hold them.")
        }
    }

    /// Says who vouches for the archive.
    private func say(_ manifest: Archive.Manifest, isKnown: Bool) {
        guard let key = manifest.key else {
            let words = "NOBODY SIGNED THIS ARCHIVE: 没有签名的备份，谁都可能改过。 Whoever had it may have changed it.\n"
            return FileHandle.standardError.write(Data(words.utf8))
        }
        if isKnown { return print("Signed with the public key \(key), as it has to be.") }
        print("Signed with the public key \(key), which only the archive's own log names:")
        print("compare it with the one that you kept.")
    }
}

/// `luoshi copy`: from one database into another, whatever the engines.
struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy everything from one database into another; cut off, it goes on where it stopped.")
    @Option(help: "Where from: sqlite://FOLDER or postgres://…") var from: String
    @Option(help: "Where to: sqlite://FOLDER or postgres://…") var to: String

    func run() async throws {
        let (source, target) = (try await Moving.database(from), try await Moving.database(to))
        try await Moving.told {
            try await Archive.copy(from: source, to: target, progress: Moving.progress)
            try await Office(database: target).catchUpSearch()
            try await target.analyze()
        }
        try await source.close()
        try await target.close()
        print(
            """
            Copied: every table has as many rows, and every chain ends alike. Settings, checkpoints and \
            keys of the data folder are files: copy them beside it.
            """
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
        return try await Opening.database(
            Settings(only: isFolder ? .data : .database, isFolder ? String(address.dropFirst(9)) : address))
    }

    /// Refuses a database that holds an office.
    static func needEmpty(_ database: any Database, at place: String) async throws {
        let office = Office(database: database)
        _ = try await office.migrate()
        let offices = try await office.read { try Offices.all(in: $0).count }
        guard offices == 0 else {
            throw Failure("\(place) holds an office already; an archive is restored into an empty one.")
        }
    }

    /// Runs something and tells what went wrong in one sentence.
    static func told<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await Auditing.told(body) } catch {
            guard error is Archive.Unusable || error is StoreError else { throw error }
            throw Failure("Not done: \(error).")
        }
    }
}

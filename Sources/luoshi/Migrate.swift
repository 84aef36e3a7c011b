import ArgumentParser
import FoundationEssentials
import Governance
import Store

/// `luoshi migrate`: brings the schema up to date and says which steps were applied.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring the schema of a data folder up to date.")
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = try await Settings(flags)
        let folder = try settings.folder()
        let database: SQLiteDatabase
        let applied: [Int]
        do {
            database = try SQLiteDatabase(file: folder.appending(path: "luoshi.sqlite"))
            applied = try await Office(database: database).migrate()
        } catch let error as StoreError { throw Failure("The data in \(folder.path) cannot be migrated: \(error)") }
        try await database.close()
        print(applied.isEmpty ? "The schema is current." : "Applied: \(applied.map(String.init).joined(separator: ", ")).")
    }
}

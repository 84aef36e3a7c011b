import ArgumentParser
import Governance
import Store

/// `luoshi migrate`: brings the schema up to date and says which steps were applied.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring the schema up to date.")
    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let settings = try await Settings(flags)
        let database = try await Opening.database(settings)
        do {
            let applied = try await Office(database: database).migrate()
            print(
                applied.isEmpty
                    ? "The schema is current."
                    : "Applied: \(applied.map(String.init).joined(separator: ", ")).")
        } catch let error as StoreError {
            throw Failure("The data in \(Opening.place(settings)) cannot be migrated: \(error)")
        }
        try await database.close()
    }
}

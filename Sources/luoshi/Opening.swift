import Foundation
import Governance
import Rules
import Store

/// Opening a data folder: database, schema, clock.
enum Opening {
    /// The office in a folder, its schema brought up to date.
    static func office(_ settings: Settings) async throws -> Office {
        let folder = try settings.folder()
        let database: SQLiteDatabase
        do {
            database = try SQLiteDatabase(file: folder.appending(path: "luoshi.sqlite"))
            _ = try await Office(database: database).migrate()
        } catch let error as StoreError {
            throw Failure("The data in \(folder.path) cannot be opened: \(error)")
        }
        let office = Office(database: database)
        try await office.write { try Offices.prepareSharedChain(in: $0) }
        return Office(database: database, clock: try await clock(of: office))
    }

    /// A demo folder carries its own clock: it opens at its moment and runs on from there, never back behind what was written.
    private static func clock(of office: Office) async throws -> Clock {
        let start = try await office.read { books -> Instant? in
            guard let opens = try Offices.all(in: books).compactMap(\.demoOpensAt).max() else { return nil }
            var latest = opens
            for profile in try Offices.all(in: books) {
                if let last = try Log.lines(.init(), of: profile.county, in: books).first?.at { latest = max(latest, last.adding(milliseconds: 1)) }
            }
            return latest
        }
        return start.map { Clock.running(from: $0) } ?? .system
    }
}

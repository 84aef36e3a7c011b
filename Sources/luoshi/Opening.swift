import Foundation
import Governance
import Rules
import Store

/// Opening the data: database, schema, clock.
enum Opening {
    /// Who opens it: a server, whose statements may take half a minute, or a command that works on
    /// everything.
    enum Purpose { case serving, working }

    /// The office over the settings' database, its schema brought up to date.
    static func office(_ settings: Settings, for purpose: Purpose = .working) async throws -> Office {
        let database = try await database(settings, for: purpose)
        do {
            _ = try await Office(database: database).migrate()
            let office = Office(database: database)
            try await office.write { try Offices.prepareSharedChain(in: $0) }
            let opened = Office(
                database: database, clock: try await clock(of: office),
                registryKey: try settings.registrySecret())
            let sealed = try await opened.sealOpenNumbers()
            if sealed > 0 {
                print("Sealed \(sealed) telephone numbers that an older version kept in the clear.")
            }
            return opened
        } catch let error as StoreError {
            throw Failure("The data in \(place(settings)) cannot be opened: \(error)")
        }
    }

    /// The database that the settings name: a PostgreSQL server, or the file in the data folder.
    static func database(_ settings: Settings, for purpose: Purpose = .working) async throws -> any Database {
        // Whoever waits longer has given up; a command has time.
        let patience: Duration? = purpose == .serving ? .seconds(30) : nil
        do {
            if let url = settings[.database] {
                guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
                    throw Failure(
                        """
                        The database “\(withoutPassword(url))” is not an address like \
                        postgres://user@host/name. Leave it out for the file in the data folder.
                        """
                    )
                }
                let database = PostgresDatabase(
                    url: url, readers: try settings.number(.databaseReaders, in: 1...200),
                    patience: patience.map { Int($0.components.seconds) * 1000 })
                try await database.check()
                return database
            }
            return try SQLiteDatabase(
                file: settings.folder().appending(path: "luoshi.sqlite"), patience: patience)
        } catch let error as StoreError {
            throw Failure("The data in \(place(settings)) cannot be opened: \(error)")
        }
    }

    /// The counties whose logs are signed here: every office's, and the one of what belongs to none.
    static func counties(of office: Office) async throws -> [County] {
        try await office.read { [County.shared] + (try Offices.all(in: $0).map(\.county)) }
    }

    /// Ends a command that wrote something: it is signed at once, as no server may be there to do it within
    /// the hour.
    static func close(_ office: Office, signedAs settings: Settings) async throws {
        do {
            let checkpoints = try settings.checkpoints()
            for county in try await counties(of: office) {
                try await checkpoints.make(county, at: office.clock.now, office: office)
            }
        } catch { FileHandle.standardError.write(Data("The log was not signed: \(error).\n".utf8)) }
        try await office.database.close()
    }

    /// Where the data is, in words for whoever reads the terminal.
    static func place(_ settings: Settings) -> String {
        settings[.database].map(withoutPassword) ?? settings[.data] ?? ""
    }

    static func withoutPassword(_ url: String) -> String {
        url.replacing(#/(:\/\/[^:@\/]*):[^@]*@/#) { "\($0.1):…@" }.replacing(
            #/password=[^&]*/#, with: "password=…")
    }

    /// A demo folder carries its own clock: it opens at its moment and runs on from there, never back behind
    /// what was written.
    private static func clock(of office: Office) async throws -> Clock {
        let start = try await office.read { books -> Instant? in
            guard let opens = try Offices.all(in: books).compactMap(\.demoOpensAt).max() else { return nil }
            var latest = opens
            for profile in try Offices.all(in: books) {
                if let last = try Log.lastMoment(for: .system(of: profile.county), in: books) {
                    latest = max(latest, last.adding(milliseconds: 1))
                }
            }
            return latest
        }
        return start.map { Clock.running(from: $0) } ?? .system
    }
}

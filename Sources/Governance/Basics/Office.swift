import Rules
package import Store

/// The product without its doors: one database, one clock, one source of chance. Pages, API, commands and the
/// demo all come through here.
package final class Office: Sendable {
    /// The database.
    package let database: any Database
    /// Where the present comes from.
    package let clock: Clock
    /// Where chance comes from.
    package let chance: Chance
    /// What is remembered between requests.
    package let cache = Cache()
    /// What personal fields of the registry are sealed with; without it they are neither read nor written.
    package let registryKey: RegistryKey?

    /// How fast somebody may guess a password.
    package let pace = SignInPace()

    /// Looks that share their snapshots.
    private let snapshots: SharedSnapshots<Books>

    /// An office over a database whose schema is current.
    package init(
        database: any Database, clock: Clock = .system, chance: Chance = .system,
        registryKey: RegistryKey? = nil
    ) {
        (self.database, self.clock, self.chance, self.registryKey) = (database, clock, chance, registryKey)
        snapshots = SharedSnapshots { [cache] body in
            try await database.read {
                try body(
                    Books(transaction: $0, chance: chance, cache: cache, key: registryKey, isSnapshot: true)
                )
            }
        }
    }

    /// Looks something up in one consistent snapshot. Throws `Refusal.away` while the database does not
    /// answer.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Books) throws -> T) async throws -> T {
        let (chance, cache, key) = (self.chance, self.cache, self.registryKey)
        do {
            return try await database.read {
                try body(Books(transaction: $0, chance: chance, cache: cache, key: key, isSnapshot: true))
            }
        } catch let error as StoreError { throw Self.told(error) }
    }

    /// The same for what takes microseconds: looks that come together share a snapshot, and each waits for
    /// the others.
    package func readShared<T: Sendable>(_ body: @escaping @Sendable (Books) throws -> T) async throws -> T {
        do { return try await snapshots.look(body) } catch let error as StoreError { throw Self.told(error) }
    }

    /// Changes something: all of it, durably, or nothing. Whoever names the county waits until no other
    /// process changes anything there, so that what is looked up before it is changed is still so.
    package func write<T: Sendable>(
        in county: County? = nil, _ body: @escaping @Sendable (Books) throws -> T
    ) async throws -> T {
        let (chance, cache, key, clock) = (self.chance, self.cache, self.registryKey, self.clock)
        do {
            return try await database.write { transaction in
                // The heads write what the batch notes, even if nobody asks for them.
                if transaction.carried == nil { transaction.carried = CountyHeads(clock) }
                let books = Books(
                    transaction: transaction.noting(Schema.noted), chance: chance, cache: cache, key: key,
                    isSnapshot: false)
                if let county { _ = try books.head(of: county) }
                return try body(books)
            }
        } catch let error as StoreError { throw Self.told(error) }
    }

    /// Follows the changes of a county, of whichever process they are.
    package func subscribe(_ county: County) -> Following { database.subscribe(county.code) }

    /// What the store may answer, as far as whoever asked can do something about it; the rest is a fault of
    /// the program.
    private static func told(_ error: StoreError) -> any Error {
        switch error {
        case .busy, .overtaken, .slow: Refusal.busy
        case .full: Refusal.noRoom
        case .unavailable: Refusal.away
        case .duplicate, .reference, .refused: Refusal.clash(error.description)
        default: error
        }
    }
}

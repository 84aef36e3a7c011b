import Rules
package import Store

/// The product without its doors: one database, one clock, one source of chance. Pages, API, commands and the demo all
/// come through here.
package final class Office: Sendable {
    /// The database.
    package let database: any Database
    /// Where the present comes from.
    package let clock: Clock
    /// Where chance comes from.
    package let chance: Chance
    /// What is remembered between requests.
    package let memory = Memory()

    /// An office over a database whose schema is current.
    package init(database: any Database, clock: Clock = .system, chance: Chance = .system) {
        (self.database, self.clock, self.chance) = (database, clock, chance)
    }

    /// Looks something up in one consistent snapshot.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Books) throws -> T) async throws -> T {
        let (chance, memory) = (self.chance, self.memory)
        return try await database.read { try body(Books(transaction: $0, chance: chance, memory: memory, isSnapshot: true)) }
    }

    /// Changes something: all of it, durably, or nothing.
    package func write<T: Sendable>(_ body: @escaping @Sendable (Books) throws -> T) async throws -> T {
        let (chance, memory) = (self.chance, self.memory)
        do {
            return try await database.write { try body(Books(transaction: $0, chance: chance, memory: memory, isSnapshot: false)) }
        } catch StoreError.busy { throw Refusal.busy } catch StoreError.full { throw Refusal.noRoom }
    }

    /// Brings the schema to the newest step; answers the numbers applied.
    package func migrate() async throws -> [Int] { try await database.migrate(Schema.migrations) }
}

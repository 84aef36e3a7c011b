package import Rules
import Store

/// The office's records inside one transaction: what every verb and query is handed.
package struct Books {
    let transaction: Transaction
    let chance: Chance
    /// What is remembered between requests.
    let cache: Cache
    /// In a snapshot the counters of a county stand still: they are read once. Nil where something may
    /// change.
    let heads: StandingHeads?
    /// What personal fields are sealed with; nil where the office was opened without a key.
    let key: RegistryKey?

    init(transaction: Transaction, chance: Chance, cache: Cache, key: RegistryKey?, isSnapshot: Bool) {
        (self.transaction, self.chance, self.cache, self.key) = (transaction, chance, cache, key)
        heads = isSnapshot ? StandingHeads() : nil
    }

    /// The same books over a rehearsal: what is remembered is known there, and nothing that is learnt stays.
    private init(recording books: Books, on transaction: Transaction) {
        (self.transaction, chance, cache, key) = (
            transaction, books.chance, Cache(recalling: books.cache), books.key
        )
        heads = StandingHeads(knowing: books.heads)
    }

    /// Changes rows and answers how many.
    @discardableResult
    func change(_ statement: SQL) throws -> Int { try transaction.run(statement) }
    /// Adds rows without waiting for the answer; if they cannot be added, nothing of the request stays.
    func put(_ statement: SQL) throws { try transaction.put(statement) }
    /// Every row of the answer, made into something.
    func all<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> [T] {
        try transaction.all(statement, make)
    }
    /// The first row of the answer, or nil.
    func first<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> T? {
        try transaction.first(statement, make)
    }
    /// The only number of the answer.
    func count(_ statement: SQL) throws -> Int { try transaction.count(statement) }

    /// Runs a body that asks much which does not depend on each other: a far-away engine answers it together.
    /// The body is rehearsed first, so it must do nothing but ask and answer.
    package func pipelined<T>(_ body: (Books) throws -> T) throws -> T {
        if heads != nil {
            try transaction.prefetch { _ = try body(Books(recording: self, on: $0)) }
        }
        return try body(self)
    }

    /// A new identity, ordered by time.
    package func newID<Of>(at now: Instant) -> ID<Of> {
        ID(milliseconds: now.milliseconds, random: (chance.bits(), UInt16(truncatingIfNeeded: chance.bits())))
    }

    /// Writes an event into the county's chain, in the transaction of the change that it tells of.
    package func record(
        _ event: Event, about subject: Event.Subject, by actor: Actor, as power: Power? = nil, at now: Instant
    ) throws {
        let county = actor.county
        let details = try event.kept { name, text in
            try key?.closed(text, of: LogEntry.record(subject, name), chance: chance)
        }
        let entry = try raise(county) { head in
            head.events += 1
            return LogEntry(
                sequence: head.events, at: now, event: event, details: details, subject: subject,
                actor: actor, seat: actor.seat(for: power))
        }
        transaction.say(PendingEvent(county: county, entry: entry))
    }

    /// Writes the events that still wait for the end of the batch, before somebody asks for lines of the log
    /// in a body that changes something.
    func writePendingEvents() throws {
        guard heads == nil else { return }
        try withHeads { $0 = try EventWriting.write($0, isWhole: false, in: transaction) }
    }
}

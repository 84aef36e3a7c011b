package import Rules
import Store

/// The office's records inside one transaction: what every verb and query is handed.
package struct Books {
    let transaction: Transaction
    let chance: Chance
    /// In a snapshot the counters of all counties stand still: they are read once. Nil where something may change.
    let heads: Heads?

    init(transaction: Transaction, chance: Chance, isSnapshot: Bool) {
        (self.transaction, self.chance, heads) = (transaction, chance, isSnapshot ? Heads() : nil)
    }

    /// The counters of every county, read when first asked.
    final class Heads {
        struct Head { var events: Int, organisation: Int }
        private var found: [County: Head]?
        func all(_ transaction: Transaction) throws -> [County: Head] {
            if let found { return found }
            var fresh: [County: Head] = [:]
            try transaction.each("SELECT county, event_seq, organisation_seq FROM county_head") { row in
                fresh[try row.get("county")] = Head(events: try row.get("event_seq"), organisation: try row.get("organisation_seq"))
            }
            found = fresh
            return fresh
        }
    }

    /// Changes rows and answers how many.
    @discardableResult
    func change(_ statement: SQL) throws -> Int { try transaction.run(statement) }
    /// Every row of the answer, made into something.
    func all<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> [T] { try transaction.all(statement, make) }
    /// The first row of the answer, or nil.
    func first<T>(_ statement: SQL, _ make: (Row) throws -> T) throws -> T? { try transaction.first(statement, make) }
    /// The only number of the answer.
    func count(_ statement: SQL) throws -> Int { try transaction.count(statement) }

    /// A new identity, ordered by time.
    package func newID<Of>(at now: Instant) -> ID<Of> {
        ID(milliseconds: now.milliseconds, random: (chance.bits(), UInt16(truncatingIfNeeded: chance.bits())))
    }

    /// Writes an event into the county's chain, in the transaction of the change that it tells of.
    package func record(
        _ event: Event, about subject: Event.Subject, by actor: Actor, as power: Power? = nil, at now: Instant
    ) throws {
        let county = actor.county
        guard
            let head = try first(
                """
                UPDATE county_head SET event_seq = event_seq + 1 WHERE county = \(county)
                RETURNING event_seq, event_hash
                """, { ($0, try $0.get("event_seq", as: Int.self), try $0.get("event_hash", as: [UInt8].self)) })
        else { throw Refusal.notFound }
        let entry = LogEntry(
            sequence: head.1, at: now, event: event, subject: subject, actor: actor, seat: actor.seat(for: power),
            previous: head.2, county: county)
        try change(
            """
            INSERT INTO event (county, seq, happened_at, kind, subject_kind, subject_id, person, name_zh, name_en,
                post_zh, post_en, body, previous_hash, hash)
            VALUES (\(county), \(entry.sequence), \(now), \(entry.kind), \(subject.kind), \(subject.id), \(entry.person),
                \(entry.name.zh), \(entry.name.en), \(entry.post.zh), \(entry.post.en), \(entry.body),
                \(entry.previous), \(entry.hash))
            """)
        try change("UPDATE county_head SET event_hash = \(entry.hash) WHERE county = \(county)")
    }

    /// The number of the county's newest event: it changes whenever anything does.
    package func version(of county: County) throws -> Int {
        if let heads { return try heads.all(transaction)[county]?.events ?? 0 }
        return try count("SELECT event_seq FROM county_head WHERE county = \(county)")
    }
}

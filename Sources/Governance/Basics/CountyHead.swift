import Rules
import Store

/// The numbers that count up in a county: its newest event with its hash, its newest case, the version of its
/// organisation.
struct CountyHead: Sendable, Equatable {
    /// The number and the hash of the newest event: where the chain goes on.
    var events: Int, eventHash: [UInt8]
    /// The year of the newest case and its number in that year.
    var caseYear: Int, cases: Int
    /// Raised by every change of units, posts, tenures, accounts and parameters.
    var organisation: Int
    /// The latest moment that a record was stamped with: stamps never go back, whenever their requests began.
    var stampedAt: Instant

    init(_ row: Row) throws {
        events = try row.get("event_seq")
        eventHash = try row.get("event_hash")
        caseYear = try row.get("case_year")
        cases = try row.get("case_seq")
        organisation = try row.get("organisation_seq")
        stampedAt = try row.get("stamped_at")
    }

    static let columns: SQL =
        "county, event_seq, event_hash, case_year, case_seq, organisation_seq, stamped_at"
}

/// The heads of the counties that a batch of writes touches. They are read once, raised in memory by one
/// request after the other, and written once before the batch commits: a county's row is the busiest of all.
struct CountyHeads: BatchState {
    private(set) var now: [County: CountyHead] = [:]
    private var stored: [County: CountyHead] = [:]
    /// Where the moment of a line comes from that no verb wrote.
    let clock: Clock
    /// The version of what all counties share, once it was read or raised in this batch.
    private var shared: (version: Int, isChanged: Bool)?

    /// Nothing read yet.
    init(_ clock: Clock) { self.clock = clock }

    /// The version of what all counties share; nil while this batch changes it.
    mutating func sharedVersion(in transaction: Transaction) throws -> Int? {
        if let shared { return shared.isChanged ? nil : shared.version }
        let version = try SharedVersion.read(transaction)
        shared = (version, false)
        return version
    }

    /// What all counties share has changed: whatever is remembered of it is read again, in every process.
    mutating func raiseShared(in transaction: Transaction) throws {
        try transaction.run("UPDATE shared_version SET version = version + 1 WHERE id = 1")
        shared = (0, true)
    }

    /// A county's head as it stands after everything so far. Reading it locks the county's row until the
    /// commit, so that of several processes only one at a time writes in a county.
    mutating func head(of county: County, in transaction: Transaction) throws -> CountyHead? {
        if let known = now[county] { return known }
        let fresh = try transaction.locked(
            """
            UPDATE county_head SET event_seq = event_seq
                WHERE county = \(county) RETURNING \(CountyHead.columns)
            """,
            CountyHead.init)
        (now[county], stored[county]) = (fresh, fresh)
        return fresh
    }

    /// Makes the head of a county that has none.
    mutating func beginChain(of county: County, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO county_head (county, event_seq, event_hash, case_year, case_seq, organisation_seq,
                stamped_at)
            VALUES (\(county), 0, \([UInt8]()), 0, 0, 0, 0) ON CONFLICT (county) DO NOTHING
            """)
        now[county] = nil
    }

    /// Whether nothing of the organisation was changed since the batch began: what is remembered of it is
    /// then true.
    func isSettled(_ county: County) -> Bool { now[county]?.organisation == stored[county]?.organisation }

    /// The counties whose counters beside the chain's own were raised in this batch.
    var raised: [County] {
        now.filter { county, head in
            guard let before = stored[county] else { return false }
            return head.digest != before.digest
        }.map(\.key).sorted { $0.code < $1.code }
    }

    mutating func set(_ head: CountyHead, of county: County) { now[county] = head }

    func settle(in transaction: Transaction) throws {
        let end = try EventWriting.write(self, isWhole: true, in: transaction)
        for (county, head) in end.now where end.stored[county] != head {
            transaction.notify(county.code)
            try transaction.put(
                """
                UPDATE county_head SET event_seq = \(head.events), event_hash = \(head.eventHash),
                    case_year = \(head.caseYear),
                    case_seq = \(head.cases), organisation_seq = \(head.organisation),
                        stamped_at = \(head.stampedAt)
                WHERE county = \(county)
                """)
        }
    }
}

extension Books {
    /// The counters of the counties that a snapshot is asked about, where they stand still: each is read
    /// once, when first asked. Nobody's request reads another county's.
    final class StandingHeads {
        private var found: [County: CountyHead?] = [:]
        private var shared: Int?

        /// Nothing read yet.
        init() {}
        /// What another knows already; what is read here the other never hears of.
        init(knowing other: StandingHeads?) { (found, shared) = (other?.found ?? [:], other?.shared) }

        func head(of county: County, _ transaction: Transaction) throws -> CountyHead? {
            if let known = found[county] { return known }
            // Both are asked for by nearly everything: one question less a page.
            let fresh = try transaction.first(
                """
                SELECT \(CountyHead.columns), (SELECT version FROM shared_version WHERE id = 1) AS shared
                    FROM county_head WHERE county = \(county)
                """
            ) { (head: try CountyHead($0), shared: try $0.optional("shared", as: Int.self) ?? 0) }
            found[county] = fresh?.head
            if let fresh { shared = fresh.shared }
            return fresh?.head
        }

        func sharedVersion(_ transaction: Transaction) throws -> Int {
            if let shared { return shared }
            let fresh = try SharedVersion.read(transaction)
            shared = fresh
            return fresh
        }
    }

    /// Uses the heads of the batch. Meanwhile nobody else holds them: with a second owner each change would
    /// copy them all.
    func withHeads<T>(_ body: (inout CountyHeads) throws -> T) rethrows -> T {
        guard var carried = transaction.carried as? CountyHeads else {
            preconditionFailure("what changes goes through Office.write")
        }
        transaction.carried = nil
        defer { transaction.carried = carried }
        return try body(&carried)
    }

    /// A county's head; nil if it has none yet.
    func head(of county: County) throws -> CountyHead? {
        if let heads { return try heads.head(of: county, transaction) }
        return try withHeads { try $0.head(of: county, in: transaction) }
    }

    /// Raises a county's counters; throws `Refusal.notFound` for a county without a head.
    func raise<T>(_ county: County, _ change: (inout CountyHead) throws -> T) throws -> T {
        guard heads == nil, var head = try head(of: county) else { throw Refusal.notFound }
        let result = try change(&head)
        withHeads { $0.set(head, of: county) }
        return result
    }

    /// Makes the head of a county that has none, so that its chain can begin.
    func beginChain(of county: County) throws {
        guard try head(of: county) == nil else { return }
        try withHeads { try $0.beginChain(of: county, in: transaction) }
    }

    /// The version under which things of the county's organisation and of what all counties share may be
    /// remembered; nil while this batch changes one of them, or if the county has no head. Both only grow, so
    /// their sum names the state of both.
    func organisation(of county: County) throws -> Int? {
        if let heads {
            return try heads.head(of: county, transaction).map {
                $0.organisation + (try heads.sharedVersion(transaction))
            }
        }
        return try withHeads { carried in
            guard let head = try carried.head(of: county, in: transaction), carried.isSettled(county) else {
                return nil
            }
            return try carried.sharedVersion(in: transaction).map { head.organisation + $0 }
        }
    }

    /// The version of what all counties share; nil while this batch changes it.
    func sharedVersion() throws -> Int? {
        if let heads { return try heads.sharedVersion(transaction) }
        return try withHeads { try $0.sharedVersion(in: transaction) }
    }

    /// Says that what all counties share has changed.
    func raiseSharedVersion() throws {
        try withHeads { try $0.raiseShared(in: transaction) }
    }

    /// The moment for a record that changes now: this one, or a later one that another record has already. So
    /// whoever copies what changed since a moment misses nothing that began earlier and came later.
    func stamp(_ now: Instant, in county: County) throws -> Instant {
        try raise(county) { head in
            head.stampedAt = max(head.stampedAt, now)
            return head.stampedAt
        }
    }

    /// The number that the county's next event gets.
    func nextLine(of county: County) throws -> Int { try version(of: county) + 1 }

    /// The number of the county's newest event: it changes whenever anything does.
    package func version(of county: County) throws -> Int { try head(of: county)?.events ?? 0 }
}

/// The version of what all counties share: land, calendar, the list of offices. Its table is the same on
/// every node.
enum SharedVersion {
    static func read(_ transaction: Transaction) throws -> Int {
        try transaction.first("SELECT version FROM shared_version WHERE id = 1") {
            try $0.get("version", as: Int.self)
        } ?? 0
    }
}

import Store

/// The numbers that count up in a county: its newest event with its hash, its newest case, the version of its organisation.
struct CountyHead: Sendable, Equatable {
    /// The number and the hash of the newest event: where the chain goes on.
    var events: Int, eventHash: [UInt8]
    /// The year of the newest case and its number in that year.
    var caseYear: Int, cases: Int
    /// Raised by every change of territories, units, posts, tenures, accounts and parameters.
    var organisation: Int

    init(_ row: Row) throws {
        events = try row.get("event_seq")
        eventHash = try row.get("event_hash")
        caseYear = try row.get("case_year")
        cases = try row.get("case_seq")
        organisation = try row.get("organisation_seq")
    }

    static let columns: SQL = "county, event_seq, event_hash, case_year, case_seq, organisation_seq"
}

/// The heads of the counties that a batch of writes touches. They are read once, raised in memory by one request after the
/// other, and written once before the batch commits: a county's row is the busiest of all.
struct CountyHeads: Carried {
    private(set) var now: [County: CountyHead] = [:]
    private var stored: [County: CountyHead] = [:]

    /// A county's head as it stands after everything so far. Reading it locks the county's row until the commit, so that
    /// of several processes only one at a time writes in a county.
    mutating func head(of county: County, in transaction: Transaction) throws -> CountyHead? {
        if let known = now[county] { return known }
        let fresh = try transaction.locked(
            "UPDATE county_head SET event_seq = event_seq WHERE county = \(county) RETURNING \(CountyHead.columns)", CountyHead.init)
        (now[county], stored[county]) = (fresh, fresh)
        return fresh
    }

    /// Whether nothing of the organisation was changed since the batch began: what is remembered of it is then true.
    func isSettled(_ county: County) -> Bool { now[county]?.organisation == stored[county]?.organisation }

    mutating func set(_ head: CountyHead, of county: County) { now[county] = head }

    func settle(in transaction: Transaction) throws {
        for (county, head) in now where stored[county] != head {
            transaction.tell(county.code)
            try transaction.put(
                """
                UPDATE county_head SET event_seq = \(head.events), event_hash = \(head.eventHash), case_year = \(head.caseYear),
                    case_seq = \(head.cases), organisation_seq = \(head.organisation)
                WHERE county = \(county)
                """)
        }
    }
}

extension Books {
    /// The counters of every county in a snapshot, where they stand still: read once, when first asked.
    final class StandingHeads {
        private var found: [County: CountyHead]?
        /// Whether they need not be asked any more.
        var isRead: Bool { found != nil }
        func all(_ transaction: Transaction) throws -> [County: CountyHead] {
            if let found { return found }
            var fresh: [County: CountyHead] = [:]
            for (county, head) in try transaction.all(
                "SELECT \(CountyHead.columns) FROM county_head", { (try $0.get("county", as: County.self), try CountyHead($0)) })
            {
                fresh[county] = head
            }
            found = fresh
            return fresh
        }
    }

    /// A county's head; nil if it has none yet.
    func head(of county: County) throws -> CountyHead? {
        if let heads { return try heads.all(transaction)[county] }
        var carried = transaction.carried as? CountyHeads ?? CountyHeads()
        defer { transaction.carried = carried }
        return try carried.head(of: county, in: transaction)
    }

    /// Raises a county's counters; throws `Refusal.notFound` for a county without a head.
    func raise<T>(_ county: County, _ change: (inout CountyHead) throws -> T) throws -> T {
        guard var head = try head(of: county), var carried = transaction.carried as? CountyHeads else { throw Refusal.notFound }
        let result = try change(&head)
        carried.set(head, of: county)
        transaction.carried = carried
        return result
    }

    /// Makes the head of a county that has none, so that its chain can begin.
    func beginChain(of county: County) throws {
        guard try head(of: county) == nil else { return }
        try change(
            """
            INSERT INTO county_head (county, event_seq, event_hash, case_year, case_seq, organisation_seq)
            VALUES (\(county), 0, \([UInt8]()), 0, 0, 0) ON CONFLICT (county) DO NOTHING
            """)
    }

    /// The version of the county's organisation under which things may be remembered; nil while this batch changes it, or
    /// if the county has no head.
    func organisation(of county: County) throws -> Int? {
        guard let head = try head(of: county) else { return nil }
        if heads == nil, (transaction.carried as? CountyHeads)?.isSettled(county) == false { return nil }
        return head.organisation
    }

    /// The number of the county's newest event: it changes whenever anything does.
    package func version(of county: County) throws -> Int { try head(of: county)?.events ?? 0 }
}

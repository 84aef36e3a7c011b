import Rules
import Store

extension Event.Kind {
    static let rowsNoted = Event.Kind("log.rows", zh: "登记数据行", en: "Rows noted")
}

/// An event that waits for the end of its batch: only then are all rows known that it left behind.
struct PendingEvent: Sendable {
    var county: County, entry: LogEntry
}

/// Writes the events of a batch behind everything that it changed.
///
/// A row belongs to the event that its body records next, and what comes behind a body's last event to that
/// one. What no event tells of is told by a line of its own: no row changes in silence.
struct EventWriting {
    private let transaction: Transaction
    private var heads: CountyHeads
    private var groups: [(event: PendingEvent, rows: [RowDigest])] = []
    /// Rows that belong to no event of their county.
    private var left: [County: [RowDigest]] = [:]
    /// When the next change of a shared table happens, once there is one.
    private var order: UInt64?

    /// Writes what a batch noted and said; answers the heads behind it.
    static func write(
        _ heads: CountyHeads, isWhole: Bool, in transaction: Transaction
    ) throws -> CountyHeads {
        let notes = try transaction.takeNotes(isWhole: isWhole)
        var writing = EventWriting(transaction, heads)
        try writing.group(notes)
        if isWhole { try writing.nameCounters() }
        try writing.nameLeft()
        try writing.writeGroups()
        return writing.heads
    }

    private init(_ transaction: Transaction, _ heads: CountyHeads) {
        (self.transaction, self.heads) = (transaction, heads)
    }

    private mutating func group(_ entries: ArraySlice<Journal.Entry>) throws {
        var (open, last): ([RowDigest], Int?) = ([], nil)
        /// The county of each open row; nil of a shared table.
        var counties: [String?] = []
        func close(_ event: Int?) {
            for (row, county) in zip(open, counties) {
                let owner = event.map { groups[$0].event.county.code }
                if let event, county == nil || county == owner {
                    groups[event].rows.append(row)
                } else {
                    left[county.flatMap { County($0) } ?? .shared, default: []].append(row)
                }
            }
            open.removeAll(keepingCapacity: true)
            counties.removeAll(keepingCapacity: true)
        }
        for entry in entries {
            switch entry {
            case .rows(let noted):
                guard let layout = noted.layout else { continue }
                for values in noted.rows {
                    let (county, key) = RowDigest.key(values, layout)
                    open.append(
                        RowDigest(
                            table: layout.table.name, key: key,
                            content: noted.areGone ? nil : RowDigest.content(values, layout),
                            order: county == nil ? try nextOrder() : nil))
                    counties.append(county)
                }
            case .word(let word):
                guard let event = word as? PendingEvent else { continue }
                groups.append((event, []))
                last = groups.count - 1
                close(last)
            case .end:
                close(last)
                last = nil
            }
        }
        close(last)
    }

    /// Changes of shared tables come one after the other in all processes: the version tells which is later.
    private mutating func nextOrder() throws -> UInt64 {
        if let order {
            self.order = order + 1
            return order + 1
        }
        let version = try transaction.first(
            "UPDATE shared_version SET version = version + 1 WHERE id = 1 RETURNING version"
        ) { try $0.get("version", as: Int.self) }
        // A million changes a batch are more than any batch has.
        let first = UInt64(max(0, version ?? 0)) * 1_000_000
        order = first
        return first
    }

    /// Counters that were raised although nothing is told of their county get a line, too.
    private mutating func nameCounters() throws {
        for county in heads.raised where !groups.contains(where: { $0.event.county == county }) {
            if left[county] == nil { left[county] = [] }
        }
    }

    /// A line of its own for rows that no event tells of.
    private mutating func nameLeft() throws {
        for (county, rows) in left.sorted(by: { $0.key.code < $1.key.code }) {
            if try heads.head(of: county, in: transaction) == nil {
                // Land and calendar may stand before any office does.
                guard county == .shared else { continue }
                try heads.beginChain(of: county, in: transaction)
            }
            // Few enough a line that it can be read.
            for start in stride(from: 0, to: max(1, rows.count), by: 10_000) {
                let part = Array(rows[start..<min(start + 10_000, rows.count)])
                let tables = Dictionary(grouping: part, by: \.table).mapValues(\.count)
                    .sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                try add(.rowsNoted, [("rows", tables.isEmpty ? "county_head 1" : tables)], part, county)
            }
        }
        left = [:]
    }

    private mutating func add(
        _ kind: Event.Kind, _ details: [(String, String)], _ rows: [RowDigest], _ county: County
    ) throws {
        guard var head = try heads.head(of: county, in: transaction) else { return }
        head.events += 1
        heads.set(head, of: county)
        let actor = Actor.system(of: county)
        let entry = LogEntry(
            sequence: head.events, at: heads.clock.now, event: Event(kind, details.map { ($0.0, $0.1) }),
            details: details, subject: .init("log", county.code), actor: actor, seat: nil)
        groups.append((PendingEvent(county: county, entry: entry), rows))
    }

    private mutating func writeGroups() throws {
        var last: [County: Int] = [:]
        for (index, group) in groups.enumerated() { last[group.event.county] = index }
        for (index, group) in groups.enumerated() {
            let county = group.event.county
            guard var head = try heads.head(of: county, in: transaction) else { throw Refusal.notFound }
            var rows = Self.newest(group.rows)
            // The counters as the batch leaves them.
            if last[county] == index { rows.append(head.digest) }
            var entry = group.event.entry
            let bytes = RowDigest.encoded(rows)
            entry.rowsHash = digest(bytes)
            entry.previous = head.eventHash
            entry.hash = entry.computedHash(county: county)
            head.eventHash = entry.hash
            heads.set(head, of: county)
            try transaction.put(
                """
                INSERT INTO event (county, seq, happened_at, kind, subject_kind, subject_id, person, name_zh,
                    name_en, post_zh, post_en, body, previous_hash, hash, row_digests)
                VALUES (\(county), \(entry.sequence), \(entry.at), \(entry.kind), \(entry.subject.kind),
                    \(entry.subject.id), \(entry.person), \(entry.name.zh), \(entry.name.en),
                    \(entry.post.zh), \(entry.post.en), \(entry.body), \(entry.previous), \(entry.hash),
                    \(bytes))
                """)
        }
    }

    /// Of a row that was changed several times, what it was left as.
    private static func newest(_ rows: [RowDigest]) -> [RowDigest] {
        guard rows.count > 1 else { return rows }
        struct Name: Hashable { var table: String, key: String }
        var (places, kept): ([Name: Int], [RowDigest]) = ([:], [])
        for row in rows {
            let name = Name(table: row.table, key: row.key)
            if let place = places[name] {
                kept[place] = row
            } else {
                places[name] = kept.count
                kept.append(row)
            }
        }
        return kept
    }
}

extension CountyHead {
    /// What the counters that the chain itself does not tell were left as.
    var digest: RowDigest {
        let numbers = [caseYear, cases, organisation, Int(stampedAt.milliseconds)]
        let text = numbers.map(String.init).joined(separator: " ")
        return RowDigest(table: "county_head", key: "", content: .init(of: Array(text.utf8)))
    }
}

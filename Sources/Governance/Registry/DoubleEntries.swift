package import Rules
import Store

extension Event.Kind {
    static let doubleSettled = Event.Kind("register.double.settle", zh: "处理重复登记", en: "Double entry settled")
}

/// One person who stands in a household while another household claims the same certificate: somebody decides
/// which holds.
package struct DoubleEntry: Sendable {
    /// Its identity, who stands, and which household claims.
    package let id: ID<DoubleEntry>, member: ID<Member>, household: ID<Household>
    /// The path of the claiming household's village, and when it was found.
    package let path: String, foundAt: Instant
    /// When it was settled; nil while it waits.
    package let settledAt: Instant?
    /// What the claim says, sealed.
    let entry: [UInt8]

    init(_ row: Row) throws {
        (id, member, household) = (try row.get("id"), try row.get("member"), try row.get("household"))
        (path, foundAt, entry) = (try row.get("village_path"), try row.get("found_at"), try row.get("entry"))
        settledAt = try row.optional("settled_at")
    }
}

/// Finding and deciding double entries.
package enum DoubleEntries {
    /// How it can be decided.
    package enum Verdict: String, LifecycleVerb, Bindable, Readable {
        /// The person moved: from a day on the other household holds.
        case move
        /// The person stays where the register has it; the claim falls.
        case stay

        /// What the decision is called.
        package var words: Phrase {
            switch self {
            case .move: Phrase(zh: "转到新的一户", en: "Moves to the new household")
            case .stay: Phrase(zh: "留在原来一户", en: "Stays in the household")
            }
        }
    }

    /// Who stands with that certificate outside a household; nil if nobody does.
    static func standing(
        _ mark: [UInt8], outside household: ID<Household>, of county: County, in books: Books
    ) throws -> ID<Member>? {
        try books.first(
            """
            SELECT v.id FROM member_version v WHERE v.county = \(county) AND v.certificate_mark = \(mark)
                AND v.household <> \(household)
            AND \(AsOf.present.condition("v"))
            """
        ) { try $0.get("id") }
    }

    /// Notes a claim; false if it is known.
    static func note(
        _ member: ID<Member>, household: ID<Household>, path: String, number: String,
        _ values: [String: Value], key: RegistryKey, by actor: Actor,
        at now: Instant,
        in books: Books
    ) throws -> Bool {
        let known = try books.count(
            """
            SELECT COUNT(*) FROM double_entry WHERE county = \(actor.county) AND member = \(member)
                AND household = \(household)
            """
        )
        guard known == 0 else { return false }
        let id: ID<DoubleEntry> = books.newID(at: now)
        var written = values.map { ($0.key, FactList.member[$0.key]?.tabled($0.value) ?? "") }.sorted {
            $0.0 < $1.0
        }
        written.append(("number", number))
        let entry = try key.closed(
            JSON.object(written.map { ($0.0, .string($0.1)) }).text, of: "entry \(id)", chance: books.chance)
        try books.put(
            """
            INSERT INTO double_entry (county, id, member, household, village_path, entry, found_at)
            VALUES (\(actor.county), \(id), \(member), \(household), \(path), \(entry), \(now))
            """)
        try books.record(
            Event(.doubleFound, [("member", member.text)]), about: .init("household", household.text),
            by: actor, as: .keepRegister, at: now)
        return true
    }

    /// What waits for a decision in reach, oldest first; from behind an entry on if one is named. Throws
    /// `Refusal.invalid` for a cursor that is none.
    package static func open(
        for actor: Actor, on day: Day, only id: ID<DoubleEntry>? = nil, after cursor: String = "",
        limit: Int = 200, in books: Books
    ) throws -> Queue<DoubleEntry> {
        let actor = try actor.acting(as: .approveChange)
        let wanted: SQL = id.map { "d.id = \($0)" } ?? "1 = 1"
        return try books.queue(
            "d.*",
            """
            double_entry d JOIN household_version v ON v.county = d.county AND v.id = d.household AND \
            \(AsOf.present.condition("v"))
            WHERE d.county = \(actor.county) AND d.settled_at IS NULL AND \(wanted) AND \
            \(actor.registryReach(on: day))
            """, page: try page(after: cursor, of: actor.county, in: books), order: "d.found_at, d.id",
            limit: limit, DoubleEntry.init)
    }

    /// What comes behind an entry, whether it still waits or was settled meanwhile.
    private static func page(after cursor: String, of county: County, in books: Books) throws -> SQL? {
        if cursor.isEmpty { return nil }
        let found = try books.first(
            "SELECT found_at FROM double_entry WHERE county = \(county) AND id = \(cursor)"
        ) { try $0.get("found_at", as: Instant.self) }
        guard let found else { throw Refusal.strangeCursor }
        return "(d.found_at, d.id) > (\(found), \(cursor))"
    }

    /// Whom an entry is about, and the household in which the person stands.
    static func member(of entry: DoubleEntry, county: County, in books: Books) throws -> (
        name: String, household: Household?
    ) {
        guard let facts = try DatedTable.member.find(entry.member.text, of: county, in: books)?.facts else {
            return ("", nil)
        }
        let household = try books.first(
            """
            SELECT \(Household.columns(.present, of: county)) FROM household_version v
                JOIN household h ON h.county = v.county AND h.id = v.id
            WHERE v.county = \(county) AND v.id = \(facts["household"]) AND \(AsOf.present.condition("v"))
            """, Household.init)
        return (facts["name"], household)
    }

    /// Decides a double entry. A move holds from a day on.
    package static func settle(
        _ id: ID<DoubleEntry>, _ decision: Verdict, from day: Day, reason: String, by actor: Actor,
        at now: Instant, in books: Books
    ) throws {
        let actor = try actor.acting(as: .approveChange)
        let today = try Offices.of(actor.county, in: books).zone.day(of: now)
        guard let entry = try open(for: actor, on: today, only: id, in: books).items.first else {
            throw Refusal.notFound
        }
        if let refusal = Inquiry(entry, (), actor: actor, now: now, today: today).refusal(of: decision) {
            throw refusal
        }
        let reason = try Check.text(reason, field: "reason", most: 500)
        guard day <= today else {
            throw Refusal.invalid("from", zh: "日期不能在将来。", en: "The day cannot be in the future.")
        }
        if decision == .move {
            let key = try books.registryKey(of: actor.county)
            guard
                case .object(let parts) = try JSON(
                    parsing: .init(key.opened(entry.entry, of: "entry \(entry.id)").utf8))
            else { throw Refusal.notFound }
            let written = Dictionary(
                parts.compactMap { name, value in
                    name == "number" ? nil : value.stringValue.map { (name, $0) }
                }
            ) { first, _ in first }
            var values = try Registering.read(written.filter { !$0.value.isEmpty }, .member)
            values["household"] = .text(entry.household.text)
            let from =
                try DatedTable.member.find(entry.member.text, of: actor.county, in: books)?.facts["household"]
                ?? ""
            _ = try Registering.change(
                entry.member, of: entry.household, values, from: day, reason: reason, key: key, by: actor,
                at: now, in: books)
            for household in [ID<Household>(from), entry.household].compactMap({ $0 }) {
                try Registering.recount(household, from: day, at: now, of: actor.county, in: books)
            }
            try books.record(
                Event(
                    .memberMoved,
                    [
                        ("member", entry.member.text), ("from", from), ("to", entry.household.text),
                        ("on", day.description),
                    ]),
                about: .init("household", from), by: actor, as: .approveChange, at: now)
        }
        try books.change(
            """
            UPDATE double_entry SET settled_at = \(now), settled_by = \(actor.person), decision = \(decision)
            WHERE county = \(actor.county) AND id = \(id) AND settled_at IS NULL
            """)
        try books.record(
            Event(.doubleSettled, [("decision", decision.rawValue), ("reason", reason)]),
            about: .init("household", entry.household.text), by: actor,
            as: .approveChange, at: now)
    }
}

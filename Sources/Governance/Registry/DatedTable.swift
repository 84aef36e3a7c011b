package import Rules
import Store

/// What one record was like from a day until another, as it was known from a moment until another.
package struct Dated: Sendable {
    /// The record's identity: a village's territory, a household, a member.
    package let id: String
    /// The first day on which it holds, and the first on which it no longer does.
    package let since: Day, until: Day
    /// From which moment until which it was what the office knew.
    package let knownFrom: Instant, knownUntil: Instant
    /// What was known.
    package let facts: Facts

    init(_ list: FactList, _ row: Row) throws {
        id = try row.get("id")
        (since, until) = (try row.get("since"), try row.get("until"))
        (knownFrom, knownUntil) = (try row.get("known_from"), try row.get("known_until"))
        facts = try Facts(list, row)
    }
}

/// Which day is asked about, and what was known when: by default today as it is known now.
package struct AsOf: Sendable, Hashable {
    /// The day, and the moment of knowledge; nil for the present.
    package var day: Day?, known: Instant?
    /// The present.
    package static let present = AsOf()
    /// A day, as it was known at a moment.
    package init(_ day: Day? = nil, known: Instant? = nil) { (self.day, self.known) = (day, known) }

    /// The condition on a table of dated facts under an alias. The present is spelt as the partial indexes
    /// spell it.
    func condition(_ alias: SQL) -> SQL {
        if day == nil, known == nil {
            return "\(alias).until = '9999-12-31' AND \(alias).known_until = 253402300799000"
        }
        let valid: SQL =
            day.map { "\(alias).since <= \($0) AND \(alias).until > \($0)" }
            ?? "\(alias).until = '9999-12-31'"
        let seen: SQL =
            known.map { "\(alias).known_from <= \($0) AND \(alias).known_until > \($0)" }
            ?? "\(alias).known_until = 253402300799000"
        return "\(valid) AND \(seen)"
    }
}

/// A table of dated facts in two times: a correction closes what was known and opens what is known now;
/// nothing is lost.
struct DatedTable: Sendable {
    let name: SQL, list: FactList
    static let village = DatedTable(name: "village_version", list: .village)
    static let household = DatedTable(name: "household_version", list: .household)
    static let member = DatedTable(name: "member_version", list: .member)
    static let income = DatedTable(name: "income_version", list: .income)

    /// The columns under the alias `v`, for `Dated`.
    var columns: SQL {
        "v.id, v.since, v.until, v.known_from, v.known_until, \(SQL.list(list.all.map { "v.\($0.column)" }))"
    }

    /// One record; nil if there is none then.
    func find(_ id: String, of county: County, as asOf: AsOf = .present, in books: Books) throws -> Dated? {
        try books.first(
            """
            SELECT \(columns) FROM \(name) v WHERE v.county = \(county) AND v.id = \(id)
                AND \(asOf.condition("v"))
            """
        ) { try Dated(list, $0) }
    }

    /// Begins a record, or a further stretch of one.
    func begin(
        _ id: String, _ facts: Facts, from day: Day, until: Day = .never, version: Int = 1, of county: County,
        at now: Instant, in books: Books
    ) throws {
        let values = SQL.list(facts.values.map { "\($0)" })
        try books.put(
            """
            INSERT INTO \(name) (county, id, version, since, until, known_from, known_until, \(list.columns))
            VALUES (\(county), \(id), \(version), \(day), \(until), \(now), \(Instant.never), \(values))
            """)
    }

    /// Changes what is known of a record from a day on, and before another if one is given; later changes of
    /// other facts stay. Answers what it was and is on the first of these days; nil if nothing changed.
    /// `edit` gives nil for a record that ends there.
    @discardableResult
    func change(
        _ id: String, from day: Day, until end: Day = .never, of county: County, at now: Instant,
        in books: Books, _ edit: (Facts) throws -> Facts?
    ) throws -> (before: Facts, after: Facts?)? {
        let rows = try books.all(
            """
            SELECT v.version, \(columns) FROM \(name) v WHERE v.county = \(county) AND v.id = \(id)
            AND v.known_until = 253402300799000 AND v.since < \(end) AND v.until > \(day) ORDER BY v.since
            """
        ) { (version: try $0.get("version", as: Int.self), row: try Dated(list, $0)) }
        var next = try books.count(
            "SELECT COALESCE(MAX(version), 0) FROM \(name) WHERE county = \(county) AND id = \(id)")
        var first: (before: Facts, after: Facts?)?
        for (version, row) in rows {
            let after = try edit(row.facts)
            if after == row.facts { continue }
            if first == nil { first = (row.facts, after) }
            try books.put(
                """
                UPDATE \(name) SET known_until = \(now) WHERE county = \(county) AND id = \(id)
                    AND version = \(version)
                """
            )
            func keep(_ facts: Facts, _ from: Day, _ until: Day) throws {
                guard from < until else { return }
                next += 1
                try begin(id, facts, from: from, until: until, version: next, of: county, at: now, in: books)
            }
            try keep(row.facts, row.since, day)
            if let after { try keep(after, max(row.since, day), min(row.until, end)) }
            try keep(row.facts, end, row.until)
        }
        return first
    }
}

extension Books {
    /// What seals the personal fields of a county. Throws `Refusal.notNow` without a key, or with another one
    /// than the county's.
    func registryKey(of county: County) throws -> RegistryKey {
        guard let key else {
            throw Refusal.notNow(
                Phrase(
                    zh: "没有密钥文件，个人信息读不了也写不了。请联系管理员。",
                    en:
                        """
                        Without its key file personal fields are neither read nor written. Please tell \
                        the administrator.
                        """
                ))
        }
        let stored = try first("SELECT fingerprint FROM registry_key WHERE county = \(county)") {
            try $0.get("fingerprint", as: String.self)
        }
        if let stored, stored != key.fingerprint {
            throw Refusal.notNow(
                Phrase(
                    zh: "密钥文件不是这个县用的那一个（应为 \(stored)，现在是 \(key.fingerprint)）。请联系管理员。",
                    en:
                        """
                        The key file is not the county's (it should be \(stored) and is \
                        \(key.fingerprint)). Please tell the administrator.
                        """
                ))
        }
        if stored == nil, heads == nil {
            try change(
                """
                INSERT INTO registry_key (county, fingerprint) VALUES (\(county), \(key.fingerprint))
                    ON CONFLICT (county) DO NOTHING
                """
            )
        }
        return key
    }
}

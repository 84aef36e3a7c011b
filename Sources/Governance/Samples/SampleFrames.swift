import Rules
import Store

/// What a sample is drawn from, read from the records: each item with its township as stratum and, for shares
/// of people, its headcount.
enum SampleFrames {
    /// One item with the land and the unit that it belongs to.
    struct Entry {
        var item: SampleFrame.Item, path: String, unit: ID<Unit>?
    }

    /// The frame for a purpose inside the office, in the order of identities.
    static func read(
        _ purpose: Sample.Purpose, survey: Survey? = nil, campaign: Campaign?, since: Day?, until: Day,
        of county: County, in books: Books
    ) throws -> [Entry] {
        let depth = try Offices.of(county, in: books).territory.path.count + 3
        func entry(_ row: Row) throws -> Entry {
            let path = try row.get("path", as: String.self)
            return Entry(
                item: .init(
                    try row.get("id"), stratum: String(path.prefix(depth)), size: try row.get("size")),
                path: path, unit: try row.optional("unit"))
        }
        func households(_ condition: SQL) throws -> [Entry] {
            try books.all(
                """
                SELECT v.id, v.village_path AS path, COALESCE(v.headcount, 1) AS size, NULL AS unit
                    FROM household_version v
                WHERE v.county = \(county) AND \(AsOf.present.condition("v")) AND \(Household.isCounted)
                    AND \(condition) ORDER BY v.id
                """, entry)
        }
        switch purpose {
        case .visits:
            guard let campaign else { return [] }
            // One visit a household and post: the last that met somebody.
            return try books.all(
                """
                SELECT MAX(w.id) AS id, v.village_path AS path, 1 AS size, p.unit AS unit FROM visit w
                JOIN household_version v ON v.county = w.county AND v.id = w.household
                    AND \(AsOf.present.condition("v"))
                JOIN post p ON p.county = w.county AND p.id = w.post
                WHERE w.county = \(county) AND w.campaign = \(campaign.id) AND w.result = 'met'
                    AND w.day >= \(since ?? campaign.begins) AND w.day <= \(until)
                GROUP BY w.household, w.post, v.village_path, p.unit ORDER BY id
                """, entry)
        case .cases:
            let zone = try Offices.of(county, in: books).zone
            let end = zone.instant(until + 1, ClockTime(minutes: 0))
            let start = since.map { zone.instant($0, ClockTime(minutes: 0)) }
            let from: SQL = start.map { "c.reported_at >= \($0)" } ?? "1 = 1"
            return try books.all(
                """
                SELECT c.id, c.territory_path AS path, 1 AS size, c.unit AS unit FROM case_file c
                WHERE c.county = \(county) AND c.state = 'closed' AND c.outcome = 'solved' AND \(from)
                    AND c.reported_at < \(end) ORDER BY c.id
                """, entry)
        case .survey where survey?.frame == .points:
            return try books.all(
                """
                SELECT o.id, t.path, 1 AS size, NULL AS unit FROM point o
                    JOIN territory t ON t.id = o.territory
                WHERE o.county = \(county) AND o.since <= \(until) AND o.until > \(until) ORDER BY o.id
                """, entry)
        case .survey: return try households("1 = 1")
        case .register, .approval: return try households("v.kind = 'registered'")
        case .exited: return try households("v.kind = 'registered' AND v.status LIKE 'exited%'")
        case .unregistered: return try households("v.kind <> 'registered'")
        }
    }
}

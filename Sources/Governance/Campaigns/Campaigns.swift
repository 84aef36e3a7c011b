import Crypto
import Foundation
package import Rules
import Store

extension Event.Kind {
    static let campaignPublished = Event.Kind("campaign.publish", zh: "发布行动方案", en: "Campaign published")
}

/// Publishing campaigns and finding them.
package enum Campaigns {
    /// Every campaign, newest first: they are published to all staff.
    package static func all(for actor: Actor, in books: Books) throws -> [Campaign] {
        try actor.needStaff()
        return try all(of: actor.county, in: books)
    }

    /// Remembered while the organisation stays as it is.
    static func all(of county: County, in books: Books) throws -> [Campaign] {
        try books.cache.versioned("campaigns", most: 1).thing(
            0, of: county, version: books.organisation(of: county)
        ) {
            try books.all(
                "SELECT * FROM campaign WHERE county = \(county) ORDER BY begins DESC, version DESC, id DESC",
                Campaign.init)
        }
    }

    /// The campaign that runs on a day, or the newest; nil if there is none. It is published to all staff.
    package static func current(for actor: Actor, on day: Day, in books: Books) throws -> Campaign? {
        try actor.needStaff()
        return try current(of: actor.county, on: day, in: books)
    }

    static func current(of county: County, on day: Day, in books: Books) throws -> Campaign? {
        let all = try all(of: county, in: books)
        return all.first { $0.begins <= day && day <= $0.ends } ?? all.first
    }

    /// A campaign by identity; throws `Refusal.notFound`.
    static func find(_ id: ID<Campaign>, of county: County, in books: Books) throws -> Campaign {
        guard let found = try all(of: county, in: books).first(where: { $0.id == id }) else {
            throw Refusal.notFound
        }
        return found
    }

    /// Publishes a scheme's text: freezes the households as of its day, shares out who owes which visit, and
    /// keeps text and hashes. Throws `Refusal.invalid` with every fault of the text by its line.
    @discardableResult
    package static func publish(_ text: String, by actor: Actor, at now: Instant, in books: Books) throws
        -> Campaign
    {
        try publish(Text(text), by: actor, at: now, in: books)
    }

    /// A text that was read before the writer is taken.
    package typealias Text = CheckedText<Scheme>

    /// Publishes a scheme that was read.
    @discardableResult
    package static func publish(_ read: Text, by actor: Actor, at now: Instant, in books: Books) throws
        -> Campaign
    {
        try actor.need(.administer)
        let (county, text, scheme) = (actor.county, read.text, read.scheme)
        for raise in scheme.raises
        where try Categories.find(raise.category, of: county, at: now, in: books) == nil {
            throw Refusal.invalid(
                "category", zh: "没有类别“\(raise.category)”。", en: "There is no category “\(raise.category)”.")
        }
        for order in scheme.orders where !order.category.isEmpty {
            guard try Categories.find(order.category, of: county, at: now, in: books) != nil else {
                throw Refusal.invalid(
                    "category", zh: "没有类别“\(order.category)”。",
                    en: "There is no category “\(order.category)”.")
            }
        }
        let known = try books.count(
            """
            SELECT COALESCE(MAX(version), 0) FROM campaign WHERE county = \(county)
                AND name = \(scheme.name)
            """
        )
        guard scheme.version > known else {
            throw Refusal.invalid(
                "version", zh: "版本 \(known) 已经发布，新的要更大。",
                en: "Version \(known) is published; a new one needs a higher number.")
        }
        let id: ID<Campaign> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO campaign (county, id, name, version, title_zh, title_en, begins, ends, scheme,
                scheme_hash, frozen_as_of, frozen_at, frozen_hash,
                households, people, published_by)
            VALUES (\(county), \(id), \(scheme.name), \(scheme.version), \(scheme.title.zh),
                \(scheme.title.en), \(scheme.from), \(scheme.until), \(text),
                \(SHA256.hash(data: Data(text.utf8)).hex), \(scheme.frozenAsOf), \(now), '', 0, 0,
                    \(actor.person))
            """)
        let frozen = try Freezing.freeze(
            scheme, as: id, on: max(scheme.from, Offices.of(county, in: books).zone.day(of: now)), of: county,
            in: books)
        for fact in scheme.gates {
            try RegisterGates.close(fact, from: scheme.from, until: scheme.until + 1, of: county, in: books)
        }
        try Organisation.changed(county, in: books)
        try books.record(
            Event(
                .campaignPublished,
                [
                    ("name", scheme.name), ("version", "\(scheme.version)"),
                    ("households", "\(frozen.households)"), ("people", "\(frozen.people)"),
                    ("frozen", frozen.hash),
                ]), about: .init("campaign", id.text), by: actor, as: .administer, at: now)
        return try find(id, of: county, in: books)
    }
}

/// Freezing a campaign's denominators.
enum Freezing {
    /// Freezes the households, and shares the duties out among the posts of a day: the first of the campaign,
    /// or the day of publishing if that is later.
    static func freeze(
        _ scheme: Scheme, as campaign: ID<Campaign>, on day: Day, of county: County, in books: Books
    ) throws -> (households: Int, people: Int, hash: String) {
        let asOf = AsOf(scheme.frozenAsOf)
        try books.change(
            """
            INSERT INTO frozen_household (county, campaign, id, village, village_path, in_poor_village, kind,
                headcount)
            SELECT v.county, \(campaign), v.id, v.village, v.village_path, COALESCE(p.is_poor, 0),
                COALESCE(v.kind, 'ordinary'), COALESCE(v.headcount, 0)
            FROM household_version v LEFT JOIN village_version p ON p.county = v.county AND p.id = v.village
                AND \(asOf.condition("p"))
            WHERE v.county = \(county) AND \(asOf.condition("v")) AND \(Household.isCounted)
            """)
        for duty in scheme.duties where duty.isAboutPoints {
            try shareOutPoints(duty, of: campaign, on: day, county: county, in: books)
        }
        for duty in scheme.duties where !duty.isAboutPoints {
            try shareOut(duty, of: campaign, on: day, county: county, in: books)
        }
        try count(scheme, campaign, county: county, in: books)
        var (hasher, households, people) = (SHA256(), 0, 0)
        try books.transaction.each(
            """
            SELECT f.id, f.village, f.in_poor_village, f.kind, f.headcount FROM frozen_household f
                WHERE f.county = \(county) AND f.campaign = \(campaign)
            ORDER BY f.id
            """
        ) { row in
            let heads = try row.get("headcount", as: Int.self)
            let line =
                """
                \(try row.get("id", as: String.self)) \(try row.get("village", as: String.self)) \
                \(try row.get("in_poor_village", as: Int.self)) \(try row.get("kind", as: String.self)) \
                \(heads)\n
                """
            hasher.update(data: Data(line.utf8))
            households += 1
            people += heads
        }
        // The points are frozen as well: what is owed of them stands in the same hash.
        try books.transaction.each(
            """
            SELECT DISTINCT d.subject, d.village FROM duty_due d JOIN point o ON o.county = d.county
                AND o.id = d.subject
            WHERE d.county = \(county) AND d.campaign = \(campaign) ORDER BY d.subject
            """
        ) {
            hasher.update(
                data: Data(
                    "\(try $0.get("subject", as: String.self)) \(try $0.get("village", as: String.self))\n"
                        .utf8))
        }
        let hash = hasher.finalize().hex
        try books.change(
            """
            UPDATE campaign SET households = \(households), people = \(people), frozen_hash = \(hash)
                WHERE county = \(county) AND id = \(campaign)
            """
        )
        return (households, people, hash)
    }

    /// Who owes a visit to whom.
    private static func shareOut(
        _ duty: Scheme.Duty, of campaign: ID<Campaign>, on day: Day, county: County, in books: Books
    ) throws {
        guard case .households(let scope, let villages, let kinds) = duty.subject else { return }
        let among: SQL = "f.kind IN (\(list: kinds))"
        let village: SQL =
            switch villages {
            case .poor: "f.in_poor_village = 1"
            case .other: "f.in_poor_village = 0"
            case .any: "1 = 1"
            }
        let way: SQL =
            switch scope {
            case .territory:
                """
                JOIN territory t ON t.id = p.territory AND f.village_path >= t.path
                    AND f.village_path < t.path || '~'
                """
            case .supported:
                """
                JOIN support_link s ON s.county = p.county AND s.unit = p.unit AND s.village = f.village
                    AND s.since <= \(day) AND s.until > \(day)
                """
            case .helped:
                """
                JOIN help_link l ON l.county = p.county AND l.post = p.id AND l.household = f.id
                    AND l.since <= \(day) AND l.until > \(day)
                """
            }
        try books.change(
            """
            INSERT INTO duty_due (county, campaign, duty, subject, post, village, village_path, visit)
            SELECT f.county, f.campaign, \(duty.name), f.id, p.id, f.village, f.village_path, NULL
            FROM post p JOIN frozen_household f ON f.county = p.county AND f.campaign = \(campaign) \(way)
            WHERE p.county = \(county) AND p.kind IN (\(list: duty.posts)) AND p.since <= \(day)
                AND p.until > \(day) AND \(among) AND \(village)
            """)
    }

    /// Which post walks to which point. A point ends while the campaign runs: what is owed stays owed until
    /// somebody says so.
    private static func shareOutPoints(
        _ duty: Scheme.Duty, of campaign: ID<Campaign>, on day: Day, county: County, in books: Books
    ) throws {
        try books.change(
            """
            INSERT INTO duty_due (county, campaign, duty, subject, post, village, village_path, visit)
            SELECT o.county, \(campaign), \(duty.name), o.id, p.id, o.territory, w.path, NULL
            FROM post p JOIN territory t ON t.id = p.territory JOIN point o ON o.county = p.county
                JOIN territory w ON w.id = o.territory
            WHERE p.county = \(county) AND p.kind IN (\(list: duty.posts)) AND p.since <= \(day)
                AND p.until > \(day)
            AND o.since <= \(day) AND o.until > \(day) AND w.path >= t.path AND w.path < t.path || '~'
            """)
    }

    /// Adds up what is due for each duty, post and village; a share is rounded there.
    private static func count(_ scheme: Scheme, _ campaign: ID<Campaign>, county: County, in books: Books)
        throws
    {
        let duties = Dictionary(uniqueKeysWithValues: scheme.duties.map { ($0.name, $0) })
        let groups = try books.all(
            """
            SELECT duty, post, village, village_path, COUNT(*) AS households FROM duty_due
                WHERE county = \(county) AND campaign = \(campaign)
            GROUP BY duty, post, village, village_path
            """
        ) { row in
            (
                duty: try row.get("duty", as: String.self), post: try row.get("post", as: String.self),
                village: try row.get("village", as: String.self),
                path: try row.get("village_path", as: String.self),
                households: try row.get("households", as: Int.self)
            )
        }
        for group in groups {
            let due = duties[group.duty]?.due(of: group.households) ?? group.households
            try books.put(
                """
                INSERT INTO duty_count (county, campaign, duty, post, village, village_path, households, due,
                    done)
                VALUES (\(county), \(campaign), \(group.duty), \(group.post), \(group.village), \(group.path),
                    \(group.households), \(due), 0)
                """)
        }
    }
}

package import Rules
import Store

extension Event.Kind {
    static let coverageRecounted = Event.Kind("campaign.recount", zh: "重新核数", en: "Coverage counted again")
}

/// How far the visits of a campaign are, from the sums that each visit changes.
package enum Coverage {
    /// What lines are drawn up by.
    package enum Grouping: String, CaseIterable, Sendable {
        case duty, town, village, zone
        case department, supportUnit = "support_unit"
        case unit, post, person
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .duty: Phrase(zh: "任务", en: "Duty")
            case .town: Phrase(zh: "乡镇", en: "Township")
            case .village: Phrase(zh: "村", en: "Village")
            case .zone: Phrase(zh: "战区", en: "War zone")
            case .department: Phrase(zh: "部门", en: "Department")
            case .supportUnit: Phrase(zh: "帮扶单位", en: "Support unit")
            case .unit: Phrase(zh: "单位", en: "Unit")
            case .post: Phrase(zh: "岗位", en: "Post")
            case .person: Phrase(zh: "人员", en: "Person")
            }
        }
    }

    /// One line: a numerator and its denominator.
    package struct Line: Sendable, Equatable {
        /// The duty, and what the line is of: a territory's path, the identity of a post, a unit or a person;
        /// empty for all, for a township under no war zone, and for a post that nobody holds.
        package var duty: String, key: String
        /// How many households it is about, how many visits are due, and how many were paid (never more than
        /// due).
        package var households: Int, due: Int, done: Int
        /// How many households were visited, more than due if somebody does more.
        package var visited: Int

        init(_ row: Row) throws {
            (duty, key) = (try row.get("duty"), try row.get("grouped"))
            (households, due, done, visited) = (
                try row.get("households"), try row.get("due"), try row.get("done"), try row.get("visited")
            )
        }

        /// One line of several.
        package static func sum(_ lines: [Line], key: String) -> Line? {
            guard var sum = lines.first else { return nil }
            sum.key = key
            for line in lines.dropFirst() {
                sum.households += line.households
                sum.due += line.due
                sum.done += line.done
                sum.visited += line.visited
            }
            return sum
        }

        /// Thousandths; nil where nothing is due.
        package var thousandths: Int? { due == 0 ? nil : done * 1000 / due }
        /// How many are missing.
        package var missing: Int { due - done }
    }

    /// The lines of a campaign inside a path, of one duty if one is named. Who holds a post and which war
    /// zone a township is under is asked of a day; the debts themselves are frozen. Nobody reads further than
    /// the posts reach, and of single persons and posts only whoever answers for them.
    package static func lines(
        _ campaign: Campaign, by grouping: Grouping, duty: String = "", inside path: String, for actor: Actor,
        on day: Day, in books: Books
    ) throws -> [Line] {
        let county = actor.county
        let posts: SQL = "JOIN post p ON p.county = k.county AND p.id = k.post"
        // Helpers belong to the unit that supports their village, too: what it owes is theirs and its head's.
        let supports: SQL =
            """
            EXISTS (SELECT 1 FROM support_link s WHERE s.county = \(county) AND s.unit = p.unit AND \
            s.until > \(campaign.begins))
            """
        let (key, join): (SQL, SQL) =
            switch grouping {
            case .duty: ("''", "")
            // A county's path has three characters a level; a township lies one below it.
            case .town, .zone:
                ("SUBSTR(k.village_path, 1, CAST(\(try townDepth(of: county, in: books)) AS INTEGER))", "")
            case .village: ("k.village_path", "")
            case .post: ("k.post", "")
            case .unit: ("p.unit", posts)
            case .department:
                (
                    "p.unit",
                    """
                    \(posts) JOIN unit u ON u.county = k.county AND u.id = p.unit AND u.kind = \
                    \(Unit.Kind.department)
                    """
                )
            case .supportUnit: ("p.unit", "\(posts) AND \(supports)")
            // A post that several hold counts once, for its regular holder.
            case .person:
                (
                    """
                    COALESCE((SELECT n.person FROM tenure n WHERE n.county = \(county) AND n.post = k.post \
                    AND n.since <= \(day) AND n.until > \(day)
                        ORDER BY n.is_stand_in, n.since LIMIT 1), '')
                    """, ""
                )
            }
        let only: SQL = duty.isEmpty ? "1 = 1" : "k.duty = \(duty)"
        let lines = try books.all(
            """
            SELECT k.duty, \(key) AS grouped, SUM(k.households) AS households, SUM(k.due) AS due,
                SUM(CASE WHEN k.done < k.due THEN k.done ELSE k.due END) AS done,
                SUM(k.done) AS visited
            FROM duty_count k \(join) WHERE k.county = \(county) AND k.campaign = \(campaign.id)
                AND k.village_path >= \(path)
            AND k.village_path < \(Territory.end(of: path)) AND \(only) AND \
            \(reach(of: actor, isPersonal: grouping == .person || grouping == .post))
            GROUP BY k.duty, grouped ORDER BY k.duty, grouped
            """, Line.init)
        guard grouping == .zone else { return lines }
        let zones = Dictionary(
            try CommandAreas.all(of: county, on: day, in: books).map { ($0.path, $0.unit.text) }
        ) { first, _ in first }
        return Dictionary(grouping: lines) { [$0.duty, zones[$0.key] ?? ""] }.sorted {
            ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1])
        }
        .compactMap { Line.sum($0.value, key: $0.key[1]) }
    }

    /// Posts that answer for those who work on their land.
    private static let heads: Set<PostKind> = [
        .leader, .deputy, .dispatcher, .communityLead, .townSecretary, .townMayor, .townDeputy,
        .villageSecretary, .firstSecretary, .attackLeader,
    ]

    /// Which sums `k` the actor's posts reach: their land, their unit's posts, their own.
    private static func reach(of actor: Actor, isPersonal: Bool) -> SQL {
        if actor.isSystem { return "1 = 1" }
        let readers = actor.seats.filter { $0.has(.readFigures) || $0.has(.readRegister) }
        let over = readers.filter { $0.kind.reachesTerritory && (!isPersonal || heads.contains($0.kind)) }
        if over.contains(where: \.coversOffice) { return "1 = 1" }
        var ways = Set(over.map(\.path)).sorted().map { path -> SQL in
            "(k.village_path >= \(path) AND k.village_path < \(Territory.end(of: path)))"
        }
        for unit in Set(readers.filter { $0.kind == .supportHead || $0.kind == .unitLead }.map(\.unit)) {
            ways.append(
                "k.post IN (SELECT q.id FROM post q WHERE q.county = \(actor.county) AND q.unit = \(unit))")
        }
        if !actor.seats.isEmpty { ways.append("k.post IN (\(list: actor.seats.map(\.post)))") }
        return ways.isEmpty ? "1 = 0" : SQL.any(ways)
    }

    private static func townDepth(of county: County, in books: Books) throws -> Int {
        try Offices.of(county, in: books).territory.path.count + 3
    }

    /// One household that still waits for a visit.
    package struct Missing: Sendable {
        /// The household, its number, its head, its village and the group or building in it.
        package var household: ID<Household>, number: String, head: String, village: String, group: String
        /// Who owes the visit, what the post is called, and by which duty.
        package var post: ID<Post>, title: Phrase, duty: String

        init(_ row: Row) throws {
            (household, number, village) = (
                try row.get("subject"), try row.get("number"), try row.get("village")
            )
            (head, group) = (try row.optional("head") ?? "", try row.optional("group_name") ?? "")
            (post, duty) = (try row.get("post"), try row.get("duty"))
            title = Phrase(zh: try row.get("title_zh"), en: try row.get("title_en"))
        }
    }

    /// Whom nobody has visited yet, by village; of one duty if it is named.
    package static func missing(
        _ campaign: Campaign, duty: String = "", inside path: String, for actor: Actor, on day: Day,
        limit: Int = 100, in books: Books
    ) throws -> [Missing] {
        try actor.need(.readRegister)
        let only: SQL = duty.isEmpty ? "1 = 1" : "d.duty = \(duty)"
        let (columns, source) = waiting(
            campaign, "\(only) AND \(actor.registryReach(on: day))", inside: path, of: actor.county)
        return try books.all(
            "SELECT \(columns) FROM \(source) ORDER BY d.village_path, d.subject LIMIT \(limit)", Missing.init
        )
    }

    /// Whom the holder of a post has not visited yet, by village.
    package static func owed(
        by post: ID<Post>, _ campaign: Campaign, for actor: Actor, on day: Day, limit: Int = 200,
        in books: Books
    ) throws -> Queue<Missing> {
        try actor.need(.readRegister)
        let (columns, source) = waiting(
            campaign, "d.post = \(post) AND \(actor.registryReach(on: day))", inside: "", of: actor.county)
        return try books.queue(
            columns, source, order: "d.village_path, d.subject", limit: limit, Missing.init)
    }

    private static func waiting(
        _ campaign: Campaign, _ condition: SQL, inside path: String, of county: County
    ) -> (columns: SQL, source: SQL) {
        (
            """
            d.subject, h.number, d.village, d.post, p.title_zh, p.title_en, d.duty, v.group_name, (SELECT \
            MIN(m.name) FROM member_version m WHERE m.county = \(county) AND m.household = d.subject
                AND m.relation = 'head' AND \(AsOf.present.condition("m"))) AS head
            """,
            """
            duty_due d JOIN household h ON h.county = d.county AND h.id = d.subject JOIN post p ON p.county \
            = d.county AND p.id = d.post
            JOIN household_version v ON v.county = d.county AND v.id = d.subject AND \
            \(AsOf.present.condition("v"))
            WHERE d.county = \(county) AND d.campaign = \(campaign.id) AND d.visit IS NULL AND \
            d.village_path >= \(path)
            AND d.village_path < \(Territory.end(of: path)) AND \(condition)
            """
        )
    }

    /// One point that still waits for its round.
    package struct WaitingPoint: Sendable {
        /// The point, and the duty that asks for it.
        package var point: Point, duty: String
    }

    /// The points that posts owe a round in a duty that is open on a day, by territory: those in reach of all
    /// posts, or those of the actor's own, wherever they lie.
    package static func waitingPoints(
        _ campaign: Campaign, onlyOwn: Bool = false, inside path: String = "", for actor: Actor,
        on day: Day, limit: Int = 200, in books: Books
    ) throws -> Queue<WaitingPoint> {
        let posts = onlyOwn ? actor.seats.map(\.post) : nil
        let duties = campaign.scheme.duties.filter { $0.isAboutPoints && $0.from <= day && day <= $0.until }
            .map(\.name)
        if duties.isEmpty || posts?.isEmpty == true { return Queue() }
        let county = actor.county
        let reach = posts == nil ? Points.reach(of: actor) : "1 = 1"
        let whose: SQL = posts.map { "d.post IN (\(list: $0))" } ?? "1 = 1"
        return try books.queue(
            "\(Point.columns), d.duty",
            """
            duty_due d JOIN point o ON o.county = d.county AND o.id = d.subject JOIN territory t ON t.id = \
            o.territory
            WHERE d.county = \(county) AND d.campaign = \(campaign.id) AND \(whose) AND d.duty IN \
            (\(list: duties)) AND d.visit IS NULL
            AND d.village_path >= \(path) AND d.village_path < \(Territory.end(of: path)) AND \(reach)
            """, order: "d.village_path, o.code", limit: limit
        ) { WaitingPoint(point: try Point($0), duty: try $0.get("duty")) }
    }

    /// Counts the running campaign again, once a day, and keeps in the log what came of it. Answers the
    /// differences; nil if it was done today or nothing runs.
    package static func recountDaily(of county: County, at now: Instant, in books: Books) throws -> [String]?
    {
        let zone = try Offices.of(county, in: books).zone
        let day = zone.day(of: now)
        guard let campaign = try Campaigns.current(of: county, on: day, in: books), campaign.begins <= day,
            day <= campaign.ends
        else { return nil }
        var query = Log.Query()
        (query.kind, query.limit) = (Event.Kind.coverageRecounted.word, 1)
        if let last = try Log.lines(query, of: county, in: books).first, zone.day(of: last.at) == day {
            return nil
        }
        let (checked, differences) = try recount(campaign, of: county, in: books)
        try books.record(
            Event(
                .coverageRecounted,
                [
                    ("checked", "\(checked)"), ("differences", "\(differences.count)"),
                    ("first", differences.first),
                ]),
            about: .init("campaign", campaign.id.text), by: .system(of: county), at: now)
        return differences
    }

    /// Counts everything again from the visits themselves, and says where the sums differ: they never should.
    /// For who reads the register of the whole office.
    package static func recount(_ campaign: Campaign, for actor: Actor, in books: Books) throws -> (
        checked: Int, differences: [String]
    ) {
        try actor.need(.readRegister)
        guard actor.seesOffice(.readRegister) else { throw Actor.powerless }
        return try recount(campaign, of: actor.county, in: books)
    }

    private static func recount(_ campaign: Campaign, of county: County, in books: Books) throws -> (
        checked: Int, differences: [String]
    ) {
        var differences: [String] = []
        // A debt is paid exactly if somebody who held its post that day met the household in the duty's
        // window.
        for duty in campaign.scheme.duties {
            let place: SQL = duty.isAboutPoints ? "w.point" : "w.household"
            let wrong = try books.count(
                """
                SELECT COUNT(*) FROM duty_due d WHERE d.county = \(county) AND d.campaign = \(campaign.id)
                    AND d.duty = \(duty.name)
                AND (d.visit IS NOT NULL) <> EXISTS (
                    SELECT 1 FROM visit w JOIN tenure n ON n.county = w.county AND n.person = w.person
                        AND n.post = d.post AND n.since <= w.day AND n.until > w.day
                    WHERE w.county = \(county) AND \(place) = d.subject AND w.campaign = \(campaign.id)
                        AND w.result = 'met'
                    AND w.day >= \(duty.from) AND w.day <= \(duty.until))
                """)
            if wrong > 0 { differences.append("\(duty.name): \(wrong) debts do not agree with the visits") }
        }
        let sums = try books.all(
            """
            SELECT k.duty, k.post, k.village FROM duty_count k LEFT JOIN (
                SELECT d.duty, d.post, d.village, COUNT(*) AS households, COUNT(d.visit) AS done
                    FROM duty_due d
                WHERE d.county = \(county) AND d.campaign = \(campaign.id) GROUP BY d.duty, d.post, d.village
            ) x ON x.duty = k.duty AND x.post = k.post AND x.village = k.village
            WHERE k.county = \(county) AND k.campaign = \(campaign.id) AND (x.done IS NULL OR x.done <> k.done
                OR x.households <> k.households)
            """
        ) {
            """
            \(try $0.get("duty", as: String.self)) \(try $0.get("post", as: String.self)) \
            \(try $0.get("village", as: String.self))
            """
        }
        differences += sums.map { "\($0): the sum differs from what it adds up" }
        return (
            try books.count(
                "SELECT COUNT(*) FROM duty_due WHERE county = \(county) AND campaign = \(campaign.id)"),
            differences
        )
    }
}

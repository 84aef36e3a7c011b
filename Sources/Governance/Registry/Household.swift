package import Rules
import Store

/// A household of the registry.
package struct Household: Sendable {
    /// Its identity and the number that the registry gave it.
    package let id: ID<Household>, number: String
    /// What is known of it, for the time asked about.
    package let dated: Dated
    /// The name of its head; empty if none is known.
    package let head: String

    /// What is known of it.
    package var facts: Facts { dated.facts }
    /// The village's territory and its path.
    package var village: String { facts["village"] }
    /// The path of the village: where the household lies in the tree.
    package var path: String { facts["village_path"] }

    init(_ row: Row) throws {
        (id, number) = (try row.get("id"), try row.get("number"))
        dated = try Dated(.household, row)
        head = try row.optional("head") ?? ""
    }

    /// The columns for a household `v` joined with its identity `h`, as of a day.
    static func columns(_ asOf: AsOf, of county: County) -> SQL {
        """
        \(DatedTable.household.columns), h.number, (SELECT MIN(m.name) FROM member_version m WHERE m.county \
        = \(county) AND m.household = v.id
            AND m.relation = 'head' AND \(asOf.condition("m"))) AS head
        """
    }

    /// The line under which a household is still counted.
    static let isCounted: SQL = "COALESCE(v.status, '') NOT IN ('removed', 'dissolved')"
}

/// A member of a household.
package struct Member: Sendable {
    /// The identity and the number that the registry gave the person.
    package let id: ID<Member>, number: String
    /// What is known, for the time asked about.
    package let dated: Dated
    /// What is known.
    package var facts: Facts { dated.facts }

    init(_ row: Row) throws {
        (id, number) = (try row.get("id"), try row.get("number"))
        dated = try Dated(.member, row)
    }
}

/// Help that a household got or is to get.
package struct HelpMeasure: Sendable {
    /// The kinds of help.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable {
        case industry, work, house, schooling, health, water, relocation, finance, ecology, allowance, other
        /// What the kind is called.
        package var words: Phrase {
            switch self {
            case .industry: Phrase(zh: "产业扶持", en: "Industry")
            case .work: Phrase(zh: "就业扶持", en: "Work")
            case .house: Phrase(zh: "危房改造", en: "House repair")
            case .schooling: Phrase(zh: "教育资助", en: "Schooling")
            case .health: Phrase(zh: "健康扶贫", en: "Health")
            case .water: Phrase(zh: "饮水安全", en: "Water")
            case .relocation: Phrase(zh: "易地搬迁", en: "Relocation")
            case .finance: Phrase(zh: "小额信贷", en: "Small loan")
            case .ecology: Phrase(zh: "生态岗位", en: "Ecology post")
            case .allowance: Phrase(zh: "低保兜底", en: "Allowance")
            case .other: Phrase(zh: "其他", en: "Other")
            }
        }
    }

    /// Its identity and what it is.
    package let id: ID<HelpMeasure>, kind: Kind, project: String
    /// When it is planned and when it was done.
    package let plannedOn: Day, doneOn: Day?
    /// What it costs and what it brings in a year, in yuan.
    package let yuan: Int, incomeEffect: Int

    init(_ row: Row) throws {
        (id, kind, project) = (try row.get("id"), try row.get("kind"), try row.get("project"))
        (plannedOn, doneOn) = (try row.get("planned_on"), try row.optional("done_on"))
        (yuan, incomeEffect) = (try row.get("yuan"), try row.get("income_effect"))
    }
}

extension Actor {
    /// Which households the person can see at all, as a condition on `household_version` under the alias `v`:
    /// the land of the posts, the villages that the units support, the households that the posts help. Only
    /// posts with the power count. The county is named in each part: a planner that looks a part up once for
    /// all rows then stays in one partition.
    func registryReach(_ power: Power = .readRegister, on day: Day) -> SQL {
        if isSystem { return "1 = 1" }
        let readers = seats.filter { $0.has(.readRegister) && $0.has(power) }
        if readers.contains(where: { $0.coversOffice && $0.kind.reachesTerritory }) { return "1 = 1" }
        var ways: [SQL] = []
        for path in Set(readers.filter(\.kind.reachesTerritory).map(\.path)) {
            ways.append("v.village_path >= \(path) AND v.village_path < \(Territory.end(of: path))")
        }
        for unit in Set(readers.filter { $0.kind == .supportHead }.map(\.unit)) {
            ways.append(
                """
                EXISTS (SELECT 1 FROM support_link s WHERE s.county = \(county) AND s.unit = \(unit) \
                AND s.village = v.village AND s.since <= \(day) AND s.until > \(day))
                """
            )
        }
        for post in Set(readers.filter { $0.kind == .helper }.map(\.post)) {
            ways.append(
                """
                EXISTS (SELECT 1 FROM help_link l WHERE l.county = \(county) AND l.post = \(post) AND \
                l.household = v.id AND l.since <= \(day) AND l.until > \(day))
                """
            )
        }
        return ways.isEmpty ? "1 = 0" : SQL.any(ways)
    }

    /// The land of the posts that read the register, as a condition on a path: what has no link to a unit or
    /// a helper.
    func landReach(_ column: SQL) -> SQL {
        if isSystem { return "1 = 1" }
        let paths = Set(seats.filter { $0.has(.readRegister) && $0.kind.reachesTerritory }.map(\.path))
            .sorted()
        return paths.isEmpty
            ? "1 = 0" : SQL.any(paths.map { "(\(column) >= \($0) AND \(column) < \(Territory.end(of: $0)))" })
    }

    /// Which villages the same posts reach, as a condition on a territory's path and identity.
    func villageReach(path column: SQL, id: SQL, on day: Day) -> SQL {
        if isSystem { return "1 = 1" }
        let readers = seats.filter { $0.has(.readRegister) }
        if readers.contains(where: { $0.coversOffice && $0.kind.reachesTerritory }) { return "1 = 1" }
        var ways = Set(readers.filter(\.kind.reachesTerritory).map(\.path)).sorted().map { path -> SQL in
            "(\(column) >= \(path) AND \(column) < \(Territory.end(of: path)))"
        }
        for unit in Set(readers.filter { $0.kind == .supportHead }.map(\.unit)) {
            ways.append(
                """
                \(id) IN (SELECT s.village FROM support_link s WHERE s.county = \(county) AND s.unit = \
                \(unit) AND s.since <= \(day) AND s.until > \(day))
                """
            )
        }
        for post in Set(readers.filter { $0.kind == .helper }.map(\.post)) {
            ways.append(
                """
                \(id) IN (SELECT g.village FROM help_link l JOIN household_version g ON g.county = l.county \
                AND g.id = l.household AND \(AsOf.present.condition("g"))
                    WHERE l.county = \(county) AND l.post = \(post) AND l.since <= \(day) AND l.until > \
                \(day))
                """)
        }
        return ways.isEmpty ? "1 = 0" : SQL.any(ways)
    }
}

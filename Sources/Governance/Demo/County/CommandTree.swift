import Foundation
import Rules

/// The command tree of the demo's county: the leading group and its office, five war zones, five
/// headquarters, departments, townships, village committees, support units, and a post for every duty of the
/// seed.
struct CommandTree {
    private var units: [[String]] = [], people: [[String]] = []
    private var zoneOf: [String: String] = [:], supporterOf: [String: String] = [:],
        helpersOf: [String: [String]] = [:]
    private let county = "410326000000"

    /// The code of the unit that supports a village; nil if none does.
    func supporter(of village: Territory) -> String? { supporterOf[village.id] }
    /// The codes of the posts that help a village's households.
    func helpers(of village: Territory) -> [String] { helpersOf[village.id] ?? [] }

    private static let supporters = [
        "县财政局", "县教体局", "县卫健委", "县水利局", "县住建局", "县农业农村局", "县林业局", "县交通运输局", "县人社局", "县民政局", "县医保局", "县残联",
        "县妇联", "县总工会",
        "团县委", "县税务局", "县市场监管局", "县自然资源局", "县审计局", "县统计局", "县司法局", "县公安局", "县法院", "县检察院", "县供电公司", "县邮政公司",
        "县信用联社",
        "县农业银行", "县文旅局", "县档案馆", "县委党校", "县气象局", "县供销社", "县烟草局", "县融媒体中心", "县一高", "县人民医院", "县中医院", "县应急局",
    ]
    private static let headquarters = [
        ("industry", "产业扶贫硬仗指挥部"), ("education", "教育扶贫行动指挥部"), ("housing", "危房改造清零行动指挥部"),
        ("water", "水利扶贫工程指挥部"), ("health", "健康扶贫行动指挥部"),
    ]

    init(places: [Territory], plan: CountyPlan, people invented: inout InventedPeople) {
        func name() -> String { invented.name(invented.surname(), isFemale: invented.chance.below(3) == 0) }
        unit("leading-group", "县脱贫攻坚领导小组", "leading_group", county)
        person("tanyiwei", "谭一苇", "leader", "县脱贫攻坚领导小组组长", "leading-group", county, nil)
        person("yuzhiping", "喻志平", "deputy", "县脱贫攻坚领导小组副组长", "leading-group", county, "tanyiwei")
        unit("poverty-office", "县扶贫办", "department", county)
        person("luxinyi", "陆心怡", "dispatcher", "县扶贫办信息股股长", "poverty-office", county, "yuzhiping")
        person("heqinglan", "何清岚", "checker", "县扶贫办督查股股长", "poverty-office", county, "yuzhiping")
        unit("discipline", "县纪委监委", "department", county)
        person("fangzhengde", "方正德", "auditor", "县纪委监委党风室主任", "discipline", county, nil)
        unit("organisation", "县委组织部", "department", county)
        // Those who came with the evaluation have names of their own stream: everybody else keeps theirs.
        let later = InventedPeople(chance: Chance.seeded(20_190_828))
        func laterName() -> String { later.name(later.surname(), isFemale: later.chance.below(3) == 0) }
        person("organisation", laterName(), "unit_lead", "县委组织部干部股股长", "organisation", county, nil)
        for (code, title) in Self.headquarters {
            unit("hq-\(code)", title, "headquarters", county)
            person("hq-\(code)", name(), "unit_lead", title + "指挥长", "hq-\(code)", county, "yuzhiping")
        }
        let towns = places.filter { $0.level == .town }
        for zone in 1...5 {
            unit("zone-\(zone)", "第\(["一", "二", "三", "四", "五"][zone - 1])战区", "war_zone", county)
        }
        // Neighbours fight side by side: fourteen townships in five zones of three or two.
        for (index, town) in towns.enumerated() { zoneOf[town.id] = "zone-\(index * 5 / towns.count + 1)" }
        for town in towns {
            let code = String(town.id.dropFirst(6).prefix(3))
            unit("town-\(code)", town.name, "town_government", town.id)
            person(
                "ts\(code)", name(), "town_secretary", town.name + "党委书记", "town-\(code)", town.id,
                "yuzhiping")
            person("tm\(code)", name(), "town_mayor", town.name + "镇长", "town-\(code)", town.id, "ts\(code)")
            person(
                "td\(code)", laterName(), "town_deputy", town.name + "扶贫副书记", "town-\(code)", town.id,
                "tm\(code)")
            person(
                "tc\(code)", name(), "town_cadre", town.name + "扶贫专干", "town-\(code)", town.id, "tm\(code)")
        }
        for (index, supporter) in Self.supporters.enumerated() {
            let number = String(101 + index).dropFirst()
            // A bureau of the county stays a department; what it supports makes it a support unit besides.
            let isBureau = supporter.hasPrefix("县") && supporter.hasSuffix("局") || supporter.hasSuffix("委")
            unit("support-\(number)", supporter, isBureau ? "department" : "support_unit", county)
            person(
                "sh\(number)", name(), "support_head", supporter + "主要负责人", "support-\(number)", county,
                "yuzhiping")
        }
        var poor = 0, helper = 0
        for village in plan.villages {
            let place = village.territory
            let code = String(place.id.dropFirst(6))
            let town = String(code.prefix(3))
            unit("village-\(code)", place.shortName + "两委", "village_committee", place.id)
            person(
                "vs\(code)", name(), "village_secretary", place.shortName + "党支部书记", "village-\(code)",
                place.id, "tc\(town)")
            person(
                "vc\(code)", name(), "village_cadre", place.shortName + "扶贫专干", "village-\(code)", place.id,
                "vs\(code)")
            person(
                "vd\(code)", laterName(), "village_director", place.shortName + "村委主任", "village-\(code)",
                place.id, "vs\(code)")
            // Each support unit has two of the poor villages, with a first secretary and an attack group.
            var helperUnit = "town-\(town)"
            if village.isPoor {
                helperUnit = "support-" + String(101 + poor / 2 % Self.supporters.count).dropFirst()
                supporterOf[place.id] = helperUnit
                person(
                    "fs\(code)", laterName(), "first_secretary", place.shortName + "驻村第一书记", helperUnit,
                    place.id, "vs\(code)")
                person(
                    "al\(code)", laterName(), "attack_leader", place.shortName + "脱贫攻坚组组长", "town-\(town)",
                    place.id, "tc\(town)")
                poor += 1
            }
            let count = max(1, (village.registered.count + 11) / 12)
            for _ in 0..<count {
                helper += 1
                let login = "h" + String(10_000 + helper).dropFirst()
                person(login, name(), "helper", place.shortName + "帮扶责任人", helperUnit, place.id, "vs\(code)")
                helpersOf[place.id, default: []].append(login)
            }
        }
    }

    private mutating func unit(_ code: String, _ name: String, _ kind: String, _ territory: String) {
        units.append([code, name, kind, territory])
    }
    private mutating func person(
        _ login: String, _ name: String, _ kind: String, _ title: String, _ unit: String, _ territory: String,
        _ above: String?
    ) {
        people.append([login, name, kind, title, unit, territory, above ?? ""])
    }

    /// Enters all of it through the imports that an office uses.
    func found(password: Password, at now: Instant, in books: Books) throws {
        var clerk = Actor.system(of: RuyangDemo.county)
        clerk.name = .asGiven("管承志")
        let path = try Offices.of(RuyangDemo.county, in: books).territory.path
        let day = Zone.china.day(of: now)
        func table(_ heading: [String], _ rows: [[String]]) throws -> Table {
            try Table(Data(([heading] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n").utf8))
        }
        for report in [
            try Organisation.importingUnits(
                table(["code", "name_zh", "kind", "territory"], units), inside: path, on: day, by: clerk,
                at: now, in: books),
            try Organisation.importingPeople(
                table(["login", "name", "post_kind", "post_zh", "unit", "territory", "reports_to"], people),
                inside: path, on: day, by: clerk, at: now,
                in: books),
        ] {
            precondition(report.faults.isEmpty, "the demo's own tables are wrong: \(report.faults.prefix(3))")
        }
        for (territory, code) in zoneOf.sorted(by: { $0.key < $1.key }) {
            guard let unit = try Units.find(code: code, of: RuyangDemo.county, in: books) else { continue }
            try CommandAreas.assign(
                Territories.find(territory, in: books), to: unit.id, from: day, by: clerk, at: now, in: books)
        }
        for account in try Accounts.all(of: RuyangDemo.county, in: books) {
            try Accounts.set(password, for: account.login, by: clerk, at: now, in: books)
        }
    }
}

import Rules
import Store

/// One household of the demo, made up as a whole: members that fit together, causes that fit the members,
/// incomes that fit the status.
struct InventedHousehold {
    var values: [String: Value] = [:], income: [String: Value] = [:]
    var members: [[String: Value]] = []
    /// What was done about its house or its income.
    var measures: [(kind: HelpMeasure.Kind, project: String, yuan: Int, effect: Int)] = []

    private typealias Role = (relation: String, isFemale: Bool, age: Int)

    init(
        kind: String, size: Int, group: Int, isPoorVillage: Bool, on day: Day, _ people: inout InventedPeople
    ) {
        let chance = people.chance
        let roles = Self.roles(size, chance)
        let surname = people.surname()
        for role in roles { members.append(Self.member(role, surname, on: day, &people)) }
        let isRegistered = kind == "registered"
        let status =
            !isRegistered
            ? nil
            : chance.below(100) < (isPoorVillage ? 24 : 14)
                ? "poor" : chance.below(10) == 0 ? "exited_monitored" : "exited_policy"
        set("kind", kind)
        set("group_name", "\(["一", "二", "三", "四", "五", "六", "七", "八"][group % 8])组")
        set("headcount", size)
        let grade = chance.below(1000)
        let houseGrade =
            grade < 320 ? "A" : grade < 968 || status != "poor" && grade < 990 ? "B" : grade < 993 ? "C" : "D"
        set("house_grade", houseGrade)
        set("is_occupied", houseGrade == "A" || houseGrade == "B" || chance.below(3) > 0 ? 1 : 0)
        set("is_water_safe", chance.below(100) < 98 ? 1 : 0)
        set("water_litres", 30 + chance.below(40))
        set("has_power", 1)
        set("has_food", 1)
        set("has_clothes", 1)
        set("road", chance.one(of: ["concrete", "concrete", "concrete", "asphalt", "gravel"]))
        set("toilet", chance.one(of: ["flush", "dry", "dry", "pit"]))
        set("has_broadcast", 1)
        set("has_network", chance.below(10) < 8 ? 1 : 0)
        set("land", 2 + chance.below(9))
        set("phone", "1990000" + String(1000 + chance.below(9000)))
        if isRegistered {
            set("standard", "national")
            set("status", status ?? "")
            set(
                "attribute",
                size == 1 && chance.below(3) == 0
                    ? "destitute" : chance.below(5) == 0 ? "allowance" : "general")
            set("first_identified", "\(2014 + chance.below(4))-12-31")
            if status != "poor" { set("exited_on", "\(2016 + chance.below(3))-12-20") }
            set("main_cause", cause(chance))
            set("in_cooperative", chance.below(10) < 6 ? 1 : 0)
            set("relocation", chance.below(12) == 0 ? "done" : "none")
            set("bank_account", "62284807" + String(10_000_000 + chance.below(80_000_000)))
        }
        if status == "exited_monitored" {
            set("monitoring", "unstable")
            set("monitored_since", "2019-0\(1 + chance.below(5))-15")
        }
        // Every ninth of the poor is ready to leave: over the line, safe, insured.
        let isLeaving =
            status == "poor" && !["C", "D"].contains(houseGrade) && group % 9 == 0 && chance.below(3) == 0
        if isLeaving { set("status", "exit_planned") }
        earn(kind, isLeaving ? "exit_planned" : status, chance)
        help(status, houseGrade, chance)
    }

    private mutating func set(_ name: String, _ text: String) { values[name] = .text(text) }
    private mutating func set(_ name: String, _ number: Int) { values[name] = .integer(Int64(number)) }

    /// The cause that the members show, else one of the usual ones.
    private func cause(_ chance: Chance) -> String {
        func has(_ fact: String, _ word: String) -> Bool { members.contains { $0[fact] == .text(word) } }
        if has("health", "serious") { return "illness" }
        if has("health", "disabled") { return "disability" }
        if has("school", "college") || has("school", "senior") {
            return chance.below(2) == 0 ? "schooling" : "technology"
        }
        return chance.one(of: [
            "technology", "technology", "funds", "labour", "illness", "transport", "motivation", "land",
        ])
    }

    private mutating func earn(_ kind: String, _ status: String?, _ chance: Chance) {
        let heads = members.count
        // What a head has: below the line that the county used for 2018 where the household is still poor.
        let perHead =
            status == "poor"
            ? 1_800 + chance.below(1_300)
            : kind == "registered"
                ? 3_900 + chance.below(5_000)
                : kind == "marginal" ? 3_300 + chance.below(1_500) : 7_000 + chance.below(9_000)
        let net = perHead * heads
        let business = net * (15 + chance.below(20)) / 100
        let transfers = net * (status == nil ? 5 : 10 + chance.below(25)) / 100
        let cost = business * (20 + chance.below(20)) / 100
        income = [
            "wages": .integer(Int64(net - business - transfers + cost)),
            "business": .integer(Int64(business)), "property": .integer(0),
            "transfers": .integer(Int64(transfers)), "business_cost": .integer(Int64(cost)),
            "headcount": .integer(Int64(heads)),
        ]
    }

    private mutating func help(_ status: String?, _ houseGrade: String, _ chance: Chance) {
        guard status != nil else { return }
        if ["C", "D"].contains(houseGrade), chance.below(3) > 0 {
            measures.append((.house, "危房改造", houseGrade == "D" ? 28_000 : 9_000, 0))
        }
        switch chance.below(5) {
        case 0: measures.append((.industry, "香菇大棚入股分红", 5_000, 800))
        case 1: measures.append((.industry, "肉牛托养", 20_000, 1_500))
        case 2: measures.append((.work, "扶贫车间务工", 0, 9_600))
        case 3: measures.append((.ecology, "护林员公益岗位", 0, 6_000))
        default: measures.append((.allowance, "低保补助", 0, 1_900))
        }
    }

    private static func roles(_ size: Int, _ chance: Chance) -> [Role] {
        let headAge = size == 1 ? 55 + chance.below(28) : 33 + chance.below(30)
        var roles: [Role] = [("head", chance.below(size == 1 ? 3 : 8) == 0, headAge)]
        let more: [String] = [
            "spouse", "child", "child", "mother", "child", "father", "in_law", "grandchild",
        ]
        for kind in more where roles.count < size {
            switch kind {
            case "spouse":
                roles.append(("spouse", !roles[0].isFemale, max(22, headAge - 3 + chance.below(6))))
            case "child":
                let isFemale = chance.below(2) == 0
                roles.append(
                    (isFemale ? "daughter" : "son", isFemale, max(0, headAge - 20 - chance.below(14))))
            case "mother": roles.append(("mother", true, headAge + 20 + chance.below(8)))
            case "father": roles.append(("father", false, headAge + 21 + chance.below(8)))
            case "in_law": roles.append(("daughter_in_law", true, max(20, headAge - 22)))
            default: roles.append(("grandson", false, max(0, headAge - 48)))
            }
        }
        return roles
    }

    private static func member(_ role: Role, _ surname: String, on day: Day, _ people: inout InventedPeople)
        -> [String: Value]
    {
        let chance = people.chance
        let marriedIn = ["spouse", "mother", "daughter_in_law"].contains(role.relation)
        let born = people.birth(age: min(role.age, 96), on: day)
        let age = (day.number - born.number) / 365
        var values: [String: Value] = [
            "name": .text(people.name(marriedIn ? people.surname() : surname, isFemale: role.isFemale)),
            "certificate": .text(people.certificate(born: born, isFemale: role.isFemale)),
            "sex": .text(role.isFemale ? "female" : "male"),
            "birth": .text(born.description), "relation": .text(role.relation), "ethnic_group": .text("汉族"),
            "medical_insurance": .integer(chance.below(500) == 0 ? 0 : 1),
            "serious_insurance": .integer(chance.below(60) == 0 ? 0 : 1),
        ]
        let ill = chance.below(100)
        let health =
            ill < (age > 60 ? 30 : 6)
            ? "chronic"
            : ill < (age > 60 ? 36 : 9) ? "serious" : ill < (age > 60 ? 44 : 13) ? "disabled" : "healthy"
        values["health"] = .text(health)
        values["school"] = .text(school(age, health, chance, &values))
        values["education"] = .text(
            age < 7
                ? "none"
                : age < 13
                    ? "primary"
                    : age > 60
                        ? chance.one(of: ["none", "primary", "primary"])
                        : chance.one(of: ["primary", "junior", "junior", "junior", "senior"]))
        let works = (18...64).contains(age) && values["school"] == .text("none")
        values["labour"] = .text(
            !works
                ? "none"
                : health == "serious" || health == "disabled"
                    ? "lost" : chance.below(12) == 0 ? "skilled" : "ordinary")
        if works, health == "healthy", chance.below(5) < 3 {
            values["work_place"] = .text(
                chance.one(of: ["village", "county", "county", "province", "elsewhere"]))
            values["work_months"] = .integer(Int64(4 + chance.below(8)))
        }
        if age >= 60 { values["pension"] = .integer(1) }
        return values
    }

    private static func school(
        _ age: Int, _ health: String, _ chance: Chance, _ values: inout [String: Value]
    ) -> String {
        switch age {
        case 3...5: return "nursery"
        case 6...15:
            guard chance.below(200) == 0 else { return age < 13 ? "primary" : "junior" }
            values["leaving_reason"] = .text(health == "healthy" ? "unwilling" : "illness")
            return "dropped"
        case 16...18: return chance.below(10) < 8 ? "senior" : "none"
        case 19...22: return chance.below(10) < 4 ? "college" : "none"
        default: return "none"
        }
    }
}

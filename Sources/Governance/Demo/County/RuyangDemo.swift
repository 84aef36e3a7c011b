import Foundation
package import Rules
import Store

/// The county of the seed: Ruyang with its real townships and villages, and invented people in exactly the
/// seed's numbers.
package enum RuyangDemo {
    /// Ruyang county of Luoyang.
    package static let county = County("410326") ?? .shared
    /// The day on which the demos open.
    package static let usualDay = Zone.china.day(of: Demo.opensAt)

    /// Whom to try first: login and what their page shows.
    package static let guides: [(login: String, words: Phrase)] = [
        (
            "tanyiwei",
            Phrase(
                zh: "县领导小组组长：总览，等您定的事",
                en: "Head of the leading group: the overview, what waits for a decision")
        ),
        ("luxinyi", Phrase(zh: "县扶贫办：登记、审批、导入", en: "Poverty office: the register, approvals, imports")),
        ("ts101", Phrase(zh: "上店镇党委书记", en: "Party secretary of Shangdian township")),
        ("tm101", Phrase(zh: "上店镇镇长", en: "Mayor of Shangdian township")),
        ("sh01", Phrase(zh: "帮扶单位负责人", en: "Head of a support unit")),
        ("h0001", Phrase(zh: "帮扶责任人：我的几户", en: "Helper: my households")),
        ("ruyang-admin", Phrase(zh: "管理员", en: "Administrator")),
    ]

    private static let founded = Zone.china.instant(Day("2018-12-20") ?? usualDay, ClockTime(minutes: 540))
    /// The register of the seed is that of the end of 2018; it was entered in the first days of January.
    private static let registered = Day("2018-12-31") ?? usualDay
    private static let entered = Zone.china.instant(Day("2019-01-07") ?? usualDay, ClockTime(minutes: 540))
    private static let system = "nbs-2016"

    /// Whether a data folder has the county already.
    package static func isLoaded(in books: Books) throws -> Bool {
        try Offices.all(in: books).contains { $0.county == county }
    }

    /// Founds the county's office, its command tree and its register, always the same for one seed.
    package static func load(
        into office: Office, seed: UInt64, until day: Day,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws {
        let chance = Chance.seeded(seed)
        let password = try await Password.make(Demo.password, chance: chance)
        let opens = Zone.china.instant(day, ClockTime(minutes: 580))
        var people = InventedPeople(chance: chance)
        let places = try await office.write { books in
            try found(password: password, opensAt: opens, in: books)
            let path = try Offices.of(county, in: books).territory.path
            return try Territories.subtree(of: path, on: registered, in: books)
        }
        let villages = places.filter { $0.level == .village }
        let plan = CountyPlan(villages, chance: chance)
        let command = CommandTree(places: places, plan: plan, people: &people)
        try await office.write { try command.found(password: password, at: founded, in: $0) }
        let name = try await office.read { books in
            try Accounts.find(login: "luxinyi", of: county, in: books).map {
                try Tenures.person($0.person, of: county, in: books).name
            }
        }
        guard let name else { throw Refusal.notFound }
        // The clerk's rows come from the program itself: what they may is not looked up for each of some
        // hundred thousand.
        var desk = Actor.system(of: county)
        desk.name = .asGiven(name)
        let clerk = desk
        for (index, village) in plan.villages.enumerated() {
            let households = Self.households(of: village, &people)
            let (at, supporter, helpers) = (
                entered.adding(minutes: index), command.supporter(of: village.territory),
                command.helpers(of: village.territory)
            )
            try await office.write { books in
                try register(
                    village, households, supporter: supporter, helpers: helpers, by: clerk, at: at, in: books)
            }
            progress(index + 1, plan.villages.count * 2)
        }
        try await CountyPlay(chance: chance, until: day).play(into: office) {
            progress(plan.villages.count + $0 * plan.villages.count / max(1, $1), plan.villages.count * 2)
        }
    }

    private static func found(password: Password, opensAt: Instant, in books: Books) throws {
        try Offices.prepareSharedChain(in: books)
        var shared = Actor.system(of: .shared)
        shared.name = Phrase(zh: "演示", en: "Demo")
        let day = Zone.china.day(of: founded)
        let report = try Territories.importing(
            DemoCast.table("ruyang-divisions.csv"), system: system, since: Day("2016-01-01") ?? day,
            by: shared, at: founded, in: books)
        precondition(report.faults.isEmpty, "the demo's own table is wrong: \(report.faults)")
        _ = try Offices.found(
            .init(
                county: county, countyName: "汝阳县", nameZh: "汝阳县脱贫攻坚领导小组办公室",
                nameEn: "Ruyang County Poverty Office", townCode: "410326000000",
                townName: "汝阳县", prefix: "RY", demoOpensAt: opensAt),
            administrator: ("ruyang-admin", "管承志", password), at: founded, in: books)
        var clerk = Actor.system(of: county)
        clerk.name = .asGiven("管承志")
        try decide(by: clerk, at: founded, in: books)
    }

    /// The lines and vetoes that this invented office decided; the program itself ships none.
    private static func decide(by actor: Actor, at now: Instant, in books: Books) throws {
        for (parameter, value) in [
            (Parameter.exitIncomeLine, 3_200), (.exitNoticeDays, 7), (.villageIncidence, 20),
            (.vetoWronglyExited, 20), (.vetoMissed, 20), (.vetoApproval, 900),
            (.vetoIncidence, 20),
        ] { try Parameters.set(parameter, to: value, from: registered, by: actor, at: now, in: books) }
    }

    private static func households(of village: CountyPlan.Village, _ people: inout InventedPeople)
        -> [InventedHousehold]
    {
        var households: [InventedHousehold] = []
        for (kind, sizes) in [
            ("registered", village.registered), ("marginal", village.marginal),
            ("ordinary", village.ordinary),
        ] {
            for size in sizes {
                households.append(
                    InventedHousehold(
                        kind: kind, size: size, group: households.count / 12, isPoorVillage: village.isPoor,
                        on: registered, &people))
            }
        }
        return households
    }

    private static func register(
        _ village: CountyPlan.Village, _ households: [InventedHousehold], supporter: String?,
        helpers: [String], by clerk: Actor, at now: Instant,
        in books: Books
    ) throws {
        let key = try books.registryKey(of: county)
        var administrator = Actor.system(of: county)
        administrator.name = .asGiven("管承志")
        let people = households.reduce(0) { $0 + $1.members.count }
        _ = try Registering.change(
            village: village.territory,
            [
                "is_poor": .integer(village.isPoor ? 1 : 0), "households": .integer(Int64(households.count)),
                "population": .integer(Int64(people)),
                "group_count": .integer(Int64(households.count / 12 + 1)), "has_power": .integer(1),
                "has_water": .integer(1), "has_clinic": .integer(1),
                "road": .text("concrete"),
                "status": village.isPoor ? .text(households.count % 3 == 0 ? "poor" : "exited") : .null,
            ], from: registered, by: clerk, at: now, in: books)
        if let supporter, let unit = try Units.find(code: supporter, of: county, in: books) {
            try Helping.support(
                village.territory, by: unit.id, from: registered, as: administrator, at: now, in: books)
        }
        try Organisation.changed(county, in: books)
        let posts = try helpers.compactMap { try Posts.find(code: $0, of: county, in: books)?.id }
        for (index, household) in households.enumerated() {
            let number = village.territory.id + String(10_000 + index + 1).dropFirst()
            let members = household.members.enumerated().map {
                (number: number + String(100 + $0 + 1).dropFirst(), values: $1)
            }
            let id = try Registering.add(
                number: number, village: village.territory, household.values, members: members,
                since: registered, key: key, by: clerk, at: now, in: books)
            if household.values["kind"] == .text("registered") {
                _ = try Registering.enter(
                    income: household.income, year: 2018, of: id, by: clerk, at: now, in: books)
                if !posts.isEmpty {
                    try Helping.name(
                        posts[index % posts.count], for: id, from: registered, by: administrator, at: now,
                        in: books)
                }
            }
            for measure in household.measures {
                try Helping.enter(
                    .init(
                        kind: measure.kind, project: measure.project, plannedOn: registered - 120,
                        doneOn: registered - 40, yuan: measure.yuan,
                        incomeEffect: measure.effect),
                    for: id, by: clerk, at: now, in: books)
            }
        }
    }
}

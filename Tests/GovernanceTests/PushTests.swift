import Foundation
import Governance
import Rules
import Store
import Testing

/// The campaign of the world with everything besides visits: gates, an order, a look-back, standards of exit.
extension World {
    private static let basis = "basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}"
    static let push =
        scheme + """

            orders:
              houses:
                title: {zh: 危房清零, en: Houses}
                \(basis)
                unit: cg
                counts: {house_grade: [C, D], kind: registered}
                cases: housing.dilapidated
                measures: house
                target: 0
                by: 2019-04-30
            gates: [house_grade]
            look-back:
              title: {zh: 回头看, en: Look-back}
              \(basis)
              post: [village_secretary, town_secretary]
              kind: registered
              compares: [headcount, house_grade]
              within: attack
            exit:
              household:
                income: {title: {zh: 收入, en: Income}, \(basis), takes: income, at least: exit_income_line}
                house: {title: {zh: 住房, en: House}, \(basis), takes: fact, fact: house_grade, is: [A, B]}
              village:
                incidence: {title: {zh: 发生率, en: Incidence}, \(basis), takes: incidence, at most: \
            village_incidence}
              notice: exit_notice_days
              county:
                wrongly-exited: {title: {zh: 错退, en: Wrongly exited}, \(basis), veto: veto_wrongly_exited}
                missed: {title: {zh: 漏评, en: Missed}, \(basis), veto: veto_missed}
                approval: {title: {zh: 认可, en: Approval}, \(basis), veto: veto_approval}
                incidence: {title: {zh: 综合, en: Combined}, \(basis), veto: veto_incidence}
            """

    func set(_ parameter: Parameter, _ value: Int) async throws {
        let now = self.now
        try await act("admin") {
            try Parameters.set(parameter, to: value, from: Day("2019-01-01")!, by: $0, at: now, in: $1)
        }
    }
    func lookBack(_ number: String, by login: String, _ draft: LookBacks.Draft) async throws -> ID<
        ChangeRequest
    >? {
        let (id, now) = (try await household(number).id, self.now)
        return try await act(login) { try LookBacks.record(draft, of: id, by: $0, at: now, in: $1) }
    }
    func assess(_ number: String) async throws -> [String: Bool?] {
        let (id, now) = (try await household(number).id, self.now)
        let lines = try await look("clockwork") { try ExitSight.of(id, for: $0, at: now, in: $1).lines }
        return Dictionary(uniqueKeysWithValues: lines.map { ($0.check.name, $0.finding.holds) })
    }
    func exit(_ step: ExitStep, _ number: String, by login: String, on day: String? = nil) async throws
        -> String
    {
        let (household, now) = (try await household(number), self.now)
        let day = day.map { Day($0)! } ?? Zone.china.day(of: now)
        return try await outcome {
            try await self.act(login) {
                try ExitProcedure.take(step, of: household, on: day, note: "", by: $0, at: now, in: $1)
            }
        }
    }
}

@Suite struct `What a campaign gates another post approves` {
    @Test func `a gated fact waits while the campaign runs, and holds at once before and after`() async throws
    {
        let world = try await World()
        func change(_ grade: String) async throws -> Bool {
            let draft = RegisterChanges.Draft(
                .change, answers: ["house_grade": grade], from: Day("2019-01-15")!, reason: "核实")
            return try await world.change(draft, of: "K0", by: "vs1").holds
        }
        world.go("2019-02-25")
        let campaign = try await world.campaign(World.push)
        #expect(campaign.scheme.gates == ["house_grade"])
        #expect(try await change("D"))
        world.go("2019-03-05")
        #expect(try await !change("B"))
        #expect(try await world.household("K0").facts["house_grade"] == "D")
        world.go("2019-06-03")
        #expect(try await change("A"))
    }
}

@Suite struct `A look-back holds the register against what is there` {
    @Test
    func
        `what differs becomes one request that somebody else approves, and the pass is counted where it was frozen`()
        async throws
    {
        let world = try await World()
        let campaign = try await world.campaign(World.push)
        let pass = try #require(campaign.scheme.lookBack)
        #expect(try await world.lookBack("K0", by: "vs1", .init(.none, found: ["headcount": "1"])) == nil)
        let asked = try await world.lookBack(
            "K1", by: "vs1", .init(.differs, found: ["land": "3", "house_grade": "C"], note: "塌了一角"))
        #expect(asked != nil)
        #expect(
            try await !world.household("K1").facts.isKnown("land"),
            "nothing of it holds before somebody approves")
        let now = world.now
        let request = try #require(asked)
        #expect(
            try await outcome {
                try await world.act("vs1") {
                    try RegisterChanges.settle(request, granted: true, answer: "", by: $0, at: now, in: $1)
                }
            }
                == "not allowed")
        try await world.act("ts") {
            try RegisterChanges.settle(request, granted: true, answer: "", by: $0, at: now, in: $1)
        }
        #expect(try await world.household("K1").facts["house_grade"] == "C")
        #expect(try await world.household("K1").facts.number("land") == 3)
        let lines = try await world.look("clockwork") {
            try LookBacks.lines(campaign, pass, byVillage: true, inside: "", for: $0, in: $1)
        }
        #expect(
            lines.map { "\($0.checked)/\($0.households)" } == ["2/5", "0/4"]
                && lines[0].verdicts == [.none: 1, .differs: 1])
        let waiting = try await world.look("vs1") {
            try LookBacks.waiting(campaign, pass, inside: "", for: $0, on: Day("2019-03-04")!, in: $1)
        }
        #expect(waiting.map(\.number).sorted() == ["K2", "K3", "K4"])
    }

    @Test
    func
        `a verdict has to fit the household and the facts, and only the named posts look back, in the days of the pass`()
        async throws
    {
        let world = try await World()
        _ = try await world.campaign(World.push)
        func look(
            _ number: String, _ verdict: LookBack.Verdict, _ found: [String: String] = [:],
            by login: String = "vs1"
        ) async throws -> String {
            try await outcome {
                _ = try await world.lookBack(number, by: login, .init(verdict, found: found))
            }
        }
        #expect(try await look("K0", .none, ["headcount": "4"]) == "invalid verdict")
        #expect(try await look("K0", .differs) == "invalid verdict")
        #expect(try await look("K0", .missed) == "invalid verdict", "it is registered")
        #expect(try await look("K0", .wronglyExited) == "invalid verdict", "it has not exited")
        #expect(try await look("K5", .wronglyListed) == "invalid verdict", "it is not registered")
        #expect(try await look("K7", .none) == "not found", "of another village")
        #expect(try await look("K0", .none, by: "leader") == "not allowed")
        #expect(try await look("K0", .wronglyListed) == "done")
        world.go("2019-05-02")
        #expect(try await look("K1", .none) == "not now")
    }

    @Test func `a household looked at again says what was found last`() async throws {
        let world = try await World()
        _ = try await world.campaign(World.push)
        _ = try await world.lookBack("K0", by: "vs1", .init(.wronglyListed))
        _ = try await world.lookBack("K0", by: "ts", .init(.none))
        let id = try await world.household("K0").id
        let day = Zone.china.day(of: world.now)
        let found = try await world.look("clockwork") {
            try LookBacks.open(id, for: $0, on: day, in: $1).last
        }
        #expect(found?.verdict == LookBack.Verdict.none)
        let log = try await world.history(of: .init("household", id.text))
        #expect(
            log.filter { $0.kind == "campaign.look_back" }.map { $0.details["verdict"] } == [
                "wrongly_listed", "none",
            ])
    }
}

@Suite struct `Who leaves the register leaves by checks that explain themselves, step by step` {
    @Test func `a check holds, fails or is not known, and nothing is assumed that the office has not set`()
        async throws
    {
        let world = try await World()
        _ = try await world.campaign(World.push)
        #expect(try await world.assess("K0") == ["income": nil, "house": nil])
        try await world.set(.exitIncomeLine, 3_000)
        let now = world.now
        let household = try await world.household("K0")
        try await world.act("ts") {
            try RegisterChanges.enter(
                income: ["wages": "2999"], year: 2018, of: household, by: $0, at: now, in: $1)
        }
        #expect(try await world.assess("K0")["income"] == false)
        try await world.act("ts") {
            try RegisterChanges.enter(
                income: ["wages": "3000"], year: 2018, of: household, by: $0, at: now, in: $1)
        }
        #expect(try await world.assess("K0")["income"] == true)
    }

    @Test
    func
        `each step follows the last, by another person, after the days of notice, and the last one is an approval`()
        async throws
    {
        let world = try await World()
        world.go("2019-02-25")
        _ = try await world.campaign(World.push)
        try await world.set(.exitIncomeLine, 3_000)
        #expect(
            try await world.exit(.appraised, "K0", by: "vs1") == "not now", "income and house are not known")
        let (now, household) = (world.now, try await world.household("K0"))
        try await world.act("vs1") {
            try RegisterChanges.enter(
                income: ["wages": "5000"], year: 2018, of: household, by: $0, at: now, in: $1)
        }
        _ = try await world.change(
            .init(.change, answers: ["house_grade": "B"], from: Day("2019-01-15")!, reason: "核实"), of: "K0",
            by: "vs1")
        world.go("2019-03-05")
        #expect(try await world.exit(.checked, "K0", by: "vs1") == "not now", "nobody has appraised")
        #expect(try await world.exit(.appraised, "K0", by: "vs1") == "done")
        #expect(try await world.exit(.checked, "K0", by: "vs1") == "not allowed")
        #expect(try await world.exit(.checked, "K0", by: "ts") == "done")
        #expect(
            try await world.exit(.agreed, "K0", by: "vs1", on: "2019-03-04") == "invalid day",
            "before the last step")
        #expect(try await world.exit(.agreed, "K0", by: "vs1") == "done")
        #expect(try await world.exit(.notified, "K0", by: "vs1") == "done")
        world.go("2019-03-11")
        #expect(
            try await world.exit(.announced, "K0", by: "vs1") == "not now", "the days of notice are not set")
        try await world.set(.exitNoticeDays, 7)
        #expect(try await world.exit(.announced, "K0", by: "vs1") == "not now", "six days only")
        world.go("2019-03-12")
        #expect(try await world.exit(.announced, "K0", by: "vs1") == "done")
        #expect(
            try await world.exit(.struckOff, "K0", by: "vs1") == "not allowed", "a village approves nothing")
        #expect(try await world.exit(.struckOff, "K0", by: "ts") == "done")
        let after = try await world.household("K0")
        #expect(after.facts["status"] == "exited_policy" && after.facts["exited_on"] == "2019-03-12")
        #expect(try await world.exit(.appraised, "K0", by: "vs1") == "not now")
    }

    @Test func `a procedure that was withdrawn begins again`() async throws {
        let world = try await World()
        world.go("2019-02-25")
        _ = try await world.campaign(World.push)
        try await world.set(.exitIncomeLine, 1)
        let (now, household) = (world.now, try await world.household("K0"))
        try await world.act("vs1") {
            try RegisterChanges.enter(
                income: ["wages": "5000"], year: 2018, of: household, by: $0, at: now, in: $1)
        }
        _ = try await world.change(
            .init(.change, answers: ["house_grade": "B"], from: Day("2019-01-15")!, reason: "核实"), of: "K0",
            by: "vs1")
        world.go("2019-03-05")
        #expect(try await world.exit(.withdrawn, "K0", by: "vs1") == "not now", "nothing was begun")
        for step in [ExitStep.appraised, .withdrawn, .appraised] {
            #expect(try await world.exit(step, "K0", by: "vs1") == "done")
        }
    }

    @Test func `the county's rates come from the look-back and the visits, each with its veto`() async throws
    {
        let world = try await World()
        let campaign = try await world.campaign(World.push)
        _ = try await world.lookBack("K5", by: "vs1", .init(.missed, found: ["main_cause": "illness"]))
        _ = try await world.lookBack("K0", by: "vs1", .init(.none))
        try await world.visit("K0", by: "vs1") { $0.approval = false }
        try await world.visit("K0", by: "ts") { $0.approval = true }
        try await world.visit("K1", by: "ts") { $0.approval = false }
        func rates() async throws -> [String: String] {
            let rates = try await world.look("clockwork") {
                try Exits.rates(campaign, campaign.scheme.exit!, for: $0, on: Day("2019-03-04")!, in: $1)
            }
            return Dictionary(
                uniqueKeysWithValues: rates.map {
                    (
                        $0.veto.rate.rawValue,
                        "\($0.proportion.part)/\($0.proportion.whole) \($0.holds.map(String.init) ?? "open")"
                    )
                })
        }
        #expect(
            try await rates() == [
                "wrongly-exited": "0/0 open", "missed": "1/1 open", "approval": "1/2 open",
                "incidence": "10/0 open",
            ])
        try await world.set(.vetoMissed, 20)
        try await world.set(.vetoApproval, 500)
        #expect(try await rates()["missed"] == "1/1 false")
        #expect(try await rates()["approval"] == "1/2 true")
    }
}

@Suite struct `An order of battle is counted, never typed in` {
    @Test func `what was left when frozen, what is left now, cases and measures stand township by township`()
        async throws
    {
        let world = try await World()
        world.go("2018-12-31", "08:00")
        world.go("2019-02-25")
        try await world.keepRegister()
        try await world.register(["第一社区,K0,户主0,,户主,,,1,建档立卡户,,,D级,,", "第一社区,K1,户主1,,户主,,,1,建档立卡户,,,C级,,"])
        let now = world.now
        let campaign = try await world.act("clockwork") {
            try Campaigns.publish(World.push, by: $0, at: now, in: $1)
        }
        let order = try #require(campaign.scheme.orders.first)
        func board() async throws -> OrderBoard.Line {
            try await world.look("deputy") {
                OrderBoard.total(
                    try OrderBoard.lines(order, of: campaign, for: $0, on: Day("2019-03-05")!, in: $1))
            }
        }
        let first = try await board()
        #expect(first.before == 2 && first.left == 2 && first.planned == 0)
        _ = try await world.change(
            .init(.change, answers: ["house_grade": "B"], from: Day("2019-02-20")!, reason: "修好了"), of: "K0",
            by: "vs1")
        let id = try await world.household("K1").id
        try await world.act("vs1") {
            try Helping.enter(
                .init(kind: .house, project: "改造", plannedOn: Day("2019-03-20")!), for: id, by: $0, at: now,
                in: $1)
        }
        let after = try await board()
        #expect(after.before == 2 && after.left == 1 && after.planned == 1 && after.done == 0)
    }
}

@Suite struct `War zones command townships for a time` {
    @Test
    func
        `a township is under one zone a day, and coverage adds up by zone, department, support unit and person`()
        async throws
    {
        let world = try await World()
        let campaign = try await world.campaign()
        let now = world.now
        let units = try table(
            "code,name_zh,kind,territory", "z1,第一战区,war_zone,\(World.town)", "z2,第二战区,war_zone,\(World.town)")
        try await world.act("clockwork") { actor, books in
            let path = try Offices.of(actor.county, in: books).territory.path
            try #require(
                try Organisation.importingUnits(
                    units, inside: path, on: Day("2019-01-02")!, by: actor, at: now, in: books
                ).faults.isEmpty)
        }
        func unit(_ code: String) async throws -> ID<Governance.Unit> {
            try await world.look("clockwork") {
                try #require(try Units.find(code: code, for: $0, in: $1)).id
            }
        }
        let (z1, z2, cg) = (try await unit("z1"), try await unit("z2"), try await unit("cg"))
        func assign(_ territory: String, _ unit: ID<Governance.Unit>, _ day: String) async throws -> String {
            try await outcome {
                try await world.act("admin") {
                    try CommandAreas.assign(
                        Territories.find(territory, for: $0, in: $1), to: unit, from: Day(day)!, by: $0,
                        at: now, in: $1)
                }
            }
        }
        #expect(
            try await assign(World.c1, z1, "2019-03-01") == "invalid territory", "a village is no township")
        #expect(
            try await assign(World.town, cg, "2019-03-01") == "invalid unit", "a department is no war zone")
        #expect(try await assign(World.town, z1, "2019-03-01") == "done")
        #expect(try await assign(World.town, z2, "2019-03-04") == "done")
        #expect(try await assign(World.town, z1, "2019-03-02") == "invalid from")
        func zone(_ day: String) async throws -> [ID<Governance.Unit>] {
            try await world.look("clockwork") {
                try CommandAreas.all(for: $0, on: Day(day)!, in: $1).map(\.unit)
            }
        }
        #expect(try await zone("2019-03-03") == [z1])
        #expect(try await zone("2019-03-04") == [z2])
        #expect(try await zone("2019-02-28") == [])
        try await world.visit("K0", by: "ts")
        func lines(_ grouping: Coverage.Grouping) async throws -> [String: Int] {
            let lines = try await world.look("clockwork") {
                try Coverage.lines(
                    campaign, by: grouping, duty: "secretary", inside: "", for: $0, on: Day("2019-03-04")!,
                    in: $1)
            }
            return Dictionary(uniqueKeysWithValues: lines.map { ($0.key, $0.done) })
        }
        let ts = try await world.look("ts") { actor, _ in actor.person?.text ?? "" }
        #expect(try await lines(.person) == [ts: 1])
        // The world's office lies in its own township: what it has is under no township below it.
        #expect(try await lines(.zone).values.reduce(0, +) == 1)
        let supported = try await world.look("clockwork") {
            try Coverage.lines(
                campaign, by: .supportUnit, inside: "", for: $0, on: Day("2019-03-04")!, in: $1)
        }
        #expect(Set(supported.map(\.key)) == [cg.text] && supported.allSatisfy { $0.duty == "others" })
        let departments = try await world.look("clockwork") {
            try Coverage.lines(campaign, by: .department, inside: "", for: $0, on: Day("2019-03-04")!, in: $1)
        }
        #expect(Set(departments.map(\.key)) == [cg.text])
    }

    @Test func `the chain of command names holders, villages and households`() async throws {
        let world = try await World()
        _ = try await world.campaign()
        let now = world.now
        let (id, post) = (
            try await world.household("K0").id,
            try await world.look("clockwork") {
                try #require(try Posts.find(code: "hp", for: $0, in: $1)).id
            }
        )
        try await world.act("clockwork") {
            try Helping.name(post, for: id, from: Day("2019-03-01")!, by: $0, at: now, in: $1)
        }
        let chain = try await world.look("deputy") {
            try ChainOfCommand.of($0.county, on: Day("2019-03-04")!, for: $0, in: $1)
        }
        #expect(chain.helped[post] == 1)
        #expect(
            chain.supporters[World.c1]?.count == 1
                && chain.villages.values.first?.sorted() == [World.c1, World.c2].sorted())
        #expect(chain.holders[post]?.map(\.personName) == ["帮扶人"])
        #expect(
            try await outcome {
                _ = try await world.look("grid11") {
                    try ChainOfCommand.of($0.county, on: Day("2019-03-04")!, for: $0, in: $1)
                }
            }
                == "not allowed")
    }
}

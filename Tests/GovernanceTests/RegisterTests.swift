import Foundation
import Governance
import Rules
import Store
import Testing

/// A world whose two communities keep a register.
extension World {
    static let heading = "行政村,户编号,姓名,证件号码,与户主关系,性别,健康状况,家庭人口数,户类型,脱贫状态,主要致贫原因,住房等级,联系电话,工资性收入"

    /// A certificate number that is nobody's, with its right check digit.
    static func certificate(_ born: String, _ order: String) -> String {
        let digits = ("410399" + born + order).compactMap(\.wholeNumberValue)
        return digits.map(String.init).joined() + String(Certificate.checkCharacter(of: digits))
    }
    static let (zhang, li, son, wang) = (
        certificate("19650801", "001"), certificate("19670101", "002"), certificate("19920101", "003"),
        certificate("19500101", "004")
    )

    /// Somebody in posts of the register: a township secretary, a village secretary of the first community, a
    /// helper.
    func keepRegister() async throws {
        let people = try table(
            "login,name,post_kind,post_zh,unit,territory,reports_to",
            "ts,镇书记,town_secretary,镇党委书记,office,\(Self.town),deputy",
            "vs1,一村书记,village_secretary,第一社区书记,c1,\(Self.c1),ts",
            "vs2,二村书记,village_secretary,第二社区书记,c2,\(Self.c2),ts",
            "hp,帮扶人,helper,帮扶责任人,cg,\(Self.c1),vs1", "sh,帮扶局长,support_head,帮扶单位负责人,cg,\(Self.town),deputy")
        let now = self.now
        let report = try await office.importing(dryRun: false) { books in
            try Organisation.importingPeople(
                people, inside: Offices.of(Self.county, in: books).territory.path,
                on: Zone.china.day(of: now), by: .system(of: Self.county), at: now,
                in: books)
        }
        try #require(report.faults.isEmpty, "\(report.faults)")
    }

    /// Imports rows of the register under the usual heading, or another.
    @discardableResult
    func register(
        _ rows: [String], heading: String = World.heading, dryRun: Bool = false,
        _ edit: @Sendable (inout RegisterImport.Options) -> Void = { _ in }
    )
        async throws -> ImportReport
    {
        let (table, now) = (try Table(Data(([heading] + rows).joined(separator: "\n").utf8)), self.now)
        var wish = RegisterImport.Options(since: Day("2018-12-31")!, incomeYear: 2018)
        edit(&wish)
        let asked = wish
        return try await office.importing(dryRun: dryRun) { books in
            try RegisterImport.importing(
                table, asked, inside: Offices.of(Self.county, in: books).territory.path,
                by: .system(of: Self.county), at: now, in: books)
        }
    }

    /// A household of three in the first community.
    static let family = [
        "第一社区,0001,张大,\(zhang),户主,男,健康,3,建档立卡户,未脱贫,因病,D级,13900001111,20000", ",,李二,\(li),配偶,女,患有大病,,,,,,,",
        "第一社区,0001,张三,\(son),之子,男,健康,3,建档立卡户,未脱贫,因病,D级,,",
    ]
    /// A household of one in the second community.
    static let widow = ["第二社区,0002,王四,\(wang),户主,女,健康,1,一般农户,,,B级,,9000"]

    func household(_ number: String) async throws -> Household {
        try await look("clockwork") { actor, books in
            var query = HouseholdQuery()
            query.text = number
            return try #require(
                try Households.list(query, for: actor, on: Day("2019-09-20")!, in: books).first)
        }
    }
    func file(_ id: ID<Household>, as asOf: AsOf = .present) async throws -> HouseholdFile {
        try await look("clockwork") {
            try Households.file(id, as: asOf, for: $0, on: Day("2019-09-20")!, in: $1)
        }
    }
    func members(_ number: String) async throws -> [Member] {
        let id = try await household(number).id
        return try await file(id).members
    }
    func count(_ asOf: AsOf = .present) async throws -> RegisterCount {
        let today = Zone.china.day(of: now)
        return try await look("clockwork") {
            try RegisterCount.count(
                inside: Offices.of($0.county, in: $1).territory.path, for: $0, as: asOf, today: today, in: $1)
        }
    }
    func change(_ draft: RegisterChanges.Draft, of number: String, by login: String) async throws
        -> RegisterChanges.Outcome
    {
        let (household, now) = (try await household(number), self.now)
        return try await act(login) {
            try RegisterChanges.make(draft, of: household, by: $0, at: now, in: $1)
        }
    }
}

@Suite struct `The register is taken from tables as counties have them` {
    @Test func `rows become households with members and incomes; a second import changes nothing`()
        async throws
    {
        let world = try await World()
        let first = try await world.register(World.family + World.widow)
        #expect(first.faults.isEmpty && first.added == 2, "\(first.faults)")
        let count = try await world.count()
        #expect((count.households, count.people, count.marginal, count.ordinary) == (1, 3, 0, 1))
        let members = try await world.members("0001")
        #expect(members.map { $0.facts["name"] } == ["张大", "李二", "张三"])
        let again = try await world.register(World.family + World.widow)
        #expect(again.same == 2 && again.changed == 0 && again.added == 0)
        let id = try await world.household("0001").id
        let income = try await world.file(id).incomes
        #expect(income.count == 1 && income.first?.facts.netIncomePerHead == 20_000 / 3)
    }

    @Test func `columns may stand in any order and under other headings`() async throws {
        let world = try await World()
        let report = try await world.register(
            ["女,王四,本人,第二社区,H9,1,\(World.wang),非贫困户"], heading: "性别,姓名,与户主关系,行政村,户号,家庭人口, 身份证号 ,户类型")
        #expect(report.faults.isEmpty && report.added == 1, "\(report.faults)")
        #expect(try await world.household("H9").facts["kind"] == "ordinary")
    }

    @Test func `a dry run says the same and keeps nothing`() async throws {
        let world = try await World()
        let report = try await world.register(World.family, dryRun: true)
        #expect(report.added == 1 && report.isDryRun)
        #expect(try await world.count().households == 0)
    }

    @Test func `what is wrong is told by row and column, and nothing is kept`() async throws {
        let world = try await World()
        let wrong = World.wang.dropLast() + (World.wang.hasSuffix("1") ? "2" : "1")
        let report = try await world.register(
            World.family + [
                "第九社区,0003,赵五,,户主,男,健康,1,一般农户,,,,,", "第二社区,0004,钱六,\(wrong),户主,女,健康,1,一般农户,,,,,",
                "第二社区,0005,孙七,\(World.zhang),户主,男,健康,1,一般农户,,,,,",
                "第二社区,0006,周八,,户主,男,健康,2,一般农户,,,,,", "第二社区,0007,吴九,,配偶,女,康健,1,奇怪户,,,,,",
                "第二社区,,郑十,,户主,男,健康,1,一般农户,,,,,",
            ])
        let places = Set(report.faults.map { "\($0.row) \($0.column)" })
        #expect(
            places == ["5 行政村", "6 证件号码", "7 证件号码", "8 家庭人口数", "9 健康状况", "9 户类型", "9 与户主关系", "10 户编号"],
            "\(report.faults)")
        #expect(
            report.faults.contains { $0.words.zh.contains("校验位") }
                && report.faults.contains { $0.words.zh.contains("第 2 行") })
        #expect(try await world.count().households == 0)
    }

    @Test
    func
        `a village that exists twice by name has to be told by its town, and totals that cannot be are refused`()
        async throws
    {
        let world = try await World()
        #expect(
            try await outcome {
                try await world.register(World.family) { ($0.households, $0.people) = (78, 53_271) }
            } == "invalid households")
        let report = try await world.register(World.family) { ($0.households, $0.people) = (2, 3) }
        #expect(report.faults.map(\.words.zh) == ["说好 2 户，表里有 1 户。"])
    }

    @Test func `dates are read in Chinese, as serial numbers and with any mark between`() async throws {
        let world = try await World()
        for (index, written) in ["2016年8月1日", "42583", "2016/8/1", "2016.08.01", "20160801"].enumerated() {
            let report = try await world.register(
                ["第一社区,D\(index),张大,户主,\(written)"], heading: "行政村,户编号,姓名,与户主关系,识别时间")
            #expect(report.faults.isEmpty, "\(written): \(report.faults)")
            #expect(
                try await world.household("D\(index)").facts.day("first_identified") == Day("2016-08-01"),
                "\(written)")
        }
        let report = try await world.register(["第一社区,D9,张大,户主,前年秋天"], heading: "行政村,户编号,姓名,与户主关系,识别时间")
        #expect(report.faults.map(\.column) == ["识别时间"])
    }
}

@Suite struct `What the register says is of a day and of what was known on a day` {
    @Test func `a correction for a past day changes that day, but not what was known before`() async throws {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family)
        world.go("2019-05-06")
        let outcome = try await world.change(
            .init(.change, answers: ["house_grade": "B"], from: Day("2019-02-01")!, reason: "修好了"),
            of: "0001", by: "vs1")
        #expect(outcome == .init(holds: true))
        let id = try await world.household("0001").id
        func grade(_ day: String, known: Instant? = nil) async throws -> String {
            let asOf = AsOf(Day(day)!, known: known)
            return try await world.look("clockwork") {
                try Households.find(id, as: asOf, for: $0, on: Day(day)!, in: $1).facts["house_grade"]
            }
        }
        #expect(try await grade("2019-01-31") == "D")
        #expect(try await grade("2019-02-01") == "B")
        #expect(try await grade("2019-05-06") == "B")
        #expect(try await grade("2019-02-01", known: at("2019-05-05")) == "D")
        // A later change of another fact stays when an earlier day is corrected.
        world.go("2019-06-03")
        _ = try await world.change(
            .init(.change, answers: ["land": "6"], from: Day("2019-01-15")!, reason: "核实"), of: "0001",
            by: "vs1")
        #expect(try await grade("2019-05-06") == "B")
        #expect(try await grade("2019-01-31") == "D")
    }

    @Test func `somebody who leaves or joins is counted on the days on which they belong`() async throws {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family)
        world.go("2019-05-06")
        let son = try #require(try await world.members("0001").last)
        let asked = try await world.change(
            .init(.leave, member: son.id, from: Day("2019-04-01")!, reason: "外出落户"), of: "0001", by: "vs1")
        #expect(asked.waits != nil)
        #expect(try await world.count().people == 3)
        let now = world.now
        #expect(
            try await outcome {
                try await world.act("vs1") {
                    try RegisterChanges.settle(
                        asked.waits!, granted: true, answer: "", by: $0, at: now, in: $1)
                }
            }
                == "not allowed")
        try await world.act("ts") {
            try RegisterChanges.settle(asked.waits!, granted: true, answer: "属实", by: $0, at: now, in: $1)
        }
        #expect(try await world.count().people == 2)
        #expect(try await world.count(AsOf(Day("2019-03-31"))).people == 3)
        #expect(
            try await world.count(AsOf(Day("2019-04-01"), known: now.adding(milliseconds: -1))).people == 3)
        #expect(try await world.household("0001").facts.number("headcount") == 2)
    }

    @Test(arguments: 1...12)
    func `whatever is changed for whichever days, every day says what a plain list of changes says`(
        seed: UInt64
    ) async throws {
        let world = try await World(seed: seed)
        try await world.keepRegister()
        try await world.register(World.family)
        var dice = SplitMix64(seed: seed &* 977)
        func below(_ bound: Int) -> Int { Int(dice.next() % UInt64(bound)) }
        let first = Day("2018-12-31")!
        // What each day says, kept the simplest way there is, after every step.
        var days = Array(repeating: "D", count: 300), told: [(Instant, [String])] = [(world.now, days)]
        let id = try await world.household("0001").id
        world.go("2019-09-30")
        for _ in 0..<12 {
            let (from, grade) = (below(270), ["A", "B", "C", "D"][below(4)])
            world.pass(minutes: 1 + below(500))
            let isSame = days[from...].allSatisfy { $0 == grade }
            let words = try await outcome {
                _ = try await world.change(
                    .init(.change, answers: ["house_grade": grade], from: first + from, reason: "试"),
                    of: "0001", by: "vs1")
            }
            if words == "done" { for day in from..<days.count { days[day] = grade } }
            #expect(words == "done" || isSame || words == "invalid reason", "\(words)")
            told.append((world.now, days))
        }
        for (known, days) in told {
            for day in stride(from: 0, to: 270, by: 13) {
                let asOf = AsOf(first + day, known: known)
                let grade = try await world.look("clockwork") {
                    try Households.find(id, as: asOf, for: $0, on: first + day, in: $1).facts["house_grade"]
                }
                #expect(grade == days[day], "day \(day) as known at \(known.iso)")
            }
        }
    }
}

@Suite struct `Who may see and change the register` {
    @Test func `each sees the households of the post and no others`() async throws {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family + World.widow)
        func numbers(_ login: String) async throws -> [String] {
            try await world.look(login) {
                try Households.list(HouseholdQuery(), for: $0, on: Day("2019-03-04")!, in: $1).map(\.number)
            }
        }
        #expect(try await numbers("ts") == ["0001", "0002"])
        #expect(try await numbers("vs1") == ["0001"])
        #expect(try await numbers("vs2") == ["0002"])
        #expect(try await numbers("hp") == [])
        #expect(try await numbers("sh") == [])
        let (one, now) = (try await world.household("0001").id, world.now)
        try await world.act("clockwork") { actor, books in
            let post = try #require(try Posts.find(code: "hp", for: actor, in: books)).id
            try Helping.name(post, for: one, from: Day("2019-03-01")!, by: actor, at: now, in: books)
            let place = try Territories.only(World.c2, inside: "", field: "", for: actor, in: books)
            try Helping.support(
                place, by: try #require(try Units.find(code: "cg", for: actor, in: books)).id,
                from: Day("2019-03-01")!, as: actor, at: now, in: books)
        }
        #expect(try await numbers("hp") == ["0001"])
        #expect(try await numbers("sh") == ["0002"])
        #expect(
            try await outcome {
                _ = try await world.look("vs2") {
                    try Households.find(one, for: $0, on: Day("2019-03-04")!, in: $1)
                }
            } == "not found")
        #expect(try await outcome { _ = try await numbers("grid11") } == "not allowed")
    }

    @Test func `what is gated waits for another post; what the rules refuse never gets there`() async throws {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family)
        let day = Day("2019-03-01")!
        let mixed = try await world.change(
            .init(.change, answers: ["status": "exit_planned", "land": "4"], from: day, reason: "达标"),
            of: "0001", by: "vs1")
        #expect(mixed.holds && mixed.waits != nil)
        #expect(try await world.household("0001").facts["status"] == "poor")
        #expect(try await world.household("0001").facts.number("land") == 4)
        let now = world.now
        let requests = try await world.look("ts") { try RegisterChanges.open(for: $0, on: day, in: $1).items }
        let waiting = try await world.look("ts") {
            try RegisterChanges.waiting(for: $0, on: day, in: $1).items
        }
        #expect(requests.count == 1 && waiting.map { $0.changes.map(\.fact.name) } == [["status"]])
        try await world.act("ts") {
            try RegisterChanges.settle(requests[0].id, granted: true, answer: "", by: $0, at: now, in: $1)
        }
        #expect(try await world.household("0001").facts["status"] == "exit_planned")
        let wife = try #require(try await world.members("0001").dropFirst().first)
        #expect(
            try await outcome {
                _ = try await world.change(
                    .init(.change, member: wife.id, answers: ["relation": "之子"], from: day, reason: "试"),
                    of: "0001", by: "vs1")
            } == "invalid relation")
        #expect(
            try await outcome {
                _ = try await world.change(
                    .init(.change, answers: ["house_grade": "E"], from: day, reason: "试"), of: "0001",
                    by: "vs1")
            }
                == "invalid house_grade")
        #expect(
            try await outcome {
                _ = try await world.change(
                    .init(.change, answers: ["land": "3"], from: Day("2019-03-05")!, reason: "试"), of: "0001",
                    by: "vs1")
            } == "invalid from")
        #expect(
            try await outcome {
                _ = try await world.change(
                    .init(.change, answers: ["village_path": "x"], from: day, reason: "试"), of: "0001",
                    by: "vs1")
            }
                == "invalid village_path")
    }

    @Test func `a helper keeps households and no village's profile`() async throws {
        let world = try await World()
        try await world.keepRegister()
        let now = world.now
        func change(_ login: String) async throws -> String {
            try await outcome {
                try await world.act(login) {
                    let place = try Territories.only(World.c1, inside: "", field: "", for: $0, in: $1)
                    try Villages.change(
                        place, ["population": "900"], from: Day("2019-03-01")!, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(
            try await change("hp") == "not allowed", "a helper answers for households, not for the village")
        #expect(try await change("vs1") == "done")
    }

    @Test
    func
        `numbers are sealed in the database, found by their mark, and shown only with a reason that the log keeps`()
        async throws
    {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family)
        let stored = try await world.office.database.read {
            try $0.all("SELECT certificate, certificate_mark FROM member_version") {
                [try $0.value("certificate"), try $0.value("certificate_mark")]
            }
        }
        let plain = Array(World.zhang.utf8)
        #expect(
            stored.count == 3
                && stored.flatMap { $0 }.allSatisfy { value in
                    if case .blob(let bytes) = value { !bytes.contains(plain) } else { false }
                })
        #expect(try await world.household(World.zhang).number == "0001")
        let (household, now) = (try await world.household("0001"), world.now)
        let head = try #require(try await world.members("0001").first)
        func show(_ login: String, _ reason: String) async throws -> String {
            try await world.act(login) {
                try RegisterChanges.unmask(
                    "certificate", member: head.id, of: household, reason: reason, by: $0, at: now, in: $1)
            }
        }
        #expect(try await show("vs1", "办医保") == World.zhang)
        #expect(try await outcome { _ = try await show("vs1", " ") } == "invalid reason")
        #expect(try await outcome { _ = try await show("vs2", "办医保") } == "not allowed")
        let log = try await world.history(of: .init("household", household.id.text))
        #expect(
            log.last?.kind == "register.unmask" && log.last?.details["reason"] == "办医保"
                && log.allSatisfy { !$0.body.contains(World.zhang) && !$0.body.contains("13900001111") })
    }

    @Test func `with another key file nothing is read or matched, and the refusal says so`() async throws {
        let world = try await World()
        try await world.register(World.family)
        let other = Office(
            database: world.office.database, clock: world.office.clock,
            registryKey: RegistryKey(secret: Array(1..<33)))
        #expect(
            try await outcome {
                _ = try await other.read {
                    try RegisterQuality.findings(
                        inside: "", for: .system(of: World.county), on: Day("2019-03-04")!, in: $0)
                }
            } == "not now")
        let none = Office(database: world.office.database, clock: world.office.clock)
        #expect(
            try await outcome {
                _ = try await none.read {
                    try RegisterQuality.findings(
                        inside: "", for: .system(of: World.county), on: Day("2019-03-04")!, in: $0)
                }
            } == "not now")
    }
}

@Suite struct `One person belongs to one household` {
    /// The second community claims the son of the first.
    private func claimed() async throws -> World {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family)
        world.go("2019-05-06")
        let report = try await world.register(["第二社区,0008,张三,\(World.son),户主,男,健康,1,一般农户,,,B级,,"]) {
            $0.since = Day("2019-05-01")!
        }
        #expect(report.faults.isEmpty && report.added == 1, "\(report.faults)")
        return world
    }

    @Test func `a claim waits until somebody decides, and is noted once`() async throws {
        let world = try await claimed()
        #expect(try await world.members("0008").isEmpty)
        #expect(try await world.members("0001").count == 3)
        try await world.register(["第二社区,0008,张三,\(World.son),户主,男,健康,1,一般农户,,,B级,,"]) {
            $0.since = Day("2019-05-01")!
        }
        let open = try await world.look("ts") {
            try DoubleEntries.open(for: $0, on: Day("2019-05-06")!, in: $1).items
        }
        #expect(open.count == 1)
        // Changes come first; behind the last of them the doubles follow.
        _ = try await world.change(
            .init(.change, answers: ["status": "exit_planned"], from: Day("2019-05-02")!, reason: "达标"),
            of: "0001", by: "vs1")
        var (kinds, cursor): ([Bool], String) = ([], "")
        for _ in 0..<2 {
            let after = cursor
            let page = try await world.look("ts") {
                try WaitingApprovals.waiting(after: after, limit: 1, for: $0, on: Day("2019-05-06")!, in: $1)
            }
            #expect(page.total == 2 && page.items.count == 1)
            kinds += page.items.map { $0.request != nil }
            cursor = page.items.last?.id ?? ""
        }
        #expect(kinds == [true, false])
    }

    @Test func `who moves belongs to the new household from that day, and to the old one before`()
        async throws
    {
        let world = try await claimed()
        let now = world.now
        let open = try await world.look("ts") {
            try DoubleEntries.open(for: $0, on: Day("2019-05-06")!, in: $1).items
        }
        try await world.act("ts") {
            try DoubleEntries.settle(
                open[0].id, .move, from: Day("2019-05-01")!, reason: "分户", by: $0, at: now, in: $1)
        }
        #expect(try await world.members("0008").map { $0.facts["relation"] } == ["head"])
        #expect(try await world.members("0001").count == 2)
        let old = try await world.household("0001").id
        let before = try await world.file(old, as: AsOf(Day("2019-04-30"))).members
        #expect(before.count == 3)
        let heads = [
            try await world.household("0001").facts.number("headcount"),
            try await world.household("0008").facts.number("headcount"),
        ]
        #expect(heads == [2, 1])
        #expect(
            try await world.look("ts") {
                try DoubleEntries.open(for: $0, on: Day("2019-05-06")!, in: $1).items
            }.isEmpty)
    }

    @Test func `who stays stays, and the claim is settled`() async throws {
        let world = try await claimed()
        let now = world.now
        let open = try await world.look("ts") {
            try DoubleEntries.open(for: $0, on: Day("2019-05-06")!, in: $1).items
        }
        #expect(
            try await outcome {
                try await world.act("vs2") {
                    try DoubleEntries.settle(
                        open[0].id, .stay, from: Day("2019-05-01")!, reason: "没分户", by: $0, at: now, in: $1)
                }
            } == "not allowed")
        try await world.act("ts") {
            try DoubleEntries.settle(
                open[0].id, .stay, from: Day("2019-05-01")!, reason: "没分户", by: $0, at: now, in: $1)
        }
        #expect(try await world.members("0001").count == 3)
        #expect(try await world.members("0008").isEmpty)
    }
}

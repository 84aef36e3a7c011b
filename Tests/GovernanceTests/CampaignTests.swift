import Foundation
import Governance
import Rules
import Store
import Testing

/// A world with a campaign over twelve households in two communities, the first of them poor.
extension World {
    static let scheme = """
        scheme: push
        version: 1
        title: {zh: 行动, en: Push}
        document: {zh: 文件, en: Document}
        in force: {from: 2019-03-01, until: 2019-05-31}
        frozen as of: 2018-12-31
        phases:
          attack: {title: {zh: 攻坚, en: Attack}, from: 2019-03-04, until: 2019-04-30, basis: {article: {zh: \
        一, en: One}, says: {zh: 说, en: Says}}}
        duties:
          secretary:
            title: {zh: 书记遍访, en: Secretary}
            basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
            post: town_secretary
            households: {of: territory, villages: poor, kind: registered}
            quota: all
            when nothing is due: leave out
            within: attack
          village:
            title: {zh: 村书记遍访, en: Village}
            basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
            post: village_secretary
            households: {of: territory, villages: any, kind: registered}
            quota: all
            when nothing is due: leave out
            within: attack
          others:
            title: {zh: 一般户, en: Others}
            basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
            post: support_head
            households: {of: supported, villages: any, kind: ordinary}
            quota: {share: 20%, rounding: up}
            when nothing is due: leave out
            within: campaign
        form:
          questions:
            water: {label: {zh: 饮水安全吗, en: Is the water safe}, takes: yes or no}
            heads: {label: {zh: 在家几人, en: At home}, takes: number, least: 0, most: 20}
          raises:
            unsafe-water:
              basis: {article: {zh: 一, en: One}, says: {zh: 饮水不安全, en: Unsafe water}}
              when: {water: 'no'}
              category: water.unsafe
              unit: cg
              title: {zh: 饮水不安全, en: Unsafe water}
        """

    /// Twelve households: five registered and one ordinary in the first community, four registered and two
    /// ordinary in the second.
    func campaign(_ scheme: String = World.scheme) async throws -> Campaign {
        try await keepRegister()
        var rows: [String] = []
        for index in 0..<12 {
            let (village, kind) = (
                index < 6 ? "第一社区" : "第二社区", [5, 10, 11].contains(index) ? "一般农户" : "建档立卡户"
            )
            rows.append("\(village),K\(index),户主\(index),,户主,,,1,\(kind),,,,,")
        }
        try #require(try await register(rows).faults.isEmpty)
        let now = self.now
        return try await act("clockwork") { actor, books in
            let (one, two) = (
                try Territories.only(World.c1, inside: "", field: "", for: actor, in: books),
                try Territories.only(World.c2, inside: "", field: "", for: actor, in: books)
            )
            let villages = try Table(Data("行政村,贫困村\n\(World.c1),是\n\(World.c2),否".utf8))
            try #require(
                try VillageImport.importing(
                    villages, since: Day("2018-12-31")!, inside: "", by: actor, at: now, in: books
                ).faults.isEmpty)
            let unit = try #require(try Units.find(code: "cg", for: actor, in: books)).id
            for place in [one, two] {
                try Helping.support(place, by: unit, from: Day("2018-12-31")!, as: actor, at: now, in: books)
            }
            return try Campaigns.publish(scheme, by: actor, at: now, in: books)
        }
    }

    func visits(to id: ID<Household>) async throws -> [Visit] {
        let day = Zone.china.day(of: now)
        return try await look("clockwork") { try Visits.made(to: id, for: $0, on: day, in: $1).visits }
    }

    @discardableResult
    func visit(_ number: String, by login: String, _ edit: @Sendable (inout Visits.Draft) -> Void = { _ in })
        async throws -> Visits.Outcome
    {
        let (id, now) = (try await household(number).id, self.now)
        var draft = Visits.Draft()
        edit(&draft)
        let made = draft
        return try await act(login) { try Visits.record(made, of: id, by: $0, at: now, in: $1) }
    }

    func coverage(_ campaign: Campaign, by grouping: Coverage.Grouping = .duty) async throws -> [String:
        String]
    {
        let day = Zone.china.day(of: now)
        let lines = try await look("clockwork") {
            try Coverage.lines(campaign, by: grouping, inside: "", for: $0, on: day, in: $1)
        }
        return Dictionary(lines.map { ($0.duty, "\($0.done)/\($0.due)") }) { $0 + " " + $1 }
    }
}

@Suite struct `A campaign freezes its denominators and shares out who owes which visit` {
    @Test func `each duty is due as its scheme says, and a share is rounded for each village`() async throws {
        let world = try await World()
        let campaign = try await world.campaign()
        #expect(campaign.households == 12 && campaign.people == 12 && campaign.frozenHash.count == 64)
        #expect(
            try await world.coverage(campaign) == ["secretary": "0/5", "village": "0/9", "others": "0/2"])
    }

    @Test func `what the register says later changes no denominator`() async throws {
        let world = try await World()
        let campaign = try await world.campaign()
        try await world.register(["第一社区,K99,新户,,户主,,,1,建档立卡户,,,,,"])
        let again = try await world.look { actor, books in
            try #require(try Campaigns.all(for: actor, in: books).first { $0.id == campaign.id })
        }
        #expect(again.frozenHash == campaign.frozenHash)
        #expect(
            try await world.coverage(campaign) == ["secretary": "0/5", "village": "0/9", "others": "0/2"])
    }

    @Test func `a scheme with a fault, an unknown category or an old version is refused`() async throws {
        let world = try await World()
        _ = try await world.campaign()
        let now = world.now
        func publish(_ text: String) async throws -> String {
            try await outcome {
                _ = try await world.act("clockwork") { try Campaigns.publish(text, by: $0, at: now, in: $1) }
            }
        }
        #expect(try await publish(World.scheme) == "invalid version")
        #expect(
            try await publish(
                World.scheme.replacing("version: 1", with: "version: 2").replacing(
                    "water.unsafe", with: "water.nothing")) == "invalid category")
        #expect(
            try await publish(World.scheme.replacing("post: town_secretary", with: "post: mayor")).hasPrefix(
                "invalid line 13"))
        #expect(try await publish(World.scheme.replacing("version: 1", with: "version: 2")) == "done")
    }
}

@Suite struct `A visit is recorded once and pays what the visitor owes` {
    @Test
    func
        `one visit pays the duties of the visitor's posts, a second pays nothing, and nobody else's is paid`()
        async throws
    {
        let world = try await World()
        let campaign = try await world.campaign()
        #expect(try await world.visit("K0", by: "ts").duties == ["secretary"])
        #expect(try await world.visit("K0", by: "ts").duties == [])
        #expect(try await world.visit("K0", by: "vs1").duties == ["village"])
        #expect(try await world.visit("K7", by: "ts").duties == [])
        #expect(try await world.visit("K5", by: "sh").duties == ["others"])
        #expect(
            try await world.coverage(campaign) == ["secretary": "1/5", "village": "1/9", "others": "1/2"])
        // What departments and support units owe is a part of it; every other way adds up to all.
        for grouping in Coverage.Grouping.allCases where ![.department, .supportUnit].contains(grouping) {
            let lines = try await world.look("clockwork") {
                try Coverage.lines(
                    campaign, by: grouping, inside: "", for: $0, on: Zone.china.day(of: world.now), in: $1)
            }
            #expect(lines.reduce(0) { $0 + $1.done } == 3, "by \(grouping)")
        }
        let missing = try await world.look("ts") {
            try Coverage.missing(
                campaign, duty: "secretary", inside: "", for: $0, on: Day("2019-03-04")!, in: $1)
        }
        #expect(missing.map(\.number).sorted() == ["K1", "K2", "K3", "K4"])
    }

    @Test func `nobody at home, refused and moved are honest results that count as no visit`() async throws {
        let world = try await World()
        let campaign = try await world.campaign()
        for result in [Visit.Result.nobody, .refused, .moved] {
            #expect(try await world.visit("K0", by: "ts") { $0.result = result }.duties == [])
        }
        #expect(try await world.coverage(campaign)["secretary"] == "0/5")
        let id = try await world.household("K0").id
        #expect(
            try await world.visits(to: id).count == 3)
    }

    @Test
    func
        `a visit outside the window pays nothing, a wrong clock is corrected and marked, one sent twice is stored once`()
        async throws
    {
        let world = try await World()
        let campaign = try await world.campaign()
        world.go("2019-05-06")
        #expect(try await world.visit("K0", by: "ts").duties == [])
        #expect(try await world.visit("K5", by: "sh").duties == ["others"])
        #expect(
            try await world.visit("K1", by: "ts") { $0.at = at("2019-04-30", "20:00") }.duties == [
                "secretary"
            ])
        for wrong in [at("2019-05-07"), at("1970-01-01")] {
            try await world.visit("K2", by: "ts") { $0.at = wrong }
        }
        let second = try await world.household("K2").id
        let taken = try await world.visits(to: second)
        #expect(taken.map(\.at) == [world.now, world.now])
        #expect(Set(taken.map(\.claimedAt)) == [at("2019-05-07"), at("1970-01-01")])
        // A clock so far behind that its day is before anybody answered for the household.
        try await world.visit("K5", by: "sh") { $0.at = at("2018-12-15") }
        let fifth = try await world.household("K5").id
        let kept = try await world.visits(to: fifth).filter { $0.claimedAt != nil }
        #expect(kept.map(\.at) == [world.now] && kept.map(\.claimedAt) == [at("2018-12-15")])
        let id = ID<Visit>(milliseconds: 1, random: (2, 3))
        for _ in 0..<2 { try await world.visit("K3", by: "vs1") { ($0.id, $0.at) = (id, at("2019-04-02")) } }
        #expect(
            try await outcome {
                try await world.visit("K4", by: "vs1") { ($0.id, $0.at) = (id, at("2019-04-02")) }
            } == "already used")
        #expect(
            try await outcome {
                try await world.visit("K3", by: "ts") { ($0.id, $0.at) = (id, at("2019-04-02")) }
            } == "already used")
        let household = try await world.household("K3").id
        #expect(
            try await world.visits(to: household).count == 1)
        #expect(try await world.coverage(campaign)["village"] == "1/9")
    }

    @Test func `an answer raises its case once a problem and household, and answers are held to the form`()
        async throws
    {
        let world = try await World()
        _ = try await world.campaign()
        let first = try await world.visit("K0", by: "vs1") {
            ($0.answers, $0.note) = (["water": "no", "heads": "3"], "井水发黄")
        }
        #expect(first.cases.count == 1)
        let item = try await world.find(first.cases[0])
        #expect(
            item.category == "water.unsafe" && item.source == .visit && item.body.contains("井水发黄")
                && item.title.contains("户主0"))
        #expect(try await world.visit("K0", by: "ts") { $0.answers = ["water": "no"] }.cases.isEmpty)
        #expect(try await world.visit("K1", by: "ts") { $0.answers = ["water": "yes"] }.cases.isEmpty)
        for wrong in [["water": "perhaps"], ["heads": "21"], ["colour": "red"]] {
            #expect(
                try await outcome { try await world.visit("K2", by: "ts") { $0.answers = wrong } }
                    == "invalid q-\(wrong.keys.first!)")
        }
    }

    @Test func `who cannot see a household cannot visit it, and who has no such post visits nobody`()
        async throws
    {
        let world = try await World()
        _ = try await world.campaign()
        #expect(try await outcome { try await world.visit("K7", by: "vs1") } == "not found")
        #expect(try await outcome { try await world.visit("K0", by: "leader") } == "not allowed")
    }

    @Test(arguments: 1...6) func `whatever visits are made, the sums agree with a recount`(seed: UInt64)
        async throws
    {
        let world = try await World(seed: seed)
        let campaign = try await world.campaign()
        var dice = SplitMix64(seed: seed &* 7919)
        func below(_ bound: Int) -> Int { Int(dice.next() % UInt64(bound)) }
        for _ in 0..<60 {
            world.pass(minutes: below(3_000))
            let (number, login, result) = (
                "K\(below(12))", ["ts", "vs1", "vs2", "sh"][below(4)], Visit.Result.allCases[below(4)]
            )
            _ = try await outcome { try await world.visit(number, by: login) { $0.result = result } }
        }
        let (checked, differences) = try await world.look("clockwork") {
            try Coverage.recount(campaign, for: $0, in: $1)
        }
        #expect(checked == 17 && differences == [])
        let (duties, posts) = (
            try await world.coverage(campaign),
            try await world.look("clockwork") {
                try Coverage.lines(
                    campaign, by: .village, inside: "", for: $0, on: Zone.china.day(of: world.now), in: $1)
            }
        )
        for (duty, words) in duties {
            let lines = posts.filter { $0.duty == duty }
            #expect("\(lines.reduce(0) { $0 + $1.done })/\(lines.reduce(0) { $0 + $1.due })" == words)
        }
    }

    @Test func `the nightly recount is made once a day, and the log keeps what it found`() async throws {
        let world = try await World()
        _ = try await world.campaign()
        try await world.visit("K0", by: "ts")
        func recount() async throws -> [String]? {
            let now = world.now
            return try await world.office.write {
                try Coverage.recountDaily(of: World.county, at: now, in: $0)
            }
        }
        #expect(try await recount() == [])
        #expect(try await recount() == nil)
        world.go("2019-03-05", "02:10")
        _ = try await world.office.database.write {
            try $0.run("UPDATE duty_count SET done = 4 WHERE county = \(World.county) AND duty = 'secretary'")
        }
        #expect(try await recount()?.count == 1)
        world.go("2019-06-03")
        #expect(try await recount() == nil, "no campaign runs")
        let lines = try await world.log().filter { $0.kind == "campaign.recount" }
        #expect(lines.map { $0.details["differences"] } == ["1", "0"])
    }

    @Test func `a sum that was tampered with shows in the recount`() async throws {
        let world = try await World()
        let campaign = try await world.campaign()
        try await world.visit("K0", by: "ts")
        _ = try await world.office.database.write {
            try $0.run("UPDATE duty_count SET done = 4 WHERE county = \(World.county) AND duty = 'secretary'")
        }
        #expect(
            try await world.look("clockwork") { try Coverage.recount(campaign, for: $0, in: $1) }
                .differences.count == 1)
        _ = try await world.office.database.write {
            try $0.run("UPDATE visit SET result = 'nobody' WHERE county = \(World.county)")
        }
        #expect(
            try await world.look("clockwork") { try Coverage.recount(campaign, for: $0, in: $1) }
                .differences.count == 2)
    }
}

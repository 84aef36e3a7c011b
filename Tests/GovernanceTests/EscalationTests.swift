import Governance
import Rules
import Testing

/// Lateness climbs the chain of responsibility by itself.
struct EscalationTests {
    @Test func `each step is climbed once, up to the first-in-command, however often the clockwork runs`()
        async throws
    {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-03-07", "18:00")
        #expect(try await world.tick() == 0, "the last minute is still in time")
        var climbed: [[String]] = []
        for moment in [
            at("2019-03-07", "18:01"), at("2019-03-08", "18:00"), at("2019-03-11", "18:00"),
            at("2019-03-12", "18:00"), at("2019-04-30"),
        ] {
            world.now = moment
            for _ in 0..<3 { try await world.tick() }
            climbed.append(try await world.queues(item.id, .overdue).sorted())
        }
        #expect(
            climbed == [
                ["wyhead"], ["deputy", "wyhead"], ["deputy", "leader", "wyhead"],
                ["deputy", "leader", "wyhead"], ["deputy", "leader", "wyhead"],
            ])
        let kinds = try await world.history(of: item.subject).map(\.kind)
        #expect(kinds.filter { $0 == "case.overdue" }.count == 3)
        #expect(try await world.find(item.id).escalations == 3)
    }

    @Test func `a clockwork that slept climbs step by step and misses none`() async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-04-10")
        for _ in 0..<5 { try await world.tick() }
        #expect(Set(try await world.queues(item.id, .overdue)) == ["wyhead", "deputy", "leader"])
    }

    @Test func `handling it empties the queues`() async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-04-10")
        for _ in 0..<5 { try await world.tick() }
        try await world.perform(.handle, item.id, ["done": "终于清了"], by: "wyworker")
        #expect(try await world.queues(item.id, .overdue) == [])
        #expect(try await world.tick() == 0)
    }

    @Test func `an instruction empties only the own queue`() async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-04-10")
        for _ in 0..<5 { try await world.tick() }
        try await world.perform(.instruct, item.id, ["words": "明天办完"], by: "deputy")
        #expect(Set(try await world.queues(item.id, .overdue)) == ["wyhead", "leader"])
    }

    @Test func `a case that nobody has climbs from the deputy to the first-in-command`() async throws {
        let world = try await World()
        let item = try await world.handling()
        try await world.perform(.giveBack, item.id, ["reason": "不归我们"], by: "wyworker")
        world.go("2019-04-10")
        for _ in 0..<5 { try await world.tick() }
        #expect(Set(try await world.queues(item.id, .overdue)) == ["deputy", "leader"])
    }

    @Test(arguments: [1, 2])
    func `giving a late case back lets nobody above be passed over`(_ steps: Int) async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-03-07", "18:01")
        try await world.tick()
        if steps == 2 {
            world.go("2019-03-08", "18:00")
            try await world.tick()
        }
        try await world.perform(.giveBack, item.id, ["reason": "不归我们"], by: "wyworker")
        world.go("2019-04-10")
        for _ in 0..<5 { try await world.tick() }
        #expect(Set(try await world.queues(item.id, .overdue)).isSuperset(of: ["deputy", "leader"]))
    }

    @Test func `the grid worker's own lateness climbs over the community to the top`() async throws {
        let world = try await World()
        let item = try await world.dispatch(world.filed().id, to: "c1", "grid11")
        world.go("2019-04-10")
        for _ in 0..<6 { try await world.tick() }
        #expect(try await world.queues(item.id, .overdue) == ["leader", "deputy", "lead1"])
    }

    @Test func `the gap between steps is the office's own parameter`() async throws {
        let world = try await World()
        let now = world.now
        try await world.act("admin") {
            try Parameters.set(.escalationDays, to: 3, from: Day("2019-03-04")!, by: $0, at: now, in: $1)
        }
        let item = try await world.handling()
        world.go("2019-03-07", "18:01")
        try await world.tick()
        world.go("2019-03-12", "17:59")
        #expect(try await world.tick() == 0)
        world.go("2019-03-12", "18:00")
        #expect(try await world.tick() == 1)
        #expect(Set(try await world.queues(item.id, .overdue)) == ["wyhead", "deputy"])
    }
}

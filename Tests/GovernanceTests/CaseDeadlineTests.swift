import Governance
import Rules
import Testing

/// More time, suspension and appeal.
struct CaseDeadlineTests {
    private func extend(_ id: ID<Case>, days: Int, _ world: World, by login: String = "wyworker") async throws
        -> String
    {
        try await outcome {
            try await world.perform(.extend, id, ["days": "\(days)", "reason": "等配件"], by: login)
        }
    }

    @Test func `more time is granted by another person and at most twice`() async throws {
        let world = try await World()
        let item = try await world.handling()
        #expect(item.dueAt == at("2019-03-07", "18:00"))
        #expect(try await extend(item.id, days: 4, world) == "invalid days", "longer than the whole limit")
        #expect(try await extend(item.id, days: 0, world) == "invalid days")
        #expect(try await extend(item.id, days: 2, world) == "done")
        #expect(try await extend(item.id, days: 1, world) == "not now", "one request at a time")
        #expect(
            try await outcome { try await world.decide(.extension, item.id, grant: true, by: "dispatcher") }
                == "not allowed")
        try await world.decide(.extension, item.id, grant: true, by: "deputy")
        #expect(try await world.find(item.id).dueAt == at("2019-03-11", "18:00"))
        #expect(try await extend(item.id, days: 3, world) == "done")
        try await world.decide(.extension, item.id, grant: true, by: "leader")
        let twice = try await world.find(item.id)
        #expect(twice.dueAt == at("2019-03-14", "18:00"))
        #expect(twice.extensions == 2)
        #expect(try await extend(item.id, days: 1, world) == "not now")
    }

    @Test func `a refused request moves nothing and does not count`() async throws {
        let world = try await World()
        let item = try await world.handling()
        #expect(try await extend(item.id, days: 2, world) == "done")
        try await world.decide(.extension, item.id, grant: false, by: "deputy")
        let after = try await world.find(item.id)
        #expect(after.dueAt == item.dueAt)
        #expect(after.extensions == 0)
    }

    @Test func `no more time is asked for or granted once the case is overdue`() async throws {
        let world = try await World()
        let (late, waiting) = (try await world.handling(), try await world.handling())
        #expect(try await extend(waiting.id, days: 3, world) == "done")
        world.go("2019-03-07", "18:01")
        #expect(try await extend(late.id, days: 1, world) == "not now")
        #expect(
            try await outcome { try await world.decide(.extension, waiting.id, grant: true, by: "deputy") }
                == "not now")
        #expect(try await world.find(waiting.id).dueAt == waiting.dueAt)
    }

    @Test func `nobody grants the own request`() async throws {
        let world = try await World()
        let now = world.now
        let deputy = try await world.person("deputy")
        try await world.act("clockwork") { actor, books in
            let post = try #require(try Posts.find(code: "wyworker", for: World.clockwork, in: books))
            try Tenures.begin(
                deputy, in: post.id, isStandIn: true, from: Day("2019-03-04")!, by: actor, at: now, in: books)
        }
        let item = try await world.dispatch(world.filed().id, to: "wy", "deputy")
        #expect(try await extend(item.id, days: 1, world, by: "deputy") == "done")
        #expect(
            try await outcome { try await world.decide(.extension, item.id, grant: true, by: "deputy") }
                == "not allowed")
        #expect(
            try await outcome { try await world.decide(.extension, item.id, grant: true, by: "leader") }
                == "done")
    }

    @Test func `a suspension stops the clock, ends by itself and happens once`() async throws {
        let world = try await World()
        let item = try await world.handling()
        func suspend(until day: String) async throws -> String {
            try await outcome {
                try await world.perform(.suspend, item.id, ["until": day, "reason": "等审批"], by: "wyworker")
            }
        }
        #expect(try await suspend(until: "2019-03-04") == "invalid until")
        #expect(try await suspend(until: "2020-03-04") == "invalid until", "longer than a year")
        #expect(try await suspend(until: "2019-03-14") == "done")
        #expect(
            try await outcome { try await world.decide(.suspension, item.id, grant: true, by: "checker") }
                == "not allowed")
        try await world.decide(.suspension, item.id, grant: true, by: "deputy")
        #expect(try await world.find(item.id).state == .suspended)
        world.go("2019-03-13", "23:59")
        #expect(try await world.tick() == 0, "it is not overdue while it is suspended")
        world.go("2019-03-14", "00:00")
        #expect(try await world.tick() == 1)
        #expect(try await world.tick() == 0)
        let resumed = try await world.find(item.id)
        #expect(resumed.state == .handling)
        #expect(item.limit?.unit == .workDays)
        // It stood still for nearly eight work days: eight days later, and like every limit in work days at
        // the day's end.
        let calendar = try await world.look { try Calendars.own(for: $0, in: $1) }
        let expected = calendar.deadline(
            try #require(TimeLimit("8 work_days")), from: try #require(item.dueAt)
        ).at
        #expect(resumed.dueAt?.iso == expected.iso, "it was \(item.dueAt?.iso ?? "")")
        #expect(try await suspend(until: "2019-03-20") == "not now")
    }

    @Test func `a case that was given back is not suspended out of nobody's hands`() async throws {
        let world = try await World()
        let item = try await world.handling()
        try await world.perform(.suspend, item.id, ["until": "2019-03-14", "reason": "等审批"], by: "wyworker")
        try await world.perform(.giveBack, item.id, ["reason": "不归我们"], by: "wyworker")
        #expect(try await world.question(.suspension, item.id) == nil, "nothing is left to grant")
        world.go("2019-03-14")
        try await world.tick()
        let after = try await world.find(item.id)
        #expect(after.state == .filed)
        #expect(after.handler == nil)
    }

    @Test func `two different people judge an appeal and the raw lateness stays`() async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-03-08")
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        #expect(
            try await outcome { try await world.perform(.appeal, item.id, ["reason": "停电"], by: "wyworker") }
                == "not now")
        let closed = try await world.perform(.check, item.id, ["finding": "好"], by: "checker")
        try await world.perform(.appeal, item.id, ["reason": "停电"], by: "wyworker")
        #expect(Set(try await world.queues(item.id, .appeal)) == ["deputy", "leader"])
        try await world.decide(.appeal, item.id, grant: true, by: "deputy")
        #expect(try await world.find(item.id).isExempt == false)
        #expect(
            try await outcome { try await world.decide(.appeal, item.id, grant: true, by: "deputy") }
                == "not allowed", "one of the two is not both")
        try await world.decide(.appeal, item.id, grant: true, by: "leader")
        let excused = try await world.find(item.id)
        #expect(excused.isExempt)
        #expect(excused.handledAt == closed.handledAt)
        #expect(excused.dueAt == closed.dueAt)
        #expect(
            try await outcome { try await world.perform(.appeal, item.id, ["reason": "再申"], by: "wyworker") }
                == "not now")
    }

    @Test func `an appeal that one of the two refuses excuses nothing`() async throws {
        let world = try await World()
        let inTime = try await world.closed()
        #expect(
            try await outcome {
                try await world.perform(.appeal, inTime.id, ["reason": "停电"], by: "wyworker")
            }
                == "not now", "what was in time needs no excuse")
        let item = try await world.handling()
        world.go("2019-03-08")
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        try await world.perform(.check, item.id, ["finding": "好"], by: "checker")
        try await world.perform(.appeal, item.id, ["reason": "停电"], by: "wyworker")
        try await world.decide(.appeal, item.id, grant: false, by: "leader")
        try await world.decide(.appeal, item.id, grant: true, by: "deputy")
        #expect(try await world.find(item.id).isExempt == false)
    }
}

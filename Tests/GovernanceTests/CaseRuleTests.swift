import Governance
import Rules
import Testing

/// The rules of a case's life that no path may break.
struct CaseRuleTests {
    /// A case in the first community that its secretary handled, who otherwise may check, close and call
    /// back.
    private func ownCase(_ world: World) async throws -> Case {
        let item = try await world.dispatch(world.filed().id, to: "c1", "lead1")
        try await world.perform(.accept, item.id, by: "lead1")
        return try await world.perform(.handle, item.id, ["done": "清了"], by: "lead1")
    }

    @Test func `a handler never checks, reworks or calls back the own case`() async throws {
        let world = try await World()
        let item = try await ownCase(world)
        #expect(
            try await outcome { try await world.perform(.check, item.id, ["finding": "好"], by: "lead1") }
                == "not allowed")
        #expect(
            try await outcome { try await world.perform(.rework, item.id, ["reason": "再来"], by: "lead1") }
                == "not allowed")
        try await world.perform(.check, item.id, ["finding": "好"], by: "staff1")
        let answers = ["reached": "1", "solved": "1", "satisfaction": "satisfied"]
        #expect(
            try await outcome { try await world.perform(.callBack, item.id, answers, by: "lead1") }
                == "not allowed")
        #expect(
            try await outcome { try await world.perform(.callBack, item.id, answers, by: "staff1") } == "done"
        )
    }

    @Test func `who handled a case once never checks it, though others finish it`() async throws {
        let world = try await World()
        let item = try await world.dispatch(world.filed().id, to: "c1", "lead1")
        try await world.perform(.accept, item.id, by: "lead1")
        let moved = try await world.dispatch(item.id, to: "wy", "wyworker")
        #expect(moved.handler != item.handler)
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        #expect(
            try await outcome { try await world.perform(.check, item.id, ["finding": "好"], by: "lead1") }
                == "not allowed")
        #expect(
            try await outcome { try await world.perform(.check, item.id, ["finding": "好"], by: "checker") }
                == "done")
    }

    @Test func `who returned a case has had it in hand`() async throws {
        let world = try await World()
        let item = try await world.dispatch(world.filed().id, to: "c1", "lead1")
        try await world.perform(.giveBack, item.id, ["reason": "不归我们"], by: "lead1")
        _ = try await world.dispatch(item.id, to: "wy", "wyworker")
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        #expect(
            try await outcome { try await world.perform(.check, item.id, ["finding": "好"], by: "lead1") }
                == "not allowed")
    }

    @Test func `who handled a case does not reopen it to a new deadline`() async throws {
        let world = try await World()
        let item = try await ownCase(world)
        try await world.perform(.check, item.id, ["finding": "好"], by: "staff1")
        #expect(
            try await outcome { try await world.perform(.reopen, item.id, ["reason": "重办"], by: "lead1") }
                == "not allowed")
    }

    @Test func `nobody is named to handle what they have checked`() async throws {
        let world = try await World()
        let item = try await world.handled()
        try await world.perform(.rework, item.id, ["reason": "没清完"], by: "lead1")
        #expect(try await outcome { try await world.dispatch(item.id, to: "c1", "lead1") } != "done")
    }

    @Test func `the clock starts at the first dispatch and no return or new dispatch sets it back`()
        async throws
    {
        let world = try await World()
        let item = try await world.dispatch(world.filed().id, to: "wy", "wyworker")
        world.go("2019-03-05")
        let back = try await world.perform(.giveBack, item.id, ["reason": "不归我们"], by: "wyworker")
        #expect(back.state == .filed)
        #expect(back.unit == nil)
        #expect(back.returns == 1)
        #expect(back.dueAt == item.dueAt)
        world.go("2019-03-06")
        let again = try await world.dispatch(item.id, to: "cg", "cgworker")
        let moved = try await world.dispatch(item.id, to: "cg", "cghead")
        for later in [again, moved] {
            #expect(later.dueAt == item.dueAt)
            #expect(later.dispatchedAt == item.dispatchedAt)
        }
        #expect(moved.returns == 1)
    }

    @Test func `the second return waits for a leader and only a leader dispatches then`() async throws {
        let world = try await World()
        let item = try await world.dispatch(world.filed().id, to: "wy", "wyworker")
        try await world.perform(.giveBack, item.id, ["reason": "不归我们"], by: "wyworker")
        #expect(try await world.queues(item.id, .secondReturn) == [])
        _ = try await world.dispatch(item.id, to: "cg", "cgworker")
        let back = try await world.perform(.giveBack, item.id, ["reason": "也不归我们"], by: "cgworker")
        #expect(back.needsLead)
        #expect(
            try await world.queues(item.id, .secondReturn).contains { ["leader", "deputy"].contains($0) })
        for login in ["dispatcher", "lead1"] {
            #expect(
                try await outcome { try await world.dispatch(item.id, to: "wy", "wyworker", by: login) }
                    == "not allowed")
        }
        let named = try await world.dispatch(item.id, to: "wy", "wyworker", by: "leader")
        #expect(named.needsLead == false)
        #expect(named.returns == 2)
        #expect(try await world.queues(item.id, .secondReturn) == [])
        try await world.perform(.giveBack, item.id, ["reason": "还是不归"], by: "wyworker")
        #expect(
            try await outcome { try await world.dispatch(item.id, to: "wy", "wyworker") } == "not allowed")
    }

    @Test func `an explanation is closed by a second reader and never by a check`() async throws {
        let world = try await World()
        let item = try await world.handling()
        let told = try await world.perform(.explain, item.id, ["reason": "产权不清，办不到"], by: "wyworker")
        #expect(told.outcome == .explained)
        #expect(try await world.queues(item.id, .explained) == ["deputy"])
        #expect(
            try await outcome { try await world.perform(.check, item.id, ["finding": "好"], by: "checker") }
                == "not now")
        #expect(
            try await outcome { try await world.perform(.close, item.id, ["finding": "好"], by: "checker") }
                == "not allowed")
        #expect(
            try await outcome { try await world.perform(.close, item.id, by: "deputy") } == "invalid finding")
        let closed = try await world.perform(.close, item.id, ["finding": "同意解释"], by: "deputy")
        #expect(closed.state == .closed)
        #expect(closed.outcome == .explained)
        #expect(try await world.queues(item.id, .explained) == [])
    }

    @Test func `what was fixed is closed by a check and not by an endorsement`() async throws {
        let world = try await World()
        let item = try await world.handled()
        #expect(
            try await outcome { try await world.perform(.close, item.id, ["finding": "好"], by: "deputy") }
                == "not now")
    }

    @Test func `a named person must belong to the unit and the stand-in is somebody else`() async throws {
        let world = try await World()
        let item = try await world.filed()
        #expect(
            try await outcome { try await world.dispatch(item.id, to: "wy", "cgworker") } == "invalid person")
        #expect(
            try await outcome { try await world.dispatch(item.id, to: "wy", "wyworker", standIn: "wyworker") }
                == "invalid stand_in")
        #expect(
            try await outcome { try await world.dispatch(item.id, to: "wy", "wyworker", standIn: "auditor") }
                == "invalid stand_in")
    }

    @Test func `what ended leaves no question in anybody's queue`() async throws {
        let world = try await World()
        let declined = try await world.report()
        try await world.perform(.escalate, declined.id, ["reason": "催"], by: "dispatcher")
        try await world.perform(.decline, declined.id, ["reason": "不属实"], by: "dispatcher")
        #expect(try await world.queues(declined.id, .escalated) == [])
        let (target, merged) = (try await world.report(), try await world.report())
        try await world.perform(.escalate, merged.id, ["reason": "催"], by: "dispatcher")
        try await world.perform(.merge, merged.id, ["into": target.number], by: "dispatcher")
        #expect(try await world.queues(merged.id, .escalated) == [])
        let voided = try await world.handling()
        try await world.perform(.escalate, voided.id, ["reason": "催"], by: "dispatcher")
        try await world.perform(.void, voided.id, ["reason": "误报"], by: "leader")
        #expect(try await world.queues(voided.id, .escalated) == [])
    }
}

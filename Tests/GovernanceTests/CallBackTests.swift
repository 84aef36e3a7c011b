import Governance
import Rules
import Testing

/// After the end: call-backs, ratings and reopening.
struct CallBackTests {
    private let angry = ["reached": "1", "satisfaction": "dissatisfied", "words": "第二天又堆上了"]

    private func call(_ id: ID<Case>, _ answers: [String: String], _ world: World) async throws -> Case {
        try await world.perform(.callBack, id, answers, by: "dispatcher")
    }

    @Test func `a satisfied complainant leaves the case closed`() async throws {
        let world = try await World()
        let item = try await world.closed()
        let called = try await call(
            item.id, ["reached": "1", "solved": "1", "satisfaction": "satisfied"], world)
        #expect(called.state == .closed)
        #expect(called.version == item.version + 1)
        let calls = try await world.look {
            try CallBacks.all(of: Cases.find(item.id, by: $0, in: $1), for: $0, in: $1)
        }
        #expect(calls.map(\.satisfaction) == [.satisfied])
    }

    @Test func `who was not reached is kept as not reached`() async throws {
        let world = try await World()
        let item = try await world.closed()
        #expect(
            try await call(item.id, ["reached": "0", "satisfaction": "dissatisfied"], world).state == .closed)
        let calls = try await world.look {
            try CallBacks.all(of: Cases.find(item.id, by: $0, in: $1), for: $0, in: $1)
        }
        #expect(calls.map(\.reached) == [false])
        #expect(calls.map(\.satisfaction) == [nil])
        #expect(
            try await outcome { try await call(item.id, ["reached": "1"], world) } == "invalid satisfaction")
    }

    @Test func `a dissatisfied one reopens the case with a new deadline and the words kept`() async throws {
        let world = try await World()
        let item = try await world.closed()
        world.go("2019-03-18")
        let again = try await call(item.id, angry, world)
        #expect(again.state == .handling)
        #expect(again.reopens == 1)
        #expect(again.handler == item.handler)
        #expect(again.closedAt == nil)
        #expect(again.outcome == nil)
        #expect(again.dueAt == at("2019-03-21", "18:00"))
        let calls = try await world.look {
            try CallBacks.all(of: Cases.find(item.id, by: $0, in: $1), for: $0, in: $1)
        }
        #expect(calls.map(\.words) == ["第二天又堆上了"])
    }

    @Test func `after the window the words are kept and the case stays closed`() async throws {
        let world = try await World()
        let item = try await world.closed()
        world.go("2019-03-19")
        let after = try await call(item.id, angry, world)
        #expect(after.state == .closed)
        #expect(after.reopens == 0)
        #expect(
            try await world.look {
                try CallBacks.all(of: Cases.find(item.id, by: $0, in: $1), for: $0, in: $1)
            }.count == 1)
        #expect(
            try await outcome {
                try await world.perform(.reopen, item.id, ["reason": "又堆上了"], by: "dispatcher")
            } == "not now")
    }

    @Test func `the window is the office's own parameter`() async throws {
        let world = try await World()
        let item = try await world.closed()
        let now = world.now
        try await world.act("admin") {
            try Parameters.set(.reopenDays, to: 3, from: Day("2019-03-05")!, by: $0, at: now, in: $1)
        }
        world.go("2019-03-08")
        #expect(try await call(item.id, angry, world).state == .closed)
        #expect(
            try await outcome {
                try await world.act("leader") {
                    try Parameters.set(.reopenDays, to: 5, from: Day("2019-03-09")!, by: $0, at: now, in: $1)
                }
            }
                == "not allowed")
    }

    @Test func `a resident rates once after the end and may reopen so`() async throws {
        let world = try await World()
        let item = try await world.report(source: .resident, by: "visitor") { $0.phone = "13812345678" }
        func rate(_ satisfaction: Satisfaction, tail: String = "5678") async throws -> String {
            let now = world.now
            return try await outcome {
                try await world.act("visitor") { _, books in
                    try CallBacks.rate(
                        number: item.number, phoneTail: tail, solved: false, satisfaction: satisfaction,
                        words: "没人来", of: World.county, at: now, in: books)
                }
            }
        }
        #expect(try await rate(.dissatisfied) == "not now")
        try await world.perform(
            .file, item.id, ["category": World.corridor, "territory": World.g11, "finding": "属实"],
            by: "dispatcher")
        _ = try await world.dispatch(item.id, to: "wy", "wyworker")
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        try await world.perform(.check, item.id, ["finding": "好"], by: "checker")
        #expect(try await rate(.satisfied, tail: "0000") == "not found")
        #expect(try await rate(.basically) == "done")
        #expect(try await rate(.dissatisfied) == "not now")
        #expect(try await world.find(item.id).state == .closed)
        try await world.perform(.reopen, item.id, ["reason": "又堆上了"], by: "dispatcher")
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        world.pass(minutes: 1)
        try await world.perform(.check, item.id, ["finding": "好"], by: "checker")
        #expect(try await rate(.dissatisfied) == "done")
        #expect(try await world.find(item.id).state == .handling)
    }
}

import Governance
import Rules
import Testing

/// Every verb of the life table, used once as it is meant.
struct CaseVerbTests {
    @Test func `a finding goes the whole way to its checked end`() async throws {
        let world = try await World()
        let found = try await world.report()
        #expect(found.state == .reported)
        #expect(found.number == "CAL-2019-000001")
        #expect(found.title == "楼道堆满杂物，过不去人")
        let answers = ["category": World.corridor, "territory": World.g11, "place": "3 号楼 2 单元"]
        let filed = try await world.perform(.file, found.id, answers, by: "dispatcher")
        #expect(filed.state == .filed)
        #expect(filed.place == "3 号楼 2 单元")
        #expect(filed.limit?.description == "3 work_days")
        world.pass(minutes: 10)
        let sent = try await world.dispatch(found.id, to: "wy", "wyworker", standIn: "wyhead")
        #expect(sent.state == .dispatched)
        #expect(sent.dueAt == at("2019-03-07", "18:00"))
        #expect(sent.toldAt == at("2019-03-04", "09:10"))
        let manager = try await world.person("wyhead")
        #expect(sent.standIn == manager)
        let accepted = try await world.perform(.accept, found.id, by: "wyworker")
        #expect(accepted.state == .handling)
        #expect(accepted.acceptedAt == world.now)
        world.go("2019-03-05", "15:00")
        let handled = try await world.perform(.handle, found.id, ["done": "已清走"], by: "wyworker")
        #expect(handled.state == .handled)
        #expect(handled.outcome == .solved)
        world.go("2019-03-05", "16:00")
        let closed = try await world.perform(.check, found.id, ["finding": "干净了"], by: "checker")
        #expect(closed.state == .closed)
        #expect(closed.closedAt == world.now)
        #expect(closed.version == 6)
        let lines = try await world.history(of: closed.subject)
        #expect(
            lines.map(\.kind) == [
                "case.report", "case.file", "case.dispatch", "case.accept", "case.handle", "case.check",
            ])
        #expect(lines.map(\.name.zh) == ["网一一", "戴调度", "戴调度", "物业维修", "物业维修", "何核查"])
    }

    @Test func `a resident's report is verified before it is filed`() async throws {
        let world = try await World()
        let item = try await world.report(source: .resident, by: "visitor")
        let answers = ["category": World.corridor, "territory": World.g11]
        #expect(
            try await outcome { try await world.perform(.file, item.id, answers, by: "dispatcher") }
                == "invalid finding")
        let verified = try await world.perform(.verify, item.id, ["finding": "到场看过，属实"], by: "dispatcher")
        #expect(verified.state == .reported)
        #expect(verified.verifiedAt == world.now)
        #expect(try await world.perform(.file, item.id, answers, by: "dispatcher").state == .filed)
    }

    @Test func `a report is declined with a reason and not without`() async throws {
        let world = try await World()
        let item = try await world.report()
        #expect(
            try await outcome { try await world.perform(.decline, item.id, by: "dispatcher") }
                == "invalid reason")
        #expect(
            try await world.perform(.decline, item.id, ["reason": "不属实"], by: "dispatcher").state == .declined
        )
        #expect(
            try await outcome {
                try await world.perform(.verify, item.id, ["finding": "x"], by: "dispatcher")
            } == "not now")
    }

    @Test func `a failed check sends the work back and is counted`() async throws {
        let world = try await World()
        let item = try await world.handled()
        let back = try await world.perform(.rework, item.id, ["reason": "还堆着"], by: "checker")
        #expect(back.state == .handling)
        #expect(back.reworks == 1)
        #expect(back.handledAt == nil)
        #expect(back.dueAt == item.dueAt)
        let again = try await world.perform(.handle, item.id, ["done": "这次清完了"], by: "wyworker")
        #expect(try await world.perform(.check, again.id, ["finding": "干净"], by: "checker").state == .closed)
    }

    @Test func `a unit asks another one to assist and that one answers on a clock of its own`() async throws {
        let world = try await World()
        let item = try await world.handling()
        let (cg, officer) = (try await world.unit("cg").text, try await world.person("cgworker").text)
        try await world.perform(
            .assist, item.id, ["unit": cg, "person": officer, "words": "请派车"], by: "wyworker")
        let asked = try await world.look { try Assists.all(of: item, for: .system(of: World.county), in: $1) }
        #expect(asked.map(\.dueAt) == [at("2019-03-06", "18:00")])
        #expect(
            try await outcome { try await world.perform(.answer, item.id, ["words": "已派"], by: "cghead") }
                != "done")
        try await world.perform(.answer, item.id, ["words": "已派"], by: "cgworker")
        let answered = try await world.look {
            try Assists.all(of: item, for: .system(of: World.county), in: $1)
        }
        #expect(answered.map(\.answer) == ["已派"])
        #expect(
            try await outcome { try await world.perform(.answer, item.id, ["words": "再派"], by: "cgworker") }
                == "not allowed")
        #expect(try await world.find(item.id).dueAt == item.dueAt)
    }

    @Test func `a part is split off with a clock of its own`() async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-03-05")
        try await world.perform(.split, item.id, ["title": "墙面修补", "words": "清走以后补墙"], by: "dispatcher")
        let child = try await world.look { try Cases.find(number: "CAL-2019-000002", by: $0, in: $1) }
        #expect(child.parent == item.id)
        #expect(child.state == .filed)
        #expect(child.territory == item.territory)
        #expect(child.category == item.category)
        let sent = try await world.dispatch(child.id, to: "cg", "cgworker")
        #expect(sent.dueAt == at("2019-03-08", "18:00"))
        #expect(try await world.find(item.id).dueAt == item.dueAt)
    }

    @Test func `notes and instructions change nothing but the record`() async throws {
        let world = try await World()
        let item = try await world.handling()
        let noted = try await world.perform(.note, item.id, ["words": "住户明天在家"], by: "wyworker")
        #expect(noted.state == item.state)
        #expect(noted.version == item.version + 1)
        #expect(
            try await world.perform(.instruct, item.id, ["words": "本周办完"], by: "leader").state == .handling)
        #expect(
            try await outcome {
                try await world.perform(.instruct, item.id, ["words": "x"], by: "dispatcher")
            } == "not allowed")
    }

    @Test func `an urged case waits in the deputy's queue until somebody instructs`() async throws {
        let world = try await World()
        let item = try await world.handling()
        try await world.perform(.escalate, item.id, ["reason": "住户又来电"], by: "dispatcher")
        #expect(try await world.queues(item.id, .escalated) == ["deputy"])
        #expect(
            try await outcome {
                try await world.perform(.escalate, item.id, ["reason": "再催"], by: "dispatcher")
            } == "not now")
        try await world.perform(.instruct, item.id, ["words": "今天办"], by: "deputy")
        #expect(try await world.queues(item.id, .escalated) == [])
    }

    @Test func `only a leader voids a case and nothing happens to it afterwards`() async throws {
        let world = try await World()
        let item = try await world.handling()
        #expect(
            try await outcome { try await world.perform(.void, item.id, ["reason": "误报"], by: "dispatcher") }
                == "not allowed")
        #expect(try await world.perform(.void, item.id, ["reason": "误报"], by: "leader").state == .void)
        for verb in CaseVerb.allCases {
            #expect(
                try await outcome {
                    try await world.perform(verb, item.id, ["words": "x", "reason": "x"], by: "leader")
                } == "not now")
        }
    }

    @Test func `a named person's stand-in and the head of the unit may do the work too`() async throws {
        let world = try await World()
        let item = try await world.dispatch(world.filed().id, to: "wy", "wyworker", standIn: "cgworker")
        #expect(try await outcome { try await world.perform(.accept, item.id, by: "cghead") } == "not found")
        #expect(try await outcome { try await world.perform(.accept, item.id, by: "lead1") } == "not allowed")
        try await world.perform(.accept, item.id, by: "cgworker")
        #expect(try await world.perform(.handle, item.id, ["done": "清了"], by: "wyhead").state == .handled)
    }

    @Test func `who saw an older version is told so and nothing is written`() async throws {
        let world = try await World()
        let item = try await world.handling()
        try await world.perform(.note, item.id, ["words": "先到"], seen: item.version, by: "wyworker")
        let late = try await outcome {
            try await world.perform(.handle, item.id, ["done": "清了"], seen: item.version, by: "wyworker")
        }
        #expect(late == "changed meanwhile")
        #expect(try await world.find(item.id).state == .handling)
    }
}

import Governance
import Rules
import Store
import Testing

/// Deadlines that reach into a year whose holidays are not announced yet.
struct ProvisionalDeadlineTests {
    private func announce2027(_ world: World) async throws {
        // Made up, but whole: 2 January is a Saturday that is worked, Monday the 4th is free.
        let days = try table(
            "date,is_workday", "2027-01-01,0", "2027-01-02,1", "2027-01-04,0", "2027-02-08,0", "2027-02-09,0",
            "2027-02-10,0",
            "2027-02-11,0", "2027-02-12,0")
        let now = world.now
        let report = try await world.office.importing(dryRun: false) { books in
            try Calendars.importing(
                days, source: "notice of 2026", by: world.actor("admin", books), at: now, in: books)
        }
        #expect(report.faults.isEmpty)
    }

    @Test func `it is provisional until the office loads that year and settled then`() async throws {
        let world = try await World()
        world.go("2026-12-30", "10:00")
        let item = try await world.handling()
        #expect(item.dueAt == at("2027-01-04", "18:00"), "New Year's Day is not known to be free yet")
        #expect(item.dueProvisional)
        try await announce2027(world)
        let settled = try await world.find(item.id)
        #expect(settled.dueAt == at("2027-01-05", "18:00"))
        #expect(settled.dueProvisional == false)
        #expect(settled.version == item.version + 1)
    }

    @Test func `a reopened case is settled from its reopening and not from its first dispatch`() async throws
    {
        let world = try await World()
        world.go("2026-12-15", "10:00")
        let item = try await world.closed()
        world.go("2026-12-29", "10:00")
        try await world.perform(.reopen, item.id, ["reason": "又堆上了"], by: "dispatcher")
        let reopened = try await world.find(item.id)
        #expect(reopened.dueAt == at("2027-01-01", "18:00"))
        #expect(reopened.dueProvisional)
        try await announce2027(world)
        #expect(try await world.find(item.id).dueAt == at("2027-01-02", "18:00"))
    }

    @Test func `time that was granted or suspended is kept when the deadline is settled`() async throws {
        let world = try await World()
        world.go("2026-12-30", "10:00")
        let (longer, stopped) = (try await world.handling(), try await world.handling())
        try await world.perform(.extend, longer.id, ["days": "2", "reason": "等配件"], by: "wyworker")
        try await world.decide(.extension, longer.id, grant: true, by: "deputy")
        try await world.perform(
            .suspend, stopped.id, ["until": "2027-01-10", "reason": "等审批"], by: "wyworker")
        try await world.decide(.suspension, stopped.id, grant: true, by: "deputy")
        world.go("2027-01-10", "00:00")
        try await world.tick()
        let before = try #require(try await world.find(stopped.id).dueAt)
        #expect(before > at("2027-01-14", "00:00"))
        try await announce2027(world)
        #expect(try await world.find(longer.id).dueAt == at("2027-01-07", "18:00"))
        #expect(try #require(try await world.find(stopped.id).dueAt) >= before)
    }

    @Test func `the stages of a limit are settled with it`() async throws {
        let world = try await World()
        world.go("2026-12-30", "10:00")
        let item = try await world.report("有个孩子十三岁不上学在家待着", by: "grid11")
        try await world.perform(
            .file, item.id, ["category": "education.drop-out", "territory": World.g11], by: "dispatcher")
        _ = try await world.dispatch(item.id, to: "cg", "cgworker")
        try await announce2027(world)
        let stages = try await world.office.database.read { t in
            try t.all(
                "SELECT due_at, is_provisional FROM case_stage WHERE case_id = \(item.id) ORDER BY position"
            ) {
                (try $0.get("due_at", as: Instant.self), try $0.get("is_provisional", as: Bool.self))
            }
        }
        #expect(stages.map(\.1) == [false, false])
        #expect(stages.map(\.0).first == at("2027-01-02", "18:00"))
        #expect(stages.map(\.0).last == (try await world.find(item.id)).dueAt)
    }
}

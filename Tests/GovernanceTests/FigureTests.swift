import Governance
import Rules
import Testing

/// Figures against cases counted by hand, and asked again later as of the same moment.
struct FigureTests {
    private func values(
        _ world: World, asOf: Instant? = nil, unit: String? = nil, by login: String = "leader"
    ) async throws -> [String: FigureValue] {
        var wanted: ID<Governance.Unit>?
        if let unit { wanted = try await world.unit(unit) }
        let (scopeUnit, now, moment) = (wanted, world.now, asOf ?? world.now)
        return try await world.look(login) { actor, books in
            let path = try Offices.of(World.county, in: books).territory.path
            let scope = try Figures.scope(
                path: path, unit: scopeUnit, from: Day("2019-01-01")!, to: Day("2019-12-31")!, asOf: moment,
                for: actor, in: books)
            return Dictionary(
                uniqueKeysWithValues: try Figures.values(scope, for: actor, at: now, in: books).map {
                    ($0.id, $0)
                })
        }
    }
    private func fraction(_ id: String, _ world: World) async throws -> String {
        try await values(world)[id]?.fraction ?? "none"
    }

    @Test func `same-day feedback counts the civil day in the county`() async throws {
        let world = try await World()
        world.go("2019-03-04", "23:40")
        let (same, next) = (try await world.filed(), try await world.filed())
        let hotline = try await world.filed(source: .hotline)
        let told = try await world.report()
        world.go("2019-03-04", "23:59")
        _ = try await world.dispatch(same.id, to: "wy", "wyworker")
        try await world.perform(
            .tell, told.id, ["unit": try await world.unit("wy").text, "words": "电话告知"], by: "grid11")
        world.go("2019-03-05", "00:01")
        _ = try await world.dispatch(next.id, to: "wy", "wyworker")
        _ = try await world.dispatch(hotline.id, to: "wy", "wyworker")
        #expect(try await fraction("same_day_rate", world) == "2/3")
        #expect(try await values(world)["same_day_rate"]?.percent == "66.7")
    }

    @Test func `an explanation is counted apart and never as solved`() async throws {
        let world = try await World()
        _ = try await world.closed()
        let item = try await world.handling()
        try await world.perform(.explain, item.id, ["reason": "产权不清"], by: "wyworker")
        try await world.perform(.close, item.id, ["finding": "同意"], by: "deputy")
        let found = try await values(world)
        #expect(found["closed"]?.fraction == "1")
        #expect(found["explained"]?.fraction == "1")
        #expect(found["closing_rate"]?.fraction == "1/2")
        #expect(found["on_time_closing_rate"]?.fraction == "1/2")
    }

    @Test func `a unit that never handles does not look clean`() async throws {
        let world = try await World()
        _ = (try await world.closed(), try await world.handling())
        #expect(try await fraction("closing_rate", world) == "1/1", "the other is not due yet")
        world.go("2019-03-07", "18:01")
        let found = try await values(world)
        #expect(found["closing_rate"]?.fraction == "1/2")
        #expect(found["on_time_closing_rate"]?.fraction == "1/2")
        #expect(found["on_time_handling_rate"]?.fraction == "1/2")
        #expect(found["handling_rate"]?.fraction == "1/2")
        #expect(found["overdue"]?.fraction == "1")
        #expect(found["open"]?.fraction == "1")
    }

    @Test func `an excused lateness stands beside the raw rate`() async throws {
        let world = try await World()
        let item = try await world.handling()
        world.go("2019-03-08")
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        try await world.perform(.check, item.id, ["finding": "好"], by: "checker")
        try await world.perform(.appeal, item.id, ["reason": "停电"], by: "wyworker")
        for login in ["deputy", "leader"] { try await world.decide(.appeal, item.id, grant: true, by: login) }
        #expect(try await fraction("on_time_closing_rate", world) == "0/1")
        #expect(try await fraction("on_time_closing_rate_after_appeal", world) == "1/1")
    }

    @Test func `call-backs weigh basically satisfied and never drop who was not reached`() async throws {
        let world = try await World()
        for answers in [
            ["reached": "1", "solved": "1", "satisfaction": "satisfied"],
            ["reached": "1", "solved": "1", "satisfaction": "basically"],
            ["reached": "1", "solved": "1", "satisfaction": "dissatisfied"], ["reached": "0"],
        ] { try await world.perform(.callBack, world.closed().id, answers, by: "checker") }
        let found = try await values(world)
        #expect(found["contact_rate"]?.fraction == "3/4")
        #expect(found["solved_rate"]?.fraction == "3/3")
        #expect(found["satisfied_rate"]?.fraction == "1.9/3")
        #expect(found["satisfied_rate"]?.percent == "63.3")
    }

    @Test func `rework is counted by checks and the missed ones by who found them`() async throws {
        let world = try await World()
        let item = try await world.handled()
        try await world.perform(.rework, item.id, ["reason": "没清完"], by: "checker")
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        try await world.perform(.check, item.id, ["finding": "好"], by: "checker")
        _ = try await world.filed(source: .hotline)
        let found = try await values(world)
        #expect(found["rework_rate"]?.fraction == "1/2")
        #expect(found["missed_rate"]?.fraction == "1/2")
        #expect(found["explained"]?.fraction == "0")
        #expect(
            try await values(world, unit: "cg")["rework_rate"]?.percent == nil,
            "out of nothing there is no rate")
    }

    @Test func `what is void or merged is not due to be handled`() async throws {
        let world = try await World()
        let (voided, merged, target) = (
            try await world.handling(), try await world.handling(), try await world.filed()
        )
        try await world.perform(.void, voided.id, ["reason": "误报"], by: "leader")
        try await world.perform(.giveBack, merged.id, ["reason": "同一件"], by: "wyworker")
        try await world.perform(.merge, merged.id, ["into": target.number], by: "dispatcher")
        #expect(try await fraction("handling_rate", world) == "0/0")
    }

    @Test func `a head of unit sees only the own unit's figures`() async throws {
        let world = try await World()
        _ = (try await world.handling(), try await world.filed())
        #expect(try await values(world, by: "wyhead")["reported"]?.numerator == 1)
        #expect(try await values(world, by: "wy2head")["reported"]?.numerator == 0)
        #expect(try await values(world, by: "lead2")["reported"]?.numerator == 0)
        #expect(try await values(world, by: "leader")["reported"]?.numerator == 2)
        #expect(try await outcome { try await values(world, by: "grid11") } == "not allowed")
    }

    @Test func `figures computed then are the figures asked for later as of that moment`() async throws {
        let world = try await World()
        var then: [(Instant, [String: FigureValue])] = []
        func mark() async throws {
            then.append((world.now, try await values(world)))
            world.pass(minutes: 1)
        }
        try await mark()
        let first = try await world.closed()
        try await mark()
        let second = try await world.handling(source: .hotline)
        try await mark()
        world.go("2019-03-08")
        try await mark()
        try await world.perform(.explain, second.id, ["reason": "办不到"], by: "wyworker")
        try await mark()
        try await world.perform(.rework, second.id, ["reason": "再想想"], by: "checker")
        try await world.perform(
            .callBack, first.id, ["reached": "1", "satisfaction": "dissatisfied", "words": "又堆上了"],
            by: "dispatcher")
        try await mark()
        try await world.perform(.giveBack, second.id, ["reason": "不归我们"], by: "wyworker")
        try await mark()
        try await world.perform(.void, second.id, ["reason": "误报"], by: "leader")
        try await mark()
        world.go("2019-06-01")
        for (moment, values) in then {
            let later = try await self.values(world, asOf: moment)
            for (id, value) in values { #expect(later[id] == value, "\(id) as of \(moment.iso)") }
        }
        #expect(Set(then.map { $0.1["open"]?.numerator }).count > 1, "the story must move the figures")
    }

    @Test func `recurrence as of a past moment does not know what was filed later`() async throws {
        let world = try await World()
        func report() async throws -> Case { try await world.report { $0.place = "3 号楼" } }
        func file(_ id: ID<Case>) async throws {
            try await world.perform(
                .file, id, ["category": World.corridor, "territory": World.g11], by: "dispatcher")
        }
        let first = try await report()
        try await file(first.id)
        _ = try await world.dispatch(first.id, to: "wy", "wyworker")
        try await world.perform(.handle, first.id, ["done": "清了"], by: "wyworker")
        try await world.perform(.check, first.id, ["finding": "好"], by: "checker")
        world.go("2019-03-10")
        let again = try await report()
        let then = try await fraction("recurrence", world)
        let moment = world.now
        #expect(then == "0/1")
        world.go("2019-03-11")
        try await file(again.id)
        #expect(try await fraction("recurrence", world) == "1/1")
        #expect(try await values(world, asOf: moment)["recurrence"]?.fraction == then)
    }
}

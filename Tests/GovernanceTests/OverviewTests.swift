import Rules
import Testing

@testable import Governance

/// What a leader sees first, against cases counted by hand.
struct OverviewTests {
    private func overview(
        _ world: World, by login: String = "leader", from: String = "2019-03-01", to: String = "2019-03-31"
    ) async throws -> Overview {
        let now = world.now
        return try await world.look(login) { actor, books in
            let office = try Offices.of(World.county, in: books)
            let scope = try Figures.scope(
                path: office.territory.path, from: Day(from)!, to: Day(to)!, asOf: now, for: actor, in: books)
            return try Overview.of(
                scope,
                among: Territories.subtree(of: office.territory.path, on: Zone.china.day(of: now), in: books),
                for: actor, at: now, in: books)
        }
    }
    private func tile(_ id: String, _ world: World, by login: String = "leader") async throws -> [Int] {
        let tile = try await overview(world, by: login).tiles.first { $0.territory.id == id }
        return tile.map { [$0.open, $0.overdue, $0.today] } ?? []
    }

    @Test func `tiles count what lies open in each grid, what is late, and what will be late by the evening`()
        async throws
    {
        let world = try await World()
        #expect(try await tile(World.g11, world) == [0, 0, 0])
        let item = try await world.handling()
        _ = try await world.report(territory: World.g21, by: "dispatcher")
        #expect(try await tile(World.g11, world) == [1, 0, 0])
        #expect(try await tile(World.g21, world) == [1, 0, 0])
        // Three work days after Monday: Thursday at the end of work.
        world.go("2019-03-07", "09:00")
        #expect(try await tile(World.g11, world) == [1, 0, 1])
        world.go("2019-03-07", "18:01")
        #expect(try await tile(World.g11, world) == [1, 1, 0])
        try await world.perform(.handle, item.id, ["done": "清了"], by: "wyworker")
        #expect(try await tile(World.g11, world) == [1, 0, 0])
        try await world.perform(.check, item.id, ["finding": "好"], by: "checker")
        #expect(try await tile(World.g11, world) == [0, 0, 0])
    }

    @Test func `weeks count what was reported in them and what was closed in them`() async throws {
        let world = try await World()
        _ = try await world.closed()
        _ = try await world.filed()
        world.go("2019-03-11")
        _ = try await world.closed()
        let weeks = try await overview(world).weeks
        #expect(weeks.map(\.reported) == [0, 0, 0, 0, 0, 0, 2, 1])
        #expect(weeks.map(\.closed).reduce(0, +) == 2)
        #expect(weeks.last?.monday == Day("2019-03-11"))
    }

    @Test func `the categories reported most come first, and other periods do not count`() async throws {
        let world = try await World()
        for _ in 0..<2 { _ = try await world.filed() }
        _ = try await world.report()
        let most = try await overview(world).most
        #expect(most.map(\.category) == [World.corridor] && most.map(\.count) == [2])
        #expect(try await overview(world, from: "2019-01-01", to: "2019-02-28").most.isEmpty)
    }

    @Test func `grids are compared by exact fractions, ties share a place, and too few cases are not ranked`()
        async throws
    {
        let world = try await World()
        let now = world.now
        try await world.act("admin") {
            try Parameters.set(.minimumGroup, to: 1, from: Day("2019-03-04")!, by: $0, at: now, in: $1)
        }
        for grid in [World.g11, World.g12] { _ = try await world.closed(territory: grid) }
        let late = try await world.filed(territory: World.g21)
        world.go("2019-03-20")
        let standings = try await overview(world).standings
        #expect(standings.map(\.territory.id).prefix(2).sorted() == [World.g11, World.g12])
        #expect(standings.map(\.place) == [1, 1, late.dueAt == nil ? nil : 3])
    }

    @Test func `a head of unit sees only the own unit's cases, and who may not read figures sees none`()
        async throws
    {
        let world = try await World()
        _ = (try await world.handling(), try await world.filed())
        #expect(try await tile(World.g11, world, by: "wyhead") == [1, 0, 0])
        #expect(try await tile(World.g11, world, by: "leader") == [2, 0, 0])
        #expect(try await outcome { try await overview(world, by: "grid11") } == "not allowed")
    }

    @Test func `what is found again after closing is known at once, and what moves elsewhere is not`()
        async throws
    {
        let world = try await World()
        func recurrence() async throws -> String? {
            try await overview(world).values.first { $0.id == "recurrence" }?.fraction
        }
        func report(_ place: String) async throws -> Case {
            let item = try await world.report { $0.place = place }
            return try await world.perform(
                .file, item.id, ["category": World.corridor, "territory": World.g11], by: "dispatcher")
        }
        let first = try await report("3 号楼")
        _ = try await world.dispatch(first.id, to: "wy", "wyworker")
        try await world.perform(.handle, first.id, ["done": "清了"], by: "wyworker")
        try await world.perform(.check, first.id, ["finding": "好"], by: "checker")
        #expect(try await recurrence() == "0/1")
        world.go("2019-03-10")
        _ = try await report("4 号楼")
        #expect(try await recurrence() == "0/1")
        _ = try await report("3 号楼")
        #expect(try await recurrence() == "1/1")
    }
}

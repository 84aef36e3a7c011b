import Foundation
import Rules
import Store
import Testing

@testable import Governance

extension World {
    func land(_ id: String) async throws -> Territory {
        try await look("clockwork") { try Territories.find(id, for: $0, in: $1) }
    }
    func count(_ path: String, as asOf: AsOf = .present) async throws -> RegisterCount {
        let today = Zone.china.day(of: now)
        return try await look("clockwork") {
            try RegisterCount.count(inside: path, for: $0, as: asOf, today: today, in: $1)
        }
    }
    func meaning(_ text: String) async throws -> [String] {
        try await look("clockwork") { try Territories.meaning(text, inside: "", in: $1).map(\.id) }
    }
}

@Suite struct `Boundaries change by date: what was counted before stays, what is open goes along` {
    @Test func `a village that merges brings its households, posts, grids and open cases to the other`()
        async throws
    {
        let world = try await World()
        let campaign = try await world.campaign()
        try await world.visit("K7", by: "vs2")
        let item = try await world.report(territory: World.c2)
        world.go("2019-03-20")
        let (c1, c2, now) = (try await world.land(World.c1), try await world.land(World.c2), world.now)
        try await world.act("admin") {
            try Boundaries.merge(c2, into: c1, on: Day("2019-03-11")!, by: $0, at: now, in: $1)
        }
        // Each household once, before and after.
        #expect(try await world.count("").households == 9)
        #expect(try await world.count(c1.path).households == 9)
        #expect(try await world.count(c2.path).households == 0)
        #expect(try await world.count(c1.path, as: AsOf(Day("2019-03-10")!)).households == 5)
        #expect(try await world.count(c2.path, as: AsOf(Day("2019-03-10")!)).households == 4)
        #expect(try await world.count("", as: AsOf(Day("2019-03-10")!)).villages == 2)
        #expect(try await world.count("").villages == 1)
        // Old code and old name lead to the successor, so do the grids that moved.
        #expect(try await world.meaning(World.c2) == [World.c1])
        #expect(try await world.meaning("第二社区") == [World.c1])
        let grid = try await world.meaning(World.g21)
        #expect(grid.count == 1 && grid != [World.g21])
        #expect(try await world.land(grid[0]).parent == World.c1)
        // Who answered for the land answers for its successor.
        #expect(try await world.look("vs2") { actor, _ in actor.seats.map(\.path) } == [c1.path])
        #expect(try await world.find(item.id).territory == World.c1)
        #expect(try await world.household("K7").village == World.c1)
        // The campaign's denominators stay frozen, and its debts can still be paid.
        #expect(try await world.coverage(campaign)["village"] == "1/9")
        #expect(try await world.visit("K8", by: "vs2").duties == ["village"])
        #expect(
            try await world.look("clockwork") { try Coverage.recount(campaign, for: $0, in: $1) }
                .differences == [])
        let verified = try await world.log().map(\.kind)
        #expect(verified.contains("territory.merge") && verified.contains("case.resettle"))
    }

    @Test
    func `what was split off is joined again, and a part that begins on the very day waits for the next`()
        async throws
    {
        let world = try await World()
        _ = try await world.campaign()
        let (c1, now) = (try await world.land(World.c1), world.now)
        let made = try await world.act("admin") {
            try Boundaries.split(
                c1, new: ("新村", "410305006009", "nbs"), parts: [World.g12], groups: [],
                on: Day("2019-03-01")!, by: $0, at: now, in: $1)
        }
        world.go("2019-03-20")
        let later = world.now
        func merge(on day: String) async throws -> String {
            try await outcome {
                try await world.act("admin") {
                    try Boundaries.merge(
                        Territories.find(c1.id, for: $0, in: $1),
                        into: Territories.find(made.id, for: $0, in: $1), on: Day(day)!, by: $0, at: later,
                        in: $1)
                }
            }
        }
        try await world.act("admin") {
            _ = try Territories.add(
                name: "新网格", level: .grid, code: "41030500600109", system: "nbs", parent: c1.id,
                since: Day("2019-03-11")!, by: $0, at: later, in: $1)
        }
        #expect(try await merge(on: "2019-03-11") == "invalid on")
        #expect(try await merge(on: "2019-03-12") == "done")
    }

    @Test func `the profiles of villages that merge add up`() async throws {
        let world = try await World()
        _ = try await world.campaign()
        let now = world.now
        try await world.act("ts") { actor, books in
            for (id, people) in [(World.c1, "300"), (World.c2, "200")] {
                try Villages.change(
                    Territories.find(id, for: actor, in: books), ["population": people],
                    from: Day("2019-01-05")!, by: actor, at: now, in: books)
            }
        }
        let (c1, c2) = (try await world.land(World.c1), try await world.land(World.c2))
        try await world.act("admin") {
            try Boundaries.merge(c2, into: c1, on: Day("2019-03-01")!, by: $0, at: now, in: $1)
        }
        func people(_ place: Territory, _ day: String) async throws -> Int? {
            try await world.look("clockwork") {
                try Villages.profile(place, as: AsOf(Day(day)!), for: $0, on: Day(day)!, in: $1)?.facts
                    .number("population")
            }
        }
        #expect(try await people(c1, "2019-02-28") == 300)
        #expect(try await people(c2, "2019-02-28") == 200)
        #expect(try await people(c1, "2019-03-01") == 500)
        #expect(try await people(c2, "2019-03-01") == nil)
    }

    @Test func `a split takes chosen grids and the households of chosen groups`() async throws {
        let world = try await World()
        _ = try await world.campaign()
        for number in ["K0", "K1"] {
            _ = try await world.change(
                .init(.change, answers: ["group_name": "三组"], from: Day("2019-01-15")!, reason: "核实"),
                of: number, by: "vs1")
        }
        let (c1, now) = (try await world.land(World.c1), world.now)
        func split(parts: [String], groups: [String], code: String = "410305006009") async throws -> Territory
        {
            try await world.act("admin") {
                try Boundaries.split(
                    c1, new: ("新村", code, "nbs"), parts: parts, groups: groups, on: Day("2019-03-01")!,
                    by: $0, at: now, in: $1)
            }
        }
        #expect(try await outcome { _ = try await split(parts: [], groups: []) } == "invalid parts")
        #expect(try await outcome { _ = try await split(parts: [], groups: ["九组"]) } == "invalid groups")
        #expect(try await world.meaning("新村") == [], "a refused split leaves nothing")
        let made = try await split(parts: [World.g12], groups: ["三组"])
        #expect(try await world.count(made.path).households == 2)
        #expect(try await world.count(c1.path).households == 3)
        #expect(try await world.count("").households == 9)
        #expect(try await world.count(c1.path, as: AsOf(Day("2019-02-28")!)).households == 5)
        #expect(try await world.meaning(World.c1) == [World.c1], "the old one goes on")
        let grid = try await world.meaning(World.g12)
        #expect(try await world.land(grid[0]).parent == made.id)
        let supporters = try await world.look("clockwork") {
            try Villages.file(made, for: $0, on: Day("2019-03-04")!, in: $1).supporters
        }
        #expect(supporters.count == 1)
    }

    @Test func `a village that moves has a successor under the other township, by its new code`() async throws
    {
        let world = try await World()
        _ = try await world.campaign()
        let now = world.now
        let (g21, c1) = (try await world.land(World.g21), try await world.land(World.c1))
        let made = try await world.act("admin") {
            try Boundaries.move(
                g21, under: c1, code: "41030500600109", on: Day("2019-03-01")!, by: $0, at: now, in: $1)
        }
        #expect(made.id == "41030500600109" && made.path.hasPrefix(c1.path))
        #expect(try await world.meaning(World.g21) == [made.id])
        #expect(try await world.meaning("41030500600109") == [made.id])
        #expect(try await world.look("grid21") { actor, _ in actor.seats.map(\.path) } == [made.path])
        #expect(try await world.land(World.g21).until == Day("2019-03-01"))
    }

    @Test func `what cannot be is refused and changes nothing`() async throws {
        let world = try await World()
        _ = try await world.campaign()
        let now = world.now
        let (town, c1, c2, g11) = (
            try await world.land(World.town), try await world.land(World.c1), try await world.land(World.c2),
            try await world.land(World.g11)
        )
        func merge(
            _ one: Territory, _ other: Territory, _ day: String = "2019-03-01", by login: String = "admin"
        ) async throws -> String {
            try await outcome {
                try await world.act(login) {
                    try Boundaries.merge(one, into: other, on: Day(day)!, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(try await merge(c1, g11) == "invalid into")
        #expect(try await merge(c1, c1) == "invalid into")
        #expect(try await merge(town, c1) == "not now")
        #expect(try await merge(c2, c1, "2019-03-05") == "invalid on", "tomorrow")
        #expect(try await merge(c2, c1, "2018-01-01") == "invalid on", "before it began")
        #expect(try await merge(c2, c1, by: "leader") == "not allowed")
        #expect(
            try await outcome {
                _ = try await world.act("admin") {
                    try Boundaries.move(
                        c1, under: c2, code: nil, on: Day("2019-03-01")!, by: $0, at: now, in: $1)
                }
            } == "invalid under")
        #expect(try await merge(c2, c1) == "done")
        #expect(try await merge(c2, c1) == "invalid on", "it has ended")
        #expect(try await world.count("").households == 9)
    }

    @Test(arguments: 1...4)
    func `whatever changes, every household is counted once and every earlier day counts as before`(
        seed: UInt64
    ) async throws {
        let world = try await World(seed: seed)
        _ = try await world.campaign()
        var dice = SplitMix64(seed: seed &* 104_729)
        func below(_ bound: Int) -> Int { Int(dice.next() % UInt64(bound)) }
        for step in 0..<6 {
            let day = Day("2019-03-04")! + step
            world.go(day.description)
            let (now, office) = (world.now, try await world.land(World.town))
            let land = try await world.look("clockwork") {
                try Territories.subtree(of: office.path, on: day, in: $1)
            }.filter {
                $0.id != World.town && $0.since < day
            }
            let (one, other) = (land[below(land.count)], land[below(land.count)])
            let (kind, code) = (below(3), "4103050069\(seed)\(step)")
            _ = try await outcome {
                try await world.act("admin") { actor, books in
                    switch kind {
                    case 0: try Boundaries.merge(one, into: other, on: day, by: actor, at: now, in: books)
                    case 1:
                        try Boundaries.move(
                            one, under: other, code: nil, on: day, by: actor, at: now, in: books)
                    default:
                        let parts = try Territories.children(of: one.id, on: day, in: books).prefix(1).map(
                            \.id)
                        _ = try Boundaries.split(
                            one, new: ("新\(step)", code, "nbs"), parts: parts, groups: [], on: day, by: actor,
                            at: now, in: books)
                    }
                }
            }
            let villages = try await world.look("clockwork") {
                try Territories.subtree(of: office.path, on: day, in: $1)
            }.filter { $0.level == .village }
            var sum = 0
            for village in villages { sum += try await world.count(village.path).households }
            let all = try await world.count("").households
            #expect(sum == 9 && all == 9)
        }
        let (c1, c2) = (try await world.land(World.c1), try await world.land(World.c2))
        let early = AsOf(Day("2019-03-01")!)
        #expect(try await world.count(c1.path, as: early).households == 5)
        #expect(try await world.count(c2.path, as: early).households == 4)
    }
}

@Suite struct `Codes of other systems come as a crosswalk` {
    private func take(_ world: World, _ lines: String...) async throws -> ImportReport {
        let (rows, now) = (
            try Table(Data((["county,town_name,nbs,mca_2025"] + lines).joined(separator: "\n").utf8)),
            world.now
        )
        return try await world.office.importing(dryRun: false) { books in
            let path = try Offices.of(World.county, in: books).territory.path
            return try Territories.importingCodes(
                rows, inside: path, since: Day("2019-01-02")!, by: .system(of: World.county), at: now,
                in: books)
        }
    }

    @Test func `each row is told by a code that is known, and its other codes lead there too`() async throws {
        let world = try await World()
        let report = try await take(world, "涧西区,第一社区,\(World.c1),M-1", "老城区,别处,410302000000,M-9")
        #expect(report.faults.isEmpty && report.added == 1 && report.same == 1, "\(report.faults)")
        #expect(try await world.meaning("M-1") == [World.c1])
        #expect(try await take(world, "涧西区,第一社区,\(World.c1),M-1").same == 1)
    }

    @Test
    func `an unknown row, one that means two places and a code that is taken are refused by row and column`()
        async throws
    {
        let world = try await World()
        _ = try await take(world, "涧西区,第一社区,\(World.c1),M-1")
        let report = try await take(world, "涧西区,没有,X-1,X-2", "涧西区,两处,\(World.c2),M-1")
        #expect(report.faults.map { "\($0.row) \($0.column)" } == ["2 nbs", "3 nbs"])
        #expect(try await world.meaning("X-2") == [])
    }
}

import Rules
import Testing

@testable import Governance

/// Divisions come in from files, keep their old names, and stay apart when they are called alike.
struct TerritoryTests {
    private func load(_ world: World, system: String = "nbs", dryRun: Bool = false, _ lines: [String])
        async throws -> ImportReport
    {
        let rows = try Table(.init((["code,name,level,parent"] + lines).joined(separator: "\n").utf8))
        let now = world.now
        return try await world.office.importing(dryRun: dryRun) { books in
            try Territories.importing(
                rows, system: system, since: Zone.china.day(of: now), by: .system(of: World.county), at: now,
                in: books)
        }
    }
    private func meaning(_ text: String, _ world: World) async throws -> [Territory] {
        try await world.look { try Territories.meaning(text, inside: "", in: $1) }
    }
    private func faults(_ report: ImportReport) -> [String] { report.faults.map { "\($0.row) \($0.column)" } }

    @Test func `rows may stand in any order`() async throws {
        let world = try await World()
        let report = try await load(
            world,
            [
                "t1v1,甲村,village,t1", "t1v1g1,甲一网格,grid,t1v1", "t1,桃花镇,town,41x", "41x,新县,county,41c",
                "41c,新市,city,41p", "41p,新省,province,",
            ])
        #expect(report.faults.isEmpty)
        #expect(report.added == 6)
        let grid = try #require(try await meaning("t1v1g1", world).first)
        let line = try await world.look { try Territories.line(to: grid.path, in: $1) }
        #expect(line.map(\.name) == ["新省", "新市", "新县", "桃花镇", "甲村", "甲一网格"])
        #expect(try await load(world, ["t1,桃花镇,town,41x"]).same == 1)
    }

    @Test func `every fault names its row and column and nothing is written`() async throws {
        let world = try await World()
        let before = try await world.look { try $1.version(of: World.county) }
        let report = try await load(
            world,
            [
                "ok1,好村,village,\(World.town)", "x1,孤村,village,nowhere", "ok1,又一村,village,\(World.town)",
                "x2,怪村,hamlet,\(World.town)",
                "x3,,village,\(World.town)", "x 4,空格村,village,\(World.town)", "x5,无主村,village,",
                "x6,倒挂镇,town,\(World.c1)",
            ])
        #expect(
            Set(faults(report)) == [
                "3 parent", "4 code", "5 level", "6 name", "7 code", "8 parent", "9 parent",
            ])
        #expect(try await meaning("ok1", world).isEmpty)
        #expect(try await world.look { try $1.version(of: World.county) } == before)
    }

    @Test func `a dry run tells the same and writes nothing`() async throws {
        let world = try await World()
        let report = try await load(world, dryRun: true, ["n1,新村,village,\(World.town)"])
        #expect(report.added == 1)
        #expect(report.isDryRun)
        #expect(try await meaning("n1", world).isEmpty)
    }

    @Test func `a missing column is named before any row is read`() async throws {
        let world = try await World()
        let rows = try table("code,name,parent", "a,b,c")
        let words = try await outcome {
            try await world.act("admin") {
                try Territories.importing(
                    rows, system: "nbs", since: Day("2019-03-04")!, by: $0, at: World.monday, in: $1)
            }
        }
        #expect(words == "invalid file")
    }

    @Test func `a place that was renamed is found by both names`() async throws {
        let world = try await World()
        let report = try await load(world, ["\(World.c1),幸福社区居民委员会,village,\(World.town)"])
        #expect(report.changed == 1)
        #expect(try await meaning("幸福社区居民委员会", world).map(\.id) == [World.c1])
        #expect(try await meaning("第一社区居民委员会", world).map(\.id) == [World.c1])
        #expect(try await meaning(World.c1, world).map(\.shortName) == ["幸福社区"])
    }

    @Test func `a place that would move is a fault and stays where it is`() async throws {
        let world = try await World()
        let report = try await load(world, ["\(World.g11),一网格,grid,\(World.c2)"])
        #expect(faults(report) == ["2 parent"])
        #expect(try await meaning(World.g11, world).map(\.parent) == [World.c1])
    }

    @Test func `villages of one name in two towns stay apart and the name alone is refused`() async throws {
        let world = try await World()
        let county = try #require(try await meaning("410305000000", world).first)
        _ = try await load(
            world,
            [
                "t8,东镇,town,\(county.id)", "t9,西镇,town,\(county.id)", "t8a,李庄,village,t8",
                "t9a,李庄,village,t9",
            ])
        #expect(try await meaning("李庄", world).map(\.id).sorted() == ["t8a", "t9a"])
        func only(_ text: String, inside path: String) async throws -> String {
            try await outcome {
                try await world.look { try Territories.only(text, inside: path, field: "territory", in: $1) }
            }
        }
        #expect(try await only("李庄", inside: county.path) == "invalid territory")
        #expect(try await only("t8a", inside: county.path) == "done")
        let east = try #require(try await meaning("t8", world).first)
        #expect(try await only("李庄", inside: east.path) == "done")
        #expect(try await only("王庄", inside: county.path) == "invalid territory")
    }

    @Test func `one code in two systems may mean two places and both are kept`() async throws {
        let world = try await World()
        _ = try await load(world, system: "civil", ["41p,河南省,province,", "\(World.c1),别的村,village,41p"])
        let both = try await meaning(World.c1, world)
        #expect(Set(both.map(\.name)) == ["第一社区居民委员会", "别的村"])
        #expect(Set(both.map(\.id)).count == 2)
        #expect(Set(both.map(\.path)).count == 2)
        let again = try await load(
            world, system: "civil", ["41p,河南省,province,", "\(World.c1),别的村,village,41p"])
        #expect(again.same == 2)
    }

    @Test func `a subtree holds what lies in it and nothing else`() async throws {
        let world = try await World()
        let first = try #require(try await meaning(World.c1, world).first)
        let inside = try await world.look {
            try Territories.subtree(of: first.path, on: Day("2019-03-04")!, in: $1)
        }
        #expect(inside.map(\.id) == [World.c1, World.g11, World.g12])
    }

    @Test func `a place that is still in use is not ended`() async throws {
        let world = try await World()
        let now = world.now
        func end(_ id: String) async throws -> String {
            try await outcome {
                try await world.act("admin") {
                    try Territories.end(id, on: Day("2019-03-05")!, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(try await end(World.c1) == "not now")
        #expect(try await end(World.g11) == "not now")
        _ = try await load(world, ["g13,五网格,grid,\(World.c1)"])
        #expect(try await end("g13") == "done")
        let left = try await world.look {
            try Territories.children(of: World.c1, on: Day("2019-03-06")!, in: $1)
        }
        #expect(left.map(\.id) == [World.g11, World.g12])
    }

    @Test func `only the administrator changes territories`() async throws {
        let world = try await World()
        for login in ["leader", "dispatcher", "grid11", "auditor"] {
            #expect(
                try await outcome {
                    try await world.act(login) {
                        try Territories.rename(
                            World.c1, to: "新名", from: Day("2019-03-05")!, by: $0, at: World.monday, in: $1)
                    }
                } == "not allowed")
        }
    }
}

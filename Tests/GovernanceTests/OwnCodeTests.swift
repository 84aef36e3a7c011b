import Foundation
import Rules
import Store
import Testing

@testable import Governance

/// The list of territories is shared by all counties: an administrator gives out codes of the own county
/// alone.
@Suite struct `New codes lie inside the county's own range` {
    static let foreign = ["410326101999", "410326", "410326101", "41032610199901"]

    @Test(arguments: foreign) func `a new territory`(_ code: String) async throws {
        let world = try await World()
        let now = world.now
        func add(_ code: String) async throws -> String {
            try await outcome {
                try await world.act("admin") {
                    _ = try Territories.add(
                        name: "新村", level: .village, code: code, system: "nbs", parent: World.town,
                        since: Day("2019-03-01")!, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(try await add(code) == "invalid code")
        #expect(try await add("410305006099") == "done")
    }

    @Test(arguments: ["新村-7", "v7", "1234567", "41032", "４１０３２６"])
    func `what is not written like a national code names no county`(_ code: String) async throws {
        let world = try await World()
        let now = world.now
        let made = try await outcome {
            try await world.act("admin") {
                _ = try Territories.add(
                    name: "新村", level: .village, code: code, system: "nbs", parent: World.town,
                    since: Day("2019-03-01")!, by: $0, at: now, in: $1)
            }
        }
        #expect(made == (code.utf8.allSatisfy { $0 < 128 } ? "done" : "invalid code"))
    }

    @Test func `a table of territories names the row, and the server's own list holds every county`()
        async throws
    {
        let world = try await World()
        let rows = try table(
            "code,name,level,parent", "410305006088,好村,village,\(World.town)",
            "410326101999,远村,village,\(World.town)")
        let now = world.now
        func load(_ login: String) async throws -> ImportReport {
            try await world.act(login) {
                try Territories.importing(
                    rows, system: "nbs", since: Day("2019-03-04")!, by: $0, at: now, in: $1)
            }
        }
        let report = try await load("admin")
        #expect(
            report.faults.map { "\($0.row) \($0.column)" } == ["3 code"]
                && report.faults.first?.words.zh.contains("410305") == true)
        #expect(try await load("clockwork").faults.isEmpty)
    }

    @Test func `a table of other systems' codes`() async throws {
        let world = try await World()
        let now = world.now
        func load(_ code: String) async throws -> ImportReport {
            let rows = try table("nbs,mca", "\(World.c1),\(code)")
            return try await world.act("admin") { actor, books in
                let path = try Offices.of(World.county, in: books).territory.path
                return try Territories.importingCodes(
                    rows, inside: path, since: Day("2019-03-04")!, by: actor, at: now, in: books)
            }
        }
        #expect(try await load("410326101999").faults.map(\.column) == ["mca"])
        #expect(try await load("410305006901").faults.isEmpty)
    }

    @Test func `a village that is split off`() async throws {
        let world = try await World()
        let (land, now) = (try await world.land(World.c1), world.now)
        func split(_ code: String) async throws -> String {
            try await outcome {
                try await world.act("admin") {
                    _ = try Boundaries.split(
                        land, new: (name: "分出村", code: code, system: "nbs"), parts: [World.g12], groups: [],
                        on: Day("2019-02-01")!, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(try await split("410326101999") == "invalid code")
        #expect(try await split("410305006077") == "done")
    }

    @Test func `a grid that moves under another village`() async throws {
        let world = try await World()
        let (grid, under, now) = (try await world.land(World.g12), try await world.land(World.c2), world.now)
        func move(_ code: String) async throws -> String {
            try await outcome {
                try await world.act("admin") {
                    _ = try Boundaries.move(
                        grid, under: under, code: code, on: Day("2019-02-01")!, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(try await move("41032610199901") == "invalid code")
        #expect(try await move("41030500600299") == "done")
    }

    @Test func `a code that the county had in other years is its own`() async throws {
        let world = try await World()
        let now = world.now
        // The county was 410399 once: the server's owner loaded that.
        try await world.act("clockwork") { _, books in
            let county = try #require(
                try Territories.line(to: Offices.of(World.county, in: books).territory.path, in: books).first
                { $0.level == .county })
            let rows = try Table(Data("nbs,old\n\(county.id),410399000000\n".utf8))
            let clerk = Actor.system(of: World.county)
            try #require(
                try Territories.importingCodes(
                    rows, inside: county.path, since: Day("2019-03-04")!, by: clerk, at: now, in: books
                ).faults.isEmpty)
        }
        let rows = try table("nbs,old", "\(World.c1),410399006001")
        let report = try await world.act("admin") { actor, books in
            let path = try Offices.of(World.county, in: books).territory.path
            return try Territories.importingCodes(
                rows, inside: path, since: Day("2019-03-04")!, by: actor, at: now, in: books)
        }
        #expect(report.faults.isEmpty && report.added == 1)
    }
}

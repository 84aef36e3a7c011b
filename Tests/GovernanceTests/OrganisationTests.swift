import Foundation
import Governance
import Rules
import Store
import Testing

/// Units, posts and people come in from files; who holds which post is dated.
struct OrganisationTests {
    private let unitHeading = "code,name_zh,name_en,kind,territory"
    private let peopleHeading = "login,name,phone,post_kind,post_zh,post_en,unit,territory,reports_to"

    private func load(_ world: World, dryRun: Bool = false, people: Bool, _ lines: [String]) async throws
        -> ImportReport
    {
        let rows = try Table(
            .init(([people ? peopleHeading : unitHeading] + lines).joined(separator: "\n").utf8))
        let (now, day) = (world.now, Zone.china.day(of: world.now))
        return try await world.office.importing(dryRun: dryRun) { books in
            let path = try Offices.of(World.county, in: books).territory.path
            let actor = try world.actor("admin", books)
            return people
                ? try Organisation.importingPeople(rows, inside: path, on: day, by: actor, at: now, in: books)
                : try Organisation.importingUnits(rows, inside: path, on: day, by: actor, at: now, in: books)
        }
    }
    private func faults(_ report: ImportReport) -> [String] { report.faults.map { "\($0.row) \($0.column)" } }

    @Test func `who has a telephone is found however it is written, by a keyed hash`() async throws {
        let world = try await World()
        let now = world.now
        let id = try await world.act("admin") {
            try Tenures.addPerson(name: "电话员", phone: "139-1234-5678", by: $0, at: now, in: $1)
        }
        func found(_ phone: String) async throws -> [ID<Person>] {
            try await world.look("admin") {
                try Tenures.people(withPhone: phone, for: World.clockwork, in: $1).map(\.id)
            }
        }
        for way in ["13912345678", "+86 139 1234 5678", "139-12345678"] {
            #expect(try await found(way) == [id])
        }
        #expect(try await found("13912345679") == [])
        #expect(try await outcome { try await found("no number") } == "invalid phone")
        // An older program sealed it without.
        _ = try await world.office.database.write {
            try $0.run("UPDATE person SET phone_mark = NULL WHERE county = \(World.county)")
            try $0.run("UPDATE office SET texts_sealed = 0 WHERE county = \(World.county)")
        }
        #expect(try await found("13912345678") == [])
        #expect(try await world.office.sealOpenNumbers() == 1)
        #expect(try await found("13912345678") == [id])
    }

    @Test
    func
        `an administrator's post stands in the office's own territory and nowhere below, by form and by import`()
        async throws
    {
        let world = try await World()
        let (now, day) = (world.now, Day("2019-03-05")!)
        func add(_ code: String, _ kind: PostKind, _ territory: String) async throws -> String {
            try await outcome {
                try await world.act("admin") { actor, books in
                    let unit = try #require(try Units.all(for: World.clockwork, on: day, in: books).first).id
                    try Posts.add(
                        .init(
                            code: code, titleZh: "岗位", titleEn: "", kind: kind, unit: unit,
                            territory: territory, reportsTo: nil), since: day,
                        by: actor, at: now, in: books)
                }
            }
        }
        let office = try await world.look { try Offices.of(World.county, in: $1).territory.id }
        #expect(try await add("a1", .administrator, World.g11) == "invalid territory")
        #expect(try await add("a2", .administrator, office) == "done")
        #expect(try await add("a3", .gridWorker, World.g11) == "done")
        let report = try await world.act("admin") { actor, books in
            let unit = try #require(try Units.all(for: World.clockwork, on: day, in: books).first).code
            let (grid, path) = (
                try Territories.find(World.g11, for: actor, in: books),
                try Offices.of(World.county, in: books).territory.path
            )
            let table = try Table(
                Data(
                    """
                    login,name,post_kind,post_zh,unit,territory\na4,某人,administrator,管理员,\(unit),\
                    \(grid.id)\n
                    """
                    .utf8))
            return try Organisation.importingPeople(
                table, inside: path, on: day, by: actor, at: now, in: books)
        }
        #expect(report.faults.map(\.column) == ["territory"], "\(report.faults)")
    }

    @Test func `a post that an older version let stand below administers nothing`() async throws {
        let world = try await World()
        let (person, day) = (try await world.person("admin"), Day("2019-03-05")!)
        _ = try await world.office.database.write {
            try $0.run(
                """
                UPDATE post SET territory = \(World.g11) WHERE county = \(World.county)
                    AND kind = \(PostKind.administrator)
                """
            )
        }
        let actor = try await world.look { try Tenures.actor(person, of: World.county, on: day, in: $1) }
        #expect(
            actor.seats.contains { $0.kind == .administrator } && !actor.may(.administer)
                && !actor.powers.contains(.administer))
    }

    @Test func `units are added, compared and changed by their code`() async throws {
        let world = try await World()
        let report = try await load(
            world, people: false,
            [
                "xx,新单位,,department,\(World.town)", "cg,城市管理办,Urban management,department,\(World.town)",
                "wy,安居物业公司,,property_company,第一社区居民委员会",
            ])
        #expect((report.added, report.same, report.changed) == (1, 1, 1))
        let renamed = try await world.look { try Units.find(code: "wy", for: $0, in: $1) }
        #expect(renamed?.name.zh == "安居物业公司")
    }

    @Test func `a dry run of units and people counts the same and writes nothing`() async throws {
        let world = try await World()
        let before = try await world.look { try $1.version(of: World.county) }
        let units = try await load(world, dryRun: true, people: false, ["xx,新单位,,department,\(World.town)"])
        let people = try await load(
            world, dryRun: true, people: true, ["new1,新人,,unit_worker,办事员,,cg,\(World.town),cghead"])
        #expect(units.added == 1)
        #expect(people.added == 1)
        #expect(units.words.zh.hasPrefix("试导入"))
        #expect(try await world.look { try $1.version(of: World.county) } == before)
        #expect(try await world.account("new1") == nil)
    }

    @Test func `a file that is wrong from end to end is read as far as anybody would read its faults`()
        async throws
    {
        let world = try await World()
        let rows = (0..<1500).map { "u\($0),单位\($0),,no_such_kind,\(World.town)" }
        let report = try await load(world, people: false, rows)
        #expect(report.isCut && report.faultCount == ImportReport.mostFaults)
        #expect(report.faults.last?.row == ImportReport.mostFaults + 1, "the heading is row 1")
        #expect(report.words.zh.contains("后面的行没有看"))
        #expect(try await world.look { try Units.find(code: "u1", for: $0, in: $1) } == nil)
    }

    @Test func `every fault of units names its row and column and nothing is written`() async throws {
        let world = try await World()
        let report = try await load(
            world, people: false,
            [
                "ok,好单位,,department,\(World.town)", "x1,怪单位,,embassy,\(World.town)", "x2,远单位,,department,火星",
                "x 3,空格,,department,\(World.town)",
                "x4,,,department,\(World.town)",
            ])
        #expect(faults(report) == ["3 kind", "4 territory", "5 code", "6 name_zh"])
        #expect(try await world.look { try Units.find(code: "ok", for: $0, in: $1) } == nil)
    }

    @Test func `every fault of people names a column that the file has`() async throws {
        let world = try await World()
        let report = try await load(
            world, people: true,
            [
                "a1,甲,,king,国王,,cg,\(World.town),", "a2,乙,,unit_worker,办事员,,nowhere,\(World.town),",
                "a3,丙,,unit_worker,办事员,,cg,火星,",
                "a4,,,unit_worker,办事员,,cg,\(World.town),", "a5,戊,abc,unit_worker,办事员,,cg,\(World.town),",
                "a6,己,,unit_worker,,,cg,\(World.town),", "a7,庚,,unit_worker,办事员,,cg,\(World.town),nobody",
            ])
        #expect(
            faults(report) == [
                "2 post_kind", "3 unit", "4 territory", "5 name", "6 phone", "7 post_zh", "8 reports_to",
            ])
        #expect(try await world.account("a7") == nil)
    }

    @Test func `a superior may stand further down in the file`() async throws {
        let world = try await World()
        let report = try await load(
            world, people: true,
            [
                "low,小兵,,unit_worker,办事员,,cg,\(World.town),high",
                "high,小头,,unit_lead,科长,,cg,\(World.town),cghead",
            ])
        #expect(report.faults.isEmpty)
        let chain = try await world.look { _, books in
            let post = try #require(try Posts.find(code: "low", for: World.clockwork, in: books))
            return try Posts.chain(from: post.id, for: World.clockwork, in: books).map(\.code)
        }
        #expect(chain == ["low", "high", "cghead", "deputy", "leader"])
        #expect(
            try await load(world, people: true, ["low,小兵,,unit_worker,办事员,,cg,\(World.town),high"]).same == 1)
    }

    @Test func `a chain of responsibility never runs in a circle`() async throws {
        let world = try await World()
        let words = try await outcome {
            try await world.act("admin") { actor, books in
                let leader = try #require(try Posts.find(code: "leader", for: World.clockwork, in: books))
                let grid = try #require(try Posts.find(code: "grid11", for: World.clockwork, in: books))
                try Posts.change(
                    leader.id,
                    to: .init(
                        code: "leader", titleZh: "书记", titleEn: "", kind: .leader, unit: leader.unit,
                        territory: leader.territory, reportsTo: grid.id),
                    by: actor, at: World.monday, in: books)
            }
        }
        #expect(words == "invalid reports_to")
    }

    @Test func `a post is held from its first day until the day it ends`() async throws {
        let world = try await World()
        let (now, day) = (world.now, Day("2019-03-10")!)
        let person = try await world.person("staff1")
        try await world.act("clockwork") { actor, books in
            let post = try #require(try Posts.find(code: "checker", for: World.clockwork, in: books))
            try Tenures.begin(
                person, in: post.id, isStandIn: true, from: day, until: day + 2, by: actor, at: now, in: books
            )
        }
        func checks(_ day: Day) async throws -> Bool {
            try await world.look {
                try Tenures.actor(person, of: World.county, on: day, in: $1).seats.contains {
                    $0.kind == .checker && $0.isStandIn
                }
            }
        }
        #expect(try await checks(day - 1) == false)
        #expect(try await checks(day))
        #expect(try await checks(day + 1))
        #expect(try await checks(day + 2) == false)
        let twice = try await outcome {
            try await world.act("clockwork") { actor, books in
                let post = try #require(try Posts.find(code: "checker", for: World.clockwork, in: books))
                try Tenures.begin(
                    person, in: post.id, isStandIn: true, from: day + 1, by: actor, at: now, in: books)
            }
        }
        #expect(twice == "invalid person")
    }

    @Test func `who left a post has its powers no longer`() async throws {
        let world = try await World()
        let item = try await world.report()
        let now = world.now
        try await world.act("admin") { actor, books in
            let tenures = try Tenures.all(for: World.clockwork, on: Day("2019-03-04")!, in: books)
            let person = try world.actor("dispatcher", books).person
            let tenure = try #require(tenures.first { $0.person == person })
            try Tenures.end(tenure.id, on: Day("2019-03-05")!, by: actor, at: now, in: books)
        }
        #expect(
            try await outcome {
                try await world.perform(.verify, item.id, ["finding": "看过"], by: "dispatcher")
            } == "done")
        world.go("2019-03-05")
        #expect(
            try await outcome {
                try await world.perform(.decline, item.id, ["reason": "x"], by: "dispatcher")
            } == "not found")
    }
}

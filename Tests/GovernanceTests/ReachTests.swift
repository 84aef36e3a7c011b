import Foundation
import Governance
import Rules
import Store
import Testing

@Suite struct `What names people or is not published follows reach` {
    private let monday = Day("2019-03-04")!

    @Test
    func `helpers stand in the chain of command as far as the reader's land goes, who commands whom for all`()
        async throws
    {
        let world = try await World()
        _ = try await world.campaign()
        let now = world.now
        let household = try await world.household("K0").id
        try await world.act("clockwork") { actor, books in
            let post = try #require(try Posts.find(code: "hp", for: actor, in: books)).id
            try Helping.name(post, for: household, from: Day("2019-03-01")!, by: actor, at: now, in: books)
        }
        func names(_ login: String) async throws -> [String] {
            let chain = try await world.look(login) {
                try ChainOfCommand.of($0.county, on: Day("2019-03-04")!, for: $0, in: $1)
            }
            return chain.holders.values.flatMap(\.self).map(\.personName)
        }
        for login in ["deputy", "ts", "vs1", "hp"] {
            #expect(try await names(login).contains("帮扶人"), "\(login)")
        }
        let far = try await names("vs2")
        #expect(!far.contains("帮扶人") && far.contains("镇书记") && far.contains("一村书记"))
        #expect(
            try await world.look("vs2") {
                try ChainOfCommand.of($0.county, on: Day("2019-03-04")!, for: $0, in: $1)
            }.helped.isEmpty)
    }

    @Test func `the rates of the county's exit are for who reads the register of all of it`() async throws {
        let world = try await World()
        let campaign = try await world.campaign(World.push)
        func rates(_ login: String) async throws -> Int {
            try await world.look(login) {
                try Exits.rates(campaign, campaign.scheme.exit!, for: $0, on: Day("2019-03-04")!, in: $1)
            }.count
        }
        // The township's posts answer for this office's whole land; the head of a supporting unit sits there
        // and answers for none.
        for login in ["leader", "dispatcher", "auditor", "ts"] {
            #expect(try await rates(login) == 4, "\(login)")
        }
        for login in ["vs1", "sh", "hp", "checker"] { #expect(try await rates(login) == 0, "\(login)") }
    }

    @Test
    func
        `marks that were handed in and not judged are for the office, and no head of a unit that sits there`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        let (sheet, round) = (try await world.sheet("self", "二"), try await world.round("mutual"))
        func opens(_ login: String) async throws -> String {
            try await outcome {
                _ = try await world.look(login) {
                    try ScoreSheets.open(sheet.id, for: $0, on: Day("2019-03-04")!, in: $1)
                }
            }
        }
        for login in ["leader", "dispatcher", "auditor"] {
            #expect(try await opens(login) == "done", "\(login)")
        }
        for login in ["cghead", "wyhead", "lead1"] {
            #expect(try await opens(login) == "not found", "\(login)")
        }
        let open = try await world.look("clockwork") {
            try #require(
                try ScoreSheets.all(of: round.id, for: $0, in: $1).first {
                    $0.teamName.contains("一")
                })
        }
        func members(_ login: String) async throws -> Int {
            try await world.look(login) { try ScoreSheets.members(of: open.id, for: $0, in: $1).count }
        }
        for login in ["dispatcher", "leader", "grid11"] { #expect(try await members(login) == 2, "\(login)") }
        for login in ["cghead", "lead2"] { #expect(try await members(login) == 0, "\(login)") }
    }

    @Test func `an entry by rule is known to all staff, its people and who objects to those it concerns`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        // Who still judges sees nothing of it: the teams of the other layer hand in first.
        for (team, grids, login) in [
            ("一", [World.g21, World.g22], "lead1"), ("二", [World.g11, World.g12], "lead2"),
        ] {
            let sheet = try await world.sheet("mutual", team)
            for grid in grids { _ = try await world.mark(sheet, grid, 6, by: login) }
            _ = try await world.submit(sheet, by: login)
        }
        let bonus = try #require(
            try await world.entries().first { $0.kind == .bonus && $0.unitName == "一网格" })
        #expect(
            try await world.ledger("grid12") {
                try Ledger.perform(
                    .object, on: bonus.id, with: FormInput(["said": "算错了"]), by: $0, at: $1, in: $2)
            } == "done")
        func named(_ login: String) async throws -> [Bool] {
            let sight = try await world.sight(bonus.id, by: login)
            return [
                sight.people.allSatisfy { $0.person != nil },
                sight.objections.allSatisfy { $0.person != nil },
            ]
        }
        for login in ["dispatcher", "leader", "auditor", "grid11"] {
            #expect(try await named(login) == [true, true], "\(login)")
        }
        #expect(try await named("grid12") == [false, true], "who objects knows that")
        for login in ["wyworker", "cghead", "lead2"] {
            #expect(try await named(login) == [false, false], "\(login)")
        }
    }

    @Test func `a correction and what a check found are not published before they are approved`() async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        let entry = try #require(try await world.entries().first { $0.kind == .check })
        world.go("2019-03-11")
        _ = try await world.ledger("leader") {
            try Ledger.perform(.approve, on: entry.id, with: FormInput(["paper": ""]), by: $0, at: $1, in: $2)
        }
        _ = try await world.ledger("pshead") {
            try Ledger.perform(
                .check, on: entry.id, with: FormInput(["serious": "yes", "note": "记录是补的", "paper": ""]),
                by: $0, at: $1, in: $2)
        }
        let answering = try #require(try await world.entries().first { $0.kind == .accountability })
        func sees(_ login: String) async throws -> Bool {
            let listed = try await world.look(login) { try Ledger.all(for: $0, in: $1) }.contains {
                $0.id == answering.id
            }
            let opened = try await outcome { _ = try await world.sight(answering.id, by: login) } == "done"
            #expect(listed == opened, "\(login)")
            return listed
        }
        // Who runs it, who audits it, who is named, who carries it out, and units of the same comparison.
        for login in ["leader", "auditor", "grid12", "psworker", "grid22"] {
            #expect(try await sees(login), "\(login)")
        }
        for login in ["wyworker", "cghead"] { #expect(try await !sees(login), "\(login)") }
        world.go("2019-04-30")
        _ = try await world.ledger("leader") {
            try Ledger.perform(
                .approve, on: answering.id, with: FormInput(["paper": "3 号"]), by: $0, at: $1, in: $2)
        }
        #expect(try await sees("wyworker"), "what was approved is published")
    }

    @Test func `samples are for the office's evaluators and auditors, an item for whoever looks at it`()
        async throws
    {
        let world = try await World()
        _ = try await world.campaign()
        let (now, checker) = (world.now, try await world.person("checker"))
        let id = try await world.act("dispatcher") { actor, books in
            let sample = try Samples.commit(.init(.register, size: 2), by: actor, at: now, in: books)
            try Samples.draw(sample.id, by: actor, at: now, in: books)
            try Samples.assign(sample.id, to: [checker], by: actor, at: now, in: books)
            return sample.id
        }
        func reads(_ login: String) async throws -> String {
            try await outcome { _ = try await world.look(login) { try Samples.read(id, for: $0, in: $1) } }
        }
        for login in ["dispatcher", "leader", "auditor", "admin"] {
            #expect(try await reads(login) == "done", "\(login)")
        }
        for login in ["ts", "checker", "cghead", "grid11"] {
            #expect(try await reads(login) == "not allowed", "\(login)")
        }
        #expect(
            try await world.look("checker") { try Samples.item(1, of: id, for: $0, in: $1).item.number } == 1)
        for login in ["dispatcher", "visitor"] {
            #expect(
                try await outcome {
                    _ = try await world.look(login) { try Samples.item(1, of: id, for: $0, in: $1) }
                } == "not found", "\(login)")
        }
    }

    @Test func `what reads alike is for who may file, as far as that goes`() async throws {
        let world = try await World()
        let (item, near) = (try await world.report("楼道堆满杂物过不去人"), try await world.report("楼道堆满杂物过不去人了"))
        func alike(_ login: String) async throws -> String {
            try await outcome {
                let found = try await world.look(login) {
                    try DuplicateDetection.candidates(for: item, by: $0, in: $1)
                }
                try #require(found.map(\.line.id) == [near.id])
            }
        }
        for login in ["dispatcher", "lead1"] { #expect(try await alike(login) == "done", "\(login)") }
        for login in ["grid11", "lead2"] { #expect(try await alike(login) == "not allowed", "\(login)") }
    }
}

@Suite struct `What waits is told with its true total` {
    @Test func `more changes of the register than one list shows`() async throws {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family)
        for number in 0..<203 {
            _ = try await world.change(
                .init(
                    .change, answers: ["status": "exit_planned"], from: Day("2019-03-01")!,
                    reason: "第 \(number) 次"), of: "0001", by: "vs1")
        }
        let day = Day("2019-03-04")!
        let open = try await world.look("ts") { try RegisterChanges.open(for: $0, on: day, in: $1) }
        #expect(open.items.count == 200 && open.total == 203 && open.rest == 3)
        #expect(
            try await world.look("leader") { try RegisterChanges.open(for: $0, on: day, in: $1) }.total == 203
        )
        var (seen, cursor): ([String], String) = ([], "")
        repeat {
            let after = cursor
            let page = try await world.look("ts") {
                try WaitingApprovals.waiting(after: after, limit: 60, for: $0, on: day, in: $1)
            }
            #expect(page.total == 203)
            seen += page.items.map(\.id)
            cursor = page.items.last?.id ?? ""
        } while !cursor.isEmpty
        #expect(seen.count == 203 && Set(seen).count == 203)
        for wrong in ["nothing", "request-nothing", "double-nothing"] {
            #expect(
                try await outcome {
                    _ = try await world.look("ts") {
                        try WaitingApprovals.waiting(after: wrong, for: $0, on: day, in: $1)
                    }
                } == "invalid cursor")
        }
        let now = world.now
        try await world.act("ts") {
            try RegisterChanges.settle(
                open.items[0].id, granted: false, answer: "不够", by: $0, at: now, in: $1)
        }
        #expect(
            try await world.look("ts") { try RegisterChanges.open(for: $0, on: day, in: $1) }.total == 202)
    }

    @Test func `more questions than one list shows, page by page, each once`() async throws {
        let world = try await World()
        let now = world.now
        let item = try await world.report()
        try await world.office.database.write { transaction in
            let post = try #require(
                try transaction.first(
                    "SELECT id FROM post WHERE county = \(World.county) AND code = 'deputy'"
                ) { try $0.get("id", as: String.self) })
            for number in 0..<210 {
                let id = ID<Decision>(milliseconds: Int64(number), random: (1, 1))
                try transaction.run(
                    """
                    INSERT INTO decision (county, id, case_id, kind, post, asked_at, words, detail)
                    VALUES (\(World.county), \(id), \(item.id), 'escalated', \(post),
                        \(now.adding(minutes: number / 3)), '', '')
                    """)
            }
        }
        let first = try await world.look("deputy") { try Decisions.waiting(for: $0, in: $1) }
        #expect(first.items.count == 200 && first.total == 210)
        var (seen, cursor): ([ID<Decision>], String) = ([], "")
        repeat {
            let after = cursor
            let page = try await world.look("deputy") {
                try Decisions.waiting(for: $0, after: after, limit: 60, in: $1)
            }
            #expect(page.total == 210)
            seen += page.items.map(\.decision.id)
            cursor = page.items.last?.decision.id.text ?? ""
        } while !cursor.isEmpty
        #expect(seen.count == 210 && Set(seen).count == 210)
        #expect(
            try await outcome {
                _ = try await world.look("deputy") {
                    try Decisions.waiting(for: $0, after: "nothing", in: $1)
                }
            } == "invalid cursor")
        #expect(try await world.look("checker") { try Decisions.waiting(for: $0, in: $1) }.total == 0)
    }
}

@Suite struct `What an office tells all its staff it tells nobody else` {
    private let monday = Day("2019-03-04")!

    /// Readers of what all staff may know.
    private func told(_ actor: Actor, _ books: Books) throws {
        _ = try Units.all(for: actor, on: monday, in: books)
        _ = try Posts.all(for: actor, on: monday, in: books)
        _ = try Tenures.all(for: actor, on: monday, in: books)
        _ = try Parameters.known(.reopenDays, for: actor, on: monday, in: books)
        _ = try Campaigns.all(for: actor, in: books)
        _ = try Evaluations.all(for: actor, in: books)
        _ = try Territories.find(World.c1, for: actor, in: books)
    }

    @Test func `the public signs in first; who is signed in may read it, with any post or none any more`()
        async throws
    {
        let world = try await World()
        #expect(
            try await outcome { try await world.look("visitor") { try self.told($0, $1) } }
                == "sign in first")
        let person = try await world.person("grid11")
        #expect(
            try await outcome {
                try await world.office.read {
                    // Before anybody held a post: who left is still named in what is to be paid.
                    let actor = try Tenures.actor(person, of: World.county, on: Day("2000-01-03")!, in: $0)
                    try self.told(actor, $0)
                }
            } == "done")
        for login in ["grid11", "wyworker", "auditor"] {
            #expect(try await outcome { try await world.look(login) { try self.told($0, $1) } } == "done")
        }
    }

    @Test func `accounts and telephones are for who administers, what waits for who gives power or decides`()
        async throws
    {
        let world = try await World()
        func accounts(_ login: String) async throws -> String {
            try await outcome {
                _ = try await world.look(login) { try Accounts.all(for: $0, in: $1) }
                _ = try await world.look(login) { try Tenures.people(for: $0, in: $1) }
            }
        }
        #expect(try await accounts("admin") == "done")
        for login in ["leader", "grid11"] { #expect(try await accounts(login) == "not allowed", "\(login)") }
        func requests(_ login: String) async throws -> String {
            try await outcome { _ = try await world.look(login) { try PowerRequests.open(for: $0, in: $1) } }
        }
        for login in ["admin", "leader"] { #expect(try await requests(login) == "done", "\(login)") }
        for login in ["grid11", "auditor"] {
            #expect(try await requests(login) == "not allowed", "\(login)")
        }
    }

    @Test func `another office's land is not found`() async throws {
        let world = try await World()
        let above = try await world.look("clockwork") { actor, books in
            let office = try Territories.find("", for: actor, in: books)
            return try TerritorySight.of(office.id, on: monday, for: actor, in: books).line[0]
        }
        #expect(
            try await outcome {
                _ = try await world.look("admin") { try Territories.find(above.id, for: $0, in: $1) }
            } == "not found")
    }
}

import Governance
import Rules
import Testing

/// Taking reports: once each, whole, found again, and joined when they are the same matter.
struct ReportingTests {
    private func lookUp(_ number: String, _ tail: String, _ world: World) async throws -> String {
        try await outcome {
            try await world.look {
                try PublicLookUp.view(number: number, phoneTail: tail, of: World.county, in: $1)
            }
        }
    }
    private func complainants(_ id: ID<Case>, _ world: World, by login: String = "dispatcher") async throws
        -> [Complainant]
    {
        try await world.look(login) {
            try Complainants.of(try Cases.find(id, by: $0, in: $1), for: $0, in: $1)
        }
    }
    private func found(_ words: String, _ world: World) async throws -> [ID<Case>] {
        var query = CaseQuery()
        query.words = words
        let (asked, now) = (query, world.now)
        return try await world.look { try Cases.list(asked, for: $0, at: now, in: $1).lines.map(\.id) }
    }

    @Test(arguments: ["\u{202E}gnp.exe", "社区\u{2066}书记", "a\u{0}b", "a\u{7F}b"])
    func `a text with signs that nobody sees is refused`(_ text: String) async throws {
        #expect(try await outcome { try Check.text(text, field: "body", most: 100) } == "invalid body")
    }

    @Test func `a report with the same identity is stored once`() async throws {
        let world = try await World()
        let id = ID<Case>(milliseconds: world.now.milliseconds, random: (1, 1))
        let first = try await world.report { $0.id = id }
        world.pass(minutes: 5)
        let second = try await world.report { $0.id = id }
        #expect(second == first)
        #expect(try await found("", world) == [id])
    }

    @Test func `a report with the same outside number is stored once, whatever its spaces or identity`()
        async throws
    {
        let world = try await World()
        func take(_ number: String, id: ID<Case>? = nil) async throws -> ID<Case> {
            try await world.report(source: .hotline, by: "dispatcher") {
                ($0.outsideNumber, $0.id) = (number, id)
            }.id
        }
        let first = try await take("12345-001")
        #expect(try await take("12345-001") == first)
        #expect(try await take(" 12345-001 ") == first)
        #expect(try await take("12345-001", id: ID(milliseconds: 1, random: (2, 2))) == first)
        #expect(try await take("12345-002") != first)
        let other = try await world.report(source: .police, by: "dispatcher") {
            $0.outsideNumber = "12345-001"
        }
        #expect(other.id != first, "another system's number is another matter")
    }

    @Test func `a known number with other words or another telephone is told, and nothing is stored`()
        async throws
    {
        let world = try await World()
        func take(_ body: String, phone: String = "13912345678") async throws -> String {
            try await outcome {
                try await world.report(body, source: .hotline, by: "dispatcher") {
                    ($0.outsideNumber, $0.name, $0.phone) = ("12345-9", "王芳", phone)
                }
            }
        }
        #expect(try await take("路灯不亮") == "done")
        #expect(try await take("路灯不亮") == "done")
        #expect(try await take("井盖没了") == "already used")
        #expect(try await take("路灯不亮", phone: "13900001111") == "already used")
        // Merged it is still known by what it said.
        let target = try await world.report("整条街没有灯", source: .hotline, by: "dispatcher")
        let first = try #require(try await found("", world).first { $0 != target.id })
        try await world.perform(.merge, first, ["into": target.number], by: "dispatcher")
        #expect(try await take("路灯不亮") == "done")
        #expect(try await take("整条街没有灯，还有井盖") == "already used")
        // Through two mergers, too.
        let end = try await world.report("全镇没有灯", source: .hotline, by: "dispatcher")
        try await world.perform(.merge, target.id, ["into": end.number], by: "dispatcher")
        #expect(try await take("路灯不亮") == "done")
        let protected = try await outcome {
            try await world.report("路灯不亮", source: .hotline, by: "dispatcher") {
                ($0.outsideNumber, $0.isConfidential) = ("12345-9", true)
            }
        }
        #expect(protected == "already used", "a wish that is not kept is told")
    }

    @Test func `a moment that is still to come is corrected and marked, not refused`() async throws {
        let world = try await World()
        let item = try await world.report { $0.reportedAt = at("2019-03-05") }
        #expect(item.reportedAt == world.now)
        let line = try await world.history(of: item.subject).first
        #expect(line?.details["claimed"] == at("2019-03-05").iso)
    }

    @Test func `rows of a table that now say something else are counted apart and left alone`() async throws {
        let world = try await World()
        let now = world.now
        func take(_ one: String, _ other: String) async throws -> ImportReport {
            let table = try table("编号,内容", one, other)
            return try await world.act("admin") {
                try CaseImport.importing(table, mapping: .init(FormInput([:])), by: $0, at: now, in: $1)
            }
        }
        #expect(try await take("1,路灯不亮", "2,井盖没了").added == 2)
        let again = try await take("1,路灯不亮", "2,井盖没了，还有人掉下去")
        #expect((again.same, again.differing, again.added, again.faults.count) == (1, 1, 0, 0))
        #expect(again.words.zh.contains("1 行的编号已有，但内容和原来不同"))
    }

    @Test func `a stranger who guesses an identity learns nothing`() async throws {
        let world = try await World()
        let item = try await world.report()
        #expect(
            try await outcome {
                try await world.report("猜的", source: .resident, by: "visitor") { $0.id = item.id }
            } == "already used")
    }

    @Test func `an outside number shows nobody a case out of reach`() async throws {
        let world = try await World()
        _ = try await world.report("别处的事，只给别处看", source: .hotline, territory: World.g21, by: "dispatcher") {
            $0.outsideNumber = "7"
        }
        let words = try await outcome {
            let item = try await world.report("试一试", source: .hotline, by: "wyworker") {
                $0.outsideNumber = "7"
            }
            #expect(item.body == "试一试")
        }
        #expect(["done", "not now", "not found", "changed meanwhile"].contains(words))
    }

    @Test func `numbers count up within a year and begin anew with the next`() async throws {
        let world = try await World()
        #expect(try await world.report().number == "CAL-2019-000001")
        #expect(try await world.report().number == "CAL-2019-000002")
        world.go("2020-01-02")
        #expect(try await world.report().number == "CAL-2020-000001")
        #expect(try await world.report { $0.reportedAt = at("2019-12-31") }.number == "CAL-2019-000003")
        #expect(try await world.report().number == "CAL-2020-000002")
    }

    @Test func `ten megabytes of text are refused wherever they are entered`() async throws {
        let world = try await World()
        let flood = String(repeating: "满", count: 3_500_000)
        #expect(try await outcome { try await world.report(flood) } == "invalid body")
        #expect(
            try await outcome {
                try await world.report { ($0.title, $0.place, $0.name) = (flood, flood, flood) }
            } == "invalid title place name")
        let item = try await world.handling()
        for (verb, field, login) in [
            (CaseVerb.handle, "done", "wyworker"), (.note, "words", "wyworker"),
            (.giveBack, "reason", "wyworker"), (.instruct, "words", "leader"),
        ] {
            #expect(
                try await outcome { try await world.perform(verb, item.id, [field: flood], by: login) }
                    == "invalid \(field)")
        }
        #expect(try await world.find(item.id).version == item.version)
    }

    @Test func `every fault of a report is told at once`() async throws {
        let world = try await World()
        let words = try await outcome {
            try await world.report("", territory: "火星") {
                ($0.phone, $0.category, $0.longitude, $0.reportedAt) = (
                    "abc", "no.such", 200, at("2019-03-05")
                )
                $0.latest = world.now
            }
        }
        #expect(words == "invalid body phone territory category reported_at longitude")
        #expect(try await outcome { try await world.report("响\u{7}铃") } == "invalid body")
    }

    @Test func `merging keeps every complainant, every outside number and every look-up`() async throws {
        let world = try await World()
        func take(_ phone: String) async throws -> Case {
            try await world.report(source: .hotline, by: "dispatcher") {
                ($0.name, $0.phone, $0.outsideNumber) = ("王" + phone.suffix(1), phone, phone)
            }
        }
        let (a, b, c) = (
            try await take("13800000001"), try await take("13800000002"), try await take("13800000003")
        )
        try await world.perform(.merge, a.id, ["into": b.number], by: "dispatcher")
        let joined = try await world.find(b.id)
        #expect(joined.version == b.version + 1)
        #expect(try await world.find(a.id).mergedInto == b.id)
        try await world.perform(.merge, b.id, ["into": c.number], by: "dispatcher")
        #expect(try await complainants(c.id, world).map(\.name).sorted() == ["王1", "王2", "王3"])
        #expect(
            try await world.report(source: .hotline, by: "dispatcher") { $0.outsideNumber = "13800000001" }.id
                == c.id)
        #expect(try await lookUp(c.number, "0003", world) == "done")
        #expect(try await lookUp(b.number, "0002", world) == "done")
        #expect(try await lookUp(a.number, "0001", world) == "done", "through both merges")
        #expect(try await lookUp(a.number, "9999", world) == "not found")
        #expect(try await lookUp("CAL-2019-000099", "0001", world) == "not found")
        #expect(try await lookUp(a.number, "1", world) == "invalid phone_tail")
    }

    @Test func `a case is not merged into itself, into nothing or into what has ended`() async throws {
        let world = try await World()
        let (item, ended) = (try await world.report(), try await world.closed())
        for number in [item.number, "CAL-2019-000099", ended.number] {
            #expect(
                try await outcome {
                    try await world.perform(.merge, item.id, ["into": number], by: "dispatcher")
                } == "invalid into")
        }
    }

    @Test func `search finds Chinese words, numbers and nothing that is not there`() async throws {
        let world = try await World()
        let lamp = try await world.report("三号楼前的路灯不亮，晚上漆黑一片") { $0.place = "天津路 12 号" }
        let drain = try await world.report("下水道堵了，污水流到路上")
        #expect(try await found("路灯", world) == [lamp.id])
        #expect(try await found("路灯不亮", world) == [lamp.id])
        #expect(try await found("污水", world) == [drain.id])
        #expect(try await found("天津路", world) == [lamp.id])
        #expect(try await found("灯", world) == [lamp.id])
        #expect(try await found("电梯", world) == [])
        #expect(try await found(drain.number.lowercased(), world) == [drain.id])
    }

    @Test func `a place that is entered at filing is found as well`() async throws {
        let world = try await World()
        let item = try await world.report()
        try await world.perform(
            .file, item.id, ["category": World.corridor, "territory": World.g11, "place": "武汉南路菜市场"],
            by: "dispatcher")
        #expect(try await found("菜市场", world) == [item.id])
    }

    @Test func `pages of a list neither skip nor repeat a case`() async throws {
        let world = try await World()
        var all: Set<ID<Case>> = []
        for n in 0..<23 {
            all.insert(try await world.report("第 \(n) 件").id)
            if n % 4 == 0 { world.pass(minutes: 1) }
        }
        var (query, seen) = (CaseQuery(), [ID<Case>]())
        query.limit = 5
        let now = world.now
        repeat {
            let asked = query
            let page = try await world.look { try Cases.list(asked, for: $0, at: now, in: $1) }
            #expect(page.total == 23)
            seen += page.lines.map(\.id)
            query.cursor = page.next ?? ""
        } while !query.cursor.isEmpty
        #expect(seen.count == 23)
        #expect(Set(seen) == all)
    }
}

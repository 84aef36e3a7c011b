import Rules
import Store
import Testing

@testable import Governance

/// What a complainant wrote is theirs: what others read of it, and what one power does where another post
/// reaches.
struct PrivacyTests {
    private static let words = "我叫赵举报，住3号楼2单元501，电话13912345678，物业半个月没拖过楼道"

    private func complaint(_ world: World, isConfidential: Bool = true) async throws -> Case {
        try await world.report(Self.words, source: .hotline, by: "dispatcher") {
            ($0.name, $0.phone, $0.isConfidential) = ("赵举报", "13912345678", isConfidential)
        }
    }
    private func history(_ id: ID<Case>, _ login: String, _ world: World) async throws -> String {
        try await world.look(login) { actor, books in
            let item = try Cases.find(id, by: actor, in: books)
            return try Cases.history(of: item, for: actor, in: books).map {
                $0.details.values.joined(separator: " ")
            }.joined(separator: " ")
        }
    }
    private func found(_ words: String, _ login: String, _ world: World) async throws -> [String] {
        var query = CaseQuery()
        query.words = words
        let asked = query
        let now = world.now
        return try await world.look(login) {
            try Cases.list(asked, for: $0, at: now, in: $1).lines.map(\.title)
        }
    }

    @Test
    func `whoever handles a confidential complaint reads confirmed words without name, number and door`()
        async throws
    {
        let world = try await World()
        let item = try await complaint(world)
        try await world.perform(
            .file, item.id, ["category": "property.cleaning", "territory": World.g11, "finding": "属实"],
            by: "dispatcher")
        _ = try await world.dispatch(item.id, to: "wy", "wyworker")
        let read = try await world.look("wyworker") { try Cases.find(item.id, by: $0, in: $1) }
        for secret in ["赵举报", "13912345678", "501"] {
            #expect(!read.body.contains(secret) && !read.title.contains(secret), "\(secret) in \(read.body)")
            #expect(try await !history(item.id, "wyworker", world).contains(secret))
            #expect(try await found(secret, "wyworker", world) == [])
        }
        #expect(read.body.contains("物业半个月没拖过楼道"))
        let whole = try await world.look("dispatcher") { try Cases.find(item.id, by: $0, in: $1) }
        #expect(whole.body == Self.words, "whoever may know the complainant reads what was written")
    }

    @Test func `the dispatcher's own wording is what others read, and search finds no word that it left out`()
        async throws
    {
        let world = try await World()
        let item = try await complaint(world)
        try await world.office.catchUpSearch()
        let answers = [
            "category": "property.cleaning", "territory": World.g11, "finding": "属实", "shown_title": "楼道卫生",
            "shown_words": "居民反映楼道没有打扫",
        ]
        try await world.perform(.file, item.id, answers, by: "dispatcher")
        try await world.office.catchUpSearch()
        _ = try await world.dispatch(item.id, to: "wy", "wyworker")
        let read = try await world.look("wyworker") { try Cases.find(item.id, by: $0, in: $1) }
        #expect((read.title, read.body) == ("楼道卫生", "居民反映楼道没有打扫"))
        #expect(try await found("赵举报", "wyworker", world) == [])
        #expect(try await found("没有打扫", "wyworker", world) == ["楼道卫生"])
    }

    @Test func `no later line, question or request for help tells the name to whoever handles it`()
        async throws
    {
        let world = try await World()
        let item = try await complaint(world)
        try await world.perform(
            .file, item.id, ["category": "property.cleaning", "territory": World.g11, "finding": "赵举报说的属实"],
            by: "dispatcher")
        try await world.perform(.note, item.id, ["words": "赵举报再次来电", "is_public": "1"], by: "dispatcher")
        _ = try await world.dispatch(item.id, to: "wy", "wyworker")
        try await world.perform(.accept, item.id, by: "wyworker")
        try await world.perform(.escalate, item.id, ["reason": "赵举报等急了"], by: "dispatcher")
        #expect(try await !history(item.id, "wyworker", world).contains("赵举报"))
        #expect(try await history(item.id, "dispatcher", world).contains("赵举报"))
        let words = try await world.look("wyworker") { actor, books in
            try Decisions.open(of: Cases.find(item.id, by: actor, in: books), for: actor, in: books).map(
                \.words)
        }
        #expect(words == ["某某等急了"])
        let told = try await world.look { try PublicLookUp.history(of: item, county: World.county, in: $1) }
            .compactMap { $0.details["words"] }
        #expect(told == ["某某再次来电"])
    }

    @Test(arguments: [Case.Source.meeting, .visit, .patrol])
    func `what somebody said is theirs, whatever way it came in`(_ source: Case.Source) async throws {
        let world = try await World()
        let item = try await world.report("李阿姨说楼道半年没人扫", source: source, by: "dispatcher") {
            ($0.name, $0.isConfidential) = ("李阿姨", true)
        }
        #expect(!item.areWordsConfirmed)
        try await world.perform(
            .file, item.id, ["category": "property.cleaning", "territory": World.g11, "finding": "属实"],
            by: "dispatcher")
        _ = try await world.dispatch(item.id, to: "wy", "wyworker")
        #expect(
            try await world.look("wyworker") { try Cases.find(item.id, by: $0, in: $1) }.body == "某某说楼道半年没人扫")
    }

    @Test func `numbers that an older program left in texts are masked once, at the start`() async throws {
        let world = try await World()
        let item = try await world.handled()
        try await world.perform(.rework, item.id, ["reason": "没清干净"], by: "checker")
        let open = "打13912345678问"
        _ = try await world.office.database.write {
            try $0.run(
                """
                UPDATE case_file SET body = \(open), words_sealed = NULL WHERE county = \(World.county)
                    AND id = \(item.id)
                """
            )
            try $0.run("UPDATE case_check SET finding = \(open) WHERE county = \(World.county)")
            try $0.run("UPDATE case_history SET place = \(open) WHERE county = \(World.county)")
            try $0.run("UPDATE office SET texts_sealed = 0 WHERE county = \(World.county)")
        }
        func texts() async throws -> Set<String> {
            try await world.office.database.read { transaction in
                var found: Set<String> = []
                for part: SQL in [
                    "body AS text FROM case_file", "finding AS text FROM case_check",
                    "place AS text FROM case_history",
                ] {
                    found.formUnion(
                        try transaction.all("SELECT \(part) WHERE county = \(World.county)") {
                            try $0.get("text", as: String.self)
                        })
                }
                return found
            }
        }
        #expect(try await world.office.sealOpenNumbers() >= 3)
        #expect(try await texts() == ["打139********问"])
        #expect(
            try await world.look("dispatcher") { try Cases.find(item.id, by: $0, in: $1) }.body == open,
            "who may know it reads what was written")
        #expect(try await world.office.sealOpenNumbers() == 0, "what is done is not looked at again")
    }

    @Test func `no table holds a complainant's number in the clear`() async throws {
        let world = try await World()
        let item = try await complaint(world)
        let stored = try await world.find(item.id)
        let open =
            stored.title + stored.body
            + (try await world.history(of: item.subject).map(\.body).joined())
        #expect(!open.contains("13912345678"))
        #expect(open.contains("139********"))
    }

    @Test func `a merged report shows its own complainant only where the matter stands`() async throws {
        let world = try await World()
        let target = try await world.report("我是6号楼李秘密，楼道有杂物", source: .resident, by: "visitor") {
            ($0.name, $0.phone) = ("李秘密", "13800001111")
        }
        let item = try await world.report("楼道又有杂物", source: .resident, by: "visitor") {
            ($0.name, $0.phone) = ("王二", "13900002222")
        }
        try await world.perform(.merge, item.id, ["into": target.number], by: "dispatcher")
        let view = try await world.look {
            try PublicLookUp.view(number: item.number, phoneTail: "２２２２", of: World.county, in: $1)
        }
        #expect(view.isMerged && view.history.isEmpty)
        #expect(view.item.number == item.number)
        #expect(!view.item.body.contains("李秘密"))
    }

    @Test(arguments: [
        "13912345678", "139-1234-5678", "１３９１２３４５６７８", "139 1234 5678", "0379-63210001", "410326196110091234",
        "6217 0022 1000 1234 567", "一三九一二三四五六七八",
    ])
    func `a number is masked however it is written`(_ number: String) {
        let masked = Masking.numbers(in: "请打\(number)，急")
        #expect(masked.hasPrefix("请打") && masked.hasSuffix("，急") && masked.contains("****"), "\(masked)")
        #expect(!masked.contains(number.suffix(4)))
    }

    @Test(arguments: [
        "2019-09-18 路灯不亮", "20190918 报修", "CQL-2019-000147 又坏了", "3号楼2单元", "12345 热线", "每月 1200 元",
    ])
    func `what is nobody's number stays`(_ text: String) { #expect(Masking.numbers(in: text) == text) }

    @Test func `two posts of one person add up and do not multiply`() async throws {
        let world = try await World()
        var both = try await world.look("auditor") { actor, _ in actor }
        var village = try #require(both.seats.first)
        (village.kind, village.path, village.coversOffice) = (.villageCadre, "zz", false)
        both.seats.append(village)
        #expect(both.may(.unmask) && both.may(.readRegister, at: both.seats[0].path + "aa"))
        #expect(
            !both.may(.unmask, at: both.seats[0].path + "aa"),
            "an auditor unmasks nothing, and a village's committee nothing elsewhere")
        #expect(both.seesAll && !both.limited(to: .unmask).seesAll)
        #expect(both.limited(to: .keepRegister).seats.map(\.kind) == [.villageCadre])
    }

    @Test func `an identity used before is answered only for the same person and the same content`()
        async throws
    {
        let world = try await World()
        let id = ID<Case>(milliseconds: 7, random: (7, 7))
        let first = try await world.report("路灯不亮", by: "grid11") { $0.id = id }
        #expect(try await world.report("路灯不亮", by: "grid11") { $0.id = id } == first)
        #expect(
            try await outcome { _ = try await world.report("井盖没了", by: "grid11") { $0.id = id } }
                == "already used")
        #expect(
            try await outcome { _ = try await world.report("路灯不亮", by: "dispatcher") { $0.id = id } }
                == "already used")
    }

    @Test func `whoever copies by the number of changes misses nothing, however late a request's clock was`()
        async throws
    {
        let world = try await World()
        let early = world.now
        world.go("2019-03-06", "10:00")
        let fast = try await world.report("先到的")
        let seen = try await world.look("clockwork") { try Cases.find(fast.id, by: $0, in: $1) }
        // A body that took its time: its moment lies before what was copied already.
        let slow = try await world.act("dispatcher") { actor, books in
            var report = CaseReport(source: .patrol)
            report.body = "慢的"
            return try Cases.report(report, by: actor, at: early, in: books)
        }
        let now = world.now
        func copied(_ set: (inout CaseQuery) -> Void) async throws -> [ID<Case>] {
            var query = CaseQuery()
            set(&query)
            let asked = query
            return try await world.look { try Cases.list(asked, for: $0, at: now, in: $1).lines.map(\.id) }
        }
        #expect(try await copied { $0.changedAfter = seen.changedSequence } == [slow.id])
        #expect(try await copied { $0.updatedAfter = seen.updatedAt }.contains(slow.id))
    }

    @Test func `whoever copies page by page gets every case once, as it is, and goes on where it was left`()
        async throws
    {
        let world = try await World()
        var ids: [ID<Case>] = []
        for number in 1...7 { ids.append(try await world.report("第\(number)件").id) }
        // Some change again: each stands at its last change only.
        for id in [ids[1], ids[4]] {
            try await world.act("dispatcher") { actor, books in
                _ = try Cases.perform(
                    .verify, on: id, with: FormInput(["finding": "看过"]), by: actor, at: world.now, in: books)
            }
        }
        var (cursor, copied, totals) = ("", [] as [ID<Case>], [] as [Int])
        while totals.count < 9 {
            var query = CaseQuery()
            (query.changedAfter, query.cursor, query.limit) = (0, cursor, 3)
            let asked = query
            let page = try await world.look { try Cases.list(asked, for: $0, at: world.now, in: $1) }
            copied += page.lines.map(\.id)
            totals.append(page.total)
            guard let next = page.next else { break }
            cursor = next
        }
        #expect(copied == [ids[0], ids[2], ids[3], ids[5], ids[6], ids[1], ids[4]])
        #expect(totals == [7, 7, 7])
    }

    @Test func `the log says with which filter and how many cases were taken out`() async throws {
        let world = try await World()
        _ = try await world.report("路灯不亮")
        _ = try await world.report("井盖没了")
        var query = CaseQuery()
        (query.words, query.source, query.reportedFrom) = ("路灯", .patrol, Day("2019-01-01"))
        let (asked, now) = (query, world.now)
        try await world.act("dispatcher") { try CaseExport.announce(asked, by: $0, at: now, in: $1) }
        var last = Log.Query()
        (last.kind, last.limit) = ("case.export", 1)
        let line = last
        let details = try await world.log(line).first?.details
        #expect(details?["filter"] == "heap=all source=patrol from=2019-01-01 q=路灯")
        #expect(details?["rows"] == "1")
    }

    @Test func `whoever may read the log reads a case's words only where the case is theirs`() async throws {
        let world = try await World()
        let item = try await complaint(world)
        func lines(_ login: String) async throws -> [(line: LogEntry, isWithheld: Bool)] {
            var query = Log.Query()
            query.subject = item.subject
            let asked = query
            return try await world.look(login) { try Log.lines(asked, for: $0, in: $1) }
        }
        for login in ["admin", "auditor"] {
            let read = try await lines(login)
            #expect(!read.isEmpty && read.allSatisfy(\.isWithheld), "\(login)")
            for line in read { #expect(!line.line.details.values.joined().contains("赵举报"), "\(login)") }
        }
        #expect(try await lines("leader").allSatisfy { !$0.isWithheld })
    }
}

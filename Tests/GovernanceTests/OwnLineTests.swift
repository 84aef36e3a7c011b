import Governance
import Rules
import Store
import Testing

/// A report about somebody's own line is dealt with by others, and what was written survives whoever deals
/// with it.
struct OwnLineTests {
    private static let words = "我叫赵举报，住3号楼2单元501，街道办的人收了钱不办事"

    private func complaint(_ world: World, about unit: String, source: Case.Source = .resident) async throws
        -> Case
    {
        let about = try await world.unit(unit)
        return try await world.report(
            Self.words, source: source, by: source == .resident ? "visitor" : "dispatcher"
        ) {
            ($0.aboutUnit, $0.place, $0.longitude, $0.latitude) = (about, "3号楼2单元501门口", 112.4, 34.6)
        }
    }
    private func answers(_ more: [String: String] = [:]) -> [String: String] {
        ["category": "property.cleaning", "territory": World.g11, "finding": "属实"].merging(more) { $1 }
    }
    /// Gives somebody one more post.
    private func give(_ login: String, _ kind: PostKind, unit: String, land: String, _ world: World)
        async throws
    {
        let (unit, person, now) = (try await world.unit(unit), try await world.person(login), world.now)
        try await world.act("clockwork") { actor, books in
            let day = Zone.china.day(of: now)
            let post = try Posts.add(
                .init(
                    code: "second.\(login)", titleZh: "兼职", titleEn: "", kind: kind, unit: unit,
                    territory: land, reportsTo: nil), since: day,
                by: actor, at: now, in: books)
            _ = try Tenures.begin(
                person, in: post, isStandIn: false, from: day, by: actor, at: now, in: books)
        }
    }
    private func todo(_ login: String, _ world: World) async throws -> [ID<Case>] {
        var query = CaseQuery()
        query.heap = .todo
        let (asked, now) = (query, world.now)
        return try await world.look(login) { try Cases.list(asked, for: $0, at: now, in: $1).lines.map(\.id) }
    }

    @Test
    func
        `only the first-in-command deals with what complains about the office, and reads no word that nobody confirmed`()
        async throws
    {
        let world = try await World()
        let item = try await complaint(world, about: "office")
        for login in ["dispatcher", "deputy", "checker"] {
            #expect(
                try await outcome { try await world.perform(.file, item.id, answers(), by: login) }
                    == "not allowed", "\(login)")
            #expect(
                try await outcome { try await world.perform(.decline, item.id, ["reason": "不属实"], by: login) }
                    == "not allowed", "\(login)")
            #expect(try await !todo(login, world).contains(item.id), "\(login) has nothing to do there")
        }
        #expect(try await todo("leader", world).contains(item.id))
        let read = try await world.look("leader") { try Cases.find(item.id, by: $0, in: $1) }
        #expect(!read.body.contains("收了钱") && read.longitude == nil)
    }

    @Test(arguments: ["", "居民反映办事拖拉"])
    func `filing by whoever may not read the words keeps them`(_ wording: String) async throws {
        let world = try await World()
        let item = try await complaint(world, about: "office")
        let proposed = try await world.look("leader") { try Cases.proposedWords(of: item.id, by: $0, in: $1) }
        #expect(
            proposed.body.contains("收了钱不办事") && !proposed.body.contains("赵举报")
                && !proposed.body.contains("501"))
        #expect(!proposed.place.contains("501"))
        try await world.perform(.file, item.id, answers(["shown_words": wording]), by: "leader")
        // A secretary of the community, who is not of the office, may know the complainant.
        let written = try await world.look("lead1") { try Cases.find(item.id, by: $0, in: $1) }
        #expect(written.body == Self.words && written.place == "3号楼2单元501门口")
        let shown = try await world.look("dispatcher") { try Cases.find(item.id, by: $0, in: $1) }
        #expect(shown.body == (wording.isEmpty ? proposed.body : wording) && shown.place == proposed.place)
    }

    @Test func `a second post that covers the office lifts no first post's own line`() async throws {
        let world = try await World()
        try await give("lead1", .auditor, unit: "ps", land: World.town, world)
        let item = try await complaint(world, about: "c1")
        #expect(
            try await outcome { try await world.perform(.decline, item.id, ["reason": "不属实"], by: "lead1") }
                == "not allowed")
        #expect(
            try await outcome { try await world.perform(.file, item.id, answers(), by: "dispatcher") }
                == "done")
    }

    @Test func `the log hides the words of a complaint about a unit that the reader has any post in`()
        async throws
    {
        let world = try await World()
        let item = try await complaint(world, about: "ps")
        func read(_ login: String) async throws -> String {
            var query = Log.Query()
            query.subject = item.subject
            let asked = query
            return try await world.look(login) {
                try Log.lines(asked, for: $0, in: $1).map { "\($0.line.details)" }.joined()
            }
        }
        #expect(try await read("deputy").contains("收了钱"))
        try await give("deputy", .unitWorker, unit: "ps", land: World.town, world)
        #expect(try await !read("deputy").contains("收了钱"))
    }

    @Test func `being named for a case lends no other post's power`() async throws {
        let world = try await World()
        try await give("wy2head", .communityLead, unit: "c2", land: World.c2, world)
        let item = try await world.dispatch(world.filed().id, to: "wy2", "wy2head")
        for verb in [CaseVerb.split, .escalate] {
            let answers = ["title": "另一半", "words": "另一半", "reason": "拖着"]
            #expect(
                try await outcome { try await world.perform(verb, item.id, answers, by: "wy2head") }
                    == "not allowed", "\(verb)")
        }
        #expect(try await outcome { try await world.perform(.accept, item.id, by: "wy2head") } == "done")
        #expect(
            try await outcome { try await world.perform(.note, item.id, ["words": "明天去"], by: "wy2head") }
                == "done")
    }

    @Test func `a report about a unit is not merged into what one of its people has in hand`() async throws {
        let world = try await World()
        let target = try await world.handling()
        try await give("wyworker", .unitWorker, unit: "ps", land: World.town, world)
        let item = try await complaint(world, about: "ps")
        #expect(
            try await outcome {
                try await world.perform(.merge, item.id, ["into": target.number], by: "dispatcher")
            } == "invalid into")
    }

    @Test func `questions about a unit rest with nobody of that unit but the first-in-command`() async throws
    {
        let world = try await World()
        let item = try await complaint(world, about: "office")
        try await world.perform(.file, item.id, answers(), by: "leader")
        _ = try await world.dispatch(item.id, to: "wy", "wyworker", by: "leader")
        try await world.perform(.accept, item.id, by: "wyworker")
        try await world.perform(.extend, item.id, ["days": "1", "reason": "等料"], by: "wyworker")
        #expect(try await world.queues(item.id, .extension) == ["leader"])
    }

    @Test func `whom it is about is changed only with a reason, and the log keeps both`() async throws {
        let world = try await World()
        let item = try await complaint(world, about: "wy", source: .patrol)
        let other = try await world.unit("wy2").text
        #expect(
            try await outcome {
                try await world.perform(
                    .file, item.id, answers(["finding": "", "about_unit": other]), by: "dispatcher")
            } == "invalid finding")
        try await world.perform(.file, item.id, answers(["about_unit": other]), by: "dispatcher")
        let line = try await world.history(of: item.subject).last { $0.kind == "case.file" }
        #expect(line?.details["about_before"] == "安居物业" && line?.details["about"] == "乐居物业")
    }

    @Test
    func `the first-in-command neither takes the complaint from the own unit nor lets others see its photos`()
        async throws
    {
        let world = try await World()
        let item = try await complaint(world, about: "office")
        let other = try await world.unit("wy").text
        let away = try await outcome {
            try await world.perform(.file, item.id, answers(["about_unit": other]), by: "leader")
        }
        #expect(away == "not allowed")
        let photos = try await outcome {
            try await world.perform(.file, item.id, answers(["shown_photos": "1"]), by: "leader")
        }
        #expect(photos == "invalid shown_photos")
    }

    @Test func `nobody merges anything into a complaint about the own unit`() async throws {
        let world = try await World()
        let target = try await complaint(world, about: "office")
        let item = try await world.report()
        let merged = try await outcome {
            try await world.perform(.merge, item.id, ["into": target.number], by: "deputy")
        }
        #expect(merged == "not allowed")
    }

    @Test
    func `a place that was corrected is read by those who go there, and one that was taken out stays out`()
        async throws
    {
        let world = try await World()
        for (place, handler, clerk) in [("新街3号", "新街3号", "新街3号"), ("", "", "3号楼2单元501门口")] {
            let item = try await world.report(Self.words, source: .resident, by: "visitor") {
                ($0.isConfidential, $0.place) = (true, "3号楼2单元501门口")
            }
            try await world.perform(.file, item.id, answers(["place": place]), by: "dispatcher")
            _ = try await world.dispatch(item.id, to: "wy", "wyworker")
            #expect(
                try await world.look("wyworker") { try Cases.find(item.id, by: $0, in: $1).place } == handler)
            #expect(
                try await world.look("dispatcher") { try Cases.find(item.id, by: $0, in: $1).place } == clerk)
        }
    }

    @Test func `a known number tells nobody who complained`() async throws {
        let world = try await World()
        let about = try await world.unit("ps")
        let item = try await world.report("路灯不亮", source: .hotline, by: "dispatcher") {
            ($0.outsideNumber, $0.name, $0.phone, $0.aboutUnit) = ("12345-3", "王芳", "13912345678", about)
        }
        try await world.perform(.file, item.id, answers(), by: "dispatcher")
        _ = try await world.dispatch(item.id, to: "cg", "cgworker")
        try await world.perform(.accept, item.id, by: "cgworker")
        let help = [
            "unit": about.text, "person": try await world.person("psworker").text, "words": "王芳反映的，请说明",
        ]
        try await world.perform(.assist, item.id, help, by: "cgworker")
        for phone in ["13912345678", "13900001111"] {
            let told = try await outcome {
                try await world.report("路灯不亮", source: .hotline, by: "psworker") {
                    ($0.outsideNumber, $0.phone) = ("12345-3", phone)
                }
            }
            #expect(told == "not now")
        }
        let asked = try await world.look("psworker") {
            try Assists.waiting(for: $0, in: $1).items.map(\.request)
        }
        #expect(asked == ["某某反映的，请说明"])
    }

    @Test func `a unit that does not exist is a fault of its field`() async throws {
        let world = try await World()
        #expect(
            try await outcome {
                _ = try await world.report { $0.aboutUnit = ID(milliseconds: 1, random: (1, 1)) }
            } == "invalid about_unit")
    }
}

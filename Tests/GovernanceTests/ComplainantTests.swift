import Rules
import Testing

@testable import Governance

/// Who complained is for those who need to know.
struct ComplainantTests {
    private func complaint(_ world: World, confidential: Bool = false, about unit: String? = nil) async throws
        -> Case
    {
        var about: ID<Governance.Unit>?
        if let unit { about = try await world.unit(unit) }
        let (id, hidden) = (about, confidential)
        return try await world.report("物业半个月没拖过楼道", source: .hotline, by: "dispatcher") {
            ($0.name, $0.phone, $0.aboutUnit, $0.isConfidential) = ("王芳", "13812345678", id, hidden)
        }
    }
    private func sent(_ item: Case, _ world: World) async throws -> Case {
        try await world.perform(
            .file, item.id, ["category": "property.cleaning", "territory": World.g11, "finding": "属实"],
            by: "dispatcher")
        return try await world.dispatch(item.id, to: "wy", "wyworker", standIn: "cgworker")
    }
    private func names(_ id: ID<Case>, _ login: String, _ world: World) async throws -> [String] {
        try await world.look(login) {
            try Complainants.of(try Cases.find(id, by: $0, in: $1), for: $0, in: $1).map {
                "\($0.name) \($0.maskedPhone)"
            }
        }
    }
    private func unmask(_ id: ID<Case>, _ reason: String, _ login: String, _ world: World) async throws
        -> String
    {
        let person = try #require(
            try await world.look("clockwork") { _, books in
                try Complainants.of(
                    try Cases.find(id, by: world.actor("dispatcher", books), in: books),
                    for: world.actor("dispatcher", books), in: books
                ).first
            })
        let now = world.now
        return try await world.act(login) {
            try Complainants.unmask(person.id, of: id, reason: reason, by: $0, at: now, in: $1)
        }
    }

    @Test func `numbers are masked until somebody says why`() async throws {
        let world = try await World()
        let item = try await sent(complaint(world), world)
        for login in ["dispatcher", "wyworker", "lead1", "checker"] {
            #expect(try await names(item.id, login, world) == ["王芳 138****5678"])
        }
        #expect(try await names(item.id, "auditor", world) == [], "nothing follows from auditing")
    }

    @Test func `unmasking needs a reason and is logged with it and without the number`() async throws {
        let world = try await World()
        let item = try await sent(complaint(world), world)
        let before = try await world.look { try $1.version(of: World.county) }
        #expect(try await outcome { try await unmask(item.id, " ", "dispatcher", world) } == "invalid reason")
        #expect(try await world.look { try $1.version(of: World.county) } == before)
        #expect(try await unmask(item.id, "约时间上门", "dispatcher", world) == "13812345678")
        var query = Log.Query()
        query.kind = "person.unmask"
        let asked = query
        let lines = try await world.log(asked)
        #expect(lines.map(\.name.zh) == ["戴调度"])
        #expect(lines.first?.details["words"] == "约时间上门")
        #expect(lines.first?.body.contains("13812345678") == false)
    }

    @Test func `the unit complained about never sees who complained`() async throws {
        let world = try await World()
        let item = try await complaint(world, about: "wy")
        #expect(
            try await outcome { _ = try await sent(item, world) } == "invalid unit",
            "it is not given to whom it complains about")
        _ = try await world.dispatch(item.id, to: "cg", "cgworker")
        for login in ["wyworker", "wyhead"] {
            #expect(try await outcome { _ = try await names(item.id, login, world) } == "not found")
            #expect(try await outcome { try await unmask(item.id, "想问问", login, world) } == "not found")
        }
        #expect(try await names(item.id, "dispatcher", world).count == 1)
    }

    @Test func `who asked not to be shown is not shown to those who handle it`() async throws {
        let world = try await World()
        let item = try await sent(complaint(world, confidential: true), world)
        for login in ["wyworker", "wyhead", "cgworker"] {
            #expect(try await names(item.id, login, world) == [])
            #expect(try await outcome { try await unmask(item.id, "想问问", login, world) } == "not found")
        }
        #expect(try await names(item.id, "checker", world).count == 1)
    }

    @Test(arguments: [true, false])
    func `merging takes the protection of a complainant along`(_ confidential: Bool) async throws {
        let world = try await World()
        let target = try await world.handling()
        let item = try await complaint(world, confidential: confidential, about: confidential ? nil : "wy")
        guard confidential else {
            #expect(
                try await outcome {
                    try await world.perform(.merge, item.id, ["into": target.number], by: "dispatcher")
                } == "invalid into")
            return
        }
        try await world.perform(.merge, item.id, ["into": target.number], by: "dispatcher")
        for login in ["wyworker", "wyhead"] { #expect(try await names(target.id, login, world) == []) }
        #expect(try await names(target.id, "dispatcher", world).count == 1)
    }

    @Test func `an assisting unit that was complained about sees nobody either`() async throws {
        let world = try await World()
        let item = try await complaint(world, about: "ps")
        _ = try await sent(item, world)
        try await world.perform(.accept, item.id, by: "wyworker")
        let answers = [
            "unit": try await world.unit("ps").text, "person": try await world.person("psworker").text,
            "words": "请协助",
        ]
        try await world.perform(.assist, item.id, answers, by: "wyworker")
        #expect(try await names(item.id, "psworker", world) == [])
    }

    @Test func `no line about a case carries a number or the complainant's name`() async throws {
        let world = try await World()
        let item = try await sent(complaint(world), world)
        try await world.perform(.accept, item.id, by: "wyworker")
        let bodies = try await world.history(of: item.subject).map(\.body).joined()
        #expect(!bodies.contains("13812345678"))
        #expect(!bodies.contains("王芳"))
    }

    @Test func `residents see what happened and no person`() async throws {
        let world = try await World()
        let item = try await sent(complaint(world), world)
        try await world.perform(.note, item.id, ["words": "内部说明"], by: "dispatcher")
        try await world.perform(.note, item.id, ["words": "给您的说明", "is_public": "1"], by: "dispatcher")
        let lines = try await world.look { try PublicLookUp.history(of: item, county: World.county, in: $1) }
        #expect(lines.map(\.kind) == ["case.report", "case.file", "case.dispatch", "case.note"])
        #expect(lines.last?.details["words"] == "给您的说明")
    }
}

import Engines
import Governance
import Rules
import Store
import Testing

/// Two pairs of eyes for power.
struct PowerRequestTests {
    private let day = Day("2019-03-05")!

    private func ask(
        _ login: String, _ code: String, standIn: Bool = false, by asker: String = "admin", _ world: World
    ) async throws -> Tenures.Appointment {
        let (person, now, day) = (try await world.person(login), world.now, self.day)
        return try await world.act(asker) { actor, books in
            try Tenures.begin(
                person, in: world.post(code, books), isStandIn: standIn, from: day, by: actor, at: now,
                in: books)
        }
    }
    private func waiting(_ login: String, _ code: String, standIn: Bool = false, _ world: World) async throws
        -> ID<PowerRequest>
    {
        guard case .waits(let id) = try await ask(login, code, standIn: standIn, world) else {
            throw Refusal.notFound
        }
        return id
    }
    private func settle(
        _ ids: [ID<PowerRequest>], granted: Bool = true, _ answer: String = "", by login: String,
        _ world: World
    ) async throws -> String {
        let now = world.now
        return try await outcome {
            try await world.act(login) {
                try PowerRequests.settle(ids, granted: granted, answer: answer, by: $0, at: now, in: $1)
            }
        }
    }
    private func holds(_ login: String, _ kind: PostKind, _ world: World) async throws -> Bool {
        let (person, day) = (try await world.person(login), self.day)
        return try await world.look {
            try Tenures.actor(person, of: World.county, on: day, in: $1).seats.contains { $0.kind == kind }
        }
    }

    @Test func `an appointment holds once somebody else confirms it`() async throws {
        let world = try await World()
        let id = try await waiting("grid11", "checker", world)
        #expect(try await holds("grid11", .checker, world) == false)
        #expect(try await settle([id], by: "admin", world) == "not allowed", "who asked does not confirm")
        #expect(try await settle([id], by: "grid11", world) == "not allowed", "who gets it does not confirm")
        #expect(try await settle([id], by: "dispatcher", world) == "not allowed", "nor who decides nothing")
        #expect(try await settle([id], by: "leader", world) == "done")
        #expect(try await holds("grid11", .checker, world))
        #expect(try await settle([id], by: "leader", world) == "not now", "once")
    }

    @Test(arguments: PostKind.allCases) func `every kind of post is given by one and confirmed by another`(
        _ kind: PostKind
    ) async throws {
        #expect(!Power.of(kind).isDisjoint(with: PowerRequests.powers), "\(kind) would be given by one alone")
    }

    @Test
    func `nobody appoints themselves, nor confirms what they get, nor by a post held in another's place`()
        async throws
    {
        let world = try await World()
        #expect(try await outcome { _ = try await ask("admin", "leader", world) } == "not allowed")
        let deputy = try await waiting("deputy", "leader", standIn: true, world)
        #expect(try await settle([deputy], by: "deputy", world) == "not allowed")
        #expect(try await settle([deputy], by: "leader", world) == "done")
        // A shadow that stands in for the leader decides cases, and confirms nothing.
        let (shadow, now) = (try await world.person("grid21"), world.now)
        _ = try await world.act("clockwork") { actor, books in
            try Tenures.begin(
                shadow, in: world.post("leader", books), isStandIn: true, from: Day("2019-03-04")!, by: actor,
                at: now, in: books)
        }
        let id = try await waiting("grid11", "deputy", world)
        #expect(try await settle([id], by: "grid21", world) == "not allowed")
    }

    @Test func `what is sent back says why and gives nothing, and who asked may withdraw`() async throws {
        let world = try await World()
        let (first, second) = (
            try await waiting("grid11", "checker", world), try await waiting("grid21", "checker", world)
        )
        #expect(try await settle([first], granted: false, by: "leader", world) == "invalid answer")
        #expect(try await settle([first], granted: false, "人不对", by: "leader", world) == "done")
        #expect(try await settle([second], granted: false, "撤回", by: "admin", world) == "done")
        for login in ["grid11", "grid21"] { #expect(try await holds(login, .checker, world) == false) }
        #expect(try await world.look { try PowerRequests.count(for: $0, in: $1) } == 0)
    }

    @Test func `a post that changed since is not confirmed as what it was`() async throws {
        let world = try await World()
        let id = try await waiting("grid11", "checker", world)
        let now = world.now
        try await world.act("clockwork") { actor, books in
            let old = try Posts.find(world.post("checker", books), for: World.clockwork, in: books)
            try Posts.change(
                old.id,
                to: .init(
                    code: old.code, titleZh: "副书记", titleEn: "", kind: .deputy, unit: old.unit,
                    territory: old.territory, reportsTo: old.reportsTo),
                by: actor, at: now, in: books)
        }
        #expect(try await settle([id], by: "leader", world) == "not now")
        #expect(try await holds("grid11", .deputy, world) == false)
    }

    @Test func `a held post gets more power only when somebody else confirms it, and its title at once`()
        async throws
    {
        let world = try await World()
        let now = world.now
        func change(_ title: String, _ kind: PostKind) async throws -> ID<PowerRequest>? {
            try await world.act("admin") { actor, books in
                let old = try Posts.find(world.post("checker", books), for: World.clockwork, in: books)
                return try Posts.change(
                    old.id,
                    to: .init(
                        code: old.code, titleZh: title, titleEn: "", kind: kind, unit: old.unit,
                        territory: old.territory, reportsTo: old.reportsTo),
                    by: actor, at: now, in: books)
            }
        }
        #expect(try await change("督查员", .checker) == nil)
        let id = try #require(try await change("督查员", .deputy))
        #expect(try await holds("checker", .deputy, world) == false)
        #expect(try await settle([id], by: "checker", world) == "not allowed")
        #expect(try await settle([id], by: "leader", world) == "done")
        #expect(try await holds("checker", .deputy, world))
    }

    @Test func `a second factor is taken away by two`() async throws {
        let world = try await World()
        let now = world.now
        _ = try await world.office.database.write {
            try $0.run(
                """
                UPDATE account SET factor = \(Array("x".utf8)) WHERE county = \(World.county)
                    AND login = \("grid11")
                """
            )
        }
        let id = try await world.act("admin") {
            try PowerRequests.askToClearFactor(of: "grid11", reason: "手机丢了", by: $0, at: now, in: $1)
        }
        #expect(
            try await world.account("grid11")?.hasFactor
                == true)
        #expect(try await settle([id], by: "deputy", world) == "done")
        #expect(
            try await world.account("grid11")?.hasFactor
                == false)
        #expect(
            try await outcome {
                try await world.act("admin") {
                    try PowerRequests.askToClearFactor(of: "admin", reason: "x", by: $0, at: now, in: $1)
                }
            }
                != "done")
    }

    @Test func `who set the other's password neither asks nor confirms with them`() async throws {
        let world = try await World()
        let now = world.now
        let good = try await Password.make("three blue umbrellas", cost: 4, chance: world.office.chance)
        for login in ["leader", "deputy"] {
            try await world.act("clockwork") { try Accounts.set(good, for: login, by: $0, at: now, in: $1) }
        }
        let (unit, person, day) = (
            try await world.unit("office"), try await world.person("leader"), Zone.china.day(of: now)
        )
        try await world.act("clockwork") { actor, books in
            let post = try Posts.add(
                .init(
                    code: "admin2", titleZh: "管理员二", titleEn: "", kind: .administrator, unit: unit,
                    territory: World.town, reportsTo: nil), since: day,
                by: actor, at: now, in: books)
            _ = try Tenures.begin(
                person, in: post, isStandIn: false, from: day, by: actor, at: now, in: books)
        }
        // The administrator sets the leader's password and could ask as the leader.
        try await world.act("admin") { try Accounts.set(good, for: "leader", by: $0, at: now, in: $1) }
        guard case .waits(let asked) = try await ask("grid11", "checker", by: "leader", world) else {
            throw Refusal.notFound
        }
        #expect(try await settle([asked], by: "admin", world) == "not now")
        #expect(try await settle([asked], by: "deputy", world) == "done")
        // Nor do two whose passwords the same one set.
        try await world.act("admin") { try Accounts.set(good, for: "deputy", by: $0, at: now, in: $1) }
        guard case .waits(let second) = try await ask("grid12", "checker", by: "leader", world) else {
            throw Refusal.notFound
        }
        #expect(try await settle([second], by: "deputy", world) == "not now")
    }

    @Test func `in a new office the first who can confirm holds at once, and everybody else waits`()
        async throws
    {
        let now = at("2019-03-04", "09:00")
        let office = Office(
            database: try await Engine.migrated(), clock: Clock { now }, chance: .seeded(3),
            registryKey: RegistryKey(secret: Array(0..<32)))
        _ = try await office.migrate()
        let password = try await Password.make("three blue umbrellas", cost: 4, chance: office.chance)
        let held = try await office.write { books -> [Bool] in
            let draft = Offices.Draft(
                county: World.county, countyName: "涧西区", nameZh: "长安路街道办事处", nameEn: "", townCode: World.town,
                townName: "长安路街道办事处", prefix: "CAL")
            let profile = try Offices.found(
                draft, administrator: (login: "admin", name: "管理员", password: password), at: now, in: books)
            let day = Zone.china.day(of: now)
            let account = try #require(try Accounts.find(login: "admin", for: World.clockwork, in: books))
            let admin = try Tenures.actor(account.person, of: World.county, on: day, in: books)
            let unit = try #require(try Units.find(code: "office", for: World.clockwork, in: books)).id
            func holds(_ kind: PostKind) throws -> Bool {
                let post = try Posts.add(
                    .init(
                        code: kind.rawValue, titleZh: kind.words.zh, titleEn: "", kind: kind, unit: unit,
                        territory: profile.territory.id, reportsTo: nil),
                    since: day, by: admin, at: now, in: books)
                let person = try Tenures.addPerson(
                    name: kind.words.zh, phone: "", by: admin, at: now, in: books)
                if case .holds = try Tenures.begin(
                    person, in: post, isStandIn: false, from: day, by: admin, at: now, in: books)
                {
                    return true
                }
                return false
            }
            return [try holds(.gridWorker), try holds(.leader), try holds(.deputy)]
        }
        #expect(held == [false, true, false])
    }

    @Test func `two who can confirm stay two`() async throws {
        let world = try await World()
        let now = world.now
        func end(_ login: String) async throws -> String {
            let person = try await world.person(login)
            return try await outcome {
                try await world.act("admin") { actor, books in
                    let tenure = try #require(
                        try Tenures.all(for: World.clockwork, on: Day("2019-03-04")!, in: books).first {
                            $0.person == person
                        })
                    try Tenures.end(tenure.id, on: Day("2019-03-05")!, by: actor, at: now, in: books)
                }
            }
        }
        let good = try await Password.make("three blue umbrellas", cost: 4, chance: world.office.chance)
        for login in ["leader", "deputy"] {
            try await world.act("clockwork") { try Accounts.set(good, for: login, by: $0, at: now, in: $1) }
        }
        #expect(try await end("deputy") == "done", "leader and administrator are left")
        #expect(try await end("leader") == "not now")
        #expect(
            try await outcome {
                try await world.act("admin") { try Accounts.close("leader", by: $0, at: now, in: $1) }
            } == "not now")
    }
}

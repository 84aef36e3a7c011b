import Governance
import Rules
import Testing

/// Which post may do what, and which cases it can see at all.
struct PowerTests {
    /// The grid that the office agreed to, a letter a power in the order of `Power.allCases`.
    private let agreed: [(PostKind, String)] = [
        //                  R F D H C B E ! N U f L G K P V W A
        (.leader, "R F D . C B E ! N U f L G . P . W ."),
        (.deputy, "R F D . C B E ! N U f L G . P . W ."),
        (.dispatcher, "R F D . C B E . N U f . G K P . W ."),
        (.checker, "R . . . C B . . N U f . . . . . . ."),
        (.communityLead, "R F D H C B E . N U f . . . . . . ."),
        (.communityStaff, "R F D H C B E . N U f . . . . . . ."),
        (.gridWorker, "R . . H C . . . N U . . . . . V . ."),
        (.unitLead, "R . . H . . . . N U f . . . . . . ."),
        (.unitWorker, "R . . H . . . . N U . . . . . . . ."),
        (.townSecretary, "R F D H C B E . N U f . G K P V . ."),
        (.townMayor, "R F D H C B E . N U f . G K P V . ."),
        (.townDeputy, "R F D H C B . . N U f . G K . V . ."),
        (.townCadre, "R F D H C B . . N U f . G K . V . ."),
        (.villageSecretary, "R F D H C B . . N U f . G K . V . ."),
        (.villageDirector, "R . . H C . . . N U . . G K . V . ."),
        (.firstSecretary, "R . . H C . . . N U . . G K . V . ."),
        (.attackLeader, "R . . H C . . . N U . . G K . V . ."),
        (.villageCadre, "R . . H C . . . N U . . G K . V . ."),
        (.supportHead, "R . . H . . . . N U f . G . . V . ."),
        (.helper, "R . . H . . . . N U . . G K . V . ."),
        (.auditor, ". . . . . . . . . . f L G . . . . ."),
        (.administrator, ". . . . . . . . . . . L . . . . . A"),
    ]
    private let letters: [Power: String] = [
        .reportCase: "R", .fileCase: "F", .dispatchCase: "D", .handleCase: "H", .checkCase: "C",
        .callBack: "B",
        .escalateCase: "E", .decide: "!", .note: "N", .unmask: "U", .readFigures: "f", .readLog: "L",
        .readRegister: "G", .keepRegister: "K", .approveChange: "P", .visit: "V", .evaluate: "W",
        .administer: "A",
    ]

    @Test func `powers follow from posts as agreed`() {
        for kind in PostKind.allCases {
            let row = Power.allCases.map { Power.of(kind).contains($0) ? letters[$0] ?? "?" : "." }.joined(
                separator: " ")
            #expect(row == agreed.first { $0.0 == kind }?.1, "\(kind)")
        }
        #expect(agreed.count == PostKind.allCases.count)
    }

    @Test func `who is not signed in may report and nothing else`() async throws {
        let world = try await World()
        let item = try await world.report(source: .resident, by: "visitor")
        for verb in CaseVerb.allCases {
            #expect(
                try await outcome {
                    try await world.perform(
                        verb, item.id, ["words": "x", "reason": "x", "finding": "x"], by: "visitor")
                } == "not found")
        }
        #expect(
            try await outcome { try await world.report(source: .hotline, by: "visitor") } == "sign in first")
    }

    @Test func `an auditor and an administrator change no case`() async throws {
        let world = try await World()
        let item = try await world.report()
        for login in ["auditor", "admin"] {
            for verb in CaseVerb.allCases {
                let words = try await outcome {
                    try await world.perform(
                        verb, item.id, ["words": "x", "reason": "x", "finding": "x"], by: login)
                }
                #expect(
                    ["not allowed", "not found", "not now"].contains(words), "\(login) \(verb): \(words)")
            }
            #expect(try await outcome { try await world.report(by: login) } == "not allowed")
        }
        #expect(try await world.find(item.id).version == 1)
    }

    private func sees(_ login: String, _ id: ID<Case>, _ world: World) async throws -> Bool {
        try await outcome { try await world.look(login) { try Cases.find(id, by: $0, in: $1) } } == "done"
    }

    @Test func `a grid worker sees the own grid and not the neighbour's`() async throws {
        let world = try await World()
        let (mine, other) = (try await world.filed(), try await world.filed(territory: World.g12))
        #expect(try await sees("grid11", mine.id, world))
        #expect(try await sees("grid11", other.id, world) == false)
        #expect(try await sees("lead1", other.id, world))
        #expect(try await sees("lead2", other.id, world) == false)
        #expect(
            try await outcome { try await world.perform(.note, other.id, ["words": "x"], by: "grid11") }
                == "not found")
    }

    @Test func `a grid worker does not see the neighbour grid even when the community's own unit handles it`()
        async throws
    {
        let world = try await World()
        let other = try await world.dispatch(world.filed(territory: World.g12).id, to: "c1", "grid12")
        #expect(try await sees("grid12", other.id, world))
        #expect(try await sees("lead1", other.id, world))
        #expect(try await sees("grid11", other.id, world) == false)
    }

    @Test func `a property company sees what it was given and nothing else`() async throws {
        let world = try await World()
        let (given, other) = (try await world.handling(), try await world.filed())
        #expect(try await sees("wyhead", given.id, world))
        #expect(try await sees("wyhead", other.id, world) == false)
        #expect(try await sees("wy2head", given.id, world) == false)
        let now = world.now
        let list = try await world.look("wyhead") { try Cases.list(CaseQuery(), for: $0, at: now, in: $1) }
        #expect(list.lines.map(\.id) == [given.id])
        #expect(list.total == 1)
    }

    @Test func `who was asked to assist sees that case`() async throws {
        let world = try await World()
        let item = try await world.handling()
        #expect(try await sees("psworker", item.id, world) == false)
        let answers = [
            "unit": try await world.unit("ps").text, "person": try await world.person("psworker").text,
            "words": "请到场",
        ]
        try await world.perform(.assist, item.id, answers, by: "wyworker")
        #expect(try await sees("psworker", item.id, world))
        #expect(try await sees("pshead", item.id, world) == false)
    }

    @Test func `who reported a case goes on seeing it`() async throws {
        let world = try await World()
        let item = try await world.report(territory: World.g21, by: "grid11")
        #expect(try await sees("grid11", item.id, world))
    }

    @Test func `a dispatcher of one community files nothing into another one`() async throws {
        let world = try await World()
        let item = try await world.report(territory: World.g11, by: "grid11")
        let answers = ["category": World.corridor, "territory": World.g21]
        #expect(
            try await outcome { try await world.perform(.file, item.id, answers, by: "lead1") }
                == "not allowed")
        #expect(try await world.perform(.file, item.id, answers, by: "dispatcher").territory == World.g21)
    }

    @Test func `what the buttons offer is what the verbs take`() async throws {
        let world = try await World()
        for item in [
            try await world.report(), try await world.filed(), try await world.handling(),
            try await world.handled(), try await world.closed(),
        ] {
            for login in [
                "leader", "dispatcher", "checker", "lead1", "grid11", "wyworker", "wyhead", "cgworker",
                "auditor",
            ] {
                let now = world.now
                let offered = try await world.look(login) { actor, books -> Set<CaseVerb> in
                    guard let seen = try? Cases.find(item.id, by: actor, in: books) else { return [] }
                    return Set(try Cases.possible(seen, for: actor, at: now, in: books).map(\.verb))
                }
                for verb in CaseVerb.allCases where !offered.contains(verb) {
                    let words = try await outcome { try await world.perform(verb, item.id, by: login) }
                    #expect(
                        ["not allowed", "not found", "not now"].contains(words),
                        "\(login) \(verb) \(item.state): \(words)")
                }
            }
        }
    }
}

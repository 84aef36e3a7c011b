import Governance
import Rules
import Testing

/// What is done only to see whether it is refused, and taken back.
private struct TakenBack: Error {}

extension World {
    /// What each of some people is offered, as "login verb". Every verb is tried by everybody with good
    /// answers and taken back: what is offered has to succeed, and everything else to be refused. Who may not
    /// see the record is offered nothing.
    fileprivate func offered<Record: LifecycleRecord>(
        _ logins: [String],
        of inquiry: @escaping @Sendable (Actor, Instant, Books) throws -> Inquiry<Record>,
        trying attempt: @escaping @Sendable (Record.Verb, Actor, Instant, Books) throws -> Void
    ) async throws -> [String] {
        let now = self.now
        var offered: [String] = []
        for login in logins {
            let possible = try await look(login) { actor, books -> Set<Record.Verb> in
                do {
                    return Set(try inquiry(actor, now, books).possible.map(\.verb))
                } catch is Refusal {
                    return []
                }
            }
            for verb in Record.Verb.allCases {
                let said = try await outcome {
                    do {
                        try await self.act(login) { actor, books -> Void in
                            try attempt(verb, actor, now, books)
                            throw TakenBack()
                        }
                    } catch is TakenBack {}
                }
                #expect((said == "done") == possible.contains(verb), "\(login) \(verb.rawValue): \(said)")
                if possible.contains(verb) { offered.append("\(login) \(verb.rawValue)") }
            }
        }
        return offered
    }

    /// Every mark of the self-evaluation of a community.
    fileprivate func markAll(_ team: String) async throws {
        let sheet = try await sheet("self", team)
        let (grids, login) =
            team == "一" ? ([World.g11, World.g12], "lead1") : ([World.g21, World.g22], "lead2")
        for grid in grids { try #require(try await mark(sheet, grid, 8, by: login) == "done") }
    }
    /// Both communities hand their self-evaluation in.
    fileprivate func handIn() async throws {
        for (team, login) in [("一", "lead1"), ("二", "lead2")] {
            try await markAll(team)
            try #require(try await submit(sheet("self", team), by: login) == "done")
        }
    }
    fileprivate func done(
        _ login: String, _ body: @escaping @Sendable (Actor, Instant, Books) throws -> Void
    ) async throws {
        try #require(try await ledger(login, body) == "done")
    }
}

@Suite struct `A sheet, a round and a sample offer what their verbs do, and nothing else` {
    private func isWhole<Record: LifecycleRecord>(_ record: Record.Type) -> Bool {
        Record.lifecycle.map(\.verb) == Array(Record.Verb.allCases)
    }

    @Test func `each verb has one line in its table`() {
        #expect(
            isWhole(ScoreSheet.self) && isWhole(EvaluationRound.self) && isWhole(Sample.self)
                && isWhole(SampleItem.self))
    }

    private func sheet(_ world: World) async throws -> [String] {
        let id = try await world.sheet("self", "一").id
        let (one, other) = (try await world.person("staff1"), try await world.person("grid11"))
        let unit = try await world.look("clockwork") { try "grid:\(world.land(World.g12, $1))" }
        return try await world.offered(
            ["lead1", "grid11", "lead2", "dispatcher", "leader", "auditor", "wyworker"],
            of: { actor, now, books -> Inquiry<ScoreSheet> in
                let day = Zone.china.day(of: now)
                return try ScoreSheets.open(id, for: actor, on: day, in: books)
                    .inquiry(for: actor, at: now, on: day)
            },
            trying: { verb, actor, now, books in
                switch verb {
                case .mark:
                    try ScoreSheets.mark(
                        [.init(unit: unit, indicator: "work", mark: 7, why: "看过")], on: id, by: actor,
                        at: now, in: books)
                case .submit: try ScoreSheets.submit(id, by: actor, at: now, in: books)
                case .reopen: try ScoreSheets.reopen(id, why: "漏了一格", by: actor, at: now, in: books)
                case .appoint: try ScoreSheets.appoint(one, to: id, by: actor, at: now, in: books)
                case .dismiss: try ScoreSheets.dismiss(other, from: id, by: actor, at: now, in: books)
                }
            })
    }

    @Test func `a sheet is marked and handed in by its team, and its team is made by others`() async throws {
        let world = try await World()
        _ = try await world.assessment()
        let team = ["dispatcher appoint", "dispatcher dismiss", "leader appoint", "leader dismiss"]
        #expect(try await sheet(world) == ["lead1 mark", "grid11 mark"] + team)
        try await world.markAll("一")
        #expect(
            try await sheet(world) == ["lead1 mark", "lead1 submit", "grid11 mark", "grid11 submit"] + team)
        try #require(try await world.submit(world.sheet("self", "一"), by: "lead1") == "done")
        #expect(try await sheet(world) == ["leader reopen"])
        try await world.markAll("二")
        try #require(try await world.submit(world.sheet("self", "二"), by: "lead2") == "done")
        try #require(try await world.judge("self") == "done")
        #expect(try await sheet(world) == [])
    }

    @Test func `who runs the evaluation is not offered to come into a team or to leave it`() async throws {
        let world = try await World()
        _ = try await world.assessment()
        let id = try await world.sheet("sampled").id
        let (own, checker) = (try await world.person("dispatcher"), try await world.person("checker"))
        func offers() async throws -> (can: Set<ID<Person>>, out: [ID<Person>]) {
            let now = world.now
            return try await world.look("dispatcher") { actor, books in
                let day = Zone.china.day(of: now)
                let inquiry = try ScoreSheets.open(id, for: actor, on: day, in: books)
                    .inquiry(for: actor, at: now, on: day)
                return (
                    Set(try ScoreSheets.candidates(for: inquiry, in: books).map(\.id)),
                    inquiry.dismissible.map(\.id)
                )
            }
        }
        let before = try await offers()
        #expect(!before.can.isEmpty && !before.can.contains(own) && before.out == [checker])
        try await world.done("deputy") {
            try ScoreSheets.appoint(own, to: id, by: $0, at: $1, in: $2)
            try ScoreSheets.dismiss(checker, from: id, by: $0, at: $1, in: $2)
        }
        #expect(try await offers().out == [])
        #expect(
            try await world.ledger("dispatcher") {
                try ScoreSheets.dismiss(own, from: id, by: $0, at: $1, in: $2)
            } == "not allowed")
    }

    private func round(_ layer: String, _ world: World) async throws -> [String] {
        let round = try await world.round(layer)
        return try await world.offered(
            ["dispatcher", "leader", "checker", "lead1", "visitor"],
            of: { actor, now, books -> Inquiry<EvaluationRound> in
                let all = try Assessments.rounds(of: round.assessment, for: World.clockwork, in: books)
                let inquiries = try Judgement.inquiries(all, for: actor, at: now, in: books)
                return try #require(inquiries.first { $0.record.id == round.id })
            },
            trying: { _, actor, now, books in try Judgement.judge(round.id, by: actor, at: now, in: books) })
    }

    @Test func `a round is judged once, after the one before it, with nothing left open`() async throws {
        let world = try await World()
        _ = try await world.closed()
        _ = try await world.assessment()
        #expect(try await round("self", world) == [])
        #expect(try await round("mutual", world) == [])
        try await world.handIn()
        let whole = ["dispatcher judge", "leader judge"]
        #expect(try await round("self", world) == whole)
        let (id, checker) = (try await world.round("self").id, try await world.person("checker"))
        let sample = try await world.act("dispatcher") { [now = world.now] actor, books in
            let sample = try Samples.commit(
                .init(.cases, round: id, design: .simple, size: 1), by: actor, at: now, in: books)
            try Samples.draw(sample.id, by: actor, at: now, in: books)
            try Samples.assign(sample.id, to: [checker], by: actor, at: now, in: books)
            return sample.id
        }
        #expect(try await round("self", world) == [])
        try await world.done("checker") {
            try Samples.find(.init(.answered, isRight: true), at: 1, of: sample, by: $0, at: $1, in: $2)
        }
        #expect(try await round("self", world) == whole)
        #expect(try await round("mutual", world) == [])
        try #require(try await world.judge("self") == "done")
        #expect(try await round("self", world) == [])
        #expect(try await round("mutual", world) == [])
    }

    private static let people = ["dispatcher", "leader", "auditor", "checker", "lead1"]

    private func sample(_ id: ID<Sample>, _ world: World) async throws -> [String] {
        let checker = try await world.person("checker")
        return try await world.offered(
            Self.people,
            of: { actor, now, books -> Inquiry<Sample> in
                let (sample, items) = try Samples.read(id, for: .system(of: actor.county), in: books)
                return try Samples.inquiry(sample, items, for: actor, at: now, in: books)
            },
            trying: { verb, actor, now, books in
                switch verb {
                case .draw: try Samples.draw(id, by: actor, at: now, in: books)
                case .assign: try Samples.assign(id, to: [checker], by: actor, at: now, in: books)
                }
            })
    }
    private func item(_ number: Int, of id: ID<Sample>, _ world: World) async throws -> [String] {
        try await world.offered(
            Self.people,
            of: { actor, now, books -> Inquiry<SampleItem> in
                let items = try Samples.read(id, for: .system(of: actor.county), in: books).items
                let inquiries = try Samples.inquiries(
                    items.map { (sample: id, item: $0) }, for: actor, at: now, in: books)
                return try #require(inquiries.first { $0.record.number == number })
            },
            trying: { verb, actor, now, books in
                switch verb {
                case .find:
                    try Samples.find(.init(.unreachable), at: number, of: id, by: actor, at: now, in: books)
                case .replace: try Samples.replace(number, why: "没人", of: id, by: actor, at: now, in: books)
                }
            })
    }

    @Test func `a sample is drawn once and shared out, and an item is looked at once and replaced in vain`()
        async throws
    {
        let world = try await World()
        for _ in 0..<3 { _ = try await world.closed() }
        let (now, checker) = (world.now, try await world.person("checker"))
        func commit(_ draft: Samples.Draft) async throws -> ID<Sample> {
            try await world.act("dispatcher") { try Samples.commit(draft, by: $0, at: now, in: $1).id }
        }
        func draw(_ id: ID<Sample>) async throws {
            try await world.done("dispatcher") { try Samples.draw(id, by: $0, at: $1, in: $2) }
        }
        func assign(_ id: ID<Sample>) async throws {
            try await world.done("dispatcher") {
                try Samples.assign(id, to: [checker], by: $0, at: $1, in: $2)
            }
        }
        func find(_ finding: Samples.Finding, _ number: Int, _ id: ID<Sample>) async throws {
            try await world.done("checker") {
                try Samples.find(finding, at: number, of: id, by: $0, at: $1, in: $2)
            }
        }
        let replacing = ["dispatcher replace", "leader replace"]

        let id = try await commit(.init(.cases, design: .simple, size: 2))
        #expect(try await sample(id, world) == ["dispatcher draw", "leader draw"])
        try await draw(id)
        #expect(try await sample(id, world) == ["dispatcher assign", "leader assign"])
        #expect(try await item(1, of: id, world) == [], "nobody was asked yet")
        try await assign(id)
        #expect(try await sample(id, world) == [])
        #expect(try await item(1, of: id, world) == ["checker find"])
        try await find(.init(.unreachable), 1, id)
        try await find(.init(.answered, isRight: true), 2, id)
        #expect(try await item(1, of: id, world) == replacing)
        #expect(try await item(2, of: id, world) == [])
        try await world.done("leader") { try Samples.replace(1, why: "没人", of: id, by: $0, at: $1, in: $2) }
        #expect(try await item(1, of: id, world) == [])
        #expect(try await item(3, of: id, world) == [])
        #expect(try await sample(id, world) == ["dispatcher assign", "leader assign"])
        try await assign(id)
        try await find(.init(.refused), 3, id)
        #expect(try await item(3, of: id, world) == [], "the frame has nothing left")

        let bySize = try await commit(.init(.cases, design: .pps, size: 1))
        try await draw(bySize)
        try await assign(bySize)
        try await find(.init(.refused), 1, bySize)
        #expect(try await item(1, of: bySize, world) == [])
    }

    @Test func `what was drawn for a judged round is not looked at any more`() async throws {
        let world = try await World()
        _ = try await world.closed()
        _ = try await world.assessment()
        let (now, checker) = (world.now, try await world.person("checker"))
        let round = try await world.round("self").id
        let id = try await world.act("dispatcher") {
            try Samples.commit(.init(.cases, round: round, size: 1), by: $0, at: now, in: $1).id
        }
        func ready() async throws -> Int {
            try await world.look("checker") { try Samples.ready(for: $0, at: now, in: $1).count }
        }
        try await world.handIn()
        try #require(try await world.judge("self") == "done")
        try await world.done("dispatcher") {
            try Samples.draw(id, by: $0, at: $1, in: $2)
            try Samples.assign(id, to: [checker], by: $0, at: $1, in: $2)
        }
        #expect(try await item(1, of: id, world) == [])
        #expect(try await ready() == 0)
    }
}

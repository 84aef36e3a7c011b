import Crypto
import Foundation
import Governance
import Rules
import Store
import Testing

/// An evaluation of the world's four grids: their communities mark them, the communities each other, the
/// office by samples.
extension World {
    private static let basis = "basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}"
    static let evaluation = """
        evaluation: grids
        version: 1
        title: {zh: 评, en: Evaluation}
        document: {zh: 文, en: Document}
        in force: {from: 2019-01-01, until: 2019-06-30}
        judged: once
        deadlines:
          objections: {title: {zh: 异, en: Objections}, \(basis), about: objection, within: {work days: 3}}
          replies: {title: {zh: 复, en: Replies}, \(basis), about: reply, within: {work days: 2}}
          checks: {title: {zh: 查, en: Checks}, \(basis), about: check, within: {calendar days: 7}}
        layers:
          self: {title: {zh: 自, en: Self}, \(basis), team: {own: community}}
          mutual: {title: {zh: 互, en: Mutual}, \(basis), team: {another: community}}
          sampled: {title: {zh: 抽, en: Sampled}, \(basis), team: office}
        indicators:
          work: {title: {zh: 干, en: Work}, \(basis), marks of: 10, when nothing is due: leave out, better: \
        higher}
          solved: {title: {zh: 真, en: Solved}, \(basis), checks: sampled, when nothing is due: leave out, \
        better: higher}
          in-time: {title: {zh: 时, en: In time}, \(basis), counts: cases, when nothing is due: leave out, \
        better: higher}
        scores:
          own:
            title: {zh: 自评, en: Own}
            \(basis)
            of: grid
            layer: self
            points: {work: 60, in-time: 40}
            rounding: {places: 1, way: nearest}
            floor: 0
            when nothing counts: leave out
          others:
            title: {zh: 互评, en: Others}
            \(basis)
            of: grid
            layer: mutual
            points: {work: 100}
            rounding: {places: 1, way: nearest}
            floor: 0
            when nothing counts: leave out
          final:
            title: {zh: 总评, en: Final}
            \(basis)
            of: grid
            layer: sampled
            points: {others: 50, solved: 50}
            rounding: {places: 1, way: nearest}
            floor: 0
            when nothing counts: leave out
        ranks:
          inside: {title: {zh: 内, en: Inside}, \(basis), by: own, within: community, ties: share the better \
        place, minimum group: 2, inside the interval: rank anyway}
          all: {title: {zh: 全, en: All}, \(basis), by: final, within: all, ties: share the better place, \
        minimum group: 3, inside the interval: rank anyway}
        awards:
          first:
            title: {zh: 头名, en: First}
            \(basis)
            rank: inside
            take: {first: 1}
            ties at the cut: all who share it
            gives:
              work-funds: {yuan: {2019-01-01: 3000}}
              bonus: {to: grid_worker, yuan: {2019-01-01: 200}}
          named:
            title: {zh: 推荐, en: Recommended}
            \(basis)
            for every: community
            gives:
              recommendation: {seats: 1, assessed by: [cg]}
        penalties:
          behind:
            title: {zh: 落后, en: Behind}
            \(basis)
            rank: inside
            those behind: {last: 1}
            ties at the cut: all who share it
            gives:
              check-one-by-one: {by: [ps], answerable: [grid_worker]}
        surveys:
          public:
            title: {zh: 问, en: Public}
            \(basis)
            drawn from: points
            size: 3
            questions:
              knows: {label: {zh: 知道吗, en: Known}, takes: yes or no}
            rates:
              awareness: {title: {zh: 知晓, en: Awareness}, \(basis), question: knows, counts: 'yes'}
        """

    /// The evaluation published and opened, with a team in every sheet.
    func assessment() async throws -> ID<Assessment> {
        let now = self.now
        let people = Dictionary(
            uniqueKeysWithValues: try await ["lead1", "grid11", "lead2", "checker"].asyncMap {
                ($0, try await self.person($0))
            })
        return try await act("clockwork") { clockwork, books in
            try Evaluations.publish(World.evaluation, by: clockwork, at: now, in: books)
            let id = try Assessments.open(
                Evaluations.all(for: World.clockwork, in: books)[0],
                by: self.actor("dispatcher", books), at: now,
                in: books)
            for round in try Assessments.rounds(of: id, for: World.clockwork, in: books) {
                for sheet in try ScoreSheets.all(of: round.id, for: World.clockwork, in: books) {
                    let team =
                        sheet.team.isEmpty
                        ? ["checker"] : sheet.teamName.contains("一") ? ["lead1", "grid11"] : ["lead2"]
                    for login in team {
                        try ScoreSheets.appoint(
                            people[login]!, to: sheet.id, by: self.actor("dispatcher", books), at: now,
                            in: books)
                    }
                }
            }
            return id
        }
    }
    func round(_ layer: String) async throws -> EvaluationRound {
        try await look("clockwork") { _, books in
            let evaluation = try Evaluations.all(for: World.clockwork, in: books)[0]
            let assessment = try Assessments.all(of: evaluation.id, for: World.clockwork, in: books)[0]
            return try #require(
                try Assessments.rounds(of: assessment.id, for: World.clockwork, in: books).first {
                    $0.layer == layer
                })
        }
    }
    func sheet(_ layer: String, _ team: String = "") async throws -> ScoreSheet {
        let round = try await round(layer)
        return try await look("clockwork") {
            try #require(
                try ScoreSheets.all(of: round.id, for: $0, in: $1).first {
                    team.isEmpty || $0.teamName.contains(team)
                })
        }
    }
    func mark(_ sheet: ScoreSheet, _ grid: String, _ mark: Int, _ why: String = "看过", by login: String)
        async throws -> String
    {
        let now = self.now
        return try await outcome {
            try await self.act(login) {
                try ScoreSheets.mark(
                    [.init(unit: "grid:\(self.land(grid, $1))", indicator: "work", mark: mark, why: why)],
                    on: sheet.id, by: $0, at: now, in: $1)
            }
        }
    }
    /// The identity of a territory by its code.
    func land(_ code: String, _ books: Books) throws -> String {
        try Territories.only(code, inside: "", field: "code", for: Self.clockwork, in: books).id
    }
    func submit(_ sheet: ScoreSheet, by login: String) async throws -> String {
        let now = self.now
        return try await outcome {
            try await self.act(login) { try ScoreSheets.submit(sheet.id, by: $0, at: now, in: $1) }
        }
    }
    func judge(_ layer: String, by login: String = "dispatcher") async throws -> String {
        let (id, now) = (try await round(layer).id, self.now)
        return try await outcome {
            try await self.act(login) { try Judgement.judge(id, by: $0, at: now, in: $1) }
        }
    }
    /// Both communities mark their grids and hand in: 8 and 5 in the first, 9 and 9 in the second; judged.
    func selfEvaluated() async throws {
        _ = try await assessment()
        let (one, two) = (try await sheet("self", "一"), try await sheet("self", "二"))
        for (grid, points) in [(World.g11, 8), (World.g12, 5)] {
            try #require(try await mark(one, grid, points, by: "lead1") == "done")
        }
        for grid in [World.g21, World.g22] {
            try #require(try await mark(two, grid, 9, by: "lead2") == "done")
        }
        try #require(try await submit(one, by: "lead1") == "done")
        try #require(try await submit(two, by: "lead2") == "done")
        try #require(try await judge("self") == "done")
    }
    func entries(_ layer: String = "self") async throws -> [LedgerEntry] {
        let round = try await round(layer)
        return try await look("clockwork") { try Ledger.all(for: $0, in: $1).filter { $0.round == round.id } }
    }
    /// An entry as a reader has it; the clockwork reads everything.
    func sight(_ id: ID<LedgerEntry>, by login: String = "clockwork") async throws -> LedgerSight {
        let now = now
        return try await look(login) { try LedgerSight.of(id, for: $0, at: now, in: $1) }
    }
    func ledger(_ login: String, _ body: @escaping @Sendable (Actor, Instant, Books) throws -> Void)
        async throws -> String
    {
        let now = self.now
        return try await outcome { try await self.act(login) { try body($0, now, $1) } }
    }
}

extension Array {
    /// One after the other.
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var mapped: [T] = []
        for element in self { mapped.append(try await body(element)) }
        return mapped
    }
}

@Suite struct `Nobody judges the own line, and nobody sees what others found before handing in` {
    @Test func `a team comes from where the scheme says`() async throws {
        let world = try await World()
        _ = try await world.assessment()
        let now = world.now
        func appoint(_ login: String, _ sheet: ScoreSheet) async throws -> String {
            let person = try await world.person(login)
            return try await outcome {
                try await world.act("dispatcher") {
                    try ScoreSheets.appoint(person, to: sheet.id, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(try await appoint("lead2", world.sheet("self", "一")) == "invalid person")
        #expect(try await appoint("lead1", world.sheet("sampled")) == "invalid person")
        #expect(try await appoint("staff1", world.sheet("self", "一")) == "done")
        #expect(
            try await appoint("dispatcher", world.sheet("sampled")) == "not allowed",
            "nobody appoints oneself")
        let person = try await world.person("staff1")
        #expect(
            try await outcome {
                try await world.act("lead1") {
                    try ScoreSheets.appoint(person, to: ID<ScoreSheet>(bits: 1), by: $0, at: now, in: $1)
                }
            }
                == "not allowed")
    }

    @Test func `who answers for a grid does not mark it, in self-evaluation or in mutual evaluation`()
        async throws
    {
        let world = try await World()
        _ = try await world.assessment()
        let one = try await world.sheet("self", "一")
        #expect(try await world.mark(one, World.g11, 9, by: "grid11") == "not allowed")
        #expect(try await world.mark(one, World.g12, 9, by: "grid11") == "done")
        // A sheet of mutual evaluation has the grids of the others alone.
        #expect(
            try await world.mark(world.sheet("mutual", "一"), World.g11, 9, by: "lead1")
                == "invalid work/grid:\(world.look { try world.land(World.g11, $1) })")
        #expect(try await world.mark(world.sheet("mutual", "一"), World.g21, 9, by: "lead1") == "done")
        #expect(try await world.mark(one, World.g21, 9, by: "lead1").hasPrefix("invalid"))
        #expect(try await world.mark(one, World.g11, 9, by: "lead2") == "not found")
    }

    @Test func `each mark has its reason and its bounds, and a sheet is whole before it is handed in`()
        async throws
    {
        let world = try await World()
        _ = try await world.assessment()
        let one = try await world.sheet("self", "一")
        #expect(try await world.mark(one, World.g11, 11, by: "lead1").hasPrefix("invalid"))
        #expect(try await world.mark(one, World.g11, -1, by: "lead1").hasPrefix("invalid"))
        #expect(try await world.mark(one, World.g11, 9, " ", by: "lead1").hasPrefix("invalid"))
        #expect(try await world.mark(one, World.g11, 9, by: "lead1") == "done")
        #expect(try await world.submit(one, by: "lead1") == "not now")
        #expect(try await world.mark(one, World.g12, 7, by: "lead1") == "done")
        #expect(try await world.submit(one, by: "lead2") == "not found")
        #expect(try await world.submit(one, by: "lead1") == "done")
        #expect(try await world.sheet("self", "一").hash.count == 64)
        #expect(try await world.mark(one, World.g11, 1, by: "lead1") == "not now")
    }

    @Test func `only the leading group opens a sheet again, and only before the round is judged`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        let sheet = try await world.sheet("self", "一")
        let reopen = { (login: String, id: ID<ScoreSheet>) in
            try await world.ledger(login) { try ScoreSheets.reopen(id, why: "漏了一格", by: $0, at: $1, in: $2) }
        }
        #expect(try await reopen("leader", sheet.id) == "not now")
        let other = try await world.sheet("mutual", "一")
        for grid in [World.g21, World.g22] { _ = try await world.mark(other, grid, 6, by: "lead1") }
        #expect(try await world.submit(other, by: "lead1") == "done")
        #expect(try await reopen("dispatcher", other.id) == "not allowed")
        #expect(try await reopen("leader", other.id) == "done")
        #expect(try await world.sheet("mutual", "一").reopened == 1)
        #expect(try await world.mark(other, World.g21, 7, by: "lead1") == "done")
    }

    @Test func `a sheet that is open shows its marks to its team alone, and who still judges sees no layer`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        let (open, day) = (try await world.sheet("mutual", "一"), Zone.china.day(of: world.now))
        _ = try await world.mark(open, World.g21, 6, by: "lead1")
        func marks(_ login: String) async throws -> Int {
            try await world.look(login) {
                try ScoreSheets.open(open.id, for: $0, on: day, in: $1).marks.count
            }
        }
        #expect(try await marks("lead1") == 1)
        #expect(try await marks("dispatcher") == 0, "who runs the evaluation sees the team and no mark")
        #expect(try await outcome { _ = try await marks("wyworker") } == "not found")
        // A community's secretary reads no other team's sheet; the leader does, who has none to hand in.
        let handedIn = try await world.sheet("self", "二").id
        #expect(
            try await outcome {
                _ = try await world.look("lead1") { try ScoreSheets.open(handedIn, for: $0, on: day, in: $1) }
            } == "not found")
        #expect(
            try await world.look("leader") {
                try ScoreSheets.open(handedIn, for: $0, on: day, in: $1).marks.count
            } == 2)
        #expect(try await world.look("lead1") { try Ledger.all(for: $0, in: $1) }.isEmpty)
        #expect(try await !world.look("leader") { try Ledger.all(for: $0, in: $1) }.isEmpty)
    }
}

@Suite struct `A judged round is frozen, and anybody can recount it` {
    @Test func `it is judged when every sheet is handed in, in the order of the layers`() async throws {
        let world = try await World()
        _ = try await world.assessment()
        #expect(try await world.judge("mutual") == "not now")
        #expect(try await world.judge("self") == "not now")
        #expect(try await world.judge("self", by: "lead1") == "not allowed")
    }

    @Test func `the facts stand as they were, and the scheme's text makes the same outcome of them`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        let round = try await world.round("self")
        let text = try await world.look { try Judgement.frozen(round.id, for: $0, in: $1) }
        #expect(
            SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined() == round.factsHash)
        let facts = try JSONDecoder().decode(EvaluationFacts.self, from: Data(text.utf8))
        let scheme = Evaluation.read(World.evaluation, .own).evaluation
        #expect(facts.faults(for: scheme).isEmpty)
        let recounted = evaluate(scheme, facts, on: try #require(round.judgedOn))
        let kept = try await world.look { try Judgement.of(round, for: $0, in: $1).outcome }
        #expect(
            recounted == kept
                && kept.scores.filter { $0.score == "own" }.compactMap(\.points) == [800, 500, 900, 900])
        // What happens afterwards changes nothing in it.
        _ = try await world.report(by: "grid11")
        #expect(try await world.look { try Judgement.frozen(round.id, for: $0, in: $1) } == text)
        #expect(try await world.judge("self") == "not now")
    }

    @Test func `what follows is proposed once, with who was in the posts that day`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let told = try await world.entries().map {
            "\($0.rule) \($0.kind.rawValue) \($0.unitName) \($0.fen ?? 0)"
        }
        #expect(
            told.sorted() == [
                "behind check-one-by-one 二网格 0", "first bonus 一网格 20000", "first bonus 三网格 20000",
                "first bonus 四网格 20000", "first work-funds 一网格 300000",
                "first work-funds 三网格 300000", "first work-funds 四网格 300000",
            ])
        let bonus = try #require(
            try await world.entries().first { $0.kind == .bonus && $0.unitName == "一网格" })
        let named = { try await world.sight(bonus.id).people.compactMap(\.person) }
        let holder = try await world.person("grid11")
        #expect(try await named() == [holder])
        // Somebody else takes the post over: the entry still names who held it.
        world.go("2019-04-01")
        try await world.act("clockwork") { actor, books in
            let seats = try Tenures.all(for: actor, on: Day("2019-03-04")!, in: books)
            let tenure = try #require(seats.first { $0.person == holder })
            try Tenures.end(tenure.id, on: Day("2019-03-20")!, by: actor, at: world.now, in: books)
        }
        #expect(try await named() == [holder])
    }

    @Test func `a dry run says who would have moved and keeps nothing`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let round = try await world.round("self")
        let before = try await world.entries().count
        let other = World.evaluation.replacing("take: {first: 1}", with: "take: {first: 2}")
        let moved = try await world.look("dispatcher") {
            try Judgement.of(round, for: $0, in: $1).moved(under: other)
        }
        #expect(Set(moved.moves.map { "\($0.rule) \($0.name)" }) == ["first 二网格"])
        #expect(try await world.entries().count == before)
        let judged = try await world.look("dispatcher") { try Judgement.of(round, for: $0, in: $1) }
        #expect(
            try await outcome {
                _ = try judged.moved(under: World.evaluation.replacing("work: 60", with: "work: 50"))
            }.hasPrefix("invalid line"))
    }

    @Test func `the gap between layers is a figure of its own`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        for (team, grids, login) in [
            ("一", [World.g21, World.g22], "lead1"), ("二", [World.g11, World.g12], "lead2"),
        ] {
            let sheet = try await world.sheet("mutual", team)
            for grid in grids { _ = try await world.mark(sheet, grid, 6, by: login) }
            try #require(try await world.submit(sheet, by: login) == "done")
        }
        try #require(try await world.judge("mutual") == "done")
        let round = try await world.round("mutual")
        let gaps = try await world.look { LayerDifference.all(in: try Judgement.of(round, for: $0, in: $1)) }
        let gap = try #require(gaps.first { $0.first == "own" && $0.second == "others" })
        // 80, 50, 90 and 90 beside 60 each.
        #expect(
            gap.pairs.count == 4 && gap.mean == 1750
                && gap.pairs.first.map { abs($0.first - $0.second) } == 3000)
    }
}

@Suite struct `The ledger keeps every step, and money moves only by two people` {
    private func funds(_ world: World) async throws -> LedgerEntry {
        try #require(try await world.entries().first { $0.kind == .workFunds })
    }
    private func state(_ world: World, _ id: ID<LedgerEntry>) async throws -> LedgerEntry.State {
        try await world.look("clockwork") { try Ledger.find(id, for: $0, in: $1).state }
    }

    @Test func `nothing is approved before objections have ended and are replied to`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let entry = try await funds(world)
        #expect(entry.objectionsUntil == Day("2019-03-07"))
        let approve = {
            try await world.ledger("leader") {
                try Ledger.perform(
                    .approve, on: entry.id, with: FormInput(["paper": "1 号"]), by: $0, at: $1, in: $2)
            }
        }
        #expect(try await approve() == "not now")
        #expect(
            try await world.ledger("wyworker") {
                try Ledger.perform(
                    .object, on: entry.id, with: FormInput(["said": "不公"]), by: $0, at: $1, in: $2)
            } == "not allowed")
        #expect(
            try await world.ledger("grid12") {
                try Ledger.perform(
                    .object, on: entry.id, with: FormInput(["said": "一网格的案子是我办的"]), by: $0, at: $1, in: $2)
            } == "done")
        world.go("2019-03-08")
        #expect(
            try await world.ledger("grid12") {
                try Ledger.perform(
                    .object, on: entry.id, with: FormInput(["said": "再提"]), by: $0, at: $1, in: $2)
            }
                == "not now")
        #expect(try await approve() == "not now", "an objection is open")
        let objection = try #require(try await world.sight(entry.id).objections.first)
        #expect(objection.replyDue == Day("2019-03-06"))
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(
                    .reply, on: objection.entry,
                    with: FormInput(["objection": objection.id.text, "reply": "按冻结的数", "upheld": "no"]),
                    by: $0, at: $1, in: $2)
            } == "done")
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(
                    .approve, on: entry.id, with: FormInput(["paper": ""]), by: $0, at: $1, in: $2)
            } == "not allowed")
        #expect(try await approve() == "done")
        #expect(
            try await world.ledger("leader") {
                try Ledger.perform(
                    .pay, on: entry.id, with: FormInput(["paper": "凭证"]), by: $0, at: $1, in: $2)
            }
                == "not allowed", "who approved does not pay")
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(.pay, on: entry.id, with: FormInput(["paper": ""]), by: $0, at: $1, in: $2)
            } == "invalid paper")
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(
                    .pay, on: entry.id, with: FormInput(["paper": "凭证 1"]), by: $0, at: $1, in: $2)
            } == "done")
        #expect(try await state(world, entry.id) == .done)
        let steps = try await world.sight(entry.id).steps.map(\.kind)
        #expect(steps == [.proposed, .approved, .paid])
    }

    @Test func `an objection that is upheld withdraws the entry`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let entry = try await funds(world)
        _ = try await world.ledger("grid12") {
            try Ledger.perform(
                .object, on: entry.id, with: FormInput(["said": "算错了"]), by: $0, at: $1, in: $2)
        }
        let objection = try #require(try await world.sight(entry.id).objections.first)
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(
                    .reply, on: objection.entry,
                    with: FormInput(["objection": objection.id.text, "reply": "有理", "upheld": "yes"]), by: $0,
                    at: $1, in: $2)
            } == "done")
        #expect(try await state(world, entry.id) == .withdrawn)
    }

    @Test func `a correction is an entry of its own, and what was computed stays`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let entry = try await funds(world)
        #expect(
            try await world.ledger("leader") {
                try Ledger.perform(
                    .correct, on: entry.id, with: FormInput(["why": "错"]), byProgram: true, by: $0, at: $1,
                    in: $2)
            } == "invalid fen")
        #expect(
            try await world.ledger("leader") {
                try Ledger.perform(
                    .correct, on: entry.id, with: FormInput(["fen": "250000", "why": "少算一户"]),
                    byProgram: true, by: $0, at: $1, in: $2)
            } == "done")
        let all = try await world.entries()
        let new = try #require(all.first { $0.corrects == entry.id })
        #expect(new.fen == 250_000 && new.state == .proposed)
        let old = try #require(all.first { $0.id == entry.id })
        #expect(old.fen == 300_000 && old.state == .withdrawn)
        #expect(
            try await world.ledger("leader") {
                try Ledger.perform(
                    .correct, on: entry.id, with: FormInput(["fen": "100", "why": "再改"]), byProgram: true,
                    by: $0, at: $1, in: $2)
            } == "not now", "once")
    }

    @Test func `what was paid is corrected by what is missing, never paid a second time`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let entry = try await funds(world)
        world.go("2019-03-08")
        _ = try await world.ledger("leader") {
            try Ledger.perform(.approve, on: entry.id, with: FormInput(["paper": ""]), by: $0, at: $1, in: $2)
        }
        _ = try await world.ledger("dispatcher") {
            try Ledger.perform(.pay, on: entry.id, with: FormInput(["paper": "凭证"]), by: $0, at: $1, in: $2)
        }
        #expect(
            try await world.ledger("leader") {
                try Ledger.perform(
                    .correct, on: entry.id, with: FormInput(["fen": "200000", "why": "多了"]), byProgram: true,
                    by: $0, at: $1, in: $2)
            } == "not now")
        #expect(
            try await world.ledger("leader") {
                try Ledger.perform(
                    .correct, on: entry.id, with: FormInput(["fen": "350000", "why": "少了"]), byProgram: true,
                    by: $0, at: $1, in: $2)
            } == "done")
        #expect(try await world.entries().first { $0.corrects == entry.id }?.fen == 50_000)
    }

    @Test func `another version of the same evaluation does not judge the same days again`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let open = try await world.ledger("dispatcher") { actor, now, books in
            try Evaluations.publish(
                World.evaluation.replacing("version: 1", with: "version: 2"), by: self.clockwork, at: now,
                in: books)
            try Assessments.open(
                Evaluations.all(for: World.clockwork, in: books)[0], by: actor, at: now, in: books)
        }
        #expect(open == "not now")
    }
    private var clockwork: Actor { .system(of: World.county) }

    @Test
    func
        `who is behind is checked by the named units, and a serious case begins accountability of those then in the posts`()
        async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        let entry = try #require(try await world.entries().first { $0.kind == .check })
        world.go("2019-03-11")
        _ = try await world.ledger("leader") {
            try Ledger.perform(.approve, on: entry.id, with: FormInput(["paper": ""]), by: $0, at: $1, in: $2)
        }
        let check = { (login: String) in
            try await world.ledger(login) {
                try Ledger.perform(
                    .check, on: entry.id, with: FormInput(["serious": "yes", "note": "记录是补的", "paper": ""]),
                    by: $0, at: $1, in: $2)
            }
        }
        #expect(try await check("dispatcher") == "not allowed")
        #expect(try await check("pshead") == "done")
        let answering = try #require(try await world.entries().first { $0.kind == .accountability })
        let people = try await world.sight(answering.id).people.compactMap(\.person)
        #expect(try await people == [world.person("grid12")])
        #expect(try await world.sight(entry.id).checkDue == Day("2019-03-11"))
    }

    @Test func `a recommendation is approved only after somebody of its own office assessed it`() async throws
    {
        let world = try await World()
        try await world.selfEvaluated()
        for (team, grids, login) in [
            ("一", [World.g21, World.g22], "lead1"), ("二", [World.g11, World.g12], "lead2"),
        ] {
            let sheet = try await world.sheet("mutual", team)
            for grid in grids { _ = try await world.mark(sheet, grid, 6, by: login) }
            _ = try await world.submit(sheet, by: login)
        }
        try #require(try await world.judge("mutual") == "done")
        try #require(
            try await world.judge("sampled") == "done",
            "a layer in which nothing is marked has nothing to hand in")
        let entry = try #require(
            try await world.entries("sampled").first {
                $0.kind == .recommendation && $0.unitName.contains("一")
            })
        world.go("2019-03-11")
        let approve = {
            try await world.ledger("leader") {
                try Ledger.perform(
                    .approve, on: entry.id, with: FormInput(["paper": ""]), by: $0, at: $1, in: $2)
            }
        }
        #expect(try await approve() == "not now")
        let (good, other) = (try await world.person("staff1"), try await world.person("lead2"))
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(
                    .recommend, on: entry.id, with: FormInput(["person": other.text, "why": "好"]), by: $0,
                    at: $1, in: $2)
            } == "invalid person")
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(
                    .recommend, on: entry.id, with: FormInput(["person": good.text, "why": "肯干"]), by: $0,
                    at: $1, in: $2)
            } == "done")
        let more = try await world.person("grid11")
        #expect(
            try await world.ledger("dispatcher") {
                try Ledger.perform(
                    .recommend, on: entry.id, with: FormInput(["person": more.text, "why": "也好"]), by: $0,
                    at: $1, in: $2)
            } == "not now", "one seat")
        let made = try #require(try await world.sight(entry.id).recommendations.first)
        let assess = { (login: String) in
            try await world.ledger(login) {
                try Ledger.perform(
                    .assess, on: made.entry,
                    with: FormInput(["recommendation": made.id.text, "passed": "yes", "note": "合格"]), by: $0,
                    at: $1, in: $2)
            }
        }
        #expect(try await approve() == "not now")
        #expect(try await assess("dispatcher") == "not allowed")
        #expect(try await assess("cghead") == "done")
        #expect(try await approve() == "done")
    }
}

@Suite struct `Samples are drawn in the open and looked at by others` {
    private func closed(_ world: World, _ count: Int) async throws {
        for _ in 0..<count { _ = try await world.closed() }
    }
    private func draw(_ world: World, _ draft: Samples.Draft) async throws -> ID<Sample> {
        let now = world.now
        return try await world.act("dispatcher") { actor, books in
            let sample = try Samples.commit(draft, by: actor, at: now, in: books)
            try Samples.draw(sample.id, by: actor, at: now, in: books)
            return sample.id
        }
    }

    @Test
    func `the frame and the commitment stand before the seed is shown, and the record draws itself again`()
        async throws
    {
        let world = try await World()
        try await closed(world, 6)
        let now = world.now
        let sample = try await world.act("dispatcher") {
            try Samples.commit(.init(.cases, design: .simple, size: 3), by: $0, at: now, in: $1)
        }
        #expect(sample.seed == nil && sample.items == 6 && sample.commitment.count == 64)
        #expect(
            try await outcome { _ = try await world.look { try Samples.record(sample.id, for: $0, in: $1) } }
                == "not now")
        _ = try await world.closed()
        try await world.act("dispatcher") { try Samples.draw(sample.id, by: $0, at: now, in: $1) }
        let record = try await world.look { try Samples.record(sample.id, for: $0, in: $1) }
        #expect(
            record.faults == [] && record.frame.count == 6 && record.drawn.count == 3,
            "what came after the freezing is not in the frame")
        #expect(SampleSeed(record.seed)?.commitment == sample.commitment)
        #expect(
            try await outcome {
                try await world.act("dispatcher") { try Samples.draw(sample.id, by: $0, at: now, in: $1) }
            } == "not now")
        #expect(
            try await outcome {
                _ = try await world.act("lead1") {
                    try Samples.commit(.init(.cases, size: 1), by: $0, at: now, in: $1)
                }
            } == "not allowed")
    }

    @Test func `nobody looks at the own line, only the assignee says what was found, and once`() async throws
    {
        let world = try await World()
        try await closed(world, 4)
        let id = try await draw(world, .init(.cases, design: .simple, size: 2))
        let (now, own, checker) = (
            world.now, try await world.person("lead1"), try await world.person("checker")
        )
        #expect(
            try await outcome {
                _ = try await world.act("dispatcher") {
                    try Samples.assign(id, to: [own], by: $0, at: now, in: $1)
                }
            } == "invalid person")
        #expect(
            try await world.act("dispatcher") {
                try Samples.assign(id, to: [checker], by: $0, at: now, in: $1)
            } == 2)
        let items = try await world.look("clockwork") { try Samples.read(id, for: $0, in: $1).items }
        #expect(items.allSatisfy { $0.assignee == checker })
        #expect(
            try await outcome {
                _ = try await world.look("lead2") { try Samples.record(id, for: $0, in: $1) }
            } == "not allowed", "before it is looked at")
        let outsider = try await world.person("wyworker")
        #expect(
            try await outcome {
                _ = try await world.act("dispatcher") {
                    try Samples.assign(id, to: [outsider], by: $0, at: now, in: $1)
                }
            } == "invalid person")
        let find = { (login: String, finding: Samples.Finding) in
            try await world.ledger(login) { try Samples.find(finding, at: 1, of: id, by: $0, at: $1, in: $2) }
        }
        #expect(try await find("deputy", .init(.answered, isRight: true)) == "not found")
        #expect(try await find("checker", .init(.answered)) == "invalid right")
        #expect(try await find("checker", .init(.answered, isRight: false)) == "invalid note")
        #expect(try await find("checker", .init(.unreachable)) == "done")
        #expect(try await find("checker", .init(.answered, isRight: true)) == "not now")
        #expect(
            try await world.ledger("dispatcher") {
                try Samples.replace(1, why: "三次没人", of: id, by: $0, at: $1, in: $2)
            } == "done")
        #expect(
            try await world.ledger("dispatcher") {
                try Samples.replace(2, why: "想换", of: id, by: $0, at: $1, in: $2)
            } == "not now")
        let record = try await world.look { try Samples.record(id, for: $0, in: $1) }
        #expect(record.replacements.count == 1 && record.faults == [])
    }

    @Test func `a round waits for what was sampled for it, and the checks become facts`() async throws {
        let world = try await World()
        try await closed(world, 3)
        try await world.selfEvaluated()
        for (team, grids, login) in [
            ("一", [World.g21, World.g22], "lead1"), ("二", [World.g11, World.g12], "lead2"),
        ] {
            let sheet = try await world.sheet("mutual", team)
            for grid in grids { _ = try await world.mark(sheet, grid, 6, by: login) }
            _ = try await world.submit(sheet, by: login)
        }
        _ = try await world.judge("mutual")
        let round = try await world.round("sampled")
        let id = try await draw(
            world, .init(.cases, round: round.id, about: "solved", design: .simple, size: 3))
        let (now, checker) = (world.now, try await world.person("checker"))
        _ = try await world.act("dispatcher") {
            try Samples.assign(id, to: [checker], by: $0, at: now, in: $1)
        }
        #expect(try await world.judge("sampled") == "not now")
        for number in 1...3 {
            _ = try await world.ledger("checker") {
                try Samples.find(
                    .init(.answered, isRight: number > 1, note: "又堆上了"), at: number, of: id, by: $0, at: $1,
                    in: $2)
            }
        }
        #expect(try await world.judge("sampled") == "done")
        let judged = try await world.look {
            try Judgement.of(Assessments.round(round.id, for: $0, in: $1), for: $0, in: $1)
        }
        let facts = judged.facts.facts.filter { $0.indicator == "solved" }
        #expect(facts.map { "\($0.part)/\($0.whole) \($0.layer ?? "")" } == ["2/3 sampled"])
        #expect(
            try await world.ledger("dispatcher") {
                try Samples.commit(
                    .init(.cases, round: round.id, about: "solved", size: 1), by: $0, at: $1, in: $2)
            }
                == "not now")
    }

    @Test
    func `the public answers once, by who drew the letter or by an interviewer, and refusals are counted`()
        async throws
    {
        let world = try await World()
        _ = try await world.rounds()
        _ = try await world.assessment()
        let id = try await draw(world, .init(.survey, about: "public", design: .simple, size: 3))
        let items = try await world.look("clockwork") { try Samples.read(id, for: $0, in: $1).items }
        #expect(
            items.count == 3 && Set(items.map(\.token)).count == 3 && items.allSatisfy { !$0.path.isEmpty })
        let now = world.now
        func answer(_ token: String, _ word: String) async throws -> String {
            try await outcome {
                try await world.act("visitor") {
                    try Surveys.answer(["knows": word], with: token, of: $0.county, at: now, in: $1)
                }
            }
        }
        #expect(try await answer(items[0].token, "perhaps").hasPrefix("invalid"))
        let other = try await outcome {
            try await world.act("visitor") {
                try Surveys.answer(["who": "me"], with: items[0].token, of: $0.county, at: now, in: $1)
            }
        }
        #expect(other.hasPrefix("invalid"), "what is not asked is not taken")
        #expect(try await answer(items[0].token, "yes") == "done")
        #expect(try await answer(items[0].token, "no") == "not now")
        #expect(try await answer(String(repeating: "0", count: 32), "yes") == "not found")
        let checker = try await world.person("checker")
        _ = try await world.act("dispatcher") {
            try Samples.assign(id, to: [checker], by: $0, at: now, in: $1)
        }
        _ = try await world.ledger("checker") {
            try Samples.find(
                .init(.answered, mode: "paper", answers: ["knows": "no"]), at: items[1].number, of: id,
                by: $0, at: $1, in: $2)
        }
        _ = try await world.ledger("checker") {
            try Samples.find(.init(.refused), at: items[2].number, of: id, by: $0, at: $1, in: $2)
        }
        let (lines, standing) = try await world.look { actor, books in
            let (sample, all) = try Samples.read(id, for: .system(of: actor.county), in: books)
            let survey = try #require(try Surveys.asked(by: sample, for: actor, in: books))
            return (Surveys.lines(survey, all) { $0.mode }, SampleFindings.standing(all, .survey))
        }
        #expect(
            lines.map { "\($0.of) \($0.estimate.said.part)/\($0.estimate.said.whole)" } == [
                "paper 0/1", "qr 1/1",
            ])
        #expect(standing.answered == 2 && standing.refused == 1)
    }
}

@Suite struct `Every shipped scheme comes with scenarios that reach every rule` {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Schemes")
    private static func files() throws -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "yaml" }.sorted {
            $0.path < $1.path
        }
    }

    @Test func `no scheme is without, and nothing comes out other than written`() throws {
        let files = try Self.files()
        let schemes = files.filter { !$0.path.hasSuffix(".scenarios.yaml") }
        #expect(schemes.count >= 4)
        for file in schemes {
            let text = try String(contentsOf: file, encoding: .utf8)
            let beside = try String(
                contentsOf: URL(filePath: file.path.replacing(".yaml", with: ".scenarios.yaml")),
                encoding: .utf8)
            let (scenarios, faults): (Scenarios, [SchemeFault])
            if Evaluation.isOne(text) {
                let read = Evaluation.read(text, .own)
                (scenarios, faults) = (Scenarios.run(beside, read.evaluation), read.faults)
            } else {
                let read = Scheme.read(text, .own)
                (scenarios, faults) = (Scenarios.run(beside, read.scheme), read.faults)
            }
            #expect(
                faults == [] && scenarios.faults == [] && scenarios.unreached == [] && scenarios.count > 2,
                "\(file.lastPathComponent): \(scenarios)")
        }
    }

    @Test func `a campaign's scenario that does not come out is told with its line`() throws {
        let file = Self.folder.appending(path: "ruyang-two-month/2019.scenarios.yaml")
        let scheme = Scheme.read(
            try String(
                contentsOf: Self.folder.appending(path: "ruyang-two-month/2019.yaml"), encoding: .utf8), .own
        ).scheme
        let text = try String(contentsOf: file, encoding: .utf8)
        for (old, new, words) in [
            ("support-unit-others: 3,", "support-unit-others: 2,", "“2”, the rules make “3”"),
            ("raises: [dilapidated-house]", "raises: none", "“none”, the rules make “dilapidated-house”"),
            ("counts: [water-to-all]", "counts: [houses-to-zero]", "the rules make “water-to-all”"),
            ("fails: [income, school, medical]", "fails: [income]", "“income, medical, school”"),
            ("missed: 5 of 200", "missed: 4 of 200", "the rules make “approval, incidence”"),
            ("unknown: [income]", "unknown: none", "the rules make “income”"),
        ] {
            #expect(text.contains(old), "\(old)")
            let faults = Scenarios.run(text.replacing(old, with: new), scheme).faults
            #expect(faults.contains { $0.en.contains(words) }, "\(new): \(faults.map(\.en))")
        }
    }
}

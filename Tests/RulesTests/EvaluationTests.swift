import Foundation
import Rules
import Testing

/// A small office's evaluation: two indicators, a score, a rank, an award and a penalty.
enum SmallEvaluation {
    static let words = Evaluation.Vocabulary(
        units: ["village": ["township"], "township": []], figures: ["visits": ["duty"], "cases": []],
        posts: ["village_secretary", "village_director"])
    static let basis = "basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}"
    static let text = """
        evaluation: example
        version: 1
        title: {zh: 例, en: Example}
        document: {zh: 文, en: Document}
        in force: {from: 2019-08-01, until: 2019-12-31}
        judged: once
        deadlines:
          objections: {title: {zh: 异, en: Objections}, \(basis), about: objection, within: {work days: 5}}
        layers:
          sampled: {title: {zh: 抽, en: Sampled}, \(basis), team: office}
        indicators:
          visits:
            title: {zh: 访, en: Visits}
            \(basis)
            counts: visits
            when nothing is due: leave out
            better: higher
          true: {title: {zh: 实, en: 'True'}, \(basis), checks: sampled, when nothing is due: full, better: \
        higher}
          false: {title: {zh: 虚, en: 'False'}, \(basis), counts: cases, when nothing is due: leave out, \
        better: lower}
        scores:
          village:
            title: {zh: 村, en: Village}
            \(basis)
            of: village
            layer: sampled
            points: {visits: 60, true: 40}
            takes off:
              false: {each: 5, at most: 20}
            rounding: {places: 2, way: nearest}
            floor: 10
            when nothing counts: leave out
          township:
            title: {zh: 镇, en: Township}
            \(basis)
            of: township
            mean of: village
            rounding: {places: 1, way: down}
            floor: 0
            when nothing counts: none
        ranks:
          villages:
            title: {zh: 排, en: Rank}
            \(basis)
            by: village
            within: township
            ties: share the better place
            minimum group: 2
            inside the interval: share the place
        awards:
          best:
            title: {zh: 奖, en: Award}
            \(basis)
            rank: villages
            take: {share: 30%, rounding: up, at least: 1}
            ties at the cut: all who share it
            only if at least: 50
            gives:
              work-funds: {yuan: {2019-08-01: 30000, 2019-10-01: 40000}}
        penalties:
          behind:
            title: {zh: 罚, en: Penalty}
            \(basis)
            rank: villages
            those behind: {last: 1}
            ties at the cut: none who share it
            gives:
              check-one-by-one: {by: [discipline], answerable: village_secretary}
        """

    /// The evaluation, perhaps with a line replaced; it must be sound.
    static func read(_ old: String = "", _ new: String = "") -> Evaluation {
        let (evaluation, faults) = Evaluation.read(old.isEmpty ? text : text.replacing(old, with: new), words)
        precondition(faults.isEmpty, "\(faults)")
        return evaluation
    }

    /// Facts about villages of one township: visits and checks.
    static func facts(_ villages: [(name: String, visits: (Int, Int), checks: (Int, Int), wrong: Int)])
        -> EvaluationFacts
    {
        EvaluationFacts(
            evaluation: "example", version: 1, day: "2019-09-30",
            units: [.init(id: "town", kind: "township", name: "town")]
                + villages.map {
                    .init(id: $0.name, kind: "village", name: $0.name, within: ["township": "town"])
                },
            facts: villages.flatMap { village -> [EvaluationFacts.Fact] in
                [
                    .init("visits", village.name, village.visits.0, of: village.visits.1),
                    .init("true", village.name, layer: "sampled", village.checks.0, of: village.checks.1),
                    .init("false", village.name, village.wrong, of: village.wrong),
                ]
            })
    }
}

@Suite struct `An evaluation's text is read strictly` {
    private func faults(_ old: String, _ new: String) -> [String] {
        #expect(SmallEvaluation.text.contains(old), "\(old)")
        return Evaluation.read(SmallEvaluation.text.replacing(old, with: new), SmallEvaluation.words).faults
            .map { "\($0.line) \($0.en)" }
    }

    @Test func `a sound text is read whole`() {
        let evaluation = SmallEvaluation.read()
        #expect(
            evaluation.scores.map(\.name) == ["village", "township"]
                && evaluation.incentives.map(\.isAward) == [true, false])
        #expect(evaluation.incentives[0].gifts[0].yuan(on: Day("2019-09-30")!) == 30000)
        #expect(evaluation.incentives[0].gifts[0].yuan(on: Day("2019-10-01")!) == 40000)
        #expect(evaluation.incentives[0].gifts[0].yuan(on: Day("2019-07-31")!) == nil)
    }

    @Test func `unknown keys are refused with the line and the nearest known key`() {
        #expect(
            faults("    by: village\n", "    bye: village\n").contains {
                $0.contains("“bye” is not known. Is “by” meant?")
            })
        #expect(
            faults("points: {visits: 60", "points: {visit: 60").contains { $0.contains("Is “visits” meant?") }
        )
    }

    @Test func `weights that do not add up are refused`() {
        #expect(
            faults("points: {visits: 60", "points: {visits: 50").contains {
                $0.contains("The points add up to 90; they have to make exactly 100.")
            })
    }

    @Test
    func
        `a rule without its basis is refused, and so is every silence about rounding, ties, the empty denominator, small groups and the floor`()
    {
        for (line, key) in [
            ("            rounding: {places: 2, way: nearest}\n", "rounding"),
            ("            floor: 10\n", "floor"),
            ("            ties: share the better place\n", "ties"),
            ("            minimum group: 2\n", "minimum group"),
            ("            inside the interval: share the place\n", "inside the interval"),
            ("            ties at the cut: all who share it\n", "ties at the cut"),
            ("            when nothing is due: leave out\n", "when nothing is due"),
            ("            when nothing counts: leave out\n", "when nothing counts"),
        ] {
            // A key that stands in several rules is taken out of all.
            #expect(
                faults(
                    line.trimmingCharacters(in: .newlines).trimmingCharacters(in: .whitespaces) + "\n", "\n"
                ).contains {
                    $0.contains("“\(key)” is missing")
                }, "\(key)")
        }
        #expect(
            faults("    \(SmallEvaluation.basis)\n    by: village", "    by: village").contains {
                $0.contains("“basis” is missing")
            })
    }

    @Test func `dated values that overlap, or leave the first days without a value, are refused`() {
        let line = "{2019-08-01: 30000, 2019-10-01: 40000}"
        #expect(faults(line, "{2019-08-01: 30000, 2019-07-01: 40000}").contains { $0.contains("overlaps") })
        #expect(
            faults(line, "{2019-08-01: 30000, 2019-08-01: 40000}").contains {
                $0.contains("YAML") || $0.contains("overlaps")
            })
        #expect(
            faults(line, "{2019-09-01: 30000}").contains {
                $0.contains("No amount holds from 2019-08-01 to 2019-09-01")
            })
    }

    @Test func `what people check or mark needs a layer, and a mean needs units inside`() {
        #expect(faults("    layer: sampled\n", "").contains { $0.contains("the score needs its layer") })
        #expect(
            faults("    of: township\n    mean of: village", "    of: village\n    mean of: village").contains
            { $0.contains("is not inside") })
    }
}

@Suite struct `An evaluation's outcome can be recounted line by line` {
    private let day = Day("2019-09-30")!

    @Test
    func
        `every line is points times part over whole, and what is taken off stops at its most and at the floor`()
    {
        let facts = SmallEvaluation.facts([
            ("a", (18, 20), (9, 10), 1), ("b", (1, 3), (0, 0), 9), ("c", (0, 10), (0, 10), 9),
        ])
        let outcome = evaluate(SmallEvaluation.read(), facts, on: day)
        let scores = outcome.scores.filter { $0.score == "village" }
        // 60 × 18/20 + 40 × 9/10 − 5; 60 × 1/3 + 40 − 20; nothing, but the floor is 10.
        #expect(scores.map(\.points) == [8500, 4000, 1000])
        #expect(scores[0].lines.map(\.earned) == [5400, 3600] && scores[2].isOnFloor)
        #expect(outcome.scores.first { $0.score == "township" }?.points == 450)
    }

    @Test func `an award follows the amount of its day`() {
        let facts = SmallEvaluation.facts([("a", (20, 20), (100, 100), 0), ("b", (1, 20), (1, 100), 0)])
        #expect(evaluate(SmallEvaluation.read(), facts, on: day).entries.map(\.fen) == [3_000_000, nil])
        #expect(
            evaluate(SmallEvaluation.read(), facts, on: Day("2019-10-02")!).entries.map(\.fen) == [
                4_000_000, nil,
            ])
    }

    @Test func `whom chance may have put apart share a place unless the scheme insists`() {
        let facts = SmallEvaluation.facts([
            ("a", (20, 20), (9, 10), 0), ("b", (20, 20), (8, 10), 0), ("c", (2, 20), (1, 10), 0),
        ])
        let shared = evaluate(SmallEvaluation.read(), facts, on: day).rankings[0].places
        #expect(
            shared.map(\.text) == ["1", "1", "3"] && shared.map(\.isInsideInterval) == [false, true, false])
        let insisted = evaluate(SmallEvaluation.read("share the place", "rank anyway"), facts, on: day)
            .rankings[0].places
        #expect(insisted.map(\.text) == ["1", "2", "3"])
    }

    @Test func `a group below the minimum is not ranked, and who needs a hand is told what cost most`() {
        let alone = evaluate(
            SmallEvaluation.read(), SmallEvaluation.facts([("a", (1, 2), (1, 2), 0)]), on: day)
        #expect(alone.rankings[0].isTooSmall && alone.rankings[0].places.isEmpty && alone.entries.isEmpty)
        #expect(Set(alone.withheld.map(\.why)) == [.tooSmall])
        let two = evaluate(
            SmallEvaluation.read(),
            SmallEvaluation.facts([("a", (10, 10), (90, 100), 0), ("b", (1, 10), (80, 100), 0)]), on: day)
        #expect(two.needsAHand.map { two.rankings[0].places.last?.unit == $0.unit } == [true])
        #expect(two.needsAHand[0].causes.map(\.item) == ["visits", "true"])
    }

    @Test func `peers are compared with peers alone`() {
        var facts = SmallEvaluation.facts([
            ("a", (9, 10), (0, 0), 0), ("b", (8, 10), (0, 0), 0), ("c", (7, 10), (0, 0), 0),
            ("d", (6, 10), (0, 0), 0), ("e", (1, 10), (0, 0), 0),
        ])
        for index in facts.units.indices.dropFirst() {
            facts.units[index].peers = ["a", "c"].contains(facts.units[index].id) ? "poor" : "other"
        }
        let evaluation = SmallEvaluation.read(
            "    within: township\n", "    within: township\n    among: peers\n")
        let rankings = evaluate(evaluation, facts, on: day).rankings
        #expect(rankings.map(\.peers) == ["other", "poor"])
        #expect(
            rankings.map { $0.places.map { "\(facts.units[$0.unit].id) \($0.text)" } } == [
                ["b 1", "d 2", "e 3"], ["a 1", "c 2"],
            ])
    }

    @Test func `a layer decides its own ranks and nothing of the others`() {
        var facts = SmallEvaluation.facts([("a", (9, 10), (9, 10), 0), ("b", (1, 10), (1, 10), 0)])
        facts.layer = "sampled"
        #expect(evaluate(SmallEvaluation.read(), facts, on: day).rankings.count == 1)
        let two = SmallEvaluation.read(
            "  sampled: {title: {zh: 抽, en: Sampled}, \(SmallEvaluation.basis), team: office}",
            "  first: {title: {zh: 先, en: First}, \(SmallEvaluation.basis), team: office}\n  sampled: {title: {zh: 抽, en: Sampled}, \(SmallEvaluation.basis), team: office}"
        )
        facts.layer = "first"
        let early = evaluate(two, facts, on: day)
        #expect(
            early.rankings.isEmpty && early.entries.isEmpty && early.scores.isEmpty,
            "what a later layer judges is not there yet")
    }

    @Test func `facts that cannot be are refused before anything is judged`() {
        var facts = SmallEvaluation.facts([("a", (3, 2), (1, 2), 0)])
        facts.facts.append(.init("vists", "a", 1, of: 2))
        facts.facts.append(.init("visits", "z", 1, of: 2))
        facts.units.append(facts.units[1])
        let faults = facts.faults(for: SmallEvaluation.read()).map(\.en).joined(separator: "\n")
        for words in ["3 is more than 2", "no indicator “vists”", "no unit “z”", "stands there twice"] {
            #expect(faults.contains(words), "\(words)")
        }
    }
}

@Suite struct `The rules of judging hold for any facts` {
    /// Numbers that look random and are the same every time.
    private struct Chance: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
    private let day = Day("2019-09-30")!

    private func villages(_ chance: inout Chance, most: Int = 12) -> [(
        name: String, visits: (Int, Int), checks: (Int, Int), wrong: Int
    )] {
        (0..<Int.random(in: 1...most, using: &chance)).map { index in
            let (owed, checked) = (
                Int.random(in: 0...30, using: &chance), Int.random(in: 0...10, using: &chance)
            )
            return (
                "v\(index)", (Int.random(in: 0...owed, using: &chance), owed),
                (Int.random(in: 0...checked, using: &chance), checked),
                Int.random(in: 0...6, using: &chance)
            )
        }
    }

    /// Scores, places and entries by the units' names.
    private func told(_ outcome: Outcome, _ facts: EvaluationFacts) -> [String: String] {
        var told: [String: String] = [:]
        func name(_ unit: Int) -> String { facts.units[unit].id }
        for score in outcome.scores {
            told["\(score.score) \(name(score.unit))"] = "\(score.points ?? -1) \(score.low) \(score.high)"
        }
        for ranking in outcome.rankings {
            for place in ranking.places { told["\(ranking.rank) \(name(place.unit))"] = place.text }
        }
        for entry in outcome.entries {
            told["\(entry.incentive) \(name(entry.unit))", default: ""] += "\(entry.kind) \(entry.fen ?? 0);"
        }
        return told
    }

    @Test func `doing more never scores less, in any rounding`() {
        var chance = Chance(state: 7)
        for way in ["nearest", "up", "down"] {
            let evaluation = SmallEvaluation.read("places: 2, way: nearest", "places: 2, way: \(way)")
            for _ in 0..<200 {
                var some = villages(&chance)
                let before = evaluate(evaluation, SmallEvaluation.facts(some), on: day)
                let lucky = Int.random(in: 0..<some.count, using: &chance)
                guard some[lucky].visits.0 < some[lucky].visits.1 else { continue }
                some[lucky].visits.0 += 1
                let after = evaluate(evaluation, SmallEvaluation.facts(some), on: day)
                let (old, new) = (before.scores[lucky].points ?? 0, after.scores[lucky].points ?? 0)
                #expect(new >= old, "\(some[lucky])")
                let (place, other) = (before.rankings[0].places, after.rankings[0].places)
                if let was = place.first(where: { $0.unit == lucky + 1 }),
                    let is_ = other.first(where: { $0.unit == lucky + 1 }),
                    place.allSatisfy({ !$0.isInsideInterval }),
                    other.allSatisfy({ !$0.isInsideInterval })
                {
                    #expect(is_.halves <= was.halves)
                }
            }
        }
    }

    @Test func `scores stay between the floor and a hundred, and inside their intervals`() {
        var chance = Chance(state: 11)
        for _ in 0..<300 {
            for score in evaluate(SmallEvaluation.read(), SmallEvaluation.facts(villages(&chance)), on: day)
                .scores
            {
                guard let points = score.points else { continue }
                let full = score.score == "village" ? 10_000 : 1000
                #expect(
                    (0...full).contains(points) && score.low <= points && points <= score.high
                        && score.high <= full)
                if score.score == "village" { #expect(points >= 1000) }
            }
        }
    }

    @Test func `the order of the facts and the names of the units change nothing`() {
        var chance = Chance(state: 13)
        for _ in 0..<100 {
            let facts = SmallEvaluation.facts(villages(&chance))
            var shuffled = facts
            shuffled.facts.shuffle(using: &chance)
            shuffled.units.shuffle(using: &chance)
            let (one, other) = (
                evaluate(SmallEvaluation.read(), facts, on: day),
                evaluate(SmallEvaluation.read(), shuffled, on: day)
            )
            #expect(told(one, facts) == told(other, shuffled))
            var renamed = facts
            for index in renamed.units.indices { renamed.units[index].name = "名\(index)" }
            for index in renamed.units.indices.dropFirst() {
                renamed.units[index].id = "x" + renamed.units[index].id
            }
            for index in renamed.facts.indices { renamed.facts[index].unit = "x" + renamed.facts[index].unit }
            let again = told(evaluate(SmallEvaluation.read(), renamed, on: day), renamed)
            #expect(
                Dictionary(uniqueKeysWithValues: again.map { ($0.key.replacing(" x", with: " "), $0.value) })
                    == told(one, facts))
        }
    }

    @Test func `adding an empty unit moves nobody`() {
        var chance = Chance(state: 17)
        // A check that was never made counts in full in the small scheme; here it is left out, so that an
        // empty unit has no score.
        let evaluation = SmallEvaluation.read(
            "checks: sampled, when nothing is due: full", "checks: sampled, when nothing is due: leave out")
        for _ in 0..<100 {
            let facts = SmallEvaluation.facts(villages(&chance))
            var more = facts
            more.units.append(
                .init(id: "empty", kind: "village", name: "empty", within: ["township": "town"]))
            let before = told(evaluate(evaluation, facts, on: day), facts)
            let after = told(evaluate(evaluation, more, on: day), more)
            #expect(after.filter { !$0.key.contains("empty") } == before)
        }
    }
}

@Suite struct `Scenarios say in a clerk's words what the rules make` {
    private static let sound = """
        scenarios: example
        cases:
          - name: {zh: 一, en: One}
            on: 2019-09-30
            given:
              village: {town: {甲: 90, 乙: 60, 丙: 51.5}}
            then:
              villages: {甲: 1, 乙: 2, 丙: 3}
              best: {甲: 30000}
              behind: [丙]
          - name: {zh: 二, en: Two}
            on: 2019-09-30
            given:
              units: {village: {town: [甲]}}
              visits: {甲: 18 of 20}
              true: {甲: 9 of 10}
              false: {甲: 1 of 1}
              objections: 2019-09-20
            then:
              village: {甲: 85}
              township: {town: 85}
              objections: 2019-09-27
        """

    @Test func `sound scenarios pass and reach every rule`() {
        let scenarios = Scenarios.run(Self.sound, SmallEvaluation.read())
        #expect(scenarios.faults == [] && scenarios.count == 2 && scenarios.unreached == [])
    }

    @Test(arguments: [
        ("甲: 30000", "甲: 20000", 9, "“20000”, the rules make “30000”"),
        ("丙: 3}", "丙: 2}", 8, "“2”, the rules make “3”"),
        ("[丙]", "[乙]", 10, "“乙”, the rules make “丙”"),
        ("[丙]", "none", 10, "“none”, the rules make “丙”"),
        ("village: {甲: 85}", "village: {甲: 86}", 20, "“86.00”, the rules make “85.00”"),
        ("objections: 2019-09-27", "objections: 2019-09-26", 22, "“2019-09-26”, the rules make “2019-09-27”"),
        ("18 of 20", "28 of 20", 15, "is wanted as 18 of 20"), ("best:", "bets:", 9, "Is “best” meant?"),
        ("丙: 51.5", "丙: 51.505", 6, "is wanted as 93.5"),
    ]) func `what does not come out as written is told with its line`(
        _ change: (old: String, new: String, line: Int, words: String)
    ) {
        let faults = Scenarios.run(Self.sound.replacing(change.old, with: change.new), SmallEvaluation.read())
            .faults
        #expect(faults.contains { $0.line == change.line && $0.en.contains(change.words) }, "\(faults)")
    }

    @Test func `a rule that no scenario reaches is named`() {
        let half = Self.sound.components(separatedBy: "  - name: {zh: 二")[0]
        #expect(
            Scenarios.run(half, SmallEvaluation.read()).unreached == [
                "objections", "visits", "true", "false", "village", "township",
            ])
    }
}

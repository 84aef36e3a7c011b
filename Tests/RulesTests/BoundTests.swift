import Foundation
import Rules
import Testing

@Suite struct `Numbers that no office has end in a word and never in a trap` {
    @Test(arguments: [(Int.max, Int.max), (.max, 1), (1, .max), (5, 3), (-1, 3), (0, 0), (.min, .max)])
    func `a proportion of any two numbers`(_ part: Int, _ whole: Int) {
        let proportion = Proportion(part, of: whole)
        _ = (
            proportion.thousandths, proportion.isAbove(.max), proportion.isBelow(.min), proportion.interval,
            proportion.exactInterval
        )
        if part > whole || part < 0 {
            #expect(proportion.interval == nil && proportion.exact == nil, "no part of that whole")
        }
    }

    @Test func `comparing is exact where a product would not fit`() {
        #expect(Proportion(.max, of: .max).isAbove(999) && !Proportion(.max, of: .max).isAbove(1000))
        #expect(Proportion(.max / 2, of: .max).thousandths == 499)
    }

    @Test(arguments: [(Double.nan, 10.0), (2, 10), (-1, 10), (0.5, .infinity), (0.5, 0), (.infinity, 1)])
    func `an interval of what is no rate is none`(_ rate: Double, _ asked: Double) {
        #expect(Proportion.wilson(rate, of: asked) == nil)
    }

    @Test func `a record whose weights cannot be has no weights`() {
        let seed = SampleSeed(String(repeating: "5a", count: 32))!
        let record = SampleRecord(
            "a", .simple, 2, from: SampleFrame((0..<5).map { .init("h\($0)") }), seed: seed)
        #expect(record.weights?.count == 2)
        for drawn in [(1, -4, 2), (1, 4, 0), (0, 4, 2), (.max, 1, 1), (1, .min, .min)] {
            var changed = record
            changed.drawn[0] = .init(id: "h0", hits: drawn.0, weight: drawn.1, over: drawn.2)
            #expect(changed.weights == nil, "\(drawn)")
        }
        #expect(Estimate([(true, .infinity), (false, .infinity)]).interval == nil)
    }

    @Test(arguments: [(0, 0), (-1, 0), (100_001, 0), (.max, 0), (5, -1), (5, 1001), (5, .max)])
    func `so many cannot be drawn, and nothing is`(_ size: Int, _ least: Int) {
        let seed = SampleSeed(String(repeating: "5a", count: 32))!
        let frame = SampleFrame((0..<10).map { .init("h\($0)", size: .max) })
        #expect(SampleDraw.fault(size, least: least) != nil)
        for design in SampleDesign.allCases {
            #expect(SampleDraw.draw(design, size, from: frame, least: least, seed: seed).isEmpty)
        }
    }

    @Test func `sizes beyond the greatest are the greatest, and the sums of a draw fit`() {
        let seed = SampleSeed(String(repeating: "5a", count: 32))!
        let frame = SampleFrame((0..<1000).map { .init("h\($0)", size: $0 % 2 == 0 ? .max : .min) })
        #expect(frame.items[0].size == SampleFrame.mostSize && frame.items[1].size == 0)
        #expect(
            SampleDraw.draw(.pps, SampleDraw.most, from: frame, seed: seed).reduce(0) { $0 + $1.hits }
                == SampleDraw.most)
    }
}

@Suite struct `Clocks and weeks end with year 9999` {
    private let end = Instant(iso: "9999-12-31T23:59:59.999Z")!

    @Test(arguments: TimeLimit.Unit.allCases)
    func `a deadline of the last days lies in a year that can be stored`(_ unit: TimeLimit.Unit) {
        let calendar = WorkCalendar()
        for start in [end, end.adding(hours: -1), end.adding(hours: -24 * 30)] {
            let due = calendar.deadline(TimeLimit(3660, unit)!, from: start)
            #expect(due.at <= end && Instant(iso: due.at.iso) == due.at, "\(due.at.iso)")
            #expect(calendar.deadline(start, after: .max, of: unit).at <= end)
        }
    }

    @Test func `before year 1 there is no moment`() {
        let first = Instant(iso: "0001-01-01T00:00:00Z")!
        #expect(first.adding(hours: -1) == first && first.adding(milliseconds: .min) == first)
    }

    @Test func `a duty of every week from the first year to the last is refused and not walked through`() {
        let text = """
            scheme: a
            version: 1
            in force: {from: 0001-01-01, until: 9999-12-31}
            duties:
              d: {every: week, within: campaign}
            """
        let faults = Scheme.read(text, .init(posts: [], households: [], facts: [:])).faults
        #expect(faults.count { $0.en.contains("is not a date like") } == 2, "no scheme reaches so far")
    }
}

@Suite struct `What scores are made of is followed once` {
    /// A scheme of two layers and these scores, each with the layer it names and what it is made of. Its
    /// other faults do not matter here.
    private func evaluation(_ scores: [(name: String, layer: String, inner: [String])]) -> Evaluation {
        let lines = scores.map { score in
            let layer = score.layer.isEmpty ? "" : "layer: \(score.layer), "
            return
                "  \(score.name): {of: village, \(layer)points: {\(score.inner.map { "\($0): 50" }.joined(separator: ", "))}}"
        }
        let text = """
            evaluation: a
            layers:
              first: {team: office}
              second: {team: office}
            scores:
            \(lines.joined(separator: "\n"))
            """
        return Evaluation.read(text, .init(units: ["village": []], figures: [:], posts: [])).evaluation
    }

    @Test func `a chain in which each score is made of the two before it ends at once`() {
        let chain = (2..<300).map { (name: "s\($0)", layer: "", inner: ["s\($0 - 1)", "s\($0 - 2)"]) }
        let made = evaluation([("s0", "first", []), ("s1", "second", [])] + chain)
        #expect(made.scores.count == 300)
        #expect(made.layer(ofScore: "s299") == "second" && made.layer(ofScore: "s0") == "first")
    }

    @Test
    func `scores that lead back to themselves have the layer that they name, and nothing runs in a circle`() {
        let made = evaluation([("a", "first", ["b", "a"]), ("b", "", ["a"])])
        #expect(made.layer(ofScore: "a") == "first" && made.layer(ofScore: "b") == "first")
        let facts = EvaluationFacts(
            evaluation: "a", version: 1, day: "2019-01-01", layer: "first", units: [], facts: [])
        #expect(evaluate(made, facts, on: Day("2019-01-01")!).scores.isEmpty)
    }
}

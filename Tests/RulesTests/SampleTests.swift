import Foundation
import Rules
import Testing

@Suite struct `A draw can be repeated by anybody from its published record` {
    private let seed = SampleSeed(String(repeating: "5a", count: 32))!
    private let frame = SampleFrame(
        (0..<500).map { .init("h\($0)", stratum: "town-\($0 * $0 % 7)", size: $0 % 13 + 1) })

    @Test(arguments: SampleDesign.allCases) func `the record alone draws the same again`(
        _ design: SampleDesign
    ) throws {
        let record = SampleRecord("exit", design, 40, from: frame, least: 2, seed: seed)
        #expect(record.faults == [] && record.drawn.reduce(0) { $0 + $1.hits } == 40)
        let again = try JSONDecoder().decode(SampleRecord.self, from: JSONEncoder().encode(record))
        #expect(again == record && again.faults == [])
    }

    @Test func `whoever changes the seed, the frame, the sample or a replacement is found out`() {
        let record = SampleRecord("exit", .stratified, 40, from: frame, seed: seed)
        func faults(_ change: (inout SampleRecord) -> Void) -> String {
            var changed = record
            change(&changed)
            return changed.faults.map(\.en).joined(separator: "\n")
        }
        #expect(
            faults { $0.seed = String(repeating: "5b", count: 32) }.contains(
                "not the one that was committed to"))
        #expect(faults { $0.frame.removeLast() }.contains("hash was frozen"))
        #expect(faults { $0.frame[1] = $0.frame[0] }.contains("stands in the frame twice"))
        #expect(faults { $0.drawn.swapAt(0, 1) }.contains("the sample is another"))
        #expect(faults { $0.size = 41 }.contains("the sample is another"))
        #expect(
            faults { $0.replacements = [.init(id: "h0", inPlaceOf: $0.drawn[0].id, why: "moved")] }.contains(
                "is not the next"))
    }

    @Test func `who takes another's place is the next of the same stratum, with a reason`() throws {
        var record = SampleRecord("exit", .stratified, 40, from: frame, seed: seed)
        let first = record.drawn[0].id
        let stratum = frame.items.first { $0.id == first }?.stratum
        let next = try #require(
            SampleDraw.replacement(
                after: Set(record.drawn.map(\.id)), stratum: stratum, in: frame, seed: seed))
        #expect(next.stratum == stratum)
        record.replacements = [.init(id: next.id, inPlaceOf: first, why: "nobody at home three times")]
        #expect(record.faults == [] && record.weights?[next.id] == record.weights?[first])
        record.replacements[0].why = ""
        #expect(record.faults.count == 1)
    }

    @Test func `a seed is 64 lower-case hex digits`() {
        for text in ["", "5a", String(repeating: "5A", count: 32), String(repeating: "zz", count: 32)] {
            #expect(SampleSeed(text) == nil)
        }
        // The commitment is plain SHA-256 of the text: any tool can check it.
        #expect(
            SampleSeed(String(repeating: "0", count: 64))?.commitment
                == "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55")
    }

    @Test func `a draw in proportion to size hits each item as often as its size or once more`() {
        let total = frame.items.reduce(0) { $0 + $1.size }
        var hits = [String: Int]()
        for number in 0..<400 {
            let seed = SampleSeed(String(format: "%064x", number))!
            for item in SampleDraw.draw(.pps, 50, from: frame, seed: seed) {
                hits[item.id, default: 0] += item.hits
            }
        }
        for item in frame.items {
            // 400 draws of 50: what is expected, within five standard deviations.
            let expected = 400 * 50 * Double(item.size) / Double(total)
            #expect(abs(Double(hits[item.id] ?? 0) - expected) < 5 * expected.squareRoot() + 1, "\(item)")
        }
        let giant = SampleFrame([.init("a", size: 90), .init("b", size: 10)])
        #expect(SampleDraw.draw(.pps, 10, from: giant, seed: seed).map(\.hits) == [9, 1])
    }

    @Test func `a simple draw takes every item alike, whatever the order of the list`() {
        var hits = [String: Int]()
        for number in 0..<400 {
            let seed = SampleSeed(String(format: "%064x", number))!
            let drawn = SampleDraw.draw(.simple, 50, from: frame, seed: seed)
            #expect(Set(drawn.map(\.id)).count == 50)
            for item in drawn { hits[item.id, default: 0] += 1 }
        }
        for item in frame.items {
            #expect(abs(Double(hits[item.id] ?? 0) - 40) < 5 * 40.0.squareRoot(), "\(item)")
        }
    }

    @Test func `whole numbers are shared out by largest remainder, and add up`() {
        #expect(Allocation.largestRemainder(10, among: [50, 30, 20]) == [5, 3, 2])
        #expect(Allocation.largestRemainder(10, among: [1, 1, 1]) == [1, 1, 1])
        #expect(Allocation.largestRemainder(7, among: [10, 10, 10]) == [3, 2, 2])
        #expect(Allocation.largestRemainder(5, among: [100, 1, 1], least: 1) == [3, 1, 1])
        #expect(Allocation.largestRemainder(3, among: []) == [])
        for total in 0...60 {
            for sizes in [[3, 17, 40], [1, 1, 58], [20, 20, 20], [0, 5, 55]] {
                for least in 0...3 {
                    let given = Allocation.largestRemainder(total, among: sizes, least: least)
                    #expect(
                        given.reduce(0, +) == min(total, 60) && zip(given, sizes).allSatisfy { $0 <= $1 },
                        "\(total) \(sizes) \(least) \(given)")
                }
            }
        }
    }

    @Test func `answers weigh as much as they stand for`() throws {
        let estimate = Estimate([(true, 3), (false, 1)])
        #expect(estimate.rate == 0.75 && estimate.effective == 1.6 && estimate.said == Proportion(1, of: 2))
        #expect(Estimate([]).rate == nil && Estimate([]).interval == nil)
        let even = Estimate(Array(repeating: (true, 2.0), count: 9) + [(false, 2.0)])
        #expect(abs(even.effective - 10) < 1e-9)
        let (weighted, plain) = (try #require(even.interval), try #require(Proportion.wilson(0.9, of: 10)))
        #expect(
            abs(weighted.lowerBound - plain.lowerBound) < 1e-12
                && abs(weighted.upperBound - plain.upperBound) < 1e-12)
    }

    @Test func `agreement beyond chance`() {
        #expect(Kappa.cohen([(String, String)]()) == nil && Kappa.cohen([("a", "a"), ("a", "a")]) == nil)
        #expect(Kappa.cohen([("a", "a"), ("b", "b")]) == 1)
        #expect(Kappa.cohen([("a", "b"), ("b", "a")]) == -1)
    }
}

import Foundation
import Rules
import Testing

@Suite struct `No text of a scheme keeps the process busy` {
    private let words = Scheme.Vocabulary(posts: [], households: [], facts: [:])
    private func faults(_ text: String) -> [SchemeFault] { Scheme.read(text, words).faults }
    private func seconds(_ body: () -> Void) -> Double {
        let took = ContinuousClock().measure(body).components
        return Double(took.seconds) + Double(took.attoseconds) / 1e18
    }

    /// What once kept the writer of all offices for ever: aliases behind a sign in quotes, expanded as a key.
    private static let hidden: String = {
        var lines = ["k0: {z: \"#\", y: &a0 [x,x,x,x,x,x,x,x,x,x]}"]
        for level in 1...9 {
            lines.append(
                "k\(level): {z: \"#\", y: &a\(level) ["
                    + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]}")
        }
        return (lines + ["last: {z: \"#\", ? *a9 : 1}"]).joined(separator: "\n")
    }()

    @Test func `aliases are refused wherever they hide, within milliseconds`() {
        var found: [SchemeFault] = []
        #expect(seconds { found = faults(Self.hidden) } < 0.5)
        #expect(found.count == 1 && found.first?.line == 1 && found.first?.zh.contains("锚点") == true)
    }

    @Test(arguments: [
        "a: &x 1", "a: \"#\"\nb: *x", "? &x a\n: 1", "a: !t 1", "a: !!str 1", "- &x [1]", "a: [ &x {b: 1} ]",
    ])
    func `anchors, aliases and tags are refused`(_ text: String) {
        #expect(faults(text).first?.en.contains("Anchors") == true)
    }

    @Test func `signs inside texts are no anchors`() {
        #expect(!faults("scheme: a & b\ntitle: \"*x and !y\"\n").contains { $0.en.contains("Anchors") })
    }

    @Test func `a number whose most lies below its least is a fault and no trap`() {
        let text =
            """
            form:\n  questions:\n    q:\n      label: 几口人\n      takes: number\n      least: 10\n      \
            most: 5\n
            """
        #expect(faults(text).contains { $0.en.contains("must not be below") })
    }

    @Test func `depth, number and length end`() {
        #expect(faults(String(repeating: "[", count: 100_000)).count == 1)
        #expect(faults(String(repeating: "- ", count: 100) + "x").first?.en.contains("deeply") == true)
        #expect(
            faults("a: [" + String(repeating: "x,", count: 30_000) + "]").first?.en.contains("too much")
                == true)
        #expect(faults("a: " + String(repeating: "x", count: 2 << 20)).first?.en.contains("1 MB") == true)
    }

    @Test func `a key is one word, once, and a file one document`() {
        #expect(faults("a: 1\nb: 2\na: 3").map(\.line) == [3])
        #expect(faults("? [a]\n: 1").first?.en.contains("one word") == true)
        #expect(faults("a: 1\n---\nb: 2").first?.line == 2)
        #expect(faults("").first?.zh == "文件是空的。")
    }

    @Test(arguments: [("a: 1\nb: [1\n", 3), ("a: 1\n\tb: 2\n", 2), ("a: 1\nb: 'x\n", 2), ("a: b: c\n", 1)])
    func `what is no YAML is told with the line where it breaks`(_ text: String, _ line: Int) {
        let found = faults(text)
        #expect(
            found.count == 1 && found[0].en.contains("no YAML") && abs(found[0].line - line) <= 1, "\(found)")
    }

    @Test func `thousands of long unknown keys are told in time`() {
        let text = (0..<9_000).map { String(repeating: "k", count: 60) + "\($0): 1\n" }.joined()
        var found: [SchemeFault] = []
        #expect(seconds { found = faults(text) } < 10)
        #expect(found.count == 200)
        #expect(seconds { found = faults(String(repeating: "k", count: 900_000) + ": 1\n") } < 10)
        #expect(found.allSatisfy { $0.zh.utf8.count < 2_000 })
    }

    @Test func `a duty of every week of a thousand years is refused`() {
        let text = """
            scheme: a
            version: 1
            in force: {from: 1800-01-01, until: 2999-12-31}
            duties:
              d: {every: week, within: campaign}
            """
        #expect(faults(text).contains { $0.en.contains("too many duties") })
    }
}

@Suite struct `Reckoning with moments never ends the process` {
    @Test(arguments: [Int64.min, -62_135_596_800_000, -1, 0, 253_402_300_799_999, .max])
    func `the furthest moments`(_ milliseconds: Int64) {
        let moment = Instant(milliseconds: milliseconds)
        #expect(moment.adding(milliseconds: .max) >= moment && moment.adding(milliseconds: .min) <= moment)
        #expect(moment.adding(hours: .max) >= moment && moment.adding(minutes: .min) <= moment)
        _ = (moment.iso, moment.since(Instant(milliseconds: .min)), moment.since(Instant(milliseconds: .max)))
        let day = Zone.china.day(of: moment)
        _ = (
            day.description, day.weekday, day.lastOfMonth, Zone.china.instant(day + .max),
            Zone.china.instant(day - .max)
        )
        let calendar = WorkCalendar()
        for unit in TimeLimit.Unit.allCases {
            _ = calendar.deadline(TimeLimit(3660, unit)!, from: moment)
            _ = calendar.deadline(moment, after: .max, of: unit)
            _ = calendar.elapsed(unit, from: Instant(milliseconds: .min), to: moment)
        }
    }

    @Test func `office hours without room end a deadline after a century instead of never`() {
        var calendar = WorkCalendar()
        calendar.slots = []
        #expect(calendar.deadline(TimeLimit(1, .workHours)!, from: Instant(milliseconds: 0)).isProvisional)
    }

    @Test(arguments: [
        "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "T", " ", "2019-01-01T",
        "2019-01-01T00:00Z+", "２０１９-01-01T00:00Z",
    ])
    func `what no text can tell is no moment`(_ text: String) { #expect(Instant(iso: text) == nil) }
}

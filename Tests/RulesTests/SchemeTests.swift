import Foundation
import Rules
import Testing

@Suite struct `A scheme is read strictly: nobody's policy changes through a habit of YAML` {
    private let words = Scheme.Vocabulary(
        posts: ["town_secretary", "helper"], households: ["registered", "marginal", "ordinary"],
        facts: ["house_grade": ["A", "B", "C", "D"], "is_water_safe": []])

    private static let sound = """
        scheme: example
        version: 1
        title: {zh: 例, en: Example}
        document: {zh: 文, en: Document}
        in force: {from: 2019-08-01, until: 2019-09-30}
        frozen as of: 2018-12-31
        phases:
          first: {title: {zh: 一, en: One}, from: 2019-08-01, until: 2019-08-31, basis: {article: {zh: 一, \
        en: One}, says: {zh: 说, en: Says}}}
        duties:
          visit:
            title: {zh: 访, en: Visit}
            basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
            post: town_secretary
            households: {of: territory, villages: poor, kind: [registered]}
            quota: {share: 20%, rounding: up}
            when nothing is due: leave out
            within: first
        """

    /// The lines and English words of what is wrong after one line was replaced.
    private func faults(_ old: String, _ new: String) -> [String] {
        #expect(Self.sound.contains(old), "\(old)")
        return Scheme.read(Self.sound.replacing(old, with: new), words).faults.map { "\($0.line) \($0.en)" }
    }

    @Test func `a sound text is read whole`() throws {
        let (scheme, faults) = Scheme.read(Self.sound, words)
        #expect(faults == [])
        let duty = try #require(scheme.duties.first)
        #expect(duty.from == Day("2019-08-01") && duty.until == Day("2019-08-31") && duty.share == 200)
        #expect([0, 1, 4, 5, 6, 10].map(duty.due) == [0, 1, 1, 1, 2, 2])
        #expect(
            duty.isAbout(kind: "registered", inPoorVillage: true)
                && !duty.isAbout(kind: "registered", inPoorVillage: false)
                && !duty.isAbout(kind: "marginal", inPoorVillage: true))
    }

    @Test func `an unknown key is refused with its line and the nearest known one`() {
        #expect(
            faults("    post: town_secretary", "    posts: town_secretary").contains {
                $0.hasPrefix("13 “posts” is not known. Is “post” meant?")
            })
        #expect(
            faults("post: town_secretary", "post: town_secretry").first
                == """
                13 “town_secretry” is not known. Is “town_secretary” meant? Known: town_secretary, helper.
                """
        )
        #expect(
            faults("within: first", "within: frist").first?.hasPrefix(
                "17 “frist” is not known. Is “first” meant?") == true)
    }

    @Test func `every rule has its basis, and rounding and the empty denominator are said`() {
        #expect(
            faults("    basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}\n    post", "    post")
                .contains { $0.contains("“basis” is missing") })
        #expect(faults(", rounding: up", "").contains { $0.contains("“rounding” is missing") })
        #expect(
            faults("    when nothing is due: leave out\n", "").contains {
                $0.contains("“when nothing is due” is missing")
            })
        #expect(faults(", en: Visit}", "}").contains { $0.contains("“en” is missing") })
    }

    @Test func `anchors, repeated keys, odd numbers and impossible days are refused`() {
        #expect(
            faults("title: {zh: 例, en: Example}", "title: &a {zh: 例, en: Example}").first?.hasPrefix(
                "3 Anchors") == true)
        #expect(faults("version: 1", "version: 1\nversion: 2").first?.contains("YAML") == true)
        for number in ["01", "0x1", "1.0", "yes"] {
            #expect(
                faults("version: 1", "version: \(number)").first?.hasPrefix(
                    "2 “\(number)” is not a whole number") == true, "\(number)")
        }
        #expect(
            faults("frozen as of: 2018-12-31", "frozen as of: 2018-02-30").first?.hasPrefix(
                "6 “2018-02-30” is not a date") == true)
        #expect(faults("share: 20%", "share: 0.2").first?.contains("is not a share like 20%") == true)
        #expect(
            faults("from: 2019-08-01, until: 2019-09-30", "from: 2019-10-01, until: 2019-09-30").contains {
                $0.hasPrefix("5 It ends before it begins")
            })
    }

    @Test func `a phase stays inside the scheme and overlaps no other`() {
        let phase = "  first: {title: {zh: 一, en: One}, from: 2019-08-01, until: 2019-08-31,"
        #expect(
            faults(phase, phase.replacing("2019-08-31", with: "2019-10-31")).contains {
                $0.contains("longer than the scheme")
            })
        let second =
            "  second: {title: {zh: 二, en: Two}, from: 2019-08-31, until: 2019-09-30, basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}}\n"
        #expect(faults("duties:\n", second + "duties:\n").contains { $0.contains("overlap") })
    }

    @Test func `a duty that comes back every week is one duty a week, cut at the window's ends`() throws {
        let text = Self.sound.replacing(
            "    households: {of: territory, villages: poor, kind: [registered]}\n",
            with: "    points: of territory\n    every: week\n")
        let (scheme, faults) = Scheme.read(text, words)
        #expect(faults == [])
        #expect(
            scheme.duties.map(\.name) == [
                "visit.2019-08-01", "visit.2019-08-05", "visit.2019-08-12", "visit.2019-08-19",
                "visit.2019-08-26",
            ])
        #expect(scheme.duties.map(\.until).last == Day("2019-08-31"))
        #expect(zip(scheme.duties, scheme.duties.dropFirst()).allSatisfy { $0.until + 1 == $1.from })
        #expect(scheme.duties.allSatisfy { $0.isAboutPoints && $0.series?.name == "visit" })
        #expect(
            Scheme.read(text.replacing("every: week", with: "every: day"), words).faults.first?.en.contains(
                "week") == true)
    }

    @Test func `look-back, exit, gates and orders take only what the program knows`() {
        let basis = "basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}"
        let known = Scheme.Vocabulary(
            posts: words.posts, households: words.households, facts: words.facts,
            members: ["school": ["primary"]], villages: ["road": ["concrete"]],
            parameters: ["line", "days"], measures: ["house"])
        let more = """

            gates: [house_grade]
            look-back: {title: {zh: 回, en: Back}, \(basis), post: helper, kind: registered, compares: \
            [house_grade], within: first}
            exit:
              household:
                income: {title: {zh: 收, en: Income}, \(basis), takes: income, at least: line}
                school: {title: {zh: 学, en: School}, \(basis), takes: members, from age: 6, to age: 15, \
            fact: school, is: primary}
              village:
                road: {title: {zh: 路, en: Road}, \(basis), takes: fact, fact: road, is: concrete}
              notice: days
              county:
                missed: {title: {zh: 漏, en: Missed}, \(basis), veto: line}
            """
        let whole = Scheme.read(Self.sound + more, known)
        #expect(
            whole.faults == [] && whole.scheme.gates == ["house_grade"]
                && whole.scheme.exit?.household.count == 2)
        for (old, new, word) in [
            ("[house_grade]\nlook", "[house_grad]\nlook", "house_grade"),
            ("at least: line", "at least: lin", "line"),
            ("fact: school", "fact: shool", "school"),
            ("missed:", "mised:", "missed"), ("post: helper", "post: helpr", "helper"),
            ("takes: income", "takes: incme", "income"),
            ("is: concrete", "is: concret", "concrete"),
        ] {
            let faults = Scheme.read((Self.sound + more).replacing(old, with: new), known).faults
            #expect(faults.contains { $0.en.contains("Is “\(word)” meant?") }, "\(new): \(faults.map(\.en))")
        }
        let order =
            "\norders:\n  houses: {title: {zh: 令, en: Order}, \(basis), unit: hq, target: 0, by: 2019-08-31}"
        #expect(
            Scheme.read(Self.sound + order, known).faults.contains {
                $0.en.contains("counts households (counts) or cases (cases)")
            })
    }

    @Test func `texts that are no scheme at all are refused, whatever they are`() {
        for text in [
            "", "a", "- 1\n- 2", "scheme: [", "\t", "{}", "duties: 3", "scheme: {a: 1}",
            String(repeating: "[", count: 200),
        ] {
            #expect(!Scheme.read(text, words).faults.isEmpty, "\(text.prefix(20))")
        }
    }
}

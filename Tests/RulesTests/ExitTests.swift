import Rules
import Testing

@Suite struct `A rate has its interval, and whole numbers decide` {
    /// Values of the published formula, computed with forty digits, in tenths of thousandths rounded outward.
    @Test(arguments: [
        (0, 10, 0...2_776), (1, 2, 945...9_055), (72, 32_790, 17...28), (7_811, 8_203, 9_473...9_567),
        (10, 10, 7_224...10_000), (5, 334, 64...346),
        (0, 334, 0...114),
    ])
    func `the interval is Wilson's`(part: Int, whole: Int, interval: ClosedRange<Int>) {
        #expect(Proportion(part, of: whole).interval == interval)
    }

    @Test func `nothing has no rate and no interval, and a limit is met exactly at its edge`() {
        #expect(Proportion(0, of: 0).thousandths == nil && Proportion(0, of: 0).interval == nil)
        let edge = Proportion(2, of: 100)
        #expect(!edge.isAbove(20) && !edge.isBelow(20))
        #expect(Proportion(201, of: 10_000).isAbove(20) && Proportion(199, of: 10_000).isBelow(20))
        #expect(Proportion(201, of: 10_000).thousandths == 20, "rounding would have hidden it")
    }

    @Test func `the interval holds the rate and lies inside nought and one, whatever the numbers`() {
        var dice = SplitMix64(seed: 20_190_920)
        for _ in 0..<2_000 {
            let whole = 1 + Int(dice.next() % 5_000)
            let part = Int(dice.next() % UInt64(whole + 1))
            guard let interval = Proportion(part, of: whole).interval else {
                Issue.record("no interval"); return
            }
            #expect(interval.lowerBound >= 0 && interval.upperBound <= 10_000)
            #expect(
                interval.lowerBound * whole <= part * 10_000 && part * 10_000 <= interval.upperBound * whole)
        }
    }
}

@Suite struct `A check of exit explains itself` {
    private func finding(
        _ rule: Scheme.Check.Rule, _ parameters: [String: Int] = [:], _ edit: (inout ExitFacts) -> Void
    ) -> ExitFinding {
        var known = ExitFacts()
        edit(&known)
        return rule.finding(known, parameters)
    }

    @Test func `a fact holds, fails, or is not known`() {
        let rule = Scheme.Check.Rule.fact("house_grade", values: ["A", "B"])
        #expect(finding(rule) { $0.facts["house_grade"] = "B" }.holds == true)
        #expect(finding(rule) { $0.facts["house_grade"] = "D" }.holds == false)
        #expect(finding(rule) { _ in }.holds == nil)
        #expect(finding(rule) { $0.facts["house_grade"] = "D" }.evidence == [.value("D")])
    }

    @Test func `members of other ages are not asked; somebody of unknown age is`() {
        let rule = Scheme.Check.Rule.members(ages: 6...15, fact: "school", values: ["primary", "junior"])
        #expect(finding(rule) { $0.members = [("老人", 70, [:])] }.evidence == [.nobody])
        #expect(finding(rule) { $0.members = [("老人", 70, [:])] }.holds == true)
        #expect(
            finding(rule) { $0.members = [("孩子", 9, ["school": "primary"]), ("老人", 70, [:])] }.holds == true)
        #expect(finding(rule) { $0.members = [("孩子", 9, ["school": "dropped"])] }.holds == false)
        #expect(finding(rule) { $0.members = [("孩子", 9, [:])] }.holds == nil)
        #expect(
            finding(rule) { $0.members = [("谁", nil, ["school": "none"])] }.holds == nil,
            "an unknown age fails nobody")
        #expect(finding(rule) { $0.members = [("谁", nil, ["school": "junior"])] }.holds == true)
    }

    @Test func `a number that the office has not set decides nothing`() {
        let income = Scheme.Check.Rule.income(parameter: "line")
        #expect(finding(income) { $0.income = 9_000 }.evidence == [.unset("line")])
        #expect(finding(income) { $0.income = 9_000 }.holds == nil)
        #expect(finding(income, ["line": 3_200]) { $0.income = 3_200 }.holds == true)
        #expect(finding(income, ["line": 3_200]) { $0.income = 3_199 }.holds == false)
        #expect(finding(income, ["line": 3_200]) { _ in }.holds == nil)
        let incidence = Scheme.Check.Rule.incidence(parameter: "most")
        #expect(finding(incidence, ["most": 20]) { ($0.poor, $0.population) = (2, 100) }.holds == true)
        #expect(finding(incidence, ["most": 20]) { ($0.poor, $0.population) = (3, 100) }.holds == false)
        #expect(finding(incidence, ["most": 20]) { $0.poor = 3 }.holds == nil, "without the village's people")
    }
}

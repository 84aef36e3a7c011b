import Rules
import Testing

@testable import Governance

/// Every life table is whole, and a procedure keeps its order whoever tries what.
struct LifecycleTests {
    private func check<Record: LifecycleRecord>(_: Record.Type) {
        let verbs = Record.lifecycle.map(\.verb)
        #expect(Set(verbs) == Set(Record.Verb.allCases), "\(Record.self) has a line for each verb")
        #expect(verbs.count == Record.Verb.allCases.count, "\(Record.self) has one line a verb")
        for transition in Record.lifecycle {
            #expect(!transition.from.isEmpty && !transition.words.zh.isEmpty && !transition.words.en.isEmpty)
            let names = transition.form.flatMap(\.names)
            #expect(Set(names).count == names.count, "\(Record.self) \(transition.verb) asks a name twice")
        }
    }

    @Test func `every life table has one line for each of its verbs`() {
        check(Case.self)
        check(Decision.self)
        check(ChangeRequest.self)
        check(DoubleEntry.self)
        check(LedgerEntry.self)
        check(ScoreSheet.self)
        check(EvaluationRound.self)
        check(Sample.self)
        check(SampleItem.self)
    }

    @Test func `whoever tries whatever, a procedure keeps its order, its hands and its days`() {
        var chance = SplitMix64(seed: 2019)
        func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &chance)] }
        let procedure = ExitProcedure.procedure
        let people = (1...3).map { ID<Person>(milliseconds: 1, random: (UInt64($0), 0)) }
        let today = Day("2019-09-30")!
        var reached: Set<ExitStep> = []
        for _ in 0..<400 {
            var steps: [SignedStep<ExitStep>] = []
            for number in 1...30 {
                let step =
                    Int.random(in: 0..<3, using: &chance) == 0
                    ? pick(ExitStep.allCases) : pick(procedure.next(steps) + [.appraised])
                let (person, day) = (pick(people), today + pick([-9, -3, -1, 0, 0, 1]))
                let refusal = procedure.refusal(of: step, after: steps, by: person, for: day, today: today)
                let isNext = procedure.next(steps).contains(step)
                let run = steps.suffix(from: steps.lastIndex { $0.kind == .appraised } ?? 0)
                let isOwn = step == .checked && run.contains { $0.kind == .appraised && $0.person == person }
                let isDay = day <= today && (steps.last.map { $0.day <= day } ?? true)
                #expect((refusal == nil) == (isNext && !isOwn && isDay), "\(steps.map(\.kind)) \(step)")
                guard refusal == nil else { continue }
                reached.insert(step)
                steps.append(
                    SignedStep(
                        number: number, step, day: day, at: Instant(milliseconds: Int64(number)),
                        person: person))
            }
        }
        #expect(reached == Set(ExitStep.allCases), "the lives come to every step")
    }

    @Test func `a notice hangs for its days from when it was written down, not from a day that was typed`() {
        let procedure = ExitProcedure.procedure
        let (zone, written) = (Zone.china, Zone.china.instant(Day("2019-09-10")!))
        let notice = SignedStep(
            number: 4, ExitStep.notified, day: Day("2019-09-01")!, at: written, person: nil)
        let what = Phrase(zh: "公告", en: "it can be announced")
        for (day, isReady) in [("2019-09-08", false), ("2019-09-16", false), ("2019-09-17", true)] {
            let refusal = procedure.refusal(
                toEnd: notice, after: 7, on: Day(day)!, zone: zone, what: what)
            #expect((refusal == nil) == isReady, "\(day)")
        }
    }
}

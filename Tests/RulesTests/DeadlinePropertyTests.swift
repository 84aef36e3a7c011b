import Testing

@testable import Rules

/// What holds for every limit and every start.
struct DeadlinePropertyTests {
    private func anyStart(_ chance: inout SplitMix64) -> Instant {
        let from = moment("2018-12-20", "00:00").milliseconds
        return Instant(milliseconds: from + Int64.random(in: 0..<400 * 86_400_000, using: &chance))
    }

    @Test(arguments: TimeLimit.Unit.allCases)
    func `a longer limit never ends earlier`(_ unit: TimeLimit.Unit) throws {
        var chance = SplitMix64(seed: 11)
        for _ in 0..<2000 {
            let start = anyStart(&chance)
            let amount = Int.random(in: 1...60, using: &chance)
            let short = calendar2019.deadline(try #require(TimeLimit(amount, unit)), from: start)
            let long = calendar2019.deadline(try #require(TimeLimit(amount + 1, unit)), from: start)
            #expect(short.at < long.at, "\(amount) \(unit) from \(start.iso)")
            #expect(!short.isProvisional || long.isProvisional, "what is longer is not surer")
        }
    }

    @Test(arguments: TimeLimit.Unit.allCases)
    func `a later start never ends earlier`(_ unit: TimeLimit.Unit) throws {
        var chance = SplitMix64(seed: 12)
        for _ in 0..<2000 {
            let start = anyStart(&chance)
            let later = start.adding(milliseconds: Int64.random(in: 0..<3 * 86_400_000, using: &chance))
            let limit = try #require(TimeLimit(Int.random(in: 1...40, using: &chance), unit))
            let (a, b) = (
                calendar2019.deadline(limit, from: start).at, calendar2019.deadline(limit, from: later).at
            )
            #expect(a <= b, "\(limit) from \(start.iso) and \(later.iso)")
        }
    }

    @Test(arguments: [TimeLimit.Unit.workDays, .workHours])
    func `a deadline in work time always falls into the work time of a work day`(_ unit: TimeLimit.Unit)
        throws
    {
        var chance = SplitMix64(seed: 13)
        for _ in 0..<2000 {
            let start = anyStart(&chance)
            let limit = try #require(TimeLimit(Int.random(in: 1...80, using: &chance), unit))
            let due = calendar2019.deadline(limit, from: start).at
            #expect(
                calendar2019.isWorkday(Zone.china.day(of: due)), "\(limit) from \(start.iso) ends \(due.iso)")
            let time = Zone.china.time(of: due)
            #expect(calendar2019.slots.contains { $0.from < time && time <= $0.until })
        }
    }

    @Test func `work hours granted are work minutes spent`() throws {
        var chance = SplitMix64(seed: 14)
        for _ in 0..<500 {
            let seconds = anyStart(&chance).milliseconds / 60_000 * 60_000
            let start = Instant(milliseconds: seconds)
            let hours = Int.random(in: 1...80, using: &chance)
            let due = calendar2019.deadline(try #require(TimeLimit(hours, .workHours)), from: start).at
            #expect(calendar2019.workMinutes(from: start, to: due) == hours * 60)
        }
    }

    @Test func `work minutes of two spans add up to those of the whole`() {
        var chance = SplitMix64(seed: 15)
        for _ in 0..<1000 {
            let marks = (0..<3).map { _ in
                Instant(milliseconds: anyStart(&chance).milliseconds / 60_000 * 60_000)
            }.sorted()
            let whole = calendar2019.workMinutes(from: marks[0], to: marks[2])
            #expect(
                whole == calendar2019.workMinutes(from: marks[0], to: marks[1])
                    + calendar2019.workMinutes(from: marks[1], to: marks[2]))
        }
    }

    @Test(arguments: [
        "0 work_days", "-1 work_days", "3661 work_days", "5", "5 days", "work_days 5", "5 work_days x", "",
        "five work_days",
    ])
    func `a text that is no limit is refused`(_ text: String) {
        #expect(TimeLimit(text) == nil)
    }

    @Test func `limits and stages read back as they are written`() throws {
        for unit in TimeLimit.Unit.allCases {
            for amount in [1, 5, 3660] {
                #expect(TimeLimit("\(amount) \(unit.rawValue)")?.description == "\(amount) \(unit.rawValue)")
            }
        }
        let text = "guard: 3 urgent_hours; repair: 8 urgent_hours; restore: 5 work_days"
        let stages = try #require(Stage.list(text))
        #expect(stages.map(\.name) == ["guard", "repair", "restore"])
        #expect(stages.map(\.limit.description) == ["3 urgent_hours", "8 urgent_hours", "5 work_days"])
        #expect(Stage.text(stages) == text)
        #expect(Stage.list("") == [])
    }

    @Test(arguments: [
        "guard", "guard:", ": 3 urgent_hours", "guard: 3 hours", "guard: 3 urgent_hours; repair",
        "a: b: 3 work_days",
    ])
    func `a text that is no list of stages is refused`(_ text: String) {
        #expect(Stage.list(text) == nil)
    }

    @Test(arguments: TimeLimit.Unit.allCases)
    func `a deadline that stood still keeps what was left of it, and never ends outside its own clock`(
        _ unit: TimeLimit.Unit
    ) throws {
        var chance = SplitMix64(seed: 14)
        for _ in 0..<1000 {
            let start = anyStart(&chance)
            let due = calendar2019.deadline(
                try #require(TimeLimit(Int.random(in: 2...20, using: &chance), unit)), from: start
            ).at
            let stopped = start.adding(
                milliseconds: Int64.random(in: 0..<max(1, due.since(start)), using: &chance))
            let resumed = stopped.adding(milliseconds: Int64.random(in: 0..<60 * 86_400_000, using: &chance))
            let still = calendar2019.elapsed(unit, from: stopped, to: resumed)
            let later = calendar2019.deadline(due, after: still, of: unit).at
            #expect(later >= due)
            let (left, leftNow) = (
                calendar2019.elapsed(unit, from: stopped, to: due),
                calendar2019.elapsed(unit, from: resumed, to: later)
            )
            // What began within a minute of the work clock counts as that minute.
            #expect(leftNow >= left - 60_000, "\(unit) from \(stopped.iso) to \(resumed.iso)")
            #expect(leftNow <= left + (unit == .workDays ? 420 : 1) * 60_000)
            if unit == .workDays || unit == .workHours {
                #expect(calendar2019.isWorkday(Zone.china.day(of: later)))
            }
        }
    }
}

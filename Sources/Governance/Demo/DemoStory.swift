import Rules

/// Plans what happens to every case of the demo: who, what, when. Nothing is read while planning; the verbs
/// decide afterwards whether it is allowed.
struct DemoStory {
    let cast: DemoCast
    let chance: Chance
    private var calendar: WorkCalendar { cast.calendar }

    init(cast: DemoCast, chance: Chance) { (self.cast, self.chance) = (cast, chance) }

    /// Everything, in any order.
    func scenes() throws -> [DemoScene] {
        var scenes: [DemoScene] = []
        // 224 transfers of the 110 line in the first half-year, as the seed reports.
        scenes += try batch(.police, count: 224, from: day(1, 1), to: day(6, 30))
        scenes += try batch(.police, count: 34, from: day(7, 1), to: day(7, 31))
        scenes += try batch(.patrol, count: 168, from: day(1, 2), to: day(7, 31))
        for (source, count) in [
            (Case.Source.inspection, 28), (.desk, 30), (.hotline, 40), (.resident, 36), (.visit, 16),
            (.meeting, 8), (.opinion, 14),
        ] {
            scenes += try batch(source, count: count, from: day(1, 3), to: day(7, 31))
        }
        scenes += try DemoMatters(cast: cast).scenes()
        scenes += try DemoLastDays(cast: cast, chance: chance).scenes()
        // What came after the summer is drawn last: the first half-year stays as the seed reports it.
        for (source, count) in [
            (Case.Source.police, 52), (.patrol, 58), (.inspection, 9), (.desk, 9), (.hotline, 14),
            (.resident, 12), (.visit, 5), (.meeting, 3), (.opinion, 5),
        ] { scenes += try batch(source, count: count, from: day(8, 1), to: day(9, 20)) }
        scenes += DemoRounds(cast: cast, chance: chance).scenes()
        scenes += DemoInspection(cast: cast).scenes()
        scenes += clockwork()
        return scenes
    }

    func day(_ month: Int, _ day: Int) -> Day {
        Day(year: 2019, month: month, day: day) ?? Day(number: 17_897)
    }

    /// Lateness climbs twice a day, as the server's own clockwork would let it.
    private func clockwork() -> [DemoScene] {
        var scenes: [DemoScene] = []
        var date = day(1, 2)
        while date <= day(9, 20) {
            for minutes in [510, 575, 1090] {
                let at = calendar.zone.instant(date, ClockTime(minutes: minutes))
                scenes.append(DemoScene(at: at) { try Escalation.run(for: Demo.county, at: at, in: $0) })
            }
            date = date + 1
        }
        return scenes
    }

    /// Cases of one source, spread over a time.
    private func batch(_ source: Case.Source, count: Int, from: Day, to: Day) throws -> [DemoScene] {
        let findings = cast.findings.filter { $0.source == source }
        let span = to.number - from.number + 1
        return try (0..<count).flatMap { index -> [DemoScene] in
            var date = from + (index * span / count)
            if source != .police { while !calendar.isWorkday(date) { date = date + 1 } }
            let minutes =
                source == .police ? 60 * (6 + chance.below(17)) + chance.below(60) : 515 + chance.below(500)
            var at = calendar.zone.instant(date, ClockTime(minutes: minutes))
            if source != .police { at = calendar.after(workMinutes: 1, from: at).at }
            var life = DemoLife(
                cast: cast, chance: chance, finding: chance.one(of: findings), grid: 1 + chance.below(24),
                at: at)
            return try life.plan()
        }
    }
}

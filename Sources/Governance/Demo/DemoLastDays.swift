import Rules

/// What lies on the desks when the demo opens: something for every page to show.
struct DemoLastDays {
    let cast: DemoCast
    let chance: Chance

    /// A time on the day so many work days before the opening.
    private func at(_ workdaysBefore: Int, _ hour: Int, _ minute: Int) -> Instant {
        var (day, left) = (cast.calendar.zone.day(of: Demo.opensAt), workdaysBefore)
        while left > 0 {
            day = day - 1
            if cast.calendar.isWorkday(day) { left -= 1 }
        }
        return cast.calendar.zone.instant(day, ClockTime(minutes: hour * 60 + minute))
    }

    private func life(_ category: String, grid: Int, _ at: Instant) -> DemoLife? {
        let seen = cast.findings.filter { $0.category == category }
        return (seen.first { $0.source == .patrol } ?? seen.first { $0.source != .police } ?? seen.first).map
        { finding in
            var finding = finding
            if finding.source == .police {
                finding.source = .desk
            } else if finding.source == .resident {
                finding.source = .opinion
            }
            return DemoLife(cast: cast, chance: chance, finding: finding, grid: grid, at: at)
        }
    }

    func scenes() throws -> [DemoScene] {
        longOverdue() + escalated() + twiceReturned() + asksForMoreTime() + asksToSuspend() + explained()
            + dueToday() + toCheck() + fresh()
    }

    /// Late for days: it has climbed to the first-in-command.
    private func longOverdue() -> [DemoScene] {
        guard var life = life("facilities.street-lamp", grid: 23, at(9, 9, 10)) else { return [] }
        open(&life, "urban-management", "cheyuhuan")
        life.at = at(5, 10, 30)
        life.verb(.note, by: "cheyuhuan", ["words": "灯杆归供电还是市政没有定，两家都说要先有接电手续。"])
        return life.planned
    }

    /// The deputy asks the first-in-command for a word.
    private func escalated() -> [DemoScene] {
        guard var life = life("noise.square-dance", grid: 6, at(2, 10, 20)) else { return [] }
        open(&life, "public-safety", "qihongbin", limit: "5 work_days")
        life.at = at(1, 17, 10)
        life.verb(.escalate, by: "mengshutao", ["reason": "两支舞队争一块场地，牵涉两个社区，请书记定个章程。"])
        return life.planned
    }

    /// Two units sent it back: the deputy has to name the lead.
    private func twiceReturned() -> [DemoScene] {
        guard var life = life("facilities.drain-blocked", grid: 8, at(2, 9, 5)) else { return [] }
        _ = life.report()
        life.wait(20)
        life.file()
        for (unit, login, reason) in [
            ("property-runlan", "dingbaozhu", "主管道在院外，归市政，不归物业。"),
            ("urban-management", "yinshouxin", "堵点在小区红线内的支管，请物业先疏通。"),
        ] {
            life.wait(40)
            dispatch(&life, unit, login)
            life.wait(90)
            life.verb(.giveBack, by: login, ["reason": reason])
        }
        return life.planned
    }

    private func asksForMoreTime() -> [DemoScene] {
        guard var life = life("illegal.existing", grid: 20, at(5, 10, 0)) else { return [] }
        open(&life, "enforcement", "ludapeng")
        life.at = at(1, 16, 20)
        life.verb(.extend, by: "ludapeng", ["days": "5", "reason": "当事人答应自己拆，棚里货物要几天腾空，等他腾完再拆不伤和气。"])
        return life.planned
    }

    private func asksToSuspend() -> [DemoScene] {
        guard var life = life("facilities.road-damaged", grid: 3, at(7, 9, 30)) else { return [] }
        open(&life, "urban-management", "cheyuhuan")
        life.at = at(1, 11, 10)
        life.verb(
            .suspend, by: "cheyuhuan",
            ["until": "2019-11-20", "reason": "这一段十一月要随雨污分流一起开挖，现在补了还要再挖。已先填平、立牌。"])
        return life.planned
    }

    private func explained() -> [DemoScene] {
        guard var life = life("facilities.fitness", grid: 17, at(4, 9, 0)) else { return [] }
        open(&life, "urban-management", "yinshouxin")
        life.at = at(1, 15, 0)
        life.verb(.explain, by: "yinshouxin", ["reason": "这块空地是燃气调压箱的安全间距，不能装器材。已和反映人当面说明，改在南门小游园加装。"])
        return life.planned
    }

    /// Due on the day on which the demo opens.
    private func dueToday() -> [DemoScene] {
        var scenes: [DemoScene] = []
        for (category, grid, unit, login) in [
            ("sanitation.refuse-not-cleared", 7, "property-runlan", "pengqiuju"),
            ("street.vendors", 15, "enforcement", "xiangxiaojun"),
            ("fire.corridor-piles", 21, "property-jiayue", "daichunxi"),
        ] {
            guard var life = life(category, grid: grid, at(1, 15, 30)) else { continue }
            open(&life, unit, login, limit: "6 work_hours")
            scenes += life.planned
        }
        return scenes
    }

    private func toCheck() -> [DemoScene] {
        var scenes: [DemoScene] = []
        for (category, grid, unit, login) in [
            ("fire.fly-wire-charging", 14, "property-mushi", "anmancang"),
            ("property.entrance-lock", 2, "property-anhe", "huliancai"),
            ("vehicles.abandoned", 9, "property-runlan", "dingbaozhu"),
        ] {
            guard var life = life(category, grid: grid, at(2, 14, 40)) else { continue }
            open(&life, unit, login)
            life.at = at(0, 8, 45)
            life.verb(.handle, by: login, ["done": life.finding.handled])
            scenes += life.planned
        }
        return scenes
    }

    /// Came in this morning: reported, nobody has looked yet; one is filed and waits for a person.
    private func fresh() -> [DemoScene] {
        var scenes: [DemoScene] = []
        let sources: [(Case.Source, String, Int, Int)] = [
            (.police, "security.noise-dispute", 10, 5), (.resident, "property.lift", 22, 21),
            (.hotline, "noise.construction", 5, 33),
        ]
        for (source, category, grid, minute) in sources {
            guard var finding = cast.findings.first(where: { $0.category == category }) else { continue }
            finding.source = source
            var life = DemoLife(
                cast: cast, chance: chance, finding: finding, grid: grid, at: at(0, 9, minute))
            _ = life.report()
            scenes += life.planned
        }
        if var life = life("sanitation.back-street", grid: 18, at(0, 8, 50)) {
            _ = life.report()
            life.wait(12)
            life.file()
            scenes += life.planned
        }
        // A grid worker's own work: the neighbours' quarrel goes to the grid.
        if var life = life("livelihood.neighbour-dispute", grid: 7, at(1, 10, 0)) {
            open(&life, "community-2", "fanyutong")
            scenes += life.planned
        }
        if var life = life("livelihood.stray-dogs", grid: 7, at(3, 9, 20)) {
            open(&life, "community-2", "fanyutong", limit: "2 work_days")
            scenes += life.planned
        }
        return scenes
    }

    private func open(_ life: inout DemoLife, _ unit: String, _ login: String, limit: String = "") {
        _ = life.report()
        life.wait(10)
        life.verb(
            .file, by: "qinxiaoman",
            [
                "category": life.finding.category, "territory": cast.grids[life.grid - 1].id, "limit": limit,
                "finding": "网格员现场看过，属实。",
            ])
        life.wait(10)
        dispatch(&life, unit, login)
        life.wait(15)
        life.verb(.accept, by: login, [:])
    }

    private func dispatch(_ life: inout DemoLife, _ unit: String, _ login: String) {
        life.verb(
            .dispatch, by: "qinxiaoman",
            ["unit": cast.units[unit]?.id.text ?? "", "person": cast.people[login]?.person?.text ?? ""])
    }
}

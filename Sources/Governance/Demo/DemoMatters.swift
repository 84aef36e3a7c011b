import Rules

/// The three matters that the joint meeting solved, step by step as their table tells them.
struct DemoMatters {
    let cast: DemoCast

    /// What the table leaves out: category, limit, grid and place of each matter.
    private static let settings:
        [String: (category: String, limit: String, grid: Int, place: String, title: String)] = [
            "no2-block": ("illegal.existing", "190 calendar_days", 1, "二号街坊院内", "二号街坊整体改造提升"),
            "zombie-vehicles": ("vehicles.abandoned", "30 calendar_days", 7, "裕丰花园院内", "裕丰花园13辆“僵尸车”"),
            "fly-wire": ("fire.fly-wire-charging", "70 calendar_days", 14, "永拓机械厂生活区5号楼", "永拓生活区5号楼飞线充电"),
        ]

    func scenes() throws -> [DemoScene] {
        var ids: [String: ID<Case>] = [:]
        return cast.matters.compactMap { row in
            guard let matter = row["matter"], let setting = Self.settings[matter],
                let day = Day(row["day"] ?? ""),
                let time = ClockTime(row["time"] ?? ""), let login = row["login"], let word = row["verb"],
                let text = row["text_zh"]
            else { preconditionFailure("the demo's matters have a broken row: \(row)") }
            let at = cast.calendar.zone.instant(day, time)
            let id = ids[matter] ?? ID(milliseconds: at.milliseconds, random: (UInt64(matter.utf8.count), 7))
            ids[matter] = id
            let actor = cast.actor(login)
            if word == "report" {
                var report = CaseReport(source: .patrol)
                (report.id, report.title, report.body, report.place) = (
                    id, setting.title, text, setting.place
                )
                (report.territory, report.category) = (cast.grids[setting.grid - 1].id, setting.category)
                report.photos = cast.photos["\(matter)-before"].map { [$0] } ?? []
                let draft = report
                return DemoScene(at: at) { try Cases.report(draft, by: actor, at: at, in: $0) }
            }
            guard let verb = CaseVerb(rawValue: word == "callback" ? "call-back" : word) else {
                preconditionFailure("no verb \(word)")
            }
            var answers = answers(
                verb, text, setting.category, setting.limit, cast.grids[setting.grid - 1].id)
            if verb == .handle {
                let isLast =
                    cast.matters.last { $0["matter"] == matter && $0["verb"] == word }?["day"] == row["day"]
                answers.photos = cast.photos[isLast ? "\(matter)-after" : setting.category].map { [$0] } ?? []
            }
            let told = answers
            return DemoScene(at: at) {
                try Cases.perform(verb, on: id, with: told, by: actor, at: at, in: $0)
            }
        }
    }

    private func answers(
        _ verb: CaseVerb, _ text: String, _ category: String, _ limit: String, _ grid: String
    ) -> FormInput {
        switch verb {
        case .file:
            return FormInput(["category": category, "territory": grid, "limit": limit, "finding": text])
        case .dispatch, .assist:
            var named: [String: String] = [:]
            for part in text.split(separator: ";", maxSplits: 3) {
                let halves = part.split(separator: "=", maxSplits: 1).map(String.init)
                if halves.count == 2 { named[halves[0]] = halves[1] }
            }
            return FormInput([
                "unit": named["unit"].flatMap { cast.units[$0]?.id.text } ?? "",
                "person": named["person"].flatMap { cast.people[$0]?.person?.text } ?? "",
                "stand_in": named["stand_in"].flatMap { cast.people[$0]?.person?.text } ?? "",
                "words": named["words"] ?? "",
            ])
        case .callBack:
            return FormInput(["reached": "1", "solved": "1", "satisfaction": "satisfied", "words": text])
        case .giveBack, .rework, .escalate: return FormInput(["reason": text])
        case .handle: return FormInput(["done": text])
        case .check: return FormInput(["finding": text])
        case .note: return FormInput(["words": text, "is_public": "1"])
        default: return FormInput(["words": text])
        }
    }
}

import Rules
import Store

/// The monthly inspection with comparison: July and August are judged, September is under way, and the public
/// is being asked.
struct DemoInspection {
    let cast: DemoCast
    /// A stream of its own: what others draw does not move when something is added here.
    private let chance = Chance.seeded(20_190_801)

    init(cast: DemoCast) { self.cast = cast }

    private func at(_ day: String, _ hour: Int, _ minute: Int = 0) -> Instant {
        cast.calendar.zone.instant(Day(day) ?? Day(number: 18_109), ClockTime(minutes: hour * 60 + minute))
    }

    func scenes() -> [DemoScene] {
        var clerk = Actor.system(of: Demo.county)
        clerk.name = .asGiven("童亦凡")
        let (administrator, published) = (clerk, at("2019-08-05", 9))
        var scenes = [
            DemoScene(at: published) { books in
                try Evaluations.publish(
                    Embedded.text("chongqinglu-inspection-2019.evaluation.yaml"), by: administrator,
                    at: published, in: books)
            }
        ]
        scenes += month(
            "2019-07-15", opened: at("2019-08-05", 10), looked: at("2019-08-06", 15),
            judged: at("2019-08-07", 9))
        scenes += month(
            "2019-08-15", opened: at("2019-09-02", 9), looked: at("2019-09-03", 15),
            judged: at("2019-09-04", 10))
        scenes += [opening("2019-09-15", at("2019-09-16", 9)), asked(at("2019-09-09", 9))]
        for (index, day) in ["2019-09-11", "2019-09-12", "2019-09-16", "2019-09-17"].enumerated() {
            let moment = at(day, 16)
            scenes.append(
                DemoScene(at: moment) { try interview(share: index + 1, of: 5, at: moment, in: $0) })
        }
        return scenes
    }

    private var office: Actor { cast.actor("qinxiaoman") }
    private var judges: [Actor] { [cast.actor("shanglikun"), cast.actor("mengshutao")] }

    private func opening(_ month: String, _ moment: Instant) -> DemoScene {
        DemoScene(at: moment) { books in
            guard let evaluation = try Evaluations.all(of: Demo.county, in: books).first else { return }
            let id = try Assessments.open(evaluation, month: Day(month), by: office, at: moment, in: books)
            for round in try Assessments.rounds(of: id, county: Demo.county, in: books) {
                for sheet in try ScoreSheets.all(of: round.id, county: Demo.county, in: books) {
                    for judge in judges.compactMap(\.person) {
                        try ScoreSheets.appoint(judge, to: sheet.id, by: office, at: moment, in: books)
                    }
                }
            }
        }
    }

    private func round(in books: Books) throws -> EvaluationRound? {
        guard let evaluation = try Evaluations.all(of: Demo.county, in: books).first,
            let assessment = try Assessments.all(of: evaluation.id, county: Demo.county, in: books).first
        else { return nil }
        return try Assessments.rounds(of: assessment.id, county: Demo.county, in: books).first
    }

    /// A month: opened, closed cases sampled and looked at again, marked, judged.
    private func month(_ day: String, opened: Instant, looked: Instant, judged: Instant) -> [DemoScene] {
        let sampled = opened.adding(minutes: 60)
        return [
            opening(day, opened),
            DemoScene(at: sampled) { books in
                guard let round = try round(in: books) else { return }
                let draft = Samples.Draft(
                    .cases, round: round.id, about: "really-solved", design: .simple, size: 24)
                let sample = try Samples.commit(draft, by: office, at: sampled, in: books)
                try Samples.draw(sample.id, by: office, at: sampled.adding(minutes: 30), in: books)
                try Samples.assign(
                    sample.id, to: judges.compactMap(\.person), by: office, at: sampled.adding(minutes: 31),
                    in: books)
            },
            DemoScene(at: looked) { try look(at: looked, in: $0) },
            DemoScene(at: looked.adding(minutes: 60)) { try mark(at: looked.adding(minutes: 60), in: $0) },
            DemoScene(at: judged) { books in
                guard let round = try round(in: books) else { return }
                try Judgement.judge(round.id, by: office, at: judged, in: books)
            },
        ]
    }

    private func look(at moment: Instant, in books: Books) throws {
        for judge in judges {
            guard let person = judge.person else { continue }
            for (sample, item) in try Samples.waiting(for: person, county: Demo.county, in: books) {
                guard try Samples.find(sample, of: Demo.county, in: books).purpose == .cases else { continue }
                let isRight = chance.below(9) > 0
                let finding = Samples.Finding(
                    .answered, isRight: isRight,
                    note: isRight ? "" : chance.one(of: ["又堆回来了，只清过一次。", "灯亮了两天又灭了。", "线收了一半，另一半还挂着。"]))
                try Samples.find(finding, at: item.number, of: sample, by: judge, at: moment, in: books)
            }
        }
    }

    private func mark(at moment: Instant, in books: Books) throws {
        guard let round = try round(in: books),
            let sheet = try ScoreSheets.all(of: round.id, county: Demo.county, in: books).first
        else { return }
        let judge = judges[0]
        let open = try ScoreSheets.read(
            sheet.id, of: Demo.county, on: cast.calendar.zone.day(of: moment), in: books)
        let drafts = open.missing.map { unit, indicator -> ScoreSheets.Draft in
            let mark = 6 + chance.below(4)
            let why =
                mark < 7
                ? "背街两处小广告没清，非机动车乱停。"
                : chance.one(of: ["主次干道干净，楼道还有两处杂物。", "公示栏更新及时，志愿者在岗。", "垃圾日产日清，停车有序。"])
            return .init(unit: unit.id, indicator: indicator.name, mark: mark, why: why)
        }
        try ScoreSheets.mark(drafts, on: sheet.id, by: judge, at: moment, in: books)
        try ScoreSheets.submit(sheet.id, by: judge, at: moment.adding(minutes: 10), in: books)
    }

    /// The public: addresses drawn, interviewers of the sub-district itself.
    private func asked(_ moment: Instant) -> DemoScene {
        DemoScene(at: moment) { books in
            let sample = try Samples.commit(
                .init(.survey, about: "public", design: .simple, size: 96), by: office, at: moment, in: books)
            try Samples.draw(sample.id, by: office, at: moment.adding(minutes: 30), in: books)
            try Samples.assign(
                sample.id, to: judges.compactMap(\.person), by: office, at: moment.adding(minutes: 31),
                in: books)
        }
    }

    private func interview(share: Int, of whole: Int, at moment: Instant, in books: Books) throws {
        for judge in judges {
            guard let person = judge.person else { continue }
            let waiting = try Samples.waiting(for: person, county: Demo.county, in: books).filter {
                try Samples.find($0.sample, of: Demo.county, in: books).purpose == .survey
            }
            for (sample, item) in waiting.prefix(waiting.count / (whole - share + 1)) {
                try Samples.find(answered(), at: item.number, of: sample, by: judge, at: moment, in: books)
            }
        }
    }

    private func answered() -> Samples.Finding {
        switch chance.below(12) {
        case 0: return .init(.unreachable, note: "三次没人。")
        case 1: return .init(.refused)
        default: break
        }
        let knows = chance.below(10) < 8 ? "yes" : "no"
        return .init(
            .answered, mode: chance.one(of: ["home", "home", "home", "paper", "telephone"]),
            answers: [
                "knows": knows, "took-part": chance.below(10) < 3 ? "yes" : "no",
                "supports": chance.below(10) < 8 ? "yes" : chance.one(of: ["no", "unsure"]),
                "satisfied": chance.one(of: ["very", "fairly", "fairly", "very", "no"]),
            ])
    }
}

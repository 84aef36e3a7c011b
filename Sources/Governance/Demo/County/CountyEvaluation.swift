import Rules
import Store

/// The three evaluations of the push: published in August, townships judge their villages in the first half
/// of September, war zones each other until the end of the month, the county by samples in October; then
/// objections, approval and payment.
struct CountyEvaluation {
    let until: Day
    /// A stream of its own: what others draw does not move when something is added here.
    private let chance = Chance.seeded(20_190_915)
    private let county = RuyangDemo.county

    private static func at(_ day: String, _ hour: Int, _ minute: Int = 0) -> Instant {
        Zone.china.instant(Day(day) ?? RuyangDemo.usualDay, ClockTime(minutes: hour * 60 + minute))
    }

    /// Everything that happens before the opening.
    func scenes(in books: Books) throws -> [DemoScene] {
        let end = Zone.china.instant(until, ClockTime(minutes: 570))
        return all(try cast(in: books)).filter { $0.at < end }
    }

    private func cast(in books: Books) throws -> [String: Actor] {
        var cast: [String: Actor] = [:]
        let day = Day("2019-08-28") ?? until
        for account in try Accounts.all(of: county, in: books) where !account.login.hasPrefix("h0") {
            cast[account.login] = try Tenures.actor(account.person, of: county, on: day, in: books)
        }
        return cast
    }

    private func all(_ cast: [String: Actor]) -> [DemoScene] {
        guard let office = cast["luxinyi"], let leader = cast["tanyiwei"], let checker = cast["heqinglan"],
            let deputy = cast["yuzhiping"]
        else { return [] }
        var clerk = Actor.system(of: county)
        clerk.name = .asGiven("管承志")
        let administrator = clerk
        func scene(_ at: Instant, _ play: @escaping @Sendable (Books) throws -> Void) -> DemoScene {
            DemoScene(at: at, play: play)
        }
        return [
            scene(Self.at("2019-08-28", 9)) { books in
                let text = Embedded.text("ruyang-two-month-2019.evaluation.yaml")
                try Evaluations.publish(text, by: administrator, at: Self.at("2019-08-28", 9), in: books)
            },
            scene(Self.at("2019-08-28", 10)) {
                try open(office, cast, checker, at: Self.at("2019-08-28", 10), in: $0)
            },
        ] + self.self_(office, leader, cast) + mutual(office, leader, cast)
            + sampled(office, leader, deputy, checker, cast) + end(office, leader, cast)
    }

    private func open(
        _ office: Actor, _ cast: [String: Actor], _ checker: Actor, at: Instant, in books: Books
    ) throws {
        guard let evaluation = try Evaluations.all(of: county, in: books).first else { return }
        let assessment = try Assessments.open(evaluation, by: office, at: at, in: books)
        let areas = try CommandAreas.all(of: county, on: Zone.china.day(of: at), in: books)
        for round in try Assessments.rounds(of: assessment, county: county, in: books) {
            for sheet in try ScoreSheets.all(of: round.id, county: county, in: books) {
                var team: [String]
                switch round.layer {
                case "self":
                    let code = String(sheet.team.dropFirst("township:".count + 6).prefix(3))
                    team = ["ts\(code)", "tc\(code)"]
                case "mutual":
                    let towns = areas.filter { sheet.team == "war_zone:\($0.unit)" }.map {
                        String($0.territory.dropFirst(6).prefix(3))
                    }
                    team = towns.map { "tm\($0)" }
                default: team = ["heqinglan", "yuzhiping"]
                }
                for person in team.compactMap({ cast[$0]?.person }) {
                    try ScoreSheets.appoint(person, to: sheet.id, by: office, at: at, in: books)
                }
            }
        }
    }

    private func round(_ layer: String, in books: Books) throws -> EvaluationRound? {
        guard let evaluation = try Evaluations.all(of: county, in: books).first,
            let assessment = try Assessments.all(of: evaluation.id, county: county, in: books).first
        else { return nil }
        return try Assessments.rounds(of: assessment.id, county: county, in: books).first {
            $0.layer == layer
        }
    }

    /// Fills a sheet in and hands it in.
    private func fill(_ sheet: ScoreSheet, by actor: Actor, at: Instant, in books: Books) throws {
        let open = try ScoreSheets.read(sheet.id, of: county, on: Zone.china.day(of: at), in: books)
        let drafts = open.missing.map { unit, indicator -> ScoreSheets.Draft in
            // Most work is done well; a few have fallen behind, and the reason says what is missing.
            let mark = chance.below(9) == 0 ? 2 + chance.below(3) : 6 + chance.below(5)
            let why =
                mark < 5
                ? chance.one(of: ["资料没有入档，问三户有两户说不清帮扶措施。", "危房改造拖着没动，周例会缺席两次。", "走访记录前后对不上，承诺的事没有回音。"])
                : chance.one(of: ["措施到户，台账和实际对得上。", "问题当天交办，回访都有记录。", "村两委周周碰头，承诺的事有人盯。", "户容整洁，政策能讲清。"])
            return .init(unit: unit.id, indicator: indicator.name, mark: mark, why: why)
        }
        try ScoreSheets.mark(drafts, on: sheet.id, by: actor, at: at, in: books)
        try ScoreSheets.submit(sheet.id, by: actor, at: at.adding(minutes: 20), in: books)
    }

    private func self_(_ office: Actor, _ leader: Actor, _ cast: [String: Actor]) -> [DemoScene] {
        let codes = cast.keys.filter { $0.hasPrefix("tc") }.sorted().map { String($0.dropFirst(2)) }
        var scenes = codes.enumerated().map { index, code -> DemoScene in
            let at = Self.at("2019-09-1\(index % 4)", 15, index)
            return DemoScene(at: at) { books in
                guard let actor = cast["tc\(code)"], let person = actor.person,
                    let sheet = try ScoreSheets.waiting(for: person, county: county, in: books).first
                else { return }
                try fill(sheet, by: actor, at: at, in: books)
            }
        }
        scenes += [
            DemoScene(at: Self.at("2019-09-16", 9)) { books in
                guard let round = try round("self", in: books) else { return }
                try Judgement.judge(round.id, by: office, at: Self.at("2019-09-16", 9), in: books)
            },
            // The second of a township objects: it sees itself before the first.
            DemoScene(at: Self.at("2019-09-17", 11)) { books in
                guard let round = try round("self", in: books),
                    let entry = try Ledger.all(of: county, round: round.id, in: books).first(where: {
                        $0.rule == "first-villages"
                    }),
                    let secretary = cast["vs\(entry.unit.dropFirst("village:".count + 6))"]
                else { return }
                let said = "我们村应访的户里有三户常年在外务工，不该算在没访到的里面。"
                try Ledger.perform(
                    .object, on: entry.id, with: FormInput(["said": said]), by: secretary,
                    at: Self.at("2019-09-17", 11), in: books)
            },
            DemoScene(at: Self.at("2019-09-19", 16)) { books in
                guard let round = try round("self", in: books) else { return }
                for entry in try Ledger.all(of: county, round: round.id, in: books) {
                    for objection in try Ledger.objections(to: entry.id, county: county, in: books)
                    where objection.repliedAt == nil {
                        let reply = "分母是七月三十日冻结的，各村一样；外出户按“已搬走”如实记，不扣分也不加分。维持。"
                        try Ledger.perform(
                            .reply, on: objection.entry,
                            with: FormInput(["objection": objection.id.text, "reply": reply, "upheld": "no"]),
                            by: office,
                            at: Self.at("2019-09-19", 16), in: books)
                    }
                }
            },
        ]
        scenes.append(approval("self", Self.at("2019-09-24", 9), leader, "县脱贫领〔2019〕31 号"))
        scenes.append(payment("self", Self.at("2019-09-30", 10), office, "县财政局拨款凭证 2019-0930"))
        scenes.append(checks("self", Self.at("2019-09-29", 15), cast))
        scenes.append(approval("self", Self.at("2019-10-14", 9), leader, "县脱贫领〔2019〕35 号"))
        return scenes
    }

    /// What nobody objects to any more is approved.
    private func approval(_ layer: String, _ at: Instant, _ leader: Actor, _ paper: String) -> DemoScene {
        DemoScene(at: at) { books in
            guard let round = try round(layer, in: books) else { return }
            for entry in try Ledger.all(of: county, round: round.id, state: .proposed, in: books)
            where entry.objectionsUntil < Zone.china.day(of: at) {
                if entry.kind == .recommendation,
                    try Recommendations.all(of: entry.id, county: county, in: books).allSatisfy({
                        $0.hasPassed != true
                    })
                {
                    continue
                }
                try Ledger.perform(
                    .approve, on: entry.id, with: FormInput(["paper": paper]), by: leader, at: at, in: books)
            }
        }
    }

    private func payment(_ layer: String, _ at: Instant, _ office: Actor, _ paper: String) -> DemoScene {
        DemoScene(at: at) { books in
            guard let round = try round(layer, in: books) else { return }
            for entry in try Ledger.all(of: county, round: round.id, state: .approved, in: books)
            where entry.kind != .check && entry.kind != .accountability {
                try Ledger.perform(
                    .pay, on: entry.id, with: FormInput(["paper": paper]), by: office, at: at, in: books)
            }
        }
    }

    /// The discipline commission checks those behind one by one; the first is serious.
    private func checks(_ layer: String, _ at: Instant, _ cast: [String: Actor]) -> DemoScene {
        DemoScene(at: at) { books in
            guard let round = try round(layer, in: books), let auditor = cast["fangzhengde"] else { return }
            let behind = try Ledger.all(of: county, round: round.id, state: .approved, in: books).filter {
                $0.kind == .check
            }
            for (index, entry) in behind.enumerated() {
                let note = index == 0 ? "抽看十户，四户走访记录是补写的，措施没有落实。" : "进度慢，主要是两名帮扶责任人住院；已换人，限九月底补齐。"
                try Ledger.perform(
                    .check, on: entry.id,
                    with: FormInput([
                        "serious": index == 0 ? "yes" : "no", "note": note,
                        "paper": "核查记录 \(index + 1)",
                    ]), by: auditor, at: at.adding(minutes: index), in: books)
            }
        }
    }

    private func mutual(_ office: Actor, _ leader: Actor, _ cast: [String: Actor]) -> [DemoScene] {
        // Three zones have handed in when the demo opens; two follow in the last week.
        var scenes = ["2019-09-18", "2019-09-19", "2019-09-19", "2019-09-25", "2019-09-26"].enumerated().map {
            index, day -> DemoScene in
            let at = Self.at(day, 14, index)
            return DemoScene(at: at) { books in
                guard let round = try round("mutual", in: books) else { return }
                let sheets = try ScoreSheets.all(of: round.id, county: county, in: books)
                guard sheets.indices.contains(index) else { return }
                let members = try ScoreSheets.read(
                    sheets[index].id, of: county, on: Zone.china.day(of: at), in: books
                ).members
                guard let first = members.first,
                    let actor = cast.values.first(where: { $0.person == first.id })
                else { return }
                try fill(sheets[index], by: actor, at: at, in: books)
            }
        }
        scenes.append(
            DemoScene(at: Self.at("2019-09-27", 9)) { books in
                guard let round = try round("mutual", in: books) else { return }
                try Judgement.judge(round.id, by: office, at: Self.at("2019-09-27", 9), in: books)
            })
        scenes.append(approval("mutual", Self.at("2019-10-12", 9), leader, "县脱贫领〔2019〕34 号"))
        scenes.append(payment("mutual", Self.at("2019-10-15", 10), office, "县财政局拨款凭证 2019-1015"))
        scenes.append(checks("mutual", Self.at("2019-10-16", 15), cast))
        return scenes
    }

    private func sampled(
        _ office: Actor, _ leader: Actor, _ deputy: Actor, _ checker: Actor, _ cast: [String: Actor]
    ) -> [DemoScene] {
        let people = [checker, deputy].compactMap(\.person)
        func draw(_ purpose: Sample.Purpose, _ about: String, _ size: Int, _ at: Instant) -> [DemoScene] {
            [
                DemoScene(at: at) { books in
                    let draft = Samples.Draft(
                        purpose, round: try round("sampled", in: books)?.id, about: about, size: size,
                        least: 2)
                    try Samples.commit(draft, by: office, at: at, in: books)
                },
                DemoScene(at: at.adding(minutes: 1440)) { books in
                    for sample in try Samples.all(of: county, in: books)
                    where sample.purpose == purpose && sample.drawnAt == nil {
                        try Samples.draw(sample.id, by: office, at: at.adding(minutes: 1440), in: books)
                        try Samples.assign(
                            sample.id, to: people, by: office, at: at.adding(minutes: 1445), in: books)
                    }
                },
            ]
        }
        var scenes =
            draw(.visits, "visits-true", 240, Self.at("2019-09-18", 10))
            + draw(.register, "register-true", 240, Self.at("2019-09-23", 10))
        for (index, day) in ["2019-09-23", "2019-09-24", "2019-09-25", "2019-09-26", "2019-10-08"]
            .enumerated()
        {
            let at = Self.at(day, 17)
            scenes.append(
                DemoScene(at: at) { try look(share: index + 1, of: 5, [checker, deputy], at: at, in: $0) })
        }
        scenes += [
            DemoScene(at: Self.at("2019-10-09", 10)) { books in
                guard let round = try round("sampled", in: books),
                    let sheet = try ScoreSheets.all(of: round.id, county: county, in: books).first
                else {
                    return
                }
                try fill(sheet, by: checker, at: Self.at("2019-10-09", 10), in: books)
            },
            DemoScene(at: Self.at("2019-10-10", 9)) { books in
                guard let round = try round("sampled", in: books) else { return }
                try Judgement.judge(round.id, by: office, at: Self.at("2019-10-10", 9), in: books)
            },
        ]
        return scenes
    }

    /// A share of what waits with each person is looked at.
    private func look(share: Int, of whole: Int, _ people: [Actor], at: Instant, in books: Books) throws {
        for actor in people {
            guard let person = actor.person else { continue }
            let waiting = try Samples.waiting(for: person, county: county, in: books)
            let count = share == whole ? waiting.count : waiting.count / (whole - share + 1)
            for (sample, item) in waiting.prefix(count) {
                let purpose = try Samples.find(sample, of: county, in: books).purpose
                let first =
                    try ID<Visit>(item.item).flatMap { try Visits.find($0, of: county, in: books) }?.answers
                    ?? [:]
                try Samples.find(
                    finding(purpose, first), at: item.number, of: sample, by: actor, at: at, in: books)
            }
        }
    }

    /// Second looks mostly find what the first found.
    private func finding(_ purpose: Sample.Purpose, _ first: [String: String]) -> Samples.Finding {
        switch chance.below(60) {
        case 0: return .init(.unreachable, note: "三次上门都没人。")
        case 1: return .init(.refused)
        default: break
        }
        // Few were wrongly struck off or missed; small differences from the paper are common.
        let oneOf = purpose == .approval ? 25 : purpose.isOfPeople ? 150 : 14
        let isRight = chance.below(oneOf) > 0
        switch purpose {
        case .visits:
            var answers = first
            for question in ["policy", "tidy", "water"]
            where first[question] != nil && chance.below(question == "water" ? 60 : 14) == 0 {
                answers[question] = first[question] == "yes" ? "no" : "yes"
            }
            if isRight { return .init(.answered, isRight: true, word: "met", answers: answers) }
            let nobody = chance.below(3) == 0
            return .init(
                .answered, isRight: false, word: nobody ? SampleFindings.nobodyCame : "met",
                answers: nobody ? [:] : answers,
                note: nobody ? "户主说那几天没有人来过。" : "来过，但记的饮水情况和看到的不一样。")
        default:
            return .init(
                .answered, isRight: isRight,
                note: isRight ? "" : chance.one(of: ["人口少记一人。", "厕所已经改过，表上没有。", "户主说不清有哪些帮扶。"]))
        }
    }

    /// After the last round: samples for exit, recommendations and their assessment, approval and payment.
    private func end(_ office: Actor, _ leader: Actor, _ cast: [String: Actor]) -> [DemoScene] {
        guard let checker = cast["heqinglan"], let deputy = cast["yuzhiping"],
            let assessor = cast["organisation"]
        else { return [] }
        let people = [checker, deputy].compactMap(\.person)
        var scenes: [DemoScene] = []
        for (purpose, size) in [(Sample.Purpose.exited, 300), (.unregistered, 200), (.approval, 300)] {
            let at = Self.at("2019-10-11", 9)
            scenes.append(
                DemoScene(at: at) { books in
                    let sample = try Samples.commit(
                        .init(purpose, size: size, least: 5), by: office, at: at, in: books)
                    try Samples.draw(sample.id, by: office, at: at.adding(minutes: 60), in: books)
                    try Samples.assign(
                        sample.id, to: people, by: office, at: at.adding(minutes: 70), in: books)
                })
        }
        scenes.append(
            DemoScene(at: Self.at("2019-10-18", 18)) {
                try look(share: 1, of: 1, [checker, deputy], at: Self.at("2019-10-18", 18), in: $0)
            })
        scenes += [
            DemoScene(at: Self.at("2019-10-12", 10)) { books in
                guard let round = try round("sampled", in: books) else { return }
                for entry in try Ledger.all(of: county, round: round.id, state: .proposed, in: books)
                where entry.kind == .recommendation {
                    try recommend(entry, office, cast, at: Self.at("2019-10-12", 10), in: books)
                }
            },
            DemoScene(at: Self.at("2019-10-16", 10)) { books in
                guard let round = try round("sampled", in: books) else { return }
                for entry in try Ledger.all(of: county, round: round.id, in: books)
                where entry.kind == .recommendation {
                    for found in try Recommendations.all(of: entry.id, county: county, in: books)
                    where found.hasPassed == nil {
                        let hasPassed = chance.below(12) > 0
                        let note = hasPassed ? "谈话、测评、查档，合格。" : "年度考核一次基本称职，暂不列入。"
                        try Ledger.perform(
                            .assess, on: entry.id,
                            with: FormInput([
                                "recommendation": found.id.text, "passed": hasPassed ? "yes" : "no",
                                "note": note,
                            ]), by: assessor, at: Self.at("2019-10-16", 10), in: books)
                    }
                }
            },
        ]
        scenes.append(approval("sampled", Self.at("2019-10-18", 9), leader, "县脱贫领〔2019〕37 号"))
        scenes.append(payment("sampled", Self.at("2019-10-22", 10), office, "县脱贫领〔2019〕38 号"))
        return scenes
    }

    /// A township names one of its own and one who helps in its villages; a department one of its own.
    private func recommend(
        _ entry: LedgerEntry, _ office: Actor, _ cast: [String: Actor], at: Instant, in books: Books
    ) throws {
        let day = Zone.china.day(of: at)
        let tenures = try Tenures.all(of: county, on: day, in: books)
        let posts = try Posts.all(of: county, on: day, in: books)
        var names: [ID<Person>] = []
        if entry.unit.hasPrefix("township:") {
            let town = String(entry.unit.dropFirst("township:".count))
            let own = posts.first { $0.kind == .townCadre && $0.territory == town }
            let helper = posts.first {
                $0.kind == .firstSecretary && $0.territory.hasPrefix(String(town.prefix(9)))
            }
            names = [own, helper].compactMap { post in tenures.first { $0.post == post?.id }?.person }
        } else {
            let unit = String(entry.unit.drop { $0 != ":" }.dropFirst())
            let own =
                posts.first { $0.kind == .helper && $0.unit.text == unit }
                ?? posts.first { $0.unit.text == unit && $0.kind == .firstSecretary }
            names = [own].compactMap { post in tenures.first { $0.post == post?.id }?.person }
        }
        for name in names {
            try Ledger.perform(
                .recommend, on: entry.id,
                with: FormInput(["person": name.text, "why": "两个月里吃住在村，所帮的户件件有着落。"]), by: office, at: at,
                in: books)
        }
    }
}

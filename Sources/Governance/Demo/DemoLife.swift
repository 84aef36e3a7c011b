import Rules

/// The life of one case of the demo, planned from its report to its end.
struct DemoLife {
    let cast: DemoCast
    let chance: Chance
    let finding: DemoCast.Finding
    let grid: Int
    /// The moment that planning has reached.
    var at: Instant
    let id: ID<Case>
    private(set) var planned: [DemoScene] = []

    init(cast: DemoCast, chance: Chance, finding: DemoCast.Finding, grid: Int, at: Instant) {
        (self.cast, self.chance, self.finding, self.grid, self.at) = (cast, chance, finding, grid, at)
        id = ID(
            milliseconds: at.milliseconds, random: (chance.bits(), UInt16(truncatingIfNeeded: chance.bits())))
    }

    private var calendar: WorkCalendar { cast.calendar }
    private var category: Category? { cast.categories[finding.category] }
    private var place: String { chance.one(of: cast.places[grid] ?? [""]) }
    private var community: Int { (grid - 1) / 6 }
    private var dispatcher: String { chance.one(of: ["qinxiaoman", "xueliqun"]) }
    private var checker: String { chance.one(of: ["shanglikun", "yansuping"]) }

    /// Plans the whole life; what lies after the opening is dropped later.
    mutating func plan() throws -> [DemoScene] {
        let hasComplainant = report()
        let lot = chance.below(100)
        wait(8 + chance.below(50))
        if lot < 3, !finding.source.isSeen { decline(); return planned }
        file()
        wait(chance.below(12) == 0 ? 500 : 5 + chance.below(40))
        guard let first = worker() else { return planned }
        dispatch(to: first)
        if lot < 9, let second = other(than: first) {
            wait(20 + chance.below(120))
            verb(.giveBack, by: first.login, ["reason": chance.one(of: Self.returnReasons)])
            wait(30 + chance.below(120))
            dispatch(to: second)
            handle(by: second, late: lot < 5)
        } else {
            handle(by: first, late: lot < 14)
        }
        check(by: checker, hasComplainant: hasComplainant)
        return planned
    }

    mutating func wait(_ workMinutes: Int) {
        at = calendar.after(workMinutes: max(1, workMinutes), from: at).at
    }

    mutating func verb(_ verb: CaseVerb, by login: String, _ answers: [String: String]) {
        let (id, at, actor) = (id, at, cast.actor(login))
        var told = FormInput(answers)
        if verb == .handle, category?.photoRequired == true {
            told.photos = cast.photos[finding.category].map { [$0] } ?? []
        }
        let answers = told
        planned.append(
            DemoScene(at: at) { try Cases.perform(verb, on: id, with: answers, by: actor, at: at, in: $0) })
    }

    /// Reports it; answers whether somebody can be called back.
    mutating func report() -> Bool {
        var draft = CaseReport(source: finding.source)
        draft.id = id
        draft.place = place
        (draft.title, draft.body) = (finding.title, finding.text.replacing("{place}", with: draft.place))
        draft.territory = cast.grids[grid - 1].id
        let login: String?
        switch finding.source {
        case .patrol, .visit: login = cast.gridWorker(grid)
        case .opinion: login = ["shaowanning", "niuyange", "wenshaobo", "gengxueqin"][community]
        case .resident: login = nil
        default: login = dispatcher
        }
        if finding.source.isSeen { draft.category = finding.category }
        let hasComplainant =
            [.police, .hotline, .resident, .desk].contains(finding.source) && chance.below(10) > 0
        if hasComplainant { (draft.name, draft.phone) = chance.one(of: cast.residents) }
        if [.police, .hotline, .desk].contains(finding.source) {
            draft.outsideNumber =
                """
                \(finding.source == .police ? "110" : finding.source == .hotline ? "12345" : "SZ")-\
                \(at.milliseconds / 1000 % 100_000_000)
                """
        }
        if chance.below(15) == 0 { draft.isConfidential = true }
        let (report, at) = (draft, at)
        let actor = login.map(cast.actor) ?? .anonymous(of: Demo.county)
        planned.append(DemoScene(at: at) { try Cases.report(report, by: actor, at: at, in: $0) })
        return hasComplainant
    }

    mutating func decline() {
        verb(.decline, by: dispatcher, ["reason": chance.one(of: Self.declineReasons)])
    }

    mutating func file() {
        let where_ = ["lvhuizhen", "changyujie", "duanjianhong", "jinxiuzhi"][community]
        var answers = ["category": finding.category, "territory": cast.grids[grid - 1].id]
        if !finding.source.isSeen { answers["finding"] = chance.one(of: Self.verified) }
        verb(.file, by: chance.below(3) == 0 ? where_ : dispatcher, answers)
    }

    mutating func dispatch(to worker: DemoCast.Worker) {
        var answers = ["unit": worker.unit.text, "person": worker.person.text]
        if let standIn = cast.workers(of: worker.unit).first(where: { $0.person != worker.person }) {
            answers["stand_in"] = standIn.person.text
        }
        verb(.dispatch, by: dispatcher, answers)
        wait(5 + chance.below(60))
    }

    /// Accepts and handles, in time or late.
    mutating func handle(by worker: DemoCast.Worker, late: Bool) {
        verb(.accept, by: worker.login, [:])
        guard let limit = category?.limit else { return }
        let due = calendar.deadline(limit, from: at).at
        let room = max(30, calendar.workMinutes(from: at, to: due))
        if late {
            wait(room + 60 + chance.below(900))
        } else {
            wait(room / 4 + chance.below(max(1, room / 2)))
        }
        verb(.handle, by: worker.login, ["done": finding.handled])
    }

    mutating func check(by checker: String, hasComplainant: Bool) {
        wait(30 + chance.below(240))
        if chance.below(100) < 8 {
            verb(.rework, by: checker, ["reason": chance.one(of: Self.reworkReasons)])
            guard let login = lastHandler else { return }
            wait(60 + chance.below(200))
            verb(.handle, by: login, ["done": finding.handled])
            wait(60 + chance.below(200))
        }
        verb(.check, by: checker, ["finding": finding.checked])
        if hasComplainant { callBack() }
    }

    private var lastHandler: String? { handlerLogin }
    private var handlerLogin: String?

    private mutating func callBack() {
        wait(120 + chance.below(900))
        let lot = chance.below(100)
        if lot < 9 { verb(.callBack, by: dispatcher, ["reached": "0", "words": "打了两次没有接"]); return }
        if lot < 14 {
            verb(
                .callBack, by: dispatcher,
                [
                    "reached": "1", "solved": "0", "satisfaction": "dissatisfied",
                    "words": chance.one(of: Self.dissatisfied),
                ])
            guard let login = handlerLogin else { return }
            wait(120 + chance.below(300))
            verb(.handle, by: login, ["done": finding.handled])
            wait(90)
            verb(.check, by: checker, ["finding": finding.checked])
            return
        }
        verb(
            .callBack, by: dispatcher,
            ["reached": "1", "solved": "1", "satisfaction": lot < 27 ? "basically" : "satisfied"])
    }

    private mutating func worker() -> DemoCast.Worker? {
        let found = cast.worker(
            for: finding.category, kind: category?.leadUnit ?? .community, grid: grid, chance: chance)
        handlerLogin = found?.login
        return found
    }

    /// Somebody of another unit: after a return.
    private mutating func other(than first: DemoCast.Worker) -> DemoCast.Worker? {
        let found = cast.workers.filter { $0.unit != first.unit && $0.kind == .unitWorker }
        guard !found.isEmpty else { return nil }
        let one = chance.one(of: found)
        handlerLogin = one.login
        return one
    }

    static let returnReasons = ["不在我们管护范围，请派产权单位。", "要先断电，需要有资质的单位来做。", "业主不配合，我们没有执法权。", "地点在红线外，归属要先定。"]
    static let declineReasons = ["到现场看过，情况不实。", "已由别的渠道当场解决。", "属于当事人之间的民事纠纷，已告知调解途径。", "地点不在本街道，已转告相邻街道。"]
    static let verified = ["电话核实，情况属实。", "网格员到场看过，属实。", "和反映人通了话，地点、情况都对。", "社区现场核实，属实，影响通行。"]
    static let reworkReasons = ["到现场看，只清了一半，墙角还有。", "晚上再去看，又出现了。", "照片和现场对不上，请再处理一次。", "临时处理了，没有固定牢。"]
    static let dissatisfied = ["管了两天又老样子，没解决根子。", "来人看了一眼就走了，还是老样子。", "解决了一半，另一半没人管。"]
}

extension DemoCast {
    /// Somebody who handles work in the story.
    struct Worker: Sendable {
        var login: String, person: ID<Person>, unit: ID<Unit>, kind: PostKind, path: String
    }

    var workers: [Worker] {
        candidates.compactMap { candidate in
            people.first { $0.value.person == candidate.person }.map {
                Worker(
                    login: $0.key, person: candidate.person, unit: candidate.unit, kind: candidate.kind,
                    path: candidate.path)
            }
        }
    }
    func workers(of unit: ID<Unit>) -> [Worker] { workers.filter { $0.unit == unit } }

    func gridWorker(_ grid: Int) -> String {
        workers.first { $0.kind == .gridWorker && $0.path == grids[grid - 1].path }?.login ?? "qinxiaoman"
    }

    /// Who would get a case of a category in a grid.
    func worker(for category: String, kind: Unit.Kind, grid: Int, chance: Chance) -> Worker? {
        let community = (grid - 1) / 6
        let code: String
        switch kind {
        case .propertyCompany:
            code = ["property-anhe", "property-runlan", "property-mushi", "property-jiayue"][community]
        case .policeStation: code = "police-station"
        case .stationedUnit: code = community == 0 ? "primary-school" : "machine-works"
        case .community, .streetOffice, .leadingGroup, .warZone, .headquarters, .townGovernment,
            .villageCommittee, .supportUnit:
            return workers.first { $0.login == gridWorker(grid) }
        case .department:
            let major = category.split(separator: ".").first.map(String.init) ?? ""
            code =
                [
                    "illegal": "enforcement", "street": "enforcement", "vehicles": "enforcement",
                    "livelihood": "civil-affairs", "medical": "civil-affairs",
                    "education": "civil-affairs", "housing": "community-building",
                    "water": "community-building", "fire": "public-safety",
                ][major] ?? "urban-management"
        }
        guard let unit = units[code]?.id else { return nil }
        let staff = workers(of: unit)
        let doers = staff.filter { $0.kind == .unitWorker }
        return staff.isEmpty ? nil : chance.one(of: doers.isEmpty ? staff : doers)
    }
}

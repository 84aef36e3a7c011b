import Rules
import Store

/// What goes on in the county beside the visits: the look-back by the village committees, houses repaired and
/// water brought, each change approved by the township, and the first exits on their way.
struct CountyWork {
    let chance: Chance, until: Day
    private let county = RuyangDemo.county
    private static let begins = Day("2019-08-12") ?? RuyangDemo.usualDay

    /// A household as the plan needs it.
    private struct Home: Sendable {
        var id: ID<Household>, village: String, kind: String, status: String, grade: String, water: Int,
            heads: Int
    }
    /// Everything that happens before the opening, in any order.
    func scenes(in books: Books) throws -> [DemoScene] {
        guard until > Self.begins else { return [] }
        let end = Zone.china.instant(until, ClockTime(minutes: 570))
        return scenes(try homes(in: books), try cast(in: books)).filter { $0.at < end }
    }

    private func homes(in books: Books) throws -> [Home] {
        try books.all(
            """
            SELECT v.id, v.village, v.kind, v.status, v.house_grade, v.is_water_safe, v.headcount
                FROM household_version v WHERE v.county = \(county)
            AND \(AsOf.present.condition("v")) ORDER BY v.village_path, v.id
            """
        ) { row in
            Home(
                id: try row.get("id"), village: try row.get("village"), kind: try row.get("kind"),
                status: try row.optional("status") ?? "",
                grade: try row.optional("house_grade") ?? "", water: try row.optional("is_water_safe") ?? 1,
                heads: try row.get("headcount"))
        }
    }

    /// Village cadres and secretaries by village, township secretaries by township.
    private func cast(in books: Books) throws -> [String: Actor] {
        var cast: [String: Actor] = [:]
        for account in try Accounts.all(of: county, in: books)
        where ["vc", "vs", "ts"].contains(account.login.prefix(2)) {
            cast[account.login] = try Tenures.actor(account.person, of: county, on: Self.begins, in: books)
        }
        return cast
    }

    private func scenes(_ homes: [Home], _ cast: [String: Actor]) -> [DemoScene] {
        var scenes: [DemoScene] = []
        let days = 40
        for (index, home) in homes.enumerated() {
            let code = String(home.village.dropFirst(6))
            guard let cadre = cast["vc\(code)"], let secretary = cast["vs\(code)"],
                let town = cast["ts\(code.prefix(3))"]
            else { continue }
            func at(_ day: Int) -> Instant {
                Zone.china.instant(Self.begins + day, ClockTime(minutes: 500 + chance.below(560)))
            }
            if home.kind == "registered" {
                // Nine households of ten are looked at by the end of September.
                if index % 10 < 9 { scenes += lookBack(home, at(index * 7 % 49), cadre, town) }
                if ["C", "D"].contains(home.grade), chance.below(10) < 7 {
                    scenes += repair(
                        home, .house, "危房改造", home.grade == "D" ? 28_000 : 9_000, ["house_grade": "B"],
                        at(4 + chance.below(8)), cadre, town)
                }
                if home.water == 0, chance.below(10) < 6 {
                    scenes += repair(
                        home, .water, "接通自来水", 3_000, ["is_water_safe": "yes"], at(chance.below(12)), cadre,
                        town)
                }
                if home.status == "exit_planned" {
                    scenes += leave(home, at(chance.below(days / 2)), cadre, secretary)
                }
            } else if index % 90 == 0 {
                // A few of the others are looked at for people who were missed.
                scenes += lookBack(home, at(index % days), cadre, town)
            }
        }
        return scenes
    }

    private func lookBack(_ home: Home, _ at: Instant, _ cadre: Actor, _ town: Actor) -> [DemoScene] {
        var draft = LookBacks.Draft(.none)
        switch chance.below(400) {
        case 0, 1, 2: draft = .init(.differs, found: ["toilet": "none"], note: "表上有厕所，去年拆了还没建。")
        case 3, 4: draft = .init(.differs, found: ["land": "\(11 + chance.below(6))"], note: "今年流转来几亩地。")
        case 5 where home.kind == "registered" && home.status.hasPrefix("exited"):
            draft = .init(.wronglyExited, note: "主要劳力去年重病，收入断了。")
        case 6 where home.kind == "marginal", 7 where home.kind == "marginal":
            draft = .init(.missed, found: ["main_cause": "illness"], note: "户主今年查出大病。")
        default: break
        }
        // Who was missed waits for the township: the register keeps the numbers of the seed.
        let (made, isDecided) = (draft, chance.below(3) > 0 && draft.verdict != .missed)
        return [
            DemoScene(at: at) { books in
                let request = try LookBacks.record(made, of: home.id, by: cadre, at: at, in: books)
                guard let request, isDecided else { return }
                try RegisterChanges.settle(
                    request, granted: true, answer: "", by: town, at: at.adding(minutes: 90), in: books)
            }
        ]
    }

    /// Planned, done a month later, and the register says so once the township has approved it.
    private func repair(
        _ home: Home, _ kind: HelpMeasure.Kind, _ project: String, _ yuan: Int, _ facts: [String: String],
        _ at: Instant, _ cadre: Actor, _ town: Actor
    ) -> [DemoScene] {
        let (planned, done) = (Zone.china.day(of: at), at.adding(minutes: (20 + chance.below(14)) * 1440))
        let day = Zone.china.day(of: done)
        let isDone = day < until
        return [
            DemoScene(at: isDone ? done : at) { books in
                try Helping.enter(
                    .init(
                        kind: kind, project: project, plannedOn: isDone ? planned : planned + 45,
                        doneOn: isDone ? day : nil, yuan: yuan), for: home.id,
                    by: cadre, at: isDone ? done : at, in: books)
                guard isDone else { return }
                let household = try Households.find(home.id, for: cadre, on: day, in: books)
                let draft = RegisterChanges.Draft(
                    .change, answers: facts, from: day, reason: "\(project)验收合格")
                if let request = try RegisterChanges.make(
                    draft, of: household, by: cadre, at: done, in: books
                ).waits {
                    try RegisterChanges.settle(
                        request, granted: true, answer: "", by: town, at: done.adding(minutes: 200), in: books
                    )
                }
            }
        ]
    }

    /// Appraised by the secretary, checked by the cadre, agreed; some hang out as a notice.
    private func leave(_ home: Home, _ at: Instant, _ cadre: Actor, _ secretary: Actor) -> [DemoScene] {
        let steps: [(ExitStep, Actor, Int)] = [
            (.appraised, secretary, 0), (.checked, cadre, 3), (.agreed, cadre, 5), (.notified, secretary, 8),
        ]
        let count = 2 + chance.below(3)
        return steps.prefix(count).map { kind, actor, days in
            let moment = at.adding(minutes: days * 1440)
            return DemoScene(at: moment) { books in
                let day = Zone.china.day(of: moment)
                let household = try Households.find(home.id, for: actor, on: day, in: books)
                // Whoever does not meet the standard yet has not been appraised.
                guard let exit = try Campaigns.current(of: actor.county, on: day, in: books)?.scheme.exit,
                    try Exits.assess(household, by: exit, of: actor.county, on: day, in: books).allSatisfy({
                        $0.finding.holds == true
                    }),
                    try ExitProcedure.next(ExitProcedure.steps(of: home.id, county: actor.county, in: books))
                        == kind
                else { return }
                try ExitProcedure.take(
                    kind, of: household, on: day, note: "", by: actor, at: moment, in: books)
            }
        }
    }
}

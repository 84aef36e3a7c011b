import Rules
import Store

/// What becomes of the cases that visits raise: each work day the poverty office files them and gives them to
/// the headquarters, whose head handles what has lain long enough; somebody else checks.
struct CountyDesk {
    let until: Day
    private let county = RuyangDemo.county
    private static let begins = Day("2019-08-01") ?? RuyangDemo.usualDay
    private static let headquarters = [
        "housing.dilapidated": "housing", "water.unsafe": "water", "education.drop-out": "education",
        "medical.insurance-missing": "health",
    ]
    private static let handled = [
        "housing.dilapidated": "施工队已进场，危房腾空，人先住进村里周转房。", "water.unsafe": "换了净水滤料，重新接了入户管，水样送检合格。",
        "education.drop-out": "教师上门三次，孩子已回校上课，减免了住宿费。", "medical.insurance-missing": "补缴了医保，卡已送到家里。",
    ]

    /// A scene for each work day at half past four; the last ones leave something on every desk.
    func scenes(in books: Books) throws -> [DemoScene] {
        let (calendar, cast) = (try Calendars.of(county, in: books), try cast(in: books))
        return (0..<max(0, until.number - Self.begins.number)).map { Self.begins + $0 }.filter(
            calendar.isWorkday
        ).map { day in
            let at = calendar.zone.instant(day, ClockTime(minutes: 990))
            return DemoScene(at: at) { try work(cast, at: at, in: $0) }
        }
    }

    private func cast(in books: Books) throws -> [String: Actor] {
        var cast: [String: Actor] = [:]
        for login in ["luxinyi", "heqinglan", "hq-housing", "hq-water", "hq-education", "hq-health"] {
            guard let account = try Accounts.find(login: login, of: county, in: books) else { continue }
            cast[login] = try Tenures.actor(account.person, of: county, on: Self.begins, in: books)
        }
        return cast
    }

    private func cases(_ state: Case.State, in books: Books) throws -> [Case] {
        try books.all(
            """
            SELECT \(Cases.columns) FROM case_file c WHERE c.county = \(county)
                AND c.source = \(Case.Source.visit) AND c.state = \(state) ORDER BY c.reported_at, c.id
            """,
            Case.init)
    }

    private func work(_ cast: [String: Actor], at: Instant, in books: Books) throws {
        guard let office = cast["luxinyi"], let checker = cast["heqinglan"] else { return }
        for item in try cases(.handled, in: books) where at.since(item.updatedAt) > 20 * 3_600_000 {
            try Cases.perform(
                .check, on: item.id, with: FormInput(["finding": "到户看过，属实，户主认可。"]), by: checker, at: at,
                in: books)
        }
        for item in try cases(.handling, in: books) {
            // Each takes some days of its own: between three and twelve.
            let days = 3 + (Int(item.number.suffix(1)) ?? 0)
            guard at.since(item.updatedAt) > Int64(days) * 86_400_000,
                let head = cast["hq-\(Self.headquarters[item.category] ?? "")"]
            else { continue }
            try Cases.perform(
                .handle, on: item.id, with: FormInput(["done": Self.handled[item.category] ?? "已办理。"]),
                by: head, at: at, in: books)
        }
        for item in try cases(.reported, in: books) {
            guard let head = cast["hq-\(Self.headquarters[item.category] ?? "")"],
                let unit = head.seats.first?.unit, let person = head.person
            else { continue }
            let filed = FormInput([
                "category": item.category, "territory": item.territory, "finding": "村里核实，属实。",
            ])
            try Cases.perform(.file, on: item.id, with: filed, by: office, at: at, in: books)
            let given = FormInput(["unit": unit.text, "person": person.text])
            try Cases.perform(.dispatch, on: item.id, with: given, by: office, at: at, in: books)
            try Cases.perform(.accept, on: item.id, by: head, at: at, in: books)
        }
    }
}

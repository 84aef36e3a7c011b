import Foundation
import Rules
import Store

/// The people, units and places of the demo, read back after they were entered by the same imports that an
/// office uses.
struct DemoCast: Sendable {
    /// Everybody by login, with the posts they hold all through the story.
    var people: [String: Actor]
    /// Units by code, and who can be named there.
    var units: [String: Unit], candidates: [Tenures.Candidate]
    /// The grids 1…24 and what the table of places says of each.
    var grids: [Territory], places: [Int: [String]]
    /// Reports by source, complainants, matters.
    var findings: [Finding], residents: [(name: String, phone: String)], matters: [[String: String]]
    /// Drawings that stand for photos, by name.
    var photos: [String: Photo]
    var categories: [String: Category], calendar: WorkCalendar

    /// A report as it could be made.
    struct Finding: Sendable {
        var category: String, source: Case.Source, title: String, text: String, handled: String,
            checked: String
    }

    static let founded = Zone.china.instant(
        Day(year: 2018, month: 12, day: 20) ?? Day(number: 17_885), ClockTime(minutes: 540))

    /// The grids' names: 一网格 … 二十四网格.
    static func gridName(_ number: Int) -> String {
        let digits = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
        let tens = number / 10
        return (tens == 0 ? "" : tens == 1 ? "十" : digits[tens] + "十") + digits[number % 10] + "网格"
    }

    /// The community of a grid: six each, in the order 第一, 第二, 第三, 谷水东.
    static func communityCode(ofGrid number: Int) -> String {
        ["410305006002", "410305006003", "410305006001", "410305006004"][(number - 1) / 6]
    }
    /// A grid's own 15-digit code: opaque to the program.
    static func gridCode(_ number: Int) -> String {
        let digits = String((number - 1) % 6 + 1)
        return communityCode(ofGrid: number) + "00" + digits
    }

    static func table(_ name: String) throws -> Table { try Table(Data(Embedded.text(name).utf8)) }

    /// Enters everything that the office needs before its first case.
    static func found(password: Password, in books: Books) throws {
        let now = founded
        let day = Zone.china.day(of: now)
        try Offices.prepareSharedChain(in: books)
        var shared = Actor.system(of: .shared)
        shared.name = Phrase(zh: "演示", en: "Demo")
        try demand(
            Territories.importing(
                table("demo-divisions.csv"), system: "nbs-2016", since: day, by: shared, at: now, in: books))
        let profile = try Offices.found(
            .init(
                county: Demo.county, countyName: "涧西区", nameZh: "重庆路街道办事处",
                nameEn: "Chongqing Road Sub-district",
                townCode: "410305006000", townName: "重庆路街道办事处", prefix: "CQL", demoOpensAt: Demo.opensAt),
            administrator: ("admin", "童亦凡", password), at: now, in: books)
        var clerk = Actor.system(of: Demo.county)
        clerk.name = .asGiven("童亦凡")
        for number in 1...24 {
            guard
                let community = try Territories.meaning(
                    communityCode(ofGrid: number), inside: profile.territory.path, in: books
                ).first
            else { throw Refusal.notFound }
            try Territories.add(
                name: gridName(number), level: .grid, code: gridCode(number), system: "grid-2018",
                parent: community.id, since: day,
                by: clerk, at: now, in: books)
        }
        let path = profile.territory.path
        try demand(
            Organisation.importingUnits(
                table("demo-units.csv"), inside: path, on: day, by: clerk, at: now, in: books))
        let story = try table("demo-people.csv")
        let column = story.position(of: "territory") ?? 0
        let people = story.changing { cells in
            var cells = cells
            if cells[column].hasPrefix("grid-"), let number = Int(cells[column].dropFirst(5)) {
                cells[column] = gridCode(number)
            }
            return cells
        }
        try demand(Organisation.importingPeople(people, inside: path, on: day, by: clerk, at: now, in: books))
        for account in try Accounts.all(of: Demo.county, in: books) {
            try Accounts.set(password, for: account.login, by: clerk, at: now, in: books)
        }
    }

    private static func demand(_ report: ImportReport) throws {
        precondition(report.faults.isEmpty, "the demo's own tables are wrong: \(report.faults)")
    }

    init(in books: Books) throws {
        let day = Zone.china.day(of: Self.founded)
        people = [:]
        for account in try Accounts.all(of: Demo.county, in: books) {
            people[account.login] = try Tenures.actor(account.person, of: Demo.county, on: day, in: books)
        }
        units = Dictionary(
            uniqueKeysWithValues: try Units.all(of: Demo.county, on: day, in: books).map { ($0.code, $0) })
        candidates = try Tenures.candidates(of: Demo.county, on: day, in: books)
        let town = try Offices.of(Demo.county, in: books).territory
        grids = try (1...24).map {
            try Territories.only(Self.gridCode($0), inside: town.path, field: "grid", in: books)
        }
        categories = Dictionary(
            uniqueKeysWithValues: try Categories.all(of: Demo.county, at: Self.founded, in: books).map {
                ($0.code, $0)
            })
        calendar = try Calendars.of(Demo.county, in: books)
        places = [:]
        for row in try Self.rows("demo-places.csv") {
            places[Int(row["grid"] ?? "") ?? 0, default: []].append(row["place_zh"] ?? "")
        }
        findings = try Self.rows("demo-findings.csv").compactMap { row in
            Case.Source(rawValue: row["source"] ?? "").map {
                Finding(
                    category: row["category"] ?? "", source: $0, title: row["title_zh"] ?? "",
                    text: row["text_zh"] ?? "",
                    handled: row["handled_zh"] ?? "", checked: row["checked_zh"] ?? "")
            }
        }
        residents = try Self.rows("demo-residents.csv").map { ($0["name"] ?? "", $0["phone"] ?? "") }
        photos = Dictionary(
            uniqueKeysWithValues: try Self.rows("demo-photos.csv").compactMap { row in
                try Data(base64Encoded: row["png_base64"] ?? "").map {
                    (row["photo"] ?? "", try Photo([UInt8]($0)))
                }
            })
        matters = try Self.rows("demo-matters.csv")
    }

    private static func rows(_ name: String) throws -> [[String: String]] {
        let table = try table(name)
        return try table.rows().map { row in Dictionary(zip(table.columns, row.cells)) { first, _ in first } }
    }

    /// Somebody by login.
    func actor(_ login: String) -> Actor {
        guard let actor = people[login] else { preconditionFailure("the story names nobody called \(login)") }
        return actor
    }
}

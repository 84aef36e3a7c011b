package import Rules
import Store

extension Event.Kind {
    static let codesImported = Event.Kind(
        "territory.codes", zh: "导入代码对照", en: "Codes of other systems imported")
}

extension Territories {
    /// Takes a crosswalk: a row a territory, a column a code system (every column but `county`, `name` and
    /// `town_name`). A row is told by any code that is known; each system's code is added to that territory.
    /// Faults name row and column and change nothing: no code that is known, codes of two territories in one
    /// row, a code that belongs to another territory.
    package static func importingCodes(
        _ table: Table, inside path: String, since day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        let plain = ["county", "town_name", "name", "县", "区县", "名称"]
        let systems = table.columns.enumerated().filter { !plain.contains($0.element) && !$0.element.isEmpty }
        guard !systems.isEmpty else {
            throw Refusal.invalid("file", zh: "没有代码列。", en: "There is no column of codes.")
        }
        // One file may serve several counties: rows of another one are none of this office's business.
        let (own, countyColumn) = (
            try line(to: path, in: books).first { $0.level == .county }?.name ?? "",
            table.position(of: "county", "县", "区县")
        )
        for (_, system) in systems { _ = try Check.code(system, field: system) }
        let report = try table.each { row, report in
            func cell(_ position: Int) -> String {
                position < row.cells.count ? row.cells[position].trimmed : ""
            }
            if let countyColumn, !own.isEmpty, !cell(countyColumn).isEmpty, cell(countyColumn) != own {
                report.same += 1
                return
            }
            let given = systems.filter { !cell($0.offset).isEmpty }
            var meant: Set<String> = []
            for (position, _) in given {
                let code = cell(position)
                let found = try books.all(
                    """
                    SELECT DISTINCT t.id FROM territory_code k JOIN territory t ON t.id = k.territory
                        WHERE k.code = \(code) AND t.until > \(day)
                    AND t.path >= \(path) AND t.path < \(Territory.end(of: path))
                    """
                ) { try $0.get("id", as: String.self) }
                meant.formUnion(found)
            }
            guard let id = meant.first, meant.count == 1 else {
                let column = given.first?.element ?? systems[0].element
                throw meant.isEmpty
                    ? Refusal.invalid(column, zh: "这一行的代码都不认识。", en: "No code of this row is known.")
                    : Refusal.invalid(
                        column, zh: "这一行的代码指着 \(meant.count) 个区划。",
                        en: "The codes of this row belong to \(meant.count) territories.")
            }
            var added = 0
            for (position, system) in given {
                let code = try Check.code(cell(position), field: system)
                let owner = try books.first(
                    """
                    SELECT territory FROM territory_code WHERE code_system = \(system) AND code = \(code)
                        AND until > \(day)
                    """
                ) { try $0.get("territory", as: String.self) }
                if owner == id { continue }
                if let owner {
                    let name = try find(owner, in: books).name
                    throw Refusal.invalid(
                        system, zh: "代码 \(code) 是“\(name)”的。", en: "The code \(code) belongs to “\(name)”.")
                }
                try needOwnCode(code, field: system, actor, in: books)
                try books.put(
                    """
                    INSERT INTO territory_code (code_system, code, territory, since, until)
                        VALUES (\(system), \(code), \(id), \(day), \(Day.never))
                    """
                )
                added += 1
            }
            if added == 0 { report.same += 1 } else { report.added += 1 }
        }
        guard report.faults.isEmpty, report.added > 0 else { return report }
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(
                .codesImported,
                [("rows", "\(report.added)"), ("systems", systems.map(\.element).joined(separator: " "))]),
            about: .init("territory", path),
            by: actor, as: .administer, at: now)
        return report
    }
}

package import Rules
import Store

extension Territories {
    /// Takes a table of divisions: `code, name, level, parent` and, if there, `longitude_gcj02,
    /// latitude_gcj02`; rows in any order. Known codes are compared, new ones added, changed names become
    /// renames. Faults name row and column.
    package static func importing(
        _ table: Table, system: String, since: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        let at = try table.positions(of: ["code", "name", "level", "parent"])
        let (east, north) = (
            table.position(of: "longitude_gcj02", "longitude"),
            table.position(of: "latitude_gcj02", "latitude")
        )
        var report = ImportReport()
        var rows: [ImportRow] = []
        var seen: [String: Int] = [:]
        try table.walk(into: &report) { line, cells, report in
            func cell(_ position: Int?) -> String {
                position.flatMap { $0 < cells.count ? cells[$0] : nil } ?? ""
            }
            let (code, name, parent) = (cell(at["code"]), cell(at["name"]), cell(at["parent"]))
            guard let level = Territory.Level(rawValue: cell(at["level"])) else {
                report.fault(
                    line, "level", zh: "级别“\(cell(at["level"]))”不认识，应为 \(levels)。",
                    en: "Unknown level “\(cell(at["level"]))”; it is one of \(levels).")
                return
            }
            func degrees(_ position: Int?, _ name: String) throws -> Double? {
                try FormInput([name: cell(position).trimmed]).degrees(name)
            }
            do {
                let row = ImportRow(
                    line: line, code: try Check.code(code, field: "code"),
                    name: try Check.name(name, field: "name"),
                    level: level, parent: parent, longitude: try degrees(east, "longitude_gcj02"),
                    latitude: try degrees(north, "latitude_gcj02"))
                if let first = seen.updateValue(line, forKey: row.code) {
                    report.fault(
                        line, "code", zh: "代码 \(code) 在第 \(first) 行已经有了。",
                        en: "Code \(code) stands in row \(first) already.")
                } else {
                    rows.append(row)
                }
            } catch Refusal.invalid(let faults) {
                report.note(faults.map { .init(row: line, column: $0.field, words: $0.words) })
            }
        }
        guard !report.isCut else { return report }
        // Parents first, whatever the order of the file.
        rows.sort { ($0.level.depth, $0.line) < ($1.level.depth, $1.line) }
        var known = try knownCodes(of: system, in: books)
        var next: [String: Int] = [:]
        for row in rows {
            var parent: Known?
            if !row.parent.isEmpty {
                guard let found = known[row.parent], found.level.depth < row.level.depth else {
                    report.fault(
                        row.line, "parent", zh: "上级 \(row.parent) 不在表里，也不在系统里，或者级别不比它高。",
                        en:
                            """
                            The parent \(row.parent) is neither in the file nor known, or not of a \
                            higher level.
                            """
                    )
                    continue
                }
                parent = found
            } else if row.level != .province {
                report.fault(row.line, "parent", zh: "只有省没有上级。", en: "Only a province has no parent.")
                continue
            }
            if let old = known[row.code] {
                guard old.parent == parent?.id, old.level == row.level else {
                    report.fault(
                        row.line, "parent", zh: "\(row.name)（\(row.code)）已在别处，移动区划请在管理页面办。",
                        en:
                            """
                            \(row.name) (\(row.code)) lies elsewhere already; moving a territory is \
                            done on its page.
                            """
                    )
                    continue
                }
                if old.name == row.name { report.same += 1; continue }
                try rename(old.id, to: row.name, from: since, by: actor, at: now, in: books)
                report.changed += 1
            } else {
                try needOwnLand(parent?.path ?? "", actor, in: books)
                do { try needOwnCode(row.code, actor, in: books) } catch Refusal.invalid(let faults) {
                    report.note(faults.map { .init(row: row.line, column: $0.field, words: $0.words) })
                    continue
                }
                let key = parent?.id ?? ""
                let number = try next[key] ?? nextNumber(below: parent?.id, in: books)
                next[key] = number + 1
                let id = try insert(
                    name: row.name, level: row.level, code: row.code, system: system, parent: parent?.id,
                    parentPath: parent?.path ?? "", number: number, since: since, longitude: row.longitude,
                    latitude: row.latitude, in: books)
                let path = try find(id, in: books).path
                known[row.code] = Known(
                    id: id, name: row.name, level: row.level, parent: parent?.id, path: path)
                report.added += 1
            }
        }
        if report.faults.isEmpty, report.added + report.changed > 0 {
            try Organisation.everyoneChanged(in: books)
            try books.record(
                Event(
                    .territoriesImported,
                    [("added", "\(report.added)"), ("changed", "\(report.changed)"), ("system", system)]),
                about: .init("territory", system), by: actor, as: .administer, at: now)
        }
        return report
    }

    private struct ImportRow {
        var line: Int, code: String, name: String, level: Territory.Level, parent: String
        var longitude: Double?, latitude: Double?
    }
    private struct Known {
        var id: String, name: String, level: Territory.Level, parent: String?, path: String
    }

    private static let levels = Territory.Level.allCases.map(\.rawValue).joined(separator: ", ")

    private static func knownCodes(of system: String, in books: Books) throws -> [String: Known] {
        let rows = try books.all(
            """
            SELECT k.code, t.id, t.name, t.level, t.parent, t.path FROM territory_code k
            JOIN territory t ON t.id = k.territory WHERE k.code_system = \(system)
            """
        ) { row in
            (
                try row.get("code", as: String.self),
                Known(
                    id: try row.get("id"), name: try row.get("name"), level: try row.get("level"),
                    parent: try row.optional("parent"), path: try row.get("path"))
            )
        }
        return Dictionary(rows) { first, _ in first }
    }
}

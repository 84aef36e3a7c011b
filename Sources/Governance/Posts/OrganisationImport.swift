import Foundation
package import Rules

extension Organisation {
    /// Takes a table of units: `code, name_zh, kind, territory` and, if there, `name_en`. Known codes are
    /// compared.
    package static func importingUnits(
        _ table: Table, inside path: String, on day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        _ = try table.positions(of: ["code", "name_zh", "kind", "territory"])
        return try table.each { row, report in
            guard let kind = Unit.Kind(rawValue: row["kind"]) else {
                throw Refusal.invalid(
                    "kind",
                    zh:
                        """
                        单位类别“\(row["kind"])”不认识，应为 \
                        \(Unit.Kind.allCases.map(\.rawValue).joined(separator: "、"))。
                        """,
                    en:
                        """
                        Unknown kind “\(row["kind"])”; it is one of \
                        \(Unit.Kind.allCases.map(\.rawValue).joined(separator: ", ")).
                        """
                )
            }
            let place = try Territories.only(row["territory"], inside: path, field: "territory", in: books)
            let draft = Units.Draft(
                code: row["code"], nameZh: row["name_zh"], nameEn: row["name_en"], kind: kind,
                territory: place.id)
            if let old = try Units.find(code: row["code"], of: actor.county, in: books) {
                let english = row["name_en"].isEmpty ? row["name_zh"] : row["name_en"]
                if old.name == Phrase(zh: row["name_zh"], en: english), old.kind == kind,
                    old.territory == place.id
                {
                    report.same += 1
                } else {
                    try Units.change(old.id, to: draft, by: actor, at: now, in: books)
                    report.changed += 1
                }
            } else {
                try Units.add(draft, since: day, by: actor, at: now, in: books)
                report.added += 1
            }
        }
    }

    /// Takes a table of people in posts: `login, name, post_kind, post_zh, unit, territory` and, if there,
    /// `phone, post_en, reports_to`. The login is the post's code as well; `reports_to` names another row's
    /// login, in any order. Accounts are made without a password: nobody can sign in until the administrator
    /// sets one.
    package static func importingPeople(
        _ table: Table, inside path: String, on day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        _ = try table.positions(of: ["login", "name", "post_kind", "post_zh", "unit", "territory"])
        var report = try table.each(naming: ["code": "login", "title_zh": "post_zh", "title_en": "post_en"]) {
            row, report in
            guard let kind = PostKind(rawValue: row["post_kind"]) else {
                throw Refusal.invalid(
                    "post_kind",
                    zh:
                        """
                        岗位类别“\(row["post_kind"])”不认识，应为 \
                        \(PostKind.allCases.map(\.rawValue).joined(separator: "、"))。
                        """,
                    en:
                        """
                        Unknown post kind “\(row["post_kind"])”; it is one of \
                        \(PostKind.allCases.map(\.rawValue).joined(separator: ", ")).
                        """
                )
            }
            guard let unit = try Units.find(code: row["unit"], of: actor.county, in: books) else {
                throw Refusal.invalid(
                    "unit", zh: "没有代码为“\(row["unit"])”的单位。",
                    en: "There is no unit with the code “\(row["unit"])”.")
            }
            let place = try Territories.only(row["territory"], inside: path, field: "territory", in: books)
            let login = try Check.code(row["login"], field: "login")
            guard try Posts.find(code: login, of: actor.county, in: books) == nil else {
                report.same += 1
                return
            }
            let post = try Posts.add(
                .init(
                    code: login, titleZh: row["post_zh"], titleEn: row["post_en"], kind: kind, unit: unit.id,
                    territory: place.id, reportsTo: nil),
                since: day, by: actor, at: now, in: books)
            let person = try Tenures.addPerson(
                name: row["name"], phone: row["phone"], by: actor, at: now, in: books)
            if case .waits = try Tenures.begin(
                person, in: post, isStandIn: false, from: day, by: actor, at: now, in: books)
            {
                report.waiting += 1
            }
            try Accounts.add(login: login, person: person, password: nil, by: actor, at: now, in: books)
            report.added += 1
        }
        // The chain of responsibility last: a superior may stand further down in the file.
        let chain = try table.each { row, report in
            guard !row["reports_to"].isEmpty, report.faults.isEmpty else { return }
            guard let post = try Posts.find(code: row["login"], of: actor.county, in: books) else { return }
            guard let up = try Posts.find(code: row["reports_to"], of: actor.county, in: books) else {
                throw Refusal.invalid(
                    "reports_to", zh: "没有上级岗位“\(row["reports_to"])”。",
                    en: "There is no superior post “\(row["reports_to"])”.")
            }
            guard post.reportsTo != up.id else { return }
            try Posts.change(
                post.id,
                to: .init(
                    code: post.code, titleZh: post.title.zh, titleEn: post.title.en, kind: post.kind,
                    unit: post.unit,
                    territory: post.territory, reportsTo: up.id),
                by: actor, at: now, in: books)
        }
        report.note(chain.faults)
        return report
    }
}

extension Table {
    /// One row read by heading; a heading that is not there reads as empty.
    package struct Cells {
        let table: Table
        let cells: [String]
        /// The line of the file.
        package let line: Int
        /// The cell under a heading, trimmed.
        package subscript(name: String) -> String {
            guard let at = table.position(of: name), at < cells.count else { return "" }
            return cells[at].trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Runs each row and turns its refusals into faults with row and column, so that one report names them
    /// all. `naming` gives the file's heading for a field that the verbs call otherwise.
    func each(
        naming headings: [String: String] = [:], _ body: (Cells, inout ImportReport) throws -> Void
    ) throws -> ImportReport {
        var report = ImportReport()
        try walk(into: &report) { line, cells, report in
            do {
                try body(Cells(table: self, cells: cells, line: line), &report)
            } catch let refusal as Refusal {
                if case .invalid(let faults) = refusal {
                    report.note(
                        faults.map {
                            .init(row: line, column: headings[$0.field] ?? $0.field, words: $0.words)
                        })
                } else {
                    report.note([.init(row: line, column: "", words: refusal.words)])
                }
            }
        }
        return report
    }
}

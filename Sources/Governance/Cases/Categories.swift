package import Rules
import Store

extension Event.Kind {
    static let categoryAdded = Event.Kind("category.add", zh: "新增类别", en: "Category added")
    static let categoryChanged = Event.Kind("category.change", zh: "修改类别", en: "Category changed")
}

/// The office's table of categories: versioned, effective-dated, edited by the office.
package enum Categories {
    /// The names under which a category is entered, imported and exported.
    package static let fields = CategoryForm.table.map(\.name)

    /// The categories in force at a moment, by code: all staff know them. Retired ones are left out unless
    /// wanted.
    package static func all(
        withRetired: Bool = false, for actor: Actor, at now: Instant, in books: Books
    ) throws -> [Category] {
        try actor.needStaff()
        return try all(of: actor.county, at: now, withRetired: withRetired, in: books)
    }

    static func all(
        of county: County, at now: Instant, withRetired: Bool = false, in books: Books
    ) throws -> [Category] {
        let retired: SQL = withRetired ? "1 = 1" : "is_retired = 0"
        return try books.all(
            """
            SELECT * FROM category WHERE county = \(county) AND since <= \(now) AND until > \(now) AND \
            \(retired)
            ORDER BY major_zh, code
            """, Category.init)
    }

    /// One category as it is at a moment; nil if there is none.
    package static func find(_ code: String, for actor: Actor, at now: Instant, in books: Books) throws
        -> Category?
    {
        try actor.needStaff()
        return try find(code, of: actor.county, at: now, in: books)
    }

    static func find(_ code: String, of county: County, at now: Instant, in books: Books) throws
        -> Category?
    {
        try books.first(
            """
            SELECT * FROM category WHERE county = \(county) AND code = \(code) AND since <= \(now)
                AND until > \(now)
            ORDER BY version DESC LIMIT 1
            """, Category.init)
    }

    /// Every version of a category, newest first.
    package static func versions(of code: String, for actor: Actor, in books: Books) throws -> [(
        Category, since: Instant
    )] {
        try actor.needStaff()
        return try books.all(
            "SELECT * FROM category WHERE county = \(actor.county) AND code = \(code) ORDER BY version DESC"
        ) { (try Category($0), since: try $0.get("since")) }
    }

    /// Adds a category, or a new version of it from now on. Answers whether anything changed.
    @discardableResult
    package static func put(
        _ values: FormValues, retired: Bool = false, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Bool {
        try actor.need(.administer)
        let county = actor.county
        let code = values["code"]
        let texts = try texts(values)
        let old = try books.first(
            "SELECT * FROM category WHERE county = \(county) AND code = \(code) ORDER BY version DESC LIMIT 1"
        ) { row in
            (
                version: try row.get("version", as: Int.self),
                retired: try row.get("is_retired", as: Bool.self),
                texts: try fields.dropFirst().map { name in
                    switch try row.value(name == "limit" ? "time_limit" : name) {
                    case .integer(let number): String(number)
                    case .text(let text): text
                    default: ""
                    }
                }
            )
        }
        if let old, old.texts == texts, old.retired == retired { return false }
        let version = (old?.version ?? 0) + 1
        try books.change(
            """
            UPDATE category SET until = \(now) WHERE county = \(county) AND code = \(code)
                AND until > \(now)
            """
        )
        try books.change(
            """
            INSERT INTO category (county, code, version, since, until, major_zh, major_en, minor_zh, minor_en,
                kind,
                filing_zh, filing_en, closing_zh, closing_en, time_limit, stages, lead_unit, photo_required,
                    is_public,
                grid_duty, examples, is_retired)
            VALUES (\(county), \(code), \(version), \(now), \(Instant.never), \(texts[0]), \(texts[1]),
                \(texts[2]),
                \(texts[3]), \(texts[4]), \(texts[5]), \(texts[6]), \(texts[7]), \(texts[8]), \(texts[9]),
                    \(texts[10]),
                \(texts[11]), \(texts[12] == "1"), \(texts[13] == "1"), \(texts[14] == "1"), \(texts[15]),
                    \(retired))
            """)
        try Organisation.changed(county, in: books)
        try books.record(
            Event(
                old == nil ? .categoryAdded : .categoryChanged,
                [
                    ("name", texts[2]), ("version", "\(version)"), ("limit", texts[9]),
                    ("retired", retired ? "yes" : nil),
                ]),
            about: .init("category", code), by: actor, as: .administer, at: now)
        return true
    }

    /// Takes a table with the columns of `fields`.
    package static func importing(_ table: Table, by actor: Actor, at now: Instant, in books: Books) throws
        -> ImportReport
    {
        try actor.need(.administer)
        _ = try table.positions(of: fields)
        return try table.each { row, report in
            let known = try find(row["code"], of: actor.county, at: now, in: books)
            let isKnown = known != nil
            let values = try CategoryForm.table.read(
                FormInput(Dictionary(uniqueKeysWithValues: fields.map { ($0, row[$0]) })))
            let changed = try put(values, retired: known?.isRetired ?? false, by: actor, at: now, in: books)
            if !changed {
                report.same += 1
            } else if isKnown {
                report.changed += 1
            } else {
                report.added += 1
            }
        }
    }

    /// The starter set, in our own words.
    static func loadStarter(by actor: Actor, at now: Instant, in books: Books) throws {
        let report = try importing(
            Table(.init(Embedded.text("categories.csv").utf8)), by: actor, at: now, in: books)
        precondition(report.faults.isEmpty, "the starter categories are wrong: \(report.faults)")
    }

    /// The columns of `fields` after the code.
    private static func texts(_ values: FormValues) throws -> [String] {
        let stages = Stage.text(try CategoryForm.stages(values))
        return fields.dropFirst().map { name in
            switch name {
            case "stages": stages
            case "photo_required", "is_public", "grid_duty": values.flag(name) ? "1" : "0"
            // One a line on the page, between bars in tables.
            case "examples":
                values[name].split { $0.isNewline || $0 == "|" }.map { String($0).trimmed }
                    .filter { !$0.isEmpty }.joined(separator: "|")
            default: values[name]
            }
        }
    }
}

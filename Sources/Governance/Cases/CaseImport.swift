package import Rules
import Store

extension Event.Kind {
    static let casesImported = Event.Kind("case.import", zh: "导入事项", en: "Cases imported")
}

/// Taking cases from other systems' tables: columns by a mapping, idempotent by the other system's number.
package enum CaseImport {
    /// Which column holds what. Unnamed fields are looked for under their usual headings.
    package struct Mapping: Sendable {
        private var columns: [String: String]
        /// The source of all rows; the hotline unless said otherwise.
        package var source: Case.Source

        /// What can be mapped, with the headings that are tried.
        package static let fields: [(name: String, usual: [String])] = [
            ("number", ["number", "message_id", "编号", "工单号"]), ("title", ["title", "标题", "主题"]),
            ("body", ["body", "text", "内容", "诉求内容", "问题描述"]), ("place", ["place", "地点", "地址"]),
            ("territory", ["territory", "社区", "网格", "所属区域"]), ("category", ["category", "类别"]),
            ("reported_at", ["reported_at", "created_at", "受理时间", "上报时间"]), ("name", ["name", "姓名", "反映人"]),
            ("phone", ["phone", "电话", "联系电话"]),
            ("is_confidential", ["is_confidential", "confidential", "是否保密", "保密", "要求保密", "匿名"]),
            ("about_unit", ["about_unit", "被反映单位", "被投诉单位"]),
        ]

        /// A mapping from named columns; `source` names the source.
        package init(_ answers: FormInput) throws {
            columns = Dictionary(uniqueKeysWithValues: Self.fields.map { ($0.name, answers[$0.name]) })
            let source = answers["source"]
            guard source.isEmpty || Case.Source(rawValue: source) != nil else {
                throw Refusal.invalid(
                    "source", zh: "来源不认识，应为 \(Case.Source.allCases.map(\.rawValue).joined(separator: "、"))。",
                    en:
                        """
                        Unknown source; it is one of \
                        \(Case.Source.allCases.map(\.rawValue).joined(separator: ", ")).
                        """
                )
            }
            self.source = Case.Source(rawValue: source) ?? .hotline
        }

        /// The heading under which a table has a field; throws if a heading was named that is not there.
        func heading(of field: String, in table: Table) throws -> String? {
            let named = columns[field] ?? ""
            if !named.isEmpty {
                guard table.position(of: named) != nil else {
                    throw Refusal.invalid(
                        field, zh: "表里没有“\(named)”这一列。", en: "The table has no column “\(named)”.")
                }
                return named
            }
            return Self.fields.first { $0.name == field }?.usual.first { table.position(of: $0) != nil }
        }
    }

    /// Takes every row as a report. A row whose number is known is left as it is, and counted apart if it now
    /// says something else; faults name row and column.
    package static func importing(
        _ table: Table, mapping: Mapping, by actor: Actor, at now: Instant,
        latest: Instant = Clock.system.now, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        var headings: [String: String] = [:]
        for field in Mapping.fields { headings[field.name] = try mapping.heading(of: field.name, in: table) }
        guard headings["number"] != nil, headings["body"] != nil else {
            throw Refusal.invalid(
                "number", zh: "要有编号列和内容列。表头：\(table.columns.joined(separator: "、"))。",
                en:
                    """
                    A column with a number and one with a text are needed. Headings: \
                    \(table.columns.joined(separator: ", ")).
                    """
            )
        }
        var clerk = Actor.system(of: actor.county)
        clerk.name = actor.name
        let zone = try Offices.of(actor.county, in: books).zone
        // Of a number only its hash is kept, so that a million rows take little memory; whether it is the
        // same number the database says.
        var seen: [Int: Int] = [:]
        let report = try table.each { row, report in
            func cell(_ field: String) -> String { headings[field].map { row[$0] } ?? "" }
            let number = cell("number")
            guard !number.isEmpty else {
                throw Refusal.invalid(
                    headings["number"] ?? "", zh: "没有编号，重复导入时认不出来。",
                    en: "No number: a second import could not recognise the row.")
            }
            let before = try known(number, source: mapping.source, county: actor.county, in: books)
            if let first = seen.updateValue(row.line, forKey: number.hashValue), before {
                throw Refusal.invalid(
                    headings["number"] ?? "", zh: "编号 \(number) 在第 \(first) 行已经有了。",
                    en: "Number \(number) stands in row \(first) already.")
            }
            var draft = CaseReport(source: mapping.source)
            // What other systems hold may be later than a demo's clock, never later than the machine's.
            draft.latest = latest
            draft.outsideNumber = number
            (draft.title, draft.body, draft.place) = (
                String(cell("title").prefix(100)), cell("body"), cell("place")
            )
            (draft.territory, draft.category) = (cell("territory"), cell("category"))
            (draft.name, draft.phone) = (cell("name"), cell("phone"))
            draft.isConfidential = try isConfidential(
                cell("is_confidential"), heading: headings["is_confidential"].flatMap(\.self) ?? "")
            draft.aboutUnit = try aboutUnit(
                cell("about_unit"), heading: headings["about_unit"].flatMap(\.self) ?? "",
                county: actor.county, in: books)
            if !cell("reported_at").isEmpty {
                draft.reportedAt = try moment(
                    cell("reported_at"), zone: zone, heading: headings["reported_at"] ?? "")
            }
            do {
                try Cases.report(draft, by: clerk, at: now, in: books)
                if before { report.same += 1 } else { report.added += 1 }
            } catch Refusal.alreadyUsed { report.differing += 1 } catch Refusal.invalid(let faults) {
                throw Refusal.invalid(faults.map { .init((headings[$0.field] ?? nil) ?? $0.field, $0.words) })
            }
        }
        if report.faults.isEmpty, report.added > 0 {
            try books.record(
                Event(.casesImported, [("added", "\(report.added)"), ("source", mapping.source.rawValue)]),
                about: .init("office", actor.county.code), by: actor, as: .administer, at: now)
        }
        return report
    }

    private static func known(_ number: String, source: Case.Source, county: County, in books: Books) throws
        -> Bool
    {
        try books.count(
            """
            SELECT COUNT(*) FROM outside_number WHERE county = \(county) AND source = \(source)
                AND outside_number = \(number)
            """) > 0
    }

    /// The wish not to be named. What is not understood is a fault: it must not be taken for no.
    private static func isConfidential(_ text: String, heading: String) throws -> Bool {
        switch text.trimmed.lowercased() {
        case "", "否", "不", "不保密", "公开", "实名", "0", "no", "n", "false": false
        case "是", "保密", "要求保密", "匿名", "1", "yes", "y", "true": true
        default:
            throw Refusal.invalid(
                heading, zh: "是否保密“\(text)”看不懂，请写“是”或“否”。",
                en: "“\(text)” is neither yes nor no. Write 是 or 否.")
        }
    }

    /// The unit complained about, by code or name.
    private static func aboutUnit(_ text: String, heading: String, county: County, in books: Books) throws
        -> ID<Unit>?
    {
        let text = text.trimmed
        guard !text.isEmpty else { return nil }
        if let unit = try Units.find(code: text, of: county, in: books) { return unit.id }
        let named = try books.all("SELECT id FROM unit WHERE county = \(county) AND name_zh = \(text)") {
            try $0.get("id", as: ID<Unit>.self)
        }
        guard named.count == 1 else {
            throw Refusal.invalid(heading, zh: "没有名为“\(text)”的单位。", en: "There is no unit “\(text)”.")
        }
        return named[0]
    }

    /// `2020-01-06 12:09:38`, `2020-01-06T12:09`, `2020-01-06`, or ISO 8601 with an offset; civil time if it
    /// has none.
    private static func moment(_ text: String, zone: Zone, heading: String) throws -> Instant {
        if let instant = Instant(iso: text) { return instant }
        if let day = Day(text) { return zone.instant(day) }
        let sign = zone.minutesEast < 0 ? "-" : "+"
        if let instant = Instant(iso: text + sign + ClockTime(minutes: abs(zone.minutesEast)).description) {
            return instant
        }
        throw Refusal.invalid(
            heading, zh: "时间“\(text)”不对，应为 2019-07-31 09:40:00 的样子。",
            en: "“\(text)” is not a time like 2019-07-31 09:40:00.")
    }
}

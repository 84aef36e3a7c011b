import Governance
import Hummingbird
import Rules

/// The office's table of categories: when to file, when it is fixed, how long it may take, who leads.
enum CategoryPages {
    private static let path = "/admin/categories"

    /// The categories in force by major class, or those that the links ask for.
    static func list(_ call: Call) async throws -> Response {
        AdminPages.frame(
            call, path, title: call.say("类别", "Categories"),
            lead: call.say(
                "改动只管以后立案的事项；已立案的按当时的版本办。",
                """
                A change holds for cases filed from now on; earlier ones keep the version they were \
                filed under.
                """
            ),
            buttons: "<a class=\"btn pri\" href=\"\(path)/new\">\(call.say("新增类别", "Add a category"))</a>",
            body: try await listing.section(call)
        ).response(call)
    }

    private enum Shown: String, CaseIterable { case retired, all }

    private static let show = FormField(
        "show", "只看", "Show",
        .choice([
            .init(Shown.retired.rawValue, Phrase(zh: "已停用", en: "Retired")),
            .init(Shown.all.rawValue, Phrase(zh: "全部", en: "All")),
        ]))

    /// The categories in force, and those that were retired.
    static let listing = Listing<Category>(
        name: "categories", path: path, title: Phrase(zh: "类别", en: "Categories"),
        filters: [show] + CategoryForm.filter, tabs: .init(show, usual: Phrase(zh: "在用", en: "In use")),
        columns: [
            Column("minor", "类别", "Category", html: title) { .text($1.say($0.minor)) },
            Column("major", "大类", "Major class") { .text($1.say($0.major)) },
            Column("limit", "时限", "Limit", html: limit) {
                .ranked($1.limit($0.limit), by: $0.limit.roughMinutes)
            },
            Column("lead_unit", "主办", "Lead") { .text($1.say($0.leadUnit.words)) },
            Column("asks", "要求", "Asks", html: marks) { category, call in
                .text(asked(category, call).map(\.words).joined(separator: call.say("、", ", ")))
            },
            Column("code", "代码", "Code") { category, _ in .text(category.code) },
        ],
        grouped: "major", kept: ["with_retired"],
        empty: Phrase(zh: "没有这样的类别。", en: "There is no such category."),
        id: \.code,
        source: .whole { call, values in
            let shown: Shown? = try values.optionalChoice("show")
            let all = try await call.read {
                try Categories.all(withRetired: true, for: call.actor, at: call.now, in: $0)
            }
            if shown == .all || values.flag("with_retired") { return all }
            return all.filter { $0.isRetired == (shown == .retired) }
        })

    private static func title(_ category: Category, _ call: Call) -> HTML {
        """
        <a href="\(path)/\(category.code)">\(call.say(category.minor))</a>\
        \(" <span class=\"tag\">\(call.say("已停用", "retired"))</span>", if: category.isRetired)
        """
    }

    private static func limit(_ category: Category, _ call: Call) -> HTML {
        let stages: HTML? =
            category.stages.isEmpty
            ? nil
            : """
            <span class="den">\
            \(call.say("分 \(category.stages.count) 段", "\(category.stages.count) stages"))</span>
            """
        return "\(call.limit(category.limit))\(stages)"
    }

    /// What it asks of those who handle its cases.
    private static func asked(_ category: Category, _ call: Call) -> [(words: String, style: String)] {
        [
            (category.photoRequired, call.say("要照片", "photo"), "tag"),
            (category.isPublic, call.say("公示", "public"), "tag pub"),
            (category.gridDuty, call.say("网格应发现", "grid's duty"), "tag in"),
        ].filter(\.0).map { ($0.1, $0.2) }
    }

    private static func marks(_ category: Category, _ call: Call) -> HTML {
        "\(asked(category, call).html { "<span class=\"\($0.style)\">\($0.words)</span> " })"
    }

    /// One category with its versions; the code `new` is an empty form.
    static func show(_ call: Call) async throws -> Response { try await page(call, call.part("code")) }

    /// The page of a form that was refused.
    static func again(_ call: Call) async throws -> Response {
        let sent = call.submission.refused?.values ?? FormInput()
        return try await page(call, sent["verb"] == "add" ? "new" : sent["code"])
    }

    /// Adds a category, or makes a new version of one.
    static func change(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let values = try (CategoryForm.page(of: sent) + [CategoryForm.retired]).read(sent)
        let changed = try await call.write { books in
            let old = try Categories.find(values["code"], for: call.actor, at: call.now, in: books)
            switch sent["verb"] {
            case "add":
                guard old == nil else {
                    throw Refusal.invalid(
                        "code", zh: "代码 \(values["code"]) 已经用了。", en: "The code \(values["code"]) is taken.")
                }
            case "change": guard old != nil else { throw Refusal.notFound }
            default: throw Refusal.notFound
            }
            return try Categories.put(
                values, retired: values.flag("is_retired"), by: call.actor, at: call.now, in: books)
        }
        return call.done(
            "\(path)/\(values["code"])",
            changed
                ? Phrase(
                    zh: "已保存。以后立案的按这一版；已立案的不变。",
                    en: "Stored. Cases filed from now on go by this version; earlier ones keep theirs.")
                : Phrase(zh: "没有改动，还是原来的版本。", en: "Nothing differs; the version stays."))
    }

    private static func page(_ call: Call, _ code: String) async throws -> Response {
        let isNew = code == "new"
        let versions = try await call.read { books in
            isNew
                ? []
                : try Categories.versions(of: code, for: call.actor, in: books).map {
                    Version(category: $0.0, since: $0.since)
                }
        }
        let newest = versions.first?.category
        guard isNew || newest != nil else { throw Refusal.notFound }
        let form = Form(
            action: path,
            fields: AdminPages.hidden(("verb", isNew ? "add" : "change")) + fields(newest, call),
            submit: isNew
                ? call.say("新增类别", "Add the category") : call.say("保存为新版本", "Save as a new version"))
        let title = newest.map { call.say($0.minor) } ?? call.say("新增类别", "Add a category")
        let past: HTML? = newest.map { _ in
            AdminPages.list(call.say("历次版本", "Versions"), count: "\(versions.count)", history(versions, call))
        }
        return AdminPages.frame(
            call, path, title: title,
            lead: newest.map { call.say("\($0.major.zh)，代码 \($0.code)", "\($0.major.en), code \($0.code)") }
                ?? "",
            crumb: AdminPages.back(to: path, call.say("类别", "Categories")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>\(past)"
        ).response(call)
    }

    private static func fields(_ old: Category?, _ call: Call) -> [Field] {
        let values = old.map(values) ?? [:]
        let shown =
            (CategoryForm.page(stages: old?.stages.count ?? 0) + (old == nil ? [] : [CategoryForm.retired]))
            .map { field in
                field.field(call, value: values[field.name] ?? "")
            }
        // The code tells which one it is, and stays.
        return old.map { AdminPages.hidden(("code", $0.code)) + shown.filter { $0.name != "code" } } ?? shown
    }

    /// What stands in the form of a category that exists.
    private static func values(_ old: Category) -> [String: String] {
        var values = [
            "major_zh": old.major.zh, "major_en": old.major.en, "minor_zh": old.minor.zh,
            "minor_en": old.minor.en, "kind": old.kind, "filing_zh": old.filing.zh,
            "filing_en": old.filing.en, "closing_zh": old.closing.zh, "closing_en": old.closing.en,
            "limit": old.limit.description, "lead_unit": old.leadUnit.rawValue,
            "photo_required": old.photoRequired ? "1" : "", "is_public": old.isPublic ? "1" : "",
            "grid_duty": old.gridDuty ? "1" : "", "examples": old.examples.joined(separator: "\n"),
            "is_retired": old.isRetired ? "1" : "",
        ]
        for (number, stage) in old.stages.enumerated() {
            values["stage_\(number + 1)"] = stage.name
            values["stage_\(number + 1)_limit"] = stage.limit.description
        }
        return values
    }

    private struct Version { var category: Category, since: Instant }

    private static func history(_ versions: [Version], _ call: Call) -> HTML {
        let head = [
            call.say("版本", "Version"), call.say("从", "Since"), call.say("名称", "Name"),
            call.say("时限", "Limit"), call.say("主办", "Lead"), call.say("状态", "State"),
        ]
        return AdminPages.table(
            call.say("历次版本", "Versions"), head,
            versions.html { version in
                let category = version.category
                return """
                    <tr><th scope="row">\(category.version)</th><td class="nw">\
                    \(call.moment(version.since))</td><td class="nw">\(call.say(category.words))</td>\
                    <td class="nw">\(call.limit(category.limit))</td>\
                    <td class="nw">\(call.say(category.leadUnit.words))</td><td class="nw">\
                    \(category.isRetired ? call.say("停用", "retired") : call.say("在用", "in use"))</td></tr>
                    """
            })
    }
}

extension TimeLimit {
    /// About how many minutes it is, to put limits of several units in one order.
    fileprivate var roughMinutes: Int {
        switch unit {
        case .urgentHours, .workHours: amount * 60
        case .workDays: amount * 8 * 60
        case .calendarDays: amount * 24 * 60
        }
    }
}

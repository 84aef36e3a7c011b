import Governance
import Hummingbird
import Rules

/// The office's table of categories: when to file, when it is fixed, how long it may take, who leads.
enum CategoryPages {
    private static let path = "/admin/categories"

    /// Every category by major class; retired ones are marked.
    static func list(_ call: Call) async throws -> Response {
        let (county, now) = (call.actor.county, call.now)
        let all = try await call.read { try Categories.all(of: county, at: now, withRetired: true, in: $0) }
        let retired = call.query["show"] == "retired"
        let shown = retired ? all.filter(\.isRetired) : all
        let links = [(path, call.say("全部", "All")), (path + "?show=retired", call.say("已停用", "Retired"))]
        return AdminPages.frame(
            call, path, title: call.say("类别", "Categories"),
            lead: call.say(
                "改动只管以后立案的事项；已立案的按当时的版本办。",
                """
                A change holds for cases filed from now on; earlier ones keep the version they were \
                filed under.
                """
            ),
            buttons: "<a class=\"btn pri\" href=\"\(path)/new\">\(call.say("新增类别", "Add a category"))</a>",
            body: """
                <div class="filters">\
                \(AdminPages.choice(call.say("只看", "Show"), links, current: retired ? links[1].0 : path))</d\
                iv>\
                \(AdminPages.list(call.say("类别", "Categories"), count: call.say("\(shown.count) 类", "\(shown.count)"), table(shown, call)))
                """
        ).response(call)
    }

    private static func table(_ shown: [Category], _ call: Call) -> HTML {
        guard !shown.isEmpty else {
            return "<p class=\"mute\">\(call.say("没有这样的类别。", "There is no such category."))</p>"
        }
        let head = [
            call.say("类别", "Category"), call.say("时限", "Limit"), call.say("主办", "Lead"),
            call.say("要求", "Asks"), call.say("代码", "Code"),
        ]
        var rows: [HTML] = []
        var major = ""
        for category in shown {
            if category.major.zh != major {
                major = category.major.zh
                rows.append("<tr class=\"grp\"><td colspan=\"5\">\(call.say(category.major))</td></tr>")
            }
            let stages: HTML? =
                category.stages.isEmpty
                ? nil
                : "<span class=\"den\">\(call.say("分 \(category.stages.count) 段", "\(category.stages.count) stages"))</span>"
            rows.append(
                """
                <tr><th scope="row" class="nw"><a href="\(path)/\(category.code)">\
                \(call.say(category.minor))</a>\
                \(" <span class=\"tag\">\(call.say("已停用", "retired"))</span>", if: category.isRetired)</th>\
                <td class="nw">\(call.limit(category.limit))\(stages)</td><td class="nw">\
                \(call.say(category.leadUnit.words))</td>\
                <td class="nw">\(marks(category, call))</td><td class="nw mute sm">\(category.code)</td></tr>
                """)
        }
        return AdminPages.table(call.say("类别", "Categories"), head, rows)
    }

    private static func marks(_ category: Category, _ call: Call) -> HTML {
        """
        \("<span class=\"tag\">\(call.say("要照片", "photo"))</span> ", if: category.photoRequired)\
        \("<span class=\"tag pub\">\(call.say("公示", "public"))</span> ", if: category.isPublic)\
        \("<span class=\"tag in\">\(call.say("网格应发现", "grid's duty"))</span>", if: category.gridDuty)
        """
    }

    /// One category with its versions; the code `new` is an empty form.
    static func show(_ call: Call) async throws -> Response {
        try await page(call, call.part("code"), Attempt()).response(call)
    }

    /// Adds a category, or makes a new version of one.
    static func change(_ call: Call) async throws -> Response {
        var answers = try await call.form()
        // One example a line is easier to read than the table's bars.
        answers["examples"] = answers["examples"].split(whereSeparator: \.isNewline).map {
            $0.trimmingPrefix(while: \.isWhitespace)
        }
        .filter { !$0.isEmpty }.joined(separator: "|")
        let given = answers
        let again: (Call, Attempt) async throws -> Page = { call, attempt in
            try await page(call, given["verb"] == "add" ? "new" : given["code"], attempt)
        }
        return try await AdminPages.attempt(answers, call, again: again) {
            try await call.write { books in
                let old = try Categories.find(given["code"], of: call.actor.county, at: call.now, in: books)
                switch given["verb"] {
                case "add":
                    guard old == nil else {
                        throw Refusal.invalid(
                            "code", zh: "代码 \(given["code"]) 已经用了。", en: "The code \(given["code"]) is taken."
                        )
                    }
                case "change": guard old != nil else { throw Refusal.notFound }
                default: throw Refusal.notFound
                }
                try Categories.put(
                    given, retired: try given.flag("retired"), by: call.actor, at: call.now, in: books)
            }
            return "\(path)/\(given["code"])"
        }
    }

    private static func page(_ call: Call, _ code: String, _ attempt: Attempt) async throws -> Page {
        let (county, isNew) = (call.actor.county, code == "new")
        let versions = try await call.read { books in
            isNew
                ? []
                : try Categories.versions(of: code, county: county, in: books).map {
                    Version(category: $0.0, since: $0.since)
                }
        }
        let newest = versions.first?.category
        guard isNew || newest != nil else { throw Refusal.notFound }
        let verb = isNew ? "add" : "change"
        let form = Form(
            action: path, fields: AdminPages.hidden(("verb", verb)) + fields(newest, verb, call, attempt),
            submit: isNew
                ? call.say("新增类别", "Add the category") : call.say("保存为新版本", "Save as a new version"),
            faults: attempt.faults(verb))
        let title = newest.map { call.say($0.minor) } ?? call.say("新增类别", "Add a category")
        let past: HTML? = newest.map { _ in
            AdminPages.list(call.say("历次版本", "Versions"), count: "\(versions.count)", history(versions, call))
        }
        return AdminPages.frame(
            call, path, title: title,
            lead: newest.map { call.say("\($0.major.zh)，代码 \($0.code)", "\($0.major.en), code \($0.code)") }
                ?? "",
            crumb: AdminPages.back(to: path, call.say("类别", "Categories")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>\(past)")
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

// MARK: The form

extension CategoryPages {
    private static func fields(_ old: Category?, _ verb: String, _ call: Call, _ attempt: Attempt) -> [Field]
    {
        func value(_ name: String, _ usual: String?) -> String {
            attempt.value(name, verb, usual: usual ?? "")
        }
        func line(
            _ name: String, _ label: String, _ usual: String?, _ kind: Field.Kind = .line, hint: String = "",
            isRequired: Bool = true
        ) -> Field {
            Field(
                name: name, label: label, kind: kind, value: value(name, usual), hint: hint,
                isRequired: isRequired)
        }
        func flag(_ name: String, _ label: String, _ usual: Bool?) -> Field {
            line(name, label, usual == true ? "1" : "", .flag, isRequired: false)
        }
        let code =
            old.map { AdminPages.hidden(("code", $0.code)) }
            ?? [
                line(
                    "code", call.say("代码", "Code"), nil,
                    hint: call.say(
                        "字母、数字、点、横线，例如 fire.fly-wire；定了就不改。",
                        "Letters, digits, dots, dashes, such as fire.fly-wire. It stays."))
            ]
        let kinds = [
            Field.Choice(value: "event", words: call.say("事件（发生的事）", "Event (something happens)")),
            .init(value: "component", words: call.say("部件（坏了的设施）", "Component (a thing is broken)")),
        ]
        let units = Unit.Kind.allCases.map { Field.Choice(value: $0.rawValue, words: call.say($0.words)) }
        let examples = value("examples", old?.examples.joined(separator: "|")).split(separator: "|").joined(
            separator: "\n")
        return code + [
            line("major_zh", call.say("大类", "Major class in Chinese"), old?.major.zh),
            line("major_en", call.say("大类英文", "Major class in English"), old?.major.en),
            line("minor_zh", call.say("小类", "Minor class in Chinese"), old?.minor.zh),
            line("minor_en", call.say("小类英文", "Minor class in English"), old?.minor.en),
            line("kind", call.say("类型", "Kind"), old?.kind, .select(kinds)),
            line("filing_zh", call.say("什么情况立案", "When it is a case, in Chinese"), old?.filing.zh, .text),
            line("filing_en", call.say("什么情况立案，英文", "When it is a case, in English"), old?.filing.en, .text),
            line("closing_zh", call.say("怎样算办好", "When it is fixed, in Chinese"), old?.closing.zh, .text),
            line("closing_en", call.say("怎样算办好，英文", "When it is fixed, in English"), old?.closing.en, .text),
            line(
                "limit", call.say("时限", "Limit"), old?.limit.description,
                hint: call.say(
                    "写成 5 work_days；单位：urgent_hours 小时（不分昼夜）、work_hours 工作小时、work_days 工作日、calendar_days 天。",
                    """
                    Like 5 work_days; units: urgent_hours (day and night), work_hours, work_days, \
                    calendar_days.
                    """
                )),
            line(
                "stages", call.say("分段时限", "Stages"), old.map { Stage.text($0.stages) },
                hint: call.say(
                    "写成 guard: 3 urgent_hours; repair: 8 urgent_hours；不分段就空着。",
                    "Like guard: 3 urgent_hours; repair: 8 urgent_hours. Empty if there are none."),
                isRequired: false),
            line(
                "lead_unit", call.say("哪类单位主办", "Kind of leading unit"), old?.leadUnit.rawValue,
                .select(units)),
            flag("photo_required", call.say("办结要照片", "Ask for a photo"), old?.photoRequired),
            flag("is_public", call.say("在公示页公开", "Show in the public notice"), old?.isPublic),
            flag("grid_duty", call.say("网格巡查本该发现", "The grid's own patrol should find it"), old?.gridDuty),
            Field(
                name: "examples", label: call.say("例句", "Example reports"), kind: .text, value: examples,
                hint: call.say(
                    "一行一句，居民会怎么说；系统据此推荐类别。",
                    "One a line, as residents would say it; the suggestion learns from them.")),
        ]
            + (old == nil
                ? []
                : [
                    flag(
                        "retired", call.say("停用：不再立新案", "Retired: no new case is filed under it"),
                        old?.isRetired)
                ])
    }
}

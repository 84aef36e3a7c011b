import Governance
import Hummingbird
import Rules

/// The units that cases are handed to.
enum UnitPages {
    private static let path = "/admin/units"

    /// Every unit by kind; `do=add` is an empty form, `edit` the form of one unit.
    static func list(_ call: Call) async throws -> Response { try await page(call, Attempt()).response(call) }

    /// Adds, changes or ends a unit.
    static func change(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let names = try call.names()
        return try await AdminPages.attempt(answers, call, again: page) {
            try await call.write { books in
                switch answers["verb"] {
                case "add":
                    try Units.add(
                        draft(answers, names, in: books), since: try answers.day("since"), by: call.actor,
                        at: call.now, in: books)
                case "change":
                    try Units.change(
                        try answers.id("id"), to: draft(answers, names, in: books), by: call.actor,
                        at: call.now, in: books)
                case "assign":
                    let town = try Territories.find(
                        TerritoryPages.chosen(answers, names, in: books), in: books)
                    try CommandAreas.assign(
                        town, to: try answers.id("id"), from: try answers.day("from"), by: call.actor,
                        at: call.now, in: books)
                case "release":
                    try CommandAreas.end(
                        try answers.id("area"), on: call.today, by: call.actor, at: call.now, in: books)
                case "end":
                    try Units.end(
                        try answers.id("id"), on: try answers.day("on"), by: call.actor, at: call.now,
                        in: books)
                default: throw Refusal.notFound
                }
            }
            return path
        }
    }

    private static func draft(_ answers: FormInput, _ names: Directory, in books: Books) throws -> Units.Draft
    {
        let kind = try answers.choice(
            "kind", of: Unit.Kind.self, otherwise: Phrase(zh: "请选择单位类别。", en: "Please choose a kind of unit.")
        )
        return .init(
            code: answers["code"], nameZh: answers["name_zh"], nameEn: answers["name_en"], kind: kind,
            territory: try TerritoryPages.chosen(answers, names, in: books))
    }

    private static func page(_ call: Call, _ attempt: Attempt) async throws -> Page {
        let names = try call.names()
        let county = call.actor.county
        if let id = try call.query.optionalID("edit", of: Unit.self) {
            let today = call.today
            let (unit, areas) = try await call.read { books in
                (
                    try Units.find(id, of: county, in: books),
                    try CommandAreas.all(of: county, on: today, in: books).filter { $0.unit == id }
                )
            }
            return editing(unit, areas, names, call, attempt)
        }
        if call.query["do"] == "add" { return adding(names, call, attempt) }
        let today = call.today
        let (units, posts) = try await call.read { books in
            (try Units.all(of: county, on: today, in: books), try Posts.all(of: county, on: today, in: books))
        }
        let seats = Dictionary(posts.map { ($0.unit, 1) }, uniquingKeysWith: +)
        return AdminPages.frame(
            call, path, title: call.say("单位", "Units"),
            lead: call.say("事项派给单位，单位再落实到人。", "Cases go to a unit, and in it to a named person."),
            buttons: "<a class=\"btn pri\" href=\"\(path)?do=add\">\(call.say("新增单位", "Add a unit"))</a>",
            body: AdminPages.list(
                call.say("在用的单位", "Units today"), count: call.say("\(units.count) 个", "\(units.count)"),
                table(units, seats, names, call)))
    }

    private static func table(_ units: [Unit], _ seats: [ID<Unit>: Int], _ names: Directory, _ call: Call)
        -> HTML
    {
        let head = [
            call.say("名称", "Name"), call.say("代码", "Code"), call.say("所在区划", "Territory"),
            call.say("岗位", "Posts"),
        ]
        var rows: [HTML] = []
        for kind in Unit.Kind.allCases {
            let group = units.filter { $0.kind == kind }
            guard !group.isEmpty else { continue }
            rows.append(
                "<tr class=\"grp\"><td colspan=\"4\">\(call.say(kind.words)) \(group.count)</td></tr>")
            rows += group.html { unit in
                """
                <tr><th scope="row" class="nw"><a href="\(path)?edit=\(unit.id)">\(call.say(unit.name))</a>\
                </th><td class="nw">\(unit.code)</td>\
                <td class="nw">\(names.placeName(unit.territory))</td><td>\
                <a href="/admin/posts?unit=\(unit.id)">\
                \(call.say("\(seats[unit.id] ?? 0) 个", "\(seats[unit.id] ?? 0)"))</a></td></tr>
                """
            }
        }
        return AdminPages.table(call.say("单位", "Units"), head, rows)
    }

    private static func adding(_ names: Directory, _ call: Call, _ attempt: Attempt) -> Page {
        let since = Field(
            name: "since", label: call.say("从哪天启用", "From which day"), kind: .day,
            value: attempt.value("since", "add", usual: call.today.description),
            isRequired: true)
        let code = Field(
            name: "code", label: call.say("代码", "Code"), kind: .line, value: attempt.value("code", "add"),
            hint: call.say(
                "字母、数字、点、横线，导入时用它认单位；定了就不改。",
                "Letters, digits, dots, dashes; imports know the unit by it. It stays."), isRequired: true)
        let form = Form(
            action: path + "?do=add",
            fields: AdminPages.hidden(("verb", "add")) + [code] + fields(nil, "add", names, call, attempt) + [
                since
            ],
            submit: call.say("新增单位", "Add the unit"), faults: attempt.faults("add"))
        return AdminPages.frame(
            call, path, title: call.say("新增单位", "Add a unit"),
            crumb: AdminPages.back(to: path, call.say("单位", "Units")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>")
    }

    private static func editing(
        _ unit: Unit, _ areas: [CommandArea], _ names: Directory, _ call: Call, _ attempt: Attempt
    ) -> Page {
        let action = "\(path)?edit=\(unit.id)"
        func hidden(_ verb: String) -> [Field] {
            AdminPages.hidden(("verb", verb), ("id", unit.id.text), ("code", unit.code))
        }
        let change = Form(
            action: action, fields: hidden("change") + fields(unit, "change", names, call, attempt),
            submit: call.say("保存", "Save"), faults: attempt.faults("change"))
        let day = Field(
            name: "on", label: call.say("从哪天停用", "From which day it no longer exists"), kind: .day,
            value: attempt.value("on", "end", usual: call.today.description),
            hint: call.say("先停用它的岗位；办过的事项仍记在它名下。", "End its posts first; its past cases stay with it."),
            isRequired: true)
        let end = Form(
            action: action, fields: hidden("end") + [day], submit: call.say("停用", "End"),
            faults: attempt.faults("end"), isPrimary: false)
        let ended: HTML? =
            unit.until == .never
            ? nil
            : """
            <p class="note info">\
            \(call.say("\(call.day(unit.until))起停用。", "Ends on \(call.day(unit.until))."))</p>
            """
        return AdminPages.frame(
            call, path, title: call.say(unit.name), crumb: AdminPages.back(to: path, call.say("单位", "Units")),
            body: """
                \(ended)<div class="cols">\(AdminPages.section(call.say("单位信息（代码 \(unit.code)）", "The unit (code \(unit.code))"), change.html(call)))\
                \(unit.kind == .warZone ? townships(of: unit, areas, names, call, attempt) : HTML.none)\
                \(AdminPages.section(call.say("停用", "End"), end.html(call)))</div>
                """)
    }

    /// The townships of a war zone: who is under it today, and putting another one there.
    private static func townships(
        of unit: Unit, _ areas: [CommandArea], _ names: Directory, _ call: Call, _ attempt: Attempt
    ) -> HTML {
        let action = "\(path)?edit=\(unit.id)"
        let places = names.territories.filter { $0.level == .town }.map {
            Field.Choice(value: $0.id, words: $0.shortName)
        }
        let form = Form(
            action: action,
            fields: AdminPages.hidden(("verb", "assign"), ("id", unit.id.text)) + [
                Field(
                    name: "territory", label: call.say("乡镇", "Township"), kind: .select(places),
                    value: attempt.value("territory", "assign"), isRequired: true),
                Field(
                    name: "from", label: call.say("从哪天起", "From the day"), kind: .day,
                    value: attempt.value("from", "assign", usual: call.today.description), isRequired: true),
            ], submit: call.say("划入", "Put under it"), faults: attempt.faults("assign"))
        let lines = areas.html { area in
            "<li>\(names.placeName(area.territory)) <span class=\"mute\">\(call.say("\(call.day(area.since))起", "since \(call.day(area.since))"))</span> \(PostButton(action: action, words: call.say("划出", "Take out"), fields: [("verb", "release"), ("id", unit.id.text), ("area", area.id.text)]).html(call))</li>"
        }
        return AdminPages.section(
            call.say("所辖乡镇", "Its townships"),
            "\(areas.isEmpty ? "<p class=\"mute\">\(call.say("还没有。", "None yet."))</p>" : "<ul class=\"plain\">\(lines)</ul>" as HTML)\(form.html(call))"
        )
    }

    private static func fields(
        _ unit: Unit?, _ verb: String, _ names: Directory, _ call: Call, _ attempt: Attempt
    ) -> [Field] {
        let kinds = Unit.Kind.allCases.map { Field.Choice(value: $0.rawValue, words: call.say($0.words)) }
        let english = unit.map { $0.name.en == $0.name.zh ? "" : $0.name.en } ?? ""
        return [
            Field(
                name: "name_zh", label: call.say("名称", "Name in Chinese"), kind: .line,
                value: attempt.value("name_zh", verb, usual: unit?.name.zh ?? ""),
                isRequired: true),
            Field(
                name: "name_en", label: call.say("英文名称", "Name in English"), kind: .line,
                value: attempt.value("name_en", verb, usual: english)),
            Field(
                name: "kind", label: call.say("类别", "Kind"), kind: .select(kinds),
                value: attempt.value("kind", verb, usual: unit?.kind.rawValue ?? ""),
                isRequired: true),
            TerritoryPages.field(
                call.say("所在区划", "Territory"),
                value: attempt.value("territory", verb, usual: unit?.territory ?? names.office.territory.id),
                call, names),
        ]
    }
}

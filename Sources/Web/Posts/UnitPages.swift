import Governance
import Hummingbird
import Rules

/// The units that cases are handed to.
enum UnitPages {
    private static let path = "/admin/units"

    /// Adds, changes or ends a unit, or puts a township under a war zone and takes it out.
    static func change(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let verb = sent["verb"]
        if verb == "add" {
            let values = try UnitForm.add.read(sent)
            let id = try await call.write { try add(values, call, in: $0) }
            return call.done(
                "\(path)?edit=\(id)", "已新增单位“\(values["name_zh"])”。接着给它设岗位、安排人。",
                "The unit “\(values["name_zh"])” is added. Posts and people come next.")
        }
        guard let form = UnitForm.changes[verb] else { throw Refusal.notFound }
        let (values, id): (FormValues, ID<Unit>) = (try form.read(sent), try sent.id("id"))
        let (unit, place) = try await call.write { books in
            let place = try perform(verb, values, on: id, call, in: books)
            return (try Units.find(id, for: call.actor, in: books), place?.shortName ?? "")
        }
        return call.done(
            verb == "end" ? path : "\(path)?edit=\(id)", try outcome(verb, values, unit, place, call))
    }

    /// A new unit, for page and API.
    static func add(_ values: FormValues, _ call: Call, in books: Books) throws -> ID<Unit> {
        let place = try TerritoryPages.chosen("territory", in: values, call, books)
        return try Units.add(
            try Units.Draft(values, territory: place.id), since: try values.day("since", else: call.today),
            by: call.actor, at: call.now, in: books)
    }

    /// A change of a unit, for page and API; the territory that was named, if one was.
    @discardableResult
    static func perform(
        _ verb: String, _ values: FormValues, on id: ID<Unit>, _ call: Call, in books: Books
    ) throws -> Territory? {
        let (actor, now) = (call.actor, call.now)
        let old = try Units.find(id, for: actor, in: books)
        let on = try values.day("on", else: call.today)
        let place =
            values["territory"].isEmpty
            ? nil : try TerritoryPages.chosen("territory", in: values, call, books)
        switch verb {
        case "change":
            let draft = try Units.Draft(values, of: old, territory: place?.id ?? old.territory)
            try Units.change(id, to: draft, by: actor, at: now, in: books)
        case "assign":
            guard let place else { throw Refusal.notFound }
            try CommandAreas.assign(
                place, to: id, from: try values.day("from", else: call.today), by: actor, at: now, in: books)
        case "release":
            let area = try CommandAreas.all(for: actor, on: call.today, in: books).first {
                $0.territory == place?.id && $0.unit == id
            }
            guard let area else { throw Refusal.notFound }
            try CommandAreas.end(area.id, on: on, by: actor, at: now, in: books)
        case "end": try Units.end(id, on: on, by: actor, at: now, in: books)
        default: throw Refusal.notFound
        }
        return place
    }

    /// What a change came to.
    private static func outcome(
        _ verb: String, _ values: FormValues, _ unit: Unit, _ place: String, _ call: Call
    ) throws -> Phrase {
        switch verb {
        case "assign":
            let day = call.day(try values.day("from"))
            return Phrase(
                zh: "\(place) 从\(day)起归“\(unit.name.zh)”。",
                en: "\(place) is under “\(unit.name.en)” from \(day).")
        case "release":
            return Phrase(
                zh: "\(place) 已划出“\(unit.name.zh)”。", en: "\(place) is no longer under “\(unit.name.en)”.")
        case "end":
            let day = call.day(unit.until)
            return Phrase(
                zh: "“\(unit.name.zh)”\(day)起停用；办过的事项仍记在它名下。",
                en: "“\(unit.name.en)” ends on \(day); its past cases stay with it.")
        default:
            return Phrase(zh: "已保存，从现在起按新的显示和派单。", en: "Stored; from now on it is shown and chosen so.")
        }
    }

    /// Every unit by kind; `do=add` is an empty form, `edit` the forms of one unit.
    static func list(_ call: Call) async throws -> Response {
        let names = try call.names()
        let (sent, today) = (call.submission.refused?.values, call.today)
        let isNew = sent.map { $0["verb"] == "add" } ?? (call.query["do"] == "add")
        if isNew { return adding(names, call).response(call) }
        let chosen: ID<Unit>? =
            if let sent { try sent.optionalID("id") } else { try call.query.optionalID("edit") }
        if let id = chosen {
            let (unit, areas) = try await call.read { books in
                (
                    try Units.find(id, for: call.actor, in: books),
                    try CommandAreas.all(for: call.actor, on: today, in: books).filter { $0.unit == id }
                )
            }
            return editing(unit, areas, names, call).response(call)
        }
        return AdminPages.frame(
            call, path, title: call.say("单位", "Units"),
            lead: call.say("事项派给单位，单位再落实到人。", "Cases go to a unit, and in it to a named person."),
            buttons: "<a class=\"btn pri\" href=\"\(path)?do=add\">\(call.say("新增单位", "Add a unit"))</a>",
            body: try await listing.section(call)
        ).response(call)
    }

    /// A unit with how many posts it has today.
    struct Line: Sendable { let unit: Unit, posts: Int }

    /// Every unit of today, kind by kind.
    static let listing = Listing<Line>(
        name: "units", path: path, title: Phrase(zh: "在用的单位", en: "Units today"),
        filters: UnitForm.filter,
        columns: [
            Column(
                "name", "名称", "Name",
                html: { "<a href=\"\(path)?edit=\($0.unit.id)\">\($1.say($0.unit.name))</a>" }
            ) { .text($1.say($0.unit.name)) },
            Column("kind", "类别", "Kind") { .text($1.say($0.unit.kind.words)) },
            Column("code", "代码", "Code") { line, _ in .text(line.unit.code) },
            Column("territory", "所在区划", "Territory") {
                .text($1.directory?.placeName($0.unit.territory) ?? "")
            },
            Column(
                "posts", "岗位", "Posts",
                definition: Phrase(zh: "当天在用的岗位数。", en: "Posts that there are on the day."),
                html: { line, _ in "<a href=\"/admin/posts?unit=\(line.unit.id)\">\(line.posts)</a>" }
            ) { line, _ in .number(line.posts) },
        ],
        grouped: "kind", kept: ["on"], id: \.unit.id.text,
        source: .whole { call, values in
            let today = try values.day("on", else: call.today)
            let kind: Unit.Kind? = try values.optionalChoice("kind")
            return try await call.read { books in
                let posts = Dictionary(
                    try Posts.all(for: call.actor, on: today, in: books).map { ($0.unit, 1) },
                    uniquingKeysWith: +)
                let units = try Units.all(for: call.actor, on: today, in: books).filter {
                    kind == nil || $0.kind == kind
                }
                return Unit.Kind.allCases.flatMap { kind in units.filter { $0.kind == kind } }
                    .map { Line(unit: $0, posts: posts[$0.id] ?? 0) }
            }
        })

    private static func adding(_ names: Directory, _ call: Call) -> Page {
        let form = Form(
            action: path + "?do=add",
            fields: AdminPages.hidden(("verb", "add")) + fields(UnitForm.add, nil, names, call),
            submit: call.say("新增单位", "Add the unit"))
        return AdminPages.frame(
            call, path, title: call.say("新增单位", "Add a unit"),
            crumb: AdminPages.back(to: path, call.say("单位", "Units")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>")
    }

    /// One unit, with one form for a territory or a day at a time: what is rarer has an address of its own.
    private static func editing(_ unit: Unit, _ areas: [CommandArea], _ names: Directory, _ call: Call)
        -> Page
    {
        var verbs = [("change", call.say("单位信息", "The unit"))]
        if unit.kind == .warZone { verbs.append(("assign", call.say("所辖乡镇", "Its townships"))) }
        verbs.append(("end", call.say("停用", "End")))
        let sent = call.submission.refused.map { $0.values["verb"] }
        // Townships are taken out where they are put in.
        let wanted = (sent ?? call.query["do"]) == "release" ? "assign" : sent ?? call.query["do"]
        let verb = verbs.contains { $0.0 == wanted } ? wanted : "change"
        func address(_ verb: String) -> String {
            path + "?" + FormText.query([("edit", unit.id.text), ("do", verb == "change" ? "" : verb)])
        }
        let submits = [
            "change": call.say("保存", "Save"), "assign": call.say("划入", "Put under it"),
            "end": call.say("停用", "End"),
        ]
        let form = Form(
            action: address(verb),
            fields: AdminPages.hidden(("verb", verb), ("id", unit.id.text))
                + fields(UnitForm.changes[verb] ?? [], unit, names, call),
            submit: submits[verb] ?? "", isPrimary: verb != "end")
        let ended: HTML? =
            unit.until == .never
            ? nil
            : """
            <p class="note info">\
            \(call.say("\(call.day(unit.until))起停用。", "Ends on \(call.day(unit.until))."))</p>
            """
        let title =
            verb == "change"
            ? call.say("单位信息（代码 \(unit.code)）", "The unit (code \(unit.code))")
            : verbs.first { $0.0 == verb }?.1 ?? ""
        let under: HTML? = verb == "assign" ? townships(areas, of: unit, address(verb), names, call) : nil
        return AdminPages.frame(
            call, path, title: call.say(unit.name), crumb: AdminPages.back(to: path, call.say("单位", "Units")),
            body: """
                \(ended)\(AdminPages.choice(call.say("办什么", "What to do"), verbs.map { (address($0.0), $0.1) }, current: address(verb)))\
                <div class="cols">\(AdminPages.section(title, "\(under)\(form.html(call))"))</div>
                """)
    }

    /// The townships of a war zone: who is under it today.
    private static func townships(
        _ areas: [CommandArea], of unit: Unit, _ action: String, _ names: Directory, _ call: Call
    ) -> HTML {
        guard !areas.isEmpty else { return "<p class=\"mute\">\(call.say("还没有。", "None yet."))</p>" }
        let lines = areas.html { area in
            "<li>\(names.placeName(area.territory)) <span class=\"mute\">\(call.say("\(call.day(area.since))起", "since \(call.day(area.since))"))</span> \(PostButton(action: action, words: call.say("划出", "Take out"), fields: [("verb", "release"), ("id", unit.id.text), ("territory", area.territory)]).html(call))</li>"
        }
        return "<ul class=\"plain\">\(lines)</ul>"
    }

    private static func fields(_ form: [FormField], _ unit: Unit?, _ names: Directory, _ call: Call)
        -> [Field]
    {
        form.map { field in
            if case .day = field.kind { return field.field(call, value: call.today.description) }
            switch field.name {
            case "name_zh": return field.field(call, value: unit?.name.zh ?? "")
            case "name_en":
                return field.field(
                    call, value: unit.map { $0.name.en == $0.name.zh ? "" : $0.name.en } ?? "")
            case "kind": return field.field(call, value: unit?.kind.rawValue ?? "")
            case "territory" where form.contains(where: { $0.name == "kind" }):
                return TerritoryPages.field(
                    field, value: unit?.territory ?? names.office.territory.id, call, names)
            case "territory":
                let towns = names.territories.filter { $0.level == .town }
                return field.field(call, choices: towns.map { .init(value: $0.id, words: $0.shortName) })
            default: return field.field(call)
            }
        }
    }
}

import Governance
import Hummingbird
import Rules

/// The office's territories: what lies where, under which codes and names.
enum TerritoryPages {
    private static let path = "/admin/territories"

    /// What lies in a territory, and one form at a time for what can be done there.
    static func list(_ call: Call) async throws -> Response { try await page(call, Attempt()).response(call) }

    /// Adds a part, renames, adds an alias or ends.
    static func change(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let names = try call.names()
        return try await AdminPages.attempt(answers, call, again: page) {
            try await call.write { books in
                let at = try own(answers["at"], names, in: books)
                switch answers["verb"] {
                case "add": return try add(answers, to: at, call, in: books)
                case "rename":
                    try Territories.rename(
                        at.id, to: answers["name"], from: try answers.day("from"), by: call.actor,
                        at: call.now, in: books)
                case "alias":
                    try Territories.addAlias(
                        answers["alias"], to: at.id, by: call.actor, at: call.now, in: books)
                case "merge":
                    let into = try own(answers["into"], names, in: books)
                    try Boundaries.merge(
                        at, into: into, on: try answers.day("on"), by: call.actor, at: call.now, in: books)
                    return address(into.id)
                case "split":
                    return address(try split(at, answers, call, in: books).id)
                case "move":
                    let under = try own(answers["under"], names, in: books)
                    let code = answers["code"]
                    return address(
                        try Boundaries.move(
                            at, under: under, code: code.isEmpty ? nil : code, on: try answers.day("on"),
                            by: call.actor, at: call.now, in: books
                        ).id)
                case "end":
                    guard at.id != names.office.territory.id else { throw Refusal.notFound }
                    try Territories.end(
                        at.id, on: try answers.day("on"), by: call.actor, at: call.now, in: books)
                    return address(at.parent ?? names.office.territory.id)
                default: throw Refusal.notFound
                }
                return address(at.id)
            }
        }
    }

    private static func add(_ answers: FormInput, to parent: Territory, _ call: Call, in books: Books) throws
        -> String
    {
        let level = try answers.choice(
            "level", of: Territory.Level.self, otherwise: Phrase(zh: "请选择级别。", en: "Please choose a level."))
        let since = try answers.day("since")
        try Territories.add(
            name: answers["name"], level: level, code: answers["code"],
            system: try Check.code(answers["system"], field: "system"),
            parent: parent.id, since: since, by: call.actor, at: call.now, in: books)
        // What begins later is seen on that day only.
        return address(parent.id, on: since > call.today ? since : nil)
    }

    /// A split, for page and API: `parts` are identities, `groups` names, with spaces or commas between.
    static func split(_ at: Territory, _ answers: FormInput, _ call: Call, in books: Books) throws
        -> Territory
    {
        func list(_ name: String) -> [String] {
            answers[name].split { ",，、; \n".contains($0) }.map(String.init).filter { !$0.isEmpty }
        }
        let parts = try list("parts").map {
            try Territories.only($0, inside: at.path, field: "parts", in: books).id
        }
        let system =
            answers["system"].isEmpty
            ? Offices.usualSystem : try Check.code(answers["system"], field: "system")
        return try Boundaries.split(
            at, new: (answers["name"], answers["code"], system), parts: parts, groups: list("groups"),
            on: try answers.day("on"), by: call.actor, at: call.now,
            in: books)
    }

    private static func address(_ id: String, form: String = "", on day: Day? = nil) -> String {
        path + "?" + FormText.query([("at", id), ("do", form), ("on", day?.description ?? "")])
    }

    /// A territory of this office; others belong to somebody else.
    private static func own(_ id: String, _ names: Directory, in books: Books) throws -> Territory {
        let at = try Territories.find(id.isEmpty ? names.office.territory.id : id, in: books)
        guard at.path.hasPrefix(names.office.territory.path) else { throw Refusal.notFound }
        return at
    }

    /// Everything that the page shows, from one snapshot.
    private struct Sight {
        var at: Territory, line: [Territory], children: [Territory]
        var codes: [String: [String]], aliases: [String: [String]]
        var predecessors: [(name: String, day: Day, kind: String)], successors: [Territory]
    }

    private static func page(_ call: Call, _ attempt: Attempt) async throws -> Page {
        let names = try call.names()
        let day = Day(call.query["on"]) ?? call.today
        let sight = try await call.read { books in
            let at = try own(call.query["at"], names, in: books)
            let codes = try Territories.codes(around: at.id, in: books),
                aliases = try Territories.aliases(around: at.id, in: books)
            return Sight(
                at: at, line: try Territories.line(to: at.path, in: books),
                children: try Territories.children(of: at.id, on: day, in: books),
                codes: Dictionary(grouping: codes, by: \.territory).mapValues { $0.map(\.code) },
                aliases: Dictionary(grouping: aliases, by: \.territory).mapValues { $0.map(\.name) },
                predecessors: try Territories.predecessors(of: at.id, in: books),
                successors: try Territories.successors(of: at.id, in: books))
        }
        let day_: HTML? =
            day == call.today
            ? nil
            : """
            <p class="note info">\
            \(call.say("按 \(call.day(day)) 的区划显示。", "Shown as of \(call.day(day))."))<a \
            href="\(address(sight.at.id))">\(call.say("看今天的", "Show today"))</a></p>
            """
        let parts = AdminPages.section(
            call.say("下级区划", "What lies in it"), children(sight, call),
            more:
                """
                <span class="mute">\
                \(call.say("\(sight.children.count) 个", "\(sight.children.count)"))</span>
                """
        )
        return AdminPages.frame(
            call, path, title: sight.at.name, crumb: crumb(sight, names, call),
            body:
                """
                \(day_)<div class="cols">\(parts)<div class="stack">\
                \(about(sight.at, sight, call))\(forms(sight, names, call, attempt))</div></div>
                """
        )
    }

    private static func crumb(_ sight: Sight, _ names: Directory, _ call: Call) -> HTML {
        let links: [HTML] = sight.line.dropLast().map { step in
            step.path.hasPrefix(names.office.territory.path)
                ? "<a href=\"\(address(step.id))\">\(step.shortName)</a>"
                : "<span class=\"mute\">\(step.shortName)</span>"
        }
        return
            """
            <nav class="crumb" aria-label="\(call.say("上级区划", "What it lies in"))">\
            \(links.html { "\($0)\(separator)" })\(sight.at.shortName)</nav>
            """
    }

    private static func children(_ sight: Sight, _ call: Call) -> HTML {
        guard !sight.children.isEmpty else {
            return "<p class=\"mute\">\(call.say("下面还没有区划。", "Nothing lies in it yet."))</p>"
        }
        let head = [
            call.say("名称", "Name"), call.say("级别", "Level"), call.say("代码", "Code"),
            call.say("别名", "Also known as"),
        ]
        return AdminPages.table(
            call.say("下级区划", "What lies in it"), head,
            sight.children.html { part in
                """
                <tr><th scope="row" class="nw"><a href="\(address(part.id))">\(part.name)</a></th>\
                <td class="nw">\(call.say(part.level.words))</td>\
                <td class="nw">\((sight.codes[part.id] ?? []).joined(separator: " "))</td><td class="nw">\
                \((sight.aliases[part.id] ?? []).joined(separator: call.say("、", ", ")))</td></tr>
                """
            })
    }

    private static func about(_ at: Territory, _ sight: Sight, _ call: Call) -> HTML {
        let aliases = (sight.aliases[at.id] ?? []).joined(separator: call.say("、", ", "))
        let ends: HTML? =
            at.until == .never ? nil : "<dt>\(call.say("停用", "Ends"))</dt><dd>\(call.day(at.until))</dd>"
        return AdminPages.section(
            call.say("这个区划", "This territory"),
            """
            <dl class="kv"><dt>\(call.say("级别", "Level"))</dt><dd>\(call.say(at.level.words))</dd><dt>\
            \(call.say("代码", "Code"))</dt><dd>\((sight.codes[at.id] ?? []).joined(separator: " "))</dd>\
            <dt>\(call.say("别名", "Also"))</dt><dd>\(aliases.isEmpty ? "—" : aliases)</dd><dt>\
            \(call.say("启用", "Since"))</dt><dd>\(call.day(at.since))</dd>\(ends)\
            \(sight.predecessors.isEmpty ? HTML.none : "<dt>\(call.say("前身", "Before"))</dt><dd>\(sight.predecessors.map { "\($0.name)（\(call.day($0.day))）" }.joined(separator: call.say("、", ", ")))</dd>" as HTML)\
            \(sight.successors.isEmpty ? HTML.none : "<dt>\(call.say("现在是", "Now"))</dt><dd>\(sight.successors.html { "<a href=\"\(address($0.id))\">\($0.name)</a> " })</dd>" as HTML)</dl>
            """)
    }
}

// MARK: Forms

extension TerritoryPages {
    /// The form that the address asks for; adding a part comes first where parts are possible.
    private static func forms(_ sight: Sight, _ names: Directory, _ call: Call, _ attempt: Attempt) -> HTML {
        let at = sight.at
        var verbs: [(verb: String, words: String)] = [
            ("rename", call.say("更名", "Rename")), ("alias", call.say("加别名", "Alias")),
        ]
        if at.level != .grid { verbs.insert(("add", call.say("加下级", "Add a part")), at: 0) }
        if at.id != names.office.territory.id {
            verbs += [
                ("merge", call.say("合并", "Merge")), ("split", call.say("拆分", "Split")),
                ("move", call.say("划转", "Move")),
                ("end", call.say("停用", "End")),
            ]
        }
        let wanted = call.query["do"]
        let verb = verbs.contains { $0.verb == wanted } ? wanted : verbs[0].verb
        let tabs = AdminPages.choice(
            call.say("办什么", "What to do"), verbs.map { (address(at.id, form: $0.verb), $0.words) },
            current: address(at.id, form: verb))
        let form = Form(
            action: address(at.id, form: verb),
            fields: AdminPages.hidden(("verb", verb), ("at", at.id))
                + fields(verb, at, sight, names, call, attempt),
            submit: verbs.first { $0.verb == verb }?.words ?? "", faults: attempt.faults(verb))
        return AdminPages.section(call.say("改动", "Change"), "\(tabs)\(form.html(call))")
    }

    private static func fields(
        _ verb: String, _ at: Territory, _ sight: Sight, _ names: Directory, _ call: Call, _ attempt: Attempt
    ) -> [Field] {
        func value(_ name: String, _ usual: String = "") -> String { attempt.value(name, verb, usual: usual) }
        let today = call.today.description
        switch verb {
        case "add":
            let levels = Territory.Level.allCases.filter { $0.depth > at.level.depth }
            return [
                Field(
                    name: "name", label: call.say("名称", "Name"), kind: .line, value: value("name"),
                    isRequired: true),
                Field(
                    name: "level", label: call.say("级别", "Level"),
                    kind: .select(levels.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                    value: value("level", levels.first?.rawValue ?? ""), isRequired: true),
                Field(
                    name: "code", label: call.say("代码", "Code"), kind: .line, value: value("code"),
                    isRequired: true),
                system(value("system", Offices.usualSystem), call),
                Field(
                    name: "since", label: call.say("从哪天启用", "From which day"), kind: .day,
                    value: value("since", today), isRequired: true),
            ]
        case "rename":
            return [
                Field(
                    name: "name", label: call.say("新名称", "New name"), kind: .line,
                    value: value("name", at.name),
                    hint: call.say(
                        "旧名称留作别名，说旧名也找得到。", "The old name stays as an alias, so it is still found."),
                    isRequired: true),
                Field(
                    name: "from", label: call.say("从哪天更名", "From which day"), kind: .day,
                    value: value("from", today), isRequired: true),
            ]
        case "alias":
            return [
                Field(
                    name: "alias", label: call.say("别名", "Alias"), kind: .line, value: value("alias"),
                    hint: call.say(
                        "大家平时怎么叫它，比如小区名、老地名。", "What people call it, such as an estate or an old name."),
                    isRequired: true)
            ]
        case "merge", "move", "split": return boundaries(verb, at, sight, names, call, value)
        default:
            return [
                Field(
                    name: "on", label: call.say("从哪天停用", "From which day it no longer exists"), kind: .day,
                    value: value("on", today),
                    hint: call.say(
                        "先停用或移走它的下级和岗位；已有的事项不受影响。",
                        "End or move its parts and posts first; existing cases stay."), isRequired: true)
            ]
        }
    }

    /// What a change of boundaries asks.
    private static func boundaries(
        _ verb: String, _ at: Territory, _ sight: Sight, _ names: Directory, _ call: Call,
        _ value: (String, String) -> String
    ) -> [Field] {
        let day = Field(
            name: "on", label: call.say("从哪天起", "From the day"), kind: .day,
            value: value("on", call.today.description),
            hint: call.say(
                "这天以前的数还按原来的区划；户、岗位和在办事项跟着走。",
                "Before that day everything counts as it was; households, posts and open cases go along."),
            isRequired: true)
        func places(_ name: String, _ label: String, _ choices: [Territory]) -> Field {
            Field(
                name: name, label: label,
                kind: .select(choices.map { .init(value: $0.id, words: names.placeName($0.id)) }),
                value: value(name, ""),
                isRequired: true)
        }
        switch verb {
        case "merge":
            return [
                places(
                    "into", call.say("并入哪里", "Into which"),
                    names.territories.filter { $0.level == at.level && $0.id != at.id }), day,
            ]
        case "move":
            let above = names.territories.filter {
                $0.level.depth < at.level.depth && $0.id != at.parent && !$0.path.hasPrefix(at.path)
            }
            return [
                places("under", call.say("划到哪里", "Under which"), above),
                Field(
                    name: "code", label: call.say("新代码", "New code"), kind: .line, value: value("code", ""),
                    hint: call.say("不填就沿用原代码。", "Empty keeps the old one.")), day,
            ]
        default:
            let parts = sight.children.map(\.name).joined(separator: call.say("、", ", "))
            return [
                Field(
                    name: "name", label: call.say("新区划的名称", "Name of the new one"), kind: .line,
                    value: value("name", ""), isRequired: true),
                Field(
                    name: "code", label: call.say("新区划的代码", "Code of the new one"), kind: .line,
                    value: value("code", ""), isRequired: true),
                system(value("system", Offices.usualSystem), call),
                Field(
                    name: "parts", label: call.say("划出去的下级", "Parts that go"), kind: .line,
                    value: value("parts", ""),
                    hint: parts.isEmpty
                        ? call.say("没有下级。", "It has no parts.")
                        : call.say("写名称，用顿号隔开：\(parts)", "Names with commas between: \(parts)")),
                Field(
                    name: "groups", label: call.say("划出去的村民组", "Groups that go"), kind: .line,
                    value: value("groups", ""),
                    hint: call.say(
                        "登记里的组名，用顿号隔开；这些组的户一起走。", "Names as the register has them; their households go along."
                    )), day,
            ]
        }
    }

    /// Which system a code belongs to: systems give one place different codes.
    static func system(_ value: String, _ call: Call) -> Field {
        let systems: [Field.Choice] = [
            .init(value: Offices.usualSystem, words: call.say("统计用区划代码", "Statistical division codes")),
            .init(value: "mca", words: call.say("民政区划代码", "Civil affairs codes")),
            .init(value: "own", words: call.say("本单位自编", "The office's own codes")),
        ]
        return Field(
            name: "system", label: call.say("代码属于哪套编码", "Code system"), kind: .select(systems), value: value,
            isRequired: true)
    }
}

// MARK: Choosing a place in other forms

extension TerritoryPages {
    /// More places than this are not a list to scroll through; the name or code is typed then.
    private static let mostChoices = 500

    /// A field for a territory of the office.
    static func field(_ label: String, value: String, _ call: Call, _ names: Directory) -> Field {
        guard names.territories.count <= mostChoices else {
            return Field(
                name: "territory", label: label, kind: .line, value: names.place(value)?.name ?? value,
                hint: call.say("写名称或代码。", "Its name or code."),
                isRequired: true)
        }
        let choices = names.territories.map { place in
            let group = place.level == .grid ? place.parent.flatMap { names.place($0) }?.shortName ?? "" : ""
            return Field.Choice(
                value: place.id, words: group.isEmpty ? place.shortName : names.placeName(place.id),
                group: group)
        }
        return Field(name: "territory", label: label, kind: .select(choices), value: value, isRequired: true)
    }

    /// The territory that was chosen or typed in that field.
    static func chosen(_ answers: FormInput, _ names: Directory, in books: Books) throws -> String {
        let text = answers["territory"]
        if let place = names.place(text) { return place.id }
        return try Territories.only(text, inside: names.office.territory.path, field: "territory", in: books)
            .id
    }
}

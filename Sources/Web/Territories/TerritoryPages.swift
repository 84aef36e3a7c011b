import Governance
import Hummingbird
import Rules

/// The office's territories: what lies where, under which codes and names.
enum TerritoryPages {
    private static let path = "/admin/territories"

    /// Adds a part, renames, adds an alias, changes boundaries or ends.
    static func change(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let (names, verb) = (try call.names(), sent["verb"])
        guard let form = verb == "add" ? TerritoryForm.add : TerritoryForm.changes[verb] else {
            throw Refusal.notFound
        }
        let values = try form.read(sent)
        let (old, new) = try await call.write { books in
            let at = try Territories.find(sent["at"], for: call.actor, in: books)
            guard verb != "end" || at.id != names.office.territory.id else { throw Refusal.notFound }
            return (
                at,
                verb == "add"
                    ? try add(values, to: at, call, in: books)
                    : try perform(verb, values, on: at, call, in: books)
            )
        }
        let (place, words) = outcome(verb, values, old, new, call)
        return call.done(place, words)
    }

    /// A part of a territory, for page and API.
    static func add(_ values: FormValues, to parent: Territory, _ call: Call, in books: Books) throws
        -> Territory
    {
        try Territories.add(
            name: values["name"], level: try values.choice("level"), code: values["code"],
            system: values.optionalText("system") ?? Offices.usualSystem, parent: parent.id,
            since: try values.day("since", else: call.today), by: call.actor, at: call.now, in: books)
    }

    /// A change of a territory, for page and API: what stands there afterwards.
    static func perform(
        _ verb: String, _ values: FormValues, on at: Territory, _ call: Call, in books: Books
    ) throws -> Territory {
        let (actor, now) = (call.actor, call.now)
        let on = try values.day("on", else: call.today)
        switch verb {
        case "rename":
            try Territories.rename(
                at.id, to: values["name"], from: try values.day("from", else: call.today), by: actor,
                at: now, in: books)
        case "alias": try Territories.addAlias(values["alias"], to: at.id, by: actor, at: now, in: books)
        case "end": try Territories.end(at.id, on: on, by: actor, at: now, in: books)
        case "merge":
            let into = try chosen("into", in: values, call, books)
            try Boundaries.merge(at, into: into, on: on, by: actor, at: now, in: books)
            return try Territories.find(into.id, for: actor, in: books)
        case "split": return try split(at, values, on: on, call, in: books)
        case "move":
            return try Boundaries.move(
                at, under: try chosen("under", in: values, call, books), code: values.optionalText("code"),
                on: on, by: actor, at: now, in: books)
        default: throw Refusal.notFound
        }
        return try Territories.find(at.id, for: actor, in: books)
    }

    /// `parts` are names or codes, `groups` names, with spaces or commas between.
    private static func split(
        _ at: Territory, _ values: FormValues, on day: Day, _ call: Call, in books: Books
    ) throws -> Territory {
        func list(_ name: String) -> [String] {
            values[name].split { ",，、; \n".contains($0) }.map(String.init).filter { !$0.isEmpty }
        }
        let parts = try list("parts").map {
            try Territories.only($0, inside: at.path, field: "parts", for: call.actor, in: books).id
        }
        return try Boundaries.split(
            at, new: (values["name"], values["code"], values.optionalText("system") ?? Offices.usualSystem),
            parts: parts, groups: list("groups"), on: day, by: call.actor, at: call.now, in: books)
    }

    /// Where a change is seen, and what came of it.
    private static func outcome(
        _ verb: String, _ values: FormValues, _ old: Territory, _ new: Territory, _ call: Call
    ) -> (path: String, words: Phrase) {
        func day(_ day: Day) -> String { call.day(day) }
        let along = Phrase(
            zh: "户、岗位和在办事项都跟着过来了，那天以前的数不变。",
            en: "Households, posts and open cases came along; what was counted before that day stays.")
        switch verb {
        case "add":
            // What begins later is seen on that day only.
            return (
                address(old.id, on: new.since > call.today ? new.since : nil),
                Phrase(
                    zh: "已新增“\(new.name)”，\(day(new.since))起有效。接着可以给它设单位和岗位。",
                    en: "“\(new.name)” is added and holds from \(day(new.since)). Units and posts come next.")
            )
        case "rename":
            return (
                address(new.id),
                Phrase(
                    zh: "已更名为“\(new.name)”。旧名“\(old.name)”留作别名，仍找得到。",
                    en: "Its name is “\(new.name)” now. “\(old.name)” stays as an alias and is still found.")
            )
        case "alias":
            return (
                address(new.id),
                Phrase(
                    zh: "已加别名“\(values["alias"])”，说这个名字也找得到。",
                    en: "“\(values["alias"])” is an alias now: it is found by that name, too.")
            )
        case "merge":
            return (
                address(new.id),
                Phrase(
                    zh: "“\(old.name)”已并入“\(new.name)”。\(along.zh)",
                    en: "“\(old.name)” is part of “\(new.name)” now. \(along.en)")
            )
        case "split":
            return (
                address(new.id),
                Phrase(
                    zh: "已从“\(old.name)”分出“\(new.name)”。划出去的下级和户已归它，那天以前的数不变。",
                    en:
                        "“\(new.name)” is split off “\(old.name)”; what was counted before that day stays."
                )
            )
        case "move":
            return (
                address(new.id),
                Phrase(zh: "“\(new.name)”已划转。\(along.zh)", en: "“\(new.name)” is moved. \(along.en)")
            )
        default:
            return (
                address(old.parent ?? old.id),
                Phrase(
                    zh: "“\(old.name)”\(day(new.until))起停用，已有的事项不受影响。",
                    en: "“\(old.name)” ends on \(day(new.until)); existing cases stay.")
            )
        }
    }

    private static func address(_ id: String, form: String = "", on day: Day? = nil) -> String {
        path + "?" + FormText.query([("at", id), ("do", form), ("on", day?.description ?? "")])
    }

    /// What lies in a territory, and one form at a time for what can be done there.
    static func list(_ call: Call) async throws -> Response {
        let names = try call.names()
        let day = Day(call.query["on"]) ?? call.today
        let wanted = call.submission.refused.map { $0.values["at"] } ?? call.query["at"]
        let sight = try await call.read {
            try TerritorySight.of(wanted, on: day, for: call.actor, in: $0)
        }
        let day_: HTML? =
            day == call.today
            ? nil
            : """
            <p class="note info">\
            \(call.say("按 \(call.day(day)) 的区划显示。", "Shown as of \(call.day(day))."))<a \
            href="\(address(sight.at.id))">\(call.say("看今天的", "Show today"))</a></p>
            """
        var narrowed = call.query
        narrowed["at"] = sight.at.id
        let isSearched = !narrowed["q"].isEmpty || !narrowed["level"].isEmpty
        let parts = try await listing.section(
            call, narrowedBy: narrowed, rows: isSearched ? nil : sight.lines)
        return AdminPages.frame(
            call, path, title: sight.at.name, crumb: crumb(sight, names, call),
            body:
                """
                \(day_)<div class="cols"><div>\(parts)</div><div class="stack">\
                \(about(sight.at, sight, call))\(forms(sight, names, call))</div></div>
                """
        ).response(call)
    }

    private static func crumb(_ sight: TerritorySight, _ names: Directory, _ call: Call) -> HTML {
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

    /// What lies in a territory: its parts, or, if something is looked for, everything in it.
    static let listing = Listing<TerritoryLine>(
        name: "territories", path: path, title: Phrase(zh: "下级区划", en: "What lies in it"),
        filters: [
            FormField("at", "在哪里", "Inside", .reference(.territory), olderNames: ["parent"]),
            FormField("on", "哪一天", "On", .day),
            FormField("level", "级别", "Level", .choice(of: Territory.Level.self, \.words)),
        ],
        columns: [
            Column(
                "name", "名称", "Name",
                html: { line, _ in "<a href=\"\(address(line.place.id))\">\(line.place.name)</a>" }
            ) { line, _ in .text(line.place.name) },
            Column("level", "级别", "Level") { .text($1.say($0.place.level.words)) },
            Column("inside", "上级", "Inside") { line, call in
                .text(line.place.parent.flatMap { call.directory?.place($0)?.shortName } ?? "")
            },
            Column("codes", "代码", "Code") { line, _ in .text(line.codes.joined(separator: " ")) },
            Column("aliases", "别名", "Also known as") {
                .text($0.aliases.joined(separator: $1.say("、", ", ")))
            },
        ], kept: ["at", "on"], empty: Phrase(zh: "下面还没有区划。", en: "Nothing lies in it yet."),
        id: \.place.id,
        source: .whole { call, values in
            let day = try values.day("on", else: call.today)
            let level: Territory.Level? = try values.optionalChoice("level")
            let isSearched = !values["q"].isEmpty || level != nil || values["at"].isEmpty
            return try await call.read { books in
                try TerritoryLine.all(
                    in: values["at"], isDeep: isSearched, on: day, for: call.actor, in: books
                ).filter { level == nil || $0.place.level == level }
            }
        })

    private static func about(_ at: Territory, _ sight: TerritorySight, _ call: Call) -> HTML {
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
    private static func forms(_ sight: TerritorySight, _ names: Directory, _ call: Call) -> HTML {
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
        let wanted = call.submission.refused.map { $0.values["verb"] } ?? call.query["do"]
        let verb = verbs.contains { $0.verb == wanted } ? wanted : verbs[0].verb
        let tabs = AdminPages.choice(
            call.say("办什么", "What to do"), verbs.map { (address(at.id, form: $0.verb), $0.words) },
            current: address(at.id, form: verb))
        let form = Form(
            action: address(at.id, form: verb),
            fields: AdminPages.hidden(("verb", verb), ("at", at.id)) + fields(verb, sight, names, call),
            submit: verbs.first { $0.verb == verb }?.words ?? "")
        return AdminPages.section(call.say("改动", "Change"), "\(tabs)\(form.html(call))")
    }

    private static func fields(
        _ verb: String, _ sight: TerritorySight, _ names: Directory, _ call: Call
    ) -> [Field] {
        let at = sight.at
        func places(_ holds: (Territory) -> Bool) -> [Field.Choice] {
            names.territories.filter(holds).map { .init(value: $0.id, words: names.placeName($0.id)) }
        }
        let form = verb == "add" ? TerritoryForm.add : TerritoryForm.changes[verb] ?? []
        return form.map { field in
            if case .day = field.kind { return field.field(call, value: call.today.description) }
            switch field.name {
            case "level":
                let levels = Territory.Level.allCases.filter { $0.depth > at.level.depth }
                return field.field(
                    call, value: levels.first?.rawValue ?? "",
                    choices: levels.map { .init(value: $0.rawValue, words: call.say($0.words)) })
            case "name" where verb == "rename": return field.field(call, value: at.name)
            case "system": return system(call)
            case "into":
                return field.field(call, choices: places { $0.level == at.level && $0.id != at.id })
            case "under":
                return field.field(
                    call,
                    choices: places {
                        $0.level.depth < at.level.depth && $0.id != at.parent && !$0.path.hasPrefix(at.path)
                    })
            case "parts":
                let parts = sight.children.map(\.name).joined(separator: call.say("、", ", "))
                return field.field(
                    call,
                    hint: parts.isEmpty
                        ? call.say("没有下级。", "It has no parts.")
                        : call.say("写名称，用顿号隔开：\(parts)", "Names with commas between: \(parts)"))
            default: return field.field(call)
            }
        }
    }

    /// Which system a code belongs to: systems give one place different codes.
    static func system(_ call: Call) -> Field {
        let systems: [Field.Choice] = [
            .init(value: Offices.usualSystem, words: call.say("统计用区划代码", "Statistical division codes")),
            .init(value: "mca", words: call.say("民政区划代码", "Civil affairs codes")),
            .init(value: "own", words: call.say("本单位自编", "The office's own codes")),
        ]
        return TerritoryForm.system.field(call, value: Offices.usualSystem, choices: systems)
    }
}

// MARK: Choosing a place in other forms

extension TerritoryPages {
    /// More places than this are not a list to scroll through; the name or code is typed then.
    private static let mostChoices = 500

    /// A field for a territory of the office.
    static func field(_ field: FormField, value: String, _ call: Call, _ names: Directory) -> Field {
        guard names.territories.count <= mostChoices else {
            var line = field.field(
                call, value: names.place(value)?.name ?? value,
                hint: call.say("写名称或代码。", "Its name or code."))
            line.kind = .line
            return line
        }
        let choices = names.territories.map { place in
            let group = place.level == .grid ? place.parent.flatMap { names.place($0) }?.shortName ?? "" : ""
            return Field.Choice(
                value: place.id, words: group.isEmpty ? place.shortName : names.placeName(place.id),
                group: group)
        }
        return field.field(call, value: value, choices: choices)
    }

    /// The office's territory that a field means by identity, code or name, for page and API.
    static func chosen(_ name: String, in values: FormValues, _ call: Call, _ books: Books) throws
        -> Territory
    {
        let names = try call.names()
        if let place = names.place(values[name]) { return place }
        return try Territories.only(
            values[name], inside: names.office.territory.path, field: name, for: call.actor, in: books)
    }
}

import Governance
import Hummingbird
import Rules

/// The register as a list: any territory, any kind, any day; every filter stands in the URL.
enum RegisterPages {
    /// The facts that the page filters by; the API takes any that is no secret.
    private static let filters = [
        "kind", "status", "attribute", "main_cause", "house_grade", "is_water_safe", "monitoring",
    ]

    static func list(_ call: Call) async throws -> Response {
        let names = try call.names()
        let query = try query(call.query, names, call)
        let (households, totals, count) = try await call.read { books in
            let path = query.path.isEmpty ? names.office.territory.path : query.path
            let count = try call.actor.seesAll ? Self.count(path, query.asOf, call, in: books) : nil
            return (
                try Households.list(query, for: call.actor, on: call.today, in: books),
                try Self.totals(query, call, in: books), count
            )
        }
        return Page(
            title: call.say("建档立卡", "Register"), current: "/register",
            body: """
                <div class="pagehead"><h1>\(call.say("建档立卡", "Register"))</h1><p class="mute">\(call.say("\(totals.households) 户 \(totals.people) 人", "\(totals.households) households, \(totals.people) people"))</p>\
                <div class="btns">\(works(call))</div></div>\
                \(count.map { sentence($0, call) })\(day(query, call))\(form(call, names))\
                \(export(totals.households, call))\(lines(households, names, call))\
                \(more(households, query, call))
                """
        ).response(call)
    }

    /// The filters as the URL carries them; the API reads the same names.
    static func query(_ answers: FormInput, _ names: Directory, _ call: Call) throws -> HouseholdQuery {
        var query = HouseholdQuery()
        if !answers["territory"].isEmpty {
            guard let place = names.place(answers["territory"]) else {
                throw Refusal.invalid("territory", zh: "没有这个区划。", en: "There is no such territory.")
            }
            query.path = place.path
        }
        for fact in FactList.household.shown where !fact.isSecret && !answers[fact.name].isEmpty {
            query.facts[fact.name] = answers[fact.name]
        }
        query.text = answers["q"]
        query.asOf = try asOf(answers, call)
        let after = answers["after"].split(separator: "-", maxSplits: 1).map(String.init)
        if after.count == 2 { query.after = (after[0], after[1]) }
        if !answers["limit"].isEmpty { query.limit = try answers.number("limit", in: 1...200) }
        return query
    }

    /// Which day is asked about, and what was known at the end of which day.
    static func asOf(_ answers: FormInput, _ call: Call) throws -> AsOf {
        var asOf = AsOf()
        if !answers["as_of"].isEmpty { asOf.day = try answers.day("as_of") }
        if !answers["known"].isEmpty {
            asOf.known = call.zone.instant(try answers.day("known") + 1).adding(milliseconds: -1)
        }
        return asOf
    }

    /// Counting everything that a list holds takes longer than the list: it is remembered until something
    /// changes.
    private static func totals(_ query: HouseholdQuery, _ call: Call, in books: Books) throws -> (
        households: Int, people: Int
    ) {
        var whole = query
        (whole.after, whole.limit) = (nil, 0)
        let sight = Sight(person: call.actor.person, query: whole, day: call.today)
        let remembered: VersionedCache<Sight, Totals> = call.office.cache.versioned(
            "register totals", most: 128)
        let totals = try remembered.thing(sight, of: call.actor.county, version: call.version) {
            let sums = try Households.totals(whole, for: call.actor, on: call.today, in: books)
            return Totals(households: sums.households, people: sums.people)
        }
        return (totals.households, totals.people)
    }
    private struct Place: Hashable { var path: String, asOf: AsOf, day: Day }

    private static func count(_ path: String, _ asOf: AsOf, _ call: Call, in books: Books) throws
        -> RegisterCount
    {
        let remembered: VersionedCache<Place, RegisterCount> = call.office.cache.versioned(
            "register counts", most: 64)
        return try remembered.thing(
            Place(path: path, asOf: asOf, day: call.today), of: call.actor.county, version: call.version
        ) {
            try RegisterCount.count(inside: path, for: call.actor, as: asOf, today: call.today, in: books)
        }
    }
    private struct Sight: Hashable { var person: ID<Person>?, query: HouseholdQuery, day: Day }
    private struct Totals { var households: Int, people: Int }

    private static func works(_ call: Call) -> HTML {
        """
        \(call.actor.may(.approveChange) ? "<a class=\"btn quiet\" href=\"/register/approvals\">\(call.say("待审批", "To approve"))</a>" : HTML.none)\
        <a class="btn quiet" href="/register/quality">\(call.say("数据质量", "Quality"))</a>
        """
    }

    private static func sentence(_ count: RegisterCount, _ call: Call) -> HTML {
        """
        <p class="lead">\(call.say(
            """
                \(count.villages) 个村，其中贫困村 \(count.poorVillages) 个；建档立卡 \(count.households) 户 \
                \(count.people) 人，边缘户 \(count.marginal) 户，一般农户 \(count.ordinary) 户。
                """,
            """
                \(count.villages) villages, \(count.poorVillages) of them poor; \(count.households) \
                registered households with \(count.people) people, \(count.marginal) marginal and \
                \(count.ordinary) ordinary households.
                """))</p>
        """
    }

    /// What a past day shows is said so that nobody takes it for today.
    static func day(_ query: HouseholdQuery, _ call: Call) -> HTML? {
        guard query.asOf != .present else { return nil }
        let day = query.asOf.day.map { call.day($0) } ?? call.day(call.today)
        let known =
            query.asOf.known.map {
                call.say("，按 \(call.moment($0)) 时知道的", ", as it was known \(call.moment($0))")
            } ?? ""
        return
            """
            <p class="note info">\
            \(call.say("这是 \(day) 的情况\(known)。", "This is how things were on \(day)\(known)."))</p>
            """
    }

    private static func form(_ call: Call, _ names: Directory) -> HTML {
        let answers = call.query
        var fields = [
            Field(
                name: "q", label: call.say("找", "Find"), kind: .line, value: answers["q"],
                hint: call.say("户编号、姓名或证件号码", "Household number, name or certificate")),
            Field(
                name: "territory", label: call.say("区域", "Area"), kind: .select(Choices.territories(names)),
                value: answers["territory"]),
        ]
        for fact in filters.compactMap({ FactList.household[$0] }) {
            fields.append(
                Field(
                    name: fact.name, label: call.say(fact.words), kind: RegisterForm.kind(fact, call),
                    value: answers[fact.name]))
        }
        fields.append(
            Field(name: "as_of", label: call.say("哪一天", "On the day"), kind: .day, value: answers["as_of"]))
        fields.append(
            Field(name: "known", label: call.say("当时知道的", "As known on"), kind: .day, value: answers["known"])
        )
        let isFiltered = fields.contains { !$0.value.isEmpty }
        return """
            <details class="find"\(" open", if: isFiltered)><summary>\
            \(call.say("查找和筛选", "Find and filter"))</summary>\
            <form class="form row4" method="get" action="/register">\(fields.html { $0.filtering(call) })\
            <p class="btns"><button class="btn" type="submit">\(call.say("查找", "Find"))</button>\
            <a class="btn quiet" href="/register">\(call.say("清除", "Clear"))</a></p></form></details>
            """
    }

    /// The list as a table. What it holds the log keeps; secrets only with a reason.
    private static func export(_ count: Int, _ call: Call) -> HTML? {
        guard count > 0 else { return nil }
        let filter = call.query.names.filter { $0 != "after" && $0 != "limit" }.map {
            Field(name: $0, label: "", kind: .hidden, value: call.query[$0])
        }
        var fields = filter
        if call.actor.may(.unmask) {
            fields.append(
                Field(
                    name: "full",
                    label: call.say("证件号码、电话、账号写全", "Certificates, telephones and accounts in full"),
                    kind: .flag))
            fields.append(Field(name: "reason", label: call.say("写全的理由", "Why in full"), kind: .line))
        }
        let form = Form(
            action: "/register/export", fields: fields,
            submit: call.say("导出 \(count) 户", "Export \(count) households"), isPrimary: false)
        return
            "<details><summary>\(call.say("导出 XLSX", "Export as XLSX"))</summary>\(form.html(call))</details>"
    }

    /// The households of the filter as a workbook.
    static func exported(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        var wish = RegisterExport.Request(try query(answers, call.names(), call))
        (wish.isFull, wish.reason) = (try answers.flag("full"), answers["reason"])
        return try await exported(wish, call)
    }

    /// A wish as a workbook, for pages and API.
    static func exported(_ wish: RegisterExport.Request, _ call: Call) async throws -> Response {
        try await call.atLength {
            try await call.write { try RegisterExport.announce(wish, by: call.actor, at: call.now, in: $0) }
            return try await Sheets.response(
                "\(call.say("建档立卡", "register"))-\(wish.query.asOf.day ?? call.today)", call
            ) { file in
                _ = try await call.read {
                    try RegisterExport.write(wish, to: file, for: call.actor, on: call.today, in: $0)
                }
            }
        }
    }

    static func lines(_ households: [Household], _ names: Directory, _ call: Call) -> HTML {
        guard !households.isEmpty else {
            return "<p class=\"lead\">\(call.say("这里没有户。", "No households here."))</p>"
        }
        return "<ul class=\"cases\">\(households.html { line($0, names, call) })</ul>"
    }

    private static func line(_ household: Household, _ names: Directory, _ call: Call) -> HTML {
        let facts = household.facts
        func shown(_ name: String) -> String { FactList.household[name]?.shown(facts, call.language) ?? "" }
        let parts = [
            shown("kind"), shown("status"), shown("main_cause"),
            facts.isKnown("house_grade") ? call.say("住房 ", "house ") + shown("house_grade") : "",
        ]
        .filter { !$0.isEmpty }
        let town = names.place(household.village)?.parent.flatMap { names.place($0)?.shortName } ?? ""
        return """
            <li class="ok"><p class="t"><a href="/register/\(household.id)\(asOf(call))">\
            \(household.head.isEmpty ? household.number : household.head)</a> <span class="mute sm">\
            \(call.say("\(facts.number("headcount") ?? 0) 人", "\(facts.number("headcount") ?? 0) people"))</\
            span></p>\
            <p class="m">\(parts.enumerated().map { $0.offset == 0 ? "\($0.element)" : "\(separator)\($0.element)" })</p>\
            <p class="m">\(town) \(names.placeName(household.village)) \(facts["group_name"])</p>\
            <p class="n"><span>\(household.number)</span></p></li>
            """
    }

    /// What a link carries on of the day that is looked at.
    static func asOf(_ call: Call) -> String {
        let text = FormText.query([("as_of", call.query["as_of"]), ("known", call.query["known"])])
        return text.isEmpty ? "" : "?" + text
    }

    private static func more(_ households: [Household], _ query: HouseholdQuery, _ call: Call) -> HTML? {
        guard households.count == query.limit, let last = households.last else { return nil }
        var pairs = call.query.names.filter { $0 != "after" }.map { ($0, call.query[$0]) }
        pairs.append(("after", "\(last.path)-\(last.id)"))
        return
            """
            <p class="btns more"><a class="btn quiet" href="/register?\(FormText.query(pairs))">\
            \(call.say("下一页", "Next page"))</a></p>
            """
    }
}

/// Facts as fields of forms.
enum RegisterForm {
    /// How a fact is entered.
    static func kind(_ fact: Fact, _ call: Call) -> Field.Kind {
        switch fact.kind {
        case .text, .certificate, .inner: .line
        case .choice(let choices): .select(choices.map { .init(value: $0.word, words: call.say($0.words)) })
        case .number: .number
        case .day: .day
        case .flag:
            .select([
                .init(value: "yes", words: call.say("是", "Yes")),
                .init(value: "no", words: call.say("否", "No")),
            ])
        case .secret: .telephone
        }
    }

    /// A field of every fact that is no secret, with what is known in it; secrets stay empty unless they
    /// change.
    static func fields(_ facts: Facts, _ answers: FormInput, _ call: Call) -> [Field] {
        facts.list.shown.map { fact in
            var value = answers.names.contains(fact.name) ? answers[fact.name] : ""
            if !answers.names.contains(fact.name), !fact.isSecret {
                switch fact.kind {
                case .flag: value = facts.flag(fact.name).map { $0 ? "yes" : "no" } ?? ""
                case .number: value = facts.number(fact.name).map(String.init) ?? ""
                default: value = facts[fact.name]
                }
            }
            let hints = [
                fact.isSecret ? call.say("不改就留空", "Leave it empty to keep it") : "",
                fact.isGated ? call.say("改动要由另一个岗位审批", "A change needs another post's approval") : "",
            ].filter { !$0.isEmpty }
            var label = call.say(fact.words)
            if case .number(_, let unit) = fact.kind, !call.say(unit).isEmpty {
                label += call.say("（\(call.say(unit))）", " (\(call.say(unit)))")
            }
            return Field(
                name: fact.name, label: label, kind: kind(fact, call), value: value,
                hint: hints.joined(separator: call.say("；", "; ")))
        }
    }

    /// What was answered for the facts of a list; secrets that stayed empty are left out.
    static func answers(_ answers: FormInput, _ list: FactList) -> [String: String] {
        var texts: [String: String] = [:]
        for fact in list.shown
        where answers.names.contains(fact.name) && !(fact.isSecret && answers[fact.name].isEmpty) {
            texts[fact.name] = answers[fact.name]
        }
        return texts
    }
}

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
        let answers = filter(call)
        let query = try query(answers, names, call)
        let (totals, count) = try await call.read { books in
            let path = query.path.isEmpty ? names.office.territory.path : query.path
            let count = try call.actor.seesAll ? Self.count(path, query.asOf, call, in: books) : nil
            return (try Self.totals(query, call, in: books), count)
        }
        return Page(
            title: call.say("建档立卡", "Register"), current: "/register",
            body: """
                <div class="pagehead"><h1>\(call.say("建档立卡", "Register"))</h1><p class="mute">\(call.say("\(totals.households) 户 \(totals.people) 人", "\(totals.households) households, \(totals.people) people"))</p>\
                <div class="btns">\(works(call))</div></div>\
                \(count.map { sentence($0, call) })\(day(query, call))\(form(answers, call))\
                \(export(totals.households, answers, call))\
                \(try await listing.section(call, title: households, narrowedBy: answers))
                """
        ).response(call)
    }

    private static let households = Phrase(zh: "名单", en: "Households")

    /// The households of a filter, village by village. Its workbook holds their members as well, and is made
    /// by `RegisterExport`; the page's form offers the words of a fact that the address may carry several of.
    static let listing = Listing<Household>(
        name: "register", path: "/register", title: Phrase(zh: "建档立卡", en: "Register"),
        filters: RegisterForm.search + RegisterForm.filters, columns: [], cursor: RegisterForm.cursor,
        hasFinder: false, item: line, empty: Phrase(zh: "这里没有户。", en: "No households here."),
        id: \.id.text,
        source: .paged { call, values in
            let wanted = try query(values, call.names(), call)
            return try await call.read { books in
                let found = try Households.list(wanted, for: call.actor, on: call.today, in: books)
                return ListPage(
                    // Who goes through all of it asks page after page, and every event makes the count new.
                    total: values["cursor"].isEmpty ? try totals(wanted, call, in: books).households : nil,
                    rows: found,
                    next: next(after: found, wanted))
            }
        })

    /// What the list is narrowed by: what the address says, or the export that could not be made.
    private static func filter(_ call: Call) -> FormInput {
        guard let sent = call.submission.refused?.values else { return call.query }
        let names = Set(RegisterForm.search.map(\.name) + RegisterForm.facts.map(\.name))
        return FormInput(
            Dictionary(uniqueKeysWithValues: sent.names.filter(names.contains).map { ($0, sent[$0]) }))
    }

    /// The filters as the URL carries them.
    static func query(_ answers: FormInput, _ names: Directory, _ call: Call) throws -> HouseholdQuery {
        try query(RegisterForm.listing.read(answers), names, call)
    }

    /// The same once they are read. What a fact takes its own reading says.
    static func query(_ values: FormValues, _ names: Directory, _ call: Call) throws -> HouseholdQuery {
        var query = HouseholdQuery()
        query.path = try place(values, names)?.path ?? ""
        for fact in RegisterForm.facts where !values[fact.name].isEmpty {
            query.facts[fact.name] = values[fact.name]
        }
        query.text = values["q"]
        query.asOf = try asOf(values, call)
        try query.goOn(behind: values["cursor"])
        if let limit = values.optionalNumber("limit") { query.limit = limit }
        return query
    }

    /// The territory that is asked about; nil if none is. Throws `Refusal.invalid` if there is no such one.
    static func place(_ values: FormValues, _ names: Directory) throws -> Territory? {
        guard let id = values.optionalText("territory") else { return nil }
        guard let place = names.place(id) else {
            throw Refusal.invalid("territory", zh: "没有这个区划。", en: "There is no such territory.")
        }
        return place
    }

    /// The path of the territory that is asked about; the office's own if none is.
    static func path(_ values: FormValues, _ names: Directory) throws -> String {
        try place(values, names)?.path ?? names.office.territory.path
    }

    /// Which day is asked about, and what was known at the end of which day.
    static func asOf(_ answers: FormInput, _ call: Call) throws -> AsOf {
        try asOf(RegisterForm.days.read(answers), call)
    }

    /// The same once it is read.
    static func asOf(_ values: FormValues, _ call: Call) throws -> AsOf {
        var asOf = AsOf()
        if !values["as_of"].isEmpty { asOf.day = try values.day("as_of") }
        if !values["known"].isEmpty {
            asOf.known = call.zone.instant(try values.day("known") + 1).adding(milliseconds: -1)
        }
        return asOf
    }

    /// Counting everything that a list holds takes longer than the list: it is remembered until something
    /// changes.
    static func totals(_ query: HouseholdQuery, _ call: Call, in books: Books) throws -> (
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
        <a class="btn quiet" href="/register/quality">\(call.say("数据质量", "Quality"))</a> \
        <a class="btn quiet" href="/villages">\(call.say("各村", "Villages"))</a>
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

    private static func form(_ answers: FormInput, _ call: Call) -> HTML {
        let facts = filters.compactMap { FactList.household[$0] }.map { fact in
            fact.field.field(call, value: answers[fact.name], choices: choices(fact, call), hint: "")
        }
        let search = RegisterForm.search.map {
            $0.field(call, value: answers[$0.name], hint: $0.name == "q" ? nil : "")
        }
        let fields = Array(search.prefix(2)) + facts + Array(search.dropFirst(2))
        let isFiltered = fields.contains { !$0.value.isEmpty }
        return """
            <details class="find"\(" open", if: isFiltered)><summary>\
            \(call.say("查找和筛选", "Find and filter"))</summary>\
            <form class="form row4" method="get" action="/register">\(fields.html { $0.filtering(call) })\
            <p class="btns"><button class="btn" type="submit">\(call.say("查找", "Find"))</button>\
            <a class="btn quiet" href="/register">\(call.say("清除", "Clear"))</a></p></form></details>
            """
    }

    /// A filter by yes or no is a list: either, or both of them.
    private static func choices(_ fact: Fact, _ call: Call) -> [Field.Choice]? {
        guard case .flag = fact.kind else { return nil }
        return [
            .init(value: "yes", words: call.say("是", "Yes")), .init(value: "no", words: call.say("否", "No")),
        ]
    }

    /// The list as a table. What it holds the log keeps; secrets only with a reason.
    private static func export(_ count: Int, _ answers: FormInput, _ call: Call) -> HTML? {
        guard count > 0 else { return nil }
        let names = Set(RegisterForm.paging.flatMap(\.names))
        let filter = answers.names.filter { !names.contains($0) }.map {
            Field(name: $0, label: "", kind: .hidden, value: answers[$0])
        }
        let secrets = call.actor.may(.unmask) ? RegisterForm.export.map { $0.field(call) } : []
        let form = Form(
            action: "/register/export", fields: filter + secrets,
            submit: call.say("导出 \(count) 户", "Export \(count) households"), isPrimary: false)
        let isRefused = call.submission.refused != nil
        return """
            <details\(" open", if: isRefused)><summary>\(call.say("导出 XLSX", "Export as XLSX"))</summary>\
            \(form.html(call))</details>
            """
    }

    /// The households of the filter as a workbook.
    static func exported(_ call: Call) async throws -> Response {
        try await exported(wish(try await call.form(), call), call)
    }

    /// What is to be given out, for pages and API.
    static func wish(_ answers: FormInput, _ call: Call) throws -> RegisterExport.Request {
        let values = try RegisterForm.export.read(answers)
        var wish = RegisterExport.Request(try query(answers, call.names(), call))
        (wish.isFull, wish.reason) = (values.flag("full"), values["reason"])
        return wish
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

    private static func line(_ household: Household, _ call: Call) -> HTML {
        let facts = household.facts
        func shown(_ name: String) -> String { FactList.household[name]?.shown(facts, call.language) ?? "" }
        let parts = [
            shown("kind"), shown("status"), shown("main_cause"),
            facts.isKnown("house_grade") ? call.say("住房 ", "house ") + shown("house_grade") : "",
        ]
        .filter { !$0.isEmpty }
        let names = call.directory
        let town = names?.place(household.village)?.parent.flatMap { names?.place($0)?.shortName } ?? ""
        return """
            <li class="ok"><p class="t"><a href="/register/\(household.id)\(asOf(filter(call)))">\
            \(household.head.isEmpty ? household.number : household.head)</a> <span class="mute sm">\
            \(call.say("\(facts.number("headcount") ?? 0) 人", "\(facts.number("headcount") ?? 0) people"))</\
            span></p>\
            <p class="m">\(parts.enumerated().map { $0.offset == 0 ? "\($0.element)" : "\(separator)\($0.element)" })</p>\
            <p class="m">\(town) \(names?.placeName(household.village) ?? "") \(facts["group_name"])</p>\
            <p class="n"><span>\(household.number)</span></p></li>
            """
    }

    /// What a link carries on of the day that is looked at.
    private static func asOf(_ answers: FormInput) -> String {
        let text = FormText.query([("as_of", answers["as_of"]), ("known", answers["known"])])
        return text.isEmpty ? "" : "?" + text
    }

    /// Where the next page begins, for page and API; nil at the end.
    static func next(after households: [Household], _ query: HouseholdQuery) -> String? {
        guard households.count == query.limit else { return nil }
        return households.last.map(HouseholdQuery.cursor)
    }
}

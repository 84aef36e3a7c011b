import Governance
import Hummingbird
import Rules

/// Lists of cases: to do, done, overdue, mine; every filter stands in the URL.
enum CaseListPages {
    static func list(_ call: Call) async throws -> Response {
        let names = try call.names()
        let sent = call.query
        do {
            let values = try fields.read(sent, zone: call.zone)
            return try await list(CaseQuery(values), values, sent, names, call)
        } catch Refusal.invalid(let faults) {
            return Page(
                title: call.say("事项", "Cases"), current: "/cases",
                body:
                    """
                    <div class="pagehead"><h1>\(call.say("事项", "Cases"))</h1></div>\
                    \(filters(names, faults, call))
                    """
            ).response(call, status: .unprocessableContent)
        }
    }

    /// What an address or a form asks for; what else stands in it is the page's own.
    static func query(_ sent: FormInput, _ call: Call) throws -> CaseQuery {
        try CaseQuery(fields.read(sent, zone: call.zone))
    }
    /// The fields of the busiest list, put together once.
    private static let fields = listing.fields

    private static func list(
        _ query: CaseQuery, _ values: FormValues, _ sent: FormInput, _ names: Directory, _ call: Call
    ) async throws -> Response {
        let page = try await page(query, call)
        return Page(
            title: call.say("事项", "Cases"), current: "/cases", isLive: true,
            body: """
                <div class="pagehead"><h1>\(call.say("事项", "Cases"))</h1><p class="mute">\
                \(call.say("共 \(page.total ?? 0) 件", "\(page.total ?? 0) cases"))</p>\
                \(page.rows.isEmpty ? nil : listing.export(sent, call))</div>\
                \(heaps(query, call))\(CaseBulkPages.links(query, call))\(isFiltered(query) || sent["filter"] == "1" ? filters(names, [], call) : finder(query, call))\(try remembered(page, of: query, names, call))\(listing.turning(page, values, call))
                """
        ).response(call)
    }

    /// What the lines of a list look like belongs to who asks what in which language; lateness is told to the
    /// minute.
    private struct Sight: Hashable {
        var person: ID<Person>?, query: CaseQuery, language: Language, minute: Int64
    }

    private static func remembered(
        _ page: ListPage<CaseLine>, of query: CaseQuery, _ names: Directory, _ call: Call
    )
        throws -> HTML
    {
        let sight = Sight(
            person: call.actor.person, query: query, language: call.language,
            minute: call.now.milliseconds / 60_000)
        let remembered: VersionedCache<Sight, HTML> = call.office.cache.versioned("case lines", most: 256)
        return try remembered.thing(sight, of: call.actor.county, version: call.version) {
            lines(page.rows, names, call)
        }
    }

    /// The query's part of a URL.
    static func url(_ query: CaseQuery, cursor: String = "") -> String {
        url(query.heap, fields(query, cursor: cursor))
    }
    private static func url(_ heap: CaseQuery.Heap, _ fields: String) -> String {
        let heap = heap == .all ? "" : "heap=\(heap.rawValue)"
        return heap.isEmpty && fields.isEmpty
            ? "/cases" : "/cases?\([heap, fields].filter { !$0.isEmpty }.joined(separator: "&"))"
    }
    private static func fields(_ query: CaseQuery, cursor: String) -> String {
        FormText.query([
            ("state", query.state?.rawValue ?? ""),
            ("source", query.source?.rawValue ?? ""), ("category", query.category),
            ("territory", query.territory),
            ("unit", query.unit?.text ?? ""), ("reported_from", query.reportedFrom?.description ?? ""),
            ("reported_to", query.reportedTo?.description ?? ""), ("q", query.words), ("cursor", cursor),
            ("sort", query.order?.rawValue ?? ""),
            ("changed_after", query.changedAfter.map(String.init) ?? ""),
            ("updated_after", query.updatedAfter?.iso ?? ""),
        ])
    }

    private static func heaps(_ query: CaseQuery, _ call: Call) -> HTML {
        let rest = fields(query, cursor: "")
        return """
            <div class="filters"><div class="seg" role="group" aria-label="\(call.say("清单", "Heap"))">\
            \(CaseQuery.Heap.allCases.html { heap in
                """
                    <a href="\(url(heap, rest))"\(" aria-current=\"true\"", if: heap == query.heap)>\
                    \(call.say(heap.words))</a>
                    """
            })</div></div>
            """
    }

    /// The whole filter as it stands in the address, with what is wrong with it.
    private static func filters(_ names: Directory, _ faults: [Refusal.Fault], _ call: Call) -> HTML {
        let asked = CaseQuery.fields.filter { !["heap", "changed_after", "updated_after"].contains($0.name) }
        var fields = asked.map { $0.field(call, value: call.query[$0.name], hint: "") }
        // A queue that is not known would stay in the form for ever.
        let heap = faults.contains { $0.field == "heap" } ? "" : call.query["heap"]
        fields.insert(Field(name: "heap", label: "", kind: .hidden, value: heap), at: 0)
        let shown = Set(fields.dropFirst().map(\.name))
        let others = faults.filter { !shown.contains($0.field) }
        return """
            \(others.html { "<p class=\"note\">\(call.say($0.words))</p>" })\
            <form class="form row4" method="get" action="/cases">\
            \(fields.html { $0.filtering(call, faults: faults) })\
            <p class="btns"><button class="btn" type="submit">\(call.say("查找", "Find"))</button>\
            <a class="btn quiet" href="/cases">\(call.say("清除", "Clear"))</a></p></form>
            """
    }

    /// A plain list carries one field; the whole filter comes when it is used or asked for, so that phones
    /// load little.
    private static func finder(_ query: CaseQuery, _ call: Call) -> HTML {
        let field = Field(name: "q", label: call.say("找", "Find"), kind: .line)
        let url = url(query)
        return """
            <form class="pick find" method="get" action="/cases">\
            <input type="hidden" name="heap" value="\(query.heap.rawValue)">\(field.filtering(call))\
            <button class="btn quiet" type="submit">\(call.say("查找", "Find"))</button>\
            <a href="\(url)\(url.contains("?") ? "&" : "?")filter=1">\(call.say("更多筛选", "More filters"))</a>\
            </form>
            """
    }

    private static func isFiltered(_ query: CaseQuery) -> Bool {
        var plain = CaseQuery()
        (plain.heap, plain.cursor, plain.limit) = (query.heap, query.cursor, query.limit)
        return plain != query
    }

    /// The lines of a list: a list on phones, two columns of words on desktops.
    static func lines(_ lines: [CaseLine], _ names: Directory, _ call: Call) -> HTML {
        guard !lines.isEmpty else {
            return "<p class=\"lead\">\(call.say("这里没有事项。", "Nothing here."))</p>"
        }
        return "<ul class=\"cases\">\(lines.html { line($0, names, call) })</ul>"
    }

    private static func line(_ line: CaseLine, _ names: Directory, _ call: Call) -> HTML {
        let place = names.placeName(line.territory)
        let category =
            names.minor(line.category, version: line.categoryVersion).map { call.say($0) }
            ?? call.say("未分类", "Unclassified")
        let unit = call.say(names.name(of: line.unit))
        let person = names.name(of: line.handler)
        return """
            <li class="\(call.urgency(line.state, dueAt: line.dueAt))"><p class="t">\
            <a href="/cases/\(line.id)">\(line.title)</a></p>\
            <p class="m">\(call.lamp(line.state, dueAt: line.dueAt, provisional: line.dueProvisional))\
            \("\(separator)\(call.say(line.state.words))", if: line.state.isRunning && line.dueAt != nil)\
            \(separator)\(category)\(separator)\(call.say(line.source.words))</p>\
            <p class="m">\(place)\(separator, if: !line.place.isEmpty)\(line.place)\
            \(separator, if: !unit.isEmpty)\(unit)\(" ", if: !person.isEmpty)\(person)</p>\
            <p class="n"><span>\(line.number)</span> <span>\(call.moment(line.reportedAt))</span></p></li>
            """
    }
}

/// The choices that several forms share.
enum Choices {
    static func categories(_ names: Directory, _ call: Call) -> [Field.Choice] {
        names.categories.map { .init(value: $0.code, words: call.say($0.minor), group: call.say($0.major)) }
    }
    static func territories(_ names: Directory) -> [Field.Choice] {
        // In the order of the tree: a community, then its grids under its name.
        names.territories.map { place in
            let parent = place.parent.flatMap { names.place($0) }
            let group = place.level == .grid ? parent : place.level == .village ? place : nil
            return .init(value: place.id, words: place.shortName, group: group?.shortName ?? "")
        }
    }
    static func units(_ names: Directory, _ call: Call) -> [Field.Choice] {
        names.units.values.filter { $0.until > call.today }
            .sorted { ($0.kind.rawValue, $0.code) < ($1.kind.rawValue, $1.code) }
            .map { .init(value: $0.id.text, words: call.say($0.name), group: call.say($0.kind.words)) }
    }
    static func people(_ candidates: [Tenures.Candidate], _ names: Directory, _ call: Call) -> [Field.Choice]
    {
        var seen = Set<String>()
        return candidates.filter { seen.insert($0.unit.text + $0.person.text).inserted }
            .map {
                .init(
                    value: $0.person.text, words: "\($0.name)（\(call.say($0.title))）",
                    group: call.say(names.name(of: $0.unit)))
            }
            .sorted { $0.group < $1.group }
    }
    static func satisfaction(_ call: Call) -> [Field.Choice] {
        Satisfaction.allCases.map { .init(value: $0.rawValue, words: call.say($0.words)) }
    }
}

import Governance
import Hummingbird
import Rules

/// The campaign: how far each duty is, who is missing, and each rule as a sentence beside its basis.
enum CampaignPages {
    static func show(_ call: Call) async throws -> Response {
        let names = try call.names()
        let (grouping, duty) = (Coverage.Grouping(rawValue: call.query["by"]) ?? .duty, call.query["duty"])
        let path = names.place(call.query["territory"])?.path ?? names.office.territory.path
        let found = try await call.read { books -> Sum? in
            guard let campaign = try Campaigns.current(for: call.actor, on: call.today, in: books)
            else { return nil }
            // What has not begun yet is nobody's lateness.
            let begun = Set(campaign.scheme.duties.filter { $0.from <= call.today }.map(\.name))
            let duties = try Self.lines(campaign, .duty, "", path, call, in: books).filter {
                begun.contains($0.duty)
            }
            let lines =
                try grouping == .duty
                ? []
                : Self.lines(campaign, grouping, duty, path, call, in: books).filter {
                    begun.contains($0.duty)
                }
            // Of one duty the households stand in the order of an index; of all of them they would have to be
            // sorted first.
            let wanted = duty.isEmpty ? duties.first { $0.missing > 0 }?.duty ?? "" : duty
            let mayRead = call.actor.may(.readRegister)
            let missing =
                try wanted.isEmpty || !mayRead ? [] : Self.missing(campaign, wanted, path, call, in: books)
            let points = try Coverage.waitingPoints(
                campaign, inside: path, for: call.actor, on: call.today, limit: 50, in: books)
            let titles =
                grouping == .post
                ? try Posts.all(for: call.actor, on: call.today, in: books).map {
                    ($0.id.text, call.say($0.title))
                } : []
            return Sum(
                campaign: campaign, duties: duties, lines: lines, missing: missing, points: points,
                titles: Dictionary(uniqueKeysWithValues: titles),
                left: try mayRead ? Self.left(campaign, path, call, in: books) : [])
        }
        guard let sum = found else {
            return Page(
                title: call.say("行动", "Campaign"), current: "/campaign",
                body:
                    """
                    <div class="pagehead"><h1>\(call.say("行动", "Campaign"))</h1></div>\
                    <p class="lead">\(call.say("还没有发布行动方案。", "No campaign is published yet."))</p>
                    """
            ).response(call)
        }
        let (campaign, scheme) = (sum.campaign, sum.campaign.scheme)
        let hasHouseholds = scheme.duties.contains { !$0.isAboutPoints }
        let buttons: [(path: String, words: String)] =
            (hasHouseholds ? [("/command", call.say("指挥体系", "Command"))] : [])
            + (scheme.lookBack == nil ? [] : [("/look-back", call.say("回头看", "Look-back"))])
            + (scheme.exit == nil ? [] : [("/exit", call.say("退出评估", "Exit"))])
        return Page(
            title: call.say(campaign.title), current: "/campaign", isLive: true,
            body: """
                <div class="pagehead"><h1>\(call.say(campaign.title))</h1><p class="mute">\
                \(call.day(campaign.begins)) – \(call.day(campaign.ends))</p></div>\
                <p class="lead">\(sentence(sum.duties, call))</p>\
                <div class="cols c84"><div class="stack">\(table(sum.duties, campaign, call))\(groups(grouping, duty, sum, names, call))\(hasHouseholds ? waiting(sum.missing, of: sum.lines.reduce(0) { $0 + $1.missing }, campaign, names, call) : points(sum.points, names, call))</div>\
                <div class="stack">\(buttons.isEmpty || !call.actor.may(.readRegister) ? HTML.none : "<p class=\"btns\">\(buttons.html { "<a class=\"btn\" href=\"\($0.path)\">\($0.words)</a>" })</p>")\(CampaignRules.html(campaign, call))\(orders(campaign, sum.left, call))\(hasHouseholds ? frozen(campaign, call) : nil)</div></div>
                """
        ).response(call)
    }

    /// The figures as the page shows them, or everybody who waits for a visit, as a workbook.
    static func exported(_ call: Call) async throws -> Response {
        try await exported(CampaignForm.export.read(call.form()), call)
    }

    /// The same once it is read what is wanted, for page and API.
    static func exported(_ values: FormValues, _ call: Call) async throws -> Response {
        let names = try call.names()
        let wish = CoverageExport.Request(
            try values.optionalChoice("what") ?? .lines, by: try values.optionalChoice("by") ?? .duty,
            duty: values["duty"], inside: try RegisterPages.path(values, names))
        return try await call.atLength { try await exported(wish, names, call) }
    }

    private static func exported(_ wish: CoverageExport.Request, _ names: Directory, _ call: Call)
        async throws -> Response
    {
        let found = try await call.read {
            try Campaigns.current(for: call.actor, on: call.today, in: $0)
        }
        guard let campaign = found else { throw Refusal.notFound }
        return try await Sheets.response("\(call.say("走访", "visits"))-\(call.today)", call) { file in
            let rows = try await call.read { books in
                let titles =
                    wish.grouping == .post
                    ? Dictionary(
                        uniqueKeysWithValues: try Posts.all(for: call.actor, on: call.today, in: books)
                            .map { ($0.id.text, call.say($0.title)) })
                    : [:]
                return try CoverageExport.write(
                    wish, of: campaign, to: file, language: call.language, for: call.actor, on: call.today,
                    in: books
                ) {
                    plainName($0, wish.grouping, titles, names, call)
                }
            }
            try await call.write {
                try CoverageExport.announce(
                    wish, rows: rows, of: campaign, by: call.actor, at: call.now, in: $0)
            }
        }
    }

    /// What a line's key is called.
    private static func plainName(
        _ key: String, _ grouping: Coverage.Grouping, _ titles: [String: String], _ names: Directory,
        _ call: Call
    ) -> String {
        switch grouping {
        case .duty: ""
        case .town, .village: names.place(at: key).map { names.placeName($0.id) } ?? key
        case .zone where key.isEmpty: call.say("不属战区", "Under no war zone")
        case .zone, .unit, .department, .supportUnit: call.say(names.name(of: ID<Unit>(key)))
        case .person: key.isEmpty ? call.say("岗位空缺", "Vacant") : names.name(of: ID<Person>(key))
        case .post: titles[key] ?? key
        }
    }

    private static func export(
        _ kind: CoverageExport.Kind, _ grouping: Coverage.Grouping, _ words: String, _ call: Call
    ) -> HTML {
        PostButton(
            action: "/campaign/export", words: words,
            fields: [
                ("what", kind.rawValue), ("by", grouping.rawValue), ("duty", call.query["duty"]),
                ("territory", call.query["territory"]),
            ]
        ).html(call)
    }

    /// What the page is drawn from.
    private struct Sum: Sendable {
        var campaign: Campaign, duties: [Coverage.Line], lines: [Coverage.Line], missing: [Coverage.Missing],
            points: Queue<Coverage.WaitingPoint>
        var titles: [String: String], left: [Int]
    }

    private struct Sight: Hashable {
        var campaign: ID<Campaign>, by: Coverage.Grouping, duty: String, path: String, seats: [Actor.Seat]
    }

    /// The sums, at most a third of a second old: while visits arrive by the hundred they are not added up
    /// for each reader.
    static func lines(
        _ campaign: Campaign, _ grouping: Coverage.Grouping, _ duty: String, _ path: String, _ call: Call,
        in books: Books
    ) throws -> [Coverage.Line] {
        let recent = call.office.cache.lasting("coverage lines", of: call.actor.county) {
            RecentCache<Sight, [Coverage.Line]>()
        }
        return try recent.thing(
            Sight(campaign: campaign.id, by: grouping, duty: duty, path: path, seats: call.actor.seats),
            at: call.now, within: 300
        ) {
            try Coverage.lines(
                campaign, by: grouping, duty: duty, inside: path, for: call.actor, on: call.today, in: books)
        }
    }

    /// Whom nobody has visited yet, as recent as the sums.
    private static func missing(
        _ campaign: Campaign, _ duty: String, _ path: String, _ call: Call, in books: Books
    ) throws -> [Coverage.Missing] {
        let recent = call.office.cache.lasting("missing visits", of: call.actor.county) {
            RecentCache<[String], [Coverage.Missing]>()
        }
        return try recent.thing(
            [call.actor.person?.text ?? "", campaign.id.text, duty, path], at: call.now, within: 300
        ) {
            try Coverage.missing(
                campaign, duty: duty, inside: path, for: call.actor, on: call.today, limit: 50, in: books)
        }
    }

    /// How many households each order still counts: the register moves slower, five seconds are near enough.
    static func left(_ campaign: Campaign, _ path: String, _ call: Call, in books: Books) throws -> [Int] {
        let recent = call.office.cache.lasting("orders", of: call.actor.county) {
            RecentCache<[String], [Int]>()
        }
        return try recent.thing(
            [call.actor.person?.text ?? "", campaign.id.text, path], at: call.now, within: 5_000
        ) {
            try campaign.scheme.orders.map { order in
                guard order.counts.isEmpty else {
                    return try Households.totals(
                        query(of: order, path), for: call.actor, on: call.today, in: books
                    ).households
                }
                return order.left(
                    OrderBoard.total(
                        try OrderBoard.lines(order, of: campaign, for: call.actor, on: call.today, in: books))
                )
            }
        }
    }

    /// One sentence: how many visits are made of those due, and which duty is furthest behind.
    private static func sentence(_ lines: [Coverage.Line], _ call: Call) -> String {
        let (done, due) = (lines.reduce(0) { $0 + $1.done }, lines.reduce(0) { $0 + $1.due })
        return call.say(
            "应走访 \(due) 次，已走访 \(done)，还差 \(due - done)。",
            "\(due) visits are due, \(done) are made, \(due - done) are missing.")
    }

    private static func url(
        _ call: Call, by: Coverage.Grouping? = nil, duty: String? = nil, territory: String? = nil
    ) -> String {
        let text = FormText.query([
            ("by", (by?.rawValue ?? call.query["by"])), ("duty", duty ?? call.query["duty"]),
            ("territory", territory ?? call.query["territory"]),
        ])
        return text.isEmpty ? "/campaign" : "/campaign?\(text)"
    }

    private static func share(_ line: Coverage.Line) -> String {
        line.thousandths.map { "\($0 / 10).\($0 % 10)%" } ?? "—"
    }

    private static func table(_ lines: [Coverage.Line], _ campaign: Campaign, _ call: Call) -> HTML {
        let byName = Dictionary(uniqueKeysWithValues: lines.map { ($0.duty, $0) })
        return """
            <section class="sec"><header><h2>\(call.say("遍访任务", "Duties"))</h2></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("遍访任务", "Duties"))">\
            <table><thead><tr><th scope="col">\(call.say("任务", "Duty"))</th><th scope="col" class="num">\
            \(call.say("已走访", "Done"))</th><th scope="col" class="num">\(call.say("应走访", "Due"))</th>\
            <th scope="col" class="num">\(call.say("走访率", "Share"))</th><th scope="col" class="num">\
            \(call.say("还差", "Missing"))</th></tr></thead><tbody>\
            \(campaign.scheme.duties.html { duty in
                guard let line = byName[duty.name] else { return .none }
                return """
                    <tr><th scope="row"><a href="\(url(call, by: .town, duty: duty.name))">\
                    \(call.say(duty.title.phrase))</a></th><td class="num">\(line.done)</td><td class="num">\
                    \(line.due)</td><td class="num"><b>\(share(line))</b></td><td class="num">\
                    \(line.missing)</td></tr>
                    """
            })</tbody></table></div></section>
            """
    }

    private static func groups(
        _ grouping: Coverage.Grouping, _ duty: String, _ sum: Sum, _ names: Directory, _ call: Call
    ) -> HTML? {
        guard grouping != .duty else { return nil }
        let titles = sum.titles
        // A sub-district's own parts are communities and grids, and it has neither zones nor support units.
        let isTown = names.office.territory.level == .town
        let choices = Coverage.Grouping.allCases.filter {
            $0 != .duty && !(isTown && [.zone, .department, .supportUnit].contains($0))
        }
        func words(_ grouping: Coverage.Grouping) -> String {
            switch grouping {
            case .town where isTown: call.say("社区", "Community")
            case .village where isTown: call.say("网格", "Grid")
            default: call.say(grouping.words)
            }
        }
        func name(_ key: String) -> HTML {
            let plain = plainName(key, grouping, titles, names, call)
            guard [.town, .village].contains(grouping), let place = names.place(at: key) else {
                return "\(plain)"
            }
            return
                """
                <a href="\(url(call, by: grouping == .town ? .village : .post, territory: place.id))">\
                \(plain)</a>
                """
        }
        // Of no duty in particular a line is the sum of all. Who needs a hand stands first.
        let sums = Dictionary(grouping: sum.lines, by: \.key).compactMap { Coverage.Line.sum($1, key: $0) }
        let sorted = sums.sorted { ($0.thousandths ?? 1001, $0.key) < ($1.thousandths ?? 1001, $1.key) }
        return """
            <section class="sec"><header><h2>\(call.say("需要帮一把的在前", "Who needs a hand, first"))</h2>\
            </header><div class="filters"><div class="seg wrapping" role="group" \
            aria-label="\(call.say("按什么看", "By"))">\(choices.html { other in
                """
                    <a href="\(url(call, by: other))"\(" aria-current=\"true\"", if: other == grouping)>\
                    \(words(other))</a>
                    """
            })</div></div><div class="scroll" tabindex="0" role="region" aria-label="\(words(grouping))"><table><thead><tr><th scope="col">\(words(grouping))</th><th scope="col" class="num">\(call.say("已走访", "Done"))</th><th scope="col" class="num">\(call.say("应走访", "Due"))</th><th scope="col" class="num">\(call.say("走访率", "Share"))</th></tr></thead><tbody>\
            \(sorted.prefix(60).html { "<tr><th scope=\"row\">\(name($0.key))</th><td class=\"num\">\($0.done)</td><td class=\"num\">\($0.due)</td><td class=\"num\"><b>\(share($0))</b></td></tr>" })</tbody></table></div>\(call.more(shown: 60, of: sorted.count, export: true))\(export(.lines, grouping, call.say("导出 XLSX", "Export as XLSX"), call))</section>
            """
    }

    /// The points of the rounds that are open and wait.
    private static func points(_ points: Queue<Coverage.WaitingPoint>, _ names: Directory, _ call: Call)
        -> HTML
    {
        let lines = points.items.html {
            """
            <li class="ok"><p class="t">\($0.point.name)</p><p class="m">\
            \(names.placeName($0.point.territory))</p></li>
            """
        }
        return """
            <section class="sec"><header><h2>\(call.say("本期还没走到的点位", "Points not walked to yet in this round"))</h2></header>\(lines.isEmpty ? "<p class=\"mute\">\(call.say("都走到了。", "Every one was walked to."))</p>" : "<ul class=\"cases\">\(lines)</ul>\(call.more(points))" as HTML)</section>
            """
    }

    /// The first fifty; how many each duty misses stands in the table beside it, and the export has them all.
    private static func waiting(
        _ missing: [Coverage.Missing], of total: Int, _ campaign: Campaign, _ names: Directory, _ call: Call
    ) -> HTML {
        let duties = Dictionary(
            uniqueKeysWithValues: campaign.scheme.duties.map { ($0.name, call.say($0.title.phrase)) })
        let lines = missing.html { one in
            """
            <li class="ok"><p class="t"><a href="/register/\(one.household)">\
            \(one.head.isEmpty ? one.number : one.head)</a></p><p class="m">\
            \(duties[one.duty] ?? one.duty)\(separator)\(call.say(one.title))</p><p class="m">\
            \(names.placeName(one.village))</p><p class="n"><span>\(one.number)</span></p></li>
            """
        }
        return """
            <section class="sec"><header><h2>\(call.say("还没走访的户", "Not visited yet"))</h2></header>\(lines.isEmpty ? "<p class=\"mute\">\(call.say("都走访过了。", "Everybody was visited."))</p>" : "<ul class=\"cases\">\(lines)</ul>\(call.more(shown: missing.count, of: total, export: true))\(export(.missing, .duty, call.say("导出没走访的户", "Export who is missing"), call))" as HTML)</section>
            """
    }

    /// The households that an order still counts, inside a territory.
    private static func query(of order: Scheme.Order, _ path: String) -> HouseholdQuery {
        var query = HouseholdQuery()
        query.path = path
        query.facts = Dictionary(
            uniqueKeysWithValues: order.counts.map { ($0.fact, $0.values.joined(separator: ",")) })
        return query
    }

    private static func orders(_ campaign: Campaign, _ left: [Int], _ call: Call) -> HTML? {
        guard !campaign.scheme.orders.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("作战令", "Orders"))</h2></header><ul class="plain">\
            \(zip(campaign.scheme.orders, left).map { order, left -> HTML in
                """
                <li><b>\(call.say(order.title.phrase))</b> <span class="mute">\(call.say("到 \(call.day(order.by)) 剩 \(order.target) 以内", "at most \(order.target) left by \(call.day(order.by))"))</span><br><a href="/orders/\(order.name)">\(call.say("现在还有 \(left)", "\(left) now"))</a></li>
                """
            })</ul></section>
            """
    }

    private static func frozen(_ campaign: Campaign, _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("冻结的分母", "The frozen denominators"))</h2></header><p>\
        \(call.say(
            "按 \(call.day(campaign.frozenAsOf)) 的登记冻结 \(campaign.households) 户 \(campaign.people) 人，之后不变。", """
                \(campaign.households) households with \(campaign.people) people, as the register had them \
                on \(call.day(campaign.frozenAsOf)); they do not change.
                """))</p><dl class="kv"><dt>\(call.say("哈希", "Hash"))</dt><dd class="mono sm">\(campaign.frozenHash)</dd></dl></section>
        """
    }
}

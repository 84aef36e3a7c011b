import Governance
import Hummingbird
import Rules

/// A leader's first screen: one sentence, then what waits for a decision, then figures, then where and why.
enum OverviewPages {
    /// The periods that the overview offers.
    enum Span: String, CaseIterable {
        case week, month, half, year
        var words: Phrase {
            switch self {
            case .week: Phrase(zh: "本周", en: "This week")
            case .month: Phrase(zh: "本月", en: "This month")
            case .half: Phrase(zh: "上半年", en: "First half")
            case .year: Phrase(zh: "今年", en: "This year")
            }
        }
        func days(_ today: Day) -> (from: Day, to: Day) {
            switch self {
            case .week: (today.monday, today)
            case .month: (today.firstOfMonth, today)
            case .half:
                (today.firstOfYear, min(today, Day(year: today.parts.year, month: 6, day: 30) ?? today))
            case .year: (today.firstOfYear, today)
            }
        }
    }

    static func overview(_ call: Call) async throws -> Response {
        let names = try call.names()
        let span = Span(rawValue: call.query["span"]) ?? .month
        let (from, to) = span.days(call.today)
        let wanted = call.query["territory"]
        let (sight, waiting, inquiries, campaign, entries) = try await call.read { books in
            let path =
                try wanted.isEmpty
                ? names.office.territory.path : Territories.find(wanted, for: call.actor, in: books).path
            let scope = try Figures.scope(
                path: path, from: from, to: to, asOf: call.now, for: call.actor, in: books)
            let (waiting, approvals, entries) = try books.pipelined { books in
                (
                    try Decisions.waiting(for: call.actor, in: books),
                    try CampaignWords.approvals(call, in: books),
                    try names.hasEvaluation
                        ? Ledger.ready(for: .approve, actor: call.actor, at: call.now, in: books).count : 0
                )
            }
            let sight = try Overview.of(
                scope, among: names.territories, for: call.actor, at: call.now, in: books)
            let first = waiting.items.prefix(shownDecisions)
            let inquiries = try Decisions.inquiries(
                first.map(\.decision), about: first.map(\.item), for: call.actor, at: call.now, in: books)
            return (
                sight, waiting, inquiries,
                try CampaignWords.read(call, names, approvals: approvals, in: books), entries
            )
        }
        let isCounty = sight.tiles.first?.territory.level == .town
        let title = call.say("\(call.say(span.words))总览", "Overview: \(call.say(span.words).lowercased())")
        return Page(
            title: title, current: "/overview", isLive: true,
            body: """
                <div class="pagehead"><h1>\(title)</h1><p class="mute inl"><span>\
                \(call.day(from))\(call.say("起", " on"))</span><span>\
                \(call.say("数据截至 \(call.moment(call.now))", "as of \(call.moment(call.now))"))</span>\
                <a href="/figures">\(call.say("口径说明", "Definitions"))</a></p></div>\
                \(lead(sight, from, to, wanted, call))\
                \(campaign.map { CampaignWords.html($0, names, call) })\(approvals(entries, call))\
                \(controls(span, wanted, names, call))\
                <div class="cols">\(decisions(waiting.total, inquiries, call))\
                \(figures(sight.values, from, to, wanted, call))</div>\
                <div class="cols"><section class="sec"><header><h2>\(isCounty ? call.say("乡镇一张图", "The townships") : call.say("网格一张图", "The grids"))</h2><span class="mute sm">\(isCounty ? call.say("点开看该乡镇的在办事项", "open one for its cases") : call.say("按社区排列，点开看该网格的在办事项", "by community; open one for its cases"))</span></header>\(TileMap.html(sight.tiles, names, call))</section>\
                <div class="stack">\(Chart.weeks(sight.weeks, call))\
                \(Chart.most(sight.most, names, from, to, call))</div></div>\
                \(sight.standings.isEmpty ? HTML.none : Standings.html(sight.standings, from, to, call))
                """
        ).response(call)
    }

    /// What the evaluation waits for.
    private static func approvals(_ entries: Int, _ call: Call) -> HTML? {
        guard entries > 0 else { return nil }
        return
            """
            <p class="lead"><a class="soon" href="/ledger?state=proposed">\
            \(call.say("\(entries) 条奖惩等您批准", "\(entries) entries of the ledger wait for you"))</a>\
            \(call.say("。", "."))</p>
            """
    }

    /// One sentence that a leader can say aloud.
    private static func lead(_ sight: Overview, _ from: Day, _ to: Day, _ territory: String, _ call: Call)
        -> HTML
    {
        func value(_ id: String) -> Int { sight.values.first { $0.id == id }?.numerator ?? 0 }
        func link(_ more: [(String, String)]) -> String {
            "/cases?"
                + FormText.query(
                    [
                        ("reported_from", from.description), ("reported_to", to.description),
                        ("territory", territory),
                    ] + more)
        }
        let open = sight.tiles.reduce(0) { $0 + $1.open }
        let late = sight.tiles.reduce(0) { $0 + $1.overdue }
        let today = sight.tiles.reduce(0) { $0 + $1.today }
        let places = sight.tiles.filter { $0.overdue > 0 }.prefix(3).map { $0.territory.shortName }.joined(
            separator: call.say("、", ", "))
        let lateWords: HTML =
            late == 0
            ? "\(call.say("没有超期。", "Nothing is overdue."))"
            : """
            <a class="late" href="/cases?heap=overdue">\
            \(call.say("\(late) 件超期", "\(late) overdue"))</a>\
            \(call.say(places.isEmpty ? "。" : "，在\(places)；", places.isEmpty ? ". " : ", in \(places); "))
            """
        return """
            <p class="lead">\(call.say("受理 ", "Reported "))<a href="\(link([]))">\
            \(call.say("\(value("reported")) 件", "\(value("reported"))"))</a>\
            \(call.say("，已办结 ", ", closed "))<a href="\(link([("state", "closed")]))">\
            \(call.say("\(value("closed")) 件", "\(value("closed"))"))</a>\
            \(call.say("。现在在办 \(open) 件，", ". Open now: \(open); "))\(lateWords)\
            <a class="soon" href="/cases?heap=todo">\(call.say("\(today) 件今天到期", "\(today) due today"))</a>\
            \(call.say("。", "."))</p>
            """
    }

    private static func controls(_ span: Span, _ territory: String, _ names: Directory, _ call: Call) -> HTML
    {
        let field = Field(
            name: "territory", label: call.say("范围", "Area"), kind: .select(Choices.territories(names)),
            value: territory, empty: call.say(names.office.name))
        return """
            <div class="filters"><div class="seg" role="group" aria-label="\(call.say("时间", "Time"))">\
            \(Span.allCases.html { one in
                "<a href=\"/overview?\(FormText.query([("span", one.rawValue), ("territory", territory)]))\"\(" aria-current=\"true\"", if: one == span)>\(call.say(one.words))</a>"
            })</div><form class="pick" method="get" action="/overview"><input type="hidden" name="span" value="\(span.rawValue)">\(field.filtering(call))<button class="btn quiet" type="submit">\(call.say("看", "Show"))</button></form></div>
            """
    }

    /// How many of what waits stand on the page.
    private static let shownDecisions = 12

    private static func decisions(_ total: Int, _ first: [Inquiry<Decision>], _ call: Call) -> HTML {
        let rows = first.html { inquiry in
            let (decision, item) = (inquiry.record, inquiry.circumstances.item)
            let verb =
                decision.kind == .secondReturn
                ? "dispatch" : decision.kind == .explained ? "close" : "instruct"
            let word =
                switch decision.kind {
                case .secondReturn: call.say("定牵头单位", "Name the lead")
                case .explained: call.say("看解释", "Endorse or refuse")
                case .overdue, .escalated: call.say("批示", "Instruct")
                default: ""
                }
            // Whoever was told but cannot decide reads the case, urges it on or adds a note there.
            let action: HTML =
                !call.actor.may(.decide, at: item.territoryPath)
                ? "<a class=\"btn\" href=\"/cases/\(item.id)\">\(call.say("去看看", "Look at it"))</a>"
                : decision.kind.isYesOrNo
                    ? DecisionPages.buttons(inquiry, call)
                    : """
                    <a class="btn" href="/cases/\
                    \(item.id)\(decision.kind == .explained ? "" : "/do/\(verb)")">\(word)</a>
                    """
            return """
                <li>\(call.lamp(item.state, dueAt: item.dueAt))<div><p class="t">\
                <a href="/cases/\(item.id)">\(item.title)</a></p><p class="sm mute">\
                \(call.say(decision.kind.words))\(DecisionPages.detail(decision, call))\
                \(separator, if: !decision.words.isEmpty)\(decision.words)</p></div>\(action)</li>
                """
        }
        let list: HTML =
            total == 0
            ? "<p class=\"mute\">\(call.say("没有等您定的事。", "Nothing waits for you."))</p>"
            : "<ol class=\"dec\">\(rows)</ol>\(call.more(shown: first.count, of: total))"
        return """
            <section class="sec"><header><h2>\(call.say("等您定的事", "Waits for your decision"))</h2>\
            <span class="cnt">\(total)</span></header>\
            \(list)</section>
            """
    }

    private static func figures(
        _ values: [FigureValue], _ from: Day, _ to: Day, _ territory: String, _ call: Call
    ) -> HTML {
        let wanted = [
            "on_time_closing_rate", "satisfied_rate", "same_day_rate", "rework_rate", "recurrence", "overdue",
        ]
        let link =
            "/figures?"
            + FormText.query([("from", from.description), ("to", to.description), ("territory", territory)])
        return """
            <section class="sec"><header><h2>\(call.say("关键数", "Key figures"))</h2>\
            <a class="more" href="\(link)">\(call.say("全部指标", "All figures"))</a></header><dl class="figs">\
            \(wanted.html { id in
                guard let figure = Figure.named(id), let value = values.first(where: { $0.id == id }) else { return .none }
                let big: HTML = value.denominator == nil
                    ? "\(value.fraction)<small>\(call.say("件", ""))</small>" : value.percent.map { "\($0)<small>%</small>" } ?? "—"
                let small = value.denominator == nil ? call.say(figure.definition) : value.fraction
                return """
                    <div class="fig"><dt>\(call.say(figure.words))</dt><dd class="v">\(big)</dd>\
                    <dd class="n">\(small)</dd></div>
                    """
            })</dl></section>
            """
    }
}

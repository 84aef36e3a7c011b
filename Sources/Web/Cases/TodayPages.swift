import Governance
import Hummingbird
import Rules

/// A worker's day: first, on the way, any day this week. No check-in, no points.
enum TodayPages {
    static func today(_ call: Call) async throws -> Response {
        var query = CaseQuery()
        (query.heap, query.limit) = (.todo, 200)
        let wanted = query
        let names = try call.names()
        let (page, helping, doneToday) = try await call.read { books in
            (
                try Cases.list(wanted, for: call.actor, at: call.now, in: books),
                try Assists.waiting(for: call.actor, in: books),
                try Cases.doneToday(by: call.actor, from: call.zone.instant(call.today), in: books)
            )
        }
        let first = page.lines.filter { call.urgency($0.state, dueAt: $0.dueAt) != "ok" }
        let rest = page.lines.filter { call.urgency($0.state, dueAt: $0.dueAt) == "ok" }
        // What lies at the same place as something urgent is on the way.
        let urgentPlaces = Set(first.map(\.territory))
        let onTheWay = rest.filter { urgentPlaces.contains($0.territory) }
        let anyDay = rest.filter { !urgentPlaces.contains($0.territory) }
        let late = first.filter { $0.isOverdue(at: call.now) }.count
        let total = page.total + helping.total
        return Page(
            title: call.say("今天", "Today"), current: "/today", isLive: true,
            body: """
                <div class="dayhead"><div><h1>\(call.say("今天 \(total) 件事", "\(total) things today"))</h1>\
                <p class="sub">\(call.day(call.today)) \(call.weekday(call.today))\
                \("\(separator)<span class=\"late\">\(call.say("\(late) 件超期", "\(late) overdue"))</span>", if: late > 0)\("\(separator)<span class=\"soon\">\(call.say("\(first.count - late) 件今天到期", "\(first.count - late) due today"))</span>", if: first.count > late)</p></div></div>\
                \(group(call.say("先办", "First"), first, names, call))\(helpGroup(helping, call))\
                \(group(call.say("顺路", "On the way"), onTheWay, names, call))\
                \(group(call.say("这周内哪天都行", "Any day this week"), anyDay, names, call))\
                \(call.more(Queue(page.lines, total: page.total)))\
                \("<p class=\"lead\">\(call.say("都办完了。", "All done."))</p>", if: total == 0)\
                <details class="grp"><summary>\(call.say("今天已做完 \(doneToday.total) 件", "\(doneToday.total) done today"))</summary><ul class="plain">\(doneToday.items.html { "<li><a href=\"/cases/\($0.id)\">\($0.title)</a></li>" })</ul></details>\
                <p class="sm mute">\(call.say("不记轨迹，不用打卡。", "No tracks, no check-in."))</p>
                """, isNarrow: true
        ).response(call)
    }

    private static func group(_ title: String, _ lines: [CaseLine], _ names: Directory, _ call: Call) -> HTML?
    {
        guard !lines.isEmpty else { return nil }
        return """
            <section class="grp"><h2>\(title) <span>\(call.say("\(lines.count) 件", "\(lines.count)"))</span>\
            </h2><ul>\(lines.html { row($0, names, call) })</ul></section>
            """
    }

    private static func row(_ line: CaseLine, _ names: Directory, _ call: Call) -> HTML {
        let urgency = call.urgency(line.state, dueAt: line.dueAt)
        let word =
            switch line.state {
            case .handled: call.say("核查", "Check")
            case .dispatched: call.say("签收", "Accept")
            case .reported: call.say("核实", "Verify")
            case .filed: call.say("派遣", "Dispatch")
            default: call.say("去办", "Go")
            }
        return """
            <li class="row\(" hot", if: urgency != "ok")\(" soon", if: urgency == "soon")"><p class="t">\
            <a href="/cases/\(line.id)">\(line.title)</a></p>\
            <p class="m">\(call.lamp(line.state, dueAt: line.dueAt, provisional: line.dueProvisional))\
            \(separator)\(call.say(line.source.words))</p>\
            <p class="m">\(names.placeName(line.territory))\(separator, if: !line.place.isEmpty)\
            \(line.place)</p>\
            <a class="btn go\(" pri", if: urgency != "ok")" href="/cases/\(line.id)">\
            \(word)<span class="vh">：\(line.title)</span></a></li>
            """
    }

    private static func helpGroup(_ helping: Queue<Assists.Waiting>, _ call: Call) -> HTML? {
        guard helping.total > 0 else { return nil }
        return """
            <section class="grp"><h2>\(call.say("请您协办", "Asked to assist")) <span>\
            \(call.say("\(helping.total) 件", "\(helping.total)"))</span></h2><ul>\
            \(helping.items.html { help in
                """
                <li class="row"><p class="t"><a href="/cases/\(help.caseID)">\(help.title)</a></p>\
                <p class="m">\(call.lamp(.handling, dueAt: help.dueAt))</p><p class="m">\(help.request)</p>\
                <a class="btn go" href="/cases/\(help.caseID)/do/answer">\(call.say("答复", "Answer"))</a></li>
                """
            })</ul>\(call.more(helping))</section>
            """
    }
}

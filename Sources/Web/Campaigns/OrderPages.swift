import Governance
import Hummingbird
import Rules

/// The board of one order of battle: how many are left, township by township.
enum OrderPages {
    static func show(_ call: Call) async throws -> Response {
        let names = try call.names()
        let (_, order, lines) = try await read(call)
        let total = OrderBoard.total(lines)
        let facts = FormText.query(order.counts.map { ($0.fact, $0.values.joined(separator: ",")) })
        let (hasCounts, hasCases, hasMeasures) = (
            !order.counts.isEmpty, !order.category.isEmpty, !order.measure.isEmpty
        )
        func cells(_ line: OrderBoard.Line, _ tag: StaticString, territory: String) -> HTML {
            let left = order.left(line)
            let link = "/register?\(facts)\(territory.isEmpty ? "" : "&territory=\(territory)")"
            return """
                \(hasCounts ? "<td class=\"num\">\(line.before)</td>" : HTML.none)<td class="num"><b>\
                \(hasCounts && left > 0 ? "<a href=\"\(link)\">\(left)</a>" as HTML : "\(left)")</b></td>\
                \(hasCases ? "<td class=\"num\">\(line.open)</td><td class=\"num\">\(line.closed)</td>" : HTML.none)\(hasMeasures ? "<td class=\"num\">\(line.planned)</td><td class=\"num\">\(line.done)</td>" : HTML.none)
                """
        }
        let head: [String] =
            [call.say("乡镇", "Township")] + (hasCounts ? [call.say("冻结时", "When frozen")] : []) + [
                call.say("还剩", "Left")
            ]
            + (hasCases ? [call.say("事项在办", "Cases open"), call.say("已办结", "closed")] : [])
            + (hasMeasures ? [call.say("措施待落实", "Measures planned"), call.say("行动以来落实", "done since")] : [])
        // Who has most left stands first.
        let sorted = lines.sorted { (order.left($1), $0.path) < (order.left($0), $1.path) }
        return Page(
            title: call.say(order.title.phrase), current: "/campaign", isLive: true,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/campaign">\
                \(call.say("行动", "Campaign"))</a> › <span class="mute">\(call.say("作战令", "Orders"))</span>\
                </nav>\
                <div class="pagehead tight"><h1>\(call.say(order.title.phrase))</h1></div>\
                <p class="lead">\(call.say("到 \(call.day(order.by)) 剩 \(order.target) 以内；现在还有 ", "At most \(order.target) left by \(call.day(order.by)); now "))<b>\(order.left(total))</b>\(call.say("。", "."))</p>\
                <p class="mute">\(call.say(order.basis.article.phrase))：\
                \(call.say(order.basis.says.phrase))</p>\
                <div class="scroll" tabindex="0" role="region" aria-label="\(call.say(order.title.phrase))"><table><thead><tr>\(head.enumerated().map { index, words -> HTML in index == 0 ? "<th scope=\"col\">\(words)</th>" : "<th scope=\"col\" class=\"num\">\(words)</th>" })</tr></thead><tbody>\
                \(sorted.html { line in "<tr><th scope=\"row\">\(names.place(at: line.path)?.shortName ?? line.path)</th>\(cells(line, "td", territory: names.place(at: line.path)?.id ?? ""))</tr>" })\
                <tr><th scope="row">\(call.say("合计", "All"))</th>\(cells(total, "td", territory: ""))</tr>\
                </tbody></table></div>\
                <p class="mute">\(call.say("每个数都从登记、事项和措施里数出来，没有人填。", "Every number is counted from the register, the cases and the measures; nobody types it in."))</p>
                """
        ).response(call)
    }

    /// The order that the path names, with its lines.
    static func read(_ call: Call) async throws -> (Campaign, Scheme.Order, [OrderBoard.Line]) {
        let name = call.part("name")
        return try await call.read { books in
            guard let campaign = try Campaigns.current(for: call.actor, on: call.today, in: books),
                let order = campaign.scheme.orders.first(where: { $0.name == name })
            else { throw Refusal.notFound }
            return (
                campaign, order,
                try OrderBoard.lines(order, of: campaign, for: call.actor, on: call.today, in: books)
            )
        }
    }
}

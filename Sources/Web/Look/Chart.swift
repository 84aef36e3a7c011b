import Governance
import Rules

/// Charts drawn by the server: a sentence, a drawing, and the table behind it.
enum Chart {
    /// Reported and closed over the last eight weeks.
    static func weeks(_ weeks: [Overview.Week], _ call: Call) -> HTML {
        let most = max(1, weeks.map { max($0.reported, $0.closed) }.max() ?? 1)
        func points(_ value: (Overview.Week) -> Int) -> String {
            weeks.enumerated().map { "\(40 + $0 * 62),\(170 - value($1) * 140 / most)" }.joined(
                separator: " ")
        }
        let title = call.say("近八周受理与办结", "Reported and closed, eight weeks")
        let sentence =
            weeks.last.map {
                call.say(
                    "本周到现在受理 \($0.reported) 件，办结 \($0.closed) 件。",
                    "This week so far: \($0.reported) reported, \($0.closed) closed.")
            } ?? ""
        return """
            <section class="sec"><header><h2>\(title)</h2></header><p class="sm mute">\(sentence)</p>\
            <svg class="chart" viewBox="0 0 620 200" role="img" aria-label="\(title)">\
            <path class="gl" d="M40 30H490M40 100H490M40 170H490"/><text x="4" y="35">\(most)</text>\
            <text x="4" y="175">0</text>\
            <polyline class="l2" points="\(points(\.closed))"/>\
            <polyline class="l1" points="\(points(\.reported))"/>\
            \(weeks.enumerated().html { index, week in "<text class=\"\(index % 2 == 0 ? "" : "odd")\" x=\"\(40 + index * 62)\" y=\"194\" text-anchor=\"middle\">\(week.monday.parts.month)/\(week.monday.parts.day)</text>" })\
            \(labels(weeks, most, call))</svg>\
            <details><summary>\(call.say("看数", "The numbers"))</summary><table><thead><tr><th scope="col">\
            \(call.say("周一", "Monday"))</th><th scope="col" class="num">\(call.say("受理", "Reported"))</th>\
            <th scope="col" class="num">\(call.say("办结", "Closed"))</th></tr></thead><tbody>\
            \(weeks.html { week in
                """
                    <tr><th scope="row">\
                    <a href="/cases?reported_from=\(week.monday.description)&amp;reported_to=\
                    \((week.monday + 6).description)">\(call.day(week.monday))</a></th><td class="num">\
                    \(week.reported)</td><td class="num">\(week.closed)</td></tr>
                    """
            })</tbody></table></details></section>
            """
    }

    /// The ends of both lines carry their names; if they lie close they are moved apart.
    private static func labels(_ weeks: [Overview.Week], _ most: Int, _ call: Call) -> HTML {
        guard let last = weeks.last else { return .none }
        let (a, b) = (170 - last.reported * 140 / most, 170 - last.closed * 140 / most)
        let isClose = abs(a - b) < 18
        let (reportedAt, closedAt) = isClose ? (min(a, b) - 6, min(a, b) + 14) : (a, b)
        return """
            <text class="b" x="482" y="\(reportedAt + 5)">\
            \(call.say("受理", "Reported")) \(last.reported)</text><text x="482" y="\(closedAt + 5)">\
            \(call.say("办结", "Closed")) \(last.closed)</text>
            """
    }

    /// What people report most, as bars.
    static func most(
        _ rows: [(category: String, count: Int)], _ names: Directory, _ from: Day, _ to: Day, _ call: Call
    ) -> HTML {
        let most = max(1, rows.first?.count ?? 1)
        return """
            <section class="sec"><header><h2>\(call.say("群众反映最多的事", "Reported most"))</h2></header>\
            <ul class="bars">\(rows.html { row in
                let name = names.categories.first { $0.code == row.category }.map { call.say($0.minor) } ?? row.category
                let link = "/cases?" + FormText.query([("category", row.category), ("reported_from", from.description), ("reported_to", to.description)])
                return """
                    <li><a href="\(link)">\(name)</a><svg viewBox="0 0 100 14" preserveAspectRatio="none" \
                    aria-hidden="true"><rect width="\(row.count * 100 / most)" height="14"/></svg>\
                    <span class="num">\(call.say("\(row.count) 件", "\(row.count)"))</span></li>
                    """
            })</ul>\("""
                <p class="mute">\(call.say("这段时间没有。", "None in this time."))</p>
                """, if: rows.isEmpty)</section>
            """
    }
}

/// The grids as tiles under their communities: the map where there is no map.
enum TileMap {
    static func html(_ tiles: [Overview.Tile], _ names: Directory, _ call: Call) -> HTML {
        var communities: [(id: String, tiles: [Overview.Tile])] = []
        for tile in tiles {
            let id =
                [.grid, .town].contains(tile.territory.level)
                ? tile.territory.parent ?? tile.territory.id : tile.territory.id
            if let index = communities.firstIndex(where: { $0.id == id }) {
                communities[index].tiles.append(tile)
            } else {
                communities.append((id, [tile]))
            }
        }
        return """
            <div class="map">\(communities.html { community in
                let open = community.tiles.reduce(0) { $0 + $1.open }
                return """
                    <section><h3><span>\(names.place(community.id)?.shortName ?? "")</span>\
                    <span class="mute sm">\(call.say("在办 \(open) 件", "\(open) open"))</span></h3>\
                    <div class="tiles">\(community.tiles.html { tile($0, names, call) })</div></section>
                    """
            })</div><p class="key"><span class="lamp late">\(call.say("超期", "overdue"))</span><span class="lamp soon">\(call.say("今天到期", "due today"))</span><span class="lamp ok">\(call.say("在办，未到期", "open, in time"))</span><span class="nolamp">\(call.say("右上数字为在办件数", "number: open cases"))</span></p>
            """
    }

    private static func tile(_ tile: Overview.Tile, _ names: Directory, _ call: Call) -> HTML {
        let tone = tile.overdue > 0 ? "late" : tile.today > 0 ? "soon" : tile.open > 0 ? "ok" : "zero"
        let words: HTML =
            switch tone {
            case "late":
                """
                <span class="lamp late">\
                \(call.say("超期 \(tile.overdue)", "\(tile.overdue) overdue"))</span>
                """
            case "soon":
                "<span class=\"lamp soon\">\(call.say("今天 \(tile.today)", "\(tile.today) today"))</span>"
            case "ok": "<span class=\"lamp ok\">\(call.say("未到期", "in time"))</span>"
            default: "<span class=\"nolamp\">\(call.say("无在办", "none open"))</span>"
            }
        let name =
            switch tile.territory.level {
            case .grid where tile.territory.shortName.hasSuffix("网格"):
                String(tile.territory.shortName.dropLast(2))
            case .grid, .town: tile.territory.shortName
            default: call.say("社区本级", "community")
            }
        return """
            <a class="tile \(tone)" href="/cases?territory=\(tile.territory.id)"><b><span>\(name)</span>\("<span>\(tile.open)<span class=\"vh\">\(call.say("件在办", "open"))</span></span>", if: tile.open > 0)</b>\(words)</a>
            """
    }
}

/// Grids in comparison: units only, ties share a place, too few cases are not ranked, the bottom is "needs a
/// hand".
enum Standings {
    static func html(_ standings: [Overview.Standing], _ from: Day, _ to: Day, _ call: Call) -> HTML {
        let ranked = standings.filter { $0.place != nil }
        let best = ranked.filter { $0.place == 1 }
        let behind = ranked.filter { $0.place != 1 }.suffix(5)
        func row(_ one: Overview.Standing, cause: HTML = .none) -> HTML {
            let tenths = (one.onTime * 2000 + one.due) / (one.due * 2)
            return """
                <tr><td>\(one.place ?? 0)</td><th scope="row"><a href="/cases?\(FormText.query([("territory", one.territory.id), ("reported_from", from.description), ("reported_to", to.description)]))">\(one.territory.shortName)</a>\(cause)</th><td class="num">\(tenths / 10).\(tenths % 10)%<span class="den">\(one.onTime)/\(one.due)</span></td><td class="num">\(one.overdue == 0 ? "—" : "\(one.overdue)")</td></tr>
                """
        }
        return """
            <section class="sec standings"><header><h2>\(call.say("网格位次", "Grids in comparison"))</h2>\
            <span class="mute sm">\(call.say("只排单位，不排个人", "units only, never persons"))</span></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("网格位次表", "Grids in comparison"))"><table><caption>\(call.say("按期结案率 =（按期结案）÷（已结案 + 在办超期）。件数不够的网格不排位：\(standings.count - ranked.count) 个。", "On-time closing rate = closed in time ÷ (closed + open overdue). Grids with too few cases are not ranked: \(standings.count - ranked.count)."))</caption>\
            <thead><tr><th scope="col">\(call.say("位次", "Place"))</th><th scope="col">\
            \(call.say("网格", "Grid"))</th><th scope="col" class="num">\(call.say("按期结案率", "On time"))</th>\
            <th scope="col" class="num">\(call.say("超期", "Overdue"))</th></tr></thead><tbody>\
            <tr class="grp"><td colspan="4">\(call.say("并列第 1 的 \(best.count) 个网格，件数多的在前：", best.count == 1 ? "First place:" : "\(best.count) grids share the first place, most cases first:"))</td></tr>\(best.prefix(3).html { row($0) })\
            <tr class="grp"><td colspan="4">\(call.say("需要帮一把的，附原因：", "Need a hand, with the cause:"))</td>\
            </tr>\(behind.html { one in
                let late = one.due - one.onTime - one.overdue
                return row(one, cause: "<span class=\"den\">\(call.say("\(one.overdue) 件还没办完已超期，\(late) 件办晚了", "\(one.overdue) still open and late, \(late) finished late"))</span>")
            })</tbody></table></div></section>
            """
    }
}

import Governance
import Hummingbird
import Rules

/// The entry of administration, and the frame that all its pages stand in.
enum AdminPages {
    /// Every part of administration with its path.
    private static let parts: [(path: String, words: Phrase)] = [
        ("/admin", Phrase(zh: "概况", en: "Start")),
        ("/admin/territories", Phrase(zh: "区划", en: "Territories")),
        ("/admin/units", Phrase(zh: "单位", en: "Units")), ("/admin/posts", Phrase(zh: "岗位", en: "Posts")),
        ("/admin/people", Phrase(zh: "人员账号", en: "People and accounts")),
        ("/admin/categories", Phrase(zh: "类别", en: "Categories")),
        ("/admin/points", Phrase(zh: "点位", en: "Points")),
        ("/admin/campaigns", Phrase(zh: "行动方案", en: "Campaigns")),
        ("/admin/evaluations", Phrase(zh: "评价方案", en: "Evaluations")),
        ("/admin/settings", Phrase(zh: "参数日历", en: "Settings")),
        ("/admin/import", Phrase(zh: "导入", en: "Import")),
    ]

    /// A page of administration: its own navigation, the way back, the title with its buttons, and what
    /// follows.
    static func frame(
        _ call: Call, _ path: String, title: String, lead: String = "", crumb: HTML? = nil,
        buttons: HTML? = nil, body: HTML
    ) -> Page {
        let head: HTML? = buttons.map { "<div class=\"btns\">\($0)</div>" }
        return Page(
            title: title, current: "/admin",
            body: """
                <nav class="nav" aria-label="\(call.say("管理", "Administration"))"><ul>\(parts.html { part in
                    """
                        <li><a href="\(part.path)"\(" aria-current=\"page\"", if: part.path == path)>\
                        \(call.say(part.words))</a></li>
                        """
                })</ul></nav>\(crumb)<div class="pagehead"><h1>\(title)</h1>\(head)</div>\("<p class=\"mute\">\(lead)</p>", if: !lead.isEmpty)\(body)
                """)
    }

    /// One step back, above the title.
    static func back(to path: String, _ words: String) -> HTML {
        "<p class=\"crumb\"><a href=\"\(path)\">\(words)</a></p>"
    }

    /// A part of a page under its own heading.
    static func section(_ title: String, _ body: HTML, more: HTML? = nil) -> HTML {
        "<section class=\"sec\"><header><h2>\(title)</h2>\(more)</header>\(body)</section>"
    }

    /// A list over the whole width, with how many there are.
    static func list(_ title: String, count: String, _ body: HTML) -> HTML {
        "<section class=\"grp\"><h2>\(title) <span>\(count)</span></h2>\(body)</section>"
    }

    /// A table that scrolls by itself where the screen is narrow.
    static func table(_ label: String, _ head: [String], _ rows: [HTML]) -> HTML {
        """
        <div class="scroll" tabindex="0" role="region" aria-label="\(label)"><table><thead><tr>\
        \(head.html { "<th scope=\"col\" class=\"nw\">\($0)</th>" })</tr></thead>\
        <tbody>\(rows)</tbody></table></div>
        """
    }

    /// Links of which one is current: filters live in the address.
    static func choice(_ label: String, _ links: [(path: String, words: String)], current: String) -> HTML {
        """
        <nav class="seg\(" wrapping", if: links.count > 6)" aria-label="\(label)">\(links.html { link in
            "<a href=\"\(link.path)\"\(" aria-current=\"true\"", if: link.path == current)>\(link.words)</a>"
        })</nav>
        """
    }

    /// Fields that travel with a form unseen.
    static func hidden(_ pairs: (name: String, value: String)...) -> [Field] {
        pairs.map { Field(name: $0.name, label: "", kind: .hidden, value: $0.value) }
    }

    /// The entry page.
    static func home(_ call: Call) async throws -> Response {
        let names = try call.names()
        let (actor, today) = (call.actor, call.today)
        let state = try await call.read { books in
            Readiness(
                today: today, units: try Units.all(for: actor, on: today, in: books),
                posts: try Posts.all(for: actor, on: today, in: books),
                tenures: try Tenures.all(for: actor, on: today, in: books).filter { $0.since <= today },
                accounts: try Accounts.all(for: actor, in: books).filter { !$0.isClosed },
                years: try Calendars.years(for: actor, in: books),
                territories: names.territories)
        }
        let body: HTML =
            """
            <div class="cols">\(missing(state.gaps, call))\
            \(section(call.say("管理什么", "What to manage"), contents(state, names, call)))</div>
            """
        return frame(
            call, "/admin", title: call.say("管理", "Administration"),
            lead: call.say(
                "谁负责哪里、什么事归谁、多久办完，都在这里定；每次改动都记入日志。",
                """
                Who answers for what, where, and within which time is set here; every change is in the \
                log.
                """),
            body: body
        ).response(call)
    }

    /// What is still missing, each with the way to it.
    private static func missing(_ gaps: [Readiness.Gap], _ call: Call) -> HTML {
        let title = call.say("还缺什么", "Still missing")
        guard !gaps.isEmpty else {
            return section(
                title,
                "<p>\(call.say("都齐了：有人负责，有人调度，日历也装好了。", "Nothing: somebody answers, somebody dispatches, and the calendar is loaded."))</p>"
            )
        }
        return section(
            title,
            """
            <ul class="dec">\(gaps.html { gap in
                """
                <li><span class="mute">\(call.say(area(of: gap)))</span><div><p class="t">\
                \(call.say(gap.words))</p><p class="mute sm">\(call.say(gap.why))</p></div>\
                <a class="btn" href="\(gap.path)">\(call.say("去办", "Do it"))</a></li>
                """
            })</ul>
            """)
    }

    /// The part of administration that a gap belongs to.
    private static func area(of gap: Readiness.Gap) -> Phrase {
        parts.dropFirst().first { gap.path.hasPrefix($0.path) }?.words ?? parts[0].words
    }

    private static func contents(_ state: Readiness, _ names: Directory, _ call: Call) -> HTML {
        let grids = state.territories.count { $0.level == .grid }
        let figures: [String: String] = [
            "/admin/territories": call.say(
                "\(state.territories.count) 个，其中网格 \(grids) 个",
                "\(state.territories.count), of which \(grids) grids"),
            "/admin/units": call.say("\(state.units.count) 个", "\(state.units.count)"),
            "/admin/posts": call.say(
                "\(state.posts.count) 个，空缺 \(state.vacant.count) 个",
                "\(state.posts.count), of which \(state.vacant.count) vacant"),
            "/admin/people": call.say(
                "\(names.people.count) 人，可用账号 \(state.accounts.count) 个",
                "\(names.people.count) people, \(state.accounts.count) open accounts"),
            "/admin/categories": call.say(
                "在用 \(names.categories.count) 类", "\(names.categories.count) in use"),
            "/admin/points": call.say("巡查要走到的地方", "Places that rounds walk to"),
            "/admin/evaluations": call.say("谁评谁，怎么排，怎么奖惩", "Who judges whom, and what follows"),
            "/admin/campaigns": call.say("发布方案，冻结分母", "Publish a scheme, freeze its denominators"),
            "/admin/settings": call.say("参数、工作时间、节假日", "Parameters, working hours, holidays"),
            "/admin/import": call.say(
                "从 XLSX 或 CSV 文件一次装入，先试后写", "From an XLSX or CSV file at once, tried before written"),
        ]
        return """
            <ul class="dec dec2">\(parts.dropFirst().html { part in
                """
                    <li><a class="b" href="\(part.path)">\(call.say(part.words))</a><span>\
                    \(figures[part.path] ?? "")</span></li>
                    """
            })</ul>
            """
    }
}

/// What an office has set up, and what it lacks before the first case can be carried through.
private struct Readiness {
    /// Something that is missing: what, why it matters, and where it is done.
    struct Gap { var words: Phrase, why: Phrase, path: String }

    let today: Day, units: [Unit], posts: [Post], tenures: [Tenure], accounts: [Account], years: [Int],
        territories: [Territory]

    var vacant: [Post] {
        let held = Set(tenures.map(\.post))
        return posts.filter { !held.contains($0.id) }
    }
    /// Where a post that nobody holds is filled, or made if there is none; nil if somebody holds one.
    private func opening(_ kind: PostKind) -> String? {
        let (held, of) = (Set(tenures.map(\.post)), posts.filter { $0.kind == kind })
        guard !of.contains(where: { held.contains($0.id) }) else { return nil }
        return of.first.map { "\(PostPages.path)/\($0.id)" } ?? "\(PostPages.path)?do=add"
    }
    private var loose: Int {
        let ids = Set(posts.map(\.id))
        return posts.count { PostPages.isLoose($0, among: ids) }
    }

    var gaps: [Gap] { groundwork + people + calendar }

    private var groundwork: [Gap] {
        var gaps: [Gap] = []
        if !territories.contains(where: { $0.level == .grid }) {
            gaps.append(
                .init(
                    words: Phrase(zh: "还没有网格", en: "No grid yet"),
                    why: Phrase(
                        zh: "网格是有人负责的最小一块地方。", en: "A grid is the smallest place that somebody answers for."),
                    path: "/admin/territories"))
        }
        if units.allSatisfy({ $0.kind == .streetOffice }) {
            gaps.append(
                .init(
                    words: Phrase(zh: "还没有承办单位", en: "No unit to hand cases to"),
                    why: Phrase(
                        zh: "事项要派给部门、社区或物业公司。",
                        en: "Cases go to departments, communities or property companies."),
                    path: "/admin/units?do=add"))
        }
        return gaps
    }

    private var people: [Gap] {
        var gaps: [Gap] = []
        if let path = opening(.leader) {
            gaps.append(
                .init(
                    words: Phrase(zh: "一把手岗位没有人", en: "Nobody is first-in-command"),
                    why: Phrase(zh: "办不动的事要有人拍板。", en: "What is stuck waits for a decision."),
                    path: path))
        }
        if let path = opening(.dispatcher) {
            gaps.append(
                .init(
                    words: Phrase(zh: "调度员岗位没有人", en: "There is no dispatcher"),
                    why: Phrase(
                        zh: "上报的问题要有人核实、派出去。", en: "Somebody has to verify reports and hand them on."),
                    path: path))
        }
        if !vacant.isEmpty {
            gaps.append(
                .init(
                    words: Phrase(zh: "\(vacant.count) 个岗位空着", en: "\(vacant.count) posts are vacant"),
                    why: Phrase(zh: "空岗位上的事没有人接。", en: "Work that falls to a vacant post reaches nobody."),
                    path: "/admin/posts?show=vacant"))
        }
        if loose > 0 {
            gaps.append(
                .init(
                    words: Phrase(zh: "\(loose) 个岗位没有上级", en: "\(loose) posts have no superior"),
                    why: Phrase(
                        zh: "超期后逐级上报，要有上级岗位。", en: "What is overdue climbs the chain of responsibility."),
                    path: "/admin/posts?show=loose"))
        }
        let silent = accounts.count { $0.password == .none }
        if silent > 0 {
            gaps.append(
                .init(
                    words: Phrase(zh: "\(silent) 个账号没有密码", en: "\(silent) accounts have no password"),
                    why: Phrase(zh: "设了密码才能登录。", en: "Nobody can sign in without one."),
                    path: "/admin/people?show=silent"))
        }
        return gaps
    }

    /// Holidays of the next year are announced in November; without them its deadlines are provisional.
    private var calendar: [Gap] {
        let (year, month, _) = today.parts
        return (month >= 11 ? [year, year + 1] : [year]).filter { !years.contains($0) }.map { year in
            Gap(
                words: Phrase(zh: "没有 \(year) 年的节假日日历", en: "The calendar of \(year) is not loaded"),
                why: Phrase(zh: "没有日历，时限只能暂定。", en: "Deadlines stay provisional until it is."),
                path: "/admin/import?kind=calendar")
        }
    }
}

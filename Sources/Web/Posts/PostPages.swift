import Governance
import Hummingbird
import Rules

/// The posts: who answers for what, and who stands above whom.
enum PostPages {
    static let path = "/admin/posts"

    /// Every post by territory; `show` and `unit` narrow the list, `do=add` is an empty form.
    static func list(_ call: Call) async throws -> Response {
        try await listPage(call, Attempt()).response(call)
    }

    /// One post: what it is, who is above it, and who held it when.
    static func show(_ call: Call) async throws -> Response {
        try await PostSight.page(call, try call.id(), Attempt()).response(call)
    }

    /// Adds, changes or ends a post, and puts people into it and out of it.
    static func change(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let names = try call.names()
        let again: (Call, Attempt) async throws -> Page = { call, attempt in
            guard answers["verb"] != "add" else { return try await listPage(call, attempt) }
            return try await PostSight.page(call, try answers.id("id"), attempt)
        }
        return try await AdminPages.attempt(answers, call, again: again) {
            let id = try await call.write { books in
                if answers["verb"] == "add" {
                    return try Posts.add(
                        draft(answers, names, in: books), since: try answers.day("since"), by: call.actor,
                        at: call.now, in: books)
                }
                let id: ID<Post> = try answers.id("id")
                try perform(answers, on: id, names, call, in: books)
                return id
            }
            return "\(path)/\(id)"
        }
    }

    private static func perform(
        _ answers: FormInput, on id: ID<Post>, _ names: Directory, _ call: Call, in books: Books
    ) throws {
        switch answers["verb"] {
        case "change":
            try Posts.change(
                id, to: draft(answers, names, in: books), by: call.actor, at: call.now, in: books)
        case "end": try Posts.end(id, on: try answers.day("ends_on"), by: call.actor, at: call.now, in: books)
        case "begin":
            _ = try Tenures.begin(
                try answers.id("person"), in: id, isStandIn: try answers.flag("stand_in"),
                from: try answers.day("from"),
                until: answers["until"].isEmpty ? .never : try answers.day("until"), by: call.actor,
                at: call.now, in: books)
        case "leave":
            try Tenures.end(
                try answers.id("tenure"), on: try answers.day("left_on"), by: call.actor, at: call.now,
                in: books)
        default: throw Refusal.notFound
        }
    }

    private static func draft(_ answers: FormInput, _ names: Directory, in books: Books) throws -> Posts.Draft
    {
        let kind = try answers.choice(
            "kind", of: PostKind.self, otherwise: Phrase(zh: "请选择岗位类别。", en: "Please choose a kind of post."))
        return .init(
            code: answers["code"], titleZh: answers["title_zh"], titleEn: answers["title_en"], kind: kind,
            unit: try answers.id("unit"),
            territory: try TerritoryPages.chosen(answers, names, in: books),
            reportsTo: try answers.optionalID("reports_to"))
    }

    /// Whether a post of the chain of responsibility leads nowhere: no superior, or one that no longer
    /// exists.
    static func isLoose(_ post: Post, among posts: [Post]) -> Bool {
        guard ![.leader, .auditor, .administrator].contains(post.kind) else { return false }
        return !posts.contains { $0.id == post.reportsTo }
    }

    private static func listPage(_ call: Call, _ attempt: Attempt) async throws -> Page {
        let names = try call.names()
        let (county, today) = (call.actor.county, call.today)
        let (posts, tenures) = try await call.read { books in
            (
                try Posts.all(of: county, on: today, in: books),
                try Tenures.all(of: county, on: today, in: books).filter { $0.since <= today }
            )
        }
        if call.query["do"] == "add" { return adding(posts, names, call, attempt) }
        let holders = Dictionary(grouping: tenures, by: \.post)
        let unit = try call.query.optionalID("unit", of: Unit.self)
        let shown = posts.filter { post in
            guard unit == nil || post.unit == unit else { return false }
            return switch call.query["show"] {
            case "vacant": holders[post.id] == nil
            case "loose": isLoose(post, among: posts)
            default: true
            }
        }
        let title = unit.map { call.say(names.name(of: $0)) } ?? call.say("岗位", "Posts")
        return AdminPages.frame(
            call, path, title: title,
            lead: call.say(
                "责任跟着岗位走，人换了事不断。", "Duties belong to posts, so that they survive when people change."),
            crumb: unit.map { _ in AdminPages.back(to: path, call.say("全部岗位", "All posts")) },
            buttons: "<a class=\"btn pri\" href=\"\(path)?do=add\">\(call.say("新增岗位", "Add a post"))</a>",
            body:
                "\(filter(unit, call))\(AdminPages.list(call.say("岗位", "Posts"), count: call.say("\(shown.count) 个", "\(shown.count)"), table(shown, posts, holders, names, call)))"
        )
    }

    private static func filter(_ unit: ID<Unit>?, _ call: Call) -> HTML {
        func address(_ show: String) -> String {
            let query = FormText.query([("unit", unit?.text ?? ""), ("show", show)])
            return query.isEmpty ? path : path + "?" + query
        }
        let links = [
            ("", call.say("全部", "All")), ("vacant", call.say("空缺", "Vacant")),
            ("loose", call.say("没有上级", "Without superior")),
        ]
        return
            "<div class=\"filters\">\(AdminPages.choice(call.say("只看", "Show"), links.map { (address($0.0), $0.1) }, current: address(call.query["show"])))</div>"
    }

    private static func table(
        _ shown: [Post], _ all: [Post], _ holders: [ID<Post>: [Tenure]], _ names: Directory, _ call: Call
    ) -> HTML {
        guard !shown.isEmpty else {
            return "<p class=\"mute\">\(call.say("没有这样的岗位。", "There is no such post."))</p>"
        }
        let titles = Dictionary(all.map { ($0.id, $0.title) }) { first, _ in first }
        let head = [
            call.say("岗位", "Post"), call.say("在岗", "Held by"), call.say("代班", "Stand-in"),
            call.say("上级", "Superior"), call.say("单位", "Unit"),
            call.say("类别", "Kind"),
        ]
        var rows: [HTML] = []
        var place = ""
        for post in shown {
            if post.territory != place {
                place = post.territory
                rows.append("<tr class=\"grp\"><td colspan=\"6\">\(names.placeName(place))</td></tr>")
            }
            let held = holders[post.id] ?? []
            rows.append(
                """
                <tr><th scope="row" class="nw"><a href="\(path)/\(post.id)">\(call.say(post.title))</a></th>\
                <td class="nw">\(people(held.filter { !$0.isStandIn }, call, vacant: held.isEmpty))</td>\
                <td class="nw">\(people(held.filter(\.isStandIn), call))</td><td class="nw">\
                \(post.reportsTo.flatMap { titles[$0] }.map(call.say) ?? "—")</td>\
                <td class="nw">\(call.say(names.name(of: post.unit)))</td><td class="nw">\
                \(call.say(post.kind.words))</td></tr>
                """)
        }
        return AdminPages.table(call.say("岗位", "Posts"), head, rows)
    }

    /// The names of those who hold a post.
    static func people(_ tenures: [Tenure], _ call: Call, vacant: Bool = false) -> HTML {
        if vacant { return "<span class=\"tag\">\(call.say("空缺", "vacant"))</span>" }
        return tenures.isEmpty ? "—" : "\(tenures.map(\.personName).joined(separator: call.say("、", ", ")))"
    }

    private static func adding(_ posts: [Post], _ names: Directory, _ call: Call, _ attempt: Attempt) -> Page
    {
        let code = Field(
            name: "code", label: call.say("代码", "Code"), kind: .line, value: attempt.value("code", "add"),
            hint: call.say(
                "字母、数字、点、横线；人员导入时就是登录名。定了就不改。",
                "Letters, digits, dots, dashes; imports of people use the login. It stays."), isRequired: true
        )
        let since = Field(
            name: "since", label: call.say("从哪天设立", "From which day"), kind: .day,
            value: attempt.value("since", "add", usual: call.today.description),
            isRequired: true)
        let form = Form(
            action: path + "?do=add",
            fields: AdminPages.hidden(("verb", "add")) + [code]
                + fields(nil, "add", posts, names, call, attempt) + [since],
            submit: call.say("新增岗位", "Add the post"), faults: attempt.faults("add"))
        return AdminPages.frame(
            call, path, title: call.say("新增岗位", "Add a post"),
            lead: call.say("下一步就可以安排人到岗。", "Somebody can be put into it right afterwards."),
            crumb: AdminPages.back(to: path, call.say("岗位", "Posts")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>")
    }

    /// The fields that adding and changing a post share.
    static func fields(
        _ post: Post?, _ verb: String, _ posts: [Post], _ names: Directory, _ call: Call, _ attempt: Attempt
    ) -> [Field] {
        let kinds = PostKind.allCases.map { Field.Choice(value: $0.rawValue, words: call.say($0.words)) }
        let units = names.units.values.filter { $0.until > call.today || $0.id == post?.unit }.sorted {
            $0.code < $1.code
        }
        .map { Field.Choice(value: $0.id.text, words: call.say($0.name)) }
        let superiors = posts.filter { $0.id != post?.id }.map {
            Field.Choice(value: $0.id.text, words: call.say($0.title), group: names.placeName($0.territory))
        }
        func value(_ name: String, _ usual: String?) -> String {
            attempt.value(name, verb, usual: usual ?? "")
        }
        let english = post.map { $0.title.en == $0.title.zh ? "" : $0.title.en }
        return [
            Field(
                name: "title_zh", label: call.say("岗位名称", "Title in Chinese"), kind: .line,
                value: value("title_zh", post?.title.zh), isRequired: true),
            Field(
                name: "title_en", label: call.say("英文名称", "Title in English"), kind: .line,
                value: value("title_en", english)),
            Field(
                name: "kind", label: call.say("类别", "Kind"), kind: .select(kinds),
                value: value("kind", post?.kind.rawValue),
                hint: call.say("能做什么由类别决定。", "What it may do follows from its kind."), isRequired: true),
            Field(
                name: "unit", label: call.say("单位", "Unit"), kind: .select(units),
                value: value("unit", post?.unit.text), isRequired: true),
            TerritoryPages.field(
                call.say("负责的区划", "FormInput for"), value: value("territory", post?.territory), call, names),
            Field(
                name: "reports_to", label: call.say("上级岗位", "Superior post"), kind: .select(superiors),
                value: value("reports_to", post?.reportsTo?.text),
                hint: call.say("超期后先报到这里。", "What is overdue goes there first.")),
        ]
    }
}

/// One post with its surroundings, as its page shows them.
private struct PostSight {
    let call: Call, names: Directory, attempt: Attempt
    let post: Post, chain: [Post], posts: [Post], tenures: [Tenure], waiting: [PowerRequest]

    static func page(_ call: Call, _ id: ID<Post>, _ attempt: Attempt) async throws -> Page {
        let (names, county, today) = (try call.names(), call.actor.county, call.today)
        let sight = try await call.read { books in
            PostSight(
                call: call, names: names, attempt: attempt, post: try Posts.find(id, of: county, in: books),
                chain: try Posts.chain(from: id, of: county, in: books),
                posts: try Posts.all(of: county, on: today, in: books),
                // From the beginning: the page shows who held the post before, too.
                tenures: try Tenures.all(of: county, on: Day(number: 0), in: books),
                waiting: try PowerRequests.open(of: county, in: books).filter { $0.subject == id.text })
        }
        return sight.page
    }

    private var today: Day { call.today }
    private var path: String { PostPages.path }
    private var own: [Tenure] {
        tenures.filter { $0.post == post.id }.sorted { ($0.since, $0.id.text) > ($1.since, $1.id.text) }
    }
    private func holding(_ id: ID<Post>) -> [Tenure] {
        tenures.filter { $0.post == id && $0.since <= today && $0.until > today }
    }

    private var page: Page {
        let ended: HTML? =
            post.until == .never
            ? nil
            : """
            <p class="note info">\
            \(call.say("\(call.day(post.until))起停用。", "Ends on \(call.day(post.until))."))</p>
            """
        let open: HTML? =
            post.until <= today
            ? nil
            : """
            \(AdminPages.section(call.say("安排到岗", "Put somebody into it"), begin.html(call)))\
            \(own.contains { $0.until > today } ? AdminPages.section(call.say("离岗", "Leave"), leave.html(call)) : HTML.none)
            """
        let change: HTML? =
            post.until <= today
            ? nil
            : """
            \(AdminPages.section(call.say("岗位信息（代码 \(post.code)）", "The post (code \(post.code))"), self.change.html(call)))\
            \(AdminPages.section(call.say("停用岗位", "End the post"), end.html(call)))
            """
        return AdminPages.frame(
            call, path, title: call.say(post.title),
            lead: "\(call.say(names.name(of: post.unit))) \(names.placeName(post.territory))",
            crumb: AdminPages.back(to: path, call.say("岗位", "Posts")),
            body: """
                \(ended)\(waits)<div class="cols"><div class="stack">\
                \(AdminPages.section(call.say("谁在岗", "Who holds it"), history))\(change)</div>\
                <div class="stack">\(AdminPages.section(call.say("责任链", "Chain of responsibility"), ladder))\
                \(open)</div></div>
                """)
    }

    /// What was asked for and does not hold yet.
    private var waits: HTML? {
        guard !waiting.isEmpty else { return nil }
        return """
            <div class="note info"><p>\
            \(call.say("等另一人核准，核准前不生效：", "Waits for somebody else; until then it does not hold:"))</p>\
            <ul>\(waiting.html { "<li>\(ConfirmationPages.words($0, names, call))</li>" })</ul><p>\
            <a href="/confirmations">\(call.say("去看授权核准", "Confirmations"))</a></p></div>
            """
    }

    /// From this post upwards: the way that an overdue case takes.
    private var ladder: HTML {
        let steps = chain.html { step in
            let name: HTML =
                step.id == post.id
                ? "<b>\(call.say(step.title))</b>"
                : "<a href=\"\(path)/\(step.id)\">\(call.say(step.title))</a>"
            let held = holding(step.id)
            return """
                <li><p class="h">\(name)<span class="mute">\
                \(PostPages.people(held, call, vacant: held.isEmpty))</span>\
                \("<span class=\"tag\">\(call.say("已停用", "ended"))</span>", if: step.until <= today)</p></li>
                """
        }
        return "<ol class=\"tl\">\(steps)</ol>"
    }

    private var history: HTML {
        guard !own.isEmpty else {
            return "<p class=\"mute\">\(call.say("还没有人担任过。", "Nobody has held it yet."))</p>"
        }
        let head = [
            call.say("姓名", "Name"), call.say("方式", "As"), call.say("从", "From"), call.say("到", "Until"),
            call.say("现在", "Now"),
        ]
        return AdminPages.table(
            call.say("谁在岗", "Who holds it"), head,
            own.html { tenure in
                """
                <tr><th scope="row" class="nw"><a href="/admin/people?edit=\(tenure.person)">\
                \(tenure.personName)</a></th><td class="nw">\
                \(tenure.isStandIn ? call.say("代班", "stand-in") : call.say("在岗", "holder"))</td>\
                <td class="nw">\(call.day(tenure.since))</td><td class="nw">\
                \(tenure.until == .never ? "—" : call.day(tenure.until))</td><td class="nw">\
                \(state(of: tenure))</td></tr>
                """
            })
    }

    private func state(of tenure: Tenure) -> HTML {
        if tenure.until <= today { return "<span class=\"mute\">\(call.say("已离岗", "left"))</span>" }
        if tenure.since > today { return "<span class=\"tag\">\(call.say("还没到岗", "to come"))</span>" }
        return "<span class=\"tag pub\">\(call.say("在任", "in office"))</span>"
    }
}

// MARK: Forms

extension PostSight {
    private func form(_ verb: String, _ fields: [Field], _ submit: String, isPrimary: Bool = true) -> Form {
        Form(
            action: path,
            fields: AdminPages.hidden(("verb", verb), ("id", post.id.text), ("code", post.code)) + fields,
            submit: submit,
            faults: attempt.faults(verb), isPrimary: isPrimary)
    }
    private func day(
        _ name: String, _ verb: String, _ label: String, hint: String = "", usual: String? = nil,
        isRequired: Bool = true
    ) -> Field {
        Field(
            name: name, label: label, kind: .day,
            value: attempt.value(name, verb, usual: usual ?? today.description), hint: hint,
            isRequired: isRequired)
    }

    private var change: Form {
        form("change", PostPages.fields(post, "change", posts, names, call, attempt), call.say("保存", "Save"))
    }

    private var begin: Form {
        let people = names.people.sorted { ($0.value, $0.key.text) < ($1.value, $1.key.text) }.map {
            Field.Choice(value: $0.key.text, words: $0.value)
        }
        return form(
            "begin",
            [
                Field(
                    name: "person", label: call.say("谁", "Who"), kind: .select(people),
                    value: attempt.value("person", "begin"), isRequired: true),
                Field(
                    name: "stand_in", label: call.say("代班（原来的人仍在岗）", "As a stand-in (the holder stays)"),
                    kind: .flag, value: attempt.value("stand_in", "begin")
                ),
                day("from", "begin", call.say("从哪天到岗", "From which day")),
                day(
                    "until", "begin", call.say("到哪天为止", "Until which day"),
                    hint: call.say(
                        "这一天起不再担任；不填就一直担任。", "From that day on no longer; empty means until further notice."),
                    usual: "", isRequired: false),
            ], call.say("安排到岗", "Put into the post"))
    }

    private var leave: Form {
        let current = own.filter { $0.until > today }.map {
            Field.Choice(
                value: $0.id.text,
                words: $0.personName + ($0.isStandIn ? call.say("（代班）", " (stand-in)") : ""))
        }
        return form(
            "leave",
            [
                Field(
                    name: "tenure", label: call.say("谁离岗", "Who leaves"), kind: .select(current),
                    value: attempt.value(
                        "tenure", "leave", usual: current.count == 1 ? current[0].value : ""),
                    isRequired: true),
                day("left_on", "leave", call.say("从哪天起不在岗", "From which day no longer")),
            ], call.say("离岗", "Leave"), isPrimary: false)
    }

    private var end: Form {
        form(
            "end",
            [
                day(
                    "ends_on", "end", call.say("从哪天停用", "From which day it no longer exists"),
                    hint: call.say(
                        "在岗的人同一天离岗；下级岗位要另定上级。",
                        "Its holders leave that day; the posts below need another superior."))
            ], call.say("停用岗位", "End the post"), isPrimary: false)
    }
}

import Governance
import Hummingbird
import Rules

/// The posts: who answers for what, and who stands above whom.
enum PostPages {
    static let path = "/admin/posts"

    /// Every post by territory; `show` and `unit` narrow the list, `do=add` is an empty form.
    static func list(_ call: Call) async throws -> Response { try await listPage(call).response(call) }

    /// One post: what it is, who is above it, and who held it when.
    static func show(_ call: Call) async throws -> Response {
        try await PostSight.page(call, try call.id()).response(call)
    }

    /// The page of a form that was refused.
    static func again(_ call: Call) async throws -> Response {
        let sent = call.submission.refused?.values ?? FormInput()
        return sent["verb"] == "add"
            ? try await list(call) : try await PostSight.page(call, try sent.id("id")).response(call)
    }

    /// Adds, changes or ends a post, and puts people into it and out of it.
    static func change(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let verb = sent["verb"]
        if verb == "add" {
            let values = try PostForm.add.read(sent)
            let id = try await call.write { try add(values, call, in: $0) }
            return call.done(
                "\(path)/\(id)", "已新增岗位“\(values["title_zh"])”，还空着。接着安排人到岗。",
                "The post “\(values["title_zh"])” is added and vacant. Put somebody into it next.")
        }
        guard let form = PostForm.changes[verb] else { throw Refusal.notFound }
        let (values, id): (FormValues, ID<Post>) = (try form.read(sent), try sent.id("id"))
        let waits = try await call.write { try perform(verb, values, on: id, call, in: $0) }
        return call.done("\(path)/\(id)", try outcome(verb, values, waits: waits, call))
    }

    /// A new post, for page and API.
    static func add(_ values: FormValues, _ call: Call, in books: Books) throws -> ID<Post> {
        let place = try TerritoryPages.chosen("territory", in: values, call, books)
        return try Posts.add(
            try Posts.Draft(values, territory: place.id), since: try values.day("since", else: call.today),
            by: call.actor, at: call.now, in: books)
    }

    /// A change of a post, for page and API; whether it waits for somebody else to confirm it.
    static func perform(
        _ verb: String, _ values: FormValues, on id: ID<Post>, _ call: Call, in books: Books
    ) throws -> Bool {
        let (actor, now) = (call.actor, call.now)
        switch verb {
        case "change":
            let old = try Posts.find(id, for: actor, in: books)
            let place =
                values["territory"].isEmpty
                ? old.territory : try TerritoryPages.chosen("territory", in: values, call, books).id
            let draft = try Posts.Draft(values, of: old, territory: place)
            return try Posts.change(id, to: draft, by: actor, at: now, in: books) != nil
        case "end":
            try Posts.end(
                id, on: try values.day("on", else: call.today), by: actor, at: now, in: books)
            return false
        case "begin":
            let appointment = try Tenures.begin(
                try values.id("person"), in: id, isStandIn: values.flag("stand_in"),
                from: try values.day("from", else: call.today), until: try values.day("until", else: .never),
                by: actor, at: now, in: books)
            if case .waits = appointment { return true }
            return false
        case "leave":
            let tenure: ID<Tenure> = try values.id("tenure")
            let held = try Tenures.all(for: actor, on: Day(number: 0), in: books)
            guard held.contains(where: { $0.id == tenure && $0.post == id }) else { throw Refusal.notFound }
            try Tenures.end(
                tenure, on: try values.day("on", else: call.today), by: actor, at: now, in: books)
            return false
        default: throw Refusal.notFound
        }
    }

    /// What a change came to.
    private static func outcome(_ verb: String, _ values: FormValues, waits: Bool, _ call: Call) throws
        -> Phrase
    {
        switch verb {
        case _ where waits:
            return Phrase(
                zh: "已报请核准。等另一位有权限的人核准后才生效。",
                en: "Asked for. It holds once somebody else who may has confirmed it.")
        case "begin":
            let day = call.day(try values.day("from"))
            return Phrase(
                zh: "已安排，\(day)起到岗，这个岗位的权限随之生效。",
                en: "Stored: from \(day) the post is held, with all that it may do.")
        case "leave":
            let day = call.day(try values.day("on"))
            return Phrase(
                zh: "已登记离岗，\(day)起不再有这个岗位的权限。",
                en: "Stored: from \(day) the post's powers are gone from who left.")
        case "end":
            let day = call.day(try values.day("on"))
            return Phrase(
                zh: "岗位\(day)起停用，在岗的人同一天离岗；下级岗位请另定上级。",
                en: "The post ends on \(day), and its holders leave. Give the posts below another superior.")
        default: return Phrase(zh: "已保存，马上生效。", en: "Stored; it holds at once.")
        }
    }

    /// Whether a post of the chain of responsibility leads nowhere: no superior, or one that no longer
    /// exists.
    static func isLoose(_ post: Post, among posts: Set<ID<Post>>) -> Bool {
        guard ![.leader, .auditor, .administrator].contains(post.kind) else { return false }
        return post.reportsTo.map { !posts.contains($0) } ?? true
    }

    private static func listPage(_ call: Call) async throws -> Page {
        let names = try call.names()
        let isNew = call.submission.refused != nil || call.query["do"] == "add"
        if isNew {
            let posts = try await call.read { try Posts.all(for: call.actor, on: call.today, in: $0) }
            return adding(posts, names, call)
        }
        return AdminPages.frame(
            call, path, title: call.say("岗位", "Posts"),
            lead: call.say(
                "责任跟着岗位走，人换了事不断。", "Duties belong to posts, so that they survive when people change."),
            buttons: "<a class=\"btn pri\" href=\"\(path)?do=add\">\(call.say("新增岗位", "Add a post"))</a>",
            body: try await listing.section(call))
    }

    /// The names of those who hold a post.
    static func people(_ tenures: [Tenure], _ call: Call, vacant: Bool = false) -> HTML {
        if vacant { return "<span class=\"tag\">\(call.say("空缺", "vacant"))</span>" }
        return tenures.isEmpty ? "—" : "\(tenures.map(\.personName).joined(separator: call.say("、", ", ")))"
    }

    private static func adding(_ posts: [Post], _ names: Directory, _ call: Call) -> Page {
        let form = Form(
            action: path + "?do=add",
            fields: AdminPages.hidden(("verb", "add")) + fields(PostForm.add, nil, posts, names, call),
            submit: call.say("新增岗位", "Add the post"))
        return AdminPages.frame(
            call, path, title: call.say("新增岗位", "Add a post"),
            lead: call.say("下一步就可以安排人到岗。", "Somebody can be put into it right afterwards."),
            crumb: AdminPages.back(to: path, call.say("岗位", "Posts")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>")
    }

    /// The fields that adding and changing a post share.
    static func fields(
        _ form: [FormField], _ post: Post?, _ posts: [Post], _ names: Directory, _ call: Call
    ) -> [Field] {
        let english = post.map { $0.title.en == $0.title.zh ? "" : $0.title.en }
        return form.map { field in
            switch field.name {
            case "title_zh": return field.field(call, value: post?.title.zh ?? "")
            case "title_en": return field.field(call, value: english ?? "")
            case "kind": return field.field(call, value: post?.kind.rawValue ?? "")
            case "unit":
                let units = names.units.values.filter { $0.until > call.today || $0.id == post?.unit }
                    .sorted { $0.code < $1.code }
                return field.field(
                    call, value: post?.unit.text ?? "",
                    choices: units.map { .init(value: $0.id.text, words: call.say($0.name)) })
            case "territory": return TerritoryPages.field(field, value: post?.territory ?? "", call, names)
            case "reports_to":
                let superiors = posts.filter { $0.id != post?.id }.map {
                    Field.Choice(
                        value: $0.id.text, words: call.say($0.title), group: names.placeName($0.territory))
                }
                return field.field(call, value: post?.reportsTo?.text ?? "", choices: superiors)
            case "since": return field.field(call, value: call.today.description)
            default: return field.field(call)
            }
        }
    }
}

/// One post with its surroundings, as its page shows them.
private struct PostSight {
    let call: Call, names: Directory
    let post: Post, chain: [Post], posts: [Post], tenures: [Tenure], waiting: [PowerRequest]

    static func page(_ call: Call, _ id: ID<Post>) async throws -> Page {
        let (names, actor, today) = (try call.names(), call.actor, call.today)
        let sight = try await call.read { books in
            PostSight(
                call: call, names: names, post: try Posts.find(id, for: actor, in: books),
                chain: try Posts.chain(from: id, for: actor, in: books),
                posts: try Posts.all(for: actor, on: today, in: books),
                // From the beginning: the page shows who held the post before, too.
                tenures: try Tenures.all(for: actor, on: Day(number: 0), in: books),
                waiting: try PowerRequests.open(for: actor, in: books).filter { $0.subject == id.text })
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
        if isEnding, post.until > today {
            let way = AdminPages.back(to: "\(path)/\(post.id)", call.say(post.title))
            return AdminPages.frame(
                call, path, title: call.say("停用岗位", "End the post"), crumb: way,
                body: "<div class=\"cols\"><div>\(end.html(call))</div></div>")
        }
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
            <p class="sm"><a href="\(path)/\(post.id)?do=end">\(call.say("停用岗位", "End the post"))</a></p>
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
    /// Whether the rare form is wanted; it has an address of its own, as its day is named like another's.
    private var isEnding: Bool {
        (call.submission.refused.map { $0.values["verb"] } ?? call.query["do"]) == "end"
    }

    private func form(_ verb: String, _ fields: [Field], _ submit: String, isPrimary: Bool = true) -> Form {
        Form(
            action: path, fields: AdminPages.hidden(("verb", verb), ("id", post.id.text)) + fields,
            submit: submit, isPrimary: isPrimary)
    }
    /// The fields of a form as they usually stand: days from today on, but for the one that may stay open.
    private func fields(_ form: [FormField], _ name: String, _ choices: [Field.Choice], usual: String = "")
        -> [Field]
    {
        form.map { field in
            if field.name == name { return field.field(call, value: usual, choices: choices) }
            guard case .day = field.kind, field.isRequired else { return field.field(call) }
            return field.field(call, value: today.description)
        }
    }

    private var change: Form {
        form(
            "change", PostPages.fields(PostForm.change, post, posts, names, call), call.say("保存", "Save"))
    }

    private var begin: Form {
        let people = names.people.sorted { ($0.value, $0.key.text) < ($1.value, $1.key.text) }.map {
            Field.Choice(value: $0.key.text, words: $0.value)
        }
        return form(
            "begin", fields(PostForm.begin, "person", people), call.say("安排到岗", "Put into the post"))
    }

    private var leave: Form {
        let current = own.filter { $0.until > today }.map {
            Field.Choice(
                value: $0.id.text,
                words: $0.personName + ($0.isStandIn ? call.say("（代班）", " (stand-in)") : ""))
        }
        return form(
            "leave",
            fields(
                PostForm.leave, "tenure", current, usual: current.count == 1 ? current[0].value : ""),
            call.say("离岗", "Leave"), isPrimary: false)
    }

    private var end: Form {
        form("end", fields(PostForm.end, "", []), call.say("停用岗位", "End the post"), isPrimary: false)
    }
}

import Governance
import Rules

/// A person with the accounts and the posts of today.
struct PersonLine: Sendable {
    let person: Person, accounts: [Account], seats: [(post: Post, isStandIn: Bool)]

    /// Everybody, or only whose telephone it is: it stands nowhere in full, so only a whole number is found.
    static func all(withPhone phone: String = "", for actor: Actor, on today: Day, in books: Books) throws
        -> [PersonLine]
    {
        let accounts = Dictionary(grouping: try Accounts.all(for: actor, in: books), by: \.person)
        let tenures = Dictionary(
            grouping: try Tenures.all(for: actor, on: today, in: books).filter { $0.since <= today },
            by: \.person)
        let posts = Dictionary(try Posts.all(for: actor, on: today, in: books).map { ($0.id, $0) }) {
            first, _ in first
        }
        return try Tenures.people(withPhone: phone, for: actor, in: books).map { person in
            PersonLine(
                person: person, accounts: accounts[person.id] ?? [],
                seats: (tenures[person.id] ?? []).compactMap { tenure in
                    posts[tenure.post].map { ($0, tenure.isStandIn) }
                })
        }
    }

    /// Whether nobody can sign in for the person.
    fileprivate var isSilent: Bool { !accounts.contains { !$0.isClosed && $0.password != .none } }
}

extension PeoplePages {
    private enum Shown: String, CaseIterable { case silent, idle }

    private static let show = FormField(
        "show", "只看", "Show",
        .choice([
            .init(Shown.silent.rawValue, Phrase(zh: "不能登录", en: "Cannot sign in")),
            .init(Shown.idle.rawValue, Phrase(zh: "没有岗位", en: "Without a post")),
        ]))

    /// Everybody who has or had something to do in the office.
    static let listing = Listing<PersonLine>(
        name: "people", path: path, title: Phrase(zh: "人员", en: "People"),
        filters: [show] + PersonForm.filter, tabs: .init(show),
        columns: [
            Column(
                "name", "姓名", "Name",
                html: { line, _ in "<a href=\"\(path)?edit=\(line.person.id)\">\(line.person.name)</a>" }
            ) { line, _ in .text(line.person.name) },
            Column("posts", "岗位", "Posts", html: seats) { line, call in
                .text(line.seats.map { seat($0, call) }.joined(separator: call.say("、", ", ")))
            },
            Column("login", "登录名", "Login") { line, _ in
                .text(line.accounts.map(\.login).joined(separator: " "))
            },
            Column("account", "账号", "Account", html: states) { line, call in
                let words = line.accounts.flatMap { state($0, call).map(\.words) }
                return .text(
                    words.isEmpty ? call.say("没有账号", "none") : words.joined(separator: call.say("、", ", ")))
            },
            Column("phone", "办公电话", "Office telephone") { line, _ in .text(line.person.maskedPhone) },
        ], empty: Phrase(zh: "没有这样的人。", en: "There is nobody like that."), id: \.person.id.text,
        source: .whole { call, values in
            let shown: Shown? = try values.optionalChoice("show")
            let all = try await call.read {
                try PersonLine.all(withPhone: values["phone"], for: call.actor, on: call.today, in: $0)
            }
            return all.filter { line in
                switch shown {
                case .silent: line.isSilent
                case .idle: line.seats.isEmpty
                case nil: true
                }
            }
        })

    private static func seat(_ seat: (post: Post, isStandIn: Bool), _ call: Call) -> String {
        call.say(seat.post.title) + (seat.isStandIn ? call.say("（代班）", " (stand-in)") : "")
    }

    /// The posts of a person, each leading to its page.
    static func seats(_ line: PersonLine, _ call: Call) -> HTML {
        guard !line.seats.isEmpty else { return "—" }
        return """
            \(line.seats.html { "<a href=\"/admin/posts/\($0.post.id)\">\(seat($0, call))</a> " })
            """
    }

    private static func states(_ line: PersonLine, _ call: Call) -> HTML {
        guard !line.accounts.isEmpty else {
            return "<span class=\"tag\">\(call.say("没有账号", "none"))</span>"
        }
        return "\(line.accounts.html { mark($0, call) })"
    }

    /// Whether an account can be used, in words.
    private static func state(_ account: Account, _ call: Call) -> [(words: String, style: String)] {
        if account.isClosed { return [(call.say("已停用", "closed"), "tag")] }
        if account.password == .none { return [(call.say("还没有密码", "no password yet"), "tag")] }
        let factor = account.hasFactor ? [(call.say("两步验证", "second factor"), "tag pub")] : []
        let signIn =
            account.mustChange
            ? (call.say("登录后要改密码", "has to change the password"), "tag")
            : (call.say("可登录", "can sign in"), "tag pub")
        return [signIn] + factor
    }

    /// The same as marks.
    static func mark(_ account: Account, _ call: Call) -> HTML {
        "\(state(account, call).html { "<span class=\"\($0.style)\">\($0.words)</span> " })"
    }
}

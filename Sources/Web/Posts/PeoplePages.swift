import Governance
import Hummingbird
import Rules

/// The people, their posts and their accounts.
enum PeoplePages {
    private static let path = "/admin/people"

    /// Everybody; `show` narrows the list, `do=add` is an empty form, `edit` is one person.
    static func list(_ call: Call) async throws -> Response { try await page(call, Attempt()).response(call) }

    /// Adds or changes a person, opens or closes an account, sets a password.
    static func change(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        return try await AdminPages.attempt(answers, call, again: page) {
            let password = try await password(answers, call)
            let person = try await call.write { books -> ID<Person> in
                if answers["verb"] == "add" {
                    return try Tenures.addPerson(
                        name: answers["name"], phone: answers["phone"], by: call.actor, at: call.now,
                        in: books)
                }
                let id: ID<Person> = try answers.id("id")
                switch answers["verb"] {
                case "change":
                    try Tenures.changePerson(
                        id, name: answers["name"], phone: answers["phone"], by: call.actor, at: call.now,
                        in: books)
                case "account":
                    try Accounts.add(
                        login: answers["login"], person: id, password: password, by: call.actor, at: call.now,
                        in: books)
                case "password":
                    guard let password else { throw Refusal.notFound }
                    try Accounts.set(password, for: answers["login"], by: call.actor, at: call.now, in: books)
                case "close": try Accounts.close(answers["login"], by: call.actor, at: call.now, in: books)
                case "factor":
                    try PowerRequests.askToClearFactor(
                        of: answers["login"], reason: answers["reason"], by: call.actor, at: call.now,
                        in: books)
                default: throw Refusal.notFound
                }
                return id
            }
            return "\(path)?edit=\(person)"
        }
    }

    /// Hashing takes its time, so it is done before the transaction. A new account may wait for its password.
    private static func password(_ answers: FormInput, _ call: Call) async throws -> Password? {
        let clear = answers.raw("new_password")
        guard answers["verb"] == "password" || answers["verb"] == "account" && !clear.isEmpty else {
            return nil
        }
        // Checked again by the verb; without it anybody could make the server hash.
        try call.actor.need(.administer)
        let person = try await call.read {
            try Tenures.person(answers.id("id"), of: call.actor.county, in: $0)
        }
        return try await NewPassword.made(
            clear, field: "new_password", for: answers["login"], of: person.name, call)
    }

    private static func page(_ call: Call, _ attempt: Attempt) async throws -> Page {
        if call.query["do"] == "add" { return adding(call, attempt) }
        let (county, today) = (call.actor.county, call.today)
        let crowd = try await call.read { books in
            Crowd(
                people: try Tenures.people(of: county, withPhone: call.query["phone"], in: books),
                accounts: Dictionary(grouping: try Accounts.all(of: county, in: books), by: \.person),
                tenures: Dictionary(
                    grouping: try Tenures.all(of: county, on: today, in: books).filter { $0.since <= today },
                    by: \.person),
                posts: Dictionary(try Posts.all(of: county, on: today, in: books).map { ($0.id, $0) }) {
                    first, _ in first
                })
        }
        if let id = try call.query.optionalID("edit", of: Person.self) {
            guard let person = crowd.people.first(where: { $0.id == id }) else { throw Refusal.notFound }
            return editing(person, crowd, call, attempt)
        }
        let show = call.query["show"]
        let shown = crowd.people.filter { person in
            switch show {
            case "silent":
                !(crowd.accounts[person.id] ?? []).contains { !$0.isClosed && $0.password != .none }
            case "idle": crowd.tenures[person.id] == nil
            default: true
            }
        }
        let links = [
            (path, call.say("全部", "All")), (path + "?show=silent", call.say("不能登录", "Cannot sign in")),
            (path + "?show=idle", call.say("没有岗位", "Without a post")),
        ]
        return AdminPages.frame(
            call, path, title: call.say("人员账号", "People and accounts"),
            buttons: "<a class=\"btn pri\" href=\"\(path)?do=add\">\(call.say("新增人员", "Add a person"))</a>",
            body: """
                <div class="filters">\(AdminPages.choice(call.say("只看", "Show"), links, current: show.isEmpty ? path : "\(path)?show=\(show)"))</div>\
                \(finder(call))\
                \(AdminPages.list(call.say("人员", "People"), count: call.say("\(shown.count) 人", "\(shown.count)"), table(shown, crowd, call)))
                """)
    }

    /// Whose a telephone is: it stands nowhere in full, so only a whole number is found.
    private static func finder(_ call: Call) -> HTML {
        let field = Field(
            name: "phone", label: call.say("按电话找", "Find by telephone"), kind: .telephone,
            value: call.query["phone"])
        return """
            <form class="pick find" method="get" action="\(path)">\(field.filtering(call))\
            <button class="btn quiet" type="submit">\(call.say("查找", "Find"))</button></form>
            """
    }

    /// Everybody with what belongs to them.
    private struct Crowd {
        var people: [Person], accounts: [ID<Person>: [Account]], tenures: [ID<Person>: [Tenure]],
            posts: [ID<Post>: Post]
    }

    private static func table(_ shown: [Person], _ crowd: Crowd, _ call: Call) -> HTML {
        guard !shown.isEmpty else {
            return "<p class=\"mute\">\(call.say("没有这样的人。", "There is nobody like that."))</p>"
        }
        let head = [
            call.say("姓名", "Name"), call.say("岗位", "Posts"), call.say("登录名", "Login"),
            call.say("账号", "Account"), call.say("办公电话", "Office telephone"),
        ]
        return AdminPages.table(
            call.say("人员", "People"), head,
            shown.html { person in
                let accounts = crowd.accounts[person.id] ?? []
                return """
                    <tr><th scope="row" class="nw"><a href="\(path)?edit=\(person.id)">\(person.name)</a>\
                    </th><td class="nw">\(seats(of: person, crowd, call))</td>\
                    <td class="nw">\(accounts.isEmpty ? "—" : accounts.map(\.login).joined(separator: " "))\
                    </td><td class="nw">\(accounts.html { state($0, call) })\
                    \("<span class=\"tag\">\(call.say("没有账号", "none"))</span>", if: accounts.isEmpty)</td>\
                    <td class="nw">\(person.maskedPhone.isEmpty ? "—" : person.maskedPhone)</td></tr>
                    """
            })
    }

    private static func seats(of person: Person, _ crowd: Crowd, _ call: Call) -> HTML {
        let seats = (crowd.tenures[person.id] ?? []).compactMap { tenure in
            crowd.posts[tenure.post].map { ($0, tenure.isStandIn) }
        }
        guard !seats.isEmpty else { return "—" }
        return
            "\(seats.html { post, isStandIn in "<div><a href=\"/admin/posts/\(post.id)\">\(call.say(post.title))</a>\(isStandIn ? call.say("（代班）", " (stand-in)") : "")</div>" })"
    }

    /// Whether an account can be used, in words.
    private static func state(_ account: Account, _ call: Call) -> HTML {
        if account.isClosed { return "<span class=\"tag\">\(call.say("已停用", "closed"))</span>" }
        if account.password == .none {
            return "<span class=\"tag\">\(call.say("还没有密码", "no password yet"))</span>"
        }
        let factor: HTML? =
            account.hasFactor ? " <span class=\"tag pub\">\(call.say("两步验证", "second factor"))</span>" : nil
        if account.mustChange {
            return "<span class=\"tag\">\(call.say("登录后要改密码", "has to change the password"))</span>\(factor)"
        }
        return "<span class=\"tag pub\">\(call.say("可登录", "can sign in"))</span>\(factor)"
    }
}

// MARK: Forms

extension PeoplePages {
    private static func fields(_ person: Person?, _ verb: String, _ call: Call, _ attempt: Attempt) -> [Field]
    {
        [
            Field(
                name: "name", label: call.say("姓名", "Name"), kind: .line,
                value: attempt.value("name", verb, usual: person?.name ?? ""), isRequired: true),
            Field(
                name: "phone", label: call.say("办公电话", "Office telephone"), kind: .telephone,
                value: attempt.value("phone", verb),
                hint: person.map {
                    $0.maskedPhone.isEmpty
                        ? ""
                        : call.say(
                            "现在是 \($0.maskedPhone)；空着就不改，填 - 就去掉",
                            "Now \($0.maskedPhone); empty keeps it, - takes it away")
                } ?? ""),
        ]
    }

    private static func adding(_ call: Call, _ attempt: Attempt) -> Page {
        let form = Form(
            action: path + "?do=add",
            fields: AdminPages.hidden(("verb", "add")) + fields(nil, "add", call, attempt),
            submit: call.say("新增人员", "Add the person"), faults: attempt.faults("add"))
        return AdminPages.frame(
            call, path, title: call.say("新增人员", "Add a person"),
            lead: call.say("接着开账号，再到岗位页安排到岗。", "Then open an account, and put the person into a post."),
            crumb: AdminPages.back(to: path, call.say("人员账号", "People and accounts")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>")
    }

    private static func editing(_ person: Person, _ crowd: Crowd, _ call: Call, _ attempt: Attempt) -> Page {
        let change = form(
            "change", person, fields(person, "change", call, attempt), call.say("保存", "Save"), attempt)
        let accounts = crowd.accounts[person.id] ?? []
        let seats: HTML =
            """
            \(self.seats(of: person, crowd, call))<p class="sm"><a href="/admin/posts">\
            \(call.say("到岗位页安排到岗、离岗", "Posts: take up, leave"))</a></p>
            """
        return AdminPages.frame(
            call, path, title: person.name,
            crumb: AdminPages.back(to: path, call.say("人员账号", "People and accounts")),
            body: """
                <div class="cols"><div class="stack">\(accounts.html { account in account.isClosed ? closed(account, call) : open(account, person, call, attempt) })\
                \(accounts.contains { !$0.isClosed } ? nil : opening(person, call, attempt))</div>\
                <div class="stack">\(AdminPages.section(call.say("基本信息", "The person"), change.html(call)))\
                \(AdminPages.section(call.say("岗位", "Posts"), seats))</div></div>
                """)
    }

    private static func form(
        _ verb: String, _ person: Person, _ fields: [Field], _ submit: String, _ attempt: Attempt,
        isPrimary: Bool = true
    ) -> Form {
        Form(
            action: "\(path)?edit=\(person.id)",
            fields: AdminPages.hidden(("verb", verb), ("id", person.id.text)) + fields, submit: submit,
            faults: attempt.faults(verb), isPrimary: isPrimary)
    }

    /// A new password is never shown again after it was sent.
    private static func newPassword(_ call: Call, isRequired: Bool) -> Field {
        Field(
            name: "new_password", label: call.say("新密码", "New password"), kind: .password,
            hint: call.say(
                "\(PasswordRules.hint.zh)当面告诉本人；他登录后必须先改掉。",
                "\(PasswordRules.hint.en) Tell it in person; it has to be changed after signing in."),
            isRequired: isRequired)
    }

    private static func opening(_ person: Person, _ call: Call, _ attempt: Attempt) -> HTML {
        let login = Field(
            name: "login", label: call.say("登录名", "Login"), kind: .line,
            value: attempt.value("login", "account"),
            hint: call.say("字母、数字、点、横线。", "Letters, digits, dots, dashes."), isRequired: true)
        let form = form(
            "account", person, [login, newPassword(call, isRequired: false)],
            call.say("开账号", "Open the account"), attempt)
        return AdminPages.section(call.say("开账号", "Open an account"), form.html(call))
    }

    private static func open(_ account: Account, _ person: Person, _ call: Call, _ attempt: Attempt) -> HTML {
        let isMine = attempt.answers["login"] == account.login
        let form = form(
            "password", person,
            AdminPages.hidden(("login", account.login)) + [newPassword(call, isRequired: true)],
            call.say("设置密码", "Set the password"),
            isMine ? attempt : Attempt())
        let fields = [("verb", "close"), ("id", person.id.text), ("login", account.login)]
        let close = PostButton(
            action: "\(path)?edit=\(person.id)", words: call.say("确定停用", "Yes, close it"), fields: fields)
        return AdminPages.section(
            call.say("账号 \(account.login)", "Account \(account.login)"),
            """
            <p class="mute">\(call.say("设置后，这个账号在各处都要重新登录；您申请的授权，三天内不能由这个账号核准。", "Setting it signs the account out everywhere; for three days it cannot confirm what you ask for."))</p>\(form.html(call))\
            \(account.hasFactor ? factor(account, person, call, isMine ? attempt : Attempt()) : HTML.none)\
            <details><summary>\(call.say("停用这个账号", "Close this account"))</summary><p>\(call.say("停用后不能再登录，也不能恢复；办过的事仍记在本人名下。", "It can never sign in again; what was done with it stays on record."))</p>\(close.html(call))</details>
            """, more: state(account, call))
    }

    /// For whoever lost telephone and codes: one asks, another confirms.
    private static func factor(_ account: Account, _ person: Person, _ call: Call, _ attempt: Attempt) -> HTML
    {
        let reason = Field(
            name: "reason", label: call.say("理由", "Reason"), kind: .line,
            value: attempt.value("reason", "factor"),
            hint: call.say("例如手机丢了、备用码也没有", "such as: telephone and codes are lost"), isRequired: true)
        let form = form(
            "factor", person, AdminPages.hidden(("login", account.login)) + [reason],
            call.say("申请停用", "Ask for it"), attempt, isPrimary: false)
        return
            "<details><summary>\(call.say("停用两步验证（要另一人核准）", "Remove the second factor (somebody else confirms)"))</summary>\(form.html(call))</details>"
    }

    private static func closed(_ account: Account, _ call: Call) -> HTML {
        AdminPages.section(
            call.say("账号 \(account.login)", "Account \(account.login)"),
            "<p class=\"mute\">\(call.say("已停用，不能再登录。", "Closed for good."))</p>",
            more: state(account, call))
    }
}

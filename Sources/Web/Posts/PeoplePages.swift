import Governance
import Hummingbird
import Rules

/// The people, their posts and their accounts.
enum PeoplePages {
    static let path = "/admin/people"

    /// What can be done to somebody on their page, each with what it asks.
    private static let changes = [
        "change": PersonForm.change, "account": AccountForm.openWithPassword,
        "password": AccountForm.setPassword(named: "new_password"), "close": PersonForm.close,
        "factor": PersonForm.factor,
    ]

    /// Adds or changes a person, opens or closes an account, sets a password.
    static func change(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let verb = sent["verb"]
        if verb == "add" {
            let values = try PersonForm.add.read(sent)
            let id = try await call.write { try add(values, call, in: $0) }
            return call.done(
                "\(path)?edit=\(id)", "已登记\(values["name"])。还没有账号和岗位：在这里开账号，到岗位页安排到岗。",
                "\(values["name"]) is added. Open an account here, and put them into a post."
            )
        }
        guard let form = changes[verb] else { throw Refusal.notFound }
        let values = try form.read(sent)
        let id: ID<Person> = try sent.id("id")
        let clear = sent.raw("new_password")
        let isSet = form.contains { $0.name == "new_password" } && !clear.isEmpty
        let password = isSet ? try await newPassword(clear, "new_password", values, of: id, call) : nil
        try await call.write { try perform(verb, values, password, on: id, call, in: $0) }
        return call.done("\(path)?edit=\(id)", outcome(verb, values, hasPassword: password != nil))
    }

    /// A new person, for page and API.
    static func add(_ values: FormValues, _ call: Call, in books: Books) throws -> ID<Person> {
        try Tenures.addPerson(
            name: values["name"], phone: values["phone"], by: call.actor, at: call.now, in: books)
    }

    /// A change of a person or an account, for page and API. An empty telephone keeps the old one, a dash
    /// takes it away.
    static func perform(
        _ verb: String, _ values: FormValues, _ password: Password?, on id: ID<Person>, _ call: Call,
        in books: Books
    ) throws {
        let (actor, now) = (call.actor, call.now)
        let old = try Tenures.person(id, for: actor, in: books)
        switch verb {
        case "change":
            try Tenures.changePerson(
                id, name: values.text("name", else: old.name), phone: values["phone"], by: actor, at: now,
                in: books)
        case "account":
            try Accounts.add(
                login: values["login"], person: id, password: password, by: actor, at: now, in: books)
        case "password":
            guard let password else { throw Refusal.notFound }
            try Accounts.set(
                password, for: try login(of: id, values, call, books), by: actor, at: now, in: books)
        case "close":
            try Accounts.close(try login(of: id, values, call, books), by: actor, at: now, in: books)
        case "factor":
            try PowerRequests.askToClearFactor(
                of: try login(of: id, values, call, books), reason: values["reason"], by: actor, at: now,
                in: books)
        default: throw Refusal.notFound
        }
    }

    /// The login that is named, if it is this person's.
    private static func login(of id: ID<Person>, _ values: FormValues, _ call: Call, _ books: Books) throws
        -> String
    {
        let account = try Accounts.find(login: values["login"], for: call.actor, in: books)
        guard let account, account.person == id else {
            throw Refusal.invalid("login", zh: "这个人没有这个登录名。", en: "This person has no such login.")
        }
        return account.login
    }

    /// Hashing takes its time, so it is done before the transaction.
    static func newPassword(
        _ clear: String, _ field: String, _ values: FormValues, of id: ID<Person>, _ call: Call
    ) async throws -> Password {
        // Checked again by the verb; without it anybody could make the server hash.
        try call.actor.need(.administer)
        let person = try await call.read { try Tenures.person(id, for: call.actor, in: $0) }
        return try await NewPassword.made(clear, field: field, for: values["login"], of: person.name, call)
    }

    /// What a change came to.
    private static func outcome(_ verb: String, _ values: FormValues, hasPassword: Bool) -> Phrase {
        let login = values["login"]
        return switch verb {
        case "account" where hasPassword:
            Phrase(
                zh: "账号 \(login) 已开。请把密码当面告诉本人，他登录后要先改掉。",
                en:
                    "The account \(login) is open. Tell the password in person; its owner has to change it."
            )
        case "account":
            Phrase(
                zh: "账号 \(login) 已开，还没有密码，设了密码才能登录。",
                en: "The account \(login) is open; nobody signs in with it before it has a password.")
        case "password":
            Phrase(
                zh: "密码已设，账号 \(login) 在各处都已退出登录。请当面告诉本人，他登录后要先改掉。",
                en:
                    "The password is set, and \(login) is signed out everywhere. Its owner has to change it."
            )
        case "close":
            Phrase(
                zh: "账号 \(login) 已停用，不能再登录；办过的事仍记在本人名下。",
                en: "The account \(login) is closed for good; what was done with it stays on record.")
        case "factor":
            Phrase(
                zh: "已申请停用 \(login) 的两步验证。等另一位有权限的人核准后才生效。",
                en: "Asked for. The second factor of \(login) is removed once somebody else has confirmed it."
            )
        default: Phrase(zh: "已保存，各处都按新的显示。", en: "Stored; it is shown so everywhere.")
        }
    }

    /// Everybody; `show` narrows the list, `do=add` is an empty form, `edit` is one person.
    static func list(_ call: Call) async throws -> Response {
        let sent = call.submission.refused?.values
        let isNew = sent.map { $0["verb"] == "add" } ?? (call.query["do"] == "add")
        if isNew { return adding(call).response(call) }
        let chosen: ID<Person>? =
            if let sent { try sent.optionalID("id") } else { try call.query.optionalID("edit") }
        if let id = chosen {
            let all = try await call.read { try PersonLine.all(for: call.actor, on: call.today, in: $0) }
            guard let line = all.first(where: { $0.person.id == id }) else { throw Refusal.notFound }
            return editing(line, call).response(call)
        }
        return AdminPages.frame(
            call, path, title: call.say("人员账号", "People and accounts"),
            buttons: "<a class=\"btn pri\" href=\"\(path)?do=add\">\(call.say("新增人员", "Add a person"))</a>",
            body: try await listing.section(call)
        ).response(call)
    }
}

// MARK: Forms

extension PeoplePages {
    private static func fields(_ form: [FormField], _ person: Person?, _ call: Call) -> [Field] {
        form.map { declared in
            guard declared.name == "phone" else {
                return declared.field(call, value: declared.name == "name" ? person?.name ?? "" : "")
            }
            let known = person?.maskedPhone ?? ""
            var phone = declared.field(
                call,
                hint: known.isEmpty
                    ? nil
                    : call.say(
                        "现在是 \(known)；空着就不改，填 - 就去掉", "Now \(known); empty keeps it, - takes it away"))
            phone.kind = .telephone
            return phone
        }
    }

    private static func adding(_ call: Call) -> Page {
        let form = Form(
            action: path + "?do=add",
            fields: AdminPages.hidden(("verb", "add")) + fields(PersonForm.add, nil, call),
            submit: call.say("新增人员", "Add the person"))
        return AdminPages.frame(
            call, path, title: call.say("新增人员", "Add a person"),
            lead: call.say("接着开账号，再到岗位页安排到岗。", "Then open an account, and put the person into a post."),
            crumb: AdminPages.back(to: path, call.say("人员账号", "People and accounts")),
            body: "<div class=\"cols\"><div>\(form.html(call))</div></div>")
    }

    private static func editing(_ line: PersonLine, _ call: Call) -> Page {
        let (person, accounts) = (line.person, line.accounts)
        let change = form(
            "change", person, fields(PersonForm.change, person, call), call.say("保存", "Save"))
        let seats: HTML =
            """
            \(self.seats(line, call))<p class="sm"><a href="/admin/posts">\
            \(call.say("到岗位页安排到岗、离岗", "Posts: take up, leave"))</a></p>
            """
        return AdminPages.frame(
            call, path, title: person.name,
            crumb: AdminPages.back(to: path, call.say("人员账号", "People and accounts")),
            body: """
                <div class="cols"><div class="stack">\(accounts.html { account in account.isClosed ? closed(account, call) : open(account, person, call) })\
                \(accounts.contains { !$0.isClosed } ? nil : opening(person, call))</div>\
                <div class="stack">\(AdminPages.section(call.say("基本信息", "The person"), change.html(call)))\
                \(AdminPages.section(call.say("岗位", "Posts"), seats))</div></div>
                """)
    }

    private static func form(
        _ verb: String, _ person: Person, _ fields: [Field], _ submit: String, isPrimary: Bool = true
    ) -> Form {
        Form(
            action: "\(path)?edit=\(person.id)",
            fields: AdminPages.hidden(("verb", verb), ("id", person.id.text)) + fields, submit: submit,
            isPrimary: isPrimary)
    }

    /// A form about one account: which, its owner knows.
    private static func fields(_ form: [FormField], of account: Account, _ call: Call) -> [Field] {
        AdminPages.hidden(("login", account.login))
            + form.filter { $0.name != "login" }.map { $0.field(call) }
    }

    private static func opening(_ person: Person, _ call: Call) -> HTML {
        let form = form(
            "account", person, AccountForm.openWithPassword.map { $0.field(call) },
            call.say("开账号", "Open the account"))
        return AdminPages.section(call.say("开账号", "Open an account"), form.html(call))
    }

    private static func open(_ account: Account, _ person: Person, _ call: Call) -> HTML {
        let form = form(
            "password", person,
            fields(AccountForm.setPassword(named: "new_password"), of: account, call),
            call.say("设置密码", "Set the password"))
        let close = PostButton(
            action: form.action, words: call.say("确定停用", "Yes, close it"),
            fields: [("verb", "close"), ("id", person.id.text), ("login", account.login)])
        return AdminPages.section(
            call.say("账号 \(account.login)", "Account \(account.login)"),
            """
            <p class="mute">\(call.say("设置后，这个账号在各处都要重新登录；您申请的授权，三天内不能由这个账号核准。", "Setting it signs the account out everywhere; for three days it cannot confirm what you ask for."))</p>\(form.html(call))\
            \(account.hasFactor ? factor(account, person, call) : HTML.none)\
            <details><summary>\(call.say("停用这个账号", "Close this account"))</summary><p>\(call.say("停用后不能再登录，也不能恢复；办过的事仍记在本人名下。", "It can never sign in again; what was done with it stays on record."))</p>\(close.html(call))</details>
            """, more: mark(account, call))
    }

    /// For whoever lost telephone and codes: one asks, another confirms.
    private static func factor(_ account: Account, _ person: Person, _ call: Call) -> HTML {
        let form = form(
            "factor", person, fields(PersonForm.factor, of: account, call),
            call.say("申请停用", "Ask for it"), isPrimary: false)
        let isAgain = call.refused(form.action, [("verb", "factor"), ("login", account.login)]) != nil
        return
            "<details\(" open", if: isAgain)><summary>\(call.say("停用两步验证（要另一人核准）", "Remove the second factor (somebody else confirms)"))</summary>\(form.html(call))</details>"
    }

    private static func closed(_ account: Account, _ call: Call) -> HTML {
        AdminPages.section(
            call.say("账号 \(account.login)", "Account \(account.login)"),
            "<p class=\"mute\">\(call.say("已停用，不能再登录。", "Closed for good."))</p>",
            more: mark(account, call))
    }
}

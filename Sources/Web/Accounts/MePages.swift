import Governance
import Hummingbird
import Rules

/// What belongs to the own account: posts, password, second factor, what is signed in, and what happened.
enum MePages {
    static func show(_ call: Call) async throws -> Response { try await page(call, Attempt()) }

    /// The form for a new password, also for whoever has to change one that somebody else set.
    static func passwordForm(_ call: Call) async throws -> Response {
        try await passwordPage(call, faults: [])
    }

    static func changePassword(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do {
            let holder = try call.session()
            try await Accounts.prove(
                answers.raw("password"), of: holder, from: call.network, at: call.now, office: call.office)
            guard answers.raw("new") == answers.raw("repeated") else {
                throw Refusal.invalid("repeated", zh: "两次密码不一样。", en: "The two passwords differ.")
            }
            guard answers.raw("new") != answers.raw("password") else {
                throw Refusal.invalid("new", zh: "新密码和现在的一样。", en: "The new password is the present one.")
            }
            let account = try await call.read { try Accounts.own(holder, in: $0) }
            let fresh = try await NewPassword.made(
                answers.raw("new"), field: "new", for: account.login, of: account.name, call)
            try await call.write {
                try Accounts.set(fresh, for: account.login, by: call.actor, at: call.now, in: $0)
            }
            return Responses.seeOther("/sign-in")
        } catch Refusal.invalid(let faults) { return try await passwordPage(call, faults: faults) }
    }

    /// Makes a token, ends a session, or ends all others.
    static func changeSessions(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let holder = try call.session()
        do {
            switch answers["verb"] {
            case "token":
                let scope = try answers.choice(
                    "scope", of: Accounts.Scope.self,
                    otherwise: Phrase(zh: "请选择令牌能做什么。", en: "Choose what the token may do."))
                let days = try answers.number("days", in: 1...Accounts.tokenDays)
                // Whoever finds an open browser shall not carry its rights away.
                try await Accounts.prove(
                    answers.raw("password"), of: holder, from: call.network, at: call.now, office: call.office
                )
                let secret = try await call.write {
                    try Accounts.makeToken(
                        named: answers["name"], scope, days: days, by: holder, at: call.now, in: $0)
                }
                return made(secret, call)
            case "end":
                try await call.write {
                    try Accounts.end(session: answers["session"], by: holder, at: call.now, in: $0)
                }
            case "others": try await call.write { try Accounts.endOthers(by: holder, at: call.now, in: $0) }
            default: throw Refusal.notFound
            }
            return Responses.seeOther("/me")
        } catch Refusal.invalid(let faults) {
            return try await page(call, Attempt(answers: answers, faults: faults))
        }
    }

    private static func made(_ secret: Secret, _ call: Call) -> Response {
        Page(
            title: call.say("新令牌", "New token"), current: "/me",
            body: """
                <div class="pagehead"><h1>\(call.say("新令牌", "New token"))</h1></div>\
                <p>\(call.say("只显示这一次，请现在就抄进要用它的程序里：", "Shown this once. Copy it into the program that will use it:"))</p>\
                <p class="quote"><code>\(secret.text)</code></p><p class="btns"><a class="btn" href="/me">\
                \(call.say("抄好了", "Done"))</a></p>
                """, isNarrow: true
        ).response(call)
    }

    // MARK: Pages

    private static func passwordPage(_ call: Call, faults: [Refusal.Fault]) async throws -> Response {
        let holder = try call.session()
        let (account, lines) = try await call.read { books in
            (
                try Accounts.own(holder, in: books),
                try Accounts.history(of: holder.account, county: call.actor.county, limit: 20, in: books)
            )
        }
        let setter = lines.first { $0.kind == "account.password" || $0.kind == "account.add" }
        let told: HTML? =
            !account.mustChange
            ? nil
            : """
            <p class="note info">\(call.say("现在的密码是\(setter.map { "\($0.name.zh)在 \(call.moment($0.at)) " } ?? "别人")设的，知道的不只您一个。请改成只有您知道的，再办事。", "Your present password was set by \(setter.map { "\($0.name.en) on \(call.moment($0.at))" } ?? "somebody else"). Change it to one that only you know."))</p>
            """
        let form = Form(
            action: "/me/password",
            fields: [
                Field(
                    name: "password", label: call.say("现在的密码", "Present password"), kind: .password,
                    isRequired: true),
                Field(
                    name: "new", label: call.say("新密码", "New password"), kind: .password,
                    hint: call.say(PasswordRules.hint), isRequired: true),
                Field(name: "repeated", label: call.say("再写一次", "Again"), kind: .password, isRequired: true),
            ], submit: call.say("改密码", "Change password"), faults: faults)
        return Page(
            title: call.say("改密码", "Change password"), current: "/me",
            body: """
                <div class="pagehead"><h1>\(call.say("改密码", "Change password"))</h1></div>\
                \(told)\(form.html(call))\
                <p class="mute sm">\(call.say("改好以后，各处都要用新密码重新登录。", "Afterwards every browser and token signs in again with the new one."))</p>
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func page(_ call: Call, _ attempt: Attempt) async throws -> Response {
        let (names, holder, county) = (try call.names(), try call.session(), call.actor.county)
        let (account, sessions, codes, lines) = try await call.read { books in
            (
                try Accounts.own(holder, in: books),
                try Accounts.sessions(of: holder.account, county: county, at: call.now, in: books),
                try SecondFactor.codesLeft(of: holder.account, county: county, in: books),
                try Accounts.history(of: holder.account, county: county, limit: 10, in: books)
            )
        }
        let posts = call.actor.seats.html { seat in
            """
            <li>\(call.say(seat.title))\(separator)\(call.say(names.name(of: seat.unit)))\
            \(call.say(seat.isStandIn ? "（替补）" : "", seat.isStandIn ? " (stand-in)" : ""))</li>
            """
        }
        func section(_ title: String, _ body: HTML) -> HTML {
            "<section class=\"sec\"><header><h2>\(title)</h2></header>\(body)</section>"
        }
        let ways: HTML = """
            <p class="btns">\(PostButton(action: "/sign-out", words: call.say("退出登录", "Sign out")).html(call)) <a class="btn quiet" href="/me/password">\(call.say("改密码", "Change password"))</a></p>
            """
        return Page(
            title: call.say("我的", "Me"), current: "/me",
            body: """
                <div class="pagehead"><h1>\(call.say(call.actor.name))</h1></div><div class="stack">\
                \(section(call.say("岗位", "Posts"), "<ul class=\"plain\">\(posts)</ul>\(ways)"))\
                \(section(call.say("两步验证", "Second factor"), factor(account, codes, holder, call)))\
                \(section(call.say("在哪里登录着", "Signed in"), list(sessions, holder, call)))\
                \(section(call.say("给程序用的令牌", "A token for a program"), token(call, attempt)))\
                \(section(call.say("账号动态", "What happened to the account"), history(lines, call)))</div>
                """, isNarrow: true
        ).response(call, status: attempt.faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func factor(_ account: Account, _ codes: Int, _ holder: Holder, _ call: Call) -> HTML {
        let words =
            account.hasFactor
            ? call.say("已启用，备用码还有 \(codes) 个。", "In force; \(codes) recovery codes are left.")
            : call.say("没有启用。启用后，光有密码进不来。", "Not in force. With it the password alone opens nothing.")
        return
            """
            <p>\(words) <a href="/me/second-factor">\
            \(account.hasFactor ? call.say("换手机、换备用码", "Change") : call.say("启用", "Set up"))</a></p>
            """
    }

    private static func list(_ sessions: [Session], _ holder: Holder, _ call: Call) -> HTML {
        let rows = sessions.html { session in
            let name =
                session.name.isEmpty
                ? session.kind == .browser ? call.say("浏览器", "Browser") : call.say("令牌", "Token")
                : session.name
            let what =
                session.kind == .token
                ? " <span class=\"tag\">\(call.say(session.scope.words))</span>" as HTML : nil
            let end: HTML =
                session.id == holder.session
                ? "<span class=\"mute\">\(call.say("就是这里", "this one"))</span>"
                : PostButton(
                    action: "/me/sessions", words: call.say("结束", "End"),
                    fields: [("verb", "end"), ("session", session.id)]
                ).html(call)
            return """
                <li><p><b>\(name)</b>\(what) \(end)</p><p class="mute sm">\(call.say("\(call.moment(session.openedAt)) 登录，\(call.moment(session.seenAt)) 用过，到 \(call.moment(session.endsAt)) 为止", "since \(call.moment(session.openedAt)), used \(call.moment(session.seenAt)), until \(call.moment(session.endsAt))"))</p></li>
                """
        }
        let others = PostButton(
            action: "/me/sessions", words: call.say("结束其他全部", "End all others"), fields: [("verb", "others")]
        ).html(call)
        return "<ul class=\"plain\">\(rows)</ul>\("<p class=\"btns\">\(others)</p>", if: sessions.count > 1)"
    }

    private static func token(_ call: Call, _ attempt: Attempt) -> HTML {
        let scopes = Accounts.Scope.allCases.map {
            Field.Choice(value: $0.rawValue, words: call.say($0.words))
        }
        let form = Form(
            action: "/me/sessions",
            fields: AdminPages.hidden(("verb", "token")) + [
                Field(
                    name: "name", label: call.say("名称", "Name"), kind: .line,
                    value: attempt.value("name", "token"),
                    hint: call.say("哪个程序用", "Which program uses it"), isRequired: true),
                Field(
                    name: "scope", label: call.say("能做什么", "May do"), kind: .select(scopes),
                    value: attempt.value("scope", "token", usual: "read"),
                    isRequired: true),
                Field(
                    name: "days", label: call.say("有效天数", "Days"), kind: .number,
                    value: attempt.value("days", "token", usual: "30"),
                    hint: "1–\(Accounts.tokenDays)", isRequired: true),
                Field(
                    name: "password", label: call.say("现在的密码", "Present password"), kind: .password,
                    isRequired: true),
            ], submit: call.say("新建令牌", "Make a token"), faults: attempt.faults("token"), isPrimary: false)
        return
            """
            <details\(" open", if: !attempt.faults.isEmpty)><summary>\
            \(call.say("新建令牌", "Make a token"))</summary>\(form.html(call))</details>
            """
    }

    private static func history(_ lines: [LogEntry], _ call: Call) -> HTML {
        guard !lines.isEmpty else { return "<p class=\"mute\">\(call.say("还没有。", "Nothing yet."))</p>" }
        return """
            <ul class="plain">\(lines.html { line in
                let isOwn = line.person == call.actor.person?.text
                return """
                    <li>\(call.moment(line.at)) \
                    \(call.say(EventWords.of(line.kind).words))\
                    \(isOwn ? HTML.none : "<b> \(call.say(line.name))</b>")</li>
                    """
            })</ul><p class="mute sm">\(call.say("不是您做的，请马上改密码并告诉管理员。", """
                If any of it was not you, change the password and tell the administrator.
                """))</p>
            """
    }
}

/// A new password on its way from a form or a program to its hash.
enum NewPassword {
    /// Checked against the rules and hashed. What is wrong is told at the field that it came from.
    static func made(_ clear: String, field: String, for login: String, of name: String, _ call: Call)
        async throws -> Password
    {
        let office = call.officeName
        do {
            try PasswordRules.check(clear, beside: [login, name, office.zh, office.en])
        } catch Refusal.invalid(let faults) {
            throw Refusal.invalid(faults.map { .init(field, $0.words) })
        }
        return try await Password.make(clear, chance: call.office.chance)
    }
}

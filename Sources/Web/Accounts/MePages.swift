import Governance
import Hummingbird
import Rules

/// What belongs to the own account: posts, password, second factor, what is signed in, and what happened.
enum MePages {
    static func changePassword(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        _ = try AccountForm.changePassword.read(sent)
        let holder = try call.session()
        let (present, new) = (sent.raw("password"), sent.raw("new"))
        try await Accounts.prove(
            present, of: holder, from: call.network, at: call.now, office: call.office)
        guard new == sent.raw("repeated") else {
            throw Refusal.invalid("repeated", zh: "两次密码不一样。", en: "The two passwords differ.")
        }
        guard new != present else {
            throw Refusal.invalid("new", zh: "新密码和现在的一样。", en: "The new password is the present one.")
        }
        let account = try await call.read { try Accounts.own(holder, in: $0) }
        let fresh = try await NewPassword.made(
            new, field: "new", for: account.login, of: account.name, call)
        try await call.write {
            try Accounts.set(fresh, for: account.login, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            "/sign-in", "密码已改，各处都已退出登录。请用新密码登录。",
            "The password is changed, and everything is signed out. Sign in with the new one.")
    }

    /// Makes a token, ends a session, or ends all others.
    static func changeSessions(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let holder = try call.session()
        switch sent["verb"] {
        case "token":
            let values = try AccountForm.token.read(sent)
            let (scope, days): (Accounts.Scope, Int) = (
                try values.choice("scope"), try values.number("days")
            )
            // Whoever finds an open browser shall not carry its rights away.
            try await Accounts.prove(
                sent.raw("password"), of: holder, from: call.network, at: call.now, office: call.office)
            let secret = try await call.write {
                try Accounts.makeToken(
                    named: values["name"], scope, days: days, by: holder, at: call.now, in: $0)
            }
            return made(secret, call)
        case "end":
            let values = try AccountForm.endSession.read(sent)
            try await call.write {
                try Accounts.end(session: values["session"], by: holder, at: call.now, in: $0)
            }
            return call.done("/me", "已结束，那里要重新登录。", "Ended: it has to sign in again.")
        case "others":
            try await call.write { try Accounts.endOthers(by: holder, at: call.now, in: $0) }
            return call.done(
                "/me", "其他登录和令牌都已结束，只剩这里。", "All others are ended, tokens included; only this one is left.")
        default: throw Refusal.notFound
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

    /// The form for a new password, also for whoever has to change one that somebody else set.
    static func passwordForm(_ call: Call) async throws -> Response {
        let holder = try call.session()
        let (account, lines) = try await call.read { books in
            (
                try Accounts.own(holder, in: books),
                try Accounts.history(of: holder, limit: 20, in: books)
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
            action: "/me/password", fields: AccountForm.changePassword.map { $0.field(call) },
            submit: call.say("改密码", "Change password"))
        return Page(
            title: call.say("改密码", "Change password"), current: "/me",
            body: """
                <div class="pagehead"><h1>\(call.say("改密码", "Change password"))</h1></div>\
                \(told)\(form.html(call))\
                <p class="mute sm">\(call.say("改好以后，各处都要用新密码重新登录。", "Afterwards every browser and token signs in again with the new one."))</p>
                """, isNarrow: true
        ).response(call)
    }

    static func show(_ call: Call) async throws -> Response {
        let (names, holder) = (try call.names(), try call.session())
        let (account, sessions, codes, lines) = try await call.read { books in
            (
                try Accounts.own(holder, in: books),
                try Accounts.sessions(of: holder, at: call.now, in: books),
                try SecondFactor.codesLeft(of: holder, in: books),
                try Accounts.history(of: holder, limit: 10, in: books)
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
                \(section(call.say("给程序用的令牌", "A token for a program"), token(call)))\
                \(section(call.say("账号动态", "What happened to the account"), history(lines, call)))</div>
                """, isNarrow: true
        ).response(call)
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

    private static func token(_ call: Call) -> HTML {
        let usual = ["scope": Accounts.Scope.read.rawValue, "days": "30"]
        let verb = ("verb", "token")
        let form = Form(
            action: "/me/sessions",
            fields: AdminPages.hidden(verb)
                + AccountForm.token.map { $0.field(call, value: usual[$0.name] ?? "") },
            submit: call.say("新建令牌", "Make a token"), isPrimary: false)
        return
            """
            <details\(" open", if: call.refused(form.action, [verb]) != nil)><summary>\
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

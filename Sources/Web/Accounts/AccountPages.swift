import Governance
import Hummingbird

/// Signing in and out, and what belongs to the own account.
enum AccountPages {
    static func signInForm(_ call: Call) async throws -> Response {
        guard call.directory != nil else { return Answer.seeOther("/first-run") }
        return try await signInPage(call, answers: call.query, faults: [])
    }

    static func signIn(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        try call.doors.admit("sign-in", from: call.address, most: 20, seconds: 60, at: call.now)
        do {
            let county = try await office(answers, call)
            let secret = try await Accounts.signIn(
                login: answers["login"], password: answers.raw("password"), kind: .browser, of: county, at: call.now,
                office: call.office)
            return signedIn(secret, to: Answer.back(to: answers["back"]), call)
        } catch Refusal.invalid(let faults) { return try await signInPage(call, answers: answers, faults: faults) }
    }

    /// The office that was chosen; where several share a server and none was, the one that knows the login.
    static func office(_ answers: Answers, _ call: Call) async throws -> County {
        if let chosen = County(answers["county"]) { return chosen }
        let known = try await call.read { try Accounts.home(of: answers["login"], among: Offices.all(in: $0).map(\.county), in: $0) }
        return try known ?? call.names().office.county
    }

    /// Sets the session's cookie and goes on.
    static func signedIn(_ secret: Secret, to path: String, _ call: Call) -> Response {
        var response = Answer.seeOther(path)
        response.setCookie(
            Cookie(
                name: "luoshi", value: secret.text, maxAge: Accounts.browserHours * 3600, path: "/", secure: call.isSecure, httpOnly: true, sameSite: .lax
            ))
        return response
    }

    static func signOut(_ call: Call) async throws -> Response {
        _ = try await call.form()
        if let secret = call.secret {
            try await call.write { try Accounts.signOut(secret, by: call.actor, at: call.now, in: $0) }
        }
        var response = Answer.seeOther("/sign-in")
        response.setCookie(Cookie(name: "luoshi", value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .lax))
        return response
    }

    static func me(_ call: Call) async throws -> Response { try mePage(call, faults: []) }

    static func changePassword(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do {
            let accounts = try await call.read { try Accounts.all(of: call.actor.county, in: $0) }
            guard let account = accounts.first(where: { $0.person == call.actor.person && !$0.isClosed }),
                try await account.password.matches(answers.raw("password"))
            else { throw Refusal.invalid("password", zh: "现在的密码不对。", en: "The present password is wrong.") }
            guard answers.raw("new") == answers.raw("repeated") else {
                throw Refusal.invalid("repeated", zh: "两次密码不一样。", en: "The two passwords differ.")
            }
            let fresh = try await Password.make(answers.raw("new"), chance: call.office.chance)
            try await call.write { try Accounts.set(fresh, for: account.login, by: call.actor, at: call.now, in: $0) }
            return Answer.seeOther("/sign-in")
        } catch Refusal.invalid(let faults) { return try mePage(call, faults: faults) }
    }

    private static func signInPage(_ call: Call, answers: Answers, faults: [Refusal.Fault]) async throws -> Response {
        let offices = try await call.read { try Offices.all(in: $0) }
        var fields = [
            Field(name: "back", label: "", kind: .hidden, value: answers.raw("back")),
            Field(name: "login", label: call.say("登录名", "Login"), kind: .line, value: answers["login"], isRequired: true),
            Field(name: "password", label: call.say("密码", "Password"), kind: .password, isRequired: true),
        ]
        if offices.count > 1 {
            let choices = offices.map { Field.Choice(value: $0.county.code, words: call.say($0.name)) }
            fields.insert(
                Field(
                    name: "county", label: call.say("机构", "Office"), kind: .select(choices), value: answers["county"], empty: call.say("按登录名找", "By the login")),
                at: 1)
        }
        let form = Form(action: "/sign-in", fields: fields, submit: call.say("登录", "Sign in"), faults: faults)
        return Page(
            title: call.say("登录", "Sign in"),
            body: """
                <div class="pagehead"><h1>\(call.say("登录", "Sign in"))</h1></div>\(form.html(call))<p class="sm mute">\(call.say("居民不用登录：", "Residents need no login: "))<a href="/report">\(call.say("上报问题", "report a problem"))</a>\(separator)<a href="/look-up">\(call.say("查办理进度", "look up a case"))</a></p>
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func mePage(_ call: Call, faults: [Refusal.Fault]) throws -> Response {
        let names = try call.names()
        let posts = call.actor.seats.html { seat in
            "<li>\(call.say(seat.title))\(separator)\(call.say(names.name(of: seat.unit)))\(call.say(seat.isStandIn ? "（替补）" : "", seat.isStandIn ? " (stand-in)" : ""))</li>"
        }
        let form = Form(
            action: "/me/password",
            fields: [
                Field(name: "password", label: call.say("现在的密码", "Present password"), kind: .password, isRequired: true),
                Field(
                    name: "new", label: call.say("新密码", "New password"), kind: .password, hint: call.say("至少 8 个字符", "at least 8 characters"), isRequired: true),
                Field(name: "repeated", label: call.say("再写一次", "Again"), kind: .password, isRequired: true),
            ], submit: call.say("改密码", "Change password"), faults: faults, isPrimary: false)
        return Page(
            title: call.say("我的", "Me"), current: "/me",
            body: """
                <div class="pagehead"><h1>\(call.say(call.actor.name))</h1></div><section class="sec"><header><h2>\(call.say("岗位", "Posts"))</h2></header><ul class="plain">\(posts)</ul></section>\
                <p class="btns">\(PostButton(action: "/sign-out", words: call.say("退出登录", "Sign out")).html(call))</p>\
                <section class="sec"><header><h2>\(call.say("改密码", "Change password"))</h2></header>\(form.html(call))</section>
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

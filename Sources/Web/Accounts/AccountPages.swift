import Governance
import Hummingbird
import Rules

/// Signing in and out.
enum AccountPages {
    static func signInForm(_ call: Call) async throws -> Response {
        guard call.directory != nil else { return Responses.seeOther("/first-run") }
        return try await signInPage(call)
    }

    static func signIn(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let (county, wish) = try await wish(sent, AccountForm.signIn, as: .browser, call)
        let secret = try await Accounts.signIn(wish, of: county, at: call.now, office: call.office)
        return signedIn(secret, to: try await next(secret, back: sent["back"], call), call)
    }

    /// What somebody asks who wants in, and where, for page and API.
    static func wish(_ sent: FormInput, _ form: [FormField], as kind: Accounts.Kind, _ call: Call)
        async throws
        -> (County, Accounts.SignIn)
    {
        let values = try form.read(sent)
        let county = try await office(values, call)
        // A password is what it is, with its blanks.
        var wish = Accounts.SignIn(login: values["login"], password: sent.raw("password"), kind: kind)
        (wish.network, wish.code) = (call.network, values["code"])
        if kind == .browser { wish.replacing = call.secret }
        if kind == .token { wish.name = values.optionalText("name") ?? "API" }
        if let scope: Accounts.Scope = try values.optionalChoice("scope") { wish.scope = scope }
        if let days = values.optionalNumber("days") { wish.days = days }
        return (county, wish)
    }

    /// The office that was chosen; where several share a server and none was, the one that knows the login.
    private static func office(_ values: FormValues, _ call: Call) async throws -> County {
        if let code = values.optionalText("county") {
            guard let chosen = County(code) else {
                throw Refusal.invalid("county", zh: "县（区）代码是 6 位数字。", en: "A county's code is six digits.")
            }
            return chosen
        }
        let known = try await call.read {
            try Accounts.home(of: values["login"], among: Offices.listed(in: $0).map(\.county), in: $0)
        }
        return try known ?? call.names().office.county
    }

    /// Where somebody who just signed in goes: to the step that is still to be taken, or back to where they
    /// wanted.
    static func next(_ secret: Secret, back: String, _ call: Call) async throws -> String {
        let step = try await call.read { books in
            try Accounts.holder(
                of: secret, on: Offices.of(secret.county, in: books).zone.day(of: call.now), at: call.now,
                in: books)?.step
        }
        guard let step else { return Responses.back(to: back) }
        return step == .code && !back.isEmpty
            ? "\(path(of: step))?\(FormText.query([("back", Responses.back(to: back))]))" : path(of: step)
    }

    /// Sets the session's cookie and goes on.
    static func signedIn(_ secret: Secret, to path: String, _ call: Call) -> Response {
        var response = Responses.seeOther(path)
        response.setCookie(
            Cookie(
                name: Doors.cookie(isSecure: call.isSecure), value: secret.text,
                maxAge: Accounts.browserHours * 3600, path: "/", secure: call.isSecure,
                httpOnly: true, sameSite: .lax))
        return response
    }

    static func signOut(_ call: Call) async throws -> Response {
        _ = try await call.form()
        if let secret = call.secret {
            try await call.write { try Accounts.signOut(secret, by: call.actor, at: call.now, in: $0) }
        }
        var response = call.done("/sign-in", "已退出登录。", "Signed out.")
        response.setCookie(
            Cookie(
                name: Doors.cookie(isSecure: call.isSecure), value: "", maxAge: 0, path: "/",
                secure: call.isSecure, httpOnly: true, sameSite: .lax))
        return response
    }

    /// Where a step after signing in is taken.
    static func path(of step: AccountStep) -> String {
        switch step {
        case .code: "/sign-in/code"
        case .password: "/me/password"
        case .factor: "/me/second-factor"
        }
    }

    /// The second step: the code of the authenticator, or a recovery code.
    static func codeForm(_ call: Call) async throws -> Response {
        let form = Form(
            action: "/sign-in/code", fields: [back(call)] + AccountForm.code.map { $0.field(call) },
            submit: call.say("登录", "Sign in"))
        return Page(
            title: call.say("验证码", "Code"),
            body: """
                <div class="pagehead"><h1>\(call.say("还差一步", "One more step"))</h1></div>\(form.html(call))\
                <p class="btns">\(PostButton(action: "/sign-out", words: call.say("换个账号登录", "Sign in as somebody else")).html(call))</p>
                """, isNarrow: true
        ).response(call)
    }

    static func giveCode(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let values = try AccountForm.code.read(sent)
        guard let waiting = call.secret else { throw Refusal.signInFirst }
        let secret = try await Accounts.giveCode(
            values["code"], for: waiting, from: call.network, at: call.now, office: call.office)
        return signedIn(secret, to: Responses.back(to: sent["back"]), call)
    }

    /// Where somebody wanted to go: it stays when the form comes back.
    private static func back(_ call: Call) -> Field {
        Field(name: "back", label: "", kind: .identity, value: call.query.raw("back"))
    }

    /// The demo opens to everybody, and says so.
    private static func demoNote(_ call: Call) -> HTML? {
        guard call.isDemo else { return nil }
        return """
            <p class="note info">\(call.say("演示环境，人人可进：密码都是 \(Demo.password)，登录名见", "A demo, open to everybody: the password is always \(Demo.password); logins are listed under "))\
            <a href="/about-demo">\(call.say("演示说明", "About the demo"))</a>\
            \(call.say("。不要存真实资料。", ". Enter no real data."))</p>
            """
    }

    private static func signInPage(_ call: Call) async throws -> Response {
        let offices = try await call.read { try Offices.listed(in: $0) }
        let choices = offices.map { Field.Choice(value: $0.county.code, words: call.say($0.name)) }
        let fields = AccountForm.signIn.filter { $0.name != "county" || offices.count > 1 }.map { field in
            guard field.name == "county" else {
                return field.field(call, value: field.name == "login" ? call.query["login"] : "")
            }
            var office = field.field(call, value: call.query["county"], choices: choices)
            office.empty = call.say("按登录名找", "By the login")
            return office
        }
        let form = Form(
            action: "/sign-in", fields: [back(call)] + fields, submit: call.say("登录", "Sign in"))
        return Page(
            title: call.say("登录", "Sign in"),
            body: """
                <div class="pagehead"><h1>\(call.say("登录", "Sign in"))</h1></div>\
                \(demoNote(call))\(form.html(call))<p class="sm mute">\
                \(call.say("居民不用登录：", "Residents need no login: "))<a href="/report">\
                \(call.say("上报问题", "report a problem"))</a>\(separator)<a href="/look-up">\
                \(call.say("查办理进度", "look up a case"))</a></p>
                """, isNarrow: true
        ).response(call)
    }
}

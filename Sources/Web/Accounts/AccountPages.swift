import Governance
import Hummingbird
import Rules

/// Signing in and out.
enum AccountPages {
    static func signInForm(_ call: Call) async throws -> Response {
        guard call.directory != nil else { return Responses.seeOther("/first-run") }
        return try await signInPage(call, answers: call.query, faults: [])
    }

    static func signIn(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do {
            let county = try await office(answers, call)
            var wish = Accounts.SignIn(
                login: answers["login"], password: answers.raw("password"), kind: .browser)
            (wish.network, wish.replacing) = (call.network, call.secret)
            let secret = try await Accounts.signIn(wish, of: county, at: call.now, office: call.office)
            return signedIn(secret, to: try await next(secret, back: answers["back"], call), call)
        } catch Refusal.invalid(let faults) {
            return try await signInPage(call, answers: answers, faults: faults)
        }
    }

    /// The office that was chosen; where several share a server and none was, the one that knows the login.
    static func office(_ answers: FormInput, _ call: Call) async throws -> County {
        if let chosen = County(answers["county"]) { return chosen }
        let known = try await call.read {
            try Accounts.home(of: answers["login"], among: Offices.listed(in: $0).map(\.county), in: $0)
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
        var response = Responses.seeOther("/sign-in")
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
        codePage(call, back: call.query["back"], faults: [])
    }

    static func giveCode(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        guard let waiting = call.secret else { throw Refusal.signInFirst }
        do {
            let secret = try await Accounts.giveCode(
                answers["code"], for: waiting, from: call.network, at: call.now, office: call.office)
            return signedIn(secret, to: Responses.back(to: answers["back"]), call)
        } catch Refusal.invalid(let faults) { return codePage(call, back: answers["back"], faults: faults) }
    }

    private static func codePage(_ call: Call, back: String, faults: [Refusal.Fault]) -> Response {
        let form = Form(
            action: "/sign-in/code",
            fields: [
                Field(name: "back", label: "", kind: .hidden, value: back),
                Field(
                    name: "code", label: call.say("验证码", "Code"), kind: .code,
                    hint: call.say(
                        "验证器上的六位数字；手机不在身边就填一个备用码", "Six digits from the authenticator, or a recovery code"),
                    isRequired: true),
            ], submit: call.say("登录", "Sign in"), faults: faults)
        return Page(
            title: call.say("验证码", "Code"),
            body: """
                <div class="pagehead"><h1>\(call.say("还差一步", "One more step"))</h1></div>\(form.html(call))\
                <p class="btns">\(PostButton(action: "/sign-out", words: call.say("换个账号登录", "Sign in as somebody else")).html(call))</p>
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
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

    private static func signInPage(_ call: Call, answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let offices = try await call.read { try Offices.listed(in: $0) }
        var fields = [
            Field(name: "back", label: "", kind: .hidden, value: answers.raw("back")),
            Field(
                name: "login", label: call.say("登录名", "Login"), kind: .line, value: answers["login"],
                isRequired: true),
            Field(name: "password", label: call.say("密码", "Password"), kind: .password, isRequired: true),
        ]
        if offices.count > 1 {
            let choices = offices.map { Field.Choice(value: $0.county.code, words: call.say($0.name)) }
            fields.insert(
                Field(
                    name: "county", label: call.say("机构", "Office"), kind: .select(choices),
                    value: answers["county"], empty: call.say("按登录名找", "By the login")),
                at: 1)
        }
        let form = Form(action: "/sign-in", fields: fields, submit: call.say("登录", "Sign in"), faults: faults)
        return Page(
            title: call.say("登录", "Sign in"),
            body: """
                <div class="pagehead"><h1>\(call.say("登录", "Sign in"))</h1></div>\
                \(demoNote(call))\(form.html(call))<p class="sm mute">\
                \(call.say("居民不用登录：", "Residents need no login: "))<a href="/report">\
                \(call.say("上报问题", "report a problem"))</a>\(separator)<a href="/look-up">\
                \(call.say("查办理进度", "look up a case"))</a></p>
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

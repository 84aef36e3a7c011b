import Governance
import Hummingbird

/// Setting up the second factor, on the own account.
enum SecondFactorPages {
    static func show(_ call: Call) async throws -> Response { try await page(call, faults: []) }

    /// Begins, confirms, makes recovery codes anew, or takes it away: each after the password.
    static func change(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let holder = try call.session()
        do {
            if answers["verb"] == "confirm" {
                try call.office.pace.enter(
                    "confirm \(holder.account)", from: call.network, isKnown: true, at: call.now)
                let codes = try await call.write {
                    try SecondFactor.confirm(answers["code"], by: holder, at: call.now, in: $0)
                }
                call.office.pace.forget("confirm \(holder.account)")
                return codesPage(codes, call)
            }
            try await Accounts.prove(
                answers.raw("password"), of: holder, from: call.network, at: call.now, office: call.office)
            switch answers["verb"] {
            case "begin":
                _ = try await call.write { try SecondFactor.begin(by: holder, at: call.now, in: $0) }
            case "codes":
                return codesPage(
                    try await call.write { try SecondFactor.renewCodes(by: holder, at: call.now, in: $0) },
                    call)
            case "remove": try await call.write { try SecondFactor.remove(by: holder, at: call.now, in: $0) }
            default: throw Refusal.notFound
            }
            return Responses.seeOther("/me/second-factor")
        } catch Refusal.invalid(let faults) {
            return try await page(call, faults: faults, verb: answers["verb"])
        }
    }

    private static func page(_ call: Call, faults: [Refusal.Fault], verb: String = "") async throws
        -> Response
    {
        let holder = try call.session()
        let (account, draft, codes) = try await call.read { books in
            (
                try Accounts.own(holder, in: books), try SecondFactor.draft(of: holder, in: books),
                try SecondFactor.codesLeft(of: holder.account, county: call.actor.county, in: books)
            )
        }
        let why: HTML? =
            holder.step == .factor
            ? "<p class=\"note info\">\(call.say("您的岗位规定要两步验证：除了密码，还要手机上每半分钟一换的六位数字。设好就能办事。", "Your post requires a second factor: besides the password, six digits from your telephone that change every half minute."))</p>"
            : nil
        var parts: [HTML] = []
        if let draft { parts.append(confirming(draft, call, verb == "confirm" ? faults : [])) }
        parts.append(beginning(account, call, verb == "begin" ? faults : [], isAgain: draft != nil))
        if account.hasFactor { parts.append(renewing(codes, call, verb == "codes" ? faults : [])) }
        if account.hasFactor, !holder.needsFactor {
            parts.append(removing(call, verb == "remove" ? faults : []))
        }
        return Page(
            title: call.say("两步验证", "Second factor"), current: "/me",
            body:
                """
                <div class="pagehead"><h1>\(call.say("两步验证", "Second factor"))</h1></div>\
                \(why)<div class="stack">\(parts)</div>
                """,
            isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func form(
        _ verb: String, _ fields: [Field], _ submit: String, _ faults: [Refusal.Fault], isPrimary: Bool = true
    ) -> Form {
        Form(
            action: "/me/second-factor", fields: AdminPages.hidden(("verb", verb)) + fields, submit: submit,
            faults: faults, isPrimary: isPrimary)
    }
    private static func password(_ call: Call) -> Field {
        Field(
            name: "password", label: call.say("现在的密码", "Present password"), kind: .password, isRequired: true)
    }

    private static func beginning(_ account: Account, _ call: Call, _ faults: [Refusal.Fault], isAgain: Bool)
        -> HTML
    {
        let words =
            account.hasFactor
            ? call.say("换一部手机", "Another telephone")
            : isAgain
                ? call.say("数字总不对？换一个二维码", "The digits are never right? Take another code")
                : call.say("第一步：开始", "First: begin")
        let form = form(
            "begin", [password(call)], isAgain ? call.say("重新生成", "Make another") : call.say("开始设置", "Begin"),
            faults, isPrimary: !isAgain && !account.hasFactor
        )
        let how = call.say(
            "先在手机上装一个验证器（支持 TOTP 的都行，不用联网）。",
            "Install an authenticator on your telephone first: any that knows TOTP; it needs no network.")
        return AdminPages.section(words, "<p class=\"mute\">\(how)</p>\(form.html(call))")
    }

    private static func confirming(
        _ draft: (secret: String, address: String), _ call: Call, _ faults: [Refusal.Fault]
    ) -> HTML {
        let code = Field(
            name: "code", label: call.say("验证器上现在的六位数字", "The six digits that it shows now"), kind: .code,
            isRequired: true)
        let form = form("confirm", [code], call.say("启用", "Put in force"), faults)
        return AdminPages.section(
            call.say("第二步：扫码，填数字", "Second: scan, and enter the digits"),
            """
            <p>\(QRCode.svg(draft.address, label: call.say("两步验证的二维码", "QR code of the second factor")))</p>\
            <p class="mute sm">\(call.say("扫不了就手工输入：", "Or type it in: "))<code>\(draft.secret)</code></p>\
            \(form.html(call))
            """)
    }

    private static func renewing(_ codes: Int, _ call: Call, _ faults: [Refusal.Fault]) -> HTML {
        let form = form(
            "codes", [password(call)], call.say("重发备用码", "Make new codes"), faults, isPrimary: false)
        return AdminPages.section(
            call.say("备用码", "Recovery codes"),
            """
            <p>\(call.say("还有 \(codes) 个。重发后旧的作废。", "\(codes) are left. New ones end the old."))</p>\
            \(form.html(call))
            """
        )
    }

    private static func removing(_ call: Call, _ faults: [Refusal.Fault]) -> HTML {
        let form = form("remove", [password(call)], call.say("停用两步验证", "Remove it"), faults, isPrimary: false)
        return AdminPages.section(call.say("停用", "Remove"), form.html(call))
    }

    private static func codesPage(_ codes: [String], _ call: Call) -> Response {
        Page(
            title: call.say("备用码", "Recovery codes"), current: "/me",
            body: """
                <div class="pagehead"><h1>\(call.say("两步验证已启用", "The second factor is in force"))</h1></div>\
                <p>\(call.say("手机丢了就用下面的备用码登录，每个用一次。只显示这一次，请打印或抄下来，和手机分开放。", "If the telephone is lost, each of these opens the door once. They are shown this once: print or copy them, and keep them apart from the telephone."))</p>\
                <ul class="plain">\(codes.html { "<li><code>\($0)</code></li>" })</ul>\
                <p class="btns"><a class="btn pri" href="/">\(call.say("抄好了，去办事", "Done"))</a></p>
                """, isNarrow: true
        ).response(call)
    }
}

import Governance
import Hummingbird

/// Setting up the second factor, on the own account.
enum SecondFactorPages {
    private static let path = "/me/second-factor"

    /// Begins, confirms, makes recovery codes anew, or takes it away: each after the password.
    static func change(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let holder = try call.session()
        if sent["verb"] == "confirm" {
            let code = try AccountForm.confirm.read(sent)["code"]
            try call.office.pace.enter(
                "confirm \(holder.account)", from: call.network, isKnown: true, at: call.now)
            let codes = try await call.write {
                try SecondFactor.confirm(code, by: holder, at: call.now, in: $0)
            }
            call.office.pace.forget("confirm \(holder.account)")
            return codesPage(codes, call)
        }
        _ = try AccountForm.prove.read(sent)
        try await Accounts.prove(
            sent.raw("password"), of: holder, from: call.network, at: call.now, office: call.office)
        switch sent["verb"] {
        case "begin":
            _ = try await call.write { try SecondFactor.begin(by: holder, at: call.now, in: $0) }
            return call.done(
                path, "二维码已生成，扫码并填对一次数字以后才启用。",
                "The code is made. It holds once you have scanned it and entered its digits.")
        case "codes":
            return codesPage(
                try await call.write { try SecondFactor.renewCodes(by: holder, at: call.now, in: $0) },
                call)
        case "remove":
            try await call.write { try SecondFactor.remove(by: holder, at: call.now, in: $0) }
            return call.done(
                path, "两步验证已停用，备用码作废；以后登录只凭密码。",
                "The second factor is removed with its recovery codes; the password alone opens from now on.")
        default: throw Refusal.notFound
        }
    }

    /// One form for the password at a time: what is rarer has an address of its own.
    static func show(_ call: Call) async throws -> Response {
        let holder = try call.session()
        let (account, draft, codes) = try await call.read { books in
            (
                try Accounts.own(holder, in: books), try SecondFactor.draft(of: holder, in: books),
                try SecondFactor.codesLeft(of: holder, in: books)
            )
        }
        let why: HTML? =
            holder.step == .factor
            ? "<p class=\"note info\">\(call.say("您的岗位规定要两步验证：除了密码，还要手机上每半分钟一换的六位数字。设好就能办事。", "Your post requires a second factor: besides the password, six digits from your telephone that change every half minute."))</p>"
            : nil
        let wanted = call.submission.refused.map { $0.values["verb"] } ?? call.query["do"]
        let mayRemove = account.hasFactor && !holder.needsFactor
        var parts: [HTML] = []
        switch wanted {
        case "codes" where account.hasFactor: parts.append(renewing(codes, call))
        case "remove" where mayRemove: parts.append(removing(call))
        default:
            if let draft { parts.append(confirming(draft, call)) }
            parts.append(beginning(account, call, isAgain: draft != nil))
        }
        let ways = [
            ("begin", call.say("换一部手机", "Another telephone")), ("codes", call.say("备用码", "Recovery codes")),
            ("remove", call.say("停用", "Remove")),
        ].filter { $0.0 != "remove" || mayRemove }.map { ("\(path)?do=\($0.0)", $0.1) }
        let current = ways.first { $0.0 == "\(path)?do=\(wanted)" }?.0 ?? ways[0].0
        let tabs: HTML? =
            account.hasFactor
            ? AdminPages.choice(call.say("办什么", "What to do"), ways, current: current) : nil
        return Page(
            title: call.say("两步验证", "Second factor"), current: "/me",
            body:
                """
                <div class="pagehead"><h1>\(call.say("两步验证", "Second factor"))</h1></div>\
                \(why)\(tabs)<div class="stack">\(parts)</div>
                """,
            isNarrow: true
        ).response(call)
    }

    private static func form(
        _ verb: String, _ fields: [FormField], _ submit: String, _ call: Call, isPrimary: Bool = true
    ) -> Form {
        Form(
            action: path, fields: AdminPages.hidden(("verb", verb)) + fields.map { $0.field(call) },
            submit: submit, isPrimary: isPrimary)
    }

    private static func beginning(_ account: Account, _ call: Call, isAgain: Bool) -> HTML {
        let words =
            account.hasFactor
            ? call.say("换一部手机", "Another telephone")
            : isAgain
                ? call.say("数字总不对？换一个二维码", "The digits are never right? Take another code")
                : call.say("第一步：开始", "First: begin")
        let form = form(
            "begin", AccountForm.prove,
            isAgain ? call.say("重新生成", "Make another") : call.say("开始设置", "Begin"), call,
            isPrimary: !isAgain && !account.hasFactor)
        let how = call.say(
            "先在手机上装一个验证器（支持 TOTP 的都行，不用联网）。",
            "Install an authenticator on your telephone first: any that knows TOTP; it needs no network.")
        return AdminPages.section(words, "<p class=\"mute\">\(how)</p>\(form.html(call))")
    }

    private static func confirming(_ draft: (secret: String, address: String), _ call: Call) -> HTML {
        let form = form("confirm", AccountForm.confirm, call.say("启用", "Put in force"), call)
        return AdminPages.section(
            call.say("第二步：扫码，填数字", "Second: scan, and enter the digits"),
            """
            <p>\(QRCode.svg(draft.address, label: call.say("两步验证的二维码", "QR code of the second factor")))</p>\
            <p class="mute sm">\(call.say("扫不了就手工输入：", "Or type it in: "))<code>\(draft.secret)</code></p>\
            \(form.html(call))
            """)
    }

    private static func renewing(_ codes: Int, _ call: Call) -> HTML {
        let form = form(
            "codes", AccountForm.prove, call.say("重发备用码", "Make new codes"), call, isPrimary: false)
        return AdminPages.section(
            call.say("备用码", "Recovery codes"),
            """
            <p>\(call.say("还有 \(codes) 个。重发后旧的作废。", "\(codes) are left. New ones end the old."))</p>\
            \(form.html(call))
            """
        )
    }

    private static func removing(_ call: Call) -> HTML {
        let form = form(
            "remove", AccountForm.prove, call.say("停用两步验证", "Remove it"), call, isPrimary: false)
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

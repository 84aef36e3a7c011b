import Foundation
import Governance
import Hummingbird

/// The very first page of a new data folder: it names the office and makes the first administrator. Closed
/// afterwards.
enum FirstRunPages {
    static func found(_ call: Call) async throws -> Response {
        try isOpen(call)
        let sent = try await call.form()
        let values = try fields(call).read(sent)
        try guardCode(values["code"], call)
        let draft = try Offices.Draft(values)
        // A password is what it is, with its blanks.
        let clear = sent.raw("password")
        guard clear == sent.raw("repeated") else {
            throw Refusal.invalid("repeated", zh: "两次密码不一样。", en: "The two passwords differ.")
        }
        try PasswordRules.check(
            clear, beside: [values["login"], values["person"], values["name_zh"], values["name_en"]])
        let password = try await Password.make(clear, chance: call.office.chance)
        try await call.write { books in
            guard try Offices.listed(in: books).isEmpty else { throw Refusal.notFound }
            try Offices.found(
                draft, administrator: (values["login"], values["person"], password), at: call.now,
                in: books)
        }
        var wish = Accounts.SignIn(login: values["login"], password: clear, kind: .browser)
        wish.network = call.network
        let secret = try await Accounts.signIn(wish, of: draft.county, at: call.now, office: call.office)
        var response = AccountPages.signedIn(
            secret, to: try await AccountPages.next(secret, back: "/admin", call), call)
        Said.tell(
            call.say(
                "机构已启用，您是第一个管理员。接着登记区划和单位。",
                "The office is founded; you are its first administrator. Territories and units come next."
            ), &response, call)
        return response
    }

    /// What is asked here: a code only where the server printed one.
    private static func fields(_ call: Call) -> [FormField] {
        (call.doors.firstRunCode == nil ? [] : [OfficeForm.code]) + OfficeForm.found
    }

    /// Whoever reaches the port first need not be whoever started the server.
    private static func guardCode(_ sent: String, _ call: Call) throws {
        guard let code = call.doors.firstRunCode else { return }
        func plain(_ text: String) -> [UInt8] { text.uppercased().utf8.filter { $0 > 0x20 && $0 != 0x2D } }
        let (given, right) = (plain(sent), plain(code))
        // As long for a code that is nearly right as for any other.
        let isRight = given.count == right.count && zip(given, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
        guard isRight else {
            throw Refusal.invalid(
                "code", zh: "启动码不对，见服务器启动时的输出。", en: "Not the code that the server printed when it started.")
        }
    }

    private static func isOpen(_ call: Call) throws {
        guard call.directory == nil else { throw Refusal.notFound }
    }

    static func form(_ call: Call) async throws -> Response {
        try isOpen(call)
        let form = Form(
            action: "/first-run",
            fields: fields(call).map { field in
                // What proves who somebody is does not come by an address.
                switch field.kind {
                case .password, .oneTimeCode: field.field(call)
                default: field.field(call, value: call.query[field.name])
                }
            }, submit: call.say("启用", "Found the office"))
        return Page(
            title: call.say("第一次使用", "First run"),
            body: """
                <div class="pagehead"><h1>\(call.say("第一次使用", "First run"))</h1></div><p class="mute">\(call.say("给机构起名，设第一个管理员。日历和一套类别已经带好。", "Name the office and set the first administrator. The calendar and a starter set of categories are included."))</p>\(form.html(call))
                """, isNarrow: true
        ).response(call)
    }
}

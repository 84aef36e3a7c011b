import Foundation
import Governance
import Hummingbird

/// The very first page of a new data folder: it names the office and makes the first administrator. Closed
/// afterwards.
enum FirstRunPages {
    static func form(_ call: Call) async throws -> Response {
        try isOpen(call)
        return page(call, answers: call.query, faults: [])
    }

    static func found(_ call: Call) async throws -> Response {
        try isOpen(call)
        let answers = try await call.form()
        do {
            try guardCode(answers, call)
            guard let county = County(answers["county"]) else {
                throw Refusal.invalid("county", zh: "县（区）代码是 6 位数字。", en: "A county's code is six digits.")
            }
            guard answers.raw("password") == answers.raw("repeated") else {
                throw Refusal.invalid("repeated", zh: "两次密码不一样。", en: "The two passwords differ.")
            }
            try PasswordRules.check(
                answers.raw("password"),
                beside: [answers["login"], answers["person"], answers["name_zh"], answers["name_en"]])
            let password = try await Password.make(answers.raw("password"), chance: call.office.chance)
            let draft = Offices.Draft(
                county: county, countyName: answers["county_name"], nameZh: answers["name_zh"],
                nameEn: answers["name_en"],
                townCode: answers["town_code"].isEmpty ? county.code + "000000" : answers["town_code"],
                townName: answers["town_name"], prefix: answers["prefix"])
            try await call.write { books in
                guard try Offices.listed(in: books).isEmpty else { throw Refusal.notFound }
                try Offices.found(
                    draft, administrator: (answers["login"], answers["person"], password), at: call.now,
                    in: books)
            }
            var wish = Accounts.SignIn(
                login: answers["login"], password: answers.raw("password"), kind: .browser)
            wish.network = call.network
            let secret = try await Accounts.signIn(wish, of: county, at: call.now, office: call.office)
            return AccountPages.signedIn(
                secret, to: try await AccountPages.next(secret, back: "/admin", call), call)
        } catch Refusal.invalid(let faults) { return page(call, answers: answers, faults: faults) }
    }

    /// Whoever reaches the port first need not be whoever started the server.
    private static func guardCode(_ answers: FormInput, _ call: Call) throws {
        guard let code = call.doors.firstRunCode else { return }
        func plain(_ text: String) -> [UInt8] { text.uppercased().utf8.filter { $0 > 0x20 && $0 != 0x2D } }
        let (given, right) = (plain(answers["code"]), plain(code))
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

    private static func page(_ call: Call, answers: FormInput, faults: [Refusal.Fault]) -> Response {
        func field(
            _ name: String, _ label: String, _ kind: Field.Kind = .line, hint: String = "",
            required: Bool = true
        ) -> Field {
            if case .password = kind {
                return Field(name: name, label: label, kind: kind, hint: hint, isRequired: required)
            }
            return Field(
                name: name, label: label, kind: kind, value: answers[name], hint: hint, isRequired: required)
        }
        let code = field(
            "code", call.say("启动码", "Code"),
            hint: call.say("服务器启动时显示在它的输出里", "The server printed it when it started"))
        let form = Form(
            action: "/first-run",
            fields: (call.doors.firstRunCode == nil ? [] : [code]) + [
                field(
                    "name_zh", call.say("机构名称", "Name of the office"),
                    hint: call.say("例如 重庆路街道办事处", "such as 重庆路街道办事处")),
                field("name_en", call.say("英文名称", "Name in English"), required: false),
                field(
                    "county", call.say("县（区）代码", "Code of the county"),
                    hint: call.say("6 位，例如 410305", "six digits, such as 410305")),
                field("county_name", call.say("县（区）名称", "Name of the county")),
                field(
                    "town_code", call.say("乡镇（街道）代码", "Code of the township"),
                    hint: call.say("整县使用就不填", "Leave empty if the whole county uses it"),
                    required: false),
                field("town_name", call.say("乡镇（街道）名称", "Name of the township"), required: false),
                field(
                    "prefix", call.say("编号前缀", "Prefix of case numbers"),
                    hint: call.say(
                        "字母，例如 CQL，编号就是 CQL-2026-000001", "letters, such as CQL for CQL-2026-000001")),
                field("person", call.say("管理员姓名", "The administrator's name")),
                field("login", call.say("登录名", "Login")),
                field("password", call.say("密码", "Password"), .password, hint: call.say(PasswordRules.hint)),
                field("repeated", call.say("再写一次密码", "The password again"), .password),
            ], submit: call.say("启用", "Found the office"), faults: faults)
        return Page(
            title: call.say("第一次使用", "First run"),
            body: """
                <div class="pagehead"><h1>\(call.say("第一次使用", "First run"))</h1></div><p class="mute">\(call.say("给机构起名，设第一个管理员。日历和一套类别已经带好。", "Name the office and set the first administrator. The calendar and a starter set of categories are included."))</p>\(form.html(call))
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

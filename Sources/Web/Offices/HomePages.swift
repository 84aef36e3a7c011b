import Governance
import Hummingbird
import Rules

/// The first door, the look of the pages, the demo's own page, and the health of the server.
enum HomePages {
    static func home(_ call: Call) async throws -> Response {
        guard call.directory != nil else { return Responses.seeOther("/first-run") }
        return Responses.seeOther(Navigation.home(of: call.actor))
    }

    /// Sets language or size of text in a cookie and goes back.
    static func look(_ call: Call) async throws -> Response {
        var response = Responses.seeOther(Responses.back(to: call.query.raw("back")))
        if let language = Language(rawValue: call.query["lang"]) {
            set("lang", language.rawValue, on: &response, call)
        }
        if ["large", "normal"].contains(call.query["size"]) {
            set("size", call.query["size"], on: &response, call)
        }
        return response
    }

    private static func set(_ name: String, _ value: String, on response: inout Response, _ call: Call) {
        response.setCookie(
            Cookie(
                name: name, value: value, maxAge: 365 * 86_400, path: "/", secure: call.isSecure,
                httpOnly: true, sameSite: .lax))
    }

    // A probe may add what it likes to the address.
    static let health = Endpoint(
        .init("health", .service, "Whether the server answers"), answers: [.json(healthShape, "It does.")]
    ) { call in
        let county = call.directory?.office.county
        let lines = county == nil ? 0 : try await call.read { try Log.count(for: call.actor, in: $0) }
        return Responses.json(healthShape.json((county?.code, lines), ShapeContext(call)))
    }

    private static let healthShape = Shape<(office: String?, lines: Int)> {
        Member("status", as: .choice(name: nil, ["ok"])) { _, _ in .string("ok") }
        Member("office", "The county of the office; null before one was founded.") { $0.office }
        Member("log_lines") { $0.lines }
        Member("now", in: { $1.now })
    }

    static func aboutDemo(_ call: Call) async throws -> Response {
        let command = "luoshi serve --data DIR"
        return Page(
            title: call.say("怎样建自己的机构", "An office of your own"),
            body: """
                <div class="pagehead"><h1>\
                \(call.say("怎样建自己的机构", "How to begin with an office of your own"))</h1></div>\
                <p class="lead">\(call.say("这里的人、电话、单位都是虚构的；时间停在 2019 年 9 月 20 日 9:40，打开后往前走。随便点，改坏了重新装一次演示就行。", "People, numbers and units here are invented; it is 20 September 2019, 09:40, when it opens, and time runs on. Press anything; load the demo again if you spoil it."))</p>\
                <section class="sec"><header><h2>\(call.say("三步", "Three steps"))</h2></header>\
                <ol class="plain numbered"><li>\
                \(call.say("给一个空的数据文件夹，启动：", "Give it an empty data folder and start it: "))<code>\
                \(command)</code></li>\
                <li>\(call.say("打开首页，写上机构名称，设第一个管理员。", "Open the first page, name the office and set the first administrator."))</li><li>\(call.say("管理员在“管理”里导入区划、单位、人员，或者逐个登记。", "Under Administration import territories, units and people, or enter them one by one."))</li></ol></section>
                """
        ).response(call)
    }
}

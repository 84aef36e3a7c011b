import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Testing
import Web

@Suite(.serialized) struct `A program does everything that a page does` {
    @Test func `a token is had for a name and a password, tells whose it is, and ends when it is given back`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let reply = try await browser.call(
                "/api/v1/tokens", ["login": "dispatcher", "password": Town.password])
            #expect(reply.status == 201)
            let token = try #require(Secret(try reply.json()["token"]?.stringValue ?? ""))
            let program = browser.program(token)
            let me = try await program.get("/api/v1/me").json()
            #expect(me["name"]?.stringValue == "戴调度")
            #expect(me["posts"]?.items.first?["kind"]?.stringValue == "dispatcher")
            #expect(me["powers"]?.items.contains(.string("dispatchCase")) == true)
            #expect(try await program.send(.delete, "/api/v1/tokens/current").status == 204)
            #expect(try await program.get("/api/v1/me").status == 401)
        }
    }

    @Test func `every refusal has one shape`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("wyworker", as: .token))
            let dispatcher = browser.program(try await town.secret("dispatcher", as: .token))
            let cases: [(Reply, Int, String)] = [
                (try await browser.get("/api/v1/me"), 401, "sign_in_first"),
                (try await program.get("/api/v1/figures"), 403, "not_allowed"),
                (try await program.get("/api/v1/cases/\(item.id)"), 404, "not_found"),
                (try await dispatcher.call("/api/v1/cases/\(item.id)/file"), 422, "invalid"),
                (
                    try await dispatcher.call("/api/v1/cases/\(item.id)/check", ["finding": "好"]), 409,
                    "not_now"
                ),
                (
                    try await dispatcher.call(
                        "/api/v1/cases/\(item.id)/decline", ["reason": "不实", "version": "9"]), 409,
                    "changed_meanwhile"
                ),
            ]
            for (reply, status, code) in cases {
                #expect(reply.status == status)
                #expect(reply.headers[.contentType] == "application/json; charset=utf-8")
                let error = try #require(try reply.json()["error"])
                #expect(error["code"]?.stringValue == code)
                #expect(error.members.map(\.0) == ["code", "fields", "message", "request"])
                #expect(error["message"]?.stringValue?.isEmpty == false)
            }
            let faults =
                try await dispatcher.call(
                    "/api/v1/cases", ["source": "patrol", "body": "", "territory": "没有这里"]
                ).json().at("error", "fields")?.items ?? []
            #expect(faults.compactMap { $0["field"]?.stringValue } == ["body", "territory"])
        }
    }

    @Test(arguments: [
        "cases?colour=red", "cases?state=lost", "cases?source=x", "cases?limit=0", "cases?limit=201",
        "cases?limit=x", "cases?cursor=x",
        "cases?cursor=1.2", "cases?reported_from=2019-02-30", "cases?updated_after=yesterday",
        "cases?unit=12", "cases?heap=none",
        "cases?territory=nowhere", "territories?level=moon", "units?kind=x", "units?on=x", "posts?kind=x",
        "posts?unit=1", "people?colour=1",
        "categories?cursor=none", "settings?x=1", "log?limit=1000", "log?before=0", "public?limit=101",
        "public?q=1",
        "figures?from=2019-13-01", "figures?from=2019-02-01&to=2019-01-01", "figures?as_of=2099-01-01",
        "figures?territory=x",
        "cases?q=\(String(repeating: "x", count: 201))",
    ])
    func `a query that is not known or not possible is refused with its name`(_ query: String) async throws {
        let town = try await Town.settled()
        let login = ["people", "settings", "log"].contains { query.hasPrefix($0) } ? "admin" : "leader"
        try await town.open { (browser: Browser) async throws in
            let reply = try await browser.program(try await town.secret(login, as: .token)).get(
                "/api/v1/\(query)")
            #expect(reply.status == 422)
            let field = try reply.json().at("error", "fields")?.items.first?["field"]?.stringValue
            let names = query.split(separator: "?")[1].split(separator: "&").map {
                $0.split(separator: "=")[0]
            }
            #expect(names.contains { $0 == field ?? "" }, "\(field ?? "none")")
        }
    }

    @Test(arguments: [
        "", "[]", "1", "{", "{\"body\":", "{\"body\":[1]}", "{\"body\":{\"a\":1}}", "nonsense",
        "{\"body\":\"\\ud800\"}", "\u{FEFF}{}",
    ])
    func `a body that is no flat object is refused and stores nothing`(_ text: String) async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let reply = try await browser.call("/api/v1/reports", text: text)
            #expect(reply.status == 422)
        }
        #expect(try await town.count() == 0)
    }

    @Test func `paging by cursor visits each case exactly once, even while new ones come in`() async throws {
        let town = try await Town.settled()
        var made: Set<String> = []
        for index in 0..<23 {
            // Several at the same moment: the identity has to break the tie.
            if index % 3 == 0 { town.pass(minutes: 1) }
            made.insert(try await town.report("第\(index)件").id.text)
        }
        let known = made
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("leader", as: .token))
            for heap in ["all", "todo"] {
                var (cursor, ids): (String?, [String]) = ("", [])
                while let at = cursor, ids.count < 60 {
                    let page = try await program.get("/api/v1/cases?limit=5&heap=\(heap)&cursor=\(at)").json()
                    #expect((page["total"]?.number ?? 0) >= 23)
                    ids += (page["items"]?.items ?? []).compactMap { $0["id"]?.stringValue }
                    cursor = page["next"]?.stringValue
                    if ids.count == 10, heap == "all" {
                        town.pass(minutes: 1)
                        _ = try await town.report("翻页时来的")
                    }
                }
                #expect(ids.count == Set(ids).count, "one is there twice")
                #expect(known.subtracting(ids) == [], "one was passed over")
            }
            for list in ["territories", "units", "posts", "categories"] {
                var (cursor, count): (String?, Int) = ("", 0)
                var total = -1
                while let at = cursor, count < 200 {
                    let page = try await program.get("/api/v1/\(list)?limit=4&cursor=\(encoded(at))").json()
                    total = page["total"]?.number ?? 0
                    count += page["items"]?.items.count ?? 0
                    cursor = page["next"]?.stringValue
                }
                #expect(count == total, "\(list)")
            }
        }
    }

    @Test func `filters say what they filter`() async throws {
        let town = try await Town.settled()
        let (near, far) = (try await town.handling(), try await town.report("三网格的事", territory: Town.g21))
        let wy = try await town.unit("wy")
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("leader", as: .token))
            let wanted: [(String, [Case])] = [
                ("state=handling", [near]), ("state=reported", [far]), ("source=hotline", [far, near]),
                ("source=police", []),
                ("category=\(Town.corridor)", [near]), ("territory=\(Town.c2)", [far]),
                ("territory=\(encoded("一网格"))", [near]), ("unit=\(wy)", [near]),
                ("reported_from=2019-03-04&reported_to=2019-03-04", [far, near]),
                ("reported_to=2019-03-03", []), ("q=\(encoded("三网格"))", [far]),
                ("q=\(near.number)", [near]), ("updated_after=2019-03-04T23:00:00Z", []), ("heap=done", []),
            ]
            for (query, cases) in wanted {
                let page = try await program.get("/api/v1/cases?\(query)").json()
                #expect(
                    Set((page["items"]?.items ?? []).compactMap { $0["id"]?.stringValue })
                        == Set(cases.map(\.id.text)), "\(query)")
                #expect(page["total"]?.number == cases.count, "\(query)")
            }
        }
    }

    @Test(arguments: CaseVerb.allCases)
    func `every verb of the life table is had by its name and leads where the table says`(_ verb: CaseVerb)
        async throws
    {
        let town = try await Town.settled()
        let (item, login) = try await `A fragment of SQL or HTML is only a text`.place(for: verb, town)
        let other = try await town.report("另一件", territory: Town.g11)
        let answers: [CaseField: String] = [
            .finding: "看过", .reason: "有缘故", .words: "说一句", .done: "办好了", .category: Town.corridor,
            .territory: Town.g11,
            .title: "另一半", .unit: try await town.unit(verb == .assist ? "cg" : "wy"),
            .person: try await town.person(verb == .assist ? "cghead" : "wyworker"), .into: other.number,
            .days: "2", .until: "2019-04-01",
        ]
        let step = Case.transition(verb)
        var fields = Dictionary(
            uniqueKeysWithValues: step.form.filter(\.isRequired).map { field in
                (field.name, CaseField(rawValue: field.name).flatMap { answers[$0] } ?? "")
            })
        if verb == .file { fields["finding"] = "看过" }
        if verb == .callBack {
            fields.merge(["reached": "true", "solved": "true", "satisfaction": "satisfied"]) { $1 }
        }
        fields["version"] = "\(item.version)"
        let sent = fields
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret(login, as: .token))
            let whole = try await program.get("/api/v1/cases/\(item.id)").json()
            #expect(whole["possible"]?.items.contains { $0["verb"]?.stringValue == verb.rawValue } == true)
            let reply = try await program.call("/api/v1/cases/\(item.id)/\(verb.rawValue)", sent)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(try reply.json()["state"]?.stringValue == (step.to ?? item.state).rawValue)
            #expect(try reply.json()["version"]?.number ?? 0 > item.version)
            let again = try await program.call("/api/v1/cases/\(item.id)/\(verb.rawValue)", sent)
            #expect(again.status == 409 || again.status == 404, "the version is old: \(again.status)")
        }
        #expect(
            try await town.log(kind: "case.\(verb.rawValue)").filter { $0.subject.id == item.id.text }.count
                == 1)
    }

    @Test func `a decision is made by who it waits for and by nobody else`() async throws {
        let town = try await Town.settled()
        let item = try await town.handling()
        try await town.perform(.extend, item.id, ["days": "2", "reason": "等料"], by: "wyworker")
        try await town.open { (browser: Browser) async throws in
            let deputy = browser.program(try await town.secret("deputy", as: .token))
            let waiting = try await deputy.get("/api/v1/decisions").json()
            let id = try #require(waiting["items"]?.items.first?["id"]?.stringValue)
            #expect(waiting["items"]?.items.first?.at("case", "id")?.stringValue == item.id.text)
            #expect(
                try await deputy.call("/api/v1/decisions/\(id)", ["words": "好"]).status == 422,
                "neither yes nor no")
            let worker = browser.program(try await town.secret("wyworker", as: .token))
            #expect(try await worker.call("/api/v1/decisions/\(id)", ["grant": "true"]).status == 403)
            #expect(try await deputy.call("/api/v1/decisions/\(id)", ["grant": "true"]).status == 200)
            #expect(
                [404, 409].contains(
                    try await deputy.call("/api/v1/decisions/\(id)", ["grant": "true"]).status))
        }
        let extended = try await town.find(item.id)
        #expect(extended.extensions == 1)
        #expect(try #require(extended.dueAt) > #require(item.dueAt))
    }

    @Test func `an answer on a page that says neither yes nor no decides nothing`() async throws {
        let town = try await Town.settled()
        let item = try await town.handling()
        try await town.perform(.extend, item.id, ["days": "2", "reason": "等料"], by: "wyworker")
        let wait = try await town.office.read {
            try #require(try Decisions.open(of: item, for: .system(of: Town.county), in: $0).first)
        }
        try await town.open { (browser: Browser) async throws in
            let deputy = browser.holding(try await town.secret("deputy"))
            let reply = try await deputy.post("/decisions/\(wait.id)", ["words": "再说"])
            #expect(reply.status == 422, "\(reply.status)")
        }
        let still = try await town.office.read {
            try Decisions.open(of: item, for: .system(of: Town.county), in: $0).map(\.id)
        }
        #expect(still == [wait.id])
    }

    @Test func `an administrator sets up a place, a unit, a post and a person without a page`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.program(try await town.secret("admin", as: .token))
            func make(_ path: String, _ fields: [String: String]) async throws -> JSON {
                let reply = try await admin.call("/api/v1/\(path)", fields)
                #expect(reply.status == 201, "\(path): \(reply.text)")
                return try reply.json()
            }
            let place = try await make(
                "territories", ["name": "九网格", "level": "grid", "code": "41030500600109", "parent": Town.c1])
            #expect(place["name"]?.stringValue == "九网格")
            let unit = try await make(
                "units",
                ["code": "school", "name_zh": "长安路小学", "kind": "stationed_unit", "territory": Town.c1])
            let unitID = try #require(unit["id"]?.stringValue)
            let post = try await make(
                "posts",
                ["code": "head", "title_zh": "校长", "kind": "unit_lead", "unit": unitID, "territory": Town.c1])
            let person = try await make("people", ["name": "沈校长", "phone": "13900001111"])
            let (postID, personID) = (
                try #require(post["id"]?.stringValue), try #require(person["id"]?.stringValue)
            )
            let asked = try await admin.call("/api/v1/posts/\(postID)/begin", ["person": personID])
            #expect(asked.status == 202, "somebody else has to confirm it")
            let request = try #require(try asked.json()["waiting"]?.items.first?["id"]?.stringValue)
            #expect(
                try await admin.call("/api/v1/power-requests", ["request": request, "decision": "grant"])
                    .status == 403)
            let leader = browser.program(try await town.secret("leader", as: .token))
            #expect(
                try await leader.call("/api/v1/power-requests", ["request": request, "decision": "grant"])
                    .status == 200)
            #expect(
                try await admin.call("/api/v1/people/\(personID)/account", ["login": "head"]).status == 200)
            #expect(try await admin.call("/api/v1/people/\(personID)/fly").status == 404)
            #expect(try await admin.call("/api/v1/units/\(unitID)/end", ["on": "2019-02-30"]).status == 422)
            #expect(
                try await admin.call("/api/v1/settings", ["name": "reopen_days", "value": "20"]).status == 200
            )
            #expect(
                try await admin.call("/api/v1/settings", ["name": "reopen_days", "value": "-5"]).status == 422
            )
            let posts = try await admin.get("/api/v1/posts?unit=\(unitID)").json()
            #expect(
                posts["items"]?.items.first?["tenures"]?.items.first?.at("person", "name")?.stringValue
                    == "沈校长")
        }
    }
}

@Suite(.serialized) struct `One intention has one effect` {
    @Test func `the same request with one key is answered alike and stored once`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("dispatcher", as: .token))
            let fields = ["source": "hotline", "body": "井盖坏了", "territory": Town.g11]
            let first = try await program.call("/api/v1/cases", fields, key: "a-1")
            let second = try await program.call("/api/v1/cases", fields, key: "a-1")
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(first.text == second.text)
            #expect(second.headers[HTTPField.Name("Idempotency-Replayed")!] == "true")
            #expect(first.headers[HTTPField.Name("Idempotency-Replayed")!] == nil)

            let other = try await program.call(
                "/api/v1/cases", ["source": "hotline", "body": "另一件"], key: "a-1")
            #expect(other.status == 422)
            #expect(
                try other.json().at("error", "fields")?.items.first?["field"]?.stringValue
                    == "Idempotency-Key")
            #expect(try await town.count() == 1)

            // Another caller's key is another key.
            let leader = browser.program(try await town.secret("leader", as: .token))
            #expect(try await leader.call("/api/v1/cases", fields, key: "a-1").status == 201)
            #expect(try await town.count() == 2)
        }
    }

    /// Verbs that make a record and know it by no identity of the sender's: only the key can tell that it is
    /// there.
    static let makers: [(path: String, login: String, fields: [String: String])] = [
        ("/cases", "dispatcher", ["source": "hotline", "body": "井盖坏了", "territory": Town.g11]),
        (
            "/territories", "admin",
            ["name": "新网格", "level": "grid", "code": "g-9", "parent": Town.c1, "system": "nbs"]
        ),
        ("/units", "admin", ["code": "u9", "name_zh": "新单位", "kind": "department", "territory": Town.code]),
        ("/people", "admin", ["name": "新人", "phone": "13900009999"]),
        ("/settings", "admin", ["name": "reopen_days", "value": "20"]),
    ]

    @Test(arguments: makers.indices) func `what was sent once is there once, a day, a month and a year later`(
        _ index: Int
    ) async throws {
        let (path, login, fields) = Self.makers[index]
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            func send() async throws -> Reply {
                try await browser.program(town.secret(login, as: .token)).call(
                    "/api/v1" + path, fields, key: "once")
            }
            let first = try await send()
            #expect(first.status < 300, "\(first.text)")
            let events = try await town.office.read { try $0.version(of: Town.county) }
            for minutes in [24 * 60 + 1, 30 * 24 * 60, 365 * 24 * 60] {
                town.pass(minutes: minutes)
                let again = try await send()
                #expect(again.text == first.text && again.status == first.status)
                #expect(again.headers[HTTPField.Name("Idempotency-Replayed")!] == "true")
            }
            // Signing in is told by the log; nothing else is.
            let later = try await town.log(kind: "").filter {
                $0.sequence > events && !$0.kind.hasPrefix("session") && !$0.kind.hasPrefix("account")
            }
            #expect(later.map(\.kind) == [])
        }
    }

    @Test func `a verb with one key happens once and is answered alike though the state has changed`()
        async throws
    {
        let town = try await Town.settled()
        let item = try await town.report()
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("dispatcher", as: .token))
            let path = "/api/v1/cases/\(item.id)/decline"
            let first = try await program.call(path, ["reason": "不实"], key: "k")
            let second = try await program.call(path, ["reason": "不实"], key: "k")
            #expect(first.status == 200)
            #expect(second.status == 200)
            #expect(first.text == second.text)
            #expect(try await program.call(path, ["reason": "不实"]).status == 409)
        }
        #expect(try await town.log(kind: "case.decline").count == 1)
    }

    @Test func `a refusal is not kept, so the corrected request goes through`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let refused = try await browser.call("/api/v1/reports", ["body": ""], key: "k")
            #expect(refused.status == 422)
            let taken = try await browser.call("/api/v1/reports", ["body": "井盖坏了"], key: "k")
            #expect(taken.status == 201)
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 101), "键"])
    func `a key that is none is refused`(_ key: String) async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let reply = try await browser.call("/api/v1/reports", ["body": "井盖坏了"], key: key)
            #expect(reply.status == 422)
        }
        #expect(try await town.count() == 0)
    }

    @Test func `many at the same moment with one key are stored once and answered alike`() async throws {
        let town = try await Town.settled()
        let secret = try await town.secret("dispatcher", as: .token)
        let replies = try await town.openWide { (browser: Browser) async throws in
            try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await browser.program(secret).call(
                            "/api/v1/cases", ["source": "hotline", "body": "井盖坏了"], key: "same")
                    }
                }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
        }
        #expect(replies.map(\.status) == Array(repeating: 201, count: 8))
        #expect(Set(replies.map(\.text)).count == 1)
        #expect(try await town.count() == 1)
    }

    @Test func `a report with an identity of its own is stored once by whichever door it comes`() async throws
    {
        let town = try await Town.settled()
        let id = "01D4T2ZJ00000000000000ABCD"
        try await town.open { (browser: Browser) async throws in
            let fields = ["id": id, "body": "井盖坏了"]
            let (first, second) = (
                try await browser.call("/api/v1/reports", fields),
                try await browser.call("/api/v1/reports", fields)
            )
            #expect(first.status == 201)
            #expect(second.status == 201)
            let page = try await browser.post("/report", fields)
            #expect(page.status == 201)
            let other = try await browser.call("/api/v1/reports", ["id": id, "body": "别的"])
            #expect(other.status == 409)
        }
        #expect(try await town.count() == 1)
    }

    @Test func `an import with one key is taken once`() async throws {
        let town = try await Town.settled()
        let csv = Array("number,body\nR-1,井盖坏了\nR-2,路灯不亮\n".utf8)
        try await town.open { (browser: Browser) async throws in
            let admin = browser.program(try await town.secret("admin", as: .token))
            let headers: HTTPFields = [
                .contentType: "text/csv", HTTPField.Name("Idempotency-Key")!: "file-1",
            ]
            let dry = try await admin.send(
                .post, "/api/v1/imports/cases?dry_run=1", headers: [.contentType: "text/csv"], body: csv)
            #expect(try dry.json()["added"]?.number == 2)
            #expect(try await town.count() == 0)
            let first = try await admin.send(.post, "/api/v1/imports/cases", headers: headers, body: csv)
            #expect(try first.json()["added"]?.number == 2)
            let second = try await admin.send(.post, "/api/v1/imports/cases", headers: headers, body: csv)
            #expect(second.text == first.text)
            let third = try await admin.send(
                .post, "/api/v1/imports/cases", headers: [.contentType: "text/csv"], body: csv)
            #expect(try third.json()["same"]?.number == 2)
        }
        #expect(try await town.count() == 2)
    }
}

@Suite(.serialized) struct `The description of the API is the API` {
    static func description() async throws -> JSON {
        let town = try await Town.empty()
        return try await town.open { try await $0.get("/api/v1/openapi.json").json() }
    }

    @Test func `it is OpenAPI 3.1 and describes every route of the API and no other`() async throws {
        let json = try await Self.description()
        #expect(json["openapi"]?.stringValue == "3.1.0")
        let described = (json["paths"]?.members ?? []).flatMap { path, methods in
            methods.members.map { "\($0.0.uppercased()) \(path)" }
        }
        // A word such as {verb} is described once for each verb, under its own path.
        func isOf(_ route: Route, _ described: String) -> Bool {
            let (wanted, given) = (
                "\(route.method) \(route.path)".split(separator: "/"), described.split(separator: "/")
            )
            return wanted.count == given.count
                && zip(wanted, given).allSatisfy { $0 == $1 || $0.hasPrefix("{") && !$1.hasPrefix("{") }
        }
        let served = Site.routes.filter { $0.path.hasPrefix("/api/v1") || $0.path == "/healthz" }
        let silent = served.filter { route in !described.contains { isOf(route, $0) } }
        #expect(silent.map { "\($0.method) \($0.path)" } == [], "served but not described")
        let idle = described.filter { operation in !served.contains { isOf($0, operation) } }
        #expect(idle == [], "described but not served")
    }

    @Test func `what it promises changes only together with the file that says so`() async throws {
        let lines = DescriptionOutline(of: OpenAPI.document(of: Site.routes)).lines
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "openapi.golden.txt")
        // To take a change over: LUOSHI_GOLDEN=write swift test --filter 'description'
        if ProcessInfo.processInfo.environment["LUOSHI_GOLDEN"] == "write" {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        }
        let golden = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.filter { !golden.contains($0) } == [], "changed or new")
        #expect(golden.filter { !lines.contains($0) } == [], "as the file has it")
    }

    @Test func `every reference in it names something that is there, and every part is referred to`()
        async throws
    {
        let json = try await Self.description()
        var references: Set<String> = []
        func walk(_ value: JSON) {
            switch value {
            case .object(let members):
                for (name, inner) in members {
                    if name == "$ref", let text = inner.stringValue {
                        references.insert(text)
                    } else {
                        walk(inner)
                    }
                }
            case .array(let items): items.forEach(walk)
            default: break
            }
        }
        walk(json)
        let parts = Set(
            (json["components"]?.members ?? []).filter { $0.0 != "securitySchemes" }.flatMap {
                kind, members in
                members.members.map { "#/components/\(kind)/\($0.0)" }
            })
        #expect(references.subtracting(parts) == [], "named but not there")
        #expect(parts.subtracting(references) == [], "there but not named")
    }

    @Test func `every path names its parts as parameters, and what needs no login says so`() async throws {
        let json = try await Self.description()
        var faults: [String] = []
        for route in Site.routes where route.path.hasPrefix("/api/v1") {
            // What has a path for each verb is left to the test above.
            let shared = json.at("paths", route.path, "parameters")?.items ?? []
            guard let operation = json.at("paths", route.path, route.method.rawValue.lowercased()) else {
                continue
            }
            let given = (shared + (operation["parameters"]?.items ?? [])).map { parameter -> JSON in
                guard let name = parameter["$ref"]?.stringValue?.split(separator: "/").last else {
                    return parameter
                }
                return json.at("components", "parameters", String(name)) ?? parameter
            }
            let named = Set(
                given.filter { $0["in"]?.stringValue == "path" }.compactMap { $0["name"]?.stringValue })
            let wanted = Set(route.path.matches(of: #/\{(\w+)\}/#).map { String($0.1) })
            if named != wanted {
                faults.append("\(route.method) \(route.path): \(named.sorted()) for \(wanted.sorted())")
            }
            let isOpen = operation["security"]?.items.isEmpty == true && operation["security"] != nil
            if isOpen != (route.audience == .anyone) {
                faults.append("\(route.method) \(route.path): security")
            }
        }
        #expect(faults == [])
    }
}

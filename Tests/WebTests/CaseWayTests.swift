import Governance
import HTTPTypes
import Hummingbird
import Rules
import Testing
import Web

/// A case goes its way over the pages, with the forms as they are.
@Suite(.serialized) struct `A case is carried through over the pages` {
    /// Opens the form of a verb, fills it in and sends it.
    @discardableResult
    static func use(_ verb: String, _ id: String, _ answers: [String: String] = [:], _ browser: Browser)
        async throws -> Reply
    {
        let path = "/cases/\(id)/do/\(verb)"
        let page = try await browser.get(path)
        try #require(page.status == 200, "the form of \(verb) answers \(page.status)")
        var fields = try #require(Markup(page.text).form(to: path), "no form to \(path)").values
        #expect(fields["version"] != nil)
        #expect(fields["form_token"] == browser.secret?.formToken)
        for (name, value) in answers {
            try #require(
                Markup(page.text).form(to: path)?.fields.contains { $0.name == name } == true,
                "\(verb) does not ask for \(name)")
            fields[name] = value
        }
        return try await browser.post(path, fields)
    }

    @Test
    func `report, file, dispatch, accept, handle, check and call back by the people whose posts they are`()
        async throws
    {
        let town = try await Town.settled()
        let (wy, worker) = (try await town.unit("wy"), try await town.person("wyworker"))
        let id = try await town.open { (browser: Browser) async throws in
            func at(_ login: String) async throws -> Browser { browser.holding(try await town.secret(login)) }
            let dispatcher = try await at("dispatcher")
            var fields = try #require(Markup(try await dispatcher.get("/cases/new").text).form(to: "/cases"))
                .values
            for (name, value) in [
                "body": "二楼过道堆着纸箱", "territory": Town.g11, "source": "hotline", "name": "康居民",
                "phone": "13800001234",
            ] {
                fields[name] = value
            }
            let made = try await dispatcher.post("/cases", fields)
            #expect(made.status == 303)
            let id = String(made.location.dropFirst("/cases/".count))

            #expect(
                try await Self.use(
                    "file", id, ["category": Town.corridor, "territory": Town.g11, "finding": "去看过，属实"],
                    dispatcher
                ).status == 303)
            #expect(
                try await Self.use("dispatch", id, ["unit": wy, "person": worker], dispatcher).status == 303)
            let repairer = try await at("wyworker")
            #expect(try await Self.use("accept", id, [:], repairer).status == 303)
            #expect(try await Self.use("handle", id, ["done": "纸箱运走了"], repairer).status == 303)
            // Who handled it neither checks nor closes, by form or by hand.
            #expect(try await repairer.get("/cases/\(id)/do/check").status == 409)
            #expect(try await repairer.post("/cases/\(id)/do/check", ["finding": "好了"]).status == 403)
            #expect(
                try await Self.use("check", id, ["finding": "看过，通了"], try await at("checker")).status == 303)
            #expect(
                try await Self.use(
                    "call-back", id, ["satisfaction": "satisfied", "reached": "1", "solved": "1"], dispatcher
                ).status == 303)
            let page = try await dispatcher.get("/cases/\(id)")
            for words in ["纸箱运走了", "看过，通了"] { #expect(page.text.contains(words)) }
            return id
        }
        let item = try await town.find(try #require(ID<Case>(id)))
        #expect(item.state == .closed)
        #expect(item.outcome == .solved)
        let kinds = try await town.history(of: item.subject).map(\.kind)
        #expect(
            kinds == [
                "case.report", "case.file", "case.dispatch", "case.accept", "case.handle", "case.check",
                "case.call-back",
            ])
        #expect(try await town.office.read { try Log.verify(for: Town.clockwork, in: $0) }.fault == nil)
    }

    @Test func `a form that was opened before somebody else's change is refused and changes nothing`()
        async throws
    {
        let town = try await Town.settled()
        let item = try await town.report()
        try await town.open { (browser: Browser) async throws in
            let dispatcher = browser.holding(try await town.secret("dispatcher"))
            let path = "/cases/\(item.id)/do/decline"
            var fields = try #require(Markup(try await dispatcher.get(path).text).form(to: path)).values
            fields["reason"] = "不属实"
            try await town.perform(.note, item.id, ["words": "刚去看过"], by: "lead1")
            #expect(try await dispatcher.post(path, fields).status == 409)
        }
        #expect(try await town.find(item.id).state == .reported)
    }

    @Test func `a version that is no number is refused and not taken for none`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        try await town.open { (browser: Browser) async throws in
            let dispatcher = browser.holding(try await town.secret("dispatcher"))
            for version in ["x", "1.0", "99999999999999999999"] {
                let reply = try await dispatcher.post(
                    "/cases/\(item.id)/do/decline", ["reason": "不属实", "version": version])
                #expect([409, 422].contains(reply.status), "\(version): \(reply.status)")
            }
        }
        #expect(try await town.find(item.id).state == .reported)
    }

    @Test func `of two who press at the same moment exactly one is heard`() async throws {
        let town = try await Town.settled()
        let item = try await town.handled()
        let (checker, lead) = (
            try await town.secret("checker", as: .token), try await town.secret("lead1", as: .token)
        )
        let statuses = try await town.openWide { (browser: Browser) async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<8 {
                    let (secret, verb) = index % 2 == 0 ? (checker, "check") : (lead, "rework")
                    let words = verb == "check" ? "finding" : "reason"
                    group.addTask {
                        try await browser.program(secret).call(
                            "/api/v1/cases/\(item.id)/\(verb)", [words: "看过", "version": "\(item.version)"]
                        ).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
        }
        #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
        #expect(try await town.find(item.id).version == item.version + 1)
    }

    @Test func `of two who press the same button of a page exactly one goes through`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        let (one, two) = (try await town.secret("dispatcher"), try await town.secret("lead1"))
        _ = try await town.openWide { (browser: Browser) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for secret in [one, two, one, two] {
                    group.addTask {
                        _ = try await browser.holding(secret).post(
                            "/cases/\(item.id)/do/decline", ["reason": "不属实", "version": "1"])
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(try await town.find(item.id).version == 2)
        #expect(try await town.log(kind: "case.decline").count == 1)
    }

    @Test func `the person named for another case cannot accept or report this one handled`() async throws {
        let town = try await Town.settled()
        let item = try await town.dispatched()
        try await town.open { (browser: Browser) async throws in
            let other = browser.holding(try await town.secret("cghead"))
            #expect(try await other.post("/cases/\(item.id)/do/accept").status == 404)
            let grid = browser.holding(try await town.secret("grid11"))
            #expect(try await grid.post("/cases/\(item.id)/do/handle", ["done": "好了"]).status == 403)
        }
        #expect(try await town.find(item.id) == item)
    }

    @Test func `a number is shown in full only for a reason, and the look is in the log without the number`()
        async throws
    {
        let town = try await Town.settled()
        let item = try await town.report()
        try await town.open { (browser: Browser) async throws in
            let dispatcher = browser.holding(try await town.secret("dispatcher"))
            let page = try await dispatcher.get("/cases/\(item.id)")
            #expect(page.text.contains("138****1234"))
            #expect(!page.text.contains("13800001234"))
            var fields = try #require(Markup(page.text).form(to: "/cases/\(item.id)/unmask")).values
            #expect(try await dispatcher.post("/cases/\(item.id)/unmask", fields).status == 422, "no reason")
            fields["reason"] = "约时间上门"
            #expect(
                try await dispatcher.post("/cases/\(item.id)/unmask", fields).text.contains("13800001234"))
        }
        let looks = try await town.log(kind: "person.unmask")
        #expect(looks.count == 1)
        #expect(looks.first?.details["words"] == "约时间上门")
        #expect(looks.first?.body.contains("13800001234") == false)
    }

    @Test func `the unit complained about never sees who complained, on no page, in no API and in no log`()
        async throws
    {
        let town = try await Town.settled()
        let wy = try #require(ID<Governance.Unit>(try await town.unit("wy")))
        // It is never given to the unit that it complains about, and that unit's people find it nowhere.
        let item = try await town.filed { $0.aboutUnit = wy }
        let complainant = try await town.office.read { books in
            try #require(try Complainants.of(item, for: town.actor("dispatcher", books), in: books).first).id
                .text
        }
        try await town.open { (browser: Browser) async throws in
            for login in ["wyhead", "wyworker"] {
                let (page, program) = (
                    browser.holding(try await town.secret(login)),
                    browser.program(try await town.secret(login, as: .token))
                )
                let id = item.id.text
                let texts = [
                    try await page.get("/cases/\(id)").text, try await page.get("/cases").text,
                    try await page.get("/cases?q=1234").text,
                    try await page.get("/cases?q=\(encoded("康居民"))").text, try await page.get("/today").text,
                    try await program.get("/api/v1/cases/\(id)").text,
                    try await program.get("/api/v1/cases/\(id)/history").text,
                    try await program.get("/api/v1/cases").text,
                    try await program.call("/api/v1/cases/\(id)/note", ["words": "收到"]).text,
                ]
                for (index, text) in texts.enumerated() {
                    for secret in ["13800001234", "138****1234", complainant] {
                        #expect(!text.contains(secret), "\(login) \(index) \(secret)")
                    }
                    if index != 3 { #expect(!text.contains("康居民"), "\(login) \(index)") }
                }
                let asked = try await program.call(
                    "/api/v1/cases/\(id)/complainants/\(complainant)/unmask", ["reason": "想知道"])
                #expect(asked.status == 404)
                #expect(
                    try await page.post("/cases/\(id)/unmask", ["complainant": complainant, "reason": "想知道"])
                        .status == 404)
                #expect(try await program.get("/api/v1/cases/\(id)").status == 404)
            }
            let dispatcher = browser.program(try await town.secret("dispatcher", as: .token))
            let seen = try await dispatcher.get("/api/v1/cases/\(item.id)").json()
            #expect(seen["complainants"]?.items.first?["masked_phone"]?.stringValue == "138****1234")
        }
        let log = try await town.log(kind: "").map(\.body).joined()
        for secret in ["13800001234", "康居民"] { #expect(!log.contains(secret)) }
        #expect(try await town.log(kind: "person.unmask").isEmpty)
    }

    @Test func `who asked not to be named to the handling unit is not named to it`() async throws {
        let town = try await Town.settled()
        let item = try await town.handling { $0.isConfidential = true }
        try await town.open { (browser: Browser) async throws in
            for (login, sees) in [
                ("wyhead", false), ("wyworker", false), ("lead1", true), ("dispatcher", true),
            ] {
                let text = try await browser.holding(try await town.secret(login)).get("/cases/\(item.id)")
                    .text
                #expect(text.contains("138****1234") == sees, "\(login)")
            }
        }
    }
}

import Governance
import HTTPTypes
import Rules
import Testing
import Web

/// One verb for many cases, and what a refused form may show.
@Suite(.serialized) struct `Several at once go each its own way` {
    /// What the office saw itself needs nobody to confirm its words.
    private static let patrol: @Sendable (inout CaseReport) -> Void = { ($0.source, $0.name) = (.patrol, "") }

    @Test func `cases that are filed together keep each its own place`() async throws {
        let town = try await Town.settled()
        let items = [
            try await town.report("纸箱", territory: Town.g11, phone: "", Self.patrol),
            try await town.report("油污", territory: Town.g21, phone: "", Self.patrol),
        ]
        try await town.open { (browser: Browser) async throws in
            let page = browser.holding(try await town.secret("dispatcher"))
            let path = "/cases/together/file?heap=todo"
            let form = try #require(Markup(try await page.get(path).text).form(to: path))
            var fields = form.values
            fields["category"] = Town.corridor
            #expect(try await page.post(path, fields).status == 422, "nothing is ticked")
            for item in items { fields["item_\(item.id)"] = "\(item.version)" }
            #expect(try await page.post(path, fields).status == 303)
        }
        for item in items {
            let after = try await town.find(item.id)
            #expect(after.state == .filed && after.territory == item.territory)
        }
    }

    @Test func `a case that changed since it was looked at is left alone, the others go on`() async throws {
        let town = try await Town.settled()
        let (moved, still) = (try await town.filed(), try await town.filed())
        let (unit, person) = (try await town.unit("wy"), try await town.person("wyworker"))
        try await town.open { (browser: Browser) async throws in
            let page = browser.holding(try await town.secret("dispatcher"))
            let path = "/cases/together/dispatch?heap=todo"
            var fields = try #require(Markup(try await page.get(path).text).form(to: path)).values
            fields.merge(["unit": unit, "person": person, "words": "尽快"]) { $1 }
            for item in [moved, still] { fields["item_\(item.id)"] = "\(item.version)" }
            _ = try await town.perform(.note, moved.id, ["words": "先别派"], by: "dispatcher")
            let reply = try await page.post(path, fields)
            #expect(reply.status == 303)
            #expect(try await town.find(still.id).state == .dispatched)
            #expect(try await town.find(moved.id).state == .filed)
            let again = try await page.post(path, fields)
            #expect(again.status == 409 && again.text.contains("尽快"), "all of them changed: nothing is lost")
        }
    }

    @Test func `who may not use a verb is not shown its form, whatever they send`() async throws {
        let town = try await Town.settled()
        let item = try await town.filed()
        let name = try await town.person("wyworker")
        try await town.open { (browser: Browser) async throws in
            let page = browser.holding(try await town.secret("grid11"))
            let reply = try await page.post("/cases/\(item.id)/do/dispatch", ["words": "我来派"])
            #expect(reply.status == 403)
            #expect(reply.text.contains("我来派") && !reply.text.contains(name))
        }
    }

    @Test func `whose session ran out finds what they wrote, and a stranger's pictures are not read`()
        async throws
    {
        let town = try await Town.settled()
        let item = try await town.filed()
        try await town.open { (browser: Browser) async throws in
            let secret = try await town.secret("dispatcher")
            town.pass(minutes: 10 * 24 * 60)
            let reply = try await browser.holding(secret).post(
                "/cases/\(item.id)/do/note", ["words": "写了半天的话"])
            #expect(reply.status == 401 && reply.text.contains("写了半天的话"))
            let stranger = try await browser.post("/cases/\(item.id)/do/note", ["words": "陌生人的话"])
            #expect(stranger.status == 401 && !stranger.text.contains("陌生人的话"))
        }
    }

    @Test func `a category keeps as many stages as it has`() async throws {
        let town = try await Town.settled()
        let stages = (1...6).map { "step\($0): \($0) work_days" }.joined(separator: "; ")
        try await town.open { (browser: Browser) async throws in
            let admin = try await town.secret("admin", as: .token)
            let program = browser.program(admin)
            let made = try await program.call(
                "/api/v1/categories",
                [
                    "code": "test.stages", "major_zh": "试", "major_en": "Test", "minor_zh": "分段",
                    "minor_en": "Stages", "kind": "event", "filing_zh": "有", "filing_en": "There",
                    "closing_zh": "没有", "closing_en": "Gone", "limit": "9 个工作日", "stages": stages,
                    "lead_unit": "department",
                ])
            #expect(made.status == 201, "\(made.text)")
            #expect(try made.json()["limit"]?.stringValue == "9 work_days")
            let page = browser.holding(try await town.secret("admin"))
            let form = Markup(try await page.get("/admin/categories/test.stages").text).form(
                to: "/admin/categories")
            var fields = try #require(form).values
            fields["closing_zh"] = "没有了"
            #expect(try await page.post("/admin/categories", fields).status == 303)
            let all = try await program.get("/api/v1/categories?limit=1000").json().at("items")?.items ?? []
            let now = all.first { $0["code"]?.stringValue == "test.stages" }
            #expect(now?["stages"]?.stringValue == stages && now?["closing_zh"]?.stringValue == "没有了")
        }
    }
}

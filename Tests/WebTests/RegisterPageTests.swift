import Engines
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Rules
import Testing
import Web

/// The register and the campaign over the doors, as people and programs use them.
@Suite(.serialized) struct `The register is kept over the pages` {
    private static let rows = """
        行政村,户编号,姓名,与户主关系,家庭人口数,户类型,脱贫状态,住房等级,联系电话
        第一社区,R1,张大,户主,2,建档立卡户,未脱贫,D级,13900001111
        第一社区,R1,李二,配偶,2,建档立卡户,未脱贫,D级,
        第二社区,R2,王四,户主,1,一般农户,,B级,
        """

    private func town() async throws -> Town {
        let town = try await Town.settled()
        try await town.settleRegister()
        return town
    }

    /// Imports the rows as the administrator does, and answers the household's identity.
    private func register(_ town: Town, _ browser: Browser) async throws -> String {
        let administrator = browser.holding(try await town.secret("admin"))
        let page = try await administrator.upload(
            "/admin/import?kind=register",
            ["verb": "import", "write": "1", "since": "2018-12-31", "income_year": "2018"],
            file: Array(Self.rows.utf8))
        try #require(page.status == 200, "\(page.text.suffix(2000))")
        let program = browser.program(try await town.secret("ts", as: .token))
        return try #require(
            try await program.get("/api/v1/register?q=R1").json().at("items")?.items.first?["id"]?.stringValue
        )
    }

    @Test func `a faulty file comes back as a sheet with the cells marked, a sound one is taken`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let administrator = browser.holding(try await town.secret("admin"))
            let wrong = Self.rows.replacing("D级", with: "Z级")
            let page = try await administrator.upload(
                "/admin/import?kind=register",
                ["verb": "import", "since": "2018-12-31", "income_year": "2018"], file: Array(wrong.utf8))
            #expect(page.status == 422)
            #expect(page.text.contains("住房等级"))
            let sheet = try await administrator.upload(
                "/admin/import?kind=register",
                ["verb": "import", "sheet": "1", "since": "2018-12-31", "income_year": "2018"],
                file: Array(wrong.utf8))
            #expect(sheet.status == 200)
            #expect(sheet.headers[.contentType]?.contains("spreadsheetml") == true)
            _ = try await self.register(town, browser)
        }
    }

    @Test func `what is gated goes from the village to the township and holds when it is approved`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let village = browser.holding(try await town.secret("vs"))
            let township = browser.holding(try await town.secret("ts"))
            let path = "/register/\(id)/do/change"
            let form = try #require(Markup(try await village.get(path).text).form(to: path))
            var fields = form.values
            fields["status"] = "exit_planned"
            fields["reason"] = "达标"
            #expect(try await village.post(path, fields).location == "/register/\(id)")
            #expect(try await village.get("/register/approvals").status == 403)
            let page = try await township.get("/register/approvals")
            #expect(page.text.contains("预脱贫") && page.text.contains("达标"))
            let request = try #require(Markup(page.text).form(to: "/register/approvals")?.values["request"])
            #expect(
                try await township.post("/register/approvals", ["request": request, "decision": "refuse"])
                    .status == 422, "a refusal needs words")
            #expect(
                try await township.post("/register/approvals", ["request": request, "decision": "grant"])
                    .status == 303)
            let program = browser.program(try await town.secret("ts", as: .token))
            #expect(
                try await program.get("/api/v1/register/\(id)").json().at("facts", "status")?.stringValue
                    == "exit_planned")
            // The same field as it was on the day before.
            let before = try await program.get("/api/v1/register/\(id)?as_of=2019-03-03").json()
            #expect(before.at("facts", "status")?.stringValue == "poor")
        }
    }

    @Test func `a secret is shown for a reason, to whoever may, and the page says it no second time`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let village = browser.holding(try await town.secret("vs"))
            let page = try await village.get("/register/\(id)")
            #expect(!page.text.contains("13900001111"))
            let shown = try await village.post(
                "/register/\(id)/unmask", ["field": "phone", "member": "", "reason": "通知体检"])
            #expect(shown.text.contains("13900001111"))
            #expect(
                try await village.post("/register/\(id)/unmask", ["field": "phone", "member": ""]).status
                    == 422)
            #expect(try await village.get("/register/\(id)").text.contains("13900001111") == false)
            let auditor = browser.holding(try await town.secret("auditor"))
            #expect(
                try await auditor.post(
                    "/register/\(id)/unmask", ["field": "phone", "member": "", "reason": "看看"]
                ).status == 403)
        }
    }

    @Test func `the list goes out as a workbook with its secrets masked`() async throws {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            _ = try await self.register(town, browser)
            let township = browser.holding(try await town.secret("ts"))
            let sheet = try await township.post("/register/export", ["kind": "registered"])
            #expect(sheet.status == 200)
            #expect(sheet.headers[.contentDisposition]?.hasSuffix(".xlsx") == true)
            #expect(try await township.post("/cases/export").status == 200)
        }
    }

    @Test func `a visit over the API shows in the coverage at once, and sent again changes nothing`()
        async throws
    {
        let town = try await town()
        let scheme = """
            scheme: push
            version: 1
            title: {zh: 行动, en: Push}
            document: {zh: 文件, en: Document}
            in force: {from: 2019-03-01, until: 2019-05-31}
            frozen as of: 2018-12-31
            phases:
              attack: {title: {zh: 攻坚, en: Attack}, from: 2019-03-01, until: 2019-04-30, basis: {article: \
            {zh: 一, en: One}, says: {zh: 说, en: Says}}}
            duties:
              village:
                title: {zh: 村书记遍访, en: Village}
                basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
                post: village_secretary
                households: {of: territory, villages: any, kind: registered}
                quota: all
                when nothing is due: leave out
                within: attack
            """
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let now = town.now
            try await town.office.write {
                _ = try Campaigns.publish(scheme, by: .system(of: Town.county), at: now, in: $0)
            }
            let (village, reader) = (
                browser.program(try await town.secret("vs", as: .token)),
                browser.program(try await town.secret("ts", as: .token))
            )
            func done() async throws -> Int? {
                try await reader.get("/api/v1/coverage").json().at("items")?.items.first?["done"]?.number
            }
            #expect(try await done() == 0)
            #expect(try await browser.holding(town.secret("vs")).get("/visits").text.contains("张大"))
            let first = try await village.call("/api/v1/register/\(id)/visits", ["result": "met"], key: "one")
            #expect(first.status == 201)
            #expect(try await done() == 1)
            #expect(
                try await village.call("/api/v1/register/\(id)/visits", ["result": "met"], key: "one").text
                    == first.text)
            #expect(try await done() == 1)
            #expect(try await browser.holding(town.secret("vs")).get("/visits").text.contains("张大") == false)
            let page = try await browser.holding(town.secret("ts")).get("/campaign")
            #expect(page.status == 200 && page.text.contains("100.0%"))
        }
    }

    /// A scheme with a visit, a round, an order, a look-back and a check of exit.
    private static let push = """
        scheme: push
        version: 1
        title: {zh: 行动, en: Push}
        document: {zh: 文件, en: Document}
        in force: {from: 2019-03-01, until: 2019-05-31}
        frozen as of: 2018-12-31
        phases:
          attack: {title: {zh: 攻坚, en: Attack}, from: 2019-03-01, until: 2019-04-30, basis: {article: {zh: \
        一, en: One}, says: {zh: 说, en: Says}}}
        duties:
          round:
            title: {zh: 每周巡查, en: Round}
            basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
            post: grid_worker
            points: of territory
            every: week
            quota: all
            when nothing is due: leave out
            within: attack
        orders:
          houses:
            title: {zh: 危房清零, en: Houses}
            basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
            unit: cg
            counts: {house_grade: [C, D], kind: registered}
            target: 0
            by: 2019-04-30
        look-back:
          title: {zh: 回头看, en: Look-back}
          basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}
          post: village_secretary
          kind: registered
          compares: [headcount, house_grade]
          within: attack
        exit:
          household:
            house: {title: {zh: 住房, en: House}, basis: {article: {zh: 一, en: One}, says: {zh: 说, en: \
        Says}}, takes: fact, fact: house_grade, is: [A, B]}
          village:
            road: {title: {zh: 道路, en: Road}, basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}, \
        takes: fact, fact: road, is: concrete}
          notice: exit_notice_days
          county:
            missed: {title: {zh: 漏评, en: Missed}, basis: {article: {zh: 一, en: One}, says: {zh: 说, en: \
        Says}}, veto: veto_missed}
        """

    @Test
    func
        `a scheme is published on its page, faults named by their line, and carries order, look-back and exit`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let administrator = browser.holding(try await town.secret("admin"))
            let wrong = try await administrator.post(
                "/admin/campaigns",
                ["verb": "publish", "scheme": Self.push.replacing("every: week", with: "every: wek")])
            #expect(wrong.status == 422)
            let line = (Self.push.split(separator: "\n").firstIndex { $0.contains("every: week") } ?? 0) + 1
            #expect(
                wrong.text.contains("第 \(line) 行") && wrong.text.contains("week"),
                "the line and the nearest word")
            let text = Self.push.replacing("\n", with: "\r\n")
            #expect(
                try await administrator.post("/admin/campaigns", ["verb": "publish", "scheme": text]).status
                    == 303)
            let (village, township) = (
                browser.program(try await town.secret("vs", as: .token)),
                browser.program(try await town.secret("ts", as: .token))
            )
            #expect(try await township.get("/api/v1/campaign").json().at("name")?.stringValue == "push")
            let order = try await township.get("/api/v1/orders/houses").json().at("items")?.items.first
            #expect(order?["before"]?.number == 1)
            #expect(order?["left"]?.number == 1)
            #expect(try await browser.holding(town.secret("ts")).get("/orders/houses").text.contains("危房清零"))
            // The house is repaired: what the look-back finds waits for the township.
            let form = try await browser.holding(town.secret("vs")).get("/register/\(id)/look-back")
            #expect(form.status == 200 && form.text.contains("住房等级"))
            let looked = try await village.call(
                "/api/v1/register/\(id)/look-back", ["verdict": "differs", "house_grade": "B"], key: "look")
            #expect(looked.status == 201)
            #expect(try looked.json()["request"]?.stringValue != nil)
            #expect(
                try await township.get("/api/v1/look-back").json().at("items")?.items.first?["checked"]?
                    .number == 1)
            func holds() async throws -> String? {
                try await township.get("/api/v1/register/\(id)/exit").json().at("checks")?.items.first?[
                    "holds"]?.text
            }
            #expect(try await holds() == "false")
            #expect(
                try await village.call("/api/v1/register/\(id)/exit", ["step": "appraised"], key: "early")
                    .status == 409)
            let request = try #require(try looked.json()["request"]?.stringValue)
            #expect(
                try await township.call(
                    "/api/v1/register/approvals", ["request": request, "decision": "grant"], key: "grant"
                ).status == 200)
            #expect(try await holds() == "true")
            #expect(
                try await village.call("/api/v1/register/\(id)/exit", ["step": "appraised"], key: "step")
                    .status == 201)
            let page = try await browser.holding(town.secret("ts")).get("/register/\(id)/exit")
            #expect(page.text.contains("村级民主评议") && page.text.contains("入户核实"))
            let county = try await township.get("/api/v1/exit").json()
            #expect(county.at("rates")?.items.first?["veto"]?.text == "null", "the office has not set it")
            for path in ["/exit", "/look-back", "/command", "/campaign?by=person"] {
                #expect(try await browser.holding(town.secret("ts")).get(path).status == 200, "\(path)")
            }
            let chain = try await township.get("/api/v1/command").json()
            #expect(chain.at("units")?.items.contains { $0["kind"]?.stringValue == "department" } == true)
        }
    }

    @Test func `a grid worker walks to a point on the phone, with a photo, and the round is paid`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let administrator = browser.holding(try await town.secret("admin"))
            let points = "code,name,territory\np1,东门,\(Town.g11)\n"
            let taken = try await administrator.upload(
                "/admin/import?kind=points", ["verb": "import", "write": "1", "since": "2019-01-02"],
                file: Array(points.utf8))
            #expect(taken.status == 200)
            #expect(
                try await administrator.post("/admin/campaigns", ["verb": "publish", "scheme": Self.push])
                    .status == 303)
            let worker = browser.holding(try await town.secret("grid11"))
            let mine = try await worker.get("/visits")
            #expect(mine.text.contains("东门"))
            let path = try #require(mine.text.firstMatch(of: #/\/points\/[0-9A-Z]+\/visit/#)).0
            let sent = try await worker.upload(
                String(path), ["result": "met", "longitude": "112.4", "latitude": "34.6"],
                file: PhotoPageTests.png, named: "photo")
            #expect(sent.status == 303, "\(sent.text.suffix(500))")
            #expect(try await worker.get("/visits").text.contains("东门") == false)
            let lead = browser.holding(try await town.secret("lead1"))
            #expect(try await lead.get("/campaign?by=village").text.contains("100.0%"))
            #expect(try await browser.holding(town.secret("grid21")).get(String(path)).status == 404)
        }
    }

    @Test func `boundaries change on the territory's page and over the API`() async throws {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let administrator = browser.holding(try await town.secret("admin"))
            for verb in ["merge", "split", "move"] {
                let form = try await administrator.get("/admin/territories?at=\(Town.c1)&do=\(verb)")
                #expect(
                    form.status == 200
                        && Markup(form.text).form(to: "/admin/territories?at=\(Town.c1)&do=\(verb)") != nil,
                    "\(verb)")
            }
            // A day later the land has existed for a day, and everybody signs in anew.
            town.pass(minutes: 1440)
            let refused = try await browser.program(town.secret("admin", as: .token)).call(
                "/api/v1/territories/\(Town.c2)/merge", ["into": Town.g11], key: "wrong")
            #expect(refused.status == 422)
            let merged = try await browser.holding(town.secret("admin")).post(
                "/admin/territories?at=\(Town.c1)",
                ["verb": "merge", "at": Town.c1, "into": Town.c2, "on": "2019-03-05"])
            #expect(merged.status == 303, "\(merged.text.suffix(800))")
            let reader = browser.program(try await town.secret("ts", as: .token))
            let village = try await reader.get("/api/v1/register/\(id)").json().at("village")
            #expect(village?["id"]?.stringValue == Town.c2)
        }
    }
}

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

    @Test
    func `the API pages the list by its cursor, counts it once, and refuses a filter that is none`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            _ = try await self.register(town, browser)
            let program = browser.program(try await town.secret("ts", as: .token))
            let first = try await program.get("/api/v1/register?limit=1").json()
            #expect(first["total"]?.number == 2 && first["items"]?.items.count == 1)
            let next = try #require(first["next"]?.stringValue)
            // `after` is an older name of the cursor.
            for name in ["cursor", "after"] {
                let second = try await program.get("/api/v1/register?limit=1&\(name)=\(next)").json()
                // Who goes through all of it is told once how many there are.
                #expect(second["total"]?.text == "null" && second["items"]?.items.count == 1, "\(name)")
                #expect(second.at("items")?.items.first?["number"]?.stringValue == "R2", "\(name)")
            }
            let narrowed = try await program.get("/api/v1/register?house_grade=C,D").json()
            #expect(narrowed["total"]?.number == 1 && narrowed["next"]?.stringValue == nil)
            for wrong in ["phone=1", "territory=nowhere", "limit=0", "house_grade=Z"] {
                #expect(try await program.get("/api/v1/register?\(wrong)").status == 422, "\(wrong)")
            }
            for list in ["coverage", "look-back", "exit", "register/quality"] {
                let reply = try await program.get("/api/v1/\(list)?territory=nowhere")
                #expect(reply.status == 422, "\(list)")
            }
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

    /// The fields that an answer of the API finds fault with.
    private func faults(_ reply: Reply) throws -> [String] {
        try reply.json().at("error", "fields")?.items.compactMap { $0["field"]?.stringValue } ?? []
    }

    @Test func `a change that cannot be taken comes back as it was typed, with all its faults at once`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let village = browser.holding(try await town.secret("vs"))
            let path = "/register/\(id)/do/change"
            var fields = try #require(Markup(try await village.get(path).text).form(to: path)).values
            #expect(fields["has_food"] == "", "nothing is said of what nobody knows")
            (fields["from"], fields["reason"], fields["land"]) = ("2019-13-01", "", "很多")
            (fields["house_grade"], fields["has_food"]) = ("C", "yes")
            let refused = try await village.post(path, fields)
            #expect(refused.status == 422)
            for name in ["from", "reason", "land"] {
                #expect(refused.text.contains("href=\"#f-\(name)\""), "\(name)")
            }
            let again = try #require(Markup(refused.text).form(to: path)).values
            #expect(again["from"] == "2019-13-01" && again["land"] == "很多")
            #expect(again["house_grade"] == "C" && again["has_food"] == "yes")
            // A verb of another kind asks its own fields, and a member who joins has a name.
            let joining = try await village.post(
                "/register/\(id)/do/join", ["reason": "出生", "sex": "female"])
            #expect(joining.status == 422 && joining.text.contains("href=\"#f-name\""))
            #expect(
                try #require(Markup(joining.text).form(to: "/register/\(id)/do/join")).values["sex"]
                    == "female")
            let year = try await village.post("/register/\(id)/do/income", ["year": "2050", "wages": "一万"])
            #expect(year.text.contains("href=\"#f-year\"") && year.text.contains("href=\"#f-wages\""))
            let taken = try await village.post(
                "/register/\(id)/do/income", ["year": "2018", "wages": "10000"])
            #expect(taken.status == 303)
            #expect(taken.headers[values: .setCookie].contains { $0.hasPrefix("said=") })
        }
    }

    @Test func `words typed for a decision stay in its card, and are not lost if it was settled meanwhile`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let program = browser.program(try await town.secret("vs", as: .token))
            var requests: [String] = []
            for (fact, word) in [("status", "exit_planned"), ("attribute", "allowance")] {
                let asked = try await program.call(
                    "/api/v1/register/\(id)/change", [fact: word, "reason": "达标"])
                #expect(asked.status == 202)
                requests.append(try #require(try asked.json()["waits"]?.stringValue))
            }
            let (township, path) = (
                browser.holding(try await town.secret("ts")), "/register/approvals"
            )
            let words = String(repeating: "材料不全。", count: 120)
            let refused = try await township.post(
                path, ["request": requests[1], "decision": "refuse", "reason": words])
            #expect(refused.status == 422 && refused.text.contains("href=\"#f-reason\""))
            for form in Markup(refused.text).forms where form.action == path {
                #expect(form.values["reason"] == (form.values["request"] == requests[1] ? words : ""))
            }
            #expect(
                try await township.post(path, ["request": requests[0], "reason": "看过"]).text.contains(
                    "href=\"#f-decision\""), "neither yes nor no")
            let done = try await township.post(
                path, ["request": requests[1], "decision": "refuse", "reason": "材料不全"])
            #expect(done.status == 303 && done.location == path)
            let late = try await township.post(
                path, ["request": requests[1], "decision": "refuse", "reason": "还缺收入证明"])
            #expect(late.status == 404 && late.text.contains("还缺收入证明"))
        }
    }

    @Test func `a secret asked for without a reason and a step out of turn keep what was typed`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let administrator = browser.holding(try await town.secret("admin"))
            let wrong = Self.push.replacing("every: week", with: "every: wek")
            let scheme = try await administrator.post("/admin/campaigns", ["scheme": wrong])
            #expect(scheme.status == 422 && scheme.text.contains("href=\"#f-scheme\""))
            let kept = try #require(Markup(scheme.text).form(to: "/admin/campaigns")).values["scheme"]
            #expect(kept == wrong)
            #expect(try await administrator.post("/admin/campaigns", ["scheme": Self.push]).status == 303)
            let village = browser.holding(try await town.secret("vs"))
            let why = String(repeating: "查", count: 201)
            let secret = try await village.post(
                "/register/\(id)/unmask", ["field": "phone", "member": "", "reason": why])
            #expect(secret.status == 422 && !secret.text.contains("13900001111"))
            let form = try #require(
                Markup(secret.text).forms.first {
                    $0.action == "/register/\(id)/unmask" && $0.values["field"] == "phone"
                        && $0.values["member"] == ""
                })
            #expect(form.values["reason"] == why)
            let step = try await village.post(
                "/register/\(id)/exit", ["step": "checked", "day": "2019-03-04", "note": "已入户看过"])
            #expect(step.status == 409 && step.text.contains("已入户看过"))
            let looked = try await village.post(
                "/register/\(id)/look-back",
                ["verdict": "none", "house_grade": "B", "headcount": "两口", "note": "房修好了"])
            #expect(looked.status == 422 && looked.text.contains("href=\"#f-headcount\""))
            let found = try #require(Markup(looked.text).form(to: "/register/\(id)/look-back")).values
            #expect(found["house_grade"] == "B" && found["note"] == "房修好了")
        }
    }

    @Test func `a visit tells all that is wrong with it at once, the campaign's questions too`() async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let scheme =
                Self.push + """

                    form:
                      questions:
                        heads: {label: {zh: 在家几人, en: At home}, takes: number, least: 0, most: 20}
                        water: {label: {zh: 饮水安全吗, en: Is the water safe}, takes: yes or no}
                    """
            let administrator = browser.holding(try await town.secret("admin"))
            #expect(try await administrator.post("/admin/campaigns", ["scheme": scheme]).status == 303)
            let (village, path) = (browser.holding(try await town.secret("vs")), "/register/\(id)/visit")
            let sent = [
                "result": "met", "way": "home", "q-heads": "九十", "q-water": "no", "approval": "也许",
                "promise": "下周来修水管",
            ]
            let refused = try await village.post(path, sent)
            #expect(refused.status == 422)
            for name in ["q-heads", "approval"] {
                #expect(refused.text.contains("href=\"#f-\(name)\""), "\(name)")
            }
            let form = try #require(Markup(refused.text).forms.first { $0.values["promise"] != nil })
            #expect(form.values["promise"] == "下周来修水管" && form.values["q-water"] == "no")
            // Who met nobody is asked nothing.
            #expect(try await village.post(path, ["result": "nobody", "way": "home"]).status == 303)
            let program = browser.program(try await town.secret("vs", as: .token))
            let api = try await program.call("/api/v1/register/\(id)/visits", sent)
            #expect(api.status == 422)
            #expect(try Set(self.faults(api)) == ["q-heads", "approval"])
            let unknown = try await program.call(
                "/api/v1/register/\(id)/visits", ["result": "met", "q-colour": "red"])
            #expect(try self.faults(unknown) == ["q-colour"])
        }
    }

    @Test func `the API of register and campaign refuses a field that does not exist`() async throws {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let township = browser.program(try await town.secret("ts", as: .token))
            let administrator = browser.program(try await town.secret("admin", as: .token))
            let village = browser.program(try await town.secret("vs", as: .token))
            let bodies: [(Browser, String, [String: String])] = [
                (village, "register/\(id)/change", ["reason": "更正", "land": "3"]),
                (village, "register/\(id)/leave", ["reason": "外嫁"]),
                (village, "register/\(id)/measure", ["kind": "work", "project": "公益岗"]),
                (village, "register/\(id)/unmask", ["field": "phone", "reason": "通知体检"]),
                (village, "register/\(id)/visits", ["result": "met"]),
                (village, "register/\(id)/look-back", ["verdict": "none"]),
                (village, "register/\(id)/exit", ["step": "appraised"]),
                (village, "villages/\(Town.c1)", ["road": "concrete"]),
                (township, "register/approvals", ["request": id, "decision": "grant"]),
                (township, "register/export", ["kind": "registered"]),
                (township, "campaign/export", ["what": "lines"]),
                (administrator, "campaigns", ["scheme": Self.push]),
            ]
            for (program, path, body) in bodies {
                let reply = try await program.call(
                    "/api/v1/\(path)", body.merging(["colour": "red"]) { $1 })
                #expect(reply.status == 422, "\(path)")
                #expect(try self.faults(reply) == ["colour"], "\(path)")
            }
            let two = try await township.call(
                "/api/v1/register/approvals",
                ["request": id, "double": id, "decision": "stay", "reason": "查过"])
            #expect(try self.faults(two) == ["request"])
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

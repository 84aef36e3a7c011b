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
            "/admin/import?kind=register", ["verb": "import", "write": "1", "since": "2018-12-31", "income_year": "2018"], file: Array(Self.rows.utf8))
        try #require(page.status == 200, "\(page.text.suffix(2000))")
        let program = browser.program(try await town.secret("ts", as: .token))
        return try #require(try await program.get("/api/v1/register?q=R1").json().at("items")?.items.first?["id"]?.stringValue)
    }

    @Test func `a faulty file comes back as a sheet with the cells marked, a sound one is taken`() async throws {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let administrator = browser.holding(try await town.secret("admin"))
            let wrong = Self.rows.replacing("D级", with: "Z级")
            let page = try await administrator.upload(
                "/admin/import?kind=register", ["verb": "import", "since": "2018-12-31", "income_year": "2018"], file: Array(wrong.utf8))
            #expect(page.status == 422)
            #expect(page.text.contains("住房等级"))
            let sheet = try await administrator.upload(
                "/admin/import?kind=register", ["verb": "import", "sheet": "1", "since": "2018-12-31", "income_year": "2018"], file: Array(wrong.utf8))
            #expect(sheet.status == 200)
            #expect(sheet.headers[.contentType]?.contains("spreadsheetml") == true)
            _ = try await self.register(town, browser)
        }
    }

    @Test func `what is gated goes from the village to the township and holds when it is approved`() async throws {
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
            #expect(try await township.post("/register/approvals", ["request": request, "decision": "refuse"]).status == 422, "a refusal needs words")
            #expect(try await township.post("/register/approvals", ["request": request, "decision": "grant"]).status == 303)
            let program = browser.program(try await town.secret("ts", as: .token))
            #expect(try await program.get("/api/v1/register/\(id)").json().at("facts", "status")?.stringValue == "exit_planned")
            // The same field as it was on the day before.
            let before = try await program.get("/api/v1/register/\(id)?as_of=2019-03-03").json()
            #expect(before.at("facts", "status")?.stringValue == "poor")
        }
    }

    @Test func `a secret is shown for a reason, to whoever may, and the page says it no second time`() async throws {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let id = try await self.register(town, browser)
            let village = browser.holding(try await town.secret("vs"))
            let page = try await village.get("/register/\(id)")
            #expect(!page.text.contains("13900001111"))
            let shown = try await village.post("/register/\(id)/unmask", ["field": "phone", "member": "", "reason": "通知体检"])
            #expect(shown.text.contains("13900001111"))
            #expect(try await village.post("/register/\(id)/unmask", ["field": "phone", "member": ""]).status == 422)
            #expect(try await village.get("/register/\(id)").text.contains("13900001111") == false)
            let auditor = browser.holding(try await town.secret("auditor"))
            #expect(try await auditor.post("/register/\(id)/unmask", ["field": "phone", "member": "", "reason": "看看"]).status == 403)
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

    @Test func `a visit over the API shows in the coverage at once, and sent again changes nothing`() async throws {
        let town = try await town()
        let scheme = """
            scheme: push
            version: 1
            title: {zh: 行动, en: Push}
            document: {zh: 文件, en: Document}
            in force: {from: 2019-03-01, until: 2019-05-31}
            frozen as of: 2018-12-31
            phases:
              attack: {title: {zh: 攻坚, en: Attack}, from: 2019-03-01, until: 2019-04-30, basis: {article: {zh: 一, en: One}, says: {zh: 说, en: Says}}}
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
            try await town.office.write { _ = try Campaigns.publish(scheme, by: .clockwork(of: Town.county), at: now, in: $0) }
            let (village, reader) = (browser.program(try await town.secret("vs", as: .token)), browser.program(try await town.secret("ts", as: .token)))
            func done() async throws -> Int? { try await reader.get("/api/v1/coverage").json().at("items")?.items.first?["done"]?.number }
            #expect(try await done() == 0)
            #expect(try await browser.holding(town.secret("vs")).get("/visits").text.contains("张大"))
            let first = try await village.call("/api/v1/register/\(id)/visits", ["result": "met"], key: "one")
            #expect(first.status == 201)
            #expect(try await done() == 1)
            #expect(try await village.call("/api/v1/register/\(id)/visits", ["result": "met"], key: "one").text == first.text)
            #expect(try await done() == 1)
            #expect(try await browser.holding(town.secret("vs")).get("/visits").text.contains("张大") == false)
            let page = try await browser.holding(town.secret("ts")).get("/campaign")
            #expect(page.status == 200 && page.text.contains("100.0%"))
        }
    }
}

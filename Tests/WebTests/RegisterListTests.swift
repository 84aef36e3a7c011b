import Foundation
import Governance
import Hummingbird
import Rules
import Testing
import Web

/// The lists of the register: what they count, who may take them along, and what never stands in them.
@Suite(.serialized) struct `The lists of the register say the same on page, API and workbook` {
    private static let rows = """
        行政村,户编号,姓名,与户主关系,家庭人口数,户类型,脱贫状态,住房等级,联系电话
        第一社区,R1,张大,户主,2,建档立卡户,未脱贫,D级,13900001111
        第一社区,R1,李二,配偶,2,建档立卡户,未脱贫,D级,
        第一社区,R3,赵五,户主,1,边缘户,,B级,
        第二社区,R2,王四,户主,1,一般农户,,B级,
        """

    private func town() async throws -> Town {
        let town = try await Town.settled()
        try await town.settleRegister()
        let now = town.now
        try await town.office.write { books in
            let clerk = Actor.system(of: Town.county)
            let (path, since) = (
                try Offices.of(Town.county, in: books).territory.path, try #require(Day("2018-12-31"))
            )
            let households = try RegisterImport.importing(
                Table(Data(Self.rows.utf8)), .init(since: since, incomeYear: 2018), inside: path, by: clerk,
                at: now, in: books)
            try #require(households.faults.isEmpty, "\(households.faults)")
            let villages = try VillageImport.importing(
                Table(Data("行政村,贫困村\n第一社区,是".utf8)), since: since, inside: path, by: clerk, at: now,
                in: books)
            try #require(villages.faults.isEmpty, "\(villages.faults)")
        }
        return town
    }

    @Test(arguments: ["ts", "vs"])
    func `villages are counted as the register counts them`(_ login: String) async throws {
        let town = try await town()
        let day = Zone.china.day(of: town.now)
        let expected = try await town.office.read { books -> [String: [Int]] in
            let actor = try town.actor(login, books)
            var found: [String: [Int]] = [:]
            for id in [Town.c1, Town.c2] {
                let village = try Territories.only(id, inside: "", field: "", for: Town.clockwork, in: books)
                guard try Villages.isReached(village, by: actor, on: day, in: books) else { continue }
                let count = try RegisterCount.count(
                    inside: village.path, for: actor, as: .present, today: day, in: books)
                found[village.id] = [
                    count.poorVillages, count.households, count.people, count.marginal, count.ordinary,
                ]
            }
            return found
        }
        #expect(expected.count == (login == "ts" ? 2 : 1) && expected[Town.c1] == [1, 1, 2, 1, 0])
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret(login, as: .token))
            let list = try await program.get("/api/v1/villages").json()
            let told = (list["items"]?.items ?? []).map { item in
                (
                    id: item["id"]?.stringValue ?? "",
                    numbers: [item["is_poor"]?.text == "true" ? 1 : 0]
                        + ["registered", "people", "marginal", "ordinary"].map { item[$0]?.number ?? -1 }
                )
            }
            #expect(Dictionary(uniqueKeysWithValues: told.map { ($0.id, $0.numbers) }) == expected)
            #expect(list["total"]?.number == expected.count)
            let poor = try await program.get("/api/v1/villages?poor=yes").json()
            #expect(poor["items"]?.items.map { $0["id"]?.stringValue } == [Town.c1])
            #expect(try await program.get("/api/v1/villages?territory=nowhere").status == 422)
            let visitor = browser.holding(try await town.secret(login))
            let page = try await visitor.get("/villages")
            #expect(page.status == 200 && Markup(page.text).faults == [])
            let people = told.map { "data-l=\"建档立卡人口\">\($0.numbers[2])</td>" }
            #expect(!people.isEmpty && people.allSatisfy(page.text.contains))
            let sheet = try await visitor.workbook("/villages/export")
            #expect(sheet.map { Array($0[3...6]) } == told.map { $0.numbers.dropFirst().map { "\($0)" } })
            #expect(try await visitor.get("/register").text.contains("href=\"/villages\""))
        }
    }

    @Test func `findings and approvals go out without a secret, to whoever may read them`() async throws {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("vs", as: .token))
            let id = try #require(
                try await program.get("/api/v1/register?q=R1").json().at("items")?.items.first?["id"]?
                    .stringValue)
            let secrets = ["13900001111", "13900002222", "13900003333"]
            let digits = "41039919920101003"
            let certificate =
                digits + String(Certificate.checkCharacter(of: digits.compactMap(\.wholeNumberValue)))
            let joined = try await program.call(
                "/api/v1/register/\(id)/join",
                [
                    "name": "张三", "relation": "son", "sex": "male", "certificate": certificate,
                    "phone": "13900002222", "reason": "回迁，电话 13900003333",
                ])
            #expect(joined.status == 202, "\(joined.text)")
            let changed = try await program.call(
                "/api/v1/register/\(id)/change", ["status": "exit_planned", "reason": "达标"])
            #expect(changed.status == 202, "\(changed.text)")
            for (login, path) in [
                ("grid11", "register/quality/export"), ("vs", "register/approvals/export"),
                ("grid11", "villages/export"),
            ] {
                let page = browser.holding(try await town.secret(login))
                #expect(try await page.post("/\(path)").status == 403, "\(path) by \(login)")
                let other = browser.program(try await town.secret(login, as: .token))
                #expect(try await other.call("/api/v1/\(path)").status == 403, "\(path) by \(login)")
            }
            let township = browser.holding(try await town.secret("ts"))
            let findings = try await township.workbook("/register/quality/export")
            #expect(findings.contains { $0.contains("R1") && $0[0].contains("危房") })
            let approvals = try await township.workbook("/register/approvals/export")
            #expect(approvals.count == 2 && approvals.allSatisfy { $0[0] == "R1" && $0[1] == "张大" })
            #expect(approvals.contains { $0[4] == "张三" && $0[3].contains("******") })
            let told = (findings + approvals).flatMap(\.self).joined(separator: " ")
            for secret in secrets + [certificate, digits] { #expect(!told.contains(secret), "\(secret)") }
            // Several at once, from the page that shows them.
            let requests = try [joined, changed].map { try #require(try $0.json()["waits"]?.stringValue) }
            let page = try await township.get("/register/approvals")
            #expect(requests.allSatisfy { page.text.contains("name=\"item_\($0)\"") })
            var fields = Dictionary(uniqueKeysWithValues: requests.map { ("item_\($0)", "1") })
            (fields["decision"], fields["reason"]) = ("refuse", "材料不全")
            #expect(try await township.post("/register/approvals/together", fields).status == 303)
            #expect(try await township.get("/register/approvals").text.contains("没有等待审批的"))
        }
    }

    @Test func `the register goes on behind the last household of a page, under both names of the cursor`()
        async throws
    {
        let town = try await town()
        try await town.open { (browser: Browser) async throws in
            let township = browser.holding(try await town.secret("ts"))
            let first = try await township.get("/register?limit=1")
            let next = try #require(
                Markup(first.text).values(of: "href", on: "a").first { $0.hasPrefix("/register?cursor=") })
            let cursor = next.dropFirst("/register?cursor=".count)
            let pages =
                [first.text] + [
                    try await township.get("/register?limit=1&cursor=\(cursor)").text,
                    try await township.get("/register?limit=1&after=\(cursor)").text,
                ]
            let shown = pages.map { page in
                ["R1", "R2", "R3"].filter { page.contains("<span>\($0)</span>") }
            }
            #expect(shown.map(\.count) == [1, 1, 1] && shown[0] != shown[1] && shown[1] == shown[2])
            #expect(try await township.get("/register?cursor=nothing").status == 422)
        }
    }
}

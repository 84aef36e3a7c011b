import Foundation
import Governance
import Hummingbird
import Rules
import Store
import Testing
import Web

/// What waits is counted whole on the page and in the API, however much of it is shown.
@Suite(.serialized) struct `A list of what waits tells how much waits` {
    /// Puts so many questions into the deputy's queue.
    private func ask(_ count: Int, _ town: Town) async throws {
        let (item, now) = (try await town.report(), town.now)
        try await town.office.database.write { transaction in
            let post = try #require(
                try transaction.first("SELECT id FROM post WHERE county = \(Town.county) AND code = 'deputy'")
                { try $0.get("id", as: String.self) })
            for number in 0..<count {
                try transaction.run(
                    """
                    INSERT INTO decision (county, id, case_id, kind, post, asked_at, words, detail)
                    VALUES (\(Town.county), \(ID<Decision>(milliseconds: Int64(number), random: (1, 1))), \
                    \(item.id), 'escalated', \(post), \(now), '', '')
                    """)
            }
        }
    }

    @Test func `decisions page by page, with their total`() async throws {
        let town = try await Town.settled()
        try await ask(205, town)
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("deputy", as: .token))
            let first = try await program.get("/api/v1/decisions").json()
            #expect(first["total"]?.number == 205 && first["items"]?.items.count == 200)
            let next = try #require(first["next"]?.stringValue)
            let second = try await program.get("/api/v1/decisions?cursor=\(next)").json()
            #expect(
                second["total"]?.number == 205 && second["items"]?.items.count == 5
                    && second["next"]?.stringValue == nil)
            let page = try await browser.holding(town.secret("deputy")).get("/overview")
            #expect(
                page.text.contains("<span class=\"cnt\">205</span>") && page.text.contains("共 205 项，先列前 12 项")
            )
            for wrong in ["cursor=x", "limit=0", "order=new"] {
                #expect(try await program.get("/api/v1/decisions?\(wrong)").status == 422, "\(wrong)")
            }
        }
    }

    @Test func `a short list says nothing of more`() async throws {
        let town = try await Town.settled()
        try await ask(3, town)
        try await town.open { (browser: Browser) async throws in
            let page = try await browser.holding(town.secret("deputy")).get("/overview")
            #expect(page.text.contains("<span class=\"cnt\">3</span>") && !page.text.contains("先列前"))
            let program = browser.program(try await town.secret("deputy", as: .token))
            let all = try await program.get("/api/v1/decisions").json()
            #expect(all["total"]?.number == 3 && all["next"]?.stringValue == nil)
        }
    }

    @Test func `approvals tell their totals`() async throws {
        let town = try await Town.settled()
        try await town.settleRegister()
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("ts", as: .token))
            let waiting = try await program.get("/api/v1/register/approvals").json()
            #expect(
                waiting["total"]?.number == 0 && waiting["requests_total"]?.number == 0
                    && waiting["doubles_total"]?.number == 0)
        }
    }
}

import Foundation
import Governance
import Rules
import Testing
import Web

/// What every list has, tried through the door: fifty rows a page, words to find, an order, a workbook.
@Suite(.serialized) struct `A list is one list on the page, in the API and as a workbook` {
    /// A town with so many units more than it had.
    private func town(units: Int) async throws -> Town {
        let town = try await Town.settled()
        let (now, day) = (town.now, Zone.china.day(of: town.now))
        try await town.office.write { books in
            for number in 1...units {
                _ = try Units.add(
                    Units.Draft(
                        code: "shop\(number)", nameZh: "门店\(number)", nameEn: "", kind: .propertyCompany,
                        territory: Town.c1), since: day, by: .system(of: Town.county), at: now, in: books)
            }
        }
        return town
    }

    private func names(_ page: String) -> [String] {
        page.matches(of: #/<th scope="row"><a href="[^"]*">([^<]*)</a>/#).map { String($0.1) }
    }

    @Test func `a page shows fifty rows and leads through all of them, each once`() async throws {
        let town = try await town(units: 120)
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            var (path, seen, pages) = ("/admin/units", [] as [String], 0)
            while pages < 9 {
                let page = try await admin.get(path)
                #expect(page.status == 200 && Markup(page.text).faults == [])
                let rows = names(page.text)
                #expect((1...50).contains(rows.count))
                seen += rows
                pages += 1
                let next = Markup(page.text).values(of: "href", on: "a").last {
                    $0.hasPrefix("/admin/units?cursor=")
                }
                guard let next, rows.count == 50 else { break }
                path = next
            }
            let all = try await browser.program(try await town.secret("admin", as: .token)).get(
                "/api/v1/units"
            )
            .json()
            #expect(seen.count == all["total"]?.number)
            #expect(Set(seen).count == seen.count)
        }
    }

    @Test func `words narrow it, and a column puts it in order, on all three`() async throws {
        let town = try await town(units: 12)
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let program = browser.program(try await town.secret("admin", as: .token))
            let query =
                "q=\("门店1".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")&sort=-code"
            let wanted = ["门店12", "门店11", "门店10", "门店1"]
            #expect(names(try await admin.get("/admin/units?\(query)").text) == wanted)
            // A form sends the space between two words as a plus; every word has to stand in the row.
            #expect(names(try await admin.get("/admin/units?q=shop12+shop1").text) == ["门店12"])
            #expect(names(try await admin.get("/admin/units?q=shop12%2Bshop1").text) == [])
            let told = try await program.get("/api/v1/units?\(query)").json()
            #expect(told["items"]?.items.compactMap { $0.at("name", "zh")?.stringValue } == wanted)
            let sheet = try await admin.workbook("/admin/units/export", ["q": "门店1", "sort": "-code"])
            #expect(sheet.map { $0[0] } == wanted)
            let lines = try await town.log(kind: "list.export")
            #expect(lines.count == 1)
            #expect(lines.first?.details["filter"] == "list=units q=门店1 sort=-code")
            #expect(lines.first?.details["rows"] == "4")
        }
    }

    @Test(arguments: ["sort=nothing", "kind=nothing", "cursor=nothing", "limit=0", "on=yesterday"])
    func `what it does not understand is refused and narrows nothing in silence`(_ query: String) async throws
    {
        let town = try await town(units: 1)
        try await town.open { (browser: Browser) async throws in
            let program = browser.program(try await town.secret("admin", as: .token))
            let reply = try await program.get("/api/v1/units?\(query)")
            #expect(reply.status == 422)
            let field = query.split(separator: "=").first.map(String.init)
            #expect(
                try reply.json().at("error", "fields")?.items.first?["field"]?.stringValue == field)
            #expect(try await program.get("/api/v1/units?colour=red").status == 422)
            #expect(try await program.call("/api/v1/units/export", ["colour": "red"]).status == 422)
        }
    }

    @Test func `whoever may not see a list gets no workbook of it`() async throws {
        let town = try await town(units: 1)
        try await town.open { (browser: Browser) async throws in
            let worker = browser.holding(try await town.secret("wyworker"))
            for list in ["units", "posts", "people", "categories", "territories", "points"] {
                #expect(try await worker.post("/admin/\(list)/export").status == 403, "\(list)")
            }
            #expect(try await worker.post("/log/export").status == 403)
            #expect(try await town.log(kind: "list.export").isEmpty)
        }
    }

    @Test func `the workbooks of an office's lists hold what their pages show`() async throws {
        let town = try await town(units: 3)
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            for list in ["units", "posts", "people", "categories"] {
                let page = try await admin.get("/admin/\(list)")
                #expect(page.status == 200 && Markup(page.text).faults == [], "\(list)")
                let sheet = try await admin.workbook("/admin/\(list)/export")
                #expect(!sheet.isEmpty, "\(list)")
                for name in names(page.text) { #expect(sheet.contains { $0[0] == name }, "\(list): \(name)") }
            }
            let people = try await admin.workbook("/admin/people/export")
            #expect(!people.flatMap(\.self).joined().contains(#/1[3-9]\d{9}/#), "a telephone in full")
        }
    }
}

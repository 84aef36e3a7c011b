import Foundation
import HTTPTypes
import Hummingbird
import Testing
import Web

@testable import Governance

@Suite(.serialized) struct `A resident needs no login` {
    /// The number that a page names.
    static func number(_ reply: Reply) -> String {
        reply.text.firstMatch(of: #/CAL-\d{4}-\d{6}/#).map { String($0.output) } ?? ""
    }

    @Test func `what a resident reports can be looked up with the number and the end of the telephone`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let form = try #require(Markup(try await browser.get("/report").text).form(to: "/report"))
            var fields = form.values
            (fields["body"], fields["phone"], fields["name"], fields["territory"]) = (
                "三单元门口堆了沙发", "13900005566", "安大姐", Town.g11
            )
            let received = try await browser.post("/report", fields)
            #expect(received.status == 201)
            let number = Self.number(received)
            #expect(number == "CAL-2019-000001")
            let found = try await browser.post(
                "/look-up", ["number": number.lowercased(), "phone_tail": "5566"])
            #expect(found.status == 200)
            #expect(!found.text.contains("沙发"), "no words that somebody wrote stand on a public page")
            #expect(found.text.contains(number))
            #expect(!found.text.contains("13900005566"))
            #expect(!found.text.contains("安大姐"))
            for tail in ["5567", "", "55666", "％％％％", "abcd"] {
                let refused = try await browser.post("/look-up", ["number": number, "phone_tail": tail])
                #expect(refused.status == 422, "\(tail)")
                #expect(!refused.text.contains("沙发"))
            }
            #expect(
                try await browser.post("/look-up", ["number": "CAL-2019-000002", "phone_tail": "5566"]).status
                    == 422)
        }
    }

    @Test func `a report without a telephone cannot be looked up by anybody`() async throws {
        let town = try await Town.settled()
        let item = try await town.report(phone: "")
        try await town.open { (browser: Browser) async throws in
            for tail in ["", "0000", "    "] {
                let reply = try await browser.post("/look-up", ["number": item.number, "phone_tail": tail])
                #expect(reply.status == 422, "\(tail)")
            }
        }
    }

    @Test func `the same form sent twice is one case with one number`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            var fields = try #require(Markup(try await browser.get("/report").text).form(to: "/report"))
                .values
            (fields["body"], fields["phone"]) = ("路灯不亮\r\n已经三天了 ", "13900005566")
            let (first, second) = (
                try await browser.post("/report", fields), try await browser.post("/report", fields)
            )
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(Self.number(first) == Self.number(second))
            fields["body"] = "另一件事"
            let other = try await browser.post("/report", fields)
            #expect(other.status == 409)
            #expect(!other.text.contains("路灯"))
        }
        #expect(try await town.count() == 1)
    }

    @Test func `ten megabytes of text are refused as too large by form, file and API`() async throws {
        let town = try await Town.settled()
        let text = String(repeating: "很长", count: 10 << 20 / 6)
        let large = Array(("body=" + text).utf8)
        try await town.open { (browser: Browser) async throws in
            let form = try await browser.send(
                .post, "/report", headers: [.contentType: "application/x-www-form-urlencoded"], body: large)
            #expect(form.status == 413)
        }
        try await town.open { (browser: Browser) async throws in
            let api = try await browser.send(
                .post, "/api/v1/reports", headers: [.contentType: "application/json"],
                body: Array("{\"body\":\"\(text)\"}".utf8))
            #expect(api.status == 413)
            #expect(try api.json().at("error", "code")?.stringValue == "too_large")
        }
        #expect(try await town.count() == 0)
    }

    @Test func `a text of some thousand characters more than is asked for is refused in the form`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let reply = try await browser.post("/report", ["body": String(repeating: "长", count: 5001)])
            #expect(reply.status == 422)
            #expect(Markup(reply.text).values(of: "href").contains("#f-body"))
            #expect(try await browser.post("/report", ["body": "看\u{0}看"]).status == 422)
            #expect(try await browser.post("/report", ["body": "好的", "territory": "没有这个地方"]).status == 422)
            #expect(try await browser.post("/report", ["body": "好的", "phone": "<b>"]).status == 422)
            #expect(try await browser.post("/report", ["body": "好的", "id": "12"]).status == 422)
            #expect(
                try await browser.post("/report", ["body": "好的", "website": "http://spam"]).status == 403)
        }
        #expect(try await town.count() == 0)
    }

    @Test func `who is dissatisfied and says it is not solved opens the case again, once`() async throws {
        let town = try await Town.settled()
        let item = try await town.closed()
        try await town.open { (browser: Browser) async throws in
            let key = ["number": item.number, "phone_tail": "1234"]
            let page = try await browser.post("/look-up", key)
            var fields = try #require(Markup(page.text).form(to: "/look-up/rate")).values
            #expect(try await browser.post("/look-up/rate", fields).status == 422, "nothing chosen")
            fields["satisfaction"] = "dissatisfied"
            fields["solved"] = "no"
            fields["words"] = "第二天又堆上了"
            let wrong = try await browser.post("/look-up/rate", fields.merging(["phone_tail": "4321"]) { $1 })
            #expect([404, 422].contains(wrong.status))
            #expect(try await town.find(item.id).state == .closed)
            #expect(try await browser.post("/look-up/rate", fields).status == 200)
            let opened = try await town.find(item.id)
            #expect(opened.state == .handling)
            #expect(opened.reopens == 1)
            #expect(try await browser.post("/look-up/rate", fields).status == 409)
            #expect(try await town.find(item.id) == opened)
        }
    }

    @Test func `who is satisfied leaves the case closed and is asked no second time`() async throws {
        let town = try await Town.settled()
        let item = try await town.closed()
        try await town.open { (browser: Browser) async throws in
            let fields = [
                "number": item.number, "phone_tail": "1234", "satisfaction": "satisfied", "solved": "1",
            ]
            let thanks = try await browser.post("/look-up/rate", fields)
            #expect(thanks.status == 200)
            #expect(Markup(thanks.text).form(to: "/look-up/rate") == nil)
            #expect(try await browser.post("/look-up/rate", fields).status == 409)
        }
        #expect(try await town.find(item.id).state == .closed)
    }

    @Test func `a complaint about the system itself becomes a case that the office sees`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            var fields = try #require(Markup(try await browser.get("/complaint").text).form(to: "/complaint"))
                .values
            (fields["body"], fields["phone"]) = ("同一件事要填三遍", "13900005566")
            let received = try await browser.post("/complaint", fields)
            #expect(received.status == 201)
            let leader = browser.holding(try await town.secret("leader"))
            let list = try await leader.get("/cases?q=\(Self.number(received))")
            #expect(list.text.contains("同一件事要填三遍"))
        }
        let item = try await town.office.read {
            try Cases.find(number: "CAL-2019-000001", by: .system(of: Town.county), in: $0)
        }
        #expect(item.category == "system.complaint")
        #expect(item.source == .resident)
    }

    @Test func `the public notice names no person and no words, and pages through every public case once`()
        async throws
    {
        let town = try await Town.settled()
        for _ in 1...3 { _ = try await town.filed() }
        let secretive = try await town.report("只有登记没有立案的事")
        try await town.open { (browser: Browser) async throws in
            let page = try await browser.get("/public")
            #expect(page.text.contains("CAL-2019-000001"))
            for hidden in ["康居民", "1380000", "楼道堆满杂物", secretive.number] {
                #expect(!page.text.contains(hidden), "\(hidden)")
            }
            var (cursor, numbers): (String?, [String]) = ("", [])
            while let at = cursor {
                let json = try await browser.get("/api/v1/public?limit=1&cursor=\(at)").json()
                numbers += (json["items"]?.items ?? []).compactMap { $0["number"]?.stringValue }
                cursor = json["next"]?.stringValue
            }
            #expect(numbers == ["CAL-2019-000003", "CAL-2019-000002", "CAL-2019-000001"])
        }
    }
}

@Suite(.serialized) struct `Tables are tried before they are taken` {
    /// `code,name,level,parent` with one village named 第五社区, in GB18030.
    static let gb18030: [UInt8] =
        Array("code,name,level,parent\r\n410305006009,".utf8)
        + [0xB5, 0xDA, 0xCE, 0xE5, 0xC9, 0xE7, 0xC7, 0xF8] + Array(",village,410305006000\r\n".utf8)

    @Test func `a file in GB18030 is read, a dry run writes nothing, and the second button writes`()
        async throws
    {
        let town = try await Town.settled()
        let fields = ["system": "nbs", "since": "2019-03-04"]
        @Sendable func known() async throws -> Bool {
            try await town.office.read { try !Territories.meaning("第五社区", inside: "", in: $0).isEmpty }
        }
        try await town.open { (browser: Browser) async throws in
            let administrator = browser.holding(try await town.secret("admin"))
            let tried = try await administrator.upload(
                "/admin/import?kind=territories", fields, file: Self.gb18030)
            #expect(tried.status == 200)
            #expect(tried.text.contains("新增 1"))
            let before = try await known()
            #expect(!before)
            let taken = try await administrator.upload(
                "/admin/import?kind=territories", fields.merging(["write": "1"]) { $1 }, file: Self.gb18030)
            #expect(taken.status == 200)
            let after = try await known()
            #expect(after)
        }
    }

    @Test func `a file with a fault is refused whole, with row and column`() async throws {
        let town = try await Town.settled()
        let csv =
            """
            code,name,level,parent\n410305006009,第五社区,village,410305006000\n410305006010,第六社区,moon,41030\
            5006000\n
            """
        try await town.open { (browser: Browser) async throws in
            let administrator = browser.holding(try await town.secret("admin"))
            let reply = try await administrator.upload(
                "/admin/import?kind=territories", ["system": "nbs", "since": "2019-03-04", "write": "1"],
                file: Array(csv.utf8))
            #expect(reply.status == 422)
            #expect(Markup(reply.text).faults == [])
            #expect(reply.text.contains("level"))
            let program = browser.program(try await town.secret("admin", as: .token))
            let api = try await program.send(
                .post, "/api/v1/imports/territories", headers: [.contentType: "text/csv"],
                body: Array(csv.utf8))
            #expect(api.status == 422)
            let fault = try #require(try api.json()["faults"]?.items.first)
            #expect(fault["row"]?.number == 3)
            #expect(fault["column"]?.stringValue == "level")
        }
        #expect(try await town.office.read { try Territories.meaning("第五社区", inside: "", in: $0).isEmpty })
    }

    @Test(arguments: ["units", "people", "categories", "calendar", "cases", "territories", "nothing"])
    func `rubbish in place of a table is refused and never a fault of the server`(_ kind: String) async throws
    {
        let town = try await Town.settled()
        let wanted = kind == "nothing" ? 404 : 422
        let rubbish: [[UInt8]] = [
            [], [0], Array("\"".utf8), Array("a,b\n1,2,3\n".utf8),
            Array("名".utf8) + [10, 0xB5, 0xDA, 10] + Array("称\n".utf8), Array("a\n1\n".utf8),
        ]
        try await town.open { (browser: Browser) async throws in
            let administrator = browser.holding(try await town.secret("admin"))
            for file in rubbish {
                let reply = try await administrator.upload(
                    "/admin/import?kind=\(kind)",
                    ["system": "nbs", "since": "2019-03-04", "basis": "某号文", "write": "1"], file: file)
                #expect(reply.status == wanted, "\(file)")
            }
            let cut = try await administrator.send(
                .post, "/admin/import?kind=\(kind)",
                headers: [.contentType: "multipart/form-data; boundary=x"], body: Array("--x\r\nContent".utf8)
            )
            #expect(cut.status == wanted)
        }
    }

    @Test(arguments: [
        "boundary=", "boundary=;", "boundary=\"\"", "boundary=  ", "bound", "boundary=\u{e9}",
        "boundary=;boundary=x",
    ])
    func `an upload without a boundary is refused, by whoever it is sent, and the server lives on`(
        _ parameter: String
    ) async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            for body in ["", "--", "----\r\n", "--x--"] {
                let reply = try await browser.send(
                    .post, "/report", headers: [.contentType: "multipart/form-data; \(parameter)"],
                    body: Array(body.utf8))
                #expect(reply.status == 422, "\(body)")
            }
            let alive = try await browser.get("/healthz")
            #expect(alive.status == 200)
        }
        #expect(try await town.count() == 0)
    }
}

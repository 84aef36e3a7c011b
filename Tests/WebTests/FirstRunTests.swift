import Governance
import HTTPTypes
import Hummingbird
import Testing
import Web

@Suite(.serialized) struct `A new folder begins with one page` {
    static let draft = [
        "name_zh": "长安路街道办事处", "name_en": "Chang'an Road Office", "county": "410305", "county_name": "涧西区",
        "town_code": "410305006000",
        "town_name": "长安路街道办事处", "prefix": "CAL", "person": "管理员", "login": "admin",
        "password": Town.password, "repeated": Town.password,
    ]

    @Test
    func `every page without an office leads to the first page or answers sensibly, never with our mistake`()
        async throws
    {
        let town = try await Town.empty()
        let faults = try await town.open { (browser: Browser) async throws in
            var faults: [String] = []
            for route in Site.routes where route.method == .get {
                let path = route.path.replacing(#/\{\w+\}/#, with: "01ARZ3NDEKTSV4RRFFQ69G5FAV")
                let reply = try await browser.get(path)
                if ![200, 303, 401, 404].contains(reply.status) { faults.append("\(path) \(reply.status)") }
                if route.kind == .page, reply.status == 404,
                    reply.headers[.contentType]?.hasPrefix("text/html") != true
                {
                    faults.append("\(path) is no page")
                }
            }
            for route in Site.routes where route.method == .post && route.path != "/first-run" {
                let path = route.path.replacing(#/\{\w+\}/#, with: "01ARZ3NDEKTSV4RRFFQ69G5FAV")
                let reply = route.kind == .api ? try await browser.call(path) : try await browser.post(path)
                if !(400..<500).contains(reply.status) { faults.append("POST \(path) \(reply.status)") }
            }
            #expect(try await browser.get("/").location == "/first-run")
            #expect(try await browser.get("/sign-in").location == "/first-run")
            return faults
        }
        #expect(faults == [])
    }

    @Test func `the first page founds the office, signs the administrator in and is gone`() async throws {
        let town = try await Town.empty()
        try await town.open { (browser: Browser) async throws in
            let page = try await browser.get("/first-run")
            #expect(page.status == 200)
            let form = try #require(Markup(page.text).form(to: "/first-run"))
            #expect(Set(Self.draft.keys).isSubset(of: form.fields.map(\.name)))
            let wrong = try await browser.post(
                "/first-run", Self.draft.merging(["repeated": "another"]) { $1 })
            #expect(wrong.status == 422)
            for (field, value) in [
                ("county", "4103"), ("password", "short"), ("password", "luoyang123456"),
                ("password", "Admin@2026888"), ("name_zh", ""), ("login", "' OR 1"),
                ("prefix", "<b>"), ("person", ""),
            ] {
                var fields = Self.draft
                fields[field] = value
                if field == "password" { fields["repeated"] = value }
                #expect(try await browser.post("/first-run", fields).status == 422, "\(field)")
            }
            #expect(try await browser.get("/").location == "/first-run", "nothing half-written")

            let founded = try await browser.post("/first-run", Self.draft)
            #expect(founded.status == 303)
            #expect(
                founded.location == "/me/second-factor", "an administrator needs one before anything else")
            let administrator = browser.holding(Secret(founded.cookie))
            #expect(try await administrator.get("/admin").location == "/me/second-factor")
            #expect(
                try await administrator.call("/api/v1/people", ["name": "谁"]).json().at("error", "code")?
                    .stringValue == "step_first")
            #expect(
                try await administrator.post(
                    "/me/second-factor", ["verb": "begin", "password": Town.password]
                ).status == 303)
            let offered = try await administrator.get("/me/second-factor").text
            let draft = try #require(offered.firstMatch(of: #/<code>([A-Z2-7]{32})<\/code>/#)?.1)
            #expect(
                try await administrator.post("/me/second-factor", ["verb": "confirm", "code": "000000"])
                    .status == 422)
            let codes = try await administrator.post(
                "/me/second-factor", ["verb": "confirm", "code": Town.code(String(draft), at: town.now)])
            #expect(
                codes.status == 200
                    && codes.text.matches(of: #/[A-Z2-7]{4}(-[A-Z2-7]{4}){5}/#).count
                        == SecondFactor.recoveryCodes
            )
            #expect(try await administrator.get("/admin").status == 200)
            #expect(try await browser.get("/first-run").status == 404)
            #expect(
                try await browser.post(
                    "/first-run", Self.draft.merging(["county": "410306", "login": "evil"]) { $1 }
                ).status == 404)
        }
        #expect(try await town.office.read { try Offices.all(in: $0).map(\.county.code) } == ["410305"])
    }

    @Test func `where the server printed a code, nobody founds an office without it`() async throws {
        let code = Doors.newFirstRunCode(.seeded(3))
        #expect(code.wholeMatch(of: #/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/#) != nil)
        let town = try await Town.empty(code: code)
        try await town.open { (browser: Browser) async throws in
            let form = try #require(Markup(try await browser.get("/first-run").text).form(to: "/first-run"))
            #expect(form.fields.map(\.name).first == "code")
            for wrong in [nil, "", "0000-0000", String(code.dropLast())] {
                let reply = try await browser.post(
                    "/first-run", wrong.map { Self.draft.merging(["code": $0]) { $1 } } ?? Self.draft)
                #expect(reply.status == 422, "\(wrong ?? "none")")
            }
            #expect(try await town.office.read { try Offices.all(in: $0).isEmpty })
            let typed = code.lowercased().replacing("-", with: " ")
            #expect(
                try await browser.post("/first-run", Self.draft.merging(["code": typed]) { $1 }).location
                    == "/me/second-factor")
        }
    }

    @Test func `two who send the first page at the same moment found one office`() async throws {
        let town = try await Town.empty()
        _ = try await town.openWide { (browser: Browser) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (county, login) in [("410305", "admin"), ("410306", "other")] {
                    let fields = Self.draft.merging([
                        "county": county, "login": login, "town_code": "\(county)006000",
                    ]) { $1 }
                    group.addTask { _ = try await browser.post("/first-run", fields) }
                }
                try await group.waitForAll()
            }
        }
        #expect(try await town.office.read { try Offices.all(in: $0).count } == 1)
    }

    @Test func `the health page says ok with and without an office`() async throws {
        let empty = try await Town.empty()
        try await empty.open { (browser: Browser) async throws in
            let reply = try await browser.get("/healthz")
            #expect(reply.status == 200)
            #expect(try reply.json()["status"]?.stringValue == "ok")
            #expect(try reply.json()["office"] == .null)
        }
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let json = try await browser.get("/healthz").json()
            #expect(json["status"]?.stringValue == "ok")
            #expect(json["office"]?.stringValue == "410305")
            #expect(
                json["now"]?.stringValue == "2019-03-04T01:00:00.000Z"
                    || json["now"]?.stringValue == "2019-03-04T01:00:00Z")
        }
    }

    @Test func `a county that has no office is not found, as a page where a page was asked for`() async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            for path in ["/report?county=999999", "/sign-in?county=999999"] {
                let reply = try await browser.get(path)
                #expect([200, 404].contains(reply.status))
                #expect(reply.headers[.contentType] == "text/html; charset=utf-8", "\(path)")
            }
            #expect(try await browser.get("/api/v1/public?county=999999").status == 404)
        }
    }
}

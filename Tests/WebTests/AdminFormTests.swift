import Governance
import HTTPTypes
import Hummingbird
import Rules
import Testing
import Web

/// The forms of administration and of accounts: what cannot be taken comes back as it was typed, with why.
@Suite(.serialized) struct `A form of administration that cannot be taken comes back as it was typed` {
    /// The fields that an answer of the API names.
    private static func fields(_ reply: Reply) throws -> [String] {
        (try reply.json().at("error", "fields")?.items ?? []).compactMap { $0["field"]?.stringValue }
    }

    @Test func `a unit with three faults is told all three, each at its field, and nothing is stored`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let path = "/admin/units?do=add"
            let reply = try await admin.post(
                path,
                [
                    "verb": "add", "code": "不是代码", "name_zh": "长安路小学", "kind": "",
                    "territory": Town.c1, "since": "2019-02-30",
                ])
            #expect(reply.status == 422)
            for field in ["code", "kind", "since"] {
                #expect(reply.text.contains("href=\"#f-\(field)\""), "\(field)")
            }
            let page = Markup(reply.text)
            #expect(page.faults == [])
            let form = try #require(page.form(to: path))
            #expect(form.values["name_zh"] == "长安路小学" && form.values["code"] == "不是代码")
            #expect(form.values["territory"] == Town.c1)
            let stored = try await admin.post(
                path,
                form.values.merging(["code": "school", "kind": "stationed_unit", "since": "2019-03-04"]) {
                    $1
                })
            #expect(stored.status == 303)
            #expect(
                stored.headers[values: .setCookie].contains {
                    $0.hasPrefix("said=") && !$0.hasPrefix("said=;")
                })
        }
    }

    @Test func `a unit that cannot end yet keeps the day that was typed`() async throws {
        let town = try await Town.settled()
        let unit = try await town.unit("wy")
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let path = "/admin/units?edit=\(unit)&do=end"
            let reply = try await admin.post(path, ["verb": "end", "id": unit, "on": "2019-05-06"])
            #expect(reply.status == 409, "it still has posts")
            let form = try #require(Markup(reply.text).form(to: path))
            #expect(form.values["on"] == "2019-05-06")
            #expect(reply.text.contains("id=\"errors\""))
        }
    }

    @Test func `a post that would end before it began is told so at the day`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let post = try await town.office.read {
                try #require(try Posts.find(code: "checker", for: Town.clockwork, in: $0)).id.text
            }
            let page = try await admin.get("/admin/posts/\(post)?do=end")
            #expect(Markup(page.text).form(to: "/admin/posts")?.values["on"] == "2019-03-04")
            let reply = try await admin.post("/admin/posts", ["verb": "end", "id": post, "on": "2000-01-01"])
            #expect(reply.status == 422)
            #expect(reply.text.contains("href=\"#f-end-on\""))
            #expect(Markup(reply.text).form(to: "/admin/posts")?.values["on"] == "2000-01-01")
            #expect(try await admin.post("/admin/posts", ["verb": "add", "code": "x"]).status == 422)
        }
    }

    @Test func `a territory's form comes back at its place with its tab`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let reply = try await admin.post(
                "/admin/territories?at=\(Town.c1)&do=split",
                ["verb": "split", "at": Town.c1, "name": "新社区", "code": "", "on": "2019-03-04"])
            #expect(reply.status == 422)
            let form = try #require(Markup(reply.text).form(to: "/admin/territories?at=\(Town.c1)&do=split"))
            #expect(form.values["name"] == "新社区")
            #expect(reply.text.contains("href=\"#f-code\"") && reply.text.contains("href=\"#f-system\""))
        }
    }

    @Test func `a field that no form has is refused by the API, and nothing is stored`() async throws {
        let town = try await Town.settled()
        let person = try await town.person("grid11")
        let unit = try await town.unit("wy")
        try await town.open { (browser: Browser) async throws in
            let admin = browser.program(try await town.secret("admin", as: .token))
            for (path, fields) in [
                ("people", ["name": "新人"]), ("people/\(person)/change", ["name": "另一个名字"]),
                ("units/\(unit)/change", ["name_zh": "另一个名字"]),
                ("territories/\(Town.c1)/alias", ["alias": "老家属院"]),
                ("settings", ["name": "reopen_days", "value": "20"]),
                ("power-requests", ["decision": "grant", "until": "2019-03-04T00:00:00Z"]),
            ] {
                let reply = try await admin.call(
                    "/api/v1/\(path)", fields.merging(["nonsense": "1"]) { $1 })
                #expect(reply.status == 422, "\(path)")
                #expect(try Self.fields(reply) == ["nonsense"], "\(path)")
            }
            let wrong = try await admin.call(
                "/api/v1/tokens", ["login": "leader", "password": Town.password, "scopes": "read"])
            #expect(try Self.fields(wrong) == ["scopes"])
            let sheet = try await admin.send(
                .post, "/api/v1/imports/units?sinse=2019-01-01", headers: [.contentType: "text/csv"],
                body: Array("code,name_zh,kind,territory\n".utf8))
            #expect(try Self.fields(sheet) == ["sinse"])
        }
        let names = try await town.office.read { books in
            try Tenures.people(for: Town.clockwork, in: books).map(\.name)
        }
        #expect(!names.contains("新人") && !names.contains("另一个名字"))
    }

    @Test func `several faults are told at once by the API`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.program(try await town.secret("admin", as: .token))
            let reply = try await admin.call(
                "/api/v1/posts", ["code": "?", "kind": "king", "since": "soon", "title_zh": "岗位"])
            #expect(reply.status == 422)
            #expect(Set(try Self.fields(reply)) == ["code", "kind", "since", "unit", "territory"])
        }
    }

    @Test func `a share is typed in per cent on the page and sent in thousandths by a program`() async throws
    {
        let town = try await Town.settled()
        let name = Parameter.basicallySatisfied.rawValue
        @Sendable func value() async throws -> Int? {
            try await town.office.read {
                try Parameters.known(.basicallySatisfied, for: Town.clockwork, on: Day("2019-03-04")!, in: $0)
            }
        }
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let fields = ["verb": "parameter", "parameter": name, "\(name)_from": "2019-03-04"]
            let wrong = try await admin.post("/admin/settings", fields.merging([name: "87.55"]) { $1 })
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("value=\"87.55\"") && wrong.text.contains("<details open>"))
            #expect(try await value() == 900)
            #expect(
                try await admin.post("/admin/settings", fields.merging([name: "87.5"]) { $1 }).status == 303)
            #expect(try await value() == 875)
            let page = try await admin.get("/admin/settings").text
            #expect(page.contains("<b>87.5%</b>") && !page.contains("千分之"))
            let program = browser.program(try await town.secret("admin", as: .token))
            #expect(
                try await program.call("/api/v1/settings", ["name": name, "value": "87.5"]).status == 422)
            #expect(try await program.call("/api/v1/settings", ["name": name, "value": "910"]).status == 200)
            #expect(try await value() == 910)
        }
    }

    @Test func `a password is never shown again, what stands beside it is`() async throws {
        let town = try await Town.settled()
        let person = try await town.office.write { books in
            try Tenures.addPerson(
                name: "新来的", phone: "", by: .system(of: Town.county), at: town.now, in: books)
        }
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let path = "/admin/people?edit=\(person)"
            let reply = try await admin.post(
                path, ["verb": "account", "id": person.text, "login": "xinlai", "new_password": "tooshort"])
            #expect(reply.status == 422)
            #expect(reply.text.contains("href=\"#f-new_password\""))
            #expect(!reply.text.contains("tooshort") && reply.text.contains("value=\"xinlai\""))
            let wrong = try await browser.post(
                "/sign-in", ["login": "leader", "password": "not this one", "back": "/cases"])
            #expect(wrong.status == 422 && !wrong.text.contains("not this one"))
            let form = try #require(Markup(wrong.text).form(to: "/sign-in"))
            #expect(form.values["login"] == "leader" && form.values["back"] == "/cases")
            let unknown = try await browser.post(
                "/sign-in", ["login": "nobody", "password": "not this one", "back": "/cases"])
            #expect(unknown.status == 422)
            #expect(
                unknown.text.replacing("nobody", with: "leader") == wrong.text,
                "which logins there are is told by nothing")
        }
    }

    @Test func `to send a request back needs words, and the form says so at its field`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.program(try await town.secret("admin", as: .token))
            let post = try await town.office.read {
                try #require(try Posts.find(code: "checker", for: Town.clockwork, in: $0)).id.text
            }
            let person = try await town.person("grid11")
            let asked = try await admin.call("/api/v1/posts/\(post)/begin", ["person": person])
            let request = try #require(try asked.json()["waiting"]?.items.first?["id"]?.stringValue)
            let leader = browser.holding(try await town.secret("leader"))
            let refused = try await leader.post(
                "/confirmations", ["request": request, "decision": "refuse", "answer": ""])
            #expect(refused.status == 422)
            #expect(refused.text.contains("href=\"#f-answer\"") && refused.text.contains("id=\"f-answer\""))
            #expect(Markup(refused.text).faults == [])
            #expect(
                try await leader.post(
                    "/confirmations", ["request": request, "decision": "refuse", "answer": "不合适"]
                ).status == 303)
        }
    }
}

import Governance
import Testing
import Web

@Suite(.serialized) struct `Power is given by one and confirmed by another, in the browser` {
    @Test func `an import of people waits, and one button of somebody else confirms what was seen`()
        async throws
    {
        let town = try await Town.settled()
        let rows = """
            login,name,post_kind,post_zh,unit,territory,reports_to
            new1,新一,grid_worker,五网格网格员,c1,41030500600101,lead1
            new2,新二,checker,核查员二,office,410305006000,deputy
            """
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let tried = try await admin.upload(
                "/admin/import?kind=people", ["write": "1", "since": "2019-03-04"], file: Array(rows.utf8))
            #expect(tried.text.contains("2 项到岗要另一人核准后生效") || tried.status == 303)
            let own = try await admin.get("/confirmations").text
            #expect(own.contains("新一") && own.contains("新二") && !own.contains("全部核准"))
            #expect(try await admin.get("/admin/posts").text.contains("空缺"))

            let leader = browser.holding(try await town.secret("leader"))
            let page = try await leader.get("/confirmations")
            let form = try #require(
                Markup(page.text).forms.first { $0.fields.contains { $0.name == "until" } })
            town.pass(minutes: 1)
            let late = try await admin.upload(
                "/admin/import?kind=people", ["write": "1", "since": "2019-03-04"],
                file: Array(
                    "login,name,post_kind,post_zh,unit,territory\nnew3,新三,deputy,分管二,office,410305006000\n"
                        .utf8))
            #expect(late.status < 400)
            #expect(try await leader.post("/confirmations", form.values).status == 303)
            let left = try await leader.get("/confirmations").text
            #expect(!left.contains("新一") && left.contains("新三"), "nobody confirms what they did not see")
            #expect(
                try await leader.post("/confirmations", ["decision": "maybe", "until": "1"]).status == 422)
        }
    }

    @Test func `the post's page says what waits, and until then nothing holds`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let admin = browser.holding(try await town.secret("admin"))
            let post = try await town.office.read {
                try #require(try Posts.find(code: "checker", for: Town.clockwork, in: $0)).id
            }
            let person = try await town.person("grid11")
            let begin = try await admin.post(
                "/admin/posts", ["verb": "begin", "id": post.text, "person": person, "from": "2019-03-04"])
            #expect(begin.location == "/admin/posts/\(post)")
            #expect(try await admin.get("/admin/posts/\(post)").text.contains("等另一人核准"))
            let worker = browser.holding(try await town.secret("grid11"))
            #expect(try await worker.get("/confirmations").status == 403)
            let own = try await town.person("admin")
            #expect(
                try await admin.post(
                    "/admin/posts", ["verb": "begin", "id": post.text, "person": own, "from": "2019-03-04"]
                ).status == 403)
        }
    }
}

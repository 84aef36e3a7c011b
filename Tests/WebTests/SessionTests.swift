import Governance
import HTTPTypes
import Hummingbird
import Rules
import Testing
import Web

@Suite(.serialized) struct `A session is worth what its secret is worth` {
    @Test
    func `signing in with the form sets a cookie that scripts and other sites cannot use, and leads on`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let form = try #require(
                Markup(try await browser.get("/sign-in?back=%2Fcases").text).form(to: "/sign-in"))
            let reply = try await browser.post(
                "/sign-in", form.values.merging(["login": "dispatcher", "password": Town.password]) { $1 })
            #expect(reply.status == 303)
            #expect(reply.location == "/cases")
            let cookie = try #require(reply.headers[values: .setCookie].first { $0.hasPrefix("luoshi=") })
                .lowercased()
            #expect(cookie.contains("httponly"))
            #expect(cookie.contains("samesite=lax"))
            #expect(try await browser.holding(Secret(reply.cookie)).get("/me").status == 200)
        }
    }

    @Test func `a forged secret, one of another county and none at all open nothing`() async throws {
        let town = try await Town.settled()
        let good = try await town.secret("leader")
        try await town.open { (browser: Browser) async throws in
            #expect(try await browser.holding(good).get("/me").status == 200)
            let forged = String(good.token.map { $0 == "0" ? "1" : "0" })
            for text in [
                "410305.\(forged)", "410306.\(good.token)", "000000.\(good.token)", "\(good.token)",
                "410305.", "410305.\(good.token)0",
                "410305.' OR 1=1 --", "<script>", "410305.\(good.token.dropLast())",
            ] {
                let page = try await browser.get("/me", headers: [.cookie: "luoshi=\(text)"])
                #expect(
                    page.status == 303 && page.location.hasPrefix("/sign-in"),
                    "cookie \(text): \(page.status)")
                let program = try await browser.get("/api/v1/me", headers: [.authorization: "Bearer \(text)"])
                #expect(program.status == 401, "token \(text): \(program.status)")
            }
            #expect(
                try await browser.get("/api/v1/me", headers: [.authorization: "Basic \(good.text)"]).status
                    == 401)
        }
    }

    @Test func `a session ends with its hours, with signing out and with a new password`() async throws {
        let town = try await Town.settled()
        let (first, second, third) = (
            try await town.secret("leader"), try await town.secret("leader"), try await town.secret("checker")
        )
        try await town.open { (browser: Browser) async throws in
            let leader = browser.holding(first)
            #expect(try await leader.get("/me").status == 200)
            let out = try await leader.post("/sign-out")
            #expect(out.status == 303)
            #expect(try await leader.get("/me").status == 303)
            #expect(
                try await browser.holding(second).get("/me").status == 200,
                "the other browser stays signed in")

            #expect(try await browser.holding(third).get("/me").status == 200)
            let (fresh, now) = (
                try await Password.make("another password", cost: 4, chance: town.office.chance), town.now
            )
            try await town.office.write {
                try Accounts.set(fresh, for: "checker", by: .system(of: Town.county), at: now, in: $0)
            }
            #expect(try await browser.holding(third).get("/me").status == 303)

            town.pass(minutes: Accounts.browserHours * 60 + 1)
            #expect(try await browser.holding(second).get("/me").status == 303)
        }
    }

    @Test func `a session ends at its minute even if it was just used`() async throws {
        let town = try await Town.settled()
        let secret = try await town.secret("leader")
        try await town.open { (browser: Browser) async throws in
            town.pass(minutes: Accounts.browserHours * 60 - 1)
            #expect(try await browser.holding(secret).get("/me").status == 200)
            town.pass(minutes: 1)
            #expect(try await browser.holding(secret).get("/me").status == 303)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\evil",
        "evil.example", "/a\r\nSet-Cookie: x=1",
    ])
    func `nobody is led off the site after signing in, changing the look or deciding`(_ wish: String)
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let look = try await browser.get("/look?lang=en&back=\(encoded(wish))")
            #expect(look.location == "/")
            #expect(look.headers[values: .setCookie].count == 1)
            let reply = try await browser.post(
                "/sign-in", ["login": "leader", "password": Town.password, "back": wish])
            #expect(reply.status == 303)
            #expect(reply.location == "/")
        }
    }

    @Test func `a form without its token, or with another session's, changes nothing`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        let (mine, other) = (try await town.secret("dispatcher"), try await town.secret("dispatcher"))
        try await town.open { (browser: Browser) async throws in
            let visitor = browser.holding(mine)
            let path = "/cases/\(item.id)/do/note"
            #expect(try await visitor.post(path, ["words": "看"], token: false).status == 403)
            #expect(
                try await visitor.post(path, ["words": "看", "form_token": other.formToken]).status == 403)
            #expect(try await visitor.post("/sign-out", token: false).status == 403)
            #expect(
                try await visitor.upload("/admin/import?kind=cases", ["source": "hotline"], file: [65]).status
                    == 403)
            #expect(try await town.find(item.id) == item)
            #expect(try await visitor.post(path, ["words": "看"]).status == 303)
        }
    }

    @Test func `a form that another site sends is refused by Origin and by Sec-Fetch-Site`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        let secret = try await town.secret("dispatcher")
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        try await town.open { (browser: Browser) async throws in
            let visitor = browser.holding(secret)
            let path = "/cases/\(item.id)/do/note"
            let foreign: [HTTPFields] = [
                [.origin: "https://evil.example"], [.origin: "http://localhost.evil.example"],
                [site: "cross-site"], [site: "same-site"],
                [.origin: "null"],
            ]
            for headers in foreign {
                #expect(
                    try await visitor.post(path, ["words": "看"], headers: headers).status == 403, "\(headers)"
                )
                #expect(
                    try await browser.post("/report", ["body": "看"], headers: headers).status == 403,
                    "\(headers)")
            }
            #expect(try await town.find(item.id) == item)
            #expect(
                try await visitor.post(
                    path, ["words": "看"], headers: [.origin: "http://localhost", site: "same-origin"]
                ).status == 303)
        }
    }

    @Test func `a cookie alone does not drive the API as a form of another site could`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        let secret = try await town.secret("dispatcher")
        try await town.open { (browser: Browser) async throws in
            let visitor = browser.holding(secret)
            let plain = try await visitor.send(
                .post, "/api/v1/cases/\(item.id)/note", headers: [.contentType: "text/plain"],
                body: Array(#"{"words":"看"}"#.utf8))
            #expect(plain.status == 403)
            #expect(try await town.find(item.id) == item)
            #expect(try await visitor.call("/api/v1/cases/\(item.id)/note", ["words": "看"]).status == 200)
        }
    }

    @Test func `after five wrong passwords each further try has to wait, and nobody else does`() async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            for _ in 1...SignInPace.free {
                #expect(
                    try await browser.post("/sign-in", ["login": "leader", "password": "wrong password"])
                        .status == 422)
            }
            let early = try await browser.post("/sign-in", ["login": "leader", "password": Town.password])
            #expect(early.status == 429)
            #expect(early.headers[.retryAfter] == "1")
            #expect(
                try await browser.post("/sign-in", ["login": "deputy", "password": Town.password]).status
                    == 303)
            town.pass(minutes: 1)
            #expect(
                try await browser.post("/sign-in", ["login": "leader", "password": Town.password]).status
                    == 303)
        }
    }

    @Test func `who has something to do first is led there, and every other door stays shut`() async throws {
        let town = try await Town.settled()
        let (password, now) = (
            try await Password.make("four green boats", cost: 4, chance: town.office.chance), town.now
        )
        try await town.office.write { books in
            try Accounts.set(
                password, for: "leader", isForNow: true, by: .system(of: Town.county), at: now, in: books)
        }
        try await town.open { (browser: Browser) async throws in
            let first = try await browser.post(
                "/sign-in", ["login": "leader", "password": "four green boats", "back": "/cases"])
            #expect(first.location == "/me/password")
            let leader = browser.holding(Secret(first.cookie))
            var faults: [String] = []
            for route in Site.routes
            where route.method == .get && route.audience != .anyone && route.path != "/me/password"
                && route.path != "/live"
            {
                let reply = try await leader.get(
                    route.path.replacing(#/\{\w+\}/#, with: "01ARZ3NDEKTSV4RRFFQ69G5FAV"))
                let isShut = route.kind == .page ? reply.location == "/me/password" : reply.status == 403
                if !isShut { faults.append("\(route.path) \(reply.status)") }
            }
            #expect(faults == [])
            // What was being written meanwhile is not stored, so its draft stays.
            let refused = try await leader.post(
                "/cases?draft=0123456789abcdef", ["body": "井盖坏了", "source": "patrol"])
            #expect(
                refused.location == "/me/password"
                    && !refused.headers[values: .setCookie].contains { $0.contains("taken=") })
            #expect(try await leader.get("/me/password").text.contains("设的，知道的不只您一个"))
            func change(_ new: String) async throws -> Reply {
                try await leader.post(
                    "/me/password", ["password": "four green boats", "new": new, "repeated": new])
            }
            #expect(try await change("four green boats").status == 422, "the same again")
            #expect(try await change("leader leader").status == 422, "easily guessed")
            #expect(try await change("seven brown kettles").status == 303)
            let second = try await browser.post(
                "/sign-in", ["login": "leader", "password": "seven brown kettles", "back": "/cases"])
            #expect(second.location == "/cases")
            let again = browser.holding(Secret(second.cookie))
            let stored = try await again.post(
                "/cases?draft=0123456789abcdef", ["body": "井盖坏了", "source": "patrol"])
            #expect(
                stored.status == 303
                    && stored.headers[values: .setCookie].contains { $0.contains("taken=0123456789abcdef") })
        }
    }

    @Test func `an administrator signs in with the code and not without it`() async throws {
        let town = try await Town.settled()
        _ = try await town.secret("admin")
        try await town.open { (browser: Browser) async throws in
            let first = try await browser.post(
                "/sign-in", ["login": "admin", "password": Town.password, "back": "/admin/people"])
            #expect(first.location == "/sign-in/code?back=%2Fadmin%2Fpeople")
            let waiting = browser.holding(Secret(first.cookie))
            #expect(try await waiting.get("/admin").location == "/sign-in/code")
            #expect(
                try await waiting.get("/").location == "/report", "to every other door they are the public")
            #expect(try await waiting.post("/sign-in/code", ["code": "000000"]).status == 422)
            let code = try #require(town.recoveryCode("admin"))
            let second = try await waiting.post("/sign-in/code", ["code": code, "back": "/admin/people"])
            #expect(second.location == "/admin/people")
            #expect(second.cookie != first.cookie, "the secret of the first step opens nothing")
            #expect(try await waiting.get("/admin").location.hasPrefix("/sign-in"))
            #expect(try await browser.holding(Secret(second.cookie)).get("/admin").status == 200)
            let without = try await browser.call(
                "/api/v1/tokens", ["login": "admin", "password": Town.password])
            #expect(without.status == 422)
        }
    }

    @Test func `signing in again ends the session that the browser held`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let first = Secret(
                try await browser.post("/sign-in", ["login": "leader", "password": Town.password]).cookie)
            let again = try await browser.holding(first).post(
                "/sign-in", ["login": "leader", "password": Town.password])
            #expect(again.status == 303)
            #expect(try await browser.holding(first).get("/me").status == 303)
        }
    }

    @Test func `a token that only reads changes nothing, and its owner finds and ends it`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        try await town.open { (browser: Browser) async throws in
            let owner = browser.holding(try await town.secret("dispatcher"))
            let form = ["verb": "token", "name": "大屏", "scope": "read", "days": "30"]
            #expect(
                try await owner.post("/me/sessions", form.merging(["password": "wrong password"]) { $1 })
                    .status == 422)
            let made = try await owner.post("/me/sessions", form.merging(["password": Town.password]) { $1 })
            let secret = try #require(
                made.text.firstMatch(of: #/410305\.[0-9a-f]{64}/#).flatMap { Secret(String($0.0)) })
            let program = browser.program(secret)
            #expect(try await program.get("/api/v1/cases").status == 200)
            #expect(try await program.call("/api/v1/cases/\(item.id)/note", ["words": "看"]).status == 403)
            let second = try await owner.post(
                "/me/sessions", form.merging(["password": Town.password, "name": "旧屏"]) { $1 })
            let own = try #require(
                second.text.firstMatch(of: #/410305\.[0-9a-f]{64}/#).flatMap { Secret(String($0.0)) })
            #expect(
                try await browser.program(own).send(.delete, "/api/v1/tokens/current").status < 300,
                "it may end itself")
            #expect(try await browser.program(own).get("/api/v1/cases").status == 401)
            let list = try await owner.get("/api/v1/tokens").json()
            let row = try #require(list["items"]?.items.first { $0["name"]?.stringValue == "大屏" })
            #expect(row["scope"]?.stringValue == "read")
            #expect(try await owner.get("/me").text.contains("大屏"))
            #expect(
                try await owner.post(
                    "/me/sessions", ["verb": "end", "session": row["id"]?.stringValue ?? ""]
                ).status == 303)
            #expect(try await program.get("/api/v1/cases").status == 401)
        }
    }

    @Test func `a login that is unknown and a password that is wrong are told in the same words`()
        async throws
    {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let unknown = try await browser.call(
                "/api/v1/tokens", ["login": "nobody", "password": "wrong password"]
            ).json()
            let wrong = try await browser.call(
                "/api/v1/tokens", ["login": "leader", "password": "wrong password"]
            ).json()
            #expect(unknown.at("error", "code")?.stringValue == "invalid")
            #expect(unknown.at("error", "message") == wrong.at("error", "message"))
            #expect(unknown.at("error", "fields") == wrong.at("error", "fields"))
        }
    }

    @Test(arguments: [
        ("/report", 10, ["body": ""], 600), ("/complaint", 10, ["body": ""], 600),
        ("/look-up", 20, ["number": "CAL-2019-000001", "phone_tail": "0000"], 600),
    ])
    func `a door that everybody can knock at closes after so many knocks and says when it opens again`(
        _ path: String, _ most: Int, _ fields: [String: String], _ seconds: Int
    ) async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            for _ in 1...most { #expect(try await browser.post(path, fields).status == 422) }
            let refused = try await browser.post(path, fields)
            #expect(refused.status == 429)
            let wait = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
            #expect((1...seconds + 1).contains(wait))
            town.pass(minutes: seconds / 60)
            #expect(try await browser.post(path, fields).status == 422)
        }
    }

    @Test func `signing in closes to an address after twenty attempts a minute, whatever the names`()
        async throws
    {
        let town = try await Town.settled()
        let logins = ["leader", "deputy", "dispatcher", "checker", "auditor"]
        try await town.open { (browser: Browser) async throws in
            // Four wrong attempts a name: no account is locked.
            for attempt in 0..<20 {
                let fields = ["login": logins[attempt / 4], "password": "wrong password"]
                let reply =
                    attempt % 2 == 0
                    ? try await browser.post("/sign-in", fields)
                    : try await browser.call("/api/v1/tokens", fields)
                #expect(reply.status == 422, "\(attempt)")
            }
            let right = ["login": "grid11", "password": Town.password]
            let (page, program) = (
                try await browser.post("/sign-in", right), try await browser.call("/api/v1/tokens", right)
            )
            #expect(page.status == 429)
            #expect(program.status == 429)
            #expect(page.headers[.retryAfter].flatMap { Int($0) }.map { (1...61).contains($0) } == true)
            town.pass(minutes: 1)
            let again = try await browser.post("/sign-in", right)
            #expect(again.status == 303)
        }
    }

    @Test func `the page's and the API's door to public reports are one door`() async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            for _ in 1...5 { #expect(try await browser.post("/report", ["body": ""]).status == 422) }
            for _ in 1...5 { #expect(try await browser.call("/api/v1/reports").status == 422) }
            #expect(try await browser.call("/api/v1/reports").status == 429)
            #expect(try await browser.post("/complaint", ["body": "太难用"]).status == 429)
        }
    }

    @Test
    func `behind a proxy each visitor is counted alone, and a forged beginning of the list changes nothing`()
        async throws
    {
        let forwarded = HTTPField.Name("X-Forwarded-For")!
        func knocks(_ town: Town, _ list: @Sendable @escaping (Int) -> String) async throws -> [Int] {
            try await town.open { browser in
                var statuses: [Int] = []
                for attempt in 0..<25 {
                    let reply = try await browser.post(
                        "/sign-in", ["login": "nobody\(attempt)", "password": "wrong"],
                        headers: [forwarded: list(attempt)])
                    statuses.append(reply.status)
                }
                return statuses
            }
        }
        let behind = try #require(Proxies("10.0.0.9, 127.0.0.1"))
        #expect(
            Proxies("10.0.0.9, proxy.local").map { _ in true } == nil,
            "a name that is no address is refused, not ignored")
        #expect(try await !knocks(.settled(behind: behind)) { "198.51.100.\($0)" }.contains(429))
        #expect(
            try await !knocks(.settled(behind: behind)) { "198.51.100.\($0), 10.0.0.9" }.contains(429),
            "what the first of two proxies heard")
        #expect(try await knocks(.settled(behind: behind)) { "203.0.113.\($0), 198.51.100.1" }.contains(429))
        #expect(
            try await knocks(.settled()) { "198.51.100.\($0)" }.contains(429),
            "nobody is believed who is not named")
    }

    @Test func `the cookie is marked Secure if the proxy says that the visitor came by https`() async throws {
        let town = try await Town.settled(behind: #require(Proxies("127.0.0.1")))
        let scheme = HTTPField.Name("X-Forwarded-Proto")!
        func cookie(_ headers: HTTPFields, _ name: String) async throws -> String {
            try await town.open { browser in
                let form = try #require(Markup(try await browser.get("/sign-in").text).form(to: "/sign-in"))
                let reply = try await browser.post(
                    "/sign-in",
                    form.values.merging(["login": "dispatcher", "password": Town.password]) { $1 },
                    headers: headers)
                return try #require(reply.headers[values: .setCookie].first { $0.hasPrefix(name) })
                    .lowercased()
            }
        }
        let secure = try await cookie([scheme: "https"], "__Host-luoshi=")
        #expect(secure.contains("; secure") && secure.contains("; path=/") && !secure.contains("domain"))
        #expect(try await !cookie([scheme: "http"], "luoshi=").contains("; secure"))
    }

    @Test
    func
        `a browser that came by https is told to come so always, at every door, and a cookie that a neighbour could set opens none`()
        async throws
    {
        let town = try await Town.settled(behind: #require(Proxies("127.0.0.1")))
        let (scheme, hosts) = (HTTPField.Name("X-Forwarded-Proto")!, HTTPField.Name.strictTransportSecurity)
        let secret = try await town.secret("dispatcher")
        try await town.open { browser in
            for path in ["/sign-in", "/luoshi.css", "/robots.txt", "/nowhere", "/api/v1/nowhere", "/cases"] {
                #expect(
                    try await browser.get(path, headers: [scheme: "https"]).headers[hosts]
                        == "max-age=31536000", "\(path)")
                #expect(
                    try await browser.get(path, headers: [scheme: "http"]).headers[hosts] == nil, "\(path)")
            }
            let open = try await browser.get(
                "/me", headers: [scheme: "https", .cookie: "__Host-luoshi=\(secret.text)"])
            #expect(open.status == 200)
            let plain = try await browser.get(
                "/me", headers: [scheme: "https", .cookie: "luoshi=\(secret.text)"])
            #expect(plain.location.hasPrefix("/sign-in"))
        }
    }
}

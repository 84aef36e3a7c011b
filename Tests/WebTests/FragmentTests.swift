import Governance
import HTTPTypes
import Hummingbird
import Testing
import Web

/// Fragments of SQL and HTML in every field of every form: stored and shown as text, or refused; never our
/// mistake.
@Suite(.serialized) struct `A fragment of SQL or HTML is only a text` {
    static let fragments = [
        "'); DROP TABLE case_file; --", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "{{7*7}}${x}\\(a)%00 &amp; \u{202E}",
    ]

    /// Fills every field that people write into; lists keep what stands in them or take their first choice.
    static func filled(_ form: Markup.Form, with fragment: String, everything: Bool) -> [String: String] {
        var fields: [String: String] = [:]
        for field in form.fields {
            switch field.type {
            case "hidden":
                fields[field.name] =
                    field.name == "form_token" || !everything || field.name == "verb" ? field.value : fragment
            case "select", "radio":
                fields[field.name] =
                    everything
                    ? fragment : field.value.isEmpty ? field.choices.first { !$0.isEmpty } ?? "" : field.value
            case "checkbox": fields[field.name] = everything ? fragment : "1"
            case "date", "number":
                fields[field.name] = everything || field.value.isEmpty ? fragment : field.value
            case "file": break
            default: fields[field.name] = fragment
            }
        }
        if fields["website"] != nil { fields["website"] = "" }
        return fields
    }

    /// Whether a page shows a fragment as markup.
    static func isRaw(_ reply: Reply) -> Bool {
        reply.text.contains("<script>alert") || reply.text.contains("<img src=x")
            || !Markup(reply.text).faults.isEmpty
    }

    /// The pages that have forms, by who may open them.
    static let pages: [(login: String, path: String)] = [
        ("", "/report"), ("", "/complaint"), ("", "/sign-in"), ("", "/look-up"), ("dispatcher", "/cases/new"),
        ("grid11", "/cases/new"),
        ("dispatcher", "/me"), ("leader", "/log"), ("admin", "/admin/territories"),
        ("admin", "/admin/territories?do=add"),
        ("admin", "/admin/territories?do=rename"), ("admin", "/admin/territories?do=alias"),
        ("admin", "/admin/territories?do=end"),
        ("admin", "/admin/units?do=add"), ("admin", "/admin/units"), ("admin", "/admin/posts?do=add"),
        ("admin", "/admin/people?do=add"),
        ("admin", "/admin/categories/new"), ("admin", "/admin/categories/\(Town.corridor)"),
        ("admin", "/admin/settings"),
        ("admin", "/admin/import?kind=cases"), ("admin", "/admin/import?kind=calendar"),
        ("admin", "/admin/import?kind=territories"),
    ]

    @Test(arguments: fragments, [true, false])
    func `every form of the site takes it as text or refuses it`(_ fragment: String, _ everything: Bool)
        async throws
    {
        let town = try await Town.settled()
        let worker = try await town.person("wyworker")
        let (faults, sent) = try await town.open { (browser: Browser) async throws in
            var (faults, sent) = ([String](), 0)
            var pages = Self.pages
            let administrator = browser.holding(try await town.secret("admin"))
            // A unit, a post and a person of their own pages.
            for (list, part) in [
                ("/admin/units", "edit="), ("/admin/posts", "/admin/posts/0"), ("/admin/people", "edit="),
            ] {
                let links = Markup(try await administrator.get(list).text).values(of: "href", on: "a").filter
                { $0.contains(part) }
                if let link = links.last {
                    pages.append(("admin", link))
                } else {
                    faults.append("no link to one on \(list)")
                }
            }
            pages.append(("admin", "/admin/people?edit=\(worker)"))
            for (login, path) in pages {
                let visitor = browser.holding(login.isEmpty ? nil : try await town.secret(login))
                let page = try await visitor.get(path)
                guard page.status == 200 else { faults.append("\(path): \(page.status)"); continue }
                for form in Markup(page.text).forms where form.action != "/sign-out" {
                    let fields = Self.filled(form, with: fragment, everything: everything)
                    let reply =
                        form.isUpload
                        ? try await visitor.upload(
                            form.action, fields.filter { $0.key != "form_token" },
                            file: Array("number,body\n1,\(fragment)\n".utf8))
                        : try await visitor.post(form.action, fields)
                    sent += 1
                    if ![200, 201, 303, 403, 404, 409, 422].contains(reply.status) {
                        faults.append("\(form.action) of \(path): \(reply.status)")
                    }
                    // A workbook is packed; what stands in it no browser reads as markup.
                    let isPage = reply.headers[.contentType]?.hasPrefix("text/html") == true
                    if isPage, Self.isRaw(reply) {
                        faults.append(
                            "\(form.action) of \(path) answers markup: \(Markup(reply.text).faults)")
                    }
                }
            }
            let leader = browser.holding(try await town.secret("leader"))
            for path in [
                "/cases", "/board", "/overview", "/log", "/figures", "/public",
                "/cases?q=\(encoded(fragment))",
            ] {
                let reply = try await leader.get(path)
                // A filter that says what nobody can look for comes back with its fault.
                let isSound =
                    reply.status == 200 || reply.status == 422 && reply.text.contains("id=\"q-fault\"")
                if !isSound || Self.isRaw(reply) {
                    faults.append("\(path) afterwards: \(reply.status) \(Markup(reply.text).faults)")
                }
            }
            for path in [
                "/admin", "/admin/territories", "/admin/units", "/admin/posts", "/admin/people",
                "/admin/categories", "/admin/settings",
            ] {
                let reply = try await administrator.get(path)
                if reply.status != 200 || Self.isRaw(reply) {
                    faults.append("\(path) afterwards: \(reply.status) \(Markup(reply.text).faults)")
                }
            }
            return (faults, sent)
        }
        #expect(faults == [], "\(faults.joined(separator: "\n"))")
        #expect(sent > 25)
        // A form that was filled in with care is stored as it was written.
        if !everything, !fragment.contains("\u{202E}") { #expect(try await town.count() > 0) }
    }

    /// A case from which the verb is possible, and who may use it.
    static func place(for verb: CaseVerb, _ town: Town) async throws -> (Case, String) {
        switch verb {
        case .verify, .file, .decline, .merge, .tell, .instruct, .escalate, .note, .void:
            return (try await town.report(), [.instruct, .void].contains(verb) ? "leader" : "dispatcher")
        case .dispatch, .split: return (try await town.filed(), "dispatcher")
        case .accept: return (try await town.dispatched(), "wyworker")
        case .giveBack, .assist, .extend, .suspend, .handle, .explain:
            return (try await town.handling(), "wyworker")
        case .answer:
            let item = try await town.handling()
            let answers = [
                "unit": try await town.unit("cg"), "person": try await town.person("cghead"), "words": "请帮忙",
            ]
            return (try await town.perform(.assist, item.id, answers, by: "wyworker"), "cghead")
        case .resume:
            let item = try await town.handling()
            try await town.perform(
                .suspend, item.id, ["until": "2019-04-01", "reason": "等料"], by: "wyworker")
            let now = town.now
            try await town.office.write { books in
                let leader = try town.actor("deputy", books)
                for wait in try Decisions.open(of: item, for: .system(of: Town.county), in: books) {
                    try Decisions.decide(wait.id, grant: true, words: "", by: leader, at: now, in: books)
                }
            }
            return (try await town.find(item.id), "wyworker")
        case .check, .rework: return (try await town.handled(), "checker")
        case .close:
            return (
                try await town.perform(.explain, town.handling().id, ["reason": "没有这个权限"], by: "wyworker"),
                "deputy"
            )
        case .callBack, .reopen: return (try await town.closed(), "dispatcher")
        case .appeal: return (try await town.closedLate(), "wyworker")
        }
    }

    @Test(arguments: CaseVerb.allCases)
    func `the form of every verb takes it as text or refuses it`(_ verb: CaseVerb) async throws {
        let town = try await Town.settled()
        let faults = try await town.open { (browser: Browser) async throws in
            var faults: [String] = []
            for fragment in Self.fragments {
                let (item, login) = try await Self.place(for: verb, town)
                let visitor = browser.holding(try await town.secret(login))
                let path = "/cases/\(item.id)/do/\(verb.rawValue)"
                let page = try await visitor.get(path)
                guard page.status == 200, let form = Markup(page.text).form(to: path) else {
                    faults.append("no form of \(verb) in \(item.state): \(page.status)")
                    continue
                }
                for everything in [true, false] {
                    let reply = try await visitor.post(
                        path, Self.filled(form, with: fragment, everything: everything))
                    if ![303, 403, 404, 409, 422].contains(reply.status) {
                        faults.append("\(verb) \(fragment): \(reply.status)")
                    }
                    if Self.isRaw(reply) {
                        faults.append("\(verb) answers markup: \(Markup(reply.text).faults)")
                    }
                }
                for path in ["/cases/\(item.id)", "/cases", "/board"] {
                    let reply = try await browser.holding(try await town.secret("dispatcher")).get(path)
                    if reply.status != 200 || Self.isRaw(reply) {
                        faults.append("\(path) after \(verb): \(reply.status) \(Markup(reply.text).faults)")
                    }
                }
                let program = browser.program(try await town.secret(login, as: .token))
                let api = try await program.call(
                    "/api/v1/cases/\(item.id)/\(verb.rawValue)",
                    form.fields.reduce(into: [:]) { $0[$1.name] = fragment })
                if ![200, 403, 404, 409, 422].contains(api.status) {
                    faults.append("API \(verb) \(fragment): \(api.status)")
                }
            }
            return faults
        }
        #expect(faults == [], "\(faults.joined(separator: "\n"))")
    }

    @Test func `a note with markup is kept to the letter and shown to the letter`() async throws {
        let town = try await Town.settled()
        let item = try await town.report()
        let words = "<script>alert(1)</script> & '); DROP TABLE case_file; --"
        try await town.open { (browser: Browser) async throws in
            let dispatcher = browser.holding(try await town.secret("dispatcher"))
            #expect(try await dispatcher.post("/cases/\(item.id)/do/note", ["words": words]).status == 303)
            let page = try await dispatcher.get("/cases/\(item.id)")
            #expect(
                page.text.contains(
                    "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;); DROP TABLE case_file; --"))
            #expect(!page.text.contains("<script>alert"))
            let history = try await browser.program(try await town.secret("dispatcher", as: .token)).get(
                "/api/v1/cases/\(item.id)/history"
            ).json()
            #expect(history["items"]?.items.last?.at("details", "words")?.stringValue == words)
        }
    }

    @Test(arguments: [
        "cases", "overview", "board", "today", "figures", "log", "public", "look-up", "sign-in", "report",
        "complaint", "admin/territories", "admin/posts",
        "admin/people", "admin/units", "admin/import", "me",
    ])
    func `no query of any page is our mistake`(_ page: String) async throws {
        let town = try await Town.settled()
        _ = try await town.handling()
        let names = [
            "state", "source", "category", "territory", "unit", "reported_from", "reported_to",
            "updated_after", "q", "cursor", "limit", "heap", "from", "to",
            "as_of", "span", "after", "before", "kind", "subject", "at", "do", "show", "edit", "on", "back",
            "number", "body", "login", "lang", "id",
        ]
        let values =
            Self.fragments + [
                "-1", "0", "99999999999999999999", "2019-02-30", "0000-00-00", "9999-12-31",
                "01ARZ3NDEKTSV4RRFFQ69G5FAV", "a.b",
                "1.01ARZ3NDEKTSV4RRFFQ69G5FAV",
            ]
        let login = page.hasPrefix("admin") ? "admin" : page == "today" ? "lead1" : "leader"
        let faults = try await town.open { (browser: Browser) async throws in
            let visitor = browser.holding(try await town.secret(login))
            var faults: [String] = []
            for name in names {
                for value in values {
                    let reply = try await visitor.get("/\(page)?\(name)=\(encoded(value))")
                    if ![200, 404, 422].contains(reply.status) {
                        faults.append("\(name)=\(value): \(reply.status)")
                    }
                    if Self.isRaw(reply) { faults.append("\(name)=\(value): \(Markup(reply.text).faults)") }
                }
            }
            return faults
        }
        #expect(faults == [], "\(faults.joined(separator: "\n"))")
    }
}

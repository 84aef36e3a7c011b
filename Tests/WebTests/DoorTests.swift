import Governance
import HTTPTypes
import Hummingbird
import Rules
import Testing
import Web

/// Every door of the site against everybody who may knock.
@Suite(.serialized) struct `Every door opens to those it is for` {
    /// Who gets past a door, written out here a second time on purpose.
    enum Who { case anybody, signedIn, only(Set<PostKind>) }

    static let reporters: Set<PostKind> = [
        .leader, .deputy, .dispatcher, .checker, .communityLead, .communityStaff, .gridWorker, .unitLead,
        .unitWorker,
        .townSecretary, .townMayor, .townDeputy, .townCadre, .villageSecretary, .villageDirector,
        .firstSecretary, .attackLeader, .villageCadre, .supportHead,
        .helper,
    ]
    static let workers: Set<PostKind> = [
        .communityLead, .communityStaff, .gridWorker, .unitLead, .unitWorker, .townSecretary, .townMayor,
        .townDeputy, .townCadre, .villageSecretary,
        .villageDirector, .firstSecretary, .attackLeader, .villageCadre,
        .supportHead, .helper,
    ]
    static let lookers: Set<PostKind> = [
        .leader, .deputy, .dispatcher, .checker, .communityLead, .communityStaff, .gridWorker, .townSecretary,
        .townMayor, .townDeputy, .townCadre,
        .villageSecretary,
        .villageDirector, .firstSecretary, .attackLeader, .villageCadre,
    ]
    static let filers: Set<PostKind> = [
        .leader, .deputy, .dispatcher, .communityLead, .communityStaff, .townSecretary, .townMayor,
        .townDeputy, .townCadre, .villageSecretary,
    ]
    static let readers: Set<PostKind> = [
        .leader, .deputy, .dispatcher, .checker, .communityLead, .communityStaff, .unitLead, .auditor,
        .townSecretary, .townMayor, .townDeputy, .townCadre,
        .villageSecretary, .supportHead,
    ]
    static let registerReaders: Set<PostKind> = [
        .leader, .deputy, .dispatcher, .auditor, .townSecretary, .townMayor, .townDeputy, .townCadre,
        .villageSecretary, .villageDirector, .firstSecretary,
        .attackLeader, .villageCadre, .supportHead, .helper,
    ]
    static let keepers: Set<PostKind> = [
        .dispatcher, .townSecretary, .townMayor, .townDeputy, .townCadre, .villageSecretary, .villageDirector,
        .firstSecretary, .attackLeader, .villageCadre,
        .helper,
    ]
    static let visitors: Set<PostKind> = [
        .townSecretary, .townMayor, .townDeputy, .townCadre, .villageSecretary, .villageDirector,
        .firstSecretary, .attackLeader, .villageCadre, .supportHead,
        .helper,
    ]
    static let walkers: Set<PostKind> = visitors.union([.gridWorker])
    static let evaluators: Set<PostKind> = [.leader, .deputy, .dispatcher]
    static let approvers: Set<PostKind> = [.leader, .deputy, .dispatcher, .townSecretary, .townMayor]
    static let deciders: Set<PostKind> = [.leader, .deputy]
    static let auditors: Set<PostKind> = [.leader, .deputy, .auditor, .administrator]
    static let administrators: Set<PostKind> = [.administrator]
    static let confirmers: Set<PostKind> = [.leader, .deputy, .administrator]

    static let expected: [String: Who] = [
        "GET /": .anybody, "GET /look": .anybody, "GET /about-demo": .anybody, "GET /first-run": .anybody,
        "POST /first-run": .anybody, "GET /sign-in": .anybody, "POST /sign-in": .anybody,
        "POST /sign-out": .signedIn,
        "GET /me": .signedIn, "POST /me/password": .signedIn, "GET /me/password": .signedIn,
        "GET /me/second-factor": .signedIn,
        "POST /me/second-factor": .signedIn, "POST /me/sessions": .signedIn, "GET /sign-in/code": .signedIn,
        "POST /sign-in/code": .signedIn,
        "GET /confirmations": .only(confirmers), "POST /confirmations": .only(confirmers),
        "GET /api/v1/power-requests": .only(confirmers),
        "POST /api/v1/power-requests": .only(confirmers), "GET /api/v1/tokens": .signedIn,
        "DELETE /api/v1/tokens/{id}": .signedIn,
        "GET /report": .anybody, "POST /report": .anybody, "GET /look-up": .anybody,
        "POST /look-up": .anybody,
        "POST /look-up/rate": .anybody, "GET /public": .anybody, "GET /complaint": .anybody,
        "POST /complaint": .anybody,
        "GET /today": .only(workers), "GET /board": .only(lookers), "GET /overview": .only(readers),
        "GET /figures": .only(readers),
        "POST /decisions/{id}": .only(deciders), "GET /cases": .signedIn, "GET /cases/new": .only(reporters),
        "POST /cases": .only(reporters), "GET /cases/{id}": .signedIn, "GET /cases/{id}/do/{verb}": .signedIn,
        "POST /cases/{id}/do/{verb}": .signedIn, "POST /cases/{id}/unmask": .only(reporters),
        "GET /log": .only(auditors),
        "GET /live": .signedIn, "POST /cases/export": .signedIn,
        "POST /api/v1/cases/export": .signedIn,
        "GET /cases/together/{verb}": .signedIn, "POST /cases/together/{verb}": .signedIn,
        "POST /register/export": .only(registerReaders),
        "GET /register/{id}/visit": .only(walkers), "POST /register/{id}/visit": .only(walkers),
        "GET /visits": .only(walkers),
        "GET /points/{id}/visit": .only(walkers), "POST /points/{id}/visit": .only(walkers),
        "POST /api/v1/points/{id}/visits": .only(walkers),
        "GET /register/{id}/look-back": .only(walkers), "POST /register/{id}/look-back": .only(walkers),
        "POST /api/v1/register/{id}/look-back": .only(walkers), "GET /api/v1/points": .signedIn,
        "GET /orders/{name}": .only(registerReaders), "GET /look-back": .only(registerReaders),
        "GET /exit": .only(registerReaders),
        "GET /register/{id}/exit": .only(registerReaders), "POST /register/{id}/exit": .only(registerReaders),
        "GET /command": .only(registerReaders),
        "GET /api/v1/campaign": .only(registerReaders), "POST /api/v1/campaigns": .only(administrators),
        "GET /api/v1/orders/{name}": .only(registerReaders), "GET /api/v1/look-back": .only(registerReaders),
        "GET /api/v1/exit": .only(registerReaders),
        "GET /api/v1/register/{id}/exit": .only(registerReaders),
        "POST /api/v1/register/{id}/exit": .only(registerReaders),
        "GET /api/v1/command": .only(registerReaders), "GET /admin/campaigns": .only(administrators),
        "GET /admin/points": .only(administrators),
        "POST /admin/points": .only(administrators),
        "POST /api/v1/points/{id}/end": .only(administrators), "POST /admin/campaigns": .only(administrators),
        "GET /campaign": .only(registerReaders.union(readers)),
        "POST /campaign/export": .only(registerReaders.union(readers)),
        "POST /api/v1/campaign/export": .only(registerReaders.union(readers)),
        "POST /api/v1/register/{id}/visits": .only(walkers),
        "GET /api/v1/coverage": .only(registerReaders.union(readers)),
        "GET /api/v1/count": .only(registerReaders), "GET /api/v1/register": .only(registerReaders),
        "POST /api/v1/register/export": .only(registerReaders),
        "GET /api/v1/register/approvals": .only(approvers),
        "POST /api/v1/register/approvals": .only(approvers),
        "GET /api/v1/register/quality": .only(registerReaders),
        "GET /api/v1/register/{id}": .only(registerReaders),
        "POST /api/v1/register/{id}/unmask": .only(registerReaders),
        "POST /api/v1/register/{id}/{verb}": .only(keepers),
        "POST /register/quality/export": .only(registerReaders),
        "POST /api/v1/register/quality/export": .only(registerReaders),
        "POST /register/approvals/export": .only(approvers),
        "POST /api/v1/register/approvals/export": .only(approvers),
        "GET /villages": .only(registerReaders), "GET /api/v1/villages": .only(registerReaders),
        "POST /villages/export": .only(registerReaders),
        "POST /api/v1/villages/export": .only(registerReaders),
        "GET /api/v1/villages/{id}": .only(registerReaders), "POST /api/v1/villages/{id}": .only(keepers),
        "GET /register": .only(registerReaders), "GET /register/approvals": .only(approvers),
        "POST /register/approvals": .only(approvers), "POST /register/approvals/together": .only(approvers),
        "GET /register/quality": .only(registerReaders), "GET /register/{id}": .only(registerReaders),
        "POST /register/{id}/unmask": .only(registerReaders),
        "GET /register/{id}/do/{verb}": .only(keepers), "POST /register/{id}/do/{verb}": .only(keepers),
        "GET /villages/{id}": .only(registerReaders),
        "POST /villages/{id}": .only(keepers),
        "POST /log/verify": .only(auditors),

        "GET /admin": .only(administrators), "GET /admin/territories": .only(administrators),
        "POST /admin/territories": .only(administrators), "GET /admin/units": .only(administrators),
        "POST /admin/units": .only(administrators), "GET /admin/posts": .only(administrators),
        "POST /admin/posts": .only(administrators), "GET /admin/posts/{id}": .only(administrators),
        "GET /admin/people": .only(administrators), "POST /admin/people": .only(administrators),
        "GET /admin/categories": .only(administrators), "POST /admin/categories": .only(administrators),
        "GET /admin/categories/{code}": .only(administrators), "GET /admin/settings": .only(administrators),
        "POST /admin/settings": .only(administrators), "GET /admin/import": .only(administrators),
        "POST /admin/import": .only(administrators),

        "GET /api/v1/openapi.json": .anybody, "POST /api/v1/tokens": .anybody,
        "DELETE /api/v1/tokens/current": .signedIn,
        "GET /api/v1/me": .signedIn, "POST /api/v1/reports": .anybody, "POST /api/v1/look-up": .anybody,
        "POST /api/v1/look-up/rate": .anybody, "GET /api/v1/public": .anybody, "GET /api/v1/cases": .signedIn,
        "POST /api/v1/cases": .only(reporters), "GET /api/v1/cases/{id}": .signedIn,
        "GET /api/v1/cases/{id}/history": .signedIn,
        "GET /api/v1/cases/{id}/alike": .only(filers),
        "POST /api/v1/cases/{id}/complainants/{complainant}/unmask": .only(reporters),
        "POST /api/v1/cases/{id}/{verb}": .signedIn, "GET /api/v1/decisions": .only(deciders),
        "POST /api/v1/decisions/{id}": .only(deciders), "GET /api/v1/figures": .only(readers),
        "GET /api/v1/log": .only(auditors),
        "POST /api/v1/log/verify": .only(auditors), "GET /api/v1/territories": .signedIn,
        "POST /api/v1/territories": .only(administrators),
        "POST /api/v1/territories/{id}/{verb}": .only(administrators),
        "GET /api/v1/units": .signedIn, "POST /api/v1/units": .only(administrators),
        "POST /api/v1/units/{id}/{verb}": .only(administrators), "GET /api/v1/posts": .signedIn,
        "POST /api/v1/posts": .only(administrators), "POST /api/v1/posts/{id}/{verb}": .only(administrators),
        "GET /api/v1/people": .only(administrators), "POST /api/v1/people": .only(administrators),
        "POST /api/v1/people/{id}/unmask": .only(administrators),
        "POST /api/v1/people/{id}/{verb}": .only(administrators), "GET /api/v1/categories": .signedIn,
        "POST /api/v1/categories": .only(administrators), "GET /api/v1/settings": .only(administrators),
        "POST /api/v1/settings": .only(administrators), "POST /api/v1/imports/{kind}": .only(administrators),

        "POST /admin/territories/export": .only(administrators),
        "POST /api/v1/territories/export": .only(administrators),
        "POST /admin/units/export": .only(administrators), "POST /api/v1/units/export": .only(administrators),
        "POST /admin/posts/export": .only(administrators), "POST /api/v1/posts/export": .only(administrators),
        "POST /admin/people/export": .only(administrators),
        "POST /api/v1/people/export": .only(administrators),
        "POST /admin/categories/export": .only(administrators),
        "POST /api/v1/categories/export": .only(administrators),
        "POST /admin/points/export": .only(administrators),
        "POST /api/v1/points/export": .only(administrators),
        "POST /samples/export": .only(evaluators.union(auditors)),
        "POST /api/v1/samples/export": .only(evaluators.union(auditors)),
        "POST /log/export": .only(auditors), "POST /api/v1/log/export": .only(auditors),

        "GET /photos/{id}": .signedIn, "GET /api/v1/photos/{id}": .signedIn,
        "GET /api/v1/cases/{id}/photos": .signedIn,

        "GET /evaluation": .signedIn, "POST /evaluation/open": .only(evaluators),
        "GET /evaluation/rules/{id}": .signedIn,
        "GET /evaluation/schemes/{id}": .signedIn, "GET /evaluation/dry-run": .only(evaluators),
        "POST /evaluation/dry-run": .only(evaluators),
        "GET /evaluation/rounds/{id}": .signedIn, "GET /evaluation/rounds/{id}/facts": .signedIn,
        "GET /evaluation/rounds/{id}/units/{unit}": .signedIn,
        "POST /evaluation/rounds/{id}/judge": .only(evaluators),
        "POST /evaluation/rounds/{id}/export": .signedIn,
        "GET /evaluation/sheets/{id}": .signedIn, "POST /evaluation/sheets/{id}": .signedIn,
        "POST /evaluation/sheets/{id}/team": .only(evaluators),
        "POST /evaluation/sheets/{id}/reopen": .only(deciders), "GET /ledger": .signedIn,
        "POST /samples/{id}/export": .only(evaluators.union(auditors)),
        "POST /api/v1/samples/{id}/export": .only(evaluators.union(auditors)),
        "POST /ledger/export": .signedIn,
        "POST /ledger/all": .only(evaluators), "POST /api/v1/ledger/all": .only(evaluators),
        "GET /ledger/{id}": .signedIn, "POST /ledger/{id}": .signedIn,
        "GET /samples": .only(evaluators.union(auditors)),
        "POST /samples": .only(evaluators), "GET /samples/{id}": .only(evaluators.union(auditors)),
        "GET /samples/{id}/record": .signedIn,
        "GET /samples/{id}/letters": .only(evaluators), "GET /survey/{token}": .anybody,
        "POST /survey/{token}": .anybody,
        "POST /samples/{id}/draw": .only(evaluators), "POST /samples/{id}/assign": .only(evaluators),
        "POST /samples/{id}/replace": .only(evaluators),
        "GET /samples/{id}/items/{number}": .signedIn, "POST /samples/{id}/items/{number}": .signedIn,
        "GET /admin/evaluations": .only(administrators),
        "POST /admin/evaluations": .only(administrators), "GET /api/v1/evaluations": .signedIn,
        "POST /api/v1/evaluations": .only(administrators),
        "POST /api/v1/assessments": .only(evaluators), "GET /api/v1/assessments/{id}": .signedIn,
        "GET /api/v1/rounds/{id}": .signedIn,
        "GET /api/v1/rounds/{id}/facts": .signedIn, "POST /api/v1/rounds/{id}/judge": .only(evaluators),
        "POST /api/v1/rounds/{id}/export": .signedIn,
        "POST /api/v1/dry-run": .only(evaluators), "GET /api/v1/sheets": .signedIn,
        "GET /api/v1/sheets/{id}": .signedIn,
        "POST /api/v1/sheets/{id}/marks": .signedIn, "POST /api/v1/sheets/{id}/submit": .signedIn,
        "POST /api/v1/sheets/{id}/reopen": .only(deciders),
        "POST /api/v1/sheets/{id}/team": .only(evaluators), "GET /api/v1/ledger": .signedIn,
        "POST /api/v1/ledger/export": .signedIn,
        "GET /api/v1/ledger/{id}": .signedIn, "POST /api/v1/ledger/{id}": .signedIn,
        "GET /api/v1/samples": .only(evaluators.union(auditors)),
        "POST /api/v1/samples": .only(evaluators),
        "GET /api/v1/samples/{id}": .only(evaluators.union(auditors)),
        "GET /api/v1/samples/{id}/record": .signedIn, "POST /api/v1/samples/{id}/draw": .only(evaluators),
        "POST /api/v1/samples/{id}/assign": .only(evaluators),
        "POST /api/v1/samples/{id}/replace": .only(evaluators),
        "POST /api/v1/samples/{id}/items/{number}": .signedIn,

        "GET /luoshi.css": .anybody, "GET /luoshi.js": .anybody, "GET /icon.svg": .anybody,
        "GET /robots.txt": .anybody,
        "GET /healthz": .anybody, "GET /metrics": .anybody,
    ]

    /// Doors behind which a verb or the reach of the post says more than the door: the status by post.
    static let behind: [String: [PostKind: Int]] = [
        "GET /cases/{id}": far, "GET /cases/{id}/do/{verb}": far.merging([.auditor: 409]) { $1 },
        "POST /cases/{id}/do/{verb}": far.merging([.auditor: 403]) { $1 },
        "GET /api/v1/cases/{id}": far, "GET /api/v1/cases/{id}/history": far,
        "POST /api/v1/cases/{id}/{verb}": far.merging([.auditor: 403]) { $1 },
        "GET /api/v1/cases/{id}/photos": far,
        // The case that the test knocks with is neither household nor village.
        "GET /register/{id}": nothing, "GET /register/{id}/do/{verb}": nothing, "GET /villages/{id}": nothing,
        "GET /register/{id}/visit": nothing.merging([.gridWorker: 403]) { $1 },
        "GET /api/v1/coverage": nothing,
        "POST /register/{id}/visit": [.gridWorker: 403], "GET /points/{id}/visit": nothing,
        "GET /register/{id}/look-back": nothing,
        "GET /orders/{name}": nothing, "GET /register/{id}/exit": nothing,
        "GET /api/v1/campaign": nothing, "GET /api/v1/orders/{name}": nothing,
        "GET /api/v1/look-back": nothing, "GET /api/v1/exit": nothing,
        "GET /api/v1/register/{id}/exit": nothing,
        "GET /api/v1/register/{id}": nothing, "GET /api/v1/villages/{id}": nothing,
        "GET /photos/{id}": nothing, "GET /api/v1/photos/{id}": nothing,
        // Nor a sheet, a round, a sample or an entry of the ledger.
        "GET /evaluation/rules/{id}": nothing, "GET /evaluation/schemes/{id}": nothing,
        "GET /evaluation/rounds/{id}": nothing,
        "GET /evaluation/rounds/{id}/facts": nothing, "GET /evaluation/rounds/{id}/units/{unit}": nothing,
        "GET /evaluation/sheets/{id}": nothing,
        "GET /ledger/{id}": nothing, "GET /samples/{id}": nothing, "GET /samples/{id}/record": nothing,
        "GET /samples/{id}/letters": nothing,
        "GET /samples/{id}/items/{number}": nothing, "GET /api/v1/assessments/{id}": nothing,
        "GET /api/v1/rounds/{id}": nothing, "GET /api/v1/rounds/{id}/facts": nothing,
        "GET /api/v1/sheets/{id}": nothing,
        "GET /api/v1/ledger/{id}": nothing, "GET /api/v1/samples/{id}": nothing,
        "GET /api/v1/samples/{id}/record": nothing,
    ]
    /// Posts that have nothing to do with the case.
    static let far: [PostKind: Int] = [.administrator: 404, .supportHead: 404, .helper: 404]
    static let nothing = Dictionary(uniqueKeysWithValues: PostKind.allCases.map { ($0, 404) })
    static let redirects: Set = ["GET /", "GET /look"]
    /// Once the office is founded the first page is gone; the token that the test knocks with is on nobody's
    /// letter.
    static let closed: Set = ["GET /first-run", "POST /first-run", "GET /survey/{token}"]

    static let holders: [(PostKind, String)] = [
        (.leader, "leader"), (.deputy, "deputy"), (.dispatcher, "dispatcher"), (.checker, "checker"),
        (.communityLead, "lead1"),
        (.communityStaff, "staff1"), (.gridWorker, "grid11"), (.unitLead, "wyhead"),
        (.unitWorker, "wyworker"),
        (.auditor, "auditor"), (.administrator, "admin"), (.townSecretary, "ts"), (.townMayor, "tm"),
        (.townDeputy, "td"), (.townCadre, "tc"),
        (.villageDirector, "vd"),
        (.firstSecretary, "fs"), (.attackLeader, "al"),
        (.villageSecretary, "vs"), (.villageCadre, "vc"), (.supportHead, "sh"), (.helper, "hp"),
    ]

    @Test func `the table of this test and the table of contents name the same doors`() {
        let doors = Site.routes.map { "\($0.method) \($0.path)" }
        #expect(Set(doors).subtracting(Self.expected.keys) == [], "doors that nobody decided about")
        #expect(Set(Self.expected.keys).subtracting(doors) == [], "doors that are gone")
        #expect(doors.count == Set(doors).count, "a door is there twice")
        #expect(Set(Self.holders.map(\.0)) == Set(PostKind.allCases), "a kind of post does not knock")
    }

    @Test func `every door answers every kind of post as the table says`() async throws {
        let town = try await Town.settled()
        try await town.settleRegister()
        let near = try await town.handling()
        let day = Zone.china.day(of: town.now)
        let post = try await town.office.read {
            try #require(try Posts.all(for: Town.clockwork, on: day, in: $0).first).id.text
        }
        let faults = try await town.open { (browser: Browser) async throws in
            var faults: [String] = []
            for route in Site.routes {
                let name = "\(route.method) \(route.path)"
                guard let who = Self.expected[name] else { continue }
                let id = route.path.contains("/posts/") ? post : near.id.text
                let path = route.path.replacing("{id}", with: id).replacing("{name}", with: "nothing")
                    .replacing("together/{verb}", with: "together/accept").replacing("{verb}", with: "note")
                    .replacing("{code}", with: Town.corridor).replacing("{complainant}", with: near.id.text)
                    .replacing("{kind}", with: "cases").replacing("{unit}", with: "village:none").replacing(
                        "{number}", with: "1"
                    )
                    .replacing("{token}", with: String(repeating: "0", count: 32))
                for (kind, login) in [(nil, "")] + Self.holders.map({ (Optional($0.0), $0.1) }) {
                    // A fresh session each time: signing out is one of the doors.
                    let isAPI = route.kind == .api
                    let secret =
                        login.isEmpty ? nil : try await town.secret(login, as: isAPI ? .token : .browser)
                    let visitor = isAPI ? browser.program(secret) : browser.holding(secret)
                    let reply = try await Self.knock(visitor, route, path)
                    if let fault = Self.fault(reply, name, who, kind, route) {
                        faults.append("\(name) by \(login.isEmpty ? "nobody" : login): \(fault)")
                    }
                }
            }
            return faults
        }
        #expect(faults == [])
    }

    private static func knock(_ visitor: Browser, _ route: Route, _ path: String) async throws -> Reply {
        switch (route.method, route.kind) {
        case (.get, _): try await visitor.get(path)
        case (.post, .api): try await visitor.call(path)
        case (.post, _): try await visitor.post(path)
        default: try await visitor.send(route.method, path)
        }
    }

    private static func fault(_ reply: Reply, _ name: String, _ who: Who, _ kind: PostKind?, _ route: Route)
        -> String?
    {
        let isIn =
            switch who {
            case .anybody: true
            case .signedIn: kind != nil
            case .only(let kinds): kind.map(kinds.contains) ?? false
            }
        if !isIn {
            if kind != nil { return reply.status == 403 ? nil : "403 expected, got \(reply.status)" }
            if route.kind == .page, route.method == .get {
                return reply.status == 303 && reply.location.hasPrefix("/sign-in?back=%2F")
                    ? nil : "to sign-in expected, got \(reply.status) \(reply.location)"
            }
            return reply.status == 401 ? nil : "401 expected, got \(reply.status)"
        }
        if let kind, let status = behind[name]?[kind] {
            return reply.status == status ? nil : "\(status) expected, got \(reply.status)"
        }
        if closed.contains(name) { return reply.status == 404 ? nil : "404 expected, got \(reply.status)" }
        if redirects.contains(name) { return reply.status == 303 ? nil : "303 expected, got \(reply.status)" }
        if route.method == .get { return reply.status == 200 ? nil : "200 expected, got \(reply.status)" }
        return [401, 403, 405, 500].contains(reply.status)
            ? "got past the door expected, got \(reply.status) \(reply.text.prefix(200))" : nil
    }

    @Test func `a case out of reach is not found by page, form, API and history`() async throws {
        let town = try await Town.settled()
        try await town.settleRegister()
        let far = try await town.filed(territory: Town.g21)
        let id = far.id.text
        let faults = try await town.open { (browser: Browser) async throws in
            var faults: [String] = []
            for (kind, login) in Self.holders {
                let sees = [
                    .leader, .deputy, .dispatcher, .checker, .auditor, .townSecretary, .townMayor,
                    .townDeputy, .townCadre,
                ].contains(kind)
                let page = browser.holding(try await town.secret(login))
                let program = browser.program(try await town.secret(login, as: .token))
                let looks = [
                    ("page", try await page.get("/cases/\(id)")),
                    ("API", try await program.get("/api/v1/cases/\(id)")),
                    ("history", try await program.get("/api/v1/cases/\(id)/history")),
                ]
                for (what, reply) in looks where reply.status != (sees ? 200 : 404) {
                    faults.append("\(what) by \(login): \(reply.status)")
                }
                guard !sees else { continue }
                let tries = [
                    ("form", try await page.get("/cases/\(id)/do/note")),
                    ("verb", try await page.post("/cases/\(id)/do/note", ["words": "看看"])),
                    ("API verb", try await program.call("/api/v1/cases/\(id)/note", ["words": "看看"])),
                ]
                for (what, reply) in tries where reply.status != 404 {
                    faults.append("\(what) by \(login): \(reply.status)")
                }
            }
            return faults
        }
        #expect(faults == [])
        #expect(try await town.find(far.id) == far)
    }

    @Test(arguments: [
        "/nowhere", "/cases/not-an-id", "/cases/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/admin/posts/x",
        "/cases/01ARZ3NDEKTSV4RRFFQ69G5FAV/do/fly",
    ])
    func `an address that is nothing answers 404 and never 500`(_ path: String) async throws {
        let town = try await Town.settled()
        try await town.open { (browser: Browser) async throws in
            let administrator = browser.holding(try await town.secret("admin"))
            #expect(try await administrator.get(path).status == 404)
        }
    }
}

package import Governance
package import Hummingbird

/// One door: its method, its path, who may open it, and what answers.
package struct Route: Sendable {
    /// Who may open a door. What they may do behind it the verbs decide.
    package enum Audience: Sendable, Equatable {
        /// Everybody, without login.
        case anyone
        /// Whoever is signed in.
        case signedIn
        /// Whoever has the power by some post.
        case holders(of: Power)
        /// Whoever has one of the powers by some post.
        case holdersOfAny([Power])
    }
    /// How refusals are told: as a page or as JSON.
    package enum Kind: Sendable { case page, api, file }

    /// The method and path; `{name}` is a part that the handler reads.
    package let method: HTTPRequest.Method, path: String
    /// Who may open it.
    package let audience: Audience
    /// How refusals are told.
    package let kind: Kind
    let answer: @Sendable (Call) async throws -> Response
    /// How often an address may knock, counted before the body is read; nil: as often as it likes.
    var limit: VisitLimit?
    /// The most bytes of a body that the door takes; nil: what its kind of body usually may have.
    var room: Int?
    /// The whole answer, if it is a file of the binary.
    var file: Response?
    /// The page that holds the form which is sent here, if it has another path: it is answered again with
    /// what was typed if the form cannot be taken.
    var form: (@Sendable (Call) async throws -> Response)?
    /// What the description of the API says of it; nil for pages.
    var endpoint: Endpoint?
    /// The steps after signing in at which the door is open already: where they are taken, and the way out.
    package var steps: Set<AccountStep> = []

    /// The same door, open already while one of these steps is still to be taken.
    func open(at steps: AccountStep...) -> Route {
        var route = self
        route.steps = Set(steps)
        return route
    }

    /// The same door with a limit of visits and, unless it takes photos, with no more room than its form
    /// needs.
    func counted(_ limit: VisitLimit, room: Int? = nil) -> Route {
        var route = self
        (route.limit, route.room) = (limit, room)
        return route
    }

    /// The same door with the page that holds its form.
    func from(_ form: @escaping @Sendable (Call) async throws -> Response) -> Route {
        var route = self
        route.form = form
        return route
    }

    static func page(
        _ method: HTTPRequest.Method, _ path: String, _ audience: Audience,
        _ answer: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: method, path: path, audience: audience, kind: .page, answer: answer) }

    static func api(
        _ method: HTTPRequest.Method, _ path: String, _ audience: Audience, _ endpoint: Endpoint
    ) -> Route {
        Route(
            method: method, path: "/api/v1" + path, audience: audience, kind: .api, answer: endpoint.answer,
            endpoint: endpoint)
    }

    static func file(_ path: String, _ name: String, _ type: String) -> Route {
        let file = Responses.file(name, type: type)
        return Route(
            method: .get, path: path, audience: .anyone, kind: .file, answer: { _ in file }, file: file)
    }
}

/// The table of contents: every door of the product.
package enum Site {
    /// Every route, pages first.
    package static let routes: [Route] = pages + administration + api + lists + files

    private static let pages: [Route] = [
        .page(.get, "/", .anyone, HomePages.home),
        .page(.get, "/look", .anyone, HomePages.look),
        .page(.get, "/about-demo", .anyone, HomePages.aboutDemo),
        .page(.get, "/first-run", .anyone, FirstRunPages.form),
        .page(.post, "/first-run", .anyone, FirstRunPages.found).counted(.firstRun, room: 16 << 10),
        .page(.get, "/sign-in", .anyone, AccountPages.signInForm),
        .page(.post, "/sign-in", .anyone, AccountPages.signIn).counted(.signIn, room: 4 << 10),
        .page(.get, "/sign-in/code", .signedIn, AccountPages.codeForm).open(at: .code),
        .page(.post, "/sign-in/code", .signedIn, AccountPages.giveCode).open(at: .code).counted(
            .signIn, room: 4 << 10),
        .page(.post, "/sign-out", .signedIn, AccountPages.signOut).open(at: .code, .password, .factor),
        .page(.get, "/me", .signedIn, MePages.show),
        .page(.get, "/me/password", .signedIn, MePages.passwordForm).open(at: .password),
        .page(.post, "/me/password", .signedIn, MePages.changePassword).open(at: .password),
        .page(.get, "/me/second-factor", .signedIn, SecondFactorPages.show).open(at: .factor),
        .page(.post, "/me/second-factor", .signedIn, SecondFactorPages.change).open(at: .factor),
        .page(.post, "/me/sessions", .signedIn, MePages.changeSessions).from(MePages.show),
        .page(.get, "/confirmations", .holdersOfAny([.decide, .administer]), ConfirmationPages.list),
        .page(.post, "/confirmations", .holdersOfAny([.decide, .administer]), ConfirmationPages.settle),

        .page(.get, "/report", .anyone, ResidentPages.form),
        .page(.post, "/report", .anyone, ResidentPages.report).counted(.report),
        .page(.get, "/look-up", .anyone, ResidentPages.lookUpForm),
        .page(.post, "/look-up", .anyone, ResidentPages.lookUp).counted(.lookUp, room: 16 << 10),
        .page(.post, "/look-up/rate", .anyone, ResidentPages.rate).counted(.lookUp, room: 16 << 10).from(
            ResidentPages.rated),
        .page(.get, "/public", .anyone, ResidentPages.notice),
        .page(.get, "/complaint", .anyone, ResidentPages.complaintForm),
        .page(.post, "/complaint", .anyone, ResidentPages.complain).counted(.report),

        .page(.get, "/today", .holders(of: .handleCase), TodayPages.today),
        .page(.get, "/board", .holders(of: .checkCase), BoardPages.board),
        .page(.get, "/overview", .holders(of: .readFigures), OverviewPages.overview),
        .page(.get, "/figures", .holders(of: .readFigures), FigurePages.figures),
        .page(.post, "/decisions/{id}", .holders(of: .decide), DecisionPages.decide),
        .page(.get, "/cases", .signedIn, CaseListPages.list),
        .page(.get, "/cases/new", .holders(of: .reportCase), ReportPages.form),
        .page(.post, "/cases", .holders(of: .reportCase), ReportPages.report).from(ReportPages.form),
        .page(.get, "/cases/together/{verb}", .signedIn, CaseBulkPages.form),
        .page(.post, "/cases/together/{verb}", .signedIn, CaseBulkPages.perform),
        .page(.get, "/cases/{id}", .signedIn, CasePages.show),
        .page(.get, "/cases/{id}/do/{verb}", .signedIn, CaseVerbPages.form),
        .page(.post, "/cases/{id}/do/{verb}", .signedIn, CaseVerbPages.perform),
        .page(.post, "/cases/{id}/unmask", .holders(of: .unmask), CasePages.unmask),
        .page(.get, "/photos/{id}", .signedIn, PhotoPages.show),
        .page(.get, "/register", .holders(of: .readRegister), RegisterPages.list),
        .page(.get, "/register/approvals", .holders(of: .approveChange), ApprovalPages.list),
        .page(.post, "/register/approvals", .holders(of: .approveChange), ApprovalPages.settle),
        .page(
            .post, "/register/approvals/together", .holders(of: .approveChange), ApprovalPages.settleSeveral
        ).from(ApprovalPages.list),
        .page(.get, "/register/quality", .holders(of: .readRegister), QualityPages.show),
        .page(.post, "/register/export", .holders(of: .readRegister), RegisterPages.exported).from(
            RegisterPages.list),
        .page(.get, "/register/{id}", .holders(of: .readRegister), HouseholdPages.show),
        .page(.post, "/register/{id}/unmask", .holders(of: .readRegister), HouseholdPages.unmask).from(
            HouseholdPages.show),
        .page(.get, "/register/{id}/do/{verb}", .holders(of: .keepRegister), HouseholdVerbPages.form),
        .page(.post, "/register/{id}/do/{verb}", .holders(of: .keepRegister), HouseholdVerbPages.perform),
        .page(.get, "/register/{id}/visit", .holders(of: .visit), VisitPages.form),
        .page(.post, "/register/{id}/visit", .holders(of: .visit), VisitPages.record),
        .page(.get, "/visits", .holders(of: .visit), VisitPages.mine),
        .page(.get, "/campaign", .holdersOfAny([.readRegister, .readFigures]), CampaignPages.show),
        .page(
            .post, "/campaign/export", .holdersOfAny([.readRegister, .readFigures]), CampaignPages.exported
        ).from(CampaignPages.show),
        .page(.get, "/orders/{name}", .holders(of: .readRegister), OrderPages.show),
        .page(.get, "/look-back", .holders(of: .readRegister), LookBackPages.list),
        .page(.get, "/register/{id}/look-back", .holders(of: .visit), LookBackPages.form),
        .page(.post, "/register/{id}/look-back", .holders(of: .visit), LookBackPages.record),
        .page(.get, "/exit", .holders(of: .readRegister), ExitPages.county),
        .page(.get, "/register/{id}/exit", .holders(of: .readRegister), ExitPages.form),
        .page(.post, "/register/{id}/exit", .holders(of: .readRegister), ExitPages.take),
        .page(.get, "/evaluation", .signedIn, EvaluationPages.show),
        .page(.post, "/evaluation/open", .holders(of: .evaluate), EvaluationAdminPages.open).from(
            EvaluationPages.show),
        .page(.get, "/evaluation/rules/{id}", .signedIn, EvaluationPages.rules),
        .page(.get, "/evaluation/schemes/{id}", .signedIn, RoundPages.scheme),
        .page(.get, "/evaluation/dry-run", .holders(of: .evaluate), DryRunPages.form),
        .page(.post, "/evaluation/dry-run", .holders(of: .evaluate), DryRunPages.run),
        .page(.get, "/evaluation/rounds/{id}", .signedIn, RoundPages.show),
        .page(.get, "/evaluation/rounds/{id}/facts", .signedIn, RoundPages.facts),
        .page(.get, "/evaluation/rounds/{id}/units/{unit}", .signedIn, RoundPages.unitPage),
        .page(.post, "/evaluation/rounds/{id}/judge", .holders(of: .evaluate), RoundPages.judge).from(
            RoundPages.show),
        .page(.post, "/evaluation/rounds/{id}/export", .signedIn, RoundPages.exported).from(RoundPages.show),
        .page(.get, "/evaluation/sheets/{id}", .signedIn, SheetPages.show),
        .page(.post, "/evaluation/sheets/{id}", .signedIn, SheetPages.save),
        .page(.post, "/evaluation/sheets/{id}/team", .holders(of: .evaluate), SheetPages.team).from(
            SheetPages.show),
        .page(.post, "/evaluation/sheets/{id}/reopen", .holders(of: .decide), SheetPages.reopen).from(
            SheetPages.show),
        .page(.get, "/ledger", .signedIn, LedgerPages.list),
        .page(.post, "/ledger/all", .holders(of: .evaluate), LedgerPages.all).from(LedgerPages.list),
        .page(.get, "/ledger/{id}", .signedIn, LedgerPages.show),
        .page(.post, "/ledger/{id}", .signedIn, LedgerPages.act),
        .page(.get, "/samples", .holdersOfAny([.evaluate, .readLog]), SamplePages.list),
        .page(.post, "/samples", .holders(of: .evaluate), SamplePages.commit),
        .page(.get, "/samples/{id}", .holdersOfAny([.evaluate, .readLog]), SamplePages.show),
        .page(.get, "/samples/{id}/record", .signedIn, SamplePages.record),
        .page(.get, "/samples/{id}/letters", .holders(of: .evaluate), SurveyPages.letters),
        .page(.get, "/survey/{token}", .anyone, SurveyPages.form),
        .page(.post, "/survey/{token}", .anyone, SurveyPages.answer).counted(.survey, room: 64 << 10),
        .page(.post, "/samples/{id}/export", .holdersOfAny([.evaluate, .readLog]), SamplePages.exported).from(
            SamplePages.show),
        .page(.post, "/samples/{id}/draw", .holders(of: .evaluate), SamplePages.draw).from(SamplePages.show),
        .page(.post, "/samples/{id}/assign", .holders(of: .evaluate), SamplePages.assign).from(
            SamplePages.show),
        .page(.post, "/samples/{id}/replace", .holders(of: .evaluate), SamplePages.replace).from(
            SamplePages.show),
        .page(.get, "/samples/{id}/items/{number}", .signedIn, SamplePages.item),
        .page(.post, "/samples/{id}/items/{number}", .signedIn, SamplePages.find),
        .page(.get, "/points/{id}/visit", .holders(of: .visit), VisitPages.pointForm),
        .page(.post, "/points/{id}/visit", .holders(of: .visit), VisitPages.recordPoint),
        .page(.get, "/command", .holders(of: .readRegister), CommandPages.show),
        .page(.get, "/villages", .holders(of: .readRegister), VillagePages.list),
        .page(.get, "/villages/{id}", .holders(of: .readRegister), VillagePages.show),
        .page(.post, "/villages/{id}", .holders(of: .keepRegister), VillagePages.change),
        Route(method: .get, path: "/live", audience: .signedIn, kind: .api, answer: LivePages.live),
        .page(.get, "/log", .holders(of: .readLog), LogPages.list),
        .page(.post, "/log/verify", .holders(of: .readLog), LogPages.verify),
    ]

    private static let administration: [Route] = [
        .page(.get, "/admin", .holders(of: .administer), AdminPages.home),
        .page(.get, "/admin/territories", .holders(of: .administer), TerritoryPages.list),
        .page(.post, "/admin/territories", .holders(of: .administer), TerritoryPages.change),
        .page(.get, "/admin/units", .holders(of: .administer), UnitPages.list),
        .page(.post, "/admin/units", .holders(of: .administer), UnitPages.change),
        .page(.get, "/admin/posts", .holders(of: .administer), PostPages.list),
        .page(.post, "/admin/posts", .holders(of: .administer), PostPages.change).from(PostPages.again),
        .page(.get, "/admin/posts/{id}", .holders(of: .administer), PostPages.show),
        .page(.get, "/admin/people", .holders(of: .administer), PeoplePages.list),
        .page(.post, "/admin/people", .holders(of: .administer), PeoplePages.change),
        .page(.get, "/admin/categories", .holders(of: .administer), CategoryPages.list),
        .page(.post, "/admin/categories", .holders(of: .administer), CategoryPages.change).from(
            CategoryPages.again),
        .page(.get, "/admin/categories/{code}", .holders(of: .administer), CategoryPages.show),
        .page(.get, "/admin/settings", .holders(of: .administer), SettingPages.show),
        .page(.post, "/admin/settings", .holders(of: .administer), SettingPages.change),
        .page(.get, "/admin/points", .holders(of: .administer), PointAdminPages.list),
        .page(.post, "/admin/points", .holders(of: .administer), PointAdminPages.end),
        .page(.get, "/admin/campaigns", .holders(of: .administer), CampaignAdminPages.list),
        .page(.post, "/admin/campaigns", .holders(of: .administer), CampaignAdminPages.publish),
        .page(.get, "/admin/evaluations", .holders(of: .administer), EvaluationAdminPages.list),
        .page(.post, "/admin/evaluations", .holders(of: .administer), EvaluationAdminPages.publish),
        .page(.get, "/admin/import", .holders(of: .administer), ImportPages.form),
        .page(.post, "/admin/import", .holders(of: .administer), ImportPages.run),
    ]

    private static let api: [Route] = [
        .api(.get, "/openapi.json", .anyone, API.description),
        .api(.post, "/tokens", .anyone, AccountAPI.signIn).counted(.signIn, room: 4 << 10),
        .api(.get, "/tokens", .signedIn, AccountAPI.sessions),
        .api(.delete, "/tokens/current", .signedIn, AccountAPI.signOut),
        .api(.delete, "/tokens/{id}", .signedIn, AccountAPI.end),
        .api(.get, "/power-requests", .holdersOfAny([.decide, .administer]), PowerRequestAPI.list),
        .api(.post, "/power-requests", .holdersOfAny([.decide, .administer]), PowerRequestAPI.settle),
        .api(.get, "/me", .signedIn, AccountAPI.me),
        .api(.post, "/reports", .anyone, PublicCaseAPI.report).counted(.report),
        .api(.post, "/look-up", .anyone, PublicCaseAPI.lookUp).counted(.lookUp, room: 16 << 10),
        .api(.post, "/look-up/rate", .anyone, PublicCaseAPI.rate).counted(.lookUp, room: 16 << 10),
        .api(.get, "/public", .anyone, PublicCaseAPI.notice),
        .api(.get, "/cases", .signedIn, CaseAPI.list),
        .api(.post, "/cases", .holders(of: .reportCase), CaseAPI.report),
        .api(.get, "/cases/{id}", .signedIn, CaseAPI.show),
        .api(.get, "/cases/{id}/history", .signedIn, CaseAPI.history),
        .api(.get, "/cases/{id}/alike", .holders(of: .fileCase), CaseAPI.alike),
        .api(.post, "/cases/{id}/complainants/{complainant}/unmask", .holders(of: .unmask), CaseAPI.unmask),
        .api(.post, "/cases/{id}/{verb}", .signedIn, CaseAPI.perform),
        .api(.get, "/cases/{id}/photos", .signedIn, CaseAPI.photos),
        .api(.get, "/photos/{id}", .signedIn, CaseAPI.photo),
        .api(.get, "/decisions", .holders(of: .decide), DecisionAPI.list),
        .api(.post, "/decisions/{id}", .holders(of: .decide), DecisionAPI.decide),
        .api(.get, "/figures", .holders(of: .readFigures), DecisionAPI.figures),
        .api(.get, "/log", .holders(of: .readLog), LogAPI.list),
        .api(.post, "/log/verify", .holders(of: .readLog), LogAPI.verify),
        .api(.get, "/territories", .signedIn, OrganisationAPI.territories),
        .api(.post, "/territories", .holders(of: .administer), OrganisationAPI.addTerritory),
        .api(.post, "/territories/{id}/{verb}", .holders(of: .administer), OrganisationAPI.changeTerritory),
        .api(.get, "/units", .signedIn, OrganisationAPI.units),
        .api(.post, "/units", .holders(of: .administer), OrganisationAPI.addUnit),
        .api(.post, "/units/{id}/{verb}", .holders(of: .administer), OrganisationAPI.changeUnit),
        .api(.get, "/posts", .signedIn, OrganisationAPI.posts),
        .api(.post, "/posts", .holders(of: .administer), OrganisationAPI.addPost),
        .api(.post, "/posts/{id}/{verb}", .holders(of: .administer), OrganisationAPI.changePost),
        .api(.get, "/people", .holders(of: .administer), OrganisationAPI.people),
        .api(.post, "/people", .holders(of: .administer), OrganisationAPI.addPerson),
        .api(.post, "/people/{id}/unmask", .holders(of: .administer), OrganisationAPI.unmaskPerson),
        .api(.post, "/people/{id}/{verb}", .holders(of: .administer), OrganisationAPI.changePerson),
        .api(.get, "/categories", .signedIn, OrganisationAPI.categories),
        .api(.post, "/categories", .holders(of: .administer), OrganisationAPI.putCategory),
        .api(.get, "/settings", .holders(of: .administer), OrganisationAPI.settings),
        .api(.post, "/settings", .holders(of: .administer), OrganisationAPI.set),
        .api(.get, "/count", .holders(of: .readRegister), RegisterAPI.count),
        .api(.get, "/register", .holders(of: .readRegister), RegisterAPI.list),
        .api(.post, "/register/export", .holders(of: .readRegister), RegisterAPI.export),
        .api(.get, "/register/approvals", .holders(of: .approveChange), RegisterAPI.approvals),
        .api(.post, "/register/approvals", .holders(of: .approveChange), RegisterAPI.settle),
        .api(.get, "/register/quality", .holders(of: .readRegister), RegisterAPI.quality),
        .api(.get, "/register/{id}", .holders(of: .readRegister), RegisterAPI.show),
        .api(.post, "/register/{id}/unmask", .holders(of: .readRegister), RegisterAPI.unmask),
        .api(.post, "/register/{id}/{verb}", .holders(of: .keepRegister), RegisterAPI.perform),
        .api(.post, "/register/{id}/visits", .holders(of: .visit), CampaignAPI.record),
        .api(.get, "/coverage", .holdersOfAny([.readRegister, .readFigures]), CampaignAPI.coverage),
        .api(.get, "/campaign", .holders(of: .readRegister), CampaignAPI.campaign),
        .api(
            .post, "/campaign/export", .holdersOfAny([.readRegister, .readFigures]), CampaignAPI.export),
        .api(.post, "/campaigns", .holders(of: .administer), CampaignAPI.publish),
        .api(.get, "/orders/{name}", .holders(of: .readRegister), CampaignAPI.order),
        .api(.get, "/look-back", .holders(of: .readRegister), LookBackAPI.progress),
        .api(.post, "/register/{id}/look-back", .holders(of: .visit), LookBackAPI.record),
        .api(.get, "/evaluations", .signedIn, EvaluationAPI.list),
        .api(.post, "/evaluations", .holders(of: .administer), EvaluationAPI.publish),
        .api(.post, "/assessments", .holders(of: .evaluate), EvaluationAPI.open),
        .api(.get, "/assessments/{id}", .signedIn, EvaluationAPI.assessment),
        .api(.get, "/rounds/{id}", .signedIn, EvaluationAPI.round),
        .api(.get, "/rounds/{id}/facts", .signedIn, EvaluationAPI.facts),
        .api(.post, "/rounds/{id}/judge", .holders(of: .evaluate), EvaluationAPI.judge),
        .api(.post, "/rounds/{id}/export", .signedIn, EvaluationAPI.export),
        .api(.post, "/dry-run", .holders(of: .evaluate), EvaluationAPI.dryRun),
        .api(.get, "/sheets", .signedIn, SheetAPI.mine),
        .api(.get, "/sheets/{id}", .signedIn, SheetAPI.show),
        .api(.post, "/sheets/{id}/marks", .signedIn, SheetAPI.mark),
        .api(.post, "/sheets/{id}/submit", .signedIn, SheetAPI.submit),
        .api(.post, "/sheets/{id}/reopen", .holders(of: .decide), SheetAPI.reopen),
        .api(.post, "/sheets/{id}/team", .holders(of: .evaluate), SheetAPI.team),
        .api(.get, "/ledger", .signedIn, LedgerAPI.list),
        .api(.post, "/ledger/all", .holders(of: .evaluate), LedgerAPI.all),
        .api(.get, "/ledger/{id}", .signedIn, LedgerAPI.show),
        .api(.post, "/ledger/{id}", .signedIn, LedgerAPI.act),
        .api(.get, "/samples", .holdersOfAny([.evaluate, .readLog]), SampleAPI.list),
        .api(.post, "/samples", .holders(of: .evaluate), SampleAPI.commit),
        .api(.get, "/samples/{id}", .holdersOfAny([.evaluate, .readLog]), SampleAPI.show),
        .api(.get, "/samples/{id}/record", .signedIn, SampleAPI.record),
        .api(.post, "/samples/{id}/export", .holdersOfAny([.evaluate, .readLog]), SampleAPI.export),
        .api(.post, "/samples/{id}/draw", .holders(of: .evaluate), SampleAPI.draw),
        .api(.post, "/samples/{id}/assign", .holders(of: .evaluate), SampleAPI.assign),
        .api(.post, "/samples/{id}/replace", .holders(of: .evaluate), SampleAPI.replace),
        .api(.post, "/samples/{id}/items/{number}", .signedIn, SampleAPI.find),
        .api(.get, "/exit", .holders(of: .readRegister), ExitAPI.county),
        .api(.get, "/register/{id}/exit", .holders(of: .readRegister), ExitAPI.household),
        .api(.post, "/register/{id}/exit", .holders(of: .readRegister), ExitAPI.take),
        .api(.get, "/points", .signedIn, CampaignAPI.points),
        .api(.post, "/points/{id}/end", .holders(of: .administer), CampaignAPI.endPoint),
        .api(.post, "/points/{id}/visits", .holders(of: .visit), CampaignAPI.recordPoint),
        .api(.get, "/command", .holders(of: .readRegister), CommandAPI.show),
        .api(.get, "/villages", .holders(of: .readRegister), VillageAPI.list),
        .api(.get, "/villages/{id}", .holders(of: .readRegister), RegisterAPI.village),
        .api(.post, "/villages/{id}", .holders(of: .keepRegister), RegisterAPI.changeVillage),
        .api(.post, "/imports/{kind}", .holders(of: .administer), OrganisationAPI.importing),
    ]

    /// The workbooks of lists: whoever may see the page of a list may take it along.
    private static let lists: [Route] = [
        CaseListPages.listing.exports(.signedIn, api: "/cases", .cases),
        TerritoryPages.listing.exports(.holders(of: .administer), api: "/territories", .organisation),
        UnitPages.listing.exports(.holders(of: .administer), api: "/units", .organisation),
        PostPages.listing.exports(.holders(of: .administer), api: "/posts", .organisation),
        PeoplePages.listing.exports(.holders(of: .administer), api: "/people", .organisation),
        CategoryPages.listing.exports(.holders(of: .administer), api: "/categories", .organisation),
        PointAdminPages.listing.exports(.holders(of: .administer), api: "/points", .register),
        LedgerPages.listing.exports(.signedIn, api: "/ledger", .evaluation),
        SamplePages.listing.exports(.holdersOfAny([.evaluate, .readLog]), api: "/samples", .evaluation),
        LogPages.listing.exports(.holders(of: .readLog), api: "/log", .log),
        QualityPages.listing.exports(.holders(of: .readRegister), api: "/register/quality", .register),
        ApprovalPages.listing.exports(.holders(of: .approveChange), api: "/register/approvals", .register),
        VillagePages.listing.exports(.holders(of: .readRegister), api: "/villages", .register),
    ].flatMap(\.self)

    private static let files: [Route] = [
        .file("/luoshi.css", "luoshi.css", "text/css; charset=utf-8"),
        .file("/luoshi.js", "luoshi.js", "text/javascript; charset=utf-8"),
        .file("/icon.svg", "icon.svg", "image/svg+xml"),
        .file("/robots.txt", "robots.txt", "text/plain; charset=utf-8"),
        Route(
            method: .get, path: "/healthz", audience: .anyone, kind: .api, answer: HomePages.health.answer,
            endpoint: HomePages.health),
        Route(method: .get, path: "/metrics", audience: .anyone, kind: .api, answer: MetricPages.metrics),
    ]
}

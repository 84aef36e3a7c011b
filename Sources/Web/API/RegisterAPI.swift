import Governance
import Hummingbird
import Rules

/// The register for programs.
enum RegisterAPI {
    /// `GET /count`: how much there is, as of any day and as known on any day.
    static func count(_ call: Call) async throws -> Response {
        let (names, asOf) = (try call.names(), try RegisterPages.asOf(call.query, call))
        let path = try RegisterPages.query(call.query, names, call).path
        return Responses.json(
            try await call.read {
                try RegisterCount.count(
                    inside: path.isEmpty ? names.office.territory.path : path, for: call.actor, as: asOf,
                    today: call.today, in: $0)
            }.json)
    }

    /// `GET /register`: households by village; `next` is the `after` of the next page.
    static func list(_ call: Call) async throws -> Response {
        let names = try call.names()
        let query = try RegisterPages.query(call.query, names, call)
        let households = try await call.read {
            try Households.list(query, for: call.actor, on: call.today, in: $0)
        }
        let next = households.count == query.limit ? households.last.map { "\($0.path)-\($0.id)" } : nil
        return Responses.json(
            .object([("items", .array(households.map { json($0, names) })), ("next", .optional(next))]))
    }

    /// `POST /register/export`: the households of the filter as a workbook.
    static func export(_ call: Call) async throws -> Response {
        let answers = try await API.answers(
            call, for: RegisterForm.search + RegisterForm.facts.map(\.field) + RegisterForm.export)
        return try await RegisterPages.exported(RegisterPages.wish(answers, call), call)
    }

    /// `GET /register/{id}`: a household with members, incomes, measures, helpers and requests.
    static func show(_ call: Call) async throws -> Response {
        let (id, names, asOf) = (
            try call.id(of: Household.self), try call.names(), try RegisterPages.asOf(call.query, call)
        )
        let county = call.actor.county
        return Responses.json(
            try await call.read { books in
                let household = try Households.find(id, as: asOf, for: call.actor, on: call.today, in: books)
                let members = try Households.members(of: id, as: asOf, county: county, in: books)
                let incomes = try Households.incomes(of: id, as: asOf, county: county, in: books)
                let measures = try Households.measures(of: id, county: county, in: books)
                let helpers = try Helping.helpers(
                    of: id, county: county, on: asOf.day ?? call.today, in: books)
                let requests = try RegisterChanges.all(of: id, county: county, in: books)
                return json(household, names).with([
                    (
                        "members",
                        .array(
                            members.map {
                                JSON.object([
                                    ("id", .id($0.id)), ("number", .string($0.number)),
                                    ("since", .day($0.dated.since)), ("facts", facts($0.facts)),
                                ])
                            })
                    ),
                    (
                        "incomes",
                        .array(
                            incomes.map {
                                JSON.object([
                                    ("year", .count($0.since.parts.year)), ("facts", facts($0.facts)),
                                    ("net_per_head", $0.facts.netIncomePerHead.map(JSON.count) ?? .null),
                                ])
                            })
                    ),
                    ("measures", .array(measures.map(json))),
                    (
                        "helpers",
                        .array(
                            helpers.map {
                                JSON.object([("title", .words($0.title)), ("person", names.json($0.person))])
                            })
                    ),
                    ("requests", .array(requests.map { json($0, names) })),
                ])
            })
    }

    /// `POST /register/{id}/{verb}`: change, join, leave, income or measure. 202 if something waits for
    /// approval.
    static func perform(_ call: Call) async throws -> Response {
        let verb = try HouseholdVerbPages.verb(call)
        let answers = try await API.answers(call)
        // Every verb may be sent with a day and a reason; income and measures have days of their own.
        try RegisterForm.fields(of: verb, answers, on: call.today).refuseOthers(
            in: answers, besides: ["from", "reason"])
        return try await API.once(call, answers) { books in
            let outcome = try HouseholdVerbPages.perform(verb, answers, call, in: books)
            return (
                outcome.waits == nil ? .ok : .accepted,
                .object([("holds", .bool(outcome.holds)), ("waits", .id(outcome.waits))])
            )
        }
    }

    /// `POST /register/{id}/unmask`: one secret in full, for a reason that the log keeps.
    static func unmask(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: RegisterForm.unmask)
        let text = try await HouseholdPages.secret(answers, call)
        return Responses.json(.object([("value", .string(text))]))
    }

    /// `GET /register/approvals`: what waits for somebody else's approval.
    static func approvals(_ call: Call) async throws -> Response {
        let names = try call.names()
        return Responses.json(
            try await call.read { books in
                let open = try RegisterChanges.open(for: call.actor, on: call.today, in: books)
                let requests = try open.items.map { request in
                    let details = try RegisterChanges.details(
                        of: request, county: call.actor.county, in: books)
                    let changes = details.changes.map { change in
                        JSON.object([
                            ("fact", .string(change.fact.name)), ("from", value(change.fact, change.from)),
                            ("to", value(change.fact, change.to)),
                        ])
                    }
                    return json(request, names).with([
                        ("verb", .string(details.verb.rawValue)), ("member", .string(details.member)),
                        ("changes", .array(changes)),
                    ])
                }
                let twice = try DoubleEntries.open(for: call.actor, on: call.today, in: books)
                let doubles = twice.items.map { entry in
                    JSON.object([
                        ("id", .id(entry.id)), ("member", .id(entry.member)),
                        ("claimed_by", .id(entry.household)), ("found_at", .moment(entry.foundAt)),
                    ])
                }
                return .object([
                    ("total", .count(open.total + twice.total)), ("requests_total", .count(open.total)),
                    ("doubles_total", .count(twice.total)),
                    ("requests", .array(requests)), ("doubles", .array(doubles)),
                ])
            })
    }

    /// `POST /register/approvals`: grants or refuses a request, or settles a double entry.
    static func settle(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call)
        try ApprovalForm.fields(answers).refuseOthers(in: answers)
        return try await API.once(call, answers) { books in
            try ApprovalPages.settle(answers, call, in: books)
            return (.ok, .object([("settled", .bool(true))]))
        }
    }

    /// `GET /register/quality`: what the rules of quality find.
    static func quality(_ call: Call) async throws -> Response {
        let names = try call.names()
        let path = names.place(call.query["territory"])?.path ?? names.office.territory.path
        let outcome = try await call.atLength {
            try await call.read {
                try RegisterQuality.findings(
                    inside: path, rule: call.query["rule"], for: call.actor, on: call.today, in: $0)
            }
        }
        let rules = QualityRule.all.map { rule in
            JSON.object([
                ("rule", .string(rule.name)), ("words", .words(Phrase(zh: rule.zh, en: rule.en))),
                ("refuses", .bool(rule.isRefusing)),
                ("findings", .count(outcome.counts[rule.name] ?? 0)),
            ])
        }
        let first = outcome.first.map { found in
            JSON.object([
                ("rule", .string(found.finding.rule)), ("household", .id(found.household)),
                ("number", .string(found.number)),
                ("fact", .string(found.finding.fact)),
                ("words", .words(Phrase(zh: found.finding.zh, en: found.finding.en))),
            ])
        }
        return Responses.json(
            .object([
                ("households", .count(outcome.households)), ("rules", .array(rules)),
                ("first", .array(first)),
            ]))
    }

    /// `GET /villages/{id}`: a village's profile.
    static func village(_ call: Call) async throws -> Response {
        let (village, names, asOf) = (
            try VillagePages.village(call), try call.names(), try RegisterPages.asOf(call.query, call)
        )
        return Responses.json(try await call.read { try json(village, asOf, names, call, $0) })
    }

    /// `POST /villages/{id}`: changes a village's profile from a day on.
    static func changeVillage(_ call: Call) async throws -> Response {
        let (village, names, answers) = (
            try VillagePages.village(call), try call.names(),
            try await API.answers(call, for: [RegisterForm.from] + FactList.village.fields)
        )
        return try await API.once(call, answers) { books in
            try VillagePages.change(village, answers, call, in: books)
            return (.ok, try json(village, .present, names, call, books))
        }
    }

    private static func json(_ household: Household, _ names: Directory) -> JSON {
        .object([
            ("id", .id(household.id)), ("number", .string(household.number)),
            ("head", .string(household.head)),
            ("village", names.json(territory: household.village)),
            ("since", .day(household.dated.since)), ("facts", facts(household.facts)),
        ])
    }

    private static func json(
        _ village: Territory, _ asOf: AsOf, _ names: Directory, _ call: Call, _ books: Books
    ) throws -> JSON {
        let profile = try Villages.profile(village, as: asOf, for: call.actor, on: call.today, in: books)
        let units = try Helping.supporters(
            of: village.id, county: call.actor.county, on: asOf.day ?? call.today, in: books)
        return .object([
            ("id", .string(village.id)), ("name", .string(village.name)),
            ("facts", facts(profile?.facts ?? .nothing(.village))),
            ("supporters", .array(units.map { names.json($0) })),
        ])
    }

    private static func json(_ measure: HelpMeasure) -> JSON {
        .object([
            ("id", .id(measure.id)), ("kind", .string(measure.kind.rawValue)),
            ("project", .string(measure.project)), ("planned_on", .day(measure.plannedOn)),
            ("done_on", measure.doneOn.map(JSON.day) ?? .null), ("yuan", .count(measure.yuan)),
            ("income_effect", .count(measure.incomeEffect)),
        ])
    }

    private static func json(_ request: ChangeRequest, _ names: Directory) -> JSON {
        .object([
            ("id", .id(request.id)), ("household", .id(request.household)), ("from", .day(request.from)),
            ("reason", .string(request.reason)),
            ("asked_by", names.json(request.askedBy)),
            ("asked_at", .moment(request.askedAt)), ("granted", request.granted.map(JSON.bool) ?? .null),
            ("answer", .string(request.answer)),
        ])
    }

    /// What is known, by the facts' names. A secret tells only that it is known.
    private static func facts(_ facts: Facts) -> JSON {
        .object(facts.list.shown.filter { facts.isKnown($0.name) }.map { ($0.name, value($0, facts)) })
    }

    private static func value(_ fact: Fact, _ facts: Facts) -> JSON {
        guard facts.isKnown(fact.name) else { return .null }
        if fact.isSecret { return .string("******") }
        switch fact.kind {
        case .flag: return facts.flag(fact.name).map(JSON.bool) ?? .null
        case .number: return facts.number(fact.name).map(JSON.count) ?? .null
        default: return .string(facts[fact.name])
        }
    }
}

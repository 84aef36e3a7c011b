import Governance
import Hummingbird

/// What residents can do without a login.
extension CaseAPI {
    /// `POST /reports`: a report by anybody, signed in or not; it is always a resident's.
    static func publicReport(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: ReportForm.resident)
        let report = CaseReport.byResident(answers)
        let names = try call.names()
        return try await API.once(call, answers) { books in
            let visitor = Actor.anonymous(of: call.actor.county)
            let item = try Cases.report(report, by: visitor, at: call.now, in: books)
            return (.created, JSON.object([("id", .id(item.id))]).with(CaseJSON.publicView(item, names)))
        }
    }

    /// `POST /look-up`: a case by its number and the last four digits of the telephone that was left. It
    /// changes nothing, so that `Idempotency-Key` is ignored and the answer is always the present one.
    static func lookUp(_ call: Call) async throws -> Response {
        let values = try LookUpForm.fields.read(await API.answers(call, for: LookUpForm.fields))
        return API.ok(try await call.read { try publicCase(values, call, in: $0) })
    }

    /// `POST /look-up/rate`: what a complainant thinks of the end.
    static func rate(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: LookUpForm.rating)
        let values = try LookUpForm.rating.read(answers)
        return try await API.once(call, answers) { books in
            try CallBacks.rate(values, of: call.actor.county, at: call.now, in: books)
            return (.ok, try publicCase(values, call, in: books))
        }
    }

    /// `GET /public`: what the office did and does, without a person.
    static func notice(_ call: Call) async throws -> Response {
        let query = try API.query(call, "limit", "cursor")
        let limit = try API.limit(query, most: 100)
        let names = try call.names()
        let page = try await call.read { books in
            try PublicLookUp.notice(limit: limit, cursor: query["cursor"], of: names.office.county, in: books)
        }
        return API.ok(
            API.page(
                total: page.total, items: page.lines.map { CaseJSON.noticeLine($0, names) }, next: page.next))
    }

    private static func publicCase(_ values: FormValues, _ call: Call, in books: Books) throws -> JSON {
        let county = call.actor.county
        let view = try PublicLookUp.view(
            number: values["number"], phoneTail: values["phone_tail"], of: county, in: books)
        return JSON.object(CaseJSON.publicView(view.item, try call.names()))
            .with([
                ("is_merged", .bool(view.isMerged)),
                ("history", .array(view.history.map(CaseJSON.publicEvent))),
            ])
    }
}

extension CaseJSON {
    /// What anybody may know of a case: no person, and no text that somebody wrote about it.
    static func publicView(_ item: Case, _ names: Directory) -> [(String, JSON)] {
        [
            ("number", .string(item.number)), ("territory", names.json(territory: item.territory)),
            ("category", names.json(category: item.category, version: item.categoryVersion)),
            ("state", .string(item.state.rawValue)), ("outcome", .optional(item.outcome?.rawValue)),
            ("unit", names.json(item.unit)), ("reported_at", .moment(item.reportedAt)),
            ("filed_at", .moment(item.filedAt)), ("dispatched_at", .moment(item.dispatchedAt)),
            ("due_at", .moment(item.dueAt)), ("handled_at", .moment(item.handledAt)),
            ("closed_at", .moment(item.closedAt)),
        ]
    }

    /// A line of the public notice.
    static func noticeLine(_ line: CaseLine, _ names: Directory) -> JSON {
        .object([
            ("number", .string(line.number)), ("territory", names.json(territory: line.territory)),
            ("category", names.json(category: line.category, version: line.categoryVersion)),
            ("state", .string(line.state.rawValue)), ("reported_at", .moment(line.reportedAt)),
            ("closed_at", .moment(line.closedAt)),
        ])
    }

    /// A line of the history as residents may see it.
    static func publicEvent(_ entry: LogEntry) -> JSON {
        .object([
            ("kind", .string(entry.kind)), ("at", .moment(entry.at)), ("details", .texts(entry.details)),
        ])
    }
}

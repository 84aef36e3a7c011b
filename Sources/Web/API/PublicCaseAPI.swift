import Governance
import Hummingbird

/// What residents can do without a login.
enum PublicCaseAPI {
    static let report = Endpoint.change(
        .init(
            "publicReport", .residents, "Report a matter, without a login",
            "At most 10 in ten minutes from one address. The source is always `resident`."),
        body: ReportForm.resident, status: .created, reported, "Taken."
    ) { call, sent in
        let report = CaseReport.byResident(sent)
        // Signed in or not: it is always a resident's.
        let visitor = Actor.anonymous(of: call.actor.county)
        return { try Cases.report(report, by: visitor, at: call.now, in: $0) }
    }

    // It changes nothing, so that the answer is always the present one.
    static let lookUp = Endpoint(
        .init(
            "lookUp", .residents, "Look up a case by its number and four digits",
            """
            A report that was merged answers with the case that took it up. At most 20 in ten minutes from \
            one address, together with ratings. It changes nothing: `Idempotency-Key` is ignored.
            """),
        body: .fields(LookUpForm.fields), answers: [.json(history, "The case with what happened to it.")]
    ) { call in
        let values = try LookUpForm.fields.read(await API.answers(call, for: LookUpForm.fields))
        let found = try await call.read { try view(values, of: call.actor.county, in: $0) }
        return Responses.json(history.json(found, ShapeContext(call)))
    }

    static let rate = Endpoint.change(
        .init(
            "rate", .residents, "Rate how a case ended",
            """
            Once after each closing. Dissatisfied and not solved, within the office's days, reopens the case.
            """),
        body: LookUpForm.rating, history, "The case after the rating."
    ) { call, sent in
        let values = try LookUpForm.rating.read(sent)
        let county = call.actor.county
        return { books in
            try CallBacks.rate(values, of: county, at: call.now, in: books)
            return try view(values, of: county, in: books)
        }
    }

    static let notice = Endpoint.list(
        .init("notice", .residents, "The public notice"), most: 100, of: noticeLine, "A page, newest first."
    ) { call, values in
        let county = try call.names().office.county
        let limit = values.optionalNumber("limit") ?? 50
        let page = try await call.read {
            try PublicLookUp.notice(limit: limit, cursor: values["cursor"], of: county, in: $0)
        }
        return ListPage(total: page.total, rows: page.lines, next: page.next)
    }

    private static func view(_ values: FormValues, of county: County, in books: Books) throws
        -> PublicLookUp.View
    {
        try PublicLookUp.view(
            number: values["number"], phoneTail: values["phone_tail"], of: county, in: books)
    }

    // MARK: Shapes

    /// What anybody may know of a case.
    private static let publicCase = Shape<Case>(
        "PublicCase", "What anybody may know of a case: no person, and no text that somebody wrote about it."
    ) {
        Member("number", \.number)
        Member("territory", territory: \.territory)
        CaseShapes.category { ($0.category, $0.categoryVersion) }
        Member("state", \.state)
        Member("outcome", \.outcome)
        Member("unit", optionalUnit: \.unit)
        Member("reported_at", \.reportedAt)
        Member("filed_at", \.filedAt)
        Member("dispatched_at", \.dispatchedAt)
        Member("due_at", \.dueAt)
        Member("handled_at", \.handledAt)
        Member("closed_at", \.closedAt)
    }

    private static let reported = Shape<Case>("PublicReport", "A report that was taken.") {
        Member("id", \.id)
        publicCase
    }

    private static let history = Shape<PublicLookUp.View>(
        "PublicHistory", "A case as a complainant may look it up."
    ) {
        publicCase.members { $0.item }
        Member("is_merged", "The report was merged into this case.", \.isMerged)
        Member(
            "history",
            list: Shape<LogEntry> {
                Member("kind", \.kind)
                Member("at", \.at)
                Member("details", CaseShapes.details, \.details)
            }, "Oldest first; units are named, persons are not.", \.history)
    }

    private static let noticeLine = Shape<CaseLine>("NoticeLine", "A line of the public notice.") {
        Member("number", \.number)
        Member("territory", territory: \.territory)
        CaseShapes.category { ($0.category, $0.categoryVersion) }
        Member("state", \.state)
        Member("reported_at", \.reportedAt)
        Member("closed_at", \.closedAt)
    }
}

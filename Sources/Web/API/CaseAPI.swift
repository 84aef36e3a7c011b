import Governance
import Hummingbird
import Rules

/// Cases for people of the office: the same verbs as the pages.
enum CaseAPI {
    static let list = CaseListPages.listing.endpoint(
        .init("listCases", .cases, "The cases in reach"), of: CaseShapes.line,
        "A page: newest first; `todo` and `overdue` by deadline.")

    static let report = Endpoint.change(
        .init("reportCase", .cases, "Report a case for the office"), body: ReportForm.office,
        status: .created, CaseShapes.whole, "Taken; a report that was known already answers with its case."
    ) { call, sent in
        let report = try CaseReport.byOffice(sent, zone: call.zone)
        // A report that was known already is told only to those who may see its case: the verb sees to that.
        return { try Cases.report(report, by: call.actor, at: call.now, in: $0) }
    }

    static let show = Endpoint.reading(
        .init("showCase", .cases, "A case with what belongs to it"), CaseShapes.file, "The case."
    ) { call, _ in
        let id: ID<Case> = try call.id()
        return try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return try CaseFile(item, for: call.actor, at: call.now, in: books)
        }
    }

    static let history = Endpoint.list(
        .init("caseHistory", .cases, "Everything that happened to a case"), isPaged: false,
        of: CaseShapes.event, "Every line, oldest first."
    ) { call, _ in
        let id: ID<Case> = try call.id()
        return try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return ListPage(whole: try Cases.history(of: item, for: call.actor, in: books))
        }
    }

    static let alike = Endpoint.reading(
        .init(
            "alikeCases", .cases, "Categories that fit and cases that may be the same",
            "By a post that reaches the case; the cases are those that such posts reach."),
        alikeShape, "Suggestions; somebody decides."
    ) { call, _ in
        let (id, names): (ID<Case>, Directory) = (try call.id(), try call.names())
        return try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return Alike(
                cases: try DuplicateDetection.candidates(for: item, by: call.actor, in: books),
                categories: names.suggestions(for: item))
        }
    }

    private struct Alike: Sendable {
        let cases: [DuplicateDetection.Candidate], categories: [(category: Category, share: Double)]
    }
    private static let alikeShape = Shape<Alike> {
        Member(
            "categories",
            list: Shape<(category: Category, share: Double)> {
                Member("code") { $0.category.code }
                Member("words") { $0.category.words }
                Member("share", "The share of the likelihood, 0 to 1.") { $0.share }
            }, "Likeliest first.", \.categories)
        Member(
            "cases",
            list: Shape<DuplicateDetection.Candidate> {
                CaseShapes.line.members { $0.line }
                Member("score", "0 to 1.") { $0.score }
            }, "Likeliest first, at most five.", \.cases)
    }

    // Each look is a look, and the number must not be kept elsewhere: an `Idempotency-Key` is ignored.
    static let unmask = Endpoint(
        .init("unmask", .cases, "A complainant's number in full, for a reason"),
        body: .fields(Complainants.unmasking), answers: [.json(phoneShape, "The number; the log keeps it.")]
    ) { call in
        let id: ID<Case> = try call.id()
        let complainant: ID<Complainant> = try call.id("complainant")
        let sent = try await API.answers(call, for: Complainants.unmasking)
        let phone = try await call.write { books in
            try Complainants.unmask(
                complainant, of: id, reason: sent["reason"], by: call.actor, at: call.now, in: books)
        }
        return Responses.json(phoneShape.json(phone, ShapeContext(call)))
    }
    private static let phoneShape = Shape<String> { Member("phone") { $0 } }

    static let photos = Endpoint.list(
        .init("casePhotos", .cases, "The photos of a case"), isPaged: false, of: CaseShapes.photo,
        "Every photo, oldest first."
    ) { call, _ in
        let id: ID<Case> = try call.id()
        return try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            return ListPage(whole: try CasePhotos.all(of: item, for: call.actor, in: books))
        }
    }

    static let photo = Endpoint(
        .init("photo", .cases, "One photo"), answers: [.file("image/jpeg", "image/png", note: "Its bytes.")],
        PhotoPages.show)

    static let perform = Endpoint.change(
        .init(
            "performCaseVerb", .cases, "Do something to a case",
            """
            With `version` it is refused if the case has changed since. Photos are sent as \
            `multipart/form-data`.
            """),
        variants: Case.lifecycle.map { .init($0.verb.rawValue, $0.words.en, $0.form) },
        besides: [.version], CaseShapes.whole, "The case afterwards."
    ) { call, word, sent in
        let id: ID<Case> = try call.id()
        guard let verb = CaseVerb(rawValue: word) else { throw Refusal.notFound }
        let version = try [FormField.version].read(sent).optionalNumber("version")
        return {
            try Cases.perform(
                verb, on: id, with: sent, seen: version, by: call.actor, at: call.now, in: $0)
        }
    }
}

extension FormField {
    /// The version of a record that somebody saw.
    static let version = FormField(
        "version", "版本", "Version", .number(1...Int.max),
        hint: Phrase(zh: "看到的版本；之后有改动就不收。", en: "The version that was seen; 409 if it has changed since."))
}

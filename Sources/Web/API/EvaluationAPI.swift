import Governance
import Hummingbird

/// Evaluations, their assessments and rounds.
enum EvaluationAPI {
    static let list = Endpoint.list(
        .init("evaluations", .evaluation, "Published evaluations", "With their assessments, newest first."),
        isPaged: false, of: EvaluationShapes.line, "The evaluations."
    ) { call, _ in
        try await call.read { books in
            ListPage(
                whole: try Evaluations.all(for: call.actor, in: books).map {
                    ($0, try Assessments.all(of: $0.id, for: call.actor, in: books))
                })
        }
    }

    static let publish = Endpoint.change(
        .init(
            "publishEvaluation", .evaluation, "Publish an evaluation",
            "Every fault of the text is told with its line."),
        body: AssessmentForm.publish, status: .created, EvaluationShapes.published, "Published."
    ) { call, sent in
        try call.actor.need(.administer)
        _ = try AssessmentForm.publish.read(sent)
        let text = try Evaluations.Text(sent.raw("scheme"))
        return { try Evaluations.publish(text, by: call.actor, at: call.now, in: $0) }
    }

    static let open = Endpoint.change(
        .init(
            "openAssessment", .evaluation, "Open what is judged",
            "Of the newest evaluation or the one named; of the month of a day."),
        body: AssessmentForm.open, status: .created, Shape<ID<Assessment>> { Member("id") { $0 } }, "Opened."
    ) { call, sent in
        let values = try AssessmentForm.open.read(sent)
        return { try Assessments.open(values, by: call.actor, at: call.now, in: $0) }
    }

    static let assessment = Endpoint.reading(
        .init(
            "assessment", .evaluation, "How far an assessment is",
            "Its rounds and what the ledger adds up to, in fen."),
        EvaluationShapes.sight, "The assessment."
    ) { call, _ in
        let id: ID<Assessment> = try call.id()
        guard let sight = try await call.read({ try EvaluationSight.of(id, for: call.actor, in: $0) }) else {
            throw Refusal.notFound
        }
        return sight
    }

    static let round = Endpoint.reading(
        .init(
            "round", .evaluation, "One round",
            """
            Its sheets; once judged its outcome, each number with the facts that it is counted from, and the \
            gaps between layers. Hidden from who still has a sheet to hand in.
            """),
        EvaluationShapes.roundWhole, "The round."
    ) { call, _ in try await RoundPages.read(call) }

    static let facts = Endpoint(
        .init(
            "frozenFacts", .evaluation, "The frozen facts of a judged round",
            "Byte for byte as they were hashed: what `luoshi evaluate --facts` takes."),
        answers: [.init(status: 200, note: "The facts.", content: .json(.map(of: .anything)))],
        RoundPages.facts)

    static let judge = Endpoint.repeatable(
        Endpoint(
            .init(
                "judgeRound", .evaluation, "Judge a round", "Freezes the facts and proposes what follows."),
            body: .fields([]), answers: [.json(EvaluationShapes.round, "Judged.")]
        ) { call in
            let (id, sent): (ID<EvaluationRound>, FormInput) = (
                try call.id(), try await API.answers(call, for: [])
            )
            let context = ShapeContext(call)
            return try await call.atLength {
                try await API.once(call, sent) { books in
                    try Judgement.judge(id, by: call.actor, at: call.now, in: books)
                    let round = try Assessments.round(id, for: call.actor, in: books)
                    return (.ok, EvaluationShapes.round.json(round, context))
                }
            }
        })

    static let export = Endpoint(
        .init(
            "exportRound", .evaluation, "A judged round as an XLSX workbook",
            "Scores, places, what follows and the definitions. The log keeps who took it."),
        body: .fields([]), answers: [.workbook("The workbook.")], RoundPages.exported)

    // Nothing is kept: an `Idempotency-Key` is ignored.
    static let dryRun = Endpoint(
        .init(
            "dryRun", .evaluation, "Who would have moved under another scheme",
            "Judges the frozen facts of a round by the text that is sent; nothing is kept."),
        body: .fields(AssessmentForm.dryRun), answers: [.json(OutcomeShapes.moved, "What would change.")]
    ) { call in
        let moved = try await DryRunPages.moved(API.answers(call, for: AssessmentForm.dryRun), call)
        return Responses.json(OutcomeShapes.moved.json(moved, ShapeContext(call)))
    }
}

import Governance
import Hummingbird
import Rules

/// Evaluations, rounds and sheets for programs.
enum EvaluationAPI {
    /// `GET /evaluations`: what was published, with its assessments.
    static func list(_ call: Call) async throws -> Response {
        let all = try await call.read { books in
            try Evaluations.all(of: call.actor.county, in: books).map {
                ($0, try Assessments.all(of: $0.id, county: call.actor.county, in: books))
            }
        }
        return API.ok(
            API.page(
                total: all.count, items: all.map { json($0).with([("assessments", .array($1.map(json)))]) }))
    }

    /// `POST /evaluations`: publishes the scheme whose text is sent; every fault names its line.
    static func publish(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: AssessmentForm.publish)
        try call.actor.need(.administer)
        _ = try AssessmentForm.publish.read(answers)
        let text = try Evaluations.Text(answers.raw("scheme"))
        return try await API.once(call, answers) {
            (.created, json(try Evaluations.publish(text, by: call.actor, at: call.now, in: $0)))
        }
    }

    /// `POST /assessments`: opens what is judged: of the newest evaluation, or the one named; of the month of
    /// a day.
    static func open(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: AssessmentForm.open)
        let values = try AssessmentForm.open.read(answers)
        return try await API.once(call, answers) {
            let id = try Assessments.open(values, by: call.actor, at: call.now, in: $0)
            return (.created, .object([("id", .id(id))]))
        }
    }

    /// `GET /assessments/{id}`: its rounds, how far they are, and what the ledger adds up to.
    static func assessment(_ call: Call) async throws -> Response {
        let id = try call.id(of: Assessment.self)
        guard let sight = try await call.read({ try EvaluationSight.of(id, for: call.actor, in: $0) }) else {
            throw Refusal.notFound
        }
        return API.ok(
            json(sight.assessment).with([
                ("evaluation", json(sight.evaluation)),
                (
                    "rounds",
                    .array(
                        sight.rows.map {
                            json($0.round).with([
                                ("sheets", .count($0.sheets)), ("handed_in", .count($0.handedIn)),
                                ("sampled", .count($0.sampled)),
                                ("looked_at", .count($0.lookedAt)),
                            ])
                        })
                ),
                (
                    "totals",
                    .array(
                        sight.totals.map {
                            .object([
                                ("kind", .string($0.kind.rawValue)), ("state", .string($0.state.rawValue)),
                                ("entries", .count($0.entries)),
                                ("fen", .count($0.fen)),
                            ])
                        })
                ),
            ]))
    }

    /// `GET /rounds/{id}`: the round with its sheets; once judged its outcome, every number with its reasons,
    /// and the gaps between layers.
    static func round(_ call: Call) async throws -> Response {
        let sight = try await RoundPages.read(call)
        var members: [(String, JSON)] = [
            (
                "sheets",
                .array(
                    sight.sheets.map {
                        .object([
                            ("id", .id($0.id)), ("team", .string($0.team)), ("name", .string($0.teamName)),
                            ("state", .string($0.state.rawValue)),
                            ("hash", .string($0.hash)), ("submitted", .moment($0.submittedAt)),
                            ("reopened", .count($0.reopened)),
                        ])
                    })
            )
        ]
        if let judged = sight.judged {
            members.append(("outcome", judged.json))
            members.append(
                (
                    "gaps",
                    .array(
                        LayerDifference.all(in: judged).map {
                            .object([
                                ("first", .string($0.first)), ("second", .string($0.second)),
                                ("units", .count($0.pairs.count)),
                                ("mean_hundredths", .count($0.mean)),
                            ])
                        })
                ))
        }
        return API.ok(json(sight.round).with(members))
    }

    /// `POST /rounds/{id}/judge`: freezes the facts and proposes what follows.
    static func judge(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: EvaluationRound.self), try await API.answers(call, for: []))
        return try await call.atLength {
            try await API.once(call, answers) { books in
                try Judgement.judge(id, by: call.actor, at: call.now, in: books)
                return (.ok, json(try Assessments.round(id, of: call.actor.county, in: books)))
            }
        }
    }

    /// `POST /dry-run`: who would have moved had the scheme whose text is sent held for a judged round.
    static func dryRun(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: AssessmentForm.dryRun)
        let moved = try await DryRunPages.moved(answers, call)
        return API.ok(.object([("moves", moved.json)]))
    }

    // Sheets.

    /// `GET /sheets`: the caller's own sheets that are to be handed in.
    static func mySheets(_ call: Call) async throws -> Response {
        guard let person = call.actor.person else { throw Refusal.signInFirst }
        let sheets = try await call.read {
            try ScoreSheets.waiting(for: person, county: call.actor.county, in: $0)
        }
        return API.ok(
            API.page(
                total: sheets.count,
                items: sheets.map {
                    .object([("id", .id($0.id)), ("round", .id($0.round)), ("name", .string($0.teamName))])
                }))
    }

    /// `GET /sheets/{id}`: the units to mark, by what, and the marks so far.
    static func sheet(_ call: Call) async throws -> Response {
        let id = try call.id(of: ScoreSheet.self)
        let open = try await call.read { try ScoreSheets.open(id, for: call.actor, on: call.today, in: $0) }
        let lines = open.units.flatMap { unit in (open.indicators[unit.kind] ?? []).map { (unit, $0) } }
        return API.ok(
            .object([
                ("id", .id(id)), ("round", .id(open.round.id)), ("layer", .string(open.layer.name)),
                ("team", .string(open.sheet.team)),
                ("name", .string(open.sheet.teamName)), ("state", .string(open.sheet.state.rawValue)),
                ("hash", .string(open.sheet.hash)),
                (
                    "members",
                    .array(open.members.map { .object([("id", .id($0.id)), ("name", .string($0.name))]) })
                ),
                (
                    "lines",
                    .array(
                        lines.map { unit, indicator in
                            let mark = open.marks[[unit.id, indicator.name]]
                            var most = 0
                            if case .marks(let all) = indicator.source { most = all }
                            return .object([
                                ("unit", .string(unit.id)), ("name", .string(unit.name)),
                                ("indicator", .string(indicator.name)), ("most", .count(most)),
                                ("mark", mark.map { .count($0.mark) } ?? .null),
                                ("why", .optional(mark?.why)),
                                (
                                    "refused",
                                    .optional(open.objection(of: call.actor, to: unit).map { call.say($0) })
                                ),
                            ])
                        })
                ),
            ]))
    }

    /// `POST /sheets/{id}/marks`: one mark with its reason: `unit`, `indicator`, `mark`, `why`.
    static func mark(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: ScoreSheet.self), try await API.answers(call))
        return try await API.once(call, answers) { books in
            // Whose sheet it is not learns nothing else of it.
            _ = try ScoreSheets.open(id, for: call.actor, on: call.today, in: books)
            try SheetForm.mark.refuseOthers(in: answers)
            let draft = try ScoreSheets.Draft(SheetForm.mark.read(answers))
            try ScoreSheets.mark([draft], on: id, by: call.actor, at: call.now, in: books)
            return (
                .ok,
                .object([
                    ("unit", .string(draft.unit)), ("indicator", .string(draft.indicator)),
                    ("mark", .count(draft.mark)),
                ])
            )
        }
    }

    /// `POST /sheets/{id}/submit`: hands the sheet in.
    static func submit(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: ScoreSheet.self), try await API.answers(call, for: []))
        return try await API.once(call, answers) { books in
            try ScoreSheets.submit(id, by: call.actor, at: call.now, in: books)
            return (.ok, .object([("id", .id(id)), ("state", .string("submitted"))]))
        }
    }

    /// `POST /sheets/{id}/reopen`: opens it again, with a reason: the leading group.
    static func reopen(_ call: Call) async throws -> Response {
        let (id, form) = (try call.id(of: ScoreSheet.self), SheetForm.reopen)
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        return try await API.once(call, answers) { books in
            try ScoreSheets.reopen(id, why: values["why"], by: call.actor, at: call.now, in: books)
            return (.ok, .object([("id", .id(id)), ("state", .string("open"))]))
        }
    }

    /// `POST /sheets/{id}/team`: appoints or dismisses somebody.
    static func team(_ call: Call) async throws -> Response {
        let id = try call.id(of: ScoreSheet.self)
        let answers = try await API.answers(call, for: SheetForm.member, besides: "verb")
        let change = try SheetForm.Change(answers)
        return try await API.once(call, answers) { books in
            try ScoreSheets.change(change, of: id, by: call.actor, at: call.now, in: books)
            return (.ok, .object([("id", .id(id))]))
        }
    }

    private static func json(_ evaluation: PublishedEvaluation) -> JSON {
        .object([
            ("id", .id(evaluation.id)), ("name", .string(evaluation.name)),
            ("version", .count(evaluation.version)), ("title", .words(evaluation.title)),
            ("begins", .day(evaluation.begins)), ("ends", .day(evaluation.ends)),
            ("hash", .string(evaluation.hash)), ("scheme", .string(evaluation.text)),
        ])
    }
    private static func json(_ assessment: Assessment) -> JSON {
        .object([
            ("id", .id(assessment.id)), ("since", .day(assessment.since)), ("until", .day(assessment.until)),
        ])
    }
    private static func json(_ round: EvaluationRound) -> JSON {
        .object([
            ("id", .id(round.id)), ("layer", .string(round.layer)), ("due", round.due.map(JSON.day) ?? .null),
            ("judged_on", round.judgedOn.map(JSON.day) ?? .null),
            ("facts_hash", .optional(round.factsHash)),
        ])
    }
}

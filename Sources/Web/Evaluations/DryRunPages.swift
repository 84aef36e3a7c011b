import Governance
import Hummingbird
import Rules

/// A dry run: the frozen facts of a judged round under another scheme, and who would have moved. Nothing is
/// kept.
enum DryRunPages {
    static func form(_ call: Call) async throws -> Response { try await page(call, FormInput(), nil) }

    static func run(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        return try await page(call, answers, try await moved(answers, call))
    }

    /// Judges a round's facts by a text, for page and API.
    static func moved(_ answers: FormInput, _ call: Call) async throws -> MovedUnits {
        let id = try AssessmentForm.dryRun.read(answers).id("round", of: EvaluationRound.self)
        let text = answers.raw("scheme").replacing("\r\n", with: "\n")
        return try await call.atLength {
            try await call.read { books in
                try call.actor.needOffice(.evaluate)
                let round = try Assessments.round(id, for: call.actor, in: books)
                return try Judgement.of(round, for: call.actor, in: books).moved(under: text)
            }
        }
    }

    /// The form, with what was tried and what came of it.
    private static func page(_ call: Call, _ answers: FormInput, _ moved: MovedUnits?) async throws
        -> Response
    {
        let (sight, text) = try await call.read { books -> (EvaluationSight?, String) in
            try call.actor.needOffice(.evaluate)
            let sight = try EvaluationSight.of(nil, for: call.actor, in: books)
            return (sight, sight?.evaluation.text ?? "")
        }
        let judged = (sight?.rows ?? []).filter(\.round.isJudged)
        let rounds = judged.map {
            Field.Choice(
                value: $0.round.id.text, words: $0.layer.map { call.say($0.title.phrase) } ?? $0.round.layer)
        }
        let usual = ["round": judged.last?.round.id.text ?? "", "scheme": text]
        let fields = AssessmentForm.dryRun.map { field in
            field.field(
                call, value: moved == nil ? usual[field.name] ?? "" : answers.raw(field.name),
                choices: field.name == "round" ? rounds : nil)
        }
        return Page(
            title: call.say("试算", "Dry run"), current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/evaluation">\
                \(call.say("评价", "Evaluation"))</a></nav><div class="pagehead tight"><h1>\
                \(call.say("试算", "Dry run"))</h1></div>\
                \(moved.map { result($0, call) })\(Form(action: "/evaluation/dry-run", fields: fields, submit: call.say("试算", "Run")).html(call))
                """
        ).response(call)
    }

    private static func result(_ moved: MovedUnits, _ call: Call) -> HTML {
        """
        <p class="lead">\(moved.moves.isEmpty ? call.say("谁的名次和奖惩都不变。", "Nobody's place or award would change.") : call.say("\(moved.moves.count) 处会变。", "\(moved.moves.count) things would change."))</p>\
        \(moved.moves.isEmpty ? HTML.none : """
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("会变的", "What would change"))"><table><thead><tr><th scope="col">\(call.say("单位", "Unit"))</th><th scope="col">\(call.say("规则", "Rule"))</th><th scope="col">\(call.say("现在", "Now"))</th><th scope="col">\(call.say("改后", "Then"))</th></tr></thead><tbody>\(moved.moves.prefix(300).html { "<tr><th scope=\"row\">\($0.name)</th><td>\($0.rule)</td><td>\($0.before.isEmpty ? "—" : $0.before)</td><td>\($0.after.isEmpty ? "—" : $0.after)</td></tr>" })</tbody></table></div>
            """ as HTML)
        """
    }
}

import Governance
import Rules

extension ScoreSheet.State: JSONWord {}
extension LedgerEntry.State: JSONWord {}
extension Evaluation.Incentive.RewardItem.Kind: JSONWord {}

/// What the API says of evaluations, of what they judge, and of their rounds.
enum EvaluationShapes {
    /// An evaluation with its text.
    static let published = Shape<PublishedEvaluation>("Published", "An evaluation as it was published.") {
        Member("id", \.id)
        Member("name", \.name)
        Member("version", \.version)
        Member("title", \.title)
        Member("begins", \.begins)
        Member("ends", \.ends)
        Member("hash", "SHA-256 of the text, hexadecimal.", \.hash)
        Member("scheme", "The text, YAML.", \.text)
    }

    /// An evaluation with what is judged by it.
    static let line = Shape<(evaluation: PublishedEvaluation, assessments: [Assessment])> {
        published.members { $0.evaluation }
        Member("assessments", list: assessment) { $0.assessments }
    }

    /// How far an assessment is.
    static let sight = Shape<EvaluationSight> {
        assessment.members { $0.assessment }
        Member("evaluation", published, nil, \.evaluation)
        Member(
            "rounds",
            list: Shape<EvaluationSight.Row> {
                round.members { $0.round }
                Member("sheets", \.sheets)
                Member("handed_in", \.handedIn)
                Member("sampled", \.sampled)
                Member("looked_at", \.lookedAt)
            }, nil, \.rows)
        Member(
            "totals",
            list: Shape<Ledger.Total> {
                Member("kind", \.kind)
                Member("state", \.state)
                Member("entries", \.entries)
                Member("fen", \.fen)
            }, "What the ledger adds up to.", \.totals)
    }

    private static let assessment = Shape<Assessment> {
        Member("id", \.id)
        Member("since", \.since)
        Member("until", \.until)
    }

    /// One layer's pass over an assessment.
    static let round = Shape<EvaluationRound>("Round", "One layer's pass over an assessment.") {
        Member("id", \.id)
        Member("layer", \.layer)
        Member("due", "By when its sheets are handed in.", \.due)
        Member("judged_on", \.judgedOn)
        Member("facts_hash", "SHA-256 of the frozen facts, hexadecimal.", \.factsHash)
    }

    /// A round with its sheets and, once it is judged, with what came of it.
    static let roundWhole = Shape<RoundPages.Sight> {
        round.members { $0.round }
        Member(
            "sheets",
            list: Shape<ScoreSheet> {
                Member("id", \.id)
                Member("team", "As the facts name it; empty for the office's own.", \.team)
                Member("name", \.teamName)
                Member("state", \.state)
                Member("hash", \.hash)
                Member("submitted", \.submittedAt)
                Member("reopened", "How often it was opened again.", \.reopened)
            }, nil, \.sheets)
        Member("outcome", optional: OutcomeShapes.whole, "Once it is judged.", \.judged).leftOutIfNull
        Member(
            "gaps", as: .list(gap.schema), "How far layers are apart, once it is judged.", isRequired: false
        ) { sight, context in
            sight.judged.map { judged in
                JSON.array(LayerDifference.all(in: judged).map { gap.json($0, context) })
            }
        }
    }

    private static let gap = Shape<LayerDifference> {
        Member("first", \.first)
        Member("second", \.second)
        Member("units", "How many have both scores.") { $0.pairs.count }
        Member("mean_hundredths", "First minus second, in hundredths of a point.", \.mean)
    }
}

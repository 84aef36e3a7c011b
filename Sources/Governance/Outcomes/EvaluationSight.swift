package import Rules
import Store

/// What the overview of an evaluation is drawn from.
package struct EvaluationSight: Sendable {
    /// One round with its sheets and what was sampled for it.
    package struct Row: Sendable {
        /// The round and its layer; nil where the scheme no longer has it.
        package let round: EvaluationRound, layer: Evaluation.Layer?
        /// How many sheets there are and were handed in; how many sampled items there are and were looked at.
        package let sheets: Int, handedIn: Int, sampled: Int, lookedAt: Int
    }
    /// The evaluation, the assessment, and its rounds.
    package let evaluation: PublishedEvaluation, assessment: Assessment, rows: [Row]
    /// All assessments of it, newest first.
    package let assessments: [Assessment]
    /// What the ledger adds up to; nothing for who still judges, as the entries themselves.
    package let totals: [Ledger.Total]

    /// The sight of an assessment, or of the newest; nil if nothing is published or opened.
    ///
    /// How far the rounds are, and what judged ones came to by unit, an office tells all its staff: whoever
    /// is judged may object.
    package static func of(_ id: ID<Assessment>?, for actor: Actor, in books: Books) throws
        -> EvaluationSight?
    {
        let county = actor.county
        let evaluations = try Evaluations.all(of: county, in: books)
        var found: (PublishedEvaluation, Assessment, [Assessment])?
        for evaluation in evaluations where found == nil {
            let all = try Assessments.all(of: evaluation.id, county: county, in: books)
            if let one = id.map({ id in all.first { $0.id == id } }) ?? all.first {
                found = (evaluation, one, all)
            }
        }
        guard let (evaluation, assessment, all) = found else { return nil }
        let rows = try Assessments.rounds(of: assessment.id, county: county, in: books).map { round -> Row in
            let sheets = try ScoreSheets.all(of: round.id, county: county, in: books)
            func items(_ condition: SQL) throws -> Int {
                try books.count(
                    """
                    SELECT COUNT(*) FROM sample_item i JOIN sample s ON s.county = i.county
                        AND s.id = i.sample
                    WHERE i.county = \(county) AND s.round = \(round.id) AND \(condition)
                    """)
            }
            return Row(
                round: round, layer: evaluation.scheme.layers.first { $0.name == round.layer },
                sheets: sheets.count,
                handedIn: sheets.count { $0.state == .submitted },
                sampled: try items("1 = 1"), lookedAt: try items("i.found_at IS NOT NULL"))
        }
        let isHidden = try ScoreSheets.unseen(by: actor, in: books).contains(assessment.id)
        let totals =
            isHidden
            ? []
            : try books.all(
                """
                SELECT e.kind, e.state, COUNT(*) AS entries, SUM(COALESCE(e.fen,
                    0) * CASE WHEN e.kind = 'bonus'
                    THEN (SELECT COUNT(*) FROM ledger_person p WHERE p.county = \(county)
                        AND p.entry = e.id) ELSE 1 END) AS fen
                FROM ledger_entry e JOIN evaluation_round r ON r.county = e.county AND r.id = e.round
                WHERE e.county = \(county) AND r.assessment = \(assessment.id) GROUP BY e.kind, e.state
                    ORDER BY e.kind, e.state
                """, Ledger.Total.init)
        return EvaluationSight(
            evaluation: evaluation, assessment: assessment, rows: rows, assessments: all, totals: totals)
    }
}

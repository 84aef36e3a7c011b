package import Rules
import Store

/// A stretch of time that is judged: the whole of an evaluation, or one month of it.
package struct Assessment: Sendable {
    /// Its identity and the evaluation that it belongs to.
    package let id: ID<Assessment>, evaluation: ID<PublishedEvaluation>
    /// Its first and its last day.
    package let since: Day, until: Day

    init(_ row: Row) throws {
        (id, evaluation, since, until) = (
            try row.get("id"), try row.get("evaluation"), try row.get("since"), try row.get("until")
        )
    }
}

/// One layer's pass over an assessment. Judged, it holds the facts as they were then.
package struct EvaluationRound: Sendable {
    /// Its identity, its assessment, the layer and its number among the layers, from 0.
    package let id: ID<EvaluationRound>, assessment: ID<Assessment>, layer: String, number: Int
    /// By which day its sheets are handed in; nil if nothing is said.
    package let due: Day?
    /// The day as of which it was judged and when; nil before.
    package let judgedOn: Day?, judgedAt: Instant?
    /// The SHA-256 of the facts in hex; nil before it is judged.
    package let factsHash: String?

    init(_ row: Row) throws {
        (id, assessment, layer, number) = (
            try row.get("id"), try row.get("assessment"), try row.get("layer"), try row.get("number")
        )
        (due, judgedOn, judgedAt, factsHash) = (
            try row.optional("due"), try row.optional("judged_on"), try row.optional("judged_at"),
            try row.optional("facts_hash")
        )
    }
    static let columns: SQL =
        "r.id, r.assessment, r.layer, r.number, r.due, r.judged_on, r.judged_at, r.facts_hash"

    /// Whether it has been judged.
    package var isJudged: Bool { judgedAt != nil }
}

/// A team's sheet in a round.
package struct ScoreSheet: Sendable {
    /// Whether it can still be filled in.
    package enum State: String, LifecycleState, Bindable, Readable {
        case open, submitted
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .open: Phrase(zh: "没交", en: "open")
            case .submitted: Phrase(zh: "已交", en: "handed in")
            }
        }
    }
    /// Its identity and its round.
    package let id: ID<ScoreSheet>, round: ID<EvaluationRound>
    /// The team as the facts name it, empty for the office's own; and its name.
    package let team: String, teamName: String
    /// Whether it was handed in, its hash then, when and by whom; how often it was opened again.
    package let state: State, hash: String, submittedAt: Instant?, submittedBy: ID<Person>?, reopened: Int

    init(_ row: Row) throws {
        (id, round, team, teamName) = (
            try row.get("id"), try row.get("round"), try row.get("team"), try row.get("team_name")
        )
        (state, hash, submittedAt) = (
            try row.get("state"), try row.get("hash"), try row.optional("submitted_at")
        )
        (submittedBy, reopened) = (try row.optional("submitted_by"), try row.get("reopened"))
    }
}

/// A mark on a sheet.
package struct SheetMark: Sendable, Equatable {
    /// The unit as the facts name it, and the indicator.
    package var unit: String, indicator: String
    /// The mark of the most, and why.
    package var mark: Int, most: Int, why: String
    /// Who gave it and when.
    package var person: ID<Person>, at: Instant

    init(_ row: Row) throws {
        (unit, indicator, mark, most) = (
            try row.get("unit"), try row.get("indicator"), try row.get("mark"), try row.get("most")
        )
        (why, person, at) = (try row.get("why"), try row.get("person"), try row.get("marked_at"))
    }
}

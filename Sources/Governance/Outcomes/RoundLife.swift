package import Rules
import Store

/// What can happen to a round of an assessment.
package enum RoundVerb: String, LifecycleVerb { case judge }

extension EvaluationRound: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = RoundVerb
    /// Whether it still runs.
    package enum State: String, LifecycleState {
        case running, judged
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .running: Phrase(zh: "进行中", en: "under way")
            case .judged: Phrase(zh: "已评定", en: "judged")
            }
        }
    }

    /// What its guards ask besides the row.
    package struct Circumstances: Sendable {
        /// The first round before it that is not judged; whether the scheme has its layer.
        var earlier: EvaluationRound?, hasLayer = true
        /// The sheets on which something is marked and that are not handed in, by team.
        var open: [ScoreSheet] = []
        /// How many sampled items nobody has looked at.
        var waiting = 0
    }

    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这一轮", en: "The round")
    /// Where it stands.
    package var state: State { isJudged ? .judged : .running }

    /// A round is judged once, for good: what is wrong is corrected in the ledger.
    package static let lifecycle: [Transition<EvaluationRound>] = [
        .init(
            .judge, Phrase(zh: "评定", en: "Judge"), from: [.running], to: .judged, needs: .evaluate,
            elsewhere: Phrase(zh: "这一轮已经评定。", en: "The round is judged already."),
            guards: [
                .office(.evaluate), .earlierJudged, .hasLayer, .everySheetHandedIn, .everySampleLookedAt,
            ])
    ]
}

extension Guard where Record == EvaluationRound {
    fileprivate static let earlierJudged = Guard.fact {
        $0.circumstances.earlier.map {
            .notNow(
                Phrase(
                    zh: "前一轮“\($0.layer)”还没有评定。",
                    en: "The round “\($0.layer)” before it is not judged yet."))
        }
    }
    fileprivate static let hasLayer = Guard.fact { $0.circumstances.hasLayer ? nil : .notFound }
    fileprivate static let everySheetHandedIn = Guard.fact { inquiry in
        let open = inquiry.circumstances.open
        return open.first.map { first in
            .notNow(
                Phrase(
                    zh: "还有 \(open.count) 张表没有交，比如\(first.teamName)。",
                    en: "\(open.count) sheets are not handed in, such as that of \(first.teamName)."))
        }
    }
    fileprivate static let everySampleLookedAt = Guard.fact {
        let waiting = $0.circumstances.waiting
        return waiting == 0
            ? nil
            : .notNow(
                Phrase(zh: "抽到的还有 \(waiting) 个没有查。", en: "\(waiting) sampled items are not looked at yet."))
    }
}

extension Judgement {
    /// Rounds before somebody, with everything that their life table asks: a few questions for all of them
    /// together.
    package static func inquiries(
        _ rounds: [EvaluationRound], for actor: Actor, at now: Instant, in books: Books
    ) throws -> [Inquiry<EvaluationRound>] {
        guard !rounds.isEmpty else { return [] }
        let county = actor.county, ids = rounds.map(\.id)
        let today = try Offices.of(county, in: books).zone.day(of: now)
        let assessments = try books.all(
            """
            SELECT * FROM assessment WHERE county = \(county)
                AND id IN (\(list: Array(Set(rounds.map(\.assessment)))))
            """, Assessment.init)
        let schemes = Dictionary(
            try assessments.map {
                ($0.id, try Evaluations.find($0.evaluation, of: county, in: books).scheme)
            }
        ) { first, _ in first }
        let beside = Dictionary(
            grouping: try books.all(
                """
                SELECT \(EvaluationRound.columns) FROM evaluation_round r WHERE r.county = \(county)
                    AND r.assessment IN (\(list: assessments.map(\.id))) ORDER BY r.number
                """, EvaluationRound.init), by: \.assessment)
        let open = Dictionary(
            grouping: try books.all(
                """
                SELECT * FROM score_sheet WHERE county = \(county) AND round IN (\(list: ids))
                    AND state = \(ScoreSheet.State.open) ORDER BY team_name, id
                """, ScoreSheet.init), by: \.round)
        let waiting = Dictionary(
            try books.all(
                """
                SELECT s.round, COUNT(*) AS waiting FROM sample_item i
                    JOIN sample s ON s.county = i.county AND s.id = i.sample
                WHERE i.county = \(county) AND s.round IN (\(list: ids)) AND i.found_at IS NULL
                    GROUP BY s.round
                """
            ) { (try $0.get("round", as: ID<EvaluationRound>.self), try $0.get("waiting", as: Int.self)) }
        ) { first, _ in first }
        return rounds.map { round in
            var one = EvaluationRound.Circumstances()
            one.earlier = beside[round.assessment]?.first { $0.number < round.number && !$0.isJudged }
            let scheme = schemes[round.assessment]
            let layer = scheme?.layers.first { $0.name == round.layer }
            one.hasLayer = layer != nil
            // A layer in which nothing is marked has nothing to hand in.
            if let scheme, let layer, !ScoreSheets.marked(in: layer, of: scheme).isEmpty {
                one.open = open[round.id] ?? []
            }
            one.waiting = waiting[round.id] ?? 0
            return Inquiry(round, one, actor: actor, now: now, today: today)
        }
    }

    /// One round before somebody.
    package static func inquiry(
        _ round: EvaluationRound, for actor: Actor, at now: Instant, in books: Books
    ) throws -> Inquiry<EvaluationRound> {
        guard let one = try inquiries([round], for: actor, at: now, in: books).first else {
            throw Refusal.notFound
        }
        return one
    }
}

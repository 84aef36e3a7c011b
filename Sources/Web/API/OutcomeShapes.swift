package import Governance
package import Rules

extension Outcome.Withheld.Why: JSONWord {}

/// A piece of an outcome with what tells its names and its numbers.
struct OutcomePiece<Piece: Sendable>: Sendable {
    /// The outcome that it is of.
    let judged: JudgedOutcome
    /// The score or the rank in whose points it is counted.
    let rule: String
    let piece: Piece

    /// Points as people write them.
    func points(_ points: Outcome.Points) -> String { judged.points(points, of: rule) }
    /// Another piece, counted in the same points.
    func with<Other: Sendable>(_ other: Other) -> OutcomePiece<Other> {
        OutcomePiece<Other>(judged: judged, rule: rule, piece: other)
    }
}

extension JudgedOutcome {
    fileprivate func pieces<Piece: Sendable>(
        _ pieces: [Piece], in rule: (Piece) -> String
    ) -> [OutcomePiece<Piece>] {
        pieces.map { OutcomePiece(judged: self, rule: rule($0), piece: $0) }
    }
    fileprivate func ids(_ positions: [Int]) -> [String] { positions.map { unit($0).id } }
}

/// An outcome as API and commands write it: every number with where it comes from.
enum OutcomeShapes {
    static let whole = Shape<JudgedOutcome>(
        "Outcome", "What came of judging: every number with where it comes from."
    ) {
        Member("evaluation") { $0.outcome.evaluation }
        Member("version") { $0.outcome.version }
        Member("day") { $0.outcome.day }
        Member("scores", list: score) { $0.pieces($0.outcome.scores) { $0.score } }
        Member("ranks", list: ranking) { $0.pieces($0.outcome.rankings) { $0.rank } }
        Member("entries", list: entry) { $0.pieces($0.outcome.entries) { $0.incentive } }
        Member("withheld", list: withheld, "Rules of which nothing came, and why.") {
            $0.pieces($0.outcome.withheld) { $0.incentive }
        }
        Member("needs_a_hand", list: support) { $0.pieces($0.outcome.needsAHand) { $0.rank } }
    }

    private static let score = Shape<OutcomePiece<Outcome.ScoreOf>> {
        Member("score") { $0.piece.score }
        unit { $0.piece.unit }
        Member("points", "Null where nothing counts.") { it in it.piece.points.map { it.points($0) } }
        Member("low") { $0.points($0.piece.low) }
        Member("high") { $0.points($0.piece.high) }
        Member("sampled", "How many were checked by sample.") { $0.piece.sampled }
        Member("lines", list: line) { it in it.piece.lines.map { it.with($0) } }
        Member(
            "taken_off",
            list: Shape<OutcomePiece<Outcome.Deduction>> {
                Member("indicator") { $0.piece.indicator }
                Member("count") { $0.piece.count }
                Member("points") { $0.points($0.piece.points) }
            }
        ) { it in it.piece.deductions.map { it.with($0) } }
        Member("mean_of", "The units that it is the mean of.") { $0.judged.ids($0.piece.mean) }
        Member("because", "In Chinese, line by line.") { it in it.judged.reasons(it.piece).map(\.zh) }
    }

    private static let line = Shape<OutcomePiece<Outcome.Line>> {
        Member("item") { $0.piece.item }
        Member("part") { $0.piece.part }
        Member("whole") { $0.piece.whole }
        Member("most") { $0.points($0.piece.most) }
        Member("earned", "Null where nothing was due and the line is left out.") { it in
            it.piece.earned.map { it.points($0) }
        }
        Member("low") { $0.points($0.piece.low) }
        Member("high") { $0.points($0.piece.high) }
        Member("facts", "The rows of the frozen facts, from 1.") { it in it.piece.facts.map { $0 + 1 } }
    }

    /// One order with its places.
    static let ranking = Shape<OutcomePiece<Outcome.Ranking>> {
        Member("rank") { $0.piece.rank }
        Member("group", "The unit inside which it is compared; empty for all.") { $0.piece.group }
        Member("peers") { $0.piece.peers }
        Member("units", "How many are compared.") { $0.piece.count }
        Member("too_small", "Too few to compare.") { $0.piece.isTooSmall }
        Member("places", list: place) { it in it.piece.places.map { it.with($0) } }
    }

    private static let place = Shape<OutcomePiece<Outcome.Place>> {
        Member("place", "Half places are `2.5`.") { $0.piece.text }
        unit { $0.piece.unit }
        Member("points") { $0.points($0.piece.points) }
        Member("low") { $0.points(interval($0)?.low ?? $0.piece.points) }
        Member("high") { $0.points(interval($0)?.high ?? $0.piece.points) }
        Member("sampled") { interval($0)?.sampled ?? 0 }
        Member("inside_interval", "Chance alone may have put it apart from another.") {
            $0.piece.isInsideInterval
        }
    }

    /// The score that a place is by.
    private static func interval(_ place: OutcomePiece<Outcome.Place>) -> Outcome.ScoreOf? {
        let judged = place.judged
        return judged.score(judged.score(place.rule)?.name ?? "", of: place.piece.unit)
    }

    private static let entry = Shape<OutcomePiece<Outcome.Entry>> {
        Member("rule") { $0.piece.incentive }
        Member("kind") { $0.piece.kind }
        unit { $0.piece.unit }
        Member("fen", "For each who is paid; null where no money is given.") { $0.piece.fen }
        Member("posts", "The kinds of post that it concerns.") { gift(of: $0)?.posts ?? [] }
        Member("by", "The units that carry it out.") { gift(of: $0)?.by ?? [] }
        Member("seats", "How many may be named.") { gift(of: $0)?.seats ?? 0 }
        Member("because", "In Chinese.") { $0.judged.reason($0.piece).zh }
    }

    private static func gift(of entry: OutcomePiece<Outcome.Entry>) -> Evaluation.Incentive.RewardItem? {
        let incentive = entry.judged.evaluation.incentives.first { $0.name == entry.rule }
        return incentive?.gifts[entry.piece.gift]
    }

    private static let withheld = Shape<OutcomePiece<Outcome.Withheld>> {
        Member("rule") { $0.piece.incentive }
        Member("group") { $0.piece.group }
        Member("units") { $0.judged.ids($0.piece.units) }
        Member("why") { $0.piece.why }
        Member("because", "In Chinese.") { $0.judged.reason($0.piece).zh }
    }

    private static let support = Shape<OutcomePiece<Outcome.SupportList>> {
        Member("rank") { $0.piece.rank }
        Member("group") { $0.piece.group }
        Member("unit") { $0.judged.unit($0.piece.unit).id }
        Member("causes", list: line, "What cost it most, the greatest loss first.") { it in
            it.piece.causes.map { it.with($0) }
        }
    }

    /// A unit as the facts name it, and its name.
    private static func unit<Piece: Sendable>(
        _ position: @escaping @Sendable (OutcomePiece<Piece>) -> Int
    ) -> [Member<OutcomePiece<Piece>>] {
        [
            Member("unit", "As the facts name it.") { $0.judged.unit(position($0)).id },
            Member("name") { $0.judged.unit(position($0)).name },
        ]
    }

    // MARK: Moves

    /// Who would have moved.
    static let moved = Shape<MovedUnits> { Member("moves", list: move, nil, \.moves) }

    fileprivate static let move = Shape<MovedUnits.Move> {
        Member("rule", \.rule)
        Member("unit", \.unit)
        Member("name", \.name)
        Member("before", "Empty for nothing.", \.before)
        Member("after", "Empty for nothing.", \.after)
    }

    /// What the shapes here need besides the value: nothing.
    fileprivate static let context = ShapeContext(nil, at: Instant(milliseconds: 0))
}

// MARK: What the commands write

extension JudgedOutcome {
    /// The whole.
    package var json: JSON { OutcomeShapes.whole.json(self, OutcomeShapes.context) }
    /// One order with its places.
    package func json(_ ranking: Outcome.Ranking) -> JSON {
        let piece = OutcomePiece(judged: self, rule: ranking.rank, piece: ranking)
        return OutcomeShapes.ranking.json(piece, OutcomeShapes.context)
    }
}

extension MovedUnits {
    /// Every difference.
    package var json: JSON {
        .array(moves.map { OutcomeShapes.move.json($0, OutcomeShapes.context) })
    }
}

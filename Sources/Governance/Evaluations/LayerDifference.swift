import Rules

/// How far two layers are apart in judging the same units: who marks themselves high is seen by this figure.
package struct LayerDifference: Sendable {
    /// The kind of unit, and the two scores.
    package let kind: String, first: String, second: String
    /// One unit with both scores, in hundredths of a point.
    package typealias Pair = (unit: Int, first: Int, second: Int)
    /// Every unit that has both, the widest gap first.
    package let pairs: [Pair]
    /// The mean of first minus second, in hundredths of a point, rounded towards zero.
    package var mean: Int { pairs.isEmpty ? 0 : pairs.reduce(0) { $0 + $1.first - $1.second } / pairs.count }

    /// The gaps between scores of the same kind of unit in different layers.
    package static func all(in judged: JudgedOutcome) -> [LayerDifference] {
        let scores = judged.evaluation.scores.filter { !$0.layer.isEmpty }
        return scores.indices.flatMap { index in
            scores[(index + 1)...].filter { $0.of == scores[index].of && $0.layer != scores[index].layer }
                .compactMap { other -> LayerDifference? in
                    let first = scores[index]
                    let pairs = judged.facts.units.indices.compactMap { unit -> Pair? in
                        guard let one = judged.score(first.name, of: unit)?.points,
                            let two = judged.score(other.name, of: unit)?.points
                        else { return nil }
                        return (unit, one * 100 / first.unit, two * 100 / other.unit)
                    }
                    guard !pairs.isEmpty else { return nil }
                    return LayerDifference(
                        kind: first.of, first: first.name, second: other.name,
                        pairs: pairs.sorted {
                            (abs($1.first - $1.second), $0.unit) < (abs($0.first - $0.second), $1.unit)
                        })
                }
        }
    }
}

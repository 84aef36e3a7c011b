/// What belongs to which layer.
extension Evaluation {
    /// The layer in which a score can be known: its own, or the last of those that it is made of; nil for
    /// figures alone.
    package func layer(ofScore name: String) -> String? { layersOfScores[name] }

    /// The layer of each score, in one pass: a score is made of those before it, as they are judged and as
    /// the reader demands. One that leads back to itself finds nothing there, however long the way round.
    private var layersOfScores: [String: String] {
        var known: [String: String] = [:]
        for score in scores where known[score.name] == nil {
            let inner: [String] =
                switch score.way {
                case .mean(let inner): [inner]
                case .points(let items): items.map(\.item)
                }
            let all = [score.layer].filter { !$0.isEmpty } + inner.compactMap { known[$0] }
            known[score.name] = all.max { number(of: $0) < number(of: $1) }
        }
        return known
    }

    /// The layer in which a rank can be known: the last of its score's and of those that part who shares a
    /// place.
    package func layer(ofRank name: String) -> String? {
        ranks.first { $0.name == name }.flatMap { layer(of: $0, among: layersOfScores) }
    }
    private func layer(of rank: Rank, among layers: [String: String]) -> String? {
        ([rank.by] + rank.thenBy).compactMap { layers[$0] }.max { number(of: $0) < number(of: $1) }
    }

    /// Its place among the layers, from 0.
    private func number(of layer: String) -> Int { layers.firstIndex { $0.name == layer } ?? 0 }

    /// The part of it that a layer decides: scores up to this layer, its own ranks, and what follows from
    /// them. Ranks by figures alone, and what everybody has, come with the last layer.
    func deciding(_ layer: String) -> Evaluation {
        var part = self
        let (own, last, known) = (number(of: layer), layers.count - 1, layersOfScores)
        part.scores.removeAll { number(of: known[$0.name] ?? "") > own }
        part.ranks.removeAll { (self.layer(of: $0, among: known).map { number(of: $0) } ?? last) != own }
        part.incentives.removeAll { incentive in
            incentive.rank.isEmpty ? own != last : !part.ranks.contains { $0.name == incentive.rank }
        }
        return part
    }
}

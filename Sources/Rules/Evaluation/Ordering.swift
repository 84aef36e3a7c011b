/// Putting units in order.
extension Judging {
    mutating func order(_ rank: Evaluation.Rank) {
        guard let scheme = scheme(of: rank.by) else { return }
        struct Group: Hashable { var within: String, peers: String }
        var (groups, order) = ([Group: [Int]](), [Group]())
        for unit in facts.ofKind[scheme.of] ?? [] where score(rank.by, of: unit)?.points != nil {
            let group = Group(
                within: rank.within.isEmpty ? "" : facts.units[unit].within[rank.within] ?? "",
                peers: rank.amongPeers ? facts.units[unit].peers ?? "" : "")
            if groups[group] == nil { order.append(group) }
            groups[group, default: []].append(unit)
        }
        // The order of the groups must not hang on the order of the facts.
        for group in order.sorted(by: { ($0.within, $0.peers) < ($1.within, $1.peers) }) {
            let units = groups[group] ?? []
            var ranking = Outcome.Ranking(
                rank: rank.name, group: group.within, peers: group.peers, places: [], count: units.count,
                isTooSmall: false)
            if units.count < rank.minimum {
                ranking.isTooSmall = true
            } else {
                ranking.places = places(units, rank)
            }
            outcome.rankings.append(ranking)
        }
    }

    private func places(_ units: [Int], _ rank: Evaluation.Rank) -> [Outcome.Place] {
        let keys = Dictionary(
            uniqueKeysWithValues: units.map { unit in
                (unit, ([rank.by] + rank.thenBy).map { score($0, of: unit)?.points ?? -1 })
            })
        func points(_ unit: Int) -> Int { keys[unit]?.first ?? 0 }
        let order = units.sorted { one, other in
            if let difference = zip(keys[one] ?? [], keys[other] ?? []).first(where: { $0 != $1 }) {
                return difference.0 > difference.1
            }
            return facts.units[one].id < facts.units[other].id
        }
        // A class shares its place: the same scores, or with its first one inside the interval.
        var (leader, inside) = (0, Set<Int>())
        var sameAsBefore = [Bool](repeating: false, count: order.count)
        for position in order.indices.dropFirst() {
            let (first, unit) = (order[leader], order[position])
            let isInside =
                rank.inside == .share
                && (score(rank.by, of: unit)?.high ?? 0) >= (score(rank.by, of: first)?.low ?? 0)
                && hasInterval(unit, first, rank)
            sameAsBefore[position] = isInside || keys[unit] == keys[first]
            if !sameAsBefore[position] {
                leader = position
            } else if keys[unit] != keys[first] {
                inside.insert(unit)
            }
        }
        let halves = rank.ties.halves(of: Array(order.indices)) { sameAsBefore[$0] }
        return order.indices.map {
            Outcome.Place(
                unit: order[$0], halves: halves[$0], points: points(order[$0]),
                isInsideInterval: inside.contains(order[$0]))
        }
    }

    private func hasInterval(_ one: Int, _ other: Int, _ rank: Evaluation.Rank) -> Bool {
        [one, other].contains { unit in score(rank.by, of: unit).map { $0.low != $0.high } ?? false }
    }

    /// The last of each order, unless all share one place, with what cost them most.
    mutating func findWhoNeedsAHand() {
        for ranking in outcome.rankings {
            guard let last = ranking.places.last, last.halves != ranking.places.first?.halves,
                let by = evaluation.ranks.first(where: { $0.name == ranking.rank })?.by
            else { continue }
            for place in ranking.places where place.halves == last.halves {
                let lines = (score(by, of: place.unit)?.lines ?? []).filter { $0.lost > 0 }.sorted {
                    ($1.lost, $0.item) < ($0.lost, $1.item)
                }
                outcome.needsAHand.append(
                    .init(
                        rank: ranking.rank, group: ranking.group, unit: place.unit,
                        causes: Array(lines.prefix(3))))
            }
        }
    }
}

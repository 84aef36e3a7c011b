/// How places are given to those who have the same.
package enum Ties: String, CaseIterable, Sendable {
    /// All take the best place of those they fill; the next places stay empty: 1, 1, 3.
    case better = "share the better place"
    /// All take the worst place of those they fill: 2, 2, 3.
    case worse = "share the worse place"
    /// All take the mean of the places they fill: 1.5, 1.5, 3.
    case mean = "share the mean place"
    /// All take one place and the next follows at once: 1, 1, 2.
    case dense = "share without gaps"

    /// Twice the place of each of some values, the greatest first; twice, because a mean place can end in a
    /// half.
    package func halves(_ values: [Int]) -> [Int] {
        let order = values.indices.sorted { values[$0] > values[$1] }
        return halves(of: order) { values[order[$0]] == values[order[$0 - 1]] }
    }

    /// Twice the place of each, given the order and whether the one at a position has the same as the one
    /// before it.
    func halves(of order: [Int], isSame: (Int) -> Bool) -> [Int] {
        var places = [Int](repeating: 0, count: order.count)
        var (start, dense) = (0, 0)
        while start < order.count {
            var end = start + 1
            while end < order.count, isSame(end) { end += 1 }
            dense += 1
            let place =
                switch self {
                case .better: 2 * (start + 1)
                case .worse: 2 * end
                case .mean: start + 1 + end
                case .dense: 2 * dense
                }
            for position in start..<end { places[order[position]] = place }
            start = end
        }
        return places
    }
}

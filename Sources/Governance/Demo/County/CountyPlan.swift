import Rules

/// How the county of the seed is shared out: which villages are poor, how many households each has, how large
/// they are. The totals are exactly the seed's.
struct CountyPlan {
    /// One village's share.
    struct Village {
        var territory: Territory, isPoor: Bool
        /// The sizes of its registered, marginal and ordinary households.
        var registered: [Int] = [], marginal: [Int] = [], ordinary: [Int] = []
    }

    /// The seed: end of 2018.
    static let (poorVillages, registeredHouseholds, registeredPeople) = (78, 13_769, 53_271)
    /// Besides: not from the seed.
    static let (marginalHouseholds, ordinaryHouseholds) = (640, 6_600)

    let villages: [Village]

    init(_ places: [Territory], chance: Chance) {
        var villages = places.map { Village(territory: $0, isPoor: false) }
        // A community of the county town is not a poor village.
        var pool = villages.indices.filter { !villages[$0].territory.name.contains("社区") }
        for _ in 0..<min(Self.poorVillages, pool.count) {
            villages[pool.remove(at: chance.below(pool.count))].isPoor = true
        }
        let weights = villages.map { $0.isPoor ? 80 + chance.below(90) : 18 + chance.below(50) }
        let counts = Self.shares(of: Self.registeredHouseholds, by: weights)
        var sizes = (0..<Self.registeredHouseholds).map { _ in
            chance.one(of: [1, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6])
        }
        var missing = Self.registeredPeople - sizes.reduce(0, +)
        while missing != 0 {
            let index = chance.below(sizes.count)
            let step = missing > 0 ? 1 : -1
            guard (1...8).contains(sizes[index] + step) else { continue }
            sizes[index] += step
            missing -= step
        }
        let marginal = Self.shares(of: Self.marginalHouseholds, by: weights)
        let ordinary = Self.shares(
            of: Self.ordinaryHouseholds, by: villages.map { _ in 20 + chance.below(20) })
        var next = 0
        for index in villages.indices {
            villages[index].registered = Array(sizes[next..<next + counts[index]])
            next += counts[index]
            villages[index].marginal = (0..<marginal[index]).map { _ in 2 + chance.below(4) }
            villages[index].ordinary = (0..<ordinary[index]).map { _ in 2 + chance.below(5) }
        }
        self.villages = villages
    }

    /// A whole shared out by weights, by largest remainder in whole numbers.
    static func shares(of whole: Int, by weights: [Int]) -> [Int] {
        let sum = max(1, weights.reduce(0, +))
        var shares = weights.map { whole * $0 / sum }
        let order = weights.indices.sorted {
            (whole * weights[$0] % sum, $1) > (whole * weights[$1] % sum, $0)
        }
        for index in order.prefix(whole - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }
}

/// How far two looks at the same things agree beyond what chance would give.
package enum Kappa {
    /// Cohen's kappa of pairs; nil where there are none, or where both always say the same one thing.
    /// Source: J. Cohen, Educational and Psychological Measurement 20 (1960), 37–46.
    package static func cohen<Word: Hashable>(_ pairs: [(Word, Word)]) -> Double? {
        guard !pairs.isEmpty else { return nil }
        let count = Double(pairs.count)
        var (first, second) = ([Word: Double](), [Word: Double]())
        for (one, other) in pairs {
            first[one, default: 0] += 1
            second[other, default: 0] += 1
        }
        let seen = Double(pairs.count { $0 == $1 }) / count
        let chance = first.reduce(0) { $0 + $1.value * (second[$1.key] ?? 0) } / (count * count)
        return chance < 1 ? (seen - chance) / (1 - chance) : nil
    }
}

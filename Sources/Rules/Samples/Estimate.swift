/// A rate that was asked of a sample: each answer stands for as many as its weight says.
package struct Estimate: Sendable, Hashable {
    /// How many were asked and how many of them said yes, as counted.
    package let said: Proportion
    /// The weighted rate, and how many asked alike would be as certain (Kish); nil where nobody was asked.
    package let rate: Double?, effective: Double

    /// A rate of answers with their weights. Source of the effective size: L. Kish, Survey Sampling (1965),
    /// 11.7.
    package init(_ answers: [(isYes: Bool, weight: Double)]) {
        said = Proportion(answers.count { $0.isYes }, of: answers.count)
        let sum = answers.reduce(0) { $0 + $1.weight }
        let squares = answers.reduce(0) { $0 + $1.weight * $1.weight }
        rate = sum > 0 ? answers.reduce(0) { $0 + ($1.isYes ? $1.weight : 0) } / sum : nil
        effective = squares > 0 ? sum * sum / squares : 0
    }

    /// The Wilson interval of the weighted rate at 95 %, from 0 to 1; nil where nobody was asked.
    package var interval: ClosedRange<Double>? { rate.flatMap { Proportion.wilson($0, of: effective) } }
}

import Foundation

/// A part of a whole, with what chance may have made of it.
package struct Proportion: Hashable, Sendable {
    /// How many of how many.
    package let part: Int, whole: Int
    /// A part of a whole. Where the part is not one of the whole, because counts of two lists are set against
    /// each other, there is a rate and no interval.
    package init(_ part: Int, of whole: Int) { (self.part, self.whole) = (part, whole) }

    /// In thousandths, rounded down; nil where there is nothing.
    package var thousandths: Int? { whole == 0 ? nil : Int(clamping: Int128(part) * 1000 / Int128(whole)) }

    /// Whether the point rate is above, or below, so many thousandths, without any rounding.
    package func isAbove(_ thousandths: Int) -> Bool {
        Int128(part) * 1000 > Int128(whole) * Int128(thousandths)
    }
    /// Whether it is below.
    package func isBelow(_ thousandths: Int) -> Bool {
        Int128(part) * 1000 < Int128(whole) * Int128(thousandths)
    }

    /// The Wilson score interval at 95 % in tenths of thousandths, rounded outward; nil where there is
    /// nothing.
    package var interval: ClosedRange<Int>? {
        whole > 0 ? Self.wilson(Double(part) / Double(whole), of: Double(whole)).map(Self.outward) : nil
    }

    /// The exact interval at 95 % in tenths of thousandths, rounded outward; nil where there is nothing.
    package var exactInterval: ClosedRange<Int>? { exact.map(Self.outward) }

    private static func outward(_ range: ClosedRange<Double>) -> ClosedRange<Int> {
        Int((range.lowerBound * 10_000).rounded(.down))...Int((range.upperBound * 10_000).rounded(.up))
    }

    /// The Wilson score interval at 95 % of a rate among so many, from 0 to 1; nil where there is nothing.
    /// Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212; z =
    /// 1.959964.
    package static func wilson(_ p: Double, of n: Double) -> ClosedRange<Double>? {
        guard n > 0, n.isFinite, (0...1).contains(p) else { return nil }
        let z = 1.959963984540054
        let scale = 1 + z * z / n
        let middle = (p + z * z / (2 * n)) / scale
        let reach = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let (low, high) = (max(0, middle - reach), min(1, middle + reach))
        // So few that the square of their number is none: nothing is known.
        return low <= high ? low...high : nil
    }

    /// The exact interval at 95 %, from 0 to 1; nil where there is nothing, and for more than a hundred
    /// thousand: a sum is made over all, and of so many it differs from Wilson's interval by nothing. Each
    /// end is where a fortieth of the chance lies beyond what was seen. Source: C. J. Clopper and E. S.
    /// Pearson, Biometrika 26 (1934), 404–413.
    package var exact: ClosedRange<Double>? {
        guard (1...100_000).contains(whole), (0...whole).contains(part) else { return nil }
        // The chance of at least `part` grows with the rate; halving finds where it is a fortieth.
        func rate(where isBeyond: (Double) -> Bool) -> Double {
            var (low, high) = (0.0, 1.0)
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if isBeyond(middle) { high = middle } else { low = middle }
            }
            return (low + high) / 2
        }
        let low = part == 0 ? 0 : rate { chance(of: part...whole, at: $0) >= 0.025 }
        let high = part == whole ? 1 : rate { chance(of: 0...part, at: $0) <= 0.025 }
        return low...high
    }

    /// The binomial chance that between so many of all are hit at a rate.
    private func chance(of hits: ClosedRange<Int>, at rate: Double) -> Double {
        let (n, yes, no) = (Double(whole), log(rate), log1p(-rate))
        func logFactorial(_ number: Double) -> Double { lgamma(number + 1) }
        let all = logFactorial(n)
        var sum = 0.0
        for hit in hits {
            let k = Double(hit)
            let ways: Double = all - logFactorial(k) - logFactorial(n - k)
            sum += exp(ways + k * yes + (n - k) * no)
        }
        return sum
    }
}

import Foundation

/// A part of a whole, with what chance may have made of it.
package struct Proportion: Hashable, Sendable {
    /// How many of how many.
    package let part: Int, whole: Int
    /// A part of a whole; the whole is never smaller than the part.
    package init(_ part: Int, of whole: Int) { (self.part, self.whole) = (part, whole) }

    /// In thousandths, rounded down; nil where there is nothing.
    package var thousandths: Int? { whole == 0 ? nil : part * 1000 / whole }

    /// Whether the point rate is above, or below, so many thousandths, without any rounding.
    package func isAbove(_ thousandths: Int) -> Bool { part * 1000 > whole * thousandths }
    /// Whether it is below.
    package func isBelow(_ thousandths: Int) -> Bool { part * 1000 < whole * thousandths }

    /// The Wilson score interval at 95 % in tenths of thousandths, rounded outward; nil where there is nothing.
    /// Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212; z = 1.959964.
    package var interval: ClosedRange<Int>? {
        guard whole > 0 else { return nil }
        let (n, p, z) = (Double(whole), Double(part) / Double(whole), 1.959963984540054)
        let scale = 1 + z * z / n
        let middle = (p + z * z / (2 * n)) / scale
        let reach = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let (low, high) = (max(0, middle - reach), min(1, middle + reach))
        return Int((low * 10_000).rounded(.down))...Int((high * 10_000).rounded(.up))
    }
}

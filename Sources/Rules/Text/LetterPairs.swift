/// The pairs of neighbouring letters of a short text, each once: what two texts share of them tells how alike
/// they are.
package struct LetterPairs: Sendable {
    /// Two scalars a pair, in order.
    private let pairs: [UInt64]

    /// The pairs of the first 400 letters and digits, without case and punctuation.
    package init(_ text: String) {
        let letters = text.lowercased().unicodeScalars.lazy
            .filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }.prefix(400).map {
                UInt64($0.value)
            }
        var found: [UInt64] = []
        var last: UInt64?
        for letter in letters {
            if let last { found.append(last << 32 | letter) }
            last = letter
        }
        found.sort()
        pairs = found.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// How alike two texts are: shared pairs ÷ all pairs, 0…1.
    package func likeness(to other: LetterPairs) -> Double {
        var (mine, theirs, shared) = (0, 0, 0)
        while mine < pairs.count, theirs < other.pairs.count {
            if pairs[mine] == other.pairs[theirs] {
                shared += 1
                mine += 1
                theirs += 1
            } else if pairs[mine] < other.pairs[theirs] {
                mine += 1
            } else {
                theirs += 1
            }
        }
        let all = pairs.count + other.pairs.count - shared
        return all == 0 ? 0 : Double(shared) / Double(all)
    }
}

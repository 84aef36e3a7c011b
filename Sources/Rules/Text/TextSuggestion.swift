import Foundation

/// Suggests a label for a short Chinese text: naive Bayes over two- and one-character pieces, multinomial
/// with add-one smoothing. A suggestion only: somebody confirms it.
package struct TextSuggestion: Sendable {
    private var counts: [String: [Int: Int]] = [:]
    private var totals: [Int] = []
    private var documents: [Int] = []
    private var labels: [String] = []
    private var positions: [String: Int] = [:]

    /// Nothing learnt yet.
    package init() {}

    /// How many texts were learnt.
    package var size: Int { documents.reduce(0, +) }

    /// The pieces of a text: single letters and pairs.
    package static func pieces(of text: String) -> [String] {
        let letters = Array(text.lowercased().filter { $0.isLetter || $0.isNumber }.prefix(400))
        return letters.map(String.init) + zip(letters, letters.dropFirst()).map { String([$0, $1]) }
    }

    /// Learns that a text belongs to a label.
    package mutating func learn(_ text: String, label: String) {
        let position: Int
        if let known = positions[label] {
            position = known
        } else {
            position = labels.count
            positions[label] = position
            labels.append(label)
            totals.append(0)
            documents.append(0)
        }
        documents[position] += 1
        for piece in Self.pieces(of: text) {
            counts[piece, default: [:]][position, default: 0] += 1
            totals[position] += 1
        }
    }

    /// The likeliest labels with their share of the likelihood (0…1), best first. Empty before anything was
    /// learnt.
    package func suggest(_ text: String, most: Int = 3) -> [(label: String, share: Double)] {
        // Texts without a letter teach nothing, and shares of nothing are no numbers.
        guard !labels.isEmpty, !counts.isEmpty else { return [] }
        let all = Double(size)
        var scores = documents.map { log((Double($0) + 1) / (all + Double(labels.count))) }
        let vocabulary = Double(counts.count)
        let known = Self.pieces(of: text).compactMap { counts[$0] }
        // Each known piece weighs (count + 1) ÷ (total + vocabulary). The divisor is the same for all of
        // them, and the logarithm of a count of 0 is 0: only labels that have the piece need one.
        for position in labels.indices {
            scores[position] -= Double(known.count) * log(Double(totals[position]) + vocabulary)
        }
        for found in known {
            for (position, count) in found { scores[position] += log(Double(count) + 1) }
        }
        let best = scores.max() ?? 0
        // Long texts make the shares extreme; the exponent is softened so that a doubt stays visible.
        let softened = scores.map { exp(($0 - best) / 8) }
        let sum = softened.reduce(0, +)
        let ranked: [(label: String, share: Double)] = zip(labels, softened).map { ($0, $1 / sum) }
        return Array(
            ranked.sorted { $0.share == $1.share ? $0.label < $1.label : $0.share > $1.share }.prefix(most))
    }
}

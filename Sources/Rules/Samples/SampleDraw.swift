/// How a sample is drawn.
package enum SampleDesign: String, CaseIterable, Codable, Sendable {
    /// Every item alike.
    case simple
    /// Every item of a stratum alike, the strata in proportion to their items.
    case stratified
    /// In proportion to size, at even steps along the frozen list.
    case pps
}

/// One item that was drawn.
package struct DrawnItem: Sendable, Hashable {
    /// The item and its stratum.
    package var id: String, stratum: String
    /// How often it was hit: more than once only where its size is greater than a step.
    package var hits: Int
    /// How many items, or how much size, one hit stands for: a fraction.
    package var weight: Int, over: Int
    /// A drawn item.
    package init(id: String, stratum: String, hits: Int, weight: Int, over: Int) {
        (self.id, self.stratum, self.hits, self.weight, self.over) = (id, stratum, hits, weight, over)
    }
}

/// Draws from frozen frames. The same frame and seed give the same sample, anywhere.
package enum SampleDraw {
    /// The most that a sample draws, and the most that each stratum gives at least.
    package static let most = 100_000, mostOfEach = 1000

    /// What stands against a draw before it begins, in Chinese and English; nil if nothing does. Within these
    /// bounds every sum and product of a draw stays exact.
    package static func fault(_ size: Int, least: Int) -> Scheme.Words? {
        guard (1...most).contains(size), (0...mostOfEach).contains(least) else {
            return .init(
                zh: "要抽 1 到 \(most) 个，每层至少 0 到 \(mostOfEach) 个。",
                en: "Draw from 1 to \(most), from 0 to \(mostOfEach) of each stratum at least.")
        }
        return nil
    }

    /// Draws so many items; more than there are is all of them. `least` is the least number of each stratum.
    /// Nothing is drawn where `fault` has something to say.
    package static func draw(
        _ design: SampleDesign, _ size: Int, from frame: SampleFrame, least: Int = 0, seed: SampleSeed
    ) -> [DrawnItem] {
        guard fault(size, least: least) == nil else { return [] }
        let hash = frame.hash
        switch design {
        case .simple:
            return order(frame.items, in: hash, seed).prefix(size).map {
                DrawnItem(
                    id: $0.id, stratum: $0.stratum, hits: 1, weight: frame.items.count,
                    over: min(size, frame.items.count))
            }
        case .stratified:
            let strata = Dictionary(grouping: frame.items, by: \.stratum).sorted { $0.key < $1.key }
            let counts = Allocation.largestRemainder(size, among: strata.map(\.value.count), least: least)
            return zip(strata, counts).flatMap { stratum, count in
                order(stratum.value, in: hash, seed).prefix(count).map {
                    DrawnItem(
                        id: $0.id, stratum: $0.stratum, hits: 1, weight: stratum.value.count, over: count)
                }
            }
        case .pps:
            var steps = PPSSteps(size, total: frame.items.reduce(0) { $0 + $1.size }, frame: hash, seed: seed)
            return frame.items.compactMap { steps.take($0) }
        }
    }

    /// Who takes the place of one that cannot be reached: the next of the same stratum in the random order;
    /// nil if there is none.
    package static func replacement(
        after drawn: Set<String>, stratum: String?, in frame: SampleFrame, seed: SampleSeed
    ) -> SampleFrame.Item? {
        order(frame.items.filter { stratum == nil || $0.stratum == stratum }, in: frame.hash, seed).first {
            !drawn.contains($0.id)
        }
    }

    /// The frame in the order of chance.
    private static func order(_ items: [SampleFrame.Item], in frame: String, _ seed: SampleSeed)
        -> [SampleFrame.Item]
    {
        items.map { ($0, seed.key(of: $0.id, in: frame)) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }
            .map(\.0)
    }
}

/// A systematic draw in proportion to size, item by item, so that a frame of any length is read and not held.
/// Whole numbers only: the steps are laid at `start + k × total` on a line of `size × total`, on which an
/// item is `size` times as long as it is.
package struct PPSSteps: Sendable {
    private let size: Int, total: Int
    private var next: Int, end = 0, left: Int

    /// Steps over a frame whose sizes add up to a total; the frame's hash and the seed decide where they
    /// start.
    package init(_ size: Int, total: Int, frame: String, seed: SampleSeed) {
        (self.size, self.total) = (size, total)
        left = total > 0 ? size : 0
        next = total > 0 ? seed.number(below: total, in: frame) : 0
    }

    /// The next item of the list: what was drawn of it, if anything was.
    package mutating func take(_ item: SampleFrame.Item) -> DrawnItem? {
        take(item.size).map { hits in
            .init(id: item.id, stratum: item.stratum, hits: hits, weight: total, over: size * item.size)
        }
    }

    /// How often an item of that size is hit; nil if never.
    package mutating func take(_ length: Int) -> Int? {
        end += length * size
        var hits = 0
        while left > 0, next < end {
            (hits, left) = (hits + 1, left - 1)
            next += total
        }
        return hits > 0 ? hits : nil
    }
}

/// Sharing whole numbers out.
package enum Allocation {
    /// Shares out so many among strata of these sizes, first at least so many to each, then in proportion by
    /// largest remainder; of equal remainders the larger stratum comes first, then the earlier. No stratum
    /// gives more than it has.
    package static func largestRemainder(_ total: Int, among sizes: [Int], least: Int = 0) -> [Int] {
        let whole = sizes.reduce(0, +)
        guard total < whole else { return sizes }
        var given = sizes.map { min($0, least) }
        // Where even the least is too much, the least itself is shared out in proportion.
        if given.reduce(0, +) > total { given = sizes.map { _ in 0 } }
        let (rest, left) = (total - given.reduce(0, +), zip(sizes, given).map { $0 - $1 })
        let sum = left.reduce(0, +)
        guard sum > 0 else { return given }
        for index in given.indices { given[index] += rest * left[index] / sum }
        let short = total - given.reduce(0, +)
        let order = left.indices.sorted { one, other in
            let (a, b) = (rest * left[one] % sum, rest * left[other] % sum)
            return (-a, -left[one], one) < (-b, -left[other], other)
        }
        for index in order.prefix(short) { given[index] += 1 }
        return given
    }
}

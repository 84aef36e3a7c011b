/// A draw as it is published: enough by itself to draw again.
package struct SampleRecord: Codable, Sendable, Equatable {
    /// One that was drawn: how often it was hit, and the fraction that a hit stands for.
    package struct Drawn: Codable, Sendable, Equatable {
        /// The item, its hits, and the weight of one hit as a fraction.
        package var id: String, hits: Int, weight: Int, over: Int
        /// A drawn item.
        package init(id: String, hits: Int, weight: Int, over: Int) {
            (self.id, self.hits, self.weight, self.over) = (id, hits, weight, over)
        }
    }
    /// One that took another's place: its identity, whose place, and why.
    package struct Replacement: Codable, Sendable, Equatable {
        /// The two items and why.
        package var id: String, inPlaceOf: String, why: String
        /// A replacement.
        package init(id: String, inPlaceOf: String, why: String) {
            (self.id, self.inPlaceOf, self.why) = (id, inPlaceOf, why)
        }
    }
    /// What the sample is called.
    package var sample: String
    /// How it was drawn, how many, and the least number of each stratum.
    package var design: SampleDesign, size: Int, least: Int
    /// The hash of the frame, the commitment of the seed, and the seed.
    package var frameHash: String, commitment: String, seed: String
    /// The frame: a line an item, `identity<TAB>stratum<TAB>size`.
    package var frame: [String]
    /// What was drawn and what took another's place, in order.
    package var drawn: [Drawn], replacements: [Replacement]

    /// Draws from a frame and writes it down.
    package init(
        _ sample: String, _ design: SampleDesign, _ size: Int, from frame: SampleFrame, least: Int = 0,
        seed: SampleSeed
    ) {
        (self.sample, self.design, self.size, self.least) = (sample, design, size, least)
        (frameHash, commitment, self.seed) = (frame.hash, seed.commitment, seed.text)
        self.frame = frame.items.map { String($0.line.dropLast()) }
        drawn = SampleDraw.draw(design, size, from: frame, least: least, seed: seed).map {
            .init(id: $0.id, hits: $0.hits, weight: $0.weight, over: $0.over)
        }
        replacements = []
    }

    /// A draw in proportion to size from a frame that was read and not held: the record has no frame, its
    /// hash stands for it.
    package init(_ sample: String, _ size: Int, frameHash: String, _ drawn: [DrawnItem], seed: SampleSeed) {
        (self.sample, design, self.size, least) = (sample, .pps, size, 0)
        (self.frameHash, commitment, self.seed, frame, replacements) = (
            frameHash, seed.commitment, seed.text, [], []
        )
        self.drawn = drawn.map { .init(id: $0.id, hits: $0.hits, weight: $0.weight, over: $0.over) }
    }

    /// How much each answer stands for: the weights of the hits; one that took another's place has that
    /// one's. Nil if a weight is none: a hit stands for something, and for no more than there can be.
    package var weights: [String: Double]? {
        let possible = 1...1_000_000_000_000_000
        guard
            drawn.allSatisfy({
                possible.contains($0.hits) && possible.contains($0.weight) && possible.contains($0.over)
            })
        else { return nil }
        var weights = Dictionary(
            drawn.map { ($0.id, Double($0.hits) * Double($0.weight) / Double($0.over)) }, uniquingKeysWith: +)
        for replacement in replacements { weights[replacement.id] = weights[replacement.inPlaceOf] }
        return weights
    }

    /// What does not fit when the draw is repeated from the record alone, in Chinese and English; empty if
    /// everything fits.
    package var faults: [Scheme.Words] {
        var faults: [Scheme.Words] = []
        func fault(_ zh: String, _ en: String) { faults.append(.init(zh: zh, en: en)) }
        guard let seed = SampleSeed(seed) else {
            return [.init(zh: "种子不是 64 位小写十六进制。", en: "The seed is not 64 lower-case hex digits.")]
        }
        if seed.commitment != commitment {
            fault("种子与事先公布的承诺不符。", "The seed is not the one that was committed to.")
        }
        if let fault = SampleDraw.fault(size, least: least) { return [fault] }
        let items = frame.compactMap { SampleFrame.Item(line: Substring($0)) }
        if items.count != frame.count {
            fault(
                "名单里有 \(frame.count - items.count) 行读不懂。",
                "\(frame.count - items.count) lines of the frame cannot be read.")
        }
        if Set(items.map(\.id)).count != items.count {
            fault("名单里有重复。", "Something stands in the frame twice.")
        }
        let list = SampleFrame(items)
        if list.hash != frameHash { fault("名单与冻结的哈希不符。", "The frame is not the one whose hash was frozen.") }
        let again = SampleDraw.draw(design, size, from: list, least: least, seed: seed)
        if again.map({ Drawn(id: $0.id, hits: $0.hits, weight: $0.weight, over: $0.over) }) != drawn {
            fault("重抽的结果与记录不同。", "Drawn again, the sample is another.")
        }
        check(replacements, of: list, seed, fault)
        return faults
    }

    /// A replacement is the next in the random order of its stratum: nobody chose it.
    private func check(
        _ replacements: [Replacement], of frame: SampleFrame, _ seed: SampleSeed,
        _ fault: (String, String) -> Void
    ) {
        var taken = Set(drawn.map(\.id))
        for replacement in replacements {
            let stratum =
                design == .stratified ? frame.items.first { $0.id == replacement.inPlaceOf }?.stratum : nil
            let next = SampleDraw.replacement(after: taken, stratum: stratum, in: frame, seed: seed)
            if next?.id != replacement.id || !taken.contains(replacement.inPlaceOf) || replacement.why.isEmpty
            {
                fault(
                    "“\(replacement.id)”不是该替换“\(replacement.inPlaceOf)”的下一个，或者没有写理由。",
                    """
                    “\(replacement.id)” is not the next in place of “\(replacement.inPlaceOf)”, or no \
                    reason is given.
                    """
                )
            }
            taken.insert(replacement.id)
        }
    }
}

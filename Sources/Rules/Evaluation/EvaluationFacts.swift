/// What is known when units are judged: frozen, hashed, and enough by itself to judge again.
package struct EvaluationFacts: Codable, Hashable, Sendable {
    /// A unit that is judged.
    package struct Unit: Codable, Hashable, Sendable {
        /// Its identity, its kind, its name.
        package var id: String, kind: String, name: String
        /// The units that it is in, by their kind.
        package var within: [String: String]
        /// Which units it is compared with, where only peers are; nil if it has no peers.
        package var peers: String?
        /// A unit.
        package init(
            id: String, kind: String, name: String, within: [String: String] = [:], peers: String? = nil
        ) {
            (self.id, self.kind, self.name, self.within, self.peers) = (id, kind, name, within, peers)
        }
    }
    /// A part of a whole that belongs to a unit: counted, checked or marked.
    package struct Fact: Codable, Hashable, Sendable {
        /// The indicator, the unit and, for checks and marks, the layer.
        package var indicator: String, unit: String, layer: String?
        /// How much of how much: visits made of visits owed, right of looked at, a mark of the most.
        package var part: Int, whole: Int
        /// The team that gave a mark, and why.
        package var by: String?, why: String?
        /// The record that it stands on.
        package var source: String?
        /// A fact.
        package init(
            _ indicator: String, _ unit: String, layer: String? = nil, _ part: Int, of whole: Int,
            by: String? = nil, why: String? = nil, source: String? = nil
        ) {
            (self.indicator, self.unit, self.layer, self.part, self.whole) = (
                indicator, unit, layer, part, whole
            )
            (self.by, self.why, self.source) = (by, why, source)
        }
    }
    /// The evaluation that they were collected for, and its version.
    package var evaluation: String, version: Int
    /// The day as of which they hold, as `2019-10-10`.
    package var day: String
    /// The layer that they were frozen for: only what it decides follows from them. Nil for everything at
    /// once.
    package var layer: String?
    /// The units and what is known of them.
    package var units: [Unit], facts: [Fact]
    /// Facts of a day.
    package init(
        evaluation: String, version: Int, day: String, layer: String? = nil, units: [Unit], facts: [Fact]
    ) {
        (self.evaluation, self.version, self.day, self.layer, self.units, self.facts) = (
            evaluation, version, day, layer, units, facts
        )
    }

    /// What is wrong with them before anything is judged, in Chinese and English; empty if nothing is.
    package func faults(for evaluation: Evaluation) -> [Scheme.Words] {
        var faults: [Scheme.Words] = []
        if self.evaluation != evaluation.name {
            faults.append(
                .init(
                    zh: "事实属于“\(self.evaluation)”，方案是“\(evaluation.name)”。",
                    en: "The facts are of “\(self.evaluation)”, the scheme is “\(evaluation.name)”.")
            )
        }
        if Day(day) == nil {
            faults.append(
                .init(zh: "“\(day)”不是 2019-10-10 这样的日期。", en: "“\(day)” is not a date like 2019-10-10."))
        }
        if let layer, !evaluation.layers.contains(where: { $0.name == layer }) {
            faults.append(.init(zh: "方案没有“\(layer)”这一层。", en: "The scheme has no layer “\(layer)”."))
        }
        var known: Set<String> = []
        for unit in units where !known.insert(unit.id).inserted {
            faults.append(.init(zh: "单位“\(unit.id)”写了两次。", en: "The unit “\(unit.id)” stands there twice."))
        }
        let indicators = Set(evaluation.indicators.map(\.name)), layers = Set(evaluation.layers.map(\.name))
        for (index, fact) in facts.enumerated() {
            let at = Scheme.Words(zh: "第 \(index + 1) 条事实：", en: "Fact \(index + 1): ")
            func fault(_ zh: String, _ en: String) { faults.append(.init(zh: at.zh + zh, en: at.en + en)) }
            if !known.contains(fact.unit) { fault("没有单位“\(fact.unit)”。", "there is no unit “\(fact.unit)”.") }
            if !indicators.contains(fact.indicator) {
                fault("方案没有指标“\(fact.indicator)”。", "the scheme has no indicator “\(fact.indicator)”.")
            }
            if let layer = fact.layer, !layers.contains(layer) {
                fault("方案没有“\(layer)”这一层。", "the scheme has no layer “\(layer)”.")
            }
            if !(0...Self.most).contains(fact.part) || !(0...Self.most).contains(fact.whole) {
                fault("数要在 0 和 \(Self.most) 之间。", "numbers are from 0 to \(Self.most).")
            } else if fact.part > fact.whole {
                fault(
                    "\(fact.part) 大于 \(fact.whole)，部分不能大于全部。",
                    "\(fact.part) is more than \(fact.whole); a part cannot exceed its whole.")
            }
            if faults.count >= 50 { break }
        }
        return faults
    }
    /// The greatest number that is taken: sums and products of such numbers stay exact.
    static let most = 1_000_000_000
}

/// Judges units by a scheme: no clock, no database, no chance, whole numbers only. The same facts give the
/// same outcome, in whatever order they stand. The facts must be sound (`EvaluationFacts.faults`).
package func evaluate(_ evaluation: Evaluation, _ facts: EvaluationFacts, on day: Day) -> Outcome {
    evaluate(evaluation, IndexedFacts(facts), on: day)
}

/// The same for facts that are judged more than once.
package func evaluate(_ evaluation: Evaluation, _ facts: IndexedFacts, on day: Day) -> Outcome {
    evaluate(evaluation, facts, on: day, given: [:])
}

/// The same where some scores are handed in with their intervals instead of being reckoned: a scenario's.
func evaluate(
    _ evaluation: Evaluation, _ facts: IndexedFacts, on day: Day,
    given: [String: [Int: (points: Int, low: Int, high: Int)]]
) -> Outcome {
    let evaluation = facts.layer.map { evaluation.deciding($0) } ?? evaluation
    var judging = Judging(evaluation, facts, on: day)
    for score in evaluation.scores {
        if let column = given[score.name] {
            judging.hand(in: column, as: score)
        } else {
            judging.judge(score)
        }
    }
    for rank in evaluation.ranks { judging.order(rank) }
    for incentive in evaluation.incentives { judging.take(incentive) }
    judging.findWhoNeedsAHand()
    return judging.outcome
}

/// Facts added up by indicator, layer and unit.
package struct IndexedFacts: Sendable {
    struct Key: Hashable { var indicator: String, layer: String }
    struct Sum: Sendable { var part = 0, whole = 0, rows: [Int] = [] }
    let units: [EvaluationFacts.Unit], unitNumber: [String: Int], ofKind: [String: [Int]]
    let layer: String?
    private let sums: [Key: [Int: Sum]]

    /// Adds the facts up.
    package init(_ facts: EvaluationFacts) {
        (units, layer) = (facts.units, facts.layer)
        let numbers = Dictionary(
            facts.units.indices.map { (facts.units[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
        unitNumber = numbers
        ofKind = Dictionary(grouping: units.indices) { facts.units[$0].kind }
        var sums: [Key: [Int: Sum]] = [:]
        for (row, fact) in facts.facts.enumerated() {
            guard let unit = numbers[fact.unit] else { continue }
            let key = Key(indicator: fact.indicator, layer: fact.layer ?? "")
            sums[key, default: [:]][unit, default: Sum()].part += fact.part
            sums[key]?[unit]?.whole += fact.whole
            sums[key]?[unit]?.rows.append(row)
        }
        self.sums = sums
    }

    func sums(_ indicator: String, _ layer: String) -> [Int: Sum] {
        sums[Key(indicator: indicator, layer: layer)] ?? [:]
    }
}

/// Whole division as the scheme rounds. The product may be wider than a word; the quotient never is.
func rounded(_ number: Int, times factor: Int, over divisor: Int, _ rounding: Scheme.Rounding) -> Int {
    let (product, divisor) = (Int128(number) * Int128(factor), Int128(divisor))
    return switch rounding {
    case .down: Int(product / divisor)
    case .up: Int((product + divisor - 1) / divisor)
    case .nearest: Int((2 * product + divisor) / (2 * divisor))
    }
}

/// One evaluation under way.
struct Judging {
    let evaluation: Evaluation, facts: IndexedFacts, day: Day
    var outcome: Outcome
    /// The scores so far: where each unit's stands in the outcome.
    private var found: [String: [Int: Int]] = [:]
    private let indicators: [String: Evaluation.Indicator], scores: [String: Evaluation.Score]

    init(_ evaluation: Evaluation, _ facts: IndexedFacts, on day: Day) {
        (self.evaluation, self.facts, self.day) = (evaluation, facts, day)
        outcome = Outcome(evaluation: evaluation.name, version: evaluation.version, day: day)
        indicators = Dictionary(
            evaluation.indicators.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        scores = Dictionary(evaluation.scores.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a unit has by a score; nil if it has none.
    func score(_ name: String, of unit: Int) -> Outcome.ScoreOf? {
        found[name]?[unit].map { outcome.scores[$0] }
    }
    func scheme(of score: String) -> Evaluation.Score? { scores[score] }

    mutating func judge(_ score: Evaluation.Score) {
        switch score.way {
        case .points(let items):
            // What each item has for all units, looked up once.
            let columns = items.map { column($0.item, score) }
            let taken = score.deductions.map {
                ($0, facts.sums($0.indicator, layer(of: $0.indicator, in: score)))
            }
            for unit in facts.ofKind[score.of] ?? [] {
                let lines = zip(items, columns).map { line($0.item, $0.most, $1, unit, score) }
                let deductions = taken.compactMap { deduction, sums in
                    sums[unit].flatMap { sum -> Outcome.Deduction? in
                        guard sum.part > 0 else { return nil }
                        let points = min(sum.part * deduction.each, deduction.most) * score.unit
                        return Outcome.Deduction(
                            indicator: deduction.indicator, count: sum.part, points: points, facts: sum.rows)
                    }
                }
                note(total(lines, deductions, unit, score))
            }
        case .mean(let inner): judgeMean(of: inner, score)
        }
    }

    mutating func hand(in column: [Int: (points: Int, low: Int, high: Int)], as score: Evaluation.Score) {
        for (unit, points) in column.sorted(by: { $0.key < $1.key }) {
            note(
                Outcome.ScoreOf(
                    score: score.name, unit: unit, points: points.points, low: points.low, high: points.high,
                    sampled: 0, lines: [], deductions: [], mean: [],
                    isScaled: false, isOnFloor: false))
        }
    }

    private mutating func note(_ score: Outcome.ScoreOf) {
        found[score.score, default: [:]][score.unit] = outcome.scores.count
        outcome.scores.append(score)
    }

    private func layer(of indicator: String, in score: Evaluation.Score) -> String {
        if case .figure = indicators[indicator]?.source { "" } else { score.layer }
    }

    /// The numbers of an item for every unit: of an indicator its sums; of another score its points of a
    /// hundred.
    private enum Column {
        case indicator(Evaluation.Indicator, [Int: IndexedFacts.Sum]), score(Evaluation.Score)
    }
    private func column(_ item: String, _ score: Evaluation.Score) -> Column? {
        if let indicator = indicators[item] {
            return .indicator(indicator, facts.sums(item, layer(of: item, in: score)))
        }
        return scores[item].map { .score($0) }
    }

    private func line(_ item: String, _ most: Int, _ column: Column?, _ unit: Int, _ score: Evaluation.Score)
        -> Outcome.Line
    {
        let all = most * score.unit
        func leftOut() -> Outcome.Line {
            Outcome.Line(item: item, part: 0, whole: 0, most: all, earned: nil, low: 0, high: 0, facts: [])
        }
        switch column {
        case .indicator(let indicator, let sums)?:
            let sum = sums[unit] ?? IndexedFacts.Sum()
            guard sum.whole > 0 else {
                let earned: Int? =
                    switch indicator.whenNothingIsDue {
                    case .full: all
                    case .none: 0
                    case .leave: nil
                    }
                return Outcome.Line(
                    item: item, part: 0, whole: 0, most: all, earned: earned, low: earned ?? 0,
                    high: earned ?? 0, facts: sum.rows)
            }
            let part = indicator.isLowerBetter ? sum.whole - sum.part : sum.part
            let earned = rounded(all, times: part, over: sum.whole, score.rounding)
            var (low, high) = (earned, earned)
            if indicator.source == .checks, let interval = Proportion(part, of: sum.whole).interval {
                low = min(earned, rounded(all, times: interval.lowerBound, over: 10_000, .down))
                high = max(earned, rounded(all, times: interval.upperBound, over: 10_000, .up))
            }
            return Outcome.Line(
                item: item, part: sum.part, whole: sum.whole, most: all, earned: earned, low: low, high: high,
                facts: sum.rows)
        case .score(let inner)?:
            guard let points = self.score(inner.name, of: unit), let part = points.points else {
                return leftOut()
            }
            let whole = 100 * inner.unit
            func share(_ points: Int) -> Int { rounded(all, times: points, over: whole, score.rounding) }
            return Outcome.Line(
                item: item, part: part, whole: whole, most: all, earned: share(part), low: share(points.low),
                high: share(points.high), facts: [])
        case nil: return leftOut()
        }
    }

    private func total(
        _ lines: [Outcome.Line], _ deductions: [Outcome.Deduction], _ unit: Int, _ score: Evaluation.Score
    ) -> Outcome.ScoreOf {
        let counted = lines.filter { $0.earned != nil }
        let possible = counted.reduce(0) { $0 + $1.most }
        var answer = Outcome.ScoreOf(
            score: score.name, unit: unit, points: nil, low: 0, high: 0, sampled: 0, lines: lines,
            deductions: deductions, mean: [], isScaled: false,
            isOnFloor: false)
        answer.sampled = counted.reduce(0) { sum, line in
            if indicators[line.item]?.source == .checks { return sum + line.whole }
            return sum + (scores[line.item] == nil ? 0 : self.score(line.item, of: unit)?.sampled ?? 0)
        }
        let full = 100 * score.unit
        guard possible > 0 else { return withNothing(answer, score) }
        answer.isScaled = possible < full
        let off = deductions.reduce(0) { $0 + $1.points }
        func points(_ sum: Int) -> Int {
            max(score.floor * score.unit, rounded(full, times: sum, over: possible, score.rounding) - off)
        }
        answer.points = points(counted.reduce(0) { $0 + ($1.earned ?? 0) })
        answer.low = points(counted.reduce(0) { $0 + $1.low })
        answer.high = points(counted.reduce(0) { $0 + $1.high })
        answer.isOnFloor = off > 0 && answer.points == score.floor * score.unit
        return answer
    }

    private func withNothing(_ score: Outcome.ScoreOf, _ scheme: Evaluation.Score) -> Outcome.ScoreOf {
        var answer = score
        answer.points =
            switch scheme.whenNothingCounts {
            case .full: 100 * scheme.unit
            case .none: scheme.floor * scheme.unit
            case .leave: nil
            }
        (answer.low, answer.high) = (answer.points ?? 0, answer.points ?? 0)
        return answer
    }

    private mutating func judgeMean(of inner: String, _ score: Evaluation.Score) {
        guard let scheme = scores[inner] else { return }
        // The units inside each unit of the kind, in the order of the facts.
        var inside: [Int: [Int]] = [:]
        for unit in facts.ofKind[scheme.of] ?? [] {
            guard let outer = facts.units[unit].within[score.of].flatMap({ facts.unitNumber[$0] }) else {
                continue
            }
            if self.score(inner, of: unit)?.points != nil { inside[outer, default: []].append(unit) }
        }
        for unit in facts.ofKind[score.of] ?? [] {
            let units = inside[unit] ?? []
            var answer = Outcome.ScoreOf(
                score: score.name, unit: unit, points: nil, low: 0, high: 0, sampled: 0, lines: [],
                deductions: [], mean: units, isScaled: false,
                isOnFloor: false)
            guard !units.isEmpty else {
                note(withNothing(answer, score))
                continue
            }
            let parts = units.compactMap { self.score(inner, of: $0) }
            func mean(_ points: (Outcome.ScoreOf) -> Int) -> Int {
                rounded(
                    score.unit, times: parts.reduce(0) { $0 + points($1) }, over: scheme.unit * parts.count,
                    score.rounding)
            }
            answer.points = max(score.floor * score.unit, mean { $0.points ?? 0 })
            (answer.low, answer.high) = (
                max(score.floor * score.unit, mean(\.low)), max(score.floor * score.unit, mean(\.high))
            )
            answer.sampled = parts.reduce(0) { $0 + $1.sampled }
            note(answer)
        }
    }
}

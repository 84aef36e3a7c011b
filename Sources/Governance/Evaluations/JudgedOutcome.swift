package import Rules

/// An outcome with the scheme and the facts that it came from: enough to say every line in words and in JSON.
package struct JudgedOutcome: Sendable {
    /// The scheme, the facts and what came of them.
    package let evaluation: Evaluation, facts: EvaluationFacts, outcome: Outcome
    private let indicators: [String: Evaluation.Indicator], scores: [String: Evaluation.Score]
    /// Where each unit's score stands in the outcome.
    private let found: [String: [Int: Int]]

    /// Judges.
    package init(_ evaluation: Evaluation, _ facts: EvaluationFacts, on day: Day) {
        self.init(evaluation, facts, evaluate(evaluation, facts, on: day))
    }

    /// An outcome that is there.
    package init(_ evaluation: Evaluation, _ facts: EvaluationFacts, _ outcome: Outcome) {
        (self.evaluation, self.facts, self.outcome) = (evaluation, facts, outcome)
        indicators = Dictionary(
            evaluation.indicators.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        scores = Dictionary(evaluation.scores.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        found = outcome.scores.indices.reduce(into: [:]) {
            $0[outcome.scores[$1].score, default: [:]][outcome.scores[$1].unit] = $1
        }
    }

    /// The unit at a position of the facts.
    package func unit(_ position: Int) -> EvaluationFacts.Unit { facts.units[position] }
    /// What a rule is called: an indicator, a score, a rank, an award or a penalty.
    package func title(_ rule: String) -> Phrase { (self.rule(rule)?.title.phrase) ?? .asGiven(rule) }
    /// Where a rule comes from.
    package func basis(_ rule: String) -> Evaluation.Basis? { self.rule(rule)?.basis }
    private func rule(_ name: String) -> (title: Evaluation.Words, basis: Evaluation.Basis)? {
        if let found = indicators[name] { return (found.title, found.basis) }
        if let found = scores[name] { return (found.title, found.basis) }
        if let found = evaluation.ranks.first(where: { $0.name == name }) {
            return (found.title, found.basis)
        }
        return evaluation.incentives.first { $0.name == name }.map { ($0.title, $0.basis) }
    }
    /// The scheme's score of that name; a rank's is the one that it orders by.
    package func score(_ name: String) -> Evaluation.Score? {
        scores[name] ?? evaluation.ranks.first { $0.name == name }.flatMap { scores[$0.by] }
    }
    /// Points of a score, or of a rank's score, as people write them.
    package func points(_ points: Outcome.Points, of name: String) -> String {
        score(name)?.text(points) ?? "\(points)"
    }

    /// What a unit's score came to; nil if it has none.
    package func score(_ name: String, of unit: Int) -> Outcome.ScoreOf? {
        found[name]?[unit].map { outcome.scores[$0] }
    }

    /// What a group is called: the unit inside which it is compared, or everything.
    package func group(_ id: String) -> Phrase {
        if id.isEmpty { return Phrase(zh: "全部", en: "All") }
        return facts.units.first { $0.id == id }.map { .asGiven($0.name) } ?? .asGiven(id)
    }

    /// One line in words: `40 points × 18/20 = 36.00`.
    package func sentence(_ line: Outcome.Line, of score: String) -> Phrase {
        let (most, title) = (points(line.most, of: score), title(line.item))
        guard let earned = line.earned else {
            return Phrase(
                zh: "\(title.zh)：没有应做的，这 \(most) 分不算",
                en: "\(title.en): nothing is due, these \(most) points are left out")
        }
        let made = points(earned, of: score)
        if line.whole == 0 {
            return Phrase(
                zh: "\(title.zh)：没有应做的，按方案给 \(made) 分",
                en: "\(title.en): nothing is due, the scheme gives \(made)")
        }
        if let inner = scores[line.item] {
            let got = inner.text(line.part)
            return Phrase(
                zh: "\(title.zh)：\(most) 分 × \(got)/100 = \(made)",
                en: "\(title.en): \(most) points × \(got)/100 = \(made)")
        }
        let isLower = indicators[line.item]?.isLowerBetter == true
        let part = isLower ? "(\(line.whole) − \(line.part))" : "\(line.part)"
        return Phrase(
            zh: "\(title.zh)：\(most) 分 × \(part)/\(line.whole) = \(made)",
            en: "\(title.en): \(most) points × \(part)/\(line.whole) = \(made)")
    }

    /// Every reason of a score, line by line.
    package func reasons(_ score: Outcome.ScoreOf) -> [Phrase] {
        var reasons = score.lines.map { sentence($0, of: score.score) }
        if !score.mean.isEmpty, case .mean(let inner)? = scores[score.score]?.way {
            let parts = score.mean.compactMap { self.score(inner, of: $0)?.points }.map {
                points($0, of: inner)
            }
            reasons.append(
                Phrase(
                    zh: "\(parts.count) 个单位“\(title(inner).zh)”的平均：\(parts.joined(separator: "、"))",
                    en:
                        """
                        the mean of “\(title(inner).en)” over \(parts.count) units: \
                        \(parts.joined(separator: ", "))
                        """
                ))
        }
        if score.isScaled {
            let earned = score.lines.reduce(0) { $0 + ($1.earned ?? 0) }
            let most = score.lines.reduce(0) { $0 + ($1.earned == nil ? 0 : $1.most) }
            let (got, of) = (points(earned, of: score.score), points(most, of: score.score))
            reasons.append(
                Phrase(
                    zh: "算了的是 \(of) 分里的 \(got)，折成百分",
                    en: "\(got) of the \(of) points that count, counted up to a hundred"))
        }
        for deduction in score.deductions {
            let (title, off) = (title(deduction.indicator), points(deduction.points, of: score.score))
            reasons.append(
                Phrase(
                    zh: "\(title.zh)：\(deduction.count) 件，扣 \(off) 分",
                    en: "\(title.en): \(deduction.count), \(off) points taken off"))
        }
        if score.isOnFloor, let floor = scores[score.score]?.floor {
            reasons.append(Phrase(zh: "最低 \(floor) 分", en: "no less than \(floor) points"))
        }
        return reasons
    }

    /// Why an entry is there.
    package func reason(_ entry: Outcome.Entry) -> Phrase {
        guard let incentive = evaluation.incentives.first(where: { $0.name == entry.incentive }) else {
            return .asGiven("")
        }
        guard let halves = entry.halves, let points = entry.points else {
            return Phrase(
                zh: "\(incentive.basis.article.zh)：每个单位都有", en: "\(incentive.basis.article.en): every unit")
        }
        let place = Outcome.place(halves)
        let (got, group) = (self.points(points, of: incentive.rank), group(entry.group))
        return Phrase(
            zh: "\(incentive.basis.article.zh)：\(title(incentive.rank).zh)（\(group.zh)）第 \(place) 名，\(got) 分",
            en:
                """
                \(incentive.basis.article.en): \(title(incentive.rank).en) (\(group.en)), place \
                \(place), \(got) points
                """
        )
    }

    /// Why nothing came of a rule.
    package func reason(_ withheld: Outcome.Withheld) -> Phrase {
        let names = withheld.units.map { unit($0).name }
        let (zh, en) = (names.joined(separator: "、"), names.joined(separator: ", "))
        return switch withheld.why {
        case .tooSmall: Phrase(zh: "单位太少，不比", en: "too few units to compare")
        case .tieAtTheCut:
            Phrase(
                zh: "\(zh)并列在线上，方案说都不取",
                en: "\(en) share the place at the cut, and the scheme takes none of them")
        case .belowTheLeast:
            Phrase(zh: "\(zh)不到方案要的最低分", en: "\(en): below the least score that the scheme asks for")
        case .noAmountYet: Phrase(zh: "\(zh)：那天还没有金额", en: "\(en): no amount holds on that day")
        case .allAlike: Phrase(zh: "\(zh)与第一名同名次，没有谁落后", en: "\(en) share the first place: nobody is behind")
        }
    }
}

extension Evaluation.Incentive.RewardItem.Kind {
    /// What it is called.
    package var phrase: Phrase {
        switch self {
        case .workFunds: Phrase(zh: "工作经费", en: "Work funds")
        case .commendation: Phrase(zh: "表彰", en: "Commendation")
        case .bonus: Phrase(zh: "奖金", en: "Bonus")
        case .check: Phrase(zh: "逐一核查", en: "Check one by one")
        case .accountability: Phrase(zh: "追责问责", en: "Accountability")
        case .recommendation: Phrase(zh: "推荐", en: "Recommendation")
        }
    }
}

package import Rules
import Store

/// What the samples found: facts for judging, rates with intervals, agreement between the first and the
/// second look.
package enum SampleFindings {
    /// The sampled checks of an assessment as facts, for every judged unit whose land or work an item shows.
    static func facts(
        _ units: [JudgedUnit], _ assessment: Assessment, _ scheme: Evaluation, county: County, in books: Books
    ) throws -> [EvaluationFacts.Fact] {
        var counts: [[String]: (part: Int, whole: Int)] = [:]
        try each(of: assessment, county: county, in: books) { layer, about, sample, item, isRight in
            guard !about.isEmpty else { return }
            let kinds = Set(scheme.scores.filter { $0.layer == layer && $0.uses(about) }.map(\.of))
            for unit in units where kinds.contains(unit.kind.rawValue) && shows(item, unit) {
                let key = [about, unit.id, layer, sample.text], old = counts[key] ?? (0, 0)
                counts[key] = (old.part + (isRight ? item.hits : 0), old.whole + item.hits)
            }
        }
        return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, count in
            .init(key[0], key[1], layer: key[2], count.part, of: count.whole, source: "sample \(key[3])")
        }
    }

    /// Visits recorded as met of which the household says that nobody came, of those looked at again.
    static func contradicted(_ units: [JudgedUnit], _ assessment: Assessment, county: County, in books: Books)
        throws -> [String: (part: Int, whole: Int)]
    {
        var counts: [String: (part: Int, whole: Int)] = [:]
        try each(of: assessment, purpose: .visits, county: county, in: books) { _, _, _, item, _ in
            for unit in units where shows(item, unit) {
                let old = counts[unit.id] ?? (0, 0)
                counts[unit.id] = (old.part + (item.secondWord == Self.nobodyCame ? 1 : 0), old.whole + 1)
            }
        }
        return counts
    }
    /// The word of a second visit at which nobody remembers the first.
    package static let nobodyCame = "nobody_came"

    private static func shows(_ item: SampleItem, _ unit: JudgedUnit) -> Bool {
        unit.path.isEmpty ? item.unit == unit.unit && unit.unit != nil : item.path.hasPrefix(unit.path)
    }

    private static func each(
        of assessment: Assessment, purpose: Sample.Purpose? = nil, county: County, in books: Books,
        _ body: (_ layer: String, _ about: String, _ sample: ID<Sample>, _ item: SampleItem, _ isRight: Bool)
            throws -> Void
    ) throws {
        let only: SQL = purpose.map { "s.purpose = \($0)" } ?? "1 = 1"
        try books.transaction.each(
            """
            SELECT r.layer, s.about, i.* FROM sample_item i JOIN sample s ON s.county = i.county
                AND s.id = i.sample
            JOIN evaluation_round r ON r.county = s.county AND r.id = s.round
            WHERE i.county = \(county) AND r.assessment = \(assessment.id) AND i.outcome = 'answered'
                AND i.is_right IS NOT NULL AND \(only)
            """
        ) { row in
            let item = try SampleItem(row)
            try body(
                try row.get("layer"), try row.get("about"), try row.get("sample"), item, item.isRight == true)
        }
    }

    /// How a sample stands: asked, refused, not reached, and the weighted rate with its intervals.
    package struct Standing: Sendable {
        /// How many were drawn, answered, refused, not reached and replaced.
        package var drawn = 0, answered = 0, refused = 0, unreachable = 0, replaced = 0
        /// The rate of those that were right, weighted.
        package var estimate = Estimate([])
        /// How far first and second look agree, by what was compared; nil where kappa says nothing.
        package var agreement: [(what: String, pairs: Int, agree: Int, kappa: Double?)] = []
    }

    /// How a sample stands, from its items. `first` has the first visits' answers by item, where there were
    /// any.
    package static func standing(
        _ items: [SampleItem], _ purpose: Sample.Purpose, first: [String: [String: String]] = [:]
    ) -> Standing {
        var standing = Standing()
        standing.drawn = items.count { $0.inPlaceOf.isEmpty }
        for item in items {
            switch item.outcome {
            case .answered?: standing.answered += 1
            case .refused?: standing.refused += 1
            case .unreachable?: standing.unreachable += 1
            case .replaced?: standing.replaced += 1
            case nil: break
            }
        }
        standing.estimate = Estimate(
            items.compactMap { item in
                item.isRight.map {
                    (
                        $0,
                        Double(item.hits * (purpose.isOfPeople ? item.size : 1)) * Double(item.weight)
                            / Double(max(1, item.over))
                    )
                }
            })
        let answered = items.filter { $0.outcome == .answered }
        // What the first look said as a whole, and whether the second says the same.
        let verdicts = answered.compactMap { item in
            item.isRight.flatMap {
                item.firstWord.isEmpty ? nil : (item.firstWord, $0 ? item.firstWord : "other")
            }
        }
        if !verdicts.isEmpty {
            standing.agreement.append(
                (verdict, verdicts.count, verdicts.count { $0 == $1 }, Kappa.cohen(verdicts)))
        }
        for question in Set(answered.flatMap(\.answers.keys)).sorted() {
            let pairs = answered.compactMap { item in
                first[item.item]?[question].flatMap { one in item.answers[question].map { (one, $0) } }
            }
            if !pairs.isEmpty {
                standing.agreement.append(
                    (question, pairs.count, pairs.count { $0 == $1 }, Kappa.cohen(pairs)))
            }
        }
        return standing
    }

    /// What an agreement of whole verdicts is called.
    package static let verdict = "verdict"

    /// The answers of the first visits to the items of a sample: for who may see the whole sample.
    package static func firstAnswers(_ items: [SampleItem], for actor: Actor, in books: Books) throws
        -> [String: [String: String]]
    {
        try Samples.need(actor)
        var answers: [String: [String: String]] = [:]
        for item in items where item.outcome == .answered {
            if let id = ID<Visit>(item.item),
                let visit = try Visits.find(id, of: actor.county, in: books)
            {
                answers[item.item] = visit.answers
            }
        }
        return answers
    }
}

import Rules
import Store

/// Collecting what is known of the judged units: figures that the program counts, sampled checks, marks of
/// handed-in sheets. Nothing is typed in here, and each fact says which record it stands on.
package enum FactCollection {
    /// The facts of an assessment for a layer as of a day.
    static func collect(
        _ assessment: Assessment, of evaluation: PublishedEvaluation, layer: String, county: County,
        on day: Day, in books: Books
    ) throws -> EvaluationFacts {
        let scheme = evaluation.scheme
        let units = try JudgedUnits.all(of: scheme, county: county, on: day, in: books)
        var facts: [EvaluationFacts.Fact] = []
        let figures = Counting(units, assessment, scheme, county: county, day: day, books: books)
        for indicator in scheme.indicators {
            guard case .figure(let name, let narrowed) = indicator.source,
                let figure = JudgedFigure(rawValue: name)
            else { continue }
            let kinds = Set(
                scheme.scores.filter { $0.uses(indicator.name) }.compactMap { JudgedKind(rawValue: $0.of) })
            let counts = try figures.counts(figure, narrowed, kinds)
            for unit in units where kinds.contains(unit.kind) {
                guard let count = counts[unit.id], count.whole > 0 else { continue }
                facts.append(.init(indicator.name, unit.id, count.part, of: count.whole, source: name))
            }
        }
        facts += try marks(assessment, county: county, in: books)
        facts += try SampleFindings.facts(units, assessment, scheme, county: county, in: books)
        return EvaluationFacts(
            evaluation: scheme.name, version: scheme.version, day: day.description, layer: layer,
            units: units.map(\.fact), facts: facts)
    }

    /// The marks of every sheet that was handed in.
    private static func marks(_ assessment: Assessment, county: County, in books: Books) throws
        -> [EvaluationFacts.Fact]
    {
        try books.all(
            """
            SELECT m.unit, m.indicator, m.mark, m.most, m.why, r.layer, s.id, s.team FROM sheet_mark m
            JOIN score_sheet s ON s.county = m.county AND s.id = m.sheet
                JOIN evaluation_round r ON r.county = s.county AND r.id = s.round
            WHERE m.county = \(county) AND r.assessment = \(assessment.id)
                AND s.state = \(ScoreSheet.State.submitted)
            ORDER BY r.number, m.unit, m.indicator, s.id
            """
        ) { row in
            EvaluationFacts.Fact(
                try row.get("indicator"), try row.get("unit"), layer: try row.get("layer"),
                try row.get("mark"), of: try row.get("most"),
                by: try row.get("team"), why: try row.get("why"),
                source: "sheet \(try row.get("id", as: String.self))")
        }
    }

    /// The figures that the program counts for judged units.
    private struct Counting {
        let units: [JudgedUnit], assessment: Assessment, scheme: Evaluation, county: County, day: Day,
            books: Books
        typealias Count = (part: Int, whole: Int)

        init(
            _ units: [JudgedUnit], _ assessment: Assessment, _ scheme: Evaluation, county: County, day: Day,
            books: Books
        ) {
            (self.units, self.assessment, self.scheme, self.county, self.day, self.books) = (
                units, assessment, scheme, county, day, books
            )
        }

        func counts(_ figure: JudgedFigure, _ narrowed: [String: [String]], _ kinds: Set<JudgedKind>) throws
            -> [String: Count]
        {
            switch figure {
            case .visits: try visits(narrowed["duty"], kinds)
            case .cases: try cases(narrowed["category"], kinds)
            case .orders: try orders(narrowed["order"])
            case .lookBack: try lookBack()
            case .contradictedVisits:
                try SampleFindings.contradicted(units, assessment, county: county, in: books)
            }
        }

        private func campaign() throws -> Campaign? {
            try Campaigns.all(of: county, in: books).first { $0.name == scheme.campaign }
        }

        /// Adds a count to every unit of the land whose path it lies in.
        private func add(_ count: Count, at path: String, to counts: inout [String: Count]) {
            for unit in units where !unit.path.isEmpty && path.hasPrefix(unit.path) {
                add(count, to: unit.id, &counts)
            }
        }
        private func add(_ count: Count, to unit: String, _ counts: inout [String: Count]) {
            let old = counts[unit] ?? (0, 0)
            counts[unit] = (old.part + count.part, old.whole + count.whole)
        }

        private func visits(_ duties: [String]?, _ kinds: Set<JudgedKind>) throws -> [String: Count] {
            guard let campaign = try campaign() else { return [:] }
            // A weekly duty is one duty a week: those that end within the time that is judged.
            let wanted = Set(
                campaign.scheme.duties.filter { duty in
                    duties.map { $0.contains(duty.series?.name ?? duty.name) } ?? true
                        && (duty.series == nil
                            || assessment.since <= duty.until && duty.until <= min(assessment.until, day))
                }.map(\.name))
            var counts: [String: Count] = [:]
            let office = try Offices.of(county, in: books).territory.path
            for line in try Coverage.lines(
                campaign, by: .village, inside: office, for: .system(of: county), on: day, in: books)
            where wanted.contains(line.duty) {
                add((line.done, line.due), at: line.key, to: &counts)
            }
            if kinds.contains(.supportUnit) {
                for line in try Coverage.lines(
                    campaign, by: .supportUnit, inside: office, for: .system(of: county), on: day, in: books)
                where wanted.contains(line.duty) {
                    add((line.done, line.due), to: "\(JudgedKind.supportUnit.rawValue):\(line.key)", &counts)
                }
            }
            return counts
        }

        private func cases(_ categories: [String]?, _ kinds: Set<JudgedKind>) throws -> [String: Count] {
            // The figure that pages show, as of the end of the day that is judged: nobody reckons it twice.
            let last = min(assessment.until, day)
            let office = try Offices.of(county, in: books)
            let end = office.zone.instant(last + 1)
            let scope = try Figures.scope(
                path: office.territory.path, from: assessment.since, to: last, asOf: end, county: county,
                in: books)
            var counts: [String: Count] = [:]
            try CaseConditions.with(scope, isPast: true, in: books) { rows in
                var filter = Figures.filter(scope, for: .system(of: county))
                filter.categories = categories.map(Set.init)
                func read(by grouping: CaseConditions.Grouping, _ add: (String, Count) -> Void) {
                    for (key, found) in rows.counts(filter, asOf: end, by: grouping) {
                        let whole = found.denominator(of: .onTimeClosingRate) ?? 0
                        if whole > 0 { add(key, (found.numerator(of: .onTimeClosingRate), whole)) }
                    }
                }
                read(by: .territories) { path, count in add(count, at: path, to: &counts) }
                if !kinds.isDisjoint(with: [.department, .supportUnit]) {
                    read(by: .units) { unit, count in
                        for kind in [JudgedKind.department, .supportUnit] {
                            add(count, to: "\(kind.rawValue):\(unit)", &counts)
                        }
                    }
                }
            }
            return counts
        }

        private func orders(_ names: [String]?) throws -> [String: Count] {
            guard let campaign = try campaign() else { return [:] }
            var counts: [String: Count] = [:]
            for order in campaign.scheme.orders
            where !order.counts.isEmpty && (names.map { $0.contains(order.name) } ?? true) {
                for line in try OrderBoard.lines(
                    order, of: campaign, for: .system(of: county), on: day, in: books)
                {
                    // What came in after the freezing is to be done as well; what is left is never more than
                    // the whole.
                    let whole = max(line.before, line.left)
                    for unit in units where unit.path == line.path {
                        add((whole - line.left, whole), to: unit.id, &counts)
                    }
                }
            }
            return counts
        }

        private func lookBack() throws -> [String: Count] {
            guard let campaign = try campaign(), let pass = campaign.scheme.lookBack else { return [:] }
            var counts: [String: Count] = [:]
            let office = try Offices.of(county, in: books).territory.path
            for line in try LookBacks.lines(
                campaign, pass, byVillage: true, inside: office, for: .system(of: county), in: books)
            {
                add((line.checked, line.households), at: line.path, to: &counts)
            }
            return counts
        }
    }
}

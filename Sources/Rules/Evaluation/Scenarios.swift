/// Scenarios beside an evaluation, in a clerk's words: given these numbers, then these awards. They are run,
/// and the rules that none of them reaches are named.
package struct Scenarios: Sendable {
    /// How many there are, what did not come out as written (with the line), and the rules that none reaches,
    /// in order.
    package var count = 0, faults: [SchemeFault] = [], unreached: [String] = []

    /// Runs a text's scenarios against an evaluation without faults.
    package static func run(_ text: String, _ evaluation: Evaluation) -> Scenarios {
        run(text, of: evaluation.name, rules: rules(of: evaluation)) { ScenarioRun($0, evaluation).run() }
    }

    /// Runs every case of a text; each answers the rules that it reaches.
    static func run(_ text: String, of scheme: String, rules: [String], _ body: (SchemePart) -> Set<String>)
        -> Scenarios
    {
        var (answer, reached) = (Scenarios(), Set<String>())
        answer.faults = SchemePart.read(text) { part in
            if let name = part.needed("scenarios"), name.text() != scheme {
                name.unknown(name.text(), among: [scheme])
            }
            for item in part.needed("cases")?.list() ?? [] {
                answer.count += 1
                reached.formUnion(body(item))
            }
            part.close()
        }
        answer.unreached = rules.filter { !reached.contains($0) }
        return answer
    }

    private static func rules(of evaluation: Evaluation) -> [String] {
        evaluation.deadlines.map(\.name) + evaluation.indicators.map(\.name) + evaluation.scores.map(\.name)
            + evaluation.ranks.map(\.name)
            + evaluation.incentives.map(\.name)
    }
}

/// One scenario.
private struct ScenarioRun: SchemeReading {
    private let part: SchemePart, evaluation: Evaluation
    private var units: [EvaluationFacts.Unit] = [], facts: [EvaluationFacts.Fact] = []
    private var given: [String: [String: Points]] = [:], began: [String: Day] = [:], calendar = WorkCalendar()
    private typealias Points = (points: Int, low: Int, high: Int)

    init(_ part: SchemePart, _ evaluation: Evaluation) { (self.part, self.evaluation) = (part, evaluation) }

    /// The rules that it reaches.
    func run() -> Set<String> {
        var run = self
        return run.read()
    }

    private mutating func read() -> Set<String> {
        _ = words(part.needed("name"))
        let day = part.needed("on")?.day() ?? evaluation.until
        if let given = part.needed("given") { for (key, value) in given.pairs() { read(key, value) } }
        let all = EvaluationFacts(
            evaluation: evaluation.name, version: evaluation.version, day: "\(day)", units: units,
            facts: facts)
        let given = given.mapValues { column in
            Dictionary(
                uniqueKeysWithValues: column.compactMap { name, points in
                    units.firstIndex { $0.id == name }.map { ($0, points) }
                })
        }
        let outcome = evaluate(evaluation, IndexedFacts(all), on: day, given: given)
        var reached: Set<String> = []
        for (key, value) in part.needed("then")?.pairs() ?? [] {
            reached.formUnion(check(key, value, outcome))
        }
        part.close()
        return reached
    }

    // What is given.

    private mutating func read(_ key: String, _ value: SchemePart) {
        if key == "days off" {
            for day in value.list() { calendar.exceptions[day.day()] = false }
        } else if key == "worked" {
            for day in value.list() { calendar.exceptions[day.day()] = true }
        } else if key == "peers" {
            for (name, peers) in value.pairs() {
                if let index = units.firstIndex(where: { $0.id == name }) {
                    units[index].peers = peers.text()
                } else {
                    peers.unknown(name, among: units.map(\.id))
                }
            }
        } else if key == "units" {
            for (kind, names) in value.pairs() {
                if names.isMap {
                    for (group, inner) in names.pairs() {
                        for name in inner.list() { add(name.text(), kind, group) }
                    }
                } else {
                    for name in names.list() { add(name.text(), kind, nil) }
                }
            }
        } else if evaluation.deadlines.contains(where: { $0.name == key }) {
            began[key] = value.day()
        } else if let score = evaluation.scores.first(where: { $0.name == key }) {
            each(value, score.of) { run, name, part in
                run.given[key, default: [:]][name] = run.points(part, score)
            }
        } else if let (indicator, layer) = indicator(key) {
            let kind = evaluation.scores.first { $0.uses(indicator.name) }?.of ?? ""
            each(value, kind) { run, name, part in
                let layer = run.layer(of: indicator, for: name, named: layer)
                for fact in part.list() { run.facts.append(run.fact(fact, indicator.name, name, layer)) }
            }
        } else {
            value.unknown(
                key,
                among: evaluation.indicators.map(\.name) + evaluation.scores.map(\.name)
                    + evaluation.deadlines.map(\.name))
        }
    }

    /// `work-in-place`, or `work-in-place in mutual` where several layers mark it.
    private func indicator(_ key: String) -> (Evaluation.Indicator, String?)? {
        let halves = key.split(separator: " ").map(String.init)
        guard
            halves.count == 1
                || halves.count == 3 && halves[1] == "in"
                    && evaluation.layers.contains(where: { $0.name == halves[2] })
        else { return nil }
        return evaluation.indicators.first { $0.name == halves[0] }.map {
            ($0, halves.count == 3 ? halves[2] : nil)
        }
    }

    private func layer(of indicator: Evaluation.Indicator, for unit: String, named layer: String?) -> String?
    {
        if case .figure = indicator.source { return nil }
        if let layer { return layer }
        let kind = units.first { $0.id == unit }?.kind
        return evaluation.scores.first { $0.of == kind && $0.uses(indicator.name) }?.layer
    }

    /// Every unit of a map of units, or of a map of groups of units.
    private mutating func each(
        _ value: SchemePart, _ kind: String, _ body: (inout ScenarioRun, String, SchemePart) -> Void
    ) {
        for (name, part) in value.pairs() {
            if part.isMap {
                for (inner, part) in part.pairs() {
                    add(inner, kind, name)
                    body(&self, inner, part)
                }
            } else {
                add(name, kind, nil)
                body(&self, name, part)
            }
        }
    }

    private mutating func add(_ name: String, _ kind: String, _ group: String?) {
        if !units.contains(where: { $0.id == name }) { units.append(.init(id: name, kind: kind, name: name)) }
        guard let group else { return }
        // The group is of the kind inside which such units are ordered, or over which their mean is taken.
        let ranks = evaluation.ranks.filter { rank in
            !rank.within.isEmpty && evaluation.scores.contains { $0.name == rank.by && $0.of == kind }
        }
        let outer = evaluation.scores.first { score in
            if case .mean(let inner) = score.way {
                evaluation.scores.contains { $0.name == inner && $0.of == kind }
            } else {
                false
            }
        }
        guard let parent = ranks.first?.within ?? outer?.of else { return }
        add(group, parent, nil)
        if let index = units.firstIndex(where: { $0.id == name }) { units[index].within[parent] = group }
    }

    /// `88`, `93.50` or `88 from 84 to 92`.
    private func points(_ part: SchemePart, _ score: Evaluation.Score) -> Points {
        let words = part.text().split(separator: " ").map(String.init)
        let numbers = words.filter { $0 != "from" && $0 != "to" }.compactMap { number($0, score.places) }
        guard numbers.count == (words.count == 1 ? 1 : 3), words.count == 1 || words.count == 5 else {
            part.fault(
                "“\(part.text())”要写成 93.5 或者 88 from 84 to 92。",
                "“\(part.text())” is wanted as 93.5 or 88 from 84 to 92.")
            return (0, 0, 0)
        }
        return numbers.count == 1
            ? (numbers[0], numbers[0], numbers[0]) : (numbers[0], numbers[1], numbers[2])
    }

    /// A number with at most so many digits after the point, in the smallest unit.
    private func number(_ text: String, _ places: Int) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int(parts[0]), whole >= 0 else { return nil }
        let digits = parts.count == 2 ? String(parts[1]) : ""
        guard digits.count <= places, digits.allSatisfy(\.isNumber) else { return nil }
        return Int("\(whole)" + digits + String(repeating: "0", count: places - digits.count))
    }

    /// `18 of 20`.
    private func fact(_ part: SchemePart, _ indicator: String, _ unit: String, _ layer: String?)
        -> EvaluationFacts.Fact
    {
        let words = part.text().split(separator: " ")
        guard words.count == 3, words[1] == "of", let some = Int(words[0]), let whole = Int(words[2]),
            0 <= some, some <= whole, whole <= EvaluationFacts.most
        else {
            part.fault(
                "“\(part.text())”要写成 18 of 20，前面的不大于后面的。",
                "“\(part.text())” is wanted as 18 of 20, the first no greater than the second.")
            return .init(indicator, unit, layer: layer, 0, of: 0)
        }
        return .init(indicator, unit, layer: layer, some, of: whole)
    }

    // What comes of it.

    private func check(_ key: String, _ value: SchemePart, _ outcome: Outcome) -> Set<String> {
        if let deadline = evaluation.deadlines.first(where: { $0.name == key }) {
            let noon = calendar.zone.instant(began[key] ?? evaluation.from, ClockTime(minutes: 720))
            expect(value, value.day().description, deadline.day(from: noon, calendar).description)
            return [key]
        }
        if let score = evaluation.scores.first(where: { $0.name == key }) {
            return check(score, value, outcome)
        }
        if let rank = evaluation.ranks.first(where: { $0.name == key }) { return check(rank, value, outcome) }
        if let incentive = evaluation.incentives.first(where: { $0.name == key }) {
            return check(incentive, value, outcome)
        }
        value.unknown(
            key,
            among: evaluation.scores.map(\.name) + evaluation.ranks.map(\.name)
                + evaluation.incentives.map(\.name) + evaluation.deadlines.map(\.name))
        return []
    }

    private func expect(_ part: SchemePart, _ wanted: String, _ got: String) {
        if wanted != got {
            part.fault(
                "情景写的是“\(wanted)”，算出来是“\(got)”。", "The scenario says “\(wanted)”, the rules make “\(got)”.")
        }
    }

    private func check(_ score: Evaluation.Score, _ value: SchemePart, _ outcome: Outcome) -> Set<String> {
        var reached: Set<String> = []
        for (name, part) in value.pairs() {
            guard
                let found = outcome.scores.first(where: {
                    $0.score == score.name && units[$0.unit].id == name
                })
            else {
                expect(part, part.text(), "none")
                continue
            }
            // What people write without its last zeros is the same number.
            let wanted = number(part.text(), score.places).map { score.text($0) } ?? part.text()
            expect(part, wanted, found.points.map { score.text($0) } ?? "none")
            // A score that was handed in is not reached: nothing was reckoned.
            if given[score.name]?[name] == nil { reached.insert(score.name) }
            reached.formUnion(found.lines.filter { $0.earned != nil }.map(\.item))
            reached.formUnion(found.deductions.map(\.indicator))
        }
        return reached
    }

    private func check(_ rank: Evaluation.Rank, _ value: SchemePart, _ outcome: Outcome) -> Set<String> {
        let places = outcome.rankings.filter { $0.rank == rank.name }.flatMap(\.places)
        for (name, part) in value.pairs() {
            expect(part, part.text(), places.first { units[$0.unit].id == name }?.text ?? "none")
        }
        return [rank.name]
    }

    private func check(_ incentive: Evaluation.Incentive, _ value: SchemePart, _ outcome: Outcome) -> Set<
        String
    > {
        let entries = outcome.entries.filter { $0.incentive == incentive.name }
        func all(_ names: some Sequence<String>) -> String {
            let sorted = Set(names).sorted()
            return sorted.isEmpty ? "none" : sorted.joined(separator: ", ")
        }
        let got = all(entries.map { units[$0.unit].id })
        if value.isMap {
            let pairs = value.pairs()
            expect(value, all(pairs.map(\.name)), got)
            for (name, part) in pairs {
                let paid = entries.first { units[$0.unit].id == name && $0.fen != nil }?.fen
                expect(part, part.text(), paid.map { "\($0 / 100)" } ?? "none")
            }
        } else {
            expect(
                value, value.isText && value.text() == "none" ? "none" : all(value.list().map { $0.text() }),
                got)
        }
        return Set([incentive.name, incentive.rank]).subtracting(entries.isEmpty ? [incentive.name] : [])
    }
}

extension Evaluation.Score {
    /// Points as people write them: `93.50`.
    package func text(_ points: Outcome.Points) -> String {
        guard places > 0 else { return "\(points)" }
        let digits = "\(points % unit)"
        return "\(points / unit).\(String(repeating: "0", count: places - digits.count))\(digits)"
    }
}

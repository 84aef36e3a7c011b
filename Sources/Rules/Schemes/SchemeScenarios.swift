/// Scenarios beside a campaign's scheme, in a clerk's words: so many households, so many visits; these
/// answers, that case; this household, may it leave.
extension Scenarios {
    /// Runs a text's scenarios against a scheme without faults.
    package static func run(_ text: String, _ scheme: Scheme) -> Scenarios {
        // An order that counts cases is reached by the rule that raises them.
        let rules =
            scheme.rules(of: \.duties, { $0.series?.name ?? $0.name }) + scheme.rules(of: \.raises, \.name)
            + scheme.rules(of: \.orders, { $0.counts.isEmpty ? "" : $0.name })
            + (scheme.exit.map {
                $0.household.map(\.name) + $0.village.map { "village." + $0.name }
                    + $0.rates.map(\.rate.rawValue)
            } ?? [])
        return run(text, of: scheme.name, rules: rules.filter { !$0.isEmpty }) { part in
            var run = SchemeScenario(scheme)
            return run.run(part)
        }
    }
}

extension Scheme {
    fileprivate func rules<Rule>(of list: KeyPath<Scheme, [Rule]>, _ name: (Rule) -> String) -> [String] {
        var seen: Set<String> = []
        return self[keyPath: list].map(name).filter { seen.insert($0).inserted }
    }
}

/// One scenario of a campaign.
private struct SchemeScenario: SchemeReading {
    private let scheme: Scheme
    private var owed: [String: Int] = [:], answers: [String: String] = [:], household = ExitFacts(),
        village = ExitFacts()
    private var isVillage = false, parameters: [String: Int] = [:], rates: [String: Proportion] = [:]

    init(_ scheme: Scheme) { self.scheme = scheme }

    mutating func run(_ part: SchemePart) -> Set<String> {
        _ = words(part.needed("name"))
        for (key, value) in part.needed("given")?.pairs() ?? [] { read(key, value) }
        var reached: Set<String> = []
        for (key, value) in part.needed("then")?.pairs() ?? [] { reached.formUnion(check(key, value)) }
        part.close()
        return reached
    }

    private mutating func read(_ key: String, _ value: SchemePart) {
        switch key {
        case "households": for (duty, count) in value.pairs() { owed[duty] = count.number(in: 0...1_000_000) }
        case "answers": for (question, word) in value.pairs() { answers[question] = word.text() }
        case "parameters":
            for (name, number) in value.pairs() { parameters[name] = number.number(in: 0...1_000_000_000) }
        case "household": read(value, into: &household)
        case "village":
            isVillage = true
            read(value, into: &village)
        case "rates":
            for (rate, part) in value.pairs() {
                let words = part.text().split(separator: " ")
                guard words.count == 3, words[1] == "of", let some = Int(words[0]), let whole = Int(words[2]),
                    0 <= some, some <= whole
                else {
                    part.fault("“\(part.text())”要写成 3 of 200。", "“\(part.text())” is wanted as 3 of 200.")
                    continue
                }
                rates[rate] = Proportion(some, of: whole)
            }
        default:
            value.unknown(
                key, among: ["answers", "household", "households", "parameters", "rates", "village"])
        }
    }

    private func read(_ part: SchemePart, into facts: inout ExitFacts) {
        for (name, value) in part.pairs() {
            switch name {
            case "income": facts.income = value.number(in: 0...10_000_000)
            case "poor": facts.poor = value.number(in: 0...10_000_000)
            case "population": facts.population = value.number(in: 0...10_000_000)
            case "members":
                for member in value.list() {
                    var (age, known) = (nil as Int?, [String: String]())
                    for (fact, value) in member.pairs() {
                        if fact == "age" {
                            age = value.number(in: 0...150)
                        } else {
                            known[fact] = value.text()
                        }
                    }
                    facts.members.append((name: "", age: age, facts: known))
                }
            default: facts.facts[name] = value.text()
            }
        }
    }

    private func check(_ key: String, _ value: SchemePart) -> Set<String> {
        switch key {
        case "due":
            var reached: Set<String> = []
            for (name, count) in value.pairs() {
                guard let duty = scheme.duties.first(where: { ($0.series?.name ?? $0.name) == name }) else {
                    count.unknown(name, among: scheme.duties.map { $0.series?.name ?? $0.name })
                    continue
                }
                expect(count, count.text(), "\(duty.due(of: owed[name] ?? 0))")
                reached.insert(name)
            }
            return reached
        case "raises":
            let raised = scheme.raises.filter {
                $0.when.allSatisfy { answers[$0.question].map($0.words.contains) ?? false }
            }.map(\.name)
            return names(value, raised)
        case "counts":
            let counted = scheme.orders.filter { order in
                !order.counts.isEmpty
                    && order.counts.allSatisfy { count in
                        household.facts[count.fact].map(count.values.contains) ?? false
                    }
            }
            return names(value, counted.map(\.name))
        case "holds", "fails", "unknown":
            let wanted: Bool? = key == "holds" ? true : key == "fails" ? false : nil
            // A scenario is about a household or about a village; a village's checks are told apart by their
            // first word.
            let found =
                isVillage
                ? (scheme.exit?.village ?? []).filter { $0.rule.finding(village, parameters).holds == wanted }
                    .map { "village." + $0.name }
                : (scheme.exit?.household ?? []).filter {
                    $0.rule.finding(household, parameters).holds == wanted
                }.map(\.name)
            return names(value, found)
        case "forbids":
            let forbidding = (scheme.exit?.rates ?? []).filter { veto in
                guard let rate = rates[veto.rate.rawValue], let limit = parameters[veto.parameter] else {
                    return false
                }
                return veto.rate == .approval ? rate.isBelow(limit) : rate.isAbove(limit)
            }
            return names(value, forbidding.map(\.rate.rawValue))
        default:
            value.unknown(key, among: ["counts", "due", "fails", "forbids", "holds", "raises", "unknown"])
            return []
        }
    }

    /// The names that are written have to be those that came out.
    private func names(_ part: SchemePart, _ found: [String]) -> Set<String> {
        let written = part.isText && part.text() == "none" ? [] : part.list().map { $0.text() }
        expect(part, written.sorted().joined(separator: ", "), found.sorted().joined(separator: ", "))
        return Set(written)
    }

    private func expect(_ part: SchemePart, _ wanted: String, _ got: String) {
        let (wanted, got) = (wanted.isEmpty ? "none" : wanted, got.isEmpty ? "none" : got)
        if wanted != got {
            part.fault(
                "情景写的是“\(wanted)”，算出来是“\(got)”。", "The scenario says “\(wanted)”, the rules make “\(got)”.")
        }
    }
}

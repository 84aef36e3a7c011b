import Rules

/// Who would have moved: two outcomes of the same facts beside each other.
package struct MovedUnits: Sendable {
    /// One difference: the rule, the unit, and what it had and would have.
    package struct Move: Sendable, Hashable {
        /// The rule and the unit's identity and name.
        package var rule: String, unit: String, name: String
        /// What it has under the first and under the second scheme; empty for nothing.
        package var before: String, after: String
    }
    /// Every difference, in the order of the first scheme's rules.
    package var moves: [Move]

    /// Compares ranks of the same name by place, and entries of the same rule by what is given.
    package init(_ one: JudgedOutcome, _ other: JudgedOutcome) {
        func places(_ judged: JudgedOutcome) -> [[String]: String] {
            var all: [[String]: String] = [:]
            for ranking in judged.outcome.rankings {
                for place in ranking.places { all[[ranking.rank, judged.unit(place.unit).id]] = place.text }
            }
            for entry in judged.outcome.entries {
                let key = [entry.incentive, judged.unit(entry.unit).id]
                let given = entry.kind.rawValue + (entry.fen.map { " \($0 / 100)" } ?? "")
                all[key] = all[key].map { "\($0), \(given)" } ?? given
            }
            return all
        }
        let (before, after) = (places(one), places(other))
        let rules = one.evaluation.ranks.map(\.name) + one.evaluation.incentives.map(\.name)
        let number = Dictionary(rules.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Dictionary(
            one.facts.units.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        moves = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
            .sorted {
                (number[$0[0]] ?? rules.count, $0[0], $0[1]) < (number[$1[0]] ?? rules.count, $1[0], $1[1])
            }
            .map {
                Move(
                    rule: $0[0], unit: $0[1], name: names[$0[1]] ?? $0[1], before: before[$0] ?? "",
                    after: after[$0] ?? "")
            }
    }
}

extension JudgedOutcome {
    /// Who would have moved had another scheme held. Throws `Refusal.invalid` with every fault of its text,
    /// and if the facts do not fit it.
    package func moved(under text: String) throws -> MovedUnits {
        let (scheme, wrong) = Evaluation.read(text, .own)
        guard wrong.isEmpty else { throw Refusal.scheme(wrong) }
        let faults = facts.faults(for: scheme)
        guard faults.isEmpty else {
            throw Refusal.invalid(faults.prefix(10).map { .init("scheme", $0.phrase) })
        }
        return MovedUnits(self, JudgedOutcome(scheme, facts, on: outcome.day))
    }
}

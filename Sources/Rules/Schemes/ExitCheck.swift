/// What is known when somebody is to leave the register.
package struct ExitFacts: Sendable {
    /// One member: the name, the full years if the birth is known, and the facts.
    package typealias Person = (name: String, age: Int?, facts: [String: String])
    /// The facts of the household or the village by name, in stable words, `yes` and `no`; what is unknown is
    /// not there.
    package var facts: [String: String] = [:]
    /// The members, and net income a head in yuan; nil if it is unknown.
    package var members: [Person] = [], income: Int?
    /// People of the village in registered households that have not left, and all its people; nil if it is
    /// unknown.
    package var poor = 0, population: Int?
    /// Nothing known yet.
    package init() {}
}

/// What came of one check, with what it is seen from.
package struct ExitFinding: Sendable {
    /// Whether it holds; nil if something is unknown that would decide it.
    package var holds: Bool?
    /// What it is seen from.
    package var evidence: [Evidence]

    /// What a finding is seen from.
    package enum Evidence: Sendable, Equatable {
        /// The fact's value; nil if it is unknown.
        case value(String?)
        /// A member's value; nil if it, or the age, is unknown.
        case member(String, String?)
        /// Nobody is of the ages.
        case nobody
        /// A number and what it is held against; nil if it is unknown.
        case number(Int?, limit: Int)
        /// Of so many people so many thousandths at most.
        case share(Int, of: Int?, limit: Int)
        /// The office has not set the number.
        case unset(String)
    }
}

extension Scheme.Check.Rule {
    /// Whether the rule holds for what is known. Pure: the office's numbers are handed in by name.
    package func finding(_ known: ExitFacts, _ parameters: [String: Int]) -> ExitFinding {
        switch self {
        case .fact(let name, let values):
            let value = known.facts[name]
            return ExitFinding(holds: value.map(values.contains), evidence: [.value(value)])
        case .members(let ages, let fact, let values):
            // Of whom the age is unknown the rule may be about.
            let asked = known.members.filter { $0.age.map(ages.contains) ?? true }
            guard !asked.isEmpty else { return ExitFinding(holds: true, evidence: [.nobody]) }
            let seen = asked.map { person in
                (name: person.name, value: person.facts[fact], isOfAge: person.age != nil)
            }
            let evidence = seen.map { ExitFinding.Evidence.member($0.name, $0.isOfAge ? $0.value : nil) }
            if seen.contains(where: { $0.isOfAge && $0.value.map { !values.contains($0) } ?? false }) {
                return ExitFinding(holds: false, evidence: evidence)
            }
            // Somebody whose age is unknown but whose value is right decides nothing against it.
            let isKnown = seen.allSatisfy { $0.value.map { values.contains($0) } ?? false }
            return ExitFinding(holds: isKnown ? true : nil, evidence: evidence)
        case .income(let parameter):
            guard let line = parameters[parameter] else {
                return ExitFinding(holds: nil, evidence: [.unset(parameter)])
            }
            return ExitFinding(
                holds: known.income.map { $0 >= line }, evidence: [.number(known.income, limit: line)])
        case .incidence(let parameter):
            guard let most = parameters[parameter] else {
                return ExitFinding(holds: nil, evidence: [.unset(parameter)])
            }
            let holds = known.population.flatMap {
                $0 > 0 ? !Proportion(known.poor, of: $0).isAbove(most) : nil
            }
            return ExitFinding(
                holds: holds, evidence: [.share(known.poor, of: known.population, limit: most)])
        }
    }
}

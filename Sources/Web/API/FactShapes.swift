import Governance
import Rules

/// What the API says of facts: what is known, under the facts' names.
enum FactShapes {
    static let household = shape("HouseholdFacts", .household)
    static let member = shape("MemberFacts", .member)
    static let income = shape("IncomeFacts", .income)
    static let village = shape("VillageFacts", .village)

    /// A value of any fact; null if it is unknown.
    static let value = Schema.optional(.either([.text, .integer, .flag]))

    private static func shape(_ name: String, _ list: FactList) -> Shape<Facts> {
        Shape(
            name,
            """
            What is known, by the facts' names; what is unknown is left out. Certificates, telephones and \
            accounts read `******`.
            """
        ) {
            list.shown.map { fact in
                Member<Facts>(fact.name, as: fact.valueSchema, fact.field.label.en, isRequired: false) {
                    facts, _ in facts.isKnown(fact.name) ? fact.json(in: facts) : nil
                }
            }
        }
    }
}

extension Fact {
    /// What its value looks like.
    fileprivate var valueSchema: Schema {
        switch kind {
        case .choice(let choices): .choice(name: nil, choices.map(\.word))
        case .number: .integer
        case .flag: .flag
        case .day: .format("date")
        case .text, .certificate, .secret, .inner: .text
        }
    }

    /// Its value in what is known. A secret tells only that it is known.
    func json(in facts: Facts) -> JSON {
        guard facts.isKnown(name) else { return .null }
        if isSecret { return .string("******") }
        return switch kind {
        case .flag: facts.flag(name).json
        case .number: facts.number(name).json
        default: .string(facts[name])
        }
    }
}

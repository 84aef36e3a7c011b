import Governance
import Rules

// The words of the product's enumerations, each described once under its name.

extension Case.State: JSONWord { static var schemaName: String? { "CaseState" } }
extension Case.Source: JSONWord { static var schemaName: String? { "CaseSource" } }
extension Case.Outcome: JSONWord { static var schemaName: String? { "CaseOutcome" } }
extension CaseVerb: JSONWord { static var schemaName: String? { "CaseVerb" } }
extension CaseField: JSONWord { static var schemaName: String? { "CaseField" } }
extension Satisfaction: JSONWord { static var schemaName: String? { "Satisfaction" } }
extension Decision.Kind: JSONWord { static var schemaName: String? { "DecisionKind" } }
extension Photo.Kind: JSONWord {}

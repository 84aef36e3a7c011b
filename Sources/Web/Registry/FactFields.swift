import Governance

/// Facts on the pages that ask for them.
extension Facts {
    /// A field of every fact with what is known in it; secrets stay empty unless they change. `needed` has to
    /// be filled in.
    func fields(_ call: Call, needing needed: String? = nil) -> [Field] {
        list.shown.map { fact in
            let field = fact.name == needed ? fact.field.required : fact.field
            return field.field(call, value: entered(fact))
        }
    }
}

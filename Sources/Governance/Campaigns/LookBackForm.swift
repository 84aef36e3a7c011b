import Rules

/// What a look-back tells of a household, declared once for the page and the API; the facts that it compares
/// stand beside these fields.
package enum LookBackForm {
    /// What came of it.
    package static let verdict = FormField(
        "verdict", "结论", "What came of it", .choice(of: LookBack.Verdict.self, \.words), isRequired: true)
    /// What else there is to say.
    package static let note = FormField("note", "说明", "Note", .text(most: 500))
    /// Every field with the facts: what else is sent is refused.
    package static let all = [verdict, note] + FactList.household.fields
}

extension LookBacks.Draft {
    /// A look-back as it was filled in. Throws `Refusal.invalid` with every fault.
    package init(_ input: FormInput) throws {
        let (values, facts) = try [LookBackForm.verdict, LookBackForm.note].read(input, with: .household)
        self.init(try values.choice("verdict"), found: facts, note: values["note"])
    }
}

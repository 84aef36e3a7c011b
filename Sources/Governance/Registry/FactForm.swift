import Rules

/// Facts as fields of forms: pages draw them, the API knows their names. What is entered is read by
/// `Fact.read`, as the cells of tables are.
extension Fact {
    /// The fact as a field: what it takes, what a number is counted in, and what a change of it needs.
    package var field: FormField {
        var (label, kind) = (words, FormField.Kind.line(most: 40))
        switch self.kind {
        case .text(let most): kind = .line(most: most)
        case .choice(let choices): kind = .choice(choices.map { .init($0.word, $0.words) })
        case .number(let range, let unit):
            kind = .number(range)
            label = Phrase(
                zh: unit.zh.isEmpty ? words.zh : "\(words.zh)（\(unit.zh)）",
                en: unit.en.isEmpty ? words.en : "\(words.en) (\(unit.en))")
        case .day: kind = .day
        case .flag: kind = .yesOrNo
        case .certificate, .secret, .inner: break
        }
        return FormField(name, label, kind, hint: hint)
    }

    private var hint: Phrase? {
        var hints: [Phrase] = []
        if isSecret { hints.append(Phrase(zh: "不改就留空", en: "Leave it empty to keep it")) }
        if isGated {
            hints.append(Phrase(zh: "改动要由另一个岗位审批", en: "A change needs another post's approval"))
        }
        guard !hints.isEmpty else { return nil }
        return Phrase(
            zh: hints.map(\.zh).joined(separator: "；"), en: hints.map(\.en).joined(separator: "; "))
    }
}

extension FactList {
    /// The facts that people fill in, as fields.
    package var fields: [FormField] { shown.map(\.field) }

    /// What was answered for these facts. Secrets that stayed empty are left out: whoever does not see them
    /// does not empty them.
    package func answers(in input: FormInput) -> [String: String] {
        let given = Set(input.names)
        var texts: [String: String] = [:]
        for fact in shown where given.contains(fact.name) && !(fact.isSecret && input[fact.name].isEmpty) {
            texts[fact.name] = input[fact.name]
        }
        return texts
    }
}

extension Facts {
    /// What stands in the field of a fact; a secret never does.
    package func entered(_ fact: Fact) -> String {
        if fact.isSecret { return "" }
        switch fact.kind {
        case .flag: return flag(fact.name).map { $0 ? "1" : "0" } ?? ""
        case .number: return number(fact.name).map(String.init) ?? ""
        default: return self[fact.name]
        }
    }
}

extension [FormField] {
    /// The answers to these fields, and what was written for the facts of a list beside them. `needed` is a
    /// fact that has to be filled in. Throws `Refusal.invalid` with the faults of both at once.
    package func read(_ input: FormInput, with list: FactList?, needing needed: String? = nil) throws -> (
        values: FormValues, facts: [String: String]
    ) {
        let facts = list?.answers(in: input) ?? [:]
        var (values, faults): (FormValues?, [Refusal.Fault]) = (nil, [])
        do { values = try read(input) } catch Refusal.invalid(let found) { faults += found }
        if let needed, facts[needed, default: ""].isEmpty, let fact = list?[needed] {
            faults.append(fact.field.missing)
        }
        if let list {
            do { _ = try Registering.read(facts, list) } catch Refusal.invalid(let found) { faults += found }
        }
        guard let values, faults.isEmpty else { throw Refusal.invalid(faults) }
        return (values, facts)
    }
}

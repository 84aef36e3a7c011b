package import Rules

extension Scheme.Words {
    /// The words as the rest of the program says them.
    package var phrase: Phrase { Phrase(zh: zh, en: en) }
}

extension Scheme.Question {
    /// The question as a field of a form, under a name with the form's own prefix.
    package func field(_ prefix: String) -> FormField {
        let kind: FormField.Kind =
            switch self.kind {
            case .flag: .yesOrNo
            case .choice(let choices): .choice(choices.map { .init($0.word, $0.words.phrase) })
            case .number(let range): .number(range)
            case .text: .text(most: 500)
            }
        return FormField(prefix + name, label.phrase, kind)
    }
}

/// The questions of a visit, of a sample or of a survey: whatever a scheme asks is read in one way.
package enum QuestionForm {
    /// The answers under the questions' own names, in the order of the form; yes and no are those words.
    /// Throws `Refusal.invalid` for what a question does not take and for an answer to no question.
    package static func read(
        _ answers: [String: String], _ questions: [Scheme.Question], prefix: String = ""
    ) throws -> [(name: String, word: String)] {
        let fields = questions.map { $0.field(prefix) }
        let input = FormInput(
            Dictionary(uniqueKeysWithValues: answers.map { (prefix + $0.key, $0.value) }))
        try fields.refuseOthers(in: input)
        let values = try fields.read(input)
        return questions.compactMap { question in
            let name = prefix + question.name
            if case .flag = question.kind {
                return values.optionalFlag(name).map { (question.name, $0 ? "yes" : "no") }
            }
            return values.optionalText(name).map { (question.name, $0) }
        }
    }
}

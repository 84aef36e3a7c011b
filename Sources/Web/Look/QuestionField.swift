import Governance
import Rules

extension Scheme.Question {
    /// The question as a field of a form, under a name of the form's own.
    func field(_ name: String, _ answers: FormInput, _ call: Call) -> Field {
        let kind: Field.Kind =
            switch self.kind {
            case .flag:
                .select([
                    .init(value: "yes", words: call.say("是", "yes")),
                    .init(value: "no", words: call.say("否", "no")),
                ])
            case .choice(let choices):
                .select(choices.map { .init(value: $0.word, words: call.say($0.words.phrase)) })
            case .number: .number
            case .text: .text
            }
        return Field(name: name, label: call.say(label.phrase), kind: kind, value: answers[name])
    }
}

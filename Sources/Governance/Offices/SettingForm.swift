/// What the office decides for itself, declared once for page and API.
package enum SettingForm {
    /// What else is set under a name, besides parameters.
    package enum Other: String, CaseIterable, Sendable {
        /// The working hours, and the kinds of post that need a second factor.
        case slots
        case secondFactor = "second_factor"
    }

    /// What a parameter may be. People type a share in per cent; a program sends the whole number of
    /// thousandths that is stored.
    package static func value(of parameter: Parameter, byProgram: Bool = false) -> FormField {
        FormField(
            byProgram ? "value" : parameter.rawValue, parameter.words,
            parameter.isShare && !byProgram ? .share(parameter.range) : .number(parameter.range),
            isRequired: true)
    }
    /// From which day it holds.
    package static func day(of parameter: Parameter) -> FormField {
        FormField("\(parameter.rawValue)_from", "从哪天起", "From which day", .day, isRequired: true)
    }
    /// A parameter on the page, where all of them stand beside each other under names of their own.
    package static func parameter(_ parameter: Parameter) -> [FormField] {
        [value(of: parameter), day(of: parameter)]
    }

    /// The working hours.
    package static let slots = [
        FormField(
            "slots", "每个工作日的时段", "Hours of every work day", .line(most: 400), isRequired: true,
            hint: Phrase(
                zh: "写成 08:30-12:00 14:30-18:00；时限里的工作小时按它算。",
                en: "Like 08:30-12:00 14:30-18:00; limits in work hours count these."))
    ]
    /// The kinds of post that need a second factor; administrators always do.
    package static let secondFactor = PostKind.allCases.filter { $0 != .administrator }.map {
        FormField(name(of: $0), $0.words, .flag)
    }
    /// The name of a kind's box.
    package static func name(of kind: PostKind) -> String { "kind_\(kind.rawValue)" }
    /// The kinds that were ticked there.
    package static func kinds(_ values: FormValues) -> Set<PostKind> {
        Set(PostKind.allCases.filter { values.flag(name(of: $0)) })
    }

    /// The same for programs: one thing by its name. What its value may be its own declaration says.
    package static let byProgram = [
        FormField(
            "name", "参数", "Parameter",
            .choice(
                Parameter.allCases.map { FormField.Choice($0.rawValue, $0.words) } + [
                    FormField.Choice(Other.slots.rawValue, slots[0].label),
                    FormField.Choice(Other.secondFactor.rawValue, Phrase(zh: "两步验证", en: "Second factor")),
                ]), isRequired: true),
        FormField(
            "value", "数值", "Value", .line(most: 1000),
            hint: Phrase(
                zh: "整数（比例写千分之几）；时段写成 08:30-12:00 14:30-18:00；岗位类别用空格隔开。",
                en: """
                    A whole number (of a share the thousandths), hours such as `08:30-12:00 14:30-18:00`, or \
                    kinds of post with spaces between.
                    """)),
        FormField(
            "from", "从哪天起", "From which day", .day,
            hint: Phrase(zh: "只用于参数；不填就是今天。", en: "Of a parameter; today if not given.")),
    ]
    /// Kinds of post with spaces between. Throws `Refusal.invalid` for a word that is none.
    package static func kinds(named words: String) throws -> Set<PostKind> {
        Set(
            try words.split(separator: " ").map { word in
                guard let kind = PostKind(rawValue: String(word)) else {
                    throw Refusal.invalid(
                        "value", zh: "没有岗位类别“\(word)”。", en: "There is no kind of post “\(word)”.")
                }
                return kind
            })
    }
}

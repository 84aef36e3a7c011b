package import Rules

/// What freezing, sharing out, replacing and looking ask, declared once for page and API.
package enum SampleForm {
    /// What a list of samples can be narrowed by.
    package static let filter = [
        FormField("purpose", "抽什么", "What for", .choice(of: Sample.Purpose.self, \.words))
    ]
    /// What is to be drawn.
    package static let commit = [
        FormField(
            "purpose", "抽什么", "What for", .choice(of: Sample.Purpose.self, \.words), isRequired: true),
        FormField("round", "用在哪一轮", "For which round", .line(most: 40)),
        FormField("about", "算在哪一项", "Counts for", .line(most: 200)),
        FormField("design", "怎么抽", "How", .choice(designs)),
        FormField("size", "抽多少", "How many", .number(1...SampleDraw.most), isRequired: true),
        FormField("least", "每层至少", "At least of each stratum", .number(0...SampleDraw.mostOfEach)),
    ]
    private static let designs: [FormField.Choice] = [
        .init(SampleDesign.stratified.rawValue, Phrase(zh: "按乡镇分层", en: "by township")),
        .init(SampleDesign.simple.rawValue, Phrase(zh: "简单随机", en: "simple random")),
        .init(SampleDesign.pps.rawValue, Phrase(zh: "按人数等距", en: "in proportion to people")),
    ]

    /// Among whom the page shares a sample out.
    package static let assign = ["person", "person2", "person3"].enumerated().map { index, name in
        FormField(
            name, "第 \(index + 1) 个人", "Person \(index + 1)", .reference(.person), isRequired: index == 0)
    }
    /// The same for the API: identities with spaces between.
    package static let share = [
        FormField("people", "抽查的人", "Who looks", .line(most: 4000), isRequired: true)
    ]

    /// Which one is replaced, and why.
    package static let replace = [
        FormField("number", "第几个", "Number", .number(1...1_000_000), isRequired: true),
        FormField("why", "替换的理由", "Why it is replaced", .text(most: 200), isRequired: true),
    ]

    /// Before the name of each question in a form.
    package static let answers = "answer_"
    private static let outcome = FormField(
        "outcome", "问到了吗", "Was somebody asked",
        .choice(
            SampleItem.Outcome.allCases.filter { $0 != .replaced }.map { .init($0.rawValue, $0.words) }),
        isRequired: true)
    private static let mode = FormField(
        "mode", "怎么问的", "How",
        .choice([
            .init("home", Phrase(zh: "上门", en: "at home")),
            .init("paper", Phrase(zh: "纸质问卷", en: "on paper")),
            .init("telephone", Phrase(zh: "电话", en: "by telephone")),
            .init("qr", Phrase(zh: "扫码自填", en: "by QR code")),
        ]))

    /// What is asked of whoever looks at an item. Where somebody answered, the sample's own question has to
    /// be answered with yes or no.
    package static func finding(
        _ purpose: Sample.Purpose, _ questions: [Scheme.Question], isAnswered: Bool
    ) -> [FormField] {
        var form = [outcome, mode]
        if purpose != .survey {
            form.append(
                FormField(
                    "right", purpose.question, .yesOrNo, isRequired: isAnswered,
                    hint: Phrase(zh: "问到了的一定要选。", en: "To be said whenever somebody answered.")))
        }
        if purpose == .visits {
            form.append(FormField("nobody_came", "他们说那天没有人来过", "They say that nobody came", .flag))
        }
        return form + questions.map { $0.field(answers) } + [
            FormField("note", "说明（不属实的写明哪里不对）", "Note: what is not right", .text(most: 500))
        ]
    }
    /// What the API may send for an item of any sample; which of it is asked the sample says.
    package static let found =
        finding(.visits, [], isAnswered: false).map { field in
            field.name == "right"
                ? FormField("right", "属实吗", "Is it right", field.kind, hint: field.hint) : field
        } + [
            FormField(
                answers + "*", "一道题的答案", "The answer to a question of the form", .text(most: 1000))
        ]
}

extension Samples.Draft {
    /// A sample to draw from what was filled in.
    package init(_ values: FormValues) throws {
        self.init(
            try values.choice("purpose"), round: try values.optionalID("round"), about: values["about"],
            design: try values.optionalChoice("design") ?? .stratified, size: try values.number("size"),
            least: values.optionalNumber("least") ?? 0)
    }
}

extension Samples {
    /// The people whom a form names, in whichever way. Throws `Refusal.invalid` for who is none.
    package static func people(_ values: FormValues) throws -> [ID<Person>] {
        let given =
            SampleForm.assign.map { ($0.name, values[$0.name]) }
            + values["people"].split(separator: " ").map { ("people", String($0)) }
        return try given.filter { !$0.1.isEmpty }.map { name, text in
            guard let id = ID<Person>(text) else {
                throw Refusal.invalid(name, zh: "没有这个人。", en: "There is no such person.")
            }
            return id
        }
    }
}

import Rules

/// What a visit to a household or to a point tells, declared once for pages and API. The campaign's questions
/// stand beside these fields, under their own names behind a prefix.
package enum VisitForm {
    /// Before the name of each question.
    package static let prefix = "q-"
    /// What came of it, and how it was made.
    package static let result = FormField(
        "result", "结果", "What came of it", .choice(of: Visit.Result.self, \.words), isRequired: true)
    /// How it was made; at home if nothing is said.
    package static let way = FormField("way", "方式", "How", .choice(of: Visit.Way.self, \.words))
    /// What was promised.
    package static let promise = FormField("promise", "答应了什么", "What was promised", .text(most: 500))
    /// Whether the household approves; asked apart, and nothing is said for anybody.
    package static let approval = FormField(
        "approval", "对帮扶工作认可吗（单独问）", "Does the household approve of the help (asked apart)", .yesOrNo)
    /// What else there is to say.
    package static let note = FormField("note", "还有什么情况", "Anything else", .text(most: 1000))
    /// Pictures.
    package static let photos = FormField("photo", "照片", "Photos", .photos)

    /// Every field but the questions.
    package static let fields = [
        FormField("id", "编号", "Identity", .line(most: 26)), FormField("at", "什么时候", "When", .moment),
        result, way, promise, approval, note, photos,
        FormField("longitude", "经度", "Longitude", .degrees),
        FormField("latitude", "纬度", "Latitude", .degrees),
    ]

    /// Every field with the answers: which questions there are is known when the visit is recorded.
    package static let everything =
        fields + [
            FormField(
                prefix + "*", "问题的回答", "An answer", .text(most: 500),
                hint: Phrase(
                    zh: "\(prefix) 后面是问题的名称。", en: "To the question whose name stands behind `\(prefix)`."))
        ]
}

extension Visits.Draft {
    /// A visit as it was filled in, with the answers to the campaign's questions as they were written.
    init(_ values: FormValues, answers: [String: String]) throws {
        self.init()
        (id, at) = (try values.optionalID("id"), values.moment("at"))
        (way, result) = (try values.optionalChoice("way") ?? .home, try values.choice("result"))
        (promise, note, approval) = (values["promise"], values["note"], values.optionalFlag("approval"))
        (longitude, latitude) = (values.degrees("longitude"), values.degrees("latitude"))
        (self.answers, photos) = (answers, values.photos)
    }
}

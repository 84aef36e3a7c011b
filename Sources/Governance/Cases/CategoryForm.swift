import Rules

/// What a category is made of, declared once for page, API and import.
package enum CategoryForm {
    /// As many stages as a form offers, and as many as it can have.
    private static let (usualStages, mostStages) = (4, 20)

    static let code = FormField(
        "code", "代码", "Code", .code, isRequired: true,
        hint: Phrase(
            zh: "字母、数字、点、横线，例如 fire.fly-wire；定了就不改。",
            en: "Letters, digits, dots, dashes, such as fire.fly-wire. It stays."))
    private static let words = [
        FormField("major_zh", "大类", "Major class in Chinese", .line(most: 300), isRequired: true),
        FormField("major_en", "大类英文", "Major class in English", .line(most: 300), isRequired: true),
        FormField("minor_zh", "小类", "Minor class in Chinese", .line(most: 300), isRequired: true),
        FormField("minor_en", "小类英文", "Minor class in English", .line(most: 300), isRequired: true),
        FormField(
            "kind", "类型", "Kind",
            .choice([
                .init("event", Phrase(zh: "事件（发生的事）", en: "Event (something happens)")),
                .init("component", Phrase(zh: "部件（坏了的设施）", en: "Component (a thing is broken)")),
            ]), isRequired: true),
        FormField("filing_zh", "什么情况立案", "When it is a case, in Chinese", .text(most: 300), isRequired: true),
        FormField(
            "filing_en", "什么情况立案，英文", "When it is a case, in English", .text(most: 300), isRequired: true),
        FormField("closing_zh", "怎样算办好", "When it is fixed, in Chinese", .text(most: 300), isRequired: true),
        FormField(
            "closing_en", "怎样算办好，英文", "When it is fixed, in English", .text(most: 300), isRequired: true),
        FormField("limit", "时限", "Limit", .duration, isRequired: true),
    ]
    private static let rest = [
        FormField(
            "lead_unit", "哪类单位主办", "Kind of leading unit", .choice(of: Unit.Kind.self, \.words),
            isRequired: true),
        FormField("photo_required", "办结要照片", "Ask for a photo", .flag),
        FormField("is_public", "在公示页公开", "Show in the public notice", .flag),
        FormField("grid_duty", "网格巡查本该发现", "The grid's own patrol should find it", .flag),
        FormField(
            "examples", "例句", "Example reports", .text(most: 4000),
            hint: Phrase(
                zh: "一行一句，居民会怎么说；系统据此推荐类别。",
                en: "One a line, as residents would say it; the suggestion learns from them.")),
    ]
    /// The stages in one text, as imports and the API have it.
    private static let stages = FormField(
        "stages", "分段时限", "Stages", .line(most: 400),
        hint: Phrase(
            zh: "写成 guard: 3 urgent_hours; repair: 8 urgent_hours 的样子；没有就空着。",
            en: "Such as `guard: 3 urgent_hours; repair: 8 urgent_hours`; empty for none."))
    /// The stages as a person enters them: a name and a limit each.
    private static func stageRows(_ count: Int) -> [FormField] {
        (1...max(usualStages, min(count, mostStages))).flatMap { number in
            [
                FormField(
                    "stage_\(number)", "第 \(number) 段到时要做到", "Stage \(number): what is true by then",
                    .line(most: 40)),
                FormField("stage_\(number)_limit", "第 \(number) 段时限", "Stage \(number): limit", .duration),
            ]
        }
    }
    /// Whether no new case is filed under it; only of one that exists.
    package static let retired = FormField(
        "is_retired", "停用：不再立新案", "Retired: no new case is filed under it", .flag, olderNames: ["retired"])

    /// What the page asks of a category with so many stages.
    package static func page(stages count: Int) -> [FormField] {
        [code] + words + stageRows(count) + rest
    }
    /// The same for a form that was sent.
    package static func page(of input: FormInput) -> [FormField] {
        page(stages: (1...mostStages).last { input.has("stage_\($0)") } ?? 0)
    }
    /// What tables give.
    package static let table = [code] + words + [stages] + rest
    /// What a program gives of a category; one that is new needs what a table has to give.
    package static let whole = table + [retired]
    /// The same where a category exists: what is not given stays as it is.
    package static let draft = whole.map { $0.name == code.name ? $0 : $0.optional }
    /// Which categories are asked for.
    package static let filter = [
        FormField(
            "with_retired", "连同停用的", "With retired ones", .flag,
            hint: Phrase(zh: "停用的不再立新案。", en: "Also those under which no new case is filed."))
    ]

    /// The stages that were filled in, either way. Throws `Refusal.invalid` for a half of one.
    static func stages(_ values: FormValues) throws -> [Stage] {
        if !values["stages"].isEmpty {
            guard let stages = Stage.list(values["stages"]) else {
                throw Refusal.invalid(
                    "stages", zh: "分段写成“guard: 3 urgent_hours; repair: 8 urgent_hours”的样子。",
                    en: "Write stages like “guard: 3 urgent_hours; repair: 8 urgent_hours”.")
            }
            return stages
        }
        return try (1...mostStages).compactMap { number in
            let (name, limit) = (values["stage_\(number)"], values.duration("stage_\(number)_limit"))
            if name.isEmpty, limit == nil { return nil }
            guard !name.isEmpty, let limit else {
                throw Refusal.invalid(
                    name.isEmpty ? "stage_\(number)" : "stage_\(number)_limit",
                    zh: "第 \(number) 段的名称和时限要一起填。", en: "A stage has a name and a limit.")
            }
            guard !name.contains(where: { ":;：；".contains($0) }) else {
                throw Refusal.invalid(
                    "stage_\(number)", zh: "名称里不要用冒号、分号。", en: "A name has no colon and no semicolon.")
            }
            return Stage(name: name, limit: limit)
        }
    }
}

/// What is said about a unit, declared once for page and API.
package enum UnitForm {
    /// Name, kind and place.
    package static let change = [
        FormField("name_zh", "名称", "Name in Chinese", .name, isRequired: true),
        FormField("name_en", "英文名称", "Name in English", .name),
        FormField("kind", "类别", "Kind", .choice(of: Unit.Kind.self, \.words), isRequired: true),
        FormField("territory", "所在区划", "Territory", .reference(.territory), isRequired: true),
    ]
    /// A new one.
    package static let add =
        [
            FormField(
                "code", "代码", "Code", .code, isRequired: true,
                hint: Phrase(
                    zh: "字母、数字、点、横线，导入时用它认单位；定了就不改。",
                    en: "Letters, digits, dots, dashes; imports know the unit by it. It stays."))
        ] + change + [FormField("since", "从哪天启用", "From which day", .day, isRequired: true)]
    /// It ends.
    package static let end = [
        FormField(
            "on", "从哪天停用", "From which day it no longer exists", .day, isRequired: true,
            hint: Phrase(
                zh: "先停用它的岗位；办过的事项仍记在它名下。", en: "End its posts first; its past cases stay with it."))
    ]
    private static let township = FormField(
        "territory", "乡镇", "Township", .reference(.territory), isRequired: true)
    /// A township goes under a war zone.
    package static let assign = [
        township, FormField("from", "从哪天起", "From the day", .day, isRequired: true),
    ]
    /// A township leaves it.
    package static let release = [
        township,
        FormField("on", "从哪天划出", "From which day it is out", .day, hint: FormField.elseToday),
    ]

    /// What can be done to a unit that exists, each with what it asks.
    package static let changes = ["change": change, "end": end, "assign": assign, "release": release]

    /// Which units are asked for.
    package static let filter = [
        FormField("kind", "类别", "Kind", .choice(of: Unit.Kind.self, \.words)), .onDay,
    ]
}

extension Units.Draft {
    /// What was filled in. Of a unit that exists, what was not given stays as it is.
    package init(_ values: FormValues, of old: Unit? = nil, territory: String) throws {
        let kind: Unit.Kind =
            if let old { try values.optionalChoice("kind") ?? old.kind } else { try values.choice("kind") }
        self.init(
            code: old?.code ?? values["code"], nameZh: values.text("name_zh", else: old?.name.zh ?? ""),
            nameEn: values.text("name_en", else: old?.name.en ?? ""), kind: kind, territory: territory)
    }
}

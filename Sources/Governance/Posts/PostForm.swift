/// What is said about a post and those who hold it, declared once for page and API.
package enum PostForm {
    /// What it is and where it stands.
    package static let change = [
        FormField("title_zh", "岗位名称", "Title in Chinese", .name, isRequired: true),
        FormField("title_en", "英文名称", "Title in English", .name),
        FormField(
            "kind", "类别", "Kind", .choice(of: PostKind.self, \.words), isRequired: true,
            hint: Phrase(zh: "能做什么由类别决定。", en: "What it may do follows from its kind.")),
        FormField("unit", "单位", "Unit", .reference(.unit), isRequired: true),
        FormField("territory", "负责的区划", "Answers for", .reference(.territory), isRequired: true),
        FormField(
            "reports_to", "上级岗位", "Superior post", .reference(.post),
            hint: Phrase(zh: "超期后先报到这里。", en: "What is overdue goes there first.")),
    ]
    /// A new one.
    package static let add =
        [
            FormField(
                "code", "代码", "Code", .code, isRequired: true,
                hint: Phrase(
                    zh: "字母、数字、点、横线；人员导入时就是登录名。定了就不改。",
                    en: "Letters, digits, dots, dashes; imports of people use the login. It stays."))
        ] + change + [FormField("since", "从哪天设立", "From which day", .day, isRequired: true)]
    /// It ends.
    package static let end = [
        FormField(
            "on", "从哪天停用", "From which day it no longer exists", .day, isRequired: true,
            hint: Phrase(
                zh: "在岗的人同一天离岗；下级岗位要另定上级。",
                en: "Its holders leave that day; the posts below need another superior."))
    ]
    /// Somebody takes it up.
    package static let begin = [
        FormField("person", "谁", "Who", .reference(.person), isRequired: true),
        FormField("stand_in", "代班（原来的人仍在岗）", "As a stand-in (the holder stays)", .flag),
        FormField("from", "从哪天到岗", "From which day", .day, isRequired: true),
        FormField(
            "until", "到哪天为止", "Until which day", .day,
            hint: Phrase(
                zh: "这一天起不再担任；不填就一直担任。",
                en: "From that day on no longer; empty means until further notice.")),
    ]
    /// Somebody leaves it.
    package static let leave = [
        FormField("tenure", "谁离岗", "Who leaves", .reference(.tenure), isRequired: true),
        FormField("on", "从哪天起不在岗", "From which day no longer", .day, isRequired: true),
    ]

    /// What can be done to a post that exists, each with what it asks.
    package static let changes = ["change": change, "end": end, "begin": begin, "leave": leave]

    /// Which posts are asked for.
    package static let filter = [
        FormField("kind", "类别", "Kind", .choice(of: PostKind.self, \.words)),
        FormField("unit", "单位", "Unit", .reference(.unit)), .onDay,
    ]
}

extension Posts.Draft {
    /// What was filled in. Of a post that exists, what was not given stays as it is; an empty superior makes
    /// it the top of its chain.
    package init(_ values: FormValues, of old: Post? = nil, territory: String) throws {
        let (kind, unit): (PostKind, ID<Unit>) =
            if let old {
                (try values.optionalChoice("kind") ?? old.kind, try values.optionalID("unit") ?? old.unit)
            } else { (try values.choice("kind"), try values.id("unit")) }
        self.init(
            code: old?.code ?? values["code"], titleZh: values.text("title_zh", else: old?.title.zh ?? ""),
            titleEn: values.text("title_en", else: old?.title.en ?? ""), kind: kind, unit: unit,
            territory: territory,
            reportsTo: values.isGiven("reports_to") ? try values.optionalID("reports_to") : old?.reportsTo)
    }
}

/// What a change of the land asks, declared once for page and API.
package enum TerritoryForm {
    private static let name = FormField("name", "名称", "Name", .name, isRequired: true)
    private static let code = FormField("code", "代码", "Code", .code, isRequired: true)
    /// Which system a code belongs to: systems give one place different codes.
    package static let system = FormField("system", "代码属于哪套编码", "Code system", .code, isRequired: true)
    private static let on = FormField(
        "on", "从哪天起", "From the day", .day, isRequired: true,
        hint: Phrase(
            zh: "这天以前的数还按原来的区划；户、岗位和在办事项跟着走。",
            en: "Before that day everything counts as it was; households, posts and open cases go along."))
    /// What a new territory lies in: the page knows it, a program names it.
    package static let parent = FormField(
        "parent", "上级区划", "Territory above", .reference(.territory), isRequired: true)

    /// A part of a territory.
    package static let add = [
        name, FormField("level", "级别", "Level", .choice(of: Territory.Level.self, \.words), isRequired: true),
        code, system, FormField("since", "从哪天启用", "From which day", .day, isRequired: true),
    ]
    /// Another name.
    package static let rename = [
        FormField(
            "name", "新名称", "New name", .name, isRequired: true,
            hint: Phrase(
                zh: "旧名称留作别名，说旧名也找得到。", en: "The old name stays as an alias, so it is still found.")),
        FormField("from", "从哪天更名", "From which day", .day, isRequired: true),
    ]
    /// A name beside the official one.
    package static let alias = [
        FormField(
            "alias", "别名", "Alias", .name, isRequired: true,
            hint: Phrase(
                zh: "大家平时怎么叫它，比如小区名、老地名。", en: "What people call it, such as an estate or an old name."))
    ]
    /// It ends in another one of its level.
    package static let merge = [
        FormField("into", "并入哪里", "Into which", .reference(.territory), isRequired: true), on,
    ]
    /// Part of it becomes another one.
    package static let split = [
        FormField("name", "新区划的名称", "Name of the new one", .name, isRequired: true),
        FormField("code", "新区划的代码", "Code of the new one", .code, isRequired: true), system,
        FormField("parts", "划出去的下级", "Parts that go", .text(most: 4000)),
        FormField(
            "groups", "划出去的村民组", "Groups that go", .text(most: 4000),
            hint: Phrase(
                zh: "登记里的组名，用顿号隔开；这些组的户一起走。",
                en: "Names as the register has them; their households go along.")),
        on,
    ]
    /// It goes under another one with all that lies in it.
    package static let move = [
        FormField("under", "划到哪里", "Under which", .reference(.territory), isRequired: true),
        FormField(
            "code", "新代码", "New code", .code,
            hint: Phrase(zh: "不填就沿用原代码。", en: "Empty keeps the old one.")),
        on,
    ]
    /// It ends.
    package static let end = [
        FormField(
            "on", "从哪天停用", "From which day it no longer exists", .day, isRequired: true,
            hint: Phrase(
                zh: "先停用或移走它的下级和岗位；已有的事项不受影响。",
                en: "End or move its parts and posts first; existing cases stay."))
    ]

    /// What can be done to a territory that exists, each with what it asks.
    package static let changes = [
        "rename": rename, "alias": alias, "merge": merge, "split": split, "move": move, "end": end,
    ]

    /// Which of the office's territories are asked for.
    package static let filter = [
        FormField("level", "级别", "Level", .choice(of: Territory.Level.self, \.words)),
        FormField(
            "parent", "上级区划", "Territory above", .reference(.territory),
            hint: Phrase(zh: "只要直接在它下面的。", en: "Only what lies directly in it.")),
    ]
}

extension [FormField] {
    /// The same for programs, which need not name a day: it is today then. A territory they name as they know
    /// it.
    package var byProgram: [FormField] {
        map { field in
            switch field.kind {
            case .day where field.isRequired: field.optional.hinting(FormField.elseToday)
            case .reference(.territory):
                field.hinting(Phrase(zh: "代码、名称或标识。", en: "Code, name or identity."))
            default: field
            }
        }
    }
}

extension FormField {
    /// What is said where a day need not be named.
    package static let elseToday = Phrase(zh: "不填就是今天。", en: "Today if not given.")
    /// Of which day a list is asked.
    package static let onDay = FormField("on", "哪一天", "Of which day", .day, hint: elseToday)
}

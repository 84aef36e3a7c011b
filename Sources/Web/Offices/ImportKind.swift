import Governance
import Rules

/// What can be taken in, on the page and by programs.
enum ImportKind: String, CaseIterable, Sendable {
    case territories, codes, units, people, points, categories, calendar, cases, villages, register

    var words: Phrase {
        switch self {
        case .territories: Phrase(zh: "区划", en: "Territories")
        case .codes: Phrase(zh: "代码对照表", en: "Codes of other systems")
        case .points: Phrase(zh: "点位", en: "Points")
        case .units: Phrase(zh: "单位", en: "Units")
        case .people: Phrase(zh: "人员和岗位", en: "People in posts")
        case .categories: Phrase(zh: "类别", en: "Categories")
        case .calendar: Phrase(zh: "节假日日历", en: "Holidays")
        case .cases: Phrase(zh: "别处的事项", en: "Cases from elsewhere")
        case .villages: Phrase(zh: "村情", en: "Village profiles")
        case .register: Phrase(zh: "建档立卡", en: "Register of households")
        }
    }
    /// The columns that the file needs, and those that it may have.
    var columns: (needed: [String], possible: [String]) {
        switch self {
        case .territories: (["code", "name", "level", "parent"], ["longitude_gcj02", "latitude_gcj02"])
        case .codes: (["nbs_2016", "mca_2025"], ["county", "town_name"])
        case .points: (["code", "name", "territory"], ["longitude", "latitude"])
        case .units: (["code", "name_zh", "kind", "territory"], ["name_en"])
        case .people:
            (
                ["login", "name", "post_kind", "post_zh", "unit", "territory"],
                ["post_en", "phone", "reports_to"]
            )
        case .categories: (Categories.fields, [])
        case .calendar: (["date", "is_workday"], ["name"])
        case .villages: (["行政村"], ["乡镇"] + FactList.village.shown.map { $0.headings[0] })
        case .register:
            (
                ["行政村", "户编号", "姓名"],
                ["乡镇", "人编号"]
                    + [FactList.member, .household, .income].flatMap { $0.shown.map { $0.headings[0] } }
                    .filter { $0 != "姓名" }
            )
        case .cases:
            (
                ["number", "body"],
                CaseImport.Mapping.fields.map(\.name).filter { !["number", "body"].contains($0) }
            )
        }
    }
    var help: Phrase {
        switch self {
        case .territories:
            Phrase(
                zh: "上级用代码写在 parent 列，行的先后不论；名称变了就算更名。",
                en: "The parent column holds a code; rows in any order; a changed name is a renaming.")
        case .codes:
            Phrase(
                zh: "一行一个区划，一列一套代码，列名就是那套代码的名称；认得其中一个代码就行。",
                en:
                    """
                    A row a territory, a column a code system, whose name is the column's; one \
                    known code tells which territory it is.
                    """
            )
        case .points:
            Phrase(
                zh: "巡查要走到的地方；代码已有的按新内容更新。",
                en: "Places that rounds walk to; known codes are brought up to date.")
        case .units:
            Phrase(
                zh: "territory 写区划的名称或代码；代码已有的按新内容更新。",
                en: "The territory is a name or code; known codes are brought up to date.")
        case .people:
            Phrase(
                zh: "登录名也是岗位代码；reports_to 写上级的登录名。账号没有密码，导入后再设。",
                en:
                    """
                    The login is the post's code as well; reports_to names a superior's login. \
                    Accounts have no password yet.
                    """
            )
        case .categories:
            Phrase(zh: "代码已有而内容不同的，记为新版本。", en: "Known codes with other contents become a new version.")
        case .calendar:
            Phrase(
                zh: "只写和平常不一样的日子：放假填 0，调休上班填 1。",
                en: "Only the days that differ from the plain week: 0 is free, 1 a make-up work day.")
        case .villages:
            Phrase(
                zh: "一行一个村；同名的村写上乡镇。", en: "A row a village; of two of one name the township tells which."
            )
        case .register:
            Phrase(
                zh: "一行一个人，户的内容每行重复或只写在第一行；列的先后不论，常见的表头都认得。",
                en:
                    """
                    A row a person; what belongs to the household stands on each row or on the \
                    first; columns in any order.
                    """
            )
        case .cases:
            Phrase(
                zh: "按对方的编号认：已有的编号不重复收。",
                en: "Known by the other system's number: a number is taken once.")
        }
    }
}

// MARK: What is asked, and how it is taken

extension ImportKind {
    /// What is asked beside the table.
    var form: [FormField] {
        switch self {
        case .territories: [TerritoryForm.system, ImportForm.since]
        case .units, .people, .villages, .codes, .points: [ImportForm.since]
        case .register: [ImportForm.since] + ImportForm.register
        case .categories: []
        case .calendar: [ImportForm.basis]
        case .cases:
            ImportForm.cases(
                from: Case.Source.allCases.map { .init($0.rawValue, $0.words) },
                columns: CaseImport.Mapping.fields.map { ($0.name, Self.name(of: $0.name), $0.usual) })
        }
    }

    /// The same for programs: what they leave out is today, the usual code system, or the hotline.
    var byProgram: [FormField] {
        switch self {
        case .territories: [OrganisationAPI.system] + [ImportForm.since].byProgram
        case .register: [ImportForm.since] + ImportForm.register.map(registered)
        case .calendar: form
        case .cases: form.map { $0.name == "source" ? $0.optional.hinting(Self.elseHotline) : $0.optional }
        default: form.byProgram
        }
    }
    private static let elseHotline = Phrase(zh: "不填就是 hotline。", en: "`hotline` if not given.")
    private func registered(_ field: FormField) -> FormField {
        guard field.name == "income_year" else { return field.optional }
        return field.optional.hinting(
            Phrase(zh: "不填就是起算那天的上一年。", en: "The year before `since` if not given."))
    }

    /// What any of them asks a program, which may send the same to all.
    static let everything = allCases.flatMap(\.byProgram) + [ImportForm.since, ImportForm.dryRun]

    /// Takes a table; `values` are the answers to `form` or `byProgram`.
    func take(_ table: Table, _ values: FormValues, _ call: Call, in books: Books) throws -> ImportReport {
        let (actor, now, inside) = (call.actor, call.now, try call.names().office.territory.path)
        let since = try values.day("since", else: call.today)
        switch self {
        case .territories:
            return try Territories.importing(
                table, system: values.optionalText("system") ?? Offices.usualSystem, since: since, by: actor,
                at: now, in: books)
        case .codes:
            return try Territories.importingCodes(
                table, inside: inside, since: since, by: actor, at: now, in: books)
        case .points:
            return try Points.importing(table, inside: inside, on: since, by: actor, at: now, in: books)
        case .units:
            return try Organisation.importingUnits(
                table, inside: inside, on: since, by: actor, at: now, in: books)
        case .people:
            return try Organisation.importingPeople(
                table, inside: inside, on: since, by: actor, at: now, in: books)
        case .categories: return try Categories.importing(table, by: actor, at: now, in: books)
        case .calendar:
            return try Calendars.importing(
                table, source: values["source"], by: actor, at: now, in: books)
        case .cases:
            return try CaseImport.importing(
                table, mapping: try CaseImport.Mapping(checked(values)), by: actor, at: now, in: books)
        case .villages:
            return try VillageImport.importing(
                table, since: since, inside: inside, by: actor, at: now, in: books)
        case .register:
            return try RegisterImport.importing(
                table, try RegisterImport.Options(checked(values)), inside: inside, by: actor, at: now,
                in: books)
        }
    }

    private func checked(_ values: FormValues) -> FormInput {
        FormInput(Dictionary(form.map { ($0.name, values[$0.name]) }) { first, _ in first })
    }

    /// What a field of a case is called.
    private static func name(of field: String) -> Phrase {
        switch field {
        case "number": Phrase(zh: "编号", en: "number")
        case "title": Phrase(zh: "标题", en: "title")
        case "body": Phrase(zh: "内容", en: "text")
        case "place": Phrase(zh: "地点", en: "place")
        case "territory": Phrase(zh: "区划", en: "territory")
        case "category": Phrase(zh: "类别", en: "category")
        case "reported_at": Phrase(zh: "上报时间", en: "time of the report")
        case "name": Phrase(zh: "反映人姓名", en: "complainant's name")
        case "phone": Phrase(zh: "反映人电话", en: "complainant's telephone")
        case "is_confidential": Phrase(zh: "是否保密", en: "wish for confidentiality")
        case "about_unit": Phrase(zh: "被反映的单位", en: "unit complained about")
        default: .asGiven(field)
        }
    }
}

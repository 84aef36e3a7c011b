import Foundation
import Governance
import Hummingbird
import Rules

/// Taking tables in: tried first, written whole or not at all.
enum ImportPages {
    private static let path = "/admin/import"
    /// So many faults are enough to see what is wrong with a file.
    private static let mostFaults = 200

    /// What can be taken in.
    private enum Kind: String, CaseIterable, Sendable {
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

    /// The kinds, or the form of the one that was chosen.
    static func form(_ call: Call) async throws -> Response {
        guard let kind = Kind(rawValue: call.query["kind"]) else { return overview(call).response(call) }
        return page(kind, call, Attempt(), nil).response(call)
    }

    /// Tries the file, or takes it in if that button was pressed.
    static func run(_ call: Call) async throws -> Response {
        guard let kind = Kind(rawValue: call.query["kind"]) else { throw Refusal.notFound }
        var attempt = Attempt(answers: FormInput(["verb": "import"]))
        do {
            let (answers, file) = try await call.upload("file")
            attempt.answers = answers
            return try await call.atLength { [attempt] in try await taken(file, kind, attempt, call) }
        } catch Refusal.invalid(let faults) {
            attempt.faults = faults
            return page(kind, call, attempt, nil).response(call, status: .unprocessableContent)
        }
    }

    private static func taken(_ file: Data, _ kind: Kind, _ attempt: Attempt, _ call: Call) async throws
        -> Response
    {
        let (table, names, answers) = (try Table(file), try call.names(), attempt.answers)
        let isWanted = try answers.flag("write")
        let report = try await call.office.importing(dryRun: !isWanted) { books in
            try take(table, kind, answers, names, call, in: books)
        }
        if try answers.flag("sheet"), !report.faults.isEmpty {
            return try await Sheets.response(call.say("请改红色的格", "change the red cells"), call) {
                try report.write(of: table, to: $0, language: call.language)
            }
        }
        return page(kind, call, attempt, report).response(
            call, status: report.faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func take(
        _ table: Table, _ kind: Kind, _ answers: FormInput, _ names: Directory, _ call: Call, in books: Books
    ) throws -> ImportReport {
        let (actor, now, inside) = (call.actor, call.now, names.office.territory.path)
        return switch kind {
        case .territories:
            try Territories.importing(
                table, system: try Check.code(answers["system"], field: "system"),
                since: try answers.day("since"), by: actor, at: now, in: books)
        case .codes:
            try Territories.importingCodes(
                table, inside: inside, since: try answers.day("since"), by: actor, at: now, in: books)
        case .points:
            try Points.importing(
                table, inside: inside, on: try answers.day("since"), by: actor, at: now, in: books)
        case .units:
            try Organisation.importingUnits(
                table, inside: inside, on: try answers.day("since"), by: actor, at: now, in: books)
        case .people:
            try Organisation.importingPeople(
                table, inside: inside, on: try answers.day("since"), by: actor, at: now, in: books)
        case .categories: try Categories.importing(table, by: actor, at: now, in: books)
        case .calendar:
            try Calendars.importing(
                table, source: try Check.text(answers["basis"], field: "basis", most: 200), by: actor,
                at: now, in: books)
        case .cases:
            try CaseImport.importing(
                table, mapping: try CaseImport.Mapping(answers), by: actor, at: now, in: books)
        case .villages:
            try VillageImport.importing(
                table, since: try answers.day("since"), inside: inside, by: actor, at: now, in: books)
        case .register:
            try RegisterImport.importing(
                table, try RegisterImport.Options(answers), inside: inside, by: actor, at: now, in: books)
        }
    }

    private static func overview(_ call: Call) -> Page {
        AdminPages.frame(
            call, path, title: call.say("导入", "Import"),
            lead: call.say(
                "XLSX 或 CSV 文件（UTF-8、GB18030 都行）。先试一遍，看清楚再写入；有一处不对就都不写。",
                """
                XLSX or CSV files (UTF-8 or GB18030). Try first, then write; with one fault nothing is \
                written.
                """
            ),
            body: """
                <section class="grp"><h2>\(call.say("导入什么", "What to import"))</h2><ul class="dec dec2">\
                \(Kind.allCases.html { kind in
                    """
                        <li><a class="b" href="\(path)?kind=\(kind.rawValue)">\
                        \(call.say(kind.words))</a><span>\(call.say(kind.help))</span></li>
                        """
                })</ul></section>
                """)
    }

    private static func page(_ kind: Kind, _ call: Call, _ attempt: Attempt, _ report: ImportReport?) -> Page
    {
        let form = Form(
            action: "\(path)?kind=\(kind.rawValue)",
            fields: AdminPages.hidden(("verb", "import")) + fields(kind, call, attempt),
            submit: call.say("先试一遍（不写入）", "Try it (nothing is written)"), faults: attempt.faults,
            hasFile: true,
            other: (name: "write", value: "1", words: call.say("写入", "Import")))
        return AdminPages.frame(
            call, path, title: call.say("导入\(kind.words.zh)", "Import: \(kind.words.en)"),
            lead: call.say(kind.help),
            crumb: AdminPages.back(to: path, call.say("导入", "Import")),
            body: """
                \(report.map { outcome($0, call) })<div class="cols">\
                \(AdminPages.section(call.say("选文件", "Choose the file"), form.html(call)))\
                \(AdminPages.section(call.say("文件里的列", "Columns of the file"), columns(kind, call)))</div>
                """)
    }
}

// MARK: Parts of the page

extension ImportPages {
    private static func fields(_ kind: Kind, _ call: Call, _ attempt: Attempt) -> [Field] {
        func value(_ name: String, _ usual: String = "") -> String {
            attempt.answers.names.contains(name) ? attempt.answers[name] : usual
        }
        let since = Field(
            name: "since", label: call.say("从哪天算起", "From which day"), kind: .day,
            value: value("since", call.today.description),
            hint: call.say("新增的从这天起有效。", "What is new holds from that day."), isRequired: true)
        var fields: [Field]
        switch kind {
        case .territories:
            fields = [TerritoryPages.system(value("system", Offices.usualSystem), call), since]
        case .units, .people, .villages, .codes, .points: fields = [since]
        case .register:
            fields = [
                since,
                Field(
                    name: "income_year", label: call.say("收入是哪一年的", "Year of the incomes"), kind: .number,
                    value: value("income_year", String(call.today.parts.year - 1)), isRequired: true),
                Field(
                    name: "households", label: call.say("应有多少户", "Households there should be"), kind: .number,
                    value: value("households"),
                    hint: call.say("填了就核对", "Checked if given")),
                Field(
                    name: "people", label: call.say("应有多少人", "People there should be"), kind: .number,
                    value: value("people")),
            ]
        case .categories: fields = []
        case .calendar:
            fields = [
                Field(
                    name: "basis", label: call.say("依据", "Source"), kind: .line, value: value("basis"),
                    hint: call.say("通知的名称或文号，记入日志。", "The notice's name or number; it goes into the log."),
                    isRequired: true)
            ]
        case .cases:
            let sources = Case.Source.allCases.map {
                Field.Choice(value: $0.rawValue, words: call.say($0.words))
            }
            fields = [
                Field(
                    name: "source", label: call.say("从哪里来", "Where they come from"), kind: .select(sources),
                    value: value("source", Case.Source.hotline.rawValue), isRequired: true)
            ]
            fields += CaseImport.Mapping.fields.map { field in
                Field(
                    name: field.name,
                    label: call.say(
                        "\(name(of: field.name).zh)在哪一列", "Column of the \(name(of: field.name).en)"),
                    kind: .line,
                    value: value(field.name),
                    hint: call.say(
                        "不填就找：\(field.usual.joined(separator: "、"))",
                        "If empty: \(field.usual.joined(separator: ", "))"))
            }
        }
        let file = Field(
            name: "file", label: call.say("XLSX 或 CSV 文件", "XLSX or CSV file"), kind: .file,
            hint: call.say(
                "最大 20 MB。试过以后写入时，浏览器要您再选一次。",
                "At most 20 MB. After a trial the browser asks you to choose it again."), isRequired: true)
        let sheet = Field(
            name: "sheet",
            label: call.say("有问题就给我一张标出来的表", "If something is wrong, give me a sheet with the cells marked"),
            kind: .flag, value: value("sheet"),
            hint: call.say("改好红色的格再传这张表", "Correct the red cells and send that sheet"))
        return [file] + fields + [sheet]
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
        default: .asGiven(field)
        }
    }

    private static func columns(_ kind: Kind, _ call: Call) -> HTML {
        let (needed, possible) = kind.columns
        let more: HTML? =
            possible.isEmpty
            ? nil
            : """
            <dt>\(call.say("可以有", "Possible"))</dt><dd>\
            \(possible.joined(separator: call.say("、", ", ")))</dd>
            """
        return """
            <dl class="kv"><dt>\(call.say("必须有", "Needed"))</dt><dd>\
            \(needed.joined(separator: call.say("、", ", ")))</dd>\(more)\(values(kind, call))</dl>\
            <p class="mute sm">\(call.say("第一行是列名，大小写不论，多出来的列不看。", "The first row holds the headings, in any case; further columns are not read."))</p>
            """
    }

    /// The words that a column may hold, with what they mean.
    private static func values(_ kind: Kind, _ call: Call) -> HTML? {
        let (column, words): (String, [(String, Phrase)]) =
            switch kind {
            case .territories: ("level", Territory.Level.allCases.map { ($0.rawValue, $0.words) })
            case .units: ("kind", Unit.Kind.allCases.map { ($0.rawValue, $0.words) })
            case .people: ("post_kind", PostKind.allCases.map { ($0.rawValue, $0.words) })
            case .categories: ("lead_unit", Unit.Kind.allCases.map { ($0.rawValue, $0.words) })
            case .calendar, .cases, .villages, .register, .codes, .points: ("", [])
            }
        guard !words.isEmpty else { return nil }
        return
            """
            <dt>\(column)</dt><dd>\
            \(words.html { "<div>\($0.0) <span class=\"mute\">\(call.say($0.1))</span></div>" })</dd>
            """
    }

    /// What the file would do or did, and what is wrong with which cell.
    private static func outcome(_ report: ImportReport, _ call: Call) -> HTML {
        let note: HTML = report.faults.isEmpty ? "note info" : "note"
        let sentence: HTML =
            "<div class=\"\(note)\" role=\"status\"><p class=\"b\">\(call.say(report.words))</p></div>"
        guard !report.faults.isEmpty else { return sentence }
        let rows = report.faults.prefix(mostFaults).html {
            """
            <tr><th scope="row" class="num">\($0.row)</th><td class="nw">\($0.column)</td><td>\
            \(call.say($0.words))</td></tr>
            """
        }
        let table = AdminPages.table(
            call.say("问题", "Faults"),
            [call.say("行", "Row"), call.say("列", "Column"), call.say("怎么改", "What to do")], rows)
        let rest: HTML? =
            report.faultCount > mostFaults
            ? "<p class=\"mute\">\(call.say("只列出前 \(mostFaults) 处。", "Only the first \(mostFaults) are listed."))</p>"
            : nil
        return
            "\(sentence)\(AdminPages.list(call.say("问题", "Faults"), count: call.say("\(report.faultCount) 处", "\(report.faultCount)"), "\(table)\(rest)"))"
    }
}

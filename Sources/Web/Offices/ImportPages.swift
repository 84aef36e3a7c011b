import Foundation
import Governance
import Hummingbird
import Rules

/// Taking tables in: tried first, written whole or not at all.
enum ImportPages {
    private static let path = "/admin/import"
    /// So many faults are enough to see what is wrong with a file.
    private static let mostFaults = 200

    /// The kinds, or the form of the one that was chosen.
    static func form(_ call: Call) async throws -> Response {
        guard let kind = ImportKind(rawValue: call.query["kind"]) else {
            return overview(call).response(call)
        }
        return page(kind, call, nil, nil).response(call)
    }

    /// Tries the file, or takes it in if that button was pressed.
    static func run(_ call: Call) async throws -> Response {
        guard let kind = ImportKind(rawValue: call.query["kind"]) else { throw Refusal.notFound }
        let (sent, file) = try await call.upload("file")
        let values = try (kind.form + ImportForm.wishes).read(sent)
        return try await call.atLength { try await taken(file, kind, values, sent, call) }
    }

    private static func taken(
        _ file: Data, _ kind: ImportKind, _ values: FormValues, _ sent: FormInput, _ call: Call
    ) async throws -> Response {
        let table = try Table(file)
        let report = try await call.office.importing(dryRun: !values.flag("write")) { books in
            try kind.take(table, values, call, in: books)
        }
        if values.flag("sheet"), !report.faults.isEmpty {
            return try await Sheets.response(call.say("请改红色的格", "change the red cells"), call) {
                try report.write(of: table, to: $0, language: call.language)
            }
        }
        // What was typed stays: after a trial the same is sent to be written.
        return page(kind, call, sent, report).response(
            call, status: report.faults.isEmpty ? .ok : .unprocessableContent)
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
                \(ImportKind.allCases.html { kind in
                    """
                        <li><a class="b" href="\(path)?kind=\(kind.rawValue)">\
                        \(call.say(kind.words))</a><span>\(call.say(kind.help))</span></li>
                        """
                })</ul></section>
                """)
    }

    private static func page(_ kind: ImportKind, _ call: Call, _ sent: FormInput?, _ report: ImportReport?)
        -> Page
    {
        let fields = fields(kind, call)
        let form = Form(
            action: "\(path)?kind=\(kind.rawValue)",
            fields: sent.map { sent in fields.map { $0.filled(sent) } } ?? fields,
            submit: call.say("先试一遍（不写入）", "Try it (nothing is written)"), hasFile: true,
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
    private static func fields(_ kind: ImportKind, _ call: Call) -> [Field] {
        let usual = [
            "since": call.today.description, "income_year": String(call.today.parts.year - 1),
        ]
        let asked = kind.form.map { field in
            switch field.name {
            case "system": TerritoryPages.system(call)
            case "source" where kind == .cases: field.field(call, value: Case.Source.hotline.rawValue)
            default: field.field(call, value: usual[field.name] ?? "")
            }
        }
        // The wish to write is the other button.
        return [ImportForm.file.field(call)] + asked
            + ImportForm.wishes.filter { $0.name != "write" }.map { $0.field(call) }
    }

    private static func columns(_ kind: ImportKind, _ call: Call) -> HTML {
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
    private static func values(_ kind: ImportKind, _ call: Call) -> HTML? {
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

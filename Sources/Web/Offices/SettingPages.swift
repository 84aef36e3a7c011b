import Governance
import Hummingbird
import Rules

/// What the office decides for itself: parameters, working hours, and the calendar that limits are counted
/// with.
enum SettingPages {
    private static let path = "/admin/settings"

    /// Sets one parameter from a day on, the working hours, or which posts need a second factor.
    static func change(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let words: Phrase
        switch sent["verb"] {
        case "parameter":
            guard let parameter = Parameter(rawValue: sent["parameter"]) else { throw Refusal.notFound }
            let values = try SettingForm.parameter(parameter).read(sent)
            let value = try values.number(parameter.rawValue)
            let day = try values.day(SettingForm.day(of: parameter).name)
            try await call.write {
                try Parameters.set(parameter, to: value, from: day, by: call.actor, at: call.now, in: $0)
            }
            words = Phrase(
                zh: "已保存：“\(parameter.words.zh)”从\(call.day(day))起是 \(parameter.said(value))，以前的数不重算。",
                en: """
                    Stored: “\(parameter.words.en)” is \(parameter.said(value)) from \
                    \(call.day(day)); earlier figures are not computed again.
                    """)
        case "factor":
            let values = try SettingForm.secondFactor.read(sent)
            try await call.write {
                try SecondFactor.require(
                    SettingForm.kinds(values), by: call.actor, at: call.now, in: $0)
            }
            words = Phrase(
                zh: "已保存，马上生效：这些岗位上还没设两步验证的人，先设好才能办事。",
                en: "Stored; it holds at once: whoever holds such a post sets the second factor up first.")
        case "slots":
            let values = try SettingForm.slots.read(sent)
            try await call.write {
                try Calendars.setSlots(values["slots"], by: call.actor, at: call.now, in: $0)
            }
            words = Phrase(
                zh: "已保存。以后算的时限按新的工作时间，已经定了的时限不变。",
                en:
                    "Stored. Limits reckoned from now on count these hours; deadlines already set stay."
            )
        default: throw Refusal.notFound
        }
        return call.done(path, words)
    }

    /// A parameter today, and what it will be once everything that is decided holds.
    private struct Setting { var parameter: Parameter, value: Int?, later: Int? }

    /// Everything as it holds today, each with its form.
    static func show(_ call: Call) async throws -> Response {
        let names = try call.names()
        let (actor, today) = (call.actor, call.today)
        let (settings, years, kinds) = try await call.read { books in
            (
                try Parameter.allCases.map { parameter in
                    Setting(
                        parameter: parameter,
                        value: try Parameters.known(parameter, for: actor, on: today, in: books),
                        later: try Parameters.known(parameter, for: actor, on: .never, in: books))
                }, try Calendars.years(for: actor, in: books), try SecondFactor.kinds(for: actor, in: books)
            )
        }
        let parameters = AdminPages.section(
            call.say("参数", "Parameters"), "\(settings.html { setting($0, call) })",
            more: "<span class=\"mute\">\(call.say("现行值", "In force"))</span>")
        return AdminPages.frame(
            call, path, title: call.say("参数日历", "Settings"),
            lead: call.say(
                "都从某一天起生效，以前的数不重算。",
                "Each change holds from a day on; earlier figures are not computed again."),
            body:
                """
                <div class="cols">\(parameters)<div class="stack">\
                \(slots(names, call))\(factor(kinds, call))\(calendar(years, call))</div></div>
                """
        ).response(call)
    }

    private static func setting(_ setting: Setting, _ call: Call) -> HTML {
        let parameter = setting.parameter
        let (low, high) = (
            parameter.said(parameter.range.lowerBound), parameter.said(parameter.range.upperBound)
        )
        let hint =
            parameter.usual.map { usual in
                call.say(
                    "\(low)–\(high)；没有另定时是 \(parameter.said(usual))。",
                    "\(low) to \(high); \(parameter.said(usual)) unless decided otherwise.")
            }
            ?? call.say(
                "\(low)–\(high)；按本县的文件填，系统不代定。",
                "\(low) to \(high); from the county's own documents, the program ships no value.")
        let unseen = [("verb", "parameter"), ("parameter", parameter.rawValue)]
        let form = Form(
            action: path,
            fields: unseen.map { Field(name: $0.0, label: "", kind: .hidden, value: $0.1) } + [
                SettingForm.value(of: parameter).field(
                    call, value: setting.later.map(String.init) ?? "",
                    label: parameter.isShare
                        ? call.say("改为（%）", "New value (%)") : call.say("改为", "New value"),
                    hint: hint),
                SettingForm.day(of: parameter).field(call, value: call.today.description),
            ], submit: call.say("保存", "Save"), isPrimary: false)
        let later: HTML? =
            setting.later == setting.value
            ? nil
            : setting.later.map { later in
                let value = parameter.said(later)
                let words = call.say("已定以后改为 \(value)", "decided for later: \(value)")
                return " <span class=\"tag\">\(words)</span>"
            }
        return """
            <details\(" open", if: call.refused(path, unseen) != nil)><summary><span>\
            \(call.say(parameter.words))</span> <b>\
            \(setting.value.map { parameter.said($0) } ?? call.say("未定", "not set"))</b>\(later)</summary>\
            \(form.html(call))</details>
            """
    }

    private static func slots(_ names: Directory, _ call: Call) -> HTML {
        let form = Form(
            action: path,
            fields: AdminPages.hidden(("verb", "slots"))
                + SettingForm.slots.map { $0.field(call, value: Calendars.text(names.calendar.slots)) },
            submit: call.say("保存", "Save"), isPrimary: false)
        return AdminPages.section(call.say("工作时间", "Working hours"), form.html(call))
    }

    /// Which kinds of post need a second factor; administrators always do.
    private static func factor(_ kinds: Set<PostKind>, _ call: Call) -> HTML {
        let needed = Set(kinds.map { SettingForm.name(of: $0) })
        let fields = SettingForm.secondFactor.map {
            $0.field(call, value: needed.contains($0.name) ? "1" : "")
        }
        let form = Form(
            action: path, fields: AdminPages.hidden(("verb", "factor")) + fields,
            submit: call.say("保存", "Save"), isPrimary: false)
        let count = kinds.count + 1
        return AdminPages.section(
            call.say("两步验证", "Second factor"),
            """
            <p class="mute">\(call.say("管理员必须用；还有哪些岗位要用，由本单位定。", "Administrators need it; which other posts do is for the office to say."))</p>\
            <details\(" open", if: call.refused(path, [("verb", "factor")]) != nil)><summary>\
            \(call.say("\(count) 类岗位要用", "\(count) kinds of post need it"))</summary>\
            \(form.html(call))</details>
            """)
    }

    private static func calendar(_ years: [Int], _ call: Call) -> HTML {
        let year = call.today.parts.year
        let states = [year, year + 1].html { year in
            let isLoaded = years.contains(year)
            return
                "<dt>\(call.say("\(year) 年", "\(year)"))</dt><dd>\(isLoaded ? call.say("已装入", "loaded") : call.say("还没有，落在这一年的时限先暂定", "not loaded: deadlines in it are provisional"))</dd>"
        }
        return AdminPages.section(
            call.say("节假日日历", "Holidays"),
            """
            <dl class="kv"><dt>\(call.say("已装入", "Loaded"))</dt><dd>\(spans(years))</dd>\(states)</dl>\
            <p class="note info">\(call.say("国务院办公厅一般在 11 月公布下一年的放假安排。公布后做成 CSV：date,is_workday,name，只写和平常不一样的日子（放假填 0，调休上班填 1）；装入后，暂定的时限随即算定。", "The State Council's office usually announces the next year's holidays in November. Write them as CSV: date,is_workday,name, only the days that differ from the plain week (0 is free, 1 a make-up work day); provisional deadlines are then settled at once."))
            <a href="/admin/import?kind=calendar">\(call.say("装入下一年", "Load the next year"))</a></p>
            """)
    }

    /// `2004–2026 2028`: years in a row as one span.
    private static func spans(_ years: [Int]) -> String {
        var spans: [(from: Int, to: Int)] = []
        for year in years {
            if let last = spans.last, last.to + 1 == year {
                spans[spans.count - 1].to = year
            } else {
                spans.append((year, year))
            }
        }
        return spans.isEmpty
            ? "—"
            : spans.map { $0.from == $0.to ? "\($0.from)" : "\($0.from)–\($0.to)" }.joined(separator: " ")
    }
}

import Governance
import Hummingbird
import Rules

/// What the office decides for itself: parameters, working hours, and the calendar that limits are counted
/// with.
enum SettingPages {
    private static let path = "/admin/settings"

    /// Everything as it holds today, each with its form.
    static func show(_ call: Call) async throws -> Response { try await page(call, Attempt()).response(call) }

    /// Sets one parameter from a day on, or the working hours.
    static func change(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        return try await AdminPages.attempt(answers, call, again: page) {
            try await call.write { books in
                switch answers["verb"] {
                case "parameter":
                    guard let parameter = Parameter(rawValue: answers["parameter"]) else {
                        throw Refusal.notFound
                    }
                    try Parameters.set(
                        parameter, to: try answers.number(parameter.rawValue, in: parameter.range),
                        from: try answers.day(dayName(parameter)),
                        by: call.actor, at: call.now, in: books)
                case "factor":
                    let kinds = try PostKind.allCases.filter { try answers.flag("kind_\($0.rawValue)") }
                    try SecondFactor.require(Set(kinds), by: call.actor, at: call.now, in: books)
                case "slots":
                    try Calendars.setSlots(answers["slots"], by: call.actor, at: call.now, in: books)
                default: throw Refusal.notFound
                }
            }
            return path
        }
    }

    /// Each parameter's form has names of its own: all of them stand on one page.
    private static func dayName(_ parameter: Parameter) -> String { parameter.rawValue + "_from" }

    /// A parameter today, and what it will be once everything that is decided holds.
    private struct Setting { var parameter: Parameter, value: Int?, later: Int? }

    private static func page(_ call: Call, _ attempt: Attempt) async throws -> Page {
        let names = try call.names()
        let (county, today) = (call.actor.county, call.today)
        let (settings, years, kinds) = try await call.read { books in
            (
                try Parameter.allCases.map { parameter in
                    Setting(
                        parameter: parameter,
                        value: try Parameters.known(parameter, of: county, on: today, in: books),
                        later: try Parameters.known(parameter, of: county, on: .never, in: books))
                }, try Calendars.years(in: books), try SecondFactor.kinds(of: county, in: books)
            )
        }
        let parameters = AdminPages.section(
            call.say("参数", "Parameters"), "\(settings.html { setting($0, call, attempt) })",
            more: "<span class=\"mute\">\(call.say("现行值", "In force"))</span>")
        return AdminPages.frame(
            call, path, title: call.say("参数日历", "Settings"),
            lead: call.say(
                "都从某一天起生效，以前的数不重算。",
                "Each change holds from a day on; earlier figures are not computed again."),
            body:
                """
                <div class="cols">\(parameters)<div class="stack">\
                \(slots(names, call, attempt))\(factor(kinds, call))\(calendar(years, call))</div></div>
                """
        )
    }

    private static func setting(_ setting: Setting, _ call: Call, _ attempt: Attempt) -> HTML {
        let parameter = setting.parameter
        let isAgain =
            attempt.answers["verb"] == "parameter" && attempt.answers["parameter"] == parameter.rawValue
        let (low, high) = (parameter.range.lowerBound, parameter.range.upperBound)
        let hint =
            parameter.usual.map {
                call.say("\(low)–\(high)；没有另定时是 \($0)。", "\(low) to \(high); \($0) unless decided otherwise.")
            }
            ?? call.say(
                "\(low)–\(high)；按本县的文件填，系统不代定。",
                "\(low) to \(high); from the county's own documents, the program ships no value.")
        func value(_ name: String, _ usual: String) -> String { isAgain ? attempt.answers[name] : usual }
        let form = Form(
            action: path,
            fields: AdminPages.hidden(("verb", "parameter"), ("parameter", parameter.rawValue)) + [
                Field(
                    name: parameter.rawValue, label: call.say("改为", "New value"), kind: .number,
                    value: value(parameter.rawValue, setting.later.map(String.init) ?? ""),
                    hint: hint,
                    isRequired: true),
                Field(
                    name: dayName(parameter), label: call.say("从哪天起", "From which day"), kind: .day,
                    value: value(dayName(parameter), call.today.description),
                    isRequired: true),
            ], submit: call.say("保存", "Save"), faults: isAgain ? attempt.faults : [], isPrimary: false)
        let later: HTML? =
            setting.later == setting.value
            ? nil
            : setting.later.map {
                " <span class=\"tag\">\(call.say("已定以后改为 \($0)", "decided for later: \($0)"))</span>"
            }
        return """
            <details\(" open", if: isAgain)><summary><span>\(call.say(parameter.words))</span> <b>\
            \(setting.value.map { "\($0)" } ?? call.say("未定", "not set"))</b>\(later)</summary>\
            \(form.html(call))</details>
            """
    }

    private static func slots(_ names: Directory, _ call: Call, _ attempt: Attempt) -> HTML {
        let field = Field(
            name: "slots", label: call.say("每个工作日的时段", "Hours of every work day"), kind: .line,
            value: attempt.value("slots", "slots", usual: Calendars.text(names.calendar.slots)),
            hint: call.say(
                "写成 08:30-12:00 14:30-18:00；时限里的工作小时按它算。",
                "Like 08:30-12:00 14:30-18:00; limits in work hours count these."), isRequired: true)
        let form = Form(
            action: path, fields: AdminPages.hidden(("verb", "slots")) + [field],
            submit: call.say("保存", "Save"), faults: attempt.faults("slots"),
            isPrimary: false)
        return AdminPages.section(call.say("工作时间", "Working hours"), form.html(call))
    }

    /// Which kinds of post need a second factor; administrators always do.
    private static func factor(_ kinds: Set<PostKind>, _ call: Call) -> HTML {
        let fields = PostKind.allCases.filter { $0 != .administrator }.map { kind in
            Field(
                name: "kind_\(kind.rawValue)", label: call.say(kind.words), kind: .flag,
                value: kinds.contains(kind) ? "1" : "")
        }
        let form = Form(
            action: path, fields: AdminPages.hidden(("verb", "factor")) + fields,
            submit: call.say("保存", "Save"), isPrimary: false)
        let count = kinds.count + 1
        return AdminPages.section(
            call.say("两步验证", "Second factor"),
            """
            <p class="mute">\(call.say("管理员必须用；还有哪些岗位要用，由本单位定。", "Administrators need it; which other posts do is for the office to say."))</p>\
            <details><summary>\(call.say("\(count) 类岗位要用", "\(count) kinds of post need it"))</summary>\
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

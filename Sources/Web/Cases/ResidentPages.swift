import Governance
import Hummingbird
import Rules

/// What residents use without login: report, look up, rate, the public notice, and the complaint about the
/// system itself.
enum ResidentPages {
    static func form(_ call: Call) async throws -> Response {
        let form = Form(
            action: "/report", fields: try fields(call), submit: call.say("上报", "Report"))
        return Page(
            title: call.say("居民上报", "Report a problem"), current: "/report",
            body: """
                <div class="pagehead"><h1>\(call.say("您看到什么问题？", "What is the problem?"))</h1></div>\
                <p class="mute">\(call.say("不用登录。写清什么事、在哪里就行；会有专人办，办完有人去看。", "No login. Say what and where; a named person will handle it, and somebody else will look."))</p>\(form.html(call))
                """, isNarrow: true
        ).response(call)
    }

    static func report(_ call: Call) async throws -> Response {
        try await take(try await call.form(), call)
    }

    static func complaintForm(_ call: Call) async throws -> Response {
        let wanted: Set<String> = ["id", "website", "body", "name", "phone"]
        let form = Form(
            action: "/complaint", fields: try fields(call).filter { wanted.contains($0.name) },
            submit: call.say("提意见", "Complain"))
        return Page(
            title: call.say("对本系统有意见", "Complain about this system"),
            body: """
                <div class="pagehead"><h1>\
                \(call.say("这个系统哪里让您多费事了？", "Where does this system cost you effort?"))</h1></div>\
                <p class="mute">\(call.say("多填了表、重复录入、看不懂、点不动，都可以说。意见会立成一件事，有人、有期限、有答复。", "Needless forms, entering things twice, words nobody understands: say so. It becomes a case with a person, a date and an answer."))</p>\(form.html(call))
                """, isNarrow: true
        ).response(call)
    }

    /// A complaint about the system is a case like any other: it gets a number, a person and a date.
    static func complain(_ call: Call) async throws -> Response {
        var answers = try await call.form()
        answers["category"] = Category.aboutSystem
        answers["place"] = ""
        return try await take(answers, call)
    }

    private static func take(_ answers: FormInput, _ call: Call) async throws -> Response {
        // A field that people do not see: what fills it in is a machine.
        guard answers["website"].isEmpty else {
            throw Refusal.notAllowed(Phrase(zh: "没有收下。", en: "Not taken."))
        }
        let report = CaseReport.byResident(answers)
        let visitor = Actor.anonymous(of: try call.names().office.county)
        let made = try await call.write { try Cases.report(report, by: visitor, at: call.now, in: $0) }
        return done(made, hasPhone: !report.phone.isEmpty, call)
    }

    private static func fields(_ call: Call) throws -> [Field] {
        _ = try call.names()
        let answers = call.query
        func field(_ field: FormField, _ label: (String, String), _ hint: (String, String)? = nil) -> Field {
            field.field(
                call, value: answers[field.name], label: call.say(label.0, label.1),
                hint: hint.map { call.say($0.0, $0.1) })
        }
        return [
            .identity(call), Field(name: "website", label: "", kind: .identity),
            field(ReportForm.body, ("什么事", "What")), ReportForm.photos.field(call),
            field(ReportForm.place, ("在哪里", "Where"), ("小区、楼号、路口都行", "Estate, building or crossing")),
            field(
                ReportForm.territory, ("社区", "Community"), ("不清楚可以不选", "Leave it if you are not sure")),
            field(ReportForm.name, ("怎么称呼您", "Your name")),
            field(
                ReportForm.phone, ("电话", "Telephone"),
                (
                    "留了电话才能查进度、评价；别人只看得到中间打星号的号码",
                    "With it you can look the case up and rate it; others see it masked"
                )),
            field(
                ReportForm.aboutUnit, ("反映的是哪个单位", "Which unit it is about"),
                ("选了以后，这件事不会交给这个单位办", "Then the matter is not given to that unit")),
            field(
                ReportForm.isConfidential,
                ("不让承办单位知道是我反映的", "Do not tell the handling unit that it was me")),
        ]
    }

    private static func done(_ made: Case, hasPhone: Bool, _ call: Call) -> Response {
        Page(
            title: call.say("已收到", "Received"),
            body: """
                <div class="pagehead"><h1>\
                \(call.say("已收到，编号 \(made.number)", "Received: number \(made.number)"))</h1></div>\
                <p class="lead">\(hasPhone ? call.say("凭编号和电话后四位，随时可以查办到哪一步。", "With the number and the last four digits of your telephone you can look it up any time.") : call.say("请记下编号。没有留电话，就查不了进度。", "Please note the number. Without a telephone it cannot be looked up."))</p>\
                <p class="btns"><a class="btn pri" href="/look-up?number=\(made.number)">\
                \(call.say("查办理进度", "Look it up"))</a><a class="btn quiet" href="/report">\
                \(call.say("再报一件", "Report another"))</a></p>
                """, isNarrow: true
        ).response(call, status: .created)
    }
}

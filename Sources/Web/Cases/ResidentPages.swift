import Governance
import Hummingbird
import Rules

/// What residents use without login: report, look up, rate, the public notice, and the complaint about the
/// system itself.
enum ResidentPages {
    static func form(_ call: Call) async throws -> Response {
        try formPage(call, answers: call.query, faults: [])
    }

    static func report(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        return try await take(answers, call) { try formPage(call, answers: answers, faults: $0) }
    }

    static func complaintForm(_ call: Call) async throws -> Response {
        try complaintPage(call, answers: call.query, faults: [])
    }

    /// A complaint about the system is a case like any other: it gets a number, a person and a date.
    static func complain(_ call: Call) async throws -> Response {
        var answers = try await call.form()
        answers["category"] = "system.complaint"
        answers["place"] = ""
        let asked = answers
        return try await take(asked, call) { try complaintPage(call, answers: asked, faults: $0) }
    }

    private static func take(
        _ answers: FormInput, _ call: Call, otherwise page: ([Refusal.Fault]) throws -> Response
    ) async throws -> Response {
        // A field that people do not see: what fills it in is a machine.
        guard answers["website"].isEmpty else {
            throw Refusal.notAllowed(Phrase(zh: "没有收下。", en: "Not taken."))
        }
        do {
            let report = try publicReport(from: answers)
            let visitor = Actor.anonymous(of: try call.names().office.county)
            let made = try await call.write { try Cases.report(report, by: visitor, at: call.now, in: $0) }
            return done(made, hasPhone: !report.phone.isEmpty, call)
        } catch Refusal.invalid(let faults) { return try page(faults) }
    }

    /// What a resident may say: never a source or a category of the office's own.
    static func publicReport(from answers: FormInput) throws -> CaseReport {
        var report = CaseReport(source: .resident)
        report.id = try answers.optionalID("id")
        (report.body, report.place, report.territory) = (
            answers.raw("body"), answers["place"], answers["territory"]
        )
        (report.name, report.phone) = (answers["name"], answers["phone"])
        report.isConfidential = try answers.wish("confidential", or: "is_confidential")
        report.aboutUnit = try answers.optionalID("about_unit")
        report.photos = try answers.takenPhotos()
        if answers["category"] == "system.complaint" { report.category = "system.complaint" }
        return report
    }

    private static func formPage(_ call: Call, answers: FormInput, faults: [Refusal.Fault]) throws -> Response
    {
        let names = try call.names()
        let form = Form(
            action: "/report", fields: fields(answers, names, call), submit: call.say("上报", "Report"),
            faults: faults)
        return Page(
            title: call.say("居民上报", "Report a problem"), current: "/report",
            body: """
                <div class="pagehead"><h1>\(call.say("您看到什么问题？", "What is the problem?"))</h1></div>\
                <p class="mute">\(call.say("不用登录。写清什么事、在哪里就行；会有专人办，办完有人去看。", "No login. Say what and where; a named person will handle it, and somebody else will look."))</p>\(form.html(call))
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func fields(_ answers: FormInput, _ names: Directory, _ call: Call) -> [Field] {
        let id =
            answers["id"].isEmpty
            ? ID<Case>(
                milliseconds: call.now.milliseconds,
                random: (call.office.chance.bits(), UInt16(truncatingIfNeeded: call.office.chance.bits()))
            ).text
            : answers["id"]
        return [
            Field(name: "id", label: "", kind: .hidden, value: id),
            Field(name: "website", label: "", kind: .hidden),
            Field(
                name: "body", label: call.say("什么事", "What"), kind: .text, value: answers.raw("body"),
                isRequired: true),
            Field.photos(call),
            Field(
                name: "place", label: call.say("在哪里", "Where"), kind: .line, value: answers["place"],
                hint: call.say("小区、楼号、路口都行", "Estate, building or crossing")),
            Field(
                name: "territory", label: call.say("社区", "Community"),
                kind: .select(Choices.territories(names)), value: answers["territory"],
                hint: call.say("不清楚可以不选", "Leave it if you are not sure")),
            Field(name: "name", label: call.say("怎么称呼您", "Your name"), kind: .line, value: answers["name"]),
            Field(
                name: "phone", label: call.say("电话", "Telephone"), kind: .telephone, value: answers["phone"],
                hint: call.say(
                    "留了电话才能查进度、评价；别人只看得到中间打星号的号码",
                    "With it you can look the case up and rate it; others see it masked")),
            Field(
                name: "about_unit", label: call.say("反映的是哪个单位", "Which unit it is about"),
                kind: .select(Choices.units(names, call)),
                value: answers["about_unit"],
                hint: call.say("选了以后，这件事不会交给这个单位办", "Then the matter is not given to that unit")),
            Field(
                name: "confidential",
                label: call.say("不让承办单位知道是我反映的", "Do not tell the handling unit that it was me"), kind: .flag,
                value: answers["confidential"].isEmpty ? "" : "1"),
        ]
    }

    private static func complaintPage(_ call: Call, answers: FormInput, faults: [Refusal.Fault]) throws
        -> Response
    {
        let names = try call.names()
        let wanted: Set<String> = ["id", "website", "body", "name", "phone"]
        let form = Form(
            action: "/complaint", fields: fields(answers, names, call).filter { wanted.contains($0.name) },
            submit: call.say("提意见", "Complain"), faults: faults)
        return Page(
            title: call.say("对本系统有意见", "Complain about this system"),
            body: """
                <div class="pagehead"><h1>\
                \(call.say("这个系统哪里让您多费事了？", "Where does this system cost you effort?"))</h1></div>\
                <p class="mute">\(call.say("多填了表、重复录入、看不懂、点不动，都可以说。意见会立成一件事，有人、有期限、有答复。", "Needless forms, entering things twice, words nobody understands: say so. It becomes a case with a person, a date and an answer."))</p>\(form.html(call))
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
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

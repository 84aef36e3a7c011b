import Governance
import Hummingbird
import Rules

/// Reporting a problem as somebody of the office: on patrol, from a transfer, from a meeting.
enum ReportPages {
    static func form(_ call: Call) async throws -> Response {
        try page(call, answers: call.query, faults: [])
    }

    static func report(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do {
            let report = try report(from: answers)
            let made = try await call.write { try Cases.report(report, by: call.actor, at: call.now, in: $0) }
            return Responses.seeOther("/cases/\(made.id)")
        } catch Refusal.invalid(let faults) {
            return try page(call, answers: answers, faults: faults)
        } catch Refusal.alreadyUsed
            where !answers["outside_number"].isEmpty
        {
            let fault = Refusal.Fault(
                "outside_number",
                Phrase(
                    zh: "这个单号已经登记过，内容和这次不一样，所以没有存。要补充的请到原来的事项里加说明；是另一件事请核对单号。",
                    en: """
                        This number was entered before with other words, so nothing was stored. Add a note \
                        to that case, or check the number \
                        if it is another matter.
                        """))
            return try page(call, answers: answers, faults: [fault])
        }
    }

    /// The report that a form or a JSON body describes.
    static func report(from answers: FormInput) throws -> CaseReport {
        let source = try answers.choice(
            "source", of: Case.Source.self,
            otherwise: Phrase(zh: "请选来源。", en: "Please choose where it came from."))
        var report = CaseReport(source: source)
        report.id = try answers.optionalID("id")
        (report.title, report.body, report.place) = (answers["title"], answers.raw("body"), answers["place"])
        (report.territory, report.category) = (answers["territory"], answers["category"])
        report.outsideNumber = answers["outside_number"]
        (report.name, report.phone) = (answers["name"], answers["phone"])
        report.isConfidential = try answers.wish("confidential", or: "is_confidential")
        report.aboutUnit = try answers.optionalID("about_unit")
        report.photos = try answers.takenPhotos()
        report.longitude = try degrees("longitude", answers)
        report.latitude = try degrees("latitude", answers)
        return report
    }

    private static func degrees(_ name: String, _ answers: FormInput) throws -> Double? {
        guard !answers[name].isEmpty else { return nil }
        guard let number = Double(answers[name]), number.isFinite else {
            throw Refusal.invalid(name, zh: "坐标不对。", en: "These are not coordinates.")
        }
        return number
    }

    private static func page(_ call: Call, answers: FormInput, faults: [Refusal.Fault]) throws -> Response {
        let names = try call.names()
        let isWorker = call.actor.seats.allSatisfy { $0.kind == .gridWorker }
        let home =
            call.actor.seats.first.flatMap { seat in names.territories.first { $0.path == seat.path }?.id }
            ?? ""
        let sources = Case.Source.allCases.filter { $0 != .resident }
        func value(_ name: String, _ otherwise: String = "") -> String {
            answers[name].isEmpty ? otherwise : answers[name]
        }
        let fields: [Field] = [
            Field(
                name: "id", label: "", kind: .hidden,
                value: value(
                    "id",
                    ID<Case>(
                        milliseconds: call.now.milliseconds,
                        random: (
                            call.office.chance.bits(), UInt16(truncatingIfNeeded: call.office.chance.bits())
                        )
                    )
                    .text)),
            Field(
                name: "body", label: call.say("看到什么", "What you saw"), kind: .text,
                value: answers.raw("body"), isRequired: true),
            Field.photos(call),
            Field(name: "place", label: call.say("具体地点", "Place"), kind: .line, value: value("place")),
            Field(
                name: "territory", label: call.say("网格或社区", "Grid or community"),
                kind: .select(Choices.territories(names)), value: value("territory", home)),
            Field(
                name: "source", label: call.say("来源", "Source"),
                kind: .select(sources.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                value: value("source", isWorker ? "patrol" : ""), isRequired: true),
            Field(
                name: "category", label: call.say("类别", "Category"),
                kind: .select(Choices.categories(names, call)), value: value("category")),
            Field(
                name: "outside_number", label: call.say("对方的单号", "Number in the other system"), kind: .line,
                value: value("outside_number")),
            Field(name: "name", label: call.say("反映人", "Complainant"), kind: .line, value: value("name")),
            Field(name: "phone", label: call.say("电话", "Telephone"), kind: .telephone, value: value("phone")),
            Field(
                name: "about_unit", label: call.say("被反映的单位", "Unit complained about"),
                kind: .select(Choices.units(names, call)), value: value("about_unit")),
            Field(
                name: "confidential",
                label: call.say(
                    "反映人不愿让承办单位知道姓名", "The complainant does not want the handling unit to know who it was"),
                kind: .flag,
                value: answers["confidential"].isEmpty ? "" : "1"),
        ]
        let form = Form(
            action: "/cases", fields: isWorker ? Array(fields.prefix(7)) : fields,
            submit: call.say("上报", "Report"), faults: faults)
        return Page(
            title: call.say("上报", "Report"), current: "/cases/new",
            body:
                """
                <div class="pagehead"><h1>\(call.say("上报问题", "Report a problem"))</h1></div>\
                \(form.html(call))
                """,
            isNarrow: isWorker
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

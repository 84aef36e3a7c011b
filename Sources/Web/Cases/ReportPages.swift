import Governance
import Hummingbird
import Rules

/// Reporting a problem as somebody of the office: on patrol, from a transfer, from a meeting.
enum ReportPages {
    static func form(_ call: Call) async throws -> Response {
        let names = try call.names()
        let answers = call.query
        let isWorker = call.actor.seats.allSatisfy { $0.kind == .gridWorker }
        let home =
            call.actor.seats.first.flatMap { seat in names.territories.first { $0.path == seat.path }?.id }
            ?? ""
        let fields =
            [
                Field.identity(call),
                ReportForm.body.field(
                    call, value: answers["body"], label: call.say("看到什么", "What you saw")),
            ]
            + [
                ReportForm.photos.field(call), ReportForm.place.field(call, value: answers["place"]),
                ReportForm.territory.field(call, value: answers.text("territory", else: home)),
                // What residents tell themselves comes by their own door.
                ReportForm.source.field(
                    call, value: answers.text("source", else: isWorker ? Case.Source.patrol.rawValue : ""),
                    choices: Case.Source.allCases.filter { $0 != .resident }
                        .map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                ReportForm.category.field(call, value: answers["category"]),
            ]
        let more = [
            ReportForm.outsideNumber, ReportForm.name, ReportForm.phone, ReportForm.aboutUnit,
            ReportForm.isConfidential,
        ].map { $0.field(call, value: answers[$0.name]) }
        let form = Form(
            action: "/cases", fields: isWorker ? fields : fields + more, submit: call.say("上报", "Report"))
        return Page(
            title: call.say("上报", "Report"), current: "/cases/new",
            body:
                """
                <div class="pagehead"><h1>\(call.say("上报问题", "Report a problem"))</h1></div>\
                \(form.html(call))
                """,
            isNarrow: isWorker
        ).response(call)
    }

    static func report(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do {
            let report = try CaseReport.byOffice(answers, zone: call.zone)
            let made = try await call.write { try Cases.report(report, by: call.actor, at: call.now, in: $0) }
            return call.done(
                "/cases/\(made.id)",
                Phrase(
                    zh: "已上报，编号 \(made.number)。\(CaseOutcome.next(after: .verify, made, call).zh)",
                    en: "Stored as \(made.number). \(CaseOutcome.next(after: .verify, made, call).en)"))
        } catch Refusal.alreadyUsed where !answers["outside_number"].isEmpty {
            throw Refusal.invalid(
                "outside_number",
                zh: "这个单号已经登记过，内容和这次不一样，所以没有存。要补充的请到原来的事项里加说明；是另一件事请核对单号。",
                en:
                    """
                    This number was entered before with other words, so nothing was stored. Add a note to \
                    that case, or check the number if it is another matter.
                    """)
        }
    }
}

import Foundation
import Governance
import Hummingbird
import Rules

/// Taking tables.
extension OrganisationAPI {
    // What was only tried or had faults wrote nothing and is not kept for `Idempotency-Key`.
    static let importing = Endpoint.repeatable(
        Endpoint(
            .init(
                "importing", .organisation, "Take a CSV or XLSX file, whole or not at all",
                """
                CSV in UTF-8 or GB18030, or the first sheet of an XLSX workbook, at most 20 MB. Taking the \
                same file again changes nothing. With faults nothing is written, and the answer is 422 with \
                the same report.
                """),
            query: [ImportForm.dryRun], body: .file(tableTypes),
            answers: [
                .json(importReport, "Taken, or tried without a fault."),
                .init(
                    status: 422,
                    note: """
                        Faults by row and column, nothing written; or the file or a parameter cannot be \
                        taken at all.
                        """,
                    content: .json(.either([importReport.schema, Refused.schema]))),
            ], take)
    ).with(ImportKind.allCases.map { .init($0.rawValue, $0.words.en, $0.byProgram) })

    private static let tableTypes = ["text/csv", Sheets.type]

    private static func take(_ call: Call) async throws -> Response {
        guard let kind = ImportKind(rawValue: call.part("kind")) else { throw Refusal.notFound }
        try API.guardSender(call)
        let query = call.query
        try ImportKind.everything.refuseOthers(in: query, besides: ["county"])
        let values = try (kind.byProgram + [ImportForm.dryRun]).read(query)
        let type = call.request.headers[.contentType] ?? ""
        guard tableTypes.contains(where: type.hasPrefix) else {
            throw Refusal.invalid(
                "Content-Type", zh: "请用 Content-Type: \(tableTypes[0]) 或 \(tableTypes[1]) 发送文件。",
                en: "Send the file as Content-Type \(tableTypes[0]) or \(tableTypes[1]).")
        }
        let data = try await call.bytes(limit: 20 << 20)
        let repetition = try Repetition(call, body: data)
        return try await call.atLength { try await taken(data, as: kind, values, repetition, call) }
    }

    private static func taken(
        _ data: Data, as kind: ImportKind, _ values: FormValues, _ repetition: Repetition?, _ call: Call
    ) async throws -> Response {
        let table = try Table(data)
        struct Replayed: Error { var answer: RepeatedRequests.Answer }
        do {
            let report = try await call.office.importing(dryRun: values.flag("dry_run")) { books in
                if let known = try repetition?.known(in: books) { throw Replayed(answer: known) }
                let report = try kind.take(table, values, call, in: books)
                if report.faults.isEmpty { try repetition?.keep(answer(report, call), in: books) }
                return report
            }
            return API.response(answer(report, call), isReplayed: false)
        } catch let replayed as Replayed { return API.response(replayed.answer, isReplayed: true) }
    }

    private static func answer(_ report: ImportReport, _ call: Call) -> RepeatedRequests.Answer {
        .init(
            status: report.faults.isEmpty ? 200 : 422,
            body: importReport.json((report, call.language), ShapeContext(call)).text)
    }

    private static let importReport = Shape<(report: ImportReport, language: Language)>("ImportReport") {
        Member("added") { $0.report.added }
        Member("changed") { $0.report.changed }
        Member("same") { $0.report.same }
        Member(
            "differing",
            "Rows whose number is known and that say something else now; they were left as they were."
        ) { $0.report.differing }
        Member("waiting", "Appointments that wait for somebody else to confirm them.") { $0.report.waiting }
        Member("dry_run") { $0.report.isDryRun }
        Member(
            "faults",
            list: Shape<(fault: ImportReport.Fault, language: Language)> {
                Member("row", "The line of the file, the heading being 1.") { $0.fault.row }
                Member("column", "The heading; empty for the whole row.") { $0.fault.column }
                Member("message") { $0.fault.words[$0.language] }
            }, "If there is any, nothing was written."
        ) { told in told.report.faults.map { ($0, told.language) } }
    }
}

import Foundation
import Governance
import Hummingbird
import Rules

/// Taking tables.
extension OrganisationAPI {
    /// `POST /imports/{kind}`: takes a CSV or XLSX file whole or not at all. Faults answer 422 with the same
    /// report. What was only tried or had faults wrote nothing and is not kept for `Idempotency-Key`.
    static func importing(_ call: Call) async throws -> Response {
        guard let kind = ImportKind(rawValue: call.part("kind")) else { throw Refusal.notFound }
        try API.guardSender(call)
        let query = call.query
        try ImportKind.everything.refuseOthers(in: query, besides: ["county"])
        let values = try (kind.byProgram + [ImportForm.dryRun]).read(query)
        let types = ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]
        guard types.contains(where: { call.request.headers[.contentType]?.hasPrefix($0) == true }) else {
            throw Refusal.invalid(
                "Content-Type", zh: "请用 Content-Type: \(types[0]) 或 \(types[1]) 发送文件。",
                en: "Send the file as Content-Type \(types[0]) or \(types[1]).")
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
        let faults = report.faults.map { fault in
            JSON.object([
                ("row", .count(fault.row)), ("column", .string(fault.column)),
                ("message", .string(call.say(fault.words))),
            ])
        }
        let json = JSON.object([
            ("added", .count(report.added)), ("changed", .count(report.changed)),
            ("same", .count(report.same)), ("differing", .count(report.differing)),
            ("waiting", .count(report.waiting)),
            ("dry_run", .bool(report.isDryRun)), ("faults", .array(faults)),
        ])
        return .init(status: report.faults.isEmpty ? 200 : 422, body: json.text)
    }
}

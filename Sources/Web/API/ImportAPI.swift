import Foundation
import Governance
import Hummingbird
import Rules

/// Taking tables.
extension OrganisationAPI {
    /// The tables that can be taken.
    private enum Kind: String {
        case territories, units, people, categories, calendar, cases, villages, register, points, codes
    }

    /// `POST /imports/{kind}`: takes a CSV or XLSX file whole or not at all. Faults answer 422 with the same
    /// report. What was only tried or had faults wrote nothing and is not kept for `Idempotency-Key`.
    static func importing(_ call: Call) async throws -> Response {
        guard let kind = Kind(rawValue: call.part("kind")) else { throw Refusal.notFound }
        try API.guardSender(call)
        let types = ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]
        guard types.contains(where: { call.request.headers[.contentType]?.hasPrefix($0) == true }) else {
            throw Refusal.invalid(
                "Content-Type", zh: "请用 Content-Type: \(types[0]) 或 \(types[1]) 发送文件。",
                en: "Send the file as Content-Type \(types[0]) or \(types[1]).")
        }
        let data = try await call.bytes(limit: 20 << 20)
        let repetition = try Repetition(call, body: data)
        return try await call.atLength { try await taken(data, as: kind, repetition, call) }
    }

    private static func taken(_ data: Data, as kind: Kind, _ repetition: Repetition?, _ call: Call)
        async throws -> Response
    {
        let table = try Table(data)
        let query = call.query
        let since = try query.day("since", else: call.today)
        let isDry = try query.flag("dry_run")
        struct Replayed: Error { var answer: RepeatedRequests.Answer }
        do {
            let report = try await call.office.importing(dryRun: isDry) { books in
                if let known = try repetition?.known(in: books) { throw Replayed(answer: known) }
                let report = try take(table, as: kind, query, since: since, call, books)
                if report.faults.isEmpty { try repetition?.keep(answer(report, call), in: books) }
                return report
            }
            return API.response(answer(report, call), isReplayed: false)
        } catch let replayed as Replayed { return API.response(replayed.answer, isReplayed: true) }
    }

    private static func take(
        _ table: Table, as kind: Kind, _ query: FormInput, since: Day, _ call: Call, _ books: Books
    ) throws -> ImportReport {
        let (actor, now, inside) = (call.actor, call.now, try call.names().office.territory.path)
        switch kind {
        case .territories:
            let system =
                query["system"].isEmpty
                ? Offices.usualSystem : try Check.code(query["system"], field: "system")
            return try Territories.importing(
                table, system: system, since: since, by: actor, at: now, in: books)
        case .units:
            return try Organisation.importingUnits(
                table, inside: inside, on: since, by: actor, at: now, in: books)
        case .people:
            return try Organisation.importingPeople(
                table, inside: inside, on: since, by: actor, at: now, in: books)
        case .categories: return try Categories.importing(table, by: actor, at: now, in: books)
        case .calendar:
            let source = try Check.text(query["source"], field: "source", most: 200)
            return try Calendars.importing(table, source: source, by: actor, at: now, in: books)
        case .cases:
            let mapping = try CaseImport.Mapping(query)
            return try CaseImport.importing(table, mapping: mapping, by: actor, at: now, in: books)
        case .villages:
            return try VillageImport.importing(
                table, since: since, inside: inside, by: actor, at: now, in: books)
        case .points:
            return try Points.importing(table, inside: inside, on: since, by: actor, at: now, in: books)
        case .codes:
            return try Territories.importingCodes(
                table, inside: inside, since: since, by: actor, at: now, in: books)
        case .register:
            return try RegisterImport.importing(
                table, try RegisterImport.Options(query), inside: inside, by: actor, at: now, in: books)
        }
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

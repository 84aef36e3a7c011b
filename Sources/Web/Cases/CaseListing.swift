import Governance
import Hummingbird
import Rules

extension CaseListPages {
    /// The cases in the actor's reach. Its page draws the lines by itself: they are remembered between
    /// requests.
    static let listing = Listing<CaseLine>(
        name: "cases", path: "/cases", title: Phrase(zh: "事项", en: "Cases"), filters: CaseQuery.fields,
        columns: [], workbook: exported, hasFinder: false, id: \.id.text,
        source: .paged { call, values in
            try await page(CaseQuery(values), call)
        })

    /// A page as it is remembered, or read.
    static func page(_ query: CaseQuery, _ call: Call) async throws -> ListPage<CaseLine> {
        let page =
            if let known = Cases.remembered(
                query, for: call.actor, at: call.now, version: call.version, cache: call.office.cache)
            { known } else {
                try await call.read { try Cases.list(query, for: call.actor, at: call.now, in: $0) }
            }
        return ListPage(total: page.total, rows: page.lines, next: page.next)
    }

    /// The cases of the filter as a workbook; the log keeps that it was taken.
    private static func exported(_ values: FormValues, _ call: Call) async throws -> Response {
        let query = try CaseQuery(values)
        return try await call.atLength {
            try await call.write { try CaseExport.announce(query, by: call.actor, at: call.now, in: $0) }
            return try await Sheets.response("\(call.say("事项", "cases"))-\(call.today)", call) { file in
                _ = try await call.read {
                    try CaseExport.write(
                        query, to: file, zone: call.zone, language: call.language, for: call.actor,
                        at: call.now, in: $0)
                }
            }
        }
    }
}

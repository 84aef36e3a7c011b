package import Foundation
package import Rules
import Store

extension Event.Kind {
    static let casesExported = Event.Kind("case.export", zh: "导出事项", en: "Cases exported")
}

/// Giving a list of cases out as a table: what the list shows, without the complainants.
package enum CaseExport {
    /// The log keeps who took what. To be called in a transaction before the table is made.
    package static func announce(_ query: CaseQuery, by actor: Actor, at now: Instant, in books: Books) throws
    {
        guard actor.person != nil || actor.isSystem else { throw Refusal.signInFirst }
        let rows = try Cases.total(query, for: actor, at: now, in: books)
        try books.record(
            Event(.casesExported, note(query, rows: rows).details), about: .init("office", actor.county.code),
            by: actor, at: now)
    }

    /// Everything that a list was narrowed by, as the log and the file say it.
    private static func note(_ query: CaseQuery, rows: Int) -> ExportNote {
        let parts: [(String, String?)] = [
            ("heap", query.heap.rawValue), ("state", query.state?.rawValue),
            ("sort", query.order?.rawValue), ("source", query.source?.rawValue), ("category", query.category),
            ("territory", query.territory), ("unit", query.unit?.text),
            ("from", query.reportedFrom?.description), ("to", query.reportedTo?.description),
            ("changed_after", query.changedAfter.map(String.init)),
            ("updated_after", query.updatedAfter?.iso), ("q", Masking.numbers(in: query.words)),
        ]
        return ExportNote(parts, rows: rows)
    }

    /// Writes the table in the order of the list. Answers how many cases it holds.
    package static func write(
        _ query: CaseQuery, to file: URL, zone: Zone, language: Language, for actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Int {
        let headings: [Phrase] = [
            Phrase(zh: "编号", en: "Number"), Phrase(zh: "标题", en: "Title"), Phrase(zh: "区域", en: "Area"),
            Phrase(zh: "地点", en: "Place"),
            Phrase(zh: "类别", en: "Category"),
            Phrase(zh: "来源", en: "Source"), Phrase(zh: "状态", en: "State"), Phrase(zh: "上报时间", en: "Reported"),
            Phrase(zh: "应办结时间", en: "Due"),
            Phrase(zh: "结案时间", en: "Closed"), Phrase(zh: "单位", en: "Unit"), Phrase(zh: "责任人", en: "Person"),
        ]
        let writer = try SpreadsheetWriter(
            file, name: language == .zh ? "事项" : "Cases", headings: headings.map { $0[language] })
        var (query, count, places, units, people) = (
            query, 0, [:] as [String: String], [:] as [ID<Unit>: String], [:] as [ID<Person>: String]
        )
        let asked = query
        query.limit = 200
        query.cursor = ""
        func moment(_ at: Instant?) -> SpreadsheetWriter.Cell {
            .text(at.map { "\(zone.day(of: $0)) \(zone.time(of: $0))" } ?? "")
        }
        while true {
            let page = try Cases.list(query, for: actor, at: now, in: books)
            for line in page.lines {
                count += 1
                if places[line.territory] == nil {
                    places[line.territory] = try Territories.find(line.territory, in: books).shortName
                }
                if let unit = line.unit, units[unit] == nil {
                    units[unit] = try Units.find(unit, of: actor.county, in: books).name[language]
                }
                if let person = line.handler, people[person] == nil {
                    people[person] = try Tenures.person(person, of: actor.county, in: books).name
                }
                writer.add([
                    .text(line.number), .text(line.title), .text(places[line.territory] ?? ""),
                    .text(line.place), .text(line.category),
                    .text(line.source.words[language]),
                    .text(line.state.words[language]), moment(line.reportedAt), moment(line.dueAt),
                    moment(line.closedAt),
                    .text(line.unit.flatMap { units[$0] } ?? ""),
                    .text(line.handler.flatMap { people[$0] } ?? ""),
                ])
            }
            guard let next = page.next else { break }
            query.cursor = next
        }
        try note(asked, rows: count).write(to: writer, language)
        try writer.close()
        return count
    }
}

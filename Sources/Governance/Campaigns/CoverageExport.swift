package import Foundation
package import Rules
import Store

extension Event.Kind {
    static let coverageExported = Event.Kind("campaign.export", zh: "导出走访进度", en: "Coverage exported")
}

/// Giving the figures of a campaign out as a table, or the households that wait for a visit.
package enum CoverageExport {
    /// What the table holds.
    package enum Kind: String, CaseIterable, Sendable {
        /// Numerators and denominators, a row a duty and group.
        case lines
        /// Whom nobody has visited yet, a row a debt.
        case missing
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .lines: Phrase(zh: "进度", en: "Coverage")
            case .missing: Phrase(zh: "还没走访的户", en: "Not visited yet")
            }
        }
    }
    /// What the page shows: by what, of which duty, inside which path.
    package struct Request: Sendable {
        /// What is wanted.
        package var kind: Kind, grouping: Coverage.Grouping, duty: String, path: String
        /// Everything of a campaign, by duty.
        package init(_ kind: Kind, by grouping: Coverage.Grouping, duty: String, inside path: String) {
            (self.kind, self.grouping, self.duty, self.path) = (kind, grouping, duty, path)
        }
    }

    /// Throws unless the actor may have it.
    private static func check(_ request: Request, by actor: Actor) throws {
        if request.kind == .missing || !actor.may(.readFigures) { try actor.need(.readRegister) }
    }

    /// The log keeps who took what: to be called once the table is made and before it is handed out.
    package static func announce(
        _ request: Request, rows: Int, of campaign: Campaign, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        try check(request, by: actor)
        try books.record(
            Event(.coverageExported, note(request, rows: rows, on: nil).details),
            about: .init("campaign", campaign.id.text), by: actor, at: now)
    }

    private static func note(_ request: Request, rows: Int, on day: Day?) -> ExportNote {
        ExportNote(
            [
                ("what", request.kind.rawValue), ("by", request.grouping.rawValue), ("duty", request.duty),
                ("inside", request.path),
                ("day", day?.description),
            ], rows: rows)
    }

    /// Writes the table; `name` says what a line's key is called. Answers how many rows it holds.
    package static func write(
        _ request: Request, of campaign: Campaign, to file: URL, language: Language, for actor: Actor,
        on day: Day, in books: Books, name: (String) -> String
    ) throws -> Int {
        try check(request, by: actor)
        let duties = Dictionary(campaign.scheme.duties.map { ($0.name, $0.title.phrase[language]) }) {
            first, _ in first
        }
        func words(_ zh: String, _ en: String) -> String { Phrase(zh: zh, en: en)[language] }
        switch request.kind {
        case .lines:
            let writer = try SpreadsheetWriter(
                file, name: words("走访进度", "Coverage"),
                headings: [
                    words("任务", "Duty"), request.grouping.words[language], words("应走访", "Due"),
                    words("已走访", "Done"), words("还差", "Missing"),
                    words("走访率（千分之）", "Share (thousandths)"),
                ])
            let lines = try Coverage.lines(
                campaign, by: request.grouping, duty: request.duty, inside: request.path, for: actor, on: day,
                in: books)
            for line in lines {
                writer.add([
                    .text(duties[line.duty] ?? line.duty), .text(name(line.key)), .number(line.due),
                    .number(line.done), .number(line.missing),
                    line.thousandths.map { .number($0) } ?? .text(""),
                ])
            }
            try note(request, rows: lines.count, on: day).write(to: writer, language)
            try writer.close()
            return lines.count
        case .missing:
            let writer = try SpreadsheetWriter(
                file, name: words("还没走访的户", "Not visited yet"),
                headings: [
                    words("任务", "Duty"), words("村", "Village"), words("组", "Group"), words("户编号", "Number"),
                    words("户主", "Head"), words("岗位", "Post"),
                ])
            let missing = try Coverage.missing(
                campaign, duty: request.duty, inside: request.path, for: actor, on: day, limit: 200_000,
                in: books)
            var villages: [String: String] = [:]
            for one in missing {
                if villages[one.village] == nil {
                    villages[one.village] = try Territories.find(one.village, in: books).shortName
                }
                writer.add([
                    .text(duties[one.duty] ?? one.duty), .text(villages[one.village] ?? ""), .text(one.group),
                    .text(one.number), .text(one.head),
                    .text(one.title[language]),
                ])
            }
            try note(request, rows: missing.count, on: day).write(to: writer, language)
            try writer.close()
            return missing.count
        }
    }
}

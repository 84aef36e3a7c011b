package import Foundation
package import Rules
import Store

extension Event.Kind {
    static let registerExported = Event.Kind("register.export", zh: "导出登记", en: "Register exported")
}

/// Giving the register out as a table with the national register's columns: a row a member. What comes out
/// can be taken in again.
package enum RegisterExport {
    /// What is asked for.
    package struct Request: Sendable {
        /// Which households.
        package var query: HouseholdQuery
        /// Whether secrets are written in full, and why.
        package var isFull = false, reason = ""
        /// An export of these households.
        package init(_ query: HouseholdQuery) { self.query = query }
    }

    /// Whether it may be had; the log keeps who took what. To be called in a transaction before the table is
    /// made.
    package static func announce(_ request: Request, by actor: Actor, at now: Instant, in books: Books) throws
    {
        let actor = try actor.acting(as: request.isFull ? .unmask : .readRegister)
        try actor.need(.readRegister)
        var reason = ""
        if request.isFull {
            reason = try Check.text(
                request.reason, field: "reason", most: 200, label: Phrase(zh: "理由", en: "The reason"))
        }
        let rows = try Households.totals(
            request.query, for: actor, on: Offices.of(actor.county, in: books).zone.day(of: now), in: books
        ).households
        try books.record(
            Event(
                .registerExported,
                note(request, rows: rows).details + [
                    ("secrets", request.isFull ? "in full" : nil), ("reason", reason),
                ]),
            about: .init("office", actor.county.code), by: actor, as: .readRegister, at: now)
    }

    /// The filter, and how many households it leaves.
    private static func note(_ request: Request, rows: Int) -> ExportNote {
        let query = request.query
        return ExportNote(
            [
                ("inside", query.path), ("as_of", query.asOf.day?.description),
                ("known", query.asOf.known?.iso),
            ]
                + query.facts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + [
                    ("q", Masking.numbers(in: query.text))
                ], rows: rows)
    }

    /// Writes the table. Answers how many households and people it holds.
    package static func write(
        _ request: Request, to file: URL, for actor: Actor, on day: Day, in books: Books
    ) throws -> (households: Int, people: Int) {
        // What is written in full reaches as far as the posts that may see it in full, and no further.
        let actor = try actor.acting(as: request.isFull ? .unmask : .readRegister)
        try actor.need(.readRegister)
        let key = request.isFull ? try books.registryKey(of: actor.county) : nil
        let (household, member, income) = (
            FactList.household.shown, FactList.member.shown, FactList.income.shown
        )
        let headings =
            ["乡镇", "行政村", "户编号", "人编号"] + household.map(heading) + member.map(heading) + income.map(heading)
            + ["人均纯收入"]
        let writer = try SpreadsheetWriter(file, name: "建档立卡", headings: headings)
        var (query, places, households, people) = (request.query, [:] as [String: (String, String)], 0, 0)
        query.limit = 500
        while true {
            let page = try Households.list(query, for: actor, on: day, in: books)
            for item in page {
                households += 1
                let place = try places[item.village] ?? names(of: item.village, in: books)
                places[item.village] = place
                let lines = try Households.members(
                    of: item.id, as: query.asOf, county: actor.county, in: books)
                let money = try Households.incomes(
                    of: item.id, as: query.asOf, county: actor.county, in: books
                ).first
                let own = try household.map { try cell($0, item.facts, item.id.text, key) }
                let earned =
                    try income.map { try cell($0, money?.facts ?? .nothing(.income), "", key) } + [
                        money?.facts.netIncomePerHead.map { .number($0) } ?? .text("")
                    ]
                for line in lines {
                    people += 1
                    writer.add(
                        [.text(place.0), .text(place.1), .text(item.number), .text(line.number)] + own
                            + (try member.map { try cell($0, line.facts, line.id.text, key) }) + earned)
                }
            }
            guard page.count == query.limit, let last = page.last else { break }
            query.after = (last.path, last.id.text)
        }
        try note(request, rows: households).write(to: writer, .zh)
        try writer.close()
        return (households, people)
    }

    /// Headings that two lists share are told apart by what they belong to.
    private static func heading(_ fact: Fact) -> String { fact.headings[0] }

    private static func names(of village: String, in books: Books) throws -> (String, String) {
        let place = try Territories.find(village, in: books)
        return (try place.parent.map { try Territories.find($0, in: books).name } ?? "", place.name)
    }

    private static func cell(_ fact: Fact, _ facts: Facts, _ record: String, _ key: RegistryKey?) throws
        -> SpreadsheetWriter.Cell
    {
        if fact.isSecret {
            guard case .blob(let bytes) = facts[raw: fact.name] else { return .text("") }
            return .text(try key?.opened(bytes, of: "\(fact.name) \(record)") ?? "******")
        }
        if case .number = fact.kind, let number = facts.number(fact.name) { return .number(number) }
        return .text(fact.tabled(facts[raw: fact.name]))
    }
}

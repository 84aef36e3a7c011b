package import Rules
import Store

/// Taking village profiles: a row a village, its facts under their headings, in any order.
package enum VillageImport {
    /// Takes every row as what holds from a day. Faults name row and column.
    package static func importing(
        _ table: Table, since: Day, inside path: String, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        guard let village = table.position(of: "行政村", "村", "village", "code") else {
            throw Refusal.invalid("file", zh: "缺少行政村这一列。", en: "The column with the village is missing.")
        }
        let town = table.position(of: "乡镇", "乡（镇）", "town")
        let facts = FactList.village.shown.compactMap { fact in
            (fact.headings + [fact.name]).lazy.compactMap { table.position(of: $0) }.first.map { (fact, $0) }
        }
        return try table.each { row, report in
            func cell(_ position: Int?) -> String {
                position.flatMap { $0 < row.cells.count ? row.cells[$0].trimmed : nil } ?? ""
            }
            let around =
                try cell(town).isEmpty
                ? path : Territories.only(cell(town), inside: path, field: "town", in: books).path
            let place = try Territories.only(
                cell(village), inside: around, field: table.columns[village], in: books)
            guard place.level == .village else {
                throw Refusal.invalid(
                    table.columns[village], zh: "“\(cell(village))”不是村。",
                    en: "“\(cell(village))” is no village.")
            }
            var values: [String: Value] = [:]
            for (fact, position) in facts where !cell(position).isEmpty {
                values[fact.name] = try fact.read(cell(position))
            }
            let isNew = try DatedTable.village.find(place.id, of: actor.county, in: books) == nil
            if try Registering.change(village: place, values, from: since, by: actor, at: now, in: books) {
                if isNew { report.added += 1 } else { report.changed += 1 }
            } else {
                report.same += 1
            }
        }
    }
}

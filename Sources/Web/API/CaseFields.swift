import Governance
import Rules

extension CaseQuery {
    /// The filters in the query of an address, for pages and API. Throws `Refusal.invalid` that names the
    /// parameter.
    init(_ query: FormInput) throws {
        self.init()
        heap = try query.optionalChoice("heap") ?? .all
        state = try query.optionalChoice("state")
        source = try query.optionalChoice("source")
        category = query["category"].isEmpty ? "" : try Check.code(query["category"], field: "category")
        territory = query["territory"]
        unit = try query.optionalID("unit")
        reportedFrom = query["reported_from"].isEmpty ? nil : try query.day("reported_from")
        reportedTo = query["reported_to"].isEmpty ? nil : try query.day("reported_to")
        updatedAfter = query["updated_after"].isEmpty ? nil : try query.moment("updated_after")
        changedAfter =
            query["changed_after"].isEmpty ? nil : try query.number("changed_after", in: 0...Int.max)
        words = try Check.optionalText(query["q"], field: "q", most: 200)
        cursor = query["cursor"]
        limit = try API.limit(query)
    }
}

extension FormInput {
    /// A day, or another one if none was given.
    func day(_ name: String, else other: Day) throws -> Day { self[name].isEmpty ? other : try day(name) }

    /// What was given, even if empty; otherwise what was there before.
    func text(_ name: String, else old: String) -> String { names.contains(name) ? self[name] : old }
}

package import Rules
import Store
import Synchronization

/// The names that pages show beside identities, read once for each version of the organisation.
package final class Directory: Sendable {
    /// The version of the organisation that this is of.
    package let version: Int
    /// Units by identity, and people's names.
    package let units: [ID<Unit>: Unit], people: [ID<Person>: String]
    /// Territories of the office, parents before children.
    package let territories: [Territory]
    /// The office itself.
    package let office: OfficeProfile
    /// The categories in force.
    package let categories: [Category]
    /// The office's calendar.
    package let calendar: WorkCalendar
    /// What the suggestion has learnt, and what it said of the texts that were looked at last.
    private let suggestion: TextSuggestion
    private let suggested = Mutex<[String: [(label: String, share: Double)]]>([:])
    private static let mostSuggested = 256
    /// The day that it is of: territories begin and end by date.
    let day: Day
    private let places: [String: Territory]
    // Lists of the past name land that has ended.
    private let placeNames: [String: String], paths: [String: Territory]
    /// Whether the office keeps a register of households, and whether a campaign was ever published.
    package let hasRegister: Bool, hasCampaign: Bool, hasEvaluation: Bool
    private struct CategoryKey: Hashable { var code: String, version: Int }
    private let everyCategory: [CategoryKey: Category]
    // Lists ask for nothing but these: to copy a whole unit or category for its name would cost more than the
    // line.
    private let unitNames: [ID<Unit>: Phrase], minors: [CategoryKey: Phrase]

    /// The county's names, remembered for the version of its organisation and for the day.
    package static func of(_ county: County, at now: Instant, in books: Books) throws -> Directory {
        let day = try Offices.of(county, in: books).zone.day(of: now)
        return try books.cache.versioned("directory", most: 2).thing(
            day, of: county, version: books.organisation(of: county)
        ) {
            try Directory(of: county, at: now, in: books)
        }
    }

    private init(of county: County, at now: Instant, in books: Books) throws {
        version = try Organisation.version(of: county, in: books)
        office = try Offices.of(county, in: books)
        calendar = try Calendars.of(county, in: books)
        let units = try books.all("SELECT \(Unit.columns) FROM unit u WHERE u.county = \(county)", Unit.init)
        self.units = Dictionary(uniqueKeysWithValues: units.map { ($0.id, $0) })
        people = Dictionary(
            uniqueKeysWithValues: try Tenures.people(of: county, in: books).map { ($0.id, $0.name) })
        day = office.zone.day(of: now)
        let land = try Territories.everything(inside: office.territory.path, in: books)
        let day = self.day
        territories = land.filter { $0.since <= day && day < $0.until }
        let places = Dictionary(uniqueKeysWithValues: territories.map { ($0.id, $0) })
        self.places = places
        let every = Dictionary(uniqueKeysWithValues: land.map { ($0.id, $0) })
        paths = Dictionary(uniqueKeysWithValues: land.map { ($0.path, $0) })
        placeNames = Dictionary(
            uniqueKeysWithValues: land.map { place in
                let parent = place.level == .grid ? place.parent.flatMap { every[$0] } : nil
                return (place.id, parent.map { "\($0.shortName) \(place.shortName)" } ?? place.shortName)
            })
        categories = try Categories.all(of: county, at: now, in: books)
        let versions = try books.all("SELECT * FROM category WHERE county = \(county)", Category.init)
        everyCategory = Dictionary(
            uniqueKeysWithValues: versions.map { (CategoryKey(code: $0.code, version: $0.version), $0) })
        unitNames = self.units.mapValues(\.name)
        minors = everyCategory.mapValues(\.minor)
        hasRegister =
            try books.first("SELECT id FROM household WHERE county = \(county) LIMIT 1") {
                try $0.get("id", as: String.self)
            } != nil
        hasEvaluation =
            try books.first("SELECT id FROM evaluation WHERE county = \(county) LIMIT 1") {
                try $0.get("id", as: String.self)
            } != nil
        hasCampaign =
            try books.first("SELECT id FROM campaign WHERE county = \(county) LIMIT 1") {
                try $0.get("id", as: String.self)
            } != nil
        suggestion = try Self.learnt(categories, county: county, in: books)
    }

    /// The likeliest categories of a report, best first, with their share (0…1). Somebody confirms one of
    /// them.
    package func suggestions(for item: Case) -> [(category: Category, share: Double)] {
        let text = item.title + item.place + item.body
        let labels =
            suggested.withLock { $0[text] }
            ?? {
                let fresh = suggestion.suggest(text)
                suggested.withLock { known in
                    if known.count >= Self.mostSuggested { known = [:] }
                    known[text] = fresh
                }
                return fresh
            }()
        return labels.compactMap { label in
            categories.first { $0.code == label.label }.map { ($0, label.share) }
        }
    }

    /// Learns from the starter examples and from the office's own closed cases.
    private static func learnt(_ categories: [Category], county: County, in books: Books) throws
        -> TextSuggestion
    {
        var suggestion = TextSuggestion()
        for category in categories {
            for example in category.examples { suggestion.learn(example, label: category.code) }
        }
        try books.transaction.each(
            """
            SELECT title, body, category FROM case_file WHERE county = \(county)
                AND state = \(Case.State.closed)
            AND category <> '' ORDER BY reported_at DESC LIMIT 1000
            """
        ) { row in
            suggestion.learn(
                try row.get("title", as: String.self) + " " + row.get("body", as: String.self),
                label: try row.get("category"))
        }
        return suggestion
    }

    /// The name of a unit; empty if there is none.
    package func name(of unit: ID<Unit>?) -> Phrase { unit.flatMap { unitNames[$0] } ?? .asGiven("") }
    /// The name of a person; empty if there is none.
    package func name(of person: ID<Person>?) -> String { person.flatMap { people[$0] } ?? "" }
    /// A territory of the office.
    package func place(_ id: String) -> Territory? { places[id] }
    /// The territory of a path, today's or one that has ended.
    package func place(at path: String) -> Territory? { paths[path] }
    /// The name of a territory with that of what it lies in: 第三社区 二网格.
    package func placeName(_ id: String) -> String {
        placeNames[id] ?? ""
    }
    /// The category that a case was filed under; nil before.
    package func category(_ code: String, version: Int) -> Category? {
        code.isEmpty ? nil : everyCategory[CategoryKey(code: code, version: version)]
    }
    /// The name of the minor class that a case was filed under; nil before.
    package func minor(_ code: String, version: Int) -> Phrase? {
        code.isEmpty ? nil : minors[CategoryKey(code: code, version: version)]
    }
}

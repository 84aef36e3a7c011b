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
    /// What the suggestion has learnt.
    package let suggestion: TextSuggestion
    /// The day that it is of: territories begin and end by date.
    let day: Day
    private let places: [String: Territory]
    private let placeNames: [String: String]
    private let everyCategory: [String: Category]

    init(of county: County, at now: Instant, in books: Books) throws {
        version = try Organisation.version(of: county, in: books)
        office = try Offices.of(county, in: books)
        calendar = try Calendars.of(county, in: books)
        let units = try books.all("SELECT \(Unit.columns) FROM unit u WHERE u.county = \(county)", Unit.init)
        self.units = Dictionary(uniqueKeysWithValues: units.map { ($0.id, $0) })
        people = Dictionary(uniqueKeysWithValues: try Tenures.people(of: county, in: books).map { ($0.id, $0.name) })
        day = office.zone.day(of: now)
        territories = try Territories.subtree(of: office.territory.path, on: day, in: books)
        let places = Dictionary(uniqueKeysWithValues: territories.map { ($0.id, $0) })
        self.places = places
        placeNames = Dictionary(
            uniqueKeysWithValues: territories.map { place in
                let parent = place.level == .grid ? place.parent.flatMap { places[$0] } : nil
                return (place.id, parent.map { "\($0.shortName) \(place.shortName)" } ?? place.shortName)
            })
        categories = try Categories.all(of: county, at: now, in: books)
        let every = try books.all("SELECT * FROM category WHERE county = \(county)", Category.init)
        everyCategory = Dictionary(uniqueKeysWithValues: every.map { ("\($0.code) \($0.version)", $0) })
        suggestion = try Self.learnt(categories, county: county, in: books)
    }

    /// Learns from the starter examples and from the office's own closed cases.
    private static func learnt(_ categories: [Category], county: County, in books: Books) throws -> TextSuggestion {
        var suggestion = TextSuggestion()
        for category in categories { for example in category.examples { suggestion.learn(example, label: category.code) } }
        try books.transaction.each(
            """
            SELECT title, body, category FROM case_file WHERE county = \(county) AND state = \(Case.State.closed)
            AND category <> '' ORDER BY reported_at DESC LIMIT 1000
            """
        ) { row in
            suggestion.learn(
                try row.get("title", as: String.self) + " " + row.get("body", as: String.self), label: try row.get("category"))
        }
        return suggestion
    }

    /// The name of a unit; empty if there is none.
    package func name(of unit: ID<Unit>?) -> Phrase { unit.flatMap { units[$0]?.name } ?? .asGiven("") }
    /// The name of a person; empty if there is none.
    package func name(of person: ID<Person>?) -> String { person.flatMap { people[$0] } ?? "" }
    /// A territory of the office.
    package func place(_ id: String) -> Territory? { places[id] }
    /// The name of a territory with that of what it lies in: 第三社区 二网格.
    package func placeName(_ id: String) -> String {
        placeNames[id] ?? ""
    }
    /// The category that a case was filed under; nil before.
    package func category(_ code: String, version: Int) -> Category? { everyCategory["\(code) \(version)"] }
}

/// What is remembered between requests for as long as the version that it was read at is the current one.
package final class Memory: Sendable {
    private struct State {
        var directories: [County: Directory] = [:]
        var counts: [County: (version: Int, found: [Question: Int])] = [:]
        var pages: [County: (version: Int, found: [Question: CasePage])] = [:]
        var offices: (versions: [County: Int], found: [OfficeProfile])?
        var actors: [String: (version: Int, day: Day, actor: Actor, ends: Instant)] = [:]
    }
    /// A question to the lists: who asks, what, and at which minute if lateness matters.
    struct Question: Hashable {
        let person: ID<Person>?
        let seats: [Actor.Seat]
        let query: CaseQuery
        let byDeadline: Bool
        let minute: Int64
    }
    private let state = Mutex(State())
    private static let most = 4096
    private static let mostPages = 256

    /// Nothing remembered.
    package init() {}

    /// The county's names.
    package func directory(of county: County, at now: Instant, in books: Books) throws -> Directory {
        let version = try Organisation.version(of: county, in: books)
        if let known = state.withLock({ $0.directories[county] }), known.version == version,
            known.day == known.office.zone.day(of: now)
        {
            return known
        }
        let fresh = try Directory(of: county, at: now, in: books)
        state.withLock { $0.directories[county] = fresh }
        return fresh
    }

    /// A count that stays true while nothing happens in the county: every change is an event.
    func count(_ key: Question, of county: County, in books: Books, _ read: () throws -> Int) throws -> Int {
        let version = try books.version(of: county)
        let known = state.withLock { $0.counts[county].flatMap { $0.version == version ? $0.found[key] : nil } }
        if let known { return known }
        let fresh = try read()
        state.withLock { state in
            if state.counts[county]?.version != version || (state.counts[county]?.found.count ?? 0) > Self.most {
                state.counts[county] = (version, [:])
            }
            state.counts[county]?.found[key] = fresh
        }
        return fresh
    }

    /// A page of a list that stays true while nothing happens in the county.
    func page(_ key: Question, of county: County, in books: Books, _ read: () throws -> CasePage) throws -> CasePage {
        let version = try books.version(of: county)
        if let known = page(key, of: county, version: version) { return known }
        let fresh = try read()
        state.withLock { state in
            if state.pages[county]?.version != version || (state.pages[county]?.found.count ?? 0) > Self.mostPages {
                state.pages[county] = (version, [:])
            }
            state.pages[county]?.found[key] = fresh
        }
        return fresh
    }

    /// The page as it is remembered for a version; nil if it is not.
    func page(_ key: Question, of county: County, version: Int) -> CasePage? {
        state.withLock { $0.pages[county].flatMap { $0.version == version ? $0.found[key] : nil } }
    }

    /// Every office on this server; read again when any organisation changes.
    package func offices(in books: Books) throws -> [OfficeProfile] {
        guard let heads = try books.heads?.all(books.transaction) else { return try Offices.all(in: books) }
        let versions = heads.mapValues(\.organisation)
        if let known = state.withLock({ $0.offices }), known.versions == versions { return known.found }
        let fresh = try Offices.all(in: books)
        state.withLock { $0.offices = (versions, fresh) }
        return fresh
    }

    /// Who holds a secret; read again when posts or sessions change and when a day begins.
    package func holder(of secret: Secret, on day: Day, at now: Instant, in books: Books) throws -> Actor? {
        let version = try Organisation.version(of: secret.county, in: books)
        let known = state.withLock { $0.actors[secret.id] }
        if let known, known.version == version, known.day == day, known.ends > now { return known.actor }
        guard let actor = try Accounts.holder(of: secret, on: day, at: now, in: books) else { return nil }
        state.withLock { state in
            if state.actors.count > Self.most { state.actors = [:] }
            // Asked again every minute at the latest, so that a session ends when it should.
            state.actors[secret.id] = (version, day, actor, now.adding(minutes: 1))
        }
        return actor
    }
}

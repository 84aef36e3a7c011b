package import Rules
import Store

extension Event.Kind {
    static let officeFounded = Event.Kind("office.found", zh: "机构启用", en: "Office founded")
    static let parameterSet = Event.Kind("office.parameter", zh: "修改参数", en: "Parameter set")
    static let calendarLoaded = Event.Kind("office.calendar", zh: "装入日历", en: "Calendar loaded")
}

/// One office that uses this server: a sub-district, a town or a county with its own name, numbers and hours.
package final class OfficeProfile: Sendable {
    /// Its county: the unit of tenancy.
    package let county: County
    /// Its name.
    package let name: Phrase
    /// The territory that it governs.
    package let territory: Territory
    /// What its case numbers begin with.
    package let numberPrefix: String
    /// Its civil time.
    package let zone: Zone
    /// When the demo opens, in a demo folder; nil elsewhere.
    package let demoOpensAt: Instant?

    /// Whether a place is the office's whole land or has it inside.
    func isCovered(by path: String) -> Bool { territory.path.hasPrefix(path) }

    init(_ row: Row) throws {
        county = try row.get("county")
        name = Phrase(zh: try row.get("name_zh"), en: try row.get("name_en"))
        territory = try Territory(row)
        numberPrefix = try row.get("number_prefix")
        zone = Zone(minutesEast: try row.get("zone_minutes"))
        demoOpensAt = try row.optional("demo_opens_at")
    }
}

/// The offices on this server, and founding one.
package enum Offices {
    private static let columns: SQL =
        """
        o.county, o.name_zh, o.name_en, o.number_prefix, o.zone_minutes, o.demo_opens_at, \
        \(Territory.columns)
        """

    /// Every office, oldest first: for commands and for what happens by itself. A request asks `listed` or
    /// its own office.
    package static func all(in books: Books) throws -> [OfficeProfile] {
        try books.all(
            """
            SELECT \(columns) FROM office o JOIN territory t ON t.id = o.territory
                ORDER BY o.founded_at, o.county
            """,
            OfficeProfile.init)
    }

    /// An office of this server as somebody chooses it.
    package struct Listed: Sendable, Hashable {
        /// Its county and its name.
        package var county: County, name: Phrase
    }

    /// The offices of this server by name, oldest first: from a table that is the same on every node.
    package static func listed(in books: Books) throws -> [Listed] {
        try books.cache.versioned("offices", most: 1).thing(0, of: .shared, version: books.sharedVersion()) {
            try books.all("SELECT county, name_zh, name_en FROM office_name ORDER BY number, county") { row in
                Listed(
                    county: try row.get("county"),
                    name: Phrase(zh: try row.get("name_zh"), en: try row.get("name_en")))
            }
        }
    }

    /// The office of a county; throws `Refusal.notFound`.
    package static func of(_ county: County, in books: Books) throws -> OfficeProfile {
        guard let found = try known(county, in: books) else { throw Refusal.notFound }
        return found
    }

    /// The office of a county; nil if it has none.
    package static func known(_ county: County, in books: Books) throws -> OfficeProfile? {
        try books.cache.versioned("office", most: 1).thing(
            0, of: county, version: books.organisation(of: county)
        ) {
            try books.first(
                """
                SELECT \(columns) FROM office o JOIN territory t ON t.id = o.territory
                    WHERE o.county = \(county)
                """,
                OfficeProfile.init)
        }
    }

    /// What is entered to found an office.
    package struct Draft: Sendable {
        /// The county and its name; the name is used only if the county is not among the territories yet.
        package var county: County, countyName: String
        /// The office's name, the code and name of what it governs, and the prefix of its case numbers.
        package var nameZh: String, nameEn: String, townCode: String, townName: String, prefix: String
        /// When the demo opens; nil for a real office.
        package var demoOpensAt: Instant?
        /// An office to be.
        package init(
            county: County, countyName: String, nameZh: String, nameEn: String, townCode: String,
            townName: String,
            prefix: String, demoOpensAt: Instant? = nil
        ) {
            (self.county, self.countyName, self.nameZh, self.nameEn) = (county, countyName, nameZh, nameEn)
            (self.townCode, self.townName, self.prefix, self.demoOpensAt) = (
                townCode, townName, prefix, demoOpensAt
            )
        }
    }

    /// The code system of territories that come with an office that has no division file.
    package static let usualSystem = "nbs"

    /// Founds an office with its first administrator, the starter categories and the calendar that the
    /// program carries.
    @discardableResult
    package static func found(
        _ draft: Draft, administrator: (login: String, name: String, password: Password), at now: Instant,
        in books: Books
    ) throws -> OfficeProfile {
        let county = draft.county
        guard try !listed(in: books).contains(where: { $0.county == county }) else {
            throw Refusal.invalid("county", zh: "这个县（区）已经有机构了。", en: "This county has an office already.")
        }
        let name = try Check.name(draft.nameZh, field: "name_zh")
        let prefix = try Check.code(draft.prefix, field: "prefix")
        try books.beginChain(of: county)
        var actor = Actor.system(of: county)
        actor.name = .asGiven(try Check.name(administrator.name, field: "person"))
        let day = Zone.china.day(of: now)
        let town = try land(of: draft, since: day, by: actor, at: now, in: books)
        try books.change(
            """
            INSERT INTO office (county, name_zh, name_en, territory, number_prefix, zone_minutes, slots,
                demo_opens_at, founded_at, texts_sealed)
            VALUES (\(county), \(name), \(draft.nameEn.isEmpty ? name : draft.nameEn), \(town.id), \(prefix),
                \(Zone.china.minutesEast), \(Calendars.text(WorkCalendar.usualSlots)), \(draft.demoOpensAt),
                    \(now), 1)
            """)
        let listed = try listed(in: books).count
        try books.change(
            """
            INSERT INTO office_name (number, county, name_zh, name_en)
            VALUES (\(listed + 1), \(county), \(name), \(draft.nameEn.isEmpty ? name : draft.nameEn))
            """)
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(.officeFounded, [("name", name), ("territory", town.name)]),
            about: .init("office", county.code),
            by: actor, at: now)
        try Calendars.loadStarter(by: actor, at: now, in: books)
        try Categories.loadStarter(by: actor, at: now, in: books)
        let unit = try Units.add(
            .init(
                code: "office", nameZh: name, nameEn: draft.nameEn, kind: .streetOffice, territory: town.id),
            since: day,
            by: actor, at: now, in: books)
        let post = try Posts.add(
            .init(
                code: "administrator", titleZh: "系统管理员", titleEn: "Administrator", kind: .administrator,
                unit: unit,
                territory: town.id, reportsTo: nil), since: day, by: actor, at: now, in: books)
        let person = try Tenures.addPerson(name: actor.name.zh, phone: "", by: actor, at: now, in: books)
        try Tenures.begin(person, in: post, isStandIn: false, from: day, by: actor, at: now, in: books)
        try Accounts.add(
            login: administrator.login, person: person, password: administrator.password, by: actor, at: now,
            in: books)
        return try of(county, in: books)
    }

    /// The territory that the office governs, made with its county if the divisions were not imported before.
    private static func land(
        of draft: Draft, since day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Territory {
        if let known = try Territories.meaning(draft.townCode, inside: "", in: books).first { return known }
        let countyCode = draft.county.code + "000000"
        let county =
            try Territories.meaning(countyCode, inside: "", in: books).first
            ?? Territories.add(
                name: draft.countyName, level: .county, code: countyCode, system: usualSystem, parent: nil,
                since: day,
                by: actor, at: now, in: books)
        if draft.townCode == countyCode { return county }
        return try Territories.add(
            name: Check.name(draft.townName, field: "town_name"), level: .town, code: draft.townCode,
            system: usualSystem, parent: county.id,
            since: day,
            by: actor, at: now, in: books)
    }

    /// Makes sure that changes to shared tables by the command line have a chain of their own.
    package static func prepareSharedChain(in books: Books) throws {
        try books.beginChain(of: .shared)
    }
}

extension County {
    /// The chain of what belongs to no county: imports of shared tables by the command line.
    package static let shared = County("000000") ?? { preconditionFailure("six digits") }()
}

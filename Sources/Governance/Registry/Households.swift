package import Rules
import Store

/// What a list of households asks for; every filter stands in the page's URL.
package struct HouseholdQuery: Sendable, Hashable {
    /// The territory's path; the office's own if empty.
    package var path = ""
    /// Values that facts must have, by name: `kind=registered`, `house_grade=C,D`.
    package var facts: [String: String] = [:]
    /// A number, the name of a member, or a certificate number.
    package var text = ""
    /// As of which day, as known when.
    package var asOf = AsOf.present
    /// The last household of the page before: path and identity.
    package var after: (path: String, id: String)?
    /// At most so many.
    package var limit = 50

    /// Everything in reach.
    package init() {}

    package static func == (one: Self, other: Self) -> Bool {
        one.path == other.path && one.facts == other.facts && one.text == other.text && one.asOf == other.asOf
            && one.after?.id == other.after?.id
            && one.limit == other.limit
    }
    /// Everything that is asked for.
    package func hash(into hasher: inout Hasher) {
        for part in [path, text, after?.id ?? ""] { hasher.combine(part) }
        hasher.combine(facts)
        hasher.combine(asOf)
    }

    /// Goes on behind a household as an address names it. Throws `Refusal.invalid` for what names none.
    package mutating func goOn(behind cursor: String) throws {
        if cursor.isEmpty { return }
        let parts = cursor.split(separator: "-", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Refusal.strangeCursor }
        after = (parts[0], parts[1])
    }
    /// How an address names the household behind which a list goes on.
    package static func cursor(behind household: Household) -> String {
        "\(household.path)-\(household.id.text)"
    }

    /// Whether something is asked for beside the place.
    package var isFiltered: Bool { !facts.isEmpty || !text.isEmpty }
}

/// A household with what belongs to it, of one day.
package struct HouseholdFile: Sendable {
    /// The household, its members and incomes.
    package let household: Household, members: [Member], incomes: [Dated]
    /// What is done for it, who helps it, and every change that was asked for.
    package let measures: [HelpMeasure], helpers: [(title: Phrase, person: ID<Person>)],
        requests: [ChangeRequest]
}

/// Looking up what the registry says.
package enum Households {
    /// The households of a list, by village. Throws `Refusal.invalid` for a filter that the registry does not
    /// have.
    package static func list(_ query: HouseholdQuery, for actor: Actor, on day: Day, in books: Books) throws
        -> [Household]
    {
        try actor.need(.readRegister)
        var conditions = try conditions(query, for: actor, on: day, in: books)
        if let after = query.after {
            conditions.append(
                "v.village_path > \(after.path) OR (v.village_path = \(after.path) AND v.id > \(after.id))")
        }
        return try books.all(
            """
            SELECT \(Household.columns(query.asOf, of: actor.county)) FROM household_version v
                JOIN household h ON h.county = v.county AND h.id = v.id
            WHERE v.county = \(actor.county) AND \(query.asOf.condition("v")) AND \(SQL.all(conditions))
            ORDER BY v.village_path, v.id LIMIT \(query.limit)
            """, Household.init)
    }

    /// How many households and people a list holds in all.
    package static func totals(_ query: HouseholdQuery, for actor: Actor, on day: Day, in books: Books) throws
        -> (households: Int, people: Int)
    {
        try actor.need(.readRegister)
        let conditions = SQL.all(try conditions(query, for: actor, on: day, in: books))
        let sums = try books.first(
            """
            SELECT COUNT(*) AS households, COALESCE(SUM(v.headcount), 0) AS people FROM household_version v
            WHERE v.county = \(actor.county) AND \(query.asOf.condition("v")) AND \(conditions)
            """
        ) { (try $0.get("households", as: Int.self), try $0.get("people", as: Int.self)) }
        return sums ?? (0, 0)
    }

    /// A household in reach, as of a day. Throws `Refusal.notFound`.
    package static func find(
        _ id: ID<Household>, as asOf: AsOf = .present, for actor: Actor, on day: Day, in books: Books
    ) throws -> Household {
        try actor.need(.readRegister)
        let found = try books.first(
            """
            SELECT \(Household.columns(asOf, of: actor.county)) FROM household_version v
                JOIN household h ON h.county = v.county AND h.id = v.id
            WHERE v.county = \(actor.county) AND v.id = \(id) AND \(asOf.condition("v"))
                AND \(actor.registryReach(on: day))
            """, Household.init)
        guard let found else { throw Refusal.notFound }
        return found
    }

    /// What the actor's posts allow at a household, each as far as it reaches: for buttons and for the first
    /// line of a verb. A post that does not read the register allows nothing there: its other powers are
    /// about cases.
    package static func powers(over household: Household, for actor: Actor, on day: Day, in books: Books)
        throws -> Set<Power>
    {
        if actor.isSystem { return Set(Power.allCases) }
        var powers: Set<Power> = []
        for seat in actor.seats where !seat.powers.isSubset(of: powers) && seat.has(.readRegister) {
            if try reaches(seat, household, of: actor, on: day, in: books) { powers.formUnion(seat.powers) }
        }
        return powers
    }

    /// Whether a post reaches a household: by its land it is asked at once; by a link the database knows.
    static func reaches(
        _ seat: Actor.Seat, _ household: Household, of actor: Actor, on day: Day, in books: Books
    ) throws -> Bool {
        if seat.kind.reachesTerritory { return seat.reaches(household.path) }
        var alone = actor
        alone.seats = [seat]
        return try books.count(
            """
            SELECT COUNT(*) FROM household_version v WHERE v.county = \(actor.county)
                AND v.id = \(household.id)
            AND \(AsOf.present.condition("v")) AND \(alone.registryReach(on: day))
            """) > 0
    }

    /// The first line of each verb about a household: throws unless one post gives the power and reaches it.
    package static func need(
        _ power: Power, over household: Household, for actor: Actor, on day: Day, in books: Books
    ) throws {
        try actor.need(power)
        guard try powers(over: household, for: actor, on: day, in: books).contains(power) else {
            throw Actor.powerless
        }
    }

    /// A household by its number, or nil.
    static func find(number: String, of county: County, in books: Books) throws -> Household? {
        try books.first(
            """
            SELECT \(Household.columns(.present, of: county)) FROM household h
                JOIN household_version v ON v.county = h.county AND v.id = h.id
            WHERE h.county = \(county) AND h.number = \(number) AND \(AsOf.present.condition("v"))
            """, Household.init)
    }

    /// Whose number it is or was, of whatever household; nil if it is free.
    static func member(numbered number: String, of county: County, in books: Books) throws -> ID<Member>? {
        try books.first("SELECT id FROM member WHERE county = \(county) AND number = \(number)") {
            try $0.get("id")
        }
    }

    /// A household in reach with what belongs to it, as of a day. Throws `Refusal.notFound`.
    package static func file(
        _ id: ID<Household>, as asOf: AsOf = .present, for actor: Actor, on day: Day, in books: Books
    ) throws -> HouseholdFile {
        let county = actor.county
        return HouseholdFile(
            household: try find(id, as: asOf, for: actor, on: day, in: books),
            members: try members(of: id, as: asOf, county: county, in: books),
            incomes: try incomes(of: id, as: asOf, county: county, in: books),
            measures: try measures(of: id, county: county, in: books),
            helpers: try Helping.helpers(of: id, county: county, on: asOf.day ?? day, in: books),
            requests: try RegisterChanges.all(of: id, county: county, in: books))
    }

    /// A household that the actor may change, with what a form shows of it: its members, and its newest
    /// income. Throws `Refusal.notFound` and `Refusal.notAllowed`.
    package static func changeable(_ id: ID<Household>, for actor: Actor, on day: Day, in books: Books) throws
        -> (household: Household, members: [Member], income: Dated?)
    {
        let household = try find(id, for: actor, on: day, in: books)
        try need(.keepRegister, over: household, for: actor, on: day, in: books)
        return (
            household, try members(of: id, county: actor.county, in: books),
            try incomes(of: id, county: actor.county, in: books).first
        )
    }

    /// The members of a household, the head first.
    static func members(
        of id: ID<Household>, as asOf: AsOf = .present, county: County, in books: Books
    ) throws -> [Member] {
        try books.all(
            """
            SELECT \(DatedTable.member.columns), p.number FROM member_version v
                JOIN member p ON p.county = v.county AND p.id = v.id
            WHERE v.county = \(county) AND v.household = \(id) AND \(asOf.condition("v"))
            ORDER BY CASE WHEN v.relation = 'head' THEN 0 ELSE 1 END, p.number
            """, Member.init)
    }

    /// A household's incomes, newest year first.
    static func incomes(
        of id: ID<Household>, as asOf: AsOf = .present, county: County, in books: Books
    ) throws -> [Dated] {
        let last = asOf.day ?? Day.never
        let known: SQL =
            asOf.known.map { "v.known_from <= \($0) AND v.known_until > \($0)" }
            ?? "v.known_until = 253402300799000"
        return try books.all(
            """
            SELECT \(DatedTable.income.columns) FROM income_version v WHERE v.county = \(county)
                AND v.id = \(id) AND v.since <= \(last) AND \(known)
            ORDER BY v.since DESC
            """
        ) { try Dated(.income, $0) }
    }

    /// A household's measures, newest first.
    static func measures(of id: ID<Household>, county: County, in books: Books) throws -> [HelpMeasure] {
        try books.all(
            """
            SELECT * FROM measure WHERE county = \(county) AND household = \(id)
                ORDER BY planned_on DESC, id DESC
            """,
            HelpMeasure.init)
    }

    static func conditions(_ query: HouseholdQuery, for actor: Actor, on day: Day, in books: Books) throws
        -> [SQL]
    {
        var conditions = [actor.registryReach(on: query.asOf.day ?? day)]
        if !query.path.isEmpty {
            conditions.append(
                "v.village_path >= \(query.path) AND v.village_path < \(Territory.end(of: query.path))")
        }
        for (name, written) in query.facts.sorted(by: { $0.key < $1.key }) {
            guard let fact = FactList.household[name], !fact.isSecret else {
                throw Refusal.invalid(
                    name, zh: "登记里没有“\(name)”这一项。", en: "The registry has no fact “\(name)”.")
            }
            // Several values with commas between: any of them.
            let values = try written.split(separator: ",").map { try fact.read(String($0)) }
            conditions.append("v.\(fact.column) IN (\(list: values))")
        }
        // Who was struck off or has died out is shown to whoever asks for it.
        if query.text.isEmpty, query.facts["status"] == nil { conditions.append(Household.isCounted) }
        if !query.text.isEmpty {
            conditions.append(try matching(query.text, query.asOf, of: actor.county, in: books))
        }
        return conditions
    }

    /// A whole certificate is matched by its keyed hash; otherwise a household's number or a member's name.
    private static func matching(_ text: String, _ asOf: AsOf, of county: County, in books: Books) throws
        -> SQL
    {
        let member: SQL
        do {
            let mark = try books.registryKey(of: county).mark(
                try Certificate(text).identity, as: "certificate")
            member = "m.certificate_mark = \(mark)"
        } catch is Certificate.Fault { member = "m.name = \(text)" }
        return """
            v.id IN (SELECT m.household FROM member_version m WHERE m.county = \(county) AND \(member) AND \
            \(asOf.condition("m")))
            OR v.id IN (SELECT h2.id FROM household h2 WHERE h2.county = \(county) AND h2.number = \(text))
            """
    }
}

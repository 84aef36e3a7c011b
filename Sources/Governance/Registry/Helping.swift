package import Rules
import Store

extension Event.Kind {
    static let helperNamed = Event.Kind("household.helper", zh: "确定帮扶责任人", en: "Helper named")
    static let supportNamed = Event.Kind("village.support", zh: "确定帮扶单位", en: "Support unit named")
}

/// Who helps whom, and with what.
package enum Helping {
    /// Names the post that helps a household from a day on; another helper's link ends there.
    package static func name(
        _ post: ID<Post>, for household: ID<Household>, from day: Day, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        try actor.need(.administer)
        let helper = try Posts.find(post, of: actor.county, in: books)
        try books.change(
            """
            UPDATE help_link SET until = \(day) WHERE county = \(actor.county)
                AND household = \(household) AND until > \(day)
            """
        )
        let id: ID<Household> = books.newID(at: now)
        try books.put(
            """
            INSERT INTO help_link (county, id, household, post, since, until)
            VALUES (\(actor.county), \(id), \(household), \(post), \(day), \(Day.never))
            """)
        try books.record(
            Event(.helperNamed, [("post", helper.title.zh), ("from", day.description)]),
            about: .init("household", household.text), by: actor, as: .administer,
            at: now)
    }

    /// Says that a unit supports a village from a day on; a village may have several.
    package static func support(
        _ village: Territory, by unit: ID<Unit>, from day: Day, as actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        try actor.need(.administer)
        let supporter = try Units.find(unit, of: actor.county, in: books)
        let known = try books.count(
            """
            SELECT COUNT(*) FROM support_link WHERE county = \(actor.county) AND village = \(village.id)
                AND unit = \(unit) AND until > \(day)
            """
        )
        guard known == 0 else { return }
        let id: ID<Unit> = books.newID(at: now)
        try books.put(
            """
            INSERT INTO support_link (county, id, village, unit, since, until)
            VALUES (\(actor.county), \(id), \(village.id), \(unit), \(day), \(Day.never))
            """)
        try books.record(
            Event(.supportNamed, [("unit", supporter.name.zh), ("from", day.description)]),
            about: .init("village", village.id), by: actor, as: .administer,
            at: now)
    }

    /// The posts that help a household on a day, with whoever holds them.
    static func helpers(of household: ID<Household>, county: County, on day: Day, in books: Books)
        throws -> [(title: Phrase, person: ID<Person>)]
    {
        try books.all(
            """
            SELECT p.title_zh, p.title_en, n.person FROM help_link l JOIN post p ON p.county = l.county
                AND p.id = l.post
            JOIN tenure n ON n.county = p.county AND n.post = p.id AND n.since <= \(day) AND n.until > \(day)
            WHERE l.county = \(county) AND l.household = \(household) AND l.since <= \(day)
                AND l.until > \(day) ORDER BY l.since, n.is_stand_in
            """
        ) { (Phrase(zh: try $0.get("title_zh"), en: try $0.get("title_en")), try $0.get("person")) }
    }

    /// The units that support a village on a day.
    static func supporters(of village: String, county: County, on day: Day, in books: Books) throws
        -> [ID<Unit>]
    {
        try books.all(
            """
            SELECT unit FROM support_link WHERE county = \(county) AND village = \(village)
                AND since <= \(day) AND until > \(day) ORDER BY since, id
            """
        ) { try $0.get("unit") }
    }

    /// What is entered about a measure.
    package struct Draft: Sendable {
        /// Its kind and what it is.
        package var kind: HelpMeasure.Kind, project: String
        /// When it is planned and when it was done.
        package var plannedOn: Day, doneOn: Day?
        /// What it costs and what it brings a year, in yuan.
        package var yuan = 0, incomeEffect = 0
        /// A measure to be.
        package init(
            kind: HelpMeasure.Kind, project: String, plannedOn: Day, doneOn: Day? = nil, yuan: Int = 0,
            incomeEffect: Int = 0
        ) {
            (self.kind, self.project, self.plannedOn, self.doneOn, self.yuan, self.incomeEffect) = (
                kind, project, plannedOn, doneOn, yuan, incomeEffect
            )
        }
    }

    /// Enters a measure for a household.
    package static func enter(
        _ draft: Draft, for household: ID<Household>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        // What an import or the demo brings was looked up by it.
        if !actor.isSystem {
            let day = try Offices.of(actor.county, in: books).zone.day(of: now)
            try Households.need(
                .keepRegister, over: Households.find(household, for: actor, on: day, in: books), for: actor,
                on: day, in: books)
        }
        let project = try Check.text(draft.project, field: "project", most: 80)
        let id: ID<HelpMeasure> = books.newID(at: now)
        try books.put(
            """
            INSERT INTO measure (county, id, household, kind, project, planned_on, done_on, yuan,
                income_effect, entered_at)
            VALUES (\(actor.county), \(id), \(household), \(draft.kind), \(project), \(draft.plannedOn),
                \(draft.doneOn), \(draft.yuan), \(draft.incomeEffect), \(now))
            """)
        try books.record(
            Event(
                .measureEntered,
                [
                    ("kind", draft.kind.rawValue), ("project", project),
                    ("planned", draft.plannedOn.description), ("done", draft.doneOn?.description),
                ]),
            about: .init("household", household.text), by: actor, as: .keepRegister, at: now)
    }
}

package import Rules
import Store

/// Who is in which post, and the people themselves.
package enum Tenures {
    /// A person by identity, the telephone masked: for who administers the office. Throws
    /// `Refusal.notFound`.
    package static func person(_ id: ID<Person>, for actor: Actor, in books: Books) throws -> Person {
        try actor.need(.administer)
        return try person(id, of: actor.county, in: books)
    }

    static func person(_ id: ID<Person>, of county: County, in books: Books) throws -> Person {
        let found = try books.first(
            "SELECT id, name, phone, phone_sealed FROM person WHERE county = \(county) AND id = \(id)"
        ) { try Person($0, in: books) }
        guard let found else { throw Refusal.notFound }
        return found
    }

    /// Everybody of the office, by name, telephones masked; perhaps only who has a telephone, however it is
    /// written. For who administers the office. Throws `Refusal.invalid` if it is none.
    package static func people(withPhone phone: String = "", for actor: Actor, in books: Books) throws
        -> [Person]
    {
        try actor.need(.administer)
        return try people(of: actor.county, withPhone: phone, in: books)
    }

    static func people(of county: County, withPhone phone: String = "", in books: Books) throws
        -> [Person]
    {
        let phone = try Check.phone(phone, field: "phone")
        let kept = books.key.map { $0.mark(Check.digits(of: phone), as: "person phone") }
        let one: SQL =
            phone.isEmpty ? "1 = 1" : "(phone_mark = \(kept) OR (phone <> '' AND phone = \(phone)))"
        return try books.all(
            """
            SELECT id, name, phone, phone_sealed FROM person WHERE county = \(county) AND \(one)
            ORDER BY name, id
            """
        ) { try Person($0, in: books) }
    }

    /// Adds a person.
    @discardableResult
    package static func addPerson(
        name: String, phone: String, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<Person> {
        try actor.need(.administer)
        let id: ID<Person> = books.newID(at: now)
        let name = try Check.name(name, field: "name")
        let kept = try keeping(Check.phone(phone, field: "phone"), of: id, in: books)
        try books.change(
            """
            INSERT INTO person (county, id, name, phone, phone_sealed, phone_mark)
                VALUES (\(actor.county), \(id), \(name), \(kept.open), \(kept.sealed), \(kept.mark))
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.personAdded, [("name", name)]), about: .init("person", id.text), by: actor,
            as: .administer, at: now)
        return id
    }

    /// How a telephone is kept: sealed, or open where the office has no key.
    private static func keeping(_ phone: String, of id: ID<Person>, in books: Books) throws -> (
        open: String, sealed: [UInt8]?, mark: [UInt8]?
    ) {
        guard let key = books.key, !phone.isEmpty else { return (phone, nil, nil) }
        return (
            "", try key.closed(phone, of: "person \(id) phone", chance: books.chance),
            key.mark(Check.digits(of: phone), as: "person phone")
        )
    }

    /// Shows a telephone in full, for a reason that the log keeps.
    package static func unmask(
        _ id: ID<Person>, reason: String, by actor: Actor, at now: Instant, in books: Books
    ) throws -> String {
        try actor.need(.administer)
        let reason = try Check.text(
            reason, field: "reason", most: 300, label: Phrase(zh: "查看理由", en: "The reason"))
        let found = try books.first(
            "SELECT id, name, phone, phone_sealed FROM person WHERE county = \(actor.county) AND id = \(id)"
        ) {
            (try $0.get("name", as: String.self), try Person.phone($0, of: id, in: books))
        }
        guard let (name, phone) = found else { throw Refusal.notFound }
        try books.record(
            Event(.phoneUnmasked, [("name", name), ("words", reason)]), about: .init("person", id.text),
            by: actor, as: .administer, at: now)
        return phone
    }

    /// Changes a person's name or office telephone; an empty telephone keeps the old one, a dash takes it
    /// away.
    package static func changePerson(
        _ id: ID<Person>, name: String, phone: String, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try actor.need(.administer)
        let old = try person(id, of: actor.county, in: books)
        let name = try Check.name(name, field: "name")
        var change: [SQL] = ["name = \(name)"]
        if !phone.trimmed.isEmpty {
            let kept = try keeping(
                phone.trimmed == "-" ? "" : Check.phone(phone, field: "phone"), of: id, in: books)
            change += [
                "phone = \(kept.open)", "phone_sealed = \(kept.sealed)", "phone_mark = \(kept.mark)",
            ]
        }
        try books.change(
            "UPDATE person SET \(SQL.list(change)) WHERE county = \(actor.county) AND id = \(id)")
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.personChanged, [("from", old.name), ("to", name)]), about: .init("person", id.text),
            by: actor,
            as: .administer, at: now)
    }

    /// What came of an appointment: it holds, or it waits for somebody else's word.
    package enum Appointment: Sendable, Equatable {
        case holds(ID<Tenure>)
        case waits(ID<PowerRequest>)
    }

    /// Puts somebody into a post from a day until another. A post with power over others waits until somebody
    /// else confirms it (`PowerRequests`); nobody appoints themselves.
    @discardableResult
    package static func begin(
        _ person: ID<Person>, in post: ID<Post>, isStandIn: Bool, from day: Day, until end: Day = .never,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> Appointment {
        try actor.need(.administer)
        guard day < end else {
            throw Refusal.invalid("until", zh: "结束日期要在开始之后。", en: "The end must come after the beginning.")
        }
        let (who, what) = (
            try self.person(person, of: actor.county, in: books),
            try Posts.find(post, of: actor.county, in: books)
        )
        try needFree(who, post, from: day, until: end, county: actor.county, in: books)
        guard person != actor.person else { throw PowerRequests.ownPower }
        if !actor.isSystem, PowerRequests.concerns(what.kind),
            try !PowerRequests.isFirstPair(what, isStandIn: isStandIn, by: actor, in: books)
        {
            return .waits(
                try PowerRequests.ask(
                    .tenure, about: post.text, for: person,
                    [
                        ("person", who.name), ("post", what.title.zh), ("from", day.description),
                        ("until", end.description),
                        ("as", isStandIn ? "stand-in" : "holder"), ("power", what.power),
                    ], by: actor, at: now, in: books))
        }
        return .holds(
            try take(
                person, in: post, isStandIn: isStandIn, from: day, until: end, foundAs: nil, by: actor,
                at: now, in: books))
    }

    private static func needFree(
        _ who: Person, _ post: ID<Post>, from day: Day, until end: Day, county: County, in books: Books
    ) throws {
        let overlapping = try books.count(
            """
            SELECT COUNT(*) FROM tenure WHERE county = \(county) AND post = \(post) AND person = \(who.id)
            AND since < \(end) AND until > \(day)
            """)
        guard overlapping == 0 else {
            throw Refusal.invalid(
                "person", zh: "\(who.name)这段时间已经在这个岗位上。",
                en: "\(who.name) holds this post in that time already.")
        }
    }

    /// The appointment itself, at once or once it is confirmed. `foundAs` is what the post could do when it
    /// was asked for: if it changed since, nobody confirmed what it is now.
    @discardableResult
    static func take(
        _ person: ID<Person>, in post: ID<Post>, isStandIn: Bool, from day: Day, until end: Day,
        foundAs power: String?,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<Tenure> {
        let (who, what) = (
            try self.person(person, of: actor.county, in: books),
            try Posts.find(post, of: actor.county, in: books)
        )
        guard power == nil || power == what.power, what.until > day else {
            throw Refusal.notNow(
                Phrase(
                    zh: "岗位“\(what.title.zh)”后来改过，请退回，重新申请。",
                    en: "The post “\(what.title.en)” was changed since. Send it back and ask again."))
        }
        if power != nil { try needFree(who, post, from: day, until: end, county: actor.county, in: books) }
        let id: ID<Tenure> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO tenure (county, id, post, person, is_stand_in, since, until)
            VALUES (\(actor.county), \(id), \(post), \(person), \(isStandIn), \(day), \(end))
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(
                .tenureBegun,
                [
                    ("person", who.name), ("post", what.title.zh), ("from", day.description),
                    ("as", isStandIn ? "stand-in" : nil),
                ]),
            about: .init("post", post.text), by: actor, as: .administer, at: now)
        return id
    }

    /// Ends a tenure on a day.
    package static func end(_ id: ID<Tenure>, on day: Day, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try actor.need(.administer)
        guard
            let old = try books.first(
                """
                SELECT n.id, n.post, n.person, n.is_stand_in, n.since, n.until, p.name FROM tenure n
                JOIN person p ON p.county = n.county AND p.id = n.person WHERE n.county = \(actor.county)
                    AND n.id = \(id)
                """, Tenure.init)
        else { throw Refusal.notFound }
        let kind = try Posts.find(old.post, of: actor.county, in: books).kind
        try PowerRequests.keepingPair(kind, of: actor.county, on: day, in: books) {
            try books.change(
                """
                UPDATE tenure SET until = \(min(max(day, old.since), old.until))
                    WHERE county = \(actor.county) AND id = \(id)
                """
            )
        }
        if kind == .administrator {
            try Organisation.needAdministrator(of: actor.county, on: day, in: books)
        }
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.tenureEnded, [("person", old.personName), ("on", day.description)]),
            about: .init("post", old.post.text), by: actor, as: .administer, at: now)
    }

    /// Every tenure that touches a day or lies after it, by post: who holds which post all staff know.
    package static func all(for actor: Actor, on day: Day, in books: Books) throws -> [Tenure] {
        try actor.needStaff()
        return try all(of: actor.county, on: day, in: books)
    }

    static func all(of county: County, on day: Day, in books: Books) throws -> [Tenure] {
        try books.all(
            """
            SELECT n.id, n.post, n.person, n.is_stand_in, n.since, n.until, p.name FROM tenure n
            JOIN person p ON p.county = n.county AND p.id = n.person
            WHERE n.county = \(county) AND n.until > \(day) ORDER BY n.post, n.is_stand_in, n.since
            """, Tenure.init)
    }

    /// One person of a unit who can be named for work.
    package struct Candidate: Sendable, Hashable {
        /// Who.
        package var person: ID<Person>
        /// The name.
        package var name: String
        /// The post and its kind.
        package var title: Phrase, kind: PostKind, post: ID<Post>
        /// The unit and the territory's path.
        package var unit: ID<Unit>, path: String
    }

    /// Everybody in a post on a day that can handle work, in order of territory: for naming a person. All
    /// staff know them.
    package static func candidates(for actor: Actor, on day: Day, in books: Books) throws -> [Candidate] {
        try actor.needStaff()
        return try candidates(of: actor.county, on: day, in: books)
    }

    static func candidates(of county: County, on day: Day, in books: Books) throws -> [Candidate] {
        try books.all(
            """
            SELECT n.person, e.name, p.title_zh, p.title_en, p.kind, p.id AS post, p.unit, t.path
                FROM tenure n
            JOIN person e ON e.county = n.county AND e.id = n.person
            JOIN post p ON p.county = n.county AND p.id = n.post
            JOIN territory t ON t.id = p.territory
            WHERE n.county = \(county) AND n.since <= \(day) AND n.until > \(day) ORDER BY t.path, p.code, \
            n.is_stand_in
            """
        ) { row in
            Candidate(
                person: try row.get("person"), name: try row.get("name"),
                title: Phrase(zh: try row.get("title_zh"), en: try row.get("title_en")),
                kind: try row.get("kind"),
                post: try row.get("post"), unit: try row.get("unit"), path: try row.get("path"))
        }.filter { Power.of($0.kind).contains(.handleCase) }
    }

    /// The seats that a person holds on a day.
    static func seats(of person: ID<Person>, of county: County, on day: Day, in books: Books) throws
        -> [Actor.Seat]
    {
        try books.all(
            """
            SELECT p.id, p.kind, p.title_zh, p.title_en, p.unit, t.path, n.is_stand_in FROM tenure n
            JOIN post p ON p.county = n.county AND p.id = n.post
            JOIN territory t ON t.id = p.territory
            WHERE n.county = \(county) AND n.person = \(person) AND n.since <= \(day) AND n.until > \(day)
            ORDER BY n.is_stand_in, t.path
            """, Actor.Seat.init)
    }

    /// The person as an actor with the posts of that day.
    package static func actor(_ person: ID<Person>, of county: County, on day: Day, in books: Books) throws
        -> Actor
    {
        let who = try self.person(person, of: county, in: books)
        let office = try Offices.of(county, in: books)
        var seats = try seats(of: person, of: county, on: day, in: books)
        for index in seats.indices { seats[index].coversOffice = office.isCovered(by: seats[index].path) }
        return Actor(county: county, person: person, name: .asGiven(who.name), seats: seats)
    }
}

extension Actor.Seat {
    /// A row with the post's columns, the territory's path and whether it is held as a stand-in.
    init(_ row: Row) throws {
        self.init(
            post: try row.get("id"), kind: try row.get("kind"),
            title: Phrase(zh: try row.get("title_zh"), en: try row.get("title_en")),
            unit: try row.get("unit"), path: try row.get("path"), isStandIn: try row.get("is_stand_in"))
    }
}

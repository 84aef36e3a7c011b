import Foundation
package import Rules
import Store

/// Power that one person gives and another has to confirm.
package struct PowerRequest: Sendable {
    /// What is to happen.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable {
        /// Somebody takes up a post.
        case tenure
        /// A post that somebody holds gets more power or another reach.
        case post
        /// Somebody's second factor is taken away, because telephone and codes are lost.
        case secondFactor = "second_factor"

        /// What it is called.
        package var words: Phrase {
            switch self {
            case .tenure: Phrase(zh: "到岗", en: "Takes up a post")
            case .post: Phrase(zh: "在岗岗位改权限", en: "A held post changes")
            case .secondFactor: Phrase(zh: "停用他人的两步验证", en: "Removes a second factor")
            }
        }
    }

    /// Its identity and kind.
    package let id: ID<PowerRequest>, kind: Kind
    /// The post or the account that it is about, and who gets the power; nil for a post, whose holders all
    /// do.
    package let subject: String, person: ID<Person>?
    /// What was asked for, by name.
    package let details: [String: String]
    /// Who asked, and when.
    package let askedBy: ID<Person>, askedAt: Instant

    init(_ row: Row) throws {
        (id, kind, subject, person) = (
            try row.get("id"), try row.get("kind"), try row.get("subject"), try row.optional("person")
        )
        let json = try JSON(parsing: Data(try row.get("details", as: String.self).utf8))
        guard case .object(let members) = json else { throw Refusal.notFound }
        details = Dictionary(members.compactMap { name, value in value.stringValue.map { (name, $0) } }) {
            first, _ in first
        }
        (askedBy, askedAt) = (try row.get("asked_by"), try row.get("asked_at"))
    }

    /// A detail as a day; throws `Refusal.notFound` if the row was changed by other hands.
    func day(_ name: String) throws -> Day {
        guard let day = details[name].flatMap({ Day($0) }) else { throw Refusal.notFound }
        return day
    }
}

extension Event.Kind {
    static let powerAsked = Event.Kind("power.ask", zh: "申请授权", en: "Power asked for")
    static let powerConfirmed = Event.Kind("power.confirm", zh: "核准授权", en: "Power confirmed")
    static let powerRefused = Event.Kind("power.refuse", zh: "退回授权", en: "Power refused")
}

/// Two pairs of eyes: posts that decide, unmask, read the log or administer are given by one and confirmed by
/// another.
package enum PowerRequests {
    /// The powers that nobody gives alone.
    package static let powers: Set<Power> = [.decide, .unmask, .readLog, .administer]
    /// After somebody set another's password, so many hours pass before that account confirms what they asked
    /// for.
    package static let hoursAfterReset = 72

    /// Whether a kind of post has such a power.
    static func concerns(_ kind: PostKind) -> Bool { !Power.of(kind).isDisjoint(with: powers) }
    /// The kinds of post whose holders may confirm.
    private static let confirming = PostKind.allCases.filter {
        Power.of($0).contains(.administer) || Power.of($0).contains(.decide)
    }

    /// Whether somebody may confirm: by a post of their own, not one held in another's place.
    package static func mayConfirm(_ actor: Actor) -> Bool {
        actor.isSystem
            || actor.seats.contains {
                !$0.isStandIn && ($0.has(.administer) || $0.has(.decide) && $0.coversOffice)
            }
    }

    // MARK: Asking

    /// Whether nobody but the giver could ever have confirmed anything: then a post that can holds at once,
    /// or an office could not begin. Afterwards never again, whoever leaves.
    static func isFirstPair(_ post: Post, isStandIn: Bool, by actor: Actor, in books: Books) throws -> Bool {
        guard confirming.contains(post.kind), !isStandIn, let giver = actor.person else { return false }
        let office = try Offices.of(actor.county, in: books)
        guard office.isCovered(by: try Territories.find(post.territory, in: books).path) else { return false }
        let places = try books.all(
            """
            SELECT DISTINCT t.path FROM tenure n JOIN post p ON p.county = n.county AND p.id = n.post
                JOIN territory t ON t.id = p.territory
            WHERE n.county = \(actor.county) AND n.person <> \(giver) AND n.is_stand_in = 0 AND p.kind IN \
            (\(SQL.list(confirming.map { "\($0)" })))
            """
        ) { try $0.get("path", as: String.self) }
        return !places.contains(where: office.isCovered)
    }

    /// Writes down what waits.
    static func ask(
        _ kind: PowerRequest.Kind, about subject: String, for person: ID<Person>?,
        _ details: [(String, String)], by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> ID<PowerRequest> {
        guard let asker = actor.person else { throw Refusal.signInFirst }
        let waiting = try books.count(
            """
            SELECT COUNT(*) FROM power_request WHERE county = \(actor.county) AND settled_at IS NULL
                AND kind = \(kind)
            AND subject = \(subject) AND COALESCE(person, '') = \(person?.text ?? "")
            """)
        guard waiting == 0 else {
            throw Refusal.notNow(Phrase(zh: "同样的申请已经在等核准了。", en: "The same waits for confirmation already."))
        }
        let id: ID<PowerRequest> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO power_request (county, id, kind, subject, person, details, asked_by, asked_at)
            VALUES (\(actor.county), \(id), \(kind), \(subject), \(person),
                \(JSON.object(details.map { ($0.0, .string($0.1)) }).text), \(asker), \(now))
            """)
        try books.record(
            Event(
                .powerAsked,
                [("what", kind.rawValue)] + details.filter { $0.0 != "power" }.map { ($0.0, Optional($0.1)) }),
            about: .init("power_request", id.text), by: actor,
            as: .administer, at: now)
        return id
    }

    /// Asks that somebody's second factor be taken away.
    @discardableResult
    package static func askToClearFactor(
        of login: String, reason: String, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<PowerRequest> {
        try actor.need(.administer)
        let reason = try Check.text(
            reason, field: "reason", most: 300, label: Phrase(zh: "理由", en: "The reason"))
        guard let account = try Accounts.find(login: login, of: actor.county, in: books), !account.isClosed
        else { throw Refusal.notFound }
        guard account.hasFactor else { throw SecondFactor.noFactor }
        guard account.person != actor.person else { throw ownPower }
        return try ask(
            .secondFactor, about: account.id.text, for: account.person,
            [("login", login), ("reason", reason)], by: actor, at: now, in: books)
    }

    /// What somebody is told who would give power to themselves.
    static let ownPower = Refusal.notAllowed(
        Phrase(
            zh: "不能给自己授权。请由另一位管理员办理，再由第三人核准。",
            en: "Nobody gives power to themselves. Ask another administrator."))

    // MARK: Settling

    /// What waits, oldest first: for those who give power and those who decide, whether or not they may
    /// confirm it themselves.
    package static func open(for actor: Actor, in books: Books) throws -> [PowerRequest] {
        try actor.need(anyOf: [.decide, .administer])
        return try open(of: actor.county, in: books)
    }

    static func open(of county: County, in books: Books) throws -> [PowerRequest] {
        try books.all(
            """
            SELECT id, kind, subject, person, details, asked_by, asked_at FROM power_request
            WHERE county = \(county) AND settled_at IS NULL ORDER BY asked_at, id
            """, PowerRequest.init)
    }

    /// How much waits, for the same readers.
    package static func count(for actor: Actor, in books: Books) throws -> Int {
        try actor.need(anyOf: [.decide, .administer])
        return try books.count(
            "SELECT COUNT(*) FROM power_request WHERE county = \(actor.county) AND settled_at IS NULL")
    }

    /// Confirms or sends back what waits, all of it or nothing: never one's own request, nor power for
    /// oneself. Throws `Refusal.notAllowed` and `Refusal.notNow`.
    package static func settle(
        _ ids: [ID<PowerRequest>], granted: Bool, answer: String = "", by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        guard actor.isSystem || actor.person != nil else { throw Refusal.signInFirst }
        guard mayConfirm(actor) else { throw Actor.powerless }
        guard !ids.isEmpty else {
            throw Refusal.invalid("request", zh: "请先选要办的申请。", en: "Choose what to settle first.")
        }
        let answer =
            answer.trimmed.isEmpty
            ? ""
            : try Check.text(answer, field: "answer", most: 300, label: Phrase(zh: "意见", en: "The words"))
        guard granted || !answer.isEmpty else {
            throw Refusal.invalid("answer", zh: "退回要写明理由。", en: "Say why you send it back.")
        }
        let waiting = Dictionary(try open(of: actor.county, in: books).map { ($0.id, $0) }) { first, _ in
            first
        }
        for id in ids {
            guard let request = waiting[id] else {
                throw Refusal.notNow(
                    Phrase(zh: "这项申请已经办过了，请刷新再看。", en: "This was settled already. Please look again."))
            }
            if granted { try needOther(request, than: actor, at: now, in: books) }
            let settled = try books.change(
                """
                UPDATE power_request SET settled_by = \(actor.person), settled_at = \(now),
                    granted = \(granted), answer = \(answer)
                WHERE county = \(actor.county) AND id = \(id) AND settled_at IS NULL
                """)
            guard settled == 1 else { throw Refusal.changedMeanwhile }
            if granted { try perform(request, by: actor, at: now, in: books) }
            try books.record(
                Event(
                    granted ? .powerConfirmed : .powerRefused,
                    [("what", request.kind.rawValue), ("answer", answer)]),
                about: .init("power_request", id.text), by: actor, at: now)
        }
    }

    /// Whoever confirms is another than who asked and who gets it. To send back one's own request is to
    /// withdraw it.
    private static func needOther(
        _ request: PowerRequest, than actor: Actor, at now: Instant, in books: Books
    ) throws {
        guard let person = actor.person else { return }
        guard request.askedBy != person else {
            throw Refusal.notAllowed(
                Phrase(zh: "这是您自己申请的，要由别人核准。", en: "You asked for this yourself: somebody else confirms it."))
        }
        let isReceiver =
            request.person == person
            || request.kind == .post && actor.seats.contains { $0.post.text == request.subject }
        guard !isReceiver else {
            throw Refusal.notAllowed(
                Phrase(zh: "这项授权是给您本人的，要由别人核准。", en: "This gives power to you: somebody else confirms it."))
        }
        guard try isTied(person, request.askedBy, now, actor.county, in: books) else { return }
        throw Refusal.notNow(
            Phrase(
                zh: "\(hoursAfterReset) 小时内，您和申请人有一人的密码是另一人设的，这期间不能互相核准。请由另一位有权的人核准。",
                en: """
                    One of you set the other's password within \(hoursAfterReset) hours. Until then you do \
                    not confirm each other's \
                    requests: somebody else has to.
                    """))
    }

    /// Whether one of two people set the other's password of late, or somebody else set both: then one alone
    /// could sit at both accounts. A first password has to come from somebody, so it counts only where
    /// somebody could confirm who has theirs from another.
    private static func isTied(
        _ one: ID<Person>, _ other: ID<Person>, _ now: Instant, _ county: County, in books: Books
    ) throws -> Bool {
        let since = now.adding(hours: -hoursAfterReset)
        func count(_ by: SQL, _ at: SQL) throws -> Int {
            try books.count(
                """
                SELECT COUNT(*) FROM account WHERE county = \(county) AND is_closed = 0 AND \(at) > \(since)
                AND ((person = \(one) AND \(by) = \(other)) OR (person = \(other) AND \(by) = \(one)))
                """)
        }
        if try count("reset_by", "reset_at") > 0 { return true }
        let setters = try [one, other].map { person in
            Set(
                try books.all(
                    """
                    SELECT reset_by FROM account WHERE county = \(county) AND person = \(person)
                        AND is_closed = 0 AND reset_at > \(since) AND reset_by IS NOT NULL
                    """
                ) { try $0.get("reset_by", as: String.self) })
        }
        if !setters[0].isDisjoint(with: setters[1]) { return true }
        guard try count("opened_by", "opened_at") > 0 else { return false }
        let day = try Offices.of(county, in: books).zone.day(of: now)
        let fresh = Set(
            try books.all(
                """
                SELECT person FROM account WHERE county = \(county) AND is_closed = 0
                    AND opened_at > \(since) AND opened_by IN (\(one), \(other))
                """
            ) { try $0.get("person", as: ID<Person>.self) })
        return try !people(of: county, on: day, in: books).subtracting(fresh.union([one, other])).isEmpty
    }

    private static func perform(_ request: PowerRequest, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        switch request.kind {
        case .tenure:
            guard let person = request.person, let post = ID<Post>(request.subject) else {
                throw Refusal.notFound
            }
            try Tenures.take(
                person, in: post, isStandIn: request.details["as"] == "stand-in", from: request.day("from"),
                until: request.day("until"),
                foundAs: request.details["power"], by: actor, at: now, in: books)
        case .post:
            guard let id = ID<Post>(request.subject) else { throw Refusal.notFound }
            try Posts.take(request, of: id, by: actor, at: now, in: books)
        case .secondFactor:
            guard let id = ID<Account>(request.subject),
                let account = try Accounts.find(id, of: actor.county, in: books)
            else { throw Refusal.notFound }
            try SecondFactor.clear(account, by: actor, as: nil, at: now, in: books)
        }
    }

    // MARK: Keeping two

    /// How many people could confirm on a day, and once everything that is decided holds.
    struct Confirmers { var then: Int, inTheEnd: Int }

    /// Those with a post of their own that answers for the office, and an account that opens.
    static func confirmers(of county: County, on day: Day, in books: Books) throws -> Confirmers {
        Confirmers(
            then: try count(of: county, on: day, in: books),
            inTheEnd: try count(of: county, on: Day.never + -1, in: books))
    }

    private static func count(of county: County, on day: Day, in books: Books) throws -> Int {
        try people(of: county, on: day, in: books).count
    }

    private static func people(of county: County, on day: Day, in books: Books) throws -> Set<ID<Person>> {
        let office = try Offices.of(county, in: books)
        let holders = try books.all(
            """
            SELECT DISTINCT n.person, t.path FROM tenure n JOIN post p ON p.county = n.county
                AND p.id = n.post
            JOIN territory t ON t.id = p.territory WHERE n.county = \(county) AND n.is_stand_in = 0
                AND n.since <= \(day) AND n.until > \(day) AND p.until > \(day)
            AND p.kind IN (\(SQL.list(confirming.map { "\($0)" })))
            AND EXISTS (SELECT 1 FROM account a WHERE a.county = n.county AND a.person = n.person
                AND a.is_closed = 0 AND a.password <> '')
            """
        ) { (person: try $0.get("person", as: ID<Person>.self), path: try $0.get("path", as: String.self)) }
        return Set(holders.filter { office.isCovered(by: $0.path) }.map(\.person))
    }

    /// Does what may take somebody away who can confirm, and refuses it if one would be left alone where two
    /// could before. `kind` is the post that it concerns; most cannot confirm, and an import changes
    /// thousands.
    static func keepingPair(
        _ kind: PostKind?, of county: County, on day: Day, in books: Books, _ body: () throws -> Void
    ) throws {
        guard kind.map(confirming.contains) ?? true else { return try body() }
        let before = try confirmers(of: county, on: day, in: books)
        try body()
        let after = try confirmers(of: county, on: day, in: books)
        guard before.then >= 2 && after.then < 2 || before.inTheEnd >= 2 && after.inTheEnd < 2 else { return }
        throw Refusal.notNow(
            Phrase(
                zh: "这样就只剩一个人能核准授权了。请先安排接任的人，核准后再办。",
                en:
                    """
                    Only one person could confirm power afterwards. Appoint a successor first and have \
                    it confirmed.
                    """
            ))
    }
}

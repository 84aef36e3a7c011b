package import Rules
import Store

extension Accounts {
    /// What a client wants to hold.
    package enum Kind: String, Sendable, Bindable, Readable { case browser, token }

    /// Signs somebody in. Throws `Refusal.invalid` for a wrong name or password (the two are not told apart) and
    /// `Refusal.tooMany` while the account is locked.
    package static func signIn(
        login: String, password: String, kind: Kind, of county: County, at now: Instant, office: Office
    ) async throws -> Secret {
        let account = try await office.read { try find(login: login, of: county, in: $0) }
        if let account, account.lockedUntil > now {
            throw Refusal.tooMany(seconds: Int(account.lockedUntil.since(now) / 1000) + 1)
        }
        let matches = try await (account?.password ?? .none).matches(password)
        guard let account, matches, !account.isClosed else {
            if let account { try await office.write(in: county) { try noteFailure(of: account, county: county, at: now, in: $0) } }
            throw Refusal.invalid("password", zh: "登录名或密码不对。", en: "The login or the password is wrong.")
        }
        return try await office.write(in: county) { books in
            let secret = Secret(county: county, chance: books.chance)
            let hours = kind == .browser ? browserHours : tokenHours
            try books.change("DELETE FROM session WHERE county = \(county) AND ends_at <= \(now)")
            try books.change(
                """
                INSERT INTO session (county, id, account, kind, opened_at, ends_at)
                VALUES (\(county), \(secret.id), \(account.id), \(kind), \(now), \(now.adding(hours: hours)))
                """)
            try books.change("UPDATE account SET failures = 0 WHERE county = \(county) AND id = \(account.id)")
            let actor = Actor(county: county, person: account.person, name: .asGiven(account.name), seats: [])
            try books.record(
                Event(.signedIn, [("as", kind.rawValue)]), about: .init("account", account.id.text), by: actor, at: now)
            return secret
        }
    }

    /// The office that knows a login, where nobody said which: nil if none or several do, or if there are too many to ask.
    package static func home(of login: String, among counties: [County], in books: Books) throws -> County? {
        guard counties.count <= 20 else { return nil }
        let knowing = try counties.filter { try find(login: login, of: $0, in: books) != nil }
        return knowing.count == 1 ? knowing[0] : nil
    }

    private static func noteFailure(of account: Account, county: County, at now: Instant, in books: Books) throws {
        // Counted by the database: attempts in parallel must not share one number.
        let failures =
            try books.first(
                """
                UPDATE account SET failures = failures + 1 WHERE county = \(county) AND id = \(account.id) RETURNING failures
                """
            ) { try $0.get("failures", as: Int.self) } ?? 0
        let lock = failures >= mostFailures
        if lock {
            try books.change(
                """
                UPDATE account SET failures = 0, locked_until = \(now.adding(minutes: lockMinutes))
                WHERE county = \(county) AND id = \(account.id)
                """)
        }
        try books.record(
            Event(.signInFailed, [("login", account.login), ("locked", lock ? "\(lockMinutes) min" : nil)]),
            about: .init("account", account.id.text), by: .visitor(of: county), at: now)
    }

    /// Somebody who was recognised, on which day, and until when that may be believed without asking again.
    private struct Recognised: Sendable { var actor: Actor, day: Day, ends: Instant }

    /// Who holds a secret, with the posts of that day; nil if it is not (or no longer) good. Remembered for the version of
    /// the organisation, and for a minute at most, so that a session ends when it should.
    package static func holder(of secret: Secret, on day: Day, at now: Instant, in books: Books) throws -> Actor? {
        let (county, version) = (secret.county, try books.organisation(of: secret.county))
        let shelf: Shelf<String, Recognised> = books.memory.shelf("holders")
        if let version, let known = shelf.recall(secret.token, of: county, version: version), known.day == day, known.ends > now { return known.actor }
        guard let actor = try recognised(secret, on: day, at: now, in: books) else { return nil }
        if let version { shelf.keep(Recognised(actor: actor, day: day, ends: now.adding(minutes: 1)), as: secret.token, of: county, version: version) }
        return actor
    }

    private static func recognised(_ secret: Secret, on day: Day, at now: Instant, in books: Books) throws -> Actor? {
        let person = try books.first(
            """
            SELECT a.person FROM session s JOIN account a ON a.county = s.county AND a.id = s.account
            WHERE s.county = \(secret.county) AND s.id = \(secret.id) AND s.ends_at > \(now) AND a.is_closed = 0
            """
        ) { try $0.get("person", as: ID<Person>.self) }
        return try person.map { try Tenures.actor($0, of: secret.county, on: day, in: books) }
    }

    /// Ends one session.
    package static func signOut(_ secret: Secret, by actor: Actor, at now: Instant, in books: Books) throws {
        let ended = try books.change(
            "DELETE FROM session WHERE county = \(secret.county) AND id = \(secret.id)")
        guard ended == 1 else { return }
        try Organisation.changed(secret.county, in: books)
        try books.record(
            Event(.signedOut), about: .init("person", actor.person?.text ?? ""), by: actor, at: now)
    }
}

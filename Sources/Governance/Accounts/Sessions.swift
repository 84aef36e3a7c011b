package import Rules
import Store

/// What somebody still has to do before the office opens to them.
package enum AccountStep: String, Sendable {
    /// Give the code of the second factor.
    case code
    /// Change the password that somebody else set.
    case password
    /// Set up the second factor that the posts require.
    case factor
}

/// Who stands behind a secret, and what it opens.
package struct Holder: Sendable {
    /// The person with the posts of the day.
    package var actor: Actor
    /// The account, and the session's identity.
    package var account: ID<Account>, session: String
    /// Browser or token, and what a token may do.
    package var kind: Accounts.Kind, scope: Accounts.Scope
    /// What still has to be done first; nil: nothing.
    package var step: AccountStep?
    /// Whether the posts require a second factor.
    package var needsFactor: Bool
    /// When the session was used last, to five minutes, and until when it holds unless it is used.
    package var seenAt: Instant, ends: Instant
    /// The token that forms carry against forgery from other sites.
    package var formToken: String
    /// Whose drafts a browser keeps: tells one person from another and nothing else.
    package var draftOwner: String
}

/// One signed-in browser or token, as its owner sees it.
package struct Session: Sendable, Hashable {
    /// Its identity: the hash of its secret.
    package var id: String
    /// What it is and what it may do.
    package var kind: Accounts.Kind, scope: Accounts.Scope
    /// What its owner calls it.
    package var name: String
    /// When it was opened and last used, and when it ends.
    package var openedAt: Instant, seenAt: Instant, endsAt: Instant

    init(_ row: Row) throws {
        (id, kind, scope, name) = (
            try row.get("id"), try row.get("kind"), try row.get("scope"), try row.get("name")
        )
        (openedAt, seenAt, endsAt) = (
            try row.get("opened_at"), try row.get("seen_at"), try row.get("ends_at")
        )
    }
}

extension Event.Kind {
    static let tokenMade = Event.Kind("account.token", zh: "新建令牌", en: "Token made")
    static let sessionEnded = Event.Kind("account.session-end", zh: "结束登录", en: "Session ended")
}

extension Accounts {
    /// What a client wants to hold.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable { case browser, token }

    /// What a token may do: everything that its owner may, or only look.
    package enum Scope: String, CaseIterable, Sendable, Bindable, Readable {
        case all, read

        /// What it is called.
        package var words: Phrase {
            switch self {
            case .all: Phrase(zh: "可读可写", en: "Read and write")
            case .read: Phrase(zh: "只读", en: "Read only")
            }
        }
    }

    /// How often a session's use is noted, in minutes: a write each.
    package static let noteMinutes = 5
    /// After so many minutes without use a browser of somebody with a second factor is signed out, whatever
    /// the office set.
    package static let idleWithFactor = 30

    /// Whether the posts of somebody require a second factor: administrators always, others as the office
    /// decided. A demo, whose password is printed, requires none.
    static func needsFactor(_ actor: Actor, in books: Books) throws -> Bool {
        guard try Offices.of(actor.county, in: books).demoOpensAt == nil else { return false }
        let kinds = try SecondFactor.kinds(of: actor.county, in: books)
        return actor.seats.contains { $0.kind == .administrator || kinds.contains($0.kind) }
    }

    /// Who holds a secret, with the posts of that day; nil if it is not (or no longer) good. Remembered for
    /// the version of the organisation, and for a minute at most, so that a session ends when it should.
    package static func holder(of secret: Secret, on day: Day, at now: Instant, in books: Books) throws
        -> Holder?
    {
        let (county, version) = (secret.county, try books.organisation(of: secret.county))
        let remembered: VersionedCache<String, Recognised> = books.cache.versioned("holders")
        if let version, let known = remembered.recall(secret.token, of: county, version: version),
            known.day == day, known.ends > now
        {
            return known.holder
        }
        guard let holder = try recognised(secret, on: day, at: now, in: books) else { return nil }
        if let version {
            let ends = min(now.adding(minutes: 1), holder.ends)
            remembered.keep(
                Recognised(holder: holder, day: day, ends: ends), as: secret.token, of: county,
                version: version)
        }
        return holder
    }

    /// Somebody who was recognised, on which day, and until when that may be believed without asking again.
    private struct Recognised: Sendable { var holder: Holder, day: Day, ends: Instant }

    private static func recognised(_ secret: Secret, on day: Day, at now: Instant, in books: Books) throws
        -> Holder?
    {
        struct Found {
            var account: ID<Account>, person: ID<Person>, mustChange: Bool, hasFactor: Bool
            var kind: Kind, scope: Scope, isWaiting: Bool, seenAt: Instant, endsAt: Instant
        }
        let found = try books.first(
            """
            SELECT a.id, a.person, a.must_change, CASE WHEN a.factor IS NULL THEN 0 ELSE 1 END AS has_factor,
                s.kind, s.scope,
                s.is_waiting, s.seen_at, s.ends_at
            FROM session s JOIN account a ON a.county = s.county AND a.id = s.account
            WHERE s.county = \(secret.county) AND s.id = \(secret.id) AND s.ends_at > \(now)
                AND a.is_closed = 0
            """
        ) {
            Found(
                account: try $0.get("id"), person: try $0.get("person"),
                mustChange: try $0.get("must_change"),
                hasFactor: try $0.get("has_factor"), kind: try $0.get("kind"), scope: try $0.get("scope"),
                isWaiting: try $0.get("is_waiting"), seenAt: try $0.get("seen_at"),
                endsAt: try $0.get("ends_at"))
        }
        guard let found else { return nil }
        let actor = try Tenures.actor(found.person, of: secret.county, on: day, in: books)
        let needsFactor = try needsFactor(actor, in: books)
        var ends = found.endsAt
        if found.kind == .browser {
            let idle = try Parameters.value(.idleMinutes, of: secret.county, on: day, in: books)
            ends = min(ends, found.seenAt.adding(minutes: needsFactor ? min(idle, idleWithFactor) : idle))
        }
        guard ends > now else { return nil }
        let step: AccountStep? =
            found.isWaiting
            ? .code : found.mustChange ? .password : needsFactor && !found.hasFactor ? .factor : nil
        return Holder(
            actor: actor, account: found.account, session: secret.id, kind: found.kind, scope: found.scope,
            step: step,
            needsFactor: needsFactor, seenAt: found.seenAt, ends: ends, formToken: secret.formToken,
            draftOwner: String(
                digest(Array("draft \(secret.county) \(found.person.text)".utf8)).hex.prefix(12)))
    }

    /// Notes that a session was used. What is noted only ends it later: it is no event.
    package static func noteUse(of session: String, county: County, at now: Instant, in books: Books) throws {
        try books.change(
            """
            UPDATE session SET seen_at = \(now) WHERE county = \(county) AND id = \(session)
                AND seen_at < \(now)
            """
        )
    }

    /// Opens a session; those of the county that ended are swept away.
    static func open(
        _ kind: Kind, _ scope: Scope = .all, named name: String = "", of account: ID<Account>, county: County,
        until end: Instant,
        isWaiting: Bool = false, at now: Instant, in books: Books
    ) throws -> Secret {
        let secret = Secret(county: county, chance: books.chance)
        try books.change("DELETE FROM session WHERE county = \(county) AND ends_at <= \(now)")
        try books.change(
            """
            INSERT INTO session (county, id, account, kind, opened_at, ends_at, name, scope, seen_at,
                is_waiting)
            VALUES (\(county), \(secret.id), \(account), \(kind), \(now), \(end), \(name), \(scope), \(now),
                \(isWaiting))
            """)
        return secret
    }

    /// Everything that is signed in with the own account, the newest first.
    package static func sessions(of holder: Holder, at now: Instant, in books: Books) throws -> [Session] {
        try books.all(
            """
            SELECT id, kind, scope, name, opened_at, seen_at, ends_at FROM session
            WHERE county = \(holder.actor.county) AND account = \(holder.account) AND ends_at > \(now)
                AND is_waiting = 0
            ORDER BY opened_at DESC, id
            """, Session.init)
    }

    /// Makes a token of the own account, named for what will hold it. Throws `Refusal.invalid` for name and
    /// days.
    package static func makeToken(
        named name: String, _ scope: Scope, days: Int, by holder: Holder, at now: Instant, in books: Books
    ) throws -> Secret {
        let county = holder.actor.county
        // What only looks makes nothing that may do more.
        guard holder.kind == .browser || holder.scope == .all || scope == .read else {
            throw Refusal.notFound
        }
        let name = try Check.name(name, field: "name")
        guard (1...tokenDays).contains(days) else {
            throw Refusal.invalid(
                "days", zh: "天数在 1–\(tokenDays) 之间。", en: "Between 1 and \(tokenDays) days.")
        }
        let secret = try open(
            .token, scope, named: name, of: holder.account, county: county,
            until: now.adding(hours: 24 * days), at: now, in: books)
        try books.record(
            Event(.tokenMade, [("name", name), ("scope", scope.rawValue), ("days", "\(days)")]),
            about: .init("account", holder.account.text), by: holder.actor, at: now)
        return secret
    }

    /// Ends one of the own sessions. Throws `Refusal.notFound`.
    package static func end(session: String, by holder: Holder, at now: Instant, in books: Books) throws {
        let county = holder.actor.county
        let ended = try books.change(
            "DELETE FROM session WHERE county = \(county) AND id = \(session) AND account = \(holder.account)"
        )
        guard ended == 1 else { throw Refusal.notFound }
        try Organisation.changed(county, in: books)
        try books.record(
            Event(.sessionEnded), about: .init("account", holder.account.text), by: holder.actor, at: now)
    }

    /// Ends all own sessions but the present one.
    package static func endOthers(by holder: Holder, at now: Instant, in books: Books) throws {
        let county = holder.actor.county
        try books.change(
            """
            DELETE FROM session WHERE county = \(county) AND account = \(holder.account)
                AND id <> \(holder.session)
            """
        )
        try Organisation.changed(county, in: books)
        try books.record(
            Event(.sessionEnded, [("which", "others")]), about: .init("account", holder.account.text),
            by: holder.actor, at: now)
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

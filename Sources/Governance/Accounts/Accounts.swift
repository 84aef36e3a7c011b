package import Rules
import Store

extension Event.Kind {
    static let accountAdded = Event.Kind("account.add", zh: "新增账号", en: "Account added")
    static let accountClosed = Event.Kind("account.close", zh: "停用账号", en: "Account closed")
    static let passwordSet = Event.Kind("account.password", zh: "设置密码", en: "Password set")
    static let signedIn = Event.Kind("account.sign-in", zh: "登录", en: "Signed in")
    static let signInFailed = Event.Kind("account.refused", zh: "登录失败", en: "Sign-in refused")
    static let signedOut = Event.Kind("account.sign-out", zh: "退出登录", en: "Signed out")
}

/// Accounts: a person's way in, and who may open and close it.
package enum Accounts {
    /// How long a browser stays signed in, in hours.
    package static let browserHours = 12
    /// How long an API token holds unless it is made for another time, in hours.
    package static let tokenHours = 24 * 30
    /// The most days that a token may hold.
    package static let tokenDays = 365

    /// Every account of the office, by login: for who administers it.
    package static func all(for actor: Actor, in books: Books) throws -> [Account] {
        try actor.need(.administer)
        return try all(of: actor.county, in: books)
    }

    static func all(of county: County, in books: Books) throws -> [Account] {
        try books.all(
            """
            SELECT \(Account.columns) FROM account a JOIN person e ON e.county = a.county AND e.id = a.person
            WHERE a.county = \(county) ORDER BY a.login
            """, Account.init)
    }

    /// An account by login name, or nil: for who administers the office.
    package static func find(login: String, for actor: Actor, in books: Books) throws -> Account? {
        try actor.need(.administer)
        return try find(login: login, of: actor.county, in: books)
    }

    static func find(login: String, of county: County, in books: Books) throws -> Account? {
        try books.first(
            """
            SELECT \(Account.columns) FROM account a JOIN person e ON e.county = a.county AND e.id = a.person
            WHERE a.county = \(county) AND a.login = \(login)
            """, Account.init)
    }

    /// An account by identity, or nil.
    static func find(_ id: ID<Account>, of county: County, in books: Books) throws -> Account? {
        try books.first(
            """
            SELECT \(Account.columns) FROM account a JOIN person e ON e.county = a.county AND e.id = a.person
            WHERE a.county = \(county) AND a.id = \(id)
            """, Account.init)
    }

    /// The account that somebody is signed in with. Throws `Refusal.signInFirst` if it was closed.
    package static func own(_ holder: Holder, in books: Books) throws -> Account {
        guard let account = try find(holder.account, of: holder.actor.county, in: books), !account.isClosed
        else { throw Refusal.signInFirst }
        return account
    }

    /// What happened to the own account, newest first: its owner is told who set a password, signed in or
    /// was refused.
    package static func history(of holder: Holder, limit: Int, in books: Books) throws -> [LogEntry] {
        var query = Log.Query()
        (query.subject, query.limit) = (.init("account", holder.account.text), limit)
        return try Log.lines(query, of: holder.actor.county, in: books)
    }

    /// Adds an account; without a password nobody can sign in yet. A person has one at a time.
    @discardableResult
    package static func add(
        login: String, person: ID<Person>, password: Password?, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> ID<Account> {
        try actor.need(.administer)
        let login = try Check.code(login, field: "login")
        guard try find(login: login, of: actor.county, in: books) == nil else {
            throw Refusal.invalid("login", zh: "登录名 \(login) 已经用了。", en: "The login \(login) is taken.")
        }
        let who = try Tenures.person(person, of: actor.county, in: books)
        let earlier = try books.all(
            "SELECT is_closed FROM account WHERE county = \(actor.county) AND person = \(person)"
        ) {
            try $0.get("is_closed", as: Bool.self)
        }
        guard earlier.allSatisfy(\.self) else {
            throw Refusal.invalid(
                "login", zh: "\(who.name)已经有账号了，一人一个。",
                en: "\(who.name) has an account already; a person has one.")
        }
        let id: ID<Account> = books.newID(at: now)
        let isOthers = password != nil && !actor.isSystem && actor.person != person
        // A second account of somebody is as good as a new password: whoever opens it is kept in mind as if
        // they had set one.
        let isReset = isOthers && !earlier.isEmpty
        let isFirst = isOthers && earlier.isEmpty
        try books.change(
            """
            INSERT INTO account (county, id, login, person, password, is_closed, must_change, password_at,
                reset_by, reset_at, opened_by, opened_at)
            VALUES (\(actor.county), \(id), \(login), \(person), \((password ?? .none).stored), 0,
                \(isOthers),
                \(password.map { _ in now }), \(isReset ? actor.person : nil), \(isReset ? now : nil),
                \(isFirst ? actor.person : nil), \(isFirst ? now : nil))
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.accountAdded, [("login", login), ("person", who.name)]), about: .init("account", id.text),
            by: actor,
            as: .administer, at: now)
        return id
    }

    /// Sets an account's password and signs it out everywhere. The owner may do it for the own account; a
    /// password that somebody else sets has to be changed at the next sign-in. `isForNow`: the operator sets
    /// one to be changed, too.
    package static func set(
        _ password: Password, for login: String, isForNow: Bool = false, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        guard let account = try find(login: login, of: actor.county, in: books) else {
            try actor.need(.administer)
            throw Refusal.notFound
        }
        let isOwn = actor.person == account.person
        if !isOwn { try actor.need(.administer) }
        guard !account.isClosed else {
            throw Refusal.notNow(Phrase(zh: "账号 \(login) 已经停用。", en: "The account \(login) is closed."))
        }
        var change: [SQL] = [
            "password = \(password.stored)", "password_at = \(now)",
            "must_change = \(isForNow || !isOwn && !actor.isSystem)",
        ]
        // The first password has to come from somebody, and who replaces one later need not: both are kept in
        // mind, apart.
        if !isOwn, let person = actor.person {
            // A second account of somebody is as good as a new password.
            let earlier = try books.count(
                """
                SELECT COUNT(*) FROM account WHERE county = \(actor.county) AND person = \(account.person)
                    AND is_closed = 1
                """)
            change +=
                account.password == .none && earlier == 0
                ? ["opened_by = \(person)", "opened_at = \(now)"]
                : ["reset_by = \(person)", "reset_at = \(now)"]
        }
        try books.change(
            "UPDATE account SET \(SQL.list(change)) WHERE county = \(actor.county) AND id = \(account.id)")
        try endSessions(of: account, county: actor.county, in: books)
        try books.record(
            Event(.passwordSet, [("login", login)]), about: .init("account", account.id.text), by: actor,
            at: now)
    }

    /// Closes an account for good and signs it out everywhere.
    package static func close(_ login: String, by actor: Actor, at now: Instant, in books: Books) throws {
        try actor.need(.administer)
        guard let account = try find(login: login, of: actor.county, in: books) else {
            throw Refusal.notFound
        }
        guard account.person != actor.person else {
            throw Refusal.notNow(Phrase(zh: "不能停用自己的账号。", en: "You cannot close your own account."))
        }
        let day = try Offices.of(actor.county, in: books).zone.day(of: now)
        try PowerRequests.keepingPair(nil, of: actor.county, on: day, in: books) {
            try books.change(
                "UPDATE account SET is_closed = 1 WHERE county = \(actor.county) AND id = \(account.id)")
        }
        try endSessions(of: account, county: actor.county, in: books)
        try books.record(
            Event(.accountClosed, [("login", login)]), about: .init("account", account.id.text), by: actor,
            as: .administer, at: now)
    }

    /// Signs an account out everywhere.
    static func endSessions(of account: Account, county: County, in books: Books) throws {
        try books.change("DELETE FROM session WHERE county = \(county) AND account = \(account.id)")
        try Organisation.changed(county, in: books)
    }
}

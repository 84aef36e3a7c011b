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

/// Accounts, sessions and lock-out.
package enum Accounts {
    /// After so many failures in a row an account refuses everybody for a while.
    package static let mostFailures = 5
    /// How long it refuses, in minutes.
    package static let lockMinutes = 15
    /// How long a browser stays signed in, in hours.
    package static let browserHours = 12
    /// How long an API token holds, in hours.
    package static let tokenHours = 24 * 30

    /// Every account of a county, by login.
    package static func all(of county: County, in books: Books) throws -> [Account] {
        try books.all(
            """
            SELECT \(Account.columns) FROM account a JOIN person e ON e.county = a.county AND e.id = a.person
            WHERE a.county = \(county) ORDER BY a.login
            """, Account.init)
    }

    /// An account by login name, or nil.
    package static func find(login: String, of county: County, in books: Books) throws -> Account? {
        try books.first(
            """
            SELECT \(Account.columns) FROM account a JOIN person e ON e.county = a.county AND e.id = a.person
            WHERE a.county = \(county) AND a.login = \(login)
            """, Account.init)
    }

    /// Adds an account; without a password nobody can sign in yet.
    @discardableResult
    package static func add(
        login: String, person: ID<Person>, password: Password?, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<Account> {
        try actor.need(.administer)
        let login = try Check.code(login, field: "login")
        guard try find(login: login, of: actor.county, in: books) == nil else {
            throw Refusal.invalid("login", zh: "登录名 \(login) 已经用了。", en: "The login \(login) is taken.")
        }
        let who = try Tenures.person(person, of: actor.county, in: books)
        let id: ID<Account> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO account (county, id, login, person, password, failures, locked_until, is_closed)
            VALUES (\(actor.county), \(id), \(login), \(person), \((password ?? .none).stored), 0, 0, 0)
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.accountAdded, [("login", login), ("person", who.name)]), about: .init("account", id.text), by: actor,
            as: .administer, at: now)
        return id
    }

    /// Sets an account's password, unlocks it and signs it out everywhere. The owner may do it for the own account.
    package static func set(
        _ password: Password, for login: String, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        guard let account = try find(login: login, of: actor.county, in: books) else {
            try actor.need(.administer)
            throw Refusal.notFound
        }
        if actor.person != account.person { try actor.need(.administer) }
        guard !account.isClosed else {
            throw Refusal.notNow(Phrase(zh: "账号 \(login) 已经停用。", en: "The account \(login) is closed."))
        }
        try books.change(
            """
            UPDATE account SET password = \(password.stored), failures = 0, locked_until = 0
            WHERE county = \(actor.county) AND id = \(account.id)
            """)
        try endSessions(of: account, county: actor.county, in: books)
        try books.record(
            Event(.passwordSet, [("login", login)]), about: .init("account", account.id.text), by: actor, at: now)
    }

    /// Closes an account for good and signs it out everywhere.
    package static func close(_ login: String, by actor: Actor, at now: Instant, in books: Books) throws {
        try actor.need(.administer)
        guard let account = try find(login: login, of: actor.county, in: books) else { throw Refusal.notFound }
        guard account.person != actor.person else {
            throw Refusal.notNow(Phrase(zh: "不能停用自己的账号。", en: "You cannot close your own account."))
        }
        try books.change(
            "UPDATE account SET is_closed = 1 WHERE county = \(actor.county) AND id = \(account.id)")
        try endSessions(of: account, county: actor.county, in: books)
        try books.record(
            Event(.accountClosed, [("login", login)]), about: .init("account", account.id.text), by: actor,
            as: .administer, at: now)
    }

    private static func endSessions(of account: Account, county: County, in books: Books) throws {
        try books.change("DELETE FROM session WHERE county = \(county) AND account = \(account.id)")
        try Organisation.changed(county, in: books)
    }
}

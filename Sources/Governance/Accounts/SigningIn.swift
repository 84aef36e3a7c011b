package import Rules
import Store

extension Accounts {
    /// How long somebody who gave the password has to give the code, in minutes.
    static let codeMinutes = 10

    /// What somebody sends who wants in.
    package struct SignIn: Sendable {
        /// Login and password; the second factor's code, which a token needs at once and a browser gives
        /// afterwards.
        package var login: String, password: String, code = ""
        /// Browser or token; a token's name, scope and days.
        package var kind: Kind, name = "", scope = Scope.all, days = tokenHours / 24
        /// The network that it comes from.
        package var network = ""
        /// The session that the browser held before: it ends.
        package var replacing: Secret?
        /// Somebody with login and password.
        package init(login: String, password: String, kind: Kind) {
            (self.login, self.password, self.kind) = (login, password, kind)
        }
    }

    /// Signs somebody in. The attempt is counted before the password is hashed. Throws `Refusal.invalid` for
    /// a wrong name or password (the two are not told apart, in words or in time) and `Refusal.tooMany` for
    /// who guesses too fast. What is still to be done afterwards `Holder.step` tells.
    package static func signIn(_ wish: SignIn, of county: County, at now: Instant, office: Office)
        async throws -> Secret
    {
        let name = paceName(wish.login, county)
        let (account, isKnown) = try await office.read { books -> (Account?, Bool) in
            guard let account = try find(login: wish.login, of: county, in: books) else {
                return (nil, false)
            }
            return (account, try Self.isKnown(wish.network, account, county: county, in: books))
        }
        try office.pace.enter(name, from: wish.network, isKnown: isKnown, at: now)
        let matches = try await (account?.password ?? .none).matches(wish.password)
        guard let account, matches, !account.isClosed else {
            try await office.write(in: county) {
                try noteFailure(of: account, county: county, at: now, in: $0)
            }
            throw Refusal.invalid("password", zh: "登录名或密码不对。", en: "The login or the password is wrong.")
        }
        if wish.kind == .token {
            guard !account.mustChange else {
                throw Refusal.notNow(
                    Phrase(
                        zh: "密码是别人设的，请先在网页上登录并改掉。",
                        en: "Somebody else set this password. Sign in with a browser first and change it."))
            }
            if account.hasFactor {
                try office.pace.enter("code \(name)", from: wish.network, isKnown: false, at: now)
            }
        }
        let secret = try await office.write(in: county) { books in
            // Anew: closed or changed since the password was looked at, it opens nothing.
            guard let present = try find(account.id, of: county, in: books), !present.isClosed,
                present.password == account.password
            else {
                throw Refusal.changedMeanwhile
            }
            if let old = wish.replacing, old.county == county,
                try books.change("DELETE FROM session WHERE county = \(county) AND id = \(old.id)") > 0
            {
                try Organisation.changed(county, in: books)
            }
            if present.hasFactor, wish.kind == .browser {
                return try open(
                    .browser, of: account.id, county: county, until: now.adding(minutes: codeMinutes),
                    isWaiting: true, at: now, in: books)
            }
            if present.hasFactor {
                try SecondFactor.take(wish.code, of: present, county: county, at: now, in: books)
            }
            return try admit(
                present, wish.kind, wish.scope, named: wish.name, days: wish.days, from: wish.network,
                county: county, at: now, in: books)
        }
        office.pace.succeed(name, from: wish.network)
        if wish.kind == .token { office.pace.forget("code \(name)") }
        return secret
    }

    /// The second step of a browser: the code. The session that waited ends, another begins. Throws
    /// `Refusal.invalid` for a wrong code, `Refusal.tooMany`, and `Refusal.signInFirst` if nothing waits (any
    /// more).
    package static func giveCode(
        _ code: String, for waiting: Secret, from network: String, at now: Instant, office: Office
    ) async throws -> Secret {
        let county = waiting.county
        let account = try await office.read { try waitingAccount(of: waiting, at: now, in: $0) }
        guard let account else { throw Refusal.signInFirst }
        try office.pace.enter(
            "code \(paceName(account.login, county))", from: network, isKnown: false, at: now)
        do {
            let secret = try await office.write(in: county) { books in
                guard let account = try waitingAccount(of: waiting, at: now, in: books) else {
                    throw Refusal.signInFirst
                }
                try SecondFactor.take(code, of: account, county: county, at: now, in: books)
                try books.change("DELETE FROM session WHERE county = \(county) AND id = \(waiting.id)")
                try Organisation.changed(county, in: books)
                return try admit(
                    account, .browser, .all, named: "", days: 1, from: network, county: county, at: now,
                    in: books)
            }
            office.pace.forget("code \(paceName(account.login, county))")
            return secret
        } catch Refusal.invalid(let faults) {
            try await office.write(in: county) {
                try noteFailure(of: account, county: county, at: now, in: $0)
            }
            throw Refusal.invalid(faults)
        }
    }

    /// Whether the password is the present one of an account: asked before what belongs to it changes.
    /// Counted like a sign-in. Throws `Refusal.invalid` for the field `password`, and `Refusal.tooMany`.
    package static func prove(
        _ password: String, of holder: Holder, from network: String, at now: Instant, office: Office
    ) async throws {
        let county = holder.actor.county
        guard let account = try await office.read({ try find(holder.account, of: county, in: $0) }) else {
            throw Refusal.signInFirst
        }
        let name = "own \(paceName(account.login, county))"
        try office.pace.enter(name, from: network, isKnown: true, at: now)
        guard try await account.password.matches(password) else {
            throw Refusal.invalid("password", zh: "现在的密码不对。", en: "The present password is wrong.")
        }
        office.pace.succeed(name, from: network)
    }

    /// The office that knows a login, where nobody said which: nil if none or several do, or if there are too
    /// many to ask.
    package static func home(of login: String, among counties: [County], in books: Books) throws -> County? {
        guard counties.count <= 20 else { return nil }
        let knowing = try counties.filter { try find(login: login, of: $0, in: books) != nil }
        return knowing.count == 1 ? knowing[0] : nil
    }

    /// What attempts are counted by: whether or not there is such a login.
    static func paceName(_ login: String, _ county: County) -> String { "\(county) \(login.prefix(80))" }

    /// Opens the office to an account that proved itself.
    private static func admit(
        _ account: Account, _ kind: Kind, _ scope: Scope, named name: String, days: Int, from network: String,
        county: County, at now: Instant,
        in books: Books
    ) throws -> Secret {
        let end =
            kind == .browser
            ? now.adding(hours: browserHours) : now.adding(hours: 24 * min(max(days, 1), tokenDays))
        let secret = try open(
            kind, scope, named: name, of: account.id, county: county, until: end, at: now, in: books)
        try keep(network, of: account, county: county, at: now, in: books)
        let actor = Actor(county: county, person: account.person, name: .asGiven(account.name), seats: [])
        try books.record(
            Event(.signedIn, [("as", kind.rawValue)]), about: .init("account", account.id.text), by: actor,
            at: now)
        return secret
    }

    private static func waitingAccount(of secret: Secret, at now: Instant, in books: Books) throws -> Account?
    {
        try books.first(
            """
            SELECT \(Account.columns) FROM session s JOIN account a ON a.county = s.county
                AND a.id = s.account
            JOIN person e ON e.county = a.county AND e.id = a.person
            WHERE s.county = \(secret.county) AND s.id = \(secret.id) AND s.is_waiting = 1
                AND s.ends_at > \(now) AND a.is_closed = 0
            """, Account.init)
    }

    /// A wrong password is noted whether or not there is such a login: what it costs tells nobody which there
    /// are.
    private static func noteFailure(of account: Account?, county: County, at now: Instant, in books: Books)
        throws
    {
        guard let account else {
            guard let day = try Offices.known(county, in: books)?.zone.day(of: now) else { return }
            try books.change(
                """
                INSERT INTO stray_sign_in (county, day, attempts) VALUES (\(county), \(day), 1)
                ON CONFLICT (county, day) DO UPDATE SET attempts = stray_sign_in.attempts + 1
                """)
            return
        }
        try books.record(
            Event(.signInFailed, [("login", account.login)]), about: .init("account", account.id.text),
            by: .anonymous(of: county), at: now)
    }

    /// How many sign-ins of a day named a login that does not exist: for who administers the office.
    package static func strayAttempts(for actor: Actor, on day: Day, in books: Books) throws -> Int {
        try actor.need(.administer)
        return try books.first(
            "SELECT attempts FROM stray_sign_in WHERE county = \(actor.county) AND day = \(day)"
        ) {
            try $0.get("attempts", as: Int.self)
        } ?? 0
    }

    // MARK: Networks that an account signed in from

    private static let mostNetworks = 10

    /// A network as it is kept: a print, keyed where the office has a key.
    private static func kept(_ network: String, _ account: Account, in books: Books) -> String {
        let text = "\(account.id) \(network)"
        return (books.key?.mark(text, as: "network") ?? Array(digest(Array(text.utf8)).prefix(16))).hex
    }

    private static func isKnown(_ network: String, _ account: Account, county: County, in books: Books) throws
        -> Bool
    {
        try books.count(
            """
            SELECT COUNT(*) FROM known_network WHERE county = \(county) AND account = \(account.id)
            AND network = \(kept(network, account, in: books))
            """) > 0
    }

    private static func keep(
        _ network: String, of account: Account, county: County, at now: Instant, in books: Books
    ) throws {
        try books.change(
            """
            INSERT INTO known_network (county, account, network, seen_at)
            VALUES (\(county), \(account.id), \(kept(network, account, in: books)), \(now))
            ON CONFLICT (county, account, network) DO UPDATE SET seen_at = excluded.seen_at
            """)
        try books.change(
            """
            DELETE FROM known_network WHERE county = \(county) AND account = \(account.id) AND network NOT IN
            (SELECT network FROM known_network WHERE county = \(county) AND account = \(account.id)
                ORDER BY seen_at DESC, network LIMIT \(mostNetworks))
            """)
    }
}

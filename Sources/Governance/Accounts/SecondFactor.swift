package import Rules
import Store

extension Event.Kind {
    static let factorSet = Event.Kind("account.factor", zh: "启用两步验证", en: "Second factor set up")
    static let factorRemoved = Event.Kind("account.factor-remove", zh: "停用两步验证", en: "Second factor removed")
    static let recoveryCodeUsed = Event.Kind("account.recovery", zh: "使用备用码", en: "Recovery code used")
    static let recoveryCodesMade = Event.Kind(
        "account.recovery-codes", zh: "重发备用码", en: "Recovery codes made anew")
    static let factorKindsSet = Event.Kind(
        "office.factor-kinds", zh: "规定哪些岗位要两步验证", en: "Posts that need a second factor")
}

/// The second factor: codes from an authenticator, and recovery codes for whoever lost it.
package enum SecondFactor {
    /// How many recovery codes there are.
    package static let recoveryCodes = 10

    // MARK: Setting up

    /// Draws a secret that waits for its first code, and answers it in base 32 and as the address that an
    /// authenticator reads.
    package static func begin(by holder: Holder, at now: Instant, in books: Books) throws -> (
        secret: String, address: String
    ) {
        let county = holder.actor.county
        let account = try Accounts.own(holder, in: books)
        let secret = books.chance.bytes(20)
        try books.change(
            """
            UPDATE account SET factor_draft = \(try closed(secret, of: account, in: books))
            WHERE county = \(county) AND id = \(account.id)
            """)
        return try words(secret, account, county, in: books)
    }

    /// The secret that waits for its first code; nil if none does.
    package static func draft(of holder: Holder, in books: Books) throws -> (secret: String, address: String)?
    {
        let account = try Accounts.own(holder, in: books)
        guard let sealed = account.factorDraft else { return nil }
        return try words(try opened(sealed, of: account, in: books), account, holder.actor.county, in: books)
    }

    private static func words(_ secret: [UInt8], _ account: Account, _ county: County, in books: Books) throws
        -> (secret: String, address: String)
    {
        let office = try Offices.of(county, in: books).name.zh
        return (OneTimeCode.base32(secret), OneTimeCode.address(secret, login: account.login, office: office))
    }

    /// Puts the waiting secret in force once its first code was given; answers the recovery codes, which are
    /// shown this once. Throws `Refusal.invalid` for the field `code`.
    package static func confirm(_ code: String, by holder: Holder, at now: Instant, in books: Books) throws
        -> [String]
    {
        let county = holder.actor.county
        let account = try Accounts.own(holder, in: books)
        guard let sealed = account.factorDraft else {
            throw Refusal.notNow(
                Phrase(zh: "请先开始设置，再填验证码。", en: "Begin to set it up first, then enter the code."))
        }
        let secret = try opened(sealed, of: account, in: books)
        guard let step = OneTimeCode.stepTaken(plain(code), secret, after: account.factorStep, at: now) else {
            throw wrong
        }
        try books.change(
            """
            UPDATE account SET factor = factor_draft, factor_draft = NULL, factor_step = \(step)
            WHERE county = \(county) AND id = \(account.id)
            """)
        let codes = try makeCodes(for: account, county: county, in: books)
        try Organisation.changed(county, in: books)
        try books.record(
            Event(.factorSet), about: .init("account", account.id.text), by: holder.actor, at: now)
        return codes
    }

    /// Makes the recovery codes anew; the old ones no longer open anything.
    package static func renewCodes(by holder: Holder, at now: Instant, in books: Books) throws -> [String] {
        let account = try Accounts.own(holder, in: books)
        guard account.hasFactor else { throw Refusal.notFound }
        let codes = try makeCodes(for: account, county: holder.actor.county, in: books)
        try books.record(
            Event(.recoveryCodesMade), about: .init("account", account.id.text), by: holder.actor, at: now)
        return codes
    }

    /// How many recovery codes of the own account are left.
    package static func codesLeft(of holder: Holder, in books: Books) throws -> Int {
        try codesLeft(of: holder.account, county: holder.actor.county, in: books)
    }

    private static func codesLeft(of account: ID<Account>, county: County, in books: Books) throws -> Int {
        try books.count(
            "SELECT COUNT(*) FROM recovery_code WHERE county = \(county) AND account = \(account)")
    }

    /// Takes the own second factor away; where the posts require one it stays.
    package static func remove(by holder: Holder, at now: Instant, in books: Books) throws {
        guard !holder.needsFactor else {
            throw Refusal.notNow(
                Phrase(
                    zh: "您的岗位规定要两步验证，不能停用；换手机请重新设置。",
                    en: "Your post requires it. For a new telephone set it up again."))
        }
        try clear(try Accounts.own(holder, in: books), by: holder.actor, as: nil, at: now, in: books)
    }

    /// Takes somebody's second factor away: for whoever lost telephone and codes. Asked for by one, confirmed
    /// by another (`PowerRequests`), or done by the operator. Signs the account out everywhere.
    static func clear(_ account: Account, by actor: Actor, as power: Power?, at now: Instant, in books: Books)
        throws
    {
        let county = actor.county
        try books.change(
            """
            UPDATE account SET factor = NULL, factor_draft = NULL WHERE county = \(county)
                AND id = \(account.id)
            """
        )
        try books.change("DELETE FROM recovery_code WHERE county = \(county) AND account = \(account.id)")
        if actor.person != account.person { try Accounts.endSessions(of: account, county: county, in: books) }
        try Organisation.changed(county, in: books)
        try books.record(
            Event(.factorRemoved, [("login", account.login)]), about: .init("account", account.id.text),
            by: actor, as: power, at: now)
    }

    /// The operator's way: at once.
    package static func clear(_ login: String, by actor: Actor, at now: Instant, in books: Books) throws {
        try actor.need(.administer)
        guard actor.isSystem, let account = try Accounts.find(login: login, of: actor.county, in: books)
        else { throw Refusal.notFound }
        guard account.hasFactor else { throw noFactor }
        try clear(account, by: actor, as: nil, at: now, in: books)
    }

    /// What somebody is told who would take away what is not there.
    static let noFactor = Refusal.notNow(
        Phrase(zh: "这个账号没有启用两步验证。", en: "This account has no second factor."))

    // MARK: Asking for it

    /// Takes a code of the authenticator, or a recovery code, once. Throws `Refusal.invalid` for the field
    /// `code`.
    static func take(_ given: String, of account: Account, county: County, at now: Instant, in books: Books)
        throws
    {
        guard let sealed = account.factor else { throw wrong }
        let code = plain(given)
        if code.count == 6 {
            let secret = try opened(sealed, of: account, in: books)
            guard let step = OneTimeCode.stepTaken(code, secret, after: account.factorStep, at: now) else {
                throw wrong
            }
            try books.change(
                "UPDATE account SET factor_step = \(step) WHERE county = \(county) AND id = \(account.id)")
            return
        }
        let used = try books.change(
            """
            DELETE FROM recovery_code WHERE county = \(county) AND account = \(account.id)
                AND code = \(kept(code, account))
            """
        )
        guard used == 1 else { throw wrong }
        let owner = Actor(county: county, person: account.person, name: .asGiven(account.name), seats: [])
        let left = try codesLeft(of: account.id, county: county, in: books)
        try books.record(
            Event(.recoveryCodeUsed, [("left", "\(left)")]), about: .init("account", account.id.text),
            by: owner, at: now)
    }

    private static let wrong = Refusal.invalid(
        "code", zh: "验证码不对，或者已经用过。请看手机上现在的六位数字，或填一个备用码。",
        en: "Wrong or used before. Enter the six digits that the telephone shows now, or a recovery code.")

    // MARK: Which posts need it

    /// The kinds of post that need it besides administrators: all staff may know them.
    package static func kinds(for actor: Actor, in books: Books) throws -> Set<PostKind> {
        try actor.needStaff()
        return try kinds(of: actor.county, in: books)
    }

    static func kinds(of county: County, in books: Books) throws -> Set<PostKind> {
        try books.cache.versioned("factor kinds", most: 1).thing(
            0, of: county, version: books.organisation(of: county)
        ) {
            Set(
                try books.all("SELECT kind FROM factor_kind WHERE county = \(county) ORDER BY kind") {
                    try $0.get("kind", as: PostKind.self)
                })
        }
    }

    /// Sets which kinds of post need it; administrators always do.
    package static func require(_ kinds: Set<PostKind>, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try actor.need(.administer)
        let old = try self.kinds(of: actor.county, in: books)
        let wanted = kinds.subtracting([.administrator])
        guard old != wanted else { return }
        try books.change("DELETE FROM factor_kind WHERE county = \(actor.county)")
        for kind in wanted.sorted(by: { $0.rawValue < $1.rawValue }) {
            try books.change("INSERT INTO factor_kind (county, kind) VALUES (\(actor.county), \(kind))")
        }
        try Organisation.changed(actor.county, in: books)
        func list(_ kinds: Set<PostKind>) -> String { kinds.map(\.rawValue).sorted().joined(separator: " ") }
        try books.record(
            Event(.factorKindsSet, [("from", list(old)), ("to", list(wanted))]),
            about: .init("office", actor.county.code), by: actor,
            as: .administer, at: now)
    }

    // MARK: Secrets and codes at rest

    private static func closed(_ secret: [UInt8], of account: Account, in books: Books) throws -> [UInt8] {
        guard let key = books.key else { return secret }
        return try key.closed(secret.hex, of: "account \(account.id) factor", chance: books.chance)
    }
    private static func opened(_ sealed: [UInt8], of account: Account, in books: Books) throws -> [UInt8] {
        guard let key = books.key, sealed.count > 20 else { return sealed }
        return [UInt8](hex: try key.opened(sealed, of: "account \(account.id) factor")) ?? []
    }

    /// 120 random bits each: too many to be guessed, so that a plain hash keeps them.
    private static func makeCodes(for account: Account, county: County, in books: Books) throws -> [String] {
        try books.change("DELETE FROM recovery_code WHERE county = \(county) AND account = \(account.id)")
        let codes = (0..<recoveryCodes).map { _ in OneTimeCode.base32(books.chance.bytes(15)) }
        for code in codes {
            try books.change(
                """
                INSERT INTO recovery_code (county, account, code)
                    VALUES (\(county), \(account.id), \(kept(code, account)))
                """
            )
        }
        return codes.map { code in
            let letters = Array(code)
            return stride(from: 0, to: letters.count, by: 4).map {
                String(letters[$0..<min($0 + 4, letters.count)])
            }.joined(separator: "-")
        }
    }
    private static func kept(_ code: String, _ account: Account) -> String {
        digest(Array("recovery \(account.id) \(code)".utf8)).hex
    }

    /// Without spaces and dashes, in capital letters: as people read codes to each other.
    private static func plain(_ code: String) -> String {
        String(code.uppercased().prefix(60).filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
}

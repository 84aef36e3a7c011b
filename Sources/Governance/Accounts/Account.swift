package import Rules
import Store

/// A way to sign in: a login name for a person.
package struct Account: Sendable, Hashable {
    /// Its identity.
    package var id: ID<Account>
    /// The login name, unique in the county.
    package var login: String
    /// Whose it is.
    package var person: ID<Person>
    /// The person's name.
    package var name: String
    /// The password's hash.
    package var password: Password
    /// Whether the password has to be changed at the next sign-in, because somebody else set it.
    package var mustChange: Bool
    /// When the password was set; nil before that was kept.
    package var passwordAt: Instant?
    /// Who set a password in the owner's place last, and when.
    package var resetBy: ID<Person>?, resetAt: Instant?
    /// Whether it was closed for good.
    package var isClosed: Bool
    /// The second factor's secret and one that waits for its first code, sealed; the time step of the last
    /// code taken.
    let factor: [UInt8]?, factorDraft: [UInt8]?, factorStep: Int
    /// Whether it has a second factor.
    package var hasFactor: Bool { factor != nil }

    init(_ row: Row) throws {
        id = try row.get("id")
        login = try row.get("login")
        person = try row.get("person")
        name = try row.get("name")
        password = Password(stored: try row.get("password"))
        mustChange = try row.get("must_change")
        passwordAt = try row.optional("password_at")
        (resetBy, resetAt) = (try row.optional("reset_by"), try row.optional("reset_at"))
        isClosed = try row.get("is_closed")
        (factor, factorDraft, factorStep) = (
            try row.optional("factor"), try row.optional("factor_draft"), try row.get("factor_step")
        )
    }
    static let columns: SQL = """
        a.id, a.login, a.person, a.password, a.must_change, a.password_at, a.reset_by, a.reset_at, \
        a.is_closed, a.factor,
        a.factor_draft, a.factor_step, e.name
        """
}

/// A signed-in browser or an API token: the secret that the client holds, with its county in front.
package struct Secret: Sendable, Hashable {
    /// The county that it belongs to.
    package var county: County
    /// 64 hexadecimal characters.
    package var token: String

    /// `410305.9f3a…`: what the cookie or the Authorization header carries.
    package var text: String { "\(county).\(token)" }

    /// Reads what a client sent; nil if it is not of that form.
    package init?(_ text: String) {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")), let county = County(String(text[..<dot]))
        else { return nil }
        let token = text[text.utf8.index(after: dot)...]
        guard token.utf8.count == 64,
            token.utf8.allSatisfy({
                (48...57).contains($0) || (97...102).contains($0) || (65...70).contains($0)
            })
        else { return nil }
        (self.county, self.token) = (county, String(token))
    }

    init(county: County, chance: Chance) { (self.county, token) = (county, chance.bytes(32).hex) }

    /// What the database keeps instead of the secret.
    var id: String { digest(Array(token.utf8)).hex }

    /// The token that forms carry against forgery from other sites: derived from the secret, useless without
    /// it.
    package var formToken: String { String(digest(Array("form \(token)".utf8)).hex.prefix(32)) }
}

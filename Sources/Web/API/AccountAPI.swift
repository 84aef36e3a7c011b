import Governance
import Hummingbird
import Rules

extension Accounts.Kind: JSONWord {}
extension Accounts.Scope: JSONWord {}

/// Tokens, and who holds one.
enum AccountAPI {
    // An `Idempotency-Key` is ignored: signing in checks the password between two transactions, and a secret
    // must not be kept to be given again.
    static let signIn = Endpoint(
        .init(
            "signIn", .account, "Sign in: a token for a login and a password",
            """
            At most 20 attempts a minute from one address; after five wrong passwords each further attempt \
            waits, longer and longer (429 with `Retry-After`). With a second factor `code` is needed at \
            once. A password that somebody else set has to be changed in a browser first (409). \
            `Idempotency-Key` is accepted and ignored.
            """),
        body: .fields(AccountForm.signInByProgram),
        answers: [.json(token, "The token: send it as `Authorization: Bearer …`.", status: 201)]
    ) { call in
        let form = AccountForm.signInByProgram
        let sent = try await API.answers(call, for: form)
        let (county, wish) = try await AccountPages.wish(sent, form, as: .token, call)
        let secret = try await Accounts.signIn(wish, of: county, at: call.now, office: call.office)
        let json = token.json((secret, wish.days, wish.scope), ShapeContext(call))
        return Responses.json(json, status: .created)
    }

    private static let token = Shape<(secret: Secret, days: Int, scope: Accounts.Scope)> {
        Member("token") { $0.secret.text }
        Member("county", "Six digits.") { $0.secret.county.code }
        Member("expires_in", "Seconds.") { $0.days * 24 * 3600 }
        Member("scope") { $0.scope }
    }

    static let sessions = Endpoint.wholeList(
        .init("sessions", .account, "Everything that is signed in with the own account"), of: session,
        "The newest first.", id: { $0.session.id },
        { call, _ in
            let holder = try call.session()
            let all = try await call.read { try Accounts.sessions(of: holder, at: call.now, in: $0) }
            return all.map { ($0, $0.id == holder.session) }
        })

    private static let session = Shape<(session: Session, isCurrent: Bool)>("Session") {
        Member("id") { $0.session.id }
        Member("kind") { $0.session.kind }
        Member("name") { $0.session.name }
        Member("scope") { $0.session.scope }
        Member("opened_at") { $0.session.openedAt }
        Member("used_at", "To five minutes.") { $0.session.seenAt }
        Member("ends_at") { $0.session.endsAt }
        Member("is_current") { $0.isCurrent }
    }

    static let end = Endpoint(
        .init("endSession", .account, "End one of the own sessions or tokens"), answers: [.nothing]
    ) { call in
        let (id, holder) = (call.part("id"), try call.session())
        try await call.write { try Accounts.end(session: id, by: holder, at: call.now, in: $0) }
        return nothing
    }

    static let signOut = Endpoint(
        .init("signOut", .account, "Sign out: end the token that was sent"), answers: [.nothing]
    ) { call in
        guard let secret = call.secret else { throw Refusal.signInFirst }
        try await call.write { try Accounts.signOut(secret, by: call.actor, at: call.now, in: $0) }
        return nothing
    }

    /// An answer without a body names no length.
    private static var nothing: Response {
        var response = Response(status: .noContent, headers: Responses.common)
        response.headers[.contentLength] = nil
        return response
    }

    static let me = Endpoint.reading(
        .init("me", .account, "Who holds the token, in which posts, with which powers"), holder, "The person."
    ) { call, _ in
        guard let person = call.actor.person else { throw Refusal.signInFirst }
        return (person, call.actor, try call.names().office.name)
    }

    private static let holder = Shape<(person: ID<Person>, actor: Actor, office: Phrase)> {
        Member("id") { $0.person }
        Member("name") { $0.actor.name.zh }
        Member("county", "Six digits.") { $0.actor.county.code }
        Member("office") { $0.office }
        Member("posts", list: seat) { $0.actor.seats }
        Member("powers") { holder in holder.actor.powers.sorted { $0.word < $1.word } }
    }

    private static let seat = Shape<Actor.Seat> {
        Member("id", \.post)
        Member("kind", \.kind)
        Member("title", \.title)
        Member("unit", unit: \.unit)
        Member(
            "territory_path",
            "The territory that it answers for: cases whose territory's path begins with this one.", \.path)
        Member("is_stand_in", \.isStandIn)
    }
}

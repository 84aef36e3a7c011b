import Governance
import Hummingbird

/// Tokens, and who holds one.
enum AccountAPI {
    /// `POST /tokens`: a token for a login and a password. `Idempotency-Key` is accepted and ignored: signing
    /// in checks the password between two transactions, and a secret must not be kept to be given again.
    static func signIn(_ call: Call) async throws -> Response {
        let form = AccountForm.signInByProgram
        let answers = try await API.answers(call, for: form)
        let (county, wish) = try await AccountPages.wish(answers, form, as: .token, call)
        let secret = try await Accounts.signIn(wish, of: county, at: call.now, office: call.office)
        return Responses.json(
            JSON.object([
                ("token", .string(secret.text)), ("county", .string(county.code)),
                ("expires_in", .count(wish.days * 24 * 3600)), ("scope", .string(wish.scope.rawValue)),
            ]).text, status: .created)
    }

    /// `GET /tokens`: everything that is signed in with the own account.
    static func sessions(_ call: Call) async throws -> Response {
        let holder = try call.session()
        let query = try API.query(call, "limit", "cursor")
        let all = try await call.read {
            try Accounts.sessions(of: holder.account, county: call.actor.county, at: call.now, in: $0)
        }
        return try API.page(of: all, query, id: \.id) { session in
            .object([
                ("id", .string(session.id)), ("kind", .string(session.kind.rawValue)),
                ("name", .string(session.name)),
                ("scope", .string(session.scope.rawValue)), ("opened_at", .moment(session.openedAt)),
                ("used_at", .moment(session.seenAt)),
                ("ends_at", .moment(session.endsAt)), ("is_current", .bool(session.id == holder.session)),
            ])
        }
    }

    /// `DELETE /tokens/{id}`: ends one of them.
    static func end(_ call: Call) async throws -> Response {
        let holder = try call.session()
        try await call.write { try Accounts.end(session: call.part("id"), by: holder, at: call.now, in: $0) }
        var response = Response(status: .noContent, headers: Responses.common)
        response.headers[.contentLength] = nil
        return response
    }

    /// `DELETE /tokens/current`: ends the token that was sent.
    static func signOut(_ call: Call) async throws -> Response {
        guard let secret = call.secret else { throw Refusal.signInFirst }
        try await call.write { try Accounts.signOut(secret, by: call.actor, at: call.now, in: $0) }
        var response = Response(status: .noContent, headers: Responses.common)
        response.headers[.contentLength] = nil
        return response
    }

    /// `GET /me`: the name, the posts held today and what they allow.
    static func me(_ call: Call) async throws -> Response {
        let names = try call.names()
        let posts = call.actor.seats.map { seat in
            JSON.object([
                ("id", .string(seat.post.text)), ("kind", .string(seat.kind.rawValue)),
                ("title", .words(seat.title)),
                ("unit", names.json(seat.unit)), ("territory_path", .string(seat.path)),
                ("is_stand_in", .bool(seat.isStandIn)),
            ])
        }
        return API.ok(
            .object([
                ("id", .id(call.actor.person)), ("name", .string(call.actor.name.zh)),
                ("county", .string(call.actor.county.code)), ("office", .words(names.office.name)),
                ("posts", .array(posts)),
                ("powers", .array(call.actor.powers.map(\.word).sorted().map(JSON.string))),
            ]))
    }
}

import Governance
import Hummingbird
import Rules

/// Posts and who holds them.
extension OrganisationAPI {
    /// `GET /posts`: the posts of a day with those who hold them then or later.
    static func posts(_ call: Call) async throws -> Response {
        let query = try API.query(call, "kind", "unit", "on", "limit", "cursor")
        let kind: PostKind? = try query.optionalChoice("kind")
        let unit: ID<Governance.Unit>? = try query.optionalID("unit")
        let day = try query.day("on", else: call.today)
        let names = try call.names()
        let (all, tenures) = try await call.read { books in
            (
                try Posts.all(of: call.actor.county, on: day, in: books),
                try Tenures.all(of: call.actor.county, on: day, in: books)
            )
        }
        let held = Dictionary(grouping: tenures, by: \.post)
        let found = all.filter { post in
            kind.map { $0 == post.kind } ?? true && unit.map { $0 == post.unit } ?? true
        }
        return try API.page(of: found, query, id: \.id.text) { json($0, held[$0.id] ?? [], names) }
    }

    /// `POST /posts`: a post.
    static func addPost(_ call: Call) async throws -> Response {
        let form = PostForm.add.byProgram
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        return try await API.once(call, answers) { books in
            (.created, try post(PostPages.add(values, call, in: books), call, books))
        }
    }

    /// `POST /posts/{id}/{verb}`: change, end, begin or leave. Of a change a field that is not given stays as
    /// it is; an empty `reports_to` makes the post the top of its chain.
    static func changePost(_ call: Call) async throws -> Response {
        let id: ID<Post> = try call.id()
        let verb = call.part("verb")
        guard let asked = PostForm.changes[verb] else { throw Refusal.notFound }
        let form = verb == "change" ? asked.map(\.optional) : asked.byProgram
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        return try await API.once(call, answers) { books in
            let waits = try PostPages.perform(verb, values, on: id, call, in: books)
            // Accepted, and nothing holds yet: somebody else has to confirm it.
            return (waits ? .accepted : .ok, try post(id, call, books))
        }
    }

    private static func post(_ id: ID<Post>, _ call: Call, _ books: Books) throws -> JSON {
        let post = try Posts.find(id, of: call.actor.county, in: books)
        let held = try Tenures.all(of: call.actor.county, on: call.today, in: books).filter { $0.post == id }
        let names = try call.names()
        let waiting = try PowerRequests.open(of: call.actor.county, in: books).filter {
            $0.subject == id.text
        }
        return json(post, held, names).with([
            ("waiting", .array(waiting.map { PowerRequestAPI.json($0, names, call) }))
        ])
    }

    private static func json(_ post: Post, _ held: [Tenure], _ names: Directory) -> JSON {
        .object([
            ("id", .id(post.id)), ("code", .string(post.code)), ("kind", .string(post.kind.rawValue)),
            ("title", .words(post.title)), ("unit", names.json(post.unit)),
            ("territory", names.json(territory: post.territory)), ("reports_to", .id(post.reportsTo)),
            ("since", .day(post.since)), ("until", .day(post.until)), ("tenures", .array(held.map(json))),
        ])
    }

    private static func json(_ tenure: Tenure) -> JSON {
        .object([
            ("id", .id(tenure.id)),
            ("person", .object([("id", .id(tenure.person)), ("name", .string(tenure.personName))])),
            ("is_stand_in", .bool(tenure.isStandIn)), ("since", .day(tenure.since)),
            ("until", .day(tenure.until)),
        ])
    }
}

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
        let answers = try await API.answers(call)
        let kind: PostKind = try answers.choice("kind")
        let since = try answers.day("since", else: call.today)
        return try await API.once(call, answers) { books in
            let draft = Posts.Draft(
                code: answers["code"], titleZh: answers["title_zh"], titleEn: answers["title_en"], kind: kind,
                unit: try answers.id("unit"), territory: try place("territory", in: answers, call, books).id,
                reportsTo: try answers.optionalID("reports_to"))
            let id = try Posts.add(draft, since: since, by: call.actor, at: call.now, in: books)
            return (.created, try post(id, call, books))
        }
    }

    /// `POST /posts/{id}/{verb}`: change, end, begin or leave.
    static func changePost(_ call: Call) async throws -> Response {
        let id: ID<Post> = try call.id()
        let verb = call.part("verb")
        let answers = try await API.answers(call)
        return try await API.once(call, answers) { books in
            var waits = false
            switch verb {
            case "change": waits = try change(id, answers, call, books)
            case "end":
                let day = try answers.day("on", else: call.today)
                try Posts.end(id, on: day, by: call.actor, at: call.now, in: books)
            case "begin": waits = try begin(id, answers, call, books)
            case "leave": try leave(id, answers, call, books)
            default: throw Refusal.notFound
            }
            // Accepted, and nothing holds yet: somebody else has to confirm it.
            return (waits ? .accepted : .ok, try post(id, call, books))
        }
    }

    /// Whether it waits for somebody else. A field that is not given stays as it is; an empty `reports_to`
    /// makes the post the top of its chain.
    private static func change(_ id: ID<Post>, _ answers: FormInput, _ call: Call, _ books: Books) throws
        -> Bool
    {
        let old = try Posts.find(id, of: call.actor.county, in: books)
        let draft = Posts.Draft(
            code: old.code, titleZh: answers.text("title_zh", else: old.title.zh),
            titleEn: answers.text("title_en", else: old.title.en),
            kind: try answers.optionalChoice("kind") ?? old.kind,
            unit: try answers.optionalID("unit") ?? old.unit,
            territory: try place("territory", in: answers, else: old.territory, call, books),
            reportsTo: answers.names.contains("reports_to")
                ? try answers.optionalID("reports_to") : old.reportsTo)
        return try Posts.change(id, to: draft, by: call.actor, at: call.now, in: books) != nil
    }

    /// Somebody takes up the post; whether it waits for somebody else to confirm it.
    private static func begin(_ id: ID<Post>, _ answers: FormInput, _ call: Call, _ books: Books) throws
        -> Bool
    {
        let appointment = try Tenures.begin(
            try answers.id("person"), in: id, isStandIn: try answers.flag("stand_in"),
            from: try answers.day("from", else: call.today), until: try answers.day("until", else: .never),
            by: call.actor, at: call.now, in: books)
        if case .waits = appointment { return true }
        return false
    }

    /// Somebody leaves the post.
    private static func leave(_ id: ID<Post>, _ answers: FormInput, _ call: Call, _ books: Books) throws {
        let tenure: ID<Tenure> = try answers.id("tenure")
        let day = try answers.day("on", else: call.today)
        let held = try Tenures.all(of: call.actor.county, on: Day(number: 0), in: books)
        guard held.contains(where: { $0.id == tenure && $0.post == id }) else { throw Refusal.notFound }
        try Tenures.end(tenure, on: day, by: call.actor, at: call.now, in: books)
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

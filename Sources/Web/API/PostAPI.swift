import Governance
import Hummingbird
import Rules

/// Posts and who holds them.
extension OrganisationAPI {
    static let posts = Endpoint.wholeList(
        .init("listPosts", .organisation, "The posts and who holds them"), query: PostForm.filter,
        of: OrganisationShapes.post, "A page of those of a day, with who holds them then or later.",
        id: \.post.id.text
    ) { call, values in
        let kind: PostKind? = try values.optionalChoice("kind")
        let unit: ID<Unit>? = try values.optionalID("unit")
        let day = try values.day("on", else: call.today)
        let (all, tenures) = try await call.read { books in
            (
                try Posts.all(of: call.actor.county, on: day, in: books),
                try Tenures.all(of: call.actor.county, on: day, in: books)
            )
        }
        let held = Dictionary(grouping: tenures, by: \.post)
        return all.filter { post in
            kind.map { $0 == post.kind } ?? true && unit.map { $0 == post.unit } ?? true
        }.map { HeldPost($0, heldBy: held[$0.id] ?? []) }
    }

    static let addPost = Endpoint.change(
        .init("addPost", .organisation, "Add a post"), body: PostForm.add.byProgram, status: .created,
        OrganisationShapes.post, "Added."
    ) { call, sent in
        let values = try PostForm.add.byProgram.read(sent)
        return { try HeldPost(PostPages.add(values, call, in: $0), call, in: $0) }
    }

    static let changePost = Endpoint.repeatable(
        Endpoint(
            .init(
                "changePost", .organisation, "Change a post",
                """
                Somebody else has to confirm `begin`, and a `change` that gives those who hold the post more \
                power or another reach: 202, and `waiting` names the request.
                """),
            answers: [
                .json(OrganisationShapes.post, "The record afterwards."),
                .json(
                    OrganisationShapes.post, "Waits for somebody else to confirm it (`/power-requests`).",
                    status: 202),
            ]
        ) { call in
            let id: ID<Post> = try call.id()
            let verb = call.part("verb")
            guard let form = postChanges.first(where: { $0.word == verb })?.body else {
                throw Refusal.notFound
            }
            let sent = try await API.answers(call, for: form)
            let (values, context) = (try form.read(sent), ShapeContext(call))
            return try await API.once(call, sent) { books in
                let waits = try PostPages.perform(verb, values, on: id, call, in: books)
                let post = try HeldPost(id, call, in: books)
                // Accepted, and nothing holds yet: somebody else has to confirm it.
                return (waits ? .accepted : .ok, OrganisationShapes.post.json(post, context))
            }
        }
    ).with(postChanges)

    private static let postChanges = [
        Endpoint.Variant(
            "change",
            "what it is and where it stands; what is not given stays, an empty `reports_to` is the top",
            PostForm.change.byProgram.map(\.optional)),
        Endpoint.Variant("end", "end it", PostForm.end.byProgram),
        Endpoint.Variant("begin", "somebody takes it up", PostForm.begin.byProgram),
        Endpoint.Variant("leave", "somebody leaves it", PostForm.leave.byProgram),
    ]
}

import Governance
import Hummingbird
import Rules

/// The look-back for programs.
enum LookBackAPI {
    static let progress = Endpoint.reading(
        .init("lookBack", .register, "How far the look-back is", "By township, or by village inside one."),
        query: [RegisterForm.territory], CampaignShapes.lookBack, "A line a territory."
    ) { call, values in
        let names = try call.names()
        let (place, path) = (
            try RegisterPages.place(values, names), try RegisterPages.path(values, names)
        )
        return try await call.read { books in
            guard let campaign = try Campaigns.current(for: call.actor, on: call.today, in: books),
                let pass = campaign.scheme.lookBack
            else { throw Refusal.notFound }
            return LookBackTable(
                campaign: campaign,
                lines: try LookBacks.lines(
                    campaign, pass, byVillage: place?.level == .town, inside: path, for: call.actor,
                    in: books))
        }
    }

    static let record = Endpoint.change(
        .init(
            "recordLookBack", .register, "Record what a look-back found",
            """
            Facts are told by their names; what differs from the register becomes a request that another \
            post approves. By a post that the scheme names.
            """),
        body: LookBackForm.all, status: .created,
        Shape<(verdict: LookBack.Verdict, request: ID<ChangeRequest>?)> {
            Member("verdict") { $0.verdict }
            Member("request", "What waits for approval; null if nothing differs.") { $0.request }
        }, "Recorded."
    ) { call, sent in
        let id: ID<Household> = try call.id()
        let draft = try LookBacks.Draft(sent)
        return { books in
            let request = try LookBacks.record(draft, of: id, by: call.actor, at: call.now, in: books)
            return (draft.verdict, request)
        }
    }
}

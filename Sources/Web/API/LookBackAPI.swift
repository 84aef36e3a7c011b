import Governance
import Hummingbird
import Rules

/// The look-back for programs.
enum LookBackAPI {
    /// `GET /look-back`: how far the pass is, by township, or by village inside one.
    static func progress(_ call: Call) async throws -> Response {
        let names = try call.names()
        let place = names.place(call.query["territory"])
        let path = place?.path ?? names.office.territory.path
        let (campaign, lines) = try await call.read { books -> (Campaign, [LookBacks.Line]) in
            guard let campaign = try Campaigns.current(of: call.actor.county, on: call.today, in: books),
                let pass = campaign.scheme.lookBack
            else {
                throw Refusal.notFound
            }
            let isTown = place?.level == .town
            return (
                campaign,
                try LookBacks.lines(
                    campaign, pass, byVillage: isTown, inside: path, for: call.actor, in: books)
            )
        }
        let items = lines.map { line in
            JSON.object([
                ("of", .string(line.path)), ("households", .count(line.households)),
                ("checked", .count(line.checked)),
                (
                    "verdicts",
                    .object(LookBack.Verdict.allCases.map { ($0.rawValue, .count(line.verdicts[$0] ?? 0)) })
                ),
            ])
        }
        return Responses.json(.object([("campaign", .string(campaign.name)), ("items", .array(items))]))
    }

    /// `POST /register/{id}/look-back`: what was found at a household.
    static func record(_ call: Call) async throws -> Response {
        let (id, answers) = (
            try call.id(of: Household.self), try await API.answers(call, for: LookBackForm.all)
        )
        let draft = try LookBacks.Draft(answers)
        return try await API.once(call, answers) { books in
            let request = try LookBacks.record(draft, of: id, by: call.actor, at: call.now, in: books)
            return (
                .created, .object([("verdict", .string(draft.verdict.rawValue)), ("request", .id(request))])
            )
        }
    }
}

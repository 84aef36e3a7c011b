import Governance
import Hummingbird
import Rules

/// The campaign for programs.
enum CampaignAPI {
    /// `GET /coverage`: numerators and denominators by duty, territory, war zone, unit, post or person.
    static func coverage(_ call: Call) async throws -> Response {
        let names = try call.names()
        let grouping = try API.word("by", in: call.query) ?? Coverage.Grouping.duty
        let path = names.place(call.query["territory"])?.path ?? names.office.territory.path
        let (campaign, lines) = try await call.read { books -> (Campaign, [Coverage.Line]) in
            guard let campaign = try Campaigns.current(of: call.actor.county, on: call.today, in: books) else { throw Refusal.notFound }
            return (campaign, try Coverage.lines(campaign, by: grouping, duty: call.query["duty"], inside: path, on: call.today, of: call.actor.county, in: books))
        }
        let items = lines.map { line in
            JSON.object([
                ("duty", .string(line.duty)), ("of", .string(line.key)), ("done", .count(line.done)), ("due", .count(line.due)),
                ("households", .count(line.households)),
                ("visited", .count(line.visited)),
            ])
        }
        return Answer.json(
            .object([
                ("campaign", .string(campaign.name)), ("version", .count(campaign.version)), ("title", .words(campaign.title)),
                ("frozen", .string(campaign.frozenHash)),
                ("items", .array(items)),
            ]))
    }

    /// `POST /register/{id}/visits`: records a visit; with an `id` of the sender it is stored once.
    static func record(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: Household.self), try await API.answers(call))
        let draft = try VisitPages.draft(answers)
        return try await API.once(call, answers) { books in
            let outcome = try Visits.record(draft, of: id, by: call.actor, at: call.now, in: books)
            return (
                .created,
                .object([
                    ("id", .id(outcome.visit)), ("duties", .array(outcome.duties.map(JSON.string))), ("cases", .array(outcome.cases.map { JSON.id($0) })),
                ])
            )
        }
    }
}

import Governance
import Hummingbird
import Rules

/// The campaign for programs.
enum CampaignAPI {
    /// `GET /coverage`: numerators and denominators by duty, territory, war zone, unit, post or person.
    static func coverage(_ call: Call) async throws -> Response {
        let names = try call.names()
        let values = try CampaignForm.figures.read(call.query)
        let grouping = try values.optionalChoice("by") ?? Coverage.Grouping.duty
        let path = names.place(call.query["territory"])?.path ?? names.office.territory.path
        let (campaign, lines) = try await call.read { books -> (Campaign, [Coverage.Line]) in
            guard let campaign = try Campaigns.current(of: call.actor.county, on: call.today, in: books)
            else { throw Refusal.notFound }
            return (
                campaign,
                try Coverage.lines(
                    campaign, by: grouping, duty: values["duty"], inside: path, for: call.actor,
                    on: call.today, in: books)
            )
        }
        let items = lines.map { line in
            JSON.object([
                ("duty", .string(line.duty)), ("of", .string(line.key)), ("done", .count(line.done)),
                ("due", .count(line.due)),
                ("households", .count(line.households)),
                ("visited", .count(line.visited)),
            ])
        }
        return Responses.json(
            .object([
                ("campaign", .string(campaign.name)), ("version", .count(campaign.version)),
                ("title", .words(campaign.title)),
                ("frozen", .string(campaign.frozenHash)),
                ("items", .array(items)),
            ]))
    }

    /// `POST /register/{id}/visits`: records a visit; with an `id` of the sender it is stored once.
    static func record(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: Household.self), try await API.answers(call))
        try VisitForm.refuseOthers(in: answers)
        return try await API.once(call, answers) { books in
            let draft = try Visits.draft(answers, by: call.actor, at: call.now, in: books)
            return (.created, json(try Visits.record(draft, of: id, by: call.actor, at: call.now, in: books)))
        }
    }

    /// `GET /campaign`: the campaign of today with its scheme as it was published.
    static func campaign(_ call: Call) async throws -> Response {
        let found = try await call.read {
            try Campaigns.current(of: call.actor.county, on: call.today, in: $0)
        }
        guard let found else { throw Refusal.notFound }
        return Responses.json(json(found).with([("scheme", .string(found.text))]))
    }

    /// `POST /campaigns`: publishes the scheme whose text is sent; every fault names its line.
    static func publish(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: [CampaignForm.scheme])
        try call.actor.need(.administer)
        let text = try Campaigns.Text(answers)
        return try await call.atLength {
            try await API.once(call, answers) { books in
                (.created, json(try Campaigns.publish(text, by: call.actor, at: call.now, in: books)))
            }
        }
    }

    /// `GET /orders/{name}`: how far an order of battle is, a line a township.
    static func order(_ call: Call) async throws -> Response {
        let (campaign, order, lines) = try await OrderPages.read(call)
        let items = lines.map { line in
            JSON.object([
                ("of", .string(line.path)), ("before", .count(line.before)),
                ("left", .count(order.left(line))), ("open", .count(line.open)),
                ("closed", .count(line.closed)), ("planned", .count(line.planned)),
                ("done", .count(line.done)),
            ])
        }
        return Responses.json(
            .object([
                ("campaign", .string(campaign.name)), ("order", .string(order.name)),
                ("title", .words(order.title.phrase)), ("target", .count(order.target)),
                ("by", .day(order.by)), ("items", .array(items)),
            ]))
    }

    /// `GET /points`: the points of today.
    static func points(_ call: Call) async throws -> Response {
        let names = try call.names()
        let query = try API.query(call, "limit", "cursor")
        let points = try await call.read {
            try Points.all(inside: names.office.territory.path, for: call.actor, on: call.today, in: $0)
        }
        return try API.page(of: points, query, id: \.id.text) { point in
            .object([
                ("id", .id(point.id)), ("code", .string(point.code)), ("name", .string(point.name)),
                ("territory", names.json(territory: point.territory)),
                ("longitude", .degrees(point.longitude)), ("latitude", .degrees(point.latitude)),
            ])
        }
    }

    /// `POST /points/{id}/end`: ends a point on a day.
    static func endPoint(_ call: Call) async throws -> Response {
        let (id, answers) = (
            try call.id(of: Point.self), try await API.answers(call, for: CampaignForm.endOfPoint)
        )
        return try await API.once(call, answers) { books in
            let day = try PointAdminPages.end(id, answers, call, in: books)
            return (.ok, .object([("id", .id(id)), ("until", .day(day))]))
        }
    }

    /// `POST /points/{id}/visits`: records a round at a point; with an `id` of the sender it is stored once.
    static func recordPoint(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: Point.self), try await API.answers(call))
        try VisitForm.refuseOthers(in: answers)
        return try await API.once(call, answers) { books in
            let draft = try Visits.draft(answers, by: call.actor, at: call.now, in: books)
            return (.created, json(try Visits.record(draft, of: id, by: call.actor, at: call.now, in: books)))
        }
    }

    private static func json(_ outcome: Visits.Outcome) -> JSON {
        .object([
            ("id", .id(outcome.visit)), ("duties", .array(outcome.duties.map(JSON.string))),
            ("cases", .array(outcome.cases.map { JSON.id($0) })),
        ])
    }

    private static func json(_ campaign: Campaign) -> JSON {
        .object([
            ("id", .id(campaign.id)), ("name", .string(campaign.name)), ("version", .count(campaign.version)),
            ("title", .words(campaign.title)),
            ("begins", .day(campaign.begins)), ("ends", .day(campaign.ends)),
            ("households", .count(campaign.households)), ("people", .count(campaign.people)),
            ("frozen", .string(campaign.frozenHash)), ("frozen_as_of", .day(campaign.frozenAsOf)),
            ("scheme_hash", .string(campaign.schemeHash)),
        ])
    }
}

import Governance
import Hummingbird
import Rules

/// What waits for a decision, and the figures that decisions are made by.
extension CaseAPI {
    /// `GET /decisions`: what waits in the queues of the asker's posts, oldest first.
    static func decisions(_ call: Call) async throws -> Response {
        let names = try call.names()
        let query = try API.query(call, "limit", "cursor")
        let limit = try API.limit(query, usual: 200)
        let waiting = try await call.read {
            // One more than the page has says whether another page follows.
            try Decisions.waiting(for: call.actor, after: query["cursor"], limit: limit + 1, in: $0)
        }
        let items = waiting.items.prefix(limit)
        return API.ok(
            API.page(
                total: waiting.total,
                items: items.map {
                    CaseJSON.decision($0.decision, names).with([
                        ("case", CaseJSON.whole($0.item, names, at: call.now))
                    ])
                },
                next: waiting.items.count > limit ? items.last?.decision.id.text : nil))
    }

    /// `POST /decisions/{id}`: yes or no.
    static func decide(_ call: Call) async throws -> Response {
        let id: ID<Decision> = try call.id()
        let answers = try await API.answers(call, for: Decision.answer)
        let values = try Decision.answer.read(answers)
        let grant = values.flag("grant")
        return try await API.once(call, answers) { books in
            try Decisions.decide(
                id, grant: grant, words: values["words"], by: call.actor, at: call.now, in: books)
            return (.ok, .object([("id", .id(id)), ("granted", .bool(grant))]))
        }
    }

    /// `GET /figures`: every figure of a territory or unit and a period, as of now or of a past moment.
    static func figures(_ call: Call) async throws -> Response {
        let query = try API.query(call, "territory", "unit", "from", "to", "as_of")
        let names = try call.names()
        let unit: ID<Unit>? = try query.optionalID("unit")
        let (from, to) = (
            try query.day("from", else: call.today.firstOfMonth), try query.day("to", else: call.today)
        )
        guard from <= to else {
            throw Refusal.invalid(
                "to", zh: "结束日期不能早于开始日期。", en: "The last day must not come before the first.")
        }
        let asOf = try pastMoment(query, call)
        let (place, values) = try await call.read { books in
            let office = names.office.territory
            let place =
                query["territory"].isEmpty
                ? office
                : try Territories.only(query["territory"], inside: office.path, field: "territory", in: books)
            let scope = try Figures.scope(
                path: place.path, unit: unit, from: from, to: to, asOf: asOf, county: call.actor.county,
                in: books)
            return (place, try Figures.values(scope, for: call.actor, at: call.now, in: books))
        }
        return API.ok(
            JSON.object([
                ("territory", .object([("id", .string(place.id)), ("name", .string(place.shortName))])),
                ("unit", names.json(unit)), ("from", .day(from)), ("to", .day(to)), ("as_of", .moment(asOf)),
                ("total", .count(values.count)), ("items", .array(values.compactMap(figure))),
                ("next", .null),
            ]))
    }

    /// A day means its end; now, if that has not come yet.
    private static func pastMoment(_ query: FormInput, _ call: Call) throws -> Instant {
        guard !query["as_of"].isEmpty else { return call.now }
        let day = Day(query["as_of"])
        let at = try day.map { call.zone.instant($0) } ?? query.moment("as_of")
        guard at <= call.now else {
            throw Refusal.invalid("as_of", zh: "这个时间还没有到。", en: "This moment has not come yet.")
        }
        return day.map { min(call.now, call.zone.instant($0 + 1).adding(milliseconds: -1)) } ?? at
    }

    private static func figure(_ value: FigureValue) -> JSON? {
        guard let figure = Figure.named(value.id) else { return nil }
        return .object([
            ("id", .string(value.id)), ("words", .words(figure.words)),
            ("definition", .words(figure.definition)),
            ("numerator", .count(value.numerator)),
            ("denominator", value.denominator.map(JSON.count) ?? .null),
            ("scale", .count(value.scale)), ("percent", .optional(value.percent)),
            ("higher_is_better", figure.higherIsBetter.map(JSON.bool) ?? .null),
        ])
    }
}

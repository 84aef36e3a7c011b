import Governance
import Hummingbird
import Rules

/// Samples for programs.
enum SampleAPI {
    /// `GET /samples`: every sample, newest first.
    static func list(_ call: Call) async throws -> Response {
        let query = try API.query(call, "limit", "cursor")
        let samples = try await call.read { try Samples.all(for: call.actor, in: $0) }
        return try API.page(of: samples, query, id: \.id.text) { json($0) }
    }

    /// `POST /samples`: freezes a frame and commits to a seed.
    static func commit(_ call: Call) async throws -> Response {
        try call.actor.needOffice(.evaluate)
        let answers = try await API.answers(call, for: SampleForm.commit)
        let draft = try Samples.Draft(SampleForm.commit.read(answers))
        return try await call.atLength {
            try await API.once(call, answers) {
                (.created, json(try Samples.commit(draft, by: call.actor, at: call.now, in: $0)))
            }
        }
    }

    /// `GET /samples/{id}`: how it stands, with rate and intervals, and what was drawn.
    static func show(_ call: Call) async throws -> Response {
        let sight = try await SamplePages.read(call)
        let (standing, names) = (sight.standing, try call.names())
        func range(_ range: ClosedRange<Double>?) -> JSON {
            range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
        }
        return API.ok(
            json(sight.sample).with([
                ("drawn", .count(standing.drawn)), ("answered", .count(standing.answered)),
                ("refused", .count(standing.refused)),
                ("unreachable", .count(standing.unreachable)), ("replaced", .count(standing.replaced)),
                ("right", .count(standing.estimate.said.part)),
                ("rate", standing.estimate.rate.map(JSON.number) ?? .null),
                ("wilson", range(standing.estimate.interval)),
                ("exact", range(standing.estimate.said.exact)),
                (
                    "rates",
                    sight.survey.map { found in
                        .array(
                            Surveys.lines(found.survey, sight.items) { _ in "" }.map {
                                .object([
                                    ("rate", .string($0.rate.kind.rawValue)),
                                    ("yes", .count($0.estimate.said.part)),
                                    ("answered", .count($0.estimate.said.whole)),
                                    ("rate_weighted", $0.estimate.rate.map(JSON.number) ?? .null),
                                    ("wilson", range($0.estimate.interval)),
                                ])
                            })
                    } ?? .array([])
                ),
                ("recorded_people", sight.survey.map { .count($0.recorded.people) } ?? .null),
                ("recorded_households", sight.survey.map { .count($0.recorded.households) } ?? .null),
                ("veto_thousandths", sight.exit?.limit.map(JSON.count) ?? .null),
                (
                    "agreement",
                    .array(
                        standing.agreement.map {
                            .object([
                                ("question", .string($0.what)), ("pairs", .count($0.pairs)),
                                ("agree", .count($0.agree)),
                                ("kappa", $0.kappa.map(JSON.number) ?? .null),
                            ])
                        })
                ),
                (
                    "items",
                    .array(
                        sight.items.map {
                            .object([
                                ("number", .count($0.number)), ("item", .string($0.item)),
                                ("hits", .count($0.hits)), ("weight", .count($0.weight)),
                                ("over", .count($0.over)),
                                ("in_place_of", .string($0.inPlaceOf)), ("assignee", names.json($0.assignee)),
                                ("outcome", .optional($0.outcome?.rawValue)),
                                ("right", $0.isRight.map(JSON.bool) ?? .null), ("note", .string($0.note)),
                            ])
                        })
                ),
            ]))
    }

    /// `POST /samples/{id}/draw`: draws and publishes the seed.
    static func draw(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: Sample.self), try await API.answers(call, for: []))
        return try await call.atLength {
            try await API.once(call, answers) { books in
                try Samples.draw(id, by: call.actor, at: call.now, in: books)
                return (.ok, json(try Samples.read(id, for: call.actor, in: books).sample))
            }
        }
    }

    /// `POST /samples/{id}/assign`: shares the items out among the people named.
    static func assign(_ call: Call) async throws -> Response {
        let (id, form) = (try call.id(of: Sample.self), SampleForm.share)
        let answers = try await API.answers(call, for: form)
        let people = try Samples.people(form.read(answers))
        return try await API.once(call, answers) {
            (
                .ok,
                .object([
                    (
                        "given",
                        .count(try Samples.assign(id, to: people, by: call.actor, at: call.now, in: $0))
                    )
                ])
            )
        }
    }

    /// `POST /samples/{id}/replace`: the next of the stratum takes the place of one that could not be asked.
    static func replace(_ call: Call) async throws -> Response {
        let (id, form) = (try call.id(of: Sample.self), SampleForm.replace)
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        let number = try values.number("number")
        return try await API.once(call, answers) { books in
            try Samples.replace(number, why: values["why"], of: id, by: call.actor, at: call.now, in: books)
            return (.ok, .object([("number", .count(number))]))
        }
    }

    /// `POST /samples/{id}/items/{number}`: what was found at an item that was given to the caller.
    static func find(_ call: Call) async throws -> Response {
        let (id, answers) = (try call.id(of: Sample.self), try await API.answers(call))
        guard let number = Int(call.part("number")) else { throw Refusal.notFound }
        return try await API.once(call, answers) { books in
            let finding = try Samples.find(
                answers, isStrict: true, at: number, of: id, by: call.actor, at: call.now, in: books)
            return (
                .ok, .object([("number", .count(number)), ("outcome", .string(finding.outcome.rawValue))])
            )
        }
    }

    private static func json(_ sample: Sample) -> JSON {
        .object([
            ("id", .id(sample.id)), ("purpose", .string(sample.purpose.rawValue)),
            ("round", .id(sample.round)), ("about", .string(sample.about)),
            ("title", .words(sample.title)), ("design", .string(sample.design.rawValue)),
            ("size", .count(sample.size)), ("least", .count(sample.least)),
            ("frame_items", .count(sample.items)), ("frame_hash", .string(sample.frameHash)),
            ("commitment", .string(sample.commitment)),
            ("committed", .moment(sample.committedAt)), ("drawn_at", .moment(sample.drawnAt)),
            ("seed", .optional(sample.seed)),
        ])
    }
}

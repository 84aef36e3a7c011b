import Governance
import Hummingbird
import Rules

/// Leaving the register, for programs.
enum ExitAPI {
    /// `GET /exit`: the county's rates with vetoes and intervals, and its poor villages check by check.
    static func county(_ call: Call) async throws -> Response {
        let names = try call.names()
        let path = names.place(call.query["territory"])?.path ?? names.office.territory.path
        let (exit, rates, villages) = try await ExitPages.read(call, path)
        guard exit != nil else { throw Refusal.notFound }
        let measured = rates.map { rate in
            JSON.object([
                ("rate", .string(rate.veto.rate.rawValue)), ("part", .count(rate.proportion.part)),
                ("whole", .count(rate.proportion.whole)),
                ("low", rate.proportion.interval.map { .count($0.lowerBound) } ?? .null),
                ("high", rate.proportion.interval.map { .count($0.upperBound) } ?? .null),
                ("veto", rate.limit.map(JSON.count) ?? .null), ("holds", rate.holds.map(JSON.bool) ?? .null),
            ])
        }
        let judged = villages.map {
            JSON.object([("village", .string($0.id)), ("checks", .array($1.map(json)))])
        }
        return Responses.json(.object([("rates", .array(measured)), ("villages", .array(judged))]))
    }

    /// `GET /register/{id}/exit`: a household's checks, the steps taken and the next one.
    static func household(_ call: Call) async throws -> Response {
        let sight = try await ExitPages.household(call)
        return Responses.json(json(sight.household, sight.lines, sight.steps))
    }

    /// `POST /register/{id}/exit`: takes the next step, or withdraws.
    static func take(_ call: Call) async throws -> Response {
        let (id, answers) = (
            try call.id(of: Household.self), try await API.answers(call, for: ExitForm.step)
        )
        return try await API.once(call, answers) { books in
            let steps = try ExitPages.take(answers, id, call, in: books)
            return (
                .created,
                .object([
                    ("steps", .array(steps.map(json))),
                    ("next", .optional(ExitProcedure.next(steps)?.rawValue)),
                ])
            )
        }
    }

    private static func json(_ household: Household, _ lines: [Exits.Line], _ steps: [SignedStep<ExitStep>])
        -> JSON
    {
        .object([
            ("id", .id(household.id)), ("number", .string(household.number)),
            ("checks", .array(lines.map(json))), ("steps", .array(steps.map(json))),
            ("next", .optional(ExitProcedure.next(steps)?.rawValue)),
        ])
    }

    private static func json(_ line: Exits.Line) -> JSON {
        .object([
            ("check", .string(line.check.name)), ("title", .words(line.check.title.phrase)),
            ("holds", line.finding.holds.map(JSON.bool) ?? .null),
        ])
    }

    private static func json(_ step: SignedStep<ExitStep>) -> JSON {
        .object([
            ("step", .string(step.kind.rawValue)), ("day", .day(step.day)), ("person", .id(step.person)),
            ("post", .id(step.post)),
            ("checks", .string(step.assessment)), ("note", .string(step.note)),
        ])
    }
}

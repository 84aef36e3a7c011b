import Governance
import Hummingbird
import Rules

/// The tree of command for programs.
enum CommandAPI {
    /// `GET /command`: every unit of a day with its posts and their holders, its townships or its villages.
    static func show(_ call: Call) async throws -> Response {
        let day = try API.query(call, "on").day("on", else: call.today)
        let chain = try await call.read {
            try ChainOfCommand.of(call.actor.county, on: day, for: call.actor, in: $0)
        }
        func json(_ post: Post) -> JSON {
            .object([
                ("id", .id(post.id)), ("code", .string(post.code)), ("kind", .string(post.kind.rawValue)),
                ("title", .words(post.title)),
                (
                    "holders",
                    .array(
                        (chain.holders[post.id] ?? []).map {
                            .object([
                                ("person", .id($0.person)), ("name", .string($0.personName)),
                                ("stand_in", .bool($0.isStandIn)),
                            ])
                        })
                ),
                ("households", .count(chain.helped[post.id] ?? 0)),
            ])
        }
        let units = Unit.Kind.allCases.flatMap { chain.units[$0] ?? [] }.map { unit in
            JSON.object([
                ("id", .id(unit.id)), ("code", .string(unit.code)), ("kind", .string(unit.kind.rawValue)),
                ("name", .words(unit.name)),
                ("territory", .string(unit.territory)),
                ("townships", .array(chain.townships(of: unit.id).map(JSON.string))),
                ("villages", .array((chain.villages[unit.id] ?? []).map(JSON.string))),
                ("posts", .array((chain.posts[unit.id] ?? []).map(json))),
            ])
        }
        return Responses.json(.object([("on", .string(day.description)), ("units", .array(units))]))
    }
}

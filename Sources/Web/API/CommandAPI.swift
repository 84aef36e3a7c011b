import Governance
import Hummingbird
import Rules

/// The tree of command for programs.
enum CommandAPI {
    static let show = Endpoint.reading(
        .init(
            "command", .organisation, "The tree of command",
            """
            Every unit of a day with its posts and their holders; helpers with their households as far as \
            the reader's land goes.
            """),
        query: [.onDay], tree, "Units by kind."
    ) { call, values in
        let day = try values.day("on", else: call.today)
        let chain = try await call.read {
            try ChainOfCommand.of(call.actor.county, on: day, for: call.actor, in: $0)
        }
        return (day, chain)
    }

    private static let tree = Shape<(day: Day, chain: ChainOfCommand)> {
        Member("on") { $0.day }
        Member("units", list: unit) { tree in
            Unit.Kind.allCases.flatMap { tree.chain.units[$0] ?? [] }.map { ($0, tree.chain) }
        }
    }

    private static let unit = Shape<(unit: Unit, chain: ChainOfCommand)> {
        Member("id") { $0.unit.id }
        Member("code") { $0.unit.code }
        Member("kind") { $0.unit.kind }
        Member("name") { $0.unit.name }
        Member("territory") { $0.unit.territory }
        Member("townships", "Those of a war zone.") { $0.chain.townships(of: $0.unit.id) }
        Member("villages", "Those that a support unit has.") { $0.chain.villages[$0.unit.id] ?? [] }
        Member("posts", list: post) { line in
            (line.chain.posts[line.unit.id] ?? []).map { ($0, line.chain) }
        }
    }

    private static let post = Shape<(post: Post, chain: ChainOfCommand)> {
        Member("id") { $0.post.id }
        Member("code") { $0.post.code }
        Member("kind") { $0.post.kind }
        Member("title") { $0.post.title }
        Member(
            "holders",
            list: Shape<Tenure> {
                Member("person", \.person)
                Member("name", \.personName)
                Member("stand_in", \.isStandIn)
            }, "None if it is vacant."
        ) { $0.chain.holders[$0.post.id] ?? [] }
        Member("households", "How many a helper has.") { $0.chain.helped[$0.post.id] ?? 0 }
    }
}

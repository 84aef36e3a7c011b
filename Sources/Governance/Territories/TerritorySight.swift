package import Rules
import Store

/// A territory with its codes and its other names.
package struct TerritoryLine: Sendable {
    /// The territory, its codes and names.
    package let place: Territory, codes: [String], aliases: [String]

    /// The parts of a territory of the actor's office, or everything in it, on a day. Throws
    /// `Refusal.notFound`; an empty identity means the office's whole land.
    package static func all(
        in id: String, isDeep: Bool, on day: Day, for actor: Actor, in books: Books
    ) throws -> [TerritoryLine] {
        let at = try Territories.find(id, for: actor, in: books)
        let places =
            isDeep
            ? try Territories.subtree(of: at.path, on: day, in: books).filter { $0.id != at.id }
            : try Territories.children(of: at.id, on: day, in: books)
        let codes = Dictionary(grouping: try Territories.codes(inside: at.path, in: books), by: \.territory)
        let aliases = Dictionary(
            grouping: try Territories.aliases(inside: at.path, in: books), by: \.territory)
        return places.map {
            TerritoryLine(
                place: $0, codes: (codes[$0.id] ?? []).map(\.code),
                aliases: (aliases[$0.id] ?? []).map(\.name))
        }
    }
}

/// A territory as its page shows it: what it lies in and what lies in it, what it was and what became of it.
package struct TerritorySight: Sendable {
    /// The territory, the chain from the province to it, and its parts.
    package let at: Territory, line: [Territory], children: [Territory]
    /// The codes and the other names of the territory and of its parts, by identity.
    package let codes: [String: [String]], aliases: [String: [String]]
    /// What came before it with the day of each change, and what followed it.
    package let predecessors: [(name: String, day: Day, kind: String)], successors: [Territory]

    /// A territory of the actor's office on a day, all from one snapshot. Throws `Refusal.notFound`; an empty
    /// identity means the office's whole land.
    package static func of(_ id: String, on day: Day, for actor: Actor, in books: Books) throws
        -> TerritorySight
    {
        let at = try Territories.find(id, for: actor, in: books)
        let codes = try Territories.codes(around: at.id, in: books)
        let aliases = try Territories.aliases(around: at.id, in: books)
        return TerritorySight(
            at: at, line: try Territories.line(to: at.path, in: books),
            children: try Territories.children(of: at.id, on: day, in: books),
            codes: Dictionary(grouping: codes, by: \.territory).mapValues { $0.map(\.code) },
            aliases: Dictionary(grouping: aliases, by: \.territory).mapValues { $0.map(\.name) },
            predecessors: try Territories.predecessors(of: at.id, in: books),
            successors: try Territories.successors(of: at.id, in: books))
    }

    /// Its parts as lines of a list.
    package var lines: [TerritoryLine] {
        children.map {
            TerritoryLine(place: $0, codes: codes[$0.id] ?? [], aliases: aliases[$0.id] ?? [])
        }
    }
}

package import Rules
import Store

/// How far an order of battle is, township by township, counted and never typed in: what the register had on
/// the frozen day, what it has now, the cases of the matter, the measures that serve it.
package enum OrderBoard {
    /// One township.
    package struct Line: Sendable, Equatable {
        /// The township's path.
        package var path: String
        /// Households that counted as not done on the frozen day, and now.
        package var before = 0, left = 0
        /// Cases of the order's category that are open, and closed.
        package var open = 0, closed = 0
        /// Measures of its kind for the households still counted, planned and not done, and all those done
        /// since the campaign began.
        package var planned = 0, done = 0
    }

    /// All townships in one line.
    package static func total(_ lines: [Line]) -> Line {
        lines.reduce(into: Line(path: "")) { sum, line in
            for part in [\Line.before, \.left, \.open, \.closed, \.planned, \.done] {
                sum[keyPath: part] += line[keyPath: part]
            }
        }
    }

    /// The lines of an order, one a township that has any number, by path.
    package static func lines(
        _ order: Scheme.Order, of campaign: Campaign, for actor: Actor, on day: Day, in books: Books
    ) throws -> [Line] {
        let actor = try actor.acting(as: .readRegister)
        let county = actor.county
        let depth = try Offices.of(county, in: books).territory.path.count + 3
        var lines: [String: Line] = [:]
        func town(_ path: SQL) -> SQL { "SUBSTR(\(path), 1, CAST(\(depth) AS INTEGER))" }
        func add(_ query: SQL, _ part: WritableKeyPath<Line, Int>) throws {
            try books.transaction.each(query) { row in
                let path = try row.get("town", as: String.self)
                lines[path, default: Line(path: path)][keyPath: part] = try row.get("many")
            }
        }
        var query = HouseholdQuery()
        query.facts = Dictionary(order.counts.map { ($0.fact, $0.values.joined(separator: ",")) }) {
            first, _ in first
        }
        let counted: SQL =
            order.counts.isEmpty
            ? "1 = 0" : SQL.all(try Households.conditions(query, for: actor, on: day, in: books))
        for (asOf, part) in [(AsOf(campaign.frozenAsOf), \Line.before), (.present, \.left)] {
            try add(
                """
                SELECT \(town("v.village_path")) AS town, COUNT(*) AS many FROM household_version v
                WHERE v.county = \(county) AND \(asOf.condition("v")) AND \(counted) GROUP BY town
                """, part)
        }
        if !order.category.isEmpty {
            for (states, part) in [
                ("c.state NOT IN ('closed', 'declined', 'merged', 'void')" as SQL, \Line.open),
                ("c.state = 'closed'", \.closed),
            ] {
                try add(
                    """
                    SELECT \(town("c.territory_path")) AS town, COUNT(*) AS many FROM case_file c
                    WHERE c.county = \(county) AND c.category = \(order.category) AND \(states)
                        AND \(Cases.reach(of: actor)) GROUP BY town
                    """, part)
            }
        }
        if !order.measure.isEmpty {
            try add(
                """
                SELECT \(town("v.village_path")) AS town, COUNT(*) AS many FROM measure m
                    JOIN household_version v ON v.county = m.county AND v.id = m.household
                WHERE m.county = \(county) AND m.kind = \(order.measure) AND m.done_on IS NULL
                    AND \(AsOf.present.condition("v")) AND \(counted) GROUP BY town
                """, \.planned)
            try add(
                """
                SELECT \(town("v.village_path")) AS town, COUNT(*) AS many FROM measure m
                    JOIN household_version v ON v.county = m.county AND v.id = m.household
                WHERE m.county = \(county) AND m.kind = \(order.measure) AND m.done_on >= \(campaign.begins)
                    AND \(AsOf.present.condition("v"))
                AND \(actor.registryReach(on: day)) GROUP BY town
                """, \.done)
        }
        return lines.values.sorted { $0.path < $1.path }
    }
}

extension Scheme.Order {
    /// What is left in a line: households that still count, or the open cases of an order that counts none.
    package func left(_ line: OrderBoard.Line) -> Int { counts.isEmpty ? line.open : line.left }
}

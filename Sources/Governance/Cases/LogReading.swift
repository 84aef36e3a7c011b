import Rules
import Store

extension Log {
    /// The lines of a county as their reader may have them: the words of a case only if the case is in reach
    /// and its complainant may be known, of the register only where the whole office is answered for. What is
    /// withheld has no details and no body; its hash stays, so that the chain can be followed.
    package static func lines(_ query: Query, for actor: Actor, in books: Books) throws -> [(
        line: LogEntry, isWithheld: Bool
    )] {
        let reader = try actor.acting(as: .readLog)
        let lines = try lines(query, of: actor.county, in: books)
        let ids = Set(lines.filter { $0.subject.kind == "case" }.compactMap { ID<Case>($0.subject.id) })
        var cases: [String: Case] = [:]
        if !ids.isEmpty {
            for item in try books.all(
                """
                SELECT c.* FROM case_file c WHERE c.county = \(actor.county)
                    AND c.id IN (\(list: Array(ids))) AND (\(Cases.reach(of: reader)))
                """,
                Case.init)
            { cases[item.id.text] = item }
        }
        let names = try Complainants.names(of: cases.values.map(\.id), county: actor.county, in: books)
        let seesOffice = reader.isSystem || reader.seesAll
        let looks = lines.filter { $0.subject.kind == "complainant" }.compactMap {
            ID<Complainant>($0.subject.id)
        }
        let looked =
            reader.isSystem ? [:] : try Complainants.names(of: looks, county: actor.county, in: books)
        return lines.map { line in
            // Why somebody looked at a number the log tells; of whom it was it does not.
            if let name = looked[line.subject.id] {
                return (line.showing(line.details.mapValues { Masking.numbers(in: $0, and: [name]) }), true)
            }
            if line.subject.kind == "case" {
                guard let item = cases[line.subject.id] else { return (line.showing([:]), true) }
                let isVisible = reader.isSystem || Complainants.areVisible(of: item, to: reader)
                return isVisible
                    ? (line, false)
                    : (
                        Cases.withheld(
                            line, of: item.shown(to: reader, in: books), names: names[item.id] ?? []), true
                    )
            }
            return seesOffice || organisation.contains(line.subject.kind)
                ? (line, false) : (line.showing([:]), true)
        }
    }

    /// Records that tell nothing of residents: whoever reads the log at all reads what happened to them.
    private static let organisation: Set = [
        "account", "post", "unit", "territory", "category", "calendar", "office", "log", "person",
        "parameter", "point", "campaign", "evaluation",
        "power_request",
    ]
}

package import Rules
import Store

/// The rules of quality over the register: over one household at each write, over all of them when somebody
/// asks.
package enum RegisterQuality {
    /// What a rule finds in a household.
    package struct Finding: Sendable {
        /// The household and its village.
        package var household: ID<Household>, number: String, village: String
        /// What breaks which rule, and its place among the findings of the household.
        package var finding: QualityRule.Finding, place: Int
    }

    /// How often each rule is broken, and the first of what breaks it.
    package struct Outcome: Sendable {
        /// How many households were looked at.
        package var households = 0
        /// The findings by rule, counted.
        package var counts: [String: Int] = [:]
        /// The first of them, as many as were asked for.
        package var first: [Finding] = []
        /// How many there are in all.
        package var total: Int { counts.values.reduce(0, +) }
    }

    /// What refusing rules find in a household as it stands.
    static func refusals(
        of id: ID<Household>, on day: Day, _ key: RegistryKey?, county: County, in books: Books
    ) throws -> [QualityRule.Finding] {
        guard let household = try DatedTable.household.find(id.text, of: county, in: books) else { return [] }
        let members = try Households.members(of: id, county: county, in: books)
        let looked = try QualityHousehold(
            household.facts, members: members.map { ($0.id.text, $0.facts) }, measures: [], key: key)
        return QualityRule.all.filter(\.isRefusing).flatMap { $0.findings(in: looked, on: day) }
    }

    /// Everything that any rule finds in the households of a territory, for whoever may see them: all of it
    /// counted, at most so many told. Only the rule named by `rule` if one is given.
    package static func findings(
        inside path: String, rule: String = "", most: Int = 500, for actor: Actor, on day: Day,
        in books: Books
    ) throws -> Outcome {
        try actor.need(.readRegister)
        let key = try books.registryKey(of: actor.county)
        let rules = QualityRule.all.filter { rule.isEmpty || $0.name == rule }
        let land: SQL =
            """
            v.village_path >= \(path) AND v.village_path < \(Territory.end(of: path)) AND \
            \(actor.registryReach(on: day))
            """
        let present = AsOf.present
        var measures: [String: [HelpMeasure]] = [:]
        try books.transaction.each(
            """
            SELECT s.* FROM measure s JOIN household_version v ON v.county = s.county AND v.id = s.household
                AND \(present.condition("v"))
            WHERE s.county = \(actor.county) AND \(land)
            """
        ) { row in measures[try row.get("household"), default: []].append(try HelpMeasure(row)) }
        var outcome = Outcome()
        var current: (id: String, number: String, village: String, facts: Facts)?
        var members: [(id: String, facts: Facts)] = []
        func judge() throws {
            guard let household = current else { return }
            outcome.households += 1
            let looked = try QualityHousehold(
                household.facts, members: members, measures: measures[household.id] ?? [], key: key)
            for (place, finding) in rules.flatMap({ $0.findings(in: looked, on: day) }).enumerated() {
                outcome.counts[finding.rule, default: 0] += 1
                if outcome.first.count < most, let id = ID<Household>(household.id) {
                    outcome.first.append(
                        .init(
                            household: id, number: household.number, village: household.village,
                            finding: finding, place: place))
                }
            }
        }
        // One walk over both, household by household: the register is never whole in memory.
        try books.transaction.each(
            """
            SELECT h.number AS household_number, v.id AS household_id, v.village, v.house_grade,
                v.is_occupied, v.headcount, v.monitored_since, v.risk_removed,
                m.id, m.name, m.sex, m.relation, m.school, m.leaving_reason, m.health, m.birth, m.certificate
            FROM household_version v JOIN household h ON h.county = v.county AND h.id = v.id
            LEFT JOIN member_version m ON m.county = v.county AND m.household = v.id
                AND \(present.condition("m"))
            WHERE v.county = \(actor.county) AND \(present.condition("v")) AND \(land)
                AND \(Household.isCounted)
            ORDER BY v.village_path, v.id
            """
        ) { row in
            let id = try row.get("household_id", as: String.self)
            if current?.id != id {
                try judge()
                members = []
                current = (
                    id, try row.get("household_number"), try row.get("village"),
                    try Facts(.household, some: row)
                )
            }
            if let member = try row.optional("id", as: String.self) {
                members.append((member, try Facts(.member, some: row)))
            }
        }
        try judge()
        return outcome
    }
}

extension Facts {
    /// As much of the facts as a row has.
    fileprivate init(_ list: FactList, some row: Row) throws {
        self.init(list)
        for name in row.names where list[name] != nil { self[raw: name] = try row.value(name) }
    }
}

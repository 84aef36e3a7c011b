package import Rules
import Store

/// Whether a household, a village or the county may leave, by the scheme's checks, each explained.
package enum Exits {
    /// One check with what came of it.
    package struct Line: Sendable {
        /// The check and its finding.
        package var check: Scheme.Check, finding: ExitFinding
    }
    /// One rate of the county with its veto.
    package struct Rate: Sendable {
        /// Which rate, by the scheme.
        package var veto: Scheme.Exit.Veto
        /// The rate, and the limit in thousandths; nil if the office has not set it.
        package var proportion: Proportion, limit: Int?
        /// Whether it lets the county go; nil if nothing was asked yet or no limit is set. The point rate
        /// decides.
        package var holds: Bool? {
            guard let limit, proportion.whole > 0 else { return nil }
            return veto.rate == .approval ? !proportion.isBelow(limit) : !proportion.isAbove(limit)
        }
    }

    /// Every check of a household on a day.
    static func assess(
        _ household: Household, by exit: Scheme.Exit, of county: County, on day: Day, in books: Books
    ) throws -> [Line] {
        var known = ExitFacts()
        known.facts = words(household.facts)
        known.members = try Households.members(of: household.id, county: county, in: books).map { member in
            (
                name: member.facts["name"], age: member.facts.day("birth").map { age($0, on: day) },
                facts: words(member.facts)
            )
        }
        known.income = try Households.incomes(of: household.id, county: county, in: books).first?.facts
            .netIncomePerHead
        return try lines(exit.household, known, of: county, on: day, in: books)
    }

    /// Every check of a village on a day.
    private static func assess(
        _ village: Territory, by exit: Scheme.Exit, of county: County, on day: Day, in books: Books
    ) throws -> [Line] {
        let profile = try DatedTable.village.find(village.id, of: county, in: books)?.facts
        var known = ExitFacts()
        known.facts = profile.map(words) ?? [:]
        known.population = profile?.number("population")
        known.poor = try poor(inside: village.path, of: county, in: books)
        return try lines(exit.village, known, of: county, on: day, in: books)
    }

    /// The county's rates, from its look-back and from what households answered: for who reads the register
    /// of the whole office. Nobody else gets any; a rate of one township is not the county's, and is held
    /// against no veto.
    package static func rates(
        _ campaign: Campaign, _ exit: Scheme.Exit, for actor: Actor, on day: Day, in books: Books
    ) throws -> [Rate] {
        guard actor.seesOffice(.readRegister) else { return [] }
        let county = actor.county
        func people(_ condition: SQL) throws -> Int {
            try books.count(
                """
                SELECT COALESCE(SUM(headcount), 0) FROM look_back WHERE county = \(county)
                    AND campaign = \(campaign.id) AND \(condition)
                """
            )
        }
        let (wronglyExited, missed) = (
            try people("verdict = 'wrongly_exited'"), try people("verdict = 'missed'")
        )
        return try exit.rates.map { veto in
            let proportion: Proportion =
                switch veto.rate {
                case .wronglyExited: Proportion(wronglyExited, of: try people("has_exited = 1"))
                case .missed: Proportion(missed, of: try people("kind <> 'registered'"))
                case .approval: try approval(campaign, of: county, in: books)
                case .incidence:
                    // Who is still poor, who was missed and who left too early, of all the villages' people.
                    Proportion(
                        try poor(inside: "", of: county, in: books) + missed + wronglyExited,
                        of: try books.count(
                            """
                            SELECT COALESCE(SUM(v.population), 0) FROM village_version v
                                WHERE v.county = \(county) AND \(AsOf.present.condition("v"))
                            """
                        ))
                }
            return Rate(
                veto: veto, proportion: proportion,
                limit: try limit(veto.parameter, of: county, on: day, in: books))
        }
    }

    /// Villages with their checks, those that are poor and have not left first by path.
    package static func villages(
        by exit: Scheme.Exit, inside path: String, for actor: Actor, on day: Day, in books: Books
    ) throws -> [(Territory, [Line])] {
        let county = actor.county
        return try Territories.subtree(of: path, on: day, in: books).filter { $0.level == .village }
            .compactMap { village in
                guard try Villages.isReached(village, by: actor, on: day, in: books),
                    try DatedTable.village.find(village.id, of: county, in: books)?.facts.flag("is_poor")
                        == true
                else { return nil }
                return (village, try assess(village, by: exit, of: county, on: day, in: books))
            }
    }

    /// People in registered households that have not left.
    private static func poor(inside path: String, of county: County, in books: Books) throws -> Int {
        try books.count(
            """
            SELECT COALESCE(SUM(v.headcount), 0) FROM household_version v WHERE v.county = \(county)
                AND \(AsOf.present.condition("v")) AND v.village_path >= \(path)
            AND v.village_path < \(Territory.end(of: path)) AND v.kind = 'registered' AND \
            COALESCE(v.status, 'poor') IN ('poor', 'exit_planned', 'relapsed')
            """)
    }

    /// Households that approve of those that were asked: of each the last answer.
    private static func approval(_ campaign: Campaign, of county: County, in books: Books) throws
        -> Proportion
    {
        let sums = try books.first(
            """
            SELECT COUNT(*) AS asked, COALESCE(SUM(w.approval), 0) AS approving FROM visit w
                WHERE w.county = \(county) AND w.campaign = \(campaign.id)
            AND w.household IS NOT NULL AND w.approval IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM visit x WHERE x.county = \(county) AND x.household = w.household
                    AND x.campaign = w.campaign AND x.approval IS NOT NULL
                AND (x.visited_at > w.visited_at OR (x.visited_at = w.visited_at AND x.id > w.id)))
            """
        ) { (try $0.get("asked", as: Int.self), try $0.get("approving", as: Int.self)) }
        return Proportion(sums?.1 ?? 0, of: sums?.0 ?? 0)
    }

    private static func lines(
        _ checks: [Scheme.Check], _ known: ExitFacts, of county: County, on day: Day, in books: Books
    ) throws -> [Line] {
        var numbers: [String: Int] = [:]
        for parameter in Parameter.allCases where parameter.usual == nil {
            numbers[parameter.rawValue] = try Parameters.known(parameter, of: county, on: day, in: books)
        }
        return checks.map { Line(check: $0, finding: $0.rule.finding(known, numbers)) }
    }

    private static func limit(_ name: String, of county: County, on day: Day, in books: Books) throws -> Int?
    {
        try Parameter(rawValue: name).flatMap { try Parameters.known($0, of: county, on: day, in: books) }
    }

    /// Facts in stable words.
    private static func words(_ facts: Facts) -> [String: String] {
        var words: [String: String] = [:]
        for fact in facts.list.shown where !fact.isSecret && facts.isKnown(fact.name) {
            words[fact.name] =
                if case .flag = fact.kind { facts.flag(fact.name) == true ? "yes" : "no" } else {
                    facts.number(fact.name).map(String.init) ?? facts[fact.name]
                }
        }
        return words
    }

    /// Full years.
    private static func age(_ birth: Day, on day: Day) -> Int {
        let (born, now) = (birth.parts, day.parts)
        return now.year - born.year - ((now.month, now.day) < (born.month, born.day) ? 1 : 0)
    }
}

package import Rules
import Store

/// Whom to see first: where something was promised, where something found is still open, where nobody was
/// met, who is watched.
package enum VisitOrder {
    /// Why a household is to be seen early; the first reason weighs most.
    package enum Reason: Int, Comparable, Sendable {
        case promised, open, monitored, notMet
        /// What weighs more comes first.
        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

        /// What it is called.
        package var words: Phrase {
            switch self {
            case .promised: Phrase(zh: "上次有答应的事", en: "Something was promised")
            case .open: Phrase(zh: "发现的问题还没办结", en: "What was found is still open")
            case .monitored: Phrase(zh: "监测户", en: "Monitored")
            case .notMet: Phrase(zh: "上次没见到人", en: "Nobody was met last time")
            }
        }
    }

    /// What somebody owes: the campaign, points with their duty, households each once, and why some come
    /// first.
    package struct Owed: Sendable {
        /// The campaign of the day; nil if there is none.
        package var campaign: Campaign?
        /// The points of the actor's posts, and their households.
        package var points = Queue<Coverage.WaitingPoint>(), households = Queue<Coverage.Missing>()
        /// Why a household is to be seen early.
        package var reasons: [ID<Household>: [Reason]] = [:]
    }

    /// What the actor's own posts owe on a day; households only for who reads the register.
    package static func owed(for actor: Actor, on day: Day, in books: Books) throws -> Owed {
        try actor.need(.visit)
        guard let campaign = try Campaigns.current(of: actor.county, on: day, in: books) else {
            return Owed()
        }
        var owed = Owed(campaign: campaign)
        owed.points = try Coverage.waitingPoints(campaign, onlyOwn: true, for: actor, on: day, in: books)
        guard actor.may(.readRegister) else { return owed }
        var seen: Set<ID<Household>> = []
        for post in actor.seats.map(\.post) {
            let missing = try Coverage.owed(by: post, campaign, for: actor, on: day, in: books)
            let fresh = missing.items.filter { seen.insert($0.household).inserted }
            owed.households.items += fresh
            // What is owed twice is one household; beyond the first two hundred of a post nobody knows, and
            // each debt counts.
            owed.households.total += fresh.count + missing.rest
        }
        owed.reasons = try reasons(
            for: owed.households.items.map { ($0.household, $0.number) }, in: campaign, of: actor.county,
            in: books)
        return owed
    }

    /// The reasons of each of these households; one without any is not there.
    private static func reasons(
        for households: [(id: ID<Household>, number: String)], in campaign: Campaign, of county: County,
        in books: Books
    ) throws -> [ID<Household>: [Reason]] {
        var reasons: [ID<Household>: Set<Reason>] = [:]
        guard !households.isEmpty else { return [:] }
        let ids = households.map(\.id)
        var last: [ID<Household>: (promise: String, result: Visit.Result)] = [:]
        try books.transaction.each(
            """
            SELECT w.household, w.promise, w.result FROM visit w WHERE w.county = \(county)
                AND w.household IN (\(list: ids)) ORDER BY w.visited_at, w.id
            """
        ) { last[try $0.get("household")] = (try $0.get("promise"), try $0.get("result")) }
        for (id, visit) in last {
            if !visit.promise.isEmpty { reasons[id, default: []].insert(.promised) }
            if visit.result != .met { reasons[id, default: []].insert(.notMet) }
        }
        let numbers = Dictionary(
            households.flatMap { one in
                campaign.scheme.raises.map { ("\(campaign.name)/\($0.name)/\(one.number)", one.id) }
            }
        ) { first, _ in first }
        if !numbers.isEmpty {
            try books.transaction.each(
                """
                SELECT n.outside_number FROM outside_number n JOIN case_file c ON c.county = n.county
                    AND c.id = n.case_id WHERE n.county = \(county)
                AND n.source = \(Case.Source.visit) AND n.outside_number IN (\(list: numbers.keys.sorted()))
                    AND c.state NOT IN ('closed', 'declined', 'merged', 'void')
                """
            ) { if let id = numbers[try $0.get("outside_number")] { reasons[id, default: []].insert(.open) } }
        }
        try books.transaction.each(
            """
            SELECT v.id FROM household_version v WHERE v.county = \(county) AND v.id IN (\(list: ids))
                AND \(AsOf.present.condition("v"))
            AND (v.status = 'exited_monitored' OR v.monitoring IS NOT NULL)
                AND COALESCE(v.risk_removed, 0) = 0
            """
        ) { reasons[try $0.get("id"), default: []].insert(.monitored) }
        return reasons.mapValues { $0.sorted() }
    }

    /// The cases that visits to a household raised, newest first.
    package static func cases(of household: Household, for actor: Actor, in books: Books) throws -> [CaseLine]
    {
        let county = actor.county
        let numbers = try Campaigns.all(of: county, in: books).flatMap { campaign in
            campaign.scheme.raises.map { "\(campaign.name)/\($0.name)/\(household.number)" }
        }
        guard !numbers.isEmpty else { return [] }
        return try Cases.lines(
            """
            SELECT \(CaseLine.columns) FROM outside_number n JOIN case_file c ON c.county = n.county
                AND c.id = n.case_id
            WHERE n.county = \(county) AND n.source = \(Case.Source.visit)
                AND n.outside_number IN (\(list: numbers)) AND \(Cases.reach(of: actor))
                ORDER BY c.reported_at DESC
            """, for: actor, in: books)
    }
}

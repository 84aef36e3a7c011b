import Rules
import Store

/// What belonged to one territory belongs to another from a day on.
struct Rehoming {
    let from: Territory, to: Territory, on: Day, actor: Actor, now: Instant, books: Books
    init(from: Territory, to: Territory, on day: Day, actor: Actor, now: Instant, books: Books) {
        (self.from, self.to, on, self.actor, self.now, self.books) = (from, to, day, actor, now, books)
    }
    private var county: County { actor.county }

    /// Everything; `joining` another one that has a profile of its own.
    func all(joining: Bool) throws {
        try households(where: "1 = 1")
        try profile(joining: joining)
        try supporters()
        try organisation()
        try cases()
    }

    /// The households of some groups of the village.
    func households(inGroups groups: [String]) throws {
        guard !groups.isEmpty else { return }
        let known = try books.count(
            """
            SELECT COUNT(DISTINCT v.group_name) FROM household_version v WHERE v.county = \(county)
                AND v.village_path = \(from.path) AND v.group_name IN (\(list: groups))
            AND \(AsOf.present.condition("v"))
            """)
        guard known == Set(groups).count else {
            throw Refusal.invalid(
                "groups", zh: "有的组在这个村里没有登记的户，请核对组名。",
                en: "Some group has no household here. Check the names.")
        }
        try households(where: "v.group_name IN (\(list: groups))")
        try supporters(copying: true)
    }

    /// A household's village is a dated fact like any other: before the day it stays where it was.
    private func households(where which: SQL) throws {
        let ids = try books.all(
            """
            SELECT DISTINCT v.id FROM household_version v WHERE v.county = \(county)
                AND v.village_path = \(from.path) AND v.until > \(on)
            AND v.known_until = 253402300799000 AND \(which)
            """
        ) { try $0.get("id", as: String.self) }
        for id in ids {
            try DatedTable.household.change(id, from: on, of: county, at: now, in: books) { old in
                guard old["village"] == from.id else { return old }
                var facts = old
                (facts[raw: "village"], facts[raw: "village_path"]) = (.text(to.id), .text(to.path))
                return facts
            }
        }
    }

    /// The village's profile: carried on, or added to the one that takes it in.
    private func profile(joining: Bool) throws {
        guard let old = try DatedTable.village.find(from.id, of: county, in: books)?.facts else { return }
        let known = try DatedTable.village.find(to.id, of: county, in: books) != nil
        if !known {
            try DatedTable.village.begin(to.id, old, from: on, of: county, at: now, in: books)
        } else if joining {
            try DatedTable.village.change(to.id, from: on, of: county, at: now, in: books) { facts in
                var sum = facts
                for name in ["households", "population", "group_count"] {
                    guard let more = old.number(name) else { continue }
                    sum[raw: name] = .integer(Int64((facts.number(name) ?? 0) + more))
                }
                return sum
            }
        }
        try DatedTable.village.change(from.id, from: on, of: county, at: now, in: books) { _ in nil }
    }

    /// Who supported the land supports it where it belongs now.
    private func supporters(copying: Bool = false) throws {
        let units = try Helping.supporters(of: from.id, county: county, on: on, in: books)
        for unit in units { try Helping.support(to, by: unit, from: on, as: actor, at: now, in: books) }
        if !copying {
            try books.change(
                """
                UPDATE support_link SET until = \(on) WHERE county = \(county) AND village = \(from.id)
                    AND until > \(on)
                """
            )
        }
    }

    /// Units, posts, points and commands: they stay themselves and answer for the land's successor.
    private func organisation() throws {
        for table in ["unit", "post", "point"] as [SQL] {
            try books.change(
                """
                UPDATE \(table) SET territory = \(to.id) WHERE county = \(county)
                    AND territory = \(from.id) AND until > \(on)
                """
            )
        }
        let zone = try CommandAreas.all(of: county, on: on, in: books)
        if let area = zone.first(where: { $0.territory == from.id }) {
            try CommandAreas.end(area.id, on: on, by: actor, at: now, in: books)
            if to.level == .town, !zone.contains(where: { $0.territory == to.id }) {
                try CommandAreas.assign(to, to: area.unit, from: on, by: actor, at: now, in: books)
            }
        }
    }

    /// Open cases go on under the successor, with a line in their history; what is closed stays where it was.
    private func cases() throws {
        let open = try books.all(
            """
            SELECT \(Cases.columns) FROM case_file c WHERE c.county = \(county) AND c.territory = \(from.id)
            AND c.state NOT IN ('closed', 'declined', 'merged', 'void') ORDER BY c.id
            """, Case.init)
        for item in open {
            try Cases.apply(
                Cases.Change(set: ["territory = \(to.id)", "territory_path = \(to.path)"]), to: item,
                event: Event(.caseResettled, [("from", from.name), ("to", to.name), ("on", on.description)]),
                as: .administer, by: actor, at: now, in: books)
        }
    }
}

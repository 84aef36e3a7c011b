import Rules
package import Store

/// Who does something: a person in the posts held at this moment, the public, or the office's own clockwork.
package struct Actor: Sendable, Hashable {
    /// One post held now.
    package struct Seat: Sendable, Hashable {
        /// The post.
        package var post: ID<Post>
        /// Its kind.
        package var kind: PostKind { didSet { bits = Power.bits(of: kind) } }
        /// The powers of its kind.
        private var bits: UInt32
        /// What the office calls it.
        package var title: Phrase
        /// The unit it belongs to.
        package var unit: ID<Unit>
        /// The path of the territory it answers for.
        package var path: String
        /// Whether it is held as a stand-in.
        package var isStandIn: Bool
        /// Whether it answers for the office's whole land.
        package var coversOffice = false

        init(post: ID<Post>, kind: PostKind, title: Phrase, unit: ID<Unit>, path: String, isStandIn: Bool) {
            (self.post, self.kind, self.title, self.unit, self.path, self.isStandIn) = (
                post, kind, title, unit, path, isStandIn
            )
            bits = Power.bits(of: kind)
        }

        /// Whether the post answers for a place. One of a unit answers for no land, only for what is given to
        /// its unit.
        package func reaches(_ path: String) -> Bool { kind.reachesTerritory && path.hasPrefix(self.path) }
        /// Whether the post has a power. What an administrator changes holds for the whole office, so only a
        /// post that answers for the office has that power.
        package func has(_ power: Power) -> Bool {
            bits & power.bit != 0 && (power != .administer || coversOffice)
        }
        /// The powers of the post.
        var powers: Set<Power> { Power.of(kind).filter(has) }
    }

    /// The county.
    package var county: County
    /// The person; nil for the public and for the clockwork.
    package var person: ID<Person>?
    /// The person's name as the log shows it.
    package var name: Phrase
    /// The posts held now.
    package var seats: [Seat]
    /// The units of posts that `limited(to:)` left aside: what one may not do for belonging to a unit, no
    /// other post allows.
    var unitsAside: Set<ID<Unit>> = []
    /// Whether this is the clockwork, which may do what rules make happen by themselves.
    package var isSystem = false
    /// Whether some post answers for the office's whole territory: every case of the county is then in reach,
    /// and no query has to ask row by row.
    package var seesAll: Bool { seats.contains { $0.coversOffice && $0.kind.reachesTerritory } }

    /// Somebody without a login.
    package static func anonymous(of county: County) -> Actor {
        Actor(county: county, person: nil, name: Phrase(zh: "居民", en: "Resident"), seats: [])
    }
    /// The office's own clockwork: escalation, provisional deadlines that settle, suspensions that end.
    package static func system(of county: County) -> Actor {
        Actor(county: county, person: nil, name: Phrase(zh: "系统", en: "System"), seats: [], isSystem: true)
    }

    /// Everything the posts allow.
    package var powers: Set<Power> { seats.reduce(into: []) { $0.formUnion($1.powers) } }

    /// Whether some post gives the power, and answers for a place if one is given: power and reach of the
    /// same post.
    package func may(_ power: Power, at path: String? = nil) -> Bool {
        seats.contains { $0.has(power) && (path.map($0.reaches) ?? true) }
    }

    /// The first line of each verb: throws unless some post gives the power there.
    package func need(_ power: Power, at path: String? = nil) throws {
        if isSystem { return }
        guard person != nil else { throw Refusal.signInFirst }
        guard may(power, at: path) else { throw Self.powerless }
    }

    /// Throws unless some post gives one of the powers.
    package func need(anyOf powers: [Power]) throws {
        if isSystem { return }
        guard person != nil else { throw Refusal.signInFirst }
        guard powers.contains(where: { may($0) }) else { throw Self.powerless }
    }

    /// The first line of what an office tells all its people and nobody else: throws for the public. Who
    /// holds no post any more may still be named in an entry, or have a sheet to hand in.
    package func needStaff() throws {
        guard person != nil || isSystem else { throw Refusal.signInFirst }
    }

    /// What somebody is told whose posts do not give a power.
    static let powerless = Refusal.notAllowed(
        Phrase(
            zh: "您的岗位没有这项权限。需要的话请找管理员调整岗位。",
            en: "Your post does not allow this. If it should, ask the administrator."))

    /// The same person in only those posts that give the power: what is read or done by it reaches as far as
    /// they do, however far other posts of the person reach. Throws like `need`.
    package func acting(as power: Power) throws -> Actor {
        try need(power)
        return limited(to: power)
    }

    /// The same person in only those posts that give the power, perhaps in none.
    package func limited(to power: Power) -> Actor {
        guard !isSystem, !seats.allSatisfy({ $0.has(power) }) else { return self }
        var actor = self
        actor.seats = seats.filter { $0.has(power) }
        actor.unitsAside = units
        return actor
    }

    /// For what concerns the whole office: throws unless one post gives the power and answers for the office.
    package func needOffice(_ power: Power) throws {
        try need(power)
        guard mayOffice(power) else { throw Self.powerless }
    }
    /// Whether one post gives the power and answers for the whole office.
    package func mayOffice(_ power: Power) -> Bool {
        isSystem || seats.contains { $0.has(power) && $0.coversOffice }
    }

    /// Whether one post gives the power and its land is the whole office: who looks at everybody's numbers. A
    /// post of a unit answers for no land, wherever its unit sits.
    package func seesOffice(_ power: Power) -> Bool {
        isSystem || seats.contains { $0.has(power) && $0.coversOffice && $0.kind.reachesTerritory }
    }

    /// Every unit that the person has a post in.
    var units: Set<ID<Unit>> { unitsAside.union(seats.map(\.unit)) }
    /// Whether the person holds a post of that unit.
    package func belongs(to unit: ID<Unit>?) -> Bool {
        unit.map { unit in seats.contains { $0.unit == unit } || unitsAside.contains(unit) } ?? false
    }
    /// Whether some post is the first-in-command of the whole office: there is nobody above it.
    var isFirstInCommand: Bool { seats.contains { $0.kind == .leader && $0.coversOffice } }

    /// The seat that speaks for a power, for the log.
    package func seat(for power: Power?, at path: String? = nil) -> Seat? {
        guard let power else { return seats.first }
        let able = seats.filter { $0.has(power) }
        return path.flatMap { path in able.first { $0.reaches(path) } } ?? able.first ?? seats.first
    }

    /// Which case rows the person can see at all: the territories and units of the posts, and what concerns
    /// them by name.
    ///
    /// The columns are those of `case_file` under the alias `c`.
    package var reach: SQL {
        if isSystem || seesAll { return "1 = 1" }
        guard let person else { return "1 = 0" }
        var ways: [SQL] = ["c.reported_by = \(person)", "c.handler = \(person)", "c.stand_in = \(person)"]
        for path in Set(seats.filter(\.kind.reachesTerritory).map(\.path)) {
            ways.append(Territory.inside(path))
        }
        for unit in Set(seats.filter { !$0.kind.reachesTerritory }.map(\.unit)) {
            ways.append("c.unit = \(unit)")
        }
        return SQL.any(ways)
    }
}

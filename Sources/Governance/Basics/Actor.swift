import Rules
package import Store

/// Who does something: a person in the posts held at this moment, the public, or the office's own clockwork.
package struct Actor: Sendable, Hashable {
    /// One post held now.
    package struct Seat: Sendable, Hashable {
        /// The post.
        package var post: ID<Post>
        /// Its kind.
        package var kind: PostKind
        /// What the office calls it.
        package var title: Phrase
        /// The unit it belongs to.
        package var unit: ID<Unit>
        /// The path of the territory it answers for.
        package var path: String
        /// Whether it is held as a stand-in.
        package var isStandIn: Bool
    }

    /// The county.
    package var county: County
    /// The person; nil for the public and for the clockwork.
    package var person: ID<Person>?
    /// The person's name as the log shows it.
    package var name: Phrase
    /// The posts held now.
    package var seats: [Seat]
    /// Whether this is the clockwork, which may do what rules make happen by themselves.
    package var isClockwork = false
    /// Whether some post answers for the office's whole territory: every case of the county is then in reach, and no query
    /// has to ask row by row.
    package var seesAll = false

    /// Somebody without a login.
    package static func visitor(of county: County) -> Actor {
        Actor(county: county, person: nil, name: Phrase(zh: "居民", en: "Resident"), seats: [])
    }
    /// The office's own clockwork: escalation, provisional deadlines that settle, suspensions that end.
    package static func clockwork(of county: County) -> Actor {
        Actor(county: county, person: nil, name: Phrase(zh: "系统", en: "System"), seats: [], isClockwork: true)
    }

    /// Everything the posts allow.
    package var powers: Set<Power> { seats.reduce(into: []) { $0.formUnion(Power.of($1.kind)) } }

    /// Whether some post gives the power, at a territory if one is given.
    package func may(_ power: Power, at path: String? = nil) -> Bool {
        seats.contains { seat in
            Power.of(seat.kind).contains(power) && (path.map { !seat.kind.reachesTerritory || $0.hasPrefix(seat.path) } ?? true)
        }
    }

    /// The first line of each verb: throws unless some post gives the power there.
    package func need(_ power: Power, at path: String? = nil) throws {
        if isClockwork { return }
        guard person != nil else { throw Refusal.signInFirst }
        guard may(power, at: path) else {
            throw Refusal.notAllowed(
                Phrase(
                    zh: "您的岗位没有这项权限。需要的话请找管理员调整岗位。",
                    en: "Your post does not allow this. If it should, ask the administrator."))
        }
    }

    /// Whether the person holds a post of that unit.
    package func belongs(to unit: ID<Unit>?) -> Bool { unit.map { unit in seats.contains { $0.unit == unit } } ?? false }

    /// The seat that speaks for a power, for the log.
    package func seat(for power: Power?) -> Seat? {
        power.flatMap { power in seats.first { Power.of($0.kind).contains(power) } } ?? seats.first
    }

    /// Which case rows the person can see at all: the territories and units of the posts, and what concerns them by name.
    ///
    /// The columns are those of `case_file` under the alias `c`.
    package var reach: SQL {
        if isClockwork || seesAll { return "1 = 1" }
        guard let person else { return "1 = 0" }
        var ways: [SQL] = ["c.reported_by = \(person)", "c.handler = \(person)", "c.stand_in = \(person)"]
        for path in Set(seats.filter(\.kind.reachesTerritory).map(\.path)) { ways.append(Territory.inside(path)) }
        for unit in Set(seats.filter { !$0.kind.reachesTerritory }.map(\.unit)) { ways.append("c.unit = \(unit)") }
        return SQL.any(ways)
    }
}

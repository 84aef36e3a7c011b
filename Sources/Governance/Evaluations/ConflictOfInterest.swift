import Rules
import Store

/// Nobody judges the own line of responsibility: what somebody answers for, works in, or supports.
enum ConflictOfInterest {
    /// Why somebody with these seats may not judge a unit; nil if nothing stands against it.
    static func objection(
        _ seats: [Actor.Seat], to unit: JudgedUnit, _ layer: Evaluation.Layer, _ links: Links
    ) -> Phrase? {
        for seat in seats {
            if !unit.path.isEmpty, seat.path.hasPrefix(unit.path) {
                return Phrase(
                    zh: "\(unit.name)是您自己负责的，不能给自己打分。",
                    en: "You answer for \(unit.name) yourself and cannot judge it.")
            }
            if unit.unit == seat.unit {
                return Phrase(
                    zh: "您在\(unit.name)任职，不能给自己的单位打分。", en: "You work in \(unit.name) and cannot judge it.")
            }
            if !unit.path.isEmpty,
                links.supported[seat.unit]?.contains(where: { $0.hasPrefix(unit.path) }) == true
            {
                return Phrase(
                    zh: "您的单位帮扶\(unit.name)，不能给它打分。",
                    en: "Your unit supports \(unit.name); you cannot judge it.")
            }
            // Who answers for a part of the county judges nothing inside it for the whole, and not the zone
            // that commands it.
            if layer.team == .office {
                let isInside =
                    !unit.path.isEmpty && seat.path.count > links.office.count
                    && unit.path.hasPrefix(seat.path)
                let zones = links.groups(of: seat, JudgedKind.warZone.rawValue)
                if isInside || zones.contains(unit.id)
                    || unit.within[JudgedKind.warZone.rawValue].map(zones.contains) == true
                {
                    return Phrase(
                        zh: "\(unit.name)在您负责的范围里，不能由您来评。",
                        en: "\(unit.name) lies in what you answer for; somebody else judges it.")
                }
            }
            // War zones judge each other: whoever has a post anywhere in the zone does not judge it.
            if case .another(let kind) = layer.team, let group = unit.within[kind],
                links.groups(of: seat, kind).contains(group)
            {
                return Phrase(
                    zh: "\(unit.name)和您在同一条线上，不能互评自己这一边。",
                    en: "\(unit.name) is on your own side; mutual evaluation is of the others.")
            }
        }
        return nil
    }

    /// Why somebody with these seats cannot be in a team; nil if nothing stands against it.
    static func objection(
        _ seats: [Actor.Seat], toTeam team: String, _ layer: Evaluation.Layer, _ links: Links
    ) -> Phrase? {
        switch layer.team {
        case .office:
            if seats.contains(where: { $0.path == links.office && $0.kind.reachesTerritory }) { return nil }
            return Phrase(zh: "这一层由全县（街道）的岗位来评。", en: "This layer is judged by posts of the whole office.")
        case .own(let kind), .another(let kind):
            if seats.contains(where: { links.groups(of: $0, kind).contains(team) }) { return nil }
            return Phrase(zh: "他在这个评价组所在的单位没有岗位。", en: "That person holds no post in the team's unit.")
        }
    }

    /// Which land is whose: read once for many questions.
    struct Links {
        let office: String
        /// The paths of the villages that each unit supports.
        let supported: [ID<Unit>: [String]]
        /// Every judged unit of the land and every war zone with the paths that it commands.
        private let paths: [String: [(group: String, path: String)]], zoneUnits: [ID<Unit>: String]

        init(_ units: [JudgedUnit], of county: County, on day: Day, in books: Books) throws {
            office = try Offices.of(county, in: books).territory.path
            var supported: [ID<Unit>: [String]] = [:]
            try books.transaction.each(
                """
                SELECT s.unit, t.path FROM support_link s JOIN territory t ON t.id = s.village
                WHERE s.county = \(county) AND s.since <= \(day) AND s.until > \(day)
                """
            ) { supported[try $0.get("unit"), default: []].append(try $0.get("path")) }
            self.supported = supported
            var paths: [String: [(group: String, path: String)]] = [:], zones: [ID<Unit>: String] = [:]
            for unit in units {
                if !unit.path.isEmpty { paths[unit.kind.rawValue, default: []].append((unit.id, unit.path)) }
                if unit.kind == .warZone, let zone = unit.unit { zones[zone] = unit.id }
            }
            for area in try CommandAreas.all(of: county, on: day, in: books) {
                if let zone = zones[area.unit] {
                    paths[JudgedKind.warZone.rawValue, default: []].append((zone, area.path))
                }
            }
            (self.paths, zoneUnits) = (paths, zones)
        }

        /// The groups of a kind that a seat belongs to: its land lies in them, or it is of the war zone
        /// itself.
        func groups(of seat: Actor.Seat, _ kind: String) -> Set<String> {
            var groups = Set((paths[kind] ?? []).filter { seat.path.hasPrefix($0.path) }.map(\.group))
            if let zone = zoneUnits[seat.unit] { groups.insert(zone) }
            return groups
        }
    }
}

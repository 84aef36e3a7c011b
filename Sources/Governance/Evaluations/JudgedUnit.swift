package import Rules
import Store

/// A unit that can be judged on a day: of the land or of the organisation.
package struct JudgedUnit: Sendable {
    /// As the facts name it: its kind and identity with a colon between.
    package let id: String
    /// Its kind and name.
    package let kind: JudgedKind, name: String
    /// The path of its land; empty for a department or a support unit.
    package let path: String
    /// The organisation's unit; nil for land.
    package let unit: ID<Unit>?
    /// The units that it is in, by their kind.
    package let within: [String: String]
    /// With whom it is compared where only peers are.
    package let peers: String?

    /// As the facts hold it.
    package var fact: EvaluationFacts.Unit {
        .init(id: id, kind: kind.rawValue, name: name, within: within, peers: peers)
    }
}

/// Finding the units that are judged.
package enum JudgedUnits {
    /// All of the kinds that an evaluation judges or groups by, on a day, in the order of the land and of the
    /// units.
    static func all(of evaluation: Evaluation, county: County, on day: Day, in books: Books) throws
        -> [JudgedUnit]
    {
        let kinds = Set(
            evaluation.scores.compactMap { JudgedKind(rawValue: $0.of) }
                + evaluation.ranks.compactMap { JudgedKind(rawValue: $0.within) }
                + everyone(evaluation) + teams(evaluation))
        var units: [JudgedUnit] = []
        let office = try Offices.of(county, in: books).territory
        let land = try Territories.subtree(of: office.path, on: day, in: books)
        // By land first; war zones by the townships that they command.
        let zoneOf = Dictionary(
            try CommandAreas.all(of: county, on: day, in: books).map { ($0.path, $0.unit) }
        ) { first, _ in first }
        let poor = kinds.contains(.village) ? try poorVillages(of: county, on: day, in: books) : []
        let towns = land.filter { $0.level == .town }, communities = land.filter { $0.level == .village }
        for place in land {
            var (kind, within): (JudgedKind?, [String: String]) = (nil, [:])
            switch place.level {
            case .town where place.path != office.path: kind = .township
            // What is a village in a county is a community in a sub-district.
            case .village: kind = office.level == .town ? .community : .village
            case .grid: kind = .grid
            default: break
            }
            guard let kind, kinds.contains(kind) else { continue }
            if kind == .village || kind == .township,
                let town = towns.first(where: { place.path.hasPrefix($0.path) })
            {
                if kind == .village {
                    within[JudgedKind.township.rawValue] = "\(JudgedKind.township.rawValue):\(town.id)"
                }
                if let zone = zoneOf[town.path] {
                    within[JudgedKind.warZone.rawValue] = "\(JudgedKind.warZone.rawValue):\(zone)"
                }
            }
            if kind == .grid, let community = communities.first(where: { place.path.hasPrefix($0.path) }) {
                within[JudgedKind.community.rawValue] = "\(JudgedKind.community.rawValue):\(community.id)"
            }
            units.append(
                JudgedUnit(
                    id: "\(kind.rawValue):\(place.id)", kind: kind, name: place.shortName, path: place.path,
                    unit: nil, within: within,
                    peers: kind == .village ? (poor.contains(place.id) ? "poor" : "other") : nil))
        }
        return units + (try organisation(evaluation, kinds, county: county, on: day, in: books))
    }

    private static func everyone(_ evaluation: Evaluation) -> [JudgedKind] {
        evaluation.incentives.flatMap { incentive -> [JudgedKind] in
            guard case .everyone(let kinds) = incentive.taking else { return [] }
            return kinds.compactMap { JudgedKind(rawValue: $0) }
        }
    }

    private static func teams(_ evaluation: Evaluation) -> [JudgedKind] {
        evaluation.layers.compactMap {
            switch $0.team {
            case .own(let kind), .another(let kind): JudgedKind(rawValue: kind)
            case .office: nil
            }
        }
    }

    private static func poorVillages(of county: County, on day: Day, in books: Books) throws -> Set<String> {
        Set(
            try books.all(
                """
                SELECT v.id FROM village_version v WHERE v.county = \(county)
                    AND \(AsOf(day).condition("v")) AND v.is_poor = 1
                """
            ) {
                try $0.get("id", as: String.self)
            })
    }

    private static func organisation(
        _ evaluation: Evaluation, _ kinds: Set<JudgedKind>, county: County, on day: Day, in books: Books
    ) throws -> [JudgedUnit] {
        guard !kinds.isDisjoint(with: [.warZone, .department, .supportUnit]) else { return [] }
        // Who checks, assesses and commends is not judged.
        let organisers = Set(evaluation.incentives.flatMap(\.gifts).flatMap(\.by))
        let supporting = Set(
            try books.all(
                """
                SELECT DISTINCT unit FROM support_link WHERE county = \(county) AND since <= \(day)
                    AND until > \(day)
                """
            ) {
                try $0.get("unit", as: ID<Unit>.self)
            })
        var units: [JudgedUnit] = []
        for unit in try Units.all(of: county, on: day, in: books) where !organisers.contains(unit.code) {
            func add(_ kind: JudgedKind) {
                guard kinds.contains(kind) else { return }
                units.append(
                    .init(
                        id: "\(kind.rawValue):\(unit.id)", kind: kind, name: unit.name.zh, path: "",
                        unit: unit.id, within: [:], peers: nil))
            }
            if unit.kind == .warZone { add(.warZone) }
            if unit.kind == .department { add(.department) }
            if supporting.contains(unit.id) { add(.supportUnit) }
        }
        return units
    }
}

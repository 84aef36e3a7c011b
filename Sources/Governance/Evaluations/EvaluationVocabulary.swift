package import Rules

extension Evaluation.Vocabulary {
    /// What this program has for the names in an evaluation.
    package static let own = Evaluation.Vocabulary(
        units: Dictionary(
            uniqueKeysWithValues: JudgedKind.allCases.map { ($0.rawValue, $0.inside.map(\.rawValue)) }),
        figures: Dictionary(uniqueKeysWithValues: JudgedFigure.allCases.map { ($0.rawValue, $0.narrowedBy) }),
        posts: PostKind.allCases.map(\.rawValue))
}

/// The kinds of unit that can be judged: of the land and of the organisation.
package enum JudgedKind: String, CaseIterable, Sendable {
    case village, township
    case warZone = "war_zone"
    case department
    case supportUnit = "support_unit"
    case community, grid

    /// The kinds that it is inside of.
    package var inside: [JudgedKind] {
        switch self {
        case .village: [.township, .warZone]
        case .township: [.warZone]
        case .grid: [.community]
        case .warZone, .department, .supportUnit, .community: []
        }
    }

    /// What it is called.
    package var words: Phrase {
        switch self {
        case .village: Phrase(zh: "村", en: "Village")
        case .township: Phrase(zh: "乡镇", en: "Township")
        case .warZone: Phrase(zh: "战区", en: "War zone")
        case .department: Phrase(zh: "部门", en: "Department")
        case .supportUnit: Phrase(zh: "帮扶单位", en: "Support unit")
        case .community: Phrase(zh: "社区", en: "Community")
        case .grid: Phrase(zh: "网格", en: "Grid")
        }
    }
}

/// The figures that an evaluation can count, each a part of a whole for every judged unit.
package enum JudgedFigure: String, CaseIterable, Sendable {
    case visits, cases, orders
    case lookBack = "look-back"
    case contradictedVisits = "contradicted-visits"

    /// The words by which a scheme narrows it.
    var narrowedBy: [String] {
        switch self {
        case .visits: ["duty"]
        case .cases: ["category"]
        case .orders: ["order"]
        case .lookBack, .contradictedVisits: []
        }
    }

    /// What it is, as the pages and the definition sheet say it.
    package var words: Phrase {
        switch self {
        case .visits:
            Phrase(zh: "访到的 ÷ 应访的（只算见到人的）", en: "visits made ÷ visits owed; only where somebody was met")
        case .cases:
            Phrase(
                zh: "按期办结的 ÷ 到期应办结的事项",
                en: "cases ended by their deadline ÷ cases whose deadline has passed or that have ended")
        case .orders:
            Phrase(
                zh: "已解决的 ÷ 冻结时要解决的户",
                en: "households done ÷ households that counted when the campaign was frozen")
        case .lookBack: Phrase(zh: "回头看过的 ÷ 应回头看的户", en: "households looked at ÷ households owed a look")
        case .contradictedVisits:
            Phrase(zh: "抽查说没有来过的 ÷ 抽查过的走访", en: "sampled visits that nobody remembers ÷ sampled visits")
        }
    }
}

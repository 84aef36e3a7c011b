import Governance
import Rules

extension LookBack.Verdict: JSONWord {}
extension ExitStep: JSONWord {}
extension Scheme.Exit.Rate: JSONWord {}

/// What the API says of a campaign.
enum CampaignShapes {
    static let campaign = Shape<Campaign>(
        "Campaign", "A scheme as it was published, over frozen households."
    ) {
        Member("id", \.id)
        Member("name", \.name)
        Member("version", \.version)
        Member("title", \.title)
        Member("begins", \.begins)
        Member("ends", \.ends)
        Member("households", \.households)
        Member("people", \.people)
        Member("frozen", frozen, \.frozenHash)
        Member("frozen_as_of", \.frozenAsOf)
        Member("scheme_hash", "The hash of the scheme's text.", \.schemeHash)
    }

    /// A campaign with its scheme.
    static let whole = Shape<Campaign>("CampaignWhole", "A campaign with its scheme.") {
        campaign
        Member("scheme", "The text as it was published.", \.text)
    }

    private static let frozen = "The hash of the frozen households."

    /// How far the visits are.
    static let coverage = Shape<CoverageTable> {
        Member("campaign", \.campaign.name)
        Member("version", \.campaign.version)
        Member("title", \.campaign.title)
        Member("frozen", frozen, \.campaign.frozenHash)
        Member("total", \.lines.count)
        Member("items", list: line, nil, \.lines)
        atOnce()
    }

    private static let line = Shape<Coverage.Line> {
        Member("duty", \.duty)
        Member(
            "of",
            """
            A territory's path, or the identity of a unit, a post or a person; empty for all, for a township \
            under no war zone and for a vacant post.
            """, \.key)
        Member("done", \.done)
        Member("due", \.due)
        Member("households", \.households)
        Member("visited", \.visited)
    }

    /// What follows the rows of a list that has but one page.
    private static func atOnce<Value>() -> Member<Value> {
        Member("next", "Always null: every line is here.") { _ in String?.none }
    }

    /// How far an order of battle is.
    static let order = Shape<OrderTable> {
        Member("campaign", \.campaign.name)
        Member("order", \.order.name)
        Member("title", \.order.title.phrase)
        Member("target", \.order.target)
        Member("by", \.order.by)
        Member("total", \.lines.count)
        Member("items", list: township, nil) { table in
            table.lines.map { OrderTable.Row(line: $0, left: table.order.left($0)) }
        }
        atOnce()
    }

    private static let township = Shape<OrderTable.Row> {
        Member("of", "The township's path.", \.line.path)
        Member("before", "Households that counted when they were frozen.", \.line.before)
        Member("left", "Those that still count; the open cases of an order that counts none.", \.left)
        Member("open", "Cases.", \.line.open)
        Member("closed", "Cases.", \.line.closed)
        Member("planned", "Measures.", \.line.planned)
        Member("done", "Measures since the campaign began.", \.line.done)
    }

    /// How far a look-back is.
    static let lookBack = Shape<LookBackTable> {
        Member("campaign", \.campaign.name)
        Member("total", \.lines.count)
        Member("items", list: looked, nil, \.lines)
        atOnce()
    }

    private static let looked = Shape<LookBacks.Line> {
        Member("of", "The territory's path.", \.path)
        Member("households", \.households)
        Member("checked", \.checked)
        Member("verdicts", verdicts, "How often each was found.", \.verdicts)
    }

    private typealias Counts = [LookBack.Verdict: Int]
    private static let verdicts = Shape<Counts> {
        LookBack.Verdict.allCases.map { verdict in
            Member<Counts>(verdict.rawValue) { counts in counts[verdict] ?? 0 }
        }
    }

    /// A point that rounds walk to.
    static let point = Shape<Point> {
        Member("id", \.id)
        Member("code", \.code)
        Member("name", \.name)
        Member("territory", territory: \.territory)
        Member("longitude", \.longitude)
        Member("latitude", \.latitude)
    }

    /// What came of a visit.
    static let visit = Shape<Visits.Outcome>("VisitOutcome", "What came of a visit.") {
        Member("id", \.visit)
        Member("duties", "The names of those that it pays.", \.duties)
        Member("cases", "Those that it raised.", \.cases)
    }
}

// MARK: What travels together

/// The lines of a campaign's coverage.
struct CoverageTable: Sendable { let campaign: Campaign, lines: [Coverage.Line] }

/// The townships of an order of battle.
struct OrderTable: Sendable {
    /// A township with how many are left there.
    struct Row: Sendable { let line: OrderBoard.Line, left: Int }
    let campaign: Campaign, order: Scheme.Order, lines: [OrderBoard.Line]
}

/// The lines of a look-back.
struct LookBackTable: Sendable { let campaign: Campaign, lines: [LookBacks.Line] }

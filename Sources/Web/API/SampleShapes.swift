import Governance
import Rules

extension Sample.Purpose: JSONWord {}
extension SampleDesign: JSONWord {}
extension SampleItem.Outcome: JSONWord {}
extension Survey.Kind: JSONWord {}

/// What the API says of samples.
enum SampleShapes {
    /// A sample as it was frozen.
    static let sample = Shape<Sample>("Sample", "A frozen frame with the commitment of its seed.") {
        Member("id", \.id)
        Member("purpose", \.purpose)
        Member("round", \.round)
        Member("about", "The indicator or the survey; empty for none.", \.about)
        Member("title", \.title)
        Member("design", \.design)
        Member("size", \.size)
        Member("least", "Of each stratum.", \.least)
        Member("frame_items", \.items)
        Member("frame_hash", \.frameHash)
        Member("commitment", "Published before the draw.", \.commitment)
        Member("committed", \.committedAt)
        Member("drawn_at", \.drawnAt)
        Member("seed", "Null before the draw.", \.seed)
    }

    /// How a sample stands, and what was drawn.
    static let whole = Shape<SamplePages.Sight> {
        sample.members { $0.sample }
        counts
        Member("rates", list: rate, "Of a survey; empty for other samples.") { sight in
            sight.survey.map { Surveys.lines($0.survey, sight.items) { _ in "" } } ?? []
        }
        Member("recorded_people", "Distinct people whom the records show taking part.") {
            $0.survey?.recorded.people
        }
        Member("recorded_households", "Distinct households that were met.") {
            $0.survey?.recorded.households
        }
        Member("veto_thousandths", "The limit of the county's exit that it is held against.") {
            $0.exit?.limit
        }
        Member("agreement", list: agreement, "Between the first and the second look.") {
            $0.standing.agreement
        }
        Member("items", list: item, nil, \.items)
    }

    @MemberBuilder<SamplePages.Sight>
    private static var counts: [Member<SamplePages.Sight>] {
        Member("drawn") { $0.standing.drawn }
        Member("answered") { $0.standing.answered }
        Member("refused") { $0.standing.refused }
        Member("unreachable") { $0.standing.unreachable }
        Member("replaced") { $0.standing.replaced }
        Member("right", "As counted.") { $0.standing.estimate.said.part }
        Member("rate", "Weighted, from 0 to 1.") { $0.standing.estimate.rate }
        Member("wilson", interval) { ends(of: $0.standing.estimate.interval) }
        Member("exact", interval) { ends(of: $0.standing.estimate.said.exact) }
    }

    private static let rate = Shape<Surveys.Line> {
        Member("rate") { $0.rate.kind }
        Member("yes") { $0.estimate.said.part }
        Member("answered") { $0.estimate.said.whole }
        Member("rate_weighted", "From 0 to 1.") { $0.estimate.rate }
        Member("wilson", interval) { ends(of: $0.estimate.interval) }
    }

    private static let interval = "Its interval at 95 %: two numbers from 0 to 1."
    private static func ends(of range: ClosedRange<Double>?) -> [Double]? {
        range.map { [$0.lowerBound, $0.upperBound] }
    }

    private static let agreement = Shape<(what: String, pairs: Int, agree: Int, kappa: Double?)> {
        Member("question", "Its name; `verdict` for the whole.") { $0.what }
        Member("pairs") { $0.pairs }
        Member("agree") { $0.agree }
        Member("kappa", "Cohen's; null where it says nothing.") { $0.kappa }
    }

    private static let item = Shape<SampleItem> {
        Member("number", \.number)
        Member("item", "The identity of what was drawn.", \.item)
        Member("hits", \.hits)
        Member("weight", "One hit stands for `weight` ÷ `over`.", \.weight)
        Member("over", \.over)
        Member("in_place_of", "The one that it replaces; empty for none.", \.inPlaceOf)
        Member("assignee", optionalPerson: \.assignee)
        Member("outcome", \.outcome)
        Member("right", \.isRight)
        Member("note", \.note)
    }
}

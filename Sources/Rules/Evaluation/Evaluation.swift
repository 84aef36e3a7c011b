/// How units are judged, as data: indicators make scores, scores make ranks, ranks make awards and penalties,
/// deadlines say when. Every rule carries its basis; where documents are silent (rounding, ties, the empty
/// denominator, small groups, the floor) the scheme has to speak. Read by a strict loader from a closed
/// vocabulary.
package struct Evaluation: Sendable {
    /// Words in Chinese and English.
    package typealias Words = Scheme.Words
    /// Where a rule comes from.
    package typealias Basis = Scheme.Basis

    /// One pass of judging: who judges, from when till when.
    package struct Layer: Sendable {
        /// Where the judges come from. Nobody judges the own line of responsibility, whatever the team.
        package enum Team: Hashable, Sendable {
            /// From the unit of that kind that the judged one is in: a township judges its villages.
            case own(String)
            /// From other units of that kind: war zones judge each other.
            case another(String)
            /// From the office itself.
            case office
        }
        /// Its name, what people call it, where it comes from, and who judges.
        package var name: String, title: Words, basis: Basis, team: Team
        /// The deadline by which it is handed in; empty if there is none.
        package var deadline: String
    }

    /// What is looked at: for each unit a part of a whole.
    package struct Indicator: Sendable {
        /// Where its numbers come from.
        package enum Source: Hashable, Sendable {
            /// A figure that the program counts, narrowed by some words: which duties, which categories.
            case figure(String, where: [String: [String]])
            /// Sampled checks: how many were right of how many looked at.
            case checks
            /// Marks that judges give with a reason, each of so many.
            case marks(most: Int)
        }
        /// Its name, what people call it, where it comes from.
        package var name: String, title: Words, basis: Basis
        /// Where its numbers come from, and what holds where nothing is due.
        package var source: Source, whenNothingIsDue: Scheme.WhenNothingIsDue
        /// Whether the smaller part is the better one.
        package var isLowerBetter: Bool
    }

    /// What a unit is given points for.
    package struct Score: Sendable {
        /// How the points come about.
        package enum Way: Sendable {
            /// From indicators and other scores of the same unit, a hundred points in all.
            case points([(item: String, most: Int)])
            /// The mean of another score over the units inside this one.
            case mean(of: String)
        }
        /// Points taken off: so many for each that is counted, at most so many.
        package typealias Deduction = (indicator: String, each: Int, most: Int)
        /// Its name, what people call it, where it comes from.
        package var name: String, title: Words, basis: Basis
        /// The kind of unit, and the layer whose checks and marks count; empty for the figures alone.
        package var of: String, layer: String
        /// How the points come about and what is taken off.
        package var way: Way, deductions: [Deduction]
        /// Digits after the point, how a line is rounded to them, and the least that a score can be.
        package var places: Int, rounding: Scheme.Rounding, floor: Int
        /// What the score is where nothing counts.
        package var whenNothingCounts: Scheme.WhenNothingIsDue
        /// Whether an indicator or another score has a part in it.
        package func uses(_ item: String) -> Bool {
            if case .points(let items) = way, items.contains(where: { $0.item == item }) { return true }
            return deductions.contains { $0.indicator == item }
        }
        /// What a whole point is in the score's smallest unit.
        package var unit: Int { (0..<places).reduce(1) { unit, _ in unit * 10 } }
    }

    /// An order of units by a score.
    package struct Rank: Sendable {
        /// What becomes of units whose scores chance may have put apart.
        package enum Inside: String, CaseIterable, Sendable {
            case share = "share the place", insist = "rank anyway"
        }
        /// Its name, what people call it, where it comes from.
        package var name: String, title: Words, basis: Basis
        /// The score, then the scores that part those who share a place.
        package var by: String, thenBy: [String]
        /// The kind of unit inside which it orders, empty for all; and whether only peers are compared.
        package var within: String, amongPeers: Bool
        /// How places are shared, how many units are too few to compare, and what holds inside the interval.
        package var ties: Ties, minimum: Int, inside: Inside
    }

    /// What follows from a rank or for everybody: an award or a penalty.
    package struct Incentive: Sendable {
        /// Whom it takes.
        package enum SelectionRule: Sendable {
            /// The first so many, or a share of the group in thousandths, rounded, at least so many.
            case first(Int)
            case share(Int, Scheme.Rounding, atLeast: Int)
            /// The last so many, or a share from the end.
            case last(Int)
            case lastShare(Int, Scheme.Rounding, atLeast: Int)
            /// Those whose score is below so many points.
            case below(Int)
            /// Every unit of the kinds.
            case everyone([String])
        }
        /// What holds where several share the place at the cut.
        package enum CutOff: String, CaseIterable, Sendable {
            case all = "all who share it", none = "none who share it"
        }
        /// One thing that is given or done.
        package struct RewardItem: Sendable {
            /// The kinds of entries in the ledger.
            package enum Kind: String, CaseIterable, Codable, Sendable {
                case workFunds = "work-funds", commendation, bonus, check = "check-one-by-one",
                    accountability, recommendation
            }
            /// What it is.
            package var kind: Kind
            /// Yuan by the day from which they hold, first day first; empty where no money is given.
            package var yuan: [(from: Day, yuan: Int)]
            /// The kinds of post that it concerns, the units that carry it out, and how many people may be
            /// named.
            package var posts: [String], by: [String], seats: Int
            /// Yuan on a day; nil if none is given or none holds yet.
            package func yuan(on day: Day) -> Int? { yuan.last { $0.from <= day }?.yuan }
        }
        /// Its name, what people call it, where it comes from, and whether it is an award.
        package var name: String, title: Words, basis: Basis, isAward: Bool
        /// The rank, empty for everyone; whom it takes; the cut; the least score, in points, that is needed.
        package var rank: String, taking: SelectionRule, cut: CutOff, onlyIfAtLeast: Int?
        /// What is given or done.
        package var gifts: [RewardItem]
    }

    /// By when something is done.
    package struct Deadline: Sendable {
        /// When it ends.
        package enum End: Hashable, Sendable {
            /// On a day.
            case by(Day)
            /// So long after it began.
            case within(TimeLimit)
        }
        /// What a deadline can be about, besides handing in a layer.
        package enum About: String, CaseIterable, Sendable {
            case layer, objection, reply, check, recommendation, payment
        }
        /// Its name, what people call it, where it comes from.
        package var name: String, title: Words, basis: Basis
        /// What it is about, and when it ends.
        package var about: About, end: End

        /// The day on which it ends for what began at a moment.
        package func day(from began: Instant, _ calendar: WorkCalendar) -> Day {
            switch end {
            case .by(let day): day
            case .within(let limit): calendar.zone.day(of: calendar.deadline(limit, from: began).at)
            }
        }
    }

    /// Its name and version.
    package var name = "", version = 0
    /// What people call it, and the document that it stands on.
    package var title = Words(zh: "", en: ""), document = Words(zh: "", en: "")
    /// Its first and its last day.
    package var from = Day(number: 0), until = Day(number: 0)
    /// The campaign whose visits it counts; empty for none.
    package var campaign = ""
    /// Whether each calendar month is judged by itself.
    package var isMonthly = false
    /// What it holds.
    package var layers: [Layer] = [], indicators: [Indicator] = [], scores: [Score] = [], ranks: [Rank] = []
    /// What follows, and by when.
    package var incentives: [Incentive] = [], deadlines: [Deadline] = []
    /// Questions for the public, with the rates that their answers make.
    package var surveys: [Survey] = []
}

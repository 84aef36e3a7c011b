/// What came of judging: every line carries the numbers that made it.
package struct Outcome: Sendable, Hashable {
    /// Points in the smallest unit of their score.
    package typealias Points = Int

    /// One line of a score: points × part ÷ whole.
    package struct Line: Sendable, Hashable {
        /// The indicator or the other score.
        package var item: String
        /// How much of how much.
        package var part: Int, whole: Int
        /// The most, and what was earned; nil if the line is left out because nothing is due.
        package var most: Points, earned: Points?
        /// What chance may have made of it; both are the earned points where nothing was sampled.
        package var low: Points, high: Points
        /// The rows of the facts that it is counted from, by their position.
        package var facts: [Int]
        /// What is missing to the most.
        package var lost: Points { earned.map { most - $0 } ?? 0 }
    }
    /// Points taken off.
    package struct Deduction: Sendable, Hashable {
        /// The indicator, how many were counted, and what was taken off.
        package var indicator: String, count: Int, points: Points
        /// The rows of the facts.
        package var facts: [Int]
    }
    /// A unit's score; nil points where nothing counts and the scheme leaves it out.
    package struct ScoreOf: Sendable, Hashable {
        /// The score and the unit, by its position in the facts.
        package var score: String, unit: Int
        /// The points and their interval.
        package var points: Points?, low: Points, high: Points
        /// How many were checked by sample; 0 where everything was counted.
        package var sampled: Int
        /// Where they come from; the units that a mean is over, with their points.
        package var lines: [Line], deductions: [Deduction], mean: [Int]
        /// Whether lines were left out, so that the rest was counted up to a hundred; whether the floor held
        /// it.
        package var isScaled: Bool, isOnFloor: Bool
    }
    /// A unit in an order.
    package struct Place: Sendable, Hashable {
        /// The unit, twice its place, its points.
        package var unit: Int, halves: Int, points: Points
        /// Whether it shares its place only because chance may have put it apart from another.
        package var isInsideInterval: Bool
        /// The place as people write it.
        package var text: String { Outcome.place(halves) }
    }
    /// Half places as people write them: `1`, `2.5`.
    package static func place(_ halves: Int) -> String {
        halves % 2 == 0 ? "\(halves / 2)" : "\(halves / 2).5"
    }
    /// The order of one group.
    package struct Ranking: Sendable, Hashable {
        /// The rank, the unit that the group is inside of (empty for all), its peers (empty for none).
        package var rank: String, group: String, peers: String
        /// From the first to the last; empty if the group is too small to compare.
        package var places: [Place]
        /// How many units it has.
        package var count: Int
        /// Whether it is too small to compare.
        package var isTooSmall: Bool
    }
    /// What a unit is given or has to answer for.
    package struct Entry: Sendable, Hashable {
        /// The incentive, the number of the gift in it, and the unit.
        package var incentive: String, gift: Int, unit: Int
        /// What it is, and fen for each who is paid; nil where no money is given.
        package var kind: Evaluation.Incentive.RewardItem.Kind, fen: Int?
        /// The group, the place in it as twice its number, and the points; nil for everyone.
        package var group: String, halves: Int?, points: Points?
    }
    /// Why nothing came of a rule somewhere.
    package struct Withheld: Sendable, Hashable {
        /// Why.
        package enum Why: String, CaseIterable, Sendable {
            case tooSmall, tieAtTheCut, belowTheLeast, noAmountYet, allAlike
        }
        /// The incentive, the group, the units concerned and why.
        package var incentive: String, group: String, units: [Int], why: Why
    }
    /// A unit that needs a hand, with what cost it most.
    package struct SupportList: Sendable, Hashable {
        /// The rank, the group, the unit, and the lines that lost most, the greatest loss first.
        package var rank: String, group: String, unit: Int, causes: [Line]
    }

    /// The evaluation, its version and the day.
    package var evaluation: String, version: Int, day: Day
    /// Scores in the order of the scheme and the units; orders; entries; what was withheld; who needs a hand.
    package var scores: [ScoreOf] = [], rankings: [Ranking] = [], entries: [Entry] = [],
        withheld: [Withheld] = [], needsAHand: [SupportList] = []
}

/// Policy as data: a campaign's phases, duties, form and orders, each with its basis. Read from a YAML text by a strict
/// loader; what it says is decided by people who know the documents, what it can say by this closed vocabulary.
package struct Scheme: Sendable {
    /// Words in Chinese and English.
    package struct Words: Hashable, Sendable {
        /// In each language.
        package var zh: String, en: String
    }
    /// Where a rule comes from: the document's article, and what it says in our own words.
    package struct Basis: Hashable, Sendable {
        /// The article.
        package var article: Words
        /// Our own paraphrase.
        package var says: Words
    }
    /// A stretch of the campaign.
    package struct Phase: Sendable {
        /// Its name in the text, and what people call it.
        package var name: String, title: Words
        /// Its first and its last day.
        package var from: Day, until: Day
        /// Where it comes from.
        package var basis: Basis
    }
    /// Which households a duty is about, seen from the post.
    package enum Scope: String, CaseIterable, Sendable {
        /// Those in the territory of the post.
        case territory
        /// Those in the villages that the post's unit supports.
        case supported
        /// Those that the post helps.
        case helped
    }
    /// Which villages count.
    package enum Villages: String, CaseIterable, Sendable { case poor, other, any }
    /// How a share becomes a number.
    package enum Rounding: String, CaseIterable, Sendable { case up, down, nearest }
    /// What holds where nothing is due.
    package enum WhenNothingIsDue: String, CaseIterable, Sendable { case full, none, leave = "leave out" }

    /// A visit that a kind of post owes.
    package struct Duty: Sendable {
        /// Its name in the text, and what people call it.
        package var name: String, title: Words
        /// Where it comes from.
        package var basis: Basis
        /// The kinds of post that owe it.
        package var posts: [String]
        /// Which households.
        package var scope: Scope, villages: Villages, kinds: [String]
        /// How many of them, in thousandths, and how that is rounded.
        package var share: Int, rounding: Rounding
        /// What its coverage is where nothing is due.
        package var whenNothingIsDue: WhenNothingIsDue
        /// Its first and its last day.
        package var from: Day, until: Day

        /// How many of so many households have to be visited.
        package func due(of households: Int) -> Int {
            let product = households * share
            return switch rounding {
            case .up: (product + 999) / 1000
            case .down: product / 1000
            case .nearest: (product + 500) / 1000
            }
        }

        /// Whether a household of that kind in such a village is among those that it is about.
        package func isAbout(kind: String, inPoorVillage: Bool) -> Bool {
            kinds.contains(kind) && (villages == .any || (villages == .poor) == inPoorVillage)
        }
    }

    /// A question of the visit's form.
    package struct Question: Sendable {
        /// What it takes.
        package enum Kind: Sendable {
            case flag, text
            case number(ClosedRange<Int>)
            case choice([(word: String, words: Words)])
        }
        /// Its name, what it asks, and what it takes.
        package var name: String, label: Words, kind: Kind
    }
    /// A case that answers raise.
    package struct Raise: Sendable {
        /// Its name and where it comes from.
        package var name: String, basis: Basis
        /// Which answers raise it: for each question any of these words.
        package var when: [(question: String, words: [String])]
        /// The category, the unit that it concerns, and the title of the case.
        package var category: String, unit: String, title: Words
    }
    /// What a headquarters is ordered to reach, counted from the register.
    package struct Order: Sendable {
        /// Its name, what people call it, and where it comes from.
        package var name: String, title: Words, basis: Basis
        /// The headquarters' unit.
        package var unit: String
        /// Which registered households count as not done yet: facts with values.
        package var counts: [(fact: String, values: [String])]
        /// How many may be left, and by which day.
        package var target: Int, by: Day
    }

    /// Its name and version.
    package var name = "", version = 0
    /// What people call it, and the document that it stands on.
    package var title = Words(zh: "", en: ""), document = Words(zh: "", en: "")
    /// Its first and its last day, and as of which day its denominators are frozen.
    package var from = Day(number: 0), until = Day(number: 0), frozenAsOf = Day(number: 0)
    /// What it holds.
    package var phases: [Phase] = [], duties: [Duty] = [], questions: [Question] = [], raises: [Raise] = [], orders: [Order] = []
}

/// Policy as data: a campaign's phases, duties, form and orders, each with its basis. Read from a YAML text
/// by a strict loader; what it says is decided by people who know the documents, what it can say by this
/// closed vocabulary.
package struct Scheme: Sendable {
    /// Words in Chinese and English.
    package struct Words: Hashable, Sendable {
        /// In each language.
        package var zh: String, en: String
        /// Words in both languages.
        package init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }
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

    /// How often a duty comes back.
    package enum Every: String, CaseIterable, Sendable { case week }
    /// What a duty walks to.
    package enum Subject: Sendable {
        /// Households, seen from the post, in such villages, of such kinds.
        case households(Scope, Villages, kinds: [String])
        /// The points in the territory of the post.
        case points
    }

    /// A visit that a kind of post owes. One that comes back every week is read as one duty a week.
    package struct Duty: Sendable {
        /// Its name in the text, and what people call it.
        package var name: String, title: Words
        /// Where it comes from.
        package var basis: Basis
        /// The kinds of post that owe it.
        package var posts: [String]
        /// What is walked to.
        package var subject: Subject
        /// How many of them, in thousandths, and how that is rounded.
        package var share: Int, rounding: Rounding
        /// What its coverage is where nothing is due.
        package var whenNothingIsDue: WhenNothingIsDue
        /// Its first and its last day.
        package var from: Day, until: Day

        /// Of a duty that comes back: how often, its name in the text, its title there, and the last day of
        /// all its weeks.
        package var series: (every: Every, name: String, title: Words, until: Day)?

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
            guard case .households(_, let villages, let kinds) = subject else { return false }
            return kinds.contains(kind) && (villages == .any || (villages == .poor) == inPoorVillage)
        }

        /// Whether it is walked to points.
        package var isAboutPoints: Bool { if case .points = subject { true } else { false } }

        /// The duty of each calendar week, Monday to Sunday, that touches the window; cut at its ends. At
        /// most so many weeks: whoever reads a scheme refuses a longer window first.
        func weekly(most: Int) -> [Duty] {
            var weeks: [Duty] = []
            var monday = from.monday
            while monday <= until, weeks.count < most {
                var week = self
                (week.from, week.until) = (max(from, monday), min(until, monday + 6))
                week.name = "\(name).\(week.from)"
                week.series = (.week, name, title, until)
                let (_, month, date) = week.from.parts
                week.title = Words(
                    zh: "\(title.zh)（\(month) 月 \(date) 日起一周）", en: "\(title.en) (week of \(week.from))")
                weeks.append(week)
                monday = monday + 7
            }
            return weeks
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

        /// A question.
        package init(name: String, label: Words, kind: Kind) {
            (self.name, self.label, self.kind) = (name, label, kind)
        }
        /// The words that it takes; none where it takes a number or a text.
        package var answers: [String] {
            switch kind {
            case .flag: ["yes", "no"]
            case .choice(let choices): choices.map(\.word)
            case .text, .number: []
            }
        }
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
        /// The category of the cases that belong to it, and the kind of measure that serves it; empty for
        /// none.
        package var category = "", measure = ""
    }

    /// A full pass over households that compares the register with what somebody finds there.
    package struct LookBack: Sendable {
        /// What people call it, and where it comes from.
        package var title: Words, basis: Basis
        /// The kinds of post that go, the kinds of household, and what is compared.
        package var posts: [String], kinds: [String], facts: [String]
        /// Its first and its last day.
        package var from: Day, until: Day
    }

    /// One thing that has to hold before a household or a village leaves the register.
    package struct Check: Sendable {
        /// What has to hold.
        package enum Rule: Sendable {
            /// The fact has one of these values.
            case fact(String, values: [String])
            /// Of every member of these ages the fact has one of these values; nobody of that age holds.
            case members(ages: ClosedRange<Int>, fact: String, values: [String])
            /// Net income a head reaches a number that the office sets.
            case income(parameter: String)
            /// Of the village's people at most so many thousandths are in registered households that have not
            /// left: a number that the office sets.
            case incidence(parameter: String)
        }
        /// Its name, what people call it, and where it comes from.
        package var name: String, title: Words, basis: Basis
        /// What has to hold.
        package var rule: Rule
    }
    /// What decides that somebody leaves the register: every check has to hold.
    package struct Exit: Sendable {
        /// For a household, and for a village.
        package var household: [Check] = [], village: [Check] = []
        /// The office's parameter for how many days the notice hangs.
        package var notice = ""
        /// The rates of the county.
        package var rates: [Veto] = []
        /// A rate of the county that forbids its exit beyond a number that the office sets.
        package struct Veto: Sendable {
            /// Which rate, what people call it, where it comes from, and the parameter.
            package var rate: Rate, title: Words, basis: Basis, parameter: String
        }
        /// The kinds of rate.
        package enum Rate: String, CaseIterable, Sendable {
            case wronglyExited = "wrongly-exited", missed, approval, incidence
        }
    }

    /// Its name and version.
    package var name = "", version = 0
    /// What people call it, and the document that it stands on.
    package var title = Words(zh: "", en: ""), document = Words(zh: "", en: "")
    /// Its first and its last day, and as of which day its denominators are frozen.
    package var from = Day(number: 0), until = Day(number: 0), frozenAsOf = Day(number: 0)
    /// What it holds.
    package var phases: [Phase] = [], duties: [Duty] = [], questions: [Question] = [], raises: [Raise] = [],
        orders: [Order] = []
    /// The facts of households that another post approves while it is in force, besides those that always
    /// are.
    package var gates: [String] = []
    /// Its look-back, and what decides about exit; nil if it has none.
    package var lookBack: LookBack?, exit: Exit?
}

extension Evaluation: SchemeReading {
    /// The words that the rest of the program has for what an evaluation names.
    package struct Vocabulary: Sendable {
        /// Kinds of unit that are judged, with the kinds that they are inside of.
        package var units: [String: [String]]
        /// Figures that the program counts: for each the words by which it is narrowed.
        package var figures: [String: [String]]
        /// Kinds of post.
        package var posts: [String]
        /// A vocabulary.
        package init(units: [String: [String]], figures: [String: [String]], posts: [String]) {
            (self.units, self.figures, self.posts) = (units, figures, posts)
        }
    }

    /// Whether a text is an evaluation and no campaign: by its first key.
    package static func isOne(_ text: String) -> Bool {
        text.split(separator: "\n").contains { $0.hasPrefix("evaluation:") }
    }

    /// Reads an evaluation's text. Answers it with everything that is wrong, in the order of the lines; one
    /// with faults is not to be used.
    package static func read(_ text: String, _ vocabulary: Vocabulary) -> (
        evaluation: Evaluation, faults: [SchemeFault]
    ) {
        var evaluation = Evaluation()
        let faults = SchemePart.read(text) { evaluation.read($0, vocabulary) }
        return (evaluation, faults)
    }

    private mutating func read(_ part: SchemePart, _ vocabulary: Vocabulary) {
        name = part.needed("evaluation")?.text() ?? ""
        version = part.needed("version")?.number(in: 1...9999) ?? 0
        title = words(part.needed("title"))
        document = words(part.needed("document"))
        if let force = part.needed("in force") { (from, until) = span(force) }
        campaign = part.optional("campaign")?.text() ?? ""
        switch part.needed("judged")?.text() {
        case "once", nil: isMonthly = false
        case "every month": isMonthly = true
        case let other?: part.unknown(other, among: ["once", "every month"])
        }
        // Deadlines first: layers name them.
        for (name, deadline) in part.optional("deadlines")?.entries() ?? [] {
            deadlines.append(self.deadline(name, deadline))
        }
        for (name, layer) in part.optional("layers")?.entries() ?? [] {
            layers.append(self.layer(name, layer, vocabulary))
        }
        for (name, indicator) in part.needed("indicators")?.entries() ?? [] {
            indicators.append(self.indicator(name, indicator, vocabulary))
        }
        for (name, score) in part.needed("scores")?.entries() ?? [] {
            scores.append(self.score(name, score, vocabulary))
        }
        for (name, rank) in part.needed("ranks")?.entries() ?? [] {
            ranks.append(self.rank(name, rank, vocabulary))
        }
        for (name, award) in part.optional("awards")?.entries() ?? [] {
            incentives.append(incentive(name, award, vocabulary, isAward: true))
        }
        for (name, penalty) in part.optional("penalties")?.entries() ?? [] {
            incentives.append(incentive(name, penalty, vocabulary, isAward: false))
        }
        for (name, survey) in part.optional("surveys")?.entries() ?? [] {
            surveys.append(self.survey(name, survey))
        }
        refuseRepeatedNames(part)
        part.close()
    }

    /// One name means one rule: a reason has to lead to it.
    private func refuseRepeatedNames(_ part: SchemePart) {
        var seen: Set<String> = []
        for name in indicators.map(\.name) + scores.map(\.name) + ranks.map(\.name) + incentives.map(\.name)
        where !seen.insert(name).inserted {
            part.fault(
                "“\(name)”用了两次，每条规则要有自己的名称。", "“\(name)” is used twice; each rule needs a name of its own.")
        }
    }

    private func deadline(_ name: String, _ part: SchemePart) -> Deadline {
        var deadline = Deadline(
            name: name, title: words(part.needed("title")), basis: basis(part),
            about: part.needed("about")?.word() ?? .layer, end: .by(until))
        if let day = part.optional("by") {
            deadline.end = .by(day.day())
        } else if let within = part.needed("within") {
            let (work, all) = (within.optional("work days"), within.optional("calendar days"))
            if (work == nil) == (all == nil) {
                within.fault(
                    "写 work days 或者 calendar days 之一。", "Either work days or calendar days is wanted.")
            }
            let days = (work ?? all)?.number(in: 1...366) ?? 1
            if let limit = TimeLimit(days, work == nil ? .calendarDays : .workDays) {
                deadline.end = .within(limit)
            }
            within.close()
        }
        part.close()
        return deadline
    }

    private func layer(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary) -> Layer {
        var layer = Layer(
            name: name, title: words(part.needed("title")), basis: basis(part), team: .office, deadline: "")
        if let team = part.needed("team") {
            if team.isText {
                if team.text() != "office" { team.unknown(team.text(), among: ["office"]) }
            } else {
                let kinds = Set(vocabulary.units.values.joined()).sorted()
                let (own, another) = (team.optional("own"), team.optional("another"))
                if let own { layer.team = .own(known(own, kinds).first ?? "") }
                if let another { layer.team = .another(known(another, kinds).first ?? "") }
                if (own == nil) == (another == nil) {
                    team.fault("写 own 或者 another 之一。", "Either own or another is wanted.")
                }
                team.close()
            }
        }
        if let deadline = part.optional("deadline") {
            layer.deadline = known(deadline, deadlines.map(\.name)).first ?? ""
        }
        part.close()
        return layer
    }

    private func indicator(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary) -> Indicator {
        var indicator = Indicator(
            name: name, title: words(part.needed("title")), basis: basis(part), source: .checks,
            whenNothingIsDue: .leave, isLowerBetter: false)
        if let figure = part.optional("counts") {
            let name = known(figure, vocabulary.figures.keys.sorted()).first ?? ""
            var narrowed: [String: [String]] = [:]
            if let place = part.optional("where") {
                for (key, values) in place.entries() {
                    if !(vocabulary.figures[name] ?? []).contains(key) {
                        values.unknown(key, among: vocabulary.figures[name] ?? [])
                    }
                    narrowed[key] = values.list().map { $0.text() }
                }
            }
            indicator.source = .figure(name, where: narrowed)
        } else if let marks = part.optional("marks of") {
            indicator.source = .marks(most: marks.number(in: 1...1000))
        } else if let checks = part.optional("checks") {
            if checks.text() != "sampled" { checks.unknown(checks.text(), among: ["sampled"]) }
        } else {
            part.fault(
                "要写数字从哪里来：counts、marks of 或者 checks。",
                "Say where the numbers come from: counts, marks of or checks.")
        }
        indicator.whenNothingIsDue = part.needed("when nothing is due")?.word() ?? .leave
        switch part.needed("better")?.text() {
        case "higher", nil: break
        case "lower": indicator.isLowerBetter = true
        case let other?: part.unknown(other, among: ["higher", "lower"])
        }
        part.close()
        return indicator
    }

    private func score(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary) -> Score {
        var score = Score(
            name: name, title: words(part.needed("title")), basis: basis(part), of: "", layer: "",
            way: .points([]), deductions: [], places: 0,
            rounding: .nearest,
            floor: 0, whenNothingCounts: .leave)
        score.of = known(part.needed("of"), vocabulary.units.keys.sorted()).first ?? ""
        if let layer = part.optional("layer") { score.layer = known(layer, layers.map(\.name)).first ?? "" }
        if let mean = part.optional("mean of") {
            let inner = known(mean, scores.map(\.name)).first ?? ""
            score.way = .mean(of: inner)
            if let kind = scores.first(where: { $0.name == inner })?.of,
                !(vocabulary.units[kind] ?? []).contains(score.of)
            {
                mean.fault("“\(kind)”不在“\(score.of)”里面。", "A \(kind) is not inside a \(score.of).")
            }
        } else if let points = part.needed("points") {
            score.way = .points(readPoints(points, of: score))
        }
        for (indicator, off) in part.optional("takes off")?.entries() ?? [] {
            let name = indicators.map(\.name).contains(indicator) ? indicator : ""
            if name.isEmpty { off.unknown(indicator, among: indicators.map(\.name)) }
            needLayer(name, of: score, off)
            score.deductions.append(
                (
                    name, off.needed("each")?.number(in: 1...100) ?? 1,
                    off.needed("at most")?.number(in: 1...100) ?? 100
                ))
            off.close()
        }
        if let rounding = part.needed("rounding") {
            score.places = rounding.needed("places")?.number(in: 0...4) ?? 0
            score.rounding = rounding.needed("way")?.word() ?? .nearest
            rounding.close()
        }
        score.floor = part.needed("floor")?.number(in: 0...100) ?? 0
        score.whenNothingCounts = part.needed("when nothing counts")?.word() ?? .leave
        part.close()
        return score
    }

    private func readPoints(_ part: SchemePart, of score: Score) -> [(item: String, most: Int)] {
        var (items, sum) = ([(item: String, most: Int)](), 0)
        for (item, most) in part.entries() {
            let points = most.number(in: 1...100)
            if let other = scores.first(where: { $0.name == item }) {
                if other.of != score.of {
                    most.fault(
                        "“\(item)”是给“\(other.of)”打的分，这里打“\(score.of)”的分。",
                        "“\(item)” is a score of a \(other.of), this is one of a \(score.of).")
                }
            } else if !indicators.contains(where: { $0.name == item }) {
                most.unknown(item, among: indicators.map(\.name) + scores.map(\.name))
            } else {
                needLayer(item, of: score, most)
            }
            items.append((item, points))
            sum += points
        }
        if sum != 100 {
            part.fault(
                "各项加起来是 \(sum) 分，要正好 100 分。", "The points add up to \(sum); they have to make exactly 100.")
        }
        return items
    }

    /// What is checked or marked is checked or marked by somebody.
    private func needLayer(_ indicator: String, of score: Score, _ part: SchemePart) {
        guard score.layer.isEmpty, let source = indicators.first(where: { $0.name == indicator })?.source
        else { return }
        if case .figure = source { return }
        part.fault(
            "“\(indicator)”由人来查、来打分，要写 layer。",
            "“\(indicator)” is checked or marked by people: the score needs its layer.")
    }

    private func rank(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary) -> Rank {
        var rank = Rank(
            name: name, title: words(part.needed("title")), basis: basis(part), by: "", thenBy: [],
            within: "", amongPeers: false, ties: .better, minimum: 1,
            inside: .share)
        rank.by = known(part.needed("by"), scores.map(\.name)).first ?? ""
        let of = scores.first { $0.name == rank.by }?.of ?? ""
        for other in part.optional("then by")?.list() ?? [] {
            let name = known(other, scores.filter { $0.of == of }.map(\.name)).first ?? ""
            rank.thenBy.append(name)
        }
        if let within = part.needed("within") {
            let kinds = (vocabulary.units[of] ?? []) + ["all"]
            rank.within = known(within, kinds).first ?? ""
            if rank.within == "all" { rank.within = "" }
        }
        if let peers = part.optional("among") {
            if peers.text() != "peers" { peers.unknown(peers.text(), among: ["peers"]) }
            rank.amongPeers = true
        }
        rank.ties = part.needed("ties")?.word() ?? .better
        rank.minimum = part.needed("minimum group")?.number(in: 1...1000) ?? 1
        rank.inside = part.needed("inside the interval")?.word() ?? .share
        part.close()
        return rank
    }

    private func incentive(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary, isAward: Bool)
        -> Incentive
    {
        var incentive = Incentive(
            name: name, title: words(part.needed("title")), basis: basis(part), isAward: isAward, rank: "",
            taking: .everyone([]), cut: .all,
            onlyIfAtLeast: nil,
            gifts: [])
        if let everyone = part.optional("for every") {
            incentive.taking = .everyone(known(everyone, vocabulary.units.keys.sorted()))
        } else {
            incentive.rank = known(part.needed("rank"), ranks.map(\.name)).first ?? ""
            if let take = part.needed(isAward ? "take" : "those behind") {
                incentive.taking = taking(take, isAward: isAward)
            }
            incentive.cut = part.needed("ties at the cut")?.word() ?? .all
            if isAward { incentive.onlyIfAtLeast = part.optional("only if at least")?.number(in: 1...100) }
        }
        for (kind, gift) in part.needed("gives")?.entries() ?? [] {
            if let read = self.gift(kind, gift, vocabulary) { incentive.gifts.append(read) }
        }
        part.close()
        return incentive
    }

    private func taking(_ part: SchemePart, isAward: Bool) -> Incentive.SelectionRule {
        defer { part.close() }
        if !isAward, let below = part.optional("below") { return .below(below.number(in: 1...100)) }
        if let count = part.optional(isAward ? "first" : "last") {
            let number = count.number(in: 1...1000)
            return isAward ? .first(number) : .last(number)
        }
        let (share, rounding, least) = (
            part.needed("share")?.share() ?? 1000,
            part.needed("rounding")?.word(Scheme.Rounding.self) ?? .down,
            part.needed("at least")?.number(in: 0...1000) ?? 0
        )
        return isAward ? .share(share, rounding, atLeast: least) : .lastShare(share, rounding, atLeast: least)
    }

    private func gift(_ kind: String, _ part: SchemePart, _ vocabulary: Vocabulary) -> Incentive.RewardItem? {
        guard let known = Incentive.RewardItem.Kind(rawValue: kind) else {
            part.unknown(kind, among: Incentive.RewardItem.Kind.allCases.map(\.rawValue))
            return nil
        }
        var gift = Incentive.RewardItem(kind: known, yuan: [], posts: [], by: [], seats: 0)
        switch known {
        case .workFunds: gift.yuan = dated(part.needed("yuan"))
        case .commendation: gift.by = (part.optional("by")?.list() ?? []).map { $0.text() }
        case .bonus:
            gift.yuan = dated(part.needed("yuan"))
            gift.posts = self.known(part.needed("to"), vocabulary.posts)
        case .check, .accountability:
            gift.by = (part.needed("by")?.list() ?? []).map { $0.text() }
            gift.posts = self.known(part.needed("answerable"), vocabulary.posts)
        case .recommendation:
            gift.seats = part.needed("seats")?.number(in: 1...100) ?? 1
            gift.by = (part.needed("assessed by")?.list() ?? []).map { $0.text() }
        }
        part.close()
        return gift
    }

    /// Amounts by the day from which each holds. The first has to hold when the evaluation begins; none may
    /// overlap.
    private func dated(_ part: SchemePart?) -> [(from: Day, yuan: Int)] {
        guard let part else { return [] }
        var amounts: [(from: Day, yuan: Int)] = []
        for (name, amount) in part.entries() {
            guard let day = Day(name) else {
                amount.fault("“\(name)”不是 2019-08-01 这样的日期。", "“\(name)” is not a date like 2019-08-01.")
                continue
            }
            if let last = amounts.last, last.from >= day {
                amount.fault(
                    "\(name) 与前面的 \(last.from) 重叠，日期要从早到晚各写一次。",
                    "\(name) overlaps \(last.from) before it: each day once, the earliest first.")
            }
            amounts.append((day, amount.number(in: 1...100_000_000)))
        }
        if let first = amounts.first, first.from > from {
            part.fault("从 \(from) 到 \(first.from) 没有金额。", "No amount holds from \(from) to \(first.from).")
        }
        return amounts
    }

    private func survey(_ name: String, _ part: SchemePart) -> Survey {
        var survey = Survey(
            name: name, title: words(part.needed("title")), basis: basis(part),
            frame: part.needed("drawn from")?.word() ?? .households,
            size: part.needed("size")?.number(in: 1...100_000) ?? 1, questions: [], rates: [])
        for (name, question) in part.needed("questions")?.entries() ?? [] {
            survey.questions.append(self.question(name, question))
        }
        for (name, rate) in part.needed("rates")?.entries() ?? [] {
            let kind = Survey.Kind(rawValue: name)
            if kind == nil { rate.unknown(name, among: Survey.Kind.allCases.map(\.rawValue)) }
            let question = known(rate.needed("question"), survey.questions.map(\.name)).first ?? ""
            let answers = survey.questions.first { $0.name == question }?.answers ?? []
            survey.rates.append(
                Survey.Rate(
                    kind: kind ?? .awareness, title: words(rate.needed("title")), basis: basis(rate),
                    question: question,
                    counts: known(rate.needed("counts"), answers)))
            rate.close()
        }
        part.close()
        return survey
    }
}

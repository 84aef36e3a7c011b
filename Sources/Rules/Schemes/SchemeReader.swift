extension Scheme {
    /// The words that the rest of the program has for what a scheme names.
    package struct Vocabulary: Sendable {
        /// Kinds of post, and the registry's kinds of household.
        package var posts: [String], households: [String]
        /// The registry's facts of households, members and villages with the words that they take; an empty
        /// list takes any.
        package var facts: [String: [String]], members: [String: [String]], villages: [String: [String]]
        /// The numbers that an office sets, and the kinds of measure.
        package var parameters: [String], measures: [String]
        /// A vocabulary.
        package init(
            posts: [String], households: [String], facts: [String: [String]],
            members: [String: [String]] = [:], villages: [String: [String]] = [:],
            parameters: [String] = [], measures: [String] = []
        ) {
            (self.posts, self.households, self.facts, self.members) = (posts, households, facts, members)
            (self.villages, self.parameters, self.measures) = (villages, parameters, measures)
        }
    }

    /// Reads a scheme's text. Answers it with everything that is wrong, in the order of the lines; a scheme
    /// with faults is not to be used.
    package static func read(_ text: String, _ vocabulary: Vocabulary) -> (
        scheme: Scheme, faults: [SchemeFault]
    ) {
        var scheme = Scheme()
        let faults = SchemePart.read(text) { scheme.read($0, vocabulary) }
        return (scheme, faults)
    }

    /// Ten years of every week for ten duties are more than any campaign has.
    private static let mostDuties = 5_000

    private mutating func read(_ part: SchemePart, _ vocabulary: Vocabulary) {
        name = part.needed("scheme")?.text() ?? ""
        version = part.needed("version")?.number(in: 1...9999) ?? 0
        title = words(part.needed("title"))
        document = words(part.needed("document"))
        if let force = part.needed("in force") { (from, until) = span(force) }
        frozenAsOf = part.needed("frozen as of")?.day() ?? frozenAsOf
        readPhases(part.needed("phases"))
        for (name, duty) in part.needed("duties")?.entries() ?? [] {
            let read = self.duty(name, duty, vocabulary)
            let weeks = read.every == .week ? max(0, (read.duty.until.number - read.duty.from.number) / 7) : 0
            guard duties.count + weeks < Self.mostDuties else {
                duty.fault(
                    "任务太多：每周一次的按周算，最多 \(Self.mostDuties) 次。",
                    """
                    These are too many duties: one of every week counts each week, at most \
                    \(Self.mostDuties).
                    """
                )
                break
            }
            duties += read.every == .week ? read.duty.weekly(most: Self.mostDuties) : [read.duty]
        }
        if duties.isEmpty { part.fault("没有任何任务。", "There is no duty.") }
        if let form = part.optional("form") { readForm(form) }
        for (name, order) in part.optional("orders")?.entries() ?? [] {
            orders.append(self.order(name, order, vocabulary))
        }
        gates = part.optional("gates").map { known($0, vocabulary.facts.keys.sorted()) } ?? []
        lookBack = part.optional("look-back").map { readLookBack($0, vocabulary) }
        exit = part.optional("exit").map { readExit($0, vocabulary) }
        part.close()
    }

    private mutating func readPhases(_ part: SchemePart?) {
        guard let part else { return }
        for (name, phase) in part.entries() {
            let (from, until) = span(phase)
            phases.append(
                Phase(
                    name: name, title: words(phase.needed("title")), from: from, until: until,
                    basis: basis(phase)))
            phase.close()
            if from < self.from || until > self.until {
                phase.fault(
                    "阶段“\(name)”超出了方案的起止日期。", "The phase “\(name)” is longer than the scheme is in force.")
            }
        }
        for (one, next) in zip(phases, phases.dropFirst()) where next.from <= one.until {
            part.fault(
                "阶段“\(one.name)”和“\(next.name)”的日期重叠。", "The phases “\(one.name)” and “\(next.name)” overlap."
            )
        }
    }

    private func duty(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary) -> (
        duty: Duty, every: Every?
    ) {
        var duty = Duty(
            name: name, title: words(part.needed("title")), basis: basis(part), posts: [], subject: .points,
            share: 1000, rounding: .up,
            whenNothingIsDue: .leave, from: from, until: until)
        duty.posts = known(part.needed("post"), vocabulary.posts)
        // A duty walks to households or to points: one of the two has to be said.
        if let points = part.optional("points") {
            if points.text() != "of territory" { points.unknown(points.text(), among: ["of territory"]) }
        } else if let households = part.needed("households") {
            duty.subject = .households(
                households.needed("of")?.word() ?? .territory, households.needed("villages")?.word() ?? .any,
                kinds: known(households.needed("kind"), vocabulary.households))
            households.close()
        }
        if let quota = part.needed("quota") {
            if quota.isText {
                if quota.text() != "all" { quota.unknown(quota.text(), among: ["all"]) }
            } else {
                duty.share = quota.needed("share")?.share() ?? 1000
                duty.rounding = quota.needed("rounding")?.word() ?? .up
                quota.close()
            }
        }
        duty.whenNothingIsDue = part.needed("when nothing is due")?.word() ?? .leave
        if let within = part.needed("within") { (duty.from, duty.until) = window(within) }
        let every = part.optional("every")?.word(Every.self)
        part.close()
        return (duty, every)
    }

    /// The days of a phase, or of the whole campaign.
    func window(_ part: SchemePart) -> (Day, Day) {
        let name = part.text()
        if let phase = phases.first(where: { $0.name == name }) { return (phase.from, phase.until) }
        if name != "campaign" { part.unknown(name, among: ["campaign"] + phases.map(\.name)) }
        return (from, until)
    }

    private mutating func readForm(_ part: SchemePart) {
        for (name, question) in part.needed("questions")?.entries() ?? [] {
            questions.append(self.question(name, question))
        }
        for (name, raise) in part.optional("raises")?.entries() ?? [] {
            raises.append(self.raise(name, raise))
        }
        part.close()
    }

    private func raise(_ name: String, _ part: SchemePart) -> Raise {
        var raise = Raise(
            name: name, basis: basis(part), when: [], category: "", unit: "",
            title: words(part.needed("title")))
        for (question, answers) in part.needed("when")?.entries() ?? [] {
            let words = answers.list().map { $0.text() }
            guard let found = questions.first(where: { $0.name == question }) else {
                answers.unknown(question, among: questions.map(\.name))
                continue
            }
            let known = found.answers
            for word in words where !known.contains(word) { answers.unknown(word, among: known) }
            raise.when.append((question, words))
        }
        raise.category = part.needed("category")?.text() ?? ""
        raise.unit = part.needed("unit")?.text() ?? ""
        part.close()
        return raise
    }

    private func order(_ name: String, _ part: SchemePart, _ vocabulary: Vocabulary) -> Order {
        var order = Order(
            name: name, title: words(part.needed("title")), basis: basis(part),
            unit: part.needed("unit")?.text() ?? "", counts: [],
            target: part.needed("target")?.number(in: 0...10_000_000) ?? 0,
            by: part.needed("by")?.day() ?? until)
        for (fact, values) in part.optional("counts")?.entries() ?? [] {
            guard let known = vocabulary.facts[fact] else {
                values.unknown(fact, among: vocabulary.facts.keys.sorted())
                continue
            }
            order.counts.append(
                (fact, known.isEmpty ? values.list().map { $0.text() } : self.known(values, known)))
        }
        if order.counts.isEmpty, part.optional("cases") == nil {
            part.fault("作战令要数户（counts）或者数事项（cases）。", "An order counts households (counts) or cases (cases).")
        }
        order.category = part.optional("cases")?.text() ?? ""
        if let measure = part.optional("measures") {
            order.measure = known(measure, vocabulary.measures).first ?? ""
        }
        part.close()
        return order
    }
}

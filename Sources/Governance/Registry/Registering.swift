import Rules
import Store

extension Event.Kind {
    static let householdAdded = Event.Kind("household.add", zh: "登记户", en: "Household registered")
    static let householdChanged = Event.Kind("household.change", zh: "修改户信息", en: "Household changed")
    static let memberAdded = Event.Kind("member.add", zh: "登记成员", en: "Member registered")
    static let memberChanged = Event.Kind("member.change", zh: "修改成员信息", en: "Member changed")
    static let memberLeft = Event.Kind("member.leave", zh: "成员减少", en: "Member left")
    static let memberMoved = Event.Kind("member.move", zh: "成员转户", en: "Member moved to another household")
    static let incomeEntered = Event.Kind("household.income", zh: "登记收入", en: "Income entered")
    static let measureEntered = Event.Kind("household.measure", zh: "登记帮扶措施", en: "HelpMeasure entered")
    static let villageChanged = Event.Kind("village.change", zh: "修改村信息", en: "Village profile changed")
    static let secretShown = Event.Kind("register.unmask", zh: "查看个人信息", en: "Personal field unmasked")
}

/// Writing into the registry: every change is dated, checked by the rules of quality, and told to the log
/// with what was before.
enum Registering {
    /// The values of somebody's answers for the facts of a list; only those that were answered. Secrets stay
    /// as written until a record seals them.
    static func read(_ answers: [String: String], _ list: FactList) throws -> [String: Value] {
        var (values, faults): ([String: Value], [Refusal.Fault]) = ([:], [])
        for (name, written) in answers {
            guard let fact = list[name] else {
                faults.append(
                    .init(name, Phrase(zh: "登记里没有“\(name)”这一项。", en: "The registry has no fact “\(name)”.")))
                continue
            }
            do { values[name] = try fact.read(written) } catch Refusal.invalid(let more) { faults += more }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults.sorted { $0.field < $1.field }) }
        return values
    }

    /// The values with secrets sealed for the record, and the mark of a certificate beside it.
    static func sealed(
        _ values: [String: Value], _ list: FactList, of record: String, _ key: RegistryKey, chance: Chance
    ) throws -> [String: Value] {
        var sealed = values
        for (name, value) in values {
            guard let fact = list[name], fact.isSecret else { continue }
            var mark = Value.null
            if case .text(let text) = value {
                sealed[name] = .blob(try key.closed(text, of: "\(name) \(record)", chance: chance))
                if case .certificate = fact.kind {
                    mark = .blob(key.mark(String(text.prefix(18)), as: "certificate"))
                }
            }
            if case .certificate = fact.kind { sealed["certificate_mark"] = mark }
        }
        return sealed
    }

    /// A new household with its members. Answers its identity. Throws `Refusal.invalid` if a rule of quality
    /// refuses it.
    @discardableResult
    static func add(
        number: String, village: Territory, _ values: [String: Value],
        members: [(number: String, values: [String: Value])], since day: Day, key: RegistryKey,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<Household> {
        let id: ID<Household> = books.newID(at: now)
        var facts = Facts(.household)
        for (name, value) in try sealed(values, .household, of: id.text, key, chance: books.chance) {
            facts[raw: name] = value
        }
        (facts[raw: "village"], facts[raw: "village_path"]) = (.text(village.id), .text(village.path))
        if !facts.isKnown("headcount") { facts[raw: "headcount"] = .integer(Int64(members.count)) }
        try books.put("INSERT INTO household (county, id, number) VALUES (\(actor.county), \(id), \(number))")
        try DatedTable.household.begin(id.text, facts, from: day, of: actor.county, at: now, in: books)
        for member in members {
            try add(member.number, member.values, to: id, since: day, key: key, by: actor, at: now, in: books)
        }
        try books.record(
            Event(
                .householdAdded,
                [
                    ("number", number), ("village", village.name), ("members", "\(members.count)"),
                    ("from", day.description),
                ]),
            about: .init("household", id.text), by: actor, as: .keepRegister, at: now)
        return id
    }

    /// A new member of a household. The caller tells the log.
    @discardableResult
    static func add(
        _ number: String, _ values: [String: Value], to household: ID<Household>, since day: Day,
        key: RegistryKey, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> ID<Member> {
        let id: ID<Member> = books.newID(at: now)
        var facts = Facts(.member)
        for (name, value) in try sealed(values, .member, of: id.text, key, chance: books.chance) {
            facts[raw: name] = value
        }
        facts[raw: "household"] = .text(household.text)
        try books.put("INSERT INTO member (county, id, number) VALUES (\(actor.county), \(id), \(number))")
        try DatedTable.member.begin(id.text, facts, from: day, of: actor.county, at: now, in: books)
        return id
    }

    /// Changes facts of a household from a day on. Answers whether anything changed.
    static func change(
        _ id: ID<Household>, _ values: [String: Value], from day: Day, reason: String = "", key: RegistryKey,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> Bool {
        try change(
            .household, id.text, values, from: day, key: key, event: .householdChanged,
            subject: .init("household", id.text), reason: reason, by: actor,
            at: now, in: books)
    }

    /// Changes facts of a member from a day on. Answers whether anything changed.
    static func change(
        _ id: ID<Member>, of household: ID<Household>, _ values: [String: Value], from day: Day,
        reason: String = "", key: RegistryKey, by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> Bool {
        try change(
            .member, id.text, values, from: day, key: key, event: .memberChanged,
            subject: .init("household", household.text), reason: reason, by: actor,
            at: now, in: books)
    }

    /// Somebody joins a household from a day on: born, married, come back.
    static func join(
        _ household: ID<Household>, _ values: [String: Value], from day: Day, reason: String,
        key: RegistryKey, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        if case .text(let certificate)? = values["certificate"] {
            let mark = key.mark(String(certificate.prefix(18)), as: "certificate")
            guard try DoubleEntries.standing(mark, outside: household, of: actor.county, in: books) == nil
            else {
                throw Refusal.invalid(
                    "certificate", zh: "这个证件号码的人已经登记在另一户，请先在那一户办理减少。",
                    en:
                        """
                        The person of this certificate stands in another household; let them leave \
                        there first.
                        """
                )
            }
        }
        let number =
            try books.first(
                "SELECT number FROM household WHERE county = \(actor.county) AND id = \(household)"
            ) { try $0.get("number", as: String.self) } ?? ""
        let ever = try books.count(
            """
            SELECT COUNT(DISTINCT id) FROM member_version WHERE county = \(actor.county)
                AND household = \(household)
            """
        )
        // Numbers that somebody else gave may look like ours: the next that is free is taken.
        var next = ever + 1
        func made() -> String { number + (next < 10 ? "0" : "") + String(next) }
        while try Households.member(numbered: made(), of: actor.county, in: books) != nil { next += 1 }
        try add(made(), values, to: household, since: day, key: key, by: actor, at: now, in: books)
        try recount(household, from: day, at: now, of: actor.county, in: books)
        var facts = Facts(.member)
        for (name, value) in values { facts[raw: name] = value }
        try books.record(
            Event(
                .memberAdded,
                details(Facts(.member).changes(to: facts)) + [("from", day.description), ("reason", reason)]),
            about: .init("household", household.text), by: actor, as: .keepRegister, at: now)
    }

    /// A member leaves a household on a day: died, married away, moved.
    static func leave(
        _ id: ID<Member>, _ household: ID<Household>, from day: Day, reason: String, key: RegistryKey,
        by actor: Actor, at now: Instant, in books: Books
    ) throws {
        guard
            let done = try DatedTable.member.change(
                id.text, from: day, of: actor.county, at: now, in: books, { _ in nil })
        else { throw Refusal.notFound }
        try recount(household, from: day, at: now, of: actor.county, in: books)
        try books.record(
            Event(
                .memberLeft, [("name", done.before["name"]), ("from", day.description), ("reason", reason)]),
            about: .init("household", household.text),
            by: actor, as: .keepRegister, at: now)
    }

    /// The headcount follows the members.
    static func recount(
        _ household: ID<Household>, from day: Day, at now: Instant, of county: County, in books: Books
    ) throws {
        let count = try Households.members(of: household, county: county, in: books).count
        try DatedTable.household.change(household.text, from: day, of: county, at: now, in: books) { old in
            var facts = old
            facts[raw: "headcount"] = .integer(Int64(count))
            return facts
        }
    }

    /// Changes what is known of a village from a day on, or says it for the first time.
    static func change(
        village: Territory, _ values: [String: Value], from day: Day, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Bool {
        let subject = Event.Subject("village", village.id)
        guard try DatedTable.village.find(village.id, of: actor.county, in: books) == nil else {
            return try change(
                .village, village.id, values, from: day, key: nil, event: .villageChanged, subject: subject,
                reason: "", by: actor, at: now, in: books)
        }
        var facts = Facts(.village)
        for (name, value) in values { facts[raw: name] = value }
        try DatedTable.village.begin(village.id, facts, from: day, of: actor.county, at: now, in: books)
        try books.record(
            Event(.villageChanged, details(Facts(.village).changes(to: facts))), about: subject, by: actor,
            as: .keepRegister, at: now)
        return true
    }

    /// Enters a household's income of a year in place of what was known of it.
    static func enter(
        income values: [String: Value], year: Int, of id: ID<Household>, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Bool {
        guard let first = Day(year: year, month: 1, day: 1), let next = Day(year: year + 1, month: 1, day: 1)
        else {
            throw Refusal.invalid("year", zh: "没有 \(year) 年。", en: "There is no year \(year).")
        }
        let old = try DatedTable.income.find(id.text, of: actor.county, as: AsOf(first), in: books)
        var facts = old?.facts ?? Facts(.income)
        for (name, value) in values { facts[raw: name] = value }
        let changes = (old?.facts ?? Facts(.income)).changes(to: facts)
        if changes.isEmpty { return false }
        if old == nil {
            let version =
                try books.count(
                    """
                    SELECT COALESCE(MAX(version), 0) FROM income_version WHERE county = \(actor.county)
                        AND id = \(id)
                    """
                ) + 1
            try DatedTable.income.begin(
                id.text, facts, from: first, until: next, version: version, of: actor.county, at: now,
                in: books)
        } else {
            try DatedTable.income.change(
                id.text, from: first, until: next, of: actor.county, at: now, in: books
            ) { _ in facts }
        }
        try books.record(
            Event(.incomeEntered, [("year", "\(year)")] + details(changes)),
            about: .init("household", id.text), by: actor, as: .keepRegister, at: now)
        return true
    }

    private static func change(
        _ table: DatedTable, _ id: String, _ values: [String: Value], from day: Day, key: RegistryKey?,
        event: Event.Kind, subject: Event.Subject,
        reason: String,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> Bool {
        let done = try table.change(id, from: day, of: actor.county, at: now, in: books) { old in
            // A secret that is the same stays sealed as it is: sealed anew it would look changed.
            let news = try values.filter { name, value in
                guard let fact = table.list[name], fact.isSecret, case .text(let text) = value, let key,
                    case .blob(let bytes) = old[raw: name]
                else {
                    return true
                }
                return try key.opened(bytes, of: "\(name) \(id)") != text
            }
            var facts = old
            for (name, value) in try key.map({
                try sealed(news, table.list, of: id, $0, chance: books.chance)
            }) ?? news { facts[raw: name] = value }
            return facts
        }
        guard let done, let after = done.after else { return false }
        let what = details(done.before.changes(to: after))
        try books.record(
            Event(event, what + [("from", day.description), ("reason", reason)]), about: subject, by: actor,
            as: .keepRegister, at: now)
        return true
    }

    /// What changed, as the log tells it: `before → after`; of a secret only that it changed.
    static func details(_ changes: [(fact: Fact, from: Value, to: Value)]) -> [(String, String?)] {
        changes.compactMap { change in
            if case .inner = change.fact.kind { return nil }
            if change.fact.isSecret { return (change.fact.name, "***") }
            let (from, to) = (change.fact.tabled(change.from), change.fact.tabled(change.to))
            return (change.fact.name, from.isEmpty ? to : "\(from) → \(to.isEmpty ? "—" : to)")
        }
    }
}

extension QualityHousehold {
    /// A household as the rules of quality see it. Certificates are opened where there is a seal.
    init(
        _ household: Facts, members: [(id: String, facts: Facts)], measures: [HelpMeasure], key: RegistryKey?
    ) throws {
        self.init()
        houseGrade = household["house_grade"]
        isOccupied = household.flag("is_occupied") ?? true
        headcount = household.number("headcount")
        (monitoredSince, isRiskRemoved) = (
            household.day("monitored_since"), household.flag("risk_removed") ?? false
        )
        hasHouseMeasure = measures.contains { $0.kind == .house || $0.kind == .relocation }
        hasMeasureSinceMonitored =
            monitoredSince.map { since in measures.contains { ($0.doneOn ?? $0.plannedOn) >= since } } ?? true
        self.members = try members.map { id, facts in
            var member = Member(facts.words)
            if let key, case .blob(let bytes) = facts[raw: "certificate"] {
                member.certificate = try Certificate(key.opened(bytes, of: "certificate \(id)"))
            }
            return member
        }
    }

    /// A household as it is about to be written, its certificates not sealed yet.
    init(writing household: [String: Value], members: [[String: Value]], measures: [HelpMeasure]) throws {
        func facts(_ values: [String: Value], _ list: FactList) -> Facts {
            var facts = Facts(list)
            for (name, value) in values { facts[raw: name] = value }
            return facts
        }
        try self.init(facts(household, .household), members: [], measures: measures, key: nil)
        self.members = try members.map { values in
            var member = Member(facts(values, .member).words)
            if case .text(let text)? = values["certificate"] { member.certificate = try Certificate(text) }
            return member
        }
    }
}

extension Facts {
    /// The words of a member that the rules of quality look at.
    fileprivate var words:
        (
            name: String, sex: String, relation: String, school: String, leavingReason: String,
            health: String, birth: Day?
        )
    {
        (
            self["name"], self["sex"], self["relation"], self["school"], self["leaving_reason"],
            self["health"], day("birth")
        )
    }
}

extension QualityHousehold.Member {
    fileprivate init(
        _ words: (
            name: String, sex: String, relation: String, school: String, leavingReason: String,
            health: String, birth: Day?
        )
    ) {
        self.init()
        (name, sex, relation, school) = (words.name, words.sex, words.relation, words.school)
        (leavingReason, health, birth) = (words.leavingReason, words.health, words.birth)
    }
}

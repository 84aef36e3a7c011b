package import Rules
import Store

extension Event.Kind {
    static let registerImported = Event.Kind("register.import", zh: "导入登记", en: "Register imported")
    static let doubleFound = Event.Kind("register.double", zh: "发现重复登记", en: "Double entry found")
}

/// Taking the national register: a row a member, the household's columns beside it, in any order of columns
/// and rows.
package enum RegisterImport {
    /// What an import is asked for beside its table.
    package struct Options: Sendable {
        /// From which day the rows hold, and of which year incomes are unless a column says so.
        package var since: Day, incomeYear: Int
        /// What the sender says the totals are; nil if nothing was said.
        package var households: Int?, people: Int?
        /// How far it is: rows done of all rows.
        package var progress: @Sendable (Int, Int) -> Void = { _, _ in }
        /// An import of rows that hold from a day.
        package init(since: Day, incomeYear: Int) { (self.since, self.incomeYear) = (since, incomeYear) }
        /// What was filled in: `since`, `income_year`, `households`, `people`. Throws `Refusal.invalid` for
        /// what is no number or day.
        package init(_ answers: FormInput) throws {
            since = try answers.day("since")
            incomeYear =
                answers["income_year"].isEmpty
                ? since.parts.year - 1 : try answers.number("income_year", in: 1990...2200)
            households =
                answers["households"].isEmpty ? nil : try answers.number("households", in: 0...10_000_000)
            people = answers["people"].isEmpty ? nil : try answers.number("people", in: 0...100_000_000)
        }
    }

    /// One household as the rows tell it.
    private struct Entry {
        var line: Int, number: String, village: Territory
        var values: [String: Value] = [:], income: [String: Value] = [:]
        var members: [(line: Int, number: String, values: [String: Value])] = []
    }

    /// Takes every household. What is known is compared; faults name row and column, and nothing of a faulty
    /// table is kept.
    package static func importing(
        _ table: Table, _ options: Options, inside path: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        if let (zh, en) = RegisterTotals.refusal(
            villages: nil, households: options.households, people: options.people)
        {
            throw Refusal.invalid("households", zh: zh + "。", en: en + ".")
        }
        let key = try books.registryKey(of: actor.county)
        let columns = try RegisterColumns(of: table)
        var report = ImportReport()
        let entries = try read(table, columns, inside: path, into: &report, in: books)
        // What was not looked at is not counted.
        guard !report.isCut else { return report }
        if let stated = options.households, stated != entries.count {
            report.fault(
                0, columns.household, zh: "说好 \(stated) 户，表里有 \(entries.count) 户。",
                en: "\(stated) households were announced, the table has \(entries.count).")
        }
        let people = entries.reduce(0) { $0 + $1.members.count }
        if let stated = options.people, stated != people {
            report.fault(
                0, "", zh: "说好 \(stated) 人，表里有 \(people) 人。",
                en: "\(stated) people were announced, the table has \(people).")
        }
        judgeNumbers(entries, columns, into: &report)
        let stated = Set(entries.flatMap { $0.members.map(\.number) })
        var seen: [[UInt8]: (line: Int, household: String)] = [:]
        for (index, entry) in entries.enumerated() {
            if index % 500 == 0 { options.progress(index, entries.count) }
            try judge(
                entry, columns, &seen, key, on: max(options.since, Zone.china.day(of: now)), into: &report)
            if report.faults.isEmpty {
                try take(entry, columns, options, key, stated, by: actor, at: now, into: &report, in: books)
            }
        }
        options.progress(entries.count, entries.count)
        if report.faults.isEmpty, report.added + report.changed > 0 {
            try Organisation.changed(actor.county, in: books)
            try books.record(
                Event(
                    .registerImported,
                    [
                        ("added", "\(report.added)"), ("changed", "\(report.changed)"),
                        ("people", "\(people)"), ("since", options.since.description),
                    ]),
                about: .init("office", actor.county.code), by: actor, as: .administer, at: now)
        }
        return report
    }

    /// The rows as households. A cell that a merged block left empty is the one above it, as far as the
    /// household goes.
    private static func read(
        _ table: Table, _ columns: RegisterColumns, inside path: String, into report: inout ImportReport,
        in books: Books
    ) throws -> [Entry] {
        var (entries, places, order) = ([] as [Entry], [:] as [String: Territory], [:] as [String: Int])
        try table.walk(into: &report) { line, cells, report in
            func cell(_ position: Int?) -> String {
                position.flatMap { $0 < cells.count ? cells[$0].trimmed : nil } ?? ""
            }
            func fault(_ faults: [Refusal.Fault]) {
                report.note(
                    faults.map { .init(row: line, column: columns.heading(of: $0.field), words: $0.words) })
            }
            do {
                let number = cell(columns.at.household)
                var index = number.isEmpty ? entries.indices.last : order[number]
                if number.isEmpty, index == nil || !cell(columns.at.village).isEmpty {
                    throw Refusal.invalid(
                        "household", zh: "没有户编号。", en: "The number of the household is missing.")
                }
                if index == nil {
                    let key = cell(columns.at.town) + "\u{0}" + cell(columns.at.village)
                    let code = try Check.code(number, field: "household")
                    let village =
                        try places[key]
                        ?? place(cell(columns.at.town), cell(columns.at.village), inside: path, in: books)
                    places[key] = village
                    index = entries.count
                    order[number] = index
                    entries.append(Entry(line: line, number: code, village: village))
                }
                guard let index else { return }
                let (household, wrong) = try columns.values(.household, cells)
                fault(wrong)
                for (name, value) in household where value != .null {
                    if let before = entries[index].values[name], before != value {
                        fault([
                            .init(
                                name,
                                Phrase(
                                    zh: "和第 \(entries[index].line) 行同一户的不一样。",
                                    en:
                                        """
                                        This differs from row \(entries[index].line), which is of the \
                                        same household.
                                        """
                                ))
                        ])
                    }
                    entries[index].values[name] = value
                }
                let (income, wrongIncome) = try columns.values(.income, cells)
                fault(wrongIncome)
                for (name, value) in income where value != .null { entries[index].income[name] = value }
                let (member, wrongMember) = try columns.values(.member, cells)
                fault(wrongMember)
                guard member["name"] != nil, member["name"] != .null else {
                    throw Refusal.invalid("name", zh: "没有姓名。", en: "The name is missing.")
                }
                let person = cell(columns.at.member)
                // What a cell does not say stays as it is known.
                entries[index].members.append(
                    (
                        line, person.isEmpty ? "" : try Check.code(person, field: "member"),
                        member.filter { $0.value != .null }
                    ))
            } catch Refusal.invalid(let faults) { fault(faults) }
        }
        return entries
    }

    private static func place(_ town: String, _ village: String, inside path: String, in books: Books) throws
        -> Territory
    {
        guard !village.isEmpty else {
            throw Refusal.invalid("village", zh: "没有写行政村。", en: "The village is missing.")
        }
        let around =
            try town.isEmpty ? path : Territories.only(town, inside: path, field: "town", in: books).path
        let found = try Territories.only(village, inside: around, field: "village", in: books)
        guard found.level == .village else {
            throw Refusal.invalid("village", zh: "“\(village)”不是村或社区。", en: "“\(village)” is no village.")
        }
        return found
    }

    /// The rules of quality over one household, and the same person in another one of the table.
    private static func judge(
        _ entry: Entry, _ columns: RegisterColumns, _ seen: inout [[UInt8]: (line: Int, household: String)],
        _ key: RegistryKey, on day: Day,
        into report: inout ImportReport
    ) throws {
        let household = try QualityHousehold(
            writing: entry.values, members: entry.members.map(\.values), measures: [])
        for rule in QualityRule.all where rule.isRefusing {
            for finding in rule.findings(in: household, on: day) {
                report.fault(
                    finding.member.map { entry.members[$0].line } ?? entry.line,
                    columns.heading(of: finding.fact), zh: finding.zh + "。", en: finding.en + ".")
            }
        }
        for member in entry.members {
            guard case .text(let certificate)? = member.values["certificate"] else { continue }
            let mark = key.mark(String(certificate.prefix(18)), as: "certificate")
            if let other = seen[mark], other.household != entry.number {
                report.fault(
                    member.line, columns.heading(of: "certificate"),
                    zh: "这个人在第 \(other.line) 行的 \(other.household) 户里已经有了，一个人只能在一户。",
                    en:
                        """
                        This person stands in row \(other.line), in household \(other.household); \
                        nobody belongs to two.
                        """
                )
            } else {
                seen[mark] = (member.line, entry.number)
            }
        }
    }

    private static func take(
        _ entry: Entry, _ columns: RegisterColumns, _ options: Options, _ key: RegistryKey,
        _ stated: Set<String>, by actor: Actor, at now: Instant,
        into report: inout ImportReport, in books: Books
    ) throws {
        var changed = false
        let known = try Households.find(number: entry.number, of: actor.county, in: books)
        let id: ID<Household>
        if let known {
            id = known.id
            var values = entry.values
            (values["village"], values["village_path"]) = (.text(entry.village.id), .text(entry.village.path))
            changed = try Registering.change(
                id, values, from: options.since, key: key, by: actor, at: now, in: books)
        } else {
            id = try Registering.add(
                number: entry.number, village: entry.village, entry.values, members: [], since: options.since,
                key: key, by: actor, at: now, in: books)
        }
        let members = try known == nil ? [] : Households.members(of: id, county: actor.county, in: books)
        // A number that the table does not say is made from the household's: the first that nobody has had.
        var place = 0
        func free() throws -> String {
            while true {
                place += 1
                let number = "\(entry.number)-\(place)"
                if !stated.contains(number),
                    try Households.member(numbered: number, of: actor.county, in: books) == nil
                {
                    return number
                }
            }
        }
        for member in entry.members {
            let mark: [UInt8]? =
                if case .text(let text)? = member.values["certificate"] {
                    key.mark(String(text.prefix(18)), as: "certificate")
                } else { nil }
            let same = members.first { old in
                if let mark, case .blob(let bytes) = old.facts[raw: "certificate_mark"] {
                    return bytes == mark
                }
                return old.number == member.number
                    || mark == nil && old.facts["name"] == text(member.values["name"])
            }
            if let same {
                if try Registering.change(
                    same.id, of: id, member.values, from: options.since, key: key, by: actor, at: now,
                    in: books)
                {
                    changed = true
                }
                continue
            }
            if let mark,
                let other = try DoubleEntries.standing(mark, outside: id, of: actor.county, in: books)
            {
                let number = try member.number.isEmpty ? free() : member.number
                if try DoubleEntries.note(
                    other, household: id, path: entry.village.path, number: number, member.values, key: key,
                    by: actor, at: now, in: books)
                {
                    changed = true
                }
            } else {
                if !member.number.isEmpty,
                    try Households.member(numbered: member.number, of: actor.county, in: books) != nil
                {
                    report.fault(
                        member.line, columns.heading(of: "member"),
                        zh: "人编号 \(member.number) 已经是别人的，或者这个人的证件号码和系统里的不一样。",
                        en:
                            """
                            The number \(member.number) is another person's, or the person's \
                            certificate differs from the one that is known.
                            """
                    )
                    continue
                }
                let number = try member.number.isEmpty ? free() : member.number
                try Registering.add(
                    number, member.values, to: id, since: options.since, key: key, by: actor, at: now,
                    in: books)
                if known != nil {
                    changed = true
                    try books.record(
                        Event(
                            .memberAdded,
                            [
                                ("number", number), ("name", text(member.values["name"])),
                                ("from", options.since.description),
                            ]),
                        about: .init("household", id.text), by: actor, as: .keepRegister, at: now)
                }
            }
        }
        if !entry.income.isEmpty {
            var income = entry.income
            if income["headcount"] == nil { income["headcount"] = .integer(Int64(entry.members.count)) }
            if try Registering.enter(
                income: income, year: options.incomeYear, of: id, by: actor, at: now, in: books)
            {
                changed = true
            }
        }
        if known == nil {
            report.added += 1
        } else if changed {
            report.changed += 1
        } else {
            report.same += 1
        }
    }

    /// A person's number stands once in a table: it is one person's, whatever the household.
    private static func judgeNumbers(
        _ entries: [Entry], _ columns: RegisterColumns, into report: inout ImportReport
    ) {
        var lines: [String: Int] = [:]
        for entry in entries {
            for member in entry.members where !member.number.isEmpty {
                guard let first = lines.updateValue(member.line, forKey: member.number) else { continue }
                report.fault(
                    member.line, columns.heading(of: "member"), zh: "人编号 \(member.number) 在第 \(first) 行已经有了。",
                    en: "The number \(member.number) stands in row \(first) already.")
            }
        }
    }

    private static func text(_ value: Value?) -> String {
        if case .text(let text)? = value { text } else { "" }
    }
}

/// Which column of a table holds what, by its heading: Chinese with variants, English, or the fact's own
/// name.
struct RegisterColumns {
    /// Where the places and numbers stand.
    struct Places { var town: Int?, village: Int?, household: Int?, member: Int? }
    let at: Places, household: String
    private let headings: [String: String]
    private let facts: [ObjectIdentifier: [(fact: Fact, position: Int)]]

    private static let places: [(name: String, headings: [String])] = [
        ("town", ["乡镇", "乡（镇）", "乡(镇)", "乡", "镇", "town", "township"]),
        ("village", ["行政村", "村", "村（社区）", "village"]),
        ("household", ["户编号", "户号", "户编码", "household", "household_number"]),
        ("member", ["人编号", "人口编号", "人编码", "member", "person_number"]),
    ]

    /// Throws `Refusal.invalid` that lists what is missing.
    init(of table: Table) throws {
        let known = Dictionary(table.columns.enumerated().map { (Self.plain($1), $0) }) { first, _ in first }
        var headings: [String: String] = [:]
        func find(_ name: String, _ headings_: [String]) -> Int? {
            guard let position = headings_.lazy.compactMap({ known[Self.plain($0)] }).first else {
                return nil
            }
            if headings[name] == nil { headings[name] = table.columns[position] }
            return position
        }
        let found = Dictionary(
            uniqueKeysWithValues: Self.places.map { ($0.name, find($0.name, $0.headings)) })
        at = Places(
            town: found["town"] ?? nil, village: found["village"] ?? nil,
            household: found["household"] ?? nil, member: found["member"] ?? nil)
        var facts: [ObjectIdentifier: [(fact: Fact, position: Int)]] = [:]
        var taken: Set<Int> = []
        for list in [FactList.member, .household, .income] {
            facts[ObjectIdentifier(list)] = list.shown.compactMap { fact in
                guard let position = find(fact.name, fact.headings + [fact.words.en, fact.name]),
                    taken.insert(position).inserted
                else { return nil }
                return (fact, position)
            }
        }
        (self.facts, self.headings) = (facts, headings)
        let missing = [
            ("village", at.village), ("household", at.household),
            ("name", facts[ObjectIdentifier(FactList.member)]?.first { $0.fact.name == "name" }?.position),
        ]
        .filter { $0.1 == nil }.map(\.0)
        guard missing.isEmpty else {
            let zh = missing.map { ["village": "行政村", "household": "户编号", "name": "姓名"][$0] ?? $0 }
            throw Refusal.invalid(
                "file", zh: "缺少这些列：\(zh.joined(separator: "、"))。现有：\(table.columns.joined(separator: "、"))。",
                en:
                    """
                    These columns are missing: \(missing.joined(separator: ", ")). Found: \
                    \(table.columns.joined(separator: ", ")).
                    """
            )
        }
        household = headings["household"] ?? ""
    }

    /// The heading under which the table has a field; the field's own name if it has none.
    func heading(of field: String) -> String { headings[field] ?? field }

    /// The values of one row for the facts of a list, and what is wrong with its cells.
    func values(_ list: FactList, _ cells: [String]) throws -> ([String: Value], [Refusal.Fault]) {
        var (values, faults): ([String: Value], [Refusal.Fault]) = ([:], [])
        for (fact, position) in facts[ObjectIdentifier(list)] ?? [] where position < cells.count {
            do { values[fact.name] = try fact.read(cells[position]) } catch Refusal.invalid(let more) {
                faults += more
            }
        }
        return (values, faults)
    }

    /// A heading without spaces, line ends, stars and kinds of brackets.
    private static func plain(_ heading: String) -> String {
        String(
            heading.lowercased().compactMap { character -> Character? in
                switch character {
                case " ", "\n", "\r", "\t", "\u{3000}", "*": nil
                case "（": "("
                case "）": ")"
                default: character
                }
            })
    }
}

package import Rules
import Store

/// A number that the office decides for itself, dated: next year adds a line, nothing is overwritten.
package enum Parameter: String, CaseIterable, Sendable {
    /// Days after closing in which a dissatisfied complainant reopens a case.
    case reopenDays = "reopen_days"
    /// Thousandths that "basically satisfied" counts for.
    case basicallySatisfied = "basically_satisfied_weight"
    /// Units with fewer cases are not ranked.
    case minimumGroup = "minimum_group"
    /// Days in which the same matter at the same point counts as come back.
    case recurrenceDays = "recurrence_days"
    /// Work days from one step of escalation to the next.
    case escalationDays = "escalation_work_days"
    /// Work days that an assisting unit has to answer.
    case assistDays = "assist_work_days"
    /// The widest allowed suspension in days.
    case suspensionDays = "suspension_days"
    /// Minutes without use after which a browser is signed out.
    case idleMinutes = "idle_minutes"
    /// Net income a head in yuan below which a household does not leave the register.
    case exitIncomeLine = "exit_income_line"
    /// Days for which the notice of an exit hangs.
    case exitNoticeDays = "exit_notice_days"
    /// Thousandths of a village's people that may still be poor when the village leaves.
    case villageIncidence = "village_incidence"
    /// The county's vetoes in thousandths: wrongly exited, missed, approval, combined incidence.
    case vetoWronglyExited = "veto_wrongly_exited"
    case vetoMissed = "veto_missed"
    case vetoApproval = "veto_approval"
    case vetoIncidence = "veto_incidence"

    /// What holds until the office decides otherwise; nil for what nobody but the office can know: lines and
    /// vetoes come from its own documents.
    package var usual: Int? {
        switch self {
        case .reopenDays: 14
        case .basicallySatisfied: 900
        case .minimumGroup: 5
        case .recurrenceDays: 30
        case .escalationDays: 1
        case .assistDays: 2
        case .suspensionDays: 365
        case .idleMinutes: 240
        case .exitIncomeLine, .exitNoticeDays, .villageIncidence, .vetoWronglyExited, .vetoMissed,
            .vetoApproval, .vetoIncidence:
            nil
        }
    }

    /// Whether it is a share: held in thousandths, said in per cent.
    package var isShare: Bool {
        switch self {
        case .basicallySatisfied, .villageIncidence, .vetoWronglyExited, .vetoMissed, .vetoApproval,
            .vetoIncidence:
            true
        default: false
        }
    }

    /// A value as people say it: a share in per cent.
    package func said(_ value: Int) -> String {
        isShare ? FormField.decimal(value, places: 1) + "%" : String(value)
    }

    /// What it may be.
    package var range: ClosedRange<Int> {
        if isShare { return 0...1000 }
        return switch self {
        case .exitIncomeLine: 1...1_000_000
        case .minimumGroup: 1...1000
        case .idleMinutes: 5...720
        default: 1...365
        }
    }

    /// What it is called.
    package var words: Phrase {
        switch self {
        case .reopenDays: Phrase(zh: "不满意可重开的天数", en: "Days in which a dissatisfied complainant may reopen")
        case .basicallySatisfied:
            Phrase(zh: "“基本满意”折算", en: "Weight of “basically satisfied”")
        case .minimumGroup: Phrase(zh: "少于几件不排位", en: "Fewest cases to be ranked")
        case .recurrenceDays:
            Phrase(zh: "几天内同地同类算重复", en: "Days in which the same matter counts as come back")
        case .escalationDays: Phrase(zh: "超期后每几个工作日上报一级", en: "Work days between steps of escalation")
        case .assistDays: Phrase(zh: "协办答复时限（工作日）", en: "Work days for an assisting unit to answer")
        case .suspensionDays: Phrase(zh: "挂账最长天数", en: "Longest suspension in days")
        case .idleMinutes: Phrase(zh: "多少分钟不操作就退出登录", en: "Minutes without use until a browser is signed out")
        case .exitIncomeLine: Phrase(zh: "脱贫收入线（元/人·年）", en: "Income line for exit (yuan a head and year)")
        case .exitNoticeDays: Phrase(zh: "脱贫公示天数", en: "Days of notice before an exit")
        case .villageIncidence:
            Phrase(zh: "贫困村出列：贫困发生率上限", en: "Exit of a village: incidence at most")
        case .vetoWronglyExited:
            Phrase(zh: "县摘帽：错退率上限", en: "Exit of the county: wrongly exited at most")
        case .vetoMissed: Phrase(zh: "县摘帽：漏评率上限", en: "Exit of the county: missed at most")
        case .vetoApproval:
            Phrase(zh: "县摘帽：群众认可度下限", en: "Exit of the county: approval at least")
        case .vetoIncidence:
            Phrase(
                zh: "县摘帽：综合贫困发生率上限", en: "Exit of the county: combined incidence at most")
        }
    }
}

/// The office's parameters with their dates.
package enum Parameters {
    /// What a parameter is on a day. Throws `Refusal.notNow` if the office has to set it and has not.
    static func value(_ parameter: Parameter, of county: County, on day: Day, in books: Books) throws
        -> Int
    {
        guard let value = try known(parameter, of: county, on: day, in: books) else {
            throw Refusal.notNow(
                Phrase(
                    zh: "还没有设定“\(parameter.words.zh)”。请管理员按文件在“设置”里填上。",
                    en:
                        """
                        “\(parameter.words.en)” is not set. The administrator enters it under Settings, \
                        from the county's documents.
                        """
                ))
        }
        return value
    }

    /// What a parameter is on a day; nil if the office has to set it and has not. All staff may know it.
    package static func known(_ parameter: Parameter, for actor: Actor, on day: Day, in books: Books) throws
        -> Int?
    {
        try actor.needStaff()
        return try known(parameter, of: actor.county, on: day, in: books)
    }

    static func known(_ parameter: Parameter, of county: County, on day: Day, in books: Books) throws
        -> Int?
    {
        let lines = try books.cache.versioned("parameters", most: 1).thing(
            0, of: county, version: books.organisation(of: county)
        ) {
            try books.all(
                """
                SELECT name, since, setting FROM parameter WHERE county = \(county)
                    ORDER BY since DESC, name
                """,
                Line.init)
        }
        guard let line = lines.first(where: { $0.name == parameter.rawValue && $0.since <= day }) else {
            return parameter.usual
        }
        // What nobody could have set was not set here: nothing is reckoned with it.
        guard let value = Int(line.setting), parameter.range.contains(value) else {
            throw StoreError.unreadable(
                "\(parameter.rawValue) within \(parameter.range)", .text(line.setting))
        }
        return value
    }

    /// One dated line of a parameter.
    private struct Line: Sendable {
        let name: String, since: Day, setting: String
        init(_ row: Row) throws {
            (name, since, setting) = (try row.get("name"), try row.get("since"), try row.get("setting"))
        }
    }

    /// Sets a parameter from a day on.
    package static func set(
        _ parameter: Parameter, to value: Int, from day: Day, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        try actor.need(.administer)
        guard parameter.range.contains(value) else {
            throw Refusal.invalid(
                parameter.rawValue, zh: "应在 \(parameter.range.lowerBound)–\(parameter.range.upperBound) 之间。",
                en: "It must be between \(parameter.range.lowerBound) and \(parameter.range.upperBound).")
        }
        try books.change(
            """
            INSERT INTO parameter (county, name, since, setting)
            VALUES (\(actor.county), \(parameter.rawValue), \(day), \(String(value)))
            ON CONFLICT (county, name, since) DO UPDATE SET setting = excluded.setting
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(
                .parameterSet,
                [("name", parameter.rawValue), ("value", String(value)), ("from", day.description)]),
            about: .init("parameter", parameter.rawValue), by: actor, as: .administer, at: now)
    }
}

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

    /// What holds until the office decides otherwise.
    package var usual: Int {
        switch self {
        case .reopenDays: 14
        case .basicallySatisfied: 900
        case .minimumGroup: 5
        case .recurrenceDays: 30
        case .escalationDays: 1
        case .assistDays: 2
        case .suspensionDays: 365
        }
    }

    /// What it may be.
    package var range: ClosedRange<Int> {
        switch self {
        case .basicallySatisfied: 0...1000
        case .minimumGroup: 1...1000
        default: 1...365
        }
    }

    /// What it is called.
    package var words: Phrase {
        switch self {
        case .reopenDays: Phrase(zh: "不满意可重开的天数", en: "Days in which a dissatisfied complainant may reopen")
        case .basicallySatisfied: Phrase(zh: "“基本满意”折算（千分之）", en: "Weight of “basically satisfied” (thousandths)")
        case .minimumGroup: Phrase(zh: "少于几件不排位", en: "Fewest cases to be ranked")
        case .recurrenceDays: Phrase(zh: "几天内同地同类算重复", en: "Days in which the same matter counts as come back")
        case .escalationDays: Phrase(zh: "超期后每几个工作日上报一级", en: "Work days between steps of escalation")
        case .assistDays: Phrase(zh: "协办答复时限（工作日）", en: "Work days for an assisting unit to answer")
        case .suspensionDays: Phrase(zh: "挂账最长天数", en: "Longest suspension in days")
        }
    }
}

/// The office's parameters with their dates.
package enum Parameters {
    /// What a parameter is on a day.
    package static func value(_ parameter: Parameter, of county: County, on day: Day, in books: Books) throws -> Int {
        let setting = try books.first(
            """
            SELECT setting FROM parameter WHERE county = \(county) AND name = \(parameter.rawValue) AND since <= \(day)
            ORDER BY since DESC LIMIT 1
            """
        ) { Int(try $0.get("setting", as: String.self)) }
        return setting.flatMap(\.self) ?? parameter.usual
    }

    /// Sets a parameter from a day on.
    package static func set(
        _ parameter: Parameter, to value: Int, from day: Day, by actor: Actor, at now: Instant, in books: Books
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
        try books.record(
            Event(.parameterSet, [("name", parameter.rawValue), ("value", String(value)), ("from", day.description)]),
            about: .init("parameter", parameter.rawValue), by: actor, as: .administer, at: now)
    }
}

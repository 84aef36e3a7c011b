/// How long something may take: one of four kinds, as the standards for digital city management distinguish
/// them.
package struct TimeLimit: Hashable, Sendable, CustomStringConvertible {
    /// What is counted.
    package enum Unit: String, CaseIterable, Sendable {
        /// Clock hours, day and night.
        case urgentHours = "urgent_hours"
        /// Hours inside the work slots.
        case workHours = "work_hours"
        /// Work days; the day of acceptance does not count.
        case workDays = "work_days"
        /// Calendar days; the day of acceptance does not count.
        case calendarDays = "calendar_days"
    }

    /// How many, at least 1.
    package var amount: Int
    /// Of what.
    package var unit: Unit

    /// A limit; nil if the amount is not 1…3660.
    package init?(_ amount: Int, _ unit: Unit) {
        guard (1...3660).contains(amount) else { return nil }
        (self.amount, self.unit) = (amount, unit)
    }

    /// `5 work_days`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let amount = Int(parts[0]), let unit = Unit(rawValue: String(parts[1])) else {
            return nil
        }
        self.init(amount, unit)
    }

    /// A limit as people write it in a table: 5 个工作日, 8小时, 30天, 4 work days; nil for anything else.
    package init?(written text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(digits.count).trimmingPrefix { $0 == " " || $0 == "个" }
        let units: [String: Unit] = [
            "小时": .urgentHours, "工作小时": .workHours, "工作日": .workDays, "天": .calendarDays, "日": .calendarDays,
            "自然日": .calendarDays, "hours": .urgentHours, "work hours": .workHours, "work days": .workDays,
            "days": .calendarDays, "urgent_hours": .urgentHours, "work_hours": .workHours,
            "work_days": .workDays, "calendar_days": .calendarDays,
        ]
        guard let amount = Int(digits), let unit = units[String(rest)] else { return nil }
        self.init(amount, unit)
    }

    package var description: String { "\(amount) \(unit.rawValue)" }

    /// The same kind of limit with another amount, at least 1.
    package func times(_ factor: Int) -> TimeLimit {
        TimeLimit(max(1, Rules.times(amount, factor)), unit) ?? self
    }
}

/// A limit that is reached in steps, such as guard 3 urgent hours, repair 8 urgent hours, restore 5 work
/// days.
package struct Stage: Hashable, Sendable {
    /// What has to be true by then, as the office calls it.
    package var name: String
    /// By when, from the start of the whole.
    package var limit: TimeLimit
    /// A stage of a limit.
    package init(name: String, limit: TimeLimit) { (self.name, self.limit) = (name, limit) }

    /// `guard: 3 urgent_hours; repair: 8 urgent_hours`; empty text is no stages, nil is not such a text.
    package static func list(_ text: String) -> [Stage]? {
        var stages: [Stage] = []
        for part in text.split(separator: ";") {
            let halves = part.split(separator: ":").map { String($0).trimmed }
            guard halves.count == 2, !halves[0].isEmpty, let limit = TimeLimit(halves[1]) else { return nil }
            stages.append(.init(name: halves[0], limit: limit))
        }
        return stages
    }

    /// The text that `list` reads.
    package static func text(_ stages: [Stage]) -> String {
        stages.map { "\($0.name): \($0.limit)" }.joined(separator: "; ")
    }
}

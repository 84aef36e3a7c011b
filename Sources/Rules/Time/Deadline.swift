/// When something is due. Provisional while it reaches into a year whose holidays are not announced yet.
package struct Deadline: Hashable, Sendable {
    /// The last moment in time.
    package var at: Instant
    /// True if a year was reckoned by weekends only; settled when that year's calendar is loaded.
    package var isProvisional: Bool
    /// A deadline at a moment.
    package init(at: Instant, isProvisional: Bool) { (self.at, self.isProvisional) = (at, isProvisional) }
}

extension WorkCalendar {
    /// When a limit that starts at that moment ends.
    package func deadline(_ limit: TimeLimit, from start: Instant) -> Deadline {
        switch limit.unit {
        case .urgentHours: .init(at: start.adding(hours: limit.amount), isProvisional: false)
        case .calendarDays:
            .init(at: zone.instant(zone.day(of: start) + limit.amount, closing), isProvisional: false)
        case .workDays: workDays(limit.amount, from: start)
        case .workHours: after(workMinutes: times(limit.amount, 60), from: start)
        }
    }

    private func workDays(_ count: Int, from start: Instant) -> Deadline {
        var day = zone.day(of: start)
        var provisional = !isLoaded(day)
        for _ in 0..<count {
            day = workday(after: day)
            provisional = provisional || !isLoaded(day)
        }
        return .init(at: zone.instant(day, closing), isProvisional: provisional)
    }

    /// The moment at which so many minutes inside the work slots have passed since a start.
    package func after(workMinutes count: Int, from start: Instant) -> Deadline {
        var left = count
        var day = zone.day(of: start)
        var earliest = zone.time(of: start)
        var provisional = !isLoaded(day)
        // Office hours that leave no room, or a count of ages, end after a century.
        for _ in 0..<Self.century {
            if isWorkday(day) {
                for slot in slots {
                    let from = max(slot.from, earliest)
                    let room = slot.until.minutes - from.minutes
                    guard room > 0 else { continue }
                    if room >= left {
                        let end = ClockTime(minutes: from.minutes + left)
                        return .init(at: zone.instant(day, end), isProvisional: provisional)
                    }
                    left -= room
                }
            }
            day = day + 1
            earliest = ClockTime(minutes: 0)
            provisional = provisional || !isLoaded(day)
        }
        return .init(at: zone.instant(day, closing), isProvisional: true)
    }

    /// So many days are walked one by one and no more: nothing that an office does takes a century, but any
    /// text can say so.
    private static let century = 36_525

    /// Minutes inside the work slots between two moments: what "took 1.4 work days" is made of.
    package func workMinutes(from start: Instant, to end: Instant) -> Int {
        guard start < end else { return 0 }
        let (first, last) = (zone.day(of: start), zone.day(of: end))
        var total = 0
        var day = max(first, last - Self.century)
        for _ in 0...(last.number - day.number) {
            if isWorkday(day) {
                for slot in slots {
                    let from = day == first ? max(slot.from, zone.time(of: start)) : slot.from
                    let until = day == last ? min(slot.until, zone.time(of: end)) : slot.until
                    total += max(0, until.minutes - from.minutes)
                }
            }
            day = day + 1
        }
        return total
    }

    /// How much of a limit's own clock passes between two moments, in milliseconds: work time for limits in
    /// work hours and work days, all time for the others.
    package func elapsed(_ unit: TimeLimit.Unit, from start: Instant, to end: Instant) -> Int64 {
        switch unit {
        case .workHours, .workDays: Int64(workMinutes(from: start, to: end)) * 60_000
        case .urgentHours, .calendarDays: max(0, end.since(start))
        }
    }

    /// A deadline that stood still for so many milliseconds of its own clock. One in work days ends with the
    /// day, as ever.
    package func deadline(_ due: Instant, after stoodStill: Int64, of unit: TimeLimit.Unit) -> Deadline {
        guard stoodStill > 0 else { return .init(at: due, isProvisional: false) }
        switch unit {
        case .urgentHours, .calendarDays:
            return .init(at: due.adding(milliseconds: stoodStill), isProvisional: false)
        case .workHours: return after(workMinutes: Int(stoodStill / 60_000), from: due)
        case .workDays:
            let moved = after(workMinutes: Int(stoodStill / 60_000), from: due)
            return .init(
                at: zone.instant(zone.day(of: moved.at), closing), isProvisional: moved.isProvisional)
        }
    }
}

/// Which days are worked and at which hours: the national calendar with its make-up work days, and the
/// office's slots.
package struct WorkCalendar: Sendable, Equatable {
    /// A span of the working day, from inclusive, until exclusive.
    package struct Slot: Sendable, Equatable {
        /// Where the slot begins.
        package var from: ClockTime
        /// Where the slot ends.
        package var until: ClockTime
        /// A slot between two times of one day.
        package init(from: ClockTime, until: ClockTime) { (self.from, self.until) = (from, until) }
    }

    /// The zone in which days and slots are reckoned.
    package var zone: Zone
    /// The working hours of every work day, in order, not overlapping.
    package var slots: [Slot]
    /// Years whose holidays have been announced and loaded.
    package var loadedYears: Set<Int>
    /// Days that differ from the plain week: true is worked (make-up day), false is free (holiday).
    package var exceptions: [Day: Bool]

    /// 08:30–12:00 and 14:30–18:00.
    package static let usualSlots = [
        Slot(from: .init(minutes: 510), until: .init(minutes: 720)),
        Slot(from: .init(minutes: 870), until: .init(minutes: 1080)),
    ]

    /// A calendar; `slots` must not be empty.
    package init(
        zone: Zone = .china, slots: [Slot] = usualSlots, loadedYears: Set<Int> = [],
        exceptions: [Day: Bool] = [:]
    ) {
        (self.zone, self.slots, self.loadedYears, self.exceptions) = (zone, slots, loadedYears, exceptions)
    }

    /// Whether people work on that day. In a year that is not loaded only the week decides.
    package func isWorkday(_ day: Day) -> Bool { exceptions[day] ?? !day.isWeekend }

    /// Whether that day's year has been announced and loaded.
    package func isLoaded(_ day: Day) -> Bool { loadedYears.contains(day.parts.year) }

    /// The first work day after that day.
    package func workday(after day: Day) -> Day {
        var next = day + 1
        // Nobody is free for years: beyond that the calendar says nothing.
        for _ in 0..<3_660 where !isWorkday(next) { next = next + 1 }
        return next
    }

    /// When the working day ends.
    package var closing: ClockTime { slots.last?.until ?? ClockTime(minutes: 1080) }
}

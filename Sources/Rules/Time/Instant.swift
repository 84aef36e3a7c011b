/// A moment in time: whole milliseconds since 1970-01-01T00:00:00Z. Stored as INTEGER.
package struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch, UTC.
    package var milliseconds: Int64

    /// A moment from milliseconds since the epoch.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Earlier moments come first.
    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }

    /// The moment so many milliseconds later (or earlier, if negative). Beyond the moments that can be told
    /// there is none: the last of year 9999 is as late as a deadline can be, whatever the clock shows.
    package func adding(milliseconds: Int64) -> Instant {
        let sum = within(self.milliseconds.addingReportingOverflow(milliseconds))
        let (first, last) = (
            min(self.milliseconds, Self.told.lowerBound), max(self.milliseconds, Self.told.upperBound)
        )
        return .init(milliseconds: min(max(sum, first), last))
    }
    /// The moment so many minutes later.
    package func adding(minutes: Int) -> Instant { adding(milliseconds: Int64(times(minutes, 60_000))) }
    /// The moment so many clock hours later.
    package func adding(hours: Int) -> Instant { adding(minutes: times(hours, 60)) }
    /// Milliseconds from another moment to this one.
    package func since(_ other: Instant) -> Int64 {
        within(milliseconds.subtractingReportingOverflow(other.milliseconds))
    }

    /// The moments that a text can tell: from the beginning of year 1 to the end of year 9999, in
    /// milliseconds.
    package static let told: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// `2019-07-31T01:40:00Z` or with fraction or offset (`+08:00`); nil if it is not such a text or not a
    /// real date.
    package init?(iso text: String) {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        guard parts.count == 2, let day = Day(String(parts[0])) else { return nil }
        var clock = parts[1]
        var offset = 0
        if clock.hasSuffix("Z") {
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let minutes = ClockTime(String(clock[clock.index(after: sign)...]))?.minutes else {
                return nil
            }
            offset = clock[sign] == "-" ? -minutes : minutes
            clock = clock[..<sign]
        } else {
            return nil
        }
        guard let time = ClockTime.milliseconds(clock) else { return nil }
        let moment = Int64(day.number) * 86_400_000 + time - Int64(offset) * 60_000
        guard Self.told.contains(moment) else { return nil }
        self.init(milliseconds: moment)
    }

    /// `2019-07-31T01:40:00.000Z`: the form of the API.
    package var iso: String {
        let (day, rest) = Int(milliseconds).quotientAndRemainder(flooringBy: 86_400_000)
        let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1000)
        return
            """
            \(Day(number: day))T\(ClockTime(minutes: seconds / 60)):\(padded(seconds % 60, 2)).\
            \(padded(fraction, 3))Z
            """
    }
}

/// A civil date in the county's zone. Stored as `YYYY-MM-DD`.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package var number: Int

    /// A date from the count of days since 1970-01-01. What lies a million years away is that far and no
    /// further, so that reckoning with days never overflows.
    package init(number: Int) { self.number = min(max(number, -Self.furthest), Self.furthest) }
    private static let furthest = 366_000_000

    /// A date of the Gregorian calendar; nil for dates that do not exist, such as 2019-02-30.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Days from civil, after Howard Hinnant's published algorithm (March-based years of an era of 400).
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: era * 146_097 + dayOfEra - 719_468)
        guard parts == (year, month, day) else { return nil }
    }

    /// Exactly `YYYY-MM-DD`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Year, month 1…12, day 1…31.
    package var parts: (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (number + 719_468).quotientAndRemainder(flooringBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// 1 Monday … 7 Sunday.
    package var weekday: Int { (number + 3).quotientAndRemainder(flooringBy: 7).remainder + 1 }
    /// Saturday or Sunday.
    package var isWeekend: Bool { weekday >= 6 }
    /// The Monday of this day's week.
    package var monday: Day { self - (weekday - 1) }
    /// The first day of this day's month.
    package var firstOfMonth: Day { self - (parts.day - 1) }
    /// The last day of its month.
    package var lastOfMonth: Day { (firstOfMonth + 31).firstOfMonth - 1 }
    /// The first day of this day's year.
    package var firstOfYear: Day { Day(year: parts.year, month: 1, day: 1) ?? self }

    package var description: String {
        "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))"
    }
    /// Earlier days come first.
    package static func < (a: Day, b: Day) -> Bool { a.number < b.number }
    /// So many days later.
    package static func + (a: Day, days: Int) -> Day {
        Day(number: within(a.number.addingReportingOverflow(days)))
    }
    /// So many days earlier.
    package static func - (a: Day, days: Int) -> Day {
        Day(number: within(a.number.subtractingReportingOverflow(days)))
    }
}

/// A time of day in whole minutes after midnight, 0…1440 (24:00 ends a day).
package struct ClockTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Minutes after midnight.
    package var minutes: Int
    /// A time from minutes after midnight.
    package init(minutes: Int) { self.minutes = minutes }
    /// `HH:MM`, 00:00 to 24:00; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 2, parts[1].count == 2, let hour = digits(parts[0]),
            let minute = digits(parts[1]), (0...24).contains(hour), (0...59).contains(minute),
            hour * 60 + minute <= 1440
        else { return nil }
        self.init(minutes: hour * 60 + minute)
    }
    package var description: String { "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))" }
    /// Earlier times come first.
    package static func < (a: Self, b: Self) -> Bool { a.minutes < b.minutes }

    /// Milliseconds after midnight of `HH:MM`, `HH:MM:SS` or `HH:MM:SS.sss`.
    static func milliseconds(_ text: Substring) -> Int64? {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count <= 2, parts.count == 2 || parts.count == 3,
            let time = ClockTime(parts[0] + ":" + parts[1]), time.minutes < 1440
        else { return nil }
        var seconds = 0
        if parts.count == 3 {
            guard parts[2].count == 2, let value = digits(parts[2]), (0...59).contains(value) else {
                return nil
            }
            seconds = value
        }
        var fraction = 0
        if halves.count == 2 {
            guard !halves[1].isEmpty, halves[1].allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            fraction = Int((halves[1] + "000").prefix(3)) ?? 0
        }
        return Int64(time.minutes) * 60_000 + Int64(seconds) * 1000 + Int64(fraction)
    }

    init?(_ text: Substring) { self.init(String(text)) }
}

/// The offset of a county's civil time from UTC. China keeps one zone without summer time.
package struct Zone: Hashable, Sendable {
    /// Minutes east of UTC.
    package var minutesEast: Int
    /// A zone so many minutes east of UTC.
    package init(minutesEast: Int) { self.minutesEast = minutesEast }
    /// China Standard Time, UTC+8.
    package static let china = Zone(minutesEast: 480)

    /// The civil date of a moment.
    package func day(of moment: Instant) -> Day { Day(number: split(moment).0) }
    /// The time of day of a moment, in whole minutes.
    package func time(of moment: Instant) -> ClockTime { ClockTime(minutes: split(moment).1) }
    /// The moment at which the clock on that day shows that time.
    package func instant(_ day: Day, _ time: ClockTime = ClockTime(minutes: 0)) -> Instant {
        Instant(milliseconds: 0).adding(minutes: times(day.number, 1440)).adding(minutes: time.minutes)
            .adding(minutes: -minutesEast)
    }

    private func split(_ moment: Instant) -> (Int, Int) {
        let minutes = within(
            Int(moment.milliseconds).quotientAndRemainder(flooringBy: 60_000).quotient
                .addingReportingOverflow(minutesEast))
        return minutes.quotientAndRemainder(flooringBy: 1440)
    }
}

extension Int {
    /// Division that rounds toward minus infinity, so that moments before 1970 fall on the right day.
    func quotientAndRemainder(flooringBy divisor: Int) -> (quotient: Int, remainder: Int) {
        let (q, r) = quotientAndRemainder(dividingBy: divisor)
        return r < 0 ? (q - 1, r + divisor) : (q, r)
    }
}

/// The product, or the furthest number there is if it is further away than that.
func times(_ number: Int, _ factor: Int) -> Int {
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? ((number < 0) == (factor < 0) ? .max : .min) : product
}

/// The sum or difference, or the furthest number there is if it is further away than that.
func within<Number: FixedWidthInteger & SignedInteger>(_ outcome: (partialValue: Number, overflow: Bool))
    -> Number
{
    // What overflowed has the other sign.
    outcome.overflow ? (outcome.partialValue < 0 ? .max : .min) : outcome.partialValue
}

/// A number of ASCII digits only: `Int` would take signs as well.
func digits(_ text: Substring) -> Int? { text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil }

func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

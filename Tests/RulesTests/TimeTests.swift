import Testing

@testable import Rules

/// Days, moments and times of day.
struct TimeTests {
    @Test func `every day from 1900 to 2100 reads back as it is written`() throws {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var number = try #require(Day("1900-01-01")).number
        #expect(number == -25_567)
        var weekday = 1  // 1 January 1900 was a Monday.
        for year in 1900...2100 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in 1...12 {
                for dayOfMonth in 1...(month == 2 && isLeap ? 29 : lengths[month - 1]) {
                    let day = try #require(Day(year: year, month: month, day: dayOfMonth))
                    guard day.number == number, day.parts == (year, month, dayOfMonth),
                        day.weekday == weekday,
                        Day(day.description) == day, day.monday.weekday == 1, day.firstOfMonth.parts.day == 1
                    else {
                        Issue.record("\(year)-\(month)-\(dayOfMonth) became \(day)")
                        return
                    }
                    number += 1
                    weekday = weekday % 7 + 1
                }
            }
        }
    }

    @Test(arguments: [
        "2019-02-29", "2019-02-30", "1900-02-29", "2019-04-31", "2019-13-01", "2019-00-01", "2019-01-00",
        "2019-01-32", "2019-1-1",
        "19-01-01", "2019/01/01", "2019-01-01 ", "", "2019-01", "2019-01-01-01", "+019-01-01", "2019-+1-01",
        "2019-01-+1", "二零一九-01-01",
    ])
    func `a text that is no date is refused`(_ text: String) {
        #expect(Day(text) == nil)
    }

    @Test func `the leap days of the Gregorian calendar exist`() {
        #expect(Day("2000-02-29")?.description == "2000-02-29")
        #expect(Day("2024-02-29").map { $0 + 1 } == Day("2024-03-01"))
        #expect(Day("2019-03-01").map { $0 - 1 } == Day("2019-02-28"))
    }

    @Test(arguments: ["24:01", "25:00", "8:30", "08:60", "0830", "08:30:00", "-1:00", "+8:30", "08:+5", ""])
    func `a text that is no time of day is refused`(_ text: String) {
        #expect(ClockTime(text) == nil)
    }

    @Test func `every minute of a day reads back as it is written`() {
        for minute in 0...1440 {
            #expect(ClockTime(ClockTime(minutes: minute).description)?.minutes == minute)
        }
    }

    @Test func `a moment is read with its offset and written in UTC`() throws {
        let moment = try #require(Instant(iso: "2019-07-31T09:40:00+08:00"))
        #expect(moment.iso == "2019-07-31T01:40:00.000Z")
        #expect(Instant(iso: "2019-07-31T01:40:00Z") == moment)
        #expect(Instant(iso: "2019-07-31 01:40Z") == moment)
        #expect(Instant(iso: "2019-07-30T21:40:00-04:00") == moment)
        #expect(Instant(iso: "2019-07-31T01:40:00.5Z") == moment.adding(milliseconds: 500))
        #expect(Instant(iso: "1969-12-31T23:59:59.999Z")?.milliseconds == -1)
    }

    @Test(arguments: [
        "2019-07-31T01:40:00", "2019-02-30T01:40:00Z", "2019-07-31T24:00:00Z", "2019-07-31T01:60:00Z",
        "2019-07-31T01:40:60Z",
        "2019-07-31T01:40:00.Z", "2019-07-31", "01:40:00Z", "2019-07-31T01:40:00+8", "2019-07-31T01:40:+5Z",
    ])
    func `a text that is no moment is refused`(_ text: String) {
        #expect(Instant(iso: text) == nil)
    }

    @Test func `moments of two centuries read back as they are written`() {
        var chance = SplitMix64(seed: 1)
        for _ in 0..<5000 {
            let moment = Instant(
                milliseconds: Int64.random(in: -2_208_988_800_000...4_102_444_800_000, using: &chance))
            #expect(Instant(iso: moment.iso) == moment)
            let (day, time) = (Zone.china.day(of: moment), Zone.china.time(of: moment))
            let rest = moment.since(Zone.china.instant(day, time))
            #expect((0..<60_000).contains(rest))
        }
    }

    @Test func `a day begins at midnight in the county and not in Greenwich`() throws {
        let evening = try #require(Instant(iso: "2019-07-31T16:00:00Z"))
        #expect(Zone.china.day(of: evening).description == "2019-08-01")
        #expect(Zone.china.day(of: evening.adding(milliseconds: -1)).description == "2019-07-31")
    }
}

/// A small generator with a seed, so that a failure can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

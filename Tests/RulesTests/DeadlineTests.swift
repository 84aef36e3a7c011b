import Testing

@testable import Rules

/// What the State Council announced for 2019, as far as it differs from the plain week.
let free2019 = [
    "2019-01-01", "2019-02-04", "2019-02-05", "2019-02-06", "2019-02-07", "2019-02-08", "2019-04-05",
    "2019-05-01",
    "2019-05-02", "2019-05-03", "2019-06-07", "2019-09-13", "2019-10-01", "2019-10-02", "2019-10-03",
    "2019-10-04", "2019-10-07",
]
let worked2019 = ["2019-02-02", "2019-02-03", "2019-04-28", "2019-05-05", "2019-09-29", "2019-10-12"]

let calendar2019 = WorkCalendar(
    loadedYears: [2019],
    exceptions: Dictionary(
        uniqueKeysWithValues: free2019.map { (Day($0)!, false) } + worked2019.map { (Day($0)!, true) }))

func moment(_ day: String, _ time: String) -> Instant { Zone.china.instant(Day(day)!, ClockTime(time)!) }

/// Time limits against examples reckoned by hand.
struct DeadlineTests {
    struct Example: CustomTestStringConvertible, Sendable {
        var limit: String, start: (String, String), end: (String, String)
        init(_ limit: String, _ a: String, _ b: String, _ c: String, _ d: String) {
            (self.limit, start, end) = (limit, (a, b), (c, d))
        }
        var testDescription: String { "\(limit) from \(start.0) \(start.1)" }
    }

    static let examples = [
        // Clock hours run through night and holiday.
        Example("3 urgent_hours", "2019-02-05", "22:30", "2019-02-06", "01:30"),
        Example("24 urgent_hours", "2019-10-01", "10:15", "2019-10-02", "10:15"),
        // Work hours: half past eight to twelve, half past two to six.
        Example("2 work_hours", "2019-07-31", "09:00", "2019-07-31", "11:00"),
        Example("2 work_hours", "2019-07-31", "11:00", "2019-07-31", "15:30"),
        Example("3 work_hours", "2019-07-31", "17:00", "2019-08-01", "10:30"),
        Example("7 work_hours", "2019-07-31", "08:30", "2019-07-31", "18:00"),
        Example("8 work_hours", "2019-07-31", "08:30", "2019-08-01", "09:30"),
        Example("1 work_hours", "2019-07-31", "11:00", "2019-07-31", "12:00"),
        Example("1 work_hours", "2019-07-31", "12:00", "2019-07-31", "15:30"),
        Example("1 work_hours", "2019-07-31", "20:00", "2019-08-01", "09:30"),
        Example("1 work_hours", "2019-07-31", "03:00", "2019-07-31", "09:30"),
        // From the last hour of the make-up Sunday over the seven free days of Spring Festival.
        Example("2 work_hours", "2019-02-03", "17:00", "2019-02-11", "09:30"),
        // A Saturday that is worked is a work day.
        Example("2 work_hours", "2019-10-12", "09:00", "2019-10-12", "11:00"),
        // Work days: the day of acceptance does not count, whatever the hour.
        Example("1 work_days", "2019-07-31", "08:00", "2019-08-01", "18:00"),
        Example("1 work_days", "2019-07-31", "23:59", "2019-08-01", "18:00"),
        Example("5 work_days", "2019-07-31", "09:40", "2019-08-07", "18:00"),
        Example("1 work_days", "2019-08-02", "16:00", "2019-08-05", "18:00"),
        // Friday 1 February: the Saturday and Sunday after it are worked, then a week is free.
        Example("1 work_days", "2019-02-01", "10:00", "2019-02-02", "18:00"),
        Example("2 work_days", "2019-02-01", "10:00", "2019-02-03", "18:00"),
        Example("3 work_days", "2019-02-01", "10:00", "2019-02-11", "18:00"),
        // Saturday 27 April is free, Sunday 28 worked, 29 and 30 worked, 1–4 May free, Sunday 5 May worked.
        Example("3 work_days", "2019-04-27", "10:00", "2019-04-30", "18:00"),
        Example("4 work_days", "2019-04-27", "10:00", "2019-05-05", "18:00"),
        Example("5 work_days", "2019-04-27", "10:00", "2019-05-06", "18:00"),
        // Sunday 29 September worked, 30 too, 1–7 October free, 8–11 worked, Saturday 12 worked, Monday 14.
        Example("1 work_days", "2019-09-27", "10:00", "2019-09-29", "18:00"),
        Example("2 work_days", "2019-09-27", "10:00", "2019-09-30", "18:00"),
        Example("3 work_days", "2019-09-27", "10:00", "2019-10-08", "18:00"),
        Example("7 work_days", "2019-09-27", "10:00", "2019-10-12", "18:00"),
        Example("8 work_days", "2019-09-27", "10:00", "2019-10-14", "18:00"),
        // Calendar days: the day of acceptance does not count, holidays do.
        Example("1 calendar_days", "2019-07-31", "09:40", "2019-08-01", "18:00"),
        Example("7 calendar_days", "2019-10-01", "00:10", "2019-10-08", "18:00"),
        Example("30 calendar_days", "2019-01-30", "12:00", "2019-03-01", "18:00"),
    ]

    @Test(arguments: examples)
    func `a limit ends where the calendar says`(_ example: Example) throws {
        let limit = try #require(TimeLimit(example.limit))
        let due = calendar2019.deadline(limit, from: moment(example.start.0, example.start.1))
        #expect(due.at.iso == moment(example.end.0, example.end.1).iso)
        #expect(due.isProvisional == false)
    }

    @Test func `a deadline that reaches into a year not announced yet is provisional`() throws {
        let limit = try #require(TimeLimit("3 work_days"))
        let inside = calendar2019.deadline(limit, from: moment("2019-12-26", "10:00"))
        #expect(inside.at == moment("2019-12-31", "18:00"))
        #expect(inside.isProvisional == false)
        let beyond = calendar2019.deadline(limit, from: moment("2019-12-27", "10:00"))
        #expect(
            beyond.at == moment("2020-01-01", "18:00"),
            "reckoned by weekends only: New Year's Day is not known yet")
        #expect(beyond.isProvisional)
        #expect(
            calendar2019.deadline(
                try #require(TimeLimit("8 work_hours")), from: moment("2019-12-31", "17:00")
            ).isProvisional)
        #expect(
            calendar2019.deadline(
                try #require(TimeLimit("48 urgent_hours")), from: moment("2019-12-31", "17:00")
            ).isProvisional == false)
        #expect(calendar2019.deadline(limit, from: moment("2018-12-24", "10:00")).isProvisional)
    }

    @Test func `work minutes count the slots of work days only`() {
        func minutes(_ a: Instant, _ b: Instant) -> Int { calendar2019.workMinutes(from: a, to: b) }
        #expect(minutes(moment("2019-07-31", "08:00"), moment("2019-07-31", "20:00")) == 420)
        #expect(minutes(moment("2019-07-31", "11:30"), moment("2019-07-31", "15:00")) == 60)
        #expect(minutes(moment("2019-07-31", "12:10"), moment("2019-07-31", "14:20")) == 0)
        #expect(minutes(moment("2019-02-03", "17:00"), moment("2019-02-11", "09:30")) == 120)
        #expect(minutes(moment("2019-10-01", "00:00"), moment("2019-10-08", "00:00")) == 0)
        #expect(minutes(moment("2019-10-12", "08:30"), moment("2019-10-12", "12:00")) == 210)
        #expect(minutes(moment("2019-07-31", "15:00"), moment("2019-07-31", "09:00")) == 0)
    }
}

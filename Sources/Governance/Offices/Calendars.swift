package import Rules
import Store

/// The national calendar as data: years that were announced, and the days that differ from the plain week.
package enum Calendars {
    /// The office's calendar: all staff know it.
    package static func own(for actor: Actor, in books: Books) throws -> WorkCalendar {
        try actor.needStaff()
        return try of(actor.county, in: books)
    }

    static func of(_ county: County, in books: Books) throws -> WorkCalendar {
        try books.cache.versioned("calendar", most: 1).thing(
            0, of: county, version: books.organisation(of: county)
        ) {
            try read(county, in: books)
        }
    }

    private static func read(_ county: County, in books: Books) throws -> WorkCalendar {
        let profile = try books.first("SELECT zone_minutes, slots FROM office WHERE county = \(county)") {
            (try $0.get("zone_minutes", as: Int.self), try $0.get("slots", as: String.self))
        }
        let years = try books.all("SELECT year FROM calendar_year") { try $0.get("year", as: Int.self) }
        let days = try books.all("SELECT day, is_workday FROM calendar_day") {
            (try $0.get("day", as: Day.self), try $0.get("is_workday", as: Bool.self))
        }
        return WorkCalendar(
            zone: Zone(minutesEast: profile?.0 ?? Zone.china.minutesEast),
            slots: profile.flatMap { slots($0.1) } ?? WorkCalendar.usualSlots, loadedYears: Set(years),
            exceptions: Dictionary(days) { _, last in last })
    }

    /// `08:30-12:00 14:30-18:00`; nil if it is not such a text.
    package static func slots(_ text: String) -> [WorkCalendar.Slot]? {
        let slots = text.split(separator: " ").compactMap { part -> WorkCalendar.Slot? in
            let ends = part.split(separator: "-").map { ClockTime(String($0)) }
            guard ends.count == 2, let from = ends[0], let until = ends[1], from < until else { return nil }
            return .init(from: from, until: until)
        }
        let isOrdered = zip(slots, slots.dropFirst()).allSatisfy { $0.until <= $1.from }
        return slots.isEmpty || slots.count != text.split(separator: " ").count || !isOrdered ? nil : slots
    }

    /// The text that `slots` reads.
    package static func text(_ slots: [WorkCalendar.Slot]) -> String {
        slots.map { "\($0.from)-\($0.until)" }.joined(separator: " ")
    }

    /// Sets the office's working hours.
    package static func setSlots(_ text: String, by actor: Actor, at now: Instant, in books: Books) throws {
        try actor.need(.administer)
        guard slots(text) != nil else {
            throw Refusal.invalid(
                "slots", zh: "工作时段写成 08:30-12:00 14:30-18:00 的样子。",
                en: "Write working hours like 08:30-12:00 14:30-18:00.")
        }
        try books.change("UPDATE office SET slots = \(text) WHERE county = \(actor.county)")
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.parameterSet, [("name", "slots"), ("value", text)]),
            about: .init("office", actor.county.code), by: actor,
            as: .administer, at: now)
    }

    /// Takes a table of days: `date, is_workday` and, if there, `name`: whole years, or only the days that
    /// differ from the plain week. A year with fewer than seven free weekdays is refused: its announcement
    /// cannot be all there.
    package static func importing(
        _ table: Table, source: String, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ImportReport {
        try actor.need(.administer)
        _ = try table.positions(of: ["date", "is_workday"])
        let nameColumn =
            ["name", "holiday_name_or_empty", "holiday"].first { table.position(of: $0) != nil } ?? "name"
        var years = Set<Int>()
        var known = Dictionary(
            uniqueKeysWithValues: try books.all("SELECT day, is_workday FROM calendar_day") {
                (try $0.get("day", as: Day.self), try $0.get("is_workday", as: Bool.self))
            })
        let report = try table.each { row, report in
            guard let day = Day(row["date"]), (1990...2200).contains(day.parts.year) else {
                throw Refusal.invalid(
                    "date", zh: "日期“\(row["date"])”不对，应为 2026-01-31 的样子。",
                    en: "“\(row["date"])” is not a date like 2026-01-31.")
            }
            guard
                let isWorkday = ["1": true, "0": false, "true": true, "false": false][
                    row["is_workday"].lowercased()]
            else {
                throw Refusal.invalid("is_workday", zh: "是否工作日填 1 或 0。", en: "is_workday is 1 or 0.")
            }
            let name = try Check.optionalText(row[nameColumn], field: nameColumn, most: 100)
            years.insert(day.parts.year)
            let old = known[day]
            known[day] = isWorkday == !day.isWeekend ? nil : isWorkday
            if isWorkday == !day.isWeekend {
                report.same += old == nil ? 1 : 0
                if old != nil {
                    try books.put("DELETE FROM calendar_day WHERE day = \(day)")
                    report.changed += 1
                }
            } else if old == isWorkday {
                report.same += 1
            } else {
                try books.put(
                    """
                    INSERT INTO calendar_day (day, is_workday, name) VALUES (\(day), \(isWorkday), \(name))
                    ON CONFLICT (day) DO UPDATE SET is_workday = excluded.is_workday, name = excluded.name
                    """)
                report.added += 1
            }
        }
        guard report.faults.isEmpty else { return report }
        for year in years.sorted() {
            // Every year has at least seven free weekdays; fewer means that the announcement is not all
            // there.
            let free = known.filter { $0.key.parts.year == year && !$0.value }.count
            guard free >= 7 else {
                var refused = report
                refused.fault(
                    1, "date", zh: "\(year) 年只有 \(free) 天放假，安排不全，没有装入。",
                    en: "\(year) has only \(free) free weekdays: not the whole announcement.")
                return refused
            }
            try books.put(
                """
                INSERT INTO calendar_year (year, source) VALUES (\(year), \(source))
                    ON CONFLICT (year) DO UPDATE SET source = excluded.source
                """
            )
        }
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(
                .calendarLoaded,
                [("years", years.sorted().map(String.init).joined(separator: " ")), ("source", source)]),
            about: .init("calendar", years.max().map(String.init) ?? ""), by: actor, as: .administer, at: now)
        // The other offices' deadlines their own clockwork settles.
        try Cases.settleProvisional(of: actor.county, at: now, in: books)
        return report
    }

    /// Loads the years that the program carries, unless they are there.
    package static func loadStarter(by actor: Actor, at now: Instant, in books: Books) throws {
        guard try books.count("SELECT COUNT(*) FROM calendar_year") == 0 else { return }
        let table = try Table(.init(Embedded.text("calendar.csv").utf8))
        let report = try importing(
            table, source: "State Council notices on public holidays", by: actor, at: now, in: books)
        precondition(
            report.faults.isEmpty, "the calendar that the program carries is wrong: \(report.faults)")
        // Years without a single make-up day still were announced.
        for year in 2004...2026 {
            try books.put(
                "INSERT INTO calendar_year (year, source) VALUES (\(year), '') ON CONFLICT (year) DO NOTHING")
        }
    }

    /// The years loaded, in order: all staff know them.
    package static func years(for actor: Actor, in books: Books) throws -> [Int] {
        try actor.needStaff()
        return try books.all("SELECT year FROM calendar_year ORDER BY year") { try $0.get("year") }
    }
}

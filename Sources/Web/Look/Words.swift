import Governance
import Rules

/// Dates, times and lamps as people say them.
extension Call {
    /// `7月31日 星期三`, or `Wed 31 Jul`; with the year if it is another than this one's.
    func day(_ day: Day) -> String {
        let (year, month, date) = day.parts
        let other = year != today.parts.year
        return language == .zh
            ? (other ? "\(year)年" : "") + "\(month)月\(date)日"
            : "\(date) \(Self.months[month - 1])" + (other ? " \(year)" : "")
    }
    /// `星期三`, or `Wednesday`.
    func weekday(_ day: Day) -> String {
        language == .zh
            ? "星期" + ["一", "二", "三", "四", "五", "六", "日"][day.weekday - 1]
            : ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][day.weekday - 1]
    }
    /// `今天 08:30`, `昨天 17:30`, `7月18日 16:30`.
    func moment(_ at: Instant) -> String {
        let (date, time) = (zone.day(of: at), zone.time(of: at))
        let name =
            switch today.number - date.number {
            case 0: say("今天", "today")
            case 1: say("昨天", "yesterday")
            case -1: say("明天", "tomorrow")
            default: day(date)
            }
        return "\(name) \(time)"
    }
    /// That more waits than is shown; nothing where all of it is.
    func more<Item>(_ queue: Queue<Item>) -> HTML? { more(shown: queue.items.count, of: queue.total) }
    /// The same of a list that is told apart from its queue; `export` where all of it can be had as a file.
    func more(shown: Int, of total: Int, export: Bool = false) -> HTML? {
        guard total > shown else { return nil }
        if export {
            return
                "<p class=\"mute\">\(say("共 \(total) 项，先列前 \(shown) 项，全部的在导出的表里。", "\(total) in all; here are the first \(shown), the exported file has them all."))</p>"
        }
        return """
            <p class="mute">\(say("共 \(total) 项，先列前 \(shown) 项，办完后面的自动补上。", "\(total) in all; here are the first \(shown), the others move up as these are done."))</p>
            """
    }
    /// `5 个工作日`, or `5 work days`.
    func limit(_ limit: TimeLimit) -> String {
        switch limit.unit {
        case .urgentHours: say("\(limit.amount) 小时", "\(limit.amount) hours, day and night")
        case .workHours: say("\(limit.amount) 个工作小时", "\(limit.amount) work hours")
        case .workDays: say("\(limit.amount) 个工作日", "\(limit.amount) work days")
        case .calendarDays: say("\(limit.amount) 天", "\(limit.amount) days")
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Colour, shape and word for a deadline: never colour alone.
    func lamp(_ state: Case.State, dueAt: Instant?, provisional: Bool = false) -> HTML {
        guard state.isOpen else { return "<span class=\"lamp done\">\(say(state.words))</span>" }
        guard let dueAt, state.isRunning else { return "<span class=\"lamp ok\">\(say(state.words))</span>" }
        let mark = provisional ? say("（暂定）", " (provisional)") : ""
        if dueAt < now {
            let days = today.number - zone.day(of: dueAt).number
            let late =
                days > 0
                ? say("超期 \(days) 天", "\(days) d overdue")
                : say("超期（\(zone.time(of: dueAt)) 到期）", "overdue since \(zone.time(of: dueAt))")
            return "<span class=\"lamp late\">\(late)\(mark)</span>"
        }
        if zone.day(of: dueAt) == today {
            return
                """
                <span class="lamp soon">\
                \(say("今天 \(zone.time(of: dueAt)) 前", "by \(zone.time(of: dueAt)) today"))\(mark)</span>
                """
        }
        return "<span class=\"lamp ok\">\(say("\(moment(dueAt)) 前", "by \(moment(dueAt))"))\(mark)</span>"
    }

    /// `late`, `soon` or `ok`: the same judgement for backgrounds.
    func urgency(_ state: Case.State, dueAt: Instant?) -> String {
        guard let dueAt, state.isRunning else { return "ok" }
        return dueAt < now ? "late" : zone.day(of: dueAt) == today ? "soon" : "ok"
    }
}

/// A thin line between two pieces of one line of text.
let separator: HTML = "<i class=\"sep\"></i>"

import Rules
import Store

extension Figure {
    private static let running: SQL = "c.state IN ('filed', 'dispatched', 'handling')"
    private static let dispatched: SQL = "c.dispatched_at IS NOT NULL AND c.state NOT IN ('void', 'merged')"

    static let reported = Figure(
        id: "reported", words: Phrase(zh: "受理", en: "Reported"),
        definition: Phrase(zh: "期间受理的事项", en: "Cases reported in the period"), rows: .cases,
        numerator: "1 = 1")

    private static let closed = Figure(
        id: "closed", words: Phrase(zh: "办结", en: "Closed"),
        definition: Phrase(zh: "其中已结案的（不含解释说明）", en: "Of these, closed as solved"), rows: .cases,
        numerator: "c.state = 'closed' AND c.outcome = 'solved'")

    static let open = Figure(
        id: "open", words: Phrase(zh: "在办", en: "Open"),
        definition: Phrase(zh: "还没有结束的事项", en: "Cases that have not ended"), rows: .cases,
        numerator: "c.state NOT IN ('closed', 'declined', 'merged', 'void')")

    static let overdue = Figure(
        id: "overdue", words: Phrase(zh: "超期", en: "Overdue"),
        definition: Phrase(zh: "过了时限、还没有报告处置结果的", en: "Past the deadline and not reported handled"),
        rows: .cases,
        higherIsBetter: false, numerator: Condition("1 = 0", whenLate: running))

    private static let explained = Figure(
        id: "explained", words: Phrase(zh: "解释说明", en: "Explained"),
        definition: Phrase(
            zh: "办不到、经第二人同意解释结案的，单独计数，不算解决",
            en: "Closed by an endorsed explanation: counted apart, never as solved"),
        rows: .cases, numerator: "c.state = 'closed' AND c.outcome = 'explained'")

    private static let handlingRate = Figure(
        id: "handling_rate", words: Phrase(zh: "处置率", en: "Handling rate"),
        definition: Phrase(zh: "已处置 ÷ 应处置（已派遣且未作废）", en: "Handled ÷ due to handle (dispatched and not void)"),
        rows: .cases,
        higherIsBetter: true, numerator: Condition("\(dispatched) AND c.handled_at IS NOT NULL"),
        denominator: Condition(dispatched))

    private static let onTimeHandlingRate = Figure(
        id: "on_time_handling_rate", words: Phrase(zh: "按时处置率", en: "On-time handling rate"),
        definition: Phrase(
            zh: "时限内处置 ÷ 应处置中到期的或已处置的",
            en: "Handled by the deadline ÷ due to handle whose deadline has passed or that are handled"),
        rows: .cases, higherIsBetter: true,
        numerator: Condition("\(dispatched) AND c.handled_at <= c.due_at"),
        denominator: Condition("\(dispatched) AND c.handled_at IS NOT NULL", whenLate: dispatched))

    private static let closingRate = Figure(
        id: "closing_rate", words: Phrase(zh: "结案率", en: "Closing rate"),
        definition: Phrase(
            zh: "已结案 ÷ 到现在应结案的（到期的或已结案的）；一直不办的单位也在分母里",
            en: "Closed ÷ due to close by now, so that a unit that never handles does not look clean"),
        rows: .cases, higherIsBetter: true,
        numerator: Condition("\(dispatched) AND c.state = 'closed' AND c.outcome = 'solved'"),
        denominator: Condition("\(dispatched) AND c.state = 'closed'", whenLate: dispatched))

    static let onTimeClosingRate = Figure(
        id: "on_time_closing_rate", words: Phrase(zh: "按期结案率", en: "On-time closing rate"),
        definition: Phrase(zh: "按期结案 ÷（已结案 + 在办超期）", en: "Closed in time ÷ (closed + open overdue)"),
        rows: .cases,
        higherIsBetter: true,
        numerator: "c.state = 'closed' AND c.outcome = 'solved' AND c.handled_at <= c.due_at",
        denominator: Condition("c.state = 'closed'", whenLate: running))

    private static let onTimeClosingRateAfterAppeal = Figure(
        id: "on_time_closing_rate_after_appeal",
        words: Phrase(zh: "按期结案率（申诉后）", en: "On-time closing rate after appeals"),
        definition: Phrase(
            zh: "申诉成立的超期也算按期；与上一个率同时公布",
            en: "Lateness excused by an appeal counts as in time; published beside the raw rate"),
        rows: .cases, higherIsBetter: true,
        numerator:
            "c.state = 'closed' AND c.outcome = 'solved' AND (c.handled_at <= c.due_at OR c.is_exempt = 1)",
        denominator: Condition("c.state = 'closed'", whenLate: running))

    private static let sameDayRate = Figure(
        id: "same_day_rate", words: Phrase(zh: "当日反馈率", en: "Same-day feedback rate"),
        definition: Phrase(
            zh: "当天告知责任单位 ÷ 巡查、检查发现的问题",
            en: "Told to the responsible unit the same civil day ÷ patrol and inspection findings"),
        rows: .cases, higherIsBetter: true,
        numerator: Condition {
            """
            c.source IN ('patrol', 'inspection')
            AND (c.told_at + \($0.zone.minutesEast * 60_000)) / 86400000 = (c.reported_at + \
            \($0.zone.minutesEast * 60_000)) / 86400000
            """
        }, denominator: "c.source IN ('patrol', 'inspection')")

    private static let reworkRate = Figure(
        id: "rework_rate", words: Phrase(zh: "返工率", en: "Rework rate"),
        definition: Phrase(zh: "核查不通过 ÷ 核查次数", en: "Failed checks ÷ checks"), rows: .checks,
        higherIsBetter: false,
        numerator: "k.passed = 0", denominator: "1 = 1")

    private static let missedRate = Figure(
        id: "missed_rate", words: Phrase(zh: "漏报率", en: "Missed rate"),
        definition: Phrase(
            zh: "应由网格发现却由别人反映的 ÷ 立案数",
            en: "Problems found by others that the grid should have reported ÷ filed"),
        rows: .cases, higherIsBetter: false,
        numerator: Condition { terms in
            """
            c.filed_at IS NOT NULL AND c.source NOT IN ('patrol', 'meeting', 'opinion') AND EXISTS (
                SELECT 1 FROM category g WHERE g.county = \(terms.county) AND g.code = c.category AND \
            g.grid_duty = 1
                AND g.version = c.category_version)
            """
        }, denominator: "c.filed_at IS NOT NULL")

    private static let recurrence = Figure(
        id: "recurrence", words: Phrase(zh: "重复发生率", en: "Recurrence"),
        definition: Phrase(
            zh: "结案后 30 天内同一地点同类问题又出现 ÷ 已结案",
            en: "Same point and category found again within 30 days ÷ rectified"),
        rows: .cases, higherIsBetter: false,
        numerator: Condition { terms in
            // Found again, as far as that was known at the moment that is asked for.
            let found: SQL
            if let past = terms.past {
                found =
                    """
                    FROM case_history r WHERE r.since <= \(past) AND r.until > \(past)
                        AND r.reported_at <= \(past) AND
                    """
            } else {
                found = "FROM case_file r WHERE"
            }
            return """
                c.state = 'closed' AND c.outcome = 'solved' AND EXISTS (
                    SELECT 1 \(found) r.county = \(terms.county) AND r.place = c.place AND r.place <> ''
                    AND r.territory_path = c.territory_path AND r.category = c.category AND r.category <> \
                '' AND r.reported_at > c.closed_at
                    AND r.reported_at <= c.closed_at + \(Int64(terms.recurrenceDays) * 86_400_000))
                """
        }, denominator: "c.state = 'closed' AND c.outcome = 'solved'")

    private static let contactRate = Figure(
        id: "contact_rate", words: Phrase(zh: "回访接通率", en: "Contact rate"),
        definition: Phrase(
            zh: "联系上的 ÷ 回访次数；没接通的照样显示", en: "Reached ÷ call-backs; no-answers are shown, never dropped"),
        rows: .calls,
        higherIsBetter: true, numerator: "b.reached = 1", denominator: "1 = 1")

    private static let solvedRate = Figure(
        id: "solved_rate", words: Phrase(zh: "解决率", en: "Solved rate"),
        definition: Phrase(zh: "说解决了的 ÷ 有效回访", en: "Said to be solved ÷ valid call-backs"), rows: .calls,
        higherIsBetter: true,
        numerator: "b.reached = 1 AND b.solved = 1", denominator: "b.reached = 1")

    private static let satisfiedRate = Figure(
        id: "satisfied_rate", words: Phrase(zh: "回访满意率", en: "Satisfied rate"),
        definition: Phrase(
            zh: "（满意 + w × 基本满意）÷ 有效回访，w 是参数",
            en: "(satisfied + w × basically satisfied) ÷ valid call-backs; w is a parameter"),
        rows: .calls, higherIsBetter: true, numerator: "b.reached = 1 AND b.satisfaction = 'satisfied'",
        partly: "b.reached = 1 AND b.satisfaction = 'basically'", denominator: "b.reached = 1")

    /// Every figure of cases, in the order in which pages show them.
    package static let all: [Figure] = [
        reported, closed, open, overdue, explained, handlingRate, onTimeHandlingRate, closingRate,
        onTimeClosingRate, onTimeClosingRateAfterAppeal, sameDayRate,
        reworkRate, missedRate, recurrence, contactRate, solvedRate, satisfiedRate,
    ]

    /// One condition of one figure, and which part of the fraction it is.
    struct Slot: Sendable {
        enum Part: Sendable { case numerator, partly, denominator }
        var figure: String, part: Part, rows: Rows, condition: Condition
    }

    /// Every condition of every figure: their places are the same wherever they are counted.
    static let slots = all.flatMap { figure -> [Slot] in
        [
            (Slot.Part.numerator, figure.numerator), (.partly, figure.partly),
            (.denominator, figure.denominator),
        ].compactMap { part, condition in
            condition.map { Slot(figure: figure.id, part: part, rows: figure.rows, condition: $0) }
        }
    }

    /// A figure by name.
    package static func named(_ id: String) -> Figure? { all.first { $0.id == id } }
}

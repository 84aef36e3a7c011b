package import Rules
import Store

/// A figure declared once: its words, its definition, what is counted and out of what. Pages, API and exports ask this.
package struct Figure: Sendable {
    /// Which rows are counted.
    package enum Rows: Sendable { case cases, checks, calls }

    /// A stable name.
    package var id: String
    /// What it is called and how it is defined.
    package var words: Phrase, definition: Phrase
    /// The rows that it counts.
    package var rows: Rows
    /// Whether more is better; nil for plain counts.
    package var higherIsBetter: Bool? = nil
    /// Numerator and denominator as conditions; a nil denominator is a plain count.
    var numerator: @Sendable (Scope) -> SQL
    var denominator: (@Sendable (Scope) -> SQL)? = nil

    /// What a figure is asked for.
    package struct Scope: Sendable, Hashable {
        /// The county; every subquery names it, so that it runs where the county's rows are.
        package var county: County
        /// A territory's path, and a unit.
        package var path: String, unit: ID<Unit>?
        /// Cases reported in these days, both inclusive.
        package var from: Day, to: Day
        /// As of this moment, a past one or now.
        package var asOf: Instant
        /// The zone and the parameters in force.
        package var zone: Zone, recurrenceDays: Int, basically: Int
        /// Whether the past has to be asked: set by whoever knows the present.
        var isPast = false
    }
}

/// What a figure came to.
package struct FigureValue: Sendable, Hashable {
    /// The figure's name.
    package var id: String
    /// Counted, in thousandths where answers are weighted.
    package var numerator: Int, denominator: Int?
    /// 1, or 1000 if the numerator is in thousandths.
    package var scale: Int

    /// `94.8`, or nil if it is a count or out of nothing.
    package var percent: String? {
        guard let denominator, denominator > 0 else { return nil }
        // Rounded half up in whole numbers: tenths of a per cent.
        let tenths = (numerator * 2000 / scale + denominator) / (denominator * 2)
        return "\(tenths / 10).\(tenths % 10)"
    }
    /// `201/212`, or the count.
    package var fraction: String {
        let top =
            scale == 1 || numerator % scale == 0
            ? "\(numerator / scale)" : "\(numerator / scale).\(numerator % scale * 10 / scale)"
        return denominator.map { "\(top)/\($0)" } ?? top
    }
}

extension Figure {
    private static let dispatched: SQL = "c.dispatched_at IS NOT NULL AND c.state NOT IN ('void', 'merged')"

    static let reported = Figure(
        id: "reported", words: Phrase(zh: "受理", en: "Reported"),
        definition: Phrase(zh: "期间受理的事项", en: "Cases reported in the period"), rows: .cases
    ) { _ in "1 = 1" }

    private static let closed = Figure(
        id: "closed", words: Phrase(zh: "办结", en: "Closed"),
        definition: Phrase(zh: "其中已结案的（不含解释说明）", en: "Of these, closed as solved"), rows: .cases
    ) { _ in
        "c.state = 'closed' AND c.outcome = 'solved'"
    }

    static let open = Figure(
        id: "open", words: Phrase(zh: "在办", en: "Open"),
        definition: Phrase(zh: "还没有结束的事项", en: "Cases that have not ended"), rows: .cases
    ) { _ in
        "c.state NOT IN ('closed', 'declined', 'merged', 'void')"
    }

    static let overdue = Figure(
        id: "overdue", words: Phrase(zh: "超期", en: "Overdue"),
        definition: Phrase(zh: "过了时限、还没有报告处置结果的", en: "Past the deadline and not reported handled"), rows: .cases,
        higherIsBetter: false
    ) { "c.state IN ('filed', 'dispatched', 'handling') AND c.due_at < \($0.asOf)" }

    private static let explained = Figure(
        id: "explained", words: Phrase(zh: "解释说明", en: "Explained"),
        definition: Phrase(zh: "办不到、经第二人同意解释结案的，单独计数，不算解决", en: "Closed by an endorsed explanation: counted apart, never as solved"),
        rows: .cases
    ) { _ in "c.state = 'closed' AND c.outcome = 'explained'" }

    private static let handlingRate = Figure(
        id: "handling_rate", words: Phrase(zh: "处置率", en: "Handling rate"),
        definition: Phrase(zh: "已处置 ÷ 应处置（已派遣且未作废）", en: "Handled ÷ due to handle (dispatched and not void)"), rows: .cases,
        higherIsBetter: true, numerator: { _ in "\(dispatched) AND c.handled_at IS NOT NULL" }, denominator: { _ in dispatched })

    private static let onTimeHandlingRate = Figure(
        id: "on_time_handling_rate", words: Phrase(zh: "按时处置率", en: "On-time handling rate"),
        definition: Phrase(zh: "时限内处置 ÷ 应处置中到期的或已处置的", en: "Handled by the deadline ÷ due to handle whose deadline has passed or that are handled"),
        rows: .cases, higherIsBetter: true, numerator: { _ in "\(dispatched) AND c.handled_at <= c.due_at" },
        denominator: { "\(dispatched) AND (c.handled_at IS NOT NULL OR c.due_at < \($0.asOf))" })

    private static let closingRate = Figure(
        id: "closing_rate", words: Phrase(zh: "结案率", en: "Closing rate"),
        definition: Phrase(
            zh: "已结案 ÷ 到现在应结案的（到期的或已结案的）；一直不办的单位也在分母里", en: "Closed ÷ due to close by now, so that a unit that never handles does not look clean"),
        rows: .cases, higherIsBetter: true, numerator: { _ in "\(dispatched) AND c.state = 'closed' AND c.outcome = 'solved'" },
        denominator: { "\(dispatched) AND (c.state = 'closed' OR c.due_at < \($0.asOf))" })

    static let onTimeClosingRate = Figure(
        id: "on_time_closing_rate", words: Phrase(zh: "按期结案率", en: "On-time closing rate"),
        definition: Phrase(zh: "按期结案 ÷（已结案 + 在办超期）", en: "Closed in time ÷ (closed + open overdue)"), rows: .cases,
        higherIsBetter: true, numerator: { _ in "c.state = 'closed' AND c.outcome = 'solved' AND c.handled_at <= c.due_at" },
        denominator: { "c.state = 'closed' OR (c.state IN ('filed', 'dispatched', 'handling') AND c.due_at < \($0.asOf))" })

    private static let onTimeClosingRateAfterAppeal = Figure(
        id: "on_time_closing_rate_after_appeal", words: Phrase(zh: "按期结案率（申诉后）", en: "On-time closing rate after appeals"),
        definition: Phrase(zh: "申诉成立的超期也算按期；与上一个率同时公布", en: "Lateness excused by an appeal counts as in time; published beside the raw rate"),
        rows: .cases, higherIsBetter: true,
        numerator: { _ in "c.state = 'closed' AND c.outcome = 'solved' AND (c.handled_at <= c.due_at OR c.is_exempt = 1)" },
        denominator: { "c.state = 'closed' OR (c.state IN ('filed', 'dispatched', 'handling') AND c.due_at < \($0.asOf))" })

    private static let sameDayRate = Figure(
        id: "same_day_rate", words: Phrase(zh: "当日反馈率", en: "Same-day feedback rate"),
        definition: Phrase(zh: "当天告知责任单位 ÷ 巡查、检查发现的问题", en: "Told to the responsible unit the same civil day ÷ patrol and inspection findings"),
        rows: .cases, higherIsBetter: true,
        numerator: {
            """
            c.source IN ('patrol', 'inspection')
            AND (c.told_at + \($0.zone.minutesEast * 60_000)) / 86400000 = (c.reported_at + \($0.zone.minutesEast * 60_000)) / 86400000
            """
        }, denominator: { _ in "c.source IN ('patrol', 'inspection')" })

    private static let reworkRate = Figure(
        id: "rework_rate", words: Phrase(zh: "返工率", en: "Rework rate"),
        definition: Phrase(zh: "核查不通过 ÷ 核查次数", en: "Failed checks ÷ checks"), rows: .checks, higherIsBetter: false,
        numerator: { _ in "k.passed = 0" }, denominator: { _ in "1 = 1" })

    private static let missedRate = Figure(
        id: "missed_rate", words: Phrase(zh: "漏报率", en: "Missed rate"),
        definition: Phrase(zh: "应由网格发现却由别人反映的 ÷ 立案数", en: "Problems found by others that the grid should have reported ÷ filed"),
        rows: .cases, higherIsBetter: false,
        numerator: { scope in
            """
            c.filed_at IS NOT NULL AND c.source NOT IN ('patrol', 'meeting', 'opinion') AND EXISTS (
                SELECT 1 FROM category g WHERE g.county = \(scope.county) AND g.code = c.category AND g.grid_duty = 1
                AND g.version = c.category_version)
            """
        }, denominator: { _ in "c.filed_at IS NOT NULL" })

    private static let recurrence = Figure(
        id: "recurrence", words: Phrase(zh: "重复发生率", en: "Recurrence"),
        definition: Phrase(zh: "结案后 30 天内同一地点同类问题又出现 ÷ 已结案", en: "Same point and category found again within 30 days ÷ rectified"),
        rows: .cases, higherIsBetter: false,
        numerator: { scope in
            // Found again, as far as that was known at the moment that is asked for.
            let found: SQL =
                scope.isPast
                ? "FROM case_history r WHERE r.since <= \(scope.asOf) AND r.until > \(scope.asOf) AND" : "FROM case_file r WHERE"
            return """
                c.state = 'closed' AND c.outcome = 'solved' AND c.place <> '' AND EXISTS (
                    SELECT 1 \(found) r.county = \(scope.county) AND r.territory_path = c.territory_path
                    AND r.place = c.place AND r.category = c.category AND r.reported_at > c.closed_at
                    AND r.reported_at <= c.closed_at + \(Int64(scope.recurrenceDays) * 86_400_000) AND r.reported_at <= \(scope.asOf))
                """
        }, denominator: { _ in "c.state = 'closed' AND c.outcome = 'solved'" })

    private static let contactRate = Figure(
        id: "contact_rate", words: Phrase(zh: "回访接通率", en: "Contact rate"),
        definition: Phrase(zh: "联系上的 ÷ 回访次数；没接通的照样显示", en: "Reached ÷ call-backs; no-answers are shown, never dropped"), rows: .calls,
        higherIsBetter: true, numerator: { _ in "b.reached = 1" }, denominator: { _ in "1 = 1" })

    private static let solvedRate = Figure(
        id: "solved_rate", words: Phrase(zh: "解决率", en: "Solved rate"),
        definition: Phrase(zh: "说解决了的 ÷ 有效回访", en: "Said to be solved ÷ valid call-backs"), rows: .calls, higherIsBetter: true,
        numerator: { _ in "b.reached = 1 AND b.solved = 1" }, denominator: { _ in "b.reached = 1" })

    private static let satisfiedRate = Figure(
        id: "satisfied_rate", words: Phrase(zh: "回访满意率", en: "Satisfied rate"),
        definition: Phrase(zh: "（满意 + w × 基本满意）÷ 有效回访，w 是参数", en: "(satisfied + w × basically satisfied) ÷ valid call-backs; w is a parameter"),
        rows: .calls, higherIsBetter: true, numerator: { _ in "b.reached = 1 AND b.satisfaction = 'satisfied'" },
        denominator: { _ in "b.reached = 1" })

    /// Every figure of cases, in the order in which pages show them.
    package static let all: [Figure] = [
        reported, closed, open, overdue, explained, handlingRate, onTimeHandlingRate, closingRate, onTimeClosingRate, onTimeClosingRateAfterAppeal, sameDayRate,
        reworkRate, missedRate, recurrence, contactRate, solvedRate, satisfiedRate,
    ]

    /// A figure by name.
    package static func named(_ id: String) -> Figure? { all.first { $0.id == id } }
}

/// Asking figures.
package enum Figures {
    /// A scope with the parameters in force.
    package static func scope(
        path: String, unit: ID<Unit>? = nil, from: Day, to: Day, asOf: Instant, county: County, in books: Books
    ) throws -> Figure.Scope {
        let zone = try Offices.of(county, in: books).zone
        let day = zone.day(of: asOf)
        return Figure.Scope(
            county: county, path: path, unit: unit, from: from, to: to, asOf: asOf, zone: zone,
            recurrenceDays: try Parameters.value(.recurrenceDays, of: county, on: day, in: books),
            basically: try Parameters.value(.basicallySatisfied, of: county, on: day, in: books))
    }

    /// Every figure of a scope, each from its one declaration. `now` tells whether the past has to be asked.
    package static func values(
        _ scope: Figure.Scope, for actor: Actor, at now: Instant, in books: Books
    ) throws -> [FigureValue] {
        try actor.need(.readFigures)
        var scope = scope
        scope.isPast = scope.asOf < now
        var found: [String: FigureValue] = [:]
        for rows in [Figure.Rows.cases, .checks, .calls] {
            let figures = Figure.all.filter { $0.rows == rows }
            let columns: [SQL] =
                figures.flatMap { figure -> [SQL] in
                    let top: SQL = "COUNT(*) FILTER (WHERE \(figure.numerator(scope))) AS n_\(SQL(trusted: figure.id))"
                    guard let denominator = figure.denominator?(scope) else { return [top] }
                    return [top, "COUNT(*) FILTER (WHERE \(denominator)) AS d_\(SQL(trusted: figure.id))"]
                } + (rows == .calls ? ["COUNT(*) FILTER (WHERE b.reached = 1 AND b.satisfaction = 'basically') AS basically"] : [])
            _ = try books.first(
                "SELECT \(SQL.list(columns)) FROM \(source(rows, scope)) WHERE \(condition(rows, scope, of: actor))"
            ) { row in
                for figure in figures {
                    var value = FigureValue(
                        id: figure.id, numerator: try row.get("n_\(figure.id)"),
                        denominator: figure.denominator == nil ? nil : try row.get("d_\(figure.id)", as: Int.self), scale: 1)
                    if figure.id == "satisfied_rate" {
                        value.numerator = value.numerator * 1000 + (try row.get("basically", as: Int.self)) * scope.basically
                        value.scale = 1000
                    }
                    found[figure.id] = value
                }
            }
        }
        return Figure.all.compactMap { found[$0.id] }
    }

    private static func source(_ rows: Figure.Rows, _ scope: Figure.Scope) -> SQL {
        let cases: SQL = scope.isPast ? "case_history c" : "case_file c"
        return switch rows {
        case .cases: cases
        case .checks: "\(cases) JOIN case_check k ON k.county = c.county AND k.case_id = c.id AND k.checked_at <= \(scope.asOf)"
        case .calls: "\(cases) JOIN call_back b ON b.county = c.county AND b.case_id = c.id AND b.called_at <= \(scope.asOf)"
        }
    }

    private static func condition(_ rows: Figure.Rows, _ scope: Figure.Scope, of actor: Actor) -> SQL {
        var all: [SQL] = [
            "c.county = \(actor.county)", "c.reported_at >= \(scope.zone.instant(scope.from))",
            "c.reported_at < \(scope.zone.instant(scope.to + 1))", Territory.inside(scope.path),
        ]
        if scope.isPast { all.append("c.since <= \(scope.asOf) AND c.until > \(scope.asOf)") }
        if let unit = scope.unit { all.append("c.unit = \(unit)") }
        // A post that reaches no territory sees only its own unit's figures.
        let paths = actor.seats.filter(\.kind.reachesTerritory).map(\.path)
        let ways = paths.map(Territory.inside) + actor.seats.filter { !$0.kind.reachesTerritory }.map { "c.unit = \($0.unit)" }
        all.append(SQL.any(ways))
        return SQL.all(all)
    }
}

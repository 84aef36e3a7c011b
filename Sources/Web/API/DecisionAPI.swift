import Governance
import Hummingbird
import Rules

/// What waits for a decision, and the figures that decisions are made by.
enum DecisionAPI {
    static let list = Endpoint.list(
        .init("listDecisions", .decisions, "What waits for the asker's decision"), usual: 200, of: waiting,
        "A page, oldest first."
    ) { call, values in
        let limit = values.optionalNumber("limit") ?? 200
        let found = try await call.read {
            // One more than the page has says whether another page follows.
            try Decisions.waiting(for: call.actor, after: values["cursor"], limit: limit + 1, in: $0)
        }
        let rows = Array(found.items.prefix(limit))
        return ListPage(
            total: found.total, rows: rows,
            next: found.items.count > limit ? rows.last?.decision.id.text : nil)
    }

    private static let waiting = Shape<(decision: Decision, item: Case)> {
        CaseShapes.decision.members { $0.decision }
        Member("case", CaseShapes.whole) { $0.item }
    }

    static let decide = Endpoint.change(
        .init("decide", .decisions, "Say yes or no to an extension, a suspension or an appeal"),
        body: Decision.answer,
        Shape<(id: ID<Decision>, granted: Bool)> {
            Member("id") { $0.id }
            Member("granted") { $0.granted }
        }, "Decided."
    ) { call, sent in
        let id: ID<Decision> = try call.id()
        let values = try Decision.answer.read(sent)
        let grant = values.flag("grant")
        return { books in
            try Decisions.decide(
                id, grant: grant, words: values["words"], by: call.actor, at: call.now, in: books)
            return (id, grant)
        }
    }

    // MARK: Figures

    static let figures = Endpoint.reading(
        .init("figures", .decisions, "Every figure of a place and a period"), query: Figures.fields,
        figuresShape, "The figures of cases reported in the period."
    ) { call, values in
        let (names, unit): (Directory, ID<Unit>?) = (try call.names(), try values.optionalID("unit"))
        let from = try values.day("from", else: call.today.firstOfMonth)
        let to = try values.day("to", else: call.today)
        guard from <= to else {
            throw Refusal.invalid(
                "to", zh: "结束日期不能早于开始日期。", en: "The last day must not come before the first.")
        }
        let asOf = try pastMoment(values, call)
        return try await call.read { books in
            let office = names.office.territory
            let place =
                values["territory"].isEmpty
                ? office
                : try Territories.only(
                    values["territory"], inside: office.path, field: "territory", for: call.actor, in: books)
            let scope = try Figures.scope(
                path: place.path, unit: unit, from: from, to: to, asOf: asOf, for: call.actor,
                in: books)
            let found = try Figures.values(scope, for: call.actor, at: call.now, in: books)
            return Sheet(
                place: place, unit: unit, from: from, to: to, asOf: asOf,
                values: found.compactMap { value in Figure.named(value.id).map { (value, $0) } })
        }
    }

    /// A day means its end; now, if that has not come yet.
    private static func pastMoment(_ values: FormValues, _ call: Call) throws -> Instant {
        guard let word = values.optionalText("as_of") else { return call.now }
        let day = Day(word)
        let at = try day.map { call.zone.instant($0) } ?? FormInput(["as_of": word]).moment("as_of")
        guard at <= call.now else {
            throw Refusal.invalid("as_of", zh: "这个时间还没有到。", en: "This moment has not come yet.")
        }
        return day.map { min(call.now, call.zone.instant($0 + 1).adding(milliseconds: -1)) } ?? at
    }

    private struct Sheet: Sendable {
        let place: Territory, unit: ID<Unit>?, from: Day, to: Day, asOf: Instant
        let values: [(value: FigureValue, figure: Figure)]
    }

    private static let figuresShape = Shape<Sheet> {
        Member(
            "territory",
            Shape<Territory>("TerritoryName") {
                Member("id", \.id)
                Member("name", \.shortName)
            }, nil, \.place)
        Member("unit", optionalUnit: \.unit)
        Member("from", \.from)
        Member("to", \.to)
        Member("as_of", \.asOf)
        Member("total") { $0.values.count }
        Member("items", list: figure, nil, \.values)
        Member("next", "Always null: every figure is here.") { _ in String?.none }
    }

    private static let figure = Shape<(value: FigureValue, figure: Figure)>(
        "Figure", "A figure: declared once, asked everywhere."
    ) {
        Member("id", "A stable name.") { $0.value.id }
        Member("words") { $0.figure.words }
        Member("definition") { $0.figure.definition }
        Member("numerator", "Counted; in thousandths if `scale` is 1000.") { $0.value.numerator }
        Member("denominator", "Null for a plain count.") { $0.value.denominator }
        Member("scale", "1, or 1000.") { $0.value.scale }
        Member("percent", "To a tenth, rounded half up; null for a plain count or out of nothing.") {
            $0.value.percent
        }
        Member("higher_is_better", "Null for plain counts.") { $0.figure.higherIsBetter }
    }
}

package import Rules
import Store

/// A figure declared once: its words, its definition, what is counted and out of what. Pages, API and exports
/// ask this.
package struct Figure: Sendable {
    /// Which rows are counted: cases, or the looks at them that count once each.
    package enum Rows: Sendable { case cases, checks, calls }

    /// A stable name.
    package var id: String
    /// What it is called and how it is defined.
    package var words: Phrase, definition: Phrase
    /// The rows that it counts.
    package var rows: Rows
    /// Whether more is better; nil for plain counts.
    package var higherIsBetter: Bool? = nil
    /// What is counted; what counts in part, with a weight that the office sets; out of what: nil for a plain
    /// count.
    var numerator: Condition, partly: Condition? = nil, denominator: Condition? = nil

    /// Which rows count. Time matters in one way only: some count from the moment on when their deadline has
    /// passed.
    struct Condition: Sendable, ExpressibleByStringLiteral {
        /// What counts at any time.
        var always: @Sendable (Terms) -> SQL
        /// What counts besides once the case's deadline has passed.
        var whenLate: SQL?

        init(whenLate: SQL? = nil, _ always: @escaping @Sendable (Terms) -> SQL) {
            (self.always, self.whenLate) = (always, whenLate)
        }
        init(_ always: SQL, whenLate: SQL? = nil) { self.init(whenLate: whenLate) { _ in always } }
        init(stringLiteral text: StaticString) { self.init(SQL(stringLiteral: text)) }
    }

    /// What a condition may ask for besides the columns of its row.
    struct Terms: Sendable, Equatable {
        /// The county; every subquery names it, so that it runs where the county's rows are.
        var county: County
        /// The zone of its civil days, and for how many days after its end a case can come back.
        var zone: Zone, recurrenceDays: Int
        /// The past moment that is asked for; nil for the present.
        var past: Instant?
    }

    /// What a figure is asked for.
    package struct Scope: Sendable, Hashable {
        /// The county.
        package var county: County
        /// A territory's path, and a unit.
        package var path: String, unit: ID<Unit>?
        /// Cases reported in these days, both inclusive.
        package var from: Day, to: Day
        /// As of this moment, a past one or now.
        package var asOf: Instant
        /// The zone and the parameters in force.
        package var zone: Zone, recurrenceDays: Int, basically: Int
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

package import Rules
import Store

/// Asking figures.
package enum Figures {
    /// Of which place, unit and period figures are asked, and as of when.
    package static let fields = [
        FormField(
            "territory", "区域", "Area", .reference(.territory),
            hint: Phrase(
                zh: "代码、名称或标识；不填就是全部。",
                en: "Code, name or identity; the whole office if not given.")),
        FormField("unit", "单位", "Unit", .reference(.unit)),
        FormField(
            "from", "上报从", "Reported from", .day,
            hint: Phrase(zh: "不填就是本月 1 日。", en: "The first of this month if not given.")),
        FormField("to", "到", "to", .day, hint: Phrase(zh: "不填就是今天。", en: "Today if not given.")),
        FormField(
            "as_of", "截至", "As of", .line(most: 40),
            hint: Phrase(
                zh: "某一天（到当天结束）或已到的时刻；不填就是现在。",
                en: "A day (its end) or a moment that has come; now if not given.")),
    ]

    /// A scope with the parameters in force. What of it somebody may see `values` decides.
    package static func scope(
        path: String, unit: ID<Unit>? = nil, from: Day, to: Day, asOf: Instant, for actor: Actor,
        in books: Books
    ) throws -> Figure.Scope {
        try scope(
            path: path, unit: unit, from: from, to: to, asOf: asOf, county: actor.county, in: books)
    }

    static func scope(
        path: String, unit: ID<Unit>? = nil, from: Day, to: Day, asOf: Instant, county: County,
        in books: Books
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
        let actor = try actor.acting(as: .readFigures)
        let isPast = scope.asOf < now
        var scope = scope
        if !isPast { scope.asOf = now.minute }
        return try CaseConditions.with(scope, isPast: isPast, in: books) { values(scope, for: actor, in: $0) }
    }

    static func values(_ scope: Figure.Scope, for actor: Actor, in rows: CaseConditions) -> [FigureValue] {
        let counts = rows.counts(filter(scope, for: actor), asOf: scope.asOf)[0]
        return Figure.all.map { counts.value(of: $0, weight: scope.basically) }
    }

    /// The rows that a scope and the actor's posts cover. A post that reaches no territory sees only its own
    /// unit's figures.
    static func filter(_ scope: Figure.Scope, for actor: Actor) -> CaseConditions.Filter {
        let (over, inside) = (
            actor.seats.filter(\.kind.reachesTerritory), actor.seats.filter { !$0.kind.reachesTerritory }
        )
        return CaseConditions.Filter(
            path: scope.path, unit: scope.unit,
            reported: scope.zone.instant(scope.from)
                .milliseconds..<scope.zone.instant(scope.to + 1).milliseconds,
            reach: actor.isSystem || actor.seesAll ? nil : (over.map(\.path), Set(inside.map(\.unit.text))))
    }

    /// Reads the rows of a county's present, so that whoever asks first need not wait for them.
    package static func warm(_ county: County, at now: Instant, in books: Books) throws {
        let today = try Offices.of(county, in: books).zone.day(of: now)
        try CaseConditions.with(
            scope(path: "", from: today, to: today, asOf: now, county: county, in: books), isPast: false,
            in: books
        ) { _ in }
    }
}

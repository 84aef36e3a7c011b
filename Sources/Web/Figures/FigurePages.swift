import Governance
import Hummingbird
import Rules

/// Every figure with its definition and fraction, for any area, unit, period and past day.
enum FigurePages {
    static func figures(_ call: Call) async throws -> Response {
        let names = try call.names()
        let scope = try await call.read { try Self.scope(call.query, names, call, in: $0) }
        let values = try await call.read { try Figures.values(scope, for: call.actor, at: call.now, in: $0) }
        let rows = Figure.all.html { figure in
            let value = values.first { $0.id == figure.id }
            return """
                <tr id="\(figure.id)"><th scope="row">\(call.say(figure.words))<span class="den">\
                \(call.say(figure.definition))</span></th><td class="num">\
                \(value?.percent.map { "\($0)%" } ?? (value?.denominator == nil ? "" : "—"))</td>\
                <td class="num">\(value?.fraction ?? "")</td></tr>
                """
        }
        return Page(
            title: call.say("指标", "Figures"), current: "/figures", isLive: true,
            body: """
                <div class="pagehead"><h1>\(call.say("指标", "Figures"))</h1><p class="mute">\(call.say("每个数只在一处定义，任何过去的日子都能重算。", "Each figure is defined once and can be asked for as of any past day."))</p></div>\(filter(scope, names, call))\
                <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("指标表", "Figures"))">\
                <table><caption>\(call.day(scope.from)) – \
                \(call.day(scope.to))\(separator)\
                \(call.say("截至 \(call.moment(scope.asOf))", "as of \(call.moment(scope.asOf))"))</caption>\
                <thead><tr><th scope="col">\(call.say("指标和口径", "Figure and definition"))</th>\
                <th scope="col" class="num">\(call.say("率", "Rate"))</th><th scope="col" class="num">\
                \(call.say("分子/分母", "Fraction"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
                """
        ).response(call)
    }

    /// The scope that a query asks for: `territory`, `unit`, `from`, `to`, `as_of` (a day's end, or a
    /// moment).
    static func scope(_ answers: FormInput, _ names: Directory, _ call: Call, in books: Books) throws
        -> Figure.Scope
    {
        let path =
            try answers["territory"].isEmpty
            ? names.office.territory.path
            : Territories.only(
                answers["territory"], inside: names.office.territory.path, field: "territory",
                for: call.actor, in: books
            ).path
        let from = try answers["from"].isEmpty ? call.today.firstOfYear : answers.day("from")
        let to = try answers["to"].isEmpty ? call.today : answers.day("to")
        guard from <= to else {
            throw Refusal.invalid("to", zh: "结束日期要在开始之后。", en: "The end must not come before the beginning.")
        }
        var asOf = call.now
        if let moment = Instant(iso: answers["as_of"]) {
            asOf = min(moment, call.now)
        } else if !answers["as_of"].isEmpty {
            asOf = min(call.zone.instant(try answers.day("as_of") + 1).adding(milliseconds: -1), call.now)
        }
        return try Figures.scope(
            path: path, unit: try answers.optionalID("unit"), from: from, to: to, asOf: asOf,
            for: call.actor, in: books)
    }

    private static func filter(_ scope: Figure.Scope, _ names: Directory, _ call: Call) -> HTML {
        let place = names.territories.first { $0.path == scope.path }?.id ?? ""
        let fields = [
            Field(
                name: "territory", label: call.say("区域", "Area"), kind: .select(Choices.territories(names)),
                value: place),
            Field(
                name: "unit", label: call.say("单位", "Unit"), kind: .select(Choices.units(names, call)),
                value: scope.unit?.text ?? ""),
            Field(
                name: "from", label: call.say("受理从", "Reported from"), kind: .day,
                value: scope.from.description),
            Field(name: "to", label: call.say("到", "to"), kind: .day, value: scope.to.description),
            Field(
                name: "as_of", label: call.say("截至哪天", "As of"), kind: .day,
                value: scope.asOf < call.now ? call.zone.day(of: scope.asOf).description : ""),
        ]
        return """
            <form class="form row4" method="get" action="/figures">\
            \(fields.html { $0.filtering(call) })<p class="btns"><button class="btn" type="submit">\
            \(call.say("重算", "Recount"))</button></p></form>
            """
    }
}

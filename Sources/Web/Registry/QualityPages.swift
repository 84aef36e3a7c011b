import Governance
import Hummingbird
import Rules

/// What the rules of quality find in the register, rule by rule.
enum QualityPages {
    static func show(_ call: Call) async throws -> Response {
        let names = try call.names()
        let rule = call.query["rule"]
        let path = names.place(call.query["territory"])?.path ?? names.office.territory.path
        let outcome = try await call.atLength {
            try await call.read {
                try RegisterQuality.findings(
                    inside: path, rule: rule, for: call.actor, on: call.today, in: $0)
            }
        }
        let broken = outcome.counts.values.reduce(0, +)
        return Page(
            title: call.say("数据质量", "Quality"), current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register">\
                \(call.say("建档立卡", "Register"))</a></nav>\
                <div class="pagehead tight"><h1>\(call.say("数据质量", "Quality of the data"))</h1><p class="mute">\(call.say("查了 \(outcome.households) 户，有 \(broken) 处要看", "\(outcome.households) households looked at, \(broken) findings"))</p></div>\
                <div class="cols c84"><div class="stack">\(findings(outcome, names, call))</div>\
                <div class="stack">\(rules(outcome, rule, call))</div></div>
                """
        ).response(call)
    }

    private static func rules(_ outcome: RegisterQuality.Outcome, _ chosen: String, _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("规则", "Rules"))</h2></header><ul class="plain">\
        \(QualityRule.all.html { rule in
            """
            <li><a href="/register/quality?\(FormText.query([("rule", rule.name), ("territory", call.query["territory"])]))"\(" aria-current=\"true\"", if: rule.name == chosen)>\(call.say(rule.zh, rule.en))</a> <b>\(outcome.counts[rule.name] ?? 0)</b><br><span class="mute sm">\(rule.isRefusing ? call.say("录入时就拒绝", "refused when it is entered") : call.say("请人去看", "somebody has to look"))</span></li>
            """
        })</ul>\("""
            <p><a href="/register/quality">\(call.say("全部规则", "All rules"))</a></p>
            """, if: !chosen.isEmpty)</section>
        """
    }

    private static func findings(_ outcome: RegisterQuality.Outcome, _ names: Directory, _ call: Call) -> HTML
    {
        guard !outcome.first.isEmpty else {
            return "<p class=\"lead\">\(call.say("没有发现问题。", "Nothing was found."))</p>"
        }
        return """
            <ul class="cases">\(outcome.first.html { found in
                """
                <li class="soon"><p class="t"><a href="/register/\(found.household)">\
                \(call.say(found.finding.zh, found.finding.en))</a></p><p class="m">\
                \(names.placeName(found.village))</p><p class="n"><span>\(found.number)</span></p></li>
                """
            })</ul>
            """
    }
}

import Governance
import Hummingbird
import Rules

/// What the rules of quality find in the register, rule by rule.
enum QualityPages {
    private static let path = "/register/quality"
    /// The most findings that are read; how many there are in all is said.
    private static let most = 100_000

    static func show(_ call: Call) async throws -> Response {
        let values = try listing.fields.read(call.query, zone: call.zone)
        let outcome =
            if let known = try remembered(values, call) { known } else {
                try await call.atLength { try await read(values, call) }
            }
        return Page(
            title: call.say("数据质量", "Quality"), current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register">\
                \(call.say("建档立卡", "Register"))</a></nav>\
                <div class="pagehead tight"><h1>\(call.say("数据质量", "Quality of the data"))</h1>\
                <p class="mute">\(told(outcome, call))</p></div>\
                <div class="cols c84"><div class="stack">\
                \(try await listing.section(call, title: found, rows: outcome.first))\
                \(call.more(shown: outcome.first.count, of: outcome.total, export: true))</div>\
                <div class="stack">\(rules(outcome, values["rule"], call))</div></div>
                """
        ).response(call)
    }

    private static func told(_ outcome: RegisterQuality.Outcome, _ call: Call) -> String {
        call.say(
            "查了 \(outcome.households) 户，有 \(outcome.total) 处要看",
            "\(outcome.households) households looked at, \(outcome.total) findings")
    }

    private static let found = Phrase(zh: "待核实的问题", en: "Findings")

    /// What the rules find in the households of the actor's reach.
    static let listing = Listing<RegisterQuality.Finding>(
        name: "quality", path: path, title: Phrase(zh: "数据质量", en: "Quality of the data"),
        filters: RegisterForm.quality,
        columns: [
            Column(
                "finding", "问题", "Finding",
                html: { found, call in
                    """
                    <a href="/register/\(found.household)">\
                    \(call.say(found.finding.zh, found.finding.en))</a>
                    """
                }
            ) { found, call in .text(call.say(found.finding.zh, found.finding.en)) },
            Column("village", "行政村", "Village") { found, call in
                .text(call.directory?.placeName(found.village) ?? "")
            },
            Column("number", "户编号", "Household") { found, _ in .text(found.number) },
            Column("rule", "规则", "Rule") { found, call in
                let rule = QualityRule.all.first { $0.name == found.finding.rule }
                return .text(rule.map { call.say($0.zh, $0.en) } ?? "")
            },
        ],
        // The side of the page offers the rules, each with its number.
        kept: ["rule"], empty: Phrase(zh: "没有发现问题。", en: "Nothing was found."),
        id: { "\($0.household.text)-\($0.place)" },
        source: .whole { call, values in
            let outcome = try await read(values, call)
            guard outcome.first.count == outcome.total else {
                throw Refusal.invalid(
                    "territory", zh: "超过 \(most) 处，请按规则或者乡镇分开导出。",
                    en: "More than \(most) findings. Please export them by rule or by town.")
            }
            return outcome.first
        })

    /// What was found, until something changes: finding a word or turning a page walks over nothing again.
    private struct Question: Hashable { var person: ID<Person>?, land: String, rule: String, day: Day }
    private static func question(_ values: FormValues, _ call: Call) throws -> Question {
        Question(
            person: call.actor.person, land: try RegisterPages.path(values, call.names()),
            rule: values["rule"], day: call.today)
    }
    private static func cache(_ call: Call) -> VersionedCache<Question, RegisterQuality.Outcome> {
        call.office.cache.versioned("quality", most: 8)
    }
    private static func remembered(_ values: FormValues, _ call: Call) throws -> RegisterQuality.Outcome? {
        cache(call).recall(try question(values, call), of: call.actor.county, version: call.version)
    }

    /// Walks over every household: whoever asks takes the time for it.
    private static func read(_ values: FormValues, _ call: Call) async throws -> RegisterQuality.Outcome {
        let question = try question(values, call)
        return try await call.read { books in
            try cache(call).thing(question, of: call.actor.county, version: call.version) {
                try RegisterQuality.findings(
                    inside: question.land, rule: question.rule, most: most, for: call.actor, on: call.today,
                    in: books)
            }
        }
    }

    private static func rules(_ outcome: RegisterQuality.Outcome, _ chosen: String, _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("规则", "Rules"))</h2></header><ul class="plain">\
        \(QualityRule.all.html { rule in
            """
            <li><a href="\(address(of: rule, call))"\(" aria-current=\"true\"", if: rule.name == chosen)>\
            \(call.say(rule.zh, rule.en))</a> <b>\(outcome.counts[rule.name] ?? 0)</b><br>\
            <span class="mute sm">\(kind(of: rule, call))</span></li>
            """
        })</ul>\("""
            <p><a href="\(path)">\(call.say("全部规则", "All rules"))</a></p>
            """, if: !chosen.isEmpty)</section>
        """
    }

    private static func address(of rule: QualityRule, _ call: Call) -> String {
        "\(path)?\(FormText.query([("rule", rule.name), ("territory", call.query["territory"])]))"
    }
    private static func kind(of rule: QualityRule, _ call: Call) -> String {
        rule.isRefusing
            ? call.say("录入时就拒绝", "refused when it is entered") : call.say("请人去看", "somebody has to look")
    }
}

import Governance
import Hummingbird
import Rules

/// Visiting: whom I owe a visit, and recording one with three taps.
enum VisitPages {
    /// Whom I owe: the points of the week, who comes first, then my households by village and group.
    static func mine(_ call: Call) async throws -> Response {
        let names = try call.names()
        let mine = try await call.read { try VisitOrder.owed(for: call.actor, on: call.today, in: $0) }
        let lead =
            mine.campaign == nil
            ? call.say("现在没有行动。", "There is no campaign now.")
            : mine.households.total + mine.points.total == 0
                ? call.say("您该走的都走到了。", "You have been everywhere you owe a visit.")
                : call.say("还有这些要走。", "These wait for your visit.")
        return Page(
            title: call.say("走访", "Visits"), current: "/visits",
            body: """
                <div class="pagehead"><h1>\(call.say("走访", "Visits"))</h1></div><p class="sub">\(lead)</p>\
                \(points(mine, names, call))\(first(mine, names, call))\(villages(mine, names, call))
                """, isNarrow: true
        ).response(call)
    }

    private static func points(_ mine: VisitOrder.Owed, _ names: Directory, _ call: Call) -> HTML? {
        guard mine.points.total > 0, let campaign = mine.campaign else { return nil }
        let duties = Dictionary(campaign.scheme.duties.map { ($0.name, call.say($0.title.phrase)) }) {
            first, _ in first
        }
        return """
            <section class="grp"><h2>\(call.say("本期点位", "Points of this round")) <span class="mute">\
            \(mine.points.total)</span></h2><ul class="cases">\(mine.points.items.html {
                """
                    <li class="ok"><p class="t"><a href="/points/\($0.point.id)/visit">\
                    \($0.point.name)</a></p><p class="m">\
                    \(names.placeName($0.point.territory))\(separator)\(duties[$0.duty] ?? $0.duty)</p></li>
                    """
            })</ul>\(call.more(mine.points))</section>
            """
    }

    private static func first(_ mine: VisitOrder.Owed, _ names: Directory, _ call: Call) -> HTML? {
        let early = mine.households.items.filter { mine.reasons[$0.household] != nil }
            .sorted {
                (mine.reasons[$0.household]?.first ?? .notMet, $0.number) < (
                    mine.reasons[$1.household]?.first ?? .notMet, $1.number
                )
            }
        guard !early.isEmpty else { return nil }
        return """
            <section class="grp"><h2>\(call.say("先去这几户", "These first"))</h2><ul class="cases">\(early.prefix(8).html { line($0, (mine.reasons[$0.household] ?? []).map { call.say($0.words) } + [names.placeName($0.village)]) })</ul></section>
            """
    }

    private static func villages(_ mine: VisitOrder.Owed, _ names: Directory, _ call: Call) -> HTML {
        let groups = Dictionary(grouping: mine.households.items, by: \.village)
        var order: [String] = []
        for one in mine.households.items where !order.contains(one.village) { order.append(one.village) }
        let sections = order.html { village in
            let inside = (groups[village] ?? []).sorted { ($0.group, $0.number) < ($1.group, $1.number) }
            return
                """
                <section class="grp"><h2>\(names.placeName(village)) <span class="mute">\
                \(inside.count)</span></h2><ul class="cases">\
                \(inside.html { line($0, [$0.group].filter { !$0.isEmpty }) })</ul></section>
                """
        }
        return "\(sections)\(call.more(mine.households))"
    }

    private static func line(_ one: Coverage.Missing, _ words: [String]) -> HTML {
        """
        <li class="ok"><p class="t"><a href="/register/\(one.household)/visit">\
        \(one.head.isEmpty ? one.number : one.head)</a></p>\
        \(words.isEmpty ? HTML.none : "<p class=\"m\">\(words.joined(separator: " · "))</p>")<p class="n">\
        <span>\(one.number)</span></p></li>
        """
    }

    static func record(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let id = try call.id(of: Household.self)
        let words = try await call.write { books in
            let visit = try draft(sent, call, in: books) {
                _ = try Households.find(id, for: call.actor.limited(to: .visit), on: call.today, in: books)
            }
            let outcome = try Visits.record(visit, of: id, by: call.actor, at: call.now, in: books)
            return told(visit, outcome)
        }
        return call.done("/visits", words)
    }

    static func recordPoint(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let id = try call.id(of: Point.self)
        let words = try await call.write { books in
            let visit = try draft(sent, call, in: books) {
                _ = try Points.find(id, for: call.actor.limited(to: .visit), in: books)
            }
            let outcome = try Visits.record(visit, of: id, by: call.actor, at: call.now, in: books)
            return told(visit, outcome)
        }
        return call.done("/visits", words)
    }

    /// What was filled in. What is wrong with it is told only to whoever reaches the household or the point.
    private static func draft(_ sent: FormInput, _ call: Call, in books: Books, reach: () throws -> Void)
        throws
        -> Visits.Draft
    {
        do { return try Visits.draft(sent, by: call.actor, at: call.now, in: books) } catch Refusal.invalid(
            let faults)
        {
            try reach()
            throw Refusal.invalid(faults)
        }
    }

    /// What was stored, which duties it pays, and what becomes of what was found.
    private static func told(_ draft: Visits.Draft, _ outcome: Visits.Outcome) -> Phrase {
        guard draft.result == .met else {
            return Phrase(
                zh: "已记下。这次不算走访到，该走的还要再走。",
                en: "Recorded. It does not count as a visit: what is owed stays owed.")
        }
        let (duties, cases) = (outcome.duties.count, outcome.cases.count)
        let paid =
            duties == 0
            ? Phrase(zh: "现在没有等着走的任务", en: "no duty was owed")
            : Phrase(zh: "完成 \(duties) 项任务", en: "it pays \(duties) \(duties == 1 ? "duty" : "duties")")
        let raised =
            cases == 0
            ? Phrase(zh: "", en: "")
            : Phrase(
                zh: "；发现的问题立了 \(cases) 件事项，有人会办",
                en: "; \(cases) \(cases == 1 ? "case was" : "cases were") raised and will be dealt with")
        return Phrase(zh: "走访已记下，\(paid.zh)\(raised.zh)。", en: "Recorded: \(paid.en)\(raised.en).")
    }

    static func form(_ call: Call) async throws -> Response {
        let id = try call.id(of: Household.self)
        let names = try call.names()
        let (before, campaign) = try await call.read { books in
            (
                try Visits.made(
                    to: id, limit: 5, for: call.actor.limited(to: .visit), on: call.today, in: books),
                try Campaigns.current(for: call.actor, on: call.today, in: books)
            )
        }
        let household = before.household
        let name = household.head.isEmpty ? household.number : household.head
        let fields =
            [
                result(nil, call),
                VisitForm.way.required.field(call, value: Visit.Way.home.rawValue),
            ] + questions(campaign, call) + [VisitForm.promise.field(call), VisitForm.approval.field(call)]
        let nobody = PostButton(
            action: "/register/\(id)/visit", words: call.say("家里没人", "Nobody at home"),
            fields: [("result", "nobody"), ("way", "home")])
        let last = before.visits.first { !$0.promise.isEmpty }
        let crumb: HTML =
            call.actor.may(.readRegister) ? "<a href=\"/register/\(id)\">\(name)</a>" : "\(name)"
        return Page(
            title: call.say("走访 \(name)", "Visit \(name)"), current: "/visits",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/visits">\
                \(call.say("走访", "Visits"))</a> › \(crumb)</nav>\
                <div class="pagehead tight"><h1>\(name)</h1><p class="mute">\
                \(names.placeName(household.village)) \(household.facts["group_name"])</p></div>\
                \(last.map { "<p class=\"note info\">\(call.say("上次答应的（\(call.moment($0.at))）：", "Promised \(call.moment($0.at)): "))\($0.promise)</p>" as HTML })\(nobody.html(call))\
                \(form("/register/\(id)/visit", fields, call))
                """, isNarrow: true
        ).response(call)
    }

    static func pointForm(_ call: Call) async throws -> Response {
        let id = try call.id(of: Point.self)
        let names = try call.names()
        let (before, campaign) = try await call.read { books in
            (
                try Visits.made(to: id, limit: 1, for: call.actor.limited(to: .visit), in: books),
                try Campaigns.current(for: call.actor, on: call.today, in: books)
            )
        }
        let point = before.point
        let results = [
            Field.Choice(value: Visit.Result.met.rawValue, words: call.say("看了", "Seen")),
            .init(value: Visit.Result.nobody.rawValue, words: call.say("没能进去", "Could not get in")),
        ]
        let fields = [result(results, call)] + questions(campaign, call)
        return Page(
            title: call.say("巡查 \(point.name)", "Round: \(point.name)"), current: "/visits",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/visits">\
                \(call.say("走访", "Visits"))</a></nav>\
                <div class="pagehead tight"><h1>\(point.name)</h1><p class="mute">\
                \(names.placeName(point.territory))</p></div>\
                \(before.visits.first.map { "<p class=\"mute\">\(call.say("上次 \(call.moment($0.at))", "Last time \(call.moment($0.at))"))</p>" as HTML })\
                \(form("/points/\(id)/visit", fields, call))
                """, isNarrow: true
        ).response(call)
    }

    private static func result(_ choices: [Field.Choice]?, _ call: Call) -> Field {
        VisitForm.result.field(call, value: Visit.Result.met.rawValue, choices: choices)
    }

    /// A field for each question of the campaign's form.
    private static func questions(_ campaign: Campaign?, _ call: Call) -> [Field] {
        (campaign?.scheme.questions ?? []).map { $0.field(VisitForm.prefix).field(call) }
    }

    /// The form with what every visit may tell: a note, photos, the position. Neither of the last two proves
    /// anything.
    private static func form(_ action: String, _ fields: [Field], _ call: Call) -> HTML {
        let more = [
            VisitForm.note.field(call), VisitForm.photos.field(call),
            Field(name: "position", label: call.say("记下我的位置", "Note where I am"), kind: .position),
        ]
        return Form(
            action: action, fields: fields + more, submit: call.say("记下走访", "Record the visit")
        ).html(call)
    }
}

import Governance
import Hummingbird
import Rules

/// Visiting: whom I owe a visit, and recording one with three taps.
enum VisitPages {
    /// Whom I owe: the points of the week, who comes first, then my households by village and group.
    static func mine(_ call: Call) async throws -> Response {
        let names = try call.names()
        let mine = try await call.read { try owed(call, names, in: $0) }
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

    /// What somebody owes: the campaign, points with their duty, households each once, and why some come
    /// first.
    struct Owed: Sendable {
        var campaign: Campaign?, points = Queue<Coverage.WaitingPoint>(),
            households = Queue<Coverage.Missing>(),
            reasons: [ID<Household>: [VisitOrder.Reason]] = [:]
    }

    static func owed(_ call: Call, _ names: Directory, in books: Books) throws -> Owed {
        guard let campaign = try Campaigns.current(of: call.actor.county, on: call.today, in: books) else {
            return Owed()
        }
        var owed = Owed(campaign: campaign)
        let posts = call.actor.seats.map(\.post)
        owed.points = try Coverage.waitingPoints(
            campaign, posts: posts, for: call.actor, on: call.today, in: books)
        guard call.actor.may(.readRegister) else { return owed }
        var seen: Set<ID<Household>> = []
        for post in posts {
            let missing = try Coverage.owed(by: post, campaign, for: call.actor, on: call.today, in: books)
            let fresh = missing.items.filter { seen.insert($0.household).inserted }
            owed.households.items += fresh
            // What is owed twice is one household; beyond the first two hundred of a post nobody knows, and
            // each debt counts.
            owed.households.total += fresh.count + missing.rest
        }
        owed.reasons = try VisitOrder.reasons(
            for: owed.households.items.map { ($0.household, $0.number) }, in: campaign, of: call.actor.county,
            in: books)
        return owed
    }

    private static func points(_ mine: Owed, _ names: Directory, _ call: Call) -> HTML? {
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

    private static func first(_ mine: Owed, _ names: Directory, _ call: Call) -> HTML? {
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

    private static func villages(_ mine: Owed, _ names: Directory, _ call: Call) -> HTML {
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

    static func form(_ call: Call) async throws -> Response { try await page(call, FormInput(), faults: []) }

    static func record(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: Household.self)
        do {
            try await call.write {
                _ = try Visits.record(
                    draft(answers, zone: call.zone), of: id, by: call.actor, at: call.now, in: $0)
            }
        } catch Refusal.invalid(let faults) {
            return try await page(call, answers, faults: faults)
        }
        return Responses.seeOther("/visits")
    }

    /// What was filled in; the questions' answers are told apart by `q-`.
    static func draft(_ answers: FormInput, zone: Zone) throws -> Visits.Draft {
        var draft = Visits.Draft()
        draft.id = try answers.optionalID("id")
        if !answers["at"].isEmpty { draft.at = try answers.moment("at", zone: zone) }
        draft.way = try answers.optionalChoice("way") ?? .home
        let result = try answers.choice(
            "result", of: Visit.Result.self,
            otherwise: Phrase(zh: "请选择走访结果。", en: "Please choose what came of it."))
        draft.result = result
        for name in answers.names where name.hasPrefix("q-") && !answers[name].isEmpty {
            draft.answers[String(name.dropFirst(2))] = answers[name]
        }
        (draft.promise, draft.note) = (answers["promise"], answers["note"])
        draft.approval = try answers.optionalFlag("approval")
        (draft.longitude, draft.latitude) = (
            try answers.degrees("longitude"), try answers.degrees("latitude")
        )
        draft.photos = try answers.takenPhotos()
        return draft
    }

    static func pointForm(_ call: Call) async throws -> Response {
        try await pointPage(call, FormInput(), faults: [])
    }

    static func recordPoint(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: Point.self)
        do {
            try await call.write {
                _ = try Visits.record(
                    draft(answers, zone: call.zone), of: id, by: call.actor, at: call.now, in: $0)
            }
        } catch Refusal.invalid(let faults) {
            return try await pointPage(call, answers, faults: faults)
        }
        return Responses.seeOther("/visits")
    }

    private static func page(_ call: Call, _ answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let id = try call.id(of: Household.self)
        let names = try call.names()
        let (household, campaign, visits) = try await call.read { books in
            (
                try Households.find(id, for: call.actor.limited(to: .visit), on: call.today, in: books),
                try Campaigns.current(of: call.actor.county, on: call.today, in: books),
                try Visits.all(of: id, county: call.actor.county, limit: 5, in: books)
            )
        }
        let name = household.head.isEmpty ? household.number : household.head
        let asked = [
            Field(
                name: "promise", label: call.say("答应了什么", "What was promised"), kind: .line,
                value: answers["promise"]),
            Field(
                name: "approval",
                label: call.say("对帮扶工作认可吗（单独问）", "Does the household approve of the help (asked apart)"),
                kind: .select(yesNo(call)),
                value: answers["approval"]),
        ]
        let fields =
            [
                result(Visit.Result.allCases.map { ($0.rawValue, $0.words) }, answers, call),
                way(answers, call),
            ] + questions(campaign, answers, call) + asked
        let nobody = PostButton(
            action: "/register/\(id)/visit", words: call.say("家里没人", "Nobody at home"),
            fields: [("result", "nobody"), ("way", "home")])
        let last = visits.first { !$0.promise.isEmpty }
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
                \(form("/register/\(id)/visit", fields, answers, faults, call))
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func pointPage(_ call: Call, _ answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let id = try call.id(of: Point.self)
        let names = try call.names()
        let (point, campaign, visits) = try await call.read { books in
            (
                try Points.find(id, for: call.actor.limited(to: .visit), in: books),
                try Campaigns.current(of: call.actor.county, on: call.today, in: books),
                try Visits.all(of: id, county: call.actor.county, limit: 1, in: books)
            )
        }
        let results = [
            (Visit.Result.met.rawValue, Phrase(zh: "看了", en: "Seen")),
            (Visit.Result.nobody.rawValue, Phrase(zh: "没能进去", en: "Could not get in")),
        ]
        let fields = [result(results, answers, call)] + questions(campaign, answers, call)
        return Page(
            title: call.say("巡查 \(point.name)", "Round: \(point.name)"), current: "/visits",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/visits">\
                \(call.say("走访", "Visits"))</a></nav>\
                <div class="pagehead tight"><h1>\(point.name)</h1><p class="mute">\
                \(names.placeName(point.territory))</p></div>\
                \(visits.first.map { "<p class=\"mute\">\(call.say("上次 \(call.moment($0.at))", "Last time \(call.moment($0.at))"))</p>" as HTML })\
                \(form("/points/\(id)/visit", fields, answers, faults, call))
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func yesNo(_ call: Call) -> [Field.Choice] {
        [
            Field.Choice(value: "yes", words: call.say("是", "Yes")),
            .init(value: "no", words: call.say("否", "No")),
        ]
    }

    private static func result(_ results: [(String, Phrase)], _ answers: FormInput, _ call: Call) -> Field {
        Field(
            name: "result", label: call.say("结果", "What came of it"),
            kind: .select(results.map { .init(value: $0.0, words: call.say($0.1)) }),
            value: answers.text("result", else: "met"), isRequired: true)
    }

    private static func way(_ answers: FormInput, _ call: Call) -> Field {
        Field(
            name: "way", label: call.say("方式", "How"),
            kind: .select(Visit.Way.allCases.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
            value: answers.text("way", else: "home"), isRequired: true)
    }

    /// A field for each question of the campaign's form.
    private static func questions(_ campaign: Campaign?, _ answers: FormInput, _ call: Call) -> [Field] {
        (campaign?.scheme.questions ?? []).map { $0.field("q-\($0.name)", answers, call) }
    }

    /// The form with what every visit may tell: a note, photos, the position. Neither of the last two proves
    /// anything.
    private static func form(
        _ action: String, _ fields: [Field], _ answers: FormInput, _ faults: [Refusal.Fault], _ call: Call
    ) -> HTML {
        let more = [
            Field(
                name: "note", label: call.say("还有什么情况", "Anything else"), kind: .text, value: answers["note"]),
            Field.photos(call),
            Field(name: "position", label: call.say("记下我的位置", "Note where I am"), kind: .position),
        ]
        return Form(
            action: action, fields: fields + more, submit: call.say("记下走访", "Record the visit"),
            faults: faults
        ).html(call)
    }
}

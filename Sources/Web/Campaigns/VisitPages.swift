import Governance
import Hummingbird
import Rules

/// Visiting: whom I owe a visit, and recording one with three taps.
enum VisitPages {
    /// My households by village, those not visited yet.
    static func mine(_ call: Call) async throws -> Response {
        let names = try call.names()
        let (campaign, missing) = try await call.read { books -> (Campaign?, [Coverage.Missing]) in
            guard let campaign = try Campaigns.current(of: call.actor.county, on: call.today, in: books) else { return (nil, []) }
            var found: [Coverage.Missing] = []
            for seat in call.actor.seats {
                found += try Coverage.missing(
                    campaign, post: seat.post, inside: names.office.territory.path, for: call.actor, on: call.today, limit: 200, in: books)
            }
            return (campaign, found)
        }
        var villages: [(village: String, households: [Coverage.Missing])] = []
        for one in missing {
            if let index = villages.firstIndex(where: { $0.village == one.village }) {
                if !villages[index].households.contains(where: { $0.household == one.household }) { villages[index].households.append(one) }
            } else {
                villages.append((one.village, [one]))
            }
        }
        let groups = villages.html { village in
            """
            <section class="grp"><h2>\(names.placeName(village.village)) <span class="mute">\(village.households.count)</span></h2><ul class="cases">\(village.households.html {
                "<li class=\"ok\"><p class=\"t\"><a href=\"/register/\($0.household)/visit\">\($0.head.isEmpty ? $0.number : $0.head)</a></p><p class=\"n\"><span>\($0.number)</span></p></li>"
            })</ul></section>
            """
        }
        let lead =
            campaign == nil
            ? call.say("现在没有行动。", "There is no campaign now.")
            : missing.isEmpty
                ? call.say("您该走访的都走访过了。", "You have visited everybody you owe a visit.") : call.say("还有这些户要走访。", "These households wait for your visit.")
        return Page(
            title: call.say("走访", "Visits"), current: "/visits",
            body: "<div class=\"pagehead\"><h1>\(call.say("走访", "Visits"))</h1></div><p class=\"sub\">\(lead)</p>\(groups)", isNarrow: true
        ).response(call)
    }

    static func form(_ call: Call) async throws -> Response { try await page(call, Answers(), faults: []) }

    static func record(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: Household.self)
        do { try await call.write { _ = try Visits.record(draft(answers), of: id, by: call.actor, at: call.now, in: $0) } } catch Refusal.invalid(let faults) {
            return try await page(call, answers, faults: faults)
        }
        return Answer.seeOther("/visits")
    }

    /// What was filled in; the questions' answers are told apart by `q-`.
    static func draft(_ answers: Answers) throws -> Visits.Draft {
        var draft = Visits.Draft()
        draft.id = try answers.optionalID("id")
        if !answers["at"].isEmpty { draft.at = try answers.moment("at") }
        draft.way = Visit.Way(rawValue: answers["way"]) ?? .home
        guard let result = Visit.Result(rawValue: answers["result"]) else {
            throw Refusal.invalid("result", zh: "请选择走访结果。", en: "Please choose what came of it.")
        }
        draft.result = result
        for name in answers.names where name.hasPrefix("q-") && !answers[name].isEmpty { draft.answers[String(name.dropFirst(2))] = answers[name] }
        (draft.promise, draft.note) = (answers["promise"], answers["note"])
        draft.approval = answers["approval"].isEmpty ? nil : answers["approval"] == "yes"
        (draft.longitude, draft.latitude) = (try answers.degrees("longitude"), try answers.degrees("latitude"))
        return draft
    }

    private static func page(_ call: Call, _ answers: Answers, faults: [Refusal.Fault]) async throws -> Response {
        let id = try call.id(of: Household.self)
        let names = try call.names()
        let (household, campaign, visits) = try await call.read { books in
            (
                try Households.find(id, for: call.actor, on: call.today, in: books), try Campaigns.current(of: call.actor.county, on: call.today, in: books),
                try Visits.all(of: id, county: call.actor.county, limit: 5, in: books)
            )
        }
        let name = household.head.isEmpty ? household.number : household.head
        let yesNo = [Field.Choice(value: "yes", words: call.say("是", "Yes")), .init(value: "no", words: call.say("否", "No"))]
        let questions = (campaign?.scheme.questions ?? []).map { question in
            let kind: Field.Kind =
                switch question.kind {
                case .flag: .select(yesNo)
                case .choice(let choices): .select(choices.map { .init(value: $0.word, words: call.say($0.words.phrase)) })
                case .number: .number
                case .text: .text
                }
            return Field(name: "q-\(question.name)", label: call.say(question.label.phrase), kind: kind, value: answers["q-\(question.name)"])
        }
        let fields =
            [
                Field(
                    name: "result", label: call.say("走访结果", "What came of it"),
                    kind: .select(Visit.Result.allCases.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                    value: answers.text("result", else: "met"), isRequired: true),
                Field(
                    name: "way", label: call.say("方式", "How"), kind: .select(Visit.Way.allCases.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                    value: answers.text("way", else: "home"), isRequired: true),
            ] + questions + [
                Field(name: "promise", label: call.say("答应了什么", "What was promised"), kind: .line, value: answers["promise"]),
                Field(
                    name: "approval", label: call.say("对帮扶工作认可吗（单独问）", "Does the household approve of the help (asked apart)"), kind: .select(yesNo),
                    value: answers["approval"]),
                Field(name: "note", label: call.say("还有什么情况", "Anything else"), kind: .text, value: answers["note"]),
            ]
        let nobody = PostButton(action: "/register/\(id)/visit", words: call.say("家里没人", "Nobody at home"), fields: [("result", "nobody"), ("way", "home")])
        let last = visits.first { !$0.promise.isEmpty }
        return Page(
            title: call.say("走访 \(name)", "Visit \(name)"), current: "/visits",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/visits">\(call.say("走访", "Visits"))</a> › <a href="/register/\(id)">\(name)</a></nav>\
                <div class="pagehead tight"><h1>\(name)</h1><p class="mute">\(names.placeName(household.village)) \(household.facts["group_name"])</p></div>\
                \(last.map { "<p class=\"note info\">\(call.say("上次答应的（\(call.moment($0.at))）：", "Promised \(call.moment($0.at)): "))\($0.promise)</p>" as HTML })\(nobody.html(call))\
                \(Form(action: "/register/\(id)/visit", fields: fields, submit: call.say("记下走访", "Record the visit"), faults: faults).html(call))
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

import Governance
import Hummingbird
import Rules

/// The look-back: how far the pass is, whom nobody has looked at, and the form at one household.
enum LookBackPages {
    static func list(_ call: Call) async throws -> Response {
        let names = try call.names()
        let place = names.place(call.query["territory"])
        let path = place?.path ?? names.office.territory.path
        let isTown = place?.level == .town || place?.level == .village
        let found = try await call.read { books -> (Scheme.LookBack, [LookBacks.Line], [Household])? in
            guard let campaign = try Campaigns.current(for: call.actor, on: call.today, in: books),
                let pass = campaign.scheme.lookBack
            else {
                return nil
            }
            return (
                pass,
                try LookBacks.lines(
                    campaign, pass, byVillage: isTown, inside: path, for: call.actor, in: books),
                try LookBacks.waiting(
                    campaign, pass, inside: path, for: call.actor, on: call.today, limit: 50, in: books)
            )
        }
        guard let (pass, lines, first) = found else {
            return Page(
                title: call.say("回头看", "Look-back"), current: "/campaign",
                body:
                    """
                    <div class="pagehead"><h1>\(call.say("回头看", "Look-back"))</h1></div>\
                    <p class="lead">\(call.say("现在的方案里没有回头看。", "The scheme has no look-back."))</p>
                    """
            ).response(call)
        }
        let (households, checked) = (
            lines.reduce(0) { $0 + $1.households }, lines.reduce(0) { $0 + $1.checked }
        )
        let waiting = Queue(first, total: max(first.count, households - checked))
        let verdicts = LookBack.Verdict.allCases.filter { $0 != .none }
        let rows = lines.sorted {
            ($0.households - $0.checked, $1.path) > ($1.households - $1.checked, $0.path)
        }.html { line in
            let area = names.place(at: line.path)
            return """
                <tr><th scope="row">\(isTown ? "\(area?.shortName ?? line.path)" : "<a href=\"/look-back?territory=\(area?.id ?? "")\">\(area?.shortName ?? line.path)</a>" as HTML)</th><td class="num">\(line.checked)</td><td class="num">\(line.households)</td><td class="num"><b>\(line.households - line.checked)</b></td>\(verdicts.html { "<td class=\"num\">\(line.verdicts[$0] ?? 0)</td>" })</tr>
                """
        }
        return Page(
            title: call.say(pass.title.phrase), current: "/campaign", isLive: true,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/campaign">\(call.say("行动", "Campaign"))</a>\(place == nil ? HTML.none : " › <a href=\"/look-back\">\(call.say("回头看", "Look-back"))</a>" as HTML)</nav>\
                <div class="pagehead tight"><h1>\
                \(call.say(pass.title.phrase))\(place.map { " \($0.shortName)" } ?? "")</h1><p class="mute">\
                \(call.day(pass.from)) – \(call.day(pass.until))</p></div>\
                <p class="lead">\(call.say("应看 \(households) 户，已看 \(checked) 户，还差 \(households - checked) 户。", "\(households) households to look at, \(checked) done, \(households - checked) missing."))</p>\
                <p class="mute">\(call.say(pass.basis.article.phrase))：\
                \(call.say(pass.basis.says.phrase))</p>\
                <div class="cols c84"><div class="stack"><div class="scroll" tabindex="0" role="region" \
                aria-label="\(call.say("进度", "Progress"))"><table><thead><tr><th scope="col">\
                \(isTown ? call.say("村", "Village") : call.say("乡镇", "Township"))</th>\
                <th scope="col" class="num">\(call.say("已看", "Done"))</th><th scope="col" class="num">\
                \(call.say("应看", "Due"))</th><th scope="col" class="num">\(call.say("还差", "Missing"))</th>\
                \(verdicts.html { "<th scope=\"col\" class=\"num\">\(call.say($0.words))</th>" })</tr>\
                </thead><tbody>\(rows)</tbody></table></div></div>\
                <div class="stack"><section class="sec"><header><h2>\(call.say("还没看的户", "Not looked at yet"))</h2></header>\(waiting.total == 0 ? "<p class=\"mute\">\(call.say("都看过了。", "Every one was looked at."))</p>" : "<ul class=\"cases\">\(waiting.items.html { "<li class=\"ok\"><p class=\"t\"><a href=\"/register/\($0.id)/look-back\">\($0.head.isEmpty ? $0.number : $0.head)</a></p><p class=\"m\">\(names.placeName($0.village))</p><p class=\"n\"><span>\($0.number)</span></p></li>" })</ul>\(call.more(waiting))" as HTML)</section></div></div>
                """
        ).response(call)
    }

    static func record(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let id = try call.id(of: Household.self)
        let request = try await call.write { books in
            // What is wrong with a form is told only to whoever reaches the household.
            _ = try Households.find(id, for: call.actor.limited(to: .visit), on: call.today, in: books)
            return try LookBacks.record(
                LookBacks.Draft(sent), of: id, by: call.actor, at: call.now, in: books)
        }
        return call.done(
            "/look-back",
            request == nil
                ? Phrase(zh: "已记下，和登记一致。", en: "Recorded: it is as the register says.")
                : Phrase(
                    zh: "已记下。和登记不一样的已提交审批，另一个岗位批准后登记才改。",
                    en: """
                        Recorded. What differs waits for approval; the register changes once another post \
                        has approved it.
                        """))
    }

    static func form(_ call: Call) async throws -> Response {
        let id = try call.id(of: Household.self)
        let names = try call.names()
        let (household, pass, last) = try await call.read {
            try LookBacks.open(id, for: call.actor, on: call.today, in: $0)
        }
        let name = household.head.isEmpty ? household.number : household.head
        // Each field shows what the register says: whoever finds it so leaves it.
        let compared = household.facts.fields(call).filter { pass.facts.contains($0.name) }
        let verdict = LookBackForm.verdict.field(call, value: LookBack.Verdict.none.rawValue)
        let fields = [verdict] + compared + [LookBackForm.note.field(call)]
        return Page(
            title: call.say("回头看 \(name)", "Look-back \(name)"), current: "/campaign",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/look-back">\
                \(call.say("回头看", "Look-back"))</a> › <a href="/register/\(id)">\(name)</a></nav>\
                <div class="pagehead tight"><h1>\(name)</h1><p class="mute">\
                \(names.placeName(household.village)) \(household.facts["group_name"])</p></div>\
                \(last.map { "<p class=\"note info\">\(call.say("\(call.moment($0.at)) 看过：\($0.verdict.words.zh)", "Looked at \(call.moment($0.at)): \($0.verdict.words.en)"))</p>" as HTML })\
                <p class="mute">\(call.say("下面是登记里的，和现场一样就不动；不一样就改成看到的，改动要由另一个岗位审批。", "Below is what the register says. Leave what is so; where it differs enter what you see: another post approves it."))</p>\
                \(Form(action: "/register/\(id)/look-back", fields: fields, submit: call.say("记下", "Record")).html(call))
                """, isNarrow: true
        ).response(call)
    }
}

import Governance
import Hummingbird
import Rules

/// A score sheet: on a phone one unit below the other, each with its mark and the reason; who is in the team;
/// handing in.
enum SheetPages {
    static func show(_ call: Call) async throws -> Response { try await page(call, FormInput(), faults: []) }

    /// Saves every mark that can be taken; the button that was pressed may hand the sheet in. What is wrong
    /// or missing comes back with the form, and no good mark is lost by it.
    static func save(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: ScoreSheet.self)
        let wantsToSubmit = answers["then"] == "submit"
        let faults = try await call.write { books -> [Refusal.Fault] in
            let open = try ScoreSheets.open(id, for: call.actor, on: call.today, in: books)
            var (drafts, faults) = drafts(answers, open)
            faults +=
                try drafts.isEmpty
                ? [] : ScoreSheets.keep(drafts, on: id, by: call.actor, at: call.now, in: books)
            drafts.removeAll { draft in faults.contains { $0.field == "\(draft.indicator)/\(draft.unit)" } }
            guard wantsToSubmit else { return faults }
            let given = Set(drafts.map { [$0.unit, $0.indicator] })
            for line in open.missing where !given.contains([line.unit.id, line.indicator.name]) {
                let field = "\(line.indicator.name)/\(line.unit.id)"
                if faults.contains(where: { $0.field == field }) { continue }
                faults.append(
                    .init(
                        field,
                        Phrase(
                            zh: "“\(line.indicator.title.zh)”还没有打分。",
                            en: "“\(line.indicator.title.en)” has no mark yet.")))
            }
            return faults
        }
        guard faults.isEmpty else { return try await page(call, answers, faults: faults) }
        if wantsToSubmit {
            try await call.write { try ScoreSheets.submit(id, by: call.actor, at: call.now, in: $0) }
        }
        return Responses.seeOther("/evaluation/sheets/\(id)")
    }

    /// The marks that differ from what is there, and what cannot be read. An empty line is left as it is.
    private static func drafts(_ answers: FormInput, _ open: OpenSheet) -> (
        [ScoreSheets.Draft], [Refusal.Fault]
    ) {
        var (drafts, faults): ([ScoreSheets.Draft], [Refusal.Fault]) = ([], [])
        for unit in open.units {
            for indicator in open.indicators[unit.kind] ?? [] {
                let name = "\(indicator.name)/\(unit.id)"
                let (mark, why) = (answers["mark/\(name)"], answers["why/\(name)"])
                if mark.isEmpty, why.isEmpty { continue }
                if let old = open.marks[[unit.id, indicator.name]], "\(old.mark)" == mark, old.why == why {
                    continue
                }
                guard let number = Int(mark) else {
                    faults.append(.init(name, Phrase(zh: "分数要写整数。", en: "A mark is a whole number.")))
                    continue
                }
                drafts.append(.init(unit: unit.id, indicator: indicator.name, mark: number, why: why))
            }
        }
        return (drafts, faults)
    }

    private static func page(_ call: Call, _ answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let id = try call.id(of: ScoreSheet.self)
        let (open, candidates) = try await call.read { books -> (OpenSheet, [Person]) in
            let open = try ScoreSheets.open(id, for: call.actor, on: call.today, in: books)
            return (
                open,
                call.actor.mayOffice(.evaluate) && open.sheet.state == .open
                    ? try ScoreSheets.candidates(for: open, on: call.today, in: books) : []
            )
        }
        let isMine = open.isMember(call.actor) && open.sheet.state == .open
        let name = open.sheet.teamName.isEmpty ? call.say("本机构", "The office") : open.sheet.teamName
        return Page(
            title: "\(call.say(open.layer.title.phrase)) \(name)", current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))">\
                <a href="/evaluation?assessment=\(open.assessment.id)">\
                \(call.say(open.evaluation.title))</a> › <a href="/evaluation/rounds/\(open.round.id)">\
                \(call.say(open.layer.title.phrase))</a></nav>\
                <div class="pagehead tight"><h1>\(name)</h1><p class="mute">\
                \(open.round.due.map { call.say("\(call.day($0))以前交", "due \(call.day($0))") } ?? "")</p>\
                </div>\
                \(lead(open, isMine, call))\(isMine ? fill(open, answers, faults, call) : table(open, call))\
                \(team(open, candidates, call))\(reopen(open, call))
                """, isNarrow: isMine
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func lead(_ open: OpenSheet, _ isMine: Bool, _ call: Call) -> HTML {
        if open.sheet.state == .submitted {
            return
                "<p class=\"lead\">\(open.sheet.submittedAt.map { call.say("\(call.moment($0))交卷，已冻结。", "Handed in \(call.moment($0)) and frozen.") } ?? "")</p><p class=\"mute sm\">SHA-256 <code>\(open.sheet.hash)</code></p>"
        }
        guard isMine else {
            return
                "<p class=\"lead\">\(call.say("还没有交；交卷以前只有评价组看得到分数。", "Not handed in: until then only the team sees the marks."))</p>"
        }
        return
            "<p class=\"lead\">\(open.missing.isEmpty ? call.say("都打好了，可以交卷。", "Every mark is there: it can be handed in.") : call.say("还有 \(open.missing.count) 项没有打分。每项要写理由。", "\(open.missing.count) marks are missing. Each needs a reason."))</p>"
    }

    private static func fill(_ open: OpenSheet, _ answers: FormInput, _ faults: [Refusal.Fault], _ call: Call)
        -> HTML
    {
        let blocked = open.units.filter { open.objection(of: call.actor, to: $0) != nil }
        return """
            \(faults.isEmpty ? HTML.none : "<div class=\"note errors\" role=\"alert\" tabindex=\"-1\" id=\"errors\"><h2>\(call.say("请改一下再提交", "Please change this and send again"))</h2><ul>\(faults.html { "<li><a href=\"#f-mark/\($0.field)\">\(fault($0, open, call))</a></li>" })</ul></div>" as HTML)\
            <form class="form" method="post" action="/evaluation/sheets/\(open.sheet.id)">\(Form.token(call))\
            \(open.units.filter { open.objection(of: call.actor, to: $0) == nil }.html { unit in fields(unit, open, answers, faults, call) })\
            <p class="btns"><button class="btn" type="submit">\
            \(call.say("保存", "Save"))</button> <button class="btn pri" type="submit" name="then" \
            value="submit">\(call.say("保存并交卷", "Save and hand in"))</button></p></form>\
            \(blocked.isEmpty ? HTML.none : "<p class=\"note info\">\(call.say("这些由组里别的人评：", "Others of the team judge these: "))\(blocked.compactMap { open.objection(of: call.actor, to: $0) }.map { call.say($0) }.joined(separator: " "))</p>" as HTML)
            """
    }

    private static func fault(_ fault: Refusal.Fault, _ open: OpenSheet, _ call: Call) -> String {
        let unit = open.units.first { fault.field.hasSuffix("/" + $0.id) }
        return "\(unit.map { $0.name + call.say("：", ": ") } ?? "")\(call.say(fault.words))"
    }

    private static func fields(
        _ unit: JudgedUnit, _ open: OpenSheet, _ answers: FormInput, _ faults: [Refusal.Fault], _ call: Call
    ) -> HTML {
        let indicators = open.indicators[unit.kind] ?? []
        return """
            <fieldset><legend><b>\(unit.name)</b></legend>\(indicators.html { indicator in
            mark(unit, indicator, open.marks[[unit.id, indicator.name]], answers, isBad: faults.contains { $0.field == "\(indicator.name)/\(unit.id)" }, call)
            })</fieldset>
            """
    }

    private static func mark(
        _ unit: JudgedUnit, _ indicator: Evaluation.Indicator, _ old: SheetMark?, _ answers: FormInput,
        isBad: Bool, _ call: Call
    ) -> HTML {
        guard case .marks(let most) = indicator.source else { return .none }
        let name = "\(indicator.name)/\(unit.id)"
        let number = answers.text("mark/\(name)", else: old.map { "\($0.mark)" } ?? "")
        let why = answers.text("why/\(name)", else: old?.why ?? "")
        return """
            <div class="field\(" bad", if: isBad)"><label for="f-mark/\(name)">\
            \(call.say(indicator.title.phrase)) <span class="mute sm">\
            \(call.say("0–\(most) 分", "0–\(most)"))</span></label>\
            <input type="number" inputmode="numeric" min="0" max="\(most)" id="f-mark/\(name)" \
            name="mark/\(name)" value="\(number)"\(" aria-invalid=\"true\"", if: isBad)></div>\
            <div class="field"><label for="f-why/\(name)">\(call.say("理由", "Reason"))</label>\
            <input type="text" id="f-why/\(name)" name="why/\(name)" value="\(why)" maxlength="500"></div>
            """
    }

    private static func table(_ open: OpenSheet, _ call: Call) -> HTML? {
        guard !open.marks.isEmpty else { return nil }
        let names = Dictionary(open.members.map { ($0.id, $0.name) }) { first, _ in first }
        let lines = open.units.flatMap { unit in
            (open.indicators[unit.kind] ?? []).compactMap { open.marks[[unit.id, $0.name]] }.map {
                (unit, $0)
            }
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("分数", "Marks"))"><table>\
            <thead><tr><th scope="col">\(call.say("单位", "Unit"))</th><th scope="col">\
            \(call.say("项目", "Line"))</th><th scope="col" class="num">\(call.say("分数", "Mark"))</th>\
            <th scope="col">\(call.say("理由", "Reason"))</th><th scope="col">\
            \(call.say("谁打的", "Given by"))</th></tr></thead><tbody>\
            \(lines.html { unit, mark in
            "<tr><th scope=\"row\">\(unit.name)</th><td>\(open.indicators[unit.kind]?.first { $0.name == mark.indicator }.map { call.say($0.title.phrase) } ?? "")</td><td class=\"num\"><b>\(mark.mark)</b>/\(mark.most)</td><td>\(mark.why)</td><td>\(names[mark.person] ?? "")</td></tr>"
            })</tbody></table></div>
            """
    }

    private static func team(_ open: OpenSheet, _ candidates: [Person], _ call: Call) -> HTML {
        let mayChange = call.actor.mayOffice(.evaluate) && open.sheet.state == .open
        let appoint: HTML? =
            mayChange
            ? Form(
                action: "/evaluation/sheets/\(open.sheet.id)/team",
                fields: [
                    Field(name: "verb", label: "", kind: .hidden, value: "appoint"),
                    Field(
                        name: "person", label: call.say("加一个人", "Add somebody"),
                        kind: .select(candidates.map { .init(value: $0.id.text, words: $0.name) }),
                        isRequired: true),
                ], submit: call.say("加入评价组", "Appoint"), isPrimary: false
            ).html(call) : nil
        return """
            <section class="sec"><header><h2>\(call.say("评价组", "Team"))</h2></header>\(open.members.isEmpty ? "<p class=\"mute\">\(call.say("还没有人。", "Nobody yet."))</p>" as HTML : "<ul class=\"plain\">\(open.members.html { person in "<li>\(person.name) \(mayChange ? PostButton(action: "/evaluation/sheets/\(open.sheet.id)/team", words: call.say("退出", "Remove"), fields: [("verb", "dismiss"), ("person", person.id.text)]).html(call) : HTML.none)</li>" })</ul>" as HTML)\(appoint)</section>
            """
    }

    static func team(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: ScoreSheet.self)
        try await call.write { try change(answers, id, call, in: $0) }
        return Responses.seeOther("/evaluation/sheets/\(id)")
    }

    /// The one way of a team, for page and API.
    static func change(_ answers: FormInput, _ id: ID<ScoreSheet>, _ call: Call, in books: Books) throws {
        guard let person = ID<Person>(answers["person"]) else {
            throw Refusal.invalid("person", zh: "请选择一个人。", en: "Please choose somebody.")
        }
        switch answers["verb"] {
        case "appoint": try ScoreSheets.appoint(person, to: id, by: call.actor, at: call.now, in: books)
        case "dismiss": try ScoreSheets.dismiss(person, from: id, by: call.actor, at: call.now, in: books)
        default:
            throw Refusal.invalid("verb", zh: "要写 appoint 或 dismiss。", en: "The verb is appoint or dismiss.")
        }
    }

    private static func reopen(_ open: OpenSheet, _ call: Call) -> HTML? {
        guard open.sheet.state == .submitted, !open.round.isJudged, call.actor.mayOffice(.decide) else {
            return nil
        }
        let form = Form(
            action: "/evaluation/sheets/\(open.sheet.id)/reopen",
            fields: [
                Field(
                    name: "why", label: call.say("退回的理由", "Why it is opened again"), kind: .line,
                    isRequired: true)
            ],
            submit: call.say("退回重评", "Open again"), isPrimary: false)
        return
            "<section class=\"sec\"><header><h2>\(call.say("退回重评", "Open again"))</h2></header><p class=\"mute\">\(call.say("只有领导小组能退回，日志留痕。", "Only the leading group can do this; the log keeps it."))</p>\(form.html(call))</section>"
    }

    static func reopen(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: ScoreSheet.self)
        try await call.write {
            try ScoreSheets.reopen(id, why: answers["why"], by: call.actor, at: call.now, in: $0)
        }
        return Responses.seeOther("/evaluation/sheets/\(id)")
    }
}

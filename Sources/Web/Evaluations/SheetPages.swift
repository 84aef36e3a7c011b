import Governance
import Hummingbird
import Rules

/// A score sheet: on a phone one unit below the other, each with its mark and the reason; who is in the team;
/// handing in.
enum SheetPages {
    /// Saves every mark that can be taken; the button that was pressed may hand the sheet in. What is wrong
    /// or missing comes back with the form, and no good mark is lost by it.
    static func save(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: ScoreSheet.self)
        let wantsToSubmit = answers["then"] == "submit"
        let (faults, missing) = try await call.write { books -> ([Refusal.Fault], Int) in
            let open = try ScoreSheets.open(id, for: call.actor, on: call.today, in: books)
            var (drafts, faults) = try open.drafts(answers)
            if !drafts.isEmpty {
                faults += try ScoreSheets.keep(drafts, on: id, by: call.actor, at: call.now, in: books).map {
                    Refusal.Fault("mark/\($0.field)", $0.words)
                }
            }
            let atFault = Set(faults.map(\.field))
            drafts.removeAll { atFault.contains("mark/\($0.indicator)/\($0.unit)") }
            let given = Set(drafts.map { [$0.unit, $0.indicator] })
            let missing = open.missing.filter { !given.contains([$0.unit.id, $0.indicator.name]) }
            guard wantsToSubmit else { return (faults, missing.count) }
            for (unit, indicator) in missing {
                guard let (mark, why) = SheetForm.line(unit, indicator),
                    !atFault.contains(mark.name), !atFault.contains(why.name)
                else { continue }
                faults.append(
                    .init(
                        mark.name,
                        Phrase(
                            zh: "\(mark.label.zh)还没有打分。", en: "\(mark.label.en) has no mark yet.")))
            }
            return (faults, missing.count)
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        let path = "/evaluation/sheets/\(id)"
        guard wantsToSubmit else {
            return call.done(
                path,
                missing == 0
                    ? Phrase(zh: "已保存，都打好了，可以交卷。", en: "Stored. Every mark is there: it can be handed in.")
                    : Phrase(
                        zh: "已保存，还有 \(missing) 项没有打分；交卷以前只有评价组看得到。",
                        en:
                            "Stored; \(missing) marks are missing. Until it is handed in only the team sees them."
                    )
            )
        }
        try await call.write { try ScoreSheets.submit(id, by: call.actor, at: call.now, in: $0) }
        return call.done(
            path, "已交卷，分数冻结；要改得由领导小组退回。",
            "Handed in and frozen; only the leading group can open it again.")
    }

    static func show(_ call: Call) async throws -> Response {
        let id = try call.id(of: ScoreSheet.self)
        let (inquiry, candidates) = try await call.read { books -> (Inquiry<ScoreSheet>, [Person]) in
            let inquiry = try ScoreSheets.open(id, for: call.actor, on: call.today, in: books)
                .inquiry(for: call.actor, at: call.now, on: call.today)
            return (inquiry, try ScoreSheets.candidates(for: inquiry, in: books))
        }
        let open = inquiry.circumstances
        let isMine = inquiry.refusal(of: .mark) == nil
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
                \(lead(open, isMine, call))\(isMine ? fill(open, call) : table(open, call))\
                \(team(inquiry, candidates, call))\(reopen(inquiry, call))
                """, isNarrow: isMine
        ).response(call)
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

    /// What can be marked. Handing in is always offered beside it: the marks that are missing come with the
    /// same form, and what is missing then is told.
    private static func fill(_ open: OpenSheet, _ call: Call) -> HTML {
        let refused = call.refused("/evaluation/sheets/\(open.sheet.id)")
        let blocked = open.units.filter { open.objection(of: call.actor, to: $0) != nil }
        let kept: HTML? =
            refused?.faults.isEmpty == false
            ? "<p class=\"hint\">\(call.say("没有问题的分数已经保存。", "The marks that are right are stored."))</p>"
            : nil
        return """
            \(refused.map { Call.notice($0, call) })\(kept)\
            <form class="form" method="post" action="/evaluation/sheets/\(open.sheet.id)">\(Form.token(call))\
            \(open.units.filter { open.objection(of: call.actor, to: $0) == nil }.html { unit in fields(unit, open, refused, call) })\
            <p class="btns"><button class="btn" type="submit">\
            \(call.say("保存", "Save"))</button> <button class="btn pri" type="submit" name="then" \
            value="submit">\(call.say("保存并交卷", "Save and hand in"))</button></p></form>\
            \(blocked.isEmpty ? HTML.none : "<p class=\"note info\">\(call.say("这些由组里别的人评：", "Others of the team judge these: "))\(blocked.compactMap { open.objection(of: call.actor, to: $0) }.map { call.say($0) }.joined(separator: " "))</p>" as HTML)
            """
    }

    private static func fields(
        _ unit: JudgedUnit, _ open: OpenSheet, _ refused: RefusedForm?, _ call: Call
    ) -> HTML {
        let indicators = open.indicators[unit.kind] ?? []
        return """
            <fieldset><legend><b>\(unit.name)</b></legend>\(indicators.html { indicator in
            mark(unit, indicator, open.marks[[unit.id, indicator.name]], refused, call)
            })</fieldset>
            """
    }

    /// What is asked of a unit by one line: the mark and the reason, as they were typed or as they stand.
    private static func mark(
        _ unit: JudgedUnit, _ indicator: Evaluation.Indicator, _ old: SheetMark?, _ refused: RefusedForm?,
        _ call: Call
    ) -> HTML {
        guard case .marks(let most) = indicator.source, let (mark, why) = SheetForm.line(unit, indicator)
        else { return .none }
        let number = refused?.values[mark.name] ?? old.map { "\($0.mark)" } ?? ""
        let reason = refused?.values[why.name] ?? old?.why ?? ""
        let (bad, unsaid) = (fault(mark, refused, call), fault(why, refused, call))
        return """
            <div class="field\(" bad", if: bad != nil)"><label for="f-\(mark.name)">\
            \(call.say(indicator.title.phrase)) <span class="mute sm">\
            \(call.say("0–\(most) 分", "0–\(most)"))</span></label>\(bad)\
            <input type="number" inputmode="numeric" min="0" max="\(most)" id="f-\(mark.name)" \
            name="\(mark.name)" value="\(number)"\(describing(mark, bad))></div>\
            <div class="field\(" bad", if: unsaid != nil)"><label for="f-\(why.name)">\
            \(call.say("理由", "Reason"))</label>\(unsaid)\
            <input type="text" id="f-\(why.name)" name="\(why.name)" value="\(reason)" \
            maxlength="500"\(describing(why, unsaid))></div>
            """
    }

    /// What is wrong with a field, as it stands above its input.
    private static func fault(_ field: FormField, _ refused: RefusedForm?, _ call: Call) -> HTML? {
        refused?.faults.first { $0.field == field.name }.map {
            "<span class=\"fault\" id=\"\(field.name)-fault\">\(call.say($0.words))</span>"
        }
    }
    private static func describing(_ field: FormField, _ fault: HTML?) -> HTML? {
        fault.map { _ in " aria-invalid=\"true\" aria-describedby=\"\(field.name)-fault\"" }
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

    private static func team(_ inquiry: Inquiry<ScoreSheet>, _ candidates: [Person], _ call: Call) -> HTML {
        let members = inquiry.circumstances.members, dismissible = Set(inquiry.dismissible.map(\.id))
        let action = "/evaluation/sheets/\(inquiry.record.id)/team"
        let appoint = ScoreSheet.transition(.appoint), dismiss = ScoreSheet.transition(.dismiss)
        let form: HTML? =
            inquiry.refusal(of: .appoint) == nil
            ? Form(
                action: action,
                fields: [Field(name: "verb", label: "", kind: .hidden, value: appoint.verb.rawValue)]
                    + appoint.form.map {
                        $0.field(
                            call,
                            choices: candidates.map { Field.Choice(value: $0.id.text, words: $0.name) })
                    }, submit: call.say(appoint.words), isPrimary: false
            ).html(call) : nil
        let list: HTML = """
            <ul class="plain">\(members.html { person in
            let button = PostButton(
                action: action, words: call.say(dismiss.words),
                fields: [("verb", dismiss.verb.rawValue), ("person", person.id.text)])
            return "<li>\(person.name) \(dismissible.contains(person.id) ? button.html(call) : .none)</li>"
            })</ul>
            """
        let nobody: HTML = "<p class=\"mute\">\(call.say("还没有人。", "Nobody yet."))</p>"
        return """
            <section class="sec"><header><h2>\(call.say("评价组", "Team"))</h2></header>\
            \(members.isEmpty ? nobody : list)\(form)</section>
            """
    }

    static func team(_ call: Call) async throws -> Response {
        let change = try SheetForm.Change(try await call.form())
        let id = try call.id(of: ScoreSheet.self)
        try await call.write {
            try ScoreSheets.change(change, of: id, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            "/evaluation/sheets/\(id)",
            change.isAppointed
                ? Phrase(
                    zh: "已加入评价组，交卷以前都可以打分。", en: "Appointed: marks can be given until the sheet is handed in."
                )
                : Phrase(zh: "已退出评价组，打过的分留在表上。", en: "Removed from the team; the marks given so far stay."))
    }

    private static func reopen(_ inquiry: Inquiry<ScoreSheet>, _ call: Call) -> HTML? {
        guard inquiry.refusal(of: .reopen) == nil else { return nil }
        let reopen = ScoreSheet.transition(.reopen)
        let form = Form(
            action: "/evaluation/sheets/\(inquiry.record.id)/reopen",
            fields: reopen.form.map { $0.field(call) }, submit: call.say(reopen.words), isPrimary: false)
        return
            "<section class=\"sec\"><header><h2>\(call.say(reopen.words))</h2></header><p class=\"mute\">\(call.say("只有领导小组能退回，日志留痕。", "Only the leading group can do this; the log keeps it."))</p>\(form.html(call))</section>"
    }

    static func reopen(_ call: Call) async throws -> Response {
        let values = try SheetForm.reopen.read(try await call.form())
        let id = try call.id(of: ScoreSheet.self)
        try await call.write {
            try ScoreSheets.reopen(id, why: values["why"], by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            "/evaluation/sheets/\(id)", "已退回，评价组可以改分，改好再交；理由记入日志。",
            "Open again: the team can change marks and hands in once more. The log keeps the reason.")
    }
}

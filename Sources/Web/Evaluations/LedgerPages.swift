import Governance
import Hummingbird
import Rules

/// The ledger: what was proposed, objected to, approved, paid, withdrawn; one entry with its steps and what
/// can be done now.
enum LedgerPages {
    static let path = "/ledger"

    static func list(_ call: Call) async throws -> Response {
        let (kind, state) = (
            Evaluation.Incentive.RewardItem.Kind(rawValue: call.query["kind"]),
            LedgerEntry.State(rawValue: call.query["state"])
        )
        let (entries, ripe, payable) = try await call.read { books in
            (
                try Ledger.all(for: call.actor, state: state, kind: kind, in: books),
                try Ledger.ready(for: .approved, kind: kind, actor: call.actor, at: call.now, in: books)
                    .count,
                try Ledger.ready(for: .paid, kind: kind, actor: call.actor, at: call.now, in: books).count
            )
        }
        let fields = [
            Field(
                name: "kind", label: call.say("种类", "Kind"),
                kind: .select(
                    Evaluation.Incentive.RewardItem.Kind.allCases.map {
                        .init(value: $0.rawValue, words: call.say($0.phrase))
                    }), value: call.query["kind"]),
            Field(
                name: "state", label: call.say("状态", "State"),
                kind: .select(
                    LedgerEntry.State.allCases.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                value: call.query["state"]),
        ]
        let fen = entries.reduce(0) {
            $0 + ($1.kind == .workFunds && $1.state != .withdrawn ? $1.fen ?? 0 : 0)
        }
        return Page(
            title: call.say("奖惩台账", "Ledger"), current: EvaluationPages.path, isLive: true,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/evaluation">\
                \(call.say("评价", "Evaluation"))</a></nav>\
                <div class="pagehead tight"><h1>\(call.say("奖惩台账", "Ledger"))</h1></div>\
                <p class="lead">\(call.say("\(entries.count) 条，工作经费 \(EvaluationPages.yuan(fen)) 元。算出来的不改，更正另记一条。", "\(entries.count) entries, \(EvaluationPages.yuan(fen)) yuan of work funds. What was computed stays; a correction is an entry of its own."))</p>\
                \(together("approve", ripe, call.say("\(ripe) 条等批准", "\(ripe) wait for approval"), call.say("一起批准", "Approve all"), call))\(together("pay", payable, call.say("\(payable) 条等兑现", "\(payable) wait to be paid or done"), call.say("一起记为已兑现", "Note all as paid"), call))\
                <form class="pick" method="get" action="/ledger">\
                \(fields.html { $0.filtering(call) })<button class="btn quiet" type="submit">\
                \(call.say("看", "Show"))</button></form>\
                <p class="btns">\(PostButton(action: "/ledger/export", words: call.say("导出表格", "Export"), fields: [("kind", call.query["kind"]), ("state", call.query["state"])]).html(call))</p>\
                \(byUnit(entries, call))<div class="scroll" tabindex="0" role="region" \
                aria-label="\(call.say("奖惩台账", "Ledger"))"><table><thead><tr><th scope="col">\
                \(call.say("单位", "Unit"))</th><th scope="col">\(call.say("种类", "Kind"))</th>\
                <th scope="col" class="num">\(call.say("金额（元）", "Yuan"))</th><th scope="col">\
                \(call.say("状态", "State"))</th><th scope="col">\(call.say("理由", "Because"))</th></tr>\
                </thead><tbody>\
                \(entries.prefix(500).html { entry in
                """
                    <tr><th scope="row" class="nw"><a href="/ledger/\(entry.id)">\(entry.unitName)</a>\
                    </th><td class="nw">\(call.say(entry.kind.phrase))</td><td class="num">\
                    \(entry.fen.map { EvaluationPages.yuan($0) } ?? "—")</td><td class="nw">\
                    \(lamp(entry, call))</td><td class="details">\(call.say(entry.because))</td></tr>
                    """
                })</tbody></table></div>\(call.more(shown: 500, of: entries.count, export: true))
                """
        ).response(call)
    }

    /// What each unit has in all, withdrawn entries left out.
    private static func byUnit(_ entries: [LedgerEntry], _ call: Call) -> HTML? {
        let units = Dictionary(grouping: entries.filter { $0.state != .withdrawn }, by: \.unitName).filter {
            $0.value.count > 1
        }
        guard !units.isEmpty else { return nil }
        let rows = units.map { name, entries in
            (
                name: name, entries: entries.count,
                fen: entries.reduce(0) { $0 + ($1.kind == .bonus ? 0 : $1.fen ?? 0) }
            )
        }
        .sorted { ($1.fen, $1.entries, $0.name) < ($0.fen, $0.entries, $1.name) }
        return """
            <details><summary>\(call.say("按单位合计", "Totals by unit"))</summary>\
            <div class="scroll" tabindex="0" role="region" \
            aria-label="\(call.say("按单位合计", "Totals by unit"))"><table><thead><tr><th scope="col">\
            \(call.say("单位", "Unit"))</th><th scope="col" class="num">\(call.say("条", "Entries"))</th>\
            <th scope="col" class="num">\(call.say("工作经费（元）", "Work funds, yuan"))</th></tr></thead><tbody>\
            \(rows.html { "<tr><th scope=\"row\">\($0.name)</th><td class=\"num\">\($0.entries)</td><td class=\"num\">\($0.fen == 0 ? "—" : EvaluationPages.yuan($0.fen))</td></tr>" })</tbody></table></div></details>
            """
    }

    /// One form for all that are ready: sixty villages are not approved one by one.
    private static func together(
        _ verb: String, _ count: Int, _ title: String, _ submit: String, _ call: Call
    ) -> HTML? {
        guard count > 0 else { return nil }
        let form = Form(
            action: "/ledger/all",
            fields: [
                Field(name: "verb", label: "", kind: .hidden, value: verb),
                Field(name: "kind", label: "", kind: .hidden, value: call.query["kind"]),
                Field(name: "paper", label: call.say("文件或凭据", "Paper"), kind: .line, isRequired: true),
            ], submit: submit)
        return "<section class=\"panel act\"><h2>\(title)</h2>\(form.html(call))</section>"
    }

    static func all(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        try await call.write { _ = try all(answers, call, in: $0) }
        return Responses.seeOther(path)
    }

    /// The one way of many entries, for page and API. Answers how many it was.
    static func all(_ answers: FormInput, _ call: Call, in books: Books) throws -> Int {
        let step: LedgerStep.Kind
        switch answers["verb"] {
        case "approve": step = .approved
        case "pay": step = .paid
        default: throw Refusal.invalid("verb", zh: "不认识这个动作。", en: "This verb is not known.")
        }
        return try Ledger.all(
            step, kind: try answers.optionalChoice("kind"), paper: answers["paper"], by: call.actor,
            at: call.now, in: books)
    }

    private static func lamp(_ entry: LedgerEntry, _ call: Call) -> HTML {
        switch entry.state {
        case .proposed where entry.objectionsUntil < call.today:
            "<span class=\"lamp soon\">\(call.say("等批准", "waits for approval"))</span>"
        case .proposed:
            "<span class=\"lamp ok\">\(call.say("异议期到\(call.day(entry.objectionsUntil))", "objections until \(call.day(entry.objectionsUntil))"))</span>"
        case .approved: "<span class=\"lamp soon\">\(call.say(entry.state.words))</span>"
        case .done, .withdrawn: "<span class=\"lamp done\">\(call.say(entry.state.words))</span>"
        }
    }

    static func exported(_ call: Call) async throws -> Response {
        let answers =
            call.request.uri.path.hasPrefix("/api/") ? try await API.answers(call) : try await call.form()
        let filter: OutcomeExport.LedgerFilter = (
            try answers.optionalChoice("state"), try answers.optionalChoice("kind")
        )
        return try await call.atLength {
            let entries = try await call.write { books in
                let entries = try Ledger.all(
                    for: call.actor, state: filter.state, kind: filter.kind, in: books)
                try OutcomeExport.announce(entries, filter, by: call.actor, at: call.now, in: books)
                return entries
            }
            return try await Sheets.response("\(call.say("奖惩台账", "ledger"))-\(call.today)", call) { file in
                try OutcomeExport.write(entries, filter, to: file, language: call.language)
            }
        }
    }

    /// One entry as the caller may read it.
    static func read(_ call: Call) async throws -> LedgerSight {
        let id = try call.id(of: LedgerEntry.self)
        return try await call.read { try LedgerSight.of(id, for: call.actor, on: call.today, in: $0) }
    }

    static func show(_ call: Call) async throws -> Response { try await page(call, FormInput(), faults: []) }

    /// Does what a button says.
    static func act(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: LedgerEntry.self)
        do { try await call.write { try act(answers, id, call, in: $0) } } catch Refusal.invalid(let faults) {
            return try await page(call, answers, faults: faults)
        }
        return Responses.seeOther("/ledger/\(id)")
    }

    /// The one way of an entry, for page and API.
    static func act(_ answers: FormInput, _ id: ID<LedgerEntry>, _ call: Call, in books: Books) throws {
        let (actor, now) = (call.actor, call.now)
        func identity<Of>(_ name: String, of: Of.Type) throws -> ID<Of> {
            guard let found = ID<Of>(answers[name]) else {
                throw Refusal.invalid(name, zh: "请选择。", en: "Please choose.")
            }
            return found
        }
        switch answers["verb"] {
        case "object": try Ledger.object(answers["said"], to: id, by: actor, at: now, in: books)
        case "reply":
            try Ledger.reply(
                answers["reply"], isUpheld: answers.flag("upheld"),
                to: identity("objection", of: Objection.self), by: actor,
                at: now, in: books)
        case "approve": try Ledger.approve(id, paper: answers["paper"], by: actor, at: now, in: books)
        case "pay": try Ledger.pay(id, paper: answers["paper"], by: actor, at: now, in: books)
        case "withdraw": try Ledger.withdraw(id, why: answers["why"], by: actor, at: now, in: books)
        case "check":
            try Ledger.check(
                id, isSerious: answers.flag("serious"), note: answers["note"], paper: answers["paper"],
                by: actor, at: now,
                in: books)
        case "correct":
            let fen = answers["fen"].isEmpty ? nil : try answers.number("fen", in: 0...100_000_000_000)
            try Ledger.correct(id, fen: fen, why: answers["why"], by: actor, at: now, in: books)
        case "recommend":
            try Recommendations.make(
                identity("person", of: Person.self), for: id, why: answers["why"], by: actor, at: now,
                in: books)
        case "assess":
            try Recommendations.assess(
                identity("recommendation", of: Recommendation.self), hasPassed: answers.flag("passed"),
                note: answers["note"],
                by: actor,
                at: now, in: books)
        default: throw Refusal.invalid("verb", zh: "不认识这个动作。", en: "This verb is not known.")
        }
    }

    private static func page(_ call: Call, _ answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let (sight, names) = (try await read(call), try call.names())
        let titles = try await call.read { books in
            Dictionary(
                try Posts.all(of: call.actor.county, on: call.today, in: books).map { ($0.id, $0.title) }
            ) { first, _ in first }
        }
        let entry = sight.entry
        return Page(
            title: "\(call.say(entry.kind.phrase)) \(entry.unitName)", current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/ledger">\
                \(call.say("奖惩台账", "Ledger"))</a></nav>\
                <div class="pagehead tight"><h1>\(entry.unitName)</h1><p class="mute">\
                \(call.say(sight.title)) · \(call.say(entry.kind.phrase))</p></div>\
                <p class="lead">\(entry.fen.map { entry.kind == .bonus ? call.say("每人 \(EvaluationPages.yuan($0)) 元。", "\(EvaluationPages.yuan($0)) yuan each. ") : call.say("\(EvaluationPages.yuan($0)) 元。", "\(EvaluationPages.yuan($0)) yuan. ") } ?? "")\(call.say(entry.because))</p>\
                <p>\(lamp(entry, call)) \(sight.checkDue.map { call.say("核查限\(call.day($0))以前", "to be checked by \(call.day($0))") } ?? "") <a href="/evaluation/rounds/\(entry.round)/units/\(entry.unit)">\(call.say("分是怎么来的", "How the score came about"))</a>\(entry.corrects.map { " · <a href=\"/ledger/\($0)\">\(call.say("更正的是这一条", "It corrects this entry"))</a>" as HTML })</p>\
                <div class="cols c84"><div class="stack">\
                \(actions(sight, answers, faults, names, call))\(objections(sight, names, call))\
                \(recommendations(sight, titles, names, call))</div>\
                <div class="stack">\(steps(sight, names, call))\(people(sight, titles, names, call))</div>\
                </div>
                """
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func steps(_ sight: LedgerSight, _ names: Directory, _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("经过", "Steps"))</h2></header><ul class="plain">\
        \(sight.steps.html { step in
        """
            <li><b>\(call.say(step.kind.words))</b> <span class="mute">\
            \(call.moment(step.at))\(step.person.map { " · \(names.name(of: $0))" } ?? "")</span>\
            \(step.paper.isEmpty ? HTML.none : "<br>\(step.paper)" as HTML)\
            \(step.note.isEmpty ? HTML.none : "<br>\(step.note)" as HTML)</li>
            """
        })</ul></section>
        """
    }

    /// Who is named; the posts alone for who may not read names.
    private static func people(
        _ sight: LedgerSight, _ titles: [ID<Post>: Phrase], _ names: Directory, _ call: Call
    ) -> HTML? {
        guard !sight.people.isEmpty else { return nil }
        let posts = sight.people.map { titles[$0.post].map { call.say($0) } ?? "" }
        return """
            <section class="sec"><header><h2>\(sight.entry.fen == nil ? call.say("评定那天在岗的人", "In the posts on the day of judging") : call.say("给谁", "To whom"))</h2></header><ul class="plain">\(zip(sight.people, posts).map { $0 }.html { person, post in
            """
                <li>\(post)\(person.person.map { " <b>\(names.name(of: $0))</b>" as HTML } ?? .none)\
                \(person.fen.map { " \(EvaluationPages.yuan($0)) \(call.say("元", "yuan"))" } ?? "")</li>
                """
            })</ul></section>
            """
    }

    private static func form(
        _ verb: String, _ fields: [Field], _ submit: String, _ sight: LedgerSight, _ faults: [Refusal.Fault],
        _ call: Call, isPrimary: Bool = true
    ) -> HTML {
        Form(
            action: "/ledger/\(sight.entry.id)",
            fields: [Field(name: "verb", label: "", kind: .hidden, value: verb)] + fields, submit: submit,
            faults: faults,
            isPrimary: isPrimary
        ).html(call)
    }

    private static func actions(
        _ sight: LedgerSight, _ answers: FormInput, _ faults: [Refusal.Fault], _ names: Directory,
        _ call: Call
    ) -> HTML? {
        let (entry, actor) = (sight.entry, call.actor)
        // What was wrong belongs to the form that was sent.
        func wrong(_ verb: String) -> [Refusal.Fault] { answers["verb"] == verb ? faults : [] }
        let paper = Field(
            name: "paper", label: call.say("文件或凭据", "Paper"), kind: .line, value: answers["paper"])
        let why = Field(
            name: "why", label: call.say("理由", "Why"), kind: .line, value: answers["why"], isRequired: true)
        var forms: [HTML] = []
        if entry.state == .proposed, entry.objectionsUntil < call.today, actor.mayOffice(.decide) {
            forms.append(form("approve", [paper], call.say("批准", "Approve"), sight, wrong("approve"), call))
        }
        if entry.state == .approved, entry.kind != .check, actor.mayOffice(.evaluate) {
            var needed = paper
            needed.isRequired = true
            forms.append(form("pay", [needed], call.say("已兑现", "Paid or done"), sight, wrong("pay"), call))
        }
        if entry.state == .approved, entry.kind == .check,
            sight.carriers.contains(where: { actor.belongs(to: $0) })
        {
            let note = Field(
                name: "note", label: call.say("核查情况", "What the check found"), kind: .text,
                value: answers["note"], isRequired: true)
            let serious = Field(
                name: "serious", label: call.say("问题严重，启动追责", "Serious: accountability begins"), kind: .flag,
                value: answers["serious"])
            forms.append(
                form(
                    "check", [note, serious, paper], call.say("记下核查结果", "Record the check"), sight,
                    wrong("check"), call))
        }
        if entry.state == .proposed, entry.objectionsUntil >= call.today, sight.mayObject {
            let said = Field(
                name: "said", label: call.say("异议", "Objection"), kind: .text, value: answers["said"],
                isRequired: true)
            forms.append(
                form(
                    "object", [said], call.say("提出异议", "Object"), sight, wrong("object"), call,
                    isPrimary: false))
        }
        if entry.state == .proposed || entry.state == .approved, actor.mayOffice(.decide) {
            forms.append(
                form(
                    "withdraw", [why], call.say("撤回", "Withdraw"), sight, wrong("withdraw"), call,
                    isPrimary: false))
        }
        if actor.mayOffice(.decide), let fen = entry.fen {
            let amount = Field(
                name: "fen", label: call.say("更正后的金额（分）", "The right amount in fen"), kind: .number,
                value: answers.text("fen", else: "\(fen)"),
                isRequired: true)
            forms.append(
                form(
                    "correct", [amount, why], call.say("更正，另记一条", "Correct by a new entry"), sight,
                    wrong("correct"), call, isPrimary: false))
        }
        guard !forms.isEmpty else { return nil }
        return
            "<section class=\"panel act\"><h2>\(call.say("可以办的", "What can be done"))</h2>\(forms)</section>"
    }

    private static func objections(_ sight: LedgerSight, _ names: Directory, _ call: Call) -> HTML? {
        guard !sight.objections.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("异议和答复", "Objections and replies"))</h2></header>\
            <ul class="plain">\(sight.objections.html { objection in
            """
            <li><b>\(objection.said)</b> <span class="mute">\(objection.person.map { names.name(of: $0) + " · " } ?? "")\(call.moment(objection.at))</span>\(objection.repliedAt.map { "<br>\(objection.isUpheld == true ? call.say("采纳：", "Upheld: ") : call.say("不采纳：", "Not upheld: "))\(objection.reply) <span class=\"mute\">\(objection.repliedBy.map { names.name(of: $0) } ?? "") · \(call.moment($0))</span>" as HTML } ?? reply(objection, sight, call))</li>
            """
            })</ul></section>
            """
    }

    private static func reply(_ objection: Objection, _ sight: LedgerSight, _ call: Call) -> HTML {
        guard call.actor.mayOffice(.evaluate), objection.person != call.actor.person else {
            return
                "<br><span class=\"lamp \(objection.replyDue < call.today ? "late" : "soon" as HTML)\">\(call.say("\(call.day(objection.replyDue))以前答复", "reply due \(call.day(objection.replyDue))"))</span>"
        }
        return form(
            "reply",
            [
                Field(name: "objection", label: "", kind: .hidden, value: objection.id.text),
                Field(name: "reply", label: call.say("答复", "Reply"), kind: .text, isRequired: true),
                Field(
                    name: "upheld", label: call.say("采纳，撤回这一条", "Upheld: the entry is withdrawn"), kind: .flag
                ),
            ], call.say("答复", "Reply"), sight, [], call, isPrimary: false)
    }

    private static func recommendations(
        _ sight: LedgerSight, _ titles: [ID<Post>: Phrase], _ names: Directory, _ call: Call
    ) -> HTML? {
        guard sight.entry.kind == .recommendation, sight.mayRead || !sight.candidates.isEmpty else {
            return nil
        }
        let seats = sight.gift?.seats ?? 1
        let isOpen =
            sight.entry.state == .proposed && sight.recommendations.count < seats && !sight.candidates.isEmpty
        return """
            <section class="sec"><header><h2>\(call.say("推荐人选", "Recommended"))</h2><span class="mute">\
            \(sight.recommendations.count)/\(seats)</span></header><ul class="plain">\
            \(sight.recommendations.html { found in
            """
            <li><b>\(names.name(of: found.person))</b> <span class="mute">\(titles[found.post].map { call.say($0) } ?? "")</span><br>\(found.why)\(found.hasPassed.map { "<br><span class=\"lamp done\">\($0 ? call.say("考核通过", "passed") : call.say("考核没有通过", "not passed"))</span> \(found.assessment)" as HTML } ?? assess(found, sight, call))</li>
            """
            })</ul>\(isOpen ? form("recommend", [Field(name: "person", label: call.say("推荐谁", "Whom"), kind: .select(sight.candidates.map { .init(value: $0.id.text, words: $0.name) }), isRequired: true), Field(name: "why", label: call.say("理由", "Why"), kind: .line, isRequired: true)], call.say("推荐", "Recommend"), sight, [], call, isPrimary: false) : HTML.none)</section>
            """
    }

    private static func assess(_ found: Recommendation, _ sight: LedgerSight, _ call: Call) -> HTML {
        guard sight.carriers.contains(where: { call.actor.belongs(to: $0) }) else {
            return "<br><span class=\"lamp soon\">\(call.say("等考核", "waits for the assessment"))</span>"
        }
        return form(
            "assess",
            [
                Field(name: "recommendation", label: "", kind: .hidden, value: found.id.text),
                Field(
                    name: "note", label: call.say("考核意见", "What the assessment says"), kind: .line,
                    isRequired: true),
                Field(name: "passed", label: call.say("通过", "Passed"), kind: .flag),
            ], call.say("记下考核", "Record"), sight, [], call, isPrimary: false)
    }
}

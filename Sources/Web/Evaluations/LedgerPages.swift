import Governance
import Hummingbird
import Rules

/// The ledger: what was proposed, objected to, approved, paid, withdrawn; one entry with its steps and what
/// can be done now.
enum LedgerPages {
    static let path = "/ledger"

    static func list(_ call: Call) async throws -> Response {
        // A form that was refused comes back on the list that it was sent from.
        let wanted = call.submission.refused?.values ?? call.query
        let (kind, state) = (
            Evaluation.Incentive.RewardItem.Kind(rawValue: wanted["kind"]),
            LedgerEntry.State(rawValue: wanted["state"])
        )
        let (entries, ripe, payable) = try await call.read { books in
            (
                try Ledger.all(for: call.actor, state: state, kind: kind, in: books),
                try Ledger.ready(for: .approve, kind: kind, actor: call.actor, at: call.now, in: books)
                    .count,
                try Ledger.ready(for: .pay, kind: kind, actor: call.actor, at: call.now, in: books).count
            )
        }
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
                \(together(.approve, kind, ripe, call.say("\(ripe) 条等批准", "\(ripe) wait for approval"), call.say("一起批准", "Approve all"), call))\(together(.pay, kind, payable, call.say("\(payable) 条等兑现", "\(payable) wait to be paid or done"), call.say("一起记为已兑现", "Note all as paid"), call))\
                \(byUnit(entries, call))\(try await listing.section(call, narrowedBy: wanted, rows: entries))
                """
        ).response(call)
    }

    /// What follows from judged rounds, as far as the caller may read it.
    static let listing = Listing<LedgerEntry>(
        name: "ledger", path: path, title: Phrase(zh: "奖惩台账", en: "Ledger"), filters: LedgerForm.filter,
        columns: [
            Column(
                "unit", "单位", "Unit",
                html: { entry, _ in "<a href=\"\(path)/\(entry.id)\">\(entry.unitName)</a>" }
            ) { entry, _ in .text(entry.unitName) },
            Column("kind", "种类", "Kind") { .text($1.say($0.kind.phrase)) },
            Column(
                "amount", "金额（元）", "Yuan",
                definition: Phrase(
                    zh: "给单位的是总额，奖金是每人的数。", en: "For a unit the whole; a bonus is for each person.")
            ) { entry, _ in entry.fen.map(Cell.money) ?? .none },
            Column(
                "state", "状态", "State",
                definition: Phrase(
                    zh: "拟定 → 异议期满 → 批准 → 兑现；撤回的留在表里。",
                    en: "Proposed, objections ended, approved, paid; what is withdrawn stays."), html: lamp
            ) { .text($1.say($0.state.words)) },
            Column("objections_until", "异议截止", "Objections until") { entry, _ in
                .day(entry.objectionsUntil)
            },
            Column("because", "理由", "Because") { .text($1.say($0.because)) },
            Column("corrects", "更正", "Corrects another") {
                .text($0.corrects == nil ? "" : $1.say("是", "yes"))
            },
        ], exported: .ledgerExported, id: \.id.text,
        source: .whole { call, values in
            let kind: Evaluation.Incentive.RewardItem.Kind? = try values.optionalChoice("kind")
            let state: LedgerEntry.State? = try values.optionalChoice("state")
            return try await call.read { try Ledger.all(for: call.actor, state: state, kind: kind, in: $0) }
        })

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
        _ verb: LedgerVerb, _ kind: Evaluation.Incentive.RewardItem.Kind?, _ count: Int, _ title: String,
        _ submit: String, _ call: Call
    ) -> HTML? {
        guard count > 0 else { return nil }
        let sent = ["verb": verb.rawValue, "kind": kind?.rawValue ?? ""]
        let form = Form(
            action: "/ledger/all",
            fields: LedgerForm.all.map { field in
                sent[field.name].map { Field(name: field.name, label: "", kind: .hidden, value: $0) }
                    ?? field.field(call)
            }, submit: submit)
        return "<section class=\"panel act\"><h2>\(title)</h2>\(form.html(call))</section>"
    }

    static func all(_ call: Call) async throws -> Response {
        let values = try LedgerForm.all.read(try await call.form())
        let count = try await call.write {
            try Ledger.all(values, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            path,
            LedgerVerb(rawValue: values["verb"]) == .approve
                ? Phrase(
                    zh: "批准了 \(count) 条。办好以后由别的同志记为已兑现。",
                    en: "\(count) entries are approved. Somebody else notes them as paid or done.")
                : Phrase(
                    zh: "\(count) 条记为已兑现，凭据在每一条的经过里。",
                    en: "\(count) entries are noted as paid; the paper stands in the steps of each."))
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

    /// One entry as the caller may read it.
    static func read(_ call: Call) async throws -> LedgerSight {
        let id = try call.id(of: LedgerEntry.self)
        return try await call.read { try LedgerSight.of(id, for: call.actor, at: call.now, in: $0) }
    }

    /// Does what a button says.
    static func act(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: LedgerEntry.self)
        let verb = try LedgerVerb(answers)
        let (entry, values) = try await call.write {
            try Ledger.perform(verb, on: id, with: answers, by: call.actor, at: call.now, in: $0)
        }
        return call.done("/ledger/\(id)", done(verb, values, entry))
    }

    /// What a verb did and what follows from it, by the entry as it is then.
    private static func done(_ verb: LedgerVerb, _ values: FormValues, _ entry: LedgerEntry) -> Phrase {
        let isWithdrawn = entry.state == .withdrawn
        return switch verb {
        case .object:
            Phrase(
                zh: "异议已记下，由负责评价的人限期答复；答复以前这一条不会批准。",
                en: "The objection is stored and will be replied to; the entry is not approved before that.")
        case .reply where isWithdrawn && values.flag("upheld"):
            Phrase(zh: "已答复并采纳，这一条撤回了。", en: "The objection is upheld and the entry withdrawn.")
        case .reply where values.flag("upheld"):
            Phrase(
                zh: "已答复并采纳。这一条现在是“\(entry.state.words.zh)”，没有随着撤回。",
                en: "The objection is upheld. The entry is “\(entry.state.words.en)” and stays.")
        case .reply:
            Phrase(
                zh: "已答复，没有采纳；这一条不变。", en: "The reply is stored; the entry stays as it is.")
        case .approve where entry.kind == .check:
            Phrase(zh: "已批准，等核查单位来查。", en: "Approved. The units that check it come next.")
        case .approve:
            Phrase(zh: "已批准。办好以后由别的同志记为已兑现。", en: "Approved. Somebody else notes it as paid or done.")
        case .pay: Phrase(zh: "记为已兑现，这一条办完了。", en: "Noted as paid or done; nothing is left to do.")
        case .withdraw:
            Phrase(
                zh: "已撤回，理由记在经过里。", en: "Withdrawn; the reason stands among the steps.")
        case .check where values.flag("serious"):
            Phrase(
                zh: "核查结果已记下。问题严重，另立了一条追责，异议期过后等批准。",
                en: """
                    The check is stored. Accountability is an entry of its own, open to objection before \
                    it is approved.
                    """)
        case .check:
            Phrase(zh: "核查结果已记下，没有严重问题，这一条办完了。", en: "The check is stored; nothing was serious.")
        case .correct where isWithdrawn:
            Phrase(
                zh: "更正另记了一条，异议期过后等批准；原来的这一条撤回了。",
                en: """
                    The correction is an entry of its own, open to objection before it is approved; this one \
                    is withdrawn.
                    """)
        case .correct:
            Phrase(
                zh: "要补的差额另记了一条，异议期过后等批准；已经兑现的这一条不变。",
                en: """
                    What is missing is an entry of its own, open to objection before it is approved; what \
                    was paid stays.
                    """)
        case .recommend:
            Phrase(zh: "已推荐，等组织考核。", en: "Recommended; the assessment comes next.")
        case .assess where values.flag("passed"):
            Phrase(zh: "考核意见已记下：通过。", en: "The assessment is stored: passed.")
        case .assess:
            Phrase(zh: "考核意见已记下：没有通过。", en: "The assessment is stored: not passed.")
        }
    }

    static func show(_ call: Call) async throws -> Response {
        let (sight, names) = (try await read(call), try call.names())
        let titles = try await call.read { books in
            Dictionary(
                try Posts.all(for: call.actor, on: call.today, in: books).map { ($0.id, $0.title) }
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
                \(actions(sight, call))\(objections(sight, names, call))\
                \(recommendations(sight, titles, names, call))</div>\
                <div class="stack">\(SignedSteps.html(sight.steps, call.say("经过", "Steps"), names, call))\(people(sight, titles, names, call))</div>\
                </div>
                """
        ).response(call)
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

    /// What is done to the entry as a whole; what is done to an objection or a recommendation stands beside it.
    private static func actions(_ sight: LedgerSight, _ call: Call) -> HTML? {
        let entry = sight.entry
        let forms = LifecycleForms.html(
            sight.inquiry, action: "/ledger/\(entry.id)", call,
            only: { ![.reply, .recommend, .assess].contains($0) && ($0 != .correct || entry.fen != nil) },
            quiet: [.object, .withdraw, .correct],
            field: { field, _ in
                field.name == "yuan" ? field.field(call, value: entry.fen.map { "\($0)" } ?? "") : nil
            })
        return LifecycleForms.panel(forms, call)
    }

    /// The form of one verb beside what it is about, if it is possible; `known` travels unseen.
    private static func form(
        _ verb: LedgerVerb, _ sight: LedgerSight, _ call: Call, known: (name: String, value: String)? = nil
    ) -> HTML? {
        guard sight.inquiry.refusal(of: verb) == nil else { return nil }
        let people = sight.candidates.map { Field.Choice(value: $0.id.text, words: $0.name) }
        let fields = LedgerForm.page(verb).filter { $0.name != known?.name }
            .map { $0.field(call, choices: $0.kind.isOf(.person) ? people : nil) }
        let unseen = known.map { [Field(name: $0.name, label: "", kind: .hidden, value: $0.value)] } ?? []
        return Form(
            action: "/ledger/\(sight.entry.id)",
            fields: unseen + [Field(name: "verb", label: "", kind: .hidden, value: verb.rawValue)] + fields,
            submit: call.say(LedgerEntry.transition(verb).words), isPrimary: false
        ).html(call)
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
        if objection.person != call.actor.person,
            let form = form(.reply, sight, call, known: ("objection", objection.id.text))
        {
            return form
        }
        let isLate: HTML = objection.replyDue < call.today ? "late" : "soon"
        let due = call.say(
            "\(call.day(objection.replyDue))以前答复", "reply due \(call.day(objection.replyDue))")
        return "<br><span class=\"lamp \(isLate)\">\(due)</span>"
    }

    private static func recommendations(
        _ sight: LedgerSight, _ titles: [ID<Post>: Phrase], _ names: Directory, _ call: Call
    ) -> HTML? {
        guard sight.entry.kind == .recommendation, sight.mayRead || !sight.candidates.isEmpty else {
            return nil
        }
        let seats = sight.gift?.seats ?? 1
        return """
            <section class="sec"><header><h2>\(call.say("推荐人选", "Recommended"))</h2><span class="mute">\
            \(sight.recommendations.count)/\(seats)</span></header><ul class="plain">\
            \(sight.recommendations.html { found in
            """
            <li><b>\(names.name(of: found.person))</b> <span class="mute">\(titles[found.post].map { call.say($0) } ?? "")</span><br>\(found.why)\(found.hasPassed.map { "<br><span class=\"lamp done\">\($0 ? call.say("考核通过", "passed") : call.say("考核没有通过", "not passed"))</span> \(found.assessment)" as HTML } ?? assess(found, sight, call))</li>
            """
            })</ul>\(form(.recommend, sight, call))</section>
            """
    }

    private static func assess(_ found: Recommendation, _ sight: LedgerSight, _ call: Call) -> HTML {
        let isFree = Recommendations.mayAssess(found, call.actor)
        let form = isFree ? form(.assess, sight, call, known: ("recommendation", found.id.text)) : nil
        return form
            ?? "<br><span class=\"lamp soon\">\(call.say("等考核", "waits for the assessment"))</span>"
    }
}

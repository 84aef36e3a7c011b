import Governance
import Hummingbird
import Rules

/// The evaluation at a glance: what waits for me, how far each round is, what follows, each rule beside its
/// basis.
enum EvaluationPages {
    static let path = "/evaluation"

    static func show(_ call: Call) async throws -> Response {
        let wanted = call.query["assessment"].isEmpty ? nil : ID<Assessment>(call.query["assessment"])
        let names = try call.names()
        let found = try await call.read {
            books -> (
                EvaluationSight, [ScoreSheet], [(ID<Sample>, SampleItem)], Int,
                [(entry: LedgerEntry, due: Day)]
            )? in
            guard let sight = try EvaluationSight.of(wanted, for: call.actor, in: books) else { return nil }
            return (
                sight, try ScoreSheets.waiting(for: call.actor, in: books),
                try Samples.ready(for: call.actor, at: call.now, in: books),
                try Ledger.ready(for: .approve, actor: call.actor, at: call.now, in: books).count,
                try Ledger.checks(for: call.actor, in: books)
            )
        }
        let (published, openable) = try await call.read { books in
            (
                try Evaluations.all(for: call.actor, in: books),
                try Assessments.openable(for: call.actor, on: call.today, in: books)
            )
        }
        guard let (sight, sheets, items, ripe, checks) = found else {
            return Page(
                title: call.say("评价", "Evaluation"), current: path,
                body: """
                    <div class="pagehead"><h1>\(call.say("评价", "Evaluation"))</h1></div><p class="lead">\(published.isEmpty ? call.say("还没有发布评价方案。", "No evaluation is published yet.") : call.say("还没有开始评价。", "No evaluation is open yet."))</p>\
                    \(opening(openable, call))
                    """
            ).response(call)
        }
        return Page(
            title: call.say(sight.evaluation.title), current: path, isLive: true,
            body: """
                <div class="pagehead"><h1>\(call.say(sight.evaluation.title))</h1><p class="mute">\
                \(call.day(sight.assessment.since)) – \(call.day(sight.assessment.until))</p></div>\
                <p class="lead">\(sentence(sight, call))</p>\(others(sight, call))\
                <div class="cols c84"><div class="stack">\
                \(mine(sheets, items, ripe, checks, names, call))\(rounds(sight, call))\
                \(totals(sight, call))</div>\
                <div class="stack"><p class="btns"><a class="btn" href="/evaluation/rules/\(sight.evaluation.id)">\(call.say("规定和依据", "Rules and basis"))</a> <a class="btn" href="/ledger">\(call.say("奖惩台账", "Ledger"))</a> \(call.actor.mayOffice(.evaluate) || call.actor.mayOffice(.readLog) ? "<a class=\"btn\" href=\"/samples\">\(call.say("抽样", "Samples"))</a>" as HTML : .none) \(call.actor.mayOffice(.evaluate) ? "<a class=\"btn\" href=\"/evaluation/dry-run\">\(call.say("试算", "Dry run"))</a>" as HTML : .none)</p>\
                \(opening(openable, call))</div></div>
                """
        ).response(call)
    }

    /// Opening what is not judged yet: a published evaluation that was never opened, or the next month of
    /// one.
    private static func opening(_ openable: [PublishedEvaluation], _ call: Call) -> HTML? {
        guard !openable.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("开始一期", "Open what is judged"))</h2></header>\
            \(openable.html { one in
            let month = AssessmentForm.month.required.field(call, value: call.today.description)
            return Form(
                action: "/evaluation/open",
                fields: [Field(name: "evaluation", label: "", kind: .hidden, value: one.id.text)] + (one.scheme.isMonthly ? [month] : []),
                submit: call.say("开始：\(one.title.zh)", "Open: \(one.title.en)"), isPrimary: false
            ).html(call)
            })</section>
            """
    }

    /// The rules of an evaluation, each beside its basis.
    static func rules(_ call: Call) async throws -> Response {
        let id = try call.id(of: PublishedEvaluation.self)
        let evaluation = try await call.read { try Evaluations.find(id, for: call.actor, in: $0) }
        return Page(
            title: call.say("规定和依据", "Rules and their basis"), current: path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="\(path)">\
                \(call.say(evaluation.title))</a></nav><div class="pagehead tight"><h1>\
                \(call.say("规定和依据", "Rules and their basis"))</h1></div>\
                \(EvaluationRules.html(evaluation.scheme, call))<p class="btns">\
                <a class="btn quiet" href="/evaluation/schemes/\(id)">\
                \(call.say("方案原文（YAML）", "The scheme (YAML)"))</a></p>
                """
        ).response(call)
    }

    /// Where each round is, in one sentence.
    private static func sentence(_ sight: EvaluationSight, _ call: Call) -> String {
        let parts = sight.rows.map { row -> String in
            let title = row.layer.map { call.say($0.title.phrase) } ?? row.round.layer
            if row.round.isJudged { return call.say("\(title)已评定", "\(title) is judged") }
            let sheets = call.say(
                "\(title)交了 \(row.handedIn)/\(row.sheets) 张表",
                "\(title): \(row.handedIn) of \(row.sheets) sheets handed in")
            guard row.sampled > 0 else { return sheets }
            return sheets
                + call.say(
                    "、抽查了 \(row.lookedAt)/\(row.sampled)",
                    ", \(row.lookedAt) of \(row.sampled) sampled items looked at")
        }
        return parts.joined(separator: call.say("；", "; ")) + call.say("。", ".")
    }

    private static func others(_ sight: EvaluationSight, _ call: Call) -> HTML? {
        guard sight.assessments.count > 1 else { return nil }
        return """
            <p class="btns">\(sight.assessments.html { one in
            "<a class=\"btn quiet\" href=\"\(path)?assessment=\(one.id)\"\(" aria-current=\"true\"", if: one.id == sight.assessment.id)>\(call.day(one.since)) – \(call.day(one.until))</a> "
            })</p>
            """
    }

    private static func mine(
        _ sheets: [ScoreSheet], _ items: [(ID<Sample>, SampleItem)], _ ripe: Int,
        _ checks: [(entry: LedgerEntry, due: Day)], _ names: Directory, _ call: Call
    ) -> HTML? {
        guard !sheets.isEmpty || !items.isEmpty || ripe > 0 || !checks.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("等您办的", "Waiting for you"))</h2></header><ul class="cases">\(ripe > 0 ? "<li class=\"soon\"><p class=\"t\"><a href=\"/ledger?state=proposed\">\(call.say("\(ripe) 条奖惩等您批准", "\(ripe) entries of the ledger wait for your approval"))</a></p><p class=\"m\">\(call.say("异议期已过，异议都答复了", "Objections have ended and are replied to"))</p></li>" as HTML : .none)\(checks.html { check in
            """
                <li class="\(check.due < call.today ? "late" : "soon" as HTML)"><p class="t">\
                <a href="/ledger/\(check.entry.id)">\(call.say("核查", "Check")) \(check.entry.unitName)</a>\
                </p><p class="m">\(call.say("\(call.day(check.due))以前", "by \(call.day(check.due))"))</p>\
                </li>
                """
            })\(sheets.html { sheet in
            """
                <li class="soon"><p class="t"><a href="/evaluation/sheets/\(sheet.id)">\
                \(call.say("评价表", "Score sheet")) \(sheet.teamName)</a></p><p class="m">\
                \(call.say("打分，写理由，交卷", "Mark, say why, hand in"))</p></li>
                """
            })\(items.prefix(30).html { sample, item in
            """
                <li class="ok"><p class="t"><a href="/samples/\(sample)/items/\(item.number)">\
                \(call.say("抽查第 \(item.number) 个", "Sampled item \(item.number)"))</a></p><p class="m">\
                \(names.place(at: item.path).map { names.placeName($0.id) } ?? "")</p></li>
                """
            })</ul>\(items.count > 30 ? """
                <p class="mute">\(call.say("一共 \(items.count) 个", "\(items.count) in all"))</p>
                """ as HTML : .none)</section>
            """
    }

    private static func rounds(_ sight: EvaluationSight, _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("各轮评价", "Rounds"))</h2></header>\
        <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("各轮评价", "Rounds"))"><table>\
        <thead><tr><th scope="col">\(call.say("轮次", "Round"))</th><th scope="col">\
        \(call.say("期限", "Due"))</th><th scope="col" class="num">\(call.say("交卷", "Handed in"))</th>\
        <th scope="col" class="num">\(call.say("抽查", "Sampled"))</th><th scope="col">\
        \(call.say("状态", "State"))</th></tr></thead><tbody>\
        \(sight.rows.html { row in
        """
        <tr><th scope="row"><a href="/evaluation/rounds/\(row.round.id)">\
        \(row.layer.map { call.say($0.title.phrase) } ?? row.round.layer)</a></th><td class="nw">\
        \(row.round.due.map { call.day($0) } ?? "—")</td><td class="num">\(row.handedIn)/\(row.sheets)</td>\
        <td class="num">\(row.sampled == 0 ? "—" : "\(row.lookedAt)/\(row.sampled)")</td><td>\
        \(state(row, call))</td></tr>
        """
        })</tbody></table></div></section>
        """
    }

    /// Colour, shape and word for where a round is.
    private static func state(_ row: EvaluationSight.Row, _ call: Call) -> HTML {
        if row.round.isJudged { return "<span class=\"lamp done\">\(call.say("已评定", "judged"))</span>" }
        if let due = row.round.due, due < call.today {
            return "<span class=\"lamp late\">\(call.say("过期未交", "overdue"))</span>"
        }
        if let due = row.round.due, due == call.today {
            return "<span class=\"lamp soon\">\(call.say("今天到期", "due today"))</span>"
        }
        return "<span class=\"lamp ok\">\(call.say("进行中", "under way"))</span>"
    }

    private static func totals(_ sight: EvaluationSight, _ call: Call) -> HTML? {
        guard !sight.totals.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("奖惩", "What follows"))</h2></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("奖惩", "What follows"))">\
            <table><thead><tr><th scope="col">\(call.say("种类", "Kind"))</th><th scope="col">\
            \(call.say("状态", "State"))</th><th scope="col" class="num">\(call.say("条", "Entries"))</th>\
            <th scope="col" class="num">\(call.say("金额（元）", "Yuan"))</th></tr></thead><tbody>\
            \(sight.totals.html { total in
            """
                <tr><th scope="row">\
                <a href="/ledger?kind=\(total.kind.rawValue)&amp;state=\(total.state.rawValue)">\
                \(call.say(total.kind.phrase))</a></th><td>\(call.say(total.state.words))</td>\
                <td class="num">\(total.entries)</td><td class="num">\
                \(total.fen == 0 ? "—" : yuan(total.fen))</td></tr>
                """
            })</tbody></table></div></section>
            """
    }

    /// Fen as yuan: `30000` or `30000.50`.
    static func yuan(_ fen: Int) -> String {
        fen % 100 == 0 ? "\(fen / 100)" : "\(fen / 100).\(fen % 100 < 10 ? "0" : "")\(fen % 100)"
    }
}

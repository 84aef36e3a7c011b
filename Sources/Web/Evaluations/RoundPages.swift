import Governance
import Hummingbird
import Rules

/// One round: who judges, what is still open; once judged its orders, gaps and who needs a hand, each number
/// opening into its reasons.
enum RoundPages {
    /// What the page is drawn from.
    struct Sight: Sendable {
        var round: EvaluationRound, assessment: Assessment, evaluation: PublishedEvaluation
        var sheets: [ScoreSheet], members: [ID<ScoreSheet>: [Person]]
        /// The outcome of a judged round for who may see it now.
        var judged: JudgedOutcome?
    }

    static func read(_ call: Call) async throws -> Sight {
        let id = try call.id(of: EvaluationRound.self)
        return try await call.read { books in
            let actor = call.actor
            let round = try Assessments.round(id, for: actor, in: books)
            let assessment = try Assessments.find(round.assessment, for: actor, in: books)
            let evaluation = try Evaluations.find(assessment.evaluation, for: actor, in: books)
            let sheets = try ScoreSheets.all(of: id, for: actor, in: books)
            var members: [ID<ScoreSheet>: [Person]] = [:]
            for sheet in sheets {
                members[sheet.id] = try ScoreSheets.members(of: sheet.id, for: actor, in: books)
            }
            let judged = round.isJudged ? try Judgement.of(round, for: actor, in: books) : nil
            return Sight(
                round: round, assessment: assessment, evaluation: evaluation, sheets: sheets,
                members: members, judged: judged)
        }
    }

    static func show(_ call: Call) async throws -> Response {
        let sight = try await read(call)
        let inquiry = try await call.read {
            try Judgement.inquiry(sight.round, for: call.actor, at: call.now, in: $0)
        }
        let layer = sight.evaluation.scheme.layers.first { $0.name == sight.round.layer }
        let title = layer.map { call.say($0.title.phrase) } ?? sight.round.layer
        return Page(
            title: title, current: EvaluationPages.path, isLive: sight.judged == nil,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))">\
                <a href="/evaluation?assessment=\(sight.assessment.id)">\
                \(call.say(sight.evaluation.title))</a></nav>\
                <div class="pagehead tight"><h1>\(title)</h1><p class="mute">\(sight.round.due.map { call.say("\(call.day($0))以前交卷", "to be handed in by \(call.day($0))") } ?? "")</p></div>\
                \(layer.map { "<p class=\"mute\">\(call.say($0.basis.article.phrase))：\(call.say($0.basis.says.phrase))</p>" as HTML })\
                \(sight.judged.map { outcome($0, sight, call) })<div class="stack">\(judging(inquiry, call))\(teams(sight, call))</div>
                """
        ).response(call)
    }

    // Judged.

    private static func outcome(_ judged: JudgedOutcome, _ sight: Sight, _ call: Call) -> HTML {
        let (rankings, needs) = (judged.outcome.rankings, judged.outcome.needsAHand)
        return """
            <p class="lead">\(call.say("\(call.day(judged.outcome.day))评定。每个分都能点开看怎么来的。", "Judged on \(call.day(judged.outcome.day)). Every score opens into how it came about."))</p>\
            <p class="btns">\(PostButton(action: "/evaluation/rounds/\(sight.round.id)/export", words: call.say("导出表格", "Export")).html(call)) <a class="btn quiet" href="/evaluation/rounds/\(sight.round.id)/facts">\(call.say("冻结的事实（JSON）", "Frozen facts (JSON)"))</a> <a class="btn quiet" href="/evaluation/schemes/\(sight.evaluation.id)">\(call.say("方案原文（YAML）", "The scheme (YAML)"))</a></p>\
            <p class="mute details">\(call.say("谁都能重算：", "Anybody can recount: "))<code>luoshi evaluate \
            --scheme scheme.yaml --facts facts.json</code> \
            \(call.say("事实的 SHA-256：", "SHA-256 of the facts: "))<code>\(sight.round.factsHash ?? "")</code>\
            </p>\
            <div class="stack">\(orders(rankings, judged, sight, call))\(gaps(judged, call))\
            \(help(needs, judged, sight, call))</div>
            """
    }

    private static func gaps(_ judged: JudgedOutcome, _ call: Call) -> HTML? {
        let gaps = LayerDifference.all(in: judged)
        guard !gaps.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("两层评价差多少", "How far the layers are apart"))</h2>\
            </header><ul class="plain">\(gaps.html { gap in
            "<li>\(call.say("“\(judged.title(gap.first).zh)”比“\(judged.title(gap.second).zh)”平均\(gap.mean < 0 ? "低" : "高") \(hundredths(abs(gap.mean))) 分（\(gap.pairs.count) 个）；差得最多的：", "“\(judged.title(gap.first).en)” is \(hundredths(abs(gap.mean))) points \(gap.mean < 0 ? "below" : "above") “\(judged.title(gap.second).en)” on average (\(gap.pairs.count) units); furthest apart: "))\(gap.pairs.prefix(3).map { "\(judged.unit($0.unit).name) \(hundredths($0.first)) → \(hundredths($0.second))" }.joined(separator: call.say("，", ", ")))</li>"
            })</ul></section>
            """
    }
    private static func hundredths(_ number: Int) -> String {
        "\(number / 100).\(number % 100 < 10 ? "0" : "")\(number % 100)"
    }

    private static func help(
        _ needs: [Outcome.SupportList], _ judged: JudgedOutcome, _ sight: Sight, _ call: Call
    ) -> HTML? {
        guard !needs.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("需要帮一把", "Needs a hand"))</h2><span class="mute">\
            \(needs.count)</span></header><ul class="plain">\(needs.prefix(40).html { need in
            "<li><a href=\"\(unit(need.unit, judged, sight))\"><b>\(judged.unit(need.unit).name)</b></a> <span class=\"mute\">\(call.say(judged.group(need.group)))</span><br>\(need.causes.isEmpty ? call.say("各项都不差，是别人更好", "no line is weak, others are better") : need.causes.map { call.say("\(judged.title($0.item).zh)少得 \(judged.points($0.lost, of: need.rank)) 分", "\(judged.title($0.item).en): \(judged.points($0.lost, of: need.rank)) points lost") }.joined(separator: call.say("，", "; ")))</li>"
            })</ul></section>
            """
    }

    private static func unit(_ unit: Int, _ judged: JudgedOutcome, _ sight: Sight) -> String {
        "/evaluation/rounds/\(sight.round.id)/units/\(judged.unit(unit).id)"
    }

    /// The orders; where one has many groups each opens by itself.
    private static func orders(
        _ rankings: [Outcome.Ranking], _ judged: JudgedOutcome, _ sight: Sight, _ call: Call
    ) -> [HTML] {
        let groups = Dictionary(grouping: rankings, by: \.rank)
        return judged.evaluation.ranks.compactMap { rank in groups[rank.name].map { (rank, $0) } }.html {
            rank, rankings in
            guard rankings.count > 1 else { return "\(rankings.html { table($0, judged, sight, call) })" }
            return """
                <section class="sec"><header><h2>\(call.say(rank.title.phrase))</h2><span class="mute">\
                \(rankings.count)</span></header>\(rankings.html { ranking in
                "<details><summary>\(call.say(judged.group(ranking.group)))\(ranking.places.first.map { first in call.say("：第一名 \(judged.unit(first.unit).name)，\(ranking.count) 个", ": first \(judged.unit(first.unit).name), \(ranking.count) units") } ?? "")</summary>\(table(ranking, judged, sight, call))</details>"
                })</section>
                """
        }
    }

    private static func table(
        _ ranking: Outcome.Ranking, _ judged: JudgedOutcome, _ sight: Sight, _ call: Call
    ) -> HTML {
        let title =
            """
            \(call.say(judged.title(ranking.rank))) \
            \(ranking.group.isEmpty ? "" : call.say(judged.group(ranking.group)))
            """
        if ranking.isTooSmall {
            return
                "<section class=\"sec\"><header><h2>\(title)</h2></header><p class=\"mute\">\(call.say("只有 \(ranking.count) 个，方案说太少不比。", "Only \(ranking.count): too few to compare, the scheme says."))</p></section>"
        }
        let hasInterval = ranking.places.contains {
            judged.score(judged.score(ranking.rank)?.name ?? "", of: $0.unit).map { $0.sampled > 0 } ?? false
        }
        return """
            <section class="sec"><header><h2>\(title)</h2><span class="mute">\(call.say("\(ranking.count) 个", "\(ranking.count) units"))</span></header><div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table><thead><tr><th scope="col" class="num">\(call.say("名次", "Place"))</th><th scope="col">\(call.say("单位", "Unit"))</th><th scope="col" class="num">\(call.say("得分", "Points"))</th>\(hasInterval ? "<th scope=\"col\" class=\"num\">\(call.say("抽查数", "Sampled"))</th><th scope=\"col\" class=\"num\">\(call.say("95% 区间", "95 % interval"))</th>" as HTML : .none)</tr></thead><tbody>\
            \(ranking.places.html { place in
            """
            <tr><td class="num">\(place.text)</td><th scope="row">\
            <a href="\(unit(place.unit, judged, sight))">\(judged.unit(place.unit).name)</a></th>\
            <td class="num"><b>\(judged.points(place.points, of: ranking.rank))</b></td>\
            \(hasInterval ? interval(place, ranking, judged) : .none)</tr>
            """
            })</tbody></table></div></section>
            """
    }

    private static func interval(_ place: Outcome.Place, _ ranking: Outcome.Ranking, _ judged: JudgedOutcome)
        -> HTML
    {
        guard let score = judged.score(judged.score(ranking.rank)?.name ?? "", of: place.unit) else {
            return "<td></td><td></td>"
        }
        let range =
            score.low == score.high
            ? "—"
            : "\(judged.points(score.low, of: ranking.rank)) – \(judged.points(score.high, of: ranking.rank))"
        return "<td class=\"num\">\(score.sampled)</td><td class=\"num nw\">\(range)</td>"
    }

    // Under way.

    /// The button where the round can be judged; where it cannot yet, what is still open.
    private static func judging(_ inquiry: Inquiry<EvaluationRound>, _ call: Call) -> HTML? {
        let refusal = inquiry.refusal(of: .judge)
        let body: HTML
        if refusal == nil {
            body = """
                <p>\(call.say("表都交了、抽到的都查了才能评定；评定以后事实冻结，奖惩按方案拟定。", "Every sheet has to be handed in and every sampled item looked at; then the facts are frozen and what follows is proposed."))</p>\
                \(PostButton(action: "/evaluation/rounds/\(inquiry.record.id)/judge", words: call.say(EvaluationRound.transition(.judge).words), style: "pri").html(call))
                """
        } else if case .notNow(let words)? = refusal, inquiry.record.state == .running {
            body = "<p class=\"note info\">\(call.say(words))</p>"
        } else {
            return nil
        }
        return """
            <section class="panel act"><h2>\(call.say("评定这一轮", "Judge this round"))</h2>\(body)</section>
            """
    }

    private static func teams(_ sight: Sight, _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("评价组", "Teams"))</h2></header>\
        <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("评价组", "Teams"))"><table>\
        <thead><tr><th scope="col">\(call.say("评价组", "Team"))</th><th scope="col">\
        \(call.say("成员", "Members"))</th><th scope="col">\(call.say("状态", "State"))</th></tr></thead>\
        <tbody>\
        \(sight.sheets.html { sheet in
            """
            <tr><th scope="row">\(name(sheet, sight, call))</th><td>\((sight.members[sheet.id] ?? []).map(\.name).joined(separator: call.say("、", ", ")))</td><td>\(sheet.state == .submitted ? "<span class=\"lamp done\">\(sheet.submittedAt.map { call.say("\(call.moment($0)) 交", "handed in \(call.moment($0))") } ?? "")</span>" as HTML : "<span class=\"lamp ok\">\(call.say("没交", "open"))</span>")\(sheet.reopened > 0 ? " <span class=\"mute sm\">\(call.say("退回过 \(sheet.reopened) 次", "opened again \(sheet.reopened) times"))</span>" as HTML : .none)</td></tr>
            """
            })</tbody></table></div></section>
        """
    }

    /// The team's name, with its sheet behind it for who may open that.
    private static func name(_ sheet: ScoreSheet, _ sight: Sight, _ call: Call) -> HTML {
        let name = sheet.teamName.isEmpty ? call.say("本机构", "The office") : sheet.teamName
        return ScoreSheets.mayOpen(sheet, sight.members[sheet.id] ?? [], call.actor)
            ? "<a href=\"/evaluation/sheets/\(sheet.id)\">\(name)</a>" : "\(name)"
    }

    static func judge(_ call: Call) async throws -> Response {
        _ = try await call.form()
        let id = try call.id(of: EvaluationRound.self)
        try await call.atLength {
            try await call.write { try Judgement.judge(id, by: call.actor, at: call.now, in: $0) }
        }
        return call.done(
            "/evaluation/rounds/\(id)", "已评定，事实冻结了；奖惩已按方案拟定在台账里，异议期过后等批准。",
            """
            Judged, and the facts are frozen. What follows stands in the ledger as proposed, open to \
            objection before it is approved.
            """)
    }

    /// One unit: every score line by line, down to the rows of the facts.
    static func unitPage(_ call: Call) async throws -> Response {
        let sight = try await read(call)
        guard let judged = sight.judged,
            let unit = judged.facts.units.firstIndex(where: { $0.id == call.part("unit") })
        else { throw Refusal.notFound }
        let found = judged.facts.units[unit]
        let scores = judged.outcome.scores.filter { $0.unit == unit }
        let kind = JudgedKind(rawValue: found.kind)
        return Page(
            title: found.name, current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/evaluation?assessment=\(sight.assessment.id)">\(call.say(sight.evaluation.title))</a> › <a href="/evaluation/rounds/\(sight.round.id)">\(sight.evaluation.scheme.layers.first { $0.name == sight.round.layer }.map { call.say($0.title.phrase) } ?? "")</a></nav>\
                <div class="pagehead tight"><h1>\(found.name)</h1><p class="mute">\
                \(kind.map { call.say($0.words) } ?? found.kind)</p></div>\
                <div class="stack">\(scores.html { score($0, judged, sight, call) })</div>
                """
        ).response(call)
    }

    private static func score(_ score: Outcome.ScoreOf, _ judged: JudgedOutcome, _ sight: Sight, _ call: Call)
        -> HTML
    {
        let basis = judged.basis(score.score)
        let rows = score.lines.flatMap(\.facts) + score.deductions.flatMap(\.facts)
        return """
            <section class="sec"><header><h2>\(call.say(judged.title(score.score)))</h2><b>\
            \(score.points.map { judged.points($0, of: score.score) } ?? call.say("不打分", "no score"))</b>\
            </header>\
            <p class="mute sm">\(basis.map { "\(call.say($0.article.phrase))：\(call.say($0.says.phrase))" } ?? "")</p>\
            <ul class="plain">\(judged.reasons(score).html { "<li>\(call.say($0))</li>" })</ul>\
            \(score.low == score.high ? HTML.none : "<p class=\"mute sm\">\(call.say("抽查了 \(score.sampled) 个，95% 区间 \(judged.points(score.low, of: score.score)) – \(judged.points(score.high, of: score.score))", "\(score.sampled) sampled; 95 % interval \(judged.points(score.low, of: score.score)) – \(judged.points(score.high, of: score.score))"))</p>" as HTML)\
            \(rows.isEmpty ? HTML.none : "<details><summary>\(call.say("看 \(rows.count) 条事实", "Show \(rows.count) facts"))</summary><ul class=\"plain\">\(rows.html { fact($0, judged, call) })</ul></details>" as HTML)</section>
            """
    }

    private static func fact(_ row: Int, _ judged: JudgedOutcome, _ call: Call) -> HTML {
        let fact = judged.facts.facts[row]
        let what: String =
            switch judged.evaluation.indicators.first(where: { $0.name == fact.indicator })?.source {
            case .figure(let name, _)?: JudgedFigure(rawValue: name).map { call.say($0.words) } ?? name
            case .checks?: call.say("抽查", "sampled checks")
            case .marks?: call.say("打分", "mark")
            case nil: ""
            }
        let by = fact.by.flatMap { by in judged.facts.units.first { $0.id == by }?.name } ?? ""
        return
            """
            <li><span class="mute">#\(row + 1)</span> \(call.say(judged.title(fact.indicator))) <b>\
            \(fact.part)/\(fact.whole)</b> <span class="mute sm">\
            \(what)\(by.isEmpty ? "" : " · \(by)")</span>\(fact.why.map { "<br>\($0)" as HTML })</li>
            """
    }

    /// The frozen facts, byte for byte as they were hashed.
    static func facts(_ call: Call) async throws -> Response {
        let sight = try await read(call)
        let text = try await call.read { try Judgement.frozen(sight.round.id, for: call.actor, in: $0) }
        return Responses.json(text)
    }

    /// The scheme's text as it was published.
    static func scheme(_ call: Call) async throws -> Response {
        let id = try call.id(of: PublishedEvaluation.self)
        let text = try await call.read { try Evaluations.find(id, for: call.actor, in: $0).text }
        return Responses.text(text)
    }

    /// Scores, ranks, what follows and the definitions as a workbook.
    static func exported(_ call: Call) async throws -> Response {
        _ =
            call.request.uri.path.hasPrefix("/api/")
            ? try await API.answers(call, for: []) : try await call.form()
        return try await call.atLength {
            let sight = try await read(call)
            guard let judged = sight.judged else {
                throw Refusal.notNow(Phrase(zh: "评定以后才能导出。", en: "It can be exported once it is judged."))
            }
            try await call.write {
                try OutcomeExport.announce(sight.round, judged, by: call.actor, at: call.now, in: $0)
            }
            return try await Sheets.response(
                "\(call.say("评价", "evaluation"))-\(sight.round.layer)-\(judged.outcome.day)", call
            ) { file in
                try OutcomeExport.write(judged, to: file, language: call.language)
            }
        }
    }
}

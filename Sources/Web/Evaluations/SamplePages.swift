import Foundation
import Governance
import Hummingbird
import Rules

/// Samples: frozen and committed to, drawn, shared out, looked at; one item on the phone of who looks.
enum SamplePages {
    static let path = "/samples"

    static func commit(_ call: Call) async throws -> Response {
        try call.actor.needOffice(.evaluate)
        let draft = try Samples.Draft(SampleForm.commit.read(try await call.form()))
        let sample = try await call.atLength {
            try await call.write { try Samples.commit(draft, by: call.actor, at: call.now, in: $0) }
        }
        return call.done(
            "\(path)/\(sample.id)",
            "名单已冻结，\(sample.items) 个，种子的承诺已公布。接下来抽。",
            "The frame of \(sample.items) is frozen and the seed committed to. Drawing comes next.")
    }

    static func list(_ call: Call) async throws -> Response {
        let sight = try await call.read { try EvaluationSight.of(nil, for: call.actor, in: $0) }
        return Page(
            title: call.say("抽样", "Samples"), current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/evaluation">\
                \(call.say("评价", "Evaluation"))</a></nav><div class="pagehead tight"><h1>\
                \(call.say("抽样", "Samples"))</h1></div>\
                <p class="lead">\(call.say("先冻结名单、公布承诺，再抽；抽了公布种子，谁都能重抽一遍。", "The frame is frozen and committed to, then drawn; the seed is published, and anybody can draw again."))</p>\
                <div class="cols c84"><div class="stack">\(try await listing.section(call))</div>\
                <div class="stack">\(call.actor.mayOffice(.evaluate) ? form(sight, call) : nil)</div></div>
                """
        ).response(call)
    }

    /// The samples, as far as the caller may read them.
    static let listing = Listing<Sample>(
        name: "samples", path: path, title: Phrase(zh: "抽样", en: "Samples"), filters: SampleForm.filter,
        columns: [
            Column(
                "title", "抽样", "Sample", html: { "<a href=\"\(path)/\($0.id)\">\($1.say($0.title))</a>" }
            ) { .text($1.say($0.title)) },
            Column(
                "frame", "名单", "Frame",
                definition: Phrase(zh: "冻结名单的总数。", en: "How many are on the frozen frame.")
            ) { sample, _ in .number(sample.items) },
            Column("size", "抽取数", "Drawn") { sample, _ in .number(sample.size) },
            Column("state", "状态", "State", html: state) { sample, call in
                .text(
                    sample.drawnAt == nil
                        ? call.say("已冻结，等抽", "frozen, not drawn") : call.say("已抽取", "drawn"))
            },
            Column("drawn_at", "抽取时间", "Drawn at") { sample, _ in .moment(sample.drawnAt) },
        ], id: \.id.text,
        source: .whole { call, values in
            let purpose: Sample.Purpose? = try values.optionalChoice("purpose")
            return try await call.read { try Samples.all(for: call.actor, in: $0) }.filter {
                purpose == nil || $0.purpose == purpose
            }
        })

    private static func state(_ sample: Sample, _ call: Call) -> HTML {
        guard sample.drawnAt != nil else {
            return "<span class=\"lamp soon\">\(call.say("已冻结，等抽", "frozen, not drawn"))</span>"
        }
        return
            "<span class=\"lamp done\">\(call.say("已抽取", "drawn"))</span>"
    }

    private static func form(_ sight: EvaluationSight?, _ call: Call) -> HTML {
        let open = (sight?.rows ?? []).filter { !$0.round.isJudged }
        let checks =
            sight?.evaluation.scheme.indicators.filter { $0.source == .checks }.map {
                Field.Choice(value: $0.name, words: call.say($0.title.phrase))
            } ?? []
        let surveys =
            sight?.evaluation.scheme.surveys.map {
                Field.Choice(value: $0.name, words: call.say($0.title.phrase))
            } ?? []
        let rounds = open.map {
            Field.Choice(
                value: $0.round.id.text, words: $0.layer.map { call.say($0.title.phrase) } ?? $0.round.layer)
        }
        let form = Form(
            action: path,
            fields: SampleForm.commit.map { field in
                switch field.name {
                case "round": field.field(call, choices: rounds)
                case "about": field.field(call, choices: checks + surveys)
                case "design": field.required.field(call, value: SampleDesign.stratified.rawValue)
                default: field.field(call)
                }
            }, submit: call.say("冻结名单", "Freeze the frame"))
        return
            """
            <section class="sec"><header><h2>\(call.say("新的抽样", "A new sample"))</h2></header>\
            \(form.html(call))</section>
            """
    }

    /// What one sample's page is drawn from.
    struct Sight: Sendable {
        var sample: Sample, items: [SampleItem], standing: SampleFindings.Standing,
            exit: ExitSamples.Rate?
        /// The survey that it asks, and the distinct people whom the records show taking part; nil for other
        /// samples.
        var survey: (survey: Survey, recorded: (people: Int, households: Int))?
        /// The questions that are asked again, by name.
        var labels: [String: Phrase]
    }

    static func read(_ call: Call) async throws -> Sight {
        let id = try call.id(of: Sample.self)
        return try await call.read { books in
            let (sample, items) = try Samples.read(id, for: call.actor, in: books)
            let survey = try Surveys.asked(by: sample, for: call.actor, in: books).map { survey in
                (
                    survey: survey,
                    recorded: try Surveys.recorded(
                        since: call.zone.day(of: sample.committedAt) - 90, for: call.actor, in: books)
                )
            }
            return Sight(
                sample: sample, items: items,
                standing: SampleFindings.standing(
                    items, sample.purpose,
                    first: sample.purpose == .visits
                        ? try SampleFindings.firstAnswers(items, for: call.actor, in: books) : [:]),
                exit: try ExitSamples.rate(of: sample, for: call.actor, on: call.today, in: books),
                survey: survey,
                labels: Dictionary(
                    try Samples.questions(of: sample, for: call.actor, on: call.today, in: books).map {
                        ($0.name, $0.label.phrase)
                    }
                ) {
                    first, _ in first
                })
        }
    }

    /// What can be done to a sample and to each of the items that are shown, and who could be asked to look.
    private struct Offers: Sendable {
        var sample: Inquiry<Sample>, items: [Inquiry<SampleItem>], candidates: [Person]
    }
    private static let shown = 500

    private static func offers(_ sight: Sight, _ call: Call) async throws -> Offers {
        try await call.read { books in
            let (actor, now) = (call.actor, call.now)
            let sample = try Samples.inquiry(sight.sample, sight.items, for: actor, at: now, in: books)
            let items = sight.items.prefix(shown).map { (sample: sight.sample.id, item: $0) }
            return Offers(
                sample: sample,
                items: try Samples.inquiries(items, for: actor, at: now, in: books),
                candidates: sample.refusal(of: .assign) == nil
                    ? try Samples.candidates(for: actor, on: call.today, in: books) : [])
        }
    }

    static func show(_ call: Call) async throws -> Response {
        let (sight, names) = (try await read(call), try call.names())
        let offers = try await offers(sight, call)
        let sample = sight.sample
        return Page(
            title: call.say(sample.title), current: EvaluationPages.path, isLive: true,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/samples">\
                \(call.say("抽样", "Samples"))</a></nav><div class="pagehead tight"><h1>\
                \(call.say(sample.title))</h1></div>\
                <p class="lead">\(sentence(sight, call))</p>\
                <div class="cols c84"><div class="stack">\
                \(sight.survey.map { SurveyPages.rates($0.survey, sight.items, $0.recorded, names, call) })\
                \(agreement(sight, call))\(items(sight, offers, names, call))</div>\
                <div class="stack">\(actions(sight, offers, call))<section class="sec"><header><h2>\
                \(call.say("抽样记录", "Record of the draw"))</h2></header><ul class="plain details">\
                <li>\(call.say("名单 \(sample.items) 个，SHA-256", "\(sample.items) items in the frame, SHA-256")) <code>\(sample.frameHash)</code></li>\
                <li>\(call.say("种子的承诺（抽前公布）", "Commitment of the seed, published before")) <code>\
                \(sample.commitment)</code></li>\
                <li>\(call.say("种子", "Seed")) \(sample.seed.map { "<code>\($0)</code>" as HTML } ?? "\(call.say("抽了才公布", "published when drawn"))")</li></ul>\
                \(sample.drawnAt == nil ? HTML.none : "<p class=\"btns\">\(PostButton(action: "/samples/\(sample.id)/export", words: call.say("导出表格", "Export")).html(call)) <a class=\"btn quiet\" href=\"/samples/\(sample.id)/record\">\(call.say("下载记录（JSON）", "Download the record (JSON)"))</a></p><p class=\"mute sm\"><code>luoshi audit sample record.json</code></p>" as HTML)</section></div></div>
                """
        ).response(call)
    }

    private static func sentence(_ sight: Sight, _ call: Call) -> String {
        let standing = sight.standing
        guard sight.sample.drawnAt != nil else {
            return call.say("名单已冻结，还没有抽。", "The frame is frozen; nothing is drawn yet.")
        }
        var words = call.say(
            """
            抽了 \(standing.drawn) 个，问到 \(standing.answered)，拒绝 \(standing.refused)，联系不上 \
            \(standing.unreachable)，替换 \(standing.replaced)。
            """,
            "\(standing.drawn) drawn: \(standing.answered) answered, \(standing.refused) refused, \(standing.unreachable) not reached, \(standing.replaced) replaced. "
        )
        if sight.survey != nil { return words }
        guard let rate = standing.estimate.rate, let interval = standing.estimate.interval else {
            return words
        }
        let (said, exact) = (standing.estimate.said, standing.estimate.said.exactInterval)
        words += call.say(
            """
            属实 \(said.part)/\(said.whole)，加权 \(percent(rate))，95% 区间 \(percent(interval.lowerBound)) – \
            \(percent(interval.upperBound))
            """,
            """
            \(said.part) of \(said.whole) right, weighted \(percent(rate)), 95 % interval \
            \(percent(interval.lowerBound)) – \(percent(interval.upperBound))
            """
        )
        words +=
            exact.map {
                call.say(
                    "（精确区间 \(tenths($0.lowerBound)) – \(tenths($0.upperBound))）。",
                    " (exact \(tenths($0.lowerBound)) – \(tenths($0.upperBound))). ")
            } ?? ""
        if let exit = sight.exit, let share = exit.share, let limit = exit.limit, let holds = exit.holds {
            // The point rate decides; the interval stands beside it.
            let (title, sign) = (exit.veto.title, exit.veto.rate == .approval ? "≥" : "≤")
            words += call.say(
                """
                \(title.zh) \(percent(share))，线是 \(sign) \
                \(limit / 10).\(limit % 10)%：\(holds ? "没有触到否决" : "触到否决")。
                """,
                """
                \(title.en) \(percent(share)), the line is \(sign) \(limit / 10).\(limit % 10) %: \
                \(holds ? "no veto" : "veto").
                """
            )
        }
        return words
    }
    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10)%"
    }
    private static func tenths(_ tenThousandths: Int) -> String {
        "\(tenThousandths / 100).\(tenThousandths / 10 % 10)%"
    }

    private static func agreement(_ sight: Sight, _ call: Call) -> HTML? {
        guard !sight.standing.agreement.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("两次访问一致吗", "Do both visits agree"))</h2></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("一致", "Agreement"))">\
            <table><thead><tr><th scope="col">\(call.say("问题", "Question"))</th><th scope="col" class="num">\
            \(call.say("一致", "Agree"))</th><th scope="col" class="num">\(call.say("对数", "Pairs"))</th>\
            <th scope="col" class="num">kappa</th></tr></thead><tbody>\
            \(sight.standing.agreement.html { line in
            "<tr><th scope=\"row\">\(line.what == SampleFindings.verdict ? call.say("整体结论", "The verdict as a whole") : sight.labels[line.what].map { call.say($0) } ?? line.what)</th><td class=\"num\">\(line.agree)</td><td class=\"num\">\(line.pairs)</td><td class=\"num\">\(line.kappa.map { hundredths($0) } ?? "—")</td></tr>"
            })</tbody></table></div></section>
            """
    }
    private static func hundredths(_ number: Double) -> String {
        let whole = Int((abs(number) * 100).rounded())
        return
            "\(number < 0 && whole > 0 ? "−" : "")\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }

    private static func items(_ sight: Sight, _ offers: Offers, _ names: Directory, _ call: Call) -> HTML? {
        guard !sight.items.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("抽到的", "Drawn"))</h2></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("抽到的", "Drawn"))"><table>\
            <thead><tr><th scope="col" class="num">#</th><th scope="col">\(call.say("在哪里", "Where"))</th>\
            <th scope="col">\(call.say("谁去看", "Who looks"))</th><th scope="col">\
            \(call.say("结果", "Outcome"))</th></tr></thead><tbody>\
            \(offers.items.html { inquiry in
            let item = inquiry.record
            return """
            <tr><td class="num">\(item.number)</td><th scope="row">\(names.place(at: item.path).map { names.placeName($0.id) } ?? "")\(item.inPlaceOf.isEmpty ? HTML.none : "<br><span class=\"mute sm\">\(call.say("替换：\(item.why)", "in place of another: \(item.why)"))</span>" as HTML)</th><td>\(item.assignee.map { names.name(of: $0) } ?? "—")</td><td>\(outcome(inquiry, call))</td></tr>
            """
            })</tbody></table></div>\(call.more(shown: shown, of: sight.items.count, export: true))</section>
            """
    }

    private static func outcome(_ inquiry: Inquiry<SampleItem>, _ call: Call) -> HTML {
        let item = inquiry.record
        guard let outcome = item.outcome else {
            return "<span class=\"lamp ok\">\(call.say("没有看", "not yet"))</span>"
        }
        let isRight: HTML =
            item.isRight.map {
                $0
                    ? "<span class=\"lamp done\">\(call.say("属实", "right"))</span>"
                    : "<span class=\"lamp late\">\(call.say("不属实", "not right"))</span>"
            } ?? "<span class=\"lamp done\">\(call.say(outcome.words))</span>"
        let note: HTML? = item.note.isEmpty ? nil : "<br><span class=\"mute sm\">\(item.note)</span>"
        guard inquiry.refusal(of: .replace) == nil else { return "\(isRight)\(note)" }
        let replace = PostButton(
            action: "/samples/\(inquiry.circumstances.sample.id)/replace",
            words: call.say(SampleItem.transition(.replace).words),
            fields: [("number", "\(item.number)"), ("why", call.say(outcome.words))])
        return "\(isRight)\(note)\(replace.html(call))"
    }

    private static func actions(_ sight: Sight, _ offers: Offers, _ call: Call) -> HTML {
        let inquiry = offers.sample
        let draw = Sample.transition(.draw), assign = Sample.transition(.assign)
        let drawing: HTML? =
            inquiry.refusal(of: .draw) == nil
            ? """
            <section class="panel act"><h2>\(call.say("抽样", "Draw"))</h2>\
            \(PostButton(action: "/samples/\(sight.sample.id)/draw", words: call.say(draw.words), style: "pri").html(call))</section>
            """ : nil
        guard inquiry.refusal(of: .assign) == nil else { return "\(drawing)\(letters(sight, call))" }
        let form = Form(
            action: "/samples/\(sight.sample.id)/assign",
            fields: assign.form.map { field in
                field.field(
                    call, choices: offers.candidates.map { Field.Choice(value: $0.id.text, words: $0.name) })
            }, submit: call.say(assign.words))
        let left = inquiry.circumstances.unassigned
        return
            "\(drawing)\(letters(sight, call))<section class=\"panel act\"><h2>\(call.say("还有 \(left) 个没人看", "\(left) items have nobody"))</h2><p>\(call.say("第一次去的人、被抽查的单位和地方的人都不会分到。", "Neither the first visitor nor anybody of the unit or the land is given an item."))</p>\(form.html(call))</section>"
    }

    /// A link, no verb: the way to the letters of a drawn survey, for who runs the evaluation.
    private static func letters(_ sight: Sight, _ call: Call) -> HTML? {
        guard sight.survey != nil, sight.sample.state == .drawn, call.actor.mayOffice(.evaluate) else {
            return nil
        }
        return """
            <p class="btns"><a class="btn quiet" href="/samples/\(sight.sample.id)/letters">\
            \(call.say("问卷信件（二维码）", "Letters with QR codes"))</a></p>
            """
    }

    static func draw(_ call: Call) async throws -> Response {
        _ = try await call.form()
        let id = try call.id(of: Sample.self)
        try await call.atLength {
            try await call.write { try Samples.draw(id, by: call.actor, at: call.now, in: $0) }
        }
        return call.done(
            "\(path)/\(id)", "抽好了，种子已公布。接下来分派给人去看。",
            "Drawn, and the seed is published. Sharing the items out comes next.")
    }

    static func assign(_ call: Call) async throws -> Response {
        try Sample.needOffice(for: .assign, by: call.actor)
        let people = try Samples.people(SampleForm.assign.read(try await call.form()))
        let id = try call.id(of: Sample.self)
        let given = try await call.write {
            try Samples.assign(id, to: people, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            "\(path)/\(id)", "分派了 \(given) 个，分到的人在“评价”里看得到。",
            "\(given) items are shared out; who was given them finds them under Evaluation.")
    }

    static func replace(_ call: Call) async throws -> Response {
        try SampleItem.needOffice(for: .replace, by: call.actor)
        let values = try SampleForm.replace.read(try await call.form())
        let id = try call.id(of: Sample.self)
        let number = try values.number("number")
        try await call.write {
            try Samples.replace(number, why: values["why"], of: id, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            "\(path)/\(id)", "第 \(number) 个已换成随机次序的下一个，等分派。",
            "The next in the random order takes the place of number \(number) and waits to be shared out.")
    }

    /// The record that `luoshi audit sample` repeats.
    static func record(_ call: Call) async throws -> Response {
        let id = try call.id(of: Sample.self)
        let record = try await call.read { try Samples.record(id, for: call.actor, in: $0) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Responses.json(String(decoding: try encoder.encode(record), as: UTF8.self))
    }

    static func exported(_ call: Call) async throws -> Response {
        _ =
            call.request.uri.path.hasPrefix("/api/")
            ? try await API.answers(call, for: []) : try await call.form()
        let names = try call.names()
        return try await call.atLength {
            let sight = try await read(call)
            try await call.write {
                try SampleExport.announce(sight.sample, sight.items, by: call.actor, at: call.now, in: $0)
            }
            return try await Sheets.response(
                "\(call.say("抽样", "sample"))-\(sight.sample.purpose.rawValue)-\(call.today)", call
            ) { file in
                try SampleExport.write(
                    sight.sample, sight.items, sight.survey?.survey, to: file, language: call.language
                ) { path in
                    names.place(at: path).map { names.placeName($0.id) } ?? ""
                }
            }
        }
    }

    // One item, on the phone of who looks.

    static func find(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let (id, number) = (try call.id(of: Sample.self), Int(call.part("number")) ?? 0)
        let left = try await call.write { books in
            try Samples.find(
                answers, isStrict: false, at: number, of: id, by: call.actor, at: call.now, in: books)
            return try Samples.ready(for: call.actor, at: call.now, in: books).count
        }
        let rest =
            left > 0
            ? Phrase(zh: "还有 \(left) 个等您去看。", en: "\(left) more wait for you.")
            : Phrase(zh: "您的都看完了。", en: "Nothing more waits for you.")
        return call.done(
            "/evaluation", "第 \(number) 个的结果已记下，不再改。\(rest.zh)",
            "What was found at number \(number) is stored for good. \(rest.en)")
    }

    static func item(_ call: Call) async throws -> Response {
        let (id, number) = (try call.id(of: Sample.self), Int(call.part("number")) ?? 0)
        let names = try call.names()
        let found = try await call.read { books -> (Inquiry<SampleItem>, String, [Scheme.Question]) in
            let (sample, item) = try Samples.item(number, of: id, for: call.actor, in: books)
            return (
                try Samples.inquiry(item, of: id, for: call.actor, at: call.now, in: books),
                try Samples.label(of: item, sample.purpose, for: call.actor, in: books),
                try Samples.questions(of: sample, for: call.actor, on: call.today, in: books)
            )
        }
        let (inquiry, label, questions) = found
        let (sample, item) = (inquiry.circumstances.sample, inquiry.record)
        let isOpen = inquiry.refusal(of: .find) == nil
        guard isOpen || call.submission.refused != nil else { return Responses.seeOther("/evaluation") }
        let standing = ["outcome": SampleItem.Outcome.answered.rawValue, "mode": "home"]
        let form = Form(
            action: "/samples/\(id)/items/\(number)",
            fields: SampleForm.finding(sample.purpose, questions, isAnswered: false).map { field in
                (standing[field.name] == nil ? field : field.required).field(
                    call, value: standing[field.name] ?? "")
            }, submit: call.say(SampleItem.transition(.find).words))
        return Page(
            title: call.say("抽查", "Sampled check"), current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/evaluation">\
                \(call.say("评价", "Evaluation"))</a></nav>\
                <div class="pagehead tight"><h1>\(label)</h1><p class="mute">\
                \(call.say(sample.purpose.words)) · \
                \(names.place(at: item.path).map { names.placeName($0.id) } ?? "")</p></div>\
                \(isOpen ? form.html(call) : nil)
                """, isNarrow: true
        ).response(call)
    }
}

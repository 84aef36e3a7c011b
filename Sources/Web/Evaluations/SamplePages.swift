import Foundation
import Governance
import Hummingbird
import Rules

/// Samples: frozen and committed to, drawn, shared out, looked at; one item on the phone of who looks.
enum SamplePages {
    static let path = "/samples"

    static func list(_ call: Call) async throws -> Response { try await page(call, FormInput(), faults: []) }

    static func commit(_ call: Call) async throws -> Response {
        try call.actor.needOffice(.evaluate)
        let answers = try await call.form()
        do {
            let sample = try await call.atLength {
                try await call.write {
                    try Samples.commit(draft(answers), by: call.actor, at: call.now, in: $0)
                }
            }
            return Responses.seeOther("\(path)/\(sample.id)")
        } catch Refusal.invalid(let faults) { return try await page(call, answers, faults: faults) }
    }

    /// What is to be drawn, for page and API.
    static func draft(_ answers: FormInput) throws -> Samples.Draft {
        let purpose = try answers.choice("purpose", of: Sample.Purpose.self)
        let round = answers["round"].isEmpty ? nil : ID<EvaluationRound>(answers["round"])
        if !answers["round"].isEmpty, round == nil {
            throw Refusal.invalid("round", zh: "没有这一轮。", en: "There is no such round.")
        }
        return .init(
            purpose, round: round, about: answers["about"],
            design: try answers.optionalChoice("design") ?? .stratified,
            size: try answers.number("size", in: 1...100_000),
            least: answers["least"].isEmpty ? 0 : try answers.number("least", in: 0...1000))
    }

    private static func page(_ call: Call, _ answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let (samples, sight) = try await call.read { books in
            (
                try Samples.all(for: call.actor, in: books),
                try EvaluationSight.of(nil, for: call.actor, in: books)
            )
        }
        return Page(
            title: call.say("抽样", "Samples"), current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/evaluation">\
                \(call.say("评价", "Evaluation"))</a></nav><div class="pagehead tight"><h1>\
                \(call.say("抽样", "Samples"))</h1></div>\
                <p class="lead">\(call.say("先冻结名单、公布承诺，再抽；抽了公布种子，谁都能重抽一遍。", "The frame is frozen and committed to, then drawn; the seed is published, and anybody can draw again."))</p>\
                <div class="cols c84"><div class="stack"><div class="scroll" tabindex="0" role="region" \
                aria-label="\(call.say("抽样", "Samples"))"><table><thead><tr><th scope="col">\
                \(call.say("抽样", "Sample"))</th><th scope="col" class="num">\(call.say("名单", "Frame"))</th>\
                <th scope="col" class="num">\(call.say("抽", "Drawn"))</th><th scope="col">\
                \(call.say("状态", "State"))</th></tr></thead><tbody>\
                \(samples.html { sample in
                "<tr><th scope=\"row\"><a href=\"\(path)/\(sample.id)\">\(call.say(sample.title))</a></th><td class=\"num\">\(sample.items)</td><td class=\"num\">\(sample.size)</td><td>\(sample.drawnAt.map { "<span class=\"lamp done\">\(call.say("\(call.moment($0)) 抽", "drawn \(call.moment($0))"))</span>" as HTML } ?? "<span class=\"lamp soon\">\(call.say("已冻结，等抽", "frozen, not drawn"))</span>")</td></tr>"
                })</tbody></table></div></div><div class="stack">\(call.actor.mayOffice(.evaluate) ? form(sight, answers, faults, call) : nil)</div></div>
                """
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func form(
        _ sight: EvaluationSight?, _ answers: FormInput, _ faults: [Refusal.Fault], _ call: Call
    ) -> HTML {
        let open = (sight?.rows ?? []).filter { !$0.round.isJudged }
        let checks =
            sight?.evaluation.scheme.indicators.filter { $0.source == .checks }.map {
                Field.Choice(value: $0.name, words: call.say($0.title.phrase))
            } ?? []
        let surveys =
            sight?.evaluation.scheme.surveys.map {
                Field.Choice(value: $0.name, words: call.say($0.title.phrase))
            } ?? []
        let designs: [(SampleDesign, String)] = [
            (.stratified, call.say("按乡镇分层", "by township")), (.simple, call.say("简单随机", "simple random")),
            (.pps, call.say("按人数等距", "in proportion to people")),
        ]
        let form = Form(
            action: path,
            fields: [
                Field(
                    name: "purpose", label: call.say("抽什么", "What for"),
                    kind: .select(
                        Sample.Purpose.allCases.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                    value: answers["purpose"],
                    isRequired: true),
                Field(
                    name: "round", label: call.say("用在哪一轮", "For which round"),
                    kind: .select(
                        open.map {
                            .init(
                                value: $0.round.id.text,
                                words: $0.layer.map { call.say($0.title.phrase) } ?? $0.round.layer)
                        }),
                    value: answers["round"]),
                Field(
                    name: "about", label: call.say("算在哪一项", "Counts for"), kind: .select(checks + surveys),
                    value: answers["about"]),
                Field(
                    name: "design", label: call.say("怎么抽", "How"),
                    kind: .select(designs.map { .init(value: $0.0.rawValue, words: $0.1) }),
                    value: answers.text("design", else: "stratified"), isRequired: true),
                Field(
                    name: "size", label: call.say("抽多少", "How many"), kind: .number, value: answers["size"],
                    isRequired: true),
                Field(
                    name: "least", label: call.say("每层至少", "At least of each stratum"), kind: .number,
                    value: answers["least"]),
            ], submit: call.say("冻结名单", "Freeze the frame"), faults: faults)
        return
            """
            <section class="sec"><header><h2>\(call.say("新的抽样", "A new sample"))</h2></header>\
            \(form.html(call))</section>
            """
    }

    /// What one sample's page is drawn from.
    struct Sight: Sendable {
        var sample: Sample, items: [SampleItem], standing: SampleFindings.Standing, candidates: [Person],
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
            let county = call.actor.county
            let (sample, items) = try Samples.read(id, for: call.actor, in: books)
            var survey: (survey: Survey, recorded: (people: Int, households: Int))?
            if sample.purpose == .survey, let found = try Surveys.find(for: sample, of: county, in: books) {
                survey = (
                    found,
                    try Surveys.recorded(
                        since: call.zone.day(of: sample.committedAt) - 90, of: county, in: books)
                )
            }
            return Sight(
                sample: sample, items: items,
                standing: SampleFindings.standing(
                    items, sample.purpose,
                    first: sample.purpose == .visits
                        ? try SampleFindings.firstAnswers(items, county: county, in: books) : [:]),
                candidates: call.actor.mayOffice(.evaluate)
                    ? try Samples.candidates(county: county, on: call.today, in: books) : [],
                exit: try ExitSamples.rate(of: sample, for: call.actor, on: call.today, in: books),
                survey: survey,
                labels: Dictionary(
                    try Samples.questions(of: sample, county: county, on: call.today, in: books).map {
                        ($0.name, $0.label.phrase)
                    }
                ) {
                    first, _ in first
                })
        }
    }

    static func show(_ call: Call) async throws -> Response {
        let (sight, names) = (try await read(call), try call.names())
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
                \(agreement(sight, call))\(items(sight, names, call))</div>\
                <div class="stack">\(actions(sight, call))<section class="sec"><header><h2>\
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

    private static func items(_ sight: Sight, _ names: Directory, _ call: Call) -> HTML? {
        guard !sight.items.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("抽到的", "Drawn"))</h2></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("抽到的", "Drawn"))"><table>\
            <thead><tr><th scope="col" class="num">#</th><th scope="col">\(call.say("在哪里", "Where"))</th>\
            <th scope="col">\(call.say("谁去看", "Who looks"))</th><th scope="col">\
            \(call.say("结果", "Outcome"))</th></tr></thead><tbody>\
            \(sight.items.prefix(500).html { item in
            """
            <tr><td class="num">\(item.number)</td><th scope="row">\(names.place(at: item.path).map { names.placeName($0.id) } ?? "")\(item.inPlaceOf.isEmpty ? HTML.none : "<br><span class=\"mute sm\">\(call.say("替换：\(item.why)", "in place of another: \(item.why)"))</span>" as HTML)</th><td>\(item.assignee.map { names.name(of: $0) } ?? "—")</td><td>\(outcome(item, sight, call))</td></tr>
            """
            })</tbody></table></div>\(call.more(shown: 500, of: sight.items.count, export: true))</section>
            """
    }

    private static func outcome(_ item: SampleItem, _ sight: Sight, _ call: Call) -> HTML {
        guard let outcome = item.outcome else {
            return "<span class=\"lamp ok\">\(call.say("没有看", "not yet"))</span>"
        }
        let isRight: HTML =
            item.isRight.map {
                $0
                    ? "<span class=\"lamp done\">\(call.say("属实", "right"))</span>"
                    : "<span class=\"lamp late\">\(call.say("不属实", "not right"))</span>"
            } ?? "<span class=\"lamp done\">\(call.say(outcome.words))</span>"
        let mayReplace = call.actor.mayOffice(.evaluate) && (outcome == .refused || outcome == .unreachable)
        return """
            \(isRight)\(item.note.isEmpty ? HTML.none : "<br><span class=\"mute sm\">\(item.note)</span>" as HTML)\(mayReplace ? PostButton(action: "/samples/\(sight.sample.id)/replace", words: call.say("替换", "Replace"), fields: [("number", "\(item.number)"), ("why", call.say(outcome.words))]).html(call) : HTML.none)
            """
    }

    private static func actions(_ sight: Sight, _ call: Call) -> HTML? {
        guard call.actor.mayOffice(.evaluate) else { return nil }
        if sight.sample.drawnAt == nil {
            return
                "<section class=\"panel act\"><h2>\(call.say("抽样", "Draw"))</h2>\(PostButton(action: "/samples/\(sight.sample.id)/draw", words: call.say("抽", "Draw"), style: "pri").html(call))</section>"
        }
        let open = sight.items.count { $0.assignee == nil }
        let letters: HTML? = sight.survey.map { _ in
            """
            <p class="btns"><a class="btn quiet" href="/samples/\(sight.sample.id)/letters">\
            \(call.say("问卷信件（二维码）", "Letters with QR codes"))</a></p>
            """
        }
        guard open > 0 else { return letters }
        let form = Form(
            action: "/samples/\(sight.sample.id)/assign",
            fields: (1...3).map { number in
                Field(
                    name: "person\(number)", label: call.say("第 \(number) 个人", "Person \(number)"),
                    kind: .select(sight.candidates.map { .init(value: $0.id.text, words: $0.name) }),
                    isRequired: number == 1)
            }, submit: call.say("平均分派", "Share out"))
        return
            "\(letters)<section class=\"panel act\"><h2>\(call.say("还有 \(open) 个没人看", "\(open) items have nobody"))</h2><p>\(call.say("第一次去的人、被抽查的单位和地方的人都不会分到。", "Neither the first visitor nor anybody of the unit or the land is given an item."))</p>\(form.html(call))</section>"
    }

    static func draw(_ call: Call) async throws -> Response {
        _ = try await call.form()
        let id = try call.id(of: Sample.self)
        try await call.atLength {
            try await call.write { try Samples.draw(id, by: call.actor, at: call.now, in: $0) }
        }
        return Responses.seeOther("\(path)/\(id)")
    }

    static func assign(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: Sample.self)
        try await call.write {
            _ = try Samples.assign(id, to: people(answers), by: call.actor, at: call.now, in: $0)
        }
        return Responses.seeOther("\(path)/\(id)")
    }

    /// The people named `person1`, `person2`, `person3`, or in `people` with spaces between.
    static func people(_ answers: FormInput) throws -> [ID<Person>] {
        let texts =
            (1...3).map { answers["person\($0)"] } + answers["people"].split(separator: " ").map(String.init)
        return try texts.filter { !$0.isEmpty }.map { text in
            guard let id = ID<Person>(text) else {
                throw Refusal.invalid("person1", zh: "没有这个人。", en: "There is no such person.")
            }
            return id
        }
    }

    static func replace(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: Sample.self)
        let number = try answers.number("number", in: 1...1_000_000)
        try await call.write {
            try Samples.replace(number, why: answers["why"], of: id, by: call.actor, at: call.now, in: $0)
        }
        return Responses.seeOther("\(path)/\(id)")
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
        _ = call.request.uri.path.hasPrefix("/api/") ? try await API.answers(call) : try await call.form()
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

    static func item(_ call: Call) async throws -> Response { try await item(call, FormInput(), faults: []) }

    static func find(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let (id, number) = (try call.id(of: Sample.self), Int(call.part("number")) ?? 0)
        do {
            try await call.write {
                try Samples.find(finding(answers), at: number, of: id, by: call.actor, at: call.now, in: $0)
            }
        } catch Refusal.invalid(
            let faults)
        {
            return try await item(call, answers, faults: faults)
        }
        return Responses.seeOther("/evaluation")
    }

    /// What was found, for page and API: `outcome`, `right`, `word`, `mode`, `note`, and the answers as
    /// `answer_…`.
    static func finding(_ answers: FormInput) throws -> Samples.Finding {
        let outcome = try answers.choice("outcome", of: SampleItem.Outcome.self)
        let isRight = try answers.optionalFlag("right")
        var said: [String: String] = [:]
        for name in answers.names where name.hasPrefix("answer_") && !answers[name].isEmpty {
            said[String(name.dropFirst(7))] = answers[name]
        }
        let word = try answers.flag("nobody_came") ? SampleFindings.nobodyCame : ""
        return .init(
            outcome, isRight: isRight, word: word, mode: answers.text("mode", else: "home"), answers: said,
            note: answers["note"])
    }

    private static func item(_ call: Call, _ answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let (id, number) = (try call.id(of: Sample.self), Int(call.part("number")) ?? 0)
        let names = try call.names()
        let found = try await call.read { books -> (Sample, SampleItem, String, [Scheme.Question]) in
            let county = call.actor.county
            let (sample, item) = try Samples.item(number, of: id, for: call.actor, in: books)
            return (
                sample, item,
                try Samples.label(of: item, sample.purpose, county: county, on: call.today, in: books),
                try Samples.questions(of: sample, county: county, on: call.today, in: books)
            )
        }
        let (sample, item, label, questions) = found
        guard item.foundAt == nil else { return Responses.seeOther("/evaluation") }
        let outcomes = SampleItem.Outcome.allCases.filter { $0 != .replaced }
        let modes: [(String, String)] = [
            ("home", call.say("上门", "at home")), ("paper", call.say("纸质问卷", "on paper")),
            ("telephone", call.say("电话", "by telephone")),
            ("qr", call.say("扫码自填", "by QR code")),
        ]
        var fields = [
            Field(
                name: "outcome", label: call.say("问到了吗", "Was somebody asked"),
                kind: .select(outcomes.map { .init(value: $0.rawValue, words: call.say($0.words)) }),
                value: answers.text("outcome", else: "answered"), isRequired: true),
            Field(
                name: "mode", label: call.say("怎么问的", "How"),
                kind: .select(modes.map { .init(value: $0.0, words: $0.1) }),
                value: answers.text("mode", else: "home"), isRequired: true),
        ]
        if sample.purpose != .survey {
            fields.append(
                Field(
                    name: "right", label: call.say(sample.purpose.question),
                    kind: .select([
                        .init(value: "yes", words: call.say("是", "yes")),
                        .init(value: "no", words: call.say("否", "no")),
                    ]), value: answers["right"]))
        }
        if sample.purpose == .visits {
            fields.append(
                Field(
                    name: "nobody_came", label: call.say("他们说那天没有人来过", "They say that nobody came"),
                    kind: .flag, value: answers["nobody_came"]))
        }
        fields += questions.map { $0.field("answer_\($0.name)", answers, call) }
        fields.append(
            Field(
                name: "note", label: call.say("说明（不属实的写明哪里不对）", "Note: what is not right"), kind: .text,
                value: answers["note"]))
        return Page(
            title: call.say("抽查", "Sampled check"), current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/evaluation">\
                \(call.say("评价", "Evaluation"))</a></nav>\
                <div class="pagehead tight"><h1>\(label)</h1><p class="mute">\
                \(call.say(sample.purpose.words)) · \
                \(names.place(at: item.path).map { names.placeName($0.id) } ?? "")</p></div>\
                \(Form(action: "/samples/\(id)/items/\(number)", fields: fields, submit: call.say("记下", "Record"), faults: faults).html(call))
                """, isNarrow: true
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

import Governance
import Hummingbird
import Rules

/// Leaving the register: the county's rates and its villages, and one household with its checks and steps.
enum ExitPages {
    /// The county: its rates with vetoes and intervals, and its poor villages check by check.
    static func county(_ call: Call) async throws -> Response {
        let names = try call.names()
        let path = names.place(call.query["territory"])?.path ?? names.office.territory.path
        let (exit, rates, villages) = try await read(call, path)
        let sampled = try await call.read { books in
            try exit.map { try ExitSamples.rates($0, for: call.actor, on: call.today, in: books) } ?? []
        }
        guard let exit else {
            return Page(
                title: call.say("退出评估", "Exit"), current: "/campaign",
                body:
                    """
                    <div class="pagehead"><h1>\(call.say("退出评估", "Exit"))</h1></div><p class="lead">\
                    \(call.say("现在的方案里没有退出标准。", "The scheme has no standards of exit."))</p>
                    """
            ).response(call)
        }
        let ready = villages.filter { $0.1.allSatisfy { $0.finding.holds == true } }.count
        let towns = names.territories.filter { $0.level == .town }
        let area = Field(
            name: "territory", label: call.say("范围", "Area"),
            kind: .select(towns.map { .init(value: $0.id, words: $0.shortName) }),
            value: call.query["territory"], empty: call.say("全县", "The whole county"))
        return Page(
            title: call.say("退出评估", "Exit"), current: "/campaign",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/campaign">\
                \(call.say("行动", "Campaign"))</a></nav><div class="pagehead tight"><h1>\
                \(call.say("退出评估", "Exit"))</h1></div>\
                <p class="lead">\(verdict(rates, call))</p>\
                \(table(rates, call))\(samples(sampled, call))<section class="sec"><header><h2>\(call.say("贫困村", "Poor villages"))</h2><span class="mute">\(call.say("\(villages.count) 个，达标 \(ready) 个", "\(villages.count), \(ready) meet every check"))</span></header>\
                <form class="pick" method="get" action="/exit">\
                \(area.filtering(call))<button class="btn quiet" type="submit">\
                \(call.say("看", "Show"))</button></form>\
                <div class="scroll" tabindex="0" role="region" \
                aria-label="\(call.say("贫困村", "Poor villages"))"><table><thead><tr><th scope="col">\
                \(call.say("村", "Village"))</th>\
                \(exit.village.html { "<th scope=\"col\">\(call.say($0.title.phrase))</th>" })</tr></thead>\
                <tbody>\
                \(villages.html { village, lines in "<tr><th scope=\"row\" class=\"nw\"><a href=\"/villages/\(village.id)\">\(village.shortName)</a></th>\(lines.html { "<td>\(mark($0.finding.holds, call)) <span class=\"mute sm\">\(evidence($0, .village, call))</span></td>" })</tr>" })</tbody></table></div></section>
                """
        ).response(call)
    }

    /// What the page and the API read: nil if no scheme has standards of exit.
    static func read(_ call: Call, _ path: String) async throws -> (
        exit: Scheme.Exit?, rates: [Exits.Rate], villages: [(Territory, [Exits.Line])]
    ) {
        return try await call.read { books in
            guard let campaign = try Campaigns.current(for: call.actor, on: call.today, in: books),
                let exit = campaign.scheme.exit
            else { return (nil, [], []) }
            return (
                exit, try Exits.rates(campaign, exit, for: call.actor, on: call.today, in: books),
                try Exits.villages(by: exit, inside: path, for: call.actor, on: call.today, in: books)
            )
        }
    }

    private static func verdict(_ rates: [Exits.Rate], _ call: Call) -> String {
        guard call.actor.seesOffice(.readRegister) else {
            return call.say(
                "全县的比率由县里掌握；这里是您范围内的贫困村。",
                "The county's rates are for the county; here are the poor villages of your area.")
        }
        let failing = rates.filter { $0.holds == false }.map { call.say($0.veto.title.phrase) }
        if !failing.isEmpty {
            return call.say(
                "现在不能摘帽：\(failing.joined(separator: "、"))过了否决线。",
                "The county cannot exit now: \(failing.joined(separator: ", ")).")
        }
        let open = rates.filter { $0.holds == nil }.map { call.say($0.veto.title.phrase) }
        if !open.isEmpty {
            return call.say(
                "还不能下结论：\(open.joined(separator: "、"))没有数或没有定线。",
                "Not decided yet: \(open.joined(separator: ", ")) has no data or no limit.")
        }
        return call.say("四条线都没有触到否决。", "No rate stands against it.")
    }

    /// The rates with their vetoes; nothing for who does not see the whole office.
    private static func table(_ rates: [Exits.Rate], _ call: Call) -> HTML? {
        guard !rates.isEmpty else { return nil }
        return """
            <div class="scroll" tabindex="0" role="region" \
            aria-label="\(call.say("全县比率", "Rates of the county"))"><table><thead><tr><th scope="col">\
            \(call.say("比率", "Rate"))</th><th scope="col" class="num">\(call.say("分子", "Part"))</th>\
            <th scope="col" class="num">\(call.say("分母", "Whole"))</th><th scope="col" class="num">\
            \(call.say("现在", "Now"))</th><th scope="col" class="num">\
            \(call.say("95% 区间", "95 % interval"))</th><th scope="col" class="num">\
            \(call.say("否决线", "Veto"))</th><th scope="col">\(call.say("结论", "Verdict"))</th></tr></thead>\
            <tbody>\(rates.html { row($0, call) })</tbody></table></div>\
            <p class="mute">\(call.say("错退、漏评来自回头看，认可度来自走访时单独问的那一句；决定的是点值，区间写在旁边。", "Wrongly exited and missed come from the look-back, approval from what visitors asked apart; the rate itself decides, the interval stands beside it."))</p>
            """
    }

    /// What samples say of the same rates.
    private static func samples(_ rates: [ExitSamples.Rate], _ call: Call) -> HTML? {
        guard !rates.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("抽样评估", "By samples"))</h2><span class="mute">\
            \(call.say("种子公开，谁都能重抽；决定的是点值", "drawn in the open; the rate itself decides"))</span></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("抽样评估", "By samples"))">\
            <table><thead><tr><th scope="col">\(call.say("比率", "Rate"))</th><th scope="col" class="num">\
            \(call.say("问到", "Answered"))</th><th scope="col" class="num">\(call.say("加权", "Weighted"))</th>\
            <th scope="col" class="num">\(call.say("95% 区间", "95 % interval"))</th>\
            <th scope="col" class="num">\(call.say("否决线", "Veto"))</th><th scope="col">\
            \(call.say("结论", "Verdict"))</th></tr></thead><tbody>\
            \(rates.html { rate in
            """
            <tr><th scope="row">\(call.actor.mayOffice(.evaluate) || call.actor.mayOffice(.readLog) ? "<a href=\"/samples/\(rate.sample.id)\">\(call.say(rate.veto.title.phrase))</a>" as HTML : "\(call.say(rate.veto.title.phrase))")</th><td class="num">\(rate.standing.answered)/\(rate.standing.drawn)</td><td class="num"><b>\(rate.share.map { SamplePages.percent($0) } ?? "—")</b></td><td class="num nw">\(rate.interval.map { "\(SamplePages.percent($0.lowerBound)) – \(SamplePages.percent($0.upperBound))" } ?? "—")</td><td class="num nw">\(rate.limit.map { "\(rate.veto.rate == .approval ? "≥" : "≤") \($0 / 10).\($0 % 10)%" } ?? call.say("未定", "not set"))</td><td>\(mark(rate.holds, call))</td></tr>
            """
            })</tbody></table></div></section>
            """
    }

    private static func row(_ rate: Exits.Rate, _ call: Call) -> HTML {
        let (proportion, isApproval) = (rate.proportion, rate.veto.rate == .approval)
        return """
            <tr><th scope="row" class="details">\(call.say(rate.veto.title.phrase))<br>\
            <span class="mute sm">\(call.say(rate.veto.basis.says.phrase))</span></th><td class="num">\
            \(proportion.part)</td><td class="num">\(proportion.whole)</td>\
            <td class="num"><b>\(proportion.thousandths.map { "\($0 / 10).\($0 % 10)%" } ?? "—")</b></td><td class="num nw">\(proportion.interval.map { "\(percent($0.lowerBound)) – \(percent($0.upperBound))" } ?? "—")</td>\
            <td class="num nw">\(rate.limit.map { "\(isApproval ? "≥" : "≤") \($0 / 10).\($0 % 10)%" } ?? call.say("未定", "not set"))</td><td>\(mark(rate.holds, call))</td></tr>
            """
    }
    private static func percent(_ tenThousandths: Int) -> String {
        "\(tenThousandths / 100).\(tenThousandths / 10 % 10)%"
    }

    static func take(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: Household.self)
        let steps = try await call.write { try take(answers, id, call, in: $0) }
        return call.done("/register/\(id)/exit", told(steps))
    }

    /// The one way of a step, for page and API. Answers the steps as they are then.
    static func take(_ answers: FormInput, _ id: ID<Household>, _ call: Call, in books: Books) throws
        -> [SignedStep<ExitStep>]
    {
        let household = try Households.find(id, for: call.actor, on: call.today, in: books)
        let values = try ExitForm.step.read(answers)
        return try ExitProcedure.take(
            values.choice("step"), of: household, on: values.day("day", else: call.today),
            note: values["note"], by: call.actor, at: call.now, in: books)
    }

    /// What was entered, and what comes next.
    private static func told(_ steps: [SignedStep<ExitStep>]) -> Phrase {
        guard let last = steps.last?.kind else { return Phrase(zh: "", en: "") }
        let next: Phrase =
            switch (last, ExitProcedure.next(steps)) {
            case (.withdrawn, _):
                Phrase(zh: "要退出再从民主评议开始。", en: "To leave it begins anew with the appraisal.")
            case (_, let next?): Phrase(zh: "下一步：\(next.words.zh)。", en: "Next: \(next.words.en).")
            case (_, nil): Phrase(zh: "登记已改成脱贫。", en: "The register says that the household has left.")
            }
        return Phrase(zh: "已记下：\(last.words.zh)。\(next.zh)", en: "Entered: \(last.words.en). \(next.en)")
    }

    /// A household with its checks and steps, for page and API.
    static func household(_ call: Call) async throws -> ExitSight {
        let id = try call.id(of: Household.self)
        return try await call.read { try ExitSight.of(id, for: call.actor, at: call.now, in: $0) }
    }

    /// One household: what holds, what comes next, what was done.
    static func form(_ call: Call) async throws -> Response {
        let names = try call.names()
        let sight = try await household(call)
        let (household, lines, steps) = (sight.household, sight.lines, sight.steps)
        let id = household.id
        let name = household.head.isEmpty ? household.number : household.head
        let hasExited = household.facts["status"].hasPrefix("exited")
        let holds = lines.allSatisfy { $0.finding.holds == true }
        let form: HTML? = sight.possible.steps.first { $0 != .withdrawn }.map { next in
            let fields = [
                Field(name: "step", label: "", kind: .hidden, value: next.rawValue),
                ExitForm.day.required.field(call, value: call.today.description),
                ExitForm.note.field(call),
            ]
            let form = Form(action: "/register/\(id)/exit", fields: fields, submit: call.say(next.words))
            let title = call.say("下一步：\(next.words.zh)", "Next: \(next.words.en)")
            return "<section class=\"panel act\"><h2>\(title)</h2>\(form.html(call))</section>"
        }
        // Why the next step is not for the reader now; what does not hold stands above already.
        let why: HTML? =
            form == nil && holds && !hasExited
            ? sight.possible.refusal.map { "<p class=\"note info\">\(call.say($0.words))</p>" } : nil
        let withdraw: HTML? =
            sight.possible.steps.contains(.withdrawn)
            ? PostButton(
                action: "/register/\(id)/exit", words: call.say("终止退出", "Withdraw"),
                fields: [("step", "withdrawn")]
            ).html(call) : nil
        return Page(
            title: call.say("退出评估 \(name)", "Exit of \(name)"), current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/exit">\
                \(call.say("退出评估", "Exit"))</a> › <a href="/register/\(id)">\(name)</a></nav>\
                <div class="pagehead tight"><h1>\(name)</h1><p class="mute">\
                \(names.placeName(household.village))</p></div>\
                <p class="lead">\(hasExited ? call.say("这一户已经脱贫。", "The household has left already.") : holds ? call.say("每一条都达到，可以退出。", "Every check holds: it can leave.") : call.say("还不能退出：", "It cannot leave yet: ") + lines.filter { $0.finding.holds != true }.map { call.say($0.check.title.phrase) }.joined(separator: call.say("、", ", ")))</p>\
                <div class="cols c84"><div class="stack"><div class="scroll" tabindex="0" role="region" \
                aria-label="\(call.say("标准", "Standards"))"><table><thead><tr><th scope="col">\
                \(call.say("标准", "Standard"))</th><th scope="col">\(call.say("结论", "Verdict"))</th>\
                <th scope="col">\(call.say("根据", "Seen from"))</th></tr></thead><tbody>\
                \(lines.html { "<tr><th scope=\"row\">\(call.say($0.check.title.phrase))<br><span class=\"mute sm\">\(call.say($0.check.basis.article.phrase))：\(call.say($0.check.basis.says.phrase))</span></th><td>\(mark($0.finding.holds, call))</td><td>\(evidence($0, .household, call))</td></tr>" })</tbody></table></div></div>\
                <div class="stack">\(form)\(why)\(withdraw)\(SignedSteps.html(steps, call.say("已办的步骤", "Steps taken"), names, call))</div></div>
                """
        ).response(call)
    }

    /// Holds, fails, or not known.
    private static func mark(_ holds: Bool?, _ call: Call) -> HTML {
        switch holds {
        case true?: "<span class=\"lamp ok\">\(call.say("达到", "holds"))</span>"
        case false?: "<span class=\"lamp late\">\(call.say("没达到", "fails"))</span>"
        case nil: "<span class=\"lamp soon\">\(call.say("不清楚", "not known"))</span>"
        }
    }

    private enum Level { case household, village }

    /// What a finding is seen from, in words.
    private static func evidence(_ line: Exits.Line, _ level: Level, _ call: Call) -> String {
        let (list, name): (FactList, String?) =
            switch line.check.rule {
            case .fact(let name, _): (level == .household ? .household : .village, name)
            case .members(_, let name, _): (.member, name)
            case .income, .incidence: (.household, nil)
            }
        let fact = name.flatMap { list[$0] }
        func word(_ value: String?) -> String {
            guard let value else { return call.say("没有登记", "not entered") }
            if let fact, case .choice(let choices) = fact.kind,
                let found = choices.first(where: { $0.word == value })
            {
                return call.say(found.words)
            }
            return value == "yes" ? call.say("是", "yes") : value == "no" ? call.say("否", "no") : value
        }
        return line.finding.evidence.map { piece in
            switch piece {
            case .value(let value): "\(fact.map { call.say($0.words) } ?? "")：\(word(value))"
            case .member(let name, let value): "\(name)：\(word(value))"
            case .nobody: call.say("没有这个年龄的人", "nobody of that age")
            case .number(let number, let limit):
                call.say(
                    "\(number.map { "\($0)" } ?? "没有登记")，线是 \(limit)",
                    "\(number.map { "\($0)" } ?? "not entered"), the line is \(limit)")
            case .share(let part, let whole, let limit):
                call.say(
                    "\(whole.map { "\($0) 人里 \(part) 人" } ?? "没有登记人口")，上限千分之 \(limit)",
                    """
                    \(whole.map { "\(part) of \($0) people" } ?? "population not entered"), at most \
                    \(limit) ‰
                    """
                )
            case .unset(let parameter):
                call.say(
                    "“\(Parameter(rawValue: parameter)?.words.zh ?? parameter)”还没有定",
                    "“\(Parameter(rawValue: parameter)?.words.en ?? parameter)” is not set")
            }
        }.joined(separator: call.say("；", "; "))
    }
}

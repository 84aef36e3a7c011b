import Governance
import Hummingbird
import Rules

/// One household: who belongs to it, how it lives, what was done for it, what changed.
enum HouseholdPages {
    static func show(_ call: Call) async throws -> Response { try await show(call, unmasked: [:]) }

    /// Shows one secret in full, after a reason was given.
    static func unmask(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let text = try await secret(answers, call)
        return try await show(call, unmasked: ["\(answers["member"]) \(answers["field"])": text])
    }

    /// The one way of showing a secret, for page and API.
    static func secret(_ answers: FormInput, _ call: Call) async throws -> String {
        let id = try call.id(of: Household.self)
        return try await call.write { books in
            let household = try Households.find(id, for: call.actor, on: call.today, in: books)
            try Households.need(.unmask, over: household, for: call.actor, on: call.today, in: books)
            let values = try RegisterForm.unmask.read(answers)
            return try RegisterChanges.unmask(
                values["field"], member: values.optionalID("member"), of: household,
                reason: values["reason"], by: call.actor, at: call.now, in: books)
        }
    }

    private static func show(_ call: Call, unmasked: [String: String]) async throws -> Response {
        let id = try call.id(of: Household.self)
        let names = try call.names()
        let asOf = try RegisterPages.asOf(call.query, call)
        let sight = try await call.read {
            try HouseholdSight.of(id, as: asOf, for: call.actor, on: call.today, in: $0)
        }
        let household = sight.file.household
        let name = household.head.isEmpty ? household.number : household.head
        var query = HouseholdQuery()
        query.asOf = asOf
        return Page(
            title: call.say("\(name)户", "\(name)’s household"), current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register">\
                \(call.say("建档立卡", "Register"))</a> › <a href="/villages/\(household.village)">\
                \(names.placeName(household.village))</a> › <span class="mute">\(household.number)</span>\
                </nav>\
                <div class="pagehead tight"><h1>\(call.say("\(name)户", "\(name)’s household"))</h1></div>\
                \(RegisterPages.day(query, call))\(headline(sight, names, call))\
                <div class="cols c84"><div class="stack">\
                \(members(sight, unmasked, call))\(incomes(sight, call))\(measures(sight, call))\
                \(visits(sight, names, call))\(cases(sight, call))\(history(sight, call))</div>\
                <div class="stack">\(actions(sight, call))\(facts(sight, unmasked, call))</div></div>
                """
        ).response(call)
    }

    private static func headline(_ sight: HouseholdSight, _ names: Directory, _ call: Call) -> HTML {
        let facts = sight.file.household.facts
        let parts = ["kind", "status", "attribute", "main_cause"].compactMap {
            FactList.household[$0]?.shown(facts, call.language)
        }.filter { !$0.isEmpty }
        let helpers = sight.file.helpers.map { "\(names.name(of: $0.person))（\(call.say($0.title))）" }.joined(
            separator: call.say("、", ", "))
        return """
            <p class="headline">\(parts.html { "<span class=\"tag\">\($0)</span>" })<span class="mute">\(helpers.isEmpty ? call.say("还没有帮扶责任人", "No helper yet") : call.say("帮扶责任人：", "Helper: ") + helpers)</span></p>
            """
    }

    private static func members(_ sight: HouseholdSight, _ unmasked: [String: String], _ call: Call) -> HTML {
        let columns = ["relation", "sex", "birth", "health", "school", "labour"].compactMap {
            FactList.member[$0]
        }
        return """
            <section class="sec"><header><h2>\(call.say("家庭成员", "Members"))</h2><span class="mute">\
            \(sight.file.members.count)</span></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("家庭成员", "Members"))">\
            <table><thead><tr><th scope="col">\(call.say("姓名", "Name"))</th>\
            \(columns.html { "<th scope=\"col\">\(call.say($0.words))</th>" })<th scope="col">\
            \(call.say("证件号码", "Certificate"))</th></tr></thead><tbody>\
            \(sight.file.members.html { member in
                """
                <tr><th scope="row" class="nw">\(change(member, sight, call))</th>\
                \(columns.html { "<td class=\"nw\">\($0.shown(member.facts, call.language))</td>" })<td \
                class="nw">\(secret("certificate", member.facts, member, sight, unmasked, call))</td></tr>
                """
            })</tbody></table></div></section>
            """
    }

    private static func change(_ member: Governance.Member, _ sight: HouseholdSight, _ call: Call) -> HTML {
        guard sight.powers.contains(.keepRegister) else { return "\(member.facts["name"])" }
        return
            """
            <a href="/register/\(sight.file.household.id)/do/change?member=\(member.id)">\
            \(member.facts["name"])</a>
            """
    }

    /// A secret: masked, with a way to see it for whoever says why.
    private static func secret(
        _ name: String, _ facts: Facts, _ member: Governance.Member?, _ sight: HouseholdSight,
        _ unmasked: [String: String], _ call: Call
    ) -> HTML {
        guard facts.isKnown(name) else {
            return "<span class=\"mute\">\(call.say("没有登记", "not known"))</span>"
        }
        if let text = unmasked["\(member?.id.text ?? "") \(name)"] { return "<b>\(text)</b>" }
        guard sight.powers.contains(.unmask) else { return "******" }
        let (action, of) = ("/register/\(sight.file.household.id)/unmask", member?.id.text ?? "")
        let refused = call.refused(action, [("field", name), ("member", of)])
        let fault = refused?.faults.first { $0.field == "reason" }.map { call.say($0.words) }
        // The words above the refused form lead to its field; an id stands once on a page.
        let id = refused == nil ? "why-\(name)-\(of)" : "f-reason"
        let isWrong = fault != nil
        return """
            <details\(" open", if: refused != nil)><summary>******</summary>\
            \(refused.map { Call.notice($0, call) })<form class="form" method="post" action="\(action)">\
            \(Form.token(call))<input type="hidden" name="field" value="\(name)">\
            <input type="hidden" name="member" value="\(of)">\
            <div class="field\(" bad", if: isWrong)"><label for="\(id)">\(call.say("为什么要看", "Why"))</label>\
            \(fault.map { "<span class=\"fault\" id=\"reason-fault\">\($0)</span>" as HTML })\
            <input type="text" id="\(id)" name="reason" value="\(refused?.values["reason"] ?? "")" \
            required\(" aria-invalid=\"true\" aria-describedby=\"reason-fault\"", if: isWrong)></div>\
            <p class="btns"><button class="btn quiet" type="submit">\(call.say("查看", "Show"))</button></p>\
            </form></details>
            """
    }

    private static func incomes(_ sight: HouseholdSight, _ call: Call) -> HTML? {
        guard !sight.file.incomes.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("收入", "Income"))</h2></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("收入", "Income"))"><table>\
            <thead><tr><th scope="col">\(call.say("年度", "Year"))</th>\
            \(FactList.income.shown.html { "<th scope=\"col\" class=\"num\">\(call.say($0.words))</th>" })<t\
            h scope="col" class="num">\(call.say("人均纯收入", "Net a head"))</th></tr></thead><tbody>\
            \(sight.file.incomes.html { income in
                "<tr><th scope=\"row\">\(income.since.parts.year)</th>\(FactList.income.shown.html { "<td class=\"num\">\(income.facts.number($0.name) ?? 0)</td>" })<td class=\"num\"><b>\(income.facts.netIncomePerHead ?? 0)</b></td></tr>"
            })</tbody></table></div></section>
            """
    }

    private static func measures(_ sight: HouseholdSight, _ call: Call) -> HTML {
        let lines = sight.file.measures.html { measure in
            let when =
                measure.doneOn.map { call.say("\(call.day($0)) 落实", "done \(call.day($0))") }
                ?? call.say("计划 \(call.day(measure.plannedOn))", "planned \(call.day(measure.plannedOn))")
            return """
                <li>\(measure.project) <span class="mute">\
                \(call.say(measure.kind.words))\(separator)\(when)\(separator, if: measure.yuan > 0)\
                \(measure.yuan > 0 ? call.say("\(measure.yuan) 元", "\(measure.yuan) yuan") : "")</span></li>
                """
        }
        return """
            <section class="sec"><header><h2>\(call.say("帮扶措施", "Measures"))</h2></header>\(lines.isEmpty ? "<p class=\"mute\">\(call.say("还没有措施。", "None yet."))</p>" : "<ul class=\"plain\">\(lines)</ul>" as HTML)</section>
            """
    }

    /// Who was there, what was found and what was promised.
    private static func visits(_ sight: HouseholdSight, _ names: Directory, _ call: Call) -> HTML {
        let questions = sight.campaign?.scheme.questions ?? []
        let lines = sight.visits.html { visit in
            let answers = questions.compactMap { question in
                visit.answers[question.name].map {
                    "\(call.say(question.label.phrase))：\(answer($0, question, call))"
                }
            }
            let approval = visit.approval.map {
                call.say($0 ? "认可" : "不认可", $0 ? "approves" : "does not approve")
            }
            return """
                <li><b>\(call.say(visit.result.words))</b> <span class="mute">\
                \(call.moment(visit.at))\(separator)\(names.name(of: visit.person))\(separator)\
                \(call.say(visit.way.words))\(separator, if: approval != nil)\(approval ?? "")</span>\
                \(visit.promise.isEmpty ? HTML.none : "<br>\(call.say("答应：", "Promised: "))\(visit.promise)" as HTML)\(visit.note.isEmpty ? HTML.none : "<br>\(visit.note)" as HTML)\(answers.isEmpty ? HTML.none : "<br><span class=\"mute sm\">\(answers.joined(separator: call.say("；", "; ")))</span>" as HTML)</li>
                """
        }
        return """
            <section class="sec"><header><h2>\(call.say("走访", "Visits"))</h2><span class="mute">\(sight.visits.count)</span></header>\(lines.isEmpty ? "<p class=\"mute\">\(call.say("还没有人走访。", "Nobody has been there yet."))</p>" : "<ul class=\"plain\">\(lines)</ul>" as HTML)</section>
            """
    }

    private static func answer(_ word: String, _ question: Scheme.Question, _ call: Call) -> String {
        if case .choice(let choices) = question.kind, let found = choices.first(where: { $0.word == word }) {
            return call.say(found.words.phrase)
        }
        return word == "yes" ? call.say("是", "yes") : word == "no" ? call.say("否", "no") : word
    }

    private static func cases(_ sight: HouseholdSight, _ call: Call) -> HTML? {
        guard !sight.cases.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("走访发现的事项", "Cases that visits raised"))</h2>\
            </header><ul class="plain">\(sight.cases.html {
                """
                    <li>\(call.lamp($0.state, dueAt: $0.dueAt)) <a href="/cases/\($0.id)">\
                    \($0.title)</a> <span class="mute">\
                    \($0.number)\(separator)\(call.say($0.state.words))</span></li>
                    """
            })</ul></section>
            """
    }

    private static func facts(_ sight: HouseholdSight, _ unmasked: [String: String], _ call: Call) -> HTML {
        let household = sight.file.household
        let known = FactList.household.shown.filter { household.facts.isKnown($0.name) }
        return """
            <section class="sec"><header><h2>\(call.say("基本情况", "Facts"))</h2></header><dl class="kv">\
            \(known.html { fact in
                "<dt>\(call.say(fact.words))</dt><dd>\(fact.isSecret ? secret(fact.name, household.facts, nil, sight, unmasked, call) : "\(fact.shown(household.facts, call.language))")</dd>"
            })</dl></section>
            """
    }

    private static func actions(_ sight: HouseholdSight, _ call: Call) -> HTML? {
        guard sight.powers.contains(.keepRegister) else { return nil }
        let waiting = sight.file.requests.filter { $0.granted == nil }.count
        let id = sight.file.household.id
        return """
            <section class="panel act"><h2>\(call.say("您能办的", "What you can do"))</h2><p class="btns">\(sight.powers.contains(.visit) ? "<a class=\"btn pri\" href=\"/register/\(id)/visit\">\(call.say("走访", "Visit"))</a>" : HTML.none)<a class="btn" href="/register/\(id)/do/change">\(call.say("修改", "Change"))</a>\
            <a class="btn quiet" href="/register/\(id)/do/join">\(call.say("增加成员", "Add a member"))</a>\
            <a class="btn quiet" href="/register/\(id)/do/leave">\(call.say("减少成员", "A member leaves"))</a>\
            <a class="btn quiet" href="/register/\(id)/do/income">\(call.say("登记收入", "Enter income"))</a>\
            <a class="btn quiet" href="/register/\(id)/do/measure">\(call.say("登记措施", "Enter a measure"))</a>\
            \(sight.campaign?.scheme.lookBack != nil && sight.powers.contains(.visit) ? "<a class=\"btn quiet\" href=\"/register/\(id)/look-back\">\(call.say("回头看", "Look back"))</a>" : HTML.none)\(sight.campaign?.scheme.exit != nil ? "<a class=\"btn quiet\" href=\"/register/\(id)/exit\">\(call.say("退出评估", "Exit"))</a>" : HTML.none)</p>\
            \(waiting == 0 ? HTML.none : "<p class=\"mute\">\(call.say("\(waiting) 项修改等待审批。", "\(waiting) changes wait for approval."))</p>")</section>
            """
    }

    private static func history(_ sight: HouseholdSight, _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("变更记录", "What changed"))</h2></header><ul class="plain">\
        \(sight.history.reversed().filter { $0.kind != "visit.record" }.prefix(30).html { entry in
            """
            <li><b>\(call.say(EventWords.of(entry.kind).words))</b> <span class="mute">\
            \(call.moment(entry.at))\(separator)\(call.say(entry.name))</span><br>\
            \(RegisterWords.told(entry.details, call))</li>
            """
        })</ul></section>
        """
    }
}

/// What the details of the register's events are called.
enum RegisterWords {
    static func of(_ name: String) -> Phrase {
        for list in [FactList.household, .member, .income, .village] {
            if let fact = list[name] { return fact.words }
        }
        return others[name] ?? .asGiven(name)
    }
    /// The details of an event in one line; what only programs read is left out.
    static func told(_ details: [String: String], _ call: Call) -> String {
        details.filter { !["visit", "checks"].contains($0.key) }.sorted { $0.key < $1.key }.map {
            name, value in
            let words = LookBack.Verdict(rawValue: value)?.words ?? ExitStep(rawValue: value)?.words
            return
                """
                \(call.say(of(name)))：\
                \(["verdict", "step"].contains(name) ? words.map { call.say($0) } ?? value : value)
                """
        }.joined(separator: call.say("；", "; "))
    }
    private static let others: [String: Phrase] = [
        "verdict": Phrase(zh: "结论", en: "verdict"), "step": Phrase(zh: "步骤", en: "step"),
        "on": Phrase(zh: "日期", en: "on"),
        "note": Phrase(zh: "说明", en: "note"), "name": Phrase(zh: "姓名", en: "name"),
        "from": Phrase(zh: "从", en: "from"), "reason": Phrase(zh: "理由", en: "reason"),
        "number": Phrase(zh: "编号", en: "number"),
        "members": Phrase(zh: "人数", en: "members"),
        "year": Phrase(zh: "年度", en: "year"), "post": Phrase(zh: "岗位", en: "post"),
        "project": Phrase(zh: "项目", en: "project"),
        "planned": Phrase(zh: "计划", en: "planned"),
        "done": Phrase(zh: "落实", en: "done"), "field": Phrase(zh: "看了", en: "field"),
        "answer": Phrase(zh: "答复", en: "answer"),
        "facts": Phrase(zh: "改哪些", en: "facts"),
        "verb": Phrase(zh: "事项", en: "what"), "unit": Phrase(zh: "单位", en: "unit"),
        "member": Phrase(zh: "成员", en: "member"),
        "measure": Phrase(zh: "类别", en: "kind"), "decision": Phrase(zh: "决定", en: "decision"),
    ]
}

import Governance
import Rules

/// What stands beside a case's timeline: its facts, its past, its neighbours.
enum CaseAside {
    static func html(
        _ sight: CasePages.Sight, _ names: Directory, unmasked: [ID<Complainant>: String], _ call: Call
    ) -> HTML {
        """
        \(suggestion(sight, names, call))\(questions(sight, call))\(facts(sight, names, unmasked, call))\
        \(standard(sight.item, names, call))\
        \(helpers(sight, call))\(before(sight, call))\(children(sight, names, call))\(calls(sight, call))\
        \(record(sight, call))
        """
    }

    /// For whoever files: a suggested category and likely duplicates. Never automatic.
    private static func suggestion(_ sight: CasePages.Sight, _ names: Directory, _ call: Call) -> HTML? {
        let item = sight.item
        guard item.state == .reported, call.actor.may(.fileCase, on: item) else { return nil }
        let suggested = names.suggestions(for: item)
        return """
            <section class="sec"><header><h2>\(call.say("可能是", "Perhaps"))</h2></header><ul class="plain">\
            \(suggested.html { category, share in
                """
                <li><a href="/cases/\(item.id)/do/file?category=\(category.code)">\
                \(call.say(category.minor))</a> <span class="mute sm">\
                \(call.say("像 \(Int(share * 100))%", "\(Int(share * 100))% alike"))</span></li>
                """
            })</ul>\(sight.alike.isEmpty ? nil : """
                <h3>\(call.say("可能重复", "Perhaps the same matter"))</h3><ul class="plain">\
                \(sight.alike.html { other in
                    """
                        <li><a href="/cases/\(other.line.id)">\
                        \(other.line.title)</a> <span class="mute sm">\
                        \(other.line.number)\(separator)\(call.moment(other.line.reportedAt))</span> <a \
                        class="sm" href="/cases/\(item.id)/do/merge?into=\(other.line.number)">\
                        \(call.say("并入", "merge"))</a></li>
                        """
                })</ul>
                """ as HTML?)</section>
            """
    }

    /// What waits for a leader, with yes and no for whoever may decide.
    private static func questions(_ sight: CasePages.Sight, _ call: Call) -> HTML? {
        guard !sight.open.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("等领导定", "Waits for a leader"))</h2></header>\
            <ul class="plain">\(sight.open.html { inquiry in
                let question = inquiry.record
                return """
                    <li><b>\(call.say(question.kind.words))</b>\
                    \(DecisionPages.detail(question, call)) <span class="mute sm">\
                    \(call.moment(question.askedAt))</span><br>\
                    \(question.words)\(DecisionPages.buttons(inquiry, call))</li>
                    """
            })</ul></section>
            """
    }

    private static func facts(
        _ sight: CasePages.Sight, _ names: Directory, _ unmasked: [ID<Complainant>: String], _ call: Call
    ) -> HTML {
        let item = sight.item
        func row(_ label: String, _ value: HTML) -> HTML { "<dt>\(label)</dt><dd>\(value)</dd>" }
        var rows: HTML = .none
        if item.unit != nil {
            rows += row(
                call.say("承办", "Unit"),
                "\(call.say(names.name(of: item.unit)))<br>\(names.name(of: item.handler))")
        }
        if item.standIn != nil { rows += row(call.say("替补", "Stand-in"), "\(names.name(of: item.standIn))") }
        rows += row(call.say("反映人", "Complainant"), complainants(sight, unmasked, call))
        if item.aboutUnit != nil {
            rows += row(call.say("被反映", "About"), "\(call.say(names.name(of: item.aboutUnit)))")
        }
        rows += row(call.say("地点", "Place"), "\(names.placeName(item.territory))<br>\(item.place)")
        rows += row(
            call.say("来源", "Source"),
            """
            \(call.say(item.source.words))\
            \(sight.outside.html { "<br>\(call.say($0.source.words)) \($0.number)" })
            """
        )
        rows += row(
            call.say("受理", "Reported"),
            """
            \(call.moment(item.reportedAt))\
            \(item.reportedBy == nil ? "" : " \(names.name(of: item.reportedBy))")
            """
        )
        if item.source.needsSameDay {
            let told = item.toldAt.map {
                call.zone.day(of: $0) == call.zone.day(of: item.reportedAt)
                    ? call.say("当天已反馈", "the same day") : call.say("次日以后才反馈", "a later day")
            }
            rows += row(call.say("当日反馈", "Fed back"), "\(told ?? call.say("还没有反馈", "not yet"))")
        }
        for stage in sight.stages { rows += row(call.stageName(stage.name), call.stageLamp(stage)) }
        if item.returns + item.reworks + item.reopens > 0 {
            rows += row(
                call.say("次数", "Times"),
                "\(call.say("退回 \(item.returns)，返工 \(item.reworks)，重开 \(item.reopens)", "returned \(item.returns), reworked \(item.reworks), reopened \(item.reopens)"))"
            )
        }
        return
            """
            <section class="sec"><header><h2>\(call.say("基本情况", "Facts"))</h2></header>\
            <dl class="kv">\(rows)</dl></section>
            """
    }

    private static func complainants(
        _ sight: CasePages.Sight, _ unmasked: [ID<Complainant>: String], _ call: Call
    ) -> HTML {
        guard sight.complainantCount > 0 else { return "\(call.say("无", "none"))" }
        guard sight.areVisible else {
            return
                "\(call.say("\(sight.complainantCount) 人，保密", "\(sight.complainantCount), not shown to your unit"))"
        }
        return
            "\(sight.complainants.html { person in complainant(person, sight.item, unmasked[person.id], call) })"
    }

    private static func complainant(_ person: Complainant, _ item: Case, _ phone: String?, _ call: Call)
        -> HTML
    {
        if let phone { return "<p>\(person.name) <a href=\"tel:\(phone)\">\(phone)</a></p>" }
        guard !person.maskedPhone.isEmpty else { return "<p>\(person.name)</p>" }
        let field = Field(
            name: "reason", label: call.say("为什么要看", "Why you need it"), kind: .line, isRequired: true)
        let ask: HTML = """
            <details><summary>\(call.say("查看全号", "Show the number"))</summary>\
            <form class="form" method="post" action="/cases/\(item.id)/unmask">\(Form.token(call))\
            <input type="hidden" name="complainant" value="\(person.id)">\
            \(field.html([], call))<p class="sm mute">\(call.say("理由会留记录。", "The reason is recorded."))</p>\
            <button class="btn quiet" type="submit">\(call.say("查看", "Show"))</button></form></details>
            """
        return
            """
            <div><p>\(person.name) \(person.maskedPhone)</p>\
            \(call.actor.may(.unmask, on: item) ? ask : .none)</div>
            """
    }

    /// What the category asks for, so that handler and checker look at the same thing.
    private static func standard(_ item: Case, _ names: Directory, _ call: Call) -> HTML? {
        guard let category = names.category(item.category, version: item.categoryVersion) else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("标准", "Standard"))</h2></header><dl class="kv"><dt>\
            \(call.say("立案条件", "Filed if"))</dt><dd>\(call.say(category.filing))</dd>\
            <dt>\(call.say("结案条件", "Closed if"))</dt><dd>\(call.say(category.closing))</dd></dl></section>
            """
    }

    private static func helpers(_ sight: CasePages.Sight, _ call: Call) -> HTML? {
        guard !sight.assists.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("协办", "Assisting"))</h2></header><ul class="plain">\
            \(sight.assists.html { help in
                let state: HTML = help.answeredAt == nil
                    ? "<span class=\"lamp \(help.dueAt < call.now ? "late" : "ok")\">\(call.say("\(call.moment(help.dueAt)) 前答复", "to answer by \(call.moment(help.dueAt))"))</span>"
                    : "<span class=\"lamp done\">\(call.say("已答复", "answered"))</span>"
                return """
                    <li>\(call.say(help.unitName)) \(help.personName) \(state)<br><span class="mute">\
                    \(help.request)</span></li>
                    """
            })</ul></section>
            """
    }

    private static func before(_ sight: CasePages.Sight, _ call: Call) -> HTML? {
        guard !sight.before.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("同一地点的往事", "This place before"))</h2></header>\
            <p class="lamp soon">\
            \(call.say("90 天内第 \(sight.before.count + 1) 次", "No. \(sight.before.count + 1) in 90 days"))\
            </p><ul class="plain">\(sight.before.html { line in
                """
                    <li><a href="/cases/\(line.id)">\(call.day(call.zone.day(of: line.reportedAt))) \
                    \(line.title)</a> <span class="mute">\(call.say(line.state.words))</span></li>
                    """
            })</ul></section>
            """
    }

    private static func children(_ sight: CasePages.Sight, _ names: Directory, _ call: Call) -> HTML? {
        guard !sight.children.isEmpty || sight.item.parent != nil else { return nil }
        let parent: HTML? = sight.item.parent.map {
            "<p><a href=\"/cases/\($0)\">\(call.say("拆分自另一件", "Split from another case"))</a></p>"
        }
        return """
            <section class="sec"><header><h2>\(call.say("拆分的事项", "Parts"))</h2></header>\
            \(parent)<ul class="plain">\(sight.children.html { line in
                """
                    <li><a href="/cases/\(line.id)">\
                    \(line.title)</a> \(call.lamp(line.state, dueAt: line.dueAt))</li>
                    """
            })</ul></section>
            """
    }

    private static func calls(_ sight: CasePages.Sight, _ call: Call) -> HTML? {
        guard !sight.calls.isEmpty else { return nil }
        return """
            <section class="sec"><header><h2>\(call.say("回访", "Call-backs"))</h2></header><ul class="plain">\
            \(sight.calls.html { entry in
                let words = entry.reached ? entry.satisfaction.map { call.say($0.words) } ?? "" : call.say("没有联系上", "not reached")
                return """
                    <li>\(call.moment(entry.at))\(separator)\(words)\(separator, if: !entry.words.isEmpty)\
                    \(entry.words)</li>
                    """
            })</ul></section>
            """
    }

    /// The fingerprint of the record: the hash of its last line.
    private static func record(_ sight: CasePages.Sight, _ call: Call) -> HTML {
        let print = (sight.history.last?.hash ?? []).prefix(6).hex
        return """
            <section class="sec"><header><h2>\(call.say("这份记录", "This record"))</h2></header><p class="sm mute">\(call.say("共 \(sight.history.count) 条记录，指纹 \(print)，改动可查。", "\(sight.history.count) line\(sight.history.count == 1 ? "" : "s"), fingerprint \(print); any change would show."))</p></section>
            """
    }
}

extension Call {
    /// The usual stages in the reader's language; an office's own names as they are.
    func stageName(_ name: String) -> String {
        switch name {
        case "guard": say("设围护", "guard")
        case "repair": say("抢修", "repair")
        case "restore": say("恢复原状", "restore")
        default: name
        }
    }

    /// The lamp of a stage.
    func stageLamp(_ stage: CaseStage) -> HTML {
        if let done = stage.doneAt {
            return
                """
                <span class="lamp done">\
                \(done <= stage.dueAt ? say("按时", "in time") : say("晚了", "late"))</span>
                """
        }
        return lamp(.handling, dueAt: stage.dueAt)
    }
}

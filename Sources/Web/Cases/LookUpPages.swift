import Governance
import Hummingbird
import Rules

/// Looking a case up with its number and the last four digits of the telephone, rating its end; the public
/// notice.
extension ResidentPages {
    static func lookUpForm(_ call: Call) async throws -> Response {
        let form = Form(
            action: "/look-up",
            fields: LookUpForm.fields.map { $0.field(call, value: call.query[$0.name]) },
            submit: call.say("查询", "Look up"))
        return Page(
            title: call.say("查办理进度", "Look up a case"), current: "/look-up",
            body:
                """
                <div class="pagehead"><h1>\(call.say("查办理进度", "Look up a case"))</h1></div>\
                \(form.html(call))
                """,
            isNarrow: true
        ).response(call)
    }

    /// A POST, so that neither number nor digits stand in addresses and logs.
    static func lookUp(_ call: Call) async throws -> Response {
        let values = try LookUpForm.fields.read(try await call.form())
        do { return try await found(values, call) } catch Refusal.notFound {
            throw Refusal.invalid(
                "number", zh: "编号和电话对不上，请核对。",
                en: "Number and telephone do not belong together. Please check.")
        }
    }

    static func rate(_ call: Call) async throws -> Response {
        let values = try LookUpForm.rating.read(try await call.form())
        let county = try call.names().office.county
        try await call.write { try CallBacks.rate(values, of: county, at: call.now, in: $0) }
        return try await found(values, call, thanks: true)
    }

    /// The case that was rated, once more with what was typed.
    static func rated(_ call: Call) async throws -> Response {
        try await found(LookUpForm.fields.read(call.submission.refused?.values ?? FormInput()), call)
    }

    private static func found(
        _ values: FormValues, _ call: Call, thanks: Bool = false
    ) async throws -> Response {
        let names = try call.names()
        let county = names.office.county
        let view = try await call.read {
            try PublicLookUp.view(
                number: values["number"], phoneTail: values["phone_tail"], of: county, in: $0)
        }
        let (item, history) = (view.item, view.history)
        // No words that somebody wrote: the kind of matter, or the number that the resident knows.
        let title =
            names.category(item.category, version: item.categoryVersion).map { call.say($0.minor) }
            ?? item.number
        let merged: HTML? =
            view.isMerged
            ? "<div class=\"note info\"><p>\(call.say("有人反映过同一件事，已经合在一起办。", "Somebody told of the same matter; both are dealt with together."))</p></div>"
            : nil
        let timeline: HTML? =
            view.isMerged
            ? nil
            : """
            <section class="sec"><header><h2>\(call.say("办理经过", "What happened"))</h2></header>\
            \(CaseTimeline.publicHTML(history, call))</section>
            """
        let isRated =
            history.last { $0.kind == "case.rate" || $0.kind == "case.check" || $0.kind == "case.close" }?
            .kind == "case.rate"
        let unit = call.say(names.name(of: item.unit))
        return Page(
            title: title, current: "/look-up",
            body: """
                <div class="pagehead"><h1>\(title)</h1></div>\(merged)<p class="headline">\
                \(call.lamp(item.state, dueAt: item.dueAt))<span class="mute">\
                \(item.number)\(separator, if: !unit.isEmpty)\(unit)</span></p>\
                \("<div class=\"note info\"><p>\(call.say("谢谢，您的评价已记下。不满意、没解决的会自动重开。", "Thank you. What is not solved is reopened by itself."))</p></div>", if: thanks)\(CaseSteps.html(item, call))\
                \(item.state == .closed && !isRated ? ratingForm(values, call) : nil)\
                \(timeline)
                """, isNarrow: true
        ).response(call)
    }

    private static func ratingForm(_ values: FormValues, _ call: Call) -> HTML? {
        let known = LookUpForm.fields.map {
            Field(name: $0.name, label: "", kind: .hidden, value: values[$0.name])
        }
        let form = Form(
            action: "/look-up/rate", fields: known + LookUpForm.opinion.map { $0.field(call) },
            submit: call.say("评价", "Rate"))
        return
            """
            <section class="sec"><header><h2>\(call.say("办得怎么样", "How was it done"))</h2></header>\
            \(form.html(call))</section>
            """
    }

    /// What everybody may know: number, kind, place, state. Never a person, never words.
    static func notice(_ call: Call) async throws -> Response {
        let names = try call.names()
        let cursor = call.query["after"]
        let page = try await call.read {
            try PublicLookUp.notice(limit: 50, cursor: cursor, of: names.office.county, in: $0)
        }
        let rows = page.lines.html { line in
            let category =
                names.category(line.category, version: line.categoryVersion).map { call.say($0.minor) } ?? ""
            return """
                <tr><th scope="row">\(line.number)</th><td>\(category)</td><td>\
                \(names.placeName(line.territory))</td><td>\(call.say(line.state.words))</td><td>\
                \(call.day(call.zone.day(of: line.reportedAt)))</td></tr>
                """
        }
        return Page(
            title: call.say("办理公示", "Public notice"), current: "/public",
            body: """
                <div class="pagehead"><h1>\(call.say("办理公示", "Public notice"))</h1><p class="mute">\(call.say("共 \(page.total) 件可以公开的事项，不含任何个人信息。", "\(page.total) cases that may be public; nothing about persons."))</p></div>\
                <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("公示表", "Notice"))">\
                <table><thead><tr><th scope="col">\(call.say("编号", "Number"))</th><th scope="col">\
                \(call.say("类别", "Category"))</th><th scope="col">\(call.say("网格", "Grid"))</th>\
                <th scope="col">\(call.say("状态", "State"))</th><th scope="col">\
                \(call.say("受理", "Reported"))</th></tr></thead><tbody>\(rows)</tbody></table></div>\
                \(page.next.map { "<p class=\"btns more\"><a class=\"btn quiet\" href=\"/public?after=\($0)\">\(call.say("下一页", "Next page"))</a></p>" as HTML })
                """
        ).response(call)
    }
}

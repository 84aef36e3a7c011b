import Governance
import Hummingbird
import Rules

/// Power that somebody gave and somebody else has to confirm.
enum ConfirmationPages {
    static func settle(_ call: Call) async throws -> Response {
        let values = try PowerRequestForm.settle.read(try await call.form())
        let count = try await call.write {
            try PowerRequests.settle(values, by: call.actor, at: call.now, in: $0)
        }
        return call.done(
            "/confirmations",
            values["decision"] == "grant"
                ? Phrase(zh: "已核准 \(count) 项，马上生效。", en: "\(count) confirmed; it holds at once.")
                : Phrase(
                    zh: "已退回 \(count) 项，没有生效；理由已记下。",
                    en: "\(count) sent back: nothing holds of it, and the reason is kept."))
    }

    /// A request in words.
    static func words(_ request: PowerRequest, _ names: Directory, _ call: Call) -> String {
        func detail(_ name: String) -> String { request.details[name] ?? "" }
        func named<Of>(_ text: String, _ name: (ID<Of>) -> Phrase) -> String {
            ID<Of>(text).map { call.say(name($0)) } ?? ""
        }
        switch request.kind {
        case .tenure:
            let power = detail("power").split(separator: " ").map(String.init)
            let kind = power.first.flatMap({ PostKind(rawValue: $0) }).map { call.say($0.words) } ?? ""
            let unit =
                power.count > 1 ? named(power[1], names.name(of:) as (ID<Governance.Unit>) -> Phrase) : ""
            let place = power.count > 2 ? names.placeName(power[2]) : ""
            let stand = detail("as") == "stand-in" ? call.say("（代班）", " (stand-in)") : ""
            func day(_ name: String) -> String { Day(detail(name)).map { call.day($0) } ?? "" }
            let until =
                detail("until") == Day.never.description
                ? "" : call.say("，到 \(day("until"))", ", until \(day("until"))")
            return call.say(
                """
                \(detail("person"))担任“\(detail("post"))”\(stand)：\(kind)，\(unit)，\(place)，从 \
                \(day("from"))\(until)
                """,
                """
                \(detail("person")) takes up “\(detail("post"))”\(stand): \(kind), \(unit), \(place), \
                from \(day("from"))\(until)
                """
            )
        case .post:
            let kind = PostKind(rawValue: detail("kind")).map { call.say($0.words) } ?? ""
            let unit = named(detail("unit"), names.name(of:) as (ID<Governance.Unit>) -> Phrase)
            return call.say(
                "岗位“\(detail("post"))”改为：\(kind)，\(unit)，\(names.placeName(detail("territory")))。在岗的人权限随之改变",
                """
                The post “\(detail("post"))” becomes: \(kind), \(unit), \
                \(names.placeName(detail("territory"))); whoever holds it gets that power
                """
            )
        case .secondFactor:
            return call.say(
                "停用 \(detail("login")) 的两步验证：\(detail("reason"))",
                "Remove the second factor of \(detail("login")): \(detail("reason"))")
        }
    }

    static func list(_ call: Call) async throws -> Response {
        let names = try call.names()
        let requests = try await call.read { try PowerRequests.open(for: call.actor, in: $0) }
        let mayConfirm = PowerRequests.mayConfirm(call.actor)
        func isOwn(_ request: PowerRequest) -> Bool {
            request.askedBy == call.actor.person || request.person == call.actor.person
        }
        let others = requests.filter { !isOwn($0) }
        let all: HTML? =
            others.count < 2 || !mayConfirm
            ? nil
            : """
            <div class="note info">\(call.say("看过下面的清单再点：", "Read the list first: "))\
            \(PostButton(action: "/confirmations", words: call.say("全部核准（\(others.count) 项）", "Confirm all \(others.count)"), fields: [("decision", "grant"), ("until", others.map(\.askedAt).max()?.iso ?? "")], style: "pri").html(call))</div>
            """
        return Page(
            title: call.say("授权核准", "Confirmations"), current: "/confirmations",
            body: """
                <div class="pagehead tight"><h1>\(call.say("授权核准", "Confirmations"))</h1><p class="mute">\
                \(call.say("\(requests.count) 项等核准", "\(requests.count) wait"))</p></div>\
                <p class="mute">\(call.say("能决定、看全号、看日志、管系统的岗位，一个人安排，另一个人核准，核准以后才生效。", "Posts that decide, see numbers in full, read the log or administer are given by one person and hold once another confirms."))</p>\
                \("<p class=\"lead\">\(call.say("没有等核准的。", "Nothing waits."))</p>", if: requests.isEmpty)\
                \(all)\
                <ul class="plain">\(requests.html { line($0, names, isOwn: isOwn($0), isOnly: requests.count == 1, mayConfirm: mayConfirm, call) })</ul>
                """
        ).response(call)
    }

    /// One request: an import brings hundreds, so that its form unfolds only where somebody wants it.
    private static func line(
        _ request: PowerRequest, _ names: Directory, isOwn: Bool, isOnly: Bool, mayConfirm: Bool, _ call: Call
    ) -> HTML {
        let isAsker = request.askedBy == call.actor.person
        let choices: [(String, String)] =
            isAsker
            ? [("refuse", call.say("撤回", "Withdraw"))]
            : [("grant", call.say("核准", "Confirm")), ("refuse", call.say("退回", "Send back"))]
        let what =
            isAsker
            ? call.say("撤回的理由", "Why it is withdrawn") : call.say("意见（退回时要写）", "Words (needed to send back)")
        let isDrawn = mayConfirm && (!isOwn || isAsker)
        let refused = isDrawn ? call.refused("/confirmations", [("request", request.id.text)]) : nil
        // The summary of what is wrong leads to the field by its name.
        let fault: HTML? = refused?.faults.first { $0.field == "answer" }
            .map { "<span class=\"fault\" id=\"answer-fault\">\(call.say($0.words))</span>" }
        let field = refused == nil ? "a-\(request.id)" : "f-answer"
        let form: HTML =
            !isDrawn
            ? "<p class=\"mute sm\">\(call.say("要由别人核准。", "Somebody else has to confirm this."))</p>"
            : """
            \(refused.map { Call.notice($0, call) })<details\(" open", if: isOnly || refused != nil)><summary>\
            \(isAsker ? call.say("撤回", "Withdraw") : call.say("核准或退回", "Confirm or send back"))</summary>\
            <form class="form" method="post" action="/confirmations">\
            \(Form.token(call))<input type="hidden" name="request" value="\(request.id)">\
            <div class="field"><label for="\(field)">\(what)</label>\(fault)\
            <input type="text" id="\(field)" name="answer" value="\(refused?.values["answer"] ?? "")"\
            \(" aria-invalid=\"true\" aria-describedby=\"answer-fault\"", if: fault != nil)></div>\
            <p class="btns">\(choices.html { "<button class=\"btn\" type=\"submit\" name=\"decision\" value=\"\($0.0)\">\($0.1)</button>" })</p></form></details>
            """
        let whose =
            isAsker
            ? call.say("您申请的，等别人核准", "asked by you, waits for somebody else")
            : names.name(of: request.askedBy)
        return """
            <li><p><b>\(call.say(request.kind.words))</b> \(words(request, names, call))</p>\
            <p class="mute sm">\(whose) \(call.moment(request.askedAt))</p>\(form)</li>
            """
    }
}

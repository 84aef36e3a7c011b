import Governance
import Hummingbird
import Rules

/// Power that somebody gave and somebody else has to confirm.
enum ConfirmationPages {
    static func list(_ call: Call) async throws -> Response { try await page(call, faults: []) }

    static func settle(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do {
            try await call.write { try settle(answers, call, in: $0) }
            return Responses.seeOther("/confirmations")
        } catch Refusal.invalid(let faults) { return try await page(call, faults: faults) }
    }

    /// The one way of a decision, for pages and API: one request by `request`, or with `until` everything
    /// that somebody else asked for up to that moment. Nobody confirms what they did not see.
    static func settle(_ answers: FormInput, _ call: Call, in books: Books) throws {
        let granted: Bool
        switch answers["decision"] {
        case "grant": granted = true
        case "refuse": granted = false
        default:
            throw Refusal.invalid(
                "decision", zh: "请选择核准还是退回。", en: "Choose whether to confirm or to send back.")
        }
        let ids: [ID<PowerRequest>]
        if answers["until"].isEmpty {
            ids = [try answers.id("request")]
        } else {
            guard
                let until = Int64(answers["until"]).map(Instant.init(milliseconds:))
                    ?? Instant(iso: answers["until"])
            else {
                throw Refusal.invalid("until", zh: "时刻不对。", en: "This is not a moment.")
            }
            ids = try PowerRequests.open(of: call.actor.county, in: books)
                .filter {
                    $0.askedAt <= until && $0.askedBy != call.actor.person && $0.person != call.actor.person
                }.map(\.id)
        }
        try PowerRequests.settle(
            ids, granted: granted, answer: answers["answer"], by: call.actor, at: call.now, in: books)
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

    private static func page(_ call: Call, faults: [Refusal.Fault]) async throws -> Response {
        let names = try call.names()
        let requests = try await call.read { try PowerRequests.open(of: call.actor.county, in: $0) }
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
            \(PostButton(action: "/confirmations", words: call.say("全部核准（\(others.count) 项）", "Confirm all \(others.count)"), fields: [("decision", "grant"), ("until", String(others.map(\.askedAt).max()?.milliseconds ?? 0))], style: "pri").html(call))</div>
            """
        return Page(
            title: call.say("授权核准", "Confirmations"), current: "/confirmations",
            body: """
                <div class="pagehead tight"><h1>\(call.say("授权核准", "Confirmations"))</h1><p class="mute">\
                \(call.say("\(requests.count) 项等核准", "\(requests.count) wait"))</p></div>\
                <p class="mute">\(call.say("能决定、看全号、看日志、管系统的岗位，一个人安排，另一个人核准，核准以后才生效。", "Posts that decide, see numbers in full, read the log or administer are given by one person and hold once another confirms."))</p>\
                \(faults.isEmpty ? HTML.none : "<div class=\"note errors\" role=\"alert\"><ul>\(faults.html { "<li>\(call.say($0.words))</li>" })</ul></div>")\
                \("<p class=\"lead\">\(call.say("没有等核准的。", "Nothing waits."))</p>", if: requests.isEmpty)\
                \(all)\
                <ul class="plain">\(requests.html { line($0, names, isOwn: isOwn($0), isOnly: requests.count == 1, mayConfirm: mayConfirm, call) })</ul>
                """
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
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
        let form: HTML =
            !mayConfirm || isOwn && !isAsker
            ? "<p class=\"mute sm\">\(call.say("要由别人核准。", "Somebody else has to confirm this."))</p>"
            : """
            <details\(" open", if: isOnly)><summary>\
            \(isAsker ? call.say("撤回", "Withdraw") : call.say("核准或退回", "Confirm or send back"))</summary>\
            <form class="form" method="post" action="/confirmations">\
            \(Form.token(call))<input type="hidden" name="request" value="\(request.id)">\
            <div class="field"><label for="a-\(request.id)">\(what)</label>\
            <input type="text" id="a-\(request.id)" name="answer"></div>\
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

import Governance
import Hummingbird
import Rules

/// What waits for somebody else's approval: changes of the register, and people who stand in two households.
enum ApprovalPages {
    static func list(_ call: Call) async throws -> Response { try await page(call, faults: []) }

    static func settle(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do { try await call.write { try settle(answers, call, in: $0) } } catch Refusal.invalid(let faults) {
            return try await page(call, faults: faults)
        }
        return Responses.seeOther("/register/approvals")
    }

    /// The one way of a decision, for pages and API.
    static func settle(_ answers: FormInput, _ call: Call, in books: Books) throws {
        if !answers["double"].isEmpty {
            let decision = try answers.choice(
                "decision", of: DoubleEntries.Verdict.self,
                otherwise: Phrase(zh: "请选择。", en: "Please choose."))
            try DoubleEntries.settle(
                answers.id("double", of: DoubleEntry.self), decision,
                from: answers.day("from", else: call.today), reason: answers["reason"], by: call.actor,
                at: call.now, in: books)
        } else {
            guard ["grant", "refuse"].contains(answers["decision"]) else {
                throw Refusal.invalid(
                    "decision", zh: "请选择同意还是退回。", en: "Choose whether to grant or to refuse.")
            }
            try RegisterChanges.settle(
                answers.id("request", of: ChangeRequest.self), granted: answers["decision"] == "grant",
                answer: answers["reason"], by: call.actor, at: call.now,
                in: books)
        }
    }

    private struct Request: Sendable {
        var request: ChangeRequest, household: Household, verb: ChangeRequest.Verb, member: String,
            changes: [(fact: Fact, from: Facts, to: Facts)]
    }
    private struct Double: Sendable {
        var entry: DoubleEntry, member: String, here: Household?, there: Household?
    }

    private static func page(_ call: Call, faults: [Refusal.Fault]) async throws -> Response {
        let names = try call.names()
        let (requests, doubles) = try await call.read { books in
            let county = call.actor.county
            let requests = try RegisterChanges.open(for: call.actor, on: call.today, in: books).map {
                request in
                let (verb, member, changes) = try RegisterChanges.details(
                    of: request, county: county, in: books)
                return Request(
                    request: request,
                    household: try Households.find(
                        request.household, for: call.actor, on: call.today, in: books), verb: verb,
                    member: member,
                    changes: changes)
            }
            let doubles = try DoubleEntries.open(for: call.actor, on: call.today, in: books).map { entry in
                let (member, here) = try DoubleEntries.member(of: entry, county: county, in: books)
                return Double(
                    entry: entry, member: member, here: here,
                    there: try Households.find(entry.household, for: call.actor, on: call.today, in: books))
            }
            return (requests, doubles)
        }
        return Page(
            title: call.say("待审批", "To approve"), current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register">\
                \(call.say("建档立卡", "Register"))</a></nav>\
                <div class="pagehead tight"><h1>\(call.say("待审批", "To approve"))</h1><p class="mute">\
                \(call.say("\(requests.total + doubles.total) 项", "\(requests.total + doubles.total)"))</p>\
                </div>\
                \(faults.isEmpty ? HTML.none : "<div class=\"note errors\" role=\"alert\"><ul>\(faults.html { "<li>\(call.say($0.words))</li>" })</ul></div>")\
                \(requests.total + doubles.total == 0 ? "<p class=\"lead\">\(call.say("没有等待审批的。", "Nothing waits."))</p>" : HTML.none)\
                <div class="stack">\(requests.items.html { card($0, names, call) })\(call.more(requests))\
                \(doubles.items.html { card($0, names, call) })\(call.more(doubles))</div>
                """
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func card(_ item: Request, _ names: Directory, _ call: Call) -> HTML {
        let request = item.request
        let isOwn = request.askedBy == call.actor.person
        return """
            <section class="sec"><header><h2><a href="/register/\(item.household.id)">\
            \(item.household.head) \
            \(call.say(item.verb.words))\
            \(item.member.isEmpty || item.member == item.household.head ? "" : "：\(item.member)")</a></h2>\
            <span class="mute">\(names.placeName(item.household.village))</span></header>\
            <p class="mute">\(names.name(of: request.askedBy)) \
            \(call.moment(request.askedAt))\(separator)\
            \(call.say("从 \(call.day(request.from)) 起", "from \(call.day(request.from))"))</p>\
            <p class="quote">\(request.reason)</p>\
            <dl class="kv">\(item.changes.html { change in
                """
                    <dt>\(call.say(change.fact.words))</dt><dd>\
                    \(shown(change.fact, change.from, call)) → <b>\(shown(change.fact, change.to, call))</b>\
                    </dd>
                    """
            })</dl>\(isOwn ? "<p class=\"mute\">\(call.say("这是您自己申请的，要由别人审批。", "You asked for this yourself: somebody else approves it."))</p>" : decision("request", request.id.text, [("grant", call.say("批准", "Approve")), ("refuse", call.say("退回", "Send back"))], call.say("意见（退回时要写）", "Words (needed to send back)"), call))</section>
            """
    }

    private static func shown(_ fact: Fact, _ facts: Facts, _ call: Call) -> String {
        guard facts.isKnown(fact.name) else { return call.say("（空）", "(empty)") }
        return fact.isSecret ? "******" : fact.shown(facts, call.language)
    }

    private static func card(_ item: Double, _ names: Directory, _ call: Call) -> HTML {
        func place(_ household: Household?) -> String {
            household.map { "\(names.placeName($0.village)) \($0.head) \($0.number)" } ?? ""
        }
        return """
            <section class="sec"><header><h2>\
            \(call.say("\(item.member) 登记在两户", "\(item.member) stands in two households"))</h2>\
            <span class="mute">\(call.moment(item.entry.foundAt))</span></header>\
            <dl class="kv"><dt>\(call.say("现在在", "Stands in"))</dt><dd>\(place(item.here))</dd><dt>\
            \(call.say("又报在", "Claimed by"))</dt><dd>\(place(item.there))</dd></dl>\
            \(decision("double", item.entry.id.text, DoubleEntries.Verdict.allCases.map { ($0.rawValue, call.say($0.words)) }, call.say("理由", "Reason"), call))</section>
            """
    }

    private static func decision(
        _ name: String, _ id: String, _ choices: [(String, String)], _ label: String, _ call: Call
    ) -> HTML {
        """
        <form class="form" method="post" action="/register/approvals">\
        \(Form.token(call))<input type="hidden" name="\(name)" value="\(id)"><div class="field">\
        <label for="r-\(id)">\(label)</label><input type="text" id="r-\(id)" name="reason"></div>\
        <p class="btns">\(choices.html { "<button class=\"btn\" type=\"submit\" name=\"decision\" value=\"\($0.0)\">\($0.1)</button>" })</p></form>
        """
    }
}

import Governance
import Hummingbird
import Rules

/// What waits for somebody else's approval: changes of the register, and people who stand in two households.
enum ApprovalPages {
    static func settle(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let told = try await call.write { try settle(answers, call, in: $0) }
        return call.done(path, told)
    }

    /// The one way of a decision, for pages and API. Answers what was decided and what follows.
    @discardableResult
    static func settle(_ answers: FormInput, _ call: Call, in books: Books) throws -> Phrase {
        let values = try ApprovalForm.fields(answers).read(answers)
        if values["double"].isEmpty {
            let isGranted = values["decision"] == "grant"
            try RegisterChanges.settle(
                values.id("request"), granted: isGranted, answer: values["reason"], by: call.actor,
                at: call.now, in: books)
            return isGranted
                ? Phrase(
                    zh: "已批准，登记已经改好，从申请的日期起生效。",
                    en: "Approved. The register has changed, from the day that was asked for.")
                : Phrase(
                    zh: "已退回，登记不改；您的意见记在这一户的变更记录里。",
                    en: "Sent back. The register stays; your words stand in the household's history.")
        }
        guard values["request"].isEmpty else {
            throw Refusal.invalid("request", zh: "一次只办一项。", en: "Decide one of them at a time.")
        }
        let verdict = try values.choice("decision", of: DoubleEntries.Verdict.self)
        try DoubleEntries.settle(
            values.id("double"), verdict, from: values.day("from", else: call.today),
            reason: values["reason"], by: call.actor, at: call.now, in: books)
        return switch verdict {
        case .move:
            Phrase(
                zh: "已转到新的一户，两户的人数都改好了。",
                en: "The person stands in the new household; both headcounts follow.")
        case .stay: Phrase(zh: "已定：留在原来一户，登记不改。", en: "Decided: the person stays, and so does the register.")
        }
    }

    private static let path = "/register/approvals"

    private struct Request: Sendable {
        var request: ChangeRequest, household: Household, verb: ChangeRequest.Kind, member: String,
            changes: [(fact: Fact, from: Facts, to: Facts)]
    }
    private struct Double: Sendable {
        var entry: DoubleEntry, member: String, here: Household?, there: Household?
    }

    static func list(_ call: Call) async throws -> Response {
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
                \(requests.total + doubles.total == 0 ? "<p class=\"lead\">\(call.say("没有等待审批的。", "Nothing waits."))</p>" : HTML.none)\
                <div class="stack">\(requests.items.html { card($0, names, call) })\(call.more(requests))\
                \(several(requests, call))\
                \(doubles.items.html { card($0, names, call) })\(call.more(doubles))</div>
                """
        ).response(call)
    }

    private static func card(_ item: Request, _ names: Directory, _ call: Call) -> HTML {
        let request = item.request
        let inquiry = Inquiry(request, (), actor: call.actor, now: call.now, today: call.today)
        let isPossible = !inquiry.possible.isEmpty
        let why = inquiry.refusal(of: .grant).map { "<p class=\"mute\">\(call.say($0.words))</p>" as HTML }
        return """
            <section class="sec"><header><h2><a href="/register/\(item.household.id)">\
            \(item.household.head) \
            \(call.say(item.verb.words))\
            \(item.member.isEmpty || item.member == item.household.head ? "" : "：\(item.member)")</a></h2>\
            <span class="mute">\(names.placeName(item.household.village))</span></header>\
            \(isPossible ? tick(request.id.text, call) : nil)\
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
            })</dl>\(why ?? decision("request", inquiry, request.id.text, call))</section>
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
            \(decision("double", Inquiry(item.entry, (), actor: call.actor, now: call.now, today: call.today), item.entry.id.text, call))</section>
            """
    }

    /// One of many forms: which it is its identity says. A button for each decision that is possible.
    private static func decision<Record: LifecycleRecord>(
        _ name: String, _ inquiry: Inquiry<Record>, _ id: String, _ call: Call
    ) -> HTML {
        let possible = inquiry.possible
        guard let words = possible.first?.form.first else { return .none }
        let refused = call.refused(path, [(name, id)])
        let fault = refused?.faults.first { $0.field == words.name }.map { call.say($0.words) }
        // The words above the refused form lead to its fields; an id stands once on a page.
        let (field, isWrong) = (refused == nil ? "r-\(id)" : "f-\(words.name)", fault != nil)
        return """
            \(refused.map { Call.notice($0, call) })<form class="form" method="post" action="\(path)">\
            \(Form.token(call))<input type="hidden" name="\(name)" value="\(id)">\
            <div class="field\(" bad", if: isWrong)"><label for="\(field)">\(call.say(words.label))</label>\
            \(fault.map { "<span class=\"fault\" id=\"reason-fault\">\($0)</span>" as HTML })\
            <input type="text" id="\(field)" name="\(words.name)" \
            value="\(refused?.values[words.name] ?? "")"\
            \(" aria-invalid=\"true\" aria-describedby=\"reason-fault\"", if: isWrong)></div>\
            <p class="btns"\(" id=\"f-decision\"", if: refused != nil)>\(possible.html {
                """
                <button class="btn" type="submit" name="decision" value="\($0.verb.rawValue)">\
                \(call.say($0.words))</button>
                """
            })</p></form>
            """
    }

    // MARK: Several at once

    private static let together = "\(path)/together"

    /// A box on a card that belongs to the form at the foot of the page.
    private static func tick(_ id: String, _ call: Call) -> HTML {
        let isTicked = call.submission.refused?.values["\(Several.prefix)\(id)"] == "1"
        return """
            <p class="field flag"><input type="checkbox" form="together" id="t-\(id)" name="\(Several.prefix)\(id)" \
            value="1"\(" checked", if: isTicked)><label for="t-\(id)">\(call.say("一起办", "With the others"))</label></p>
            """
    }

    /// The form for all that are ticked: whoever has forty before them does not press forty times.
    private static func several(_ requests: Queue<Request>, _ call: Call) -> HTML? {
        guard requests.items.count > 1 else { return nil }
        let refused = call.refused(together)
        let words = ApprovalForm.answer.field(call, value: refused?.values[ApprovalForm.answer.name] ?? "")
        var field = words
        field.scope = "together-"
        return """
            <section class="panel act"><h2>\(call.say("勾选的一起办", "All that are ticked"))</h2>\
            \(refused.map { Call.notice($0, call, scope: "together-") })\
            <form class="form" id="together" method="post" action="\(together)">\(Form.token(call))\
            \(field.html(refused?.faults ?? [], call))<p class="btns">\(ChangeRequest.lifecycle.html {
                """
                <button class="btn" type="submit" name="decision" value="\($0.verb.rawValue)">\
                \(call.say($0.words))</button>
                """
            })</p></form></section>
            """
    }

    /// Decides every request that is ticked, each by itself.
    static func settleSeveral(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let ids = try Several.ticked(sent, of: ChangeRequest.self)
        let values = try ApprovalForm.fields(sent).read(sent)
        let isGranted = values["decision"] == ApprovalVerb.grant.rawValue
        let outcome = try await Several.each(ids) { id in
            try await call.write { books in
                try RegisterChanges.settle(
                    id, granted: isGranted, answer: values["reason"], by: call.actor, at: call.now,
                    in: books)
            }
        }
        return call.done(
            path, isGranted ? outcome.words("批准了", "approved") : outcome.words("退回了", "sent back"))
    }
}

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

    static func list(_ call: Call) async throws -> Response {
        let page = try await listing.page(call, listing.fields.read(call.query, zone: call.zone))
        let total = page.total ?? page.rows.count
        return Page(
            title: call.say("待审批", "To approve"), current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register">\
                \(call.say("建档立卡", "Register"))</a></nav>\
                <div class="pagehead tight"><h1>\(call.say("待审批", "To approve"))</h1><p class="mute">\
                \(call.say("\(total) 项", "\(total)"))</p></div>\
                \(try await listing.section(call, title: waiting, page: page))\
                \(several(page.rows.count { $0.request != nil }, call))
                """
        ).response(call)
    }

    private static let waiting = Phrase(zh: "等您审批的", en: "Waiting for you")

    /// What waits: first the changes, then who stands in two households.
    static let listing = Listing<WaitingApproval>(
        name: "approvals", path: path, title: Phrase(zh: "待审批", en: "To approve"), filters: [],
        columns: [
            Column("number", "户编号", "Household") { item, _ in .text(item.household.number) },
            Column("head", "户主", "Head") { item, _ in .text(item.household.head) },
            Column("village", "行政村", "Village") { item, call in
                .text(call.directory?.placeName(item.household.village) ?? "")
            },
            Column(
                "what", "事项", "What",
                definition: Phrase(
                    zh: "每一项写原来的和改成的；证件号码、电话、账号写 ******。",
                    en: """
                        Each fact as it is and as it is to be; certificates, telephones and accounts read \
                        ******.
                        """), what),
            Column("member", "成员", "Member") { item, _ in .text(item.member) },
            Column("from", "从哪天起", "From the day") { item, _ in .day(item.request?.from) },
            Column("asked_by", "申请人", "Asked by") { item, call in
                .text(call.directory?.name(of: item.request?.askedBy) ?? "")
            },
            Column("asked_at", "申请时间", "Asked at") { item, _ in .moment(item.since) },
            Column("reason", "理由", "Reason") { item, _ in
                .text(Masking.numbers(in: item.request?.reason ?? ""))
            },
        ], card: card, empty: Phrase(zh: "没有等待审批的。", en: "Nothing waits."), id: \.id,
        source: .paged { call, values in
            let limit = values.optionalNumber("limit") ?? 50
            let found = try await call.read {
                // One more than the page has says whether another page follows.
                try WaitingApprovals.waiting(
                    after: values["cursor"], limit: limit + 1, for: call.actor, on: call.today, in: $0)
            }
            let rows = Array(found.items.prefix(limit))
            return ListPage(
                total: found.total, rows: rows, next: found.items.count > limit ? rows.last?.id : nil)
        })

    /// What is to be decided, in one line. Nothing in it tells who somebody is: people write numbers into
    /// texts, too.
    private static func what(_ item: WaitingApproval, _ call: Call) -> Cell {
        switch item.subject {
        case .request(_, let verb, let changes):
            let told = changes.map { change in
                """
                \(call.say(change.fact.words)) \(shown(change.fact, change.from, call)) → \
                \(shown(change.fact, change.to, call))
                """
            }
            let all = [call.say(verb.words)] + told
            return .text(Masking.numbers(in: all.joined(separator: call.say("；", "; "))))
        case .double(_, let here):
            let (old, new) = (place(here, call), place(item.household, call))
            return .text(
                call.say(
                    "登记在两户：现在在 \(old)，又报在 \(new)",
                    "In two households: stands in \(old), claimed by \(new)"))
        }
    }

    private static func place(_ household: Household?, _ call: Call) -> String {
        household.map { "\(call.directory?.placeName($0.village) ?? "") \($0.head) \($0.number)" } ?? ""
    }

    private static func shown(_ fact: Fact, _ facts: Facts, _ call: Call) -> String {
        guard facts.isKnown(fact.name) else { return call.say("（空）", "(empty)") }
        return fact.isSecret ? "******" : fact.shown(facts, call.language)
    }

    private static func card(_ item: WaitingApproval, _ call: Call) -> HTML {
        switch item.subject {
        case .request(let request, let verb, let changes): card(item, request, verb, changes, call)
        case .double(let entry, let here): card(item, entry, here, call)
        }
    }

    private static func card(
        _ item: WaitingApproval, _ request: ChangeRequest, _ verb: ChangeRequest.Kind,
        _ changes: [(fact: Fact, from: Facts, to: Facts)], _ call: Call
    ) -> HTML {
        let (names, household) = (call.directory, item.household)
        let inquiry = Inquiry(request, (), actor: call.actor, now: call.now, today: call.today)
        let isPossible = !inquiry.possible.isEmpty
        let why = inquiry.refusal(of: .grant).map { "<p class=\"mute\">\(call.say($0.words))</p>" as HTML }
        return """
            <section class="sec"><header><h2><a href="/register/\(household.id)">\
            \(household.head) \
            \(call.say(verb.words))\
            \(item.member.isEmpty || item.member == household.head ? "" : "：\(item.member)")</a></h2>\
            <span class="mute">\(names?.placeName(household.village) ?? "")</span></header>\
            \(isPossible ? tick(request.id.text, call) : nil)\
            <p class="mute">\(names?.name(of: request.askedBy) ?? "") \
            \(call.moment(request.askedAt))\(separator)\
            \(call.say("从 \(call.day(request.from)) 起", "from \(call.day(request.from))"))</p>\
            <p class="quote">\(request.reason)</p>\
            <dl class="kv">\(changes.html { change in
                """
                    <dt>\(call.say(change.fact.words))</dt><dd>\
                    \(shown(change.fact, change.from, call)) → <b>\(shown(change.fact, change.to, call))</b>\
                    </dd>
                    """
            })</dl>\(why ?? decision("request", inquiry, request.id.text, call))</section>
            """
    }

    private static func card(_ item: WaitingApproval, _ entry: DoubleEntry, _ here: Household?, _ call: Call)
        -> HTML
    {
        let inquiry = Inquiry(entry, (), actor: call.actor, now: call.now, today: call.today)
        return """
            <section class="sec"><header><h2>\
            \(call.say("\(item.member) 登记在两户", "\(item.member) stands in two households"))</h2>\
            <span class="mute">\(call.moment(entry.foundAt))</span></header>\
            <dl class="kv"><dt>\(call.say("现在在", "Stands in"))</dt><dd>\(place(here, call))</dd><dt>\
            \(call.say("又报在", "Claimed by"))</dt><dd>\(place(item.household, call))</dd></dl>\
            \(decision("double", inquiry, entry.id.text, call))</section>
            """
    }

    /// Where a form goes, so that it comes back on the page of the list that it was sent from.
    private static func action(_ path: String, _ call: Call) -> String {
        let query = FormText.query([("cursor", call.query["cursor"])])
        return query.isEmpty ? path : "\(path)?\(query)"
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
            \(refused.map { Call.notice($0, call) })<form class="form" method="post" \
            action="\(action(path, call))">\
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
    private static func several(_ requests: Int, _ call: Call) -> HTML? {
        guard requests > 1 else { return nil }
        let refused = call.refused(together)
        let words = ApprovalForm.answer.field(call, value: refused?.values[ApprovalForm.answer.name] ?? "")
        var field = words
        field.scope = "together-"
        return """
            <section class="panel act"><h2>\(call.say("勾选的一起办", "All that are ticked"))</h2>\
            \(refused.map { Call.notice($0, call, scope: "together-") })\
            <form class="form" id="together" method="post" action="\(action(together, call))">\
            \(Form.token(call))\
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

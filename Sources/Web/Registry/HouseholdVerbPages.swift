import Governance
import Hummingbird
import Rules

/// What somebody can do to a household: one form a verb, and its POST.
enum HouseholdVerbPages {
    static func perform(_ call: Call) async throws -> Response {
        let verb = try verb(call)
        let answers = try await call.form()
        let outcome = try await call.write { try perform(verb, answers, call, in: $0) }
        return call.done("/register/\(try call.id(of: Household.self))", told(verb, outcome))
    }

    static func verb(_ call: Call) throws -> RegisterForm.Verb {
        guard let verb = RegisterForm.Verb(rawValue: call.part("verb")) else { throw Refusal.notFound }
        return verb
    }

    /// The one way of a verb, for pages and API. Answers what waits for approval.
    static func perform(_ verb: RegisterForm.Verb, _ answers: FormInput, _ call: Call, in books: Books) throws
        -> RegisterChanges.Outcome
    {
        let (actor, now, today) = (call.actor, call.now, call.today)
        let household = try Households.find(
            call.id(of: Household.self), for: actor, on: today, in: books)
        // What is wrong with a form is told only to whoever may fill it in.
        try Households.need(.keepRegister, over: household, for: actor, on: today, in: books)
        func make(_ verb: ChangeRequest.Kind) throws -> RegisterChanges.Outcome {
            try RegisterChanges.make(
                .init(verb, answers, on: today), of: household, by: actor, at: now, in: books)
        }
        switch verb {
        case .change: return try make(.change)
        case .join: return try make(.join)
        case .leave: return try make(.leave)
        case .income:
            let (values, facts) = try RegisterForm.income(until: today.parts.year).read(
                answers, with: .income)
            try RegisterChanges.enter(
                income: facts, year: values.number("year"), of: household, by: actor, at: now, in: books)
        case .measure:
            try Helping.enter(
                .init(RegisterForm.measure.read(answers), on: today), for: household.id, by: actor, at: now,
                in: books)
        }
        return .init(holds: true)
    }

    /// What was stored, and what waits for somebody else.
    private static func told(_ verb: RegisterForm.Verb, _ outcome: RegisterChanges.Outcome) -> Phrase {
        switch (verb, outcome.holds, outcome.waits != nil) {
        case (.income, _, _): Phrase(zh: "收入已登记。", en: "The income is entered.")
        case (.measure, _, _):
            Phrase(zh: "措施已登记，列在“帮扶措施”里。", en: "The measure is entered and stands under Measures.")
        case (_, true, true):
            Phrase(
                zh: "已保存。其中要审批的几项，等另一个岗位批准后才生效。",
                en: "Stored. What needs approval holds once another post has approved it.")
        case (_, false, true):
            Phrase(
                zh: "已提交，登记还没有改；等另一个岗位批准后生效。",
                en: "Handed in; the register has not changed yet. It holds once another post has approved it."
            )
        case (_, true, false):
            Phrase(zh: "已保存，从填写的日期起生效。", en: "Stored; it holds from the day that you gave.")
        case (_, false, false): Phrase(zh: "没有改动，登记还是原来的。", en: "Nothing differs; the register stays.")
        }
    }

    static func form(_ call: Call) async throws -> Response {
        let verb = try verb(call)
        let id = try call.id(of: Household.self)
        let (household, members, income) = try await call.read {
            try Households.changeable(id, for: call.actor, on: call.today, in: $0)
        }
        let wished = (call.submission.refused?.values ?? call.query)["member"]
        let member = members.first { $0.id.text == wished }
        let name = household.head.isEmpty ? household.number : household.head
        let (title, fields) = content(verb, household, member, members, income, call)
        let form = Form(action: "/register/\(id)/do/\(verb.rawValue)", fields: fields, submit: title)
        return Page(
            title: "\(title)：\(name)", current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register/\(id)">\
                \(call.say("\(name)户", "\(name)’s household"))</a> › <span class="mute">\
                \(household.number)</span></nav>\
                <div class="pagehead tight"><h1>\
                \(title)\(member.map { "：\($0.facts["name"])" as HTML })</h1></div>\(form.html(call))
                """
        ).response(call)
    }

    private static func content(
        _ verb: RegisterForm.Verb, _ household: Household, _ member: Governance.Member?,
        _ members: [Governance.Member], _ income: Dated?, _ call: Call
    ) -> (String, [Field]) {
        let dated = [
            RegisterForm.from.required.field(call, value: call.today.description),
            RegisterForm.reason.field(call),
        ]
        switch verb {
        case .change:
            let hidden = Field(
                name: RegisterForm.member.name, label: "", kind: .hidden, value: member?.id.text ?? "")
            return (
                call.say("修改", "Change"), [hidden] + dated + (member?.facts ?? household.facts).fields(call)
            )
        case .join:
            return (
                call.say("增加成员", "Add a member"),
                dated + Facts.nothing(.member).fields(call, needing: "name")
            )
        case .leave:
            let choices = members.map { Field.Choice(value: $0.id.text, words: $0.facts["name"]) }
            let who = RegisterForm.member.required.field(
                call, value: member?.id.text ?? "", choices: choices)
            return (call.say("减少成员", "A member leaves"), [who] + dated)
        case .income:
            let last = call.today.parts.year - 1
            let known = income?.since.parts.year == last ? income?.facts : nil
            return (
                call.say("登记收入", "Enter income"),
                RegisterForm.income(until: last + 1).map { $0.field(call, value: String(last)) }
                    + (known ?? .nothing(.income)).fields(call)
            )
        case .measure:
            return (
                call.say("登记措施", "Enter a measure"),
                RegisterForm.measure.map { field in
                    field.name == "planned_on"
                        ? field.required.field(call, value: call.today.description) : field.field(call)
                }
            )
        }
    }
}

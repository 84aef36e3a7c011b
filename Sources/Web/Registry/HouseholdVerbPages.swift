import Governance
import Hummingbird
import Rules

/// What somebody can do to a household: one form a verb, and its POST.
enum HouseholdVerbPages {
    enum Verb: String { case change, join, leave, income, measure }

    static func form(_ call: Call) async throws -> Response { try await page(call, FormInput(), faults: []) }

    static func perform(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        do {
            try await call.write { try perform(try verb(call), answers, call, in: $0) }
        } catch Refusal.invalid(let faults) {
            return try await page(call, answers, faults: faults)
        }
        return Responses.seeOther("/register/\(try call.id(of: Household.self))")
    }

    static func verb(_ call: Call) throws -> Verb {
        guard let verb = Verb(rawValue: call.part("verb")) else { throw Refusal.notFound }
        return verb
    }

    /// The one way of a verb, for pages and API. Answers what waits for approval.
    @discardableResult
    static func perform(_ verb: Verb, _ answers: FormInput, _ call: Call, in books: Books) throws
        -> RegisterChanges.Outcome
    {
        let household = try Households.find(
            call.id(of: Household.self), for: call.actor, on: call.today, in: books)
        func change(_ verb: ChangeRequest.Verb, _ member: ID<Member>?, _ list: FactList) throws
            -> RegisterChanges.Outcome
        {
            let draft = RegisterChanges.Draft(
                verb, member: member, answers: RegisterForm.answers(answers, list),
                from: try answers.day("from", else: call.today), reason: answers["reason"])
            return try RegisterChanges.make(draft, of: household, by: call.actor, at: call.now, in: books)
        }
        switch verb {
        case .change:
            let member = try answers.optionalID("member", of: Member.self)
            return try change(.change, member, member == nil ? .household : .member)
        case .join: return try change(.join, nil, .member)
        case .leave: return try change(.leave, answers.id("member", of: Member.self), .member)
        case .income:
            let year = try answers.number("year", in: 2000...max(2000, call.today.parts.year))
            try RegisterChanges.enter(
                income: RegisterForm.answers(answers, .income), year: year, of: household, by: call.actor,
                at: call.now, in: books)
        case .measure:
            let kind = try answers.choice(
                "kind", of: HelpMeasure.Kind.self,
                otherwise: Phrase(zh: "请选择类别。", en: "Please choose a kind."))
            var draft = Helping.Draft(
                kind: kind, project: answers["project"],
                plannedOn: try answers.day("planned_on", else: call.today))
            draft.doneOn = answers["done_on"].isEmpty ? nil : try answers.day("done_on")
            draft.yuan = answers["yuan"].isEmpty ? 0 : try answers.number("yuan", in: 0...10_000_000)
            draft.incomeEffect =
                answers["income_effect"].isEmpty ? 0 : try answers.number("income_effect", in: 0...1_000_000)
            try Helping.enter(draft, for: household.id, by: call.actor, at: call.now, in: books)
        }
        return .init(holds: true)
    }

    private static func page(_ call: Call, _ answers: FormInput, faults: [Refusal.Fault]) async throws
        -> Response
    {
        let verb = try verb(call)
        let id = try call.id(of: Household.self)
        let (household, members, income) = try await call.read { books in
            let household = try Households.find(id, for: call.actor, on: call.today, in: books)
            try Households.need(.keepRegister, over: household, for: call.actor, on: call.today, in: books)
            return (
                household, try Households.members(of: id, county: call.actor.county, in: books),
                try Households.incomes(of: id, county: call.actor.county, in: books).first
            )
        }
        let wished =
            try answers.optionalID("member", of: Member.self)
            ?? call.query.optionalID("member", of: Member.self)
        let member = members.first { $0.id == wished }
        let name = household.head.isEmpty ? household.number : household.head
        let (title, fields) = content(verb, household, member, members, income, answers, call)
        let form = Form(
            action: "/register/\(id)/do/\(verb.rawValue)", fields: fields, submit: title, faults: faults)
        return Page(
            title: "\(title)：\(name)", current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register/\(id)">\
                \(call.say("\(name)户", "\(name)’s household"))</a> › <span class="mute">\
                \(household.number)</span></nav>\
                <div class="pagehead tight"><h1>\
                \(title)\(member.map { "：\($0.facts["name"])" as HTML })</h1></div>\(form.html(call))
                """
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private static func content(
        _ verb: Verb, _ household: Household, _ member: Member?, _ members: [Member], _ income: Dated?,
        _ answers: FormInput, _ call: Call
    ) -> (String, [Field]) {
        let dated = [
            Field(
                name: "from", label: call.say("从哪天起", "From the day"), kind: .day,
                value: answers.text("from", else: call.today.description),
                hint: call.say("补记过去的变动就写当时的日期", "For something past give the day on which it happened"),
                isRequired: true),
            Field(
                name: "reason", label: call.say("理由", "Reason"), kind: .line, value: answers["reason"],
                isRequired: true),
        ]
        switch verb {
        case .change:
            let hidden = Field(name: "member", label: "", kind: .hidden, value: member?.id.text ?? "")
            return (
                call.say("修改", "Change"),
                [hidden] + dated + RegisterForm.fields(member?.facts ?? household.facts, answers, call)
            )
        case .join:
            return (
                call.say("增加成员", "Add a member"),
                dated + RegisterForm.fields(Facts.nothing(.member), answers, call)
            )
        case .leave:
            let choices = members.map { Field.Choice(value: $0.id.text, words: $0.facts["name"]) }
            return (
                call.say("减少成员", "A member leaves"),
                [
                    Field(
                        name: "member", label: call.say("谁", "Who"), kind: .select(choices),
                        value: member?.id.text ?? "", isRequired: true)
                ] + dated
            )
        case .income:
            let year = Field(
                name: "year", label: call.say("年度", "Year"), kind: .number,
                value: answers.text("year", else: String(call.today.parts.year - 1)),
                isRequired: true)
            let isSame = income?.since.parts.year == call.today.parts.year - 1
            return (
                call.say("登记收入", "Enter income"),
                [year]
                    + RegisterForm.fields(
                        isSame ? income?.facts ?? .nothing(.income) : .nothing(.income), answers, call)
            )
        case .measure:
            return (
                call.say("登记措施", "Enter a measure"),
                [
                    Field(
                        name: "kind", label: call.say("类别", "Kind"),
                        kind: .select(
                            HelpMeasure.Kind.allCases.map {
                                .init(value: $0.rawValue, words: call.say($0.words))
                            }),
                        value: answers["kind"], isRequired: true),
                    Field(
                        name: "project", label: call.say("项目", "Project"), kind: .line,
                        value: answers["project"], isRequired: true),
                    Field(
                        name: "planned_on", label: call.say("计划日期", "Planned for"), kind: .day,
                        value: answers.text("planned_on", else: call.today.description),
                        isRequired: true),
                    Field(
                        name: "done_on", label: call.say("落实日期", "Done on"), kind: .day,
                        value: answers["done_on"]),
                    Field(
                        name: "yuan", label: call.say("投入（元）", "Cost (yuan)"), kind: .number,
                        value: answers["yuan"]),
                    Field(
                        name: "income_effect", label: call.say("预计年增收（元）", "More income a year (yuan)"),
                        kind: .number, value: answers["income_effect"]),
                ]
            )
        }
    }
}

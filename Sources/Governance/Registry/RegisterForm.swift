package import Rules

/// What whoever keeps the register fills in, declared once for pages and API. Facts stand beside these
/// fields, each as `Fact.field`.
package enum RegisterForm {
    /// What can be done to a household.
    package enum Verb: String, CaseIterable, Sendable { case change, join, leave, income, measure }

    /// From which day it holds; today if nothing is said.
    package static let from = FormField(
        "from", "从哪天起", "From the day", .day,
        hint: Phrase(
            zh: "补记过去的变动就写当时的日期", en: "For something past give the day on which it happened"))
    /// Why.
    package static let reason = FormField("reason", "理由", "Reason", .text(most: 500), isRequired: true)
    /// Whom it is about; nobody is the household itself.
    package static let member = FormField("member", "谁", "Who", .reference(.member))

    /// A change of the household's facts or of a member's; somebody joins; a member leaves.
    package static let change = [member, from, reason]
    /// Somebody joins.
    package static let join = [from, reason]
    /// A member leaves.
    package static let leave = [member.required, from, reason]

    /// The income of a year that is not in the future.
    package static func income(until year: Int) -> [FormField] {
        [FormField("year", "年度", "Year", .number(2000...max(2000, year)), isRequired: true)]
    }

    /// A measure.
    package static let measure = [
        FormField("kind", "类别", "Kind", .choice(of: HelpMeasure.Kind.self, \.words), isRequired: true),
        FormField("project", "项目", "Project", .line(most: 80), isRequired: true),
        FormField("planned_on", "计划日期", "Planned for", .day),
        FormField("done_on", "落实日期", "Done on", .day),
        FormField("yuan", "投入（元）", "Cost (yuan)", .number(0...10_000_000)),
        FormField("income_effect", "预计年增收（元）", "More income a year (yuan)", .number(0...1_000_000)),
    ]

    /// Showing one secret.
    package static let unmask = [
        FormField("field", "看哪一项", "What to show", .choice(secrets), isRequired: true), member,
        FormField("reason", "为什么要看", "Why", .line(most: 200), isRequired: true),
    ]
    private static let secrets = {
        var seen: Set<String> = []
        return (FactList.household.shown + FactList.member.shown)
            .filter { $0.isSecret && seen.insert($0.name).inserted }
            .map { FormField.Choice($0.name, $0.words) }
    }()

    /// Every field of a verb with its facts: what else is sent is refused.
    package static func fields(of verb: Verb, _ input: FormInput, on today: Day) -> [FormField] {
        switch verb {
        case .change: change + list(ofChange: input).fields
        case .join: join + FactList.member.fields
        case .leave: leave
        case .income: income(until: today.parts.year) + FactList.income.fields
        case .measure: measure
        }
    }

    /// Every field that a verb may have, whatever is sent with it and whenever.
    package static func everything(of verb: Verb) -> [FormField] {
        switch verb {
        case .change:
            let own = FactList.household.fields
            let known = Set(own.map(\.name))
            return change + own + FactList.member.fields.filter { !known.contains($0.name) }
        case .join: return join + FactList.member.fields.map { $0.name == "name" ? $0.required : $0 }
        case .leave: return leave
        case .income: return income(until: .max) + FactList.income.fields
        case .measure: return measure
        }
    }

    /// A change that names a member is of that member's facts.
    static func list(ofChange input: FormInput) -> FactList {
        input["member"].isEmpty ? .household : .member
    }
}

extension RegisterForm {
    /// Where.
    package static let territory = FormField("territory", "区域", "Area", .reference(.territory))
    /// How things were on which day, as known on which.
    package static let days = [
        FormField(
            "as_of", "哪一天", "On the day", .day, hint: Phrase(zh: "不填就是今天。", en: "Today if not given.")),
        FormField(
            "known", "当时知道的", "As known on", .day,
            hint: Phrase(zh: "到那天结束；不填就是现在。", en: "At the end of that day; now if not given.")),
    ]
    /// Which households a list shows: in words, where, and of which day.
    package static let search =
        [
            FormField(
                "q", "找", "Find", .line(most: 200),
                hint: Phrase(zh: "户编号、姓名或证件号码", en: "Household number, name or certificate")), territory,
        ] + days
    /// How many of a list, and where it begins.
    package static let paging = [
        FormField(
            "limit", "每页几户", "How many", .number(1...200),
            hint: Phrase(zh: "不填就是 50。", en: "50 if not given.")), cursor,
    ]
    /// Where a list begins.
    package static let cursor = FormField(
        "cursor", "从哪里起", "Cursor", .line(most: 200),
        hint: Phrase(zh: "上一页的 next。", en: "`next` of the page before."), olderNames: ["after"])
    /// Facts that a list can be narrowed by.
    package static let facts = FactList.household.shown.filter { !$0.isSecret }
    /// The same as fields: several words of one fact with commas between.
    package static let filters = facts.map { fact in
        FormField(
            fact.name, fact.words, .line(most: 200),
            hint: Phrase(zh: "几个之间用逗号隔开。", en: "One or, with commas between, several of \(fact.takes)."))
    }
    /// A list: what it is narrowed by, how many, and where it begins.
    package static let listing = search + filters + paging
    /// Of where, and by which rule, it is asked what breaks the rules of quality.
    package static let quality = [
        territory,
        FormField(
            "rule", "规则", "Rule",
            .choice(QualityRule.all.map { .init($0.name, Phrase(zh: $0.zh, en: $0.en)) }),
            hint: Phrase(zh: "不填就是全部规则。", en: "Every rule if not given.")),
    ]
    /// How a list is given out.
    package static let export = [
        FormField(
            "full", "证件号码、电话、账号写全", "Certificates, telephones and accounts in full", .flag),
        FormField("reason", "写全的理由", "Why in full", .line(most: 200)),
    ]
}

extension Fact {
    /// What a list can be narrowed to, in English.
    fileprivate var takes: String {
        switch kind {
        case .choice(let choices): choices.map { "`\($0.word)`" }.joined(separator: ", ")
        case .flag: "`yes`, `no`"
        case .number: "whole numbers"
        case .day: "days"
        default: "its words"
        }
    }
}

extension RegisterChanges.Draft {
    /// A change as it was filled in; it holds from today if no day was given. Throws `Refusal.invalid` with
    /// every fault.
    package init(_ verb: ChangeRequest.Kind, _ input: FormInput, on today: Day) throws {
        let read =
            switch verb {
            case .change:
                try RegisterForm.change.read(input, with: RegisterForm.list(ofChange: input))
            case .join: try RegisterForm.join.read(input, with: .member, needing: "name")
            case .leave: try RegisterForm.leave.read(input, with: nil)
            }
        self.init(
            verb, member: try read.values.optionalID("member"), answers: read.facts,
            from: try read.values.day("from", else: today), reason: read.values["reason"])
    }
}

extension Helping.Draft {
    /// A measure as it was filled in; it is planned for today if no day was given.
    package init(_ values: FormValues, on today: Day) throws {
        self.init(
            kind: try values.choice("kind"), project: values["project"],
            plannedOn: try values.day("planned_on", else: today),
            doneOn: values["done_on"].isEmpty ? nil : try values.day("done_on"),
            yuan: values.optionalNumber("yuan") ?? 0,
            incomeEffect: values.optionalNumber("income_effect") ?? 0)
    }
}

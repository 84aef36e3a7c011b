import Governance
import Rules

extension HelpMeasure.Kind: JSONWord {}
extension ChangeRequest.Kind: JSONWord {}

/// What the API says of the register.
enum RegisterShapes {
    /// How much there is.
    static let count = Shape<RegisterCount> {
        Member("towns", \.towns)
        Member("villages", \.villages)
        Member("poor_villages", \.poorVillages)
        Member("households_registered", \.households)
        Member("people_registered", \.people)
        Member("households_marginal", \.marginal)
        Member("households_ordinary", \.ordinary)
    }

    /// A household of a list.
    static let household = Shape<Household>("Household", "A household of the register.") {
        Member("id", \.id)
        Member("number", \.number)
        Member("head", "The head's name; empty if unknown.", \.head)
        Member("village", territory: \.village)
        Member("since", "From which day it is so.", \.dated.since)
        Member("facts", FactShapes.household, nil, \.facts)
    }

    /// A household with what belongs to it.
    static let file = Shape<HouseholdFile>("HouseholdWhole", "A household with what belongs to it.") {
        household.members { $0.household }
        Member("members", list: member, nil, \.members)
        Member("incomes", list: income, "Newest year first.", \.incomes)
        Member("measures", list: measure, "Newest first.", \.measures)
        Member("helpers", list: helper, nil, \.helpers)
        Member("requests", list: request, nil, \.requests)
    }

    private static let member = Shape<Governance.Member> {
        Member("id", \.id)
        Member("number", \.number)
        Member("since", "From which day it is so.", \.dated.since)
        Member("facts", FactShapes.member, nil, \.facts)
    }

    private static let income = Shape<Dated> {
        Member("year") { $0.since.parts.year }
        Member("facts", FactShapes.income, nil, \.facts)
        Member("net_per_head", "Yuan.", \.facts.netIncomePerHead)
    }

    private static let measure = Shape<HelpMeasure> {
        Member("id", \.id)
        Member("kind", \.kind)
        Member("project", \.project)
        Member("planned_on", \.plannedOn)
        Member("done_on", \.doneOn)
        Member("yuan", \.yuan)
        Member("income_effect", "Yuan a year.", \.incomeEffect)
    }

    private static let helper = Shape<(title: Phrase, person: ID<Person>)> {
        Member("title") { $0.title }
        Member("person", NamedShapes.person) { $0.person }
    }

    private static let request = Shape<ChangeRequest>(
        "ChangeRequest", "A change that waits for, or had, somebody else's approval."
    ) {
        Member("id", \.id)
        Member("household", \.household)
        Member("from", \.from)
        Member("reason", \.reason)
        Member("asked_by", person: \.askedBy)
        Member("asked_at", \.askedAt)
        Member("granted", "Null while it waits.", \.granted)
        Member("answer", \.answer)
    }

    /// What came of a change.
    static let outcome = Shape<RegisterChanges.Outcome> {
        Member("holds", "Whether something holds now.", \.holds)
        Member("waits", "The request that waits for approval.", \.waits)
    }

    /// A village's profile.
    static let village = Shape<VillageFile>("VillageProfile", "What is known of a village.") {
        Member("id", \.village.id)
        Member("name", \.village.name)
        Member("facts", FactShapes.village, nil, \.facts)
        Member("supporters", list: NamedShapes.unit, "The units that support it.", \.supporters)
    }
}

// MARK: What waits, and what is wrong

extension RegisterShapes {
    /// What waits for somebody else's approval.
    static let approvals = Shape<Approvals> {
        Member("total", "How many wait in all.") { $0.requests.total + $0.doubles.total }
        Member("requests_total", "How many requests wait.", \.requests.total)
        Member("doubles_total", "How many double entries wait.", \.doubles.total)
        Member("requests", list: waiting, nil, \.requests.items)
        Member("doubles", list: double, nil, \.doubles.items)
    }

    private static let waiting = Shape<WaitingChange> {
        request.members { $0.request }
        Member("verb", \.verb)
        Member("member", "Whom it is about; empty for the household itself.", \.member)
        Member("changes", list: change, nil, \.changes)
    }

    private static let change = Shape<(fact: Fact, from: Facts, to: Facts)> {
        Member("fact") { $0.fact.name }
        Member("from", as: FactShapes.value) { change, _ in change.fact.json(in: change.from) }
        Member("to", as: FactShapes.value) { change, _ in change.fact.json(in: change.to) }
    }

    private static let double = Shape<DoubleEntry>(
        nil, "A person who stands in one household and is claimed by another."
    ) {
        Member("id", \.id)
        Member("member", \.member)
        Member("claimed_by", \.household)
        Member("found_at", \.foundAt)
    }

    /// What the rules of quality find.
    static let quality = Shape<RegisterQuality.Outcome> {
        Member("households", "How many were looked at.", \.households)
        Member("rules", list: rule, nil) { outcome in
            QualityRule.all.map { CountedRule(rule: $0, findings: outcome.counts[$0.name] ?? 0) }
        }
        Member("first", list: finding, "The first of what breaks them: at most 500.", \.first)
    }

    private struct CountedRule: Sendable { let rule: QualityRule, findings: Int }

    private static let rule = Shape<CountedRule> {
        Member("rule", \.rule.name)
        Member("words") { Phrase(zh: $0.rule.zh, en: $0.rule.en) }
        Member("refuses", "Whether what breaks it is refused when it is entered.", \.rule.isRefusing)
        Member("findings", \.findings)
    }

    private static let finding = Shape<RegisterQuality.Finding> {
        Member("rule", \.finding.rule)
        Member("household", \.household)
        Member("number", \.number)
        Member("fact", \.finding.fact)
        Member("words") { Phrase(zh: $0.finding.zh, en: $0.finding.en) }
    }
}

/// What waits for somebody's approval.
struct Approvals: Sendable { let requests: Queue<WaitingChange>, doubles: Queue<DoubleEntry> }

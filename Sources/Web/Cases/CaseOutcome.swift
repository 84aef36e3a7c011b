import Governance
import Rules

/// What is told after a verb: what was stored, and what follows from it.
enum CaseOutcome {
    static func words(of step: Transition<Case>, _ item: Case, _ call: Call) -> Phrase {
        let next = next(after: step.verb, item, call)
        return Phrase(zh: "已\(step.words.zh)。\(next.zh)", en: "Stored: \(step.words.en). \(next.en)")
    }

    /// Who does what next, and by when.
    static func next(after verb: CaseVerb, _ item: Case, _ call: Call) -> Phrase {
        switch verb {
        case .extend, .suspend:
            return Phrase(zh: "等领导决定；决定以前时限不变。", en: "A leader decides; until then the deadline stays.")
        case .appeal: return Phrase(zh: "等领导决定。", en: "A leader decides.")
        case .assist: return Phrase(zh: "协办单位会在“今天”里看到。", en: "The assisting person finds it under Today.")
        default: break
        }
        let due: Phrase =
            item.dueAt.map {
                Phrase(zh: "，\(call.moment($0))前办完", en: ", due \(call.moment($0))")
            } ?? Phrase(zh: "", en: "")
        let name = item.handler.flatMap { call.directory?.name(of: $0) } ?? ""
        let unit = item.unit.flatMap { call.directory?.name(of: $0) } ?? Phrase(zh: "", en: "")
        return switch item.state {
        case .reported: Phrase(zh: "等待核实立案。", en: "It waits to be verified and filed.")
        case .filed where item.needsLead:
            Phrase(zh: "等领导指定牵头单位。", en: "A leader has to name the lead.")
        case .filed: Phrase(zh: "下一步：派给单位和责任人。", en: "Next: hand it to a unit and a named person.")
        case .dispatched:
            Phrase(
                zh: "下一步：\(unit.zh)\(name)签收\(due.zh)。",
                en: "Next: \(name) of \(unit.en) accepts it\(due.en).")
        case .handling:
            Phrase(zh: "\(unit.zh)\(name)正在办\(due.zh)。", en: "\(name) of \(unit.en) is at it\(due.en).")
        case .handled:
            Phrase(zh: "下一步：由没有办过这件事的人核查。", en: "Next: somebody who did not handle it checks it.")
        case .closed where item.source.isComplaint:
            Phrase(zh: "下一步：回访反映人。", en: "Next: call the complainant back.")
        case .closed: Phrase(zh: "这件办完了。", en: "It is done.")
        case .suspended: Phrase(zh: "到期会自动恢复。", en: "It resumes by itself on its day.")
        case .declined:
            Phrase(zh: "反映人查进度时会看到原因。", en: "The complainant reads the reason when looking it up.")
        case .merged: Phrase(zh: "反映人和照片都跟着并过去了。", en: "Complainants and photos went along.")
        case .void: Phrase(zh: "", en: "")
        }
    }
}

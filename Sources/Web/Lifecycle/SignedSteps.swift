import Governance
import Rules

/// The signed steps of a procedure, drawn once for all of them: what was done, on which day, by whose hand,
/// on which paper.
enum SignedSteps {
    static func html<Step: ProcedureStep>(
        _ steps: [SignedStep<Step>], _ title: String, _ names: Directory, _ call: Call
    ) -> HTML {
        let list: HTML =
            steps.isEmpty
            ? "<p class=\"mute\">\(call.say("还没有。", "None yet."))</p>"
            : "<ul class=\"plain\">\(steps.html { line($0, names, call) })</ul>"
        return "<section class=\"sec\"><header><h2>\(title)</h2></header>\(list)</section>"
    }

    private static func line<Step: ProcedureStep>(
        _ step: SignedStep<Step>, _ names: Directory, _ call: Call
    ) -> HTML {
        // A day that is not that of writing it down is said with both.
        let written = call.zone.day(of: step.at)
        let when: String =
            written == step.day
            ? call.moment(step.at)
            : call.say(
                "\(call.day(step.day))（\(call.moment(step.at))登记）",
                "\(call.day(step.day)) (entered \(call.moment(step.at)))")
        return """
            <li><b>\(call.say(step.kind.words))</b> <span class="mute">\(when)\
            \(step.person.map { "\(separator)\(names.name(of: $0))" as HTML })</span>\
            \(step.document.isEmpty ? nil : "<br>\(step.document)" as HTML?)\
            \(step.note.isEmpty ? nil : "<br>\(step.note)" as HTML?)</li>
            """
    }
}

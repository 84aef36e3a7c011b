import Governance
import Hummingbird
import Rules

/// Saying yes or no to what waits.
enum DecisionPages {
    static func decide(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let values = try Decision.answer.read(sent)
        let id = try call.id(of: Decision.self)
        let item = try await call.write {
            try Decisions.decide(
                id, grant: values.flag("grant"), words: values["words"], by: call.actor, at: call.now, in: $0)
        }
        let next = CaseOutcome.next(after: .note, item, call)
        return call.done(
            Responses.back(to: sent["back"]),
            values.flag("grant")
                ? Phrase(zh: "已同意。\(next.zh)", en: "Granted. \(next.en)")
                : Phrase(zh: "已退回，不同意。\(next.zh)", en: "Refused. \(next.en)"))
    }

    /// What exactly is asked for: so many days, until which day.
    static func detail(_ question: Decision, _ call: Call) -> HTML {
        if let limit = TimeLimit(question.detail) { return "：\(call.limit(limit))" }
        if let day = Day(question.detail) {
            return "：\(call.say("到 \(call.day(day))", "until \(call.day(day))"))"
        }
        return .none
    }

    /// A button for each answer that the actor may give; nothing for others.
    static func buttons(_ inquiry: Inquiry<Decision>, _ call: Call) -> HTML {
        let possible = inquiry.possible
        guard !possible.isEmpty else { return .none }
        let buttons = possible.html { transition in
            PostButton(
                action: "/decisions/\(inquiry.record.id)", words: call.say(transition.words),
                fields: [
                    ("grant", transition.verb == .grant ? "1" : "0"), ("back", call.request.uri.path),
                ], style: transition.verb == .grant ? "pri" : "quiet"
            ).html(call)
        }
        return "<div class=\"btns yesno\">\(buttons)</div>"
    }
}

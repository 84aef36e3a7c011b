import Governance
import Hummingbird
import Rules

/// Saying yes or no to what waits.
enum DecisionPages {
    static func decide(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let id = try call.id(of: Decision.self)
        let grant = try answers.neededFlag("grant")
        try await call.write {
            try Decisions.decide(
                id, grant: grant, words: answers["words"], by: call.actor, at: call.now, in: $0)
        }
        return Responses.seeOther(Responses.back(to: answers["back"]))
    }

    /// What exactly is asked for: so many days, until which day.
    static func detail(_ question: Decision, _ call: Call) -> HTML {
        if let limit = TimeLimit(question.detail) { return "：\(call.limit(limit))" }
        if let day = Day(question.detail) {
            return "：\(call.say("到 \(call.day(day))", "until \(call.day(day))"))"
        }
        return .none
    }

    /// Yes and no, for whoever may decide; nothing for others.
    static func buttons(_ question: Decision, _ call: Call) -> HTML {
        let isMine = call.actor.seats.contains {
            $0.post == question.post || ($0.kind == .leader && question.kind != .appeal)
        }
        guard question.kind.isYesOrNo, call.actor.may(.decide), isMine, call.actor.person != question.askedBy
        else { return .none }
        let back = ("back", call.request.uri.path)
        return """
            <div class="btns yesno">\(PostButton(action: "/decisions/\(question.id)", words: call.say("同意", "Grant"), fields: [("grant", "1"), back], style: "pri").html(call))\
            \(PostButton(action: "/decisions/\(question.id)", words: call.say("不同意", "Refuse"), fields: [("grant", "0"), back]).html(call))</div>
            """
    }
}

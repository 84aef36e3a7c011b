import Governance
import Hummingbird
import Synchronization

/// A form that was sent and could not be taken: what was typed, and why. The page that holds the form is
/// answered again with both, whatever kind of refusal it was.
struct RefusedForm: Sendable {
    /// What was typed.
    var values: FormInput
    /// Why it could not be taken.
    var refusal: Refusal

    /// The fields that are at fault; none where the refusal is of the whole.
    var faults: [Refusal.Fault] { if case .invalid(let faults) = refusal { faults } else { [] } }
}

/// What was sent with a request, and what became of it.
final class Submission: Sendable {
    private struct State {
        var values: FormInput?, refusal: Refusal?, isShown = false
    }
    private let state = Mutex(State())

    /// Notes what was typed.
    func note(_ values: FormInput) { state.withLock { $0.values = values } }
    /// Notes that it could not be taken; what is drawn from now on shows it.
    func refuse(_ refusal: Refusal) { state.withLock { $0.refusal = refusal } }
    /// The form, if it was refused.
    var refused: RefusedForm? {
        state.withLock { state in
            state.refusal.map { RefusedForm(values: state.values ?? FormInput(), refusal: $0) }
        }
    }
    /// Whether a form was read at all.
    var isRead: Bool { state.withLock { $0.values != nil } }
    /// Whether somebody has drawn it again.
    var isShown: Bool {
        get { state.withLock { $0.isShown } }
        set { state.withLock { $0.isShown = newValue } }
    }
}

extension Call {
    /// Whether the browser thinks that it is signed in.
    var cameWithSession: Bool { request.cookies[Doors.cookie(isSecure: isSecure)] != nil }

    /// Reads what somebody sent whose session ran out meanwhile: plain fields and few of them, as it may be
    /// anybody.
    func readLeftBehind() async throws {
        let type = request.headers[.contentType] ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else { return }
        submission.note(FormInput(try FormText.fields(try await bytes(limit: 64 << 10))))
    }

    /// The refused form, if it is the one that goes to this address with these unseen fields: a page may hold
    /// many forms. Whoever asks draws it.
    func refused(_ action: String, _ unseen: [(name: String, value: String)] = []) -> RefusedForm? {
        guard let refused = submission.refused,
            action.prefix(while: { $0 != "?" && $0 != "#" }) == request.uri.path,
            unseen.allSatisfy({ refused.values.raw($0.name) == $0.value })
        else { return nil }
        submission.isShown = true
        return refused
    }

    /// What was typed into a field of the refused form, or what usually stands there: for forms that are
    /// drawn by hand.
    func typed(_ name: String, else usual: String = "") -> String {
        submission.refused.map { $0.values[name] } ?? usual
    }
    /// The faults of the refused form.
    var faults: [Refusal.Fault] { submission.refused?.faults ?? [] }
    /// The refusal and what was typed, where no form on the page shows them: above everything else.
    var refusedAside: HTML? {
        guard let refused = submission.refused, !submission.isShown else { return nil }
        let typed = refused.values.names.filter { !Self.unseen.contains($0) }
            .map { refused.values[$0] }.filter { !$0.isEmpty && ID<Case>($0) == nil }
        let kept: HTML? =
            typed.isEmpty
            ? nil
            : """
            <p>\(say("您刚才填的内容：", "What you had typed:"))</p>\
            <ul class="plain">\(typed.html { "<li class=\"quote said\">\($0)</li>" })</ul>
            """
        return "\(Self.notice(refused, self))\(kept)"
    }

    /// Never shown again: what proves who somebody is, and what a page sends along unseen.
    private static let unseen: Set = [
        "form_token", "version", "verb", "id", "password", "new", "new_password", "repeated", "code", "back",
        "longitude", "latitude", "decision", "draft", "step", "grant", "until", "then", "field", "result",
        "way", "what", "by", "kind",
        "state",
    ]

    /// Why a form could not be taken, with links to its fields; it takes the focus.
    static func notice(_ refused: RefusedForm, _ call: Call, scope: String = "") -> HTML {
        let faults = refused.faults
        guard !faults.isEmpty else {
            return """
                <div class="note errors" role="alert" tabindex="-1" id="errors"><h2>\
                \(call.say(refused.refusal.words))</h2></div>
                """
        }
        return """
            <div class="note errors" role="alert" tabindex="-1" id="errors"><h2>\
            \(call.say("请改一下再提交", "Please change this and send again"))</h2><ul>\
            \(faults.html { "<li><a href=\"#f-\(scope)\($0.field)\">\(call.say($0.words))</a></li>" })\
            </ul></div>
            """
    }
}

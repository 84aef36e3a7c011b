import Governance
import Hummingbird

/// What can be done to a record now, drawn from its life table: nothing on a page says by itself whether
/// something may happen.
enum LifecycleForms {
    /// A form for each transition that is possible, in the order of the table; nothing if none is. `action`
    /// takes them all and the unseen field `verb` tells which it is. `field` draws a field where the page
    /// knows more than its declaration: what it stands at now, whom it may name. What is `quiet` is never the
    /// page's main matter: taking something back is not what the eye should find first.
    static func html<Record: LifecycleRecord>(
        _ inquiry: Inquiry<Record>, action: String, _ call: Call,
        only wanted: (Record.Verb) -> Bool = { _ in true },
        quiet: Set<Record.Verb> = [],
        field: (FormField, Record.Verb) -> Field? = { _, _ in nil }
    ) -> [HTML] {
        inquiry.possible.filter { wanted($0.verb) }.enumerated().map { index, transition in
            let fields = transition.form.map { field($0, transition.verb) ?? $0.field(call) }
            return Form(
                action: action,
                fields: [
                    Field(name: "verb", label: "", kind: .hidden, value: transition.verb.rawValue)
                ] + fields, submit: call.say(transition.words),
                isPrimary: index == 0 && !quiet.contains(transition.verb)
            ).html(call)
        }
    }

    /// The same under one heading; nothing if nothing is possible.
    static func panel(_ forms: [HTML], _ call: Call) -> HTML? {
        forms.isEmpty
            ? nil
            : """
            <section class="panel act"><h2>\(call.say("您现在可以", "What you can do now"))</h2>\(forms)</section>
            """
    }
}

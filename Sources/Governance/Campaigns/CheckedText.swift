package import Rules

/// A scheme's text that was read and has no fault. It is read before the writer is taken: others wait for
/// that one.
package struct CheckedText<Content: Sendable>: Sendable {
    let text: String, scheme: Content

    private init(_ text: String, _ scheme: Content, _ faults: [SchemeFault]) throws {
        guard faults.isEmpty else { throw Refusal.scheme(faults) }
        (self.text, self.scheme) = (text, scheme)
    }

    /// Reads a campaign. Throws `Refusal.invalid` that names the lines.
    package init(_ text: String) throws where Content == Scheme {
        let (scheme, faults) = Scheme.read(text, .own)
        try self.init(text, scheme, faults)
    }

    /// Reads an evaluation. Throws `Refusal.invalid` that names the lines.
    package init(_ text: String) throws where Content == Evaluation {
        let (scheme, faults) = Evaluation.read(text, .own)
        try self.init(text, scheme, faults)
    }
}

/// What the public is asked, and the rates that the answers make.
package struct Survey: Sendable {
    /// The rates of the public.
    package enum Kind: String, CaseIterable, Sendable { case awareness, participation, support, satisfaction }
    /// Who is drawn to be asked.
    package enum Frame: String, CaseIterable, Sendable {
        /// Households of the register.
        case households
        /// Addresses: the points of the rounds, whoever is met there.
        case points
    }
    /// A rate: of those who answered a question, how many gave one of these answers.
    package struct Rate: Sendable {
        /// Which rate, what people call it, where it comes from.
        package var kind: Kind, title: Scheme.Words, basis: Scheme.Basis
        /// The question and the answers that count.
        package var question: String, counts: [String]
    }
    /// Its name, what people call it, where it comes from.
    package var name: String, title: Scheme.Words, basis: Scheme.Basis
    /// Who is drawn, and how many.
    package var frame: Frame, size: Int
    /// What is asked, and the rates.
    package var questions: [Scheme.Question], rates: [Rate]
}

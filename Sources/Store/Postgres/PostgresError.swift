extension StoreError {
    /// PostgreSQL's SQLSTATE in the business's terms.
    init(state: String, words: String) {
        switch state {
        case "23505": self = .duplicate(words)
        case "23503": self = .reference(words)
        case "40001", "40P01", "0A000": self = .overtaken(words)
        case "55P03": self = .busy
        case "57014": self = .slow(words)
        case "53100": self = .full(words)
        // No right to it, a read-only transaction, a character that a text cannot hold, a number out of
        // range.
        case "42501", "25006", "22021", "22P05", "22003": self = .refused(words)
        default:
            switch state.prefix(2) {
            case "23": self = .refused(words)
            case "", "08", "53", "57", "58", "XX": self = .unavailable("\(state) \(words)")
            default: self = .faulty("\(state) \(words)")
            }
        }
    }
}

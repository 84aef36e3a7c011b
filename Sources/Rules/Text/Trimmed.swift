extension String {
    /// The text without white space at its ends.
    package var trimmed: String {
        // By scalars: to take a text apart into letters costs ten times more, and most texts have nothing to
        // trim.
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.isSpace }),
            let last = scalars.lastIndex(where: { !$0.isSpace })
        else { return "" }
        let end = scalars.index(after: last)
        return start == startIndex && end == endIndex ? self : String(self[start..<end])
    }
}

extension Unicode.Scalar {
    fileprivate var isSpace: Bool {
        isASCII ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
    }
}

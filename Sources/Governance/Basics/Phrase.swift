/// Words for people in both languages. A missing translation does not compile.
package struct Phrase: Hashable, Sendable {
    /// Simplified Chinese.
    package var zh: String
    /// English.
    package var en: String
    /// Words in both languages.
    package init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }
    /// The words in one language.
    package subscript(language: Language) -> String { language == .zh ? zh : en }
    /// A proper name, or words that somebody entered: the same in every language.
    package static func asGiven(_ words: String) -> Phrase { .init(zh: words, en: words) }
}

/// A language that the product speaks.
package enum Language: String, CaseIterable, Sendable {
    case zh = "zh-CN"
    case en
}

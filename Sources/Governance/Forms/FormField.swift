/// One field of a form, declared once. The page that shows it, the API that takes it, the reading that
/// refuses what is not understood and the description of the API all ask this declaration.
package struct FormField: Sendable {
    /// One of the words of a choice, and what people call it.
    package struct Choice: Sendable {
        /// The stable word, and what people call it.
        package var word: String, words: Phrase
        /// A word.
        package init(_ word: String, _ words: Phrase) { (self.word, self.words) = (word, words) }
    }

    /// What a field points to. The page offers what there is; the verb looks it up.
    package enum Reference: String, Sendable {
        case unit, person, post, tenure, territory, category, member, objection, request
    }

    /// What a field takes.
    package enum Kind: Sendable {
        /// A text on one line, and one of several lines, of at most so many characters.
        case line(most: Int), text(most: Int)
        /// A name on one line; a code of letters, digits, dots and dashes.
        case name, code
        /// A whole number.
        case number(ClosedRange<Int>)
        /// Money: entered in yuan with at most two decimals, held in fen; the range is in fen.
        case money(ClosedRange<Int>)
        /// A share: entered in per cent with at most one decimal, held in thousandths, as the range is.
        case share(ClosedRange<Int>)
        /// A day, and a moment: one without an offset is in the office's zone.
        case day, moment
        /// So many hours or days, entered as a number and its unit.
        case duration
        /// A box to tick: not sent is no.
        case flag
        /// Yes or no, neither of them chosen for anybody.
        case yesOrNo
        /// One of a few words.
        case choice([Choice])
        /// Something that the office has.
        case reference(Reference)
        case telephone
        /// Degrees of longitude or latitude.
        case degrees
        /// A password, and a code that holds once: never shown again.
        case password, oneTimeCode
        /// Pictures, and a file of another kind.
        case photos, file
    }

    /// The name that is sent, on pages and in the API.
    package let name: String
    /// What people call it.
    package let label: Phrase
    /// What it takes.
    package let kind: Kind
    /// A line of help.
    package var hint: Phrase?
    /// Whether it has to be filled in.
    package var isRequired: Bool
    /// Names under which the API took it earlier, and still does.
    package var olderNames: [String]

    /// A field that may stay empty unless it is required.
    package init(
        _ name: String, _ zh: String, _ en: String, _ kind: Kind, isRequired: Bool = false,
        hint: Phrase? = nil, olderNames: [String] = []
    ) {
        self.init(
            name, Phrase(zh: zh, en: en), kind, isRequired: isRequired, hint: hint, olderNames: olderNames)
    }

    /// The same with a label that stands elsewhere.
    package init(
        _ name: String, _ label: Phrase, _ kind: Kind, isRequired: Bool = false, hint: Phrase? = nil,
        olderNames: [String] = []
    ) {
        (self.name, self.label, self.kind, self.hint) = (name, label, kind, hint)
        (self.isRequired, self.olderNames) = (isRequired, olderNames)
    }

    /// The same field where it has to be filled in.
    package var required: FormField {
        var field = self
        field.isRequired = true
        return field
    }
    /// The same field where it may stay empty.
    package var optional: FormField {
        var field = self
        field.isRequired = false
        return field
    }
    /// The same field with one more line of help.
    package func hinting(_ more: Phrase) -> FormField {
        var field = self
        field.hint = hint.map { Phrase(zh: $0.zh + more.zh, en: "\($0.en) \(more.en)") } ?? more
        return field
    }

    /// The name of the second input of a duration: its unit.
    package var unitName: String { "\(name)_unit" }
    /// What the names begin with, if it stands for a family of fields that something else names, such as the
    /// questions of a scheme: `q-` of `q-*`.
    package var family: String? { name.hasSuffix("*") ? String(name.dropLast()) : nil }
    /// Every name under which something for this field may be sent.
    package var names: [String] {
        if case .duration = kind { return [name, unitName] + olderNames }
        return [name] + olderNames
    }
}

extension FormField.Kind {
    /// A choice of the words of an enumeration.
    package static func choice<Word: RawRepresentable & CaseIterable>(
        of: Word.Type, _ words: (Word) -> Phrase
    ) -> Self
    where Word.RawValue == String {
        .choice(Word.allCases.map { .init($0.rawValue, words($0)) })
    }
}

extension FormField.Kind {
    /// Whether it points to something of this kind.
    package func isOf(_ what: FormField.Reference) -> Bool {
        if case .reference(let mine) = self { mine == what } else { false }
    }
}

/// A certificate number: 18 characters of an identity card (GB 11643-1999), or 20 or 22 of a disability card,
/// which are the identity number, the type (1–7), the grade (1–4) and, after a loss, `B` and how often it was
/// issued again.
package struct Certificate: Hashable, Sendable {
    /// The number as it is stored: capital letters, no spaces.
    package let text: String
    /// The day of birth that it says.
    package let birth: Day
    /// Whether it is a woman's.
    package let isFemale: Bool
    /// Type and grade of the disability; nil for an identity card.
    package let disability: (type: Int, grade: Int)?

    package static func == (one: Certificate, other: Certificate) -> Bool { one.text == other.text }
    /// One number, one hash.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The identity number in it: what tells one person from another whichever card was shown.
    package var identity: String { String(text.prefix(18)) }

    /// Why a text is no certificate number.
    package enum Fault: Error, Hashable, Sendable {
        /// It has so many characters instead of 18, 20 or 22.
        case length(Int)
        /// A character stands where only a digit may.
        case character(Character)
        /// The day of birth in it does not exist.
        case birth
        /// The eighteenth character should be another one.
        case checkDigit(expected: Character)
        /// The part after the identity number names no type, grade or new issue.
        case disability
    }

    /// Reads a number; full-width digits, spaces and a small x are taken as meant.
    package init(_ raw: String) throws(Fault) {
        let characters = raw.compactMap(Self.plain)
        guard [18, 20, 22].contains(characters.count) else { throw .length(characters.count) }
        var digits: [Int] = []
        for character in characters.prefix(17) {
            // Only plain digits: 万 and 京 have a value, too, and more of it than a digit's place can hold.
            guard character.isASCII, let digit = character.wholeNumberValue else {
                throw .character(character)
            }
            digits.append(digit)
        }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        guard let day = Day(year: number(6..<10), month: number(10..<12), day: number(12..<14)),
            number(6..<10) >= 1850
        else { throw .birth }
        let expected = Self.checkCharacter(of: digits)
        guard characters[17] == expected else { throw .checkDigit(expected: expected) }
        if characters.count > 18 {
            guard let type = characters[18].wholeNumberValue, (1...7).contains(type),
                let grade = characters[19].wholeNumberValue, (1...4).contains(grade),
                characters.count == 20 || characters[20] == "B" && characters[21].isNumber
            else { throw .disability }
            disability = (type, grade)
        } else {
            disability = nil
        }
        (text, birth, isFemale) = (String(characters), day, digits[16] % 2 == 0)
    }

    /// The eighteenth character for the first seventeen digits: ISO 7064, MOD 11-2.
    package static func checkCharacter(of digits: [Int]) -> Character {
        let sum = digits.reduce(0) { ($0 + $1) * 2 % 11 }
        let check = (12 - sum) % 11
        return check == 10 ? "X" : Character(String(check))
    }

    /// A character as it is stored; nil for a space.
    private static func plain(_ character: Character) -> Character? {
        if character.isWhitespace || character == "'" { return nil }
        guard let scalar = character.unicodeScalars.first else { return nil }
        // Full-width forms stand 0xFEE0 above their plain ones.
        let value = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
        // Some letters have two capitals, such as ß: what is no ASCII stays what it is.
        guard value < 0x80, let plain = UnicodeScalar(value) else { return character }
        return (0x61...0x7A).contains(value)
            ? UnicodeScalar(value - 0x20).map { Character($0) } : Character(plain)
    }
}

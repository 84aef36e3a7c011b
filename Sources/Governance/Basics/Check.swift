import Rules

/// The plain checks that many fields share.
package enum Check {
    /// A text without control characters, trimmed, of 1 to `most` characters.
    package static func text(_ text: String?, field: String, most: Int, label: Phrase? = nil) throws -> String
    {
        let trimmed = (text ?? "").trimmed
        let name = label ?? Phrase(zh: "这一项", en: "This field")
        guard !trimmed.isEmpty else {
            throw Refusal.invalid(field, zh: "\(name.zh)没有填。", en: "\(name.en) is empty. Please fill it in.")
        }
        // Counting characters is slow: so many bytes are never too long, and so many always.
        guard trimmed.utf8.count <= most || trimmed.utf8.count <= most * 12 && trimmed.count <= most else {
            throw Refusal.invalid(
                field, zh: "\(name.zh)太长，最多 \(most) 个字。",
                en: "\(name.en) is too long: at most \(most) characters.")
        }
        guard trimmed.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 })
        else {
            throw Refusal.invalid(
                field, zh: "\(name.zh)里有看不见的控制字符，请去掉。",
                en: "\(name.en) contains invisible control characters.")
        }
        // Signs that turn the direction of writing make a text read as what it is not.
        guard
            trimmed.utf8.allSatisfy({ $0 < 0xE2 })
                || !trimmed.unicodeScalars.contains(where: {
                    (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value)
                })
        else {
            throw Refusal.invalid(
                field, zh: "\(name.zh)里有改变文字方向的控制字符，请去掉。",
                en: "\(name.en) contains signs that turn the direction of writing.")
        }
        return trimmed
    }

    /// A text that may be empty.
    package static func optionalText(_ text: String?, field: String, most: Int, label: Phrase? = nil) throws
        -> String
    {
        let isEmpty = (text ?? "").allSatisfy(\.isWhitespace)
        return isEmpty ? "" : try Check.text(text, field: field, most: most, label: label)
    }

    /// A name of 1 to 80 characters on one line.
    package static func name(_ text: String?, field: String) throws -> String {
        let name = try Check.text(text, field: field, most: 80)
        guard !name.contains(where: \.isNewline) else {
            throw Refusal.invalid(field, zh: "名称请写在一行里。", en: "A name stands on one line.")
        }
        return name
    }

    /// A code of 1 to 40 letters, digits, dots, dashes or underscores.
    package static func code(_ text: String?, field: String) throws -> String {
        let code = (text ?? "").trimmed
        guard (1...40).contains(code.utf8.count),
            code.utf8.allSatisfy({
                $0 < 128
                    && (Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber
                        || [45, 46, 95].contains($0))
            })
        else {
            throw Refusal.invalid(
                field, zh: "代码用 1–40 个字母、数字、点、横线。", en: "A code is 1–40 letters, digits, dots or dashes.")
        }
        return code
    }

    /// The digits of a telephone number, so that two ways of writing it are the same.
    static func digits(of phone: String) -> String {
        let digits = phone.filter { $0.isASCII && $0.isNumber }
        return digits.count == 13 && digits.hasPrefix("86") ? String(digits.dropFirst(2)) : digits
    }

    /// A telephone number of 5 to 20 digits, spaces, plus or dashes; empty if none was given.
    package static func phone(_ text: String?, field: String) throws -> String {
        let phone = (text ?? "").filter { !$0.isWhitespace }
        if phone.isEmpty { return "" }
        let digits = phone.filter { $0.isASCII && $0.isNumber }
        guard (5...20).contains(digits.count), phone.count <= 24,
            phone.allSatisfy({ $0.isASCII && ($0.isNumber || "+-".contains($0)) })
        else {
            throw Refusal.invalid(
                field, zh: "电话号码不对，请只写数字。", en: "This is not a telephone number. Digits only, please.")
        }
        return phone
    }

    /// `138****2046`: what people see of a number until they say why they need it.
    package static func masked(_ phone: String) -> String {
        guard phone.count > 7 else { return String(repeating: "*", count: phone.count) }
        return phone.prefix(3) + String(repeating: "*", count: phone.count - 7) + phone.suffix(4)
    }
}

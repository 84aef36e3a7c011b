import Rules

/// Hiding what tells who somebody is inside a text that people wrote: telephone, identity and account numbers
/// by rule, names as a proposal that a person confirms.
package enum Masking {
    /// So many digits in a row are a telephone, an identity or an account: shorter ones are house numbers,
    /// years and sums.
    private static let leastDigits = 7

    /// One digit as people write it: ASCII, full width, or Chinese (幺 is said for one in telephone numbers).
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "０"..."９": true
        case "〇", "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "幺": true
        default: false
        }
    }
    /// What people put between the digits of one number.
    private static func isGap(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x2D, 0x2E, 0x28, 0x29, 0x3000, 0xFF08, 0xFF09, 0xFF0D, 0x2010...0x2015, 0x2212, 0xB7,
            0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069,
            0xFEFF:
            true
        default: false
        }
    }

    /// The text with every number of seven digits or more shown by its first three only, whatever stands
    /// between its digits. A day such as 2019-09-18 and a case number such as CQL-2019-000147 are nobody's
    /// and stay.
    package static func numbers(in text: String) -> String {
        // Most texts hold no number at all: they are not taken apart.
        guard text.unicodeScalars.count(where: isDigit) >= leastDigits else { return text }
        let scalars = Array(text.unicodeScalars)
        var (out, index, isChanged) = (String.UnicodeScalarView(), 0, false)
        while index < scalars.count {
            guard isDigit(scalars[index]) else {
                out.append(scalars[index])
                index += 1
                continue
            }
            // A number goes on over at most two signs between its digits; the last digit ends it.
            var (end, digits, look, gap) = (index + 1, 1, index + 1, 0)
            while look < scalars.count {
                if isDigit(scalars[look]) {
                    (digits, gap, end) = (digits + 1, 0, look + 1)
                } else if isGap(scalars[look]), gap < 2 {
                    gap += 1
                } else {
                    break
                }
                look += 1
            }
            let run = scalars[index..<end]
            if digits >= leastDigits, !isDay(run), !isCaseNumber(run, before: scalars[..<index]) {
                out.append(contentsOf: shortened(run))
                // The check digit of an identity number may be an X.
                if end < scalars.count, digits >= 17, ["X", "x", "Ｘ"].contains(scalars[end]) { end += 1 }
                isChanged = true
            } else {
                out.append(contentsOf: run)
            }
            index = end
        }
        return isChanged ? String(out) : text
    }

    private static func shortened(_ run: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var shown = 0
        return run.compactMap { scalar in
            guard isDigit(scalar) else { return shown < 3 ? scalar : nil }
            shown += 1
            return shown <= 3 ? scalar : "*"
        }
    }

    /// `2019-09-18` or `20190918`, perhaps with a time behind it.
    private static func isDay(_ run: ArraySlice<Unicode.Scalar>) -> Bool {
        let text = String(String.UnicodeScalarView(run))
        return text.wholeMatch(of: #/(19|20)\d\d([-.]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])( \d{1,2})?/#)
            != nil
    }

    /// The digits behind letters and a dash: the office's own numbers.
    private static func isCaseNumber(_ run: ArraySlice<Unicode.Scalar>, before: ArraySlice<Unicode.Scalar>)
        -> Bool
    {
        guard before.last == "-", before.dropLast().last?.properties.isAlphabetic == true else {
            return false
        }
        return String(String.UnicodeScalarView(run)).wholeMatch(of: #/(19|20)\d\d-\d{6}/#) != nil
    }

    /// The text with known names taken out, and the numbers. A name of one letter is not looked for: it
    /// stands in too many words.
    package static func numbers(in text: String, and names: [String]) -> String {
        var text = text
        // The longest first: a name may stand inside another.
        for name in names.map(\.trimmed).filter({ $0.count >= 2 }).sorted(by: { $0.count > $1.count })
        where text.contains(name) {
            text = text.replacing(name, with: "某某")
        }
        return numbers(in: text)
    }

    /// A proposal: the numbers, and what stands where people say their names or their doors. Somebody
    /// confirms it, as no rule knows every name.
    package static func proposal(for text: String, names: [String]) -> String {
        var out = numbers(in: text, and: names)
        out = out.replacing(
            #/(我叫|我是|本人姓名|本人|姓名[:：]?|联系人[:：]?|反映人[:：]?|举报人[:：]?|投诉人[:：]?)(\p{Han}{2,4}?)(?=[，,。；;、！!\s（(]|电话|手机|住|是|家|$)/#
        ) { found in
            isCommonWord(String(found.2)) ? String(found.0) : found.1 + "某某"
        }
        // A flat tells who lives there: 3号楼2单元501.
        return out.replacing(#/(\d{1,3}(?:号楼|栋|幢)(?:\d{1,2}单元)?)\s?\d{1,4}(?:室|号|户)?/#) { "\($0.1)**" }
    }

    /// What people say they are without giving a name.
    private static func isCommonWord(_ text: String) -> Bool {
        [
            "业主", "居民", "住户", "租户", "老人", "群众", "市民", "家长", "学生", "商户", "村民", "这里", "小区", "本地", "路过", "一名",
            "一个", "附近",
        ].contains {
            text.hasPrefix($0) || text.hasSuffix($0)
        }
    }
}

import Foundation
package import Rules
import Store

/// How values of facts are read from what people write and shown to them again.
extension Fact {
    /// Reads what somebody wrote; empty is unknown. Throws `Refusal.invalid` under the fact's name. Secrets
    /// are only checked here: who stores them seals them.
    func read(_ written: String) throws -> Value {
        let text = written.trimmed
        if text.isEmpty || text == "-" || text == "无数据" { return .null }
        // What an export masked says nothing.
        if isSecret, text.allSatisfy({ $0 == "*" }) { return .null }
        switch kind {
        case .text(let most): return .text(try Check.text(text, field: name, most: most, label: words))
        case .choice(let choices):
            guard
                let found = choices.first(where: {
                    $0.word == text || $0.words.zh == text || $0.words.en == text || $0.also.contains(text)
                })
            else {
                throw refusal(
                    "“\(text)”不认识，应为 \(choices.map(\.words.zh).joined(separator: "、"))",
                    "“\(text)” is not one of \(choices.map(\.words.en).joined(separator: ", "))")
            }
            return .text(found.word)
        case .number(let range, let unit):
            let plain = text.replacing(",", with: "").replacing("，", with: "")
            guard let number = Double(plain).flatMap({ $0.isFinite ? $0.rounded() : nil }),
                number >= Double(range.lowerBound),
                number <= Double(range.upperBound)
            else {
                throw refusal(
                    "“\(text)”不对，应为 \(range.lowerBound)–\(range.upperBound) \(unit.zh)",
                    "“\(text)” is not \(range.lowerBound)–\(range.upperBound) \(unit.en)")
            }
            return .integer(Int64(number))
        case .day:
            guard let day = Day(written: text) else {
                throw refusal("“\(text)”不是日期，应为 2019-08-01 的样子", "“\(text)” is not a date like 2019-08-01")
            }
            return .text(day.description)
        case .flag:
            switch text.lowercased() {
            case "是", "有", "1", "yes", "true", "on", "√", "已解决", "已参加": return .integer(1)
            case "否", "无", "0", "no", "false", "off", "×", "未解决", "未参加": return .integer(0)
            default: throw refusal("“\(text)”不认识，应为 是 或 否", "“\(text)” is neither yes nor no")
            }
        case .certificate: return .text(try certificate(text).text)
        case .secret: return .text(try Check.phone(text, field: name))
        case .inner: return .text(text)
        }
    }

    private func refusal(_ zh: String, _ en: String) -> Refusal {
        .invalid(name, zh: "\(words.zh)：\(zh)。", en: "\(words.en): \(en).")
    }

    private func certificate(_ text: String) throws -> Certificate {
        if text.uppercased().contains("E+") {
            throw refusal(
                "在表里是数字格式，后几位已经丢了；请把这一列改成文本再填",
                """
                it was kept as a number and has lost its last digits; make the column text and enter it \
                again
                """
            )
        }
        do { return try Certificate(text) } catch {
            switch error {
            case .length(let count):
                throw refusal(
                    "有 \(count) 位，应为 18 位（残疾证 20 或 22 位）",
                    "it has \(count) characters instead of 18 (20 or 22 of a disability card)")
            case .character(let character):
                throw refusal(
                    "前 17 位里有“\(character)”，只能是数字", "“\(character)” stands among the first 17 digits")
            case .birth: throw refusal("里面的出生日期不存在", "the day of birth in it does not exist")
            case .checkDigit(let expected):
                throw refusal(
                    "校验位不对，按前 17 位算应为 \(expected)，请核对哪一位写错了",
                    "the check digit should be \(expected): some digit is wrong")
            case .disability:
                throw refusal(
                    "残疾类别（1–7）或等级（1–4）不对", "the type (1–7) or grade (1–4) of the disability is wrong")
            }
        }
    }

    /// What people see of a value that is no secret; empty if it is unknown.
    package func shown(_ facts: Facts, _ language: Language) -> String {
        switch (kind, facts[raw: name]) {
        case (.choice(let choices), .text(let word)):
            choices.first { $0.word == word }?.words[language] ?? word
        case (.flag, .integer(let flag)):
            (flag == 0 ? Phrase(zh: "否", en: "no") : Phrase(zh: "是", en: "yes"))[language]
        case (.number(_, let unit), .integer(let number)):
            unit[language].isEmpty ? "\(number)" : "\(number) \(unit[language])"
        case (_, .integer(let number)): "\(number)"
        case (_, .text(let text)): text
        default: ""
        }
    }

    /// A value as tables hold it: the Chinese word, the bare number.
    func tabled(_ value: Value) -> String {
        switch (kind, value) {
        case (.choice(let choices), .text(let word)): choices.first { $0.word == word }?.words.zh ?? word
        case (.flag, .integer(let flag)): flag == 0 ? "否" : "是"
        case (_, .integer(let number)): "\(number)"
        case (_, .text(let text)): text
        default: ""
        }
    }
}

extension Day {
    /// A day as people write it: 2019-08-01, 2019/8/1, 2019.8.1, 20190801, 2019年8月1日, 2019年8月, 2019, or the
    /// serial number that spreadsheets keep (days since 30 December 1899).
    package init?(written text: String) {
        let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
        let isPlain = text.allSatisfy { $0.isASCII && $0.isNumber }
        if isPlain, text.count == 8, let number = Int(text) {
            self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
        } else if isPlain, text.count == 5, let serial = Int(text), serial > 5_000 {
            self.init(number: serial - 25_569)
        } else if text.contains(where: { !$0.isNumber && !"年月日号-/. T:".contains($0) }) {
            return nil
        } else if let year = parts.first, (1850...2200).contains(year), parts.count <= 3 || text.contains(":")
        {
            self.init(year: year, month: parts.count > 1 ? parts[1] : 1, day: parts.count > 2 ? parts[2] : 1)
        } else {
            return nil
        }
    }
}

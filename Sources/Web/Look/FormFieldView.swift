import Governance
import Rules

/// A declared field as it stands on a page.
extension FormField {
    /// The field. `value` is what stands in it, as the office holds it: fen, thousandths, `5 work_days`.
    /// `choices` are what a reference may point to, where the page knows better than the office's lists.
    func field(
        _ call: Call, value: String = "", choices: [Field.Choice]? = nil, label: String? = nil,
        hint: String? = nil
    ) -> Field {
        Field(
            name: name, label: label ?? call.say(self.label), kind: kind(choices, call), value: shown(value),
            hint: hint ?? self.hint.map { call.say($0) } ?? unit(call), isRequired: isRequired)
    }

    private func kind(_ choices: [Field.Choice]?, _ call: Call) -> Field.Kind {
        if let choices { return .select(choices) }
        switch kind {
        case .line, .name, .code: return .line
        case .text: return .text
        case .number: return .number
        case .money, .share, .degrees: return .decimal
        case .day: return .day
        case .moment: return .moment
        case .duration:
            return .duration(
                TimeLimit.Unit.allCases.map { .init(value: $0.rawValue, words: call.say($0.words)) })
        case .flag: return .flag
        case .yesOrNo:
            return .options([
                .init(value: "yes", words: call.say("是", "Yes")),
                .init(value: "no", words: call.say("否", "No")),
            ])
        case .choice(let choices):
            return .select(choices.map { .init(value: $0.word, words: call.say($0.words)) })
        case .reference(let what): return .select(offered(what, call))
        case .telephone: return .telephone
        case .password: return .password
        case .oneTimeCode: return .code
        case .photos: return .photos
        case .file: return .file
        }
    }

    /// What the office has of it; nothing where only the page can know.
    private func offered(_ what: Reference, _ call: Call) -> [Field.Choice] {
        guard let names = call.directory else { return [] }
        return switch what {
        case .unit: Choices.units(names, call)
        case .territory: Choices.territories(names)
        case .category: Choices.categories(names, call)
        default: []
        }
    }

    private func shown(_ value: String) -> String {
        switch kind {
        case .money: Int(value).map { Self.decimal($0, places: 2) } ?? value
        case .share: Int(value).map { Self.decimal($0, places: 1) } ?? value
        case .yesOrNo: value == "1" ? "yes" : value == "0" ? "no" : value
        default: value
        }
    }

    /// What a bare number is counted in.
    private func unit(_ call: Call) -> String {
        switch kind {
        case .money: call.say("单位：元", "In yuan")
        case .share: call.say("单位：%", "In per cent")
        case .photos:
            call.say(
                "最多 \(Photo.most) 张；照片里的位置信息不保存",
                "At most \(Photo.most); the place that a phone writes into them is not kept")
        default: ""
        }
    }
}

extension TimeLimit.Unit {
    /// What is counted, as it stands behind a number.
    var words: Phrase {
        switch self {
        case .urgentHours: Phrase(zh: "小时（昼夜连续）", en: "hours, day and night")
        case .workHours: Phrase(zh: "个工作小时", en: "work hours")
        case .workDays: Phrase(zh: "个工作日", en: "work days")
        case .calendarDays: Phrase(zh: "天（自然日）", en: "calendar days")
        }
    }
}

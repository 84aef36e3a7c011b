import Governance
import Rules

/// Each rule of a campaign as a sentence, beside its basis: made from what the scheme says, so that nobody
/// has to read YAML.
enum CampaignRules {
    static func html(_ campaign: Campaign, _ call: Call) -> HTML {
        // A duty that comes back every week is one rule.
        var told: Set<String> = []
        let duties = campaign.scheme.duties.filter { told.insert($0.series?.name ?? $0.name).inserted }
        return """
            <section class="sec"><header><h2>\(call.say("规定和依据", "Rules and their basis"))</h2></header>\
            <ul class="plain">\(duties.html { duty in
            """
                <li><b>\(sentence(duty, call))</b><br><span class="mute sm">\
                \(call.say(duty.basis.article.phrase))：\(call.say(duty.basis.says.phrase))</span></li>
                """
            })\(campaign.scheme.raises.html { rule in
            "<li><b>\(call.say("走访答“\(answers(rule, campaign, call))”，就立一件“\(rule.title.zh)”", "The answer “\(answers(rule, campaign, call))” raises a case “\(rule.title.en)”"))</b><br><span class=\"mute sm\">\(call.say(rule.basis.article.phrase))：\(call.say(rule.basis.says.phrase))</span></li>"
            })</ul><p class="mute">\(call.say("依据：", "Basis: "))\(call.say(campaign.scheme.document.phrase))</p></section>
            """
    }

    /// A duty as a sentence, made from what the scheme says.
    private static func sentence(_ duty: Scheme.Duty, _ call: Call) -> String {
        let who = duty.posts.compactMap { PostKind(rawValue: $0).map { call.say($0.words) } }.joined(
            separator: call.say("、", ", "))
        let share =
            duty.share == 1000
            ? call.say("每一处", "every one")
            : call.say(
                "\(duty.share / 10)% 以上（\(rounding(duty.rounding).zh)）",
                "at least \(duty.share / 10) % (\(rounding(duty.rounding).en))")
        guard case .households(let scope, let villages, let kindWords) = duty.subject else {
            let (until, every) = (
                duty.series?.until ?? duty.until, duty.series == nil ? ("", "") : ("每周", " every week")
            )
            return call.say(
                "\(call.day(duty.from))至\(call.day(until))，\(who)\(every.0)巡查辖区内的点位：\(share)。",
                """
                From \(call.day(duty.from)) to \(call.day(until)) the \(who) walks to the points of the \
                area\(every.1): \(share).
                """
            )
        }
        let kinds = kindWords.map { word in
            guard case .choice(let choices)? = FactList.household["kind"]?.kind,
                let found = choices.first(where: { $0.word == word })
            else { return word }
            return call.say(found.words)
        }.joined(separator: call.say("、", " and "))
        let place: Phrase =
            switch (scope, villages) {
            case (.territory, .poor): Phrase(zh: "本辖区贫困村", en: "in the poor villages of the area")
            case (.territory, .other): Phrase(zh: "本辖区非贫困村", en: "in the other villages of the area")
            case (.territory, .any): Phrase(zh: "本辖区", en: "of the area")
            case (.supported, _): Phrase(zh: "定点帮扶村", en: "of the supported villages")
            case (.helped, _): Phrase(zh: "所帮扶", en: "that the post helps")
            }
        return call.say(
            """
            \(call.day(duty.from))至\(call.day(duty.until))，\(who)走访\(place.zh)的\(kinds)：\
            \(duty.share == 1000 ? "每一户" : share)。
            """,
            """
            From \(call.day(duty.from)) to \(call.day(duty.until)) the \(who) visits the \(kinds) \
            households \(place.en): \(share).
            """
        )
    }

    private static func rounding(_ rounding: Scheme.Rounding) -> Phrase {
        switch rounding {
        case .up: Phrase(zh: "不足一户的进一", en: "rounded up")
        case .down: Phrase(zh: "不足一户的舍去", en: "rounded down")
        case .nearest: Phrase(zh: "四舍五入", en: "rounded to the nearest")
        }
    }

    private static func answers(_ rule: Scheme.Raise, _ campaign: Campaign, _ call: Call) -> String {
        rule.when.map { name, words in
            let question = campaign.scheme.questions.first { $0.name == name }
            let shown = words.map { word in
                if case .choice(let choices)? = question?.kind,
                    let found = choices.first(where: { $0.word == word })
                {
                    return call.say(found.words.phrase)
                }
                return word == "yes" ? call.say("是", "yes") : word == "no" ? call.say("否", "no") : word
            }
            return
                """
                \(question.map { call.say($0.label.phrase) } ?? name) \
                \(shown.joined(separator: call.say("或", " or ")))
                """
        }.joined(separator: call.say("，", ", "))
    }
}

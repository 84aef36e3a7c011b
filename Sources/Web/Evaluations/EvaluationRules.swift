import Governance
import Rules

/// Each rule of an evaluation as a sentence beside its basis, made from what the scheme says.
enum EvaluationRules {
    static func html(_ scheme: Evaluation, _ call: Call) -> HTML {
        """
        <p class="mute">\(call.say("依据：", "Basis: "))\(call.say(scheme.document.phrase))</p>\
        <div class="scroll" tabindex="0" role="region" \
        aria-label="\(call.say("规定和依据", "Rules and their basis"))"><table><thead><tr><th scope="col">\
        \(call.say("依据", "Basis"))</th><th scope="col">\(call.say("规定", "Rule"))</th></tr></thead><tbody>\
        \(scheme.layers.html { line(layer($0, call), $0.basis, call) })\
        \(scheme.indicators.html { line(indicator($0, call), $0.basis, call) })\
        \(scheme.scores.html { line(score($0, scheme, call), $0.basis, call) })\
        \(scheme.ranks.html { line(rank($0, scheme, call), $0.basis, call) })\
        \(scheme.incentives.html { line(incentive($0, scheme, call), $0.basis, call) })\
        \(scheme.deadlines.html { line(deadline($0, call), $0.basis, call) })</tbody></table></div>
        """
    }

    private static func line(_ sentence: String, _ basis: Evaluation.Basis, _ call: Call) -> HTML {
        """
        <tr><td>\(call.say(basis.article.phrase))<br><span class="mute sm">\
        \(call.say(basis.says.phrase))</span></td><th scope="row">\(sentence)</th></tr>
        """
    }

    private static func layer(_ layer: Evaluation.Layer, _ call: Call) -> String {
        func kind(_ name: String) -> Phrase { JudgedKind(rawValue: name)?.words ?? .asGiven(name) }
        let who: Phrase =
            switch layer.team {
            case .own(let name):
                Phrase(zh: "由所在\(kind(name).zh)评", en: "judged by its own \(kind(name).en.lowercased())")
            case .another(let name):
                Phrase(zh: "由别的\(kind(name).zh)评", en: "judged by another \(kind(name).en.lowercased())")
            case .office: Phrase(zh: "由本机构评", en: "judged by the office itself")
            }
        return call.say(
            "\(layer.title.zh)：\(who.zh)；谁都不评自己这条线，交卷前看不到别人的结果。",
            """
            \(layer.title.en): \(who.en); nobody judges the own line or sees other results before \
            handing in.
            """
        )
    }

    private static func indicator(_ indicator: Evaluation.Indicator, _ call: Call) -> String {
        let what: Phrase =
            switch indicator.source {
            case .figure(let name, _): JudgedFigure(rawValue: name)?.words ?? .asGiven(name)
            case .checks: Phrase(zh: "抽查属实的 ÷ 抽查的", en: "found right ÷ looked at")
            case .marks(let most):
                Phrase(zh: "打分，满分 \(most)，写明理由", en: "marked from 0 to \(most), with a reason")
            }
        let nothing: Phrase =
            switch indicator.whenNothingIsDue {
            case .full: Phrase(zh: "没有应做的算满分", en: "full where nothing is due")
            case .none: Phrase(zh: "没有应做的算零分", en: "nothing where nothing is due")
            case .leave: Phrase(zh: "没有应做的不算这项", en: "left out where nothing is due")
            }
        let lower = indicator.isLowerBetter ? call.say("，越低越好", ", the lower the better") : ""
        return
            """
            \(call.say(indicator.title.phrase))\(call.say("：", ": "))\(call.say(what))\(lower)\
            \(call.say("；", "; "))\(call.say(nothing))\(call.say("。", "."))
            """
    }

    private static func title(_ name: String, _ scheme: Evaluation, _ call: Call) -> String {
        let words =
            scheme.indicators.first { $0.name == name }?.title ?? scheme.scores.first { $0.name == name }?
            .title
            ?? scheme.ranks.first { $0.name == name }?.title
        return words.map { call.say($0.phrase) } ?? name
    }

    private static func score(_ score: Evaluation.Score, _ scheme: Evaluation, _ call: Call) -> String {
        let name = call.say(score.title.phrase)
        var words: String
        switch score.way {
        case .points(let items):
            let parts = items.map { "\(title($0.item, scheme, call)) \($0.most)" }.joined(
                separator: call.say("、", ", "))
            words = call.say("\(name)：\(parts)，一共 100 分", "\(name): \(parts); 100 points in all")
        case .mean(let inner):
            words = call.say(
                "\(name)：“\(title(inner, scheme, call))”的平均",
                "\(name): the mean of “\(title(inner, scheme, call))”")
        }
        for off in score.deductions {
            words += call.say(
                "；\(title(off.indicator, scheme, call))每件扣 \(off.each) 分，最多扣 \(off.most) 分",
                """
                ; \(off.each) points off for each “\(title(off.indicator, scheme, call))”, \(off.most) \
                at most
                """
            )
        }
        let rounding: Phrase =
            switch score.rounding {
            case .up: Phrase(zh: "进一", en: "rounded up")
            case .down: Phrase(zh: "舍去", en: "rounded down")
            case .nearest: Phrase(zh: "四舍五入", en: "rounded to the nearest")
            }
        words += call.say(
            "；每项\(rounding.zh)到 \(score.places) 位小数，最低 \(score.floor) 分",
            "; each line \(rounding.en) to \(score.places) digits, \(score.floor) at least")
        return words + call.say("。", ".")
    }

    private static func rank(_ rank: Evaluation.Rank, _ scheme: Evaluation, _ call: Call) -> String {
        let within =
            JudgedKind(rawValue: rank.within).map {
                call.say("在每个\($0.words.zh)里", " inside each \($0.words.en.lowercased())")
            } ?? ""
        let ties: Phrase =
            switch rank.ties {
            case .better: Phrase(zh: "并列的都取较前的名次", en: "equals share the better place")
            case .worse: Phrase(zh: "并列的都取较后的名次", en: "equals share the worse place")
            case .mean: Phrase(zh: "并列的取平均名次", en: "equals share the mean place")
            case .dense: Phrase(zh: "并列的同名次、后面不空", en: "equals share a place without gaps")
            }
        let inside: Phrase =
            rank.inside == .share
            ? Phrase(zh: "误差以内的同名次", en: "inside the interval they share a place")
            : Phrase(zh: "误差以内也排", en: "the interval is passed over")
        let then = rank.thenBy.map { title($0, scheme, call) }.joined(separator: call.say("、", ", "))
        let thenWords = then.isEmpty ? "" : call.say("，相同看\(then)", ", then by \(then)")
        return call.say(
            """
            \(rank.title.zh)：按“\(title(rank.by, scheme, call))”\(within)排\(thenWords)；\(ties.zh)，\
            \(inside.zh)，不到 \(rank.minimum) 个不排。
            """,
            """
            \(rank.title.en): ordered by “\(title(rank.by, scheme, call))”\(within)\(thenWords); \
            \(ties.en), \(inside.en), none of fewer than \(rank.minimum).
            """
        )
    }

    private static func incentive(_ rule: Evaluation.Incentive, _ scheme: Evaluation, _ call: Call) -> String
    {
        let order = title(rule.rank, scheme, call)
        let who: String =
            switch rule.taking {
            case .first(let count): call.say("“\(order)”的前 \(count) 名", "the first \(count) of “\(order)”")
            case .share(let share, let rounding, let least):
                call.say(
                    "“\(order)”的前 \(share / 10)%（\(word(rounding).zh)，至少 \(least) 个）",
                    "the first \(share / 10) % of “\(order)” (\(word(rounding).en), \(least) at least)")
            case .last(let count): call.say("“\(order)”的后 \(count) 名", "the last \(count) of “\(order)”")
            case .lastShare(let share, let rounding, let least):
                call.say(
                    "“\(order)”的后 \(share / 10)%（\(word(rounding).zh)，至少 \(least) 个）",
                    "the last \(share / 10) % of “\(order)” (\(word(rounding).en), \(least) at least)")
            case .below(let points):
                call.say("“\(order)”里不到 \(points) 分的", "those of “\(order)” below \(points) points")
            case .everyone(let kinds):
                call.say(
                    "每个\(kinds.compactMap { JudgedKind(rawValue: $0)?.words.zh }.joined(separator: "、"))",
                    "every \(kinds.compactMap { JudgedKind(rawValue: $0)?.words.en.lowercased() }.joined(separator: ", "))"
                )
            }
        let least = rule.onlyIfAtLeast.map { call.say("，至少 \($0) 分", ", with \($0) points at least") } ?? ""
        let cut =
            rule.rank.isEmpty
            ? ""
            : rule.cut == .all
                ? call.say("，线上并列的都算", ", equals at the cut all")
                : call.say("，线上并列的都不算", ", equals at the cut none")
        return
            """
            \(call.say(rule.title.phrase))\(call.say("：", ": "))\(who)\(least)\(cut)\
            \(call.say("，", ", "))\
            \(rule.gifts.map { gift($0, call) }.joined(separator: call.say("，", ", ")))\
            \(call.say("。", "."))
            """
    }

    private static func word(_ rounding: Scheme.Rounding) -> Phrase {
        switch rounding {
        case .up: Phrase(zh: "不足一个的进一", en: "rounded up")
        case .down: Phrase(zh: "不足一个的舍去", en: "rounded down")
        case .nearest: Phrase(zh: "四舍五入", en: "rounded to the nearest")
        }
    }

    private static func gift(_ gift: Evaluation.Incentive.RewardItem, _ call: Call) -> String {
        let posts = gift.posts.compactMap { PostKind(rawValue: $0).map { call.say($0.words) } }.joined(
            separator: call.say("、", ", "))
        let kind = call.say(gift.kind.phrase)
        let amounts = gift.yuan.map {
            gift.yuan.count == 1
                ? "\($0.yuan)" : call.say("\($0.from) 起 \($0.yuan)", "\($0.yuan) from \($0.from)")
        }.joined(
            separator: call.say("、", ", "))
        return switch gift.kind {
        case .workFunds: call.say("\(kind) \(amounts) 元", "\(kind): \(amounts) yuan")
        case .bonus:
            call.say("\(posts)每人\(kind) \(amounts) 元", "\(kind) of \(amounts) yuan each for \(posts)")
        case .check, .accountability: call.say("\(kind)（\(posts)）", "\(kind.lowercased()) (\(posts))")
        case .recommendation:
            call.say(
                "\(kind) \(gift.seats) 人，经考核", "\(kind.lowercased()) of \(gift.seats), after an assessment")
        case .commendation: kind
        }
    }

    private static func deadline(_ deadline: Evaluation.Deadline, _ call: Call) -> String {
        let name = call.say(deadline.title.phrase)
        return switch deadline.end {
        case .by(let day): call.say("\(name)：\(call.day(day))以前。", "\(name): by \(call.day(day)).")
        case .within(let limit):
            call.say("\(name)：\(call.limit(limit))以内。", "\(name): within \(call.limit(limit)).")
        }
    }
}

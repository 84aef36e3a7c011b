import Governance
import Hummingbird
import Rules

/// A survey: the questionnaire that a resident opens by the QR code of a letter, the letters themselves, and
/// the rates.
enum SurveyPages {
    // The resident.

    static func form(_ call: Call) async throws -> Response {
        let token = call.part("token")
        guard
            let (_, item, survey) = try await call.read({
                try Surveys.item(token, of: call.actor.county, in: $0)
            })
        else { throw Refusal.notFound }
        let form = Form(
            action: "/survey/\(token)?county=\(call.actor.county.code)",
            fields: survey.questions.map { $0.field(answerPrefix).field(call) },
            submit: call.say("交", "Send"))
        let body: HTML =
            item.foundAt != nil
            ? "<p class=\"lead\">\(call.say("这份问卷已经收到，谢谢。", "The questionnaire has been received. Thank you."))</p>"
            : """
            <p class="lead">\(call.say("您家是随机抽到的。不用登录，不问姓名；不想答的可以空着。", "Your address was drawn at random. No login and no name; leave out what you do not want to answer."))</p>\
            \(form.html(call))
            """
        return Page(
            title: call.say(survey.title.phrase),
            body: "<div class=\"pagehead tight\"><h1>\(call.say(survey.title.phrase))</h1></div>\(body)",
            isNarrow: true
        ).response(call)
    }

    static func answer(_ call: Call) async throws -> Response {
        let given = try await call.form().under(answerPrefix)
        let token = call.part("token")
        try await call.write {
            try Surveys.answer(given, with: token, of: call.actor.county, at: call.now, in: $0)
        }
        return Responses.seeOther("/survey/\(token)?county=\(call.actor.county.code)")
    }

    /// Before the name of each question in a form.
    static let answerPrefix = "answer_"

    // The office.

    /// A letter for each address that has not answered, with the code that opens its questionnaire.
    static func letters(_ call: Call) async throws -> Response {
        let id = try call.id(of: Sample.self)
        let names = try call.names()
        let (survey, letters) = try await call.read {
            try Surveys.letters(of: id, for: call.actor, in: $0)
        }
        let address = "\(call.isSecure ? "https" : "http")://\(call.request.head.authority ?? "localhost")"
        return Page(
            title: call.say("问卷信件", "Letters"), current: EvaluationPages.path,
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/samples/\(id)">\(call.say(survey.title.phrase))</a></nav><div class="pagehead tight"><h1>\(call.say("问卷信件", "Letters"))</h1><p class="mute">\(call.say("\(letters.count) 封，打印以后每家一封", "\(letters.count), to be printed, one for each address"))</p></div>\
                \(letters.html { item, label in
                """
                <section class="sec"><header><h2>\(label)</h2><span class="mute">\
                \(names.place(at: item.path).map { names.placeName($0.id) } ?? "") #\(item.number)</span>\
                </header>\
                <p>\(call.say("扫码填“\(survey.title.zh)”，或者等调查员上门。不用登录，不问姓名。", "Scan to answer “\(survey.title.en)”, or wait for the interviewer. No login, no name."))</p>\
                \(QRCode.svg("\(address)/survey/\(item.token)?county=\(call.actor.county.code)", label: call.say("问卷二维码", "QR code of the questionnaire")))<p class="mono details">\(address)/survey/\(item.token)?county=\(call.actor.county.code)</p></section>
                """
                })
                """
        ).response(call)
    }

    /// The rates of a survey by area and mode, on its sample's page.
    static func rates(
        _ survey: Survey, _ items: [SampleItem], _ recorded: (people: Int, households: Int),
        _ names: Directory, _ call: Call
    ) -> HTML {
        let depth = names.office.territory.path.count + 3
        let groups: [(String, (SampleItem) -> String, (String) -> String)] = [
            (call.say("全部", "All"), { _ in "" }, { _ in call.say("全部", "All") }),
            (
                call.say("按地方", "By area"), { String($0.path.prefix(depth)) },
                { names.place(at: $0)?.shortName ?? $0 }
            ),
            (call.say("按方式", "By mode"), { $0.mode }, { mode(String($0), call) }),
        ]
        return """
            <section class="sec"><header><h2>\(call.say("群众的率", "Rates of the public"))</h2></header>\
            \(groups.html { title, key, name in
            """
            <h3>\(title)</h3><div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table>\
            <thead><tr><th scope="col">\(call.say("率", "Rate"))</th><th scope="col">\
            \(call.say("范围", "Of"))</th><th scope="col" class="num">\(call.say("答“是”的", "Yes"))</th>\
            <th scope="col" class="num">\(call.say("答了的", "Answered"))</th><th scope="col" class="num">\
            \(call.say("加权", "Weighted"))</th><th scope="col" class="num">\
            \(call.say("95% 区间", "95 % interval"))</th></tr></thead><tbody>\
            \(Surveys.lines(survey, items, by: key).html { line in
            "<tr><th scope=\"row\">\(call.say(line.rate.title.phrase))</th><td>\(name(line.of))</td><td class=\"num\">\(line.estimate.said.part)</td><td class=\"num\">\(line.estimate.said.whole)</td><td class=\"num\"><b>\(line.estimate.rate.map { SamplePages.percent($0) } ?? "—")</b></td><td class=\"num nw\">\(line.estimate.interval.map { "\(SamplePages.percent($0.lowerBound)) – \(SamplePages.percent($0.upperBound))" } ?? "—")</td></tr>"
            })</tbody></table></div>
            """
            })<p class="mute">\(call.say("记录里参与过的：反映过问题的 \(recorded.people) 人，见到过的 \(recorded.households) 户。按人、按户去重，不把人次相加，也不和上面的率混在一起。", """
                Recorded: \(recorded.people) people who reported something, \(recorded.households) \
                households that were met. Distinct, never a sum of head-counts, and never mixed with the \
                rates above.
                """))</p></section>
            """
    }

    /// What a way of asking is called.
    static func mode(_ mode: String, _ call: Call) -> String {
        switch mode {
        case "home": call.say("上门", "at home")
        case "paper": call.say("纸质问卷", "on paper")
        case "telephone": call.say("电话", "by telephone")
        case "qr": call.say("扫码自填", "by QR code")
        default: mode
        }
    }
}

import Governance
import Hummingbird
import Rules

/// The form of each verb, made from the life table, and its POST.
enum CaseVerbPages {
    static func form(_ call: Call) async throws -> Response {
        let step = try step(call)
        return try await page(call, step: step, answers: call.query, faults: [])
    }

    static func perform(_ call: Call) async throws -> Response {
        let step = try step(call)
        let answers = try await call.form()
        let id = try call.id(of: Case.self)
        let version = try answers["version"].isEmpty ? nil : answers.number("version", in: 1...Int.max)
        do {
            try await call.write { books in
                try Cases.perform(
                    step.verb, on: id, with: answers, seen: version, by: call.actor, at: call.now, in: books)
            }
        } catch Refusal.invalid(let faults) {
            return try await page(call, step: step, answers: answers, faults: faults)
        }
        return Responses.seeOther("/cases/\(id)")
    }

    private static func step(_ call: Call) throws -> CaseStep {
        guard let verb = CaseVerb(rawValue: call.part("verb")) else { throw Refusal.notFound }
        return Case.step(verb)
    }

    private static func page(_ call: Call, step: CaseStep, answers: FormInput, faults: [Refusal.Fault])
        async throws -> Response
    {
        let id = try call.id(of: Case.self)
        let names = try call.names()
        let (item, isPossible, candidates, shown, photos) = try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            let possible = try Cases.possible(item, for: call.actor, in: books).contains {
                $0.verb == step.verb
            }
            let needsPeople = step.asks.contains(.person)
            return (
                item, possible,
                needsPeople ? try Tenures.candidates(of: call.actor.county, on: call.today, in: books) : [],
                possible && step.verb == .file && !item.areWordsConfirmed
                    ? try Cases.proposedWords(of: id, by: call.actor, in: books) : nil,
                step.verb == .file
                    ? try CasePhotos.all(of: item, for: call.actor, in: books).filter(\.isWithheld) : []
            )
        }
        guard isPossible else {
            throw Refusal.notNow(
                Phrase(
                    zh: "“\(step.words.zh)”现在办不了：状态已变，或者您的岗位不能办。",
                    en: "“\(step.words.en)” is not possible now: the state has changed, or your post may not."
                ))
        }
        var given = answers
        if let shown {
            if given["shown_title"].isEmpty { given["shown_title"] = shown.title }
            if given["shown_words"].isEmpty { given["shown_words"] = shown.body }
            if given["place"].isEmpty { given["place"] = shown.place }
        }
        // What the office wrote itself needs no second wording; pictures are asked about where the
        // complainant is protected.
        var own: Set<CaseField> = shown == nil ? [.shownTitle, .shownWords] : []
        if photos.isEmpty || !item.isProtected { own.insert(.shownPhotos) }
        let filled = given
        let fields = (step.asks + step.mayTell).filter { !own.contains($0) }.map { field in
            view(
                of: field, step: step, item: item, answers: filled, candidates: candidates, names: names, call
            )
        }
        let form = Form(
            action: "/cases/\(id)/do/\(step.verb.rawValue)",
            fields: [Field(name: "version", label: "", kind: .hidden, value: String(item.version))] + fields,
            submit: call.say(step.words), faults: faults)
        let title = call.say(step.words)
        return Page(
            title: "\(title)：\(item.title)", current: "/cases",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/cases/\(id)">\
                \(item.title)</a> › <span class="mute">\(item.number)</span></nav>\
                <div class="pagehead tight"><h1>\(title)</h1></div><p class="quote said">\(item.body)</p>\
                \(CaseTimeline.figures(photos.map(\.id), of: Phrase(zh: "来件", en: "As it came in"), call))\
                \(standard(item, step, names, call))\(form.html(call))
                """
        ).response(call, status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    /// The standard that this step is measured by.
    private static func standard(_ item: Case, _ step: CaseStep, _ names: Directory, _ call: Call) -> HTML? {
        guard let category = names.category(item.category, version: item.categoryVersion) else { return nil }
        let words = [CaseVerb.check, .rework, .handle].contains(step.verb) ? category.closing : nil
        return words.map {
            "<p class=\"note info\"><b>\(call.say("结案条件：", "Closed if: "))</b>\(call.say($0))</p>"
        }
    }

    private static func view(
        of field: CaseField, step: CaseStep, item: Case, answers: FormInput, candidates: [Tenures.Candidate],
        names: Directory,
        _ call: Call
    ) -> Field {
        var value = answers[field.rawValue]
        var hint = ""
        if value.isEmpty {
            switch field {
            case .territory: value = item.territory
            case .place: value = item.place
            case .category: value = item.category
            case .aboutUnit: value = item.aboutUnit?.text ?? ""
            case .unit where step.verb == .dispatch: value = item.proposedUnit?.text ?? ""
            case .reached, .solved: value = "1"
            default: break
            }
        }
        if field == .limit {
            hint = call.say(
                "不填就按类别的时限。写成 5 work_days、8 work_hours、4 urgent_hours、30 calendar_days。",
                """
                Empty takes the category's limit. Write 5 work_days, 8 work_hours, 4 urgent_hours or 30 \
                calendar_days.
                """
            )
        }
        if field == .days, let limit = item.limit {
            hint = call.say(
                "按 \(call.limit(limit)) 的单位，最多 \(limit.amount)。",
                "In the unit of the limit (\(call.limit(limit))), at most \(limit.amount).")
        }
        if field == .photo {
            let asked = names.category(item.category, version: item.categoryVersion)?.photoRequired == true
            return .photos(call, isRequired: step.verb == .handle && asked)
        }
        return Field(
            name: field.rawValue, label: call.say(field.label), kind: kind(field, candidates, names, call),
            value: value, hint: hint,
            isRequired: step.asks.contains(field))
    }

    private static func kind(
        _ field: CaseField, _ candidates: [Tenures.Candidate], _ names: Directory, _ call: Call
    ) -> Field.Kind {
        switch field.kind {
        case .line, .limit: .line
        case .text: .text
        case .number: .number
        case .day: .day
        case .flag: .flag
        case .category: .select(Choices.categories(names, call))
        case .territory: .select(Choices.territories(names))
        case .unit: .select(Choices.units(names, call))
        case .person: .select(Choices.people(candidates, names, call))
        case .satisfaction: .select(Choices.satisfaction(call))
        case .photo: .photos
        }
    }
}

import Governance
import Hummingbird
import Rules

/// The form of each verb, made from the life table, and its POST.
enum CaseVerbPages {
    static func perform(_ call: Call) async throws -> Response {
        let step = try step(call)
        let answers = try await call.form()
        let id = try call.id(of: Case.self)
        let version = try answers["version"].isEmpty ? nil : answers.number("version", in: 1...Int.max)
        let item = try await call.write { books in
            try Cases.perform(
                step.verb, on: id, with: answers, seen: version, by: call.actor, at: call.now, in: books)
        }
        return call.done("/cases/\(id)", CaseOutcome.words(of: step, item, call))
    }

    private static func step(_ call: Call) throws -> Transition<Case> {
        guard let verb = CaseVerb(rawValue: call.part("verb")) else { throw Refusal.notFound }
        return Case.transition(verb)
    }

    static func form(_ call: Call) async throws -> Response {
        let step = try step(call)
        let answers = call.query
        let id = try call.id(of: Case.self)
        let names = try call.names()
        let (item, isPossible, candidates, shown, photos) = try await call.read { books in
            let item = try Cases.find(id, by: call.actor, in: books)
            let possible = try Cases.possible(item, for: call.actor, at: call.now, in: books).contains {
                $0.verb == step.verb
            }
            let needsPeople =
                step.form.contains { $0.kind.isOf(.person) }
                && (possible || step.needs.map { call.actor.may($0, on: item) } ?? false)
            return (
                item, possible,
                needsPeople ? try Tenures.candidates(for: call.actor, on: call.today, in: books) : [],
                possible && step.verb == .file && !item.areWordsConfirmed
                    ? try Cases.proposedWords(of: id, by: call.actor, in: books) : nil,
                step.verb == .file
                    ? try CasePhotos.all(of: item, for: call.actor, in: books).filter(\.isWithheld) : []
            )
        }
        // What was typed is shown once more even where the case has moved on meanwhile.
        guard isPossible || call.submission.refused.map({ !$0.refusal.isOfPower }) ?? false else {
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
        var own: Set<String> =
            shown == nil ? [CaseField.shownTitle.rawValue, CaseField.shownWords.rawValue] : []
        if photos.isEmpty || !item.isProtected { own.insert(CaseField.shownPhotos.rawValue) }
        let filled = given
        let fields = step.form.filter { !own.contains($0.name) }.map { field in
            view(
                of: field, step: step, item: item, answers: filled, candidates: candidates, names: names, call
            )
        }
        let form = Form(
            action: "/cases/\(id)/do/\(step.verb.rawValue)",
            fields: [Field(name: "version", label: "", kind: .fresh, value: String(item.version))] + fields,
            submit: call.say(step.words))
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
        ).response(call)
    }

    /// The standard that this step is measured by.
    private static func standard(_ item: Case, _ step: Transition<Case>, _ names: Directory, _ call: Call)
        -> HTML?
    {
        guard let category = names.category(item.category, version: item.categoryVersion) else { return nil }
        let words = [CaseVerb.check, .rework, .handle].contains(step.verb) ? category.closing : nil
        return words.map {
            "<p class=\"note info\"><b>\(call.say("结案条件：", "Closed if: "))</b>\(call.say($0))</p>"
        }
    }

    private static func view(
        of field: FormField, step: Transition<Case>, item: Case, answers: FormInput,
        candidates: [Tenures.Candidate], names: Directory, _ call: Call
    ) -> Field {
        var declared = field
        var value = answers[field.name]
        let what = CaseField(rawValue: field.name)
        if value.isEmpty {
            switch what {
            case .territory: value = item.territory
            case .place: value = item.place
            case .category: value = item.category
            case .aboutUnit: value = item.aboutUnit?.text ?? ""
            case .unit where step.verb == .dispatch: value = item.proposedUnit?.text ?? ""
            case .reached, .solved: value = "1"
            default: break
            }
        }
        if what == .days, let limit = item.limit {
            declared.hint = Phrase(
                zh: "按 \(call.limit(limit)) 的单位，最多 \(limit.amount)。",
                en: "In the unit of the limit (\(call.limit(limit))), at most \(limit.amount).")
        }
        if what == .photo {
            let asked = names.category(item.category, version: item.categoryVersion)?.photoRequired == true
            declared.isRequired = step.verb == .handle && asked
        }
        let people = field.kind.isOf(.person) ? Choices.people(candidates, names, call) : nil
        return declared.field(call, value: value, choices: people)
    }
}

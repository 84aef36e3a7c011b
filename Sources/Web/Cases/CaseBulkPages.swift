import Governance
import Hummingbird
import Rules

/// One verb for many cases: whoever has thirty before them does not open thirty forms. Each case goes through
/// the verb by itself, so that one which cannot go on keeps no other back.
enum CaseBulkPages {
    /// A link for each verb that may be done to several of the cases which are shown.
    static func links(_ query: CaseQuery, _ call: Call) -> HTML? {
        guard query.heap == .todo else { return nil }
        let verbs = Cases.together.map { Case.transition($0) }.filter { transition in
            transition.needs.map { call.actor.may($0) } ?? false
        }
        guard !verbs.isEmpty else { return nil }
        return """
            <p class="btns"><span class="mute">\(call.say("几件一起办：", "Several at once:"))</span>\
            \(verbs.html { transition in
                """
                <a class="btn quiet" href="\(address(transition.verb, query))">\
                \(call.say(transition.words))</a>
                """
            })</p>
            """
    }

    private static func address(_ verb: CaseVerb, _ query: CaseQuery) -> String {
        let list = CaseListPages.url(query)
        let filter = list.split(separator: "?", maxSplits: 1).dropFirst().first.map { "?\($0)" } ?? ""
        return "/cases/together/\(verb.rawValue)\(filter)"
    }

    private static func transition(_ call: Call) throws -> Transition<Case> {
        guard let verb = CaseVerb(rawValue: call.part("verb")), Cases.together.contains(verb) else {
            throw Refusal.notFound
        }
        return Case.transition(verb)
    }

    static func form(_ call: Call) async throws -> Response {
        let transition = try transition(call)
        let names = try call.names()
        let query = try CaseListPages.query(call.query, call)
        let (items, candidates) = try await call.read { books in
            (
                try Cases.ready(for: transition.verb, query, by: call.actor, at: call.now, in: books),
                try transition.form.contains { $0.kind.isOf(.person) }
                    ? Tenures.candidates(for: call.actor, on: call.today, in: books) : []
            )
        }
        let title = call.say(
            "一起办：\(transition.words.zh)", "Several at once: \(transition.words.en.lowercased())")
        let none: HTML =
            "<p class=\"lead\">\(call.say("这里没有可以一起办的。", "Nothing here is ready for it."))</p>"
        let path = call.request.uri.path + (call.request.uri.query.map { "?\($0)" } ?? "")
        return Page(
            title: title, current: "/cases",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))">\
                <a href="\(CaseListPages.url(query))">\(call.say("事项", "Cases"))</a></nav>\
                <div class="pagehead tight"><h1>\(title)</h1><p class="mute">\
                \(call.say("\(items.count) 件可以办", "\(items.count) are ready for it"))</p></div>\
                \(items.isEmpty ? none : sheet(items, transition, candidates, names, path, call))
                """
        ).response(call)
    }

    private static func sheet(
        _ items: [Case], _ transition: Transition<Case>, _ candidates: [Tenures.Candidate],
        _ names: Directory, _ action: String, _ call: Call
    ) -> HTML {
        let refused = call.refused(action)
        let fields = asked(transition).map { declared -> Field in
            let people = declared.kind.isOf(.person) ? Choices.people(candidates, names, call) : nil
            let field = declared.field(call, choices: people)
            return refused.map { field.filled($0.values) } ?? field
        }
        return """
            \(refused.map { Call.notice($0, call) })\
            <form class="form wide" method="post" action="\(action)">\(Form.token(call))\
            <ul class="cases">\(items.html { item in
                """
                <li class="\(call.urgency(item.state, dueAt: item.dueAt))"><p class="field flag">\
                <input type="checkbox" id="item-\(item.id)" name="\(Several.prefix)\(item.id)" \
                value="\(item.version)"\
                \(" checked", if: refused?.values["\(Several.prefix)\(item.id)"].isEmpty == false)>\
                <label for="item-\(item.id)"><span class="vh">\(call.say("办这一件", "This one"))</span></label>\
                <span class="t"><a href="/cases/\(item.id)">\(item.title)</a></span></p>\
                <p class="m">\(call.lamp(item.state, dueAt: item.dueAt))\(separator)\
                \(names.placeName(item.territory))\(separator)\(item.number)</p></li>
                """
            })</ul>\(fields.html { $0.html(refused?.faults ?? [], call) })\
            <p class="btns"><button class="btn pri" type="submit">\
            \(call.say("办勾选的：\(transition.words.zh)", "Do it with those that are ticked"))</button></p></form>
            """
    }

    /// What is about one case alone, where it is above all, is not asked for many.
    private static func asked(_ transition: Transition<Case>) -> [FormField] {
        let own: [CaseField] = [
            .territory, .place, .shownTitle, .shownWords, .shownPhotos, .aboutUnit, .photo, .standIn,
        ]
        return transition.form.filter { field in !own.contains { $0.rawValue == field.name } }
    }

    static func perform(_ call: Call) async throws -> Response {
        let transition = try transition(call)
        let sent = try await call.form()
        let ids = try Several.ticked(sent, of: Case.self)
        _ = try asked(transition).read(sent)
        let outcome = try await Several.each(ids) { id in
            // What is sent with a tick is the version that was looked at.
            let version = try sent.number("\(Several.prefix)\(id)", in: 1...Int.max)
            try await call.write { books in
                var answers = sent
                answers["territory"] = try Cases.find(id, by: call.actor, in: books).territory
                try Cases.perform(
                    transition.verb, on: id, with: answers, seen: version, by: call.actor, at: call.now,
                    in: books)
            }
        }
        return call.done(
            "/cases?heap=todo",
            outcome.words("已\(transition.words.zh)", transition.words.en.lowercased()))
    }
}

import Governance
import Hummingbird
import Rules

/// One case: where it is stuck, what happened, what you can do now.
enum CasePages {
    /// What a case page shows, read in one snapshot.
    struct Sight: Sendable {
        var item: Case, possible: [Transition<Case>], history: [LogEntry], open: [Inquiry<Decision>],
            assists: [Assist]
        var complainants: [Complainant], complainantCount: Int, areVisible: Bool
        var alike: [DuplicateDetection.Candidate], before: [CaseLine], calls: [CallBacks.Entry],
            children: [CaseLine], stages: [CaseStage]
        var outside: [(source: Case.Source, number: String)]
    }

    static func show(_ call: Call) async throws -> Response { try await show(call, unmasked: [:]) }

    /// Shows one telephone number in full, after a reason was given.
    static func unmask(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let (id, complainant) = (
            try call.id(of: Case.self), try answers.id("complainant", of: Complainant.self)
        )
        let phone = try await call.write {
            try Complainants.unmask(
                complainant, of: id, reason: answers["reason"], by: call.actor, at: call.now, in: $0)
        }
        return try await show(call, unmasked: [complainant: phone])
    }

    private static func show(_ call: Call, unmasked: [ID<Complainant>: String]) async throws -> Response {
        let id = try call.id(of: Case.self)
        let sight = try await call.read { try Self.sight(of: id, call, in: $0) }
        let names = try call.names()
        let item = sight.item
        return Page(
            title: item.title, current: "/cases",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/cases">\
                \(call.say("事项", "Cases"))</a> › <a href="/cases?territory=\(item.territory)">\
                \(names.placeName(item.territory))</a> › <span class="mute">\(item.number)</span></nav>\
                <div class="pagehead tight"><h1>\(item.title)</h1></div>\
                \(headline(item, names, call))\(CaseSteps.html(item, call))\(stuck(sight, names, call))\
                <div class="cols c84"><div class="stack">\(CaseTimeline.html(sight.history, call))</div>\
                <div class="stack">\(actions(sight, call))\
                \(CaseAside.html(sight, names, unmasked: unmasked, call))</div></div>\
                \(try Seal.line(call))\(bar(sight, call))
                """,
            hasActions: !sight.possible.isEmpty
        ).response(call)
    }

    private static func sight(of id: ID<Case>, _ call: Call, in books: Books) throws -> Sight {
        let actor = call.actor
        let item = try Cases.find(id, by: actor, in: books)
        let alike =
            item.state == .reported && actor.may(.fileCase, on: item)
            ? try DuplicateDetection.candidates(for: item, by: actor, in: books) : []
        let now = call.now
        return try books.pipelined { try sight(of: item, alike, actor, at: now, in: $0) }
    }

    private static func sight(
        of item: Case, _ alike: [DuplicateDetection.Candidate], _ actor: Actor, at now: Instant,
        in books: Books
    ) throws -> Sight {
        let id = item.id
        let complainants = try Complainants.of(item, for: actor, in: books)
        return Sight(
            item: item, possible: try Cases.possible(item, for: actor, at: now, in: books),
            history: try Cases.history(of: item, for: actor, in: books),
            open: try Decisions.inquiries(
                Decisions.open(of: item, for: actor, in: books), about: [item], for: actor, at: now, in: books
            ),
            assists: try Assists.all(of: item, for: actor, in: books),
            complainants: complainants,
            complainantCount: try Complainants.count(of: item, shown: complainants, to: actor, in: books),
            areVisible: Complainants.areVisible(of: item, to: actor),
            alike: alike,
            before: try DuplicateDetection.before(item, by: actor, in: books),
            calls: item.closedAt == nil ? [] : try CallBacks.all(of: item, for: actor, in: books),
            children: try Cases.children(of: id, by: actor, in: books),
            stages: try Cases.stages(of: item, for: actor, in: books),
            outside: try Cases.outsideNumbers(of: item, for: actor, in: books))
    }

    private static func headline(_ item: Case, _ names: Directory, _ call: Call) -> HTML {
        let category = names.category(item.category, version: item.categoryVersion)
        let due =
            item.dueAt.map { at in
                item.limit.map {
                    call.say(
                        "时限 \(call.limit($0))，应于 \(call.moment(at)) 前处置",
                        "Limit \(call.limit($0)), due by \(call.moment(at))")
                } ?? ""
            } ?? ""
        return """
            <p class="headline">\(call.lamp(item.state, dueAt: item.dueAt, provisional: item.dueProvisional))\
            <span class="mute">\(category.map { "\(call.say($0.major))\(separator)\(call.say($0.minor))" as HTML } ?? HTML.none)</span>\
            <span class="mute">\(due)\(item.dueProvisional && item.state.isOpen ? call.say("（暂定：到期那年的放假安排还没有公布）", " (provisional: that year's holidays are not announced yet)") : "")</span></p>
            """
    }

    /// One sentence on top: who has to do what before it goes on.
    private static func stuck(_ sight: Sight, _ names: Directory, _ call: Call) -> HTML? {
        let item = sight.item
        guard item.state.isOpen else { return nil }
        let who = names.name(of: item.handler)
        let unit = call.say(names.name(of: item.unit))
        let words: String
        if let decision = sight.open.map(\.record).first(where: {
            $0.kind.isYesOrNo || $0.kind == .secondReturn || $0.kind == .explained
        }) {
            words = call.say(
                "\(decision.kind.words.zh)，等领导定。", "\(decision.kind.words.en): waits for a leader.")
        } else {
            words =
                switch item.state {
                case .reported: call.say("等社区或街道核实、立案。", "Waits to be verified and filed.")
                case .filed:
                    item.returns > 0
                        ? call.say(
                            "退回 \(item.returns) 次，等重新派遣。",
                            "Returned \(item.returns) times, waits to be dispatched again.")
                        : call.say("等派到单位和人。", "Waits to be given to a unit and a person.")
                case .dispatched: call.say("等\(unit)\(who)签收。", "Waits for \(who) of \(unit) to accept.")
                case .handling: call.say("\(unit)\(who)正在处置。", "\(who) of \(unit) is handling it.")
                case .handled:
                    call.say("已报处置完毕，等别人到现场核查。", "Reported handled; waits for somebody else to look.")
                case .suspended: call.say("挂账中，到期自动恢复。", "Suspended; it resumes by itself.")
                default: ""
                }
        }
        let tone =
            item.isOverdue(at: call.now)
            ? "" : call.urgency(item.state, dueAt: item.dueAt) == "soon" ? " soon" : " info"
        return "<div class=\"note\(tone)\"><p><b>\(call.say("卡在哪：", "Where it is: "))</b>\(words)</p></div>"
    }

    private static func actions(_ sight: Sight, _ call: Call) -> HTML? {
        guard !sight.possible.isEmpty else { return nil }
        let buttons = sight.possible.enumerated().html { index, step in
            """
            <a class="btn\(index == 0 ? " pri" : step.verb == .note ? " quiet" : "")" \
            href="/cases/\(sight.item.id)/do/\(step.verb.rawValue)">\(call.say(step.words))</a>
            """
        }
        return """
            <section class="panel act" aria-labelledby="act"><h2 id="act">\
            \(call.say("您现在可以", "What you can do now"))</h2><div class="btns">\(buttons)</div>\
            \(sight.possible.contains { $0.verb == .giveBack } ? "<p class=\"sm mute\">\(call.say("退回要写明原因。第 2 次退回将直接送分管领导。", "A return needs its reason. The second one goes straight to the leader."))</p>" as HTML? : nil)</section>
            """
    }

    /// On phones the first action stands at the thumb.
    private static func bar(_ sight: Sight, _ call: Call) -> HTML? {
        guard let first = sight.possible.first else { return nil }
        return """
            <div class="stickyact" role="group" aria-label="\(call.say("办理操作", "Actions"))">\
            <a class="btn quiet" href="#act">\(call.say("更多", "More"))</a>\
            <a class="btn pri" href="/cases/\(sight.item.id)/do/\(first.verb.rawValue)">\
            \(call.say(first.words))</a></div>
            """
    }
}

/// The stations of a case, drawn as a line.
enum CaseSteps {
    static func html(_ item: Case, _ call: Call) -> HTML {
        let names: [Phrase] = [
            Phrase(zh: "受理", en: "Reported"), Phrase(zh: "立案", en: "Filed"),
            Phrase(zh: "派遣", en: "Dispatched"),
            Phrase(zh: "签收", en: "Accepted"), Phrase(zh: "处置", en: "Handled"),
            Phrase(zh: "核查", en: "Checked"),
            Phrase(zh: "结案", en: "Closed"),
        ]
        // The station that is being waited for is the current one; those before it are done.
        let at =
            switch item.state {
            case .reported: 1
            case .filed: 2
            case .dispatched: 3
            case .handling, .suspended: 4
            case .handled: 5
            case .closed: 6
            default: -1
            }
        guard at >= 0 else { return .none }
        return """
            <ol class="steps" aria-label="\(call.say("办理进度", "Progress"))">\
            \(names.enumerated().html { index, name in
                """
                    <li class="\(index <= at ? "y" : "")\(index == at ? " now" : "")"\
                    \(" aria-current=\"step\"", if: index == at)>\(call.say(name))</li>
                    """
            })</ol>
            """
    }
}

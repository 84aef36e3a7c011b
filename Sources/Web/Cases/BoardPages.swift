import Governance
import Hummingbird
import Rules

/// The dispatcher's desk: to verify, to dispatch, to accept, to check, to call back; each heap oldest first.
enum BoardPages {
    static func board(_ call: Call) async throws -> Response {
        let names = try call.names()
        let heaps: [(Phrase, Case.State, CaseVerb)] = [
            (Phrase(zh: "待核实立案", en: "To verify and file"), .reported, .file),
            (Phrase(zh: "待派遣", en: "To dispatch"), .filed, .dispatch),
            (Phrase(zh: "待签收", en: "To accept"), .dispatched, .accept),
            (Phrase(zh: "处置中", en: "Being handled"), .handling, .handle),
            (Phrase(zh: "待核查", en: "To check"), .handled, .check),
        ]
        let found = try await call.read { books in
            try heaps.map { heap in
                var query = CaseQuery()
                (query.state, query.limit) = (heap.1, 8)
                return try Cases.list(query, byDeadline: true, for: call.actor, at: call.now, in: books)
            }
        }
        let silent = try await call.read { try CallBacks.waiting(for: call.actor, at: call.now, in: $0) }
        return Page(
            title: call.say("调度台", "Board"), current: "/board", isLive: true,
            body: """
                <div class="pagehead"><h1>\(call.say("调度台", "Board"))</h1><p class="mute">\
                \(call.day(call.today)) \(call.weekday(call.today))</p>\
                <div class="btns"><a class="btn pri" href="/cases/new">\
                \(call.say("登记一件", "Enter a case"))</a></div></div>\
                <div class="board">\(zip(heaps, found).html { heap, page in column(heap, page, names, call) })\(callBacks(silent, names, call))</div>
                """
        ).response(call)
    }

    private static func column(
        _ heap: (Phrase, Case.State, CaseVerb), _ page: CasePage, _ names: Directory, _ call: Call
    ) -> HTML {
        let isOurs =
            [.reported, .filed, .handled].contains(heap.1)
            && Case.transition(heap.2).needs.map { call.actor.may($0) } ?? false
        return """
            <section class="sec"><header><h2>\(call.say(heap.0))</h2><span class="cnt">\(page.total)</span>\
            \("<a class=\"more\" href=\"/cases?state=\(heap.1.rawValue)\">\(call.say("全部", "All"))</a>", if: page.total > page.lines.count)</header>\
            <ul class="cards">\(page.lines.html { line in
                let verb = line.state == .filed && line.needsLead ? call.say("等领导定", "for a leader") : call.say(Case.transition(heap.2).words)
                return """
                    <li class="\(call.urgency(line.state, dueAt: line.dueAt))"><p class="t">\
                    <a href="/cases/\(line.id)">\(line.title)</a></p><p class="m">\
                    \(lamp(line, call))\(separator)\(names.placeName(line.territory))\(separator)\
                    \(call.say(line.source.words))</p>\
                    \(isOurs && !line.needsLead ? "<a class=\"btn quiet\" href=\"/cases/\(line.id)\(heap.1 == .handled ? "" : "/do/\(heap.2.rawValue)")\">\(verb)<span class=\"vh\">：\(line.title)</span></a>" as HTML? : nil)</li>
                    """
            })</ul>\(page.lines.isEmpty ? "<p class=\"mute\">\(call.say("没有", "None"))</p>" as HTML? : nil)</section>
            """
    }

    private static func lamp(_ line: CaseLine, _ call: Call) -> HTML {
        if line.needsLead {
            return
                "<span class=\"lamp soon\">\(call.say("退回 \(line.returns) 次，等领导定", "returned \(line.returns) times, for a leader"))</span>"
        }
        if line.dueAt == nil { return "<span class=\"mute\">\(call.moment(line.reportedAt))</span>" }
        return call.lamp(line.state, dueAt: line.dueAt, provisional: line.dueProvisional)
    }

    private static func callBacks(_ waiting: Queue<CaseLine>, _ names: Directory, _ call: Call) -> HTML? {
        guard call.actor.may(.callBack) else { return nil }
        let first = Queue(Array(waiting.items.prefix(8)), total: waiting.total)
        return """
            <section class="sec"><header><h2>\(call.say("待回访", "To call back"))</h2><span class="cnt">\
            \(first.total)</span></header><ul class="cards">\(first.items.html { line in
                """
                <li class="ok"><p class="t"><a href="/cases/\(line.id)">\(line.title)</a></p><p class="m">\
                \(call.say("结案", "closed")) \
                \(line.closedAt.map(call.moment) ?? "")\(separator)\(names.placeName(line.territory))</p>\
                <a class="btn quiet" href="/cases/\(line.id)/do/call-back">\
                \(call.say("回访", "Call back"))<span class="vh">：\(line.title)</span></a></li>
                """
            })</ul>\(first.total == 0 ? "<p class=\"mute\">\(call.say("没有", "None"))</p>" as HTML? : call.more(first))</section>
            """
    }
}

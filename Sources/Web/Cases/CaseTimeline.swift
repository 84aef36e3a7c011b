import Governance
import Rules

/// What happened to a case, newest first.
enum CaseTimeline {
    static func html(_ history: [LogEntry], _ call: Call) -> HTML {
        """
        <section class="sec"><header><h2>\(call.say("办理经过", "What happened"))</h2><span class="mute sm">\
        \(call.say("新的在上", "newest first"))</span></header>\
        <ol class="tl">\(history.reversed().html { entry($0, call, isPublic: false) })</ol></section>
        """
    }

    /// The same for residents: units are named, persons are not.
    static func publicHTML(_ history: [LogEntry], _ call: Call) -> HTML {
        "<ol class=\"tl\">\(history.reversed().html { entry($0, call, isPublic: true) })</ol>"
    }

    private static func entry(_ entry: LogEntry, _ call: Call, isPublic: Bool) -> HTML {
        let kind = EventWords.of(entry.kind)
        let details = entry.details
        let isQuiet = ["case.accept", "case.dispatch", "case.deadline"].contains(entry.kind)
        let tone = entry.kind == "case.overdue" ? "late" : isQuiet ? "sys" : ""
        let isVisible = kind.isPublic || details["public"] == "yes"
        let who: HTML =
            isPublic
            ? .none
            : """
            <span class="mute">\
            \(call.say(entry.name))\(separator, if: !entry.post.zh.isEmpty)\(call.say(entry.post))</span>
            """
        let tag: HTML =
            isVisible
            ? "<span class=\"tag pub\">\(call.say("居民可见", "public"))</span>"
            : "<span class=\"tag in\">\(call.say("仅内部", "internal"))</span>"
        // What residents may read was chosen where the history was.
        let words = details["words"] ?? ""
        return """
            <li class="\(tone)"><div class="h"><h3>\(call.say(kind.words))</h3>\
            \(who)<time datetime="\(entry.at.iso)">\(call.moment(entry.at))</time>\(tag, if: !isPublic)</div>\
            \(facts(details, call, isPublic: isPublic))\
            \(words.isEmpty ? nil : "<div class=\"tx\"><p class=\"quote\">\(words)</p></div>" as HTML?)\
            \(isPublic ? nil : photos(details["photos"] ?? "", entry, call))</li>
            """
    }

    /// The pictures that came with an event; residents do not see them.
    private static func photos(_ told: String, _ entry: LogEntry, _ call: Call) -> HTML? {
        figures(Attachments.identities(in: told), of: EventWords.of(entry.kind).words, call)
    }

    /// Pictures that open in full; nil if there are none. `words` say what they are of to whoever does not
    /// see them.
    static func figures(_ all: [ID<Attachment>], of words: Phrase, _ call: Call) -> HTML? {
        guard !all.isEmpty else { return nil }
        let kind = call.say(words)
        return """
            <div class="photos">\(all.enumerated().html { index, id in
                """
                    <figure><a href="/photos/\(id)"><img src="/photos/\(id)" loading="lazy" \
                    alt="\(call.say("\(kind)，第 \(index + 1) 张照片", "\(kind), photo \(index + 1)"))"></a>\
                    </figure>
                    """
            })</div>
            """
    }

    /// The short facts of an event in one line.
    private static func facts(_ details: [String: String], _ call: Call, isPublic: Bool) -> HTML? {
        var facts: [String] = []
        if let category = details["category"] { facts.append(category) }
        if let territory = details["territory"] { facts.append(territory) }
        if let unit = details["unit"] { facts.append(unit) }
        if !isPublic {
            if let person = details["person"] { facts.append(person) }
            if let standIn = details["stand_in"] {
                facts.append(call.say("替补 \(standIn)", "stand-in \(standIn)"))
            }
            if let post = details["post"] { facts.append(call.say("已上报 \(post)", "now with \(post)")) }
            if let decision = details["decision"] { facts.append(decision) }
        }
        if let limit = (details["limit"] ?? details["detail"]).flatMap({ TimeLimit($0) }) {
            facts.append(call.limit(limit))
        }
        if let until = details["until"] { facts.append(call.say("到 \(until)", "until \(until)")) }
        if let due = details["due"].flatMap({ Instant(iso: $0) }) {
            facts.append(call.say("\(call.moment(due)) 前", "by \(call.moment(due))"))
        }
        if let number = details["number"] ?? details["into"] { facts.append(number) }
        if let times = details["times"] { facts.append(call.say("第 \(times) 次", "time no. \(times)")) }
        if details["reached"] == "no" { facts.append(call.say("没有联系上", "not reached")) }
        if let solved = details["solved"] {
            facts.append(solved == "yes" ? call.say("已解决", "solved") : call.say("没解决", "not solved"))
        }
        if let satisfaction = details["satisfaction"].flatMap({ Satisfaction(rawValue: $0) }) {
            facts.append(call.say(satisfaction.words))
        }
        if details["reopened"] == "yes" { facts.append(call.say("按规则自动重开", "reopened by rule")) }
        guard !facts.isEmpty else { return nil }
        return
            """
            <p class="tx mute">\
            \(facts.enumerated().html { index, fact in "\(separator, if: index > 0)\(fact)" })</p>
            """
    }
}

/// The words of every kind of event, for timelines and the log.
enum EventWords {
    static func of(_ kind: String) -> Event.Kind { known[kind] ?? Event.Kind(kind, zh: kind, en: kind) }
    private static let known = Dictionary(uniqueKeysWithValues: Event.Kind.all.map { ($0.word, $0) })
}

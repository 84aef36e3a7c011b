import Governance
import Hummingbird
import Rules

/// A page before its frame is put around it.
struct Page {
    /// The title, in the language of the answer.
    var title: String
    /// Which entry of the main navigation is current: its path.
    var current = ""
    /// Whether it shows how things stand, and is read anew when something changes while somebody looks at it.
    var isLive = false
    /// What stands between header and footer.
    var body: HTML
    /// Whether a bar of actions sticks to the foot of a phone.
    var hasActions = false
    /// Whether it is a narrow page for phones first.
    var isNarrow = false

    /// The whole document as an answer.
    func response(_ call: Call, status: HTTPResponse.Status = .ok) -> Response {
        var response = Responses.html(document(call), status: status, call: call)
        if call.said != nil { Said.forget(&response, call) }
        return response
    }

    private func document(_ call: Call) -> HTML {
        let other = call.language == .zh ? ("en", "English") : ("zh-CN", "中文")
        let back = FormText.encoded(call.request.uri.path)
        return """
            <!doctype html><html \
            lang="\(call.language.rawValue)"\(" data-size=\"large\"", if: call.isLarge)><head>\
            <meta charset="utf-8">\
            <meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover"><title>\
            \(title) - \(call.say("落实", "Luoshi"))</title>\
            <link rel="stylesheet" href="/luoshi.css"><link rel="icon" href="/icon.svg" \
            type="image/svg+xml"><script src="/luoshi.js" defer></script></head>\
            <body data-person="\(call.draftOwner)">\
            <a class="skip" href="#main">\(call.say("跳到主要内容", "Skip to content"))</a>\(demoLine(call))\
            <header class="top"><div class="wrap"><a class="logo" href="/">\
            <svg viewBox="0 0 64 64" aria-hidden="true">\
            <path d="M8 8h22v22H8zM34 8h22v22H34zM8 34h22v22H8z" fill="#fff" opacity=".92"/>\
            <path d="M36 45l7 7 13-16" stroke="#fff" stroke-width="6" fill="none"/></svg>\
            \(call.say("落实", "Luoshi"))</a>\
            <span class="org">\(call.say(call.officeName))</span><div class="r">\
            <a class="opt" href="/look?size=\(call.isLarge ? "normal" : "large")&amp;back=\(back)">\
            \(call.isLarge ? call.say("标准字号", "Normal text") : call.say("大字版", "Large text"))</a>\
            <a class="opt" href="/look?lang=\(other.0)&amp;back=\(back)" lang="\(other.0)" \
            hreflang="\(other.0)">\(other.1)</a>\(person(call))</div></div></header>\
            \(navigation(call))<main id="main" \
            class="\(isNarrow ? "duty" : "wrap")\(" hasact", if: hasActions)" tabindex="-1"\(live(call))>\
            \(call.refusedAside)\(said(call))\(body)</main>\
            \(foot(call))\(tabs(call))</body></html>
            """
    }

    /// The event number that the page was drawn at, and what is said when it is no longer the newest.
    private func live(_ call: Call) -> HTML? {
        guard isLive, call.actor.person != nil, call.submission.refused == nil else { return nil }
        return
            " data-live=\"\(call.version)\" data-changed=\"\(call.say("有新的变化，点这里刷新", "Something changed: show it"))\""
    }

    /// What the last form did, told once on the page that follows it.
    private func said(_ call: Call) -> HTML? {
        call.said.map { "<p class=\"note info\" role=\"status\">\($0)</p>" }
    }

    private func demoLine(_ call: Call) -> HTML? {
        guard let opens = call.directory?.office.demoOpensAt else { return nil }
        let (year, month, date) = call.zone.day(of: opens).parts
        let time = call.zone.time(of: opens)
        return """
            <p class="demo"><span class="wrap">\(call.say("演示：人物都是虚构的，时间从 \(year) 年 \(month) 月 \(date) 日 \(time) 走起。", "A demo: all people are invented, and time runs on from \(call.day(call.zone.day(of: opens))) \(year), \(time)."))\
             <a href="/about-demo">\(call.say("怎样建自己的机构", "How to begin with an office of your own"))</a>\
            </span></p>
            """
    }

    private func person(_ call: Call) -> HTML {
        call.actor.person == nil
            ? "<a href=\"/sign-in\">\(call.say("登录", "Sign in"))</a>"
            : "<a href=\"/me\">\(call.say(call.actor.name))</a>"
    }

    private func navigation(_ call: Call) -> HTML? {
        let entries = Navigation.entries(for: call)
        guard !entries.isEmpty else { return nil }
        return """
            <nav class="nav" aria-label="\(call.say("主导航", "Main"))"><div class="wrap"><ul>\
            \(entries.html { entry in
                """
                <li><a href="\(entry.path)"\(" aria-current=\"page\"", if: entry.path == current)>\
                \(call.say(entry.words))\(count(entry, call))</a></li>
                """
            })</ul></div></nav>
            """
    }

    private func count(_ entry: Navigation.Entry, _ call: Call) -> HTML? {
        guard entry.path == "/cases", call.todo > 0 else { return nil }
        return "<span class=\"cnt\">\(call.todo)<span class=\"vh\">\(call.say("件待办", "to do"))</span></span>"
    }

    /// On phones the workers' entries stand at the thumb.
    private func tabs(_ call: Call) -> HTML? {
        guard isNarrow, call.actor.may(.handleCase), call.holder?.step == nil else { return nil }
        let tabs: [(String, Icon, Phrase)] = [
            ("/today", .today, Phrase(zh: "今天", en: "Today")),
            ("/cases", .list, Phrase(zh: "事项", en: "Cases")),
            ("/cases/new", .report, Phrase(zh: "上报", en: "Report")),
            ("/look-up", .search, Phrase(zh: "查询", en: "Look up")),
            ("/me", .me, Phrase(zh: "我的", en: "Me")),
        ]
        return """
            <nav class="tabbar" aria-label="\(call.say("快捷导航", "Quick"))"><ul>\
            \(tabs.html { path, icon, words in
                """
                <li class="\(path == "/cases/new" ? "add" : "")">\
                <a href="\(path)"\(" aria-current=\"page\"", if: path == current)>\
                \(path == "/cases/new" ? "<span>\(icon.html)</span>" : icon.html)\(call.say(words))</a></li>
                """
            })</ul></nav>
            """
    }

    private func foot(_ call: Call) -> HTML {
        """
        <footer class="foot wrap"><p>\(call.say("每个数都能点到明细；数据口径改动有记录。本系统不考核登录次数、在线时长和上传照片数。", "Every number opens its rows; every change of a definition is recorded. This system never counts log-ins, time online or photos."))</p>\
        <p><a href="/complaint">\(call.say("对本系统有意见", "Complain about this system"))</a><i class="sep"></i>\
        <a href="/report">\(call.say("居民上报", "Report a problem"))</a><i class="sep"></i><a href="/look-up">\
        \(call.say("查办理进度", "Look up a case"))</a><i class="sep"></i><a href="/public">\
        \(call.say("办理公示", "Public notice"))</a></p></footer>
        """
    }
}

/// The main navigation: which entries a person's posts lead to.
enum Navigation {
    struct Entry { var path: String, words: Phrase }

    static func entries(for call: Call) -> [Entry] {
        let actor = call.actor
        guard actor.person != nil, call.holder?.step == nil else { return [] }
        var entries: [Entry] = []
        if actor.may(.readFigures) {
            entries.append(.init(path: "/overview", words: Phrase(zh: "总览", en: "Overview")))
        }
        if actor.may(.handleCase) {
            entries.append(.init(path: "/today", words: Phrase(zh: "今天", en: "Today")))
        }
        if actor.may(.dispatchCase) || actor.may(.checkCase) {
            entries.append(.init(path: "/board", words: Phrase(zh: "调度台", en: "Board")))
        }
        if actor.seats.contains(where: { $0.kind != .administrator }) {
            entries.append(.init(path: "/cases", words: Phrase(zh: "事项", en: "Cases")))
        }
        if actor.may(.visit), call.directory?.hasRegister == true || call.directory?.hasCampaign == true {
            entries.append(.init(path: "/visits", words: Phrase(zh: "走访", en: "Visits")))
        }
        if actor.may(.readRegister) || actor.may(.readFigures),
            call.directory?.hasCampaign == true
                || (actor.may(.readRegister) && call.directory?.hasRegister == true)
        {
            entries.append(.init(path: "/campaign", words: Phrase(zh: "行动", en: "Campaign")))
        }
        if call.directory?.hasEvaluation == true {
            entries.append(.init(path: "/evaluation", words: Phrase(zh: "评价", en: "Evaluation")))
        }
        if actor.may(.readRegister), call.directory?.hasRegister == true {
            entries.append(.init(path: "/register", words: Phrase(zh: "建档立卡", en: "Register")))
        }
        if actor.may(.reportCase) {
            entries.append(.init(path: "/cases/new", words: Phrase(zh: "上报", en: "Report")))
        }
        if actor.may(.readFigures) {
            entries.append(.init(path: "/figures", words: Phrase(zh: "指标", en: "Figures")))
        }
        if actor.may(.readLog) { entries.append(.init(path: "/log", words: Phrase(zh: "日志", en: "Log"))) }
        if PowerRequests.mayConfirm(actor) {
            entries.append(.init(path: "/confirmations", words: Phrase(zh: "授权", en: "Confirmations")))
        }
        if actor.may(.administer) {
            entries.append(.init(path: "/admin", words: Phrase(zh: "管理", en: "Administration")))
        }
        return entries
    }

    /// The page that a person's work begins on.
    static func home(of actor: Actor) -> String {
        guard actor.person != nil else { return "/report" }
        if actor.may(.decide) { return "/overview" }
        if actor.may(.dispatchCase) || actor.seats.contains(where: { $0.kind == .checker }) {
            return "/board"
        }
        if actor.may(.handleCase) { return "/today" }
        if actor.may(.administer) { return "/admin" }
        return actor.may(.readFigures) ? "/overview" : "/cases"
    }
}

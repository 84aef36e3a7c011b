import Engines
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Rules
import Store
import Testing
import Web

/// The demo, told once for all tests of this file.
private enum Story {
    static let office = Task {
        let office = Office(
            database: try await Engine.migrated(), clock: Clock { Demo.opensAt }, chance: .seeded(3))
        _ = try await office.migrate()
        try await Demo.load(into: office)
        return office
    }
    static let people = [
        "guoyunheng", "qinxiaoman", "shanglikun", "changyujie", "fanyutong", "shenghaixia", "dingbaozhu",
        "linchengfang", "admin", "",
    ]

    static func open(_ login: String, _ body: @Sendable (Browser) async throws -> Void) async throws {
        let office = try await office.value
        let secret =
            login.isEmpty
            ? nil
            : try await Accounts.signIn(
                .init(login: login, password: Demo.password, kind: .browser), of: Demo.county,
                at: Demo.opensAt, office: office)
        try await Turns.all.take {
            try await served(office).test(.live) { try await body(Browser(client: $0, secret: secret)) }
        }
    }
}

/// Whoever opens the demo sees only sound pages, in both languages.
@Suite(.serialized) struct `Every page of the demo is sound` {
    /// At most so many pages a person and language, and so many of one pattern.
    static let (mostPages, mostAlike) = (90, 5)

    @Test(arguments: Story.people, ["zh-CN", "en"])
    func `every page that somebody can walk to is whole and every link on it leads somewhere`(
        _ login: String, _ language: String
    ) async throws {
        try await Story.open(login) { browser in
            let faults = try await Self.walk(browser.speaking(language), language)
            #expect(faults == [], "\(faults.joined(separator: "\n"))")
        }
    }

    /// Walks from the first page over every kind of link; answers what is wrong, each fault once.
    static func walk(_ browser: Browser, _ language: String) async throws -> [String] {
        var (waiting, seen) = (["/"], Set(["/"]))
        var (patterns, visited) = ([String: Int](), 0)
        var faults: [String] = []
        func pattern(_ path: String) -> String {
            path.replacing(#/[0-9A-HJKMNP-TV-Z]{26}/#, with: "ID").replacing(#/=[^&]*/#, with: "=")
        }
        /// What stands on every page is told once; where a link led wrong is told once a kind of link.
        func note(_ path: String, _ words: [String]) {
            for fault in Set(words).sorted() {
                let isKnown =
                    fault.hasPrefix("status")
                    ? faults.contains { $0.hasSuffix(fault) && pattern($0).hasPrefix(pattern(path)) }
                    : faults.contains { $0.hasSuffix(": \(fault)") }
                if !isKnown { faults.append("\(path): \(fault)") }
            }
        }
        while !waiting.isEmpty, visited < mostPages {
            let path = waiting.removeFirst()
            visited += 1
            let reply = try await browser.get(path)
            var links: [String] = []
            if (300..<400).contains(reply.status) {
                links = [reply.location]
            } else if reply.headers[.contentType]?.hasPrefix("text/html") == true {
                let markup = Markup(reply.text)
                note(path, PageCheck.faults(reply, markup, language: language))
                links = markup.values(of: "href", on: "a")
            } else if reply.status != 200 {
                note(path, ["status \(reply.status)"])
            }
            for link in links where link.hasPrefix("/") && !link.hasPrefix("/look?") {
                let address =
                    link.split(separator: "#", omittingEmptySubsequences: false).first.map(String.init)
                    ?? link
                let kind = pattern(address)
                guard seen.insert(address).inserted, patterns[kind, default: 0] < mostAlike else { continue }
                patterns[kind, default: 0] += 1
                waiting.append(address)
            }
        }
        if visited < 3 { faults.append("only \(visited) pages were reached") }
        return faults
    }
}

/// What every page of this server keeps to.
enum PageCheck {
    static func faults(_ reply: Reply, _ markup: Markup, language: String) -> [String] {
        var faults = markup.faults
        if reply.status != 200 { faults.append("status \(reply.status)") }
        if reply.headers[.contentType] != "text/html; charset=utf-8" {
            faults.append("type \(reply.headers[.contentType] ?? "none")")
        }
        let policy = reply.headers[.contentSecurityPolicy] ?? ""
        if !policy.contains("default-src 'none'") || policy.contains("unsafe") {
            faults.append("policy “\(policy)”")
        }
        if reply.headers[.xContentTypeOptions] != "nosniff" { faults.append("no nosniff") }
        if markup.count("h1") != 1 { faults.append("\(markup.count("h1")) h1") }
        if markup.values(of: "lang", on: "html") != [language] {
            faults.append("language \(markup.values(of: "lang", on: "html"))")
        }
        for piece in [
            "&lt;p", "&lt;span", "&lt;a ", "&lt;div", "&lt;ul", "&lt;ol", "&lt;li", "&lt;td", "&lt;i ",
            "&amp;amp;", "&amp;lt;", "Optional(", "HTML(bytes",
            "\\(",
        ] where reply.text.contains(piece) {
            let range = reply.text.range(of: piece)
            faults.append(
                "escaped by mistake: \(range.map { String(reply.text[$0.lowerBound...].prefix(60)) } ?? piece)"
            )
        }
        for tag in markup.tags where !tag.isEnd {
            for (name, value) in tag.attributes
            where name == "style" || name.hasPrefix("on") || value.hasPrefix("javascript:") {
                faults.append("<\(tag.name) \(name)> is inline")
            }
            if tag.name == "style"
                || tag.name == "script" && !tag.attributes.contains(where: { $0.name == "src" })
            {
                faults.append("<\(tag.name)> is inline")
            }
            for (name, value) in tag.attributes
            where ["src", "href"].contains(name) && (value.hasPrefix("http") || value.hasPrefix("//")) {
                faults.append("\(name) leads away: \(value)")
            }
        }
        let ids = markup.values(of: "id")
        for id in Dictionary(grouping: ids, by: \.self).filter({ $0.value.count > 1 }).keys {
            faults.append("the id \(id) is there twice")
        }
        for (attribute, name) in [("for", "label"), ("aria-describedby", nil), ("aria-labelledby", nil)]
            as [(String, String?)]
        {
            for value in markup.values(of: attribute, on: name) {
                for id in value.split(separator: " ") where !ids.contains(String(id)) {
                    faults.append("\(attribute)=\(id) names nothing")
                }
            }
        }
        if language == "en" { faults += ownChinese(markup) }
        return faults
    }

    /// Words of the page's own that were left in Chinese: buttons, labels and column headings are never data.
    private static func ownChinese(_ markup: Markup) -> [String] {
        var faults: [String] = []
        for tag in markup.tags where !tag.isEnd {
            let isOwn =
                ["button", "label", "legend"].contains(tag.name)
                || tag.name == "th" && tag.attributes.contains { $0 == ("scope", "col") }
            if isOwn, tag.text.unicodeScalars.contains(where: { (0x4E00...0x9FFF).contains($0.value) }) {
                faults.append("Chinese on <\(tag.name)>: \(tag.text)")
            }
        }
        return faults
    }
}

/// What goes wrong is told as plainly as what goes right.
@Suite(.serialized) struct `The reader of pages sees what it is there for` {
    @Test(arguments: [
        "<p class=x>a</p>", "<p>a", "<p>a</b></p>", "<p class=\"a\" class=\"b\">a</p>",
        "<a href=\"<b>\">a</a>", "<div/>", "a < b</p>", "<i></p>",
    ])
    func `a page with a fault is not taken for a sound one`(_ html: String) {
        #expect(!Markup(html).faults.isEmpty)
    }
    @Test func `a sound page has no fault and gives its forms`() {
        let markup = Markup(
            """
            <!doctype html><p id="a">1 &lt; 2<br></p><form method="post" action="/x?a=1&amp;b=2">\
            <input type="hidden" name="v" value="&quot;1"><select name="s">\
            <option value=\"\">-</option><option value="2" selected>2</option></select>\
            <textarea name="t">a&amp;b</textarea></form>
            """
        )
        #expect(markup.faults == [])
        #expect(markup.form(to: "/x?a=1&b=2")?.values == ["v": "\"1", "s": "2", "t": "a&b"])
    }
}

/// The county of the seed, told once for all tests of this file: the push's first week is enough for every
/// page.
private enum County {
    static let day = Day("2019-08-08")!
    static let office = Task {
        let office = Office(
            database: try await Engine.migrated(),
            clock: Clock { Zone.china.instant(day, ClockTime("10:00")!) }, chance: .seeded(4),
            registryKey: RegistryKey(secret: Array(0..<32)))
        _ = try await office.migrate()
        try await RuyangDemo.load(into: office, seed: 20_190_730, until: day)
        return office
    }
}

@Suite(.serialized) struct `Every page of the county is sound` {
    @Test(arguments: ["tanyiwei", "luxinyi", "ts101", "sh01", "h0001", "fangzhengde"])
    func `every page that somebody of the county can walk to is whole and every link on it leads somewhere`(
        _ login: String
    ) async throws {
        let office = try await County.office.value
        let secret = try await Accounts.signIn(
            .init(login: login, password: Demo.password, kind: .browser), of: RuyangDemo.county,
            at: office.clock.now, office: office)
        try await Turns.all.take {
            try await served(office).test(.live) { client in
                for language in ["zh-CN", "en"] {
                    let faults = try await `Every page of the demo is sound`.walk(
                        Browser(client: client, secret: secret).speaking(language), language)
                    #expect(faults == [], "\(faults.joined(separator: "\n"))")
                }
            }
        }
    }

    @Test func `it has exactly the seed's numbers, its sums agree with a recount, and its chain is whole`()
        async throws
    {
        let office = try await County.office.value
        let (count, recount, fault) = try await office.read { books in
            let path = try Offices.of(RuyangDemo.county, in: books).territory.path
            let campaign = try #require(
                try Campaigns.current(for: .system(of: RuyangDemo.county), on: County.day, in: books))
            return (
                try RegisterCount.count(
                    inside: path, for: .system(of: RuyangDemo.county), as: .present, today: County.day,
                    in: books),
                try Coverage.recount(campaign, for: .system(of: RuyangDemo.county), in: books),
                try Log.verify(for: .system(of: RuyangDemo.county), in: books).fault
            )
        }
        #expect(
            (count.towns, count.villages, count.poorVillages, count.households, count.people) == (
                14, 220, 78, 13_769, 53_271
            ))
        #expect(recount.checked > 50_000 && recount.differences == [])
        #expect(fault == nil)
    }
}

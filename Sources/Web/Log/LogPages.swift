import Governance
import Hummingbird
import Rules

/// The log and the proof that nobody changed it.
enum LogPages {
    static func list(_ call: Call) async throws -> Response { try await page(call, outcome: nil) }

    /// Walks the whole chain, then says and keeps what came of it.
    static func verify(_ call: Call) async throws -> Response {
        _ = try await call.form()
        let outcome = try await verification(call)
        try await call.write { try Log.keep(outcome, by: call.actor, at: call.now, in: $0) }
        return try await page(call, outcome: outcome)
    }

    /// Verifies the log of whoever asks, against everything that is kept here: the same for page and API.
    static func verification(_ call: Call) async throws -> Log.Verification {
        let county = call.actor.county
        return try await call.atLength {
            let evidence = try call.doors.evidence(of: county, at: call.now)
            return try await call.read { try Log.verify(for: call.actor, against: evidence, in: $0) }
        }
    }

    private static func page(_ call: Call, outcome: Log.Verification?) async throws -> Response {
        let total = try await call.read { try Log.count(for: call.actor, in: $0) }
        return Page(
            title: call.say("日志", "Log"), current: "/log", isLive: true,
            body: """
                <div class="pagehead"><h1>\(call.say("日志", "Log"))</h1><p class="mute">\(call.say("共 \(total) 条，一环扣一环；改一个字都会被查出来。", "\(total) lines, each chained to the one before; any changed letter shows."))</p><div class="btns">\(PostButton(action: "/log/verify", words: call.say("核验整条链", "Verify the chain"), style: "pri").html(call))</div></div>\
                \(verdict(outcome, call))\(try await listing.section(call))\(try Seal.section(call))
                """
        ).response(call)
    }

    /// A line of a county's log, and whether its reader may not know all that it says.
    struct Line: Sendable { let entry: LogEntry, isWithheld: Bool, county: County }

    private static let kinds = [
        "case", "person", "account", "power", "post", "tenure", "unit", "territory", "category", "office",
        "log",
    ]

    /// The lines of the log, newest first.
    static let listing = Listing<Line>(
        name: "log", path: "/log", title: Phrase(zh: "日志", en: "Log"),
        filters: Log.Query.filters,
        tabs: .init("kind", kinds.map { .init("\($0).", kindWords[$0] ?? .asGiven($0)) }),
        columns: [
            Column("seq", "#", "#") { line, _ in .number(line.entry.sequence) },
            Column("at", "时间", "Time") { line, _ in .moment(line.entry.at) },
            Column(
                "who", "谁", "Who",
                html: { "\($1.say($0.entry.name))<span class=\"den\">\($1.say($0.entry.post))</span>" }
            ) { .text("\($1.say($0.entry.name)) \($1.say($0.entry.post))") },
            Column("what", "做了什么", "What", html: what) {
                .text($1.say(EventWords.of($0.entry.kind).words))
            },
            Column(
                "details", "详情", "Details",
                html: shortened
            ) { .text(details($0.entry, most: .max, $1)) },
            Column(
                "print", "指纹", "Print",
                html: { line, _ in "<span class=\"mono\">\(line.entry.hash.prefix(4).hex)</span>" }
            ) { line, _ in .text(line.entry.hash.hex) },
        ], cursor: Log.Query.cursor, kept: ["subject"], id: { String($0.entry.sequence) },
        source: .paged { call, values in
            let (query, county) = (try Log.Query(values), call.actor.county)
            let isNarrowed = !query.kind.isEmpty || query.subject != nil
            let (lines, total) = try await call.read { books in
                (
                    try Log.lines(query, for: call.actor, in: books),
                    // No line but those of the page is counted.
                    isNarrowed ? nil : try Log.count(for: call.actor, in: books)
                )
            }
            // Lines are numbered from 1 without a gap: nothing comes before the first.
            let last = lines.count == query.limit ? lines.last?.line.sequence : nil
            return ListPage(
                total: total,
                rows: lines.map { Line(entry: $0.line, isWithheld: $0.isWithheld, county: county) },
                next: last.flatMap { $0 > 1 ? String($0) : nil })
        })

    private static func shortened(_ line: Line, _ call: Call) -> HTML {
        let details = details(line.entry, most: 80, call)
        return details.isEmpty ? .none : "<span class=\"details\">\(details)</span>"
    }

    private static func details(_ entry: LogEntry, most: Int, _ call: Call) -> String {
        entry.details.sorted { $0.key < $1.key }.map {
            "\(call.say(detailWords[$0.key] ?? .asGiven($0.key)))：\($0.value.prefix(most))"
        }
        .joined(separator: call.say("；", "; "))
    }

    private static func what(_ line: Line, _ call: Call) -> HTML {
        let what = call.say(EventWords.of(line.entry.kind).words)
        let leads =
            line.entry.subject.kind == "case" && call.actor.seats.contains(where: \.kind.reachesTerritory)
        return leads ? "<a href=\"/cases/\(line.entry.subject.id)\">\(what)</a>" : "\(what)"
    }

    private static func verdict(_ outcome: Log.Verification?, _ call: Call) -> HTML? {
        guard let outcome else { return nil }
        let key: HTML? = outcome.key.map {
            "<p class=\"sm\">\(call.say("公钥", "Public key")) <span class=\"mono\">\($0)</span></p>"
        }
        let told = outcome.told.html { "<p>\(call.say($0))</p>" }
        let head: HTML =
            "<p class=\"sm\">\(call.say("链头", "Head")) <span class=\"mono\">\(outcome.head.hex)</span></p>"
        guard outcome.fault == nil else {
            return "<div class=\"note\" role=\"alert\">\(told)\(head)\(key)</div>"
        }
        return "<div class=\"note info\" role=\"status\">\(told)\(head)\(key)</div>"
    }
}

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

    private static let detailWords: [String: Phrase] = [
        "photos": Phrase(zh: "照片（编号:指纹）", en: "photos (identity:print)"),
        "words": Phrase(zh: "内容", en: "words"), "unit": Phrase(zh: "单位", en: "unit"),
        "person": Phrase(zh: "人员", en: "person"), "what": Phrase(zh: "事由", en: "what"),
        "scope": Phrase(zh: "能做", en: "may do"),
        "days": Phrase(zh: "天数", en: "days"), "left": Phrase(zh: "剩余", en: "left"),
        "reason": Phrase(zh: "理由", en: "reason"),
        "answer": Phrase(zh: "意见", en: "words"), "which": Phrase(zh: "哪些", en: "which"),
        "stand_in": Phrase(zh: "替补", en: "stand-in"), "due": Phrase(zh: "时限", en: "due"),
        "limit": Phrase(zh: "时限", en: "limit"),
        "category": Phrase(zh: "类别", en: "category"), "territory": Phrase(zh: "区域", en: "area"),
        "source": Phrase(zh: "来源", en: "source"),
        "outside": Phrase(zh: "对方单号", en: "outside number"), "post": Phrase(zh: "岗位", en: "post"),
        "step": Phrase(zh: "级", en: "step"),
        "times": Phrase(zh: "次数", en: "times"), "reached": Phrase(zh: "联系上", en: "reached"),
        "solved": Phrase(zh: "解决", en: "solved"),
        "satisfaction": Phrase(zh: "满意度", en: "satisfaction"), "name": Phrase(zh: "名称", en: "name"),
        "code": Phrase(zh: "代码", en: "code"),
        "kind": Phrase(zh: "类别", en: "kind"), "from": Phrase(zh: "从", en: "from"),
        "to": Phrase(zh: "到", en: "to"), "on": Phrase(zh: "日期", en: "on"),
        "as": Phrase(zh: "方式", en: "as"), "login": Phrase(zh: "登录名", en: "login"),
        "title": Phrase(zh: "名称", en: "title"),
        "lines": Phrase(zh: "条数", en: "lines"), "head": Phrase(zh: "链头", en: "head"),
        "decision": Phrase(zh: "事由", en: "decision"),
        "detail": Phrase(zh: "详情", en: "detail"), "number": Phrase(zh: "编号", en: "number"),
        "into": Phrase(zh: "并入", en: "into"),
        "until": Phrase(zh: "到", en: "until"), "case": Phrase(zh: "事项", en: "case"),
        "version": Phrase(zh: "版本", en: "version"),
        "public": Phrase(zh: "居民可见", en: "public"), "reopened": Phrase(zh: "重开", en: "reopened"),
        "years": Phrase(zh: "年份", en: "years"),
        "added": Phrase(zh: "新增", en: "added"), "changed": Phrase(zh: "更新", en: "changed"),
        "system": Phrase(zh: "编码", en: "code system"),
        "key": Phrase(zh: "公钥", en: "public key"), "previous": Phrase(zh: "原公钥", en: "key before"),
        "signature": Phrase(zh: "签名", en: "signature"),
        "fault": Phrase(zh: "对不上的地方", en: "what does not fit"),
        "checkpoints": Phrase(zh: "检查点", en: "checkpoints"),
        "value": Phrase(zh: "值", en: "value"), "retired": Phrase(zh: "停用", en: "retired"),
        "alias": Phrase(zh: "别名", en: "alias"),
    ]

    private static let kindWords: [String: Phrase] = [
        "case": Phrase(zh: "事项", en: "Cases"), "person": Phrase(zh: "人员", en: "People"),
        "account": Phrase(zh: "账号", en: "Accounts"),
        "post": Phrase(zh: "岗位", en: "Posts"), "tenure": Phrase(zh: "任职", en: "Tenures"),
        "unit": Phrase(zh: "单位", en: "Units"),
        "territory": Phrase(zh: "区划", en: "Territories"), "category": Phrase(zh: "类别", en: "Categories"),
        "power": Phrase(zh: "授权", en: "Power"), "office": Phrase(zh: "机构", en: "Office"),
        "log": Phrase(zh: "日志", en: "Log"),
    ]
}

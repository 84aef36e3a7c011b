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
            return try await call.read { try Log.verify(county, against: evidence, in: $0) }
        }
    }

    /// What a query asks for; `subject` is `kind:id`.
    static func query(_ answers: FormInput) throws -> Log.Query {
        var query = Log.Query(try Log.Query.fields.read(answers))
        let subject = answers["subject"].split(separator: ":", maxSplits: 1).map(String.init)
        if subject.count == 2 { query.subject = .init(subject[0], subject[1]) }
        return query
    }

    private static func page(_ call: Call, outcome: Log.Verification?) async throws -> Response {
        let query = try query(call.query)
        let (lines, total) = try await call.read {
            (
                try Log.lines(query, for: call.actor, in: $0).map(\.line),
                try Log.count(of: call.actor.county, in: $0)
            )
        }
        let kinds = [
            "case", "person", "account", "power", "post", "tenure", "unit", "territory", "category", "office",
            "log",
        ]
        let last = lines.count == query.limit ? lines.last?.sequence : nil
        return Page(
            title: call.say("日志", "Log"), current: "/log", isLive: true,
            body: """
                <div class="pagehead"><h1>\(call.say("日志", "Log"))</h1><p class="mute">\(call.say("共 \(total) 条，一环扣一环；改一个字都会被查出来。", "\(total) lines, each chained to the one before; any changed letter shows."))</p><div class="btns">\(PostButton(action: "/log/verify", words: call.say("核验整条链", "Verify the chain"), style: "pri").html(call))</div></div>\
                \(verdict(outcome, call))<div class="filters">\
                <div class="seg wrapping" role="group" aria-label="\(call.say("类别", "Kind"))">\
                <a href="/log"\(" aria-current=\"true\"", if: query.kind.isEmpty)>\
                \(call.say("全部", "All"))</a>\(kinds.html { kind in
                    """
                        <a href="/log?kind=\(kind).\
                        "\(" aria-current=\"true\"", if: query.kind == kind + ".")>\
                        \(call.say(Self.kindWords[kind] ?? .asGiven(kind)))</a>
                        """
                })</div></div>\
                <div class="scroll" tabindex="0" role="region" aria-label="\(call.say("日志", "Log"))"><table>\
                <thead><tr><th scope="col" class="num">#</th><th scope="col">\(call.say("时间", "Time"))</th>\
                <th scope="col">\(call.say("谁", "Who"))</th><th scope="col">\(call.say("做了什么", "What"))</th>\
                <th scope="col">\(call.say("详情", "Details"))</th><th scope="col">\
                \(call.say("指纹", "Print"))</th></tr></thead><tbody>\(lines.html { row($0, call) })</tbody>\
                </table></div>\
                \(try Seal.section(call))\(last.map { "<p class=\"btns more\"><a class=\"btn quiet\" href=\"/log?\(FormText.query([("kind", query.kind), ("before", String($0))]))\">\(call.say("更早的", "Earlier"))</a></p>" as HTML })
                """
        ).response(call)
    }

    private static func row(_ entry: LogEntry, _ call: Call) -> HTML {
        let details = entry.details.sorted { $0.key < $1.key }.map {
            "\(call.say(Self.detailWords[$0.key] ?? .asGiven($0.key)))：\($0.value.prefix(80))"
        }
        .joined(separator: call.say("；", "; "))
        let what = call.say(EventWords.of(entry.kind).words)
        let link: HTML =
            entry.subject.kind == "case" && call.actor.seats.contains(where: \.kind.reachesTerritory)
            ? "<a href=\"/cases/\(entry.subject.id)\">\(what)</a>" : "\(what)"
        return """
            <tr><td class="num">\(entry.sequence)</td><td class="nw">\(call.moment(entry.at))</td>\
            <td class="who">\(call.say(entry.name))<span class="den">\(call.say(entry.post))</span></td><td>\
            \(link)</td><td class="details">\(details)</td><td class="mono">\(entry.hash.prefix(4).hex)</td>\
            </tr>
            """
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
        "office": Phrase(zh: "机构", en: "Office"), "log": Phrase(zh: "日志", en: "Log"),
    ]
}

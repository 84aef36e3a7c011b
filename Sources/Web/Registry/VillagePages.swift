import Governance
import Hummingbird
import Rules

/// One village: its profile, its households in figures, who supports it, what changed.
enum VillagePages {
    static func change(_ call: Call) async throws -> Response {
        let answers = try await call.form()
        let village = try village(call)
        let changed = try await call.write { try change(village, answers, call, in: $0) }
        return call.done(
            "/villages/\(village.id)",
            changed
                ? Phrase(zh: "已保存，从填写的日期起生效。", en: "Stored; it holds from the day that you gave.")
                : Phrase(zh: "没有改动，村情还是原来的。", en: "Nothing differs; the profile stays."))
    }

    /// The one way of a change, for page and API. Answers whether anything changed.
    @discardableResult
    static func change(_ village: Territory, _ answers: FormInput, _ call: Call, in books: Books) throws
        -> Bool
    {
        // What is wrong with a form is told only to whoever may fill it in.
        try call.actor.need(.keepRegister, at: village.path)
        let (values, facts) = try [RegisterForm.from].read(answers, with: .village)
        return try Villages.change(
            village, facts, from: values.day("from", else: call.today), by: call.actor, at: call.now,
            in: books)
    }

    /// The village that the path names.
    static func village(_ call: Call) throws -> Territory {
        guard let place = try call.names().place(call.part("id")), place.level == .village else {
            throw Refusal.notFound
        }
        return place
    }

    static func show(_ call: Call) async throws -> Response {
        let (village, names) = (try village(call), try call.names())
        let asOf = try RegisterPages.asOf(call.query, call)
        let sight = try await call.read {
            try Villages.sight(village, as: asOf, for: call.actor, on: call.today, in: $0)
        }
        let (facts, units, count) = (sight.file.facts, sight.file.supporters, sight.count)
        let known = FactList.village.shown.filter { facts.isKnown($0.name) }
        let town = village.parent.flatMap { names.place($0) }
        let mayChange = call.actor.may(.keepRegister, at: village.path)
        let form = Form(
            action: "/villages/\(village.id)",
            fields: [RegisterForm.from.required.field(call, value: call.today.description)]
                + facts.fields(call),
            submit: call.say("保存", "Save"))
        let isRefused = call.submission.refused != nil
        var query = HouseholdQuery()
        query.asOf = asOf
        return Page(
            title: village.shortName, current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register">\
                \(call.say("建档立卡", "Register"))</a> › <a href="/register?territory=\(town?.id ?? "")">\
                \(town?.shortName ?? "")</a></nav>\
                <div class="pagehead tight"><h1>\(village.shortName)</h1>\(facts.flag("is_poor") == true ? "<span class=\"tag\">\(call.say("贫困村", "poor village"))</span>" : HTML.none)</div>\(RegisterPages.day(query, call))\
                <p class="lead"><a href="/register?territory=\(village.id)&amp;kind=registered">\(call.say("建档立卡 \(count.households) 户 \(count.people) 人", "\(count.households) registered households with \(count.people) people"))</a>\(call.say("，边缘户 ", ", "))<a href="/register?territory=\(village.id)&amp;kind=marginal">\(count.marginal)</a>\(call.say(" 户，一般农户 ", " marginal and "))<a href="/register?territory=\(village.id)&amp;kind=ordinary">\(count.ordinary)</a>\(call.say(" 户。", " ordinary households."))</p>\
                <div class="cols c84"><div class="stack"><section class="sec"><header><h2>\(call.say("村情", "Profile"))</h2></header><dl class="kv">\(known.html { "<dt>\(call.say($0.words))</dt><dd>\($0.shown(facts, call.language))</dd>" })</dl></section>\
                <section class="sec"><header><h2>\(call.say("变更记录", "What changed"))</h2></header>\
                <ul class="plain">\(sight.history.reversed().prefix(20).html { entry in
                    """
                        <li><b>\(call.say(EventWords.of(entry.kind).words))</b> <span class="mute">\
                        \(call.moment(entry.at))\(separator)\(call.say(entry.name))</span><br>\
                        \(RegisterWords.told(entry.details, call))</li>
                        """
                })</ul></section></div>\
                <div class="stack"><section class="sec"><header><h2>\(call.say("帮扶单位", "Supported by"))</h2></header>\(units.isEmpty ? "<p class=\"mute\">\(call.say("没有帮扶单位。", "No support unit."))</p>" : "<ul class=\"plain\">\(units.html { "<li>\(call.say(names.name(of: $0)))</li>" })</ul>" as HTML)</section>\
                \(mayChange ? "<details\(" open", if: isRefused)><summary>\(call.say("修改村情", "Change the profile"))</summary>\(form.html(call))</details>" : HTML.none)</div></div>
                """
        ).response(call)
    }
}

import Governance
import Hummingbird
import Rules

extension VillagePages {
    /// The villages of the actor's reach, with what the register holds of each.
    static func list(_ call: Call) async throws -> Response {
        Page(
            title: call.say("各村", "Villages"), current: "/register",
            body: """
                <nav class="crumb" aria-label="\(call.say("位置", "Where"))"><a href="/register">\
                \(call.say("建档立卡", "Register"))</a></nav>\
                <div class="pagehead tight"><h1>\(call.say("各村", "Villages"))</h1></div>\
                \(try await listing.section(call))
                """
        ).response(call)
    }

    private static let poor = FormField("poor", "贫困村", "Poor village", .yesOrNo)

    /// The villages of today.
    static let listing = Listing<VillageCount>(
        name: "villages", path: "/villages", title: Phrase(zh: "各村", en: "Villages"),
        filters: [RegisterForm.territory, poor],
        columns: [
            Column(
                "village", "村", "Village",
                html: { line, _ in
                    "<a href=\"/villages/\(line.village.id)\">\(line.village.shortName)</a>"
                }
            ) { line, _ in .text(line.village.shortName) },
            Column("town", "乡镇", "Town") { line, call in
                .text(line.village.parent.flatMap { call.directory?.placeName($0) } ?? "")
            },
            Column("is_poor", "贫困村", "Poor village") { line, call in
                .text(line.isPoor ? call.say("是", "yes") : call.say("否", "no"))
            },
            Column(
                "registered", "建档立卡户", "Registered households",
                definition: Phrase(
                    zh: "权限范围内的户，不含已剔除、已销户的。",
                    en: "Those in reach, without who was struck off or has died out."),
                html: { line, _ in households(line.registered, "registered", of: line.village) }
            ) { line, _ in .number(line.registered) },
            Column(
                "people", "建档立卡人口", "People registered",
                definition: Phrase(zh: "建档立卡户的成员。", en: "The members of the registered households.")
            ) { line, _ in .number(line.people) },
            Column(
                "marginal", "边缘户", "Marginal households",
                html: { line, _ in households(line.marginal, "marginal", of: line.village) }
            ) { line, _ in .number(line.marginal) },
            Column(
                "ordinary", "一般农户", "Ordinary households",
                html: { line, _ in households(line.ordinary, "ordinary", of: line.village) }
            ) { line, _ in .number(line.ordinary) },
        ], empty: Phrase(zh: "没有这样的村。", en: "There is no such village."), id: \.village.id,
        source: .whole { call, values in
            let land = try RegisterPages.path(values, call.names())
            let isPoor = values.optionalFlag("poor")
            let all = try await call.read { try lines(inside: land, call, in: $0) }
            return all.filter { isPoor == nil || $0.isPoor == isPoor }
        })

    private static func households(_ count: Int, _ kind: String, of village: Territory) -> HTML {
        "<a href=\"/register?territory=\(village.id)&amp;kind=\(kind)\">\(count)</a>"
    }

    private struct Sight: Hashable { var person: ID<Person>?, land: String, day: Day }

    /// Counting takes longer than the list: it is remembered until something changes.
    private static func lines(inside land: String, _ call: Call, in books: Books) throws -> [VillageCount] {
        let remembered: VersionedCache<Sight, [VillageCount]> = call.office.cache.versioned(
            "village counts", most: 32)
        return try remembered.thing(
            Sight(person: call.actor.person, land: land, day: call.today), of: call.actor.county,
            version: call.version
        ) {
            try Villages.list(inside: land, for: call.actor, on: call.today, in: books)
        }
    }
}

import Governance
import Hummingbird
import Rules

/// The points that rounds walk to: they come by import, and end here.
enum PointAdminPages {
    private static let path = "/admin/points"

    static func list(_ call: Call) async throws -> Response {
        AdminPages.frame(
            call, path, title: call.say("点位", "Points"),
            lead: call.say(
                "巡查要走到的地方。停用以后不再列入新发布的方案；已经发布的，欠着的还算。",
                """
                Places that rounds walk to. An ended one is in no scheme published later; what is owed \
                of a published one stays owed.
                """
            ),
            buttons:
                """
                <a class="btn pri" href="/admin/import?kind=points">\
                \(call.say("导入点位", "Import points"))</a>
                """,
            body: try await listing.section(call)
        ).response(call)
    }

    /// The points of today, in the actor's reach.
    static let listing = Listing<Point>(
        name: "points", path: path, title: Phrase(zh: "在用的点位", en: "Points today"), filters: [],
        columns: [
            Column("name", "名称", "Name") { point, _ in .text(point.name) },
            Column("code", "代码", "Code") { point, _ in .text(point.code) },
            Column("territory", "所在区划", "Territory") {
                .text($1.directory?.placeName($0.territory) ?? "")
            },
            Column(
                "end", "", "",
                html: { point, call in
                    PostButton(
                        action: path, words: call.say("停用", "End"), fields: [("id", point.id.text)]
                    ).html(call)
                }
            ) { _, _ in .none },
        ], empty: Phrase(zh: "还没有点位。", en: "No points yet."), id: \.id.text,
        source: .whole { call, _ in
            let path = try call.names().office.territory.path
            return try await call.read {
                try Points.all(inside: path, for: call.actor, on: call.today, in: $0)
            }
        })

    static func end(_ call: Call) async throws -> Response {
        let sent = try await call.form()
        let id = try sent.id("id", of: Point.self)
        let day = try await call.write { try end(id, sent, call, in: $0) }
        return call.done(
            path, "点位已停用，从\(call.day(day))起不再列入新发布的方案；已经欠着的还算。",
            "Ended: no scheme published from \(call.day(day)) on has it. What is owed of it stays owed.")
    }

    /// The one way of ending a point, for page and API. Answers the day.
    static func end(_ id: ID<Point>, _ answers: FormInput, _ call: Call, in books: Books) throws -> Day {
        let day = try CampaignForm.endOfPoint.read(answers).day("on", else: call.today)
        try Points.end(id, on: day, by: call.actor, at: call.now, in: books)
        return day
    }
}

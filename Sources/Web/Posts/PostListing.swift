import Governance
import Rules

/// A post with those who hold it and what the post above it is called.
struct PostLine: Sendable {
    let post: Post, superior: Phrase?
    /// Who holds it on the day or will, and who holds it on the day.
    let tenures: [Tenure], holders: [Tenure]
    /// Whether the chain of responsibility ends here though it should not.
    let isLoose: Bool

    /// Every post of a day.
    static func all(for actor: Actor, on today: Day, in books: Books) throws -> [PostLine] {
        let posts = try Posts.all(for: actor, on: today, in: books)
        let tenures = Dictionary(grouping: try Tenures.all(for: actor, on: today, in: books), by: \.post)
        let titles = Dictionary(posts.map { ($0.id, $0.title) }) { first, _ in first }
        let ids = Set(posts.map(\.id))
        return posts.map { post in
            let tenures = tenures[post.id] ?? []
            return PostLine(
                post: post, superior: post.reportsTo.flatMap { titles[$0] }, tenures: tenures,
                holders: tenures.filter { $0.since <= today },
                isLoose: PostPages.isLoose(post, among: ids))
        }
    }

    fileprivate func names(standIn: Bool, _ call: Call) -> String {
        holders.filter { $0.isStandIn == standIn }.map(\.personName).joined(separator: call.say("、", ", "))
    }
}

extension PostPages {
    private enum Shown: String, CaseIterable { case vacant, loose }

    private static let show = FormField(
        "show", "只看", "Show",
        .choice([
            .init(Shown.vacant.rawValue, Phrase(zh: "空缺", en: "Vacant")),
            .init(Shown.loose.rawValue, Phrase(zh: "没有上级", en: "Without superior")),
        ]))

    /// The posts of today and who holds them, place by place.
    static let listing = Listing<PostLine>(
        name: "posts", path: path, title: Phrase(zh: "岗位", en: "Posts"),
        filters: [show] + PostForm.filter, tabs: .init(show),
        columns: [
            Column(
                "title", "岗位", "Post",
                html: { "<a href=\"\(path)/\($0.post.id)\">\($1.say($0.post.title))</a>" }
            ) { .text($1.say($0.post.title)) },
            Column(
                "holder", "在岗", "Held by",
                html: { people($0.holders.filter { !$0.isStandIn }, $1, vacant: $0.holders.isEmpty) }
            ) { line, call in
                .text(line.holders.isEmpty ? call.say("空缺", "vacant") : line.names(standIn: false, call))
            },
            Column("stand_in", "代班", "Stand-in") { .text($0.names(standIn: true, $1)) },
            Column("superior", "上级", "Superior") { line, call in
                .text(line.superior.map { call.say($0) } ?? "")
            },
            Column("unit", "单位", "Unit") { line, call in
                .text(call.directory.map { call.say($0.name(of: line.post.unit)) } ?? "")
            },
            Column("kind", "类别", "Kind") { .text($1.say($0.post.kind.words)) },
            Column("territory", "所在区划", "Territory") {
                .text($1.directory?.placeName($0.post.territory) ?? "")
            },
        ],
        grouped: "territory",
        kept: ["on"], empty: Phrase(zh: "没有这样的岗位。", en: "There is no such post."), id: \.post.id.text,
        source: .whole { call, values in
            let (unit, kind): (ID<Unit>?, PostKind?) = (
                try values.optionalID("unit"), try values.optionalChoice("kind")
            )
            let (shown, day): (Shown?, Day) = (
                try values.optionalChoice("show"), try values.day("on", else: call.today)
            )
            let all = try await call.read { try PostLine.all(for: call.actor, on: day, in: $0) }
            return all.filter { line in
                guard unit == nil || line.post.unit == unit, kind == nil || line.post.kind == kind
                else { return false }
                return switch shown {
                case .vacant: line.holders.isEmpty
                case .loose: line.isLoose
                case nil: true
                }
            }
        })
}

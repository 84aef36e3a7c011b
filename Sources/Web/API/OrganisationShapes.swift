import Governance
import Rules

// The words of the organisation, each described once under its name.

extension Territory.Level: JSONWord { static var schemaName: String? { "TerritoryLevel" } }
extension Unit.Kind: JSONWord { static var schemaName: String? { "UnitKind" } }
extension PostKind: JSONWord { static var schemaName: String? { "PostKind" } }
extension Power: JSONValue {
    static var schema: Schema { .choice(name: "Power", allCases.map(\.word)) }
    var json: JSON { .string(word) }
}

/// What the API says of land, units, people, posts and categories.
enum OrganisationShapes {
    static let territory = Shape<Territory>("Territory") {
        Member("id", \.id)
        Member("level", \.level)
        Member("parent", \.parent)
        Member(
            "path", "Its place in the tree: what lies in it has a path that begins with this one.", \.path)
        Member("name", \.name)
        Member("short_name", \.shortName)
        Member("since", \.since)
        Member("until", until, \.until.ifEnds)
    }

    static let unit = Shape<Unit>("Unit") {
        Member("id", \.id)
        Member("code", \.code)
        Member("name", \.name)
        Member("kind", \.kind)
        Member("territory", territory: \.territory)
        Member("since", \.since)
        Member("until", until, \.until.ifEnds)
    }

    static let person = Shape<(person: Person, accounts: [Account])>("Person") {
        Member("id") { $0.person.id }
        Member("name") { $0.person.name }
        Member("masked_phone", "The office telephone with its middle masked.") { $0.person.maskedPhone }
        Member("accounts", list: account) { $0.accounts }
    }

    private static let account = Shape<Account> {
        Member("login", \.login)
        Member("has_password") { $0.password != .none }
        Member("must_change", "Somebody else set the password.", \.mustChange)
        Member("has_second_factor", \.hasFactor)
        Member("is_closed", \.isClosed)
    }

    private static let until =
        "Null while it has not ended; otherwise the first day on which it no longer is."
}

// MARK: Posts

/// A post with those who hold it now or will, and after a change what waits for somebody else to confirm it.
struct HeldPost: Sendable {
    let post: Post, tenures: [Tenure], waiting: [WaitingPower]?

    init(_ post: Post, heldBy tenures: [Tenure]) {
        (self.post, self.tenures, waiting) = (post, tenures, nil)
    }

    /// A post after a change.
    init(_ id: ID<Post>, _ call: Call, in books: Books) throws {
        let actor = call.actor
        post = try Posts.find(id, for: actor, in: books)
        tenures = try Tenures.all(for: actor, on: call.today, in: books).filter { $0.post == id }
        waiting = try PowerRequests.open(for: actor, in: books).filter { $0.subject == id.text }
            .map { try WaitingPower($0, call) }
    }
}

extension OrganisationShapes {
    static let post = Shape<HeldPost>("Post") {
        Member("id", \.post.id)
        Member("code", \.post.code)
        Member("kind", \.post.kind)
        Member("title", \.post.title)
        Member("unit", unit: \.post.unit)
        Member("territory", territory: \.post.territory)
        Member("reports_to", "Null at the top of its chain.", \.post.reportsTo)
        Member("since", \.post.since)
        Member("until", until, \.post.until.ifEnds)
        Member("tenures", list: tenure, "Who holds it now or will.", \.tenures)
        Member(
            "waiting", as: .list(PowerRequestAPI.request.schema),
            "After a change: what waits for confirmation.", isRequired: false
        ) { held, context in
            held.waiting.map { JSON.array($0.map { PowerRequestAPI.request.json($0, context) }) }
        }
    }

    private static let tenure = Shape<Tenure>("Tenure", "Somebody in a post.") {
        Member("id", \.id)
        Member(
            "person",
            Shape<Tenure>("PersonName", "A person with the name.") {
                Member("id", \.person)
                Member("name", \.personName)
            }
        ) { $0 }
        Member("is_stand_in", \.isStandIn)
        Member("since", \.since)
        Member("until", until, \.until.ifEnds)
    }
}

// MARK: Categories

extension OrganisationShapes {
    static let category = Shape<Category>("Category", "A category under the names by which it is entered.") {
        Member("code", "1–40 letters, digits, dots or dashes.", \.code)
        Member("version", "A case keeps the version it was filed under.", \.version)
        Member("major_zh", \.major.zh)
        Member("major_en", \.major.en)
        Member("minor_zh", \.minor.zh)
        Member("minor_en", \.minor.en)
        Member("kind", as: .choice(name: nil, ["event", "component"])) { category, _ in
            .string(category.kind)
        }
        demands
        Member("is_retired", "No new case is filed under it.", \.isRetired)
    }

    @MemberBuilder<Category>
    private static var demands: [Member<Category>] {
        Member("filing_zh", "When it is a case.", \.filing.zh)
        Member("filing_en", \.filing.en)
        Member("closing_zh", "When it is fixed.", \.closing.zh)
        Member("closing_en", \.closing.en)
        Member("limit", \.limit)
        Member(
            "stages", "Steps such as `guard: 3 urgent_hours; repair: 8 urgent_hours`; empty for none."
        ) { Stage.text($0.stages) }
        Member("lead_unit", \.leadUnit)
        Member("photo_required", \.photoRequired)
        Member("is_public", \.isPublic)
        Member("grid_duty", "The grid's own patrol should have found it.", \.gridDuty)
        Member("examples", "Example reports, separated by `|`.") { $0.examples.joined(separator: "|") }
    }
}

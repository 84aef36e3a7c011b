package import Rules
import Store

/// A seat: a kind of work, at a unit, for a territory. Duties belong to posts, so they survive rotation.
package struct Post: Sendable, Hashable {
    /// Its identity.
    package var id: ID<Post>
    /// A short code that imports use.
    package var code: String
    /// Its kind: powers follow from it.
    package var kind: PostKind
    /// What the office calls it.
    package var title: Phrase
    /// The unit it belongs to.
    package var unit: ID<Unit>
    /// The territory it answers for.
    package var territory: String
    /// The next post up the chain of responsibility; nil at the top.
    package var reportsTo: ID<Post>?
    /// The first day on which it exists.
    package var since: Day
    /// The day on which it no longer exists.
    package var until: Day

    init(_ row: Row) throws {
        id = try row.get("id")
        code = try row.get("code")
        kind = try row.get("kind")
        title = Phrase(zh: try row.get("title_zh"), en: try row.get("title_en"))
        unit = try row.get("unit")
        territory = try row.get("territory")
        reportsTo = try row.optional("reports_to")
        since = try row.get("since")
        until = try row.get("until")
    }
    /// What gives the post its power and its reach, as one word: kind, unit and territory.
    var power: String { "\(kind.rawValue) \(unit) \(territory)" }
    static let columns: SQL =
        "p.id, p.code, p.kind, p.title_zh, p.title_en, p.unit, p.territory, p.reports_to, p.since, p.until"
}

/// Somebody in a post from a day until another. A stand-in is a tenure too.
package struct Tenure: Sendable, Hashable {
    /// Its identity.
    package var id: ID<Tenure>
    /// The post.
    package var post: ID<Post>
    /// Who holds it.
    package var person: ID<Person>
    /// The holder's name.
    package var personName: String
    /// Whether as a stand-in.
    package var isStandIn: Bool
    /// The first day.
    package var since: Day
    /// The first day on which it no longer holds.
    package var until: Day

    init(_ row: Row) throws {
        id = try row.get("id")
        post = try row.get("post")
        person = try row.get("person")
        personName = try row.get("name")
        isStandIn = try row.get("is_stand_in")
        since = try row.get("since")
        until = try row.get("until")
    }
}

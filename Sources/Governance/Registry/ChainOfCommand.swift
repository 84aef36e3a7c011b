package import Rules
import Store

/// The tree of command on a day, beside the tree of the land: leading group, headquarters, departments, war
/// zones over townships, village committees, support units with their villages, posts with whoever holds
/// them, helpers with how many households they have.
///
/// Who leads whom, and who holds which post, an office tells all its staff; anybody with the register reads
/// it whole. Whom a household has as its helper tells of households: helpers stand here as far as the
/// reader's land goes.
package struct ChainOfCommand: Sendable {
    /// Every unit by kind, and every post by unit.
    package let units: [Unit.Kind: [Unit]], posts: [ID<Unit>: [Post]]
    /// Who holds a post; a stand-in is marked. Empty is vacant.
    package let holders: [ID<Post>: [Tenure]]
    /// The war zone of each township, by the township's identity.
    package let zones: [String: CommandArea]
    /// The villages of each support unit, and the units of each village.
    package let villages: [ID<Unit>: [String]], supporters: [String: [ID<Unit>]]
    /// How many households a post helps.
    package let helped: [ID<Post>: Int]

    /// Reads it for a day.
    package static func of(_ county: County, on day: Day, for actor: Actor, in books: Books) throws
        -> ChainOfCommand
    {
        let reader = try actor.acting(as: .readRegister)
        return try ChainOfCommand(county, day, reader, books)
    }

    private init(_ county: County, _ day: Day, _ reader: Actor, _ books: Books) throws {
        let isWhole = reader.seesOffice(.readRegister)
        let within: SQL =
            isWhole
            ? "1 = 1"
            : """
            EXISTS (SELECT 1 FROM household_version v WHERE v.county = l.county AND v.id = l.household AND \
            \(AsOf.present.condition("v"))
                AND \(reader.registryReach(on: day)))
            """
        let helpers = try books.all(
            """
            SELECT l.post, COUNT(*) AS households FROM help_link l WHERE l.county = \(county)
                AND l.since <= \(day) AND l.until > \(day)
            AND \(within) GROUP BY l.post
            """
        ) { (try $0.get("post", as: ID<Post>.self), try $0.get("households", as: Int.self)) }
        let helped = Dictionary(helpers) { first, _ in first }
        self.helped = helped
        let own = Set(reader.seats.map(\.post))
        func isShown(_ post: Post) -> Bool {
            isWhole || post.kind != .helper || helped[post.id] != nil || own.contains(post.id)
        }
        units = Dictionary(grouping: try Units.all(of: county, on: day, in: books), by: \.kind)
        let shown = try Posts.all(of: county, on: day, in: books).filter(isShown)
        posts = Dictionary(grouping: shown, by: \.unit)
        let ids = Set(shown.map(\.id))
        holders = Dictionary(
            grouping: try Tenures.all(of: county, on: day, in: books).filter {
                $0.since <= day && ids.contains($0.post)
            }, by: \.post)
        zones = Dictionary(try CommandAreas.all(of: county, on: day, in: books).map { ($0.territory, $0) }) {
            first, _ in first
        }
        let links = try books.all(
            """
            SELECT unit, village FROM support_link WHERE county = \(county) AND since <= \(day)
                AND until > \(day) ORDER BY village, since, id
            """
        ) { (unit: try $0.get("unit", as: ID<Unit>.self), village: try $0.get("village", as: String.self)) }
        villages = Dictionary(grouping: links, by: \.unit).mapValues { $0.map(\.village) }
        supporters = Dictionary(grouping: links, by: \.village).mapValues { $0.map(\.unit) }
    }

    /// The townships under a war zone.
    package func townships(of unit: ID<Unit>) -> [String] {
        zones.values.filter { $0.unit == unit }.sorted { $0.path < $1.path }.map(\.territory)
    }

    /// The units of a kind that belong to a territory.
    package func units(_ kind: Unit.Kind, of territory: String) -> [Unit] {
        (units[kind] ?? []).filter { $0.territory == territory }
    }
}

package import Rules
import Store

/// A place that is walked to again and again: a square, the entrance of a building, a stretch of road.
package struct Point: Sendable, Hashable {
    /// Its identity, a short code that imports know it by, and its name.
    package let id: ID<Point>, code: String, name: String
    /// The territory that it lies in, and that territory's path.
    package let territory: String, path: String
    /// Where it is, in degrees of WGS 84; nil if nobody has said.
    package let longitude: Double?, latitude: Double?
    /// The first day, and the first on which it no longer exists.
    package let since: Day, until: Day

    init(_ row: Row) throws {
        (id, code, name) = (try row.get("id"), try row.get("code"), try row.get("name"))
        (territory, path) = (try row.get("territory"), try row.get("path"))
        (longitude, latitude) = (try row.optional("longitude"), try row.optional("latitude"))
        (since, until) = (try row.get("since"), try row.get("until"))
    }
    static let columns: SQL =
        "o.id, o.code, o.name, o.territory, t.path, o.longitude, o.latitude, o.since, o.until"
}

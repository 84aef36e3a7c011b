package import Rules
import Store

/// A piece of land that somebody answers for: province, city, county, town or sub-district, village or
/// community, grid.
package struct Territory: Sendable, Hashable {
    /// The levels of the tree, from the widest.
    package enum Level: String, CaseIterable, Sendable, Bindable, Readable {
        case province, city, county, town, village, grid

        /// How deep: 0 is a province.
        package var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        /// What the level is called.
        package var words: Phrase {
            switch self {
            case .province: Phrase(zh: "省", en: "Province")
            case .city: Phrase(zh: "市", en: "City")
            case .county: Phrase(zh: "县（区）", en: "County")
            case .town: Phrase(zh: "乡镇（街道）", en: "Township / sub-district")
            case .village: Phrase(zh: "村（社区）", en: "Village / community")
            case .grid: Phrase(zh: "网格", en: "Grid")
            }
        }
    }

    /// An opaque, lasting identity. Codes change; this does not.
    package var id: String
    /// How wide it is.
    package var level: Level
    /// What it lies in; nil for a province.
    package var parent: String?
    /// Its place in the tree, three characters a level: a subtree is all paths that begin with it.
    package var path: String
    /// Its name today.
    package var name: String { didSet { shortName = Self.short(name) } }
    /// The everyday name: 第三社区 for 第三社区居民委员会.
    package private(set) var shortName: String
    /// The first day on which it exists.
    package var since: Day
    /// The day on which it no longer exists.
    package var until: Day

    init(_ row: Row) throws {
        id = try row.get("id")
        level = try row.get("level")
        parent = try row.optional("parent")
        path = try row.get("path")
        name = try row.get("name")
        shortName = Self.short(name)
        since = try row.get("since")
        until = try row.get("until")
    }

    static let columns: SQL = "t.id, t.level, t.parent, t.path, t.name, t.since, t.until"

    /// The everyday form of an official name.
    package static func short(_ name: String) -> String {
        for (ending, replacement) in [("社区居民委员会", "社区"), ("村民委员会", "村"), ("街道办事处", "街道"), ("居民委员会", "居委会")]
        where name.hasSuffix(ending) {
            let stem = name.dropLast(ending.count)
            return stem.hasSuffix(replacement) ? String(stem) : stem + replacement
        }
        return name
    }

    /// The official names that an everyday name may stand for: 第三社区居民委员会 for 第三社区.
    static func officialNames(of text: String) -> [String] {
        var names = [text]
        if text.hasSuffix("社区") { names.append(text + "居民委员会") }
        if text.hasSuffix("村") { names += [text.dropLast() + "村民委员会", text + "村民委员会"] }
        if text.hasSuffix("街道") { names.append(text + "办事处") }
        return names
    }

    /// The condition that a case `c` lies in the subtree of a path.
    static func inside(_ path: String) -> SQL {
        "(c.territory_path >= \(path) AND c.territory_path < \(end(of: path)))"
    }

    /// The first text after every path that begins with this one.
    package static func end(of path: String) -> String { path + "~" }
}

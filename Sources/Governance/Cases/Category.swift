package import Rules
import Store

/// A kind of problem, as the office defines it: when to file, when it is fixed, how long it may take, who
/// leads.
package struct Category: Sendable, Hashable {
    /// A stable code such as `fire.fly-wire-charging`.
    package var code: String
    /// 1, 2, 3 …: a case keeps the version it was filed under.
    package var version: Int
    /// Major and minor class.
    package var major: Phrase, minor: Phrase
    /// `event` (something that happens) or `component` (a thing that is broken).
    package var kind: String
    /// When it is a case.
    package var filing: Phrase
    /// When it is fixed.
    package var closing: Phrase
    /// How long it may take, and its stages if it has any.
    package var limit: TimeLimit, stages: [Stage]
    /// The kind of unit that leads.
    package var leadUnit: Unit.Kind
    /// Whether a photo is asked for.
    package var photoRequired: Bool
    /// Whether the public list shows it.
    package var isPublic: Bool
    /// Whether the grid's own patrol should have found it.
    package var gridDuty: Bool
    /// Example reports, for the suggestion.
    package var examples: [String]
    /// No new case is filed under it.
    package var isRetired: Bool

    /// Major and minor together.
    package var words: Phrase {
        Phrase(zh: "\(major.zh)｜\(minor.zh)", en: "\(major.en) | \(minor.en)")
    }

    /// The category of complaints about this system itself.
    package static let aboutSystem = "system.complaint"

    init(_ row: Row) throws {
        code = try row.get("code")
        version = try row.get("version")
        major = Phrase(zh: try row.get("major_zh"), en: try row.get("major_en"))
        minor = Phrase(zh: try row.get("minor_zh"), en: try row.get("minor_en"))
        kind = try row.get("kind")
        filing = Phrase(zh: try row.get("filing_zh"), en: try row.get("filing_en"))
        closing = Phrase(zh: try row.get("closing_zh"), en: try row.get("closing_en"))
        let limitText: String = try row.get("time_limit")
        let stageText: String = try row.get("stages")
        guard let limit = TimeLimit(limitText), let stages = Stage.list(stageText) else {
            throw StoreError.unreadable("a time limit", .text(limitText))
        }
        (self.limit, self.stages) = (limit, stages)
        leadUnit = try row.get("lead_unit")
        photoRequired = try row.get("photo_required")
        isPublic = try row.get("is_public")
        gridDuty = try row.get("grid_duty")
        examples = try row.get("examples", as: String.self).split(separator: "|").map(String.init)
        isRetired = try row.get("is_retired")
    }
}

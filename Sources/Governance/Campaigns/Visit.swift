package import Rules
import Store

/// Somebody was at a household or a point, or tried to be: recorded once, whatever duties it pays.
package struct Visit: Sendable {
    /// How it was made.
    package enum Way: String, CaseIterable, Sendable, Bindable, Readable {
        case home, telephone, elsewhere
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .home: Phrase(zh: "入户", en: "At home")
            case .telephone: Phrase(zh: "电话", en: "By telephone")
            case .elsewhere: Phrase(zh: "在别处", en: "Elsewhere")
            }
        }
    }
    /// What came of it. Only `met` counts as visited; the others are as honest.
    package enum Result: String, CaseIterable, Sendable, Bindable, Readable {
        case met, nobody, refused, moved
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .met: Phrase(zh: "见到了", en: "Met")
            case .nobody: Phrase(zh: "家里没人", en: "Nobody at home")
            case .refused: Phrase(zh: "不愿接待", en: "Refused")
            case .moved: Phrase(zh: "已搬走", en: "Moved away")
            }
        }
    }

    /// Its identity, the household or the point, who came and in which post.
    package let id: ID<Visit>, household: ID<Household>?, point: ID<Point>?, person: ID<Person>,
        post: ID<Post>
    /// What a wrong clock said, if the moment was corrected.
    package let claimedAt: Instant?
    /// When, how, and what came of it.
    package let at: Instant, way: Way, result: Result
    /// What was promised and what else there is to say.
    package let promise: String, note: String
    /// Whether the household approves of the help; nil if it was not asked.
    package let approval: Bool?
    /// The answers to the campaign's form.
    package let answers: [String: String]

    init(_ row: Row) throws {
        (id, person, post) = (try row.get("id"), try row.get("person"), try row.get("post"))
        claimedAt = try row.optional("claimed_at")
        (household, point) = (try row.optional("household"), try row.optional("point"))
        (at, way, result) = (try row.get("visited_at"), try row.get("way"), try row.get("result"))
        (promise, note, approval) = (
            try row.get("promise"), try row.get("note"), try row.optional("approval")
        )
        let json = try JSON(parsing: .init(row.get("answers", as: String.self).utf8))
        guard case .object(let members) = json else {
            throw StoreError.unreadable("answers", .text(json.text))
        }
        answers = Dictionary(members.map { ($0, $1.stringValue ?? "") }) { first, _ in first }
    }
    static let columns: SQL =
        """
        w.id, w.household, w.point, w.person, w.post, w.visited_at, w.way, w.result, w.promise, w.note, \
        w.approval, w.answers, w.claimed_at
        """
}

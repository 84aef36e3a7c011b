package import Rules
import Store

/// What a look-back found at one household: the register held against what is there.
package struct LookBack: Sendable {
    /// What came of it.
    package enum Verdict: String, CaseIterable, Sendable, Bindable, Readable {
        case none, differs, missed
        case wronglyListed = "wrongly_listed"
        case wronglyExited = "wrongly_exited"

        /// What it is called.
        package var words: Phrase {
            switch self {
            case .none: Phrase(zh: "没有问题", en: "No problem")
            case .differs: Phrase(zh: "信息不符", en: "Information differs")
            case .missed: Phrase(zh: "漏评", en: "Missed")
            case .wronglyListed: Phrase(zh: "错评", en: "Wrongly listed")
            case .wronglyExited: Phrase(zh: "错退", en: "Wrongly exited")
            }
        }

        /// Of which households it can be said: by their kind and whether they have exited.
        func fits(kind: String, hasExited: Bool) -> Bool {
            switch self {
            case .none, .differs: true
            case .missed: kind != "registered"
            case .wronglyListed: kind == "registered" && !hasExited
            case .wronglyExited: kind == "registered" && hasExited
            }
        }

        /// What follows from it for the register, beside the facts that differ.
        var consequence: [String: String] {
            switch self {
            case .none, .differs: [:]
            case .missed: ["kind": "registered", "status": "poor"]
            case .wronglyListed: ["status": "removed"]
            case .wronglyExited: ["status": "relapsed"]
            }
        }
    }

    /// The household, and what came of it.
    package let household: ID<Household>, verdict: Verdict, note: String
    /// When, by whom, in which post.
    package let at: Instant, person: ID<Person>, post: ID<Post>
    /// The change of the register that was asked for; nil if nothing differs.
    package let request: ID<ChangeRequest>?

    init(_ row: Row) throws {
        (household, verdict, note) = (try row.get("household"), try row.get("verdict"), try row.get("note"))
        (at, person, post) = (try row.get("checked_at"), try row.get("person"), try row.get("post"))
        request = try row.optional("request")
    }
}

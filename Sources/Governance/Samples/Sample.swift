package import Rules
import Store

/// A sample: frozen and committed to, then drawn, then looked at by somebody who is not judged.
package struct Sample: Sendable {
    /// What it is drawn for.
    package enum Purpose: String, CaseIterable, Sendable, Bindable, Readable {
        /// Visits that are made a second time by somebody else.
        case visits
        /// Households held against the register.
        case register
        /// Closed cases looked at again.
        case cases
        /// Households that left the register: were they wrongly struck off?
        case exited
        /// Households outside the register: were they missed?
        case unregistered
        /// Households asked whether they approve.
        case approval
        /// The public, asked by a questionnaire.
        case survey

        /// What it is called.
        package var words: Phrase {
            switch self {
            case .visits: Phrase(zh: "走访复核", en: "Second visits")
            case .register: Phrase(zh: "台账抽查", en: "Register checks")
            case .cases: Phrase(zh: "办结抽查", en: "Closed cases looked at again")
            case .exited: Phrase(zh: "错退抽查", en: "Wrongly exited")
            case .unregistered: Phrase(zh: "漏评抽查", en: "Missed")
            case .approval: Phrase(zh: "群众认可度", en: "Approval")
            case .survey: Phrase(zh: "问卷调查", en: "Survey")
            }
        }
        /// What is asked of each item, to be answered with yes or no; a yes is right.
        package var question: Phrase {
            switch self {
            case .visits:
                Phrase(zh: "那天真的有人来过、情况和记录一样吗？", en: "Did somebody come that day, and is it as recorded?")
            case .register: Phrase(zh: "这户的情况和台账一样吗？", en: "Is the household as the register says?")
            case .cases: Phrase(zh: "问题真的解决了吗？", en: "Is the problem really solved?")
            case .exited:
                Phrase(zh: "这户真的达到退出标准吗？", en: "Does the household really meet the standards of exit?")
            case .unregistered:
                Phrase(zh: "这户确实不该纳入吗？", en: "Is it right that the household is not in the register?")
            case .approval: Phrase(zh: "对帮扶工作认可吗？", en: "Does the household approve of the help?")
            case .survey: Phrase(zh: "问卷", en: "Questionnaire")
            }
        }
        /// Whether the rate is one of people: an item then counts as often as its household has members.
        package var isOfPeople: Bool { self == .exited || self == .unregistered }
    }

    /// Its identity, purpose, round and what it is about: an indicator or a survey; empty for none.
    package let id: ID<Sample>, purpose: Purpose, round: ID<EvaluationRound>?, about: String
    /// What it is called.
    package let title: Phrase
    /// How it is drawn, how many, and the least of each stratum.
    package let design: SampleDesign, size: Int, least: Int
    /// The frame's hash and length, and the commitment of the seed.
    package let frameHash: String, items: Int, commitment: String
    /// When the frame was frozen, and when the sample was drawn; nil before.
    package let committedAt: Instant, drawnAt: Instant?
    /// The seed; nil before the draw.
    package let seed: String?

    init(_ row: Row) throws {
        (id, purpose, round, about) = (
            try row.get("id"), try row.get("purpose"), try row.optional("round"), try row.get("about")
        )
        title = Phrase(zh: try row.get("title_zh"), en: try row.get("title_en"))
        design = SampleDesign(rawValue: try row.get("design")) ?? .simple
        (size, least, frameHash, items) = (
            try row.get("size"), try row.get("least"), try row.get("frame_hash"), try row.get("items")
        )
        (commitment, committedAt, drawnAt) = (
            try row.get("commitment"), try row.get("committed_at"), try row.optional("drawn_at")
        )
        seed = drawnAt == nil ? nil : try row.get("seed", as: String.self)
    }
    static let columns: SQL =
        """
        s.id, s.purpose, s.round, s.about, s.title_zh, s.title_en, s.design, s.size, s.least, \
        s.frame_hash, s.items, s.commitment, s.committed_at, s.drawn_at, s.seed
        """
}

/// One thing that was drawn, who looks at it, and what was found.
package struct SampleItem: Sendable {
    /// What came of looking.
    package enum Outcome: String, CaseIterable, Sendable, Bindable, Readable {
        case answered, refused, unreachable, replaced
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .answered: Phrase(zh: "问到了", en: "Answered")
            case .refused: Phrase(zh: "拒绝", en: "Refused")
            case .unreachable: Phrase(zh: "联系不上", en: "Not reached")
            case .replaced: Phrase(zh: "已替换", en: "Replaced")
            }
        }
    }

    /// Its number in the sample, the thing, the land and the unit whose work it shows.
    package let number: Int, item: String, path: String, unit: ID<Unit>?
    /// Its size, how often it was hit and what one hit stands for as a fraction.
    package let size: Int, hits: Int, weight: Int, over: Int
    /// Whose place it took, and why; empty for none.
    package let inPlaceOf: String, why: String
    /// Who looks, what came of it, and whether it was right; nil before.
    package let assignee: ID<Person>?, outcome: Outcome?, isRight: Bool?
    /// What the first and the second look found, how it was asked, the answers and what else there is to say.
    package let firstWord: String, secondWord: String, mode: String, answers: [String: String], note: String
    /// Who looked and when.
    package let person: ID<Person>?, foundAt: Instant?
    /// What a resident answers with who was drawn for a survey: on the letter, in no list.
    package let token: String

    init(_ row: Row) throws {
        (number, item, path, unit) = (
            try row.get("number"), try row.get("item"), try row.get("path"), try row.optional("unit")
        )
        (size, hits, weight, over) = (
            try row.get("size"), try row.get("hits"), try row.get("weight"), try row.get("over_weight")
        )
        (inPlaceOf, why, assignee) = (
            try row.get("in_place_of"), try row.get("why"), try row.optional("assignee")
        )
        (outcome, isRight) = (try row.optional("outcome"), try row.optional("is_right"))
        (firstWord, secondWord, mode, note) = (
            try row.get("first_word"), try row.get("second_word"), try row.get("mode"), try row.get("note")
        )
        (person, foundAt, token) = (
            try row.optional("person"), try row.optional("found_at"), try row.get("token")
        )
        let json = try JSON(parsing: .init(row.get("answers", as: String.self).utf8))
        guard case .object(let members) = json else {
            throw StoreError.unreadable("answers", .text(json.text))
        }
        answers = Dictionary(members.map { ($0, $1.stringValue ?? "") }) { first, _ in first }
    }
}

package import Rules
import Store

/// A campaign: a scheme as it was published, over households as they were frozen with it.
package struct Campaign: Sendable {
    /// Its identity, the scheme's name and version, and what people call it.
    package let id: ID<Campaign>, name: String, version: Int, title: Phrase
    /// Its first and its last day.
    package let begins: Day, ends: Day
    /// The scheme's text as it was published, and the hash of it.
    package let text: String, schemeHash: String
    /// As of which day the households were frozen, how many they are, and the hash of their list.
    package let frozenAsOf: Day, households: Int, people: Int, frozenHash: String
    /// The scheme that it runs by, as its text says it.
    package let scheme: Scheme

    init(_ row: Row) throws {
        (id, name, version) = (try row.get("id"), try row.get("name"), try row.get("version"))
        title = Phrase(zh: try row.get("title_zh"), en: try row.get("title_en"))
        (begins, ends) = (try row.get("begins"), try row.get("ends"))
        (text, schemeHash) = (try row.get("scheme"), try row.get("scheme_hash"))
        scheme = Scheme.read(text, .own).scheme
        (frozenAsOf, households, people, frozenHash) = (
            try row.get("frozen_as_of"), try row.get("households"), try row.get("people"),
            try row.get("frozen_hash")
        )
    }
}

extension Scheme.Vocabulary {
    /// What this program has for the names in a scheme.
    package static let own = Scheme.Vocabulary(
        posts: PostKind.allCases.map(\.rawValue), households: words(of: FactList.household["kind"]),
        facts: facts(.household), members: facts(.member), villages: facts(.village),
        parameters: Parameter.allCases.filter { $0.usual == nil }.map(\.rawValue),
        measures: HelpMeasure.Kind.allCases.map(\.rawValue))

    private static func facts(_ list: FactList) -> [String: [String]] {
        Dictionary(uniqueKeysWithValues: list.shown.filter { !$0.isSecret }.map { ($0.name, words(of: $0)) })
    }

    private static func words(of fact: Fact?) -> [String] {
        guard case .choice(let choices)? = fact?.kind else { return [] }
        return choices.map(\.word)
    }
}

extension Refusal {
    /// What is wrong with a scheme, line by line.
    static func scheme(_ faults: [SchemeFault]) -> Refusal {
        .invalid(
            faults.map {
                .init(
                    "line \($0.line)", Phrase(zh: "第 \($0.line) 行：\($0.zh)", en: "Line \($0.line): \($0.en)"))
            })
    }
}

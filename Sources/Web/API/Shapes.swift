import Governance
import Rules

/// Small values as JSON.
extension JSON {
    /// Words in both languages.
    static func words(_ phrase: Phrase) -> JSON {
        .object([("zh", .string(phrase.zh)), ("en", .string(phrase.en))])
    }
    /// A moment in UTC, or null.
    static func moment(_ at: Instant?) -> JSON { .optional(at?.iso) }
    /// A day; null for the end of what has not ended.
    static func day(_ day: Day) -> JSON { day >= .never ? .null : .string(day.description) }
    /// A whole number.
    static func count(_ number: Int) -> JSON { .int(Int64(number)) }
    /// Degrees, or null.
    static func degrees(_ degrees: Double?) -> JSON { degrees.map(JSON.number) ?? .null }
    /// An identity, or null.
    static func id<Of>(_ id: ID<Of>?) -> JSON { .optional(id?.text) }
    /// Texts by name, in the order of the names.
    static func texts(_ texts: [String: String]) -> JSON {
        .object(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// An object with further members.
    func with(_ more: [(String, JSON)]) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members + more)
    }
}

/// Identities with the names that people read, as JSON.
extension Directory {
    /// A unit with its name, or null.
    func json(_ unit: ID<Unit>?) -> JSON {
        unit.map { .object([("id", .string($0.text)), ("name", .words(name(of: $0)))]) } ?? .null
    }
    /// A person with the name, or null.
    func json(_ person: ID<Person>?) -> JSON {
        person.map { .object([("id", .string($0.text)), ("name", .string(name(of: $0)))]) } ?? .null
    }
    /// A territory with its name.
    func json(territory id: String) -> JSON {
        .object([("id", .string(id)), ("name", .string(placeName(id)))])
    }
    /// The category in the version under which a case was filed; null before.
    func json(category code: String, version: Int) -> JSON {
        guard !code.isEmpty else { return .null }
        let words = category(code, version: version)?.words ?? .asGiven(code)
        return .object([("code", .string(code)), ("version", .count(version)), ("words", .words(words))])
    }
}

import Governance
import Rules

/// What a JSON value looks like, in the words of OpenAPI 3.1.
indirect enum Schema: Sendable {
    case text, integer, number, flag
    /// A text in a format that JSON Schema names, such as `date`.
    case format(String)
    /// One of a few words; what has a name is described once, under that name.
    case choice(name: String?, [String])
    case list(Schema), optional(Schema)
    /// An object whose members are not known beforehand.
    case map(of: Schema)
    case object(ObjectSchema)
    /// Either of several.
    case either([Schema])
    /// A value of a kind that is described once: identity, moment, words in two languages.
    case common(Common)
    /// Whatever JSON there is.
    case anything

    /// The kinds of values that are described once.
    enum Common: String, CaseIterable, Sendable {
        case id = "ID", moment = "Moment", words = "Phrase", limit = "TimeLimit"
    }
}

/// An object: its name if it is described once, and its members in order.
struct ObjectSchema: Sendable {
    /// A member: one that is not always there is not required.
    struct Member: Sendable {
        let name: String, schema: Schema, note: String?, isRequired: Bool
    }
    let name: String?, note: String?, members: [Member]
}

// MARK: Values that know what they look like

/// A value with one way of being JSON.
protocol JSONValue: SendableMetatype {
    static var schema: Schema { get }
    var json: JSON { get }
}

/// A word of an enumeration.
protocol JSONWord: JSONValue, RawRepresentable, CaseIterable where RawValue == String {
    /// The name under which its words are described once; nil describes them where they stand.
    static var schemaName: String? { get }
}

extension JSONWord {
    static var schemaName: String? { nil }
    static var schema: Schema { .choice(name: schemaName, allCases.map(\.rawValue)) }
    var json: JSON { .string(rawValue) }
}

extension String: JSONValue {
    static var schema: Schema { .text }
    var json: JSON { .string(self) }
}

extension Int: JSONValue {
    static var schema: Schema { .integer }
    var json: JSON { .int(Int64(self)) }
}

extension Int64: JSONValue {
    static var schema: Schema { .integer }
    var json: JSON { .int(self) }
}

extension Double: JSONValue {
    static var schema: Schema { .number }
    var json: JSON { .number(self) }
}

extension Bool: JSONValue {
    static var schema: Schema { .flag }
    var json: JSON { .bool(self) }
}

extension Instant: JSONValue {
    static var schema: Schema { .common(.moment) }
    var json: JSON { .string(iso) }
}

extension Day: JSONValue {
    static var schema: Schema { .format("date") }
    var json: JSON { .string(description) }
}

extension TimeLimit: JSONValue {
    static var schema: Schema { .common(.limit) }
    var json: JSON { .string(description) }
}

extension Phrase: JSONValue {
    static var schema: Schema { .common(.words) }
    var json: JSON { .object([("zh", .string(zh)), ("en", .string(en))]) }
}

extension ID: JSONValue {
    static var schema: Schema { .common(.id) }
    var json: JSON { .string(text) }
}

extension Optional: JSONValue where Wrapped: JSONValue {
    static var schema: Schema { .optional(Wrapped.schema) }
    var json: JSON { self?.json ?? .null }
}

extension Array: JSONValue where Element: JSONValue {
    static var schema: Schema { .list(Element.schema) }
    var json: JSON { .array(map(\.json)) }
}

extension Dictionary: JSONValue where Key == String, Value: JSONValue {
    static var schema: Schema { .map(of: Value.schema) }
    var json: JSON { .object(sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }) }
}

extension Day {
    /// The day, or nil for the end of what has not ended.
    var ifEnds: Day? { self >= .never ? nil : self }
}

extension JSON {
    /// A whole number.
    static func count(_ number: Int) -> JSON { .int(Int64(number)) }
}

/// A statement whose interpolations are bound, never pasted: `"… WHERE id = \(id)"`.
///
/// The literal parts are `StaticString`, so no `String` made at run time can become part of a statement.
/// Nesting a condition is interpolating another `SQL`.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    enum Part: Sendable {
        case text(StaticString)
        case trusted(String)
        case value(Value)
    }
    var parts: [Part]

    package init(stringLiteral text: StaticString) { parts = [.text(text)] }
    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    /// Text that this program wrote itself, such as a schema file. Found by grep; never input.
    package init(trusted text: String) { parts = [.trusted(text)] }

    /// Conditions joined by AND, each in its own parentheses; an empty list is always true.
    package static func all(_ conditions: [SQL]) -> SQL { join(conditions, with: " AND ", empty: "1 = 1") }
    /// Conditions joined by OR, each in its own parentheses; an empty list is never true.
    package static func any(_ conditions: [SQL]) -> SQL { join(conditions, with: " OR ", empty: "1 = 0") }
    /// Pieces with commas between, for the inside of `IN (…)` and for column lists.
    package static func list(_ pieces: [SQL]) -> SQL {
        guard let first = pieces.first else { return "NULL" }
        return pieces.dropFirst().reduce(into: first) { $0.parts += [.text(", ")] + $1.parts }
    }

    /// Terms of a sum, each in its own parentheses; an empty sum is 0.
    package static func sum(_ terms: [SQL]) -> SQL { join(terms, with: " + ", empty: "0") }

    private static func join(_ pieces: [SQL], with separator: StaticString, empty: SQL) -> SQL {
        if pieces.count < 2 { return pieces.first.map { "(\($0))" } ?? empty }
        var result: SQL = "("
        for (index, piece) in pieces.enumerated() {
            if index > 0 { result.parts.append(.text(separator)) }
            result.parts += [.text("(")] + piece.parts + [.text(")")]
        }
        result.parts.append(.text(")"))
        return result
    }

    /// A statement with more words behind it.
    static func + (statement: SQL, words: SQL) -> SQL {
        var longer = statement
        longer.parts += words.parts
        return longer
    }

    /// The text with numbered parameters as the engine spells them, and their values in order.
    func rendered(_ dialect: Dialect) -> (text: String, values: [Value]) {
        var text: [UInt8] = []
        text.reserveCapacity(1024)
        var values: [Value] = []
        values.reserveCapacity(parts.count / 2 + 1)
        for part in parts {
            switch part {
            case .text(let literal): literal.withUTF8Buffer { text.append(contentsOf: $0) }
            case .trusted(let own): text.append(contentsOf: own.utf8)
            case .value(let value):
                values.append(value)
                dialect.write(parameter: values.count, to: &text)
            }
        }
        return (String(decoding: text, as: UTF8.self), values)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var parts: [Part] = []
        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(interpolationCount * 2 + 1)
        }
        package mutating func appendLiteral(_ literal: StaticString) { parts.append(.text(literal)) }
        /// Binds a value.
        package mutating func appendInterpolation(_ value: some Bindable) {
            parts.append(.value(value.sqlValue))
        }
        /// Binds a value or NULL.
        package mutating func appendInterpolation<T: Bindable>(_ value: T?) {
            parts.append(.value(value?.sqlValue ?? .null))
        }
        /// Nests a statement or condition with its own bindings.
        package mutating func appendInterpolation(_ nested: SQL) { parts += nested.parts }
        /// Binds each value, with commas between, for `IN (…)`. An empty list matches nothing.
        package mutating func appendInterpolation(list values: [some Bindable]) {
            parts += SQL.list(values.map { "\($0)" }).parts
        }
    }
}

/// How an engine spells what the two spell differently.
package enum Dialect: String, Sendable {
    case sqlite, postgres

    /// The place of a value: SQLite reads `$1` as a *name* and numbers it by first appearance; `?1` is the
    /// position.
    func write(parameter number: Int, to text: inout [UInt8]) {
        text.append(UInt8(ascii: self == .sqlite ? "?" : "$"))
        if number < 10 {
            text.append(48 + UInt8(number))
        } else {
            text.append(contentsOf: String(number).utf8)
        }
    }
}

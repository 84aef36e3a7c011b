package import Foundation

/// A JSON value, written by hand for speed and for one canonical form: the log hashes what it writes.
package indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// The compact text of the value.
    package var text: String {
        var out = ""
        write(into: &out)
        return out
    }

    /// Appends the compact text of the value.
    package func write(into out: inout String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .int(let value): out += String(value)
        case .number(let value): out += value.isFinite ? "\(value)" : "null"
        case .string(let value): Self.quote(value, into: &out)
        case .array(let items):
            out += "["
            for (index, item) in items.enumerated() {
                if index > 0 { out += "," }
                item.write(into: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { out += "," }
                Self.quote(member.0, into: &out)
                out += ":"
                member.1.write(into: &out)
            }
            out += "}"
        }
    }

    private static func quote(_ text: String, into out: inout String) {
        out += "\""
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": out += "\\\""
                case "\\": out += "\\\\"
                case "\n": out += "\\n"
                case "\r": out += "\\r"
                case "\t": out += "\\t"
                case _ where scalar.value < 0x20:
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: out.unicodeScalars.append(scalar)
                }
            }
        } else {
            out += text
        }
        out += "\""
    }

    /// Reads a JSON text; throws `Refusal.invalid` if it is not one.
    package init(parsing data: Data) throws {
        do {
            self.init(any: try JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed]))
        } catch {
            throw Refusal.invalid("body", zh: "内容不是有效的 JSON。", en: "The body is not valid JSON.")
        }
    }

    private init(any value: Any) {
        switch value {
        case let value as NSNumber:
            // On Linux a JSON boolean arrives as an NSNumber whose type encoding is that of a char.
            if String(cString: value.objCType) == "c" {
                self = .bool(value.boolValue)
            } else if Double(value.int64Value) == value.doubleValue {
                self = .int(value.int64Value)
            } else {
                self = .number(value.doubleValue)
            }
        case let value as String: self = .string(value)
        case let value as [Any]: self = .array(value.map(JSON.init(any:)))
        case let value as [String: Any]:
            self = .object(value.sorted { $0.key < $1.key }.map { ($0.key, JSON(any: $0.value)) })
        default: self = .null
        }
    }

    /// A member of an object, or nil.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == name }?.1
    }
    /// The text of a string, or nil.
    package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
    /// The text of a string, number or boolean as a form would carry it, or nil.
    package var fieldValue: String? {
        switch self {
        case .string(let text): text
        case .int(let value): String(value)
        case .number(let value): String(value)
        case .bool(let value): value ? "true" : "false"
        default: nil
        }
    }

    /// A string or null.
    package static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    package static func == (a: JSON, b: JSON) -> Bool { a.text == b.text }
}

package import Foundation

/// A JSON value, written by hand for speed and for one canonical form: the log hashes what it writes.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// The compact text of the value.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The compact text of the value in UTF-8.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(1024)
        write(into: &out)
        return out
    }

    private func write(into out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .int(let value): out += String(value).utf8
        case .number(let value): out += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): Self.quote(value, into: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                item.write(into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.quote(member.0, into: &out)
                out.append(UInt8(ascii: ":"))
                member.1.write(into: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Most texts need no escape and are copied whole.
    private static func quote(_ text: String, into out: inout [UInt8]) {
        out.append(0x22)
        var text = text
        text.withUTF8 { bytes in
            if !bytes.contains(where: needsEscape) {
                out.append(contentsOf: bytes)
            } else {
                for byte in bytes { escape(byte, into: &out) }
            }
        }
        out.append(0x22)
    }
    private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    private static func escape(_ byte: UInt8, into out: inout [UInt8]) {
        switch byte {
        case 0x22, 0x5C: out += [0x5C, byte]
        case 0x0A: out += "\\n".utf8
        case 0x0D: out += "\\r".utf8
        case 0x09: out += "\\t".utf8
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            out += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
        default: out.append(byte)
        }
    }

    /// Reads a JSON text (RFC 8259), at most 64 levels deep; how long it may be its caller says. Members are
    /// put in the order of their names. Throws `Refusal.invalid` for what is none, for a name that stands
    /// twice in an object, for a character NUL, and for a number that cannot be held: whole ones are exact,
    /// so there are none beyond 64 bits.
    package init(parsing data: Data) throws {
        do {
            self = try [UInt8](data).withUnsafeBufferPointer { bytes in
                var reader = JSONReader(bytes)
                return try reader.whole()
            }
        } catch is JSONReader.Wrong {
            throw Refusal.invalid("body", zh: "内容不是有效的 JSON。", en: "The body is not valid JSON.")
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

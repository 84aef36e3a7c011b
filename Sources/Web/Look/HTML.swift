package import Governance

/// Markup whose interpolations are escaped: `"<td>\(text)</td>"`. Nesting a component is interpolating
/// another `HTML`.
///
/// The literal parts are `StaticString`, so no `String` made at run time can become markup. Attribute values
/// are always quoted (a test scans every page).
package struct HTML: ExpressibleByStringInterpolation, Sendable {
    /// UTF-8.
    package private(set) var bytes: [UInt8]

    package init(stringLiteral text: StaticString) { bytes = text.withUTF8Buffer { Array($0) } }
    package init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

    /// Markup that this program wrote itself, such as an icon's path. Found by grep; never input.
    package init(trusted text: String) { bytes = Array(text.utf8) }

    /// Nothing.
    package static let none: HTML = ""

    /// Appends other markup.
    package static func += (a: inout HTML, b: HTML) { a.bytes += b.bytes }

    package struct StringInterpolation: StringInterpolationProtocol {
        var bytes: [UInt8] = []
        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }
        package mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }
        /// Other markup.
        package mutating func appendInterpolation(_ nested: HTML) { bytes += nested.bytes }
        /// A list of components, one after another.
        package mutating func appendInterpolation(_ nested: [HTML]) {
            for part in nested { bytes += part.bytes }
        }
        /// A component that may be missing.
        package mutating func appendInterpolation(_ nested: HTML?) { if let nested { bytes += nested.bytes } }
        /// Markup only if something holds.
        package mutating func appendInterpolation(_ nested: HTML, if condition: Bool) {
            if condition { bytes += nested.bytes }
        }
        /// A number.
        package mutating func appendInterpolation(_ number: Int) {
            bytes.append(contentsOf: String(number).utf8)
        }
        /// A text, escaped for both content and quoted attributes.
        package mutating func appendInterpolation(_ text: String) {
            var text = text
            text.withUTF8 { buffer in
                // Most texts have nothing to escape and are copied whole.
                guard
                    buffer.contains(where: {
                        $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 || $0 == 0x27
                    })
                else {
                    return bytes.append(contentsOf: buffer)
                }
                for byte in buffer {
                    switch byte {
                    case UInt8(ascii: "&"): append("&amp;")
                    case UInt8(ascii: "<"): append("&lt;")
                    case UInt8(ascii: ">"): append("&gt;")
                    case UInt8(ascii: "\""): append("&quot;")
                    case UInt8(ascii: "'"): append("&#39;")
                    default: bytes.append(byte)
                    }
                }
            }
        }
        /// An identity.
        package mutating func appendInterpolation<Of>(_ id: ID<Of>) { bytes.append(contentsOf: id.text.utf8) }
        private mutating func append(_ entity: StaticString) {
            entity.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }
    }
}

extension Sequence {
    /// A component for each element.
    func html(_ make: (Element) throws -> HTML) rethrows -> [HTML] { try map(make) }
}

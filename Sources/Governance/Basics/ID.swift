package import Store

/// The identity of one record: a ULID, 26 characters, ordered by time. Made by the office, or by a client
/// that was offline, so that a record sent twice is stored once.
package struct ID<Of>: Hashable, Sendable, Bindable, Readable, CustomStringConvertible {
    /// The 26 characters.
    package let text: String

    /// An identity from its text; nil unless it is 26 characters of Crockford's alphabet.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count == 26, bytes.first.map({ $0 <= UInt8(ascii: "7") }) == true,
            bytes.allSatisfy({ ulidAlphabet.contains($0) })
        else { return nil }
        self.text = text
    }

    /// An identity from 48 bits of time and 80 random bits.
    package init(milliseconds: Int64, random: (UInt64, UInt16)) {
        self.init(
            bits: UInt128(UInt64(max(0, milliseconds)) & 0xFFFF_FFFF_FFFF) << 80 | UInt128(random.0) << 16
                | UInt128(random.1))
    }

    /// An identity from its 128 bits.
    package init(bits: UInt128) {
        var bits = bits
        text = String(unsafeUninitializedCapacity: 26) { buffer in
            for position in stride(from: 25, through: 0, by: -1) {
                buffer[position] = ulidAlphabet[Int(truncatingIfNeeded: bits & 31)]
                bits >>= 5
            }
            return 26
        }
    }

    /// Its 128 bits: for those who keep a million of them. They sort as the texts do.
    package var bits: UInt128 {
        text.utf8.reduce(0) { $0 << 5 | UInt128(ulidValues[Int($1)]) }
    }

    package init(sqlValue: Value) throws { text = try String(sqlValue: sqlValue) }
    package var sqlValue: Value { .text(text) }
    package var description: String { text }
}

private let ulidAlphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
private let ulidValues: [UInt8] = (0...255).map { byte in UInt8(ulidAlphabet.firstIndex(of: UInt8(byte)) ?? 0)
}

/// The 6-digit code of a county: the unit of tenancy, of the log's chain and of distribution.
package struct County: Hashable, Sendable, Bindable, Readable, CustomStringConvertible {
    /// Six digits.
    package let code: String
    /// A county from its code; nil unless it is six digits.
    package init?(_ code: String) {
        guard code.utf8.count == 6, code.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        self.code = code
    }
    package init(sqlValue: Value) throws { code = try String(sqlValue: sqlValue) }
    package var sqlValue: Value { .text(code) }
    package var description: String { code }
}

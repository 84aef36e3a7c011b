/// Reads one JSON text, each byte once. Written by hand because what Foundation reads has no limit of depth,
/// rounds whole numbers and takes one of two equal names without a word.
struct JSONReader {
    /// It is no JSON, or more than is taken.
    struct Wrong: Error {}

    /// The most levels of objects and lists.
    static let mostDepth = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0, depth = 0

    /// The bytes have to outlive the reading.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The one value of the text.
    mutating func whole() throws -> JSON {
        // Some programs begin UTF-8 with a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        let value = try value()
        skipSpaces()
        guard at == bytes.count else { throw Wrong() }
        return value
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpaces() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    /// Whether that byte comes next, which is then read.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func value() throws -> JSON {
        skipSpaces()
        switch next {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(_ body: (inout JSONReader) throws -> JSON) throws -> JSON {
        depth += 1
        guard depth <= Self.mostDepth else { throw Wrong() }
        at += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws -> JSON {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[at..<end].elementsEqual($0) }) else {
            throw Wrong()
        }
        at = end
        return value
    }

    private mutating func array() throws -> JSON {
        var items: [JSON] = []
        skipSpaces()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value())
            skipSpaces()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw Wrong() }
        }
    }

    private mutating func object() throws -> JSON {
        var members: [(String, JSON)] = []
        skipSpaces()
        if !take(UInt8(ascii: "}")) {
            while true {
                skipSpaces()
                guard next == UInt8(ascii: "\"") else { throw Wrong() }
                let name = try string()
                skipSpaces()
                guard take(UInt8(ascii: ":")) else { throw Wrong() }
                members.append((name, try value()))
                skipSpaces()
                if take(UInt8(ascii: "}")) { break }
                guard take(UInt8(ascii: ",")) else { throw Wrong() }
            }
        }
        members.sort { $0.0 < $1.0 }
        for (one, other) in zip(members, members.dropFirst()) where one.0 == other.0 { throw Wrong() }
        return .object(members)
    }

    private mutating func string() throws -> String {
        at += 1
        var text: [UInt8] = []
        while at < bytes.count {
            let start = at
            // Most of a text is copied in stretches.
            while let plain = next, plain != 0x22, plain != 0x5C, plain >= 0x20 { at += 1 }
            text.append(contentsOf: bytes[start..<at])
            guard let byte = next, byte >= 0x20 else { throw Wrong() }
            at += 1
            if byte == 0x22 {
                guard let string = String(validating: text, as: UTF8.self) else { throw Wrong() }
                return string
            }
            try escape(into: &text)
        }
        throw Wrong()
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte = next else { throw Wrong() }
        at += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800...0xDBFF).contains(code) {
                // A character beyond the first 65,536 is written in two halves.
                guard take(0x5C), take(UInt8(ascii: "u")) else { throw Wrong() }
                let low = try hexadecimal()
                guard (0xDC00...0xDFFF).contains(low) else { throw Wrong() }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            // No database keeps a NUL in a text.
            guard code != 0, let scalar = Unicode.Scalar(code) else { throw Wrong() }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw Wrong()
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw Wrong()
            }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }

    private mutating func number() throws -> JSON {
        let start = at
        _ = take(UInt8(ascii: "-"))
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else { throw Wrong() }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard digits() > 0 else { throw Wrong() }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw Wrong() }
        }
        // Nobody writes a number longer than this.
        guard at - start <= 400 else { throw Wrong() }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole {
            guard let number = Int64(text) else { throw Wrong() }
            return .int(number)
        }
        guard let number = Double(text), number.isFinite else { throw Wrong() }
        // 3.0 and 1e3 are whole numbers as well.
        if number.magnitude < 9_007_199_254_740_992, number == number.rounded() { return .int(Int64(number)) }
        return .number(number)
    }

    /// Reads digits and answers how many there were.
    private mutating func digits() -> Int {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        return at - start
    }
}

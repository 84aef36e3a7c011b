import CPostgres

/// PostgreSQL's numbers for the types that travel here.
private enum Kind {
    static let (bool, bytes, long, short, int, text): (Oid, Oid, Oid, Oid, Oid, Oid) = (
        16, 17, 20, 21, 23, 25
    )
    static let (oid, float, double, numeric): (Oid, Oid, Oid, Oid) = (26, 700, 701, 1700)
}

extension Value {
    /// The type under which a parameter is prepared; 0 lets the server decide.
    var kind: Oid {
        switch self {
        case .null: 0
        case .integer: Kind.long
        case .real: Kind.double
        case .text: Kind.text
        case .blob: Kind.bytes
        }
    }

    /// Reads one cell of a binary answer.
    init(_ answer: OpaquePointer?, row: Int32, column: Int32, kind: Oid) {
        guard PQgetisnull(answer, row, column) == 0, let start = PQgetvalue(answer, row, column) else {
            self = .null
            return
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(answer, row, column)))
        switch kind {
        case Kind.long: self = .integer(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
        case Kind.int: self = .integer(Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self))))
        case Kind.short: self = .integer(Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))))
        case Kind.oid: self = .integer(Int64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
        case Kind.bool: self = .integer(bytes[0] == 0 ? 0 : 1)
        case Kind.double:
            self = .real(Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))))
        case Kind.float:
            self = .real(Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))))
        case Kind.numeric: self = Self.numeric(bytes)
        case Kind.bytes: self = .blob([UInt8](bytes))
        default: self = .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// `SUM` of whole numbers comes as a decimal: groups of four digits, the first one's weight in front.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> Value {
        func number(_ index: Int) -> Int {
            Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self)))
        }
        let (count, weight, sign, scale) = (number(0), number(1), number(2), number(3))
        let digits = (0..<count).map { number(4 + $0) }
        if scale == 0, weight < 4 {
            let whole = (0...max(0, weight)).reduce(Int64(0)) {
                $0 * 10_000 + Int64($1 < count ? digits[$1] : 0)
            }
            return .integer(count == 0 ? 0 : sign == 0x4000 ? -whole : whole)
        }
        var (value, unit) = (0.0, 1.0)
        for _ in 0..<max(0, weight) { unit *= 10_000 }
        for _ in 0..<max(0, -weight) { unit /= 10_000 }
        for digit in digits {
            value += Double(digit) * unit
            unit /= 10_000
        }
        return .real(sign == 0x4000 ? -value : value)
    }
}

/// The parameters of one statement in PostgreSQL's binary form, side by side in one buffer.
struct Parameters {
    private var bytes: [UInt8] = []
    /// Where each begins; nil is NULL.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []

    init(_ values: [Value]) throws {
        bytes.reserveCapacity(values.count * 16)
        for value in values {
            let start = bytes.count
            switch value {
            case .null: break
            case .integer(let number): withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            case .real(let number):
                withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .blob(let own): bytes.append(contentsOf: own)
            }
            starts.append(value == .null ? nil : start)
            lengths.append(Int32(bytes.count - start))
        }
        // An empty text at the end still needs a place to point at.
        bytes.append(0)
    }

    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) throws -> T
    ) rethrows -> T {
        let formats = [Int32](repeating: 1, count: starts.count)
        return try bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress
            let pointers = starts.map { start in
                start.flatMap { base?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return try pointers.withUnsafeBufferPointer { pointers in
                try lengths.withUnsafeBufferPointer { lengths in
                    try formats.withUnsafeBufferPointer { formats in
                        // An empty list of parameters is never looked at.
                        guard let p = pointers.baseAddress, let l = lengths.baseAddress,
                            let f = formats.baseAddress
                        else {
                            var (none, zero): (UnsafePointer<CChar>?, Int32) = (nil, 0)
                            return try withUnsafePointer(to: &none) { p in
                                try withUnsafePointer(to: &zero) { try body(p, $0, $0) }
                            }
                        }
                        return try body(p, l, f)
                    }
                }
            }
        }
    }
}

import Crypto
import Store

/// What a row was left as: which row, and the digest of what it holds; nil if it is gone. An event keeps such
/// digests of all rows that it left behind, so that a row changed behind the program's back is found.
struct RowDigest: Equatable {
    /// The table.
    var table: String
    /// The row's key without its county, the parts joined.
    var key: String
    /// Of everything that the row holds; nil if it is gone.
    var content: Content?
    /// Of a table that belongs to no county: when among all changes of such tables. Nil otherwise.
    var order: UInt64?

    /// The first sixteen bytes of a SHA-256.
    struct Content: Hashable {
        var high: UInt64, low: UInt64

        init(of bytes: [UInt8]) {
            (high, low) = SHA256.hash(data: bytes).withUnsafeBytes {
                ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
        }
        fileprivate init(_ bytes: UnsafeRawBufferPointer) {
            high = bytes.loadUnaligned(as: UInt64.self)
            low = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        }
    }

    /// The digest of a row's values: over the table and every column by name that is not NULL, each with kind
    /// and length, so that no two different rows are ever the same bytes. A column that is added later and
    /// stays NULL changes nothing, and both engines give the same.
    static func content(_ values: [Value], _ layout: RowLayout) -> Content {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        func add(_ text: String) {
            var text = text
            text.withUTF8 { utf8 in
                withUnsafeBytes(of: UInt32(utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
                bytes.append(contentsOf: utf8)
            }
        }
        func add(_ kind: Unicode.Scalar, _ number: UInt64) {
            bytes.append(UInt8(ascii: kind))
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        add(layout.table.name)
        for (name, position) in layout.columns where values[position] != .null {
            add(name)
            switch values[position] {
            case .null: break
            case .integer(let number): add("i", UInt64(bitPattern: number))
            case .real(let number): add("r", number.bitPattern)
            case .text(let text):
                bytes.append(UInt8(ascii: "t"))
                add(text)
            case .blob(let blob):
                add("b", UInt64(blob.count))
                bytes.append(contentsOf: blob)
            }
        }
        return Content(of: bytes)
    }

    /// The key of a row as it is kept, and its county: nil in a table that belongs to none.
    static func key(_ values: [Value], _ layout: RowLayout) -> (county: String?, key: String) {
        let parts = layout.key.map { text(of: values[$0]) }
        if layout.table.isShared { return (nil, parts.joined(separator: separator)) }
        return (parts[0], parts.count == 2 ? parts[1] : parts.dropFirst().joined(separator: separator))
    }

    /// Between the parts of a key: no key has it.
    static let separator = "\u{1F}"

    private static func text(of value: Value) -> String {
        switch value {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        case .blob(let bytes): bytes.hex
        }
    }
}

// MARK: As an event keeps them

extension RowDigest {
    private static let (gone, kept, sharedGone, sharedKept): (UInt8, UInt8, UInt8, UInt8) = (0, 1, 2, 3)

    /// The digests side by side: of each the table and the key with their lengths, then what is left.
    static func encoded(_ rows: [RowDigest]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * 64)
        for row in rows {
            bytes.append(UInt8(truncatingIfNeeded: row.table.utf8.count))
            bytes.append(contentsOf: row.table.utf8)
            withUnsafeBytes(of: UInt32(row.key.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: row.key.utf8)
            if let order = row.order {
                bytes.append(row.content == nil ? sharedGone : sharedKept)
                withUnsafeBytes(of: order.bigEndian) { bytes.append(contentsOf: $0) }
            } else {
                bytes.append(row.content == nil ? gone : kept)
            }
            if let content = row.content {
                withUnsafeBytes(of: content.high) { bytes.append(contentsOf: $0) }
                withUnsafeBytes(of: content.low) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    /// Hands over each digest that was encoded; false if the bytes are none.
    static func each(in bytes: [UInt8], _ take: (RowDigest) -> Void) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var at = 0
            func number<T: FixedWidthInteger>(_: T.Type) -> T? {
                guard bytes.count - at >= T.bitWidth / 8 else { return nil }
                defer { at += T.bitWidth / 8 }
                return T(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: T.self))
            }
            func some(_ count: Int) -> UnsafeRawBufferPointer? {
                guard count >= 0, bytes.count - at >= count else { return nil }
                defer { at += count }
                return UnsafeRawBufferPointer(rebasing: bytes[at..<at + count])
            }
            func text(_ count: Int?) -> String? {
                count.flatMap(some).map { String(decoding: $0, as: UTF8.self) }
            }
            while at < bytes.count {
                guard let table = text(number(UInt8.self).map(Int.init)),
                    let key = text(number(UInt32.self).map(Int.init)), let mark = number(UInt8.self),
                    mark <= sharedKept
                else { return false }
                var row = RowDigest(table: table, key: key)
                if mark >= sharedGone {
                    guard let order = number(UInt64.self) else { return false }
                    row.order = order
                }
                if mark == kept || mark == sharedKept {
                    guard let content = some(16) else { return false }
                    row.content = Content(content)
                }
                take(row)
            }
            return true
        }
    }
}

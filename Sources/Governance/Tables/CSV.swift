package import Foundation

/// Where the bytes of a table come from: memory, or a file that is read piece by piece each time it is
/// walked.
package enum TableSource: Sendable {
    case memory(Data)
    case file(URL)

    /// The first bytes, as many as there are.
    func beginning(_ count: Int) throws -> [UInt8] {
        switch self {
        case .memory(let data): return [UInt8](data.prefix(count))
        case .file(let url):
            let handle = try FileHandle(forReadingFrom: url)
            defer { handle.closeFile() }
            return [UInt8](try handle.read(upToCount: count) ?? Data())
        }
    }

    /// Hands over the bytes in order, a mebibyte at a time.
    func pieces(_ body: (Data) throws -> Void) throws {
        switch self {
        case .memory(let data): try body(data)
        case .file(let url):
            let handle = try FileHandle(forReadingFrom: url)
            defer { handle.closeFile() }
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { try body(piece) }
        }
    }
}

/// Splits bytes into records by RFC 4180, piece by piece, in memory for one record. A trail byte of GB18030
/// is never a comma, a quotation mark or a line end, so this needs no decoding.
struct CSVReader {
    /// One record: the line on which it begins (the first is 1) and its cells, not decoded: the bytes of all
    /// of them, and where each ends among these.
    struct Record {
        let line: Int, bytes: [UInt8]
        fileprivate let ends: [Int]
        /// How many cells there are.
        var count: Int { ends.count }
        /// The bytes of each cell in turn.
        func map<Value>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Value) rethrows -> [Value] {
            try bytes.withUnsafeBufferPointer { bytes in
                var start = 0
                return try ends.map { end in
                    defer { start = end }
                    return try body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                }
            }
        }
    }

    /// The most cells of one record, and the most bytes of one cell: a spreadsheet's own limits are 16,384
    /// and 32,767 characters.
    static let mostCells = 1_000, mostBytes = 1 << 17

    /// What the last byte was, where it may mean two things.
    private enum Pending { case none, quote, carriageReturn }

    /// The record that is being read, and the line on which it begins.
    private var bytes: [UInt8] = [], ends: [Int] = [], beginning = 1
    private var line = 1, isQuoted = false, pending = Pending.none
    /// Where the cell begins that is being read.
    private var start: Int { ends.last ?? 0 }

    /// Walks every record of a source that is not an empty line. Throws `Refusal.invalid` if a quotation mark
    /// is never closed.
    static func walk(_ source: TableSource, _ body: (Record) throws -> Void) throws {
        var reader = CSVReader(), isFirst = true
        try source.pieces { piece in
            try piece.withUnsafeBytes { piece in
                let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
                try reader.take(isFirst && piece.starts(with: mark) ? piece[3...] : piece[...], body)
            }
            try reader.needShortCell()
            isFirst = false
        }
        try reader.finish(body)
    }

    private mutating func take(_ piece: Slice<UnsafeRawBufferPointer>, _ body: (Record) throws -> Void) throws
    {
        var rest = piece
        while let byte = rest.first {
            if pending != .none, settle(byte) {
                rest = rest.dropFirst()
                continue
            }
            // Most of a file means nothing but itself: it is taken as one.
            let plain = isQuoted ? rest.prefix { $0 != 0x22 } : rest.prefix { $0 > 0x2C || !Self.isMeant($0) }
            if !plain.isEmpty {
                if isQuoted { line += plain.count { $0 == 0x0A } }
                bytes.append(contentsOf: plain)
                rest = rest[plain.endIndex...]
                continue
            }
            rest = rest.dropFirst()
            switch byte {
            case 0x22 where isQuoted: pending = .quote
            case 0x22 where bytes.count == start: isQuoted = true
            case 0x2C: try finishCell()
            case 0x0D: pending = .carriageReturn
            case 0x0A:
                line += 1
                try finishRecord(body)
            default: bytes.append(byte)
            }
        }
    }

    /// Whether a byte means something outside quotation marks.
    private static func isMeant(_ byte: UInt8) -> Bool {
        byte == 0x22 || byte == 0x2C || byte == 0x0D || byte == 0x0A
    }

    /// What the last byte was once it is known what follows it. Answers whether this one goes with it.
    private mutating func settle(_ byte: UInt8) -> Bool {
        defer { pending = .none }
        if pending == .carriageReturn {
            if byte != 0x0A { bytes.append(0x0D) }
            return false
        }
        guard byte == 0x22 else {
            isQuoted = false
            return false
        }
        bytes.append(0x22)
        return true
    }

    private mutating func finishCell() throws {
        try needShortCell()
        guard ends.count < Self.mostCells else {
            throw Refusal.invalid(
                "file", zh: "第 \(beginning) 行超过 \(Self.mostCells) 格，没有读。",
                en: "Row \(beginning) has more than \(Self.mostCells) cells; the file was not read.")
        }
        ends.append(bytes.count)
    }

    private func needShortCell() throws {
        guard bytes.count - start <= Self.mostBytes else {
            throw Refusal.invalid(
                "file", zh: "第 \(beginning) 行有一格超过 128 KB，可能是引号没有合上。",
                en: "A cell of row \(beginning) is over 128 KB; perhaps a quotation mark is never closed.")
        }
    }

    private mutating func finishRecord(_ body: (Record) throws -> Void) throws {
        // An empty line is no record.
        if !bytes.isEmpty || !ends.isEmpty {
            try finishCell()
            if ends.count > 1 || !bytes.isEmpty { try body(copied()) }
            bytes.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
        }
        beginning = line
    }

    /// The record as it stands, in room of its own: this one's grows to the longest and is used again.
    private func copied() -> Record {
        Record(
            line: beginning, bytes: bytes.withUnsafeBufferPointer { Array($0) },
            ends: ends.withUnsafeBufferPointer { Array($0) })
    }

    private mutating func finish(_ body: (Record) throws -> Void) throws {
        switch pending {
        case .quote: isQuoted = false
        case .carriageReturn: bytes.append(0x0D)
        case .none: break
        }
        guard !isQuoted else {
            throw Refusal.invalid(
                "file", zh: "第 \(beginning) 行的引号没有合上。",
                en: "A quotation mark opened in row \(beginning) is never closed.")
        }
        if !bytes.isEmpty || !ends.isEmpty { try finishRecord(body) }
    }
}

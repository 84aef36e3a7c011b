package import Foundation

/// Where the bytes of a table come from: memory, or a file that is read piece by piece each time it is walked.
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

/// Splits bytes into records by RFC 4180, piece by piece, in memory for one record. A trail byte of GB18030 is never a comma,
/// a quotation mark or a line end, so this needs no decoding.
struct CSVReader {
    /// One record: the line on which it begins (the first is 1) and its cells, not decoded.
    typealias Record = (line: Int, cells: [[UInt8]])

    /// What the last byte was, where it may mean two things.
    private enum Pending { case none, quote, carriageReturn }

    private var cells: [[UInt8]] = [], cell: [UInt8] = []
    private var line = 1, start = 1
    private var isQuoted = false, pending = Pending.none

    /// Walks every record of a source that is not an empty line. Throws `Refusal.invalid` if a quotation mark is never closed.
    static func walk(_ source: TableSource, _ body: (Record) throws -> Void) throws {
        var reader = CSVReader(), isFirst = true
        try source.pieces { piece in
            let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
            for byte in isFirst && piece.starts(with: mark) ? piece.dropFirst(3) : piece { try reader.take(byte, body) }
            isFirst = false
        }
        try reader.finish(body)
    }

    private mutating func take(_ byte: UInt8, _ body: (Record) throws -> Void) throws {
        switch (pending, byte) {
        case (.quote, 0x22):
            pending = .none
            cell.append(0x22)
            return
        case (.quote, _): (pending, isQuoted) = (.none, false)
        case (.carriageReturn, 0x0A): pending = .none
        case (.carriageReturn, _):
            pending = .none
            cell.append(0x0D)
        case (.none, _): break
        }
        if isQuoted {
            if byte == 0x22 {
                pending = .quote
            } else {
                if byte == 0x0A { line += 1 }
                cell.append(byte)
            }
            return
        }
        switch byte {
        case 0x22 where cell.isEmpty: isQuoted = true
        case 0x2C: finishCell()
        case 0x0D: pending = .carriageReturn
        case 0x0A:
            line += 1
            try finishRecord(body)
        default: cell.append(byte)
        }
    }

    private mutating func finishCell() {
        cells.append(cell)
        cell.removeAll(keepingCapacity: true)
    }

    private mutating func finishRecord(_ body: (Record) throws -> Void) throws {
        finishCell()
        let record = (start, cells)
        cells.removeAll(keepingCapacity: true)
        start = line
        if record.1.count > 1 || record.1.first?.isEmpty == false { try body(record) }
    }

    private mutating func finish(_ body: (Record) throws -> Void) throws {
        switch pending {
        case .quote: isQuoted = false
        case .carriageReturn: cell.append(0x0D)
        case .none: break
        }
        guard !isQuoted else {
            throw Refusal.invalid("file", zh: "第 \(start) 行的引号没有合上。", en: "A quotation mark opened in row \(start) is never closed.")
        }
        if !cell.isEmpty || !cells.isEmpty { try finishRecord(body) }
    }
}

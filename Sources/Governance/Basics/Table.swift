package import Foundation
import Glibc

/// A table from a CSV file: RFC 4180, with or without a byte order mark, in UTF-8 or GB18030.
package struct Table: Sendable {
    /// The headings, trimmed.
    package var columns: [String]
    /// The rows with the line number of the file on which each begins (the heading is line 1).
    package var rows: [(line: Int, cells: [String])]

    /// The most that an import reads, in bytes.
    package static let limit = 200 << 20

    /// Reads a file's bytes. Throws `Refusal.invalid` that names the row if bytes are of no one encoding, if a quotation
    /// mark is never closed, or if a row has more cells than the heading.
    package init(csv data: Data) throws {
        guard data.count <= Self.limit else {
            throw Refusal.invalid("file", zh: "文件超过 200 MB，请拆开再导入。", en: "The file is over 200 MB. Please split it.")
        }
        var records = try Self.split(data)
        guard !records.isEmpty else {
            throw Refusal.invalid("file", zh: "文件是空的。", en: "The file is empty.")
        }
        let decode = try Self.decoder(for: records)
        let heading = records.removeFirst()
        columns = try heading.cells.map { try decode($0, heading.line).trimmingCharacters(in: .whitespaces) }
        rows = []
        rows.reserveCapacity(records.count)
        for record in records where !(record.cells.count == 1 && record.cells[0].isEmpty) {
            guard record.cells.count <= columns.count else {
                throw Refusal.invalid(
                    "file", zh: "第 \(record.line) 行有 \(record.cells.count) 格，比表头的 \(columns.count) 格多。",
                    en: "Row \(record.line) has \(record.cells.count) cells, more than the heading's \(columns.count).")
            }
            rows.append((record.line, try record.cells.map { try decode($0, record.line) }))
        }
    }

    /// The position of the first of these headings that the table has, compared without case.
    package func position(of names: String...) -> Int? {
        for name in names {
            if let found = columns.firstIndex(where: { $0.lowercased() == name.lowercased() }) { return found }
        }
        return nil
    }

    /// The positions of the named columns; throws `Refusal.invalid` that lists what is missing.
    package func positions(of names: [String]) throws -> [String: Int] {
        let missing = names.filter { position(of: $0) == nil }
        guard missing.isEmpty else {
            throw Refusal.invalid(
                "file", zh: "缺少这些列：\(missing.joined(separator: "、"))。现有：\(columns.joined(separator: "、"))。",
                en: "These columns are missing: \(missing.joined(separator: ", ")). Found: \(columns.joined(separator: ", ")).")
        }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, position(of: $0) ?? 0) })
    }

    private typealias Record = (line: Int, cells: [Data])

    /// Splits bytes into cells. A trail byte of GB18030 is never a comma, quotation mark or line end, so this needs no decoding.
    private static func split(_ data: Data) throws -> [Record] {
        let bytes = [UInt8](data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data)
        var records: [Record] = []
        var cells: [Data] = []
        var cell: [UInt8] = []
        var (line, start, index) = (1, 1, 0)
        var isQuoted = false
        func finishCell() { cells.append(Data(cell)); cell.removeAll(keepingCapacity: true) }
        func finishRecord() { finishCell(); records.append((start, cells)); cells = []; start = line }
        while index < bytes.count {
            let byte = bytes[index]
            if isQuoted {
                if byte == 0x22, index + 1 < bytes.count, bytes[index + 1] == 0x22 {
                    cell.append(0x22); index += 1
                } else if byte == 0x22 {
                    isQuoted = false
                } else {
                    cell.append(byte); if byte == 0x0A { line += 1 }
                }
            } else {
                switch byte {
                case 0x22 where cell.isEmpty: isQuoted = true
                case 0x2C: finishCell()
                case 0x0A: line += 1; finishRecord()
                case 0x0D where index + 1 < bytes.count && bytes[index + 1] == 0x0A: break
                default: cell.append(byte)
                }
            }
            index += 1
        }
        guard !isQuoted else {
            throw Refusal.invalid("file", zh: "第 \(start) 行的引号没有合上。", en: "A quotation mark opened in row \(start) is never closed.")
        }
        if !cell.isEmpty || !cells.isEmpty { finishRecord() }
        return records
    }

    /// Chooses one encoding for the whole file: UTF-8 if every row is, GB18030 if no row is clearly UTF-8.
    private static func decoder(for records: [Record]) throws -> (Data, Int) throws -> String {
        var (clear, broken) = ([Int](), [Int]())
        for record in records {
            let line = record.cells.reduce(into: Data()) { $0 += $1 }
            if line.allSatisfy({ $0 < 0x80 }) { continue }
            // Chinese in UTF-8 takes three bytes a character; two bytes in a row may be GB18030 by accident.
            if String(validating: line, as: UTF8.self) == nil {
                broken.append(record.line)
            } else if line.contains(where: { $0 >= 0xE0 }) {
                clear.append(record.line)
            }
        }
        if broken.isEmpty { return { data, _ in String(decoding: data, as: UTF8.self) } }
        guard clear.isEmpty else {
            let rows = (clear.count < broken.count ? clear : broken).prefix(5).map(String.init)
            throw Refusal.invalid(
                "file", zh: "第 \(rows.joined(separator: "、")) 行的编码和其他行不同（混用了 UTF-8 和 GB18030）。请统一编码后再导入。",
                en: "Row \(rows.joined(separator: ", ")): its bytes are in another encoding than the other rows. Save the file in one encoding.")
        }
        return { data, line in
            guard let text = gb18030(data) else {
                throw Refusal.invalid("file", zh: "第 \(line) 行有无法识别的字节。", en: "Row \(line) has bytes of no known encoding.")
            }
            return text
        }
    }

    private static func gb18030(_ data: Data) -> String? {
        if data.isEmpty { return "" }
        guard let converter = iconv_open("UTF-8", "GB18030"), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var input = data.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: input.count * 3 + 8)
        var (left, room) = (input.count, output.count)
        let failed = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var to = target.baseAddress
                return iconv(converter, &from, &left, &to, &room) == -1
            }
        }
        guard !failed else { return nil }
        return String(decoding: output.prefix(output.count - room).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

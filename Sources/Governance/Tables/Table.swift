package import Foundation
import Glibc
import Synchronization

/// A table from a CSV file (RFC 4180, with or without a byte order mark, in UTF-8 or GB18030) or from the
/// first sheet of an XLSX workbook. Which of the two it is its first bytes tell.
package struct Table: Sendable {
    /// The headings, trimmed.
    package let columns: [String]
    /// Where each heading stands, in small letters; of two that are the same the first.
    private let places: [String: Int]
    private let source: TableSource, encoding: Encoding
    /// The workbook, if it is one.
    private var sheet: Spreadsheet?
    /// The rows of what was sent: read once, within limits, so that whoever holds the writer never waits for
    /// a file to be read.
    private var kept: [Line]?
    private var change: @Sendable ([String]) -> [String] = { $0 }

    /// One row and the line of the file on which it begins.
    private typealias Line = (line: Int, cells: [String])

    /// The encoding of a whole file.
    private enum Encoding: Sendable { case utf8, gb18030(GB18030) }

    /// The most that an import takes into memory, in bytes.
    package static let limit = 200 << 20

    /// The most rows and cells of a file that somebody sends.
    package static let mostRows = 200_000, mostCells = 4_000_000

    /// Reads a file's bytes, every row of it. Throws `Refusal.invalid` that names the row if bytes are of no
    /// one encoding, if a quotation mark is never closed, or if a row has more cells than the heading; if a
    /// workbook is broken or has a password; and if the file is larger than any register.
    package init(_ data: Data) throws {
        guard data.count <= Self.limit else {
            throw Refusal.invalid(
                "file", zh: "文件超过 200 MB，请拆开再导入。", en: "The file is over 200 MB. Please split it.")
        }
        try self.init(.memory(data), within: ReadingLimits(bytes: data.count))
    }

    /// More than is taken of what somebody sends.
    static var tooMany: Refusal {
        .invalid(
            "file", zh: "文件超过 \(mostRows) 行或 \(mostCells) 格，请拆开再导入，或者在服务器上用 luoshi import。",
            en:
                """
                The file has more than \(mostRows) rows or \(mostCells) cells. Please split it, or use \
                `luoshi import` on the server.
                """
        )
    }

    /// How much of a file that somebody sends was taken.
    private struct Room {
        let limits: ReadingLimits
        private var rows = 0, cells = 0
        init(limits: ReadingLimits) { self.limits = limits }

        /// One more row of so many cells, or so many more cells of one; throws if that is more than is taken,
        /// or if reading took too long.
        mutating func take(_ count: Int, isNew: Bool = true) throws {
            (rows, cells) = (rows + (isNew ? 1 : 0), cells + count)
            guard rows <= Table.mostRows, cells <= Table.mostCells else {
                throw Table.tooMany
            }
            if rows % 1_000 == 0 { try limits.needTime() }
        }
    }

    /// Reads a file of any length, twice: once to see whether it can be read whole, once when its rows are
    /// walked. Throws the same, and the system's error if the file cannot be opened.
    package init(file: URL) throws { try self.init(.file(file), within: nil) }

    private init(_ source: TableSource, within limits: ReadingLimits?) throws {
        let mark = try source.beginning(4)
        guard mark != Spreadsheet.oldMark else {
            throw Refusal.invalid(
                "file", zh: "这是有密码的文件，或者是旧的 .xls。请去掉密码、另存为 .xlsx 再传。",
                en:
                    """
                    This has a password or is an old .xls. Take the password off, save it as .xlsx and \
                    send it again.
                    """
            )
        }
        if mark == Spreadsheet.mark {
            let sheet = try Spreadsheet(source, within: limits)
            var heading: [String]?
            if let limits {
                var room = Room(limits: limits)
                var rows = try sheet.rows { try room.take($0, isNew: $1) }
                if !rows.isEmpty { heading = rows.removeFirst().cells }
                kept = rows
            } else {
                do {
                    try sheet.walk { _, cells in
                        heading = cells; throw Enough()
                    }
                } catch is Enough {}
            }
            guard var heading else { throw Refusal.invalid("file", zh: "文件是空的。", en: "The file is empty.") }
            while heading.last?.isEmpty == true { heading.removeLast() }
            (self.source, self.sheet, encoding) = (source, sheet, .utf8)
            columns = heading.map { $0.trimmingCharacters(in: .whitespaces) }
            places = Dictionary(columns.enumerated().map { ($1.lowercased(), $0) }) { first, _ in first }
            return
        }
        var (heading, judge, excess) = (nil as CSVReader.Record?, EncodingJudge(), nil as Refusal?)
        var (records, room) = ([] as [CSVReader.Record], limits.map { Room(limits: $0) })
        try CSVReader.walk(source) { record in
            judge.see(record)
            guard let heading else {
                heading = record
                return
            }
            if excess == nil, record.count > heading.count {
                excess = Refusal.invalid(
                    "file", zh: "第 \(record.line) 行有 \(record.count) 格，比表头的 \(heading.count) 格多。",
                    en:
                        """
                        Row \(record.line) has \(record.count) cells, more than the heading's \
                        \(heading.count).
                        """
                )
            }
            guard room != nil else { return }
            try room?.take(record.count)
            records.append(record)
        }
        guard let heading else { throw Refusal.invalid("file", zh: "文件是空的。", en: "The file is empty.") }
        (self.source, encoding) = (source, try judge.converterNeeded().map { .gb18030($0) } ?? .utf8)
        columns = try Self.decoded(heading, encoding).map { $0.trimmingCharacters(in: .whitespaces) }
        places = Dictionary(columns.enumerated().map { ($1.lowercased(), $0) }) { first, _ in first }
        if let excess { throw excess }
        if room != nil {
            let encoding = encoding
            kept = try records.map { ($0.line, try Self.decoded($0, encoding)) }
        }
    }

    /// Every row in order, with the line of the file on which it begins (the heading is line 1), in bounded
    /// memory.
    package func walk(_ body: (_ line: Int, _ cells: [String]) throws -> Void) throws {
        if let kept {
            for row in kept { try body(row.line, change(row.cells)) }
            return
        }
        var isHeading = true
        if let sheet {
            try sheet.walk { line, cells in
                if isHeading { isHeading = false } else { try body(line, change(cells)) }
            }
            return
        }
        try CSVReader.walk(source) { record in
            if isHeading {
                isHeading = false
                return
            }
            try body(record.line, change(Self.decoded(record, encoding)))
        }
    }

    /// Every row in order, until the report has as many faults as anybody would read.
    func walk(
        into report: inout ImportReport,
        _ body: (_ line: Int, _ cells: [String], inout ImportReport) throws -> Void
    ) throws {
        do {
            try walk { line, cells in
                guard report.faultCount < ImportReport.mostFaults else { throw Enough() }
                try body(line, cells, &report)
            }
        } catch is Enough { report.isCut = true }
    }

    /// Every row at once: for short tables.
    package func rows() throws -> [(line: Int, cells: [String])] {
        var rows: [(line: Int, cells: [String])] = []
        try walk { rows.append(($0, $1)) }
        return rows
    }

    /// The same table with the cells of each row changed.
    package func changing(_ change: @escaping @Sendable ([String]) -> [String]) -> Table {
        var table = self
        table.change = change
        return table
    }

    /// The position of the first of these headings that the table has, compared without case.
    package func position(of names: String...) -> Int? {
        names.lazy.compactMap { places[$0] ?? places[$0.lowercased()] }.first
    }

    /// The positions of the named columns; throws `Refusal.invalid` that lists what is missing.
    package func positions(of names: [String]) throws -> [String: Int] {
        let missing = names.filter { position(of: $0) == nil }
        guard missing.isEmpty else {
            throw Refusal.invalid(
                "file", zh: "缺少这些列：\(missing.joined(separator: "、"))。现有：\(columns.joined(separator: "、"))。",
                en:
                    """
                    These columns are missing: \(missing.joined(separator: ", ")). Found: \
                    \(columns.joined(separator: ", ")).
                    """
            )
        }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, position(of: $0) ?? 0) })
    }

    /// The heading was found: the rest is not read yet.
    private struct Enough: Error {}

    private static func decoded(_ record: CSVReader.Record, _ encoding: Encoding) throws -> [String] {
        try record.map { cell in
            switch encoding {
            case .utf8: return String(decoding: cell, as: UTF8.self)
            case .gb18030(let converter):
                guard let text = converter.text(Array(cell)) else {
                    throw EncodingJudge.refusal(of: record.line)
                }
                return text
            }
        }
    }
}

/// Finds the one encoding of a whole file: UTF-8 if every row is, GB18030 if no row is clearly UTF-8.
private struct EncodingJudge {
    /// How many rows, and the first five of them.
    private struct Rows {
        var count = 0, first: [Int] = []
        mutating func note(_ line: Int) {
            count += 1
            if first.count < 5 { first.append(line) }
        }
    }
    private var clear = Rows(), broken = Rows(), unreadable: Int?
    private let converter = GB18030()

    mutating func see(_ record: CSVReader.Record) {
        let bytes = record.bytes
        if bytes.allSatisfy({ $0 < 0x80 }) { return }
        // Chinese in UTF-8 takes three bytes a character; two bytes in a row may be GB18030 by accident.
        if String(validating: bytes, as: UTF8.self) == nil {
            broken.note(record.line)
            if unreadable == nil, converter?.text(bytes) == nil { unreadable = record.line }
        } else if bytes.contains(where: { $0 >= 0xE0 }) {
            clear.note(record.line)
        }
    }

    /// Nil if it is UTF-8, else what reads it. Throws `Refusal.invalid` that names rows of another encoding
    /// than the others.
    func converterNeeded() throws -> GB18030? {
        if broken.count == 0 { return nil }
        guard clear.count == 0 else {
            let rows = (clear.count < broken.count ? clear : broken).first.map(String.init)
            throw Refusal.invalid(
                "file", zh: "第 \(rows.joined(separator: "、")) 行的编码和其他行不同（混用了 UTF-8 和 GB18030）。请统一编码后再导入。",
                en:
                    """
                    Row \(rows.joined(separator: ", ")): its bytes are in another encoding than the \
                    other rows. Save the file in one encoding.
                    """
            )
        }
        if let unreadable { throw Self.refusal(of: unreadable) }
        guard let converter else { throw Self.refusal(of: broken.first.first ?? 1) }
        return converter
    }

    static func refusal(of line: Int) -> Refusal {
        Refusal.invalid("file", zh: "第 \(line) 行有无法识别的字节。", en: "Row \(line) has bytes of no known encoding.")
    }
}

/// Reads the national character set. One for a whole file: to open it costs more than to read a row.
private final class GB18030: Sendable {
    /// Where it lies. One call at a time moves it, and each begins afresh.
    private let converter: Mutex<Int>

    /// Nil if the system does not know the character set.
    init?() {
        let opened = Int(bitPattern: iconv_open("UTF-8", "GB18030"))
        guard opened != 0, opened != -1 else { return nil }
        converter = Mutex(opened)
    }

    deinit { converter.withLock { _ = iconv_close(iconv_t(bitPattern: $0)) } }

    /// The text of some bytes; nil if they are none.
    func text(_ data: [UInt8]) -> String? {
        if data.isEmpty { return "" }
        return converter.withLock { iconv_t(bitPattern: $0).flatMap { Self.text(data, $0) } }
    }

    private static func text(_ data: [UInt8], _ converter: iconv_t) -> String? {
        iconv(converter, nil, nil, nil, nil)
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
        return String(
            decoding: output.prefix(output.count - room).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

import Foundation
import Glibc
import Rules

/// The first sheet of an XLSX workbook (ECMA-376) as rows of texts. Formulas are never run: their stored values are taken.
/// Cells of a merged block all have its value. Dates become `2019-08-01`.
struct Spreadsheet: Sendable {
    /// A block of merged cells: rows and columns from 0, and where its value stands.
    private struct Block: Sendable { var rows: ClosedRange<Int>, columns: ClosedRange<Int> }

    private let source: TableSource
    private var strings: [String] = [], dates: Set<Int> = [], sheet = "", blocks: [Block] = []
    /// Days from the workbook's own epoch to 1970.
    private var epoch = 25_569
    /// How long reading may take and how much is taken; nil if nobody waits.
    private let limits: ReadingLimits?
    /// The most that the texts of a workbook may take in memory, the most columns that are read, and the most rows there can be.
    private static let mostText = 256 << 20, mostColumns = 1_000, mostRows = 1_048_576
    /// The most styles and formats: programs know 65,490 styles.
    private static let mostStyles = 65_536
    /// The most merged blocks, and the most columns that they cover together: a register merges some dozen columns a household.
    private static let mostBlocks = 1_000_000, mostCovered = 5_000_000

    /// The first bytes of a zip container, and of the old container that also holds workbooks with a password.
    static let mark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    static let oldMark: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0]

    /// Reads everything but the rows. Throws `Refusal.invalid` if it is no workbook or has a password.
    init(_ source: TableSource, within limits: ReadingLimits? = nil) throws {
        (self.source, self.limits) = (source, limits)
        let parts = try XMLParts(source, within: limits)
        sheet = try findSheet(parts)
        if parts.has("xl/sharedStrings.xml") { strings = try Self.strings(parts) }
        if parts.has("xl/styles.xml") { dates = try Self.dates(parts) }
        blocks = try Self.blocks(sheet, parts)
    }

    private mutating func findSheet(_ parts: XMLParts) throws -> String {
        guard parts.has("xl/workbook.xml") else { throw XMLParts.unreadable }
        var (first, isLater) = (nil as String?, false)
        try parts.walk("xl/workbook.xml") { element, attributes in
            if element == "sheet", first == nil, attributes.text("state") ?? "visible" == "visible" { first = attributes.text("id") }
            if element == "workbookPr", ["1", "true"].contains(attributes.text("date1904")) { isLater = true }
        } end: { _, _ in
        }
        if isLater { epoch -= 1_462 }
        guard let first, parts.has("xl/_rels/workbook.xml.rels") else { throw XMLParts.unreadable }
        var target: String?
        try parts.walk("xl/_rels/workbook.xml.rels") { element, attributes in
            if element == "Relationship", attributes.text("Id") == first { target = attributes.text("Target") }
        } end: { _, _ in
        }
        guard let target else { throw XMLParts.unreadable }
        let path = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
        guard parts.has(path) else { throw XMLParts.unreadable }
        return path
    }

    /// The texts that cells point to; phonetic readings beside them are left out.
    private static func strings(_ parts: XMLParts) throws -> [String] {
        var (strings, current, isReading, size) = ([] as [String], "", false, 0)
        try parts.walk("xl/sharedStrings.xml") { element, _ in
            if element == "si" { current = "" }
            if element == "rPh" { isReading = true }
        } end: { element, text in
            if element == "t", !isReading {
                size += text.count
                guard size <= mostText else { throw XMLParts.tooLarge }
                current += String(decoding: text, as: UTF8.self)
            }
            if element == "rPh" { isReading = false }
            if element == "si" {
                // Empty texts take room as well.
                size += MemoryLayout<String>.stride
                guard size <= mostText else { throw XMLParts.tooLarge }
                strings.append(current)
            }
        }
        return strings
    }

    /// Which styles of cells show a number as a date.
    private static func dates(_ parts: XMLParts) throws -> Set<Int> {
        var (formats, dates, isInside, index) = ([:] as [Int: Bool], [] as Set<Int>, false, 0)
        try parts.walk("xl/styles.xml") { element, attributes in
            if element == "numFmt", let id = attributes.text("numFmtId").flatMap({ Int($0) }) {
                formats[id] = isDate(attributes.text("formatCode") ?? "")
                guard formats.count <= mostStyles else { throw XMLParts.unreadable }
            }
            if element == "cellXfs" { isInside = true }
            if isInside, element == "xf" {
                let id = attributes.text("numFmtId").flatMap { Int($0) } ?? 0
                if formats[id] ?? ((14...22).contains(id) || (27...36).contains(id) || (50...58).contains(id)) { dates.insert(index) }
                index += 1
                guard index <= mostStyles else { throw XMLParts.unreadable }
            }
        } end: { element, _ in
            if element == "cellXfs" { isInside = false }
        }
        return dates
    }

    /// Whether a format code shows a day: outside quotation marks and brackets it has a year or a day.
    private static func isDate(_ code: String) -> Bool {
        var (closing, isEscaped) = (nil as UInt8?, false)
        for byte in code.utf8 {
            if isEscaped {
                isEscaped = false
            } else if let end = closing {
                if byte == end { closing = nil }
            } else {
                switch byte {
                case UInt8(ascii: "\\"): isEscaped = true
                case UInt8(ascii: "\""): closing = byte
                case UInt8(ascii: "["): closing = UInt8(ascii: "]")
                case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "d"), UInt8(ascii: "D"): return true
                default: break
                }
            }
        }
        return false
    }

    /// The merged blocks in the order of their first row.
    private static func blocks(_ sheet: String, _ parts: XMLParts) throws -> [Block] {
        var (blocks, covered) = ([] as [Block], 0)
        try parts.walk(sheet) { element, attributes in
            guard element == "mergeCell", let reference = attributes["ref"], let from = place(reference), from.rest[0] == colon,
                let to = place(from.rest + 1), to.rest[0] == 0, from.row <= to.row, from.column <= to.column
            else { return }
            guard from.column < mostColumns else { return }
            let columns = from.column...min(to.column, mostColumns - 1)
            covered += columns.count
            guard blocks.count < mostBlocks, covered <= mostCovered else { throw tooManyBlocks }
            blocks.append(Block(rows: from.row...to.row, columns: columns))
        }
        return blocks.sorted { ($0.rows.lowerBound, $0.columns.lowerBound) < ($1.rows.lowerBound, $1.columns.lowerBound) }
    }

    private static let colon = CChar(UInt8(ascii: ":"))

    private static var tooManyBlocks: Refusal {
        .invalid(
            "file", zh: "合并单元格太多，没有读。请取消合并、另存一次再传。",
            en: "There are too many merged cells; the file was not read. Undo the merging, save it and send it again.")
    }

    /// `C12` as row 11 and column 2, and what stands behind it: the end, or a colon.
    private static func place(_ reference: UnsafePointer<CChar>) -> (row: Int, column: Int, rest: UnsafePointer<CChar>)? {
        var (column, row, rest) = (0, 0, reference)
        while rest[0] != 0, rest[0] != colon {
            let byte = UInt8(bitPattern: rest[0])
            switch byte {
            case 0x41...0x5A: column = column * 26 + Int(byte) - 0x40
            case 0x61...0x7A: column = column * 26 + Int(byte) - 0x60
            case 0x30...0x39: row = row * 10 + Int(byte) - 0x30
            case 0x24: break
            default: return nil
            }
            if column > 20_000 || row > 2_000_000 { return nil }
            rest += 1
        }
        return column > 0 && row > 0 ? (row - 1, column - 1, rest) : nil
    }

    /// Every row that is not empty, with its number in the sheet (the first is 1).
    func walk(_ body: (_ line: Int, _ cells: [String]) throws -> Void) throws {
        var (cells, row, column, kind, style, value) = ([] as [String], 0, -1, UInt8(ascii: "n"), 0, [] as [UInt8])
        // What merged blocks say of each column below their corner, and down to which row; and the first block not yet met.
        var (cover, next) = ([:] as [Int: (last: Int, text: String)], 0)
        try XMLParts(source, within: limits).walk(sheet) { element, attributes in
            if element == "c" {
                column = attributes["r"].flatMap { Self.place($0)?.column } ?? column + 1
                guard column < Self.mostColumns else { throw XMLParts.unreadable }
                // n(umber), s(hared), b(oolean), e(rror), or the text itself: str, inlineStr.
                let type = attributes["t"]
                kind =
                    type.map { UInt8(bitPattern: $0[0]) == UInt8(ascii: "s") && $0[1] != 0 ? UInt8(ascii: "t") : UInt8(bitPattern: $0[0]) } ?? UInt8(ascii: "n")
                style = attributes["s"].map { Int(atol($0)) } ?? 0
                value.removeAll(keepingCapacity: true)
            } else if element == "row" {
                cells.removeAll(keepingCapacity: true)
                let number = attributes.text("r").flatMap { Int($0) } ?? row + 1
                guard number > row, number <= Self.mostRows else { throw XMLParts.unreadable }
                row = number
                column = -1
            }
        } end: { element, text in
            if element == "v" || element == "t" {
                value.append(contentsOf: text)
            } else if element == "c" {
                // A row that begins inside a cell leaves that cell without a place.
                guard column >= 0 else { throw XMLParts.unreadable }
                if value.isEmpty { return }
                while cells.count <= column { cells.append("") }
                cells[column] = shown(value, kind, style)
            } else if element == "row" {
                // A column is of one block at a time, so a row costs as much as it is wide, however many blocks overlap.
                if !cover.isEmpty { cover = cover.filter { $0.value.last >= row - 1 } }
                while next < blocks.count, blocks[next].rows.lowerBound < row {
                    let block = blocks[next]
                    next += 1
                    guard block.rows.lowerBound == row - 1, block.columns.lowerBound < cells.count,
                        case let text = cells[block.columns.lowerBound], !text.isEmpty
                    else { continue }
                    for place in block.columns where cover[place] == nil { cover[place] = (block.rows.upperBound, text) }
                }
                if let last = cover.keys.max() {
                    while cells.count <= last { cells.append("") }
                    for (place, block) in cover where cells[place].isEmpty { cells[place] = block.text }
                }
                if cells.contains(where: { !$0.isEmpty }) { try body(row, cells) }
            }
        }
    }

    private func shown(_ value: [UInt8], _ kind: UInt8, _ style: Int) -> String {
        let text = String(decoding: value, as: UTF8.self)
        switch kind {
        case UInt8(ascii: "s"): return Int(text).flatMap { strings.indices.contains($0) ? strings[$0] : nil } ?? ""
        case UInt8(ascii: "n"):
            if dates.contains(style), let serial = Double(text), (1..<200_000).contains(serial) { return Day(number: Int(serial) - epoch).description }
            // 3.0 is 3, and 0.1 + 0.2 is not told to the last bit.
            guard value.contains(where: { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }), let number = Double(text), number.isFinite, abs(number) < 1e15
            else { return text }
            let rounded = (number * 1e9).rounded() / 1e9
            return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
        default: return text
        }
    }
}

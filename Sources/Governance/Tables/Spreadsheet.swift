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
    /// How long reading may take; nil if nobody waits.
    private let time: ReadingTime?
    /// The most that the texts of a workbook may take in memory, the most columns that are read, and the most rows there can be.
    private static let mostText = 256 << 20, mostColumns = 1_000, mostRows = 1_048_576
    /// The most merged blocks, and the most columns that they cover together: a register merges some dozen columns a household.
    private static let mostBlocks = 1_000_000, mostCovered = 5_000_000

    /// The first bytes of a zip container, and of the old container that also holds workbooks with a password.
    static let mark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    static let oldMark: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0]

    /// Reads everything but the rows. Throws `Refusal.invalid` if it is no workbook or has a password.
    init(_ source: TableSource, in time: ReadingTime? = nil) throws {
        (self.source, self.time) = (source, time)
        let parts = try XMLParts(source, in: time)
        sheet = try findSheet(parts)
        if parts.has("xl/sharedStrings.xml") { strings = try Self.strings(parts) }
        if parts.has("xl/styles.xml") { dates = try Self.dates(parts) }
        blocks = try Self.blocks(sheet, parts)
    }

    private mutating func findSheet(_ parts: XMLParts) throws -> String {
        guard parts.has("xl/workbook.xml") else { throw XMLParts.unreadable }
        var (first, isLater) = (nil as String?, false)
        try parts.walk("xl/workbook.xml") { element, attributes in
            if isNamed(element, "sheet"), first == nil, attributes.text("state") ?? "visible" == "visible" { first = attributes.text("id") }
            if isNamed(element, "workbookPr"), ["1", "true"].contains(attributes.text("date1904")) { isLater = true }
        } end: { _, _ in
        }
        if isLater { epoch -= 1_462 }
        guard let first, parts.has("xl/_rels/workbook.xml.rels") else { throw XMLParts.unreadable }
        var target: String?
        try parts.walk("xl/_rels/workbook.xml.rels") { element, attributes in
            if isNamed(element, "Relationship"), attributes.text("Id") == first { target = attributes.text("Target") }
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
            if isNamed(element, "si") { current = "" }
            if isNamed(element, "rPh") { isReading = true }
        } end: { element, text in
            if isNamed(element, "t"), !isReading {
                size += text.count
                guard size <= mostText else { throw XMLParts.tooLarge }
                current += String(decoding: text, as: UTF8.self)
            }
            if isNamed(element, "rPh") { isReading = false }
            if isNamed(element, "si") {
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
            if isNamed(element, "numFmt"), let id = attributes.text("numFmtId").flatMap({ Int($0) }) {
                formats[id] = isDate(attributes.text("formatCode") ?? "")
            }
            if isNamed(element, "cellXfs") { isInside = true }
            if isInside, isNamed(element, "xf") {
                let id = attributes.text("numFmtId").flatMap { Int($0) } ?? 0
                if formats[id] ?? ((14...22).contains(id) || (27...36).contains(id) || (50...58).contains(id)) { dates.insert(index) }
                index += 1
            }
        } end: { element, _ in
            if isNamed(element, "cellXfs") { isInside = false }
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

    private static func blocks(_ sheet: String, _ parts: XMLParts) throws -> [Block] {
        var (blocks, covered) = ([] as [Block], 0)
        try parts.walk(sheet) { element, attributes in
            guard isNamed(element, "mergeCell"), let corners = attributes.text("ref")?.split(separator: ":"), corners.count == 2,
                let from = place(corners[0]), let to = place(corners[1]), from.row <= to.row, from.column <= to.column
            else { return }
            guard from.column < mostColumns else { return }
            let columns = from.column...min(to.column, mostColumns - 1)
            covered += columns.count
            guard blocks.count < mostBlocks, covered <= mostCovered else { throw tooManyBlocks }
            blocks.append(Block(rows: from.row...to.row, columns: columns))
        } end: { _, _ in
        }
        return blocks
    }

    private static var tooManyBlocks: Refusal {
        .invalid(
            "file", zh: "合并单元格太多，没有读。请取消合并、另存一次再传。",
            en: "There are too many merged cells; the file was not read. Undo the merging, save it and send it again.")
    }

    /// `C12` as row 11 and column 2.
    private static func place(_ reference: some StringProtocol) -> (row: Int, column: Int)? {
        var (column, row) = (0, 0)
        for byte in reference.utf8 {
            switch byte {
            case 0x41...0x5A: column = column * 26 + Int(byte) - 0x40
            case 0x61...0x7A: column = column * 26 + Int(byte) - 0x60
            case 0x30...0x39: row = row * 10 + Int(byte) - 0x30
            case 0x24: continue
            default: return nil
            }
            if column > 20_000 || row > 2_000_000 { return nil }
        }
        return column > 0 && row > 0 ? (row - 1, column - 1) : nil
    }

    /// Every row that is not empty, with its number in the sheet (the first is 1).
    func walk(_ body: (_ line: Int, _ cells: [String]) throws -> Void) throws {
        var (cells, row, column, kind, style, value) = ([] as [String], 0, -1, UInt8(ascii: "n"), 0, "")
        // What merged blocks say of each column below their corner, and down to which row.
        var cover: [Int: (last: Int, text: String)] = [:], byRow: [Int: [Int]] = [:]
        for (index, block) in blocks.enumerated() { byRow[block.rows.lowerBound, default: []].append(index) }
        try XMLParts(source, in: time).walk(sheet) { element, attributes in
            if isNamed(element, "row") {
                cells.removeAll(keepingCapacity: true)
                let next = attributes.text("r").flatMap { Int($0) } ?? row + 1
                guard next > row, next <= Self.mostRows else { throw XMLParts.unreadable }
                row = next
                column = -1
            } else if isNamed(element, "c") {
                column = attributes["r"].flatMap { Self.place(String(cString: $0))?.column } ?? column + 1
                guard column < Self.mostColumns else { throw XMLParts.unreadable }
                // n(umber), s(hared), b(oolean), e(rror), or the text itself: str, inlineStr.
                let type = attributes["t"]
                kind =
                    type.map { UInt8(bitPattern: $0[0]) == UInt8(ascii: "s") && $0[1] != 0 ? UInt8(ascii: "t") : UInt8(bitPattern: $0[0]) } ?? UInt8(ascii: "n")
                style = attributes["s"].map { Int(atol($0)) } ?? 0
                value = ""
            }
        } end: { element, text in
            if isNamed(element, "v") || isNamed(element, "t") {
                value += String(decoding: text, as: UTF8.self)
            } else if isNamed(element, "c") {
                // A row that begins inside a cell leaves that cell without a place.
                guard column >= 0 else { throw XMLParts.unreadable }
                while cells.count <= column { cells.append("") }
                cells[column] = shown(value, kind, style)
            } else if isNamed(element, "row") {
                // A column is of one block at a time, so a row costs as much as it is wide, however many blocks overlap.
                if !cover.isEmpty { cover = cover.filter { $0.value.last >= row - 1 } }
                for index in byRow[row - 1] ?? [] {
                    let block = blocks[index]
                    guard block.columns.lowerBound < cells.count, case let text = cells[block.columns.lowerBound], !text.isEmpty else { continue }
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

    private func shown(_ value: String, _ kind: UInt8, _ style: Int) -> String {
        switch kind {
        case UInt8(ascii: "s"): return Int(value).flatMap { strings.indices.contains($0) ? strings[$0] : nil } ?? ""
        case UInt8(ascii: "n"):
            guard !value.isEmpty else { return "" }
            if dates.contains(style), let serial = Double(value), (1..<200_000).contains(serial) { return Day(number: Int(serial) - epoch).description }
            // 3.0 is 3, and 0.1 + 0.2 is not told to the last bit.
            guard let number = Double(value), number.isFinite, value.contains(where: { ".eE".contains($0) }), abs(number) < 1e15 else { return value }
            let rounded = (number * 1e9).rounded() / 1e9
            return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
        default: return value
        }
    }
}

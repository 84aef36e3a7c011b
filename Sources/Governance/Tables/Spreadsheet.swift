import Foundation
import Glibc
import Rules

/// The first sheet of an XLSX workbook (ECMA-376) as rows of texts. Formulas are never run: their stored
/// values are taken. Cells of a merged block all have its value. Dates become `2019-08-01`.
struct Spreadsheet: Sendable {
    private let source: TableSource
    private var strings: [String] = [], dates: Set<Int> = [], sheet = ""
    /// Days from the workbook's own epoch to 1970.
    private var epoch = 25_569
    /// How long reading may take and how much is taken; nil if nobody waits.
    private var limits: ReadingLimits?
    /// The most that the texts of a workbook and of one cell may take in memory, the most columns that are
    /// read, and the most rows there can be.
    private static let mostText = 256 << 20, mostCell = CSVReader.mostBytes, mostRows = 1_048_576
    static let mostColumns = 1_000
    /// The most styles and formats: programs know 65,490 styles.
    private static let mostStyles = 65_536

    /// The first bytes of a zip container, and of the old container that also holds workbooks with a
    /// password.
    static let mark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    static let oldMark: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0]

    /// Reads everything but the rows. Throws `Refusal.invalid` if it is no workbook or has a password.
    init(_ source: TableSource, within limits: ReadingLimits? = nil) throws {
        self.source = source
        let parts = try XMLParts(source, within: limits)
        sheet = try findSheet(parts)
        if parts.has("xl/sharedStrings.xml") { strings = try Self.strings(parts) }
        if parts.has("xl/styles.xml") { dates = try Self.dates(parts) }
        self.limits = parts.limits
        self.limits?.use(texts: strings.count)
    }

    private mutating func findSheet(_ parts: XMLParts) throws -> String {
        guard parts.has("xl/workbook.xml") else { throw XMLParts.unreadable }
        var (first, isLater) = (nil as String?, false)
        try parts.walk("xl/workbook.xml") { element, attributes in
            if element == "sheet", first == nil, attributes.text("state") ?? "visible" == "visible" {
                first = attributes.text("id")
            }
            if element == "workbookPr", ["1", "true"].contains(attributes.text("date1904")) {
                isLater = true
            }
        } end: { _, _ in
        }
        if isLater { epoch -= 1_462 }
        guard let first, parts.has("xl/_rels/workbook.xml.rels") else { throw XMLParts.unreadable }
        var target: String?
        try parts.walk("xl/_rels/workbook.xml.rels") { element, attributes in
            if element == "Relationship", attributes.text("Id") == first {
                target = attributes.text("Target")
            }
        } end: { _, _ in
        }
        guard let target else { throw XMLParts.unreadable }
        let path = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
        guard parts.has(path) else { throw XMLParts.unreadable }
        return path
    }

    /// The texts that cells point to; phonetic readings beside them are left out.
    private static func strings(_ parts: XMLParts) throws -> [String] {
        var (strings, current, isReading, size) = ([] as [String], [] as [UInt8], false, 0)
        let most = parts.limits?.texts ?? .max
        try parts.walk("xl/sharedStrings.xml") { element, _ in
            if element == "si" {
                current.removeAll(keepingCapacity: true)
            } else if element == "rPh" {
                isReading = true
            }
        } end: { element, text in
            if element == "t" {
                guard current.count + text.count <= mostCell else { throw tooLong }
                if !isReading { current.append(contentsOf: text) }
            } else if element == "si" {
                // Empty texts take room as well.
                size += current.count + MemoryLayout<String>.stride
                guard size <= mostText else { throw XMLParts.tooLarge }
                guard strings.count < most else { throw ReadingLimits.tooMany }
                strings.append(String(decoding: current, as: UTF8.self))
            } else if element == "rPh" {
                isReading = false
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
                if formats[id] ?? ((14...22).contains(id) || (27...36).contains(id) || (50...58).contains(id))
                {
                    dates.insert(index)
                }
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

    /// Every row that is not empty, with its number in the sheet (the first is 1), in bounded memory: a first
    /// walk finds the merged cells, which stand behind the rows.
    func walk(_ body: (_ line: Int, _ cells: [String]) throws -> Void) throws {
        var merged = MergedCells()
        try XMLParts(source, within: limits).walk(sheet) { element, attributes in
            if element == "mergeCell", let reference = attributes["ref"] { try merged.add(reference) }
        }
        var filling = merged.filling()
        try read { line, cells in
            var cells = cells
            filling.fill(&cells, of: line)
            if cells.contains(where: { !$0.isEmpty }) { try body(line, cells) }
        } merged: { _ in
        }
    }

    /// The same rows at once, read in one walk. `take` hears how many cells each has, and how many more once
    /// it is filled.
    func rows(_ take: (_ cells: Int, _ isNew: Bool) throws -> Void) throws -> [(line: Int, cells: [String])] {
        var (rows, merged) = ([] as [(line: Int, cells: [String])], MergedCells())
        try read { line, cells in
            if !cells.isEmpty { try take(cells.count, true) }
            rows.append((line, cells))
        } merged: {
            try merged.add($0)
        }
        var filling = merged.filling()
        for index in rows.indices {
            let (line, before) = (rows[index].line, rows[index].cells.count)
            filling.fill(&rows[index].cells, of: line)
            if rows[index].cells.count > before { try take(rows[index].cells.count - before, before == 0) }
        }
        return rows.filter { $0.cells.contains { !$0.isEmpty } }
    }

    /// Every row as it stands, the empty ones without cells, and every reference of merged cells.
    private func read(
        _ body: (_ line: Int, _ cells: [String]) throws -> Void, merged: (UnsafePointer<CChar>) throws -> Void
    ) throws {
        var (cells, row, column, kind, style, value) = (
            [] as [String], 0, -1, UInt8(ascii: "n"), 0, [] as [UInt8]
        )
        try XMLParts(source, within: limits).walk(sheet) { element, attributes in
            if element == "c" {
                column = attributes["r"].flatMap { CellPlace($0)?.column } ?? column + 1
                guard column < Self.mostColumns else { throw XMLParts.unreadable }
                // n(umber), s(hared), b(oolean), e(rror), or the text itself: str, inlineStr.
                let type = attributes["t"]
                kind =
                    type.map {
                        UInt8(bitPattern: $0[0]) == UInt8(ascii: "s") && $0[1] != 0
                            ? UInt8(ascii: "t") : UInt8(bitPattern: $0[0])
                    } ?? UInt8(ascii: "n")
                style = attributes["s"].map { Int(atol($0)) } ?? 0
                value.removeAll(keepingCapacity: true)
            } else if element == "row" {
                cells.removeAll(keepingCapacity: true)
                let number = attributes.text("r").flatMap { Int($0) } ?? row + 1
                guard number > row, number <= Self.mostRows else { throw XMLParts.unreadable }
                row = number
                column = -1
            } else if element == "mergeCell", let reference = attributes["ref"] {
                try merged(reference)
            }
        } end: { element, text in
            if element == "v" || element == "t" {
                guard value.count + text.count <= Self.mostCell else { throw Self.tooLong }
                value.append(contentsOf: text)
            } else if element == "c" {
                // A row that begins inside a cell leaves that cell without a place.
                guard column >= 0 else { throw XMLParts.unreadable }
                if value.isEmpty { return }
                while cells.count <= column { cells.append("") }
                cells[column] = shown(value, kind, style)
            } else if element == "row" {
                try body(row, cells)
            }
        }
    }

    private static var tooLong: Refusal {
        .invalid(
            "file", zh: "有一格的内容太长（表格软件一格最多 32,767 字），没有读。请改短再传。",
            en:
                """
                A cell is too long (spreadsheets hold 32,767 characters); the file was not read. Please \
                shorten it.
                """
        )
    }

    private func shown(_ value: [UInt8], _ kind: UInt8, _ style: Int) -> String {
        let text = String(decoding: value, as: UTF8.self)
        switch kind {
        case UInt8(ascii: "s"):
            return Int(text).flatMap { strings.indices.contains($0) ? strings[$0] : nil } ?? ""
        case UInt8(ascii: "n"):
            if dates.contains(style), let serial = Double(text), (1..<200_000).contains(serial) {
                return Day(number: Int(serial) - epoch).description
            }
            // 3.0 is 3, and 0.1 + 0.2 is not told to the last bit.
            guard value.contains(where: { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }),
                let number = Double(text), number.isFinite, abs(number) < 1e15
            else { return text }
            let rounded = (number * 1e9).rounded() / 1e9
            return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
        default: return text
        }
    }
}

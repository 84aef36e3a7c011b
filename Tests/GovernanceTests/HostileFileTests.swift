import CZip
import Foundation
import Rules
import Store
import Testing

@testable import Governance

/// How long something takes. The bounds in here are many times what it takes, so that a slow machine passes
/// and what grows with the square of its input does not.
private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let took = try ContinuousClock().measure(body).components
    return Double(took.seconds) + Double(took.attoseconds) / 1e18
}

@Suite struct `No file ends the process or keeps it busy` {
    private func refused(_ data: Data) throws -> String {
        do { _ = try Table(data) } catch Refusal.invalid(let faults) {
            return faults.map { $0.words.zh + $0.words.en }.joined()
        }
        return ""
    }

    @Test func `nineteen megabytes of commas are refused at once`() throws {
        let commas = Data(repeating: UInt8(ascii: ","), count: 19 << 20)
        var words = ""
        #expect(try seconds { words = try refused(commas) } < 5)
        #expect(words.contains("1000"))
    }

    @Test func `a cell that swallows the file is told with its row`() throws {
        let text = "a,b\n1,\"" + String(repeating: "x\n", count: 200_000)
        #expect(try refused(Data(text.utf8)).contains("第 2 行"))
    }

    @Test func `more rows than any register are refused in words`() throws {
        let rows = Data("a\n".utf8) + Data(String(repeating: "1\n", count: Table.mostRows + 1).utf8)
        #expect(try refused(rows).contains("\(Table.mostRows)"))
    }

    @Test func `rows of a register of two hundred columns are taken`() throws {
        let row = Array(repeating: "村", count: 200).joined(separator: ",") + "\n"
        let table = try Table(Data(String(repeating: row, count: 2_000).utf8))
        var count = 0
        try table.walk { _, cells in count += cells.count }
        #expect(count == 1_999 * 200)
    }
}

/// A workbook whose sheet is given, and perhaps its shared texts.
private func workbook(_ sheet: String, strings: String? = nil) throws -> Data {
    let file = FileManager.default.temporaryDirectory.appending(
        path: "luoshi-hostile-\(UInt64.random(in: 0...UInt64.max)).xlsx")
    defer { try? FileManager.default.removeItem(at: file) }
    var code: Int32 = 0
    let archive = try #require(zip_open(file.path, Int32(ZIP_CREATE), &code))
    let parts =
        [
            (
                "xl/workbook.xml",
                """
                <workbook><sheets><sheet name="1" sheetId="1" r:id="r" xmlns:r="r"/></sheets>\
                </workbook>
                """
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id=\"r\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
            ("xl/worksheets/sheet1.xml", "<worksheet>\(sheet)</worksheet>"),
        ] + (strings.map { [("xl/sharedStrings.xml", $0)] } ?? [])
    for (name, text) in parts {
        let data = Data(text.utf8)
        let copy = try #require(malloc(data.count))
        data.copyBytes(to: copy.assumingMemoryBound(to: UInt8.self), count: data.count)
        let source = try #require(zip_source_buffer(archive, copy, UInt64(data.count), 1))
        #expect(zip_file_add(archive, name, source, 0) >= 0)
    }
    #expect(zip_close(archive) == 0)
    return try Data(contentsOf: file)
}

@Suite struct `No workbook keeps the process busy` {
    private func row(_ number: Int, _ text: String = "x") -> String {
        "<row r=\"\(number)\"><c r=\"A\(number)\" t=\"str\"><v>\(text)</v></c></row>"
    }

    /// So many rows of one cell, each the corner of a block over a thousand columns down to the last row.
    private func overlapping(_ rows: Int) throws -> Data {
        let merges = (1...rows).map { "<mergeCell ref=\"A\($0):ALL\(rows)\"/>" }.joined()
        return try workbook(
            "<sheetData>\((1...rows).map { row($0) }.joined())</sheetData><mergeCells>\(merges)</mergeCells>")
    }

    @Test func `thousands of merges over each other cost as much as the sheet is wide`() throws {
        let data = try overlapping(1_500)
        var count = 0
        // Each row is filled to its thousandth column once.
        #expect(try seconds { count = try Table(data).rows().count } < 30)
        #expect(count == 1_499)
    }

    @Test func `merges that fill more cells than are taken are refused`() throws {
        let data = try overlapping(4_500)
        #expect(throws: Table.tooMany) { try Table(data) }
    }

    @Test func `more elements than a sheet of its size has are refused, whatever they are called`() throws {
        let data = try workbook(
            "<sheetData>\(row(1, "head"))\(row(2))</sheetData>" + String(repeating: "<a/>", count: 2_000_000))
        #expect(throws: ReadingLimits.tooMany) { try Table(data) }
    }

    @Test
    func `the elements of all parts of a workbook are counted together, a text for as much as it takes`()
        throws
    {
        func book(texts: Int, elements: Int) throws -> Data {
            let strings = "<sst>\(String(repeating: "<si><t>a</t></si>", count: texts))</sst>"
            return try workbook(
                "<sheetData>\(row(1, "head"))\(row(2))</sheetData>"
                    + String(repeating: "<a/>", count: elements), strings: strings)
        }
        #expect(try Table(book(texts: 250_000, elements: 0)).columns == ["head"])
        #expect(try Table(book(texts: 0, elements: 1_000_000)).columns == ["head"])
        for (texts, elements) in [(250_000, 1_000_000), (400_000, 0)] {
            let data = try book(texts: texts, elements: elements)
            #expect(throws: ReadingLimits.tooMany) { try Table(data) }
        }
    }

    @Test func `a workbook that was sent has the rows that it has on the disk`() throws {
        let merges =
            """
            <mergeCells><mergeCell ref="B3:C4"/><mergeCell ref="A2:A3"/><mergeCell ref="A9:B9"/>\
            <mergeCell ref="none"/></mergeCells>
            """
        let cells =
            """
            <row r="3"><c r="B3"><v>1.50</v></c><c r="D3" t="b"><v>1</v></c></row><row r="4"/>\
            <row r="7"/>
            """
        let data = try workbook(
            "<sheetData>\(row(1, "head"))\(row(2, "村"))\(cells)\(row(9))</sheetData>\(merges)")
        let file = FileManager.default.temporaryDirectory.appending(
            path: "luoshi-rows-\(UInt64.random(in: 0...UInt64.max)).xlsx")
        defer { try? FileManager.default.removeItem(at: file) }
        try data.write(to: file)
        let (sent, kept) = (try Table(data), try Table(file: file))
        let rows = try sent.rows()
        #expect(rows.map(\.line) == [2, 3, 4, 9])
        #expect(rows.map(\.cells) == [["村"], ["村", "1.5", "1.5", "1"], ["", "1.5", "1.5"], ["x", "x"]])
        #expect(try kept.rows().map(\.cells) == rows.map(\.cells))
        #expect(sent.columns == ["head"] && kept.columns == ["head"])
    }

    @Test func `merges that cover more than any table are refused`() throws {
        let merges = (1...6_000).map { "<mergeCell ref=\"A\($0):ALL\($0 + 1)\"/>" }.joined()
        let data = try workbook("<sheetData>\(row(1))</sheetData><mergeCells>\(merges)</mergeCells>")
        #expect(throws: Refusal.self) { try Table(data) }
    }

    @Test(arguments: [
        "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"9223372036854775807\"/><row/>", "<row r=\"-5\"/>",
        "<row r=\"2000000\"/>",
    ])
    func `row numbers go up and end where a sheet ends`(_ rows: String) throws {
        let data = try workbook(
            "<sheetData>\(row(1, "head").replacing("r=\"1\"", with: "r=\"1\""))\(rows)</sheetData>")
        #expect(throws: Refusal.self) { try Table(data) }
    }

    @Test func `a row that begins inside a cell is refused`() throws {
        #expect(throws: Refusal.self) {
            let table = try Table(
                workbook("<sheetData><row r=\"1\"><c r=\"A1\"><row r=\"2\"></row></c></row></sheetData>"))
            try table.walk { _, _ in }
        }
    }

    @Test func `a part that is nested without end is refused`() throws {
        let data = try workbook(String(repeating: "<a>", count: 100_000))
        #expect(seconds { #expect(throws: Refusal.self) { try Table(data) } } < 5)
    }

    @Test func `a sheet that unpacks to more than it says is refused by what comes out of it`() throws {
        // A hundred megabytes of blanks that pack to next to nothing, and a directory that says they are a
        // thousand bytes.
        var data = try workbook(
            "<sheetData>\(row(1))\(row(2))</sheetData>" + String(repeating: " ", count: 100 << 20))
        let name = Data("xl/worksheets/sheet1.xml".utf8)
        var from = data.startIndex
        while let found = data.range(of: name, in: from..<data.endIndex) {
            // The size stands 24 bytes before the name in the directory, 8 before it in the part's own head.
            let isDirectory = data[(found.lowerBound - 46)..<(found.lowerBound - 44)] == Data("PK".utf8)
            let at = found.lowerBound - (isDirectory ? 22 : 8)
            data.replaceSubrange(at..<(at + 4), with: [0xE8, 0x03, 0, 0])
            from = found.lowerBound + name.count
        }
        #expect(throws: Refusal.self) { try Table(data).walk { _, _ in } }
    }

    @Test func `a tag that never ends is refused before it is read a thousand times`() throws {
        let data = try workbook("<a b=\"" + String(repeating: "x", count: 30 << 20) + "\"/>")
        #expect(seconds { #expect(throws: Refusal.self) { try Table(data) } } < 20)
    }
}

@Suite struct `JSON is read exactly, and no deeper than anything is` {
    private func read(_ text: String) throws -> JSON { try JSON(parsing: Data(text.utf8)) }

    @Test func `whole numbers keep every digit`() throws {
        #expect(try read("9007199254740993").text == "9007199254740993")
        #expect(
            try read("[9223372036854775807,-9223372036854775808,3.0,1e3,0.5]").text
                == "[9223372036854775807,-9223372036854775808,3,1000,0.5]")
    }

    @Test(arguments: [
        "9223372036854775808", "1e400", "01", "+1", ".5", "1.", "NaN", "", " ", "[1,]", "{\"a\":1,\"a\":2}",
        "{\"a\" 1}", "\"\\ud800\"", "\"\\u0000\"",
        "\"a\nb\"",
        "[1] 2", "tru", "\"", "{", "[", "{\"a\"", "\u{1}",
    ])
    func `what is no JSON, or says two things, is refused`(_ text: String) {
        #expect(throws: Refusal.self) { try read(text) }
    }

    @Test func `depth ends at sixty-four`() throws {
        _ = try read(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))
        #expect(throws: Refusal.self) {
            try read(String(repeating: "[", count: 65) + String(repeating: "]", count: 65))
        }
        #expect(
            seconds {
                #expect(throws: Refusal.self) { try read(String(repeating: "{\"a\":", count: 1_000_000)) }
            } < 5)
    }

    @Test func `texts come back as they were`() throws {
        let text = "\"\\u4e00\\ud83d\\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t 村\""
        #expect(try read(text).stringValue == "一😀 \"\\/\u{8}\u{C}\n\r\t 村")
        #expect(throws: Refusal.self) { try JSON(parsing: Data([0x22, 0xFF, 0x22])) }
    }
}

@Suite struct `A register with numbers that cannot be is refused row by row` {
    private static let heading = "行政村,户编号,姓名,人编号,证件号码,与户主关系"

    private func faults(_ world: World, _ rows: [String], dryRun: Bool) async throws -> [(
        row: Int, column: String
    )] {
        let report = try await world.register(rows, heading: Self.heading, dryRun: dryRun)
        return report.faults.map { ($0.row, $0.column) }
    }

    @Test(arguments: ["枣元/1", "4.10326E+14", "户", String(repeating: "9", count: 41), "a b"])
    func `a household number that is none, on two rows`(_ number: String) async throws {
        let world = try await World()
        let rows = ["第一社区,\(number),张大,,,户主", "第一社区,\(number),李二,,,配偶"]
        let found = try await faults(world, rows, dryRun: false)
        #expect(found.map(\.row) == [2, 3] && found.allSatisfy { $0.column == "户编号" })
    }

    @Test(arguments: [true, false]) func `one number for two people of a table`(_ dryRun: Bool) async throws {
        let world = try await World()
        let rows = [
            "第一社区,0001,张大,7,\(World.zhang),户主", "第二社区,0002,王四,7,\(World.wang),户主",
            "第二社区,0002,李二,7,\(World.li),配偶",
        ]
        let found = try await faults(world, rows, dryRun: dryRun)
        #expect(found.map(\.row) == [3, 4] && found.allSatisfy { $0.column == "人编号" })
    }

    @Test(arguments: [true, false]) func `a known number with another certificate, or in another household`(
        _ dryRun: Bool
    ) async throws {
        let world = try await World()
        #expect(try await faults(world, ["第一社区,0001,张大,7,\(World.zhang),户主"], dryRun: false).isEmpty)
        let other = try await faults(world, ["第一社区,0001,张大,7,\(World.li),户主"], dryRun: dryRun)
        #expect(other.map(\.row) == [2] && other.map(\.column) == ["人编号"])
        let elsewhere = try await faults(world, ["第二社区,0002,王四,7,\(World.wang),户主"], dryRun: dryRun)
        #expect(elsewhere.map(\.row) == [2] && elsewhere.map(\.column) == ["人编号"])
    }

    @Test func `numbers that the program makes give way to those that are told`() async throws {
        let world = try await World()
        #expect(
            try await faults(
                world, ["第二社区,0002,王四,0001-1,\(World.wang),户主", "第一社区,0001,张大,,\(World.zhang),户主"],
                dryRun: false
            ).isEmpty)
        #expect(try await world.members("0001").map(\.number) == ["0001-2"])
    }
}

@Suite struct `What the database refuses is told as a clash, never as our mistake` {
    @Test func `a number that is taken`() async throws {
        let world = try await World()
        do {
            try await world.office.write { books in
                for id in ["a", "b"] {
                    try books.transaction.run(
                        "INSERT INTO member (county, id, number) VALUES (\(World.county), \(id), 'x')")
                }
            }
            Issue.record("the second row has the number of the first")
        } catch Refusal.clash(let what) { #expect(what.contains("duplicate")) }
    }
}

@Suite struct `A photo has a size, and one that can be looked at` {
    private func png(_ width: [UInt8], _ height: [UInt8], _ parts: [String] = ["IHDR", "IDAT", "IEND"])
        -> [UInt8]
    {
        func chunk(_ name: String) -> [UInt8] {
            let bytes = name == "IHDR" ? width + height + [8, 0, 0, 0, 0] : []
            return [0, 0, 0, UInt8(bytes.count)] + Array(name.utf8) + bytes + [0, 0, 0, 0]
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + parts.flatMap(chunk)
    }
    private let one: [UInt8] = [0, 0, 0, 1]

    @Test func `a PNG without its header, with two, without a picture or of no size is refused`() throws {
        _ = try Photo(png(one, one))
        for parts in [
            ["IDAT", "IEND"], ["IHDR", "IHDR", "IDAT", "IEND"], ["IDAT", "IHDR", "IEND"], ["IHDR", "IEND"],
        ] {
            #expect(throws: Refusal.self) { try Photo(png(one, one, parts)) }
        }
        for side in [[0, 0, 0, 0], [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0x2E, 0xE1]] as [[UInt8]] {
            #expect(throws: Refusal.self) { try Photo(png(side, one)) }
            #expect(throws: Refusal.self) { try Photo(png(one, side)) }
        }
        #expect(throws: Refusal.self, "sixty million points") {
            try Photo(png([0, 0, 0x2E, 0xE0], [0, 0, 0x2E, 0xE0]))
        }
    }

    @Test func `a JPEG without a frame or of no size is refused`() throws {
        func jpeg(_ frame: [UInt8]) -> [UInt8] {
            [0xFF, 0xD8] + frame + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 0xFF, 0xD9]
        }
        func frame(_ height: [UInt8], _ width: [UInt8]) -> [UInt8] {
            [0xFF, 0xC2, 0, 11, 8] + height + width + [1, 1, 0x11, 0]
        }
        _ = try Photo(jpeg(frame([0, 1], [0, 1])))
        for wrong in [
            [], frame([0, 0], [0, 1]), frame([0, 1], [0, 0]), frame([0xFF, 0xFF], [0, 1]),
            frame([0, 1], [0, 1]) + frame([0, 1], [0, 1]),
        ] {
            #expect(throws: Refusal.self) { try Photo(jpeg(wrong)) }
        }
    }
}

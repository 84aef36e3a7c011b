import CZip
import Foundation
import Governance
import Rules
import Testing

/// A workbook put together part by part, as other programs may write it.
private struct Workbook {
    var sheet = "", strings = "", styles = "", workbook = ""
    /// Further parts by name.
    var more: [String: Data] = [:]

    func file() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "luoshi-test-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "book.xlsx")
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        var parts = more.map { ($0.key, $0.value) }
        func add(_ name: String, _ text: String) { parts.append((name, Data(text.utf8))) }
        add(
            "xl/workbook.xml",
            """
            <workbook xmlns="\(main)" xmlns:r="r">\(workbook)<sheets>\
            <sheet name="隐" state="hidden" sheetId="1" r:id="r1"/>\
            <sheet name="表" sheetId="2" r:id="r2"/></sheets></workbook>
            """
        )
        add(
            "xl/_rels/workbook.xml.rels",
            """
            <Relationships><Relationship Id="r1" Target="worksheets/no.xml"/>\
            <Relationship Id="r2" Target="worksheets/sheet2.xml"/></Relationships>
            """
        )
        if more["xl/worksheets/sheet2.xml"] == nil {
            add("xl/worksheets/sheet2.xml", "<x:worksheet xmlns:x=\"\(main)\">\(sheet)</x:worksheet>")
        }
        if !strings.isEmpty { add("xl/sharedStrings.xml", "<sst xmlns=\"\(main)\">\(strings)</sst>") }
        if !styles.isEmpty { add("xl/styles.xml", "<styleSheet xmlns=\"\(main)\">\(styles)</styleSheet>") }
        var code: Int32 = 0
        let archive = try #require(zip_open(file.path, Int32(ZIP_CREATE), &code))
        for (name, data) in parts {
            let copy = try #require(malloc(max(1, data.count)))
            data.copyBytes(to: copy.assumingMemoryBound(to: UInt8.self), count: data.count)
            let source = try #require(zip_source_buffer(archive, copy, UInt64(data.count), 1))
            #expect(zip_file_add(archive, name, source, 0) >= 0)
        }
        #expect(zip_close(archive) == 0)
        return file
    }

    /// Its rows, read from the file and from memory alike.
    func rows() throws -> [[String]] {
        let file = try file()
        let table = try Table(file: file)
        let again = try Table(try Data(contentsOf: file))
        let rows = try table.rows().map(\.cells)
        #expect(try again.rows().map(\.cells) == rows)
        return [table.columns] + rows
    }
}

@Suite struct `A workbook is read as a table, whatever wrote it` {
    @Test func `shared and inline texts, numbers, formulas and flags; a hidden sheet is passed by`() throws {
        let book = Workbook(
            sheet: """
                <x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1" t="inlineStr">\
                <x:is><x:t>数</x:t></x:is></x:c><x:c r="C1" t="s"><x:v>1</x:v></x:c></x:row>\
                <x:row r="3"><x:c r="A3"><x:v>3.0</x:v></x:c><x:c r="C3" t="str"><x:f>A3&amp;"!"</x:f>\
                <x:v>3!</x:v></x:c></x:row>\
                <x:row r="4"><x:c r="A4"><x:v>0.30000000000000004</x:v></x:c><x:c r="B4" t="b"><x:v>1</x:v>\
                </x:c><x:c r="C4" t="e"><x:v>#N/A</x:v></x:c></x:row></x:sheetData>
                """, strings: "<si><t>姓</t><r><t>名</t></r><rPh><t>xingming</t></rPh></si><si><t> 备注 </t></si>"
        )
        let table = try Table(file: book.file())
        #expect(table.columns == ["姓名", "数", "备注"])
        #expect(try table.rows().map(\.line) == [3, 4])
        #expect(try book.rows().dropFirst() == [["3", "", "3!"], ["0.3", "1", "#N/A"]])
    }

    @Test func `numbers that are shown as dates are dates, from either epoch`() throws {
        let sheet = """
            <x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>日</x:v></x:c></x:row><x:row r="2">\
            <x:c r="A2" s="1"><x:v>43678</x:v></x:c><x:c r="B2" s="2"><x:v>43678.5</x:v></x:c>\
            <x:c r="C2" s="0"><x:v>43678</x:v></x:c><x:c r="D2" s="3"><x:v>43678</x:v></x:c></x:row>\
            </x:sheetData>
            """
        let styles = """
            <numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>\
            <numFmt numFmtId="177" formatCode="0.00&quot;day&quot;"/></numFmts><cellXfs><xf numFmtId="0"/>\
            <xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs>
            """
        #expect(
            try Workbook(sheet: sheet, styles: styles).rows()[1] == [
                "2019-08-01", "2019-08-01", "43678", "43678",
            ])
        #expect(
            try Workbook(sheet: sheet, styles: styles, workbook: "<workbookPr date1904=\"1\"/>").rows()[1][0]
                == "2023-08-02")
    }

    @Test func `every cell of a merged block has its value`() throws {
        let book = Workbook(
            sheet: """
                <x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>户</x:v></x:c><x:c r="B1" t="str">\
                <x:v>人</x:v></x:c></x:row>\
                <x:row r="2"><x:c r="A2" t="str"><x:v>一</x:v></x:c><x:c r="B2" t="str"><x:v>甲</x:v></x:c>\
                </x:row><x:row r="3"><x:c r="B3" t="str"><x:v>乙</x:v></x:c></x:row><x:row r="4">\
                <x:c r="B4" t="str"><x:v>丙</x:v></x:c></x:row></x:sheetData>\
                <x:mergeCells><x:mergeCell ref="A2:A3"/></x:mergeCells>
                """)
        #expect(try book.rows().dropFirst() == [["一", "甲"], ["一", "乙"], ["", "丙"]])
    }

    @Test func `what is broken, locked, packed to burst or full of entities is refused in words`() throws {
        func words(_ body: () throws -> Void) -> String {
            do { try body() } catch Refusal.invalid(let faults) {
                return faults.map(\.words.zh).joined()
            } catch { return "\(error)" }
            return "read"
        }
        #expect(
            words { _ = try Table(Data([0x50, 0x4B, 0x03, 0x04] + Array(repeating: 7, count: 200))) }
                .contains("打不开"))
        #expect(
            words { _ = try Table(Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1] + Array(repeating: 0, count: 512))) }
                .contains("密码"))
        let burst = Workbook(more: ["xl/worksheets/sheet2.xml": Data(repeating: 0x20, count: 80 << 20)])
        #expect(words { _ = try Table(file: burst.file()) }.contains("大得不正常"))
        let entities = Workbook(more: [
            "xl/worksheets/sheet2.xml": Data(
                "<!DOCTYPE w [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><worksheet>&b;</worksheet>".utf8)
        ])
        #expect(words { _ = try Table(file: entities.file()) }.contains("打不开"))
        let torn = Workbook(
            sheet: "<x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"str\"><x:v>户</x:v></x:c></x:row><x:row>")
        #expect(words { _ = try Table(file: torn.file()) }.contains("打不开"))
    }

    @Test func `what is written is read again, and nothing in it is a formula`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "luoshi-test-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "out.xlsx")
        let writer = try SpreadsheetWriter(file, name: "表", headings: ["文", "数"])
        let texts = ["=1+1", "+86", "-3", "@a", "<&\">", "一\n二", " 前后 "]
        for (index, text) in texts.enumerated() { writer.add([.text(text), .number(index)]) }
        try writer.close()
        let rows = try Table(file: file).rows().map(\.cells)
        #expect(rows.map { $0[0] } == texts && rows.map { $0[1] } == texts.indices.map(String.init))
    }
}

@Suite struct `The register goes out as a workbook and comes in again` {
    private func exported(_ world: World, full: Bool, by login: String = "clockwork") async throws -> Table {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "luoshi-test-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (file, now) = (folder.appending(path: "register.xlsx"), world.now)
        var wish = RegisterExport.Request(HouseholdQuery())
        (wish.isFull, wish.reason) = (full, full ? "搬家" : "")
        let asked = wish
        try await world.act(login) { try RegisterExport.announce(asked, by: $0, at: now, in: $1) }
        _ = try await world.look(login) {
            try RegisterExport.write(asked, to: file, for: $0, on: Zone.china.day(of: now), in: $1)
        }
        return try Table(file: file)
    }

    @Test func `in full it changes nothing where it comes from, and everything is there where it is new`()
        async throws
    {
        let world = try await World()
        try await world.register(World.family + World.widow)
        let table = try await exported(world, full: true)
        for place in [world, try await World()] {
            let now = place.now
            let report = try await place.office.importing(dryRun: false) { books in
                try RegisterImport.importing(
                    table, .init(since: Day("2018-12-31")!, incomeYear: 2018),
                    inside: Offices.of(World.county, in: books).territory.path,
                    by: .system(of: World.county), at: now,
                    in: books)
            }
            #expect(
                report.faults.isEmpty && report.changed == 0 && (report.same == 2 || report.added == 2),
                "\(report)")
            #expect(try await place.household(World.zhang).number == "0001")
        }
    }

    @Test func `personal columns are masked unless somebody who may says why, and the log keeps who took it`()
        async throws
    {
        let world = try await World()
        try await world.keepRegister()
        try await world.register(World.family)
        func text(_ table: Table) throws -> String {
            try table.rows().flatMap(\.cells).joined(separator: " ")
        }
        let masked = try await text(exported(world, full: false, by: "vs1"))
        #expect(
            masked.contains("张大") && masked.contains("******") && !masked.contains(World.zhang)
                && !masked.contains("13900001111"))
        #expect(try await text(exported(world, full: true, by: "vs1")).contains(World.zhang))
        #expect(
            try await outcome { _ = try await exported(world, full: true, by: "auditor") } == "not allowed")
        #expect(try await text(exported(world, full: false, by: "vs2")).isEmpty)
        let lines = try await world.log().filter { $0.kind == "register.export" }
        #expect(lines.count == 3 && lines.contains { $0.details["reason"] == "搬家" })
    }

    @Test func `a faulty table comes back with its cells marked, and can be corrected there`() async throws {
        let world = try await World()
        let table = try Table(
            Data(
                ([World.heading] + ["第一社区,0001,张大,\(World.zhang),户主,女,健康,1,建档立卡户,未脱贫,因病,Z级,,"]).joined(
                    separator: "\n"
                ).utf8))
        let report = try await world.register(["第一社区,0001,张大,\(World.zhang),户主,女,健康,1,建档立卡户,未脱贫,因病,Z级,,"])
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "luoshi-test-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try report.write(of: table, to: folder.appending(path: "faults.xlsx"), language: .zh)
        let sheet = try Table(file: folder.appending(path: "faults.xlsx"))
        #expect(sheet.columns == table.columns + ["要改什么"])
        let words = try #require(try sheet.rows().first?.cells.last)
        #expect(words.contains("住房等级：") && words.contains("性别："))
    }
}

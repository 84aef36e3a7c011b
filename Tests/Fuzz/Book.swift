/// A small workbook, put together byte by byte (a zip container whose parts are not packed), so that what
/// changes is one part.
enum FuzzBook {
    static let sheet = """
        <worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>户编号</t>\
        </is></c><c r="C1" t="str"><v>姓名</v></c></row>\
        <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>43678</v></c><c r="C2"><v>3.10326E+14</v>\
        </c></row>\
        <row r="3"><c r="C3" t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A3"/>\
        <mergeCell ref="B2:C3"/></mergeCells></worksheet>
        """
    static let strings =
        "<sst><si><t>行政村</t></si><si><r><t>第一</t></r><r><t>社区</t></r><rPh><t>di</t></rPh></si></sst>"
    static let styles =
        #"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-804]yyyy\-mm\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>"#

    static func whole(sheet: String, strings: String = strings, styles: String = styles) -> [UInt8] {
        zip([
            (
                "xl/workbook.xml",
                #"<workbook><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
            (
                "xl/_rels/workbook.xml.rels",
                #"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
            ("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", strings), ("xl/styles.xml", styles),
        ])
    }

    private static func zip(_ parts: [(name: String, text: String)]) -> [UInt8] {
        var (file, directory): ([UInt8], [UInt8]) = ([], [])
        func two(_ number: Int) -> [UInt8] {
            [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
        }
        func four(_ number: Int) -> [UInt8] { two(number) + two(number >> 16) }
        for (name, text) in parts {
            let (name, bytes) = (Array(name.utf8), Array(text.utf8))
            // Version, flags, no packing, no time; then sum, lengths, and the length of the name.
            let common =
                two(20) + two(0) + two(0) + four(0) + four(sum(bytes)) + four(bytes.count) + four(bytes.count)
                + two(name.count)
            directory +=
                [0x50, 0x4B, 1, 2] + two(20) + common + two(0) + two(0) + two(0) + two(0) + four(0)
                + four(file.count) + name
            file += [0x50, 0x4B, 3, 4] + common + two(0) + name + bytes
        }
        return file + directory + [0x50, 0x4B, 5, 6] + two(0) + two(0) + two(parts.count) + two(parts.count)
            + four(directory.count) + four(file.count) + two(0)
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    private static func sum(_ bytes: [UInt8]) -> Int {
        Int(~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] })
    }
}

import Foundation
import Glibc
import Governance
import Testing

/// Tables from files as people really save them.
struct TableTests {
    /// 名称, 村 and 城 in GB18030.
    private let gb: [String: [UInt8]] = [
        "名称": [0xC3, 0xFB, 0xB3, 0xC6], "村": [0xB4, 0xE5], "城市": [0xB3, 0xC7, 0xCA, 0xD0],
    ]
    private func bytes(_ text: String) -> Data { Data(text.utf8) }
    private func words(_ data: Data) -> String {
        do {
            _ = try Table(data)
            return "read"
        } catch let refusal as Refusal { return refusal.words.en } catch { return "\(error)" }
    }

    @Test func `a byte order mark, quotes, line ends and blank lines are read as they are meant`() throws {
        let table = try Table(
            Data([0xEF, 0xBB, 0xBF])
                + bytes("code, name \r\n1,\"a, \"\"b\"\"\"\r\n\r\n2,\"two\nlines\"\r\n3,\n4"))
        #expect(table.columns == ["code", "name"])
        let rows = try table.rows()
        #expect(rows.map(\.cells) == [["1", "a, \"b\""], ["2", "two\nlines"], ["3", ""], ["4"]])
        #expect(rows.map(\.line) == [2, 4, 6, 7])
    }

    @Test func `headings are found without regard to case and the missing ones are named`() throws {
        let table = try Table(bytes("Code,NAME\n1,x"))
        #expect(table.position(of: "name") == 1)
        #expect(table.position(of: "title", "code") == 0)
        #expect(words(bytes("a\n1")) == "read")
        do {
            _ = try table.positions(of: ["code", "level", "parent"])
            Issue.record("the missing columns were not noticed")
        } catch let refusal as Refusal {
            #expect(refusal.words.en.contains("level, parent"))
        }
    }

    @Test func `a file in GB18030 is converted`() throws {
        var data = Data(gb["名称"]!) + bytes(",code\n")
        for _ in 0..<5 { data += Data(gb["村"]!) + bytes(",1\n") + Data(gb["城市"]!) + bytes(",2\n") }
        let table = try Table(data)
        #expect(table.columns == ["名称", "code"])
        let rows = try table.rows()
        #expect(rows.map(\.cells).prefix(2) == [["村", "1"], ["城市", "2"]])
    }

    @Test func `a row in GB18030 among rows in UTF-8 is refused with its number`() {
        var data = bytes("名称,code\n")
        for n in 0..<8 { data += bytes("村庄,\(n)\n") }
        data += Data(gb["城市"]!) + bytes(",9\n")
        #expect(words(data).contains("Row 10:"))
    }

    @Test func `a row in UTF-8 among rows in GB18030 is refused and never turned into other signs`() {
        var data = bytes("name,code\n")
        for n in 0..<19 { data += Data(gb["城市"]!) + bytes(",\(n)\n") }
        data += bytes("城市,19\n")
        #expect(words(data).contains("21"))
    }

    @Test func `bytes of no encoding are refused with the row`() {
        #expect(words(bytes("name,code\n") + Data([0xFF, 0xFF, 0x2C, 0x31, 0x0A])).contains("Row 2"))
    }

    @Test func `a quotation mark that is never closed is refused with the row where it opens`() {
        #expect(words(bytes("a,b\n1,2\n\"3,4\n5,6\n")).contains("row 3"))
    }

    @Test func `a row with more cells than the heading is refused with its number`() {
        #expect(words(bytes("a,b\n1,2\n3,4,5\n")).contains("Row 3 has 3 cells"))
        #expect(words(bytes("a,b\n1\n")) == "read")
    }

    @Test func `a file on the disk reads as the same bytes in memory do, wherever a piece of it ends`() throws
    {
        // Longer than two pieces of a mebibyte, with quotes, line ends and characters of three bytes across
        // their borders.
        var text = "number,words\r\n"
        for n in 0..<60_000 { text += "\(n),\"第\(n)号院，\"\"井盖\"\"\r\n裂开了，\(n % 7)\"\r\n" }
        let file = FileManager.default.temporaryDirectory.appending(
            path: "table-\(ProcessInfo.processInfo.globallyUniqueString).csv")
        defer { unlink(file.path) }
        try bytes(text).write(to: file)
        let (here, there) = (try Table(bytes(text)).rows(), try Table(file: file).rows())
        #expect(here.count == 60_000)
        #expect(here.map(\.cells) == there.map(\.cells))
        #expect(here.map(\.line) == there.map(\.line))
    }

    @Test func `an empty file is refused`() {
        #expect(words(Data()) == "The file is empty.")
    }
}

import Foundation
import Rules

@testable import Governance
@testable import Web

/// One reader of what somebody sends, what it is tried with, and words that its inputs are made of.
struct FuzzReader: Sendable {
    let name: String, seeds: [[UInt8]], words: [String]
    /// Reads an input; whether it is taken does not matter, only that it ends.
    let read: @Sendable ([UInt8]) -> Void

    init(
        _ name: String, _ seeds: [String], _ words: [String] = [],
        _ read: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.init(name, bytes: seeds.map { Array($0.utf8) }, words, read)
    }
    init(
        _ name: String, bytes: [[UInt8]], _ words: [String] = [],
        _ read: @escaping @Sendable ([UInt8]) -> Void
    ) {
        // What lies in the corpus was found once, or shows a form that the built ones do not have.
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name)")
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        let kept = files.sorted { $0.path < $1.path }.compactMap {
            FileManager.default.contents(atPath: $0.path).map { [UInt8]($0) }
        }
        (self.name, seeds, self.words, self.read) = (name, bytes + kept, words, read)
    }

    static let all: [FuzzReader] = texts + files + forms + FuzzOffice.imports + FuzzOffice.questions

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    private static func scheme(_ name: String) -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Schemes")
        return (try? String(contentsOf: root.appending(path: name), encoding: .utf8)) ?? ""
    }

    private static let yaml = [
        "&a ", "*a ", "!t ", "? ", ": ", "- ", "{", "}", "[", "]", "---\n", "...\n", "%YAML 1.1\n", "\"#\"",
        "'", "|\n ", ">-\n ", "\t", "# ", "\n  ",
    ]
    private static let marked = [
        "<", "</", "/>", "<mergeCell ref=\"A1:ZZ9999\"/>", "<row r=\"7\">", "<c r=\"AA1\" t=\"s\">", "<v>",
        "&amp;", "<!--", "]]>", "<x:c>",
    ]

    // MARK: Texts

    private static let texts: [FuzzReader] = [
        FuzzReader(
            "scheme", [scheme("chongqinglu-rounds/2019.yaml"), scheme("ruyang-two-month/2019.yaml")], yaml
        ) { _ = Scheme.read(text($0), .own) },
        FuzzReader(
            "evaluation",
            [
                scheme("chongqinglu-inspection/2019.evaluation.yaml"),
                scheme("ruyang-two-month/2019.evaluation.yaml"),
            ], yaml
        ) {
            _ = Evaluation.read(text($0), .own)
        },
        FuzzReader(
            "scenarios",
            [
                scheme("ruyang-two-month/2019.scenarios.yaml"),
                scheme("chongqinglu-rounds/2019.scenarios.yaml"),
            ], yaml
        ) {
            _ = Scenarios.run(text($0), ruyang)
        },
        FuzzReader("judging", [scheme("ruyang-two-month/2019.evaluation.scenarios.yaml")], yaml) {
            _ = Scenarios.run(text($0), judged)
        },
        FuzzReader(
            "json",
            [
                #"{"a": [1, -2.5e3, "\u00e9\ud83d\ude00", true, null], "b": {"c": ""}}"#, "[]",
                "9007199254740993",
            ],
            ["[", "{\"a\":", "]", "}", ",", "\\u", "\\ud800", "\"", "e+", "-"]
        ) { bytes in
            guard let json = try? JSON(parsing: Data(bytes)) else { return }
            guard let again = try? JSON(parsing: Data(json.bytes)), again == json else {
                fatalError("what was written is not what was read")
            }
        },
        FuzzReader(
            "witness",
            [
                """
                luoshi witness 1 2026-11-27T08:00:00.000Z
                410305 6866 \(String(repeating: "a1", count: 32)) 2026-11-27T07:59:12.000Z
                key \(String(repeating: "b2", count: 32))
                signature \(String(repeating: "c3", count: 64))
                """
            ], ["\n", "\r\n", " ", "410305", "999999999999999999999", "key ", "signature ", "-1", "٣"]
        ) { bytes in
            guard let witness = try? Witness(Data(bytes)) else { return }
            _ = witness.isSigned(by: witness.key)
            guard (try? Witness(Data(witness.text.utf8))) == witness else {
                fatalError("what was written is not what was read")
            }
        },
        FuzzReader(
            "checkpoint",
            [
                #"{"county":"410305","line":7,"hash":"\#(String(repeating: "a1", count: 32))","at":"2026-11-27T07:59:12.000Z","#
                    + #""previous":"\#(Checkpoint.first)","key":"\#(String(repeating: "b2", count: 32))","#
                    + #""signature":"\#(String(repeating: "c3", count: 64))"}"#
            ], ["\"line\":", "9223372036854775807", "\"previous\":", "null", "\"\""]
        ) { bytes in
            guard let point = (try? JSON(parsing: Data(bytes))).flatMap({ Checkpoint($0) }) else { return }
            _ = point.isSigned(by: point.key)
            _ = point.print
        },
        FuzzReader(
            "manifest",
            [
                #"{"format":"luoshi-archive-1","made_at":"2026-11-27T07:59:12.000Z","schema":11,"files":{"luoshi.sqlite":{"size":5,"sha256":"aa"}},"#
                    + #""rows":{"event":3},"heads":{"410305":"7 aa"},"key":"bb","signature":"cc"}"#
            ], ["9223372036854775807", "-9223372036854775808", "\"files\":", "{}", "null", "../"]
        ) { bytes in
            guard let told = (try? JSON(parsing: Data(bytes))).flatMap({ Archive.Manifest($0) }) else {
                return
            }
            _ = told.isSound
        },
        FuzzReader(
            "moment",
            [
                "2019-07-31T01:40:00.123Z", "2019-07-31 09:40+08:00", "5 work_days", "2019年8月1日", "43678",
                "guard: 3 urgent_hours; repair: 5 work_days",
            ],
            ["T", "Z", "+", "-", ":", ".", "年", "月", "日", "²", "٣"]
        ) { moments(text($0)) },
        FuzzReader("frame", ["h1\t001\t3\nh2\t001\t4\nh3\t002\t1000000\n"], ["\t", "\n"]) { bytes in
            let frame = SampleFrame(
                text(bytes).split(separator: "\n").compactMap { SampleFrame.Item(line: $0) })
            guard !frame.items.isEmpty, let seed = SampleSeed(String(repeating: "0a", count: 32)) else {
                return
            }
            for design in SampleDesign.allCases {
                _ = SampleDraw.draw(design, 3, from: frame, least: 1, seed: seed)
            }
        },
    ]
    private static let ruyang = Scheme.read(scheme("ruyang-two-month/2019.yaml"), .own).scheme
    private static let judged = Evaluation.read(scheme("ruyang-two-month/2019.evaluation.yaml"), .own)
        .evaluation

    private static func moments(_ text: String) {
        let calendar = WorkCalendar()
        let limit = TimeLimit(text) ?? TimeLimit(5, .workHours)
        var moments = [
            Instant(milliseconds: .max), Instant(milliseconds: .min),
            Instant(milliseconds: Int64(text.utf8.reduce(0) { $0 &* 31 &+ Int($1) })),
        ]
        if let moment = Instant(iso: text) { moments.append(moment) }
        for day in [Day(text), Day(written: text)].compactMap({ $0 }) {
            moments.append(Zone.china.instant(day + 1))
        }
        for moment in moments {
            _ = (
                moment.iso, Zone.china.day(of: moment).description, moment.since(moments[0]),
                moment.adding(hours: .max), moment.adding(minutes: .min),
                moment.minute
            )
            _ = (
                Zone.china.day(of: moment).weekday, Zone.china.day(of: moment).lastOfMonth,
                Zone.china.day(of: moment).firstOfYear
            )
            if let limit { _ = calendar.deadline(limit, from: moment) }
            for unit in TimeLimit.Unit.allCases {
                _ = calendar.deadline(
                    moment, after: calendar.elapsed(unit, from: moments[0], to: moment), of: unit)
            }
            _ = calendar.workMinutes(from: moments[1], to: moment)
        }
        _ = (
            Stage.list(text), ID<Case>(text), County(text), try? Certificate(text),
            try? Check.code(text, field: "x"), try? Check.phone(text, field: "x")
        )
        for list in [FactList.member, .household, .income, .village] {
            for fact in list.all { _ = try? fact.read(text) }
        }
    }

    // MARK: Files

    private static let register =
        "行政村,户编号,姓名,证件号码,与户主关系,家庭人口数\n第一社区,0001,张大,410399196508010011,户主,3\n,,\"李,\"\"二\",,配偶,\n"
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [
            0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        + [0, 0, 0, 1] + Array("IDAT".utf8) + [0, 0, 0, 0, 0] + [0, 0, 0, 0] + Array("IEND".utf8) + [
            0, 0, 0, 0,
        ]
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE1, 0, 34] + Array("Exif\0\0MM".utf8) + [
            0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
        ]
        + [
            0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 0xFF,
            0, 3, 0xFF, 0xD9,
        ]

    private static let files: [FuzzReader] = [
        FuzzReader("csv", [register, "\u{FEFF}" + register], [",", "\"", "\r\n", "\r", "\n", "张", "\"\""]) {
            walk(Data($0))
        },
        FuzzReader(
            "gb18030", bytes: [[0xB4, 0xE5, 0x2C, 0xBB, 0xA7, 0x0A, 0xD2, 0xBB, 0x2C, 0x31, 0x0A]],
            [",", "\n", "村"]
        ) { walk(Data($0)) },
        FuzzReader("xlsx", bytes: [FuzzBook.whole(sheet: FuzzBook.sheet)]) { walk(Data($0)) },
        FuzzReader("sheet", [FuzzBook.sheet], marked) { walk(Data(FuzzBook.whole(sheet: text($0)))) },
        FuzzReader("strings", [FuzzBook.strings], ["<si>", "<t>", "</t>", "<rPh>", "&#x41;", "&x;"]) {
            walk(Data(FuzzBook.whole(sheet: FuzzBook.sheet, strings: text($0))))
        },
        FuzzReader("styles", [FuzzBook.styles], ["<xf ", "numFmtId=\"", "formatCode=\"[", "\\", "&quot;"]) {
            walk(Data(FuzzBook.whole(sheet: FuzzBook.sheet, styles: text($0))))
        },
        FuzzReader("photo", bytes: [png, jpeg]) { bytes in
            guard let photo = try? Photo(bytes) else { return }
            guard (try? Photo(photo.bytes)) == photo else { fatalError("cleaning what is clean changed it") }
        },
    ]

    private static func walk(_ file: Data) {
        guard let table = try? Table(file) else { return }
        _ = try? table.walk { line, cells in
            guard line > 0, cells.count <= 1_000 else { fatalError("a row that cannot be") }
        }
        _ = try? RegisterColumns(of: table)
    }

    // MARK: Forms

    private static let forms: [FuzzReader] = [
        FuzzReader(
            "multipart",
            [
                """
                --x\r\nContent-Disposition: form-data; \
                name="a"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="file"; \
                filename="f.csv"\r\nContent-Type: text/csv\r\n\r\na,b\r\n--x--\r\n
                """
            ],
            [
                "--x\r\n", "--x--", "\r\n", "\r\n\r\n", "name=\"", "Content-Disposition: form-data; ", ";",
                "filename*=UTF-8''",
            ]
        ) { _ = try? Multipart.parse(Data($0), boundary: "x") },
        FuzzReader("form", ["a=1&b=%E6%9D%91+x&c=&a=2"], ["&", "=", "%", "%ZZ", "+", "%00"]) {
            _ = try? FormText.fields(Data($0))
        },
    ]
}

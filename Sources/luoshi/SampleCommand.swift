import ArgumentParser
import Foundation
import Governance
import Rules

/// `luoshi sample`: drawing from a frozen list so that anybody can repeat the draw.
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw a sample from a list: commit first, draw after, publish the seed.",
        subcommands: [Commit.self, Draw.self, EstimateRate.self, Agreement.self])

    /// A list of what can be drawn.
    struct FrameFile: ParsableArguments {
        @Option(
            help:
                """
                The list: a line an item, identity, stratum and size with tabs between; stratum and \
                size may be left out.
                """
        ) var frame: String

        /// Every line of the list in order, in pieces that are never held together; throws at one that is no
        /// item.
        func each(_ body: (SampleFrame.Item) throws -> Void) throws {
            guard let file = fopen(frame, "r") else {
                throw Failure("\(frame) 打不开。 \(frame) cannot be opened.")
            }
            defer { fclose(file) }
            var piece = [UInt8](repeating: 0, count: 1 << 20)
            var (rest, number) = ([UInt8](), 0)
            func item(_ line: ArraySlice<UInt8>) throws {
                number += 1
                guard let item = SampleFrame.Item(line: Substring(decoding: line, as: UTF8.self)) else {
                    throw Failure(
                        "\(frame):\(number): 要写成“编号<TAB>层<TAB>大小”。 Wanted: identity<TAB>stratum<TAB>size.")
                }
                try body(item)
            }
            while case let count = fread(&piece, 1, piece.count, file), count > 0 {
                rest += piece[..<count]
                var start = rest.startIndex
                while let end = rest[start...].firstIndex(of: 0x0A) {
                    try item(rest[start..<end])
                    start = end + 1
                }
                rest.removeSubrange(..<start)
            }
            if !rest.isEmpty { try item(rest[...]) }
        }
    }

    /// `luoshi sample commit`: makes a seed, keeps it in a file and prints what is published before the draw.
    struct Commit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a secret seed and print the frame's hash and the seed's commitment.")
        @OptionGroup var frame: FrameFile
        @Option(help: "The file that keeps the seed until the draw.") var seedFile: String

        func run() throws {
            guard !FileManager.default.fileExists(atPath: seedFile) else {
                throw Failure("\(seedFile) 已经有了。 \(seedFile) is there already.")
            }
            let text = Chance.system.bytes(32).hex
            guard let seed = SampleSeed(text) else { preconditionFailure("32 bytes make a seed") }
            var (hasher, items) = (FrameHasher(), 0)
            try frame.each {
                hasher.add($0)
                items += 1
            }
            guard
                FileManager.default.createFile(
                    atPath: seedFile, contents: Data((text + "\n").utf8),
                    attributes: [.posixPermissions: 0o600])
            else {
                throw Failure("\(seedFile) 写不了。 \(seedFile) cannot be written.")
            }
            print(
                JSON.object([
                    ("items", .int(Int64(items))), ("frame_hash", .string(hasher.finish())),
                    ("commitment", .string(seed.commitment)),
                ]).text)
        }
    }

    /// `luoshi sample draw`: draws, and prints the record that `luoshi audit sample` repeats.
    struct Draw: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw from the list and print the record of the draw.")
        @OptionGroup var frame: FrameFile
        @Option(help: "simple, stratified or pps.") var design = "simple"
        @Option(help: "How many.") var size: Int
        @Option(help: "The least number of each stratum.") var least = 0
        @Option(help: "The file that keeps the seed.") var seedFile: String
        @Option(help: "What the sample is called.") var name = "sample"
        @Flag(
            help: "Leave the frame out of the record and hold only what is drawn: for long lists, pps only.")
        var streaming = false
        @Option(help: "text or json.") var format = Count.Format.text

        func run() throws {
            guard let design = SampleDesign(rawValue: design) else {
                throw Failure(
                    """
                    “\(design)”要写 simple、stratified 或 pps。 “\(design)” is wanted as simple, stratified \
                    or pps.
                    """
                )
            }
            if let fault = SampleDraw.fault(size, least: least) { throw Failure("\(fault.zh) \(fault.en)") }
            let text = try CheckSchemes.text(URL(filePath: seedFile)).trimmingCharacters(
                in: .whitespacesAndNewlines)
            guard let seed = SampleSeed(text) else {
                throw Failure("\(seedFile) 里不是种子。 \(seedFile) holds no seed.")
            }
            var record: SampleRecord
            if streaming {
                guard design == .pps else {
                    throw Failure("--streaming 只用于 pps。 --streaming goes with pps only.")
                }
                record = try drawAlong(seed)
            } else {
                var items: [SampleFrame.Item] = []
                try frame.each { items.append($0) }
                guard Set(items.map(\.id)).count == items.count else {
                    throw Failure("名单里有重复。 Something stands in the list twice.")
                }
                record = SampleRecord(name, design, size, from: SampleFrame(items), least: least, seed: seed)
            }
            if format == .json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(record), as: UTF8.self))
            } else {
                for drawn in record.drawn {
                    print("\(drawn.id)\t\(drawn.hits)\t\(drawn.weight)/\(drawn.over)")
                }
            }
        }

        /// Reads the list twice and holds only what is drawn.
        private func drawAlong(_ seed: SampleSeed) throws -> SampleRecord {
            var (hasher, total) = (FrameHasher(), 0)
            try frame.each {
                hasher.add($0)
                total += $0.size
            }
            let hash = hasher.finish()
            var steps = PPSSteps(size, total: total, frame: hash, seed: seed)
            var drawn: [DrawnItem] = []
            try frame.each { if let item = steps.take($0) { drawn.append(item) } }
            return SampleRecord(name, size, frameHash: hash, drawn, seed: seed)
        }
    }
}

/// `luoshi audit sample`: repeats a published draw from its record alone.
struct AuditSample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Repeat a published draw from its record alone.")
    @Argument(help: "The record, a JSON file.") var record: String

    func run() throws {
        let read: SampleRecord
        do {
            read = try JSONDecoder().decode(SampleRecord.self, from: Data(contentsOf: URL(filePath: record)))
        } catch {
            throw Failure("\(record) 不是抽样记录。 \(record) is no record of a draw: \(error)")
        }
        let faults = read.faults
        for fault in faults { print("\(record): \(fault.zh) \(fault.en)") }
        if !faults.isEmpty { throw ExitCode(1) }
        print(
            """
            \(read.sample): \(read.frame.count) 个里抽 \(read.drawn.count) 个，重抽一模一样。 \(read.drawn.count) \
            of \(read.frame.count), drawn again bit for bit.
            """
        )
    }
}

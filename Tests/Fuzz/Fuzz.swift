import Foundation
import Glibc

/// `fuzz SECONDS [SEED] [FOLDER]`: hands hostile inputs to every reader of texts and files, by chance from a
/// seed. Each input is written to the folder before it is read, in a process of its own: where that process
/// ends or is busy for ten seconds, the input stays there, and the run fails. `fuzz --once READER FILE` reads
/// one input again.
@main
struct Fuzz {
    /// So long an input may be read, in seconds, before it counts as one that never ends.
    private static let patience: UInt32 = 10

    static func main() {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "--once" { return once(arguments[2], arguments[3]) }
        if arguments.count == 5, arguments[1] == "--work", let seed = UInt64(arguments[2]),
            let seconds = Double(arguments[3])
        {
            return work(seed, seconds, URL(filePath: arguments[4]))
        }
        guard arguments.count > 1, let seconds = Double(arguments[1]) else {
            print("usage: fuzz SECONDS [SEED] [FOLDER]")
            exit(2)
        }
        let seed = arguments.count > 2 ? UInt64(arguments[2]) ?? 1 : UInt64(Date.now.timeIntervalSince1970)
        watch(seed, seconds, URL(filePath: arguments.count > 3 ? arguments[3] : ".build-tests/found"))
    }

    /// Runs workers until the time is over; one that ended before its time is told with its input.
    private static func watch(_ seed: UInt64, _ seconds: Double, _ folder: URL) {
        var (failures, seed) = (0, seed)
        let end = Date.now + seconds
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            print("\(folder.path) cannot be made: \(error)")
            exit(2)
        }
        while end.timeIntervalSinceNow > 0, failures < 20 {
            let worker = Process()
            worker.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            worker.arguments = ["--work", "\(seed)", "\(end.timeIntervalSinceNow)", folder.path]
            do { try worker.run() } catch {
                print("no worker: \(error)")
                exit(2)
            }
            worker.waitUntilExit()
            seed &+= 1_000_003
            if worker.terminationReason == .exit, worker.terminationStatus == 0 { break }
            failures += 1
            let (current, kept) = (folder.appending(path: "input"), folder.appending(path: "found-\(seed)"))
            try? FileManager.default.moveItem(at: current, to: kept)
            let reader = (try? String(contentsOf: folder.appending(path: "reader"), encoding: .utf8)) ?? "?"
            let why =
                worker.terminationReason == .exit
                ? "ended with \(worker.terminationStatus)" : "was ended by signal \(worker.terminationStatus)"
            print(
                """
                FAILED fuzz: the reader \(reader) \(why); its input is \(kept.path): fuzz --once \
                \(reader) \(kept.path)
                """
            )
        }
        print("fuzz: \(failures) failures")
        exit(failures == 0 ? 0 : 1)
    }

    private static func work(_ seed: UInt64, _ seconds: Double, _ folder: URL) {
        var chance = FuzzChance(state: seed)
        let end = Date.now + seconds
        let input = open(folder.appending(path: "input").path, O_CREAT | O_RDWR | O_TRUNC, 0o600)
        let name = open(folder.appending(path: "reader").path, O_CREAT | O_RDWR | O_TRUNC, 0o600)
        guard input >= 0, name >= 0 else { exit(3) }
        var counts: [String: Int] = [:]
        func read(_ bytes: [UInt8], with reader: FuzzReader) {
            put(bytes, into: input)
            put(Array(reader.name.utf8), into: name)
            alarm(patience)
            reader.read(bytes)
            alarm(0)
            counts[reader.name, default: 0] += 1
        }
        // What was found once is read first as it was.
        for reader in FuzzReader.all { for seed in reader.seeds { read(seed, with: reader) } }
        while end.timeIntervalSinceNow > 0 {
            let reader = FuzzReader.all[chance.below(FuzzReader.all.count)]
            var bytes = reader.seeds[chance.below(reader.seeds.count)]
            for _ in 0...chance.below(8) { chance.change(&bytes, with: reader.words) }
            read(bytes, with: reader)
        }
        print(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    }

    private static func once(_ name: String, _ file: String) {
        guard let reader = FuzzReader.all.first(where: { $0.name == name }),
            let data = FileManager.default.contents(atPath: file)
        else { exit(2) }
        reader.read([UInt8](data))
    }

    private static func put(_ bytes: [UInt8], into file: Int32) {
        _ = ftruncate(file, 0)
        _ = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    }
}

/// Chance that is the same for the same seed (SplitMix64).
struct FuzzChance {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
    mutating func below(_ limit: Int) -> Int { limit <= 1 ? 0 : Int(next() % UInt64(limit)) }

    /// Bytes that readers stumble over: ends, signs, quotes, parts of characters.
    private static let odd: [UInt8] = [
        0, 9, 10, 13, 32, 34, 35, 38, 42, 44, 45, 46, 58, 60, 62, 91, 92, 93, 123, 125, 0x7F, 0x80, 0xC0,
        0xE4, 0xEF, 0xFE, 0xFF,
    ]
    /// Numbers at the ends of what fits.
    private static let numbers = [
        "0", "-1", "1e400", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "4294967296", "0.1", "1e-9", "99999999999999999999", "NaN",
        "inf", "9007199254740993", "1048577", "0001-01-01", "9999-12-31", "10000-01-01",
    ]

    /// Changes an input in one way.
    mutating func change(_ bytes: inout [UInt8], with words: [String]) {
        let at = below(bytes.count + 1)
        switch below(10) {
        case 0: if at < bytes.count { bytes[at] ^= UInt8(1 << below(8)) }
        case 1: if at < bytes.count { bytes[at] = Self.odd[below(Self.odd.count)] }
        case 2: bytes.insert(Self.odd[below(Self.odd.count)], at: at)
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + below(20)))
        case 4:
            let stretch = Array(bytes[at..<min(bytes.count, at + below(40))])
            for _ in 0...below(30) where bytes.count < 1 << 17 { bytes.insert(contentsOf: stretch, at: at) }
        case 5: bytes.insert(contentsOf: Self.numbers[below(Self.numbers.count)].utf8, at: at)
        case 6, 7: if !words.isEmpty { bytes.insert(contentsOf: words[below(words.count)].utf8, at: at) }
        case 8:
            // A number becomes another.
            guard let start = bytes[at...].firstIndex(where: { (48...57).contains($0) }) else { return }
            let end = bytes[start...].firstIndex { !(48...57).contains($0) } ?? bytes.count
            bytes.replaceSubrange(start..<end, with: Self.numbers[below(Self.numbers.count)].utf8)
        default:
            let word = words.isEmpty ? "[" : words[below(words.count)]
            if bytes.count < 1 << 16 {
                bytes.insert(contentsOf: String(repeating: word, count: below(2_000)).utf8, at: at)
            }
        }
    }
}

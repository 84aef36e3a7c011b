package import Foundation
import Glibc
package import Rules
import Synchronization

/// The checkpoints of the log, a line each in a file of the data folder, and the key that signs them. Both
/// lie outside the database: whoever can rewrite the one does not therefore have the others.
package final class Checkpoints: Sendable {
    /// A checkpoint is due this long after the last one, if there are lines behind it.
    package static let interval = 60
    /// … or when so many lines are behind it.
    package static let mostLines = 10_000

    /// What was read of the file: where its last whole line ends, and the newest of each county.
    private struct Known { var end: UInt64 = 0, newest: [County: Checkpoint] = [:] }

    /// The name of the file in a data folder and in an archive.
    package static let fileName = "checkpoints.jsonl"
    /// No line of the file is longer.
    private static let longest = 4096

    private let file: URL, keyFile: URL, chance: Chance
    private let known = Mutex(Known())

    /// The checkpoints in a data folder, signed with the key of a file: `checkpoint.key` of that folder,
    /// unless another is named.
    package init(folder: URL, keyFile: URL? = nil, chance: Chance = .system) {
        file = folder.appending(path: Self.fileName)
        self.keyFile = keyFile ?? folder.appending(path: "checkpoint.key")
        self.chance = chance
    }

    /// Why the checkpoints cannot be read or made.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    // MARK: Reading

    /// What the file holds: the checkpoints in the order in which they were made, and the first line that is
    /// none.
    package struct Kept: Sendable {
        /// The checkpoints, and the number of the line that is none.
        package var checkpoints: [Checkpoint] = [], unreadable: Int?
    }

    /// Everything that was kept, of one county or of all.
    package func kept(of county: County? = nil) throws -> Kept {
        var (kept, number) = (Kept(), 0)
        _ = try eachLine(from: 0) { line in
            number += 1
            guard let found = Self.checkpoint(line) else {
                if kept.unreadable == nil { kept.unreadable = number }
                return
            }
            if county == nil || found.county == county { kept.checkpoints.append(found) }
        }
        return kept
    }

    /// The newest checkpoint of a county, nil if it has none. Only what was added to the file since is read.
    package func newest(of county: County) throws -> Checkpoint? {
        try known.withLock { known in
            try catchUp(&known)
            return known.newest[county]
        }
    }

    private func catchUp(_ known: inout Known) throws {
        var info = stat()
        let size = stat(file.path, &info) == 0 ? UInt64(max(0, info.st_size)) : 0
        // Somebody cut it: whatever was known of it is read again.
        if size < known.end { known = Known() }
        // Pages ask; nothing was signed since the last one did.
        guard size > known.end else { return }
        known.end = try eachLine(from: known.end) { line in
            if let found = Self.checkpoint(line) { known.newest[found.county] = found }
        }
    }

    private static func checkpoint(_ line: [UInt8]) -> Checkpoint? {
        guard line.count <= longest else { return nil }
        do { return Checkpoint(try JSON(parsing: Data(line))) } catch { return nil }
    }

    /// Hands over each whole line behind a place, and answers where the last one ends: what a power cut left
    /// unfinished was never told to anybody. Of a line that is too long only the beginning is held.
    private func eachLine(from start: UInt64, _ body: ([UInt8]) -> Void) throws -> UInt64 {
        guard FileManager.default.fileExists(atPath: file.path) else { return 0 }
        let handle = try FileHandle(forReadingFrom: file)
        defer { handle.closeFile() }
        try handle.seek(toOffset: start)
        var (line, at, end): ([UInt8], UInt64, UInt64) = ([], start, start)
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            for byte in piece {
                at += 1
                if byte != UInt8(ascii: "\n") {
                    if line.count <= Self.longest { line.append(byte) }
                    continue
                }
                body(line)
                line.removeAll(keepingCapacity: true)
                end = at
            }
        }
        return end
    }

    /// Copies what is whole into another folder.
    func copy(to folder: URL) throws {
        try known.withLock { known in
            try catchUp(&known)
            guard known.end > 0 else { return }
            let handle = try FileHandle(forReadingFrom: file)
            defer { handle.closeFile() }
            let whole = try handle.read(upToCount: Int(known.end)) ?? Data()
            try whole.write(to: folder.appending(path: Self.fileName))
        }
    }

    // MARK: Signing

    /// The public half of the key that signs here; nil while there is no key.
    package func publicKey() throws -> String? { try SigningKey.inFile(keyFile)?.publicKey }

    /// The key that signs here, made when the first log is signed. Throws `Failed` if a log names a key and
    /// the file is gone: another key would look like a forger's.
    package func signingKey(for office: Office) async throws -> SigningKey {
        if let key = try SigningKey.inFile(keyFile) { return key }
        let named = try await office.read { books in
            try Log.heads(in: books).contains { try NamedKeys(of: $0.county, in: books).newest != nil }
        }
        guard !named else {
            throw Failed(
                "the key that signs checkpoints is not at \(keyFile.path), and the log names one: "
                    + "put it there, or name its file with checkpoint-key")
        }
        return try SigningKey.made(in: keyFile, chance: chance)
    }

    /// Signs where a county's chain stands and keeps it, unless the newest checkpoint says so already. Before
    /// the first one the log is told the key. Answers the newest; nil if the log is empty.
    @discardableResult
    package func make(_ county: County, at now: Instant, office: Office) async throws -> Checkpoint? {
        guard try await office.read({ try $0.version(of: county) }) > 0 else { return nil }
        let key = try await signingKey(for: office)
        try await office.write(in: county) { books in
            guard try NamedKeys(of: county, in: books).newest == nil else { return }
            try NamedKeys.name(key.publicKey, after: nil, signedBy: nil, county: county, at: now, in: books)
        }
        let (head, named) = try await office.read {
            (try $0.head(of: county), try NamedKeys(of: county, in: $0).newest)
        }
        guard let head else { return nil }
        guard named == key.publicKey else {
            throw Failed(
                "the log of \(county) is signed with the key \(named ?? "-"), and \(keyFile.path) holds "
                    + "\(key.publicKey): nothing is signed. Put the right key there, or change it with "
                    + "`luoshi audit change-key`")
        }
        return try keep(county, line: head.events, hash: head.eventHash.hex, at: now, key: key)
    }

    /// Makes a county's checkpoint if it is due: an hour after the last one, or behind 10,000 lines.
    package func makeIfDue(_ county: County, office: Office) async throws {
        let now = office.clock.now
        let lines = try await office.read { try $0.version(of: county) }
        if let last = try newest(of: county) {
            let isOld = abs(now.since(last.at)) >= Int64(Self.interval) * 60_000
            guard lines > last.line, isOld || lines - last.line >= Self.mostLines else { return }
        }
        try await make(county, at: now, office: office)
    }

    /// Lets another key follow: the log of each county names it, signed with the key of today. Without that
    /// signature the change stays a fault for everybody who was not given the new key by somebody they trust.
    package func changeKey(
        to next: SigningKey, of county: County, isOldLost: Bool = false, at now: Instant, office: Office
    ) async throws {
        let old = try SigningKey.inFile(keyFile)
        guard let named = try await office.read({ try NamedKeys(of: county, in: $0).newest }),
            named != next.publicKey
        else {
            return
        }
        guard isOldLost || old?.publicKey == named else {
            throw Failed("\(keyFile.path) does not hold the key \(named) that the log of \(county) names")
        }
        try await office.write(in: county) { books in
            guard try NamedKeys(of: county, in: books).newest == named else { return }
            try NamedKeys.name(
                next.publicKey, after: named, signedBy: isOldLost ? nil : old, county: county, at: now,
                in: books)
        }
    }

    /// Signs a line and writes it behind the last whole line of the file; of two processes one after the
    /// other.
    @discardableResult
    package func keep(_ county: County, line: Int, hash: String, at now: Instant, key: SigningKey) throws
        -> Checkpoint
    {
        try known.withLock { known in
            if !FileManager.default.fileExists(atPath: file.path) {
                _ = FileManager.default.createFile(
                    atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            let handle = try FileHandle(forUpdating: file)
            defer { handle.closeFile() }
            guard flock(handle.fileDescriptor, LOCK_EX) == 0 else {
                throw Failed("\(file.path) cannot be locked")
            }
            try catchUp(&known)
            let last = known.newest[county]
            if let last, last.line > line || last.line == line && last.isSigned(by: key.publicKey) {
                return last
            }
            let made = try Checkpoint(
                county: county, line: line, hash: hash, at: now, after: last?.print ?? Checkpoint.first,
                key: key)
            try handle.truncate(atOffset: known.end)
            try handle.seek(toOffset: known.end)
            try handle.write(contentsOf: Data((made.json.text + "\n").utf8))
            try handle.synchronize()
            try catchUp(&known)
            return made
        }
    }
}

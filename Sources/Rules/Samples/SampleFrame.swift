import Crypto
import Foundation

/// What a sample is drawn from: a list that is frozen and hashed before anybody knows the seed.
package struct SampleFrame: Sendable, Equatable {
    /// One thing that can be drawn.
    package struct Item: Sendable, Equatable {
        /// Its identity, its stratum (empty for none) and its size.
        package var id: String, stratum: String, size: Int
        /// An item. A size below nothing is nothing, one above the greatest is the greatest: what a frame is
        /// made of is counted by the program, and sums along it stay exact.
        package init(_ id: String, stratum: String = "", size: Int = 1) {
            (self.id, self.stratum, self.size) = (id, stratum, min(max(size, 0), SampleFrame.mostSize))
        }
        /// Its line in the frozen list: identity, stratum and size with tabs between.
        package var line: String { "\(id)\t\(stratum)\t\(size)\n" }
        /// The item of a line, which may leave out stratum and size; nil if it is none.
        package init?(line: Substring) {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard (1...3).contains(parts.count), !parts[0].isEmpty,
                let size = parts.count == 3 ? Int(parts[2]) : 1, (0...SampleFrame.mostSize).contains(size)
            else { return nil }
            self.init(String(parts[0]), stratum: parts.count > 1 ? String(parts[1]) : "", size: size)
        }
    }
    /// The greatest size that an item may have: sums along a list of any length stay exact.
    package static let mostSize = 1_000_000
    /// Its items in their frozen order.
    package var items: [Item]
    /// A frame of items, each identity once.
    package init(_ items: [Item]) { self.items = items }

    /// SHA-256 over the lines, in lower-case hex.
    package var hash: String {
        var hasher = FrameHasher()
        for item in items { hasher.add(item) }
        return hasher.finish()
    }
}

/// The hash of a frame that is read item by item and never held.
package struct FrameHasher {
    private var hasher = SHA256(), buffer = Data()
    /// Nothing yet.
    package init() {}
    /// Adds the next item.
    package mutating func add(_ item: SampleFrame.Item) {
        buffer.append(contentsOf: item.line.utf8)
        if buffer.count > 1 << 16 { flush() }
    }
    /// Adds a line as it stands, without its end.
    package mutating func add(line: some Collection<UInt8>) {
        buffer.append(contentsOf: line)
        buffer.append(0x0A)
        if buffer.count > 1 << 16 { flush() }
    }
    private mutating func flush() {
        hasher.update(data: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
    /// The hash in lower-case hex.
    package mutating func finish() -> String {
        flush()
        return hasher.finalize().hex
    }
}

/// What makes a draw repeatable: 32 bytes of chance in lower-case hex. Its commitment is published before the
/// draw, it itself after.
package struct SampleSeed: Sendable, Equatable {
    /// The 64 hex digits.
    package let text: String
    /// A seed; nil unless it is 64 lower-case hex digits.
    package init?(_ text: String) {
        guard text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }
    /// SHA-256 of the seed's text, in lower-case hex.
    package var commitment: String { SHA256.hash(data: Data(text.utf8)).hex }

    /// The key by which an item stands in the random order of a frame: SHA-256 over seed, frame and identity
    /// with line feeds between.
    func key(of id: String, in frame: String) -> [UInt8] {
        Array(SHA256.hash(data: Data("\(text)\n\(frame)\n\(id)".utf8)))
    }

    /// An even number below a limit: the first eight bytes of SHA-256 over seed, frame, `start` and a
    /// counter, the first that does not favour small numbers.
    func number(below limit: Int, in frame: String) -> Int {
        let limit = UInt64(limit)
        let fair = UInt64.max - UInt64.max % limit
        var counter = 0
        while true {
            let digest = SHA256.hash(data: Data("\(text)\n\(frame)\nstart\n\(counter)".utf8))
            let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if number < fair { return Int(number % limit) }
            counter += 1
        }
    }
}

extension Digest {
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

package import Foundation
package import Rules

/// What a third party keeps: where each county's chain stood at a moment, a line each, signed. Plain text,
/// for paper, mail or a newspaper. Whoever has it can show later that the log still contains what it
/// contained then.
package struct Witness: Sendable, Equatable {
    /// Where one chain stood: the line, its hash, and when that was signed.
    package struct Line: Sendable, Equatable {
        /// Whose chain, the line with its hash, and the moment.
        package var county: County, line: Int, hash: String, at: Instant
    }

    /// The moment of the whole.
    package let at: Instant
    /// A line a county.
    package let lines: [Line]
    /// The public key and the signature over everything before it, in hexadecimal.
    package let key: String, signature: String

    private static let title = "luoshi witness 1"
    /// No file of a third party is longer: room for every county of the country, and more.
    private static let longest = 1 << 20

    /// The newest checkpoints of some counties, signed as a whole.
    init(_ checkpoints: [Checkpoint], at now: Instant, key: SigningKey) throws {
        (at, self.key) = (now, key.publicKey)
        lines = checkpoints.map { Line(county: $0.county, line: $0.line, hash: $0.hash, at: $0.at) }
        signature = try key.signature(of: Self.words(now, lines, key.publicKey))
    }

    /// Signs where the log of every county stands now, for a third party to keep. For commands: it goes
    /// through all of them.
    package static func make(of counties: [County], by checkpoints: Checkpoints, office: Office) async throws
        -> Witness
    {
        let now = office.clock.now
        var points: [Checkpoint] = []
        for county in counties {
            if let point = try await checkpoints.make(county, at: now, office: office) {
                points.append(point)
            }
        }
        return try Witness(points, at: now, key: try await checkpoints.signingKey(for: office))
    }

    /// What somebody kept. Throws `Refusal.invalid` if it is no such text: spaces and line ends may have
    /// changed on the way, no letter may.
    package init(_ data: Data) throws {
        let wrong = Refusal.invalid(
            "file", zh: "这不是 luoshi audit witness 写出的见证文件。",
            en: "This is not what luoshi audit witness prints.")
        guard data.count <= Self.longest else { throw wrong }
        let rows = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }.filter { !$0.isEmpty }
        func hex(_ text: String, _ count: Int) -> Bool {
            text.utf8.count == count && [UInt8](hex: text) != nil
        }
        guard rows.count >= 3, let first = rows.first, first.count == 4,
            first.dropLast().joined(separator: " ") == Self.title,
            let at = Instant(iso: first[3])
        else { throw wrong }
        let ends = rows.suffix(2).map { $0 }
        guard ends[0].count == 2, ends[0][0] == "key", hex(ends[0][1], 64), ends[1].count == 2,
            ends[1][0] == "signature",
            hex(ends[1][1], 128)
        else { throw wrong }
        lines = try rows.dropFirst().dropLast(2).map { row in
            guard row.count == 4, let county = County(row[0]), row[1].utf8.count <= 15,
                row[1].utf8.allSatisfy({ (48...57).contains($0) }), let line = Int(row[1]), line > 0,
                hex(row[2], 64),
                let at = Instant(iso: row[3])
            else { throw wrong }
            return Line(county: county, line: line, hash: row[2], at: at)
        }
        guard Set(lines.map(\.county)).count == lines.count else { throw wrong }
        (self.at, key, signature) = (at, ends[0][1], ends[1][1])
    }

    private static func words(_ at: Instant, _ lines: [Line], _ key: String) -> String {
        let rows = lines.map { "\($0.county) \($0.line) \($0.hash) \($0.at.iso)" }
        return (["\(title) \(at.iso)"] + rows + ["key \(key)"]).joined(separator: "\n") + "\n"
    }

    /// The text to keep.
    package var text: String { Self.words(at, lines, key) + "signature \(signature)\n" }

    /// Whether a public key signed it.
    package func isSigned(by key: String) -> Bool {
        SigningKey.isSound(signature, of: Self.words(at, lines, self.key), by: key)
    }
}

extension Checkpoints {
    /// What was kept here, as evidence at a moment. `county`: only of this one. `key`: the public key that
    /// somebody kept elsewhere; without it that of the key file, if there is one.
    package func evidence(
        of county: County? = nil, at now: Instant, key: String? = nil, witness: Witness? = nil
    ) throws -> Log.Evidence {
        Log.Evidence(
            kept: try kept(of: county), key: try key ?? publicKey(), isKeyGiven: key != nil, witness: witness,
            now: now)
    }
}

import Engines
import Foundation
import Governance
import Rules
import Store
import Testing

/// The log's proof cannot be argued away: whatever is rewritten, removed or signed anew is found.
struct VerificationTests {
    /// An office with work in it, and its log signed.
    private struct Signed {
        let world: World, folder: DataFolder, checkpoints: Checkpoints

        init() async throws {
            (world, folder) = (try await World(), try DataFolder())
            checkpoints = Checkpoints(folder: folder.url, chance: .seeded(3))
            _ = try await world.handled()
            try await sign()
        }

        @discardableResult
        func sign() async throws -> Checkpoint {
            try #require(try await checkpoints.make(World.county, at: world.now, office: world.office))
        }
        func verify(key: String? = nil, witness: Witness? = nil) async throws -> Log.Verification {
            let evidence = try checkpoints.evidence(at: world.now, key: key, witness: witness)
            return try await world.office.read {
                try Log.verify(for: World.clockwork, against: evidence, in: $0)
            }
        }
        func faults(key: String? = nil, witness: Witness? = nil) async throws -> [String] {
            try await verify(key: key, witness: witness).faults.map(\.kind.rawValue)
        }
        /// Signs three times, an hour apart, with work between.
        func signThrice() async throws {
            for _ in 0..<2 {
                world.pass(minutes: 60)
                _ = try await world.report()
                try await sign()
            }
        }
        func witness() async throws -> Witness {
            try await Witness.make(of: [World.county], by: checkpoints, office: world.office)
        }
    }

    @Test func `a log that is signed and whole holds, and lines behind the newest checkpoint are counted`()
        async throws
    {
        let signed = try await Signed()
        let outcome = try await signed.verify()
        #expect(outcome.faults.isEmpty)
        #expect(outcome.checkpoints == 1 && outcome.behind == 0)
        #expect(outcome.key == (try signed.checkpoints.publicKey()))
        let before = outcome.lines
        _ = try await signed.world.handled()
        let later = try await signed.verify()
        #expect(later.faults.isEmpty)
        #expect(later.behind == later.lines - before && later.behind > 0)
        #expect(later.told.contains { $0.en.contains("\(later.behind) lines behind") })
        #expect(later.told.contains { $0.zh.contains("之后 \(later.behind) 条") })
    }

    @Test
    func `a checkpoint is made at once, then every hour if there are new lines, and behind 10,000 lines`()
        async throws
    {
        let (world, folder) = (try await World(), try DataFolder())
        let checkpoints = Checkpoints(folder: folder.url)
        func count() async throws -> Int {
            try await checkpoints.makeIfDue(World.county, office: world.office)
            let kept = try checkpoints.kept(of: World.county)
            return kept.checkpoints.count
        }
        #expect(try await count() == 1)
        world.pass(minutes: 59)
        _ = try await world.report()
        #expect(try await count() == 1)
        world.pass(minutes: 1)
        #expect(try await count() == 2)
        world.pass(minutes: 600)
        #expect(try await count() == 2, "nothing new happened")
        let outcome = try await world.look { try Log.verify(for: World.clockwork, in: $1) }
        try await world.act("auditor") { actor, books in
            for _ in 0..<Checkpoints.mostLines - 1 {
                try Log.keep(outcome, by: actor, at: world.now, in: books)
            }
        }
        try await checkpoints.make(World.county, at: world.now, office: world.office)
        try await world.act("auditor") { actor, books in
            for _ in 0..<Checkpoints.mostLines - 1 {
                try Log.keep(outcome, by: actor, at: world.now, in: books)
            }
        }
        #expect(try await count() == 3)
        try await world.act("auditor") { try Log.keep(outcome, by: $0, at: world.now, in: $1) }
        #expect(try await count() == 4)
    }

    @Test
    func `a chain that was made anew from some line on fits in itself, and is found against the checkpoint`()
        async throws
    {
        let signed = try await Signed()
        let line = try #require(try signed.checkpoints.newest(of: World.county)).line
        try await signed.world.rewrite(from: line - 5)
        let alone = try await signed.world.look { try Log.verify(for: World.clockwork, in: $1) }
        #expect(alone.fault == nil, "whoever rewrites everything is not found by the chain alone")
        let held = try await signed.verify()
        #expect(held.fault?.kind == .checkpoint && held.fault?.line == line)
        #expect(held.checkpoints == 0)
    }

    @Test func `unsigned lines are old although the first of them was given another moment`() async throws {
        let signed = try await Signed()
        let first = try await signed.verify().lines + 1
        for _ in 0..<2 { _ = try await signed.world.report() }
        signed.world.pass(minutes: 180)
        try await signed.world.rewrite(from: first, at: signed.world.now)
        #expect(try await signed.faults() == ["unsigned"])
    }

    @Test func `an unsigned line that is still to come is a fault`() async throws {
        let signed = try await Signed()
        let first = try await signed.verify().lines + 1
        _ = try await signed.world.report()
        try await signed.world.rewrite(from: first, at: signed.world.now.adding(hours: 24))
        #expect(try await signed.faults() == ["unsigned"])
    }

    @Test func `lines older than two hours that no checkpoint signs are a fault`() async throws {
        let signed = try await Signed()
        _ = try await signed.world.report()
        signed.world.pass(minutes: 120)
        #expect(try await signed.faults() == [])
        signed.world.pass(minutes: 1)
        let outcome = try await signed.verify()
        #expect(outcome.faults.map(\.kind) == [.unsigned])
        #expect(outcome.fault?.line == outcome.lines)
        try await signed.sign()
        #expect(try await signed.faults() == [])
    }

    @Test
    func `checkpoints that were taken away are missed: all, the last ones, one between, a line that is none`()
        async throws
    {
        let signed = try await Signed()
        try await signed.signThrice()
        let name = Checkpoints.fileName
        let all = try signed.folder.lines(name)
        #expect(all.count == 3)
        #expect(try await signed.verify().checkpoints == 3)
        signed.world.pass(minutes: 90)
        #expect(try await signed.faults() == [])
        try FileManager.default.removeItem(at: signed.folder.make(name))
        #expect(try await signed.faults() == ["unsigned"])
        try signed.folder.write(Array(all.prefix(1)), to: name)
        #expect(try await signed.faults() == ["unsigned"])
        try signed.folder.write([all[0], all[2]], to: name)
        #expect(try await signed.faults() == ["checkpoint"])
        try signed.folder.write([all[1], all[2]], to: name)
        #expect(try await signed.faults() == ["checkpoint"])
        try signed.folder.write([all[0], all[2], all[1]], to: name)
        #expect(try await signed.faults() == ["checkpoint"])
        try signed.folder.write([all[0], "{}", all[1], all[2]], to: name)
        #expect(try await signed.faults() == ["checkpoint"])
        try signed.folder.write(all, to: name)
        #expect(try await signed.faults() == [])
    }

    @Test
    func `a line that a power cut left unfinished is cut off, and signing goes on behind the last whole one`()
        async throws
    {
        let signed = try await Signed()
        let whole = try Data(contentsOf: signed.folder.make(Checkpoints.fileName))
        try (whole + Data("{\"county\":\"4103".utf8)).write(to: signed.folder.make(Checkpoints.fileName))
        #expect(try await signed.faults() == [])
        _ = try await signed.world.report()
        try await signed.sign()
        let outcome = try await signed.verify()
        #expect(outcome.faults.isEmpty && outcome.checkpoints == 2)
    }

    @Test func `checkpoints that somebody else signed do not count, whatever key stands in them`()
        async throws
    {
        let signed = try await Signed()
        let line = try #require(try signed.checkpoints.newest(of: World.county))
        let forger = try SigningKey(secret: Array(repeating: 9, count: 32))
        // The whole log is made anew, and all its checkpoints with a key of one's own, in the place of the
        // old one.
        try await signed.world.rewrite(from: 3)
        let head = try await signed.world.history(from: line.line)[0].hash.hex
        try FileManager.default.removeItem(at: signed.folder.make(Checkpoints.fileName))
        let forged = Checkpoints(folder: signed.folder.url)
        try forged.keep(World.county, line: line.line, hash: head, at: signed.world.now, key: forger)
        // The office is older than two hours: nothing signs its lines.
        #expect(try await signed.faults() == ["checkpoint", "unsigned"])
        try FileManager.default.removeItem(at: signed.folder.make("checkpoint.key"))
        #expect(try await signed.faults() == ["checkpoint", "unsigned"])
        try signed.folder.write([Array(repeating: UInt8(9), count: 32).hex], to: "checkpoint.key")
        #expect(try await signed.faults() == ["key", "checkpoint", "unsigned"])
    }

    @Test func `without its key nothing is signed and no other key is made, and a foreign key signs nothing`()
        async throws
    {
        let signed = try await Signed()
        let file = signed.folder.make("checkpoint.key")
        try FileManager.default.removeItem(at: file)
        _ = try await signed.world.report()
        await #expect(throws: Checkpoints.Failed.self) { try await signed.sign() }
        #expect(!FileManager.default.fileExists(atPath: file.path))
        _ = try SigningKey.made(in: file, chance: .seeded(4))
        await #expect(throws: Checkpoints.Failed.self) { try await signed.sign() }
        #expect(try signed.folder.lines(Checkpoints.fileName).count == 1)
        try Data("no key".utf8).write(to: file)
        await #expect(throws: KeyFile.Failed.self) { try await signed.sign() }
    }

    @Test func `a head or an office that is missing is a fault, and the county is found all the same`()
        async throws
    {
        let signed = try await Signed()
        let nothing = try DataFolder()
        let empty = try Checkpoints(folder: nothing.url).evidence(at: signed.world.now)
        try await signed.world.tamper(["DELETE FROM county_head WHERE county = \(World.county)"])
        #expect(try await signed.faults() == ["head"])
        #expect(
            try await signed.world.office.read { try Log.counties(in: empty, $0) }.counties.contains(
                World.county))
        try await signed.world.tamper(["DELETE FROM office WHERE county = \(World.county)"])
        #expect(try await signed.faults() == ["head", "office", "row"])
        try await signed.world.tamper(["DELETE FROM office_name WHERE county = \(World.county)"])
        #expect(
            try await signed.world.office.read { try Log.counties(in: empty, $0) }.counties.contains(
                World.county))
        // A single row of any table is enough.
        try await signed.world.tamper(["DELETE FROM event WHERE county = \(World.county)"])
        #expect(
            try await signed.world.office.read { try Log.counties(in: empty, $0) }.counties.contains(
                World.county))
        let evidence = try signed.checkpoints.evidence(at: signed.world.now)
        #expect(
            try await signed.world.office.read { try Log.counties(in: evidence, $0) }.counties.contains(
                World.county))
        #expect(try await signed.faults() == ["head", "office", "checkpoint"])
    }

    @Test func `another key may follow if the one before signed the change`() async throws {
        let signed = try await Signed()
        let (old, file) = (try #require(try signed.checkpoints.publicKey()), signed.folder.make("next.key"))
        let next = try SigningKey.made(in: file, chance: .seeded(5))
        _ = try await signed.world.report()
        try await signed.checkpoints.changeKey(
            to: next, of: World.county, at: signed.world.now, office: signed.world.office)
        let after = Checkpoints(folder: signed.folder.url, keyFile: file)
        try await after.make(World.county, at: signed.world.now, office: signed.world.office)
        for key in [nil, old, next.publicKey] as [String?] {
            let evidence = try after.evidence(at: signed.world.now, key: key)
            let outcome = try await signed.world.office.read {
                try Log.verify(for: World.clockwork, against: evidence, in: $0)
            }
            #expect(
                outcome.faults.isEmpty && outcome.checkpoints == 2 && outcome.key == next.publicKey,
                "\(key ?? "-")")
        }
        #expect(try await signed.faults(key: String(repeating: "a", count: 64)) == ["key"])
        await #expect(throws: Checkpoints.Failed.self) { try await signed.sign() }
    }

    @Test
    func
        `a key that follows without the signature of the one before is a fault, unless somebody kept the new one`()
        async throws
    {
        let signed = try await Signed()
        let file = signed.folder.make("next.key")
        let next = try SigningKey.made(in: file, chance: .seeded(5))
        try FileManager.default.removeItem(at: signed.folder.make("checkpoint.key"))
        let (office, now) = (signed.world.office, signed.world.now)
        await #expect(throws: Checkpoints.Failed.self) {
            try await signed.checkpoints.changeKey(to: next, of: World.county, at: now, office: office)
        }
        try await signed.checkpoints.changeKey(
            to: next, of: World.county, isOldLost: true, at: now, office: office)
        let after = Checkpoints(folder: signed.folder.url, keyFile: file)
        try await after.make(World.county, at: now, office: office)
        let byFile = try after.evidence(at: now)
        #expect(
            try await office.read { try Log.verify(for: World.clockwork, against: byFile, in: $0) }.faults
                .map(\.kind)
                == [.key])
        let given = try after.evidence(at: now, key: next.publicKey)
        let outcome = try await office.read { try Log.verify(for: World.clockwork, against: given, in: $0) }
        #expect(outcome.faults.isEmpty && outcome.checkpoints == 2)
    }

    @Test func `what a third party kept is held against the log later`() async throws {
        let signed = try await Signed()
        let witness = try await signed.witness()
        let text = witness.text
        #expect(text.split(separator: "\n").count == 4)
        _ = try await signed.world.handled()
        // Mail breaks line ends and adds spaces.
        let kept = try Witness(Data(("\n" + text.replacing("\n", with: " \r\n") + "\n").utf8))
        #expect(kept == witness)
        let outcome = try await signed.verify(witness: kept)
        #expect(outcome.faults.isEmpty && outcome.witnessed?.line == witness.lines[0].line)
        // Whoever has everything, the key too, makes log and checkpoints anew; the third party's text
        // remains.
        try await signed.world.rewrite(from: 3)
        try FileManager.default.removeItem(at: signed.folder.make(Checkpoints.fileName))
        try await Checkpoints(folder: signed.folder.url).make(
            World.county, at: signed.world.now, office: signed.world.office)
        #expect(try await signed.faults() == [])
        #expect(try await signed.faults(witness: kept) == ["witness"])
        try await signed.world.tamper([
            "DELETE FROM event WHERE county = \(World.county)",
            "UPDATE county_head SET event_seq = 0, event_hash = \([UInt8]())",
        ])
        #expect(try await signed.faults(witness: kept) == ["checkpoint", "witness"])
    }

    @Test func `any changed letter of a witness's file shows`() async throws {
        let signed = try await Signed()
        let bytes = Array(try await signed.witness().text.utf8)
        for index in bytes.indices where bytes[index] > 0x20 {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "7") ? UInt8(ascii: "8") : UInt8(ascii: "7")
            let witness: Witness? = try {
                do { return try Witness(Data(changed)) } catch is Refusal { return nil }
            }()
            #expect(
                witness.map { !$0.isSigned(by: $0.key) } ?? true, "a change at byte \(index) was not noticed")
        }
        let other = try Witness(Data(bytes))
        #expect(other.isSigned(by: other.key))
        #expect(try await signed.faults(witness: other) == [])
    }

    @Test func `hostile files of checkpoints and of witnesses are faults or refusals, and end nothing`()
        async throws
    {
        let signed = try await Signed()
        let (good, name) = (
            Array(try Data(contentsOf: signed.folder.make(Checkpoints.fileName))), Checkpoints.fileName
        )
        let text = Array(try await signed.witness().text.utf8)
        var chance = SplitMix64(seed: 11)
        for round in 0..<60 {
            var (file, paper) = (good, text)
            for _ in 0...round % 5 {
                file[Int.random(in: file.indices, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
                paper[Int.random(in: paper.indices, using: &chance)] = UInt8.random(
                    in: 0...255, using: &chance)
            }
            try Data(file).write(to: signed.folder.make(name))
            _ = try await signed.faults()
            do { _ = try await signed.faults(witness: try Witness(Data(paper))) } catch is Refusal {}
        }
        try Data(repeating: UInt8(ascii: "["), count: 3 << 20).write(to: signed.folder.make(name))
        _ = try await signed.faults()
        #expect(throws: Refusal.self) { try Witness(Data(repeating: 0x31, count: 2 << 20)) }
        for line in ["9223372036854775807", "1125899906842625", "-1", "0"] {
            let json = String(decoding: good, as: UTF8.self).replacing(
                #/"line":\d+/#, with: "\"line\":\(line)")
            try Data(json.utf8).write(to: signed.folder.make(name))
            #expect(try await signed.faults() == ["checkpoint", "unsigned"])
        }
    }

    @Test func `two servers on one folder sign one after the other`() async throws {
        let signed = try await Signed()
        let other = Checkpoints(folder: signed.folder.url)
        for round in 0..<6 {
            _ = try await signed.world.report()
            let (world, turn) = (signed.world, round % 2 == 0 ? signed.checkpoints : other)
            try await turn.make(World.county, at: world.now, office: world.office)
        }
        let outcome = try await signed.verify()
        #expect(outcome.faults.isEmpty && outcome.checkpoints == 7)
    }
}

import Engines
import Foundation
import Governance
import Rules
import Store
import Testing

/// Signed checkpoints and proofs: what a third party can hold against the log.
struct ProofTests {
    /// A data folder of its own.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "luoshi-test-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
    }

    @Test func `a chain that was made anew from some line on fits in itself, and is found against the checkpoint`() async throws {
        let (world, folder) = (try await World(), try Folder())
        _ = try await world.handled()
        let checkpoints = Checkpoints(folder: folder.url)
        let signed = try #require(try await checkpoints.make(World.county, at: world.now, office: world.office))
        try await rewrite(world, from: signed.line - 5)
        let alone = try await world.look { try Log.verify(World.county, in: $1) }
        #expect(alone.fault == nil, "whoever rewrites everything is not found by the chain alone")
        let kept = try checkpoints.all()
        let held = try await world.look { try Log.verify(World.county, against: kept, in: $1) }
        #expect(held.fault?.line == signed.line)
    }

    /// Changes one line and makes every later line and the head fit again, as somebody could who has the database whole.
    private func rewrite(_ world: World, from line: Int) async throws {
        let lines = try await world.look { try Log.history(from: line, county: World.county, in: $1) }
        var previous = lines[0].previous
        var changed: [(LogEntry, [UInt8], [UInt8])] = []
        for (index, var entry) in lines.enumerated() {
            if index == 0 { entry.body = "{\"words\":\"nothing happened\"}" }
            let hash = LogEntry.chained(previous, entry.contentHash(county: World.county))
            changed.append((entry, previous, hash))
            previous = hash
        }
        let (rows, head) = (changed, previous)
        try await world.office.database.write { t in
            if Engine.isPostgres { try t.run("GRANT UPDATE ON event TO CURRENT_USER") } else { try t.run("DROP TRIGGER event_is_never_changed") }
            for (entry, before, hash) in rows {
                try t.run(
                    "UPDATE event SET body = \(entry.body), previous_hash = \(before), hash = \(hash) WHERE county = \(World.county) AND seq = \(entry.sequence)"
                )
            }
            try t.run("UPDATE county_head SET event_hash = \(head) WHERE county = \(World.county)")
        }
    }

    @Test func `a day has one checkpoint, and a line that was signed and is gone is found`() async throws {
        let (world, folder) = (try await World(), try Folder())
        let checkpoints = Checkpoints(folder: folder.url)
        try await checkpoints.makeDaily(World.county, zone: .china, office: world.office)
        _ = try await world.handled()
        try await checkpoints.makeDaily(World.county, zone: .china, office: world.office)
        #expect(try checkpoints.all().count == 1)
        world.pass(minutes: 24 * 60)
        try await checkpoints.makeDaily(World.county, zone: .china, office: world.office)
        let kept = try checkpoints.all()
        #expect(kept.count == 2 && kept.allSatisfy(\.isSound))
        let held = try await world.look { try Log.verify(World.county, against: kept, in: $1) }
        #expect(held.fault == nil && held.checkpoints == 2)
        var beyond = kept
        beyond[1].line += 1000
        let asked = beyond
        #expect(try await world.look { try Log.verify(World.county, against: asked, in: $1) }.fault != nil)
    }

    @Test func `a case's proof holds without the database, and tells nothing of other cases`() async throws {
        let (world, folder) = (try await World(), try Folder())
        let item = try await world.closed()
        let other = try await world.handled()
        let proof = try await proof(of: item, world, folder)
        let text = proof.json.text
        let verdict = try Proof(Data(text.utf8)).check()
        #expect(verdict.fault == nil)
        #expect(verdict.entries.map(\.kind).contains("case.check"))
        #expect(verdict.entries.allSatisfy { $0.subject == item.subject })
        #expect(!text.contains(other.id.text))
    }

    @Test func `any changed letter of a proof shows`() async throws {
        let (world, folder) = (try await World(), try Folder())
        let item = try await world.closed()
        let bytes = Array(try await proof(of: item, world, folder).json.text.utf8)
        var chance = SplitMix64(seed: 5)
        for _ in 0..<400 {
            let index = Int.random(in: 0..<bytes.count, using: &chance)
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "7") ? UInt8(ascii: "8") : UInt8(ascii: "7")
            let verdict: Proof.Verdict? = try { do { return try Proof(Data(changed)).check() } catch is Refusal { return nil } }()
            #expect(verdict == nil || verdict?.fault != nil, "a change at byte \(index) was not noticed")
        }
    }

    private func proof(of item: Case, _ world: World, _ folder: Folder) async throws -> Proof {
        let made = try #require(try await Checkpoints(folder: folder.url).make(World.county, at: world.now, office: world.office))
        return try await world.look { try Proof(of: item.subject, upTo: made, in: $1) }
    }
}

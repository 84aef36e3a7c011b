import Engines
import Foundation
import Governance
import Rules
import Store
import Testing

/// Proofs: what a third party can check without the database.
struct ProofTests {
    @Test func `a case's proof holds without the database, and tells nothing of other cases`() async throws {
        let (world, folder) = (try await World(), try DataFolder())
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
        let (world, folder) = (try await World(), try DataFolder())
        let item = try await world.closed()
        let bytes = Array(try await proof(of: item, world, folder).json.text.utf8)
        var chance = SplitMix64(seed: 5)
        for _ in 0..<400 {
            let index = Int.random(in: 0..<bytes.count, using: &chance)
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "7") ? UInt8(ascii: "8") : UInt8(ascii: "7")
            let verdict: Proof.Verdict? = try {
                do { return try Proof(Data(changed)).check() } catch is Refusal { return nil }
            }()
            #expect(verdict == nil || verdict?.fault != nil, "a change at byte \(index) was not noticed")
        }
    }

    private func proof(of item: Case, _ world: World, _ folder: DataFolder) async throws -> Proof {
        let made = try #require(
            try await Checkpoints(folder: folder.url).make(World.county, at: world.now, office: world.office))
        return try await world.look { try Proof(of: item.subject, upTo: made, in: $1) }
    }
}

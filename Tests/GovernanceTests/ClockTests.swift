import Foundation
import Governance
import Rules
import Testing

/// A clock that is set back: what happened keeps its order, and no identity or number comes twice.
struct ClockTests {
    @Test func `cases and events keep order, identities and numbers when the clock goes back an hour`()
        async throws
    {
        let world = try await World()
        let first = try await world.handling()
        let before = try await world.look { try $1.version(of: World.county) }
        world.now = world.now.adding(minutes: -60)
        let second = try await world.handling()
        #expect(first.id != second.id && first.number < second.number)
        let lines = try await world.history(from: 1)
        #expect(
            lines.map(\.sequence) == Array(1...lines.count),
            "the log's order is that of its numbers, whatever the clock says")
        #expect(lines.count > before)
        #expect(try await world.look { try Log.verify(for: World.clockwork, in: $1) }.fault == nil)
        #expect(
            try await outcome { try await world.perform(.handle, first.id, ["done": "好了"], by: "wyworker") }
                == "done", "work goes on")
    }

    @Test
    func
        `a clock that goes back over the turn of the year goes on with the numbers of the year that it shows`()
        async throws
    {
        let world = try await World()
        world.go("2020-01-01", "00:10")
        let newYear = try await world.handling()
        world.go("2019-12-31", "23:50")
        let (a, b) = (try await world.handling(), try await world.handling())
        world.go("2020-01-01", "00:20")
        let again = try await world.handling()
        #expect(Set([newYear.number, a.number, b.number, again.number]).count == 4)
        #expect(newYear.number < again.number && a.number < b.number)
    }
}

import Foundation
import Governance
import Rules
import Store
import Testing

/// Somebody with the database's password wrote what the program never writes: it says so where it reads it.
@Suite struct `What was tampered with is unreadable, and nothing is reckoned with it` {
    private func unreadable(_ body: () async throws -> Void) async throws -> Bool {
        do { try await body() } catch StoreError.unreadable { return true }
        return false
    }
    private func tamper(_ world: World, _ statement: SQL) async throws {
        try await world.office.database.write { _ = try $0.run(statement) }
    }

    @Test(arguments: [1_000_000_000_000_001, Int64.max, -1_000_000_000_000_001, .min])
    func `a number beyond every number`(_ number: Int64) async throws {
        let world = try await World()
        let item = try await world.report()
        try await tamper(world, "UPDATE case_file SET stood_still = \(number) WHERE id = \(item.id)")
        #expect(try await unreadable { _ = try await world.find(item.id) })
    }

    @Test(arguments: [253_402_300_800_000, -62_135_596_800_001, 999_999_999_999_999])
    func `a moment of no year between 1 and 9999`(_ milliseconds: Int64) async throws {
        let world = try await World()
        let item = try await world.report()
        try await tamper(world, "UPDATE case_file SET due_at = \(milliseconds) WHERE id = \(item.id)")
        #expect(try await unreadable { _ = try await world.find(item.id) })
    }

    @Test(arguments: ["0", "366", "-1", "999999999999999999999", "a week", ""])
    func `a parameter that nobody could have set`(_ setting: String) async throws {
        let world = try await World()
        #expect(
            try await world.look {
                try Parameters.known(.reopenDays, for: $0, on: Day("2019-03-04")!, in: $1)
            } == 14)
        try await tamper(
            world,
            """
            INSERT INTO parameter (county, name, since, setting)
                VALUES (\(World.county), 'reopen_days', '2019-01-01', \(setting))
            """
        )
        // Whoever reads remembers parameters as long as the organisation stands still: here it moves.
        try await world.set(.assistDays, 3)
        #expect(
            try await unreadable {
                _ = try await world.look {
                    try Parameters.known(.reopenDays, for: $0, on: Day("2019-03-04")!, in: $1)
                }
            })
    }

    @Test func `frozen facts that do not fit the scheme`() async throws {
        let world = try await World()
        try await world.selfEvaluated()
        let round = try await world.round("self")
        let text = try await world.look("clockwork") { try Judgement.frozen(round.id, for: $0, in: $1) }
        for changed in [
            text.replacing("\"part\":8", with: "\"part\":9000000000000000000"),
            text.replacing("\"part\":8", with: "\"part\":80"),
        ] {
            try #require(changed != text)
            try await tamper(world, "UPDATE evaluation_round SET facts = \(changed) WHERE id = \(round.id)")
            #expect(
                try await unreadable {
                    _ = try await world.look("clockwork") { try Judgement.of(round, for: $0, in: $1) }
                })
        }
    }

    @Test func `a line of a frozen frame`() async throws {
        let world = try await World()
        _ = try await world.campaign()
        let now = world.now
        let sample = try await world.act("dispatcher") {
            try Samples.commit(.init(.register, size: 2), by: $0, at: now, in: $1).id
        }
        try await tamper(
            world, "UPDATE sample SET frame = 'h1\ttown\t9223372036854775807\n' WHERE id = \(sample)")
        #expect(
            try await unreadable {
                try await world.act("dispatcher") { try Samples.draw(sample, by: $0, at: now, in: $1) }
            })
    }

    @Test func `a case that is handled in the last hours of year 9999 keeps a deadline that can be read`()
        async throws
    {
        let world = try await World()
        let item = try await world.report()
        world.now = Instant(iso: "9999-12-30T10:00:00Z")!
        let now = world.now
        let later = try await world.act("clockwork") { actor, books in
            try Calendars.own(for: actor, in: books).deadline(TimeLimit(3660, .workDays)!, from: now).at
        }
        try await tamper(
            world,
            """
            UPDATE case_file SET due_at = \(later), suspended_from = \(now), suspended_until = \(later)
                WHERE id = \(item.id)
            """
        )
        #expect(try await world.find(item.id).dueAt == later)
    }
}

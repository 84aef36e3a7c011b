import Foundation
import Governance
import Rules
import Store
import Testing

/// Signing in, being locked out, and what a secret is worth.
struct AccountTests {
    private let good = "a good password"

    private func signIn(_ world: World, _ password: String, login: String = "admin", kind: Accounts.Kind = .browser) async throws -> Secret {
        try await Accounts.signIn(login: login, password: password, kind: kind, of: World.county, at: world.now, office: world.office)
    }
    private func holder(_ secret: Secret, _ world: World) async throws -> Actor? {
        let now = world.now
        return try await world.look { try Accounts.holder(of: secret, on: Zone.china.day(of: now), at: now, in: $1) }
    }
    private func withPassword(_ login: String, _ world: World) async throws {
        let (password, now) = (try await Password.make(good, cost: 4, chance: world.office.chance), world.now)
        try await world.act("admin") { try Accounts.set(password, for: login, by: $0, at: now, in: $1) }
    }

    @Test func `who signs in is known with the posts of the day`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let secret = try await signIn(world, good, login: "grid11")
        let actor = try #require(try await holder(secret, world))
        #expect(actor.name.zh == "网一一")
        #expect(actor.seats.map(\.kind) == [.gridWorker])
        #expect(Secret(secret.text) == secret)
        let kept = try await world.office.database.read { try $0.all("SELECT id FROM session") { try $0.get("id", as: String.self) } }
        #expect(!kept.contains(secret.token), "the database never holds the secret itself")
    }

    @Test func `a wrong password and an unknown login are answered alike`() async throws {
        let world = try await World()
        #expect(try await outcome { try await signIn(world, "wrong password") } == "invalid password")
        #expect(try await outcome { try await signIn(world, good, login: "nobody") } == "invalid password")
        #expect(try await outcome { try await signIn(world, good, login: "grid11") } == "invalid password")
        #expect(try await outcome { try await signIn(world, String(repeating: "x", count: 10_000)) } == "invalid password")
    }

    @Test func `five failures lock the account for a quarter of an hour`() async throws {
        let world = try await World()
        for _ in 0..<5 { #expect(try await outcome { try await signIn(world, "wrong password") } == "invalid password") }
        #expect(try await outcome { try await signIn(world, good) } == "too many")
        world.pass(minutes: 14)
        #expect(try await outcome { try await signIn(world, good) } == "too many")
        world.pass(minutes: 1)
        #expect(try await outcome { try await signIn(world, good) } == "done")
    }

    @Test func `a success between failures starts the count anew`() async throws {
        let world = try await World()
        for _ in 0..<3 {
            for _ in 0..<4 { _ = try await outcome { try await signIn(world, "wrong password") } }
            #expect(try await outcome { try await signIn(world, good) } == "done")
        }
    }

    @Test func `many wrong passwords at the same moment lock the account as well`() async throws {
        let world = try await World()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try? await signIn(world, "wrong password") } }
        }
        #expect(try await outcome { try await signIn(world, good) } == "too many")
    }

    @Test func `a closed account is signed out at once and stays closed`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let secret = try await signIn(world, good, login: "grid11")
        let now = world.now
        try await world.act("admin") { try Accounts.close("grid11", by: $0, at: now, in: $1) }
        #expect(try await holder(secret, world) == nil)
        #expect(try await outcome { try await signIn(world, good, login: "grid11") } == "invalid password")
        #expect(try await outcome { try await world.act("admin") { try Accounts.close("admin", by: $0, at: now, in: $1) } } == "not now")
    }

    @Test func `a browser's session ends after its hours and a token holds longer`() async throws {
        let world = try await World()
        let (browser, token) = (try await signIn(world, good), try await signIn(world, good, kind: .token))
        world.pass(minutes: Accounts.browserHours * 60 - 1)
        #expect(try await holder(browser, world) != nil)
        world.pass(minutes: 1)
        #expect(try await holder(browser, world) == nil)
        #expect(try await holder(token, world) != nil)
        world.pass(minutes: Accounts.tokenHours * 60)
        #expect(try await holder(token, world) == nil)
    }

    @Test func `signing out ends one session and a new password ends them all`() async throws {
        let world = try await World()
        let (first, second) = (try await signIn(world, good), try await signIn(world, good))
        let now = world.now
        try await world.act("admin") { try Accounts.signOut(first, by: $0, at: now, in: $1) }
        #expect(try await holder(first, world) == nil)
        #expect(try await holder(second, world) != nil)
        try await withPassword("admin", world)
        #expect(try await holder(second, world) == nil)
    }

    @Test func `somebody sets the own password and nobody else's`() async throws {
        let world = try await World()
        let (password, now) = (try await Password.make("another password", cost: 4, chance: world.office.chance), world.now)
        try await world.act("grid11") { try Accounts.set(password, for: "grid11", by: $0, at: now, in: $1) }
        #expect(try await outcome { try await signIn(world, "another password", login: "grid11") } == "done")
        #expect(try await outcome { try await world.act("grid11") { try Accounts.set(password, for: "grid12", by: $0, at: now, in: $1) } } == "not allowed")
        #expect(try await outcome { try await world.act("grid11") { try Accounts.set(password, for: "nobody", by: $0, at: now, in: $1) } } == "not allowed")
    }

    @Test func `a forged secret opens nothing`() async throws {
        let world = try await World()
        let secret = try await signIn(world, good)
        let other = try #require(Secret("410305." + String(repeating: "a", count: 64)))
        #expect(try await holder(other, world) == nil)
        #expect(try await holder(try #require(Secret("410306." + secret.token)), world) == nil)
        for text in ["", "410305", "410305.", "41030.\(secret.token)", "410305.\(secret.token)0", "410305.\(secret.token.dropLast())z"] {
            #expect(Secret(text) == nil)
        }
    }

    @Test func `a password is at least eight characters and two of one word are kept differently`() async throws {
        let world = try await World()
        #expect(try await outcome { try await Password.make("seven77", cost: 4, chance: world.office.chance) } == "invalid password")
        let (a, b) = (try await Password.make(good, cost: 4, chance: world.office.chance), try await Password.make(good, cost: 4, chance: world.office.chance))
        #expect(a.stored != b.stored)
        #expect(!a.stored.contains(good))
        #expect(try await a.matches(good))
        #expect(try await b.matches(good))
        #expect(try await a.matches(good + "x") == false)
        #expect(try await Password.none.matches("") == false)
    }
}

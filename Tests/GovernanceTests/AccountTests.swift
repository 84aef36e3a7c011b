import Foundation
import Governance
import Rules
import Store
import Testing

/// Signing in, being locked out, and what a secret is worth.
struct AccountTests {
    private let good = "a good password"

    private func signIn(
        _ world: World, _ password: String, login: String = "admin", kind: Accounts.Kind = .browser,
        from network: String = "", code: String = ""
    ) async throws -> Secret {
        var wish = Accounts.SignIn(login: login, password: password, kind: kind)
        (wish.network, wish.code) = (network, code)
        return try await Accounts.signIn(wish, of: World.county, at: world.now, office: world.office)
    }
    private func whole(_ secret: Secret, _ world: World) async throws -> Holder? {
        let now = world.now
        return try await world.look {
            try Accounts.holder(of: secret, on: Zone.china.day(of: now), at: now, in: $1)
        }
    }
    private func holder(_ secret: Secret, _ world: World) async throws -> Actor? {
        try await whole(secret, world)?.actor
    }
    private func withPassword(_ login: String, _ world: World) async throws {
        let (password, now) = (try await Password.make(good, cost: 4, chance: world.office.chance), world.now)
        try await world.act("clockwork") { try Accounts.set(password, for: login, by: $0, at: now, in: $1) }
    }

    @Test func `who signs in is known with the posts of the day`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let secret = try await signIn(world, good, login: "grid11")
        let actor = try #require(try await holder(secret, world))
        #expect(actor.name.zh == "网一一")
        #expect(actor.seats.map(\.kind) == [.gridWorker])
        #expect(Secret(secret.text) == secret)
        let kept = try await world.office.database.read {
            try $0.all("SELECT id FROM session") { try $0.get("id", as: String.self) }
        }
        #expect(!kept.contains(secret.token), "the database never holds the secret itself")
    }

    @Test func `a wrong password and an unknown login are answered alike`() async throws {
        let world = try await World()
        #expect(try await outcome { try await signIn(world, "wrong password") } == "invalid password")
        #expect(try await outcome { try await signIn(world, good, login: "nobody") } == "invalid password")
        #expect(try await outcome { try await signIn(world, good, login: "grid11") } == "invalid password")
        #expect(
            try await outcome { try await signIn(world, String(repeating: "x", count: 10_000)) }
                == "invalid password")
    }

    @Test func `thousands of logins that do not exist keep nobody out, and whoever guesses goes on waiting`()
        throws
    {
        let (pace, now) = (SignInPace(most: 200), at("2019-03-04"))
        func enter(_ name: String, _ network: String) -> String {
            do { try pace.enter(name, from: network, isKnown: false, at: now) } catch Refusal.tooMany {
                return "waits"
            } catch { return "\(error)" }
            return "enters"
        }
        for _ in 0..<8 { _ = enter("leader", "192.0.2.1") }
        #expect(enter("leader", "192.0.2.1") == "waits")
        for number in 0..<5_000 { #expect(enter("nobody \(number)", "192.0.2.\(number % 250)") == "enters") }
        #expect(enter("deputy", "198.51.100.7") == "enters")
        #expect(enter("leader", "192.0.2.1") == "waits")
        // Even if each of them is kept waiting.
        for number in 0..<500 { for _ in 0..<6 { _ = enter("nobody \(number)", "203.0.113.9") } }
        #expect(enter("checker", "198.51.100.7") == "enters")
    }

    @Test func `who guesses waits longer and longer, and whoever is right gets in after the wait`()
        async throws
    {
        let world = try await World()
        var waits: [Int] = []
        for _ in 0..<9 {
            for _ in 0..<60 {
                do { _ = try await signIn(world, "wrong password", from: "192.0.2.1") } catch Refusal.tooMany(
                    let seconds)
                {
                    waits.append(seconds)
                    world.pass(milliseconds: Int64(seconds) * 1000)
                    continue
                } catch Refusal.invalid { break }
            }
        }
        #expect(waits == [1, 2, 4, 8])
        #expect(try await outcome { try await signIn(world, good, from: "192.0.2.1") } == "too many")
        world.pass(milliseconds: 16_000)
        #expect(try await outcome { try await signIn(world, good, from: "192.0.2.1") } == "done")
    }

    @Test func `the owner gets in from a known network however many others guess`() async throws {
        let world = try await World()
        _ = try await signIn(world, good, from: "2001:db8:1::/64")
        for number in 0..<40 {
            _ = try await outcome { try await signIn(world, "wrong password", from: "198.51.100.\(number)") }
        }
        #expect(
            try await outcome { try await signIn(world, good, from: "203.0.113.9") } == "too many",
            "strangers share one pace")
        #expect(try await outcome { try await signIn(world, good, from: "2001:db8:1::/64") } == "done")
    }

    @Test func `a success between failures starts the count anew`() async throws {
        let world = try await World()
        for _ in 0..<3 {
            for _ in 0..<4 { _ = try await outcome { try await signIn(world, "wrong password") } }
            #expect(try await outcome { try await signIn(world, good) } == "done")
        }
    }

    @Test func `guesses at the same moment share one count, made before anything is hashed`() async throws {
        let world = try await World()
        let tried = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { _ = try await signIn(world, "wrong password") } catch Refusal.tooMany {
                        return false
                    } catch {}
                    return true
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(tried == SignInPace.free)
    }

    @Test func `a login that does not exist is slowed down like one that does, and leaves one row a day`()
        async throws
    {
        let world = try await World()
        func answers(_ login: String) async throws -> [String] {
            var answers: [String] = []
            for _ in 0..<7 {
                answers.append(try await outcome { try await signIn(world, "wrong password", login: login) })
            }
            return answers
        }
        #expect(try await answers("grid11") == answers("nobody"))
        let day = Zone.china.day(of: world.now)
        #expect(try await world.look("admin") { try Accounts.strayAttempts(for: $0, on: day, in: $1) } == 5)
    }

    @Test func `a browser that nobody uses is signed out, and one that is used stays`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let (secret, now) = (try await signIn(world, good, login: "grid11"), world.now)
        try await world.act("admin") {
            try Parameters.set(.idleMinutes, to: 60, from: Zone.china.day(of: now), by: $0, at: now, in: $1)
        }
        world.pass(minutes: 59)
        let used = try #require(try await whole(secret, world))
        let later = world.now
        try await world.office.write {
            try Accounts.noteUse(of: used.session, county: World.county, at: later, in: $0)
        }
        world.pass(minutes: 59)
        #expect(try await holder(secret, world) != nil)
        world.pass(minutes: 1)
        #expect(try await holder(secret, world) == nil)
    }

    @Test func `a password that somebody else set has to be changed first, and its owner is told`()
        async throws
    {
        let world = try await World()
        let (password, now) = (try await Password.make(good, cost: 4, chance: world.office.chance), world.now)
        try await world.act("admin") { try Accounts.set(password, for: "grid11", by: $0, at: now, in: $1) }
        let secret = try await signIn(world, good, login: "grid11")
        #expect(try await whole(secret, world)?.step == .password)
        #expect(
            try await outcome { try await signIn(world, good, login: "grid11", kind: .token) } == "not now")
        let own = try await Password.make("four green boats", cost: 4, chance: world.office.chance)
        try await world.act("grid11") { try Accounts.set(own, for: "grid11", by: $0, at: now, in: $1) }
        let fresh = try await signIn(world, "four green boats", login: "grid11")
        let holder = try #require(try await whole(fresh, world))
        #expect(holder.step == nil)
        let told = try await world.look {
            try Accounts.history(of: holder, limit: 20, in: $1)
        }
        #expect(told.filter { $0.kind == "account.password" }.map(\.name.zh) == ["网一一", "管理员"])
    }

    @Test func `who sets another's password cannot have that account confirm what they ask for`() async throws
    {
        let world = try await World()
        let (own, now) = (
            try await Password.make("four green boats", cost: 4, chance: world.office.chance), world.now
        )
        // The first password has to come from somebody; the second is a replacement.
        for _ in 0..<2 {
            try await world.act("admin") { try Accounts.set(own, for: "leader", by: $0, at: now, in: $1) }
        }
        let person = try await world.person("grid11")
        let request = try await world.act("admin") { actor, books in
            try Tenures.begin(
                person, in: world.post("checker", books), isStandIn: false, from: Day("2019-03-05")!,
                by: actor, at: now, in: books)
        }
        guard case .waits(let id) = request else { Issue.record("it did not wait"); return }
        #expect(
            try await outcome {
                try await world.act("leader") {
                    try PowerRequests.settle([id], granted: true, by: $0, at: now, in: $1)
                }
            } == "not now")
        world.pass(minutes: PowerRequests.hoursAfterReset * 60)
        let later = world.now
        #expect(
            try await outcome {
                try await world.act("leader") {
                    try PowerRequests.settle([id], granted: true, by: $0, at: later, in: $1)
                }
            } == "done")
    }

    @Test func `a second factor is asked for after the password, and no code opens twice`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let now = world.now
        let holder = try #require(try await whole(try await signIn(world, good, login: "grid11"), world))
        let draft = try await world.office.write {
            try SecondFactor.begin(by: holder, at: now, in: $0).secret
        }
        let secret = try #require(decoded(draft))
        func code(_ minutes: Int = 0) -> String {
            OneTimeCode.code(secret, step: OneTimeCode.step(at: world.now.adding(minutes: minutes)))
        }
        #expect(
            try await outcome {
                try await world.office.write {
                    try SecondFactor.confirm("123456", by: holder, at: now, in: $0)
                }
            } == "invalid code")
        let first = code()
        let codes = try await world.office.write {
            try SecondFactor.confirm(first, by: holder, at: now, in: $0)
        }
        #expect(Set(codes).count == SecondFactor.recoveryCodes)
        let waiting = try await signIn(world, good, login: "grid11")
        #expect(try await whole(waiting, world)?.step == .code)
        func give(_ code: String, for waiting: Secret) async throws -> Secret {
            try await Accounts.giveCode(code, for: waiting, from: "", at: world.now, office: world.office)
        }
        #expect(
            try await outcome { try await give(first, for: waiting) } == "invalid code",
            "it confirmed the factor")
        world.pass(minutes: 1)
        let second = code()
        let opened = try await give(second, for: waiting)
        #expect(try await whole(opened, world)?.step == nil)
        #expect(try await whole(waiting, world) == nil, "the session that waited is gone")
        #expect(
            try await outcome { try await signIn(world, good, login: "grid11", kind: .token, code: second) }
                == "invalid code")
        #expect(
            try await outcome {
                try await signIn(world, good, login: "grid11", kind: .token, code: codes[0].lowercased())
            } == "done")
        #expect(
            try await outcome { try await signIn(world, good, login: "grid11", kind: .token, code: codes[0]) }
                == "invalid code")
        let kept = try await world.office.database.read {
            try $0.all("SELECT factor FROM account WHERE factor IS NOT NULL") {
                try $0.get("factor", as: [UInt8].self)
            }
        }
        #expect(kept.count == 1 && kept[0] != secret, "the secret lies sealed")
    }

    @Test func `a program that signs in with the code every hour is never taken for one that guesses`()
        async throws
    {
        let world = try await World()
        try await withPassword("grid11", world)
        let now = world.now
        let holder = try #require(try await whole(try await signIn(world, good, login: "grid11"), world))
        let secret = try #require(
            decoded(
                try await world.office.write { try SecondFactor.begin(by: holder, at: now, in: $0).secret }))
        _ = try await world.office.write {
            try SecondFactor.confirm(
                OneTimeCode.code(secret, step: OneTimeCode.step(at: now)), by: holder, at: now, in: $0)
        }
        for _ in 0..<30 {
            world.pass(minutes: 30)
            let code = OneTimeCode.code(secret, step: OneTimeCode.step(at: world.now))
            #expect(
                try await outcome { try await signIn(world, good, login: "grid11", kind: .token, code: code) }
                    == "done")
        }
    }

    @Test func `guesses at a code wait like guesses at a password`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let now = world.now
        let holder = try #require(try await whole(try await signIn(world, good, login: "grid11"), world))
        let secret = try #require(
            decoded(
                try await world.office.write { try SecondFactor.begin(by: holder, at: now, in: $0).secret }))
        _ = try await world.office.write {
            try SecondFactor.confirm(
                OneTimeCode.code(secret, step: OneTimeCode.step(at: now)), by: holder, at: now, in: $0)
        }
        let waiting = try await signIn(world, good, login: "grid11")
        var answers: [String] = []
        for number in 0..<8 {
            answers.append(
                try await outcome {
                    try await Accounts.giveCode(
                        "00000\(number)", for: waiting, from: "", at: now, office: world.office)
                })
        }
        #expect(
            answers == Array(repeating: "invalid code", count: 5) + Array(repeating: "too many", count: 3))
    }

    @Test func `an administrator needs a second factor, and others whom the office names`() async throws {
        let world = try await World()
        for login in ["grid11", "leader"] { try await withPassword(login, world) }
        let now = world.now
        func step(_ login: String) async throws -> AccountStep? {
            try await whole(try await signIn(world, good, login: login), world)?.step
        }
        #expect(try await step("admin") == .factor)
        #expect(try await step("leader") == nil)
        try await world.act("admin") { try SecondFactor.require([.leader], by: $0, at: now, in: $1) }
        #expect(try await step("leader") == .factor)
        #expect(try await step("grid11") == nil)
    }

    @Test func `a token does what its scope says and is ended by its owner alone`() async throws {
        let world = try await World()
        for login in ["grid11", "leader"] { try await withPassword(login, world) }
        let now = world.now
        let (mine, other) = (
            try #require(try await whole(try await signIn(world, good, login: "grid11"), world)),
            try #require(try await whole(try await signIn(world, good, login: "leader"), world))
        )
        let token = try await world.office.write {
            try Accounts.makeToken(named: "台账", .read, days: 7, by: mine, at: now, in: $0)
        }
        let held = try #require(try await whole(token, world))
        #expect(held.scope == .read && held.kind == .token)
        #expect(
            try await outcome {
                try await world.office.write {
                    try Accounts.makeToken(named: "更大", .all, days: 7, by: held, at: now, in: $0)
                }
            } == "not found")
        #expect(
            try await outcome {
                try await world.office.write {
                    try Accounts.end(session: held.session, by: other, at: now, in: $0)
                }
            } == "not found")
        let list = try await world.look {
            try Accounts.sessions(of: mine, at: now, in: $1)
        }
        #expect(Set(list.map(\.name)) == ["", "台账"])
        try await world.office.write { try Accounts.end(session: held.session, by: mine, at: now, in: $0) }
        #expect(try await whole(token, world) == nil)
        world.pass(minutes: 1)
    }

    @Test func `a person has one account at a time`() async throws {
        let world = try await World()
        let (person, now) = (try await world.person("grid11"), world.now)
        func open(_ login: String) async throws -> String {
            try await outcome {
                try await world.act("admin") {
                    try Accounts.add(login: login, person: person, password: nil, by: $0, at: now, in: $1)
                }
            }
        }
        #expect(try await open("grid11b") == "invalid login")
        try await world.act("admin") { try Accounts.close("grid11", by: $0, at: now, in: $1) }
        #expect(try await open("grid11b") == "done")
    }

    private func decoded(_ base32: String) -> [UInt8]? {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (bytes, buffer, bits) = ([UInt8](), 0, 0)
        for letter in base32 {
            guard let value = letters.firstIndex(of: letter) else { return nil }
            (buffer, bits) = (buffer << 5 | value, bits + 5)
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
            buffer &= (1 << bits) - 1
        }
        return bytes
    }

    @Test func `a closed account is signed out at once and stays closed`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let secret = try await signIn(world, good, login: "grid11")
        let now = world.now
        try await world.act("admin") { try Accounts.close("grid11", by: $0, at: now, in: $1) }
        #expect(try await holder(secret, world) == nil)
        #expect(try await outcome { try await signIn(world, good, login: "grid11") } == "invalid password")
        #expect(
            try await outcome {
                try await world.act("admin") { try Accounts.close("admin", by: $0, at: now, in: $1) }
            } == "not now")
    }

    @Test func `a browser's session ends after its hours and a token holds longer`() async throws {
        let world = try await World()
        try await withPassword("grid11", world)
        let now = world.now
        try await world.act("admin") {
            try Parameters.set(.idleMinutes, to: 720, from: Zone.china.day(of: now), by: $0, at: now, in: $1)
        }
        let (browser, token) = (
            try await signIn(world, good, login: "grid11"),
            try await signIn(world, good, login: "grid11", kind: .token)
        )
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
        let (password, now) = (
            try await Password.make("another password", cost: 4, chance: world.office.chance), world.now
        )
        try await world.act("grid11") { try Accounts.set(password, for: "grid11", by: $0, at: now, in: $1) }
        #expect(try await outcome { try await signIn(world, "another password", login: "grid11") } == "done")
        #expect(
            try await outcome {
                try await world.act("grid11") {
                    try Accounts.set(password, for: "grid12", by: $0, at: now, in: $1)
                }
            } == "not allowed")
        #expect(
            try await outcome {
                try await world.act("grid11") {
                    try Accounts.set(password, for: "nobody", by: $0, at: now, in: $1)
                }
            } == "not allowed")
    }

    @Test func `a forged secret opens nothing`() async throws {
        let world = try await World()
        let secret = try await signIn(world, good)
        let other = try #require(Secret("410305." + String(repeating: "a", count: 64)))
        #expect(try await holder(other, world) == nil)
        #expect(try await holder(try #require(Secret("410306." + secret.token)), world) == nil)
        for text in [
            "", "410305", "410305.", "41030.\(secret.token)", "410305.\(secret.token)0",
            "410305.\(secret.token.dropLast())z",
        ] {
            #expect(Secret(text) == nil)
        }
    }

    @Test(arguments: [
        "aaaaaaaaaaaa", "123456789012", "qwertyuiop123", "passwordpassword", "Password2026!", "luoyang123456",
        "woaini1314520",
        "grid11grid11grid11", "网一一网一一网一一网一一", "abcdefghijkl", "abcabcabcabc", "P@ssw0rd-2026", "tulip       ",
    ])
    func `a password that is tried first is refused`(_ clear: String) async throws {
        #expect(
            try await outcome { try PasswordRules.check(clear, beside: ["grid11", "网一一", "长安路街道办事处"]) }
                == "invalid password")
    }

    @Test(arguments: [
        "three blue umbrellas", "今天村口的杏花开了四棵半呢", "kV7-moon-tea-rail", "correct horse battery staple",
        String(repeating: "ab9-", count: 3) + "tulip raven",
    ])
    func `a long password of unrelated words is taken, whatever signs are in it`(_ clear: String) throws {
        try PasswordRules.check(clear, beside: ["grid11", "网一一"])
    }

    @Test
    func
        `a password has twelve to a hundred and twenty-eight characters, and two of one word are kept differently`()
        async throws
    {
        let world = try await World()
        #expect(try await outcome { try PasswordRules.check("odd xylophon") } == "done")
        #expect(try await outcome { try PasswordRules.check("odd xylopho") } == "invalid password")
        #expect(
            try await outcome { try PasswordRules.check("tulip raven " + String(repeating: "x", count: 117)) }
                == "invalid password")
        let (a, b) = (
            try await Password.make(good, cost: 4, chance: world.office.chance),
            try await Password.make(good, cost: 4, chance: world.office.chance)
        )
        #expect(a.stored != b.stored)
        #expect(!a.stored.contains(good))
        #expect(try await a.matches(good))
        #expect(try await b.matches(good))
        #expect(try await a.matches(good + "x") == false)
        #expect(try await Password.none.matches("") == false)
    }

    @Test func `codes are those of RFC 6238`() {
        // Its appendix B: the secret is `12345678901234567890`, and the codes are the last six of its eight
        // digits.
        let secret = Array("12345678901234567890".utf8)
        let known: [(Int64, String)] = [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ]
        for (seconds, code) in known {
            #expect(
                OneTimeCode.code(secret, step: OneTimeCode.step(at: Instant(milliseconds: seconds * 1000)))
                    == code)
        }
        #expect(OneTimeCode.base32(Array("foobar".utf8)) == "MZXW6YTBOI")
    }
}

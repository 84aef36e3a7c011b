import Engines
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Rules
import Store
import Synchronization
import Testing
import Web

@testable import Governance

/// The moment at which a clock in the county shows that time on that day.
func at(_ day: String, _ time: String = "09:00") -> Instant {
    Zone.china.instant(Day(day)!, ClockTime(time)!)
}

/// A small sub-district behind real doors: a real database, a clock that stands until it is set, somebody in
/// every kind of post, and a server over it.
final class Town: Sendable {
    static let county = County("410305")!
    /// Who may read everything.
    static let clockwork = Actor.system(of: county)
    static let code = "410305006000"
    static let (c1, c2) = ("410305006001", "410305006002")
    static let (g11, g21) = ("41030500600101", "41030500600201")
    static let corridor = "fire.corridor-piles"
    static let password = "three blue umbrellas"

    let office: Office
    let doors: Doors
    private let hand: Hand

    /// Recovery codes of those whose posts require a second factor, by login.
    private let recovery = Mutex<[String: (holder: Holder, codes: [String])]>([:])

    private final class Hand: Sendable {
        let at: Mutex<Instant>; init(_ start: Instant) { at = Mutex(start) }
    }

    var now: Instant { office.clock.now }
    func pass(minutes: Int) { hand.at.withLock { $0 = $0.adding(minutes: minutes) } }

    /// An empty data folder.
    static func empty(behind proxies: Proxies = Proxies(), code: String? = nil) async throws -> Town {
        let town = try await Town(behind: proxies, code: code)
        _ = try await town.office.migrate()
        return town
    }

    /// The office with its people.
    static func settled(behind proxies: Proxies = Proxies()) async throws -> Town {
        let town = try await empty(behind: proxies)
        try await town.settle()
        return town
    }

    private init(behind proxies: Proxies, code: String?) async throws {
        let hand = Hand(WebTests.at("2019-03-04", "08:00"))
        self.hand = hand
        doors = Doors(proxies: proxies, firstRunCode: code)
        office = Office(
            database: try await Engine.migrated(), clock: Clock { hand.at.withLock { $0 } },
            chance: .seeded(7),
            registryKey: RegistryKey(secret: Array(0..<32)))
    }

    private static let people = """
        login,name,phone,post_kind,post_zh,post_en,unit,territory,reports_to
        leader,林书记,,leader,党工委书记,Secretary,office,410305006000,
        deputy,傅副主任,,deputy,分管副主任,Deputy,office,410305006000,leader
        dispatcher,戴调度,,dispatcher,调度员,Dispatcher,office,410305006000,deputy
        checker,何核查,,checker,核查员,Checker,office,410305006000,deputy
        auditor,纪监察,,auditor,监察员,Auditor,office,410305006000,leader
        lead1,社一书记,,community_lead,第一社区书记,Secretary,c1,410305006001,deputy
        staff1,社一干事,,community_staff,第一社区干事,Staff,c1,410305006001,lead1
        lead2,社二书记,,community_lead,第二社区书记,Secretary,c2,410305006002,deputy
        grid11,网一一,,grid_worker,一网格网格员,Grid worker,c1,41030500600101,lead1
        grid21,网二一,,grid_worker,三网格网格员,Grid worker,c2,41030500600201,lead2
        wyhead,物业经理,,unit_lead,物业经理,Manager,wy,410305006001,deputy
        wyworker,物业维修,,unit_worker,维修工,Repairer,wy,410305006001,wyhead
        cghead,城管主任,,unit_lead,城管办主任,Head,cg,410305006000,deputy
        """

    /// Adds somebody in every kind of post of the county's register.
    func settleRegister() async throws {
        let people = try Table(
            Data(
                """
                login,name,post_kind,post_zh,unit,territory,reports_to
                ts,镇书记,town_secretary,镇党委书记,office,410305006000,deputy
                tm,镇长,town_mayor,镇长,office,410305006000,ts
                td,镇副书记,town_deputy,镇扶贫副书记,office,410305006000,tm
                tc,镇专干,town_cadre,扶贫专干,office,410305006000,tm
                vs,村书记,village_secretary,村党支部书记,c1,410305006001,tc
                vd,村主任,village_director,村委主任,c1,410305006001,vs
                fs,第一书记,first_secretary,驻村第一书记,cg,410305006001,vs
                al,攻坚组长,attack_leader,攻坚组组长,c1,410305006001,tc
                vc,村专干,village_cadre,村扶贫专干,c1,410305006001,vs
                sh,帮扶局长,support_head,帮扶单位负责人,cg,410305006000,deputy
                hp,帮扶人,helper,帮扶责任人,cg,410305006001,vs
                """.utf8))
        let (now, clerk) = (self.now, Actor.system(of: Self.county))
        let password = try await Password.make(Self.password, cost: 4, chance: office.chance)
        try await office.write { books in
            let path = try Offices.of(Self.county, in: books).territory.path
            let report = try Organisation.importingPeople(
                people, inside: path, on: Zone.china.day(of: now), by: clerk, at: now, in: books)
            try #require(report.faults.isEmpty, "\(report.faults)")
            for row in try people.rows() {
                try Accounts.set(password, for: row.cells[0], by: clerk, at: now, in: books)
            }
        }
    }

    private func settle() async throws {
        let password = try await Password.make(Self.password, cost: 4, chance: office.chance)
        let now = self.now
        try await office.write { books in
            _ = try Offices.found(
                .init(
                    county: Self.county, countyName: "涧西区", nameZh: "长安路街道办事处",
                    nameEn: "Chang'an Road Office",
                    townCode: Self.code, townName: "长安路街道办事处", prefix: "CAL"),
                administrator: (login: "admin", name: "管理员", password: password), at: now, in: books)
        }
        func table(_ text: String) throws -> Table { try Table(Data(text.utf8)) }
        let lands = try table(
            """
            code,name,level,parent
            410305006001,第一社区居民委员会,village,410305006000
            410305006002,第二社区居民委员会,village,410305006000
            41030500600101,一网格,grid,410305006001
            41030500600201,三网格,grid,410305006002
            """)
        let units = try table(
            """
            code,name_zh,name_en,kind,territory
            cg,城市管理办,Urban management,department,410305006000
            c1,第一社区,First community,community,410305006001
            c2,第二社区,Second community,community,410305006002
            wy,安居物业,Anju Property,property_company,410305006001
            """)
        let people = try table(Self.people)
        let logins = try people.rows().map { $0.cells[0] }
        let day = Zone.china.day(of: now)
        let clerk = Actor.system(of: Self.county)
        try await office.write { books in
            let path = try Offices.of(Self.county, in: books).territory.path
            var faults = try Territories.importing(
                lands, system: "nbs", since: day, by: clerk, at: now, in: books
            ).faults
            faults += try Organisation.importingUnits(
                units, inside: path, on: day, by: clerk, at: now, in: books
            ).faults
            faults += try Organisation.importingPeople(
                people, inside: path, on: day, by: clerk, at: now, in: books
            ).faults
            try #require(faults.isEmpty, "\(faults)")
            for login in logins { try Accounts.set(password, for: login, by: clerk, at: now, in: books) }
            // The tests' clocks leap by hours.
            try Parameters.set(.idleMinutes, to: 720, from: day, by: clerk, at: now, in: books)
        }
        pass(minutes: 60)
    }
}

// MARK: The server

/// An office behind its doors, which logs only what went wrong: a line for each of some ten thousand requests
/// would bury it.
func served(_ office: Office, doors: Doors = Doors()) -> some ApplicationProtocol {
    var logger = Logger(label: "luoshi")
    logger.logLevel = .warning
    return Application(router: SiteRouter.router(office: office, doors: doors), logger: logger)
}

extension Town {
    /// Serves the town while the body runs, to a client with one connection.
    func open<T: Sendable>(_ body: @Sendable (Browser) async throws -> T) async throws -> T {
        let app = served(office, doors: doors)
        return try await Turns.all.take { try await app.test(.live) { try await body(Browser(client: $0)) } }
    }

    /// Serves the town to a client whose requests run side by side.
    func openWide<T: Sendable>(_ body: @Sendable (Browser) async throws -> T) async throws -> T {
        let app = served(office, doors: doors)
        return try await Turns.all.take { try await app.test(.ahc()) { try await body(Browser(client: $0)) } }
    }

    /// A session of somebody, opened without the page.
    func secret(_ login: String, as kind: Accounts.Kind = .browser) async throws -> Secret {
        var wish = Accounts.SignIn(login: login, password: Self.password, kind: kind)
        let now = self.now
        if kind == .token, try await needsFactor(login), recovery.withLock({ $0[login] }) == nil {
            _ = try await secret(login)
        }
        if let own = recovery.withLock({ $0[login] }), own.codes.count < 2 {
            let more = try await office.write { try SecondFactor.renewCodes(by: own.holder, at: now, in: $0) }
            recovery.withLock { $0[login]?.codes = more }
        }
        wish.code = recoveryCode(login) ?? ""
        let secret = try await Accounts.signIn(wish, of: Self.county, at: now, office: office)
        guard kind == .browser else { return secret }
        let holder = try #require(try await holder(of: secret))
        switch holder.step {
        case .code:
            return try await Accounts.giveCode(wish.code, for: secret, from: "", at: now, office: office)
        case .factor:
            let fresh = try await office.write { books in
                let draft = try SecondFactor.begin(by: holder, at: now, in: books).secret
                return try SecondFactor.confirm(Self.code(draft, at: now), by: holder, at: now, in: books)
            }
            recovery.withLock { $0[login] = (holder, fresh) }
            return secret
        default: return secret
        }
    }

    /// A recovery code of somebody whose posts require a second factor, once.
    func recoveryCode(_ login: String) -> String? { recovery.withLock { $0[login]?.codes.popLast() } }

    /// Who holds a session.
    func holder(of secret: Secret) async throws -> Holder? {
        let now = self.now
        return try await office.read {
            try Accounts.holder(of: secret, on: Zone.china.day(of: now), at: now, in: $0)
        }
    }

    private func needsFactor(_ login: String) async throws -> Bool {
        try await office.read { try self.actor(login, $0).seats.contains { $0.kind == .administrator } }
    }

    /// What an authenticator shows at a moment for a secret in base 32.
    static func code(_ secret: String, at now: Instant) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (bytes, buffer, bits) = ([UInt8](), 0, 0)
        for letter in secret {
            (buffer, bits) = (buffer << 5 | (letters.firstIndex(of: letter) ?? 0), bits + 5)
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
            buffer &= (1 << bits) - 1
        }
        return OneTimeCode.code(bytes, step: OneTimeCode.step(at: now))
    }
}

// MARK: Cases

extension Town {
    func actor(_ login: String, _ books: Books) throws -> Actor {
        if login == "clockwork" { return .system(of: Self.county) }
        let account = try #require(
            try Accounts.find(login: login, for: Self.clockwork, in: books), "nobody is called \(login)")
        return try Tenures.actor(account.person, of: Self.county, on: Zone.china.day(of: now), in: books)
    }
    func person(_ login: String) async throws -> String {
        try await office.read { try #require(try self.actor(login, $0).person).text }
    }
    func unit(_ code: String) async throws -> String {
        try await office.read {
            try #require(try Units.find(code: code, for: Self.clockwork, in: $0)).id.text
        }
    }
    func find(_ id: ID<Case>) async throws -> Case {
        try await office.read { try Cases.find(id, by: .system(of: Self.county), in: $0) }
    }
    func count(_ words: String = "") async throws -> Int {
        try await office.read { books in
            var query = CaseQuery()
            query.words = words
            return try Cases.total(query, for: .system(of: Self.county), at: self.now, in: books)
        }
    }
    func log(kind: String) async throws -> [LogEntry] {
        try await office.read { books in
            var query = Log.Query()
            (query.kind, query.limit) = (kind, 200)
            return try Log.lines(query, of: Self.county, in: books)
        }
    }
    /// Every line about one record as it is stored, oldest first.
    func history(of subject: Event.Subject) async throws -> [LogEntry] {
        try await office.read { try Log.history(of: subject, county: Self.county, in: $0) }
    }
    /// Every line from one on as it is stored, oldest first.
    func history(from line: Int) async throws -> [LogEntry] {
        try await office.read { try Log.history(from: line, county: Self.county, in: $0) }
    }

    @discardableResult
    func perform(_ verb: CaseVerb, _ id: ID<Case>, _ answers: [String: String] = [:], by login: String)
        async throws -> Case
    {
        let now = self.now
        return try await office.write {
            try Cases.perform(
                verb, on: id, with: FormInput(answers), by: self.actor(login, $0), at: now, in: $0)
        }
    }

    func report(
        _ words: String = "楼道堆满杂物，过不去人", territory: String = Town.g11, phone: String = "13800001234",
        _ more: @Sendable (inout CaseReport) -> Void = { _ in }
    ) async throws -> Case {
        var report = CaseReport(source: .hotline)
        (report.body, report.territory, report.name, report.phone) = (words, territory, "康居民", phone)
        more(&report)
        let (made, now) = (report, self.now)
        return try await office.write {
            try Cases.report(made, by: self.actor("dispatcher", $0), at: now, in: $0)
        }
    }

    func filed(territory: String = Town.g11, _ more: @Sendable (inout CaseReport) -> Void = { _ in })
        async throws -> Case
    {
        let item = try await report(territory: territory, more)
        return try await perform(
            .file, item.id, ["category": Self.corridor, "territory": territory, "finding": "去看过，属实"],
            by: "dispatcher")
    }
    func dispatched(_ more: @Sendable (inout CaseReport) -> Void = { _ in }) async throws -> Case {
        let item = try await filed(more)
        return try await perform(
            .dispatch, item.id, ["unit": try await unit("wy"), "person": try await person("wyworker")],
            by: "dispatcher")
    }
    func handling(_ more: @Sendable (inout CaseReport) -> Void = { _ in }) async throws -> Case {
        try await perform(.accept, dispatched(more).id, by: "wyworker")
    }
    func handled() async throws -> Case {
        try await perform(.handle, handling().id, ["done": "已清走"], by: "wyworker")
    }
    func closed() async throws -> Case {
        try await perform(.check, handled().id, ["finding": "干净了"], by: "checker")
    }
    /// One that was handled after its deadline.
    func closedLate() async throws -> Case {
        let item = try await handling()
        pass(minutes: 20 * 24 * 60)
        try await perform(.handle, item.id, ["done": "已清走"], by: "wyworker")
        return try await perform(.check, item.id, ["finding": "干净了"], by: "checker")
    }
}

/// So many servers at once and no more: the clients give up after twenty seconds, however many tests want the
/// processor.
actor Turns {
    static let all = Turns()
    private var free = 6
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated func take<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }
    private func enter() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }
    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

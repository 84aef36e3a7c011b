import Engines
import Foundation
import Governance
import Rules
import Store
import Synchronization
import Testing

/// The moment at which a clock in the county shows that time on that day.
func at(_ day: String, _ time: String = "09:00") -> Instant {
    Zone.china.instant(Day(day)!, ClockTime(time)!)
}

/// A table from lines of CSV.
func table(_ lines: String...) throws -> Table { try Table(Data(lines.joined(separator: "\n").utf8)) }

/// A small office with somebody in every kind of post, a real database beneath, and a clock that stands until
/// it is set.
///
/// Town 长安路街道 with communities c1 (grids g11, g12) and c2 (g21, g22). The chain of responsibility: grid
/// worker → community lead → deputy → leader; property worker → its head → deputy; police and department
/// likewise.
final class World: Sendable {
    static let county = County("410305")!
    /// Who may read everything.
    static let clockwork = Actor.system(of: county)
    static let town = "410305006000"
    static let (c1, c2) = ("410305006001", "410305006002")
    static let (g11, g12, g21, g22) = ("41030500600101", "41030500600102", "41030500600201", "41030500600202")
    /// A Monday in an ordinary week.
    static let monday = at("2019-03-04", "09:00")

    let office: Office
    private let moment: Moment

    /// A clock's hand.
    private final class Moment: Sendable { let hand = Mutex(at("2019-01-02", "08:30")) }
    private final class Dice: Sendable {
        let generator: Mutex<SplitMix64>; init(_ seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }
    }

    /// The present.
    var now: Instant {
        get { office.clock.now }
        set { moment.hand.withLock { $0 = newValue } }
    }
    /// Goes to a moment.
    func go(_ day: String, _ time: String = "09:00") { moment.hand.withLock { $0 = at(day, time) } }
    /// Lets time pass.
    func pass(minutes: Int) { moment.hand.withLock { $0 = $0.adding(minutes: minutes) } }
    func pass(milliseconds: Int64) { moment.hand.withLock { $0 = $0.adding(milliseconds: milliseconds) } }

    init(file: URL? = nil, seed: UInt64 = 1) async throws {
        let (moment, dice) = (Moment(), Dice(seed))
        self.moment = moment
        let chance = Chance { dice.generator.withLock { $0.next() } }
        let database: any Database =
            if let file { try SQLiteDatabase(file: file) } else { try await Engine.migrated() }
        office = Office(
            database: database, clock: Clock { moment.hand.withLock { $0 } }, chance: chance,
            registryKey: RegistryKey(secret: Array(0..<32)))
        _ = try await office.migrate()
        let password = try await Password.make("a good password", cost: 4, chance: chance)
        let now = office.clock.now
        try await office.write { books in
            _ = try Offices.found(
                .init(
                    county: Self.county, countyName: "涧西区", nameZh: "长安路街道办事处",
                    nameEn: "Chang'an Road Sub-district Office",
                    townCode: Self.town, townName: "长安路街道办事处", prefix: "CAL"),
                administrator: (login: "admin", name: "管理员", password: password), at: now, in: books)
        }
        try await settle()
        self.now = Self.monday
    }

    private func settle() async throws {
        let lands = try table(
            "code,name,level,parent", "\(Self.c1),第一社区居民委员会,village,\(Self.town)",
            "\(Self.c2),第二社区居民委员会,village,\(Self.town)",
            "\(Self.g11),一网格,grid,\(Self.c1)", "\(Self.g12),二网格,grid,\(Self.c1)",
            "\(Self.g21),三网格,grid,\(Self.c2)",
            "\(Self.g22),四网格,grid,\(Self.c2)")
        let units = try table(
            "code,name_zh,name_en,kind,territory", "cg,城市管理办,Urban management,department,\(Self.town)",
            "c1,第一社区,First community,community,\(Self.c1)", "c2,第二社区,Second community,community,\(Self.c2)",
            "wy,安居物业,Anju Property,property_company,\(Self.c1)",
            "wy2,乐居物业,Leju Property,property_company,\(Self.c2)",
            "ps,长安路派出所,Police station,police_station,\(Self.town)")
        let people = try table(
            "login,name,phone,post_kind,post_zh,post_en,unit,territory,reports_to",
            "leader,林书记,,leader,党工委书记,Secretary,office,\(Self.town),",
            "deputy,傅副主任,,deputy,分管副主任,Deputy,office,\(Self.town),leader",
            "dispatcher,戴调度,,dispatcher,调度员,Dispatcher,office,\(Self.town),deputy",
            "checker,何核查,,checker,核查员,Checker,office,\(Self.town),deputy",
            "auditor,纪监察,,auditor,监察员,Auditor,office,\(Self.town),leader",
            "lead1,社一书记,,community_lead,第一社区书记,Secretary,c1,\(Self.c1),deputy",
            "staff1,社一干事,,community_staff,第一社区干事,Staff,c1,\(Self.c1),lead1",
            "lead2,社二书记,,community_lead,第二社区书记,Secretary,c2,\(Self.c2),deputy",
            "grid11,网一一,,grid_worker,一网格网格员,Grid worker,c1,\(Self.g11),lead1",
            "grid12,网一二,,grid_worker,二网格网格员,Grid worker,c1,\(Self.g12),lead1",
            "grid21,网二一,,grid_worker,三网格网格员,Grid worker,c2,\(Self.g21),lead2",
            "grid22,网二二,,grid_worker,四网格网格员,Grid worker,c2,\(Self.g22),lead2",
            "wyhead,物业经理,,unit_lead,物业经理,Manager,wy,\(Self.c1),deputy",
            "wyworker,物业维修,,unit_worker,维修工,Repairer,wy,\(Self.c1),wyhead",
            "wy2head,乐居经理,,unit_lead,乐居经理,Manager,wy2,\(Self.c2),deputy",
            "cghead,城管主任,,unit_lead,城管办主任,Head,cg,\(Self.town),deputy",
            "cgworker,城管队员,,unit_worker,城管队员,Officer,cg,\(Self.town),cghead",
            "pshead,派出所长,,unit_lead,所长,Head,ps,\(Self.town),leader",
            "psworker,社区民警,,unit_worker,民警,Officer,ps,\(Self.town),pshead")
        let clockwork = Actor.system(of: Self.county)
        let (now, day) = (self.now, Zone.china.day(of: self.now))
        try await office.write { books in
            let path = try Offices.of(Self.county, in: books).territory.path
            var faults = try Territories.importing(
                lands, system: "nbs", since: day, by: clockwork, at: now, in: books
            ).faults
            faults += try Organisation.importingUnits(
                units, inside: path, on: day, by: clockwork, at: now, in: books
            ).faults
            faults += try Organisation.importingPeople(
                people, inside: path, on: day, by: clockwork, at: now, in: books
            ).faults
            try #require(faults.isEmpty, "\(faults)")
        }
    }
}

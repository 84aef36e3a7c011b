import Foundation
import Rules
import Store
import Synchronization

@testable import Governance

/// An office in memory for what reads into one: each input is tried as a dry run, and undone.
enum FuzzOffice {
    static let county = County("410305") ?? .shared
    private static let now = Zone.china.instant(
        Day("2019-03-04") ?? Day(number: 0), ClockTime(minutes: 9 * 60))

    private static let office: Office = wait {
        let chance = Chance.seeded(7)
        let office = Office(
            database: try SQLiteDatabase(file: nil), clock: Clock { now }, chance: chance,
            registryKey: RegistryKey(secret: Array(0..<32)))
        _ = try await office.migrate()
        let password = try await Password.make("a good password", cost: 4, chance: chance)
        try await office.write { books in
            let draft = Offices.Draft(
                county: county, countyName: "涧西区", nameZh: "长安路街道办事处", nameEn: "", townCode: "410305006000",
                townName: "长安路街道办事处", prefix: "CAL")
            _ = try Offices.found(
                draft, administrator: (login: "admin", name: "管理员", password: password), at: now, in: books)
            let clerk = Actor.system(of: county)
            let lands = try Table(
                Data("code,name,level,parent\n410305006001,第一社区居民委员会,village,410305006000\n".utf8))
            guard
                try Territories.importing(
                    lands, system: "nbs", since: Day("2019-01-01")!, by: clerk, at: now, in: books
                ).faults.isEmpty
            else {
                throw Refusal.notFound
            }
        }
        return office
    }

    /// What came of it.
    private final class Answer<T: Sendable>: Sendable { let outcome = Mutex<Result<T, any Error>?>(nil) }

    /// Waits for work that suspends: a fuzzer does one thing after the other.
    private static func wait<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) -> T {
        let (done, answer) = (DispatchSemaphore(value: 0), Answer<T>())
        Task.detached {
            let outcome: Result<T, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            answer.outcome.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        switch answer.outcome.withLock(\.self) {
        case .success(let value): return value
        case .failure(let error): fatalError("the office of the fuzzer: \(error)")
        case nil: fatalError("nothing came back")
        }
    }

    /// Tries something in the office and undoes it. Whatever is no refusal in words, a broken constraint
    /// above all, is a finding.
    static func tried(_ body: @escaping @Sendable (Actor, Books) throws -> Void) {
        let office = office
        wait {
            do {
                _ = try await office.importing(dryRun: true) { books in
                    try body(.system(of: county), books)
                    return ImportReport()
                }
            } catch let refusal as Refusal {
                if case .clash(let what) = refusal { fatalError("a constraint was broken: \(what)") }
            }
        }
    }

    /// The imports, each with a table that it takes.
    static let imports: [FuzzReader] = [
        reader(
            "territories",
            """
            code,name,level,parent,longitude_gcj02,latitude_gcj02\n41030500600109,新网格,grid,410305006001,\
            112.4,34.6\n
            """
        ) {
            _ = try Territories.importing(
                $0, system: "nbs", since: Day("2019-02-01")!, by: $1, at: now, in: $2)
        },
        reader("codes", "nbs_2016,mca_2025,county,town_name\n410305006001,410305006777,涧西区,长安路街道办事处\n") {
            _ = try Territories.importingCodes(
                $0, inside: "", since: Day("2019-02-01")!, by: $1, at: now, in: $2)
        },
        reader(
            "units",
            """
            code,name_zh,name_en,kind,territory\nwy,安居物业,Anju,property_company,410305006001\nwy,安居物业二,,p\
            roperty_company,第一社区\n
            """
        ) {
            _ = try Organisation.importingUnits(
                $0, inside: "", on: Day("2019-02-01")!, by: $1, at: now, in: $2)
        },
        reader(
            "people",
            """
            login,name,phone,post_kind,post_zh,post_en,unit,territory,reports_to\nx1,王一,13900001111,grid\
            _worker,网格员,,office,410305006001,x2\n
            """
                + "x2,李二,,deputy,副主任,,office,410305006000,\nx1,王一,,checker,核查员,,office,410305006000,x2\n"
        ) {
            _ = try Organisation.importingPeople(
                $0, inside: "", on: Day("2019-02-01")!, by: $1, at: now, in: $2)
        },
        reader("categories", Embedded.text("categories.csv")) {
            _ = try Categories.importing($0, by: $1, at: now, in: $2)
        },
        reader("calendar", "date,is_workday,name\n2021-10-01,0,国庆节\n2021-10-09,1,调休\n") {
            _ = try Calendars.importing($0, source: "国办", by: $1, at: now, in: $2)
        },
        reader(
            "cases",
            "number,body,title,place,territory,category,reported_at,name,phone,is_confidential,about_unit\n"
                + "7,路灯不亮,,3号楼,410305006001,,2019-03-01 09:40:00,王芳,13812345678,是,office\n8,井盖没了,,,,,,,,,\n"
        ) {
            _ = try CaseImport.importing(
                $0, mapping: .init(FormInput([:])), by: $1, at: now, latest: now, in: $2)
        },
        reader("villages", "行政村,乡镇,贫困村,户数\n410305006001,长安路街道办事处,是,120\n") {
            _ = try VillageImport.importing(
                $0, since: Day("2019-02-01")!, inside: "", by: $1, at: now, in: $2)
        },
        reader(
            "points",
            "code,name,territory,longitude,latitude\np1,大门口,410305006001,112.4,34.6\np2,后门,410305006001,,\n"
        ) {
            _ = try Points.importing($0, inside: "", on: Day("2019-02-01")!, by: $1, at: now, in: $2)
        },
        reader(
            "register",
            """
            行政村,户编号,姓名,证件号码,与户主关系,性别,健康状况,家庭人口数,户类型,脱贫状态\n第一社区,0001,张大,41030519650801001X,户主,男,健康,2,建档立卡\
            户,未脱贫\n
            """
                + ",,李二,,配偶,女,,,,\n第一社区,0001,王三,,户主,,,1,,\n"
        ) {
            _ = try RegisterImport.importing(
                $0, RegisterImport.Options(FormInput(["since": "2019-02-01"])), inside: "", by: $1, at: now,
                in: $2)
        },
    ]

    private static func reader(
        _ kind: String, _ seed: String, _ take: @escaping @Sendable (Table, Actor, Books) throws -> Void
    ) -> FuzzReader {
        FuzzReader(
            "import of \(kind)", [seed],
            [",", "\n", "\"", "410305006001", "第一社区", "office", "是", "否", "2019-02-30", "　"]
        ) { bytes in
            // As large a table as one mutation in ten makes says nothing new, and takes a second.
            guard bytes.count < 20_000 else { return }
            tried { actor, books in try take(Table(Data(bytes)), actor, books) }
        }
    }

    /// Filters, cursors and words that are looked for.
    static let questions: [FuzzReader] = [
        FuzzReader("cursor of cases", ["1551661200000.01D5BE1M00000000000000000", "17"], [".", "-1", "0"]) {
            bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            tried { actor, books in
                for heap in [CaseQuery.Heap.all, .todo] {
                    var query = CaseQuery()
                    (query.heap, query.cursor) = (heap, text)
                    _ = try Cases.list(query, for: actor, at: now, in: books)
                }
                var copied = CaseQuery()
                (copied.changedAfter, copied.cursor) = (0, text)
                _ = try Cases.list(copied, for: actor, at: now, in: books)
            }
        },
        FuzzReader(
            "words of a search", ["路灯 不亮", "CAL-2019-000001", "王芳"],
            ["%", "_", "*", "\"", "NEAR(", "OR ", "^"]
        ) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            tried { actor, books in
                var query = CaseQuery()
                (query.words, query.territory) = (text, "")
                _ = try Cases.list(query, for: actor, at: now, in: books)
                _ = try? PublicLookUp.view(number: text, phoneTail: text, of: county, in: books)
                _ = try? Territories.only(text, inside: "", field: "territory", in: books)
            }
        },
        FuzzReader(
            "secret of a session", ["410305.\(String(repeating: "9f", count: 32))"], [".", "410305", "G"]
        ) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let secret = Secret(text) else { return }
            guard Secret(secret.text) == secret else { fatalError("what was written is not what was read") }
            tried { _, books in
                _ = try Accounts.holder(of: secret, on: Day("2019-03-04")!, at: now, in: books)
            }
        },
        FuzzReader(
            "proof", [#"{"county":"410305","head":{"line":1},"lines":[]}"#],
            ["\"line\":", "[", "]", "null", "9223372036854775807"]
        ) { bytes in
            guard let proof = try? Proof(Data(bytes)) else { return }
            _ = try? proof.check()
        },
    ]
}

import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi demo`: fills a data folder with Chongqing Road sub-district, once.
struct LoadDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo", abstract: "Load the demo into an empty data folder, once.")
    @OptionGroup var flags: SettingFlags
    @Option(help: "ruyang: the county of the seed with its register, beside or instead of the sub-district.") var county: String?
    @Option(help: "The county: the number that its invented people are drawn by.") var seed: UInt64 = 20_190_730
    @Option(help: "The county: the day up to which it is played.") var until: String?

    func run() async throws {
        if let county { return try await load(county) }
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings)
        let (isLoaded, others) = try await office.read { (try Demo.isLoaded(in: $0), try Offices.all(in: $0).count) }
        if !isLoaded {
            guard others == 0 else { throw Failure("This folder holds a real office; the demo wants a folder of its own.") }
            try await Demo.load(into: office) { done, whole in
                print("\r\(done * 100 / max(1, whole))% of \(whole) scenes", terminator: "")
                fflush(nil)
            }
            print("")
            try await office.catchUpSearch()
        }
        try await office.database.close()
        print("\nDemo people 演示人物 (password 密码: \(Demo.password))")
        for guide in Demo.guides {
            print("  \(guide.login.padding(toLength: 14, withPad: " ", startingAt: 0)) \(guide.words.zh)  |  \(guide.words.en)")
        }
        print(
            """

            Look first 先看: sign in as guoyunheng and read the overview; as qinxiaoman dispatch what came in this morning;
            as fanyutong see Today on a phone; without login report a problem at /report and look it up at /look-up.
            """)
    }

    /// Fills the folder with a county, once.
    private func load(_ county: String) async throws {
        guard county == "ruyang" else { throw Failure("There is no demo of “\(county)”; there is ruyang.") }
        guard let day = until.map({ Day($0) }) ?? RuyangDemo.usualDay else { throw Failure("--until \(until ?? "") is not a date like 2019-09-20.") }
        let office = try await Opening.office(try await Settings(flags))
        let (isLoaded, isReal) = try await office.read { (try RuyangDemo.isLoaded(in: $0), try Offices.all(in: $0).contains { $0.demoOpensAt == nil }) }
        guard !isReal else { throw Failure("This folder holds a real office; the demo wants a folder of its own.") }
        if !isLoaded {
            try await RuyangDemo.load(into: office, seed: seed, until: day) { Progress("villages").show($0, of: $1) }
            Progress.end()
            try await office.database.takeStock()
        }
        try await office.database.close()
        print("\nDemo people 演示人物 (password 密码: \(Demo.password))")
        for guide in RuyangDemo.guides {
            print("  \(guide.login.padding(toLength: 14, withPad: " ", startingAt: 0)) \(guide.words.zh)  |  \(guide.words.en)")
        }
    }
}

import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi demo`: fills a data folder with Chongqing Road sub-district and the county of Ruyang, each once.
struct LoadDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Load the demo into an empty data folder, once.")
    @OptionGroup var flags: SettingFlags
    @Option(
        help: "Only one of the two: chongqinglu, the sub-district, or ruyang, the county with its register.")
    var county: String?
    @Option(help: "The county: the number that its invented people are drawn by.") var seed: UInt64 =
        20_190_730
    @Option(help: "The county: the day up to which it is played.") var until: String?

    func run() async throws {
        guard county.map({ ["chongqinglu", "ruyang"].contains($0) }) ?? true else {
            throw Failure("There is no demo of “\(county ?? "")”; there are chongqinglu and ruyang.")
        }
        guard let day = until.map({ Day($0) }) ?? RuyangDemo.usualDay else {
            throw Failure("--until \(until ?? "") is not a date like 2019-09-20.")
        }
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings)
        let isReal = try await office.read { try Offices.all(in: $0).contains { $0.demoOpensAt == nil } }
        guard !isReal else {
            throw Failure("This folder holds a real office; the demo wants a folder of its own.")
        }
        if county != "ruyang" {
            if try await office.read({ try !Demo.isLoaded(in: $0) }) {
                print("重庆路街道 Chongqing Road")
                try await Demo.load(into: office) { Progress("scenes").show($0, of: $1) }
                Progress.end()
            }
        }
        if county != "chongqinglu" {
            if try await office.read({ try !RuyangDemo.isLoaded(in: $0) }) {
                print("汝阳县 Ruyang county")
                try await RuyangDemo.load(into: office, seed: seed, until: day) {
                    Progress("villages").show($0, of: $1)
                }
                Progress.end()
            }
        }
        try await office.catchUpSearch()
        try await office.database.analyze()
        let offices = try await office.read { try Offices.all(in: $0) }
        try await office.database.close()
        // Opened again it has the demo's own clock: the log is signed at its moment, not at ours.
        try await Opening.close(Opening.office(settings), signedAs: settings)
        print("\nDemo people 演示人物 (password 密码: \(Demo.password))")
        for (county, guides) in [(Demo.county, Demo.guides), (RuyangDemo.county, RuyangDemo.guides)] {
            guard let profile = offices.first(where: { $0.county == county }) else { continue }
            print("\n\(profile.name.zh)  |  \(profile.name.en)")
            for guide in guides {
                print(
                    "  \(guide.login.padding(toLength: 14, withPad: " ", startingAt: 0)) \(guide.words.zh)  |  \(guide.words.en)"
                )
            }
        }
        print(
            """

            Look first 先看: sign in as guoyunheng and read the overview; as qinxiaoman dispatch what came in \
            this morning;
            as fanyutong see Today and the week's points on a phone; in the county as tanyiwei see the \
            push, as h0001 your
            households; without login report a problem at /report and look it up at /look-up.
            """)
    }
}

import ArgumentParser
import Foundation
import Governance
import Store

/// `luoshi demo`: fills a data folder with Chongqing Road sub-district, once.
struct LoadDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo", abstract: "Load the demo into an empty data folder, once.")
    @OptionGroup var flags: SettingFlags

    func run() async throws {
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
}

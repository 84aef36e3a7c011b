import ArgumentParser
import Governance
import Store

/// `luoshi audit`: proving that the log was not changed.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prove that the log was not changed.", subcommands: [Verify.self])

    /// `luoshi audit verify`: walks every chain from its first line.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Walk every chain of the log from its first line.")
        @OptionGroup var flags: SettingFlags

        func run() async throws {
            let office = try await Opening.office(try await Settings(flags))
            var isSound = true
            for county in try await office.read({ [County.shared] + (try Offices.all(in: $0).map(\.county)) }) {
                let outcome = try await office.read { try Log.verify(county, in: $0) }
                if let fault = outcome.fault {
                    isSound = false
                    print("\(county): line \(fault.line) does not fit: \(fault.words.en) \(fault.words.zh)")
                } else {
                    print("\(county): \(outcome.lines) lines, all fit, head \(outcome.head.hex)")
                }
            }
            try await office.database.close()
            if !isSound { throw ExitCode(1) }
        }
    }
}

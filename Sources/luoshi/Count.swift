import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi count`: the figures that a county's register begins with, as of any day.
struct Count: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count townships, villages, households and people of a county's register.")

    /// How the answer is written.
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @OptionGroup var flags: SettingFlags
    @Option(help: "The county's 6-digit code, if the folder holds several offices.") var county: String?
    @Option(help: "The day that is asked about; today if left out.") var asOf: String?
    @Option(help: "What was known at that moment (2019-08-31 or ISO 8601); now if left out.") var known:
        String?
    @Option(help: "text or json.") var format = Format.text

    func run() async throws {
        let office = try await Opening.office(try await Settings(flags))
        let now = office.clock.now
        let (county, asOf, known) = (self.county, self.asOf, self.known)
        let count = try await office.read { books -> RegisterCount in
            let all = try Offices.all(in: books)
            guard let profile = county.map({ code in all.first { $0.county.code == code } }) ?? all.first
            else {
                throw Failure("No office of county \(county ?? "") in this folder.")
            }
            var time = AsOf()
            if let asOf {
                guard let day = Day(asOf) else {
                    throw Failure("--as-of \(asOf) is not a date like 2019-08-31.")
                }
                time.day = day
            }
            if let known {
                // Of a day its end: what was known when the lights went out.
                guard
                    let moment = Instant(iso: known)
                        ?? Day(known).map({ profile.zone.instant($0 + 1).adding(milliseconds: -1) })
                else {
                    throw Failure("--known \(known) is not a date like 2019-08-31.")
                }
                time.known = moment
            }
            return try RegisterCount.count(
                inside: profile.territory.path, for: .system(of: profile.county), as: time,
                today: profile.zone.day(of: now), in: books)
        }
        try await office.database.close()
        switch format {
        case .json: print(count.json.text)
        case .text:
            print(
                """
                \(count.towns) 个乡镇，\(count.villages) 个村（社区），其中贫困村 \(count.poorVillages) 个；建档立卡 \
                \(count.households) 户 \(count.people) 人，边缘户 \(count.marginal) 户，一般农户 \(count.ordinary) 户。
                \(count.towns) townships, \(count.villages) villages, \(count.poorVillages) of them poor; \
                \(count.households) registered households with \(count.people) people, \(count.marginal) \
                marginal and \(count.ordinary) ordinary households.
                """)
        }
    }
}

import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// Whose campaigns a command is about.
struct CountyFlags: ParsableArguments {
    @OptionGroup var flags: SettingFlags
    @Option(help: "The county's 6-digit code, if the folder holds several offices.") var county: String?

    /// The office, opened, and its profile.
    func open() async throws -> (Office, OfficeProfile) {
        let office = try await Opening.office(try await Settings(flags))
        let county = self.county
        let profile = try await office.read { books -> OfficeProfile in
            let all = try Offices.all(in: books)
            guard let found = county.map({ code in all.first { $0.county.code == code } }) ?? all.first else {
                throw Failure("No office of county \(county ?? "") in this folder.")
            }
            return found
        }
        return (office, profile)
    }
}

/// `luoshi campaign`: publishing a scheme, and what was published.
struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign", abstract: "Publish a scheme as a campaign, or list them.",
        subcommands: [Publish.self, List.self])

    /// `luoshi campaign publish`: freezes the denominators and shares out the duties.
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish a scheme: its households are frozen, its duties shared out.")
        @Argument(help: "The scheme, a YAML file.") var file: String
        @OptionGroup var place: CountyFlags

        func run() async throws {
            let text = try CheckSchemes.text(URL(filePath: file))
            let (office, profile) = try await place.open()
            var clerk = Actor.system(of: profile.county)
            clerk.name = Phrase(zh: "命令行", en: "Command line")
            let (actor, now) = (clerk, office.clock.now)
            do {
                let text = try Campaigns.Text(text)
                let campaign = try await office.write(in: profile.county) {
                    try Campaigns.publish(text, by: actor, at: now, in: $0)
                }
                print(
                    """
                    \(campaign.title.zh) \(campaign.title.en): \(campaign.households) households, \
                    \(campaign.people) people, frozen as of \(campaign.frozenAsOf), hash \
                    \(campaign.frozenHash)
                    """
                )
            } catch Refusal.invalid(let faults) {
                throw Failure(faults.map { "\($0.words.zh) \($0.words.en)" }.joined(separator: "\n"))
            }
            try await Opening.close(office, signedAs: Settings(place.flags))
        }
    }

    /// `luoshi campaign list`: every campaign with its hashes.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the campaigns.")
        @OptionGroup var place: CountyFlags

        func run() async throws {
            let (office, profile) = try await place.open()
            for campaign in try await office.read({
                try Campaigns.all(for: .system(of: profile.county), in: $0)
            }) {
                print(
                    """
                    \(campaign.name) \(campaign.version): \(campaign.title.zh), \(campaign.begins) – \
                    \(campaign.ends), \(campaign.households) households, frozen \(campaign.frozenHash), \
                    scheme \(campaign.schemeHash)
                    """
                )
            }
            try await office.database.close()
        }
    }
}

/// `luoshi coverage`: a line a duty with numerator and denominator, or the nightly recount.
struct CoverageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "How far the visits of the campaign are; --recount counts everything again.")
    @OptionGroup var place: CountyFlags
    @Option(help: "By duty, town, village, zone, department, support_unit, unit, post or person.") var by =
        "duty"
    @Option(help: "Only this duty.") var duty = ""
    @Option(help: "text or json.") var format = Count.Format.text
    @Flag(help: "Count everything again from the visits and say where the sums differ.") var recount = false

    func run() async throws {
        guard let grouping = Coverage.Grouping(rawValue: by) else {
            throw Failure(
                "--by \(by) is none of \(Coverage.Grouping.allCases.map(\.rawValue).joined(separator: ", "))."
            )
        }
        let (office, profile) = try await place.open()
        let (day, duty) = (profile.zone.day(of: office.clock.now), self.duty)
        guard
            let campaign = try await office.read({
                try Campaigns.current(for: .system(of: profile.county), on: day, in: $0)
            })
        else {
            throw Failure("There is no campaign.")
        }
        if recount {
            let (checked, differences) = try await office.read {
                try Coverage.recount(campaign, for: .system(of: profile.county), in: $0)
            }
            print("\(checked) debts counted again, \(differences.count) differences")
            for line in differences { print(line) }
            try await office.database.close()
            if !differences.isEmpty { throw ExitCode(1) }
            return
        }
        let lines = try await office.read {
            try Coverage.lines(
                campaign, by: grouping, duty: duty, inside: profile.territory.path,
                for: .system(of: profile.county), on: day, in: $0)
        }
        try await office.database.close()
        for line in lines {
            switch format {
            case .json:
                print(
                    JSON.object([
                        ("duty", .string(line.duty)), ("of", .string(line.key)),
                        ("done", .int(Int64(line.done))), ("due", .int(Int64(line.due))),
                        ("households", .int(Int64(line.households))), ("visited", .int(Int64(line.visited))),
                    ]).text)
            case .text:
                print(
                    """
                    \(line.duty)\(line.key.isEmpty ? "" : " \(line.key)"): \(line.done) / \
                    \(line.due)\(line.thousandths.map { " (\($0 / 10).\($0 % 10) %)" } ?? "")
                    """
                )
            }
        }
    }
}

import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi export`: a list as an XLSX file; the log keeps that it was taken.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the register or the cases to an XLSX file; the log keeps that it was taken.")

    /// What can be exported.
    enum Kind: String, ExpressibleByArgument, CaseIterable { case register, cases }

    @Argument(help: "What: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).") var kind: Kind
    @Argument(help: "The file to write.") var file: String
    @OptionGroup var flags: SettingFlags
    @Option(help: "The county's 6-digit code, if the folder holds several offices.") var county: String?
    @Option(help: "Only this territory, by code or name.") var territory = ""
    @Option(
        name: .customLong("where"), help: "Register: fact=value, such as --where kind=registered. Repeat it.")
    var facts: [String] = []
    @Option(help: "Register: as of this day.") var asOf: String?
    @Flag(help: "Register: certificates, telephones and accounts in full; needs --reason.") var full = false
    @Option(help: "Why secrets are needed in full.") var reason = ""

    func run() async throws {
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings)
        do {
            let profile = try await office.read { books in
                let all = try Offices.all(in: books)
                guard let found = county.map({ code in all.first { $0.county.code == code } }) ?? all.first
                else {
                    throw Failure("No office of county \(county ?? "") in this folder.")
                }
                return found
            }
            var clerk = Actor.system(of: profile.county)
            clerk.name = Phrase(zh: "命令行", en: "Command line")
            switch kind {
            case .register: try await register(profile, clerk, office)
            case .cases: try await cases(profile, clerk, office)
            }
            try await Opening.close(office, signedAs: settings)
        } catch let refusal as Refusal { throw Failure("\(refusal.words.zh) \(refusal.words.en)") }
    }

    private func register(_ profile: OfficeProfile, _ actor: Actor, _ office: Office) async throws {
        var query = HouseholdQuery()
        query.path = profile.territory.path
        for line in facts {
            let halves = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2 else { throw Failure("--where \(line) is not fact=value.") }
            query.facts[halves[0]] = halves[1]
        }
        if let asOf {
            guard let day = Day(asOf) else { throw Failure("--as-of \(asOf) is not a date like 2019-08-31.") }
            query.asOf = AsOf(day)
        }
        let (territory, now, day, url) = (
            self.territory, office.clock.now, profile.zone.day(of: office.clock.now), URL(filePath: file)
        )
        if !territory.isEmpty {
            query.path = try await office.read {
                try Territories.only(
                    territory, inside: profile.territory.path, field: "territory", for: actor, in: $0
                ).path
            }
        }
        var wish = RegisterExport.Request(query)
        (wish.isFull, wish.reason) = (full, reason)
        let asked = wish
        try await office.write(in: profile.county) {
            try RegisterExport.announce(asked, by: actor, at: now, in: $0)
        }
        let (households, people) = try await office.read {
            try RegisterExport.write(asked, to: url, for: actor, on: day, in: $0)
        }
        print("\(file): \(households) 户 \(people) 人 / \(households) households, \(people) people")
    }

    private func cases(_ profile: OfficeProfile, _ actor: Actor, _ office: Office) async throws {
        var query = CaseQuery()
        let (territory, now, url) = (self.territory, office.clock.now, URL(filePath: file))
        if !territory.isEmpty {
            query.territory = try await office.read {
                try Territories.only(
                    territory, inside: profile.territory.path, field: "territory", for: actor, in: $0
                ).id
            }
        }
        let asked = query
        try await office.write(in: profile.county) {
            try CaseExport.announce(asked, by: actor, at: now, in: $0)
        }
        let count = try await office.read {
            try CaseExport.write(
                asked, to: url, zone: profile.zone, language: .zh, for: actor, at: now, in: $0)
        }
        print("\(file): \(count) 件 / \(count) cases")
    }
}

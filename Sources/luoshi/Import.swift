import ArgumentParser
import Foundation
import Governance
import Rules
import Store

/// `luoshi import`: takes a table, first as a dry run if asked, with a report that names row and column.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import a CSV or XLSX file; --dry-run tries it and changes nothing.")

    /// What can be imported.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case territories, units, people, categories, calendar, cases, villages, register, points, codes
    }

    @Argument(help: "What it holds: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).") var kind: Kind
    @Argument(help: "The CSV or XLSX file.") var file: String
    @OptionGroup var flags: SettingFlags
    @Flag(help: "Try it, report, and change nothing.") var dryRun = false
    @Option(help: "The county's 6-digit code, if the folder holds several offices.") var county: String?
    @Option(help: "Territories: the code system and its year.") var system = "nbs-2016"
    @Option(help: "Territories: since which day the names and codes hold.") var since = "2016-01-01"
    @Option(
        name: .customLong("map"), help: "Cases: field=column, such as --map number=message_id. Repeat it.")
    var maps: [String] = []
    @Option(help: "Cases: a file with one field=column a line.") var mapping: String?
    @Option(help: "Cases: the source of all rows.") var source = ""
    @Option(help: "Register: the year of the incomes; the year before --since if left out.") var incomeYear:
        Int?
    @Option(help: "Register: how many households the sender says there are.") var households: Int?
    @Option(help: "Register: how many people the sender says there are.") var people: Int?
    @Option(
        help: "Write the table with every fault marked to this XLSX file, to be corrected and sent again.")
    var errors: String?
    @Option(help: "How many faults are listed.") var most = 50

    func run() async throws {
        let settings = try await Settings(flags)
        let office = try await Opening.office(settings)
        do {
            let table = try table()
            let report = try await run(table, in: office)
            if let errors, !report.faults.isEmpty {
                try report.write(of: table, to: URL(filePath: errors), language: .zh)
            }
            try await office.catchUpSearch()
            try await office.database.analyze()
            try await Opening.close(office, signedAs: settings)
            try tell(report)
        } catch let refusal as Refusal { throw Failure(Self.words(refusal)) }
    }

    private func table() throws -> Table {
        do { return try Table(file: URL(filePath: file)) } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Failure("\(file) cannot be read: \(error.localizedDescription)")
        }
    }

    private func run(_ table: Table, in office: Office) async throws -> ImportReport {
        let now = office.clock.now
        let kind = self.kind
        let profile = try await office.read { try self.office(in: $0) }
        guard kind == .territories || profile != nil else {
            throw Failure(
                """
                This folder holds no office yet. Start `luoshi serve` and open the first page, or load \
                the demo.
                """
            )
        }
        var clerk = Actor.system(of: kind == .territories ? .shared : profile?.county ?? .shared)
        clerk.name = Phrase(zh: "命令行", en: "Command line")
        let actor = clerk
        guard let since = Day(self.since) else {
            throw Failure("--since \(self.since) is not a date like 2016-01-01.")
        }
        let (system, path) = (self.system, profile?.territory.path ?? "")
        let mapping = try CaseImport.Mapping(answers())
        let source = URL(filePath: file).lastPathComponent
        var wish = RegisterImport.Options(since: since, incomeYear: incomeYear ?? since.parts.year - 1)
        (wish.households, wish.people) = (households, people)
        wish.progress = { done, whole in Progress("households").show(done, of: whole) }
        let asked = wish
        return try await office.importing(dryRun: dryRun) { books in
            let day = (profile?.zone ?? .china).day(of: now)
            return switch kind {
            case .territories:
                try Territories.importing(table, system: system, since: since, by: actor, at: now, in: books)
            case .units:
                try Organisation.importingUnits(table, inside: path, on: day, by: actor, at: now, in: books)
            case .people:
                try Organisation.importingPeople(table, inside: path, on: day, by: actor, at: now, in: books)
            case .categories: try Categories.importing(table, by: actor, at: now, in: books)
            case .calendar: try Calendars.importing(table, source: source, by: actor, at: now, in: books)
            case .cases: try CaseImport.importing(table, mapping: mapping, by: actor, at: now, in: books)
            case .villages:
                try VillageImport.importing(table, since: since, inside: path, by: actor, at: now, in: books)
            case .points: try Points.importing(table, inside: path, on: since, by: actor, at: now, in: books)
            case .codes:
                try Territories.importingCodes(
                    table, inside: path, since: since, by: actor, at: now, in: books)
            case .register:
                try RegisterImport.importing(table, asked, inside: path, by: actor, at: now, in: books)
            }
        }
    }

    private func office(in books: Books) throws -> OfficeProfile? {
        let all = try Offices.all(in: books)
        guard let county else { return all.first }
        guard let found = all.first(where: { $0.county.code == county }) else {
            throw Failure("No office of county \(county) in this folder.")
        }
        return found
    }

    private func answers() throws -> FormInput {
        var lines = maps
        if let mapping {
            do {
                lines += try String(contentsOf: URL(filePath: mapping), encoding: .utf8).split(
                    separator: "\n"
                ).map(String.init)
            } catch {
                throw Failure("\(mapping) cannot be read: \(error.localizedDescription)")
            }
        }
        var answers = FormInput(["source": source])
        for line in lines where !line.isEmpty && !line.hasPrefix("#") {
            let halves = line.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard halves.count == 2, CaseImport.Mapping.fields.contains(where: { $0.name == halves[0] })
            else {
                throw Failure(
                    """
                    “\(line)” is not field=column; fields: \
                    \(CaseImport.Mapping.fields.map(\.name).joined(separator: ", ")).
                    """
                )
            }
            answers[halves[0]] = halves[1]
        }
        return answers
    }

    private func tell(_ report: ImportReport) throws {
        for fault in report.faults.prefix(most) {
            print(
                """
                row \(fault.row)\(fault.column.isEmpty ? "" : ", column \(fault.column)"): \
                \(fault.words.zh) \(fault.words.en)
                """
            )
        }
        if report.faultCount > most { print("… and \(report.faultCount - most) more") }
        print("\(report.words.zh)\n\(report.words.en)")
        if !report.faults.isEmpty { throw ExitCode(2) }
    }

    private static func words(_ refusal: Refusal) -> String {
        if case .invalid(let faults) = refusal {
            return faults.map { "\($0.words.zh) \($0.words.en)" }.joined(separator: "\n")
        }
        return "\(refusal.words.zh) \(refusal.words.en)"
    }
}

import ArgumentParser
import Foundation
import Governance
import Rules

/// Lines of two words with a tab between.
private func words(in file: String, _ wanted: String) throws -> [(String, String)] {
    try CheckSchemes.text(URL(filePath: file)).split(whereSeparator: \.isNewline).enumerated().map {
        index, line in
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Failure("\(file):\(index + 1): 要写成“\(wanted)”。 Wanted: \(wanted).")
        }
        return (String(parts[0]), String(parts[1]))
    }
}

/// `luoshi sample estimate`: the rate that the answers of a sample make.
struct EstimateRate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "The rate that the answers of a sample make, weighted, with its intervals.")
    @Option(help: "The record of the draw, a JSON file; without it every answer weighs the same.") var record:
        String?
    @Option(help: "The answers: a line an item, identity and yes or no with a tab between.") var answers:
        String

    func run() throws {
        var weights: [String: Double] = [:]
        if let record {
            let read: SampleRecord
            do {
                read = try JSONDecoder().decode(
                    SampleRecord.self, from: Data(contentsOf: URL(filePath: record)))
            } catch {
                throw Failure("\(record) 不是抽样记录。 \(record) is no record of a draw: \(error)")
            }
            guard let known = read.weights else {
                throw Failure("\(record) 里有不可能的权重。 \(record) holds a weight that cannot be.")
            }
            weights = known
        }
        let said = try words(in: answers, "ID<TAB>yes|no").map {
            id, answer -> (isYes: Bool, weight: Double) in
            guard answer == "yes" || answer == "no" else {
                throw Failure("“\(answer)”要写 yes 或 no。 “\(answer)” is wanted as yes or no.")
            }
            guard record == nil || weights[id] != nil else {
                throw Failure("“\(id)”没有抽到。 “\(id)” was not drawn.")
            }
            return (answer == "yes", weights[id] ?? 1)
        }
        let estimate = Estimate(said)
        func range(_ range: ClosedRange<Double>?) -> JSON {
            range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
        }
        print(
            JSON.object([
                ("yes", .int(Int64(estimate.said.part))), ("asked", .int(Int64(estimate.said.whole))),
                ("rate", estimate.rate.map { .number($0) } ?? .null),
                ("effective", .number(estimate.effective)), ("wilson", range(estimate.interval)),
                ("exact", range(estimate.said.exact)),
            ]).text)
    }
}

/// `luoshi sample agreement`: how far two looks at the same things agree.
struct Agreement: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How far two looks at the same things agree beyond chance: Cohen's kappa.")
    @Option(help: "What the first and the second look found: a line a thing, two words with a tab between.")
    var pairs: String

    func run() throws {
        let found = try words(in: pairs, "first<TAB>second")
        print(
            JSON.object([
                ("pairs", .int(Int64(found.count))), ("agree", .int(Int64(found.count { $0.0 == $0.1 }))),
                ("kappa", Kappa.cohen(found).map { .number($0) } ?? .null),
            ]).text)
    }
}

import ArgumentParser
import Foundation
import Governance
import Rules

/// `luoshi check`: reads every scheme of a folder and says what is wrong, by file and line.
struct CheckSchemes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check every scheme (YAML) in a folder; faults by file and line.")
    @Argument(help: "A folder, or one file.") var place: String

    func run() async throws {
        var (files, faults) = (try Self.files(in: place), 0)
        guard !files.isEmpty else { throw Failure("There is no .yaml file in \(place).") }
        files.sort { $0.path < $1.path }
        // Evaluations first: scenarios are run against the one beside them.
        var (evaluations, campaigns) = ([String: Evaluation](), [String: Scheme]())
        for file in files where !file.path.hasSuffix(Self.scenarios) {
            let text = try Self.text(file)
            let (wrong, summary) =
                Evaluation.isOne(text) ? evaluation(text, &evaluations) : campaign(text, &campaigns)
            faults += report(wrong, file)
            if wrong.isEmpty { print("\(file.path): \(summary): ok") }
        }
        for file in files where file.path.hasSuffix(Self.scenarios) {
            let text = try Self.text(file)
            let scenarios: Scenarios
            if let scheme = evaluations.values.first(where: { text.contains("scenarios: \($0.name)\n") }) {
                scenarios = Scenarios.run(text, scheme)
            } else if let scheme = campaigns.values.first(where: { text.contains("scenarios: \($0.name)\n") })
            {
                scenarios = Scenarios.run(text, scheme)
            } else {
                let words = SchemeFault(
                    line: 1, zh: "旁边没有这些情景所属的方案。",
                    en: "The scheme that these scenarios belong to is not beside them.")
                faults += report([words], file)
                continue
            }
            faults += report(scenarios.faults, file)
            for rule in scenarios.unreached {
                print("\(file.path): 没有情景走到规则“\(rule)”。 No scenario reaches the rule “\(rule)”.")
            }
            if scenarios.faults.isEmpty {
                print(
                    """
                    \(file.path): \(scenarios.count) scenarios, \(scenarios.unreached.count) rules not \
                    reached: ok
                    """
                )
            }
        }
        if faults > 0 { throw ExitCode(2) }
    }

    private static let scenarios = ".scenarios.yaml"

    private func report(_ faults: [SchemeFault], _ file: URL) -> Int {
        for fault in faults { print("\(file.path):\(fault.line): \(fault.zh) \(fault.en)") }
        return faults.count
    }

    private func campaign(_ text: String, _ all: inout [String: Scheme]) -> (
        faults: [SchemeFault], summary: String
    ) {
        let (scheme, faults) = Scheme.read(text, .own)
        if faults.isEmpty { all[scheme.name] = scheme }
        return (
            faults,
            """
            \(scheme.name) \(scheme.version), \(scheme.duties.count) duties, \(scheme.questions.count) \
            questions, \(scheme.raises.count) rules, \(scheme.orders.count) orders
            """
        )
    }

    private func evaluation(_ text: String, _ all: inout [String: Evaluation]) -> (
        faults: [SchemeFault], summary: String
    ) {
        let (found, faults) = Evaluation.read(text, .own)
        if faults.isEmpty { all[found.name] = found }
        return (
            faults,
            """
            \(found.name) \(found.version), \(found.indicators.count) indicators, \(found.scores.count) \
            scores, \(found.ranks.count) ranks, \(found.incentives.filter(\.isAward).count) awards, \
            \(found.incentives.filter { !$0.isAward }.count) penalties, \(found.deadlines.count) deadlines
            """
        )
    }

    static func text(_ file: URL) throws -> String {
        do { return try String(contentsOf: file, encoding: .utf8) } catch {
            throw Failure("\(file.path) cannot be read: \(error.localizedDescription)")
        }
    }

    private static func files(in place: String) throws -> [URL] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            throw Failure("There is no \(place).")
        }
        guard isFolder.boolValue else { return [URL(filePath: place)] }
        let all = FileManager.default.enumerator(
            at: URL(filePath: place, directoryHint: .isDirectory), includingPropertiesForKeys: nil)
        return all?.compactMap { $0 as? URL }.filter { $0.pathExtension == "yaml" } ?? []
    }
}

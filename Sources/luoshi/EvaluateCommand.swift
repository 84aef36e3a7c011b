import ArgumentParser
import Foundation
import Governance
import Rules

/// The files that a recount works on: no database is opened.
struct EvaluationFiles: ParsableArguments {
    @Option(help: "The evaluation, a YAML file.") var scheme: String
    @Option(help: "The frozen facts, a JSON file.") var facts: String
    @Option(help: "The day as of which amounts hold; the day of the facts if it is not said.") var on: String?

    /// Both files, read strictly.
    func judged(by file: String? = nil) throws -> JudgedOutcome {
        let evaluation = try Self.evaluation(file ?? scheme)
        let facts: EvaluationFacts
        do { facts = try JSONDecoder().decode(EvaluationFacts.self, from: Data(contentsOf: URL(filePath: self.facts))) } catch {
            throw Failure("\(self.facts) 不是一份事实（JSON）。 \(self.facts) is no facts file (JSON): \(error)")
        }
        let faults = facts.faults(for: evaluation)
        guard faults.isEmpty else { throw Failure(faults.map { "\(self.facts): \($0.zh) \($0.en)" }.joined(separator: "\n")) }
        guard let day = Day(on ?? facts.day) else { throw Failure("\(on ?? "") 不是 2019-10-10 这样的日期。 It is not a date like 2019-10-10.") }
        return JudgedOutcome(evaluation, facts, on: day)
    }

    static func evaluation(_ file: String) throws -> Evaluation {
        let (evaluation, faults) = Evaluation.read(try CheckSchemes.text(URL(filePath: file)), .own)
        guard faults.isEmpty else { throw Failure(faults.map { "\(file):\($0.line): \($0.zh) \($0.en)" }.joined(separator: "\n")) }
        return evaluation
    }
}

/// `luoshi evaluate`: judges frozen facts by a scheme, from files alone, so that anybody can recount a published outcome.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Recount a published evaluation from its scheme and its frozen facts, without a database.")
    @OptionGroup var files: EvaluationFiles
    @Option(help: "Another scheme: say who would have moved under it.") var against: String?
    @Option(help: "Judge so many times and say how long it took: for measuring.") var times = 1
    @Option(help: "text or json.") var format = Count.Format.text

    func run() throws {
        let judged = try files.judged()
        if times > 1 { return try measure(judged) }
        if let against {
            let moved = MovedUnits(judged, try files.judged(by: against))
            if format == .json { return print(moved.json.text) }
            for move in moved.moves {
                print("\(move.rule)\t\(move.name)\t\(move.before.isEmpty ? "–" : move.before) → \(move.after.isEmpty ? "–" : move.after)")
            }
            return print("\(moved.moves.count) differences")
        }
        if format == .json { return print(judged.json.text) }
        for score in judged.outcome.scores {
            print("\(judged.title(score.score).zh)\t\(judged.unit(score.unit).name)\t\(score.points.map { judged.points($0, of: score.score) } ?? "–")")
            for reason in judged.reasons(score) { print("\t\(reason.zh)") }
        }
        for ranking in judged.outcome.rankings { RankCommand.show(ranking, judged) }
        for entry in judged.outcome.entries {
            let money = entry.fen.map { " \($0 / 100) 元" } ?? ""
            print("\(judged.title(entry.incentive).zh)\t\(judged.unit(entry.unit).name)\t\(entry.kind.phrase.zh)\(money)\t\(judged.reason(entry).zh)")
        }
        for withheld in judged.outcome.withheld {
            print("\(judged.title(withheld.incentive).zh)\t\(judged.group(withheld.group).zh)\t\(judged.reason(withheld).zh)")
        }
    }
}

extension EvaluateCommand {
    /// Dry runs of the engine alone: the facts are added up once, as a dry run of another scheme finds them.
    private func measure(_ judged: JudgedOutcome) throws {
        let facts = IndexedFacts(judged.facts)
        let began = Clock.system.now
        var entries = 0
        for _ in 0..<times { entries += evaluate(judged.evaluation, facts, on: judged.outcome.day).entries.count }
        print("\(times) evaluations, \(entries / times) entries each, \(Double(Clock.system.now.since(began)) / 1000) s")
    }
}

/// `luoshi rank`: the orders alone.
struct RankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rank", abstract: "The ranks of an evaluation, from its scheme and its frozen facts.")
    @OptionGroup var files: EvaluationFiles
    @Option(help: "Only this rank.") var rank: String?
    @Option(help: "text or json.") var format = Count.Format.text

    func run() throws {
        let judged = try files.judged()
        let rankings = judged.outcome.rankings.filter { rank == nil || $0.rank == rank }
        if let rank, rankings.isEmpty, !judged.evaluation.ranks.contains(where: { $0.name == rank }) {
            throw Failure("没有排名“\(rank)”。 There is no rank “\(rank)”. \(judged.evaluation.ranks.map(\.name).joined(separator: ", "))")
        }
        if format == .json { return print(JSON.array(rankings.map(judged.json)).text) }
        for ranking in rankings { Self.show(ranking, judged) }
    }

    static func show(_ ranking: Outcome.Ranking, _ judged: JudgedOutcome) {
        let peers = ranking.peers.isEmpty ? "" : "，\(ranking.peers)"
        print("\(judged.title(ranking.rank).zh)（\(judged.group(ranking.group).zh)\(peers)）\(ranking.isTooSmall ? "：\(ranking.count) 个单位，太少不比" : "")")
        for place in ranking.places { print("\t\(place.text)\t\(judged.unit(place.unit).name)\t\(judged.points(place.points, of: ranking.rank))") }
    }
}

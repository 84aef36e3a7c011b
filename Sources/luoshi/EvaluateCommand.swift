import ArgumentParser
import Foundation
import Governance
import Rules
import Store
import Web

/// What a recount works on: two files, without a database; or a judged round of a data folder.
struct EvaluationSource: ParsableArguments {
    @Option(help: "The evaluation, a YAML file; with --facts no database is opened.") var scheme: String?
    @Option(help: "The frozen facts, a JSON file.") var facts: String?
    @Option(help: "The day as of which amounts hold; the day of the facts if it is not said.") var on: String?
    @Option(help: "Of a data folder: the layer; the last judged round if it is not said.") var layer: String?
    @OptionGroup var place: CountyFlags

    /// Both, read strictly.
    func judged() async throws -> JudgedOutcome {
        if let scheme, let facts {
            return try judged(Self.evaluation(scheme), Self.text(facts), facts)
        }
        guard scheme == nil, facts == nil else {
            throw Failure("--scheme 和 --facts 要一起写。 --scheme and --facts go together.")
        }
        let (office, profile) = try await place.open()
        let layer = self.layer
        let actor = Actor.system(of: profile.county)
        let found = try await office.read { books -> (Evaluation, String)? in
            for evaluation in try Evaluations.all(for: actor, in: books) {
                let rounds = try Assessments.all(of: evaluation.id, for: actor, in: books).flatMap {
                    try Assessments.rounds(of: $0.id, for: actor, in: books).reversed()
                }
                if let round = rounds.first(where: { $0.isJudged && (layer == nil || $0.layer == layer) }) {
                    return (evaluation.scheme, try Judgement.frozen(round.id, for: actor, in: books))
                }
            }
            return nil
        }
        try await office.database.close()
        guard let (evaluation, text) = found else { throw Failure("还没有评定过的轮次。 No round is judged yet.") }
        return try judged(evaluation, text, profile.name.zh)
    }

    /// The same facts under another scheme.
    func judged(_ facts: EvaluationFacts, by file: String) throws -> JudgedOutcome {
        let evaluation = try Self.evaluation(file)
        return try judged(evaluation, facts, file)
    }

    private func judged(_ evaluation: Evaluation, _ text: String, _ name: String) throws -> JudgedOutcome {
        let facts: EvaluationFacts
        do { facts = try JSONDecoder().decode(EvaluationFacts.self, from: Data(text.utf8)) } catch {
            throw Failure("\(name) 不是一份事实（JSON）。 \(name) is no facts file (JSON): \(error)")
        }
        return try judged(evaluation, facts, name)
    }

    private func judged(_ evaluation: Evaluation, _ facts: EvaluationFacts, _ name: String) throws
        -> JudgedOutcome
    {
        let faults = facts.faults(for: evaluation)
        guard faults.isEmpty else {
            throw Failure(faults.map { "\(name): \($0.zh) \($0.en)" }.joined(separator: "\n"))
        }
        guard let day = Day(on ?? facts.day) else {
            throw Failure("\(on ?? "") 不是 2019-10-10 这样的日期。 It is not a date like 2019-10-10.")
        }
        return JudgedOutcome(evaluation, facts, on: day)
    }

    private static func text(_ file: String) throws -> String { try CheckSchemes.text(URL(filePath: file)) }

    static func evaluation(_ file: String) throws -> Evaluation {
        let (evaluation, faults) = Evaluation.read(try CheckSchemes.text(URL(filePath: file)), .own)
        guard faults.isEmpty else {
            throw Failure(faults.map { "\(file):\($0.line): \($0.zh) \($0.en)" }.joined(separator: "\n"))
        }
        return evaluation
    }
}

/// `luoshi evaluate`: judges frozen facts by a scheme: from files alone, so that anybody can recount a
/// published outcome, or a round of a data folder.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            """
            Recount a published evaluation from its scheme and its frozen facts, without a database; or \
            a round of a data folder.
            """
    )
    @OptionGroup var source: EvaluationSource
    @Option(help: "Another scheme: say who would have moved under it.") var against: String?
    @Option(help: "Judge so many times and say how long it took: for measuring.") var times = 1
    @Option(help: "text or json.") var format = Count.Format.text

    func run() async throws {
        let judged = try await source.judged()
        if times > 1 { return try measure(judged) }
        if let against {
            let moved = MovedUnits(judged, try source.judged(judged.facts, by: against))
            if format == .json { return print(moved.json.text) }
            for move in moved.moves {
                print(
                    """
                    \(move.rule)\t\(move.name)\t\(move.before.isEmpty ? "–" : move.before) → \
                    \(move.after.isEmpty ? "–" : move.after)
                    """
                )
            }
            return print("\(moved.moves.count) differences")
        }
        if format == .json { return print(judged.json.text) }
        for score in judged.outcome.scores {
            print(
                """
                \(judged.title(score.score).zh)\t\(judged.unit(score.unit).name)\t\
                \(score.points.map { judged.points($0, of: score.score) } ?? "–")
                """
            )
            for reason in judged.reasons(score) { print("\t\(reason.zh)") }
        }
        for ranking in judged.outcome.rankings { RankCommand.show(ranking, judged) }
        for entry in judged.outcome.entries {
            let money = entry.fen.map { " \($0 / 100) 元" } ?? ""
            print(
                """
                \(judged.title(entry.incentive).zh)\t\(judged.unit(entry.unit).name)\t\
                \(entry.kind.phrase.zh)\(money)\t\(judged.reason(entry).zh)
                """
            )
        }
        for withheld in judged.outcome.withheld {
            print(
                """
                \(judged.title(withheld.incentive).zh)\t\(judged.group(withheld.group).zh)\t\
                \(judged.reason(withheld).zh)
                """
            )
        }
    }
}

extension EvaluateCommand {
    /// Dry runs of the engine alone: the facts are added up once, as a dry run of another scheme finds them.
    private func measure(_ judged: JudgedOutcome) throws {
        let facts = IndexedFacts(judged.facts)
        let began = Clock.system.now
        var entries = 0
        for _ in 0..<times {
            entries += evaluate(judged.evaluation, facts, on: judged.outcome.day).entries.count
        }
        print(
            """
            \(times) evaluations, \(entries / times) entries each, \
            \(Double(Clock.system.now.since(began)) / 1000) s
            """
        )
    }
}

/// `luoshi rank`: the orders alone.
struct RankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank", abstract: "The ranks of an evaluation, from its scheme and its frozen facts.")
    @OptionGroup var source: EvaluationSource
    @Option(help: "Only this rank.") var rank: String?
    @Option(help: "text or json.") var format = Count.Format.text

    func run() async throws {
        let judged = try await source.judged()
        let rankings = judged.outcome.rankings.filter { rank == nil || $0.rank == rank }
        if let rank, rankings.isEmpty, !judged.evaluation.ranks.contains(where: { $0.name == rank }) {
            throw Failure(
                """
                没有排名“\(rank)”。 There is no rank “\(rank)”. \
                \(judged.evaluation.ranks.map(\.name).joined(separator: ", "))
                """
            )
        }
        if format == .json { return print(JSON.array(rankings.map(judged.json)).text) }
        for ranking in rankings { Self.show(ranking, judged) }
    }

    static func show(_ ranking: Outcome.Ranking, _ judged: JudgedOutcome) {
        let peers = ranking.peers.isEmpty ? "" : "，\(ranking.peers)"
        print(
            """
            \(judged.title(ranking.rank).zh)（\(judged.group(ranking.group).zh)\(peers)）\
            \(ranking.isTooSmall ? "：\(ranking.count) 个单位，太少不比" : "")
            """
        )
        for place in ranking.places {
            print(
                """
                \t\(place.text)\t\(judged.unit(place.unit).name)\t\
                \(judged.points(place.points, of: ranking.rank))
                """
            )
        }
    }
}

package import Foundation
package import Rules
import Store

extension Event.Kind {
    static let outcomeExported = Event.Kind("round.export", zh: "导出评价", en: "Evaluation exported")
}

/// Giving a judged round out as a workbook: scores line by line, places, what follows, and what each figure
/// means.
package enum OutcomeExport {
    /// The log keeps who took what. To be called in a transaction before the table is made.
    package static func announce(
        _ round: EvaluationRound, _ judged: JudgedOutcome, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try books.record(
            Event(.outcomeExported, [("layer", round.layer)] + note(judged).details),
            about: .init("round", round.id.text), by: actor, at: now)
    }

    /// A round is written whole: the day that it was judged, and its lines.
    private static func note(_ judged: JudgedOutcome) -> ExportNote {
        ExportNote(
            [("day", judged.outcome.day.description)],
            rows: judged.outcome.scores.reduce(0) { $0 + max(1, $1.lines.count) })
    }

    /// Writes the workbook.
    package static func write(_ judged: JudgedOutcome, to file: URL, language: Language) throws {
        func words(_ zh: String, _ en: String) -> String { Phrase(zh: zh, en: en)[language] }
        func title(_ rule: String) -> String { judged.title(rule)[language] }
        let writer = try SpreadsheetWriter(
            file, name: words("得分", "Scores"),
            headings: [
                words("评分", "Score"), words("单位", "Unit"), words("得分", "Points"), words("下限", "Low"),
                words("上限", "High"), words("抽查数", "Sampled"),
                words("项目", "Line"), words("分子", "Part"), words("分母", "Whole"), words("满分", "Most"),
                words("得到", "Earned"),
            ])
        for score in judged.outcome.scores {
            func points(_ points: Int?) -> SpreadsheetWriter.Cell {
                .text(points.map { judged.points($0, of: score.score) } ?? "")
            }
            let head: [SpreadsheetWriter.Cell] = [
                .text(title(score.score)), .text(judged.unit(score.unit).name), points(score.points),
                points(score.low), points(score.high),
                .number(score.sampled),
            ]
            if score.lines.isEmpty { writer.add(head) }
            for line in score.lines {
                writer.add(
                    head + [
                        .text(title(line.item)), .number(line.part), .number(line.whole), points(line.most),
                        points(line.earned),
                    ])
            }
        }
        try writer.begin(
            words("名次", "Places"),
            headings: [
                words("排名", "Rank"), words("范围", "Group"), words("名次", "Place"), words("单位", "Unit"),
                words("得分", "Points"),
            ])
        for ranking in judged.outcome.rankings {
            for place in ranking.places {
                writer.add([
                    .text(title(ranking.rank)), .text(judged.group(ranking.group)[language]),
                    .text(place.text), .text(judged.unit(place.unit).name),
                    .text(judged.points(place.points, of: ranking.rank)),
                ])
            }
        }
        try writer.begin(
            words("奖惩", "What follows"),
            headings: [
                words("规则", "Rule"), words("种类", "Kind"), words("单位", "Unit"), words("金额（分）", "Fen"),
                words("理由", "Because"),
            ])
        for entry in judged.outcome.entries {
            writer.add([
                .text(title(entry.incentive)), .text(entry.kind.phrase[language]),
                .text(judged.unit(entry.unit).name),
                entry.fen.map { .number($0) } ?? .text(""),
                .text(judged.reason(entry)[language]),
            ])
        }
        try define(judged, writer, words, language)
        try note(judged).write(to: writer, language)
        try writer.close()
    }

    /// What each figure means and where it comes from.
    private static func define(
        _ judged: JudgedOutcome, _ writer: SpreadsheetWriter, _ words: (String, String) -> String,
        _ language: Language
    ) throws {
        try writer.begin(
            words("口径", "Definitions"),
            headings: [
                words("名称", "Name"), words("口径", "Definition"), words("条款", "Article"), words("依据", "Basis"),
            ])
        for indicator in judged.evaluation.indicators {
            let definition: String =
                switch indicator.source {
                case .figure(let name, _): JudgedFigure(rawValue: name)?.words[language] ?? name
                case .checks: words("抽查属实的 ÷ 抽查的", "found right ÷ looked at")
                case .marks(let most):
                    words(
                        "各组打分之和 ÷ 满分 \(most) 之和", "the sum of the marks ÷ the sum of the most, \(most) each")
                }
            writer.add([
                .text(indicator.title.phrase[language]), .text(definition),
                .text(indicator.basis.article.phrase[language]),
                .text(indicator.basis.says.phrase[language]),
            ])
        }
        for (rule, basis) in judged.evaluation.scores.map({ ($0.title, $0.basis) })
            + judged.evaluation.ranks.map({ ($0.title, $0.basis) })
            + judged.evaluation.incentives.map({ ($0.title, $0.basis) })
        {
            writer.add([
                .text(rule.phrase[language]), .text(""), .text(basis.article.phrase[language]),
                .text(basis.says.phrase[language]),
            ])
        }
    }
}

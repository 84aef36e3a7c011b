package import Foundation
package import Rules
import Store

extension Event.Kind {
    static let sampleExported = Event.Kind("sample.export", zh: "导出抽样", en: "Sample exported")
}

/// Giving a sample out as a workbook: what was drawn and found, the rates, and what each figure means. Nobody
/// is named in it.
package enum SampleExport {
    /// The log keeps who took what. To be called in a transaction before the table is made.
    package static func announce(
        _ sample: Sample, _ items: [SampleItem], by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try books.record(
            Event(.sampleExported, note(sample, items).details), about: .init("sample", sample.id.text),
            by: actor, at: now)
    }

    /// A sample is written whole.
    private static func note(_ sample: Sample, _ items: [SampleItem]) -> ExportNote {
        ExportNote([("purpose", sample.purpose.rawValue)], rows: items.count)
    }

    /// Writes the workbook; `name` says what a path is called.
    package static func write(
        _ sample: Sample, _ items: [SampleItem], _ survey: Survey?, to file: URL, language: Language,
        name: (String) -> String
    ) throws {
        func words(_ zh: String, _ en: String) -> String { Phrase(zh: zh, en: en)[language] }
        let questions = survey?.questions ?? []
        let writer = try SpreadsheetWriter(
            file, name: words("抽到的", "Drawn"),
            headings: [
                "#", words("编号", "Identity"), words("在哪里", "Where"), words("权重分子", "Weight, part"),
                words("权重分母", "Weight, whole"), words("结果", "Outcome"),
                words("属实", "Right"), words("方式", "Mode"), words("替换理由", "Why replaced"), words("说明", "Note"),
            ] + questions.map { $0.label.phrase[language] })
        for item in items {
            let right = item.isRight.map { $0 ? words("是", "yes") : words("否", "no") } ?? ""
            writer.add(
                [
                    .number(item.number), .text(item.item), .text(name(item.path)),
                    .number(item.weight * item.hits), .number(item.over),
                    .text(item.outcome?.words[language] ?? ""), .text(right), .text(item.mode),
                    .text(item.why), .text(item.note),
                ] + questions.map { .text(item.answers[$0.name] ?? "") })
        }
        try writer.begin(
            words("率", "Rates"),
            headings: [
                words("率", "Rate"), words("算的", "Yes"), words("答了的", "Answered"),
                words("加权（万分之）", "Weighted (1/10,000)"),
                words("下限（万分之）", "Low (1/10,000)"), words("上限（万分之）", "High (1/10,000)"),
            ])
        func add(_ title: String, _ estimate: Estimate) {
            func tenThousandths(_ share: Double?) -> SpreadsheetWriter.Cell {
                share.map { .number(Int(($0 * 10_000).rounded())) } ?? .text("")
            }
            writer.add([
                .text(title), .number(estimate.said.part), .number(estimate.said.whole),
                tenThousandths(estimate.rate),
                tenThousandths(estimate.interval?.lowerBound), tenThousandths(estimate.interval?.upperBound),
            ])
        }
        if let survey {
            for line in Surveys.lines(survey, items, by: { _ in "" }) {
                add(line.rate.title.phrase[language], line.estimate)
            }
        } else {
            add(sample.purpose.words[language], SampleFindings.standing(items, sample.purpose).estimate)
        }
        try writer.begin(
            words("口径", "Definitions"), headings: [words("名称", "Name"), words("口径", "Definition")])
        for (title, definition) in [
            (words("名单", "Frame"), "\(sample.items), SHA-256 \(sample.frameHash)"),
            (words("承诺", "Commitment"), sample.commitment),
            (words("种子", "Seed"), sample.seed ?? ""),
            (
                words("加权", "Weighted"),
                words("每个答复按抽中概率的倒数算", "each answer counts the inverse of its chance to be drawn")
            ),
            (
                words("区间", "Interval"),
                words("95% 威尔逊区间，按有效样本量", "95 % Wilson interval of the effective size")
            ),
            (words("问什么", "What is asked"), sample.purpose.question[language]),
        ] { writer.add([.text(title), .text(definition)]) }
        for rate in survey?.rates ?? [] {
            writer.add([.text(rate.title.phrase[language]), .text(rate.basis.says.phrase[language])])
        }
        try note(sample, items).write(to: writer, language)
        try writer.close()
    }
}

package import Rules
import Store

/// Asking the public: questionnaires of the schemes, the rates that their answers make, and what the records
/// say beside them.
package enum Surveys {
    /// A survey of a published evaluation by name; nil if there is none.
    static func find(_ name: String, of county: County, in books: Books) throws -> Survey? {
        for evaluation in try Evaluations.all(of: county, in: books) {
            if let survey = evaluation.scheme.surveys.first(where: { $0.name == name }) { return survey }
        }
        return nil
    }

    /// The survey that a sample asks, as it was published to all staff when the sample was frozen; nil if it
    /// asks none.
    package static func asked(by sample: Sample, for actor: Actor, in books: Books) throws -> Survey? {
        try actor.needStaff()
        return try sample.purpose == .survey ? find(for: sample, of: actor.county, in: books) : nil
    }

    static func find(for sample: Sample, of county: County, in books: Books) throws -> Survey? {
        for evaluation in try Evaluations.all(of: county, in: books)
        where evaluation.publishedAt <= sample.committedAt {
            if let survey = evaluation.scheme.surveys.first(where: { $0.name == sample.about }) {
                return survey
            }
        }
        return nil
    }

    /// The survey of a sample with its letters that wait for an answer, each with what its address is called.
    /// For who runs the evaluation of the office alone: a letter's code opens its questionnaire. Throws
    /// `Refusal.notFound` for a sample that asks no survey.
    package static func letters(of id: ID<Sample>, for actor: Actor, in books: Books) throws -> (
        survey: Survey, letters: [(item: SampleItem, label: String)]
    ) {
        try actor.needOffice(.evaluate)
        let (sample, items) = try Samples.read(id, for: actor, in: books)
        guard let survey = try asked(by: sample, for: actor, in: books) else { throw Refusal.notFound }
        return (
            survey,
            try items.filter { $0.foundAt == nil }.map {
                ($0, try Samples.label(of: $0, .survey, for: actor, in: books))
            }
        )
    }

    /// A rate of some of those who answered.
    package struct Line: Sendable {
        /// The rate, and what it is of: an area's path or a mode; empty for all.
        package var rate: Survey.Rate, of: String
        /// The weighted share of those who gave an answer that counts.
        package var estimate: Estimate
    }

    /// The rates of a drawn survey, of all, by area (so many characters of the path) or by mode.
    package static func lines(_ survey: Survey, _ items: [SampleItem], by group: (SampleItem) -> String)
        -> [Line]
    {
        survey.rates.flatMap { rate -> [Line] in
            var answers: [String: [(isYes: Bool, weight: Double)]] = [:]
            for item in items where item.outcome == .answered {
                guard let word = item.answers[rate.question] else { continue }
                let weight = Double(item.hits) * Double(item.weight) / Double(max(1, item.over))
                answers[group(item), default: []].append((rate.counts.contains(word), weight))
            }
            return answers.sorted { $0.key < $1.key }.map {
                Line(rate: rate, of: $0.key, estimate: Estimate($0.value))
            }
        }
    }

    /// Distinct people whom the records show taking part since a day: residents who reported something, by
    /// telephone number; in a county with a register distinct households that were met. Never a sum of
    /// head-counts. For who may see the whole sample.
    package static func recorded(since day: Day, for actor: Actor, in books: Books) throws -> (
        people: Int, households: Int
    ) {
        try Samples.need(actor)
        let county = actor.county
        let start = try Offices.of(county, in: books).zone.instant(day, ClockTime(minutes: 0))
        return (
            try books.count(
                """
                SELECT COUNT(DISTINCT phone_mark) FROM complainant WHERE county = \(county)
                    AND joined_at >= \(start) AND phone_mark IS NOT NULL
                """
            ),
            try books.count(
                """
                SELECT COUNT(DISTINCT household) FROM visit WHERE county = \(county) AND day >= \(day)
                    AND result = 'met' AND household IS NOT NULL
                """
            )
        )
    }

    /// The item of a token with its sample and survey, for a resident who was drawn; nil for a token that is
    /// none.
    package static func item(_ token: String, of county: County, in books: Books) throws -> (
        sample: Sample, item: SampleItem, survey: Survey
    )? {
        guard token.count == 32, token.allSatisfy(\.isHexDigit) else { return nil }
        let found = try books.first("SELECT * FROM sample_item WHERE county = \(county) AND token = \(token)")
        {
            (try $0.get("sample", as: ID<Sample>.self), try SampleItem($0))
        }
        guard let (id, item) = found else { return nil }
        let sample = try Samples.find(id, of: county, in: books)
        guard sample.purpose == .survey, let survey = try find(for: sample, of: county, in: books) else {
            return nil
        }
        return (sample, item, survey)
    }

    /// Takes the answers of a resident who holds the letter. Throws `Refusal.notNow` once the item has an
    /// outcome.
    package static func answer(
        _ answers: [String: String], with token: String, of county: County, at now: Instant, in books: Books
    ) throws {
        guard let (sample, item, survey) = try item(token, of: county, in: books) else {
            throw Refusal.notFound
        }
        guard item.foundAt == nil else {
            throw Refusal.notNow(
                Phrase(zh: "这份问卷已经答过了，谢谢。", en: "This questionnaire was answered already. Thank you."))
        }
        let taken = Dictionary(
            uniqueKeysWithValues: try QuestionForm.read(answers, survey.questions, prefix: "answer_"))
        guard !taken.isEmpty else {
            throw Refusal.invalid(
                "answer_\(survey.questions.first?.name ?? "")", zh: "请至少答一题。",
                en: "Please answer one question at least.")
        }
        try Samples.write(
            .init(.answered, mode: "qr", answers: taken), at: item.number, of: sample,
            by: .anonymous(of: county), at: now, in: books)
    }
}

import Crypto
import Foundation
package import Rules
import Store

extension Event.Kind {
    static let roundJudged = Event.Kind("round.judge", zh: "评定", en: "Round judged")
}

/// Judging a round: the facts are frozen and hashed, and what follows from them is proposed.
package enum Judgement {
    /// What a judged round came to: its outcome from the frozen facts, by the scheme as it was published.
    /// Judging publishes it to all staff, so that every unit of the comparison can recount it and object in
    /// time; who still judges does not see it.
    package static func of(_ round: EvaluationRound, for actor: Actor, in books: Books) throws
        -> JudgedOutcome
    {
        let county = actor.county
        try ScoreSheets.needSight(of: round.assessment, actor, in: books)
        guard let day = round.judgedOn else {
            throw Refusal.notNow(Phrase(zh: "这一轮还没有评定。", en: "The round is not judged yet."))
        }
        // What is frozen never changes: it is remembered by the round, whatever else happens.
        return try books.cache.versioned("judgements", most: 16).thing(round.id, of: county, version: 0) {
            let assessment = try Assessments.find(round.assessment, of: county, in: books)
            let scheme = try Evaluations.find(assessment.evaluation, of: county, in: books).scheme
            return JudgedOutcome(
                scheme, try sound(facts(of: round.id, county: county, in: books), for: scheme), on: day)
        }
    }

    /// The frozen facts as text, byte for byte as they were hashed, for whoever sees the outcome; throws
    /// `Refusal.notNow` before judging. They name units, teams and reasons, and neither households nor who
    /// marked.
    package static func frozen(_ round: ID<EvaluationRound>, for actor: Actor, in books: Books) throws
        -> String
    {
        try ScoreSheets.needSight(
            of: Assessments.round(round, of: actor.county, in: books).assessment, actor, in: books)
        return try frozen(round, county: actor.county, in: books)
    }

    private static func frozen(_ round: ID<EvaluationRound>, county: County, in books: Books) throws -> String
    {
        let text = try books.first(
            "SELECT facts FROM evaluation_round WHERE county = \(county) AND id = \(round)"
        ) {
            try $0.optional("facts", as: String.self)
        }
        guard let text = text ?? nil else {
            throw Refusal.notNow(Phrase(zh: "这一轮还没有评定。", en: "The round is not judged yet."))
        }
        return text
    }

    /// Facts that fit the scheme; nothing is judged by others, whether they were collected or lay frozen.
    /// Throws `StoreError.unreadable` with the first fault.
    private static func sound(_ facts: EvaluationFacts, for scheme: Evaluation) throws -> EvaluationFacts {
        if let fault = facts.faults(for: scheme).first {
            throw StoreError.unreadable("facts that fit the scheme", .text(fault.en))
        }
        return facts
    }

    private static func facts(of round: ID<EvaluationRound>, county: County, in books: Books) throws
        -> EvaluationFacts
    {
        try JSONDecoder().decode(
            EvaluationFacts.self, from: Data(frozen(round, county: county, in: books).utf8))
    }

    /// How a round would stand today: for who runs it, not while they judge themselves.
    package static func standing(_ round: EvaluationRound, for actor: Actor, on day: Day, in books: Books)
        throws -> JudgedOutcome
    {
        try actor.needOffice(.evaluate)
        try ScoreSheets.needSight(of: round.assessment, actor, in: books)
        let assessment = try Assessments.find(round.assessment, of: actor.county, in: books)
        let evaluation = try Evaluations.find(assessment.evaluation, of: actor.county, in: books)
        let facts = try FactCollection.collect(
            assessment, of: evaluation, layer: round.layer, county: actor.county, on: day, in: books)
        return JudgedOutcome(evaluation.scheme, try sound(facts, for: evaluation.scheme), on: day)
    }

    /// Judges a round whose sheets are all handed in: freezes the facts and proposes what follows. Throws
    /// `Refusal.notNow` while something is open.
    package static func judge(_ id: ID<EvaluationRound>, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try EvaluationRound.needOffice(for: .judge, by: actor)
        let county = actor.county
        let round = try Assessments.round(id, of: county, in: books)
        let inquiry = try inquiry(round, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .judge) { throw refusal }
        let day = inquiry.today
        let assessment = try Assessments.find(round.assessment, of: county, in: books)
        let evaluation = try Evaluations.find(assessment.evaluation, of: county, in: books)
        let facts = try sound(
            FactCollection.collect(
                assessment, of: evaluation, layer: round.layer, county: county, on: day, in: books),
            for: evaluation.scheme)
        let text = try self.text(facts)
        let hash = SHA256.hash(data: Data(text.utf8)).hex
        try books.change(
            """
            UPDATE evaluation_round SET judged_on = \(day), judged_at = \(now), judged_by = \(actor.person),
                facts = \(text), facts_hash = \(hash)
            WHERE county = \(county) AND id = \(id) AND judged_at IS NULL
            """)
        let judged = JudgedOutcome(evaluation.scheme, facts, on: day)
        let proposed = try Ledger.propose(judged, of: round, by: actor, at: now, in: books)
        try books.record(
            Event(
                .roundJudged,
                [
                    ("layer", round.layer), ("facts", hash), ("scheme", evaluation.hash),
                    ("entries", "\(proposed)"),
                ]), about: .init("round", id.text), by: actor,
            as: .evaluate, at: now)
    }

    /// The canonical text of facts: keys in order, so that the same facts have the same hash.
    package static func text(_ facts: EvaluationFacts) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(facts), as: UTF8.self)
    }
}

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
        try actor.needOffice(.evaluate)
        let county = actor.county, day = try Offices.of(county, in: books).zone.day(of: now)
        let round = try Assessments.round(id, of: county, in: books)
        guard !round.isJudged else {
            throw Refusal.notNow(Phrase(zh: "这一轮已经评定。", en: "The round is judged already."))
        }
        let rounds = try Assessments.rounds(of: round.assessment, county: county, in: books)
        if let earlier = rounds.first(where: { $0.number < round.number && !$0.isJudged }) {
            throw Refusal.notNow(
                Phrase(
                    zh: "前一轮“\(earlier.layer)”还没有评定。",
                    en: "The round “\(earlier.layer)” before it is not judged yet."))
        }
        let sheets = try ScoreSheets.all(of: id, county: county, in: books)
        let assessment = try Assessments.find(round.assessment, of: county, in: books)
        let evaluation = try Evaluations.find(assessment.evaluation, of: county, in: books)
        guard let layer = evaluation.scheme.layers.first(where: { $0.name == round.layer }) else {
            throw Refusal.notFound
        }
        // A layer in which nothing is marked has nothing to hand in.
        if !ScoreSheets.marked(in: layer, of: evaluation.scheme).isEmpty,
            let open = sheets.first(where: { $0.state == .open })
        {
            let count = sheets.count { $0.state == .open }
            throw Refusal.notNow(
                Phrase(
                    zh: "还有 \(count) 张表没有交，比如\(open.teamName)。",
                    en: "\(count) sheets are not handed in, such as that of \(open.teamName)."))
        }
        let open = try books.count(
            """
            SELECT COUNT(*) FROM sample_item i JOIN sample s ON s.county = i.county AND s.id = i.sample
            WHERE i.county = \(county) AND s.round = \(id) AND i.found_at IS NULL
            """)
        guard open == 0 else {
            throw Refusal.notNow(
                Phrase(zh: "抽到的还有 \(open) 个没有查。", en: "\(open) sampled items are not looked at yet."))
        }
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

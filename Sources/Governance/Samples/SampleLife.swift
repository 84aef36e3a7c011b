package import Rules
import Store

/// What can happen to a sample as a whole.
package enum SampleVerb: String, LifecycleVerb { case draw, assign }

/// What can happen to one thing that was drawn.
package enum SampleItemVerb: String, LifecycleVerb { case find, replace }

extension Sample: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = SampleVerb
    /// Whether it is drawn.
    package enum State: String, LifecycleState {
        case committed, drawn
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .committed: Phrase(zh: "已冻结，等抽", en: "frozen, not drawn")
            case .drawn: Phrase(zh: "已抽", en: "drawn")
            }
        }
    }

    /// What its guards ask besides the row.
    package struct Circumstances: Sendable {
        /// How many of what was drawn nobody was asked to look at.
        package var unassigned: Int
    }

    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这次抽样", en: "The sample")
    /// Where it stands.
    package var state: State { drawnAt == nil ? .committed : .drawn }

    /// A sample is drawn once; what was drawn is shared out as often as something has nobody.
    package static let lifecycle: [Transition<Sample>] = [
        .init(
            .draw, Phrase(zh: "抽", en: "Draw"), from: [.committed], to: .drawn, needs: .evaluate,
            elsewhere: Phrase(zh: "已经抽过了。", en: "It was drawn already."), guards: [.office(.evaluate)]),
        .init(
            .assign, Phrase(zh: "平均分派", en: "Share out"), from: [.drawn], needs: .evaluate,
            elsewhere: Phrase(zh: "还没有抽。", en: "It is not drawn yet."),
            guards: [.office(.evaluate), .somebodyMissing], form: SampleForm.assign),
    ]
}

extension SampleItem: LifecycleRecord {
    /// What can happen to it.
    package typealias Verb = SampleItemVerb
    /// Whether somebody looked.
    package enum State: String, LifecycleState {
        case waiting, found
        /// What it is called.
        package var words: Phrase {
            switch self {
            case .waiting: Phrase(zh: "没有看", en: "not yet looked at")
            case .found: Phrase(zh: "已有结果", en: "looked at")
            }
        }
    }

    /// What its guards ask besides the row.
    package struct Circumstances: Sendable {
        /// The sample that it is of.
        package var sample: Sample
        /// Whether the round that the sample serves is judged; whether the frame has another to take its
        /// place.
        var isRoundJudged = false, hasNext = false
    }

    /// What it is called in a sentence.
    package static let noun = Phrase(zh: "这一个", en: "The item")
    /// Where it stands.
    package var state: State { foundAt == nil ? .waiting : .found }
    /// Whether it came to nothing, so that another may take its place.
    var isInVain: Bool { outcome == .refused || outcome == .unreachable }

    /// What was drawn is looked at once, by who was asked to; who could not be asked is replaced. What a
    /// finding asks depends on the sample: `SampleForm.finding`.
    package static let lifecycle: [Transition<SampleItem>] = [
        .init(
            .find, Phrase(zh: "记下", en: "Record"), from: [.waiting], to: .found,
            elsewhere: Phrase(zh: "已经有结果了。", en: "It was looked at already."),
            guards: [.asked, .roundNotJudged]),
        .init(
            .replace, Phrase(zh: "替换", en: "Replace"), from: [.found], needs: .evaluate,
            elsewhere: onlyInVain, guards: [.office(.evaluate), .inVain, .notBySize, .somethingLeft],
            form: SampleForm.replace),
    ]

    fileprivate static let onlyInVain = Phrase(
        zh: "只替换拒绝或者联系不上的。", en: "Only who refused or could not be reached is replaced.")
}

extension Guard where Record == Sample {
    fileprivate static let somebodyMissing = Guard.fact {
        $0.circumstances.unassigned > 0 ? nil : Samples.allOfTheLine
    }
}

extension Guard where Record == SampleItem {
    /// The clockwork looks at nothing: this holds for it as well.
    fileprivate static let asked = Guard.fact {
        $0.actor.person != nil && $0.record.assignee == $0.actor.person ? nil : .notFound
    }
    fileprivate static let roundNotJudged = Guard.fact {
        $0.circumstances.isRoundJudged
            ? .notNow(Phrase(zh: "这一轮已经评定，结果不再收。", en: "The round is judged; nothing is taken any more."))
            : nil
    }
    fileprivate static let inVain = Guard.fact {
        $0.record.isInVain ? nil : .notNow(SampleItem.onlyInVain)
    }
    fileprivate static let notBySize = Guard.fact {
        $0.circumstances.sample.design != .pps
            ? nil
            : .notNow(
                Phrase(
                    zh: "按大小抽的不替换，没问到的如实记。",
                    en:
                        """
                        A sample in proportion to size is not replaced: who was not asked is counted as \
                        such.
                        """
                ))
    }
    fileprivate static let somethingLeft = Guard.fact { $0.circumstances.hasNext ? nil : Samples.nothingLeft }
}

extension Samples {
    static let allOfTheLine = Refusal.invalid(
        "person", zh: "这些人都在被抽查的那条线上，请换人。",
        en: "These people are all of the line that is looked at. Choose others.")
    static let nothingLeft = Refusal.notNow(
        Phrase(zh: "没有可替换的了。", en: "Nothing is left to take its place."))

    /// A sample, with what was drawn for it, before somebody.
    package static func inquiry(
        _ sample: Sample, _ items: [SampleItem], for actor: Actor, at now: Instant, in books: Books
    ) throws -> Inquiry<Sample> {
        Inquiry(
            sample, .init(unassigned: items.count { $0.assignee == nil }), actor: actor, now: now,
            today: try Offices.of(actor.county, in: books).zone.day(of: now))
    }

    /// Items of samples before somebody, in their order, with everything that their life table asks: a few
    /// questions for all of them together.
    package static func inquiries(
        _ found: [(sample: ID<Sample>, item: SampleItem)], for actor: Actor, at now: Instant, in books: Books
    ) throws -> [Inquiry<SampleItem>] {
        guard !found.isEmpty else { return [] }
        let county = actor.county
        let today = try Offices.of(county, in: books).zone.day(of: now)
        let samples = try books.all(
            """
            SELECT \(Sample.columns) FROM sample s WHERE s.county = \(county)
                AND s.id IN (\(list: Array(Set(found.map(\.sample)))))
            """, Sample.init)
        let known = Dictionary(samples.map { ($0.id, $0) }) { first, _ in first }
        let judged = Set(
            try books.all(
                """
                SELECT id FROM evaluation_round WHERE county = \(county) AND judged_at IS NOT NULL
                    AND id IN (\(list: Array(Set(samples.compactMap(\.round)))))
                """
            ) { try $0.get("id", as: ID<EvaluationRound>.self) })
        // A frame is long: it is read only where something might be replaced.
        var next: [ID<Sample>: Set<String>] = [:]
        for (id, part) in Dictionary(grouping: found.filter(\.item.isInVain), by: \.sample) {
            guard let sample = known[id], sample.design != .pps else { continue }
            next[id] = try replaceable(part.map(\.item), of: sample, county: county, in: books)
        }
        return try found.map { id, item in
            guard let sample = known[id] else { throw Refusal.notFound }
            return Inquiry(
                item,
                .init(
                    sample: sample, isRoundJudged: sample.round.map(judged.contains) ?? false,
                    hasNext: next[id]?.contains(item.item) ?? false),
                actor: actor, now: now, today: today)
        }
    }

    /// One item before somebody.
    package static func inquiry(
        _ item: SampleItem, of sample: ID<Sample>, for actor: Actor, at now: Instant, in books: Books
    ) throws -> Inquiry<SampleItem> {
        guard let one = try inquiries([(sample, item)], for: actor, at: now, in: books).first else {
            throw Refusal.notFound
        }
        return one
    }

    /// Which of some items another of the frame could take the place of: one of the same stratum, where the
    /// draw went by strata.
    private static func replaceable(
        _ items: [SampleItem], of sample: Sample, county: County, in books: Books
    ) throws -> Set<String> {
        let (frame, _) = try secret(sample.id, of: county, in: books)
        let drawn = Set(try self.items(of: sample.id, county: county, in: books).map(\.item))
        let left = frame.items.filter { !drawn.contains($0.id) }
        let asked = Set(items.map(\.item))
        guard sample.design == .stratified else { return left.isEmpty ? [] : asked }
        let strata = Set(left.map(\.stratum))
        return Set(
            frame.items.filter { asked.contains($0.id) && strata.contains($0.stratum) }.map(\.id))
    }

    /// What somebody was asked to look at and still can: nothing of a round that is judged.
    package static func ready(for actor: Actor, at now: Instant, in books: Books) throws -> [(
        sample: ID<Sample>, item: SampleItem
    )] {
        guard let person = actor.person else { return [] }
        let waiting = try waiting(for: person, county: actor.county, in: books)
        return zip(waiting, try inquiries(waiting, for: actor, at: now, in: books)).filter {
            $1.refusal(of: .find) == nil
        }.map(\.0)
    }
}

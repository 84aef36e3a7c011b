import Foundation
package import Rules
import Store

extension Event.Kind {
    static let sampleCommitted = Event.Kind("sample.commit", zh: "冻结抽样名单", en: "Sample frame frozen")
    static let sampleDrawn = Event.Kind("sample.draw", zh: "抽样", en: "Sample drawn")
    static let sampleAssigned = Event.Kind("sample.assign", zh: "分派抽查", en: "Sample shared out")
    static let sampleFound = Event.Kind("sample.find", zh: "抽查结果", en: "Sample looked at")
    static let sampleReplaced = Event.Kind("sample.replace", zh: "替换样本", en: "Sample replaced")
}

/// Freezing, drawing, sharing out, looking, replacing.
package enum Samples {
    /// What is asked for when a sample is committed to.
    package struct Draft: Sendable {
        /// The purpose, the round that it serves, and the indicator or survey that it is about.
        package var purpose: Sample.Purpose, round: ID<EvaluationRound>?, about: String
        /// The design, how many, the least of each stratum.
        package var design: SampleDesign, size: Int, least: Int
        /// A sample to draw.
        package init(
            _ purpose: Sample.Purpose, round: ID<EvaluationRound>? = nil, about: String = "",
            design: SampleDesign = .stratified, size: Int, least: Int = 0
        ) {
            (self.purpose, self.round, self.about, self.design, self.size, self.least) = (
                purpose, round, about, design, size, least
            )
        }
    }

    /// Samples name households, cases and who looks at them, of the whole office: they are for who runs the
    /// evaluation of the office and for its auditors. Whoever looks at an item has that item alone.
    package static func need(_ actor: Actor) throws {
        guard !actor.mayOffice(.readLog) else { return }
        try actor.needOffice(.evaluate)
    }

    /// The samples of the county, newest first.
    package static func all(for actor: Actor, in books: Books) throws -> [Sample] {
        try need(actor)
        return try all(of: actor.county, in: books)
    }

    /// The samples of a county, newest first; of a round if one is given.
    static func all(of county: County, round: ID<EvaluationRound>? = nil, in books: Books) throws -> [Sample]
    {
        let only: SQL = round.map { "s.round = \($0)" } ?? "1 = 1"
        return try books.all(
            """
            SELECT \(Sample.columns) FROM sample s WHERE s.county = \(county) AND \(only)
                ORDER BY s.committed_at DESC, s.id DESC
            """,
            Sample.init)
    }

    /// A sample with what was drawn, by number. Throws `Refusal.notNow` while the reader still judges in the
    /// round that it serves.
    package static func read(_ id: ID<Sample>, for actor: Actor, in books: Books) throws -> (
        sample: Sample, items: [SampleItem]
    ) {
        try need(actor)
        let sample = try find(id, of: actor.county, in: books)
        if let round = try sample.round.map({ try Assessments.round($0, of: actor.county, in: books) }) {
            try ScoreSheets.needSight(of: round.assessment, actor, in: books)
        }
        return (sample, try items(of: id, county: actor.county, in: books))
    }

    /// One item of a sample, for whoever was asked to look at it. Throws `Refusal.notFound` for everybody
    /// else.
    package static func item(_ number: Int, of id: ID<Sample>, for actor: Actor, in books: Books) throws -> (
        sample: Sample, item: SampleItem
    ) {
        let sample = try find(id, of: actor.county, in: books)
        guard let person = actor.person,
            let item = try items(of: id, county: actor.county, in: books).first(where: { $0.number == number }
            ), item.assignee == person
        else { throw Refusal.notFound }
        return (sample, item)
    }

    /// A sample by identity; throws `Refusal.notFound`.
    static func find(_ id: ID<Sample>, of county: County, in books: Books) throws -> Sample {
        guard
            let found = try books.first(
                "SELECT \(Sample.columns) FROM sample s WHERE s.county = \(county) AND s.id = \(id)",
                Sample.init)
        else {
            throw Refusal.notFound
        }
        return found
    }

    /// What was drawn, by number.
    static func items(of sample: ID<Sample>, county: County, in books: Books) throws -> [SampleItem] {
        try books.all(
            "SELECT * FROM sample_item WHERE county = \(county) AND sample = \(sample) ORDER BY number",
            SampleItem.init)
    }

    /// What somebody still has to look at.
    static func waiting(for person: ID<Person>, county: County, in books: Books) throws -> [(
        sample: ID<Sample>, item: SampleItem
    )] {
        try books.all(
            """
            SELECT * FROM sample_item WHERE county = \(county) AND assignee = \(person)
                AND found_at IS NULL ORDER BY path, sample, number
            """
        ) { (try $0.get("sample"), try SampleItem($0)) }
    }

    /// Freezes the frame and commits to a seed that nobody has seen. Throws `Refusal.invalid` if there is
    /// nothing to draw from.
    @discardableResult
    package static func commit(_ draft: Draft, by actor: Actor, at now: Instant, in books: Books) throws
        -> Sample
    {
        try actor.needOffice(.evaluate)
        let county = actor.county, day = try Offices.of(county, in: books).zone.day(of: now)
        if let fault = SampleDraw.fault(draft.size, least: draft.least) {
            throw Refusal.invalid([.init("size", fault.phrase)])
        }
        var (campaign, since, until) = (
            try Campaigns.current(of: county, on: day, in: books), nil as Day?, day
        )
        if let round = try draft.round.map({ try Assessments.round($0, of: county, in: books) }) {
            guard !round.isJudged else {
                throw Refusal.notNow(Phrase(zh: "这一轮已经评定。", en: "The round is judged already."))
            }
            let assessment = try Assessments.find(round.assessment, of: county, in: books)
            let scheme = try Evaluations.find(assessment.evaluation, of: county, in: books).scheme
            campaign =
                try Campaigns.all(of: county, in: books).first { $0.name == scheme.campaign } ?? campaign
            (since, until) = (assessment.since, min(assessment.until, day))
            let isKnown =
                draft.purpose == .survey
                ? scheme.surveys.contains { $0.name == draft.about }
                : draft.about.isEmpty
                    || scheme.indicators.contains { $0.name == draft.about && $0.source == .checks }
            guard isKnown else {
                throw Refusal.invalid(
                    "about", zh: "方案里没有“\(draft.about)”这一项抽查。",
                    en: "The scheme has no sampled check “\(draft.about)”.")
            }
        }
        let survey = draft.purpose == .survey ? try Surveys.find(draft.about, of: county, in: books) : nil
        let entries = try SampleFrames.read(
            draft.purpose, survey: survey, campaign: campaign, since: since, until: until, of: county,
            in: books)
        guard !entries.isEmpty else {
            throw Refusal.notNow(Phrase(zh: "没有可以抽的。", en: "There is nothing to draw from."))
        }
        let frame = SampleFrame(entries.map(\.item))
        guard let seed = SampleSeed(books.chance.bytes(32).hex) else {
            preconditionFailure("32 bytes make a seed")
        }
        let id: ID<Sample> = books.newID(at: now)
        let size = min(draft.size, entries.count)
        let title = Phrase(zh: "\(draft.purpose.words.zh) \(day)", en: "\(draft.purpose.words.en), \(day)")
        try books.change(
            """
            INSERT INTO sample (county, id, purpose, round, about, title_zh, title_en, design, size, least,
                frame, frame_hash, items, commitment, seed,
                committed_at, committed_by)
            VALUES (\(county), \(id), \(draft.purpose), \(draft.round), \(draft.about), \(title.zh),
                \(title.en), \(draft.design.rawValue), \(size),
                \(draft.least), \(frame.items.map(\.line).joined()), \(frame.hash), \(entries.count),
                    \(seed.commitment), \(seed.text), \(now), \(actor.person))
            """)
        try books.record(
            Event(
                .sampleCommitted,
                [
                    ("purpose", draft.purpose.rawValue), ("design", draft.design.rawValue),
                    ("size", "\(size)"), ("items", "\(entries.count)"),
                    ("frame", frame.hash), ("commitment", seed.commitment),
                ]), about: .init("sample", id.text), by: actor, as: .evaluate, at: now)
        return try find(id, of: county, in: books)
    }

    /// Draws from the frozen frame and publishes the seed.
    package static func draw(_ id: ID<Sample>, by actor: Actor, at now: Instant, in books: Books) throws {
        try Sample.needOffice(for: .draw, by: actor)
        let county = actor.county
        let sample = try find(id, of: county, in: books)
        let inquiry = try inquiry(sample, [], for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .draw) { throw refusal }
        let (frame, seed) = try secret(id, of: county, in: books)
        let drawn = SampleDraw.draw(sample.design, sample.size, from: frame, least: sample.least, seed: seed)
        let sizes = Dictionary(frame.items.map { ($0.id, $0.size) }) { first, _ in first }
        try books.change(
            """
            UPDATE sample SET drawn_at = \(now), drawn_by = \(actor.person) WHERE county = \(county)
                AND id = \(id) AND drawn_at IS NULL
            """
        )
        for (number, item) in drawn.enumerated() {
            try add(
                item, size: sizes[item.id] ?? 1, number: number + 1, to: sample, county: county, in: books)
        }
        try books.record(
            Event(.sampleDrawn, [("drawn", "\(drawn.count)"), ("seed", seed.text)]),
            about: .init("sample", id.text), by: actor, as: .evaluate, at: now)
    }

    static func secret(_ id: ID<Sample>, of county: County, in books: Books) throws -> (
        SampleFrame, SampleSeed
    ) {
        let row = try books.first("SELECT frame, seed FROM sample WHERE county = \(county) AND id = \(id)") {
            (try $0.get("frame", as: String.self), try $0.get("seed", as: String.self))
        }
        guard let row, let seed = SampleSeed(row.1) else { throw Refusal.notFound }
        let items = try row.0.split(separator: "\n").map { line in
            guard let item = SampleFrame.Item(line: line) else {
                throw StoreError.unreadable("a line of a frame", .text(String(line.prefix(80))))
            }
            return item
        }
        return (SampleFrame(items), seed)
    }

    private static func add(
        _ drawn: DrawnItem, size: Int, number: Int, inPlaceOf: String = "", why: String = "",
        to sample: Sample, county: County, in books: Books
    ) throws {
        let (path, unit, word) = try place(of: drawn.id, sample.purpose, county: county, in: books)
        try books.change(
            """
            INSERT INTO sample_item (county, sample, number, item, path, unit, size, hits, weight,
                over_weight, in_place_of, why, first_word, second_word, mode,
                answers, note, token)
            VALUES (\(county), \(sample.id), \(number), \(drawn.id), \(path), \(unit), \(size), \(drawn.hits),
                \(drawn.weight), \(drawn.over), \(inPlaceOf), \(why),
                \(word), '', '', '{}', '', \(books.chance.bytes(16).hex))
            """)
    }

    private static func isPoint(_ item: String, county: County, in books: Books) throws -> Bool {
        try books.count("SELECT COUNT(*) FROM point WHERE county = \(county) AND id = \(item)") > 0
    }

    /// Where an item lies, whose work it shows, and what the first look said.
    private static func place(of item: String, _ purpose: Sample.Purpose, county: County, in books: Books)
        throws -> (String, ID<Unit>?, String)
    {
        let found: (String, ID<Unit>?, String)?
        switch purpose {
        case .visits:
            found = try books.first(
                """
                SELECT v.village_path AS path, p.unit, w.result FROM visit w
                    JOIN post p ON p.county = w.county AND p.id = w.post
                JOIN household_version v ON v.county = w.county AND v.id = w.household
                    AND \(AsOf.present.condition("v"))
                WHERE w.county = \(county) AND w.id = \(item)
                """
            ) { (try $0.get("path"), try $0.get("unit"), try $0.get("result")) }
        case .cases:
            found = try books.first(
                "SELECT territory_path, unit FROM case_file WHERE county = \(county) AND id = \(item)"
            ) {
                (try $0.get("territory_path"), try $0.optional("unit"), "solved")
            }
        case .survey where try isPoint(item, county: county, in: books):
            found = try books.first(
                """
                SELECT t.path FROM point o JOIN territory t ON t.id = o.territory
                    WHERE o.county = \(county) AND o.id = \(item)
                """
            ) { (try $0.get("path"), nil, "") }
        default:
            found = try books.first(
                """
                SELECT v.village_path FROM household_version v WHERE v.county = \(county)
                    AND v.id = \(item) AND \(AsOf.present.condition("v"))
                """
            ) {
                (try $0.get("village_path"), nil, "")
            }
        }
        return found ?? ("", nil, "")
    }

    /// Shares what nobody looks at yet out among people, evenly and in the order of the land; nobody is given
    /// the own line. Answers how many were given out.
    @discardableResult
    package static func assign(
        _ id: ID<Sample>, to people: [ID<Person>], by actor: Actor, at now: Instant, in books: Books
    ) throws -> Int {
        try Sample.needOffice(for: .assign, by: actor)
        let county = actor.county
        let sample = try find(id, of: county, in: books)
        let items = try items(of: id, county: county, in: books)
        let inquiry = try inquiry(sample, items, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .assign) { throw refusal }
        let day = inquiry.today
        var loads = try people.map {
            (person: $0, seats: try Tenures.seats(of: $0, of: county, on: day, in: books), load: 0)
        }
        guard !loads.isEmpty else { throw Refusal.invalid("person", zh: "请选择抽查的人。", en: "Choose who looks.") }
        let fitting = Set(try candidates(county: county, on: day, in: books).map(\.id))
        guard people.allSatisfy(fitting.contains) else {
            throw Refusal.invalid(
                "person", zh: "抽查由本机构的核查、调度和领导岗位来做。",
                en: "Checkers, dispatchers and leaders of the office look at samples.")
        }
        var supported: [ID<Unit>: [String]] = [:]
        try books.transaction.each(
            """
            SELECT s.unit, t.path FROM support_link s JOIN territory t ON t.id = s.village
                WHERE s.county = \(county) AND s.since <= \(day) AND s.until > \(day)
            """
        ) { supported[try $0.get("unit"), default: []].append(try $0.get("path")) }
        let links = supported
        var given = 0
        for item in items.sorted(by: { $0.path < $1.path }) where item.assignee == nil {
            let fit = try loads.indices.filter {
                try !isOwnLine(
                    loads[$0].seats, loads[$0].person, item, sample, links, county: county, books: books)
            }
            guard let least = fit.min(by: { (loads[$0].load, $0) < (loads[$1].load, $1) }) else { continue }
            try books.change(
                """
                UPDATE sample_item SET assignee = \(loads[least].person) WHERE county = \(county)
                    AND sample = \(id) AND number = \(item.number)
                """
            )
            loads[least].load += 1
            given += 1
        }
        guard given > 0 else { throw allOfTheLine }
        try books.record(
            Event(
                .sampleAssigned,
                [("given", "\(given)"), ("people", people.map(\.text).joined(separator: " "))]),
            about: .init("sample", id.text), by: actor,
            as: .evaluate, at: now)
        return given
    }

    /// Who lives off the figure does not look at it: the land's own posts below the county, the unit's own
    /// people, the first visitor.
    private static func isOwnLine(
        _ seats: [Actor.Seat], _ person: ID<Person>, _ item: SampleItem, _ sample: Sample,
        _ supported: [ID<Unit>: [String]], county: County, books: Books
    ) throws
        -> Bool
    {
        let office = try Offices.of(county, in: books).territory.path
        if seats.contains(where: {
            $0.path.count > office.count && item.path.hasPrefix($0.path) || $0.unit == item.unit
        }) {
            return true
        }
        if seats.contains(where: { supported[$0.unit]?.contains { item.path.hasPrefix($0) } == true }) {
            return true
        }
        guard sample.purpose == .visits, let visit = ID<Visit>(item.item) else { return false }
        return try Visits.find(visit, of: county, in: books)?.person == person
    }

    /// What somebody found at an item.
    package struct Finding: Sendable {
        /// What came of it, and whether it was right; nil where nobody answered.
        package var outcome: SampleItem.Outcome, isRight: Bool?
        /// What the second look found in a word, how it was asked, the answers, and a note.
        package var word: String, mode: String, answers: [String: String], note: String
        /// A finding.
        package init(
            _ outcome: SampleItem.Outcome, isRight: Bool? = nil, word: String = "", mode: String = "home",
            answers: [String: String] = [:], note: String = ""
        ) {
            (self.outcome, self.isRight, self.word, self.mode, self.answers, self.note) = (
                outcome, isRight, word, mode, answers, note
            )
        }
    }

    /// Writes down what was found. Throws `Refusal.notFound` for somebody else's item, `Refusal.notNow` once
    /// it was looked at.
    package static func find(
        _ finding: Finding, at number: Int, of id: ID<Sample>, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        let sample = try open(number, of: id, for: actor, at: now, in: books)
        let day = try Offices.of(actor.county, in: books).zone.day(of: now)
        let questions = try questions(of: sample, county: actor.county, on: day, in: books)
        try take(finding, questions, at: number, of: sample, by: actor, at: now, in: books)
    }

    /// Writes down what a form says, and answers it. A field that the form does not have is refused where
    /// `isStrict`. Throws like `find`, before what was written is read.
    @discardableResult
    package static func find(
        _ input: FormInput, isStrict: Bool, at number: Int, of id: ID<Sample>, by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> Finding {
        let sample = try open(number, of: id, for: actor, at: now, in: books)
        let day = try Offices.of(actor.county, in: books).zone.day(of: now)
        let questions = try questions(of: sample, county: actor.county, on: day, in: books)
        let form = SampleForm.finding(
            sample.purpose, questions, isAnswered: input["outcome"] == SampleItem.Outcome.answered.rawValue)
        if isStrict { try form.refuseOthers(in: input, besides: ["right", "nobody_came"]) }
        // What a sample does not ask may be sent empty, and is not taken.
        let isAskedRight = form.contains { $0.name == "right" }
        if !isAskedRight, !input["right"].isEmpty {
            throw Refusal.invalid("right", zh: "这个抽查不问是否属实。", en: "This sample does not ask that.")
        }
        if sample.purpose != .visits, try input.flag("nobody_came") {
            throw Refusal.invalid("nobody_came", zh: "只有走访复核问这一项。", en: "Only a second visit asks that.")
        }
        let values = try form.read(input)
        let finding = Finding(
            try values.choice("outcome"), isRight: values.optionalFlag("right"),
            word: values.flag("nobody_came") ? SampleFindings.nobodyCame : "",
            mode: values.optionalText("mode") ?? "home", answers: input.under(SampleForm.answers),
            note: values["note"])
        try take(finding, questions, at: number, of: sample, by: actor, at: now, in: books)
        return finding
    }

    /// The sample of an item that somebody still has to look at. Throws `Refusal.notFound` for somebody
    /// else's, `Refusal.notNow` once it was looked at or its round is judged.
    private static func open(
        _ number: Int, of id: ID<Sample>, for actor: Actor, at now: Instant, in books: Books
    ) throws -> Sample {
        guard actor.person != nil else { throw Refusal.signInFirst }
        let (sample, item) = try item(number, of: id, for: actor, in: books)
        let inquiry = try inquiry(item, of: id, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .find) { throw refusal }
        return sample
    }

    /// Looks a finding through and writes it.
    private static func take(
        _ finding: Finding, _ questions: [Scheme.Question], at number: Int, of sample: Sample,
        by actor: Actor, at now: Instant, in books: Books
    ) throws {
        guard finding.outcome != .replaced else {
            throw Refusal.invalid("outcome", zh: "请选择结果。", en: "Choose what came of it.")
        }
        guard finding.outcome != .answered || sample.purpose == .survey || finding.isRight != nil else {
            throw Refusal.invalid("right", zh: "请回答是或否。", en: "Answer yes or no.")
        }
        let note = try Check.optionalText(finding.note, field: "note", most: 500)
        if finding.isRight == false, note.isEmpty {
            throw Refusal.invalid("note", zh: "不属实的请写明哪里不对。", en: "Say what is not right.")
        }
        var made = finding
        made.answers = Dictionary(
            uniqueKeysWithValues: try QuestionForm.read(
                finding.answers, questions, prefix: SampleForm.answers))
        made.note = note
        try write(made, at: number, of: sample, by: actor, at: now, in: books)
    }

    /// Writes a finding that was looked through.
    static func write(
        _ finding: Finding, at number: Int, of sample: Sample, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        let county = actor.county
        let answers = JSON.object(
            finding.answers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }
        ).text
        let changed = try books.change(
            """
            UPDATE sample_item SET outcome = \(finding.outcome),
                is_right = \(finding.outcome == .answered ? finding.isRight : nil),
                second_word = \(finding.word), mode = \(finding.mode), answers = \(answers),
                    note = \(finding.note), person = \(actor.person), found_at = \(now)
            WHERE county = \(county) AND sample = \(sample.id) AND number = \(number) AND found_at IS NULL
            """)
        guard changed == 1 else { throw Refusal.changedMeanwhile }
        try books.record(
            Event(
                .sampleFound,
                [("number", "\(number)"), ("outcome", finding.outcome.rawValue), ("mode", finding.mode)]),
            about: .init("sample", sample.id.text), by: actor, at: now)
    }

    /// Takes the next of the same stratum in place of one that nobody could ask, with the reason.
    package static func replace(
        _ number: Int, why: String, of id: ID<Sample>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try SampleItem.needOffice(for: .replace, by: actor)
        let county = actor.county
        let sample = try find(id, of: county, in: books)
        let all = try items(of: id, county: county, in: books)
        guard let item = all.first(where: { $0.number == number }) else { throw Refusal.notFound }
        let inquiry = try inquiry(item, of: id, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .replace) { throw refusal }
        let why = try Check.text(why, field: "why", most: 200)
        let (frame, seed) = try secret(id, of: county, in: books)
        let stratum = sample.design == .stratified ? frame.items.first { $0.id == item.item }?.stratum : nil
        guard
            let next = SampleDraw.replacement(
                after: Set(all.map(\.item)), stratum: stratum, in: frame, seed: seed)
        else { throw nothingLeft }
        try books.change(
            """
            UPDATE sample_item SET outcome = \(SampleItem.Outcome.replaced) WHERE county = \(county)
                AND sample = \(id) AND number = \(number)
            """
        )
        let drawn = DrawnItem(
            id: next.id, stratum: next.stratum, hits: item.hits, weight: item.weight, over: item.over)
        try add(
            drawn, size: next.size, number: all.count + 1, inPlaceOf: item.item, why: why, to: sample,
            county: county, in: books)
        try books.record(
            Event(.sampleReplaced, [("item", item.item), ("by", next.id), ("why", why)]),
            about: .init("sample", id.text), by: actor, as: .evaluate, at: now)
    }

    /// Who can be asked to look: people with a post of the whole office that reads the register or checks
    /// cases. For who asks them.
    package static func candidates(for actor: Actor, on day: Day, in books: Books) throws -> [Person] {
        try actor.needOffice(.evaluate)
        return try candidates(county: actor.county, on: day, in: books)
    }

    private static func candidates(county: County, on day: Day, in books: Books) throws -> [Person] {
        let office = try Offices.of(county, in: books).territory.path
        let kinds = PostKind.allCases.filter {
            $0.reachesTerritory && !Power.of($0).isDisjoint(with: [.checkCase, .evaluate])
        }
        return try books.all(
            """
            SELECT DISTINCT w.* FROM person w JOIN tenure n ON n.county = w.county AND n.person = w.id
                AND n.since <= \(day) AND n.until > \(day)
            JOIN post p ON p.county = n.county AND p.id = n.post JOIN territory t ON t.id = p.territory
            WHERE w.county = \(county) AND t.path = \(office) AND p.kind IN (\(list: kinds.map(\.rawValue)))
                ORDER BY w.name, w.id
            """, Person.init)
    }

    /// What an item is called: the head of the household, or the case. For who looks at it, and for who may
    /// see the whole sample.
    package static func label(
        of item: SampleItem, _ purpose: Sample.Purpose, for actor: Actor, in books: Books
    ) throws -> String {
        if item.assignee == nil || item.assignee != actor.person { try need(actor) }
        let county = actor.county
        if purpose == .cases {
            // Its number, and no words: who looks opens the case and reads what its reader may.
            return try books.first(
                "SELECT number FROM case_file WHERE county = \(county) AND id = \(item.item)"
            ) { try $0.get("number") } ?? item.item
        }
        if purpose == .survey,
            let name = try books.first(
                "SELECT name FROM point WHERE county = \(county) AND id = \(item.item)",
                { try $0.get("name", as: String.self) })
        {
            return name
        }
        let household: SQL =
            purpose == .visits
            ? "(SELECT w.household FROM visit w WHERE w.county = \(county) AND w.id = \(item.item))"
            : "\(item.item)"
        let found = try books.first(
            """
            SELECT h.number, (SELECT MIN(m.name) FROM member_version m WHERE m.county = \(county)
                AND m.household = h.id AND m.relation = 'head'
                AND \(AsOf.present.condition("m"))) AS head
            FROM household h WHERE h.county = \(county) AND h.id = \(household)
            """
        ) { (try $0.get("number", as: String.self), try $0.optional("head", as: String.self)) }
        return found.map { $0.1 ?? $0.0 } ?? item.item
    }

    /// What is asked again at an item: the form of the visit, or the survey's questions. Both are published
    /// to all staff.
    package static func questions(of sample: Sample, for actor: Actor, on day: Day, in books: Books) throws
        -> [Scheme.Question]
    {
        try actor.needStaff()
        return try questions(of: sample, county: actor.county, on: day, in: books)
    }

    static func questions(of sample: Sample, county: County, on day: Day, in books: Books) throws
        -> [Scheme.Question]
    {
        switch sample.purpose {
        case .visits: return try Campaigns.current(of: county, on: day, in: books)?.scheme.questions ?? []
        case .survey: return try Surveys.find(for: sample, of: county, in: books)?.questions ?? []
        default: return []
        }
    }

    /// The record of a draw: enough by itself to draw again. Before everything was looked at it is shown to
    /// who runs the evaluation and to the auditor alone: nobody tidies up ahead. Throws `Refusal.notNow`
    /// before the draw.
    ///
    /// Once everything was looked at it is published to all staff: it holds identities and no words, and
    /// anybody may draw again.
    package static func record(_ id: ID<Sample>, for actor: Actor, in books: Books) throws -> SampleRecord {
        let county = actor.county
        let sample = try find(id, of: county, in: books)
        let open = try books.count(
            """
            SELECT COUNT(*) FROM sample_item WHERE county = \(county) AND sample = \(id)
                AND found_at IS NULL
            """
        )
        if open > 0, !actor.mayOffice(.readLog) { try actor.needOffice(.evaluate) }
        guard sample.drawnAt != nil else {
            throw Refusal.notNow(Phrase(zh: "抽了才公布种子。", en: "The seed is published when it is drawn."))
        }
        let (frame, seed) = try secret(id, of: county, in: books)
        var record = SampleRecord(
            sample.id.text, sample.design, sample.size, from: frame, least: sample.least, seed: seed)
        record.replacements = try items(of: id, county: county, in: books).filter { !$0.inPlaceOf.isEmpty }
            .map { .init(id: $0.item, inPlaceOf: $0.inPlaceOf, why: $0.why) }
        return record
    }
}

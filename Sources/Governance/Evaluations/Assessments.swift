package import Rules
import Store

extension Event.Kind {
    static let assessmentOpened = Event.Kind("assessment.open", zh: "开始考核", en: "Assessment opened")
}

/// Opening what is judged, with a round for each layer and a sheet for each team.
package enum Assessments {
    /// The assessments of an evaluation, newest first: all staff know what is judged.
    package static func all(of evaluation: ID<PublishedEvaluation>, for actor: Actor, in books: Books) throws
        -> [Assessment]
    {
        try actor.needStaff()
        return try all(of: evaluation, county: actor.county, in: books)
    }

    static func all(of evaluation: ID<PublishedEvaluation>, county: County, in books: Books) throws
        -> [Assessment]
    {
        try books.all(
            """
            SELECT * FROM assessment WHERE county = \(county) AND evaluation = \(evaluation)
                ORDER BY since DESC
            """,
            Assessment.init)
    }

    /// An assessment by identity; throws `Refusal.notFound`.
    package static func find(_ id: ID<Assessment>, for actor: Actor, in books: Books) throws -> Assessment {
        try actor.needStaff()
        return try find(id, of: actor.county, in: books)
    }

    static func find(_ id: ID<Assessment>, of county: County, in books: Books) throws -> Assessment {
        guard
            let found = try books.first(
                "SELECT * FROM assessment WHERE county = \(county) AND id = \(id)", Assessment.init)
        else { throw Refusal.notFound }
        return found
    }

    /// The rounds of an assessment in the order of the layers: all staff know how far they are.
    package static func rounds(of assessment: ID<Assessment>, for actor: Actor, in books: Books) throws
        -> [EvaluationRound]
    {
        try actor.needStaff()
        return try rounds(of: assessment, county: actor.county, in: books)
    }

    static func rounds(of assessment: ID<Assessment>, county: County, in books: Books) throws
        -> [EvaluationRound]
    {
        try books.all(
            """
            SELECT \(EvaluationRound.columns) FROM evaluation_round r WHERE r.county = \(county)
                AND r.assessment = \(assessment) ORDER BY r.number
            """,
            EvaluationRound.init)
    }

    /// A round by identity; throws `Refusal.notFound`.
    package static func round(_ id: ID<EvaluationRound>, for actor: Actor, in books: Books) throws
        -> EvaluationRound
    {
        try actor.needStaff()
        return try round(id, of: actor.county, in: books)
    }

    static func round(_ id: ID<EvaluationRound>, of county: County, in books: Books) throws
        -> EvaluationRound
    {
        let found = try books.first(
            """
            SELECT \(EvaluationRound.columns) FROM evaluation_round r WHERE r.county = \(county)
                AND r.id = \(id)
            """,
            EvaluationRound.init)
        guard let found else { throw Refusal.notFound }
        return found
    }

    /// What is opened so far: the names of evaluations with the days that are judged by them.
    private static func opened(of county: County, in books: Books) throws -> [(
        name: String, since: Day, until: Day
    )] {
        try books.all(
            """
            SELECT e.name, a.since, a.until FROM assessment a
                JOIN evaluation e ON e.county = a.county AND e.id = a.evaluation
            WHERE a.county = \(county)
            """
        ) { (try $0.get("name"), try $0.get("since"), try $0.get("until")) }
    }
    /// By name: another version of the same evaluation does not judge the same days again.
    private static func isOpened(
        _ evaluation: PublishedEvaluation, since: Day, until: Day,
        among opened: [(name: String, since: Day, until: Day)]
    ) -> Bool {
        opened.contains { $0.name == evaluation.name && $0.since <= until && $0.until >= since }
    }

    /// The published evaluations that somebody can open on a day: those in force of which nothing is judged
    /// yet, and those of which every month is. None without the power.
    package static func openable(for actor: Actor, on day: Day, in books: Books) throws
        -> [PublishedEvaluation]
    {
        guard actor.mayOffice(.evaluate) else { return [] }
        let opened = try opened(of: actor.county, in: books)
        return try Evaluations.all(of: actor.county, in: books).filter { one in
            one.begins <= day && day <= one.ends
                && (one.scheme.isMonthly
                    || !isOpened(one, since: one.begins, until: one.ends, among: opened))
        }
    }

    /// Opens an assessment: of the whole evaluation, or of the month that a day lies in. Throws
    /// `Refusal.notNow` if it was opened.
    @discardableResult
    package static func open(
        _ evaluation: PublishedEvaluation, month day: Day? = nil, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> ID<Assessment> {
        try actor.needOffice(.evaluate)
        let county = actor.county
        var (since, until) = (evaluation.begins, evaluation.ends)
        if evaluation.scheme.isMonthly {
            guard let day, evaluation.begins <= day, day <= evaluation.ends else {
                throw Refusal.invalid(
                    "month", zh: "请选 \(evaluation.begins) 到 \(evaluation.ends) 之间的一天。",
                    en: "Choose a day from \(evaluation.begins) to \(evaluation.ends).")
            }
            (since, until) = (max(since, day.firstOfMonth), min(until, day.lastOfMonth))
        }
        let opened = try opened(of: county, in: books)
        guard !isOpened(evaluation, since: since, until: until, among: opened) else {
            throw Refusal.notNow(Phrase(zh: "这一期已经开始了。", en: "This assessment is open already."))
        }
        let id: ID<Assessment> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO assessment (county, id, evaluation, since, until, opened_at, opened_by)
            VALUES (\(county), \(id), \(evaluation.id), \(since), \(until), \(now), \(actor.person))
            """)
        let units = try JudgedUnits.all(
            of: evaluation.scheme, county: county, on: Offices.of(county, in: books).zone.day(of: now),
            in: books)
        for (number, layer) in evaluation.scheme.layers.enumerated() {
            let round: ID<EvaluationRound> = books.newID(at: now)
            let due = try due(layer, evaluation.scheme, until: until, of: county, in: books)
            try books.change(
                """
                INSERT INTO evaluation_round (county, id, assessment, layer, number, due)
                    VALUES (\(county), \(round), \(id), \(layer.name), \(number), \(due))
                """)
            for team in teams(of: layer, units) {
                let sheet: ID<ScoreSheet> = books.newID(at: now)
                try books.change(
                    """
                    INSERT INTO score_sheet (county, id, round, team, team_name, state, hash, reopened)
                    VALUES (\(county), \(sheet), \(round), \(team.id), \(team.name), \(ScoreSheet.State.open),
                        '', 0)
                    """)
            }
        }
        try books.record(
            Event(
                .assessmentOpened,
                [("evaluation", evaluation.name), ("from", since.description), ("until", until.description)]),
            about: .init("assessment", id.text), by: actor, as: .evaluate, at: now)
        return id
    }

    /// By which day a layer is handed in: the day that the scheme names, or so long after the assessment's
    /// last day.
    private static func due(
        _ layer: Evaluation.Layer, _ scheme: Evaluation, until: Day, of county: County, in books: Books
    ) throws -> Day? {
        guard let deadline = scheme.deadlines.first(where: { $0.name == layer.deadline }) else { return nil }
        let calendar = try Calendars.of(county, in: books)
        return deadline.day(from: calendar.zone.instant(until, calendar.closing), calendar)
    }

    /// The teams of a layer: each unit of the kind that they come from, or the office itself.
    private static func teams(of layer: Evaluation.Layer, _ units: [JudgedUnit]) -> [(
        id: String, name: String
    )] {
        switch layer.team {
        case .own(let kind), .another(let kind):
            units.filter { $0.kind.rawValue == kind }.map { ($0.id, $0.name) }
        case .office: [("", "")]
        }
    }
}

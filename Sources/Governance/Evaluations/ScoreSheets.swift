import Crypto
import Foundation
package import Rules
import Store

extension Event.Kind {
    static let memberAppointed = Event.Kind("sheet.appoint", zh: "加入评价组", en: "Appointed to a team")
    static let memberDismissed = Event.Kind("sheet.dismiss", zh: "退出评价组", en: "Left a team")
    static let sheetMarked = Event.Kind("sheet.mark", zh: "评价打分", en: "Marked")
    static let sheetSubmitted = Event.Kind("sheet.submit", zh: "评价交卷", en: "Sheet handed in")
    static let sheetReopened = Event.Kind("sheet.reopen", zh: "退回重评", en: "Sheet opened again")
}

/// A sheet with everything that filling it in needs.
package struct OpenSheet: Sendable {
    /// The sheet, its round, the assessment, the evaluation and the layer.
    package let sheet: ScoreSheet, round: EvaluationRound, assessment: Assessment,
        evaluation: PublishedEvaluation, layer: Evaluation.Layer
    /// The units that it marks, and the indicators of each kind.
    package let units: [JudgedUnit], indicators: [JudgedKind: [Evaluation.Indicator]]
    /// The marks so far by unit and indicator, and who is in the team.
    package let marks: [[String]: SheetMark], members: [Person]
    let links: ConflictOfInterest.Links, county: County

    /// Every unit with every indicator that has no mark yet.
    package var missing: [(unit: JudgedUnit, indicator: Evaluation.Indicator)] {
        units.flatMap { unit in
            (indicators[unit.kind] ?? []).filter { marks[[unit.id, $0.name]] == nil }.map { (unit, $0) }
        }
    }
    /// Why an actor may not mark a unit; nil if nothing stands against it.
    package func objection(of actor: Actor, to unit: JudgedUnit) -> Phrase? {
        ConflictOfInterest.objection(actor.seats, to: unit, layer, links)
    }
    /// Whether the actor is in the team.
    package func isMember(_ actor: Actor) -> Bool { members.contains { $0.id == actor.person } }
}

/// Filling sheets in.
package enum ScoreSheets {
    /// The sheets of a round by team, without marks: all staff know which are handed in.
    package static func all(of round: ID<EvaluationRound>, for actor: Actor, in books: Books) throws
        -> [ScoreSheet]
    {
        try actor.needStaff()
        return try all(of: round, county: actor.county, in: books)
    }

    static func all(of round: ID<EvaluationRound>, county: County, in books: Books) throws
        -> [ScoreSheet]
    {
        try books.all(
            "SELECT * FROM score_sheet WHERE county = \(county) AND round = \(round) ORDER BY team_name, id",
            ScoreSheet.init)
    }

    /// The sheets that the actor is in the team of and that are not handed in.
    package static func waiting(for actor: Actor, in books: Books) throws -> [ScoreSheet] {
        try actor.person.map { try waiting(for: $0, county: actor.county, in: books) } ?? []
    }

    static func waiting(for person: ID<Person>, county: County, in books: Books) throws -> [ScoreSheet] {
        try books.all(
            """
            SELECT s.* FROM score_sheet s JOIN sheet_member m ON m.county = s.county AND m.sheet = s.id
            WHERE s.county = \(county) AND m.person = \(person) AND s.state = \(ScoreSheet.State.open)
                ORDER BY s.id
            """, ScoreSheet.init)
    }

    /// A sheet for somebody who may see it: its team; after it was handed in also who reads figures and is in
    /// no open team of the assessment. Throws `Refusal.notFound` or `Refusal.notNow`.
    package static func open(_ id: ID<ScoreSheet>, for actor: Actor, on day: Day, in books: Books) throws
        -> OpenSheet
    {
        let open = try read(id, of: actor.county, on: day, in: books)
        if open.isMember(actor) || actor.isSystem { return open }
        guard actor.seesOffice(.readFigures) || actor.mayOffice(.evaluate) else { throw Refusal.notFound }
        // Who runs the evaluation sees who is in a team, but no mark before the sheet is handed in.
        if open.sheet.state == .submitted {
            try needSight(of: open.assessment.id, actor, in: books)
        } else {
            try actor.needOffice(.evaluate)
        }
        return open.sheet.state == .submitted ? open : open.withoutMarks
    }

    /// Whether somebody could open a sheet of a round: a link to it is shown to nobody else.
    package static func mayOpen(_ sheet: ScoreSheet, _ members: [Person], _ actor: Actor) -> Bool {
        members.contains { $0.id == actor.person } || actor.mayOffice(.evaluate)
            || sheet.state == .submitted && actor.seesOffice(.readFigures)
    }

    /// Throws while the actor still judges in this assessment: who judges does not see what others found.
    package static func needSight(of assessment: ID<Assessment>, _ actor: Actor, in books: Books) throws {
        guard try !unseen(by: actor, in: books).contains(assessment) else {
            throw Refusal.notNow(
                Phrase(
                    zh: "您还有评价表没有交，交了才能看别人的结果。",
                    en: "You have a sheet to hand in; you see what others found after that."))
        }
    }

    /// The assessments in which the actor still has a sheet to hand in.
    static func unseen(by actor: Actor, in books: Books) throws -> Set<ID<Assessment>> {
        guard let person = actor.person else { return [] }
        return Set(
            try books.all(
                """
                SELECT DISTINCT r.assessment FROM score_sheet s JOIN sheet_member m ON m.county = s.county
                    AND m.sheet = s.id
                JOIN evaluation_round r ON r.county = s.county AND r.id = s.round
                WHERE s.county = \(actor.county) AND m.person = \(person)
                    AND s.state = \(ScoreSheet.State.open)
                """
            ) { try $0.get("assessment", as: ID<Assessment>.self) })
    }

    static func read(_ id: ID<ScoreSheet>, of county: County, on day: Day, in books: Books) throws
        -> OpenSheet
    {
        guard
            let sheet = try books.first(
                "SELECT * FROM score_sheet WHERE county = \(county) AND id = \(id)", ScoreSheet.init)
        else { throw Refusal.notFound }
        let round = try Assessments.round(sheet.round, of: county, in: books)
        let assessment = try Assessments.find(round.assessment, of: county, in: books)
        let evaluation = try Evaluations.find(assessment.evaluation, of: county, in: books)
        guard let layer = evaluation.scheme.layers.first(where: { $0.name == round.layer }) else {
            throw Refusal.notFound
        }
        let all = try JudgedUnits.all(of: evaluation.scheme, county: county, on: day, in: books)
        let indicators = marked(in: layer, of: evaluation.scheme)
        let marks = try books.all(
            "SELECT * FROM sheet_mark WHERE county = \(county) AND sheet = \(id)", SheetMark.init)
        return OpenSheet(
            sheet: sheet, round: round, assessment: assessment, evaluation: evaluation, layer: layer,
            units: all.filter { indicators[$0.kind] != nil && isJudged($0, by: sheet.team, layer) },
            indicators: indicators,
            marks: Dictionary(marks.map { ([$0.unit, $0.indicator], $0) }) { first, _ in first },
            members: try members(of: id, county: county, in: books),
            links: try ConflictOfInterest.Links(all, of: county, on: day, in: books), county: county)
    }

    /// Who is in a sheet's team, as far as somebody may know: whoever runs the evaluation or reads the whole
    /// office's figures, and the team itself. Others know teams by their units.
    package static func members(of id: ID<ScoreSheet>, for actor: Actor, in books: Books) throws -> [Person] {
        let members = try members(of: id, county: actor.county, in: books)
        let mayRead =
            actor.mayOffice(.evaluate) || actor.seesOffice(.readFigures)
            || members.contains { $0.id == actor.person }
        return mayRead ? members : []
    }

    static func members(of id: ID<ScoreSheet>, county: County, in books: Books) throws -> [Person] {
        try books.all(
            """
            SELECT p.* FROM person p JOIN sheet_member m ON m.county = p.county AND m.person = p.id
            WHERE p.county = \(county) AND m.sheet = \(id) ORDER BY m.appointed_at, p.id
            """, Person.init)
    }

    /// What is marked in a layer, for each kind of unit.
    static func marked(in layer: Evaluation.Layer, of scheme: Evaluation) -> [JudgedKind: [Evaluation
        .Indicator]]
    {
        var marked: [JudgedKind: [Evaluation.Indicator]] = [:]
        for score in scheme.scores where score.layer == layer.name {
            guard let kind = JudgedKind(rawValue: score.of), case .points(let items) = score.way else {
                continue
            }
            for name in items.map(\.item) + score.deductions.map(\.indicator) {
                guard let indicator = scheme.indicators.first(where: { $0.name == name }),
                    case .marks = indicator.source
                else { continue }
                if marked[kind]?.contains(where: { $0.name == name }) != true {
                    marked[kind, default: []].append(indicator)
                }
            }
        }
        return marked
    }

    private static func isJudged(_ unit: JudgedUnit, by team: String, _ layer: Evaluation.Layer) -> Bool {
        switch layer.team {
        case .own(let kind): unit.within[kind] == team
        case .another(let kind): unit.within[kind].map { $0 != team } ?? false
        case .office: true
        }
    }

    /// Whom the actor can put into a team now: other people with a post where it comes from.
    package static func candidates(for inquiry: Inquiry<ScoreSheet>, in books: Books) throws -> [Person] {
        guard inquiry.refusal(of: .appoint) == nil else { return [] }
        let (open, day) = (inquiry.circumstances, inquiry.today)
        let county = open.county
        let left = Set(open.members.map(\.id) + [inquiry.actor.person].compactMap(\.self))
        var seats: [ID<Person>: [Actor.Seat]] = [:]
        try books.transaction.each(
            """
            SELECT n.person, p.id, p.kind, p.title_zh, p.title_en, p.unit, t.path, n.is_stand_in FROM tenure n
            JOIN post p ON p.county = n.county AND p.id = n.post JOIN territory t ON t.id = p.territory
            WHERE n.county = \(county) AND n.since <= \(day) AND n.until > \(day) AND p.kind <> 'helper'
            """
        ) { seats[try $0.get("person"), default: []].append(try Actor.Seat($0)) }
        let fit = seats.filter {
            !left.contains($0.key)
                && ConflictOfInterest.objection($0.value, toTeam: open.sheet.team, open.layer, open.links)
                    == nil
        }
        return try Tenures.people(of: county, in: books).filter { fit[$0.id] != nil }
    }

    private static func inquiry(
        _ id: ID<ScoreSheet>, for actor: Actor, at now: Instant, in books: Books
    ) throws -> Inquiry<ScoreSheet> {
        let day = try Offices.of(actor.county, in: books).zone.day(of: now)
        return try read(id, of: actor.county, on: day, in: books).inquiry(for: actor, at: now, on: day)
    }

    /// A sheet before somebody of its team. Throws `Refusal.notFound` for everybody else before anything
    /// else: they do not learn whether it was handed in.
    private static func own(_ id: ID<ScoreSheet>, for actor: Actor, at now: Instant, in books: Books) throws
        -> Inquiry<ScoreSheet>
    {
        let inquiry = try inquiry(id, for: actor, at: now, in: books)
        guard inquiry.circumstances.isMember(actor) else { throw Refusal.notFound }
        return inquiry
    }

    /// Puts somebody into a team. Throws `Refusal.notAllowed` if the person has no post where the team comes
    /// from.
    package static func appoint(
        _ person: ID<Person>, to id: ID<ScoreSheet>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try ScoreSheet.needOffice(for: .appoint, by: actor)
        try needAnother(person, than: actor)
        let inquiry = try inquiry(id, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .appoint) { throw refusal }
        let (open, county) = (inquiry.circumstances, actor.county)
        let seats = try Tenures.seats(of: person, of: county, on: inquiry.today, in: books)
        if let objection = ConflictOfInterest.objection(
            seats, toTeam: open.sheet.team, open.layer, open.links)
        {
            throw Refusal.invalid([.init("person", objection)])
        }
        guard !open.members.contains(where: { $0.id == person }) else { return }
        try books.change(
            """
            INSERT INTO sheet_member (county, sheet, person, appointed_at)
                VALUES (\(county), \(id), \(person), \(now))
            """
        )
        try books.record(
            Event(.memberAppointed, [("person", person.text), ("team", open.sheet.teamName)]),
            about: .init("sheet", id.text), by: actor, as: .evaluate, at: now
        )
    }

    /// Nobody comes into a team, or leaves it, by the own hand: who judges would see what they must not.
    private static func needAnother(_ person: ID<Person>, than actor: Actor) throws {
        guard person != actor.person else {
            throw Refusal.notAllowed(
                Phrase(zh: "自己进出评价组要由别人来办。", en: "Somebody else puts you into a team or takes you out."))
        }
    }

    /// Takes somebody out of a team; the marks stay.
    package static func dismiss(
        _ person: ID<Person>, from id: ID<ScoreSheet>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try ScoreSheet.needOffice(for: .dismiss, by: actor)
        try needAnother(person, than: actor)
        let inquiry = try inquiry(id, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .dismiss) { throw refusal }
        guard
            try books.change(
                """
                DELETE FROM sheet_member WHERE county = \(actor.county) AND sheet = \(id)
                    AND person = \(person)
                """
            ) == 1
        else {
            throw Refusal.notFound
        }
        try books.record(
            Event(.memberDismissed, [("person", person.text), ("team", inquiry.record.teamName)]),
            about: .init("sheet", id.text), by: actor, as: .evaluate, at: now
        )
    }

    /// A mark that somebody gives.
    package struct Draft: Sendable {
        /// The unit as the facts name it, the indicator, the mark and the reason.
        package var unit: String, indicator: String, mark: Int, why: String
        /// A mark.
        package init(unit: String, indicator: String, mark: Int, why: String) {
            (self.unit, self.indicator, self.mark, self.why) = (unit, indicator, mark, why)
        }
    }

    /// Gives marks, all or none. Throws `Refusal.notAllowed` for the own line, `Refusal.invalid` for a mark
    /// without reason.
    package static func mark(
        _ drafts: [Draft], on id: ID<ScoreSheet>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        let faults = try keep(drafts, on: id, by: actor, at: now, in: books)
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }

    /// Gives every mark that can be taken, and answers what is wrong with the others. Throws
    /// `Refusal.notAllowed` for the own line.
    package static func keep(
        _ drafts: [Draft], on id: ID<ScoreSheet>, by actor: Actor, at now: Instant, in books: Books
    ) throws -> [Refusal.Fault] {
        let inquiry = try own(id, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .mark) { throw refusal }
        let (open, county) = (inquiry.circumstances, actor.county)
        var faults: [Refusal.Fault] = []
        for draft in drafts {
            let (field, before) = ("\(draft.indicator)/\(draft.unit)", faults.count)
            guard let unit = open.units.first(where: { $0.id == draft.unit }),
                let indicator = open.indicators[unit.kind]?.first(where: { $0.name == draft.indicator }),
                case .marks(let most) = indicator.source
            else {
                faults.append(.init(field, Phrase(zh: "这张表上没有这一项。", en: "The sheet has no such line.")))
                continue
            }
            if let objection = open.objection(of: actor, to: unit) { throw Refusal.notAllowed(objection) }
            if !(0...most).contains(draft.mark) {
                faults.append(
                    .init(field, Phrase(zh: "要打 0 到 \(most) 分。", en: "A mark is from 0 to \(most).")))
            }
            let why = draft.why.trimmed
            if why.isEmpty || why.count > 500 {
                faults.append(
                    .init(field, Phrase(zh: "请写理由，500 字以内。", en: "Give a reason, at most 500 characters.")))
            }
            guard faults.count == before else { continue }
            try books.change(
                """
                INSERT INTO sheet_mark (county, sheet, unit, indicator, mark, most, why, person, marked_at)
                VALUES (\(county), \(id), \(unit.id), \(indicator.name), \(draft.mark), \(most), \(why),
                    \(actor.person), \(now))
                ON CONFLICT (county, sheet, unit, indicator) DO UPDATE
                    SET mark = excluded.mark, why = excluded.why, person = excluded.person,
                    marked_at = excluded.marked_at
                """)
            try books.record(
                Event(.sheetMarked, [("unit", unit.name), ("indicator", indicator.name)]),
                about: .init("sheet", id.text), by: actor, at: now)
        }
        return faults
    }

    /// Hands a sheet in: it is frozen and hashed. Throws `Refusal.notNow` while marks are missing.
    package static func submit(_ id: ID<ScoreSheet>, by actor: Actor, at now: Instant, in books: Books) throws
    {
        let inquiry = try own(id, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .submit) { throw refusal }
        let open = inquiry.circumstances
        let lines = open.marks.values.sorted { ($0.unit, $0.indicator) < ($1.unit, $1.indicator) }
            .map { "\($0.unit)\t\($0.indicator)\t\($0.mark)\t\($0.most)\t\($0.person)\t\($0.why)\n" }
        let hash = SHA256.hash(data: Data(lines.joined().utf8)).hex
        try books.change(
            """
            UPDATE score_sheet SET state = \(ScoreSheet.State.submitted), hash = \(hash),
                submitted_at = \(now), submitted_by = \(actor.person)
            WHERE county = \(actor.county) AND id = \(id)
            """)
        try books.record(
            Event(
                .sheetSubmitted, [("team", open.sheet.teamName), ("layer", open.round.layer), ("hash", hash)]),
            about: .init("sheet", id.text), by: actor,
            at: now)
    }

    /// Opens a sheet again, which only the leading group does, with a reason, before its round is judged.
    package static func reopen(
        _ id: ID<ScoreSheet>, why: String, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try ScoreSheet.needOffice(for: .reopen, by: actor)
        let inquiry = try inquiry(id, for: actor, at: now, in: books)
        if let refusal = inquiry.refusal(of: .reopen) { throw refusal }
        let sheet = inquiry.record
        let why = try Check.text(why, field: "why", most: 500)
        try books.change(
            """
            UPDATE score_sheet SET state = \(ScoreSheet.State.open), hash = '', submitted_at = NULL,
                submitted_by = NULL, reopened = reopened + 1
            WHERE county = \(actor.county) AND id = \(id)
            """)
        try books.record(
            Event(.sheetReopened, [("team", sheet.teamName), ("hash", sheet.hash), ("why", why)]),
            about: .init("sheet", id.text), by: actor,
            as: .decide, at: now)
    }
}

extension OpenSheet {
    fileprivate var withoutMarks: OpenSheet {
        OpenSheet(
            sheet: sheet, round: round, assessment: assessment, evaluation: evaluation, layer: layer,
            units: units, indicators: indicators, marks: [:],
            members: members, links: links, county: county)
    }
}

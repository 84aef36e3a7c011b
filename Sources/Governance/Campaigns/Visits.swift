package import Rules
import Store

extension Event.Kind {
    static let visitRecorded = Event.Kind("visit.record", zh: "走访", en: "Visit recorded")
}

/// Recording visits, and what follows from them.
package enum Visits {
    /// What a visitor enters.
    package struct Draft: Sendable {
        /// Made by the client when offline, so that a visit sent twice is stored once.
        package var id: ID<Visit>?
        /// When it was, as the sender's clock says; nil is now. A wrong clock is corrected, never a reason to
        /// refuse.
        package var at: Instant?
        /// How it was made, and what came of it.
        package var way = Visit.Way.home, result = Visit.Result.met
        /// The answers to the campaign's form, by the questions' names.
        package var answers: [String: String] = [:]
        /// What was promised, what else there is to say, and whether the household approves.
        package var promise = "", note = "", approval: Bool?
        /// The point, if the visitor wished to give it. It proves nothing.
        package var longitude: Double?, latitude: Double?
        /// Pictures, if the visitor wished to take any.
        package var photos: [Photo] = []
        /// A visit to be.
        package init() {}

        /// What was sent, as one print.
        fileprivate func fingerprint(of subject: String, in books: Books) -> [UInt8] {
            let given = answers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return Receipts.fingerprint(
                [
                    subject, at?.iso, way.rawValue, result.rawValue, promise, note, approval.map { "\($0)" },
                    longitude.map { "\($0)" }, latitude.map { "\($0)" },
                ]
                    + given + photos.map(\.hash), in: books)
        }
    }

    /// What came of recording it.
    package struct Outcome: Sendable {
        /// The visit.
        package var visit: ID<Visit>
        /// The duties that it paid, by name, and the cases that it raised.
        package var duties: [String] = [], cases: [ID<Case>] = []

        /// What came of it, as a receipt keeps it.
        fileprivate var told: String {
            JSON.array([.array(duties.map(JSON.string)), .array(cases.map { .string($0.text) })]).text
        }

        /// What came of a visit.
        init(visit: ID<Visit>) { self.visit = visit }

        /// What came of a visit the first time that it was sent. Throws if the receipt cannot be read.
        fileprivate init(visit: ID<Visit>, told: String) throws {
            self.visit = visit
            guard case .array(let parts) = try JSON(parsing: .init(told.utf8)), parts.count == 2,
                case .array(let duties) = parts[0],
                case .array(let cases) = parts[1]
            else { throw StoreError.unreadable("answer", .text(told)) }
            (self.duties, self.cases) = (
                duties.compactMap(\.stringValue), cases.compactMap { $0.stringValue.flatMap { ID<Case>($0) } }
            )
        }
    }

    /// What was walked to, as far as a visit has to know it.
    private struct Place {
        var household: ID<Household>?, point: ID<Point>?
        /// The identity and the number or code, what a case's title calls it, where it lies.
        var id: String, number: String, name: String, territory: String, path: String, detail: String
        var longitude: Double?, latitude: Double?
    }

    /// Records a visit to a household: pays every duty that the visitor's posts owe it in its window, and
    /// raises a case for each answer that asks for one, once a problem and household.
    @discardableResult
    package static func record(
        _ draft: Draft, of id: ID<Household>, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Outcome {
        try record(draft, by: actor, at: now, in: books) { day in
            let household = try Households.find(id, for: actor.limited(to: .visit), on: day, in: books)
            let name = household.head.isEmpty ? household.number : household.head
            return Place(
                household: id, id: id.text, number: household.number, name: name + "户",
                territory: household.village, path: household.path,
                detail: household.facts["group_name"])
        }
    }

    /// Records a visit to a point: pays the rounds that the visitor's posts owe it, and raises a case for
    /// each answer that asks for one unless the same problem there is still open.
    @discardableResult
    package static func record(
        _ draft: Draft, of id: ID<Point>, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Outcome {
        try record(draft, by: actor, at: now, in: books) { _ in
            let point = try Points.find(id, for: actor.limited(to: .visit), in: books)
            return Place(
                point: id, id: id.text, number: point.code, name: point.name, territory: point.territory,
                path: point.path, detail: point.name,
                longitude: point.longitude,
                latitude: point.latitude)
        }
    }

    /// A visit as it was filled in. The answers to the campaign's questions are read when it is recorded,
    /// once it is known not to have been recorded before; where something else is at fault already, what is
    /// wrong with them is told along. Throws `Refusal.invalid` with every fault.
    package static func draft(_ input: FormInput, by actor: Actor, at now: Instant, in books: Books) throws
        -> Draft
    {
        let zone = try Offices.of(actor.county, in: books).zone
        let answers = input.under(VisitForm.prefix).filter { !$0.value.isEmpty }
        do {
            return try Draft(VisitForm.fields.read(input, zone: zone), answers: answers)
        } catch Refusal.invalid(var faults) {
            if input[VisitForm.result.name] == Visit.Result.met.rawValue {
                let day = zone.day(of: corrected(Instant(iso: input["at"]), now).at)
                let asked = try running(on: day, of: actor.county, in: books)?.scheme.questions ?? []
                do {
                    _ = try QuestionForm.read(answers, asked, prefix: VisitForm.prefix)
                } catch Refusal.invalid(let more) { faults += more }
            }
            throw Refusal.invalid(faults)
        }
    }

    /// The campaign that runs on a day; nil if none does.
    private static func running(on day: Day, of county: County, in books: Books) throws -> Campaign? {
        try Campaigns.current(of: county, on: day, in: books).flatMap {
            $0.begins <= day && day <= $0.ends ? $0 : nil
        }
    }

    /// How old a visit may be that a phone kept until it had a signal, in days.
    private static let oldest = 366

    /// The moment of a visit, and what the clock said if it cannot be: ahead of the office's, or years
    /// behind.
    private static func corrected(_ said: Instant?, _ now: Instant) -> (at: Instant, claimed: Instant?) {
        guard let said else { return (now, nil) }
        return said <= now && said >= now.adding(hours: -24 * oldest) ? (said, nil) : (now, said)
    }

    private static func record(
        _ draft: Draft, by actor: Actor, at now: Instant, in books: Books, _ find: (Day) throws -> Place
    ) throws -> Outcome {
        let actor = try actor.acting(as: .visit)
        guard let person = actor.person else { throw Refusal.signInFirst }
        let (county, zone) = (actor.county, try Offices.of(actor.county, in: books).zone)
        var (at, claimed) = corrected(draft.at, now)
        var (day, found) = (zone.day(of: at), nil as Place?)
        do { found = try find(day) } catch Refusal.notFound where day != zone.day(of: now) {
            // Nobody walks to whom they do not answer for yet: then it was the clock that was wrong.
            (at, claimed, day) = (now, draft.at, zone.day(of: now))
        }
        let place = try found ?? find(day)
        guard let seat = actor.seat(for: .visit, at: place.path) else { throw Refusal.signInFirst }
        let content = draft.id.map { _ in draft.fingerprint(of: place.id, in: books) } ?? []
        if let id = draft.id {
            if let receipt = try Receipts.find("visit", id.text, content: content, by: actor, in: books) {
                return try Outcome(visit: id, told: receipt.answer)
            }
            if try self.find(id, of: county, in: books) != nil { throw Refusal.alreadyUsed }
        }
        let campaign = try running(on: day, of: county, in: books)
        let scheme = campaign?.scheme
        let answers =
            draft.result == .met
            ? try QuestionForm.read(draft.answers, scheme?.questions ?? [], prefix: VisitForm.prefix) : []
        let promise = try Check.optionalText(draft.promise, field: "promise", most: 500)
        let note = try Check.optionalText(draft.note, field: "note", most: 1000)
        let visit: ID<Visit> = draft.id ?? books.newID(at: now)
        let text = JSON.object(answers.map { ($0.name, .string($0.word)) }).text
        try books.put(
            """
            INSERT INTO visit (county, id, campaign, household, point, person, post, visited_at, day,
                recorded_at, way, result, answers, promise, note,
                approval, longitude, latitude, claimed_at)
            VALUES (\(county), \(visit), \(campaign?.id), \(place.household), \(place.point), \(person),
                \(seat.post), \(at), \(day), \(now), \(draft.way),
                \(draft.result), \(text), \(promise), \(note), \(draft.approval), \(draft.longitude),
                    \(draft.latitude), \(claimed))
            """)
        let photos = try Attachments.keep(
            draft.photos, of: .init("visit", visit.text), county: county, at: now, in: books)
        var outcome = Outcome(visit: visit)
        if draft.result == .met, let campaign, let scheme {
            let open = scheme.duties.filter { $0.from <= day && day <= $0.until }.map(\.name)
            outcome.duties = try pay(
                visit, open, campaign.id, place, actor.seats.map(\.post), county: county, in: books)
            outcome.cases = try raise(
                scheme.raises, answers, campaign, place, draft, note: note, on: day, by: actor, at: now,
                in: books)
        }
        if let id = draft.id {
            try Receipts.keep("visit", id.text, content: content, answer: outcome.told, by: actor, in: books)
        }
        try books.record(
            Event(
                .visitRecorded,
                [
                    ("visit", visit.text), ("day", day.description), ("way", draft.way.rawValue),
                    ("result", draft.result.rawValue),
                    ("duties", outcome.duties.joined(separator: " ")),
                    ("cases", outcome.cases.isEmpty ? nil : "\(outcome.cases.count)"), ("photos", photos),
                    ("claimed", claimed?.iso),
                ]), about: .init(place.point == nil ? "household" : "point", place.id), by: actor, as: .visit,
            at: now)
        return outcome
    }

    /// A household in reach with the visits to it, newest first. Throws `Refusal.notFound`.
    package static func made(
        to id: ID<Household>, limit: Int = 50, for actor: Actor, on day: Day, in books: Books
    ) throws -> (household: Household, visits: [Visit]) {
        (
            try Households.find(id, for: actor, on: day, in: books),
            try all(of: id, county: actor.county, limit: limit, in: books)
        )
    }

    /// A point that the actor answers for with the visits to it, newest first. Throws `Refusal.notFound`.
    package static func made(to id: ID<Point>, limit: Int = 20, for actor: Actor, in books: Books) throws -> (
        point: Point, visits: [Visit]
    ) {
        (
            try Points.find(id, for: actor, in: books),
            try all(of: id, county: actor.county, limit: limit, in: books)
        )
    }

    static func all(of household: ID<Household>, county: County, limit: Int, in books: Books) throws
        -> [Visit]
    {
        try books.all(
            """
            SELECT \(Visit.columns) FROM visit w WHERE w.county = \(county) AND w.household = \(household)
                ORDER BY w.visited_at DESC, w.id DESC LIMIT \(limit)
            """, Visit.init)
    }

    private static func all(of point: ID<Point>, county: County, limit: Int, in books: Books) throws
        -> [Visit]
    {
        try books.all(
            """
            SELECT \(Visit.columns) FROM visit w WHERE w.county = \(county) AND w.point = \(point)
                ORDER BY w.visited_at DESC, w.id DESC LIMIT \(limit)
            """, Visit.init)
    }

    static func find(_ id: ID<Visit>, of county: County, in books: Books) throws -> Visit? {
        try books.first(
            "SELECT \(Visit.columns) FROM visit w WHERE w.county = \(county) AND w.id = \(id)", Visit.init)
    }

    /// Marks what the visit pays, at the household and in the sums. Answers the duties.
    private static func pay(
        _ visit: ID<Visit>, _ duties: [String], _ campaign: ID<Campaign>, _ place: Place, _ posts: [ID<Post>],
        county: County, in books: Books
    ) throws -> [String] {
        if duties.isEmpty || posts.isEmpty { return [] }
        let paid = try books.all(
            """
            UPDATE duty_due SET visit = \(visit) WHERE county = \(county) AND campaign = \(campaign)
                AND subject = \(place.id) AND visit IS NULL
            AND duty IN (\(list: duties)) AND post IN (\(list: posts)) RETURNING duty, post, village
            """
        ) {
            (
                duty: try $0.get("duty", as: String.self), post: try $0.get("post", as: String.self),
                village: try $0.get("village", as: String.self)
            )
        }
        for due in paid {
            try books.put(
                """
                UPDATE duty_count SET done = done + 1 WHERE county = \(county) AND campaign = \(campaign)
                    AND duty = \(due.duty) AND post = \(due.post)
                AND village = \(due.village)
                """)
        }
        return Set(paid.map(\.duty)).sorted()
    }

    /// A case for each rule whose answers were given. The rule and the household are its outside number: a
    /// second visit that finds the same raises nothing. At a point the same may come back: then it has the
    /// day besides, and only an open case of the same rule keeps a second one away.
    private static func raise(
        _ raises: [Scheme.Raise], _ answers: [(name: String, word: String)], _ campaign: Campaign,
        _ place: Place, _ draft: Draft, note: String,
        on day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> [ID<Case>] {
        let given = Dictionary(answers.map { ($0.name, $0.word) }) { first, _ in first }
        var cases: [ID<Case>] = []
        for rule in raises
        where rule.when.allSatisfy({ question, words in given[question].map(words.contains) ?? false }) {
            let stem = "\(campaign.name)/\(rule.name)/\(place.number)"
            let known: SQL =
                place.point == nil
                ? "n.outside_number = \(stem)"
                : """
                (n.outside_number = \("\(stem)/\(day)") OR n.outside_number >= \(stem + "/")
                    AND n.outside_number < \(stem + "0")
                    AND c.state NOT IN ('closed', 'declined', 'merged', 'void'))
                """
            let isKnown = try books.count(
                """
                SELECT COUNT(*) FROM outside_number n JOIN case_file c ON c.county = n.county
                    AND c.id = n.case_id
                WHERE n.county = \(actor.county) AND n.source = \(Case.Source.visit) AND \(known)
                """)
            guard isKnown == 0 else { continue }
            var report = CaseReport(source: .visit)
            report.outsideNumber = place.point == nil ? stem : "\(stem)/\(day)"
            report.title = "\(rule.title.zh)：\(place.name)"
            report.body = "\(rule.basis.says.zh)。\(note)"
            report.place = place.detail
            (report.territory, report.category) = (place.territory, rule.category)
            (report.longitude, report.latitude) = (
                draft.longitude ?? place.longitude, draft.latitude ?? place.latitude
            )
            report.proposedUnit = try Units.find(code: rule.unit, of: actor.county, in: books)?.id
            report.photos = draft.photos
            cases.append(try Cases.report(report, by: actor, at: now, in: books).id)
        }
        return cases
    }
}

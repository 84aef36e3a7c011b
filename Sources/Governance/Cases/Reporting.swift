package import Rules
import Store

extension Event.Kind {
    static let caseReported = Event.Kind("case.report", zh: "受理", en: "Reported", isPublic: true)
    static let caseJoined = Event.Kind(
        "case.join", zh: "又有人反映", en: "Another complainant joined", isPublic: true)
}

/// What somebody reports.
package struct CaseReport: Sendable {
    /// Made by the client when offline, so that a report sent twice is stored once; nil lets the office make
    /// it.
    package var id: ID<Case>?
    /// What it is about; an empty title is made from the text.
    package var title = "", body = "", place = ""
    /// Code, name or identity of the territory.
    package var territory = ""
    /// A category's code, or empty.
    package var category = ""
    /// Where it came from, with the number that the other system gave it.
    package var source: Case.Source
    package var outsideNumber = ""
    /// Who complains; may be empty.
    package var name = "", phone = ""
    /// Whether the complainant is not to be shown to the unit that handles it.
    package var isConfidential = false
    /// The unit complained about, and the unit that a rule proposes for the work.
    package var aboutUnit: ID<Unit>?
    package var proposedUnit: ID<Unit>?
    /// The point, in degrees.
    package var longitude: Double?, latitude: Double?
    /// When it came in, for imports; nil is now.
    package var reportedAt: Instant?
    /// Pictures of it.
    package var photos: [Photo] = []
    /// The last moment that is not the future: the office's own clock unless an import says otherwise.
    package var latest: Instant?
    /// What was wrong with the form that it came from.
    var faults: [Refusal.Fault] = []

    /// Whether the words and pictures are a complainant's, who may have to be kept, and not the office's own.
    var isComplainants: Bool {
        source.isComplaint || isConfidential || aboutUnit != nil || !name.trimmed.isEmpty
            || !phone.trimmed.isEmpty
    }

    /// An empty report from a source.
    package init(source: Case.Source) { self.source = source }

    /// What was sent, as one print: the same again is the same report.
    func fingerprint(in books: Books) -> [UInt8] {
        let flags = [
            isConfidential ? "confidential" : nil, aboutUnit?.text, longitude.map { "\($0)" },
            latitude.map { "\($0)" }, reportedAt?.iso,
        ]
        return Receipts.fingerprint(
            [
                source.rawValue, title.trimmed, body.trimmed, place.trimmed, territory.trimmed, category,
                name.trimmed, phone.trimmed, outsideNumber.trimmed,
            ]
                + flags + photos.map(\.hash), in: books)
    }
}

extension Cases {
    /// Takes a report from anybody. A report with a known identity or a known outside number is answered with
    /// the case that it made the first time if it says the same; else it throws `Refusal.alreadyUsed`, as
    /// nothing of it would be kept.
    @discardableResult
    package static func report(
        _ report: CaseReport, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Case {
        if actor.person == nil, !actor.isSystem {
            guard report.source == .resident || report.source == .opinion else { throw Refusal.signInFirst }
        } else {
            try actor.need(.reportCase)
        }
        var (report, claimed) = (report, nil as Instant?)
        // What is wrong is told at once, and nothing of it is taken.
        if !report.faults.isEmpty {
            _ = try checked(report, office: Offices.of(actor.county, in: books), at: now, in: books)
        }
        let content = report.id.map { _ in report.fingerprint(in: books) } ?? []
        // Another system's clock may be ahead; only what somebody typed into a table is a fault of its cell.
        if report.latest == nil, let said = report.reportedAt, said > now.adding(minutes: 10) {
            (claimed, report.reportedAt) = (said, nil)
        }
        if let (known, isByNumber) = try known(report, content, actor: actor, in: books) {
            var answer = known
            if actor.person != nil {
                // Whoever cannot see the case learns only that somebody entered it before.
                do { answer = try find(known.id, by: actor, in: books) } catch Refusal.notFound {
                    throw Self.enteredBefore
                }
            }
            guard isByNumber else { return answer }
            // Whoever may not know who complained is told the same whatever they send: it must not tell.
            guard actor.person == nil || Complainants.areVisible(of: known, to: actor) else {
                throw Self.enteredBefore
            }
            if try !said(report, of: known, county: actor.county, in: books) { throw Refusal.alreadyUsed }
            return answer
        }
        let office = try Offices.of(actor.county, in: books)
        let draft = try checked(report, office: office, at: now, in: books)
        let reportedAt = report.reportedAt ?? now
        let year = office.zone.day(of: reportedAt).parts.year
        let written = CaseWords.Words(title: draft.title, body: draft.body, place: draft.place)
        let shown = CaseWords.masked(written, name: draft.name)
        let id = report.id ?? books.newID(at: now)
        var made = Case(
            id: id,
            number: try nextNumber(prefix: office.numberPrefix, year: year, county: actor.county, in: books),
            report: report, title: shown.title, body: shown.body, place: shown.place,
            territory: draft.territory,
            category: draft.category, categoryVersion: draft.categoryVersion, reportedAt: reportedAt,
            by: actor.person,
            at: try books.stamp(now, in: actor.county), event: try books.nextLine(of: actor.county))
        if shown != written { made.wordsSealed = try CaseWords.sealed(written, of: id, in: books) }
        try insert(made, county: actor.county, in: books)
        if report.id != nil { try Receipts.keep("case", id.text, content: content, by: actor, in: books) }
        if !draft.name.isEmpty || !draft.phone.isEmpty {
            try addComplainant(
                name: draft.name, phone: draft.phone, to: made.id, county: actor.county, at: now, in: books)
        }
        if !draft.outsideNumber.isEmpty {
            try books.put(
                """
                INSERT INTO outside_number (county, source, outside_number, case_id)
                VALUES (\(actor.county), \(report.source), \(draft.outsideNumber), \(made.id))
                """)
        }
        try CaseSearch.note(made.id, county: actor.county, in: books)
        try beginHistory(of: made, county: actor.county, in: books)
        let photos = try Attachments.keep(
            report.photos, of: made.subject, isWithheld: report.isComplainants, county: actor.county, at: now,
            in: books)
        try books.record(
            Event(
                .caseReported,
                [
                    ("source", report.source.rawValue), ("outside", draft.outsideNumber),
                    ("words", draft.body), ("photos", photos), ("claimed", claimed?.iso),
                ]),
            about: made.subject, by: actor, as: .reportCase, at: now)
        return made.shown(to: actor, in: books)
    }

    private static func insert(_ item: Case, county: County, in books: Books) throws {
        try books.put(
            """
            INSERT INTO case_file (county, id, number, version, title, body, place, territory, territory_path,
                longitude,
                latitude, category, category_version, source, state, is_public, is_confidential, about_unit,
                    reported_at,
                reported_by, stood_still, due_provisional, "returns", reworks, reopens, extensions,
                    suspensions, appeals, is_exempt,
                escalations, needs_lead, updated_at, words_sealed, words_confirmed, proposed_unit,
                    changed_seq)
            VALUES (\(county), \(item.id), \(item.number), \(item.version), \(item.title), \(item.body),
                \(item.place),
                \(item.territory), \(item.territoryPath), \(item.longitude), \(item.latitude),
                    \(item.category),
                \(item.categoryVersion), \(item.source), \(item.state), 0, \(item.isConfidential),
                    \(item.aboutUnit),
                \(item.reportedAt), \(item.reportedBy), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \(item.updatedAt),
                \(item.wordsSealed), \(item.areWordsConfirmed), \(item.proposedUnit), \(item.changedSequence))
            """)
    }

    /// The first row of history says what the case just made says: nothing has happened to it yet.
    private static func beginHistory(of item: Case, county: County, in books: Books) throws {
        try books.put(
            """
            INSERT INTO case_history (county, id, version, since, until, territory_path, place, category,
                category_version, source, state, reported_at, "returns", is_exempt)
            VALUES (\(county), \(item.id), \(item.version), \(item.updatedAt), \(Instant.never),
                \(item.territoryPath), \(item.place), \(item.category), \(item.categoryVersion),
                \(item.source), \(item.state), \(item.reportedAt), 0, 0)
            """)
    }

    /// The case that a report made before, and whether only the other system's number leads to it.
    private static func known(_ report: CaseReport, _ content: [UInt8], actor: Actor, in books: Books) throws
        -> (Case, isByNumber: Bool)?
    {
        let outside = report.outsideNumber.trimmed
        if let id = report.id {
            let receipt = try Receipts.find("case", id.text, content: content, by: actor, in: books)
            let known = try books.first(
                "SELECT \(columns) FROM case_file c WHERE c.county = \(actor.county) AND c.id = \(id)",
                Case.init)
            if let known {
                // Older programs kept no receipt: then who sent it and what it says tell whether it is this
                // report.
                let isSame =
                    try receipt != nil
                    || known.reportedBy == actor.person
                        && said(report, of: known, county: actor.county, in: books)
                guard isSame else { throw Refusal.alreadyUsed }
                return (known, false)
            }
        }
        guard !outside.isEmpty else { return nil }
        return try books.first(
            """
            SELECT \(columns) FROM case_file c WHERE c.county = \(actor.county) AND c.id IN (
                SELECT o.case_id FROM outside_number o WHERE o.county = \(actor.county)
                AND o.source = \(report.source) AND o.outside_number = \(outside))
            """, Case.init
        ).map { ($0, true) }
    }

    private static let enteredBefore = Refusal.notNow(
        Phrase(zh: "这个单号已经有人登记过了。", en: "Somebody has entered this number before."))

    /// Whether a report says what a case, or one that was merged into it, was made from: the same words, no
    /// telephone that is not known, and no wish for protection that is not there.
    private static func said(_ report: CaseReport, of known: Case, county: County, in books: Books) throws
        -> Bool
    {
        if report.isConfidential && !known.isConfidential { return false }
        if let about = report.aboutUnit, about != known.aboutUnit { return false }
        var (all, last) = ([known], [known])
        while !last.isEmpty, all.count < 1_000 {
            last = try books.all(
                """
                SELECT \(columns) FROM case_file c WHERE c.county = \(county)
                    AND c.merged_into IN (\(list: last.map(\.id)))
                """,
                Case.init)
            all += last
        }
        guard all.contains(where: { $0.written(in: books).body == report.body.trimmed }) else { return false }
        let phone = try Check.phone(report.phone, field: "phone")
        if phone.isEmpty { return true }
        let mark = books.key?.mark(Check.digits(of: phone), as: "complainant phone")
        return try books.count(
            """
            SELECT COUNT(*) FROM complainant WHERE county = \(county) AND case_id = \(known.id)
            AND (phone_mark = \(mark) OR (phone <> '' AND phone = \(phone)))
            """) > 0
    }

    private struct Draft {
        var title: String, body: String, place: String, territory: Territory
        var category: String, categoryVersion: Int, name: String, phone: String, outsideNumber: String
    }

    private static func checked(_ report: CaseReport, office: OfficeProfile, at now: Instant, in books: Books)
        throws -> Draft
    {
        var faults = report.faults
        func attempt<T>(_ otherwise: T, _ body: () throws -> T) throws -> T {
            do { return try body() } catch Refusal.invalid(let found) {
                faults += found
                return otherwise
            }
        }
        let body = try attempt("") {
            try Check.text(
                report.body, field: "body", most: 5000, label: Phrase(zh: "情况说明", en: "The description"))
        }
        let title = try attempt("") { try Check.optionalText(report.title, field: "title", most: 100) }
        let place = try attempt("") { try Check.optionalText(report.place, field: "place", most: 200) }
        let name = try attempt("") { try Check.optionalText(report.name, field: "name", most: 40) }
        let phone = try attempt("") { try Check.phone(report.phone, field: "phone") }
        let outside = try attempt("") {
            try Check.optionalText(report.outsideNumber, field: "outside_number", most: 60)
        }
        let territory = try attempt(office.territory) {
            report.territory.trimmed.isEmpty
                ? office.territory
                : try Territories.only(
                    report.territory.trimmed, inside: office.territory.path, field: "territory", in: books)
        }
        if let about = report.aboutUnit {
            do { _ = try Units.find(about, of: office.county, in: books) } catch Refusal.notFound {
                faults.append(.init("about_unit", Phrase(zh: "没有这个单位。", en: "There is no such unit.")))
            }
        }
        var category: Category?
        if !report.category.isEmpty {
            category = try Categories.find(report.category, of: office.county, at: now, in: books)
            if category == nil || category?.isRetired == true {
                faults.append(.init("category", Phrase(zh: "没有这个类别。", en: "There is no such category.")))
            }
        }
        if let at = report.reportedAt, at > max(now, report.latest ?? now).adding(minutes: 10) {
            faults.append(
                .init(
                    "reported_at",
                    Phrase(zh: "上报时间在将来，请核对。", en: "The time of the report lies in the future.")))
        }
        let longitudeIsFine = report.longitude.map { (-180...180).contains($0) } ?? true
        let latitudeIsFine = report.latitude.map { (-90...90).contains($0) } ?? true
        if !longitudeIsFine || !latitudeIsFine {
            faults.append(.init("longitude", Phrase(zh: "坐标不对。", en: "These are not coordinates.")))
        }
        // A field is told of once, however many looked at it.
        var told: Set<String> = []
        faults = faults.filter { told.insert($0.field).inserted }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return Draft(
            title: title.isEmpty
                ? shortened(body) : title.split(whereSeparator: \.isNewline).joined(separator: " "),
            body: body, place: place, territory: territory, category: category?.code ?? "",
            categoryVersion: category?.version ?? 0, name: name, phone: phone, outsideNumber: outside)
    }

    /// The first sentence of a text, at most 28 characters.
    private static func shortened(_ body: String) -> String {
        func isEnd(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case "。", "！", "？", "!", "?", "\n", "\r": true
            default: false
            }
        }
        let sentence = String(Substring(body.unicodeScalars.drop(while: isEnd).prefix { !isEnd($0) }))
        return sentence.count <= 28 ? sentence : sentence.prefix(27) + "…"
    }

    static func addComplainant(
        name: String, phone: String, to id: ID<Case>, county: County, at now: Instant, in books: Books
    ) throws {
        let own: ID<Complainant> = books.newID(at: now)
        guard let key = books.key, !phone.isEmpty else {
            // An office without a key takes the number as it took it before; `luoshi` always has one.
            try books.put(
                """
                INSERT INTO complainant (county, id, case_id, name, phone, phone_tail, joined_at)
                VALUES (\(county), \(own), \(id), \(name), \(phone),
                    \(phone.isEmpty ? "" : ComplainantPhone.tail(of: phone)), \(now))
                """)
            return
        }
        try books.put(
            """
            INSERT INTO complainant (county, id, case_id, name, phone, phone_tail, joined_at, phone_sealed,
                phone_mark, tail_mark)
            VALUES (\(county), \(own), \(id), \(name), '', '', \(now),
                \(try key.closed(phone, of: "complainant \(own) phone", chance: books.chance)),
                \(key.mark(Check.digits(of: phone), as: "complainant phone")),
                    \(key.mark(ComplainantPhone.tail(of: phone), as: "complainant tail")))
            """)
    }

    /// `CQL-2019-000147`: counts up in a county and year, in the transaction of the case.
    private static func nextNumber(prefix: String, year: Int, county: County, in books: Books) throws
        -> String
    {
        let next = try books.raise(county) { head -> Int? in
            guard head.caseYear <= year else { return nil }
            head.cases = head.caseYear == year ? head.cases + 1 : 1
            head.caseYear = year
            return head.cases
        }
        let digits = String(try next ?? lastNumber(prefix: prefix, year: year, county: county, in: books) + 1)
        return "\(prefix)-\(year)-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// A case that is imported from an earlier year counts on after that year's last number.
    private static func lastNumber(prefix: String, year: Int, county: County, in books: Books) throws -> Int {
        let last = try books.first(
            """
            SELECT MAX(number) AS last FROM case_file WHERE county = \(county)
            AND number >= \("\(prefix)-\(year)-") AND number < \("\(prefix)-\(year)-~")
            """
        ) { try $0.optional("last", as: String.self) }
        return last.flatMap(\.self).flatMap { Int($0.suffix(6)) } ?? 0
    }
}

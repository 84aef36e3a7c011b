import Rules
import Store

/// Before the work begins: verify, file, decline, merge.
extension Cases {
    static func verifying(_ item: Case, _ answers: FormValues, at now: Instant) throws -> Change {
        Change(set: ["verified_at = \(now)"], details: [("words", answers["finding"])])
    }

    static func filing(_ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books)
        throws -> Change
    {
        let county = actor.county
        guard let category = try Categories.find(answers["category"], of: county, at: now, in: books),
            !category.isRetired
        else {
            throw Refusal.invalid("category", zh: "请选一个类别。", en: "Please choose a category.")
        }
        let office = try Offices.of(county, in: books)
        let place = try Territories.only(
            answers["territory"], inside: office.territory.path, field: "territory", in: books)
        // Moving a report into somebody else's area needs power there too.
        try actor.need(.fileCase, at: place.path)
        let finding = answers["finding"]
        guard item.verifiedAt != nil || item.source.isSeen || !finding.isEmpty else {
            throw Refusal.invalid(
                "finding", zh: "这件还没有核实。请写一句核实到的情况再立案。",
                en: "This report was not verified yet. Say what was found, then file it.")
        }
        let limit = answers.duration("limit") ?? category.limit
        let about: ID<Unit>? = try answers.optionalID("about_unit") ?? item.aboutUnit
        let aboutNow = try about.map { try Units.find($0, of: county, in: books).name.zh }
        let aboutBefore = try item.aboutUnit.map { try Units.find($0, of: county, in: books).name.zh }
        // Whom it is about the complainant said: to say otherwise takes a reason, and the log keeps both.
        // Nobody takes it from the own unit.
        if about != item.aboutUnit, actor.belongs(to: item.aboutUnit) { throw Case.ownLine }
        guard item.aboutUnit == nil || about == item.aboutUnit || !finding.isEmpty else {
            throw Refusal.invalid(
                "finding", zh: "反映人说的是“\(aboutBefore ?? "")”。改成别的单位，请写明核实到的情况。",
                en: "The complainant named “\(aboutBefore ?? "")”. To name another unit, say what was found.")
        }
        var change = Change(
            set: [
                "filed_at = \(now)", "category = \(category.code)", "category_version = \(category.version)",
                "territory = \(place.id)", "territory_path = \(place.path)",
                "time_limit = \(limit.description)",
                "is_public = \(category.isPublic)", "about_unit = \(about)",
            ] + (try wording(item, answers, county: county, in: books)),
            details: [
                ("category", category.minor.zh), ("territory", place.shortName), ("limit", limit.description),
                ("words", finding), ("about", about == item.aboutUnit ? nil : aboutNow),
                ("about_before", about == item.aboutUnit ? nil : aboutBefore),
                ("place", answers["place"].isEmpty ? nil : item.written(in: books).place),
            ])
        // Where the complainant is protected, whoever files has looked at the pictures and says so.
        let showsPhotos = answers.flag(CaseField.shownPhotos.rawValue)
        guard !showsPhotos || actor.isSystem || Complainants.areVisible(of: item, to: actor) else {
            throw Refusal.invalid(
                CaseField.shownPhotos.rawValue, zh: "您看不到来件的照片，不能决定给谁看。",
                en: "You do not see the photos that came along, so you cannot let others see them.")
        }
        if showsPhotos || !item.isProtected && about == nil {
            try Attachments.show(of: item.subject, county: county, in: books)
        }
        if item.verifiedAt == nil { change.set.append("verified_at = \(now)") }
        return change
    }

    /// The words that those read who may not know the complainant: those that whoever files wrote, or left as
    /// they were proposed. What the complainant wrote stays sealed beside them, also where whoever files may
    /// not read it.
    private static func wording(_ item: Case, _ answers: FormValues, county: County, in books: Books) throws
        -> [SQL]
    {
        let title = answers["shown_title"]
        let body = answers["shown_words"]
        let place = answers["place"]
        // A place that was taken out stays out; one that was not asked for stays as it is.
        let isPlaced = answers.isGiven("place")
        if item.areWordsConfirmed, title.isEmpty, body.isEmpty, !isPlaced { return [] }
        let stored = CaseWords.Words(title: item.title, body: item.body, place: item.place)
        let proposed =
            item.areWordsConfirmed ? stored : try proposedWords(of: item, county: county, in: books)
        let shown = CaseWords.Words(
            title: Masking.numbers(in: title.isEmpty ? proposed.title : title),
            body: Masking.numbers(in: body.isEmpty ? proposed.body : body),
            place: Masking.numbers(in: isPlaced ? place : proposed.place))
        guard shown != stored || !item.areWordsConfirmed else { return [] }
        var set: [SQL] = [
            "title = \(shown.title)", "body = \(shown.body)", "place = \(shown.place)", "words_confirmed = 1",
        ]
        let isReworded =
            shown.title != stored.title || shown.body != stored.body
            || !item.areWordsConfirmed && shown.place != stored.place
        // Where it really is whoever may know the complainant reads, too: the log keeps what was written.
        var written = item.written(in: books)
        let isCorrected = !place.isEmpty && place != proposed.place
        if isCorrected { written.place = place }
        if item.wordsSealed == nil ? isReworded : isCorrected {
            set.append("words_sealed = \(try CaseWords.sealed(written, of: item.id, in: books))")
        }
        try CaseSearch.forget(
            [stored.title, stored.place, stored.body], keeping: [shown.title, shown.place, shown.body],
            of: item.id, county: county, in: books)
        try CaseSearch.note(item.id, county: county, in: books)
        return set
    }

    static func merging(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    )
        throws -> Change
    {
        let number = answers["into"]
        let target: Case
        do { target = try find(number: number, by: actor, in: books) } catch Refusal.notFound {
            throw Refusal.invalid("into", zh: "没有编号为 \(number) 的事项。", en: "There is no case \(number).")
        }
        guard actor.isSystem || actor.may(.fileCase, on: target) else { throw Actor.powerless }
        guard !actor.isOwnLine(target) else { throw Case.ownLine }
        guard target.id != item.id, target.state.isOpen else {
            throw Refusal.invalid(
                "into", zh: "要并入另一件还没有办完的事项。", en: "Choose another case that is still open.")
        }
        if let mine = item.aboutUnit, let theirs = target.aboutUnit, mine != theirs {
            throw Refusal.invalid(
                "into", zh: "两件反映的单位不同，不能并案。",
                en: "The two complain about different units and cannot be merged.")
        }
        // Whoever complains about a unit must not come into that unit's hands by a merger.
        let holders = [target.handler, target.standIn].compactMap(\.self)
        if let mine = item.aboutUnit,
            try target.unit == mine
                || holders.contains(where: { try isOf(mine, $0, actor.county, at: now, in: books) })
        {
            throw Refusal.invalid(
                "into", zh: "那一件正由被反映的单位承办，不能并进去。",
                en: "That case is with the unit that this one complains about; they cannot be merged.")
        }
        // Complainants and outside numbers move along: merging never drops a complainant.
        try books.change(
            """
            UPDATE complainant SET case_id = \(target.id) WHERE county = \(actor.county)
                AND case_id = \(item.id)
            """
        )
        try books.change(
            """
            UPDATE outside_number SET case_id = \(target.id) WHERE county = \(actor.county)
                AND case_id = \(item.id)
            """
        )
        let words = item.written(in: books).body
        let photos = try Attachments.move(
            from: item.subject, to: target.subject, county: actor.county, in: books)
        try apply(
            // The protection of whoever asked for it comes along.
            Change(set: [
                "is_confidential = \(item.isConfidential || target.isConfidential)",
                "about_unit = \(target.aboutUnit ?? item.aboutUnit)",
            ]),
            to: target,
            event: Event(.caseJoined, [("number", item.number), ("words", words), ("photos", photos)]),
            as: .fileCase,
            by: actor, at: now, in: books)
        return Change(set: ["merged_into = \(target.id)"], details: [("into", target.number)])
    }

    /// Makes a child that begins as filed, so that a part can go to another unit with a clock of its own.
    static func splitting(
        _ item: Case, _ answers: FormValues, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Change {
        var report = CaseReport(source: item.source)
        (report.isConfidential, report.aboutUnit) = (item.isConfidential, item.aboutUnit)
        report.title = answers["title"]
        report.body = answers["words"]
        (report.place, report.territory, report.category) = (item.place, item.territory, item.category)
        let child = try self.report(report, by: actor, at: now, in: books)
        try apply(
            Change(
                set: [
                    "words_confirmed = 1", "state = \(Case.State.filed)", "filed_at = \(now)",
                    "verified_at = \(now)", "parent = \(item.id)",
                    "category_version = \(item.categoryVersion)", "is_public = \(item.isPublic)",
                    "time_limit = \(item.limit?.description)",
                ]),
            to: child, event: Event(Case.transition(.file).event, [("words", "\(item.number)")]),
            as: .dispatchCase,
            by: actor,
            at: now, in: books)
        return Change(details: [("number", child.number), ("words", child.title)])
    }
}

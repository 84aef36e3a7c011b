package import Rules

/// What somebody can do to an entry of the ledger, by the word that page and API send.
package enum LedgerVerb: String, CaseIterable, Sendable {
    case object, reply, approve, pay, withdraw, check, correct, recommend, assess

    /// The verb that was sent. Throws `Refusal.invalid` for any other word.
    package init(_ input: FormInput) throws {
        guard let verb = LedgerVerb(rawValue: input["verb"]) else {
            throw Refusal.invalid("verb", zh: "不认识这个动作。", en: "This verb is not known.")
        }
        self = verb
    }
}

extension Ledger {
    /// Throws what stands against somebody before what they wrote is read: an entry that is not there, or a
    /// verb that is for others.
    package static func need(
        _ verb: LedgerVerb, on id: ID<LedgerEntry>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        let county = actor.county, day = try Offices.of(county, in: books).zone.day(of: now)
        switch verb {
        case .reply, .pay: try actor.needOffice(.evaluate)
        case .approve, .withdraw, .correct: try actor.needOffice(.decide)
        case .object: try needObjector(actor, to: find(id, of: county, in: books), on: day, in: books)
        case .check: try needChecker(actor, of: find(id, of: county, in: books), in: books)
        case .recommend:
            try Recommendations.needLead(of: find(id, of: county, in: books), actor, on: day, in: books)
        case .assess: try Recommendations.needAssessor(of: find(id, of: county, in: books), actor, in: books)
        }
    }

    /// Does what a form says, and answers the entry as it is then. Throws like the verbs.
    @discardableResult
    package static func act(
        _ verb: LedgerVerb, _ values: FormValues, on id: ID<LedgerEntry>, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> LedgerEntry {
        let county = actor.county
        switch verb {
        case .object: try object(values["said"], to: id, by: actor, at: now, in: books)
        case .reply:
            let objection = try values.id("objection", of: Objection.self)
            guard try objections(to: id, county: county, in: books).contains(where: { $0.id == objection })
            else { throw Refusal.notFound }
            try reply(
                values["reply"], isUpheld: values.flag("upheld"), to: objection, by: actor, at: now, in: books
            )
        case .approve: try approve(id, paper: values["paper"], by: actor, at: now, in: books)
        case .pay: try pay(id, paper: values["paper"], by: actor, at: now, in: books)
        case .withdraw: try withdraw(id, why: values["why"], by: actor, at: now, in: books)
        case .check:
            try check(
                id, isSerious: values.flag("serious"), note: values["note"], paper: values["paper"],
                by: actor, at: now, in: books)
        case .correct:
            try correct(
                id, fen: values.optionalNumber("yuan") ?? values.optionalNumber("fen"), why: values["why"],
                by: actor, at: now, in: books)
        case .recommend:
            try Recommendations.make(
                values.id("person"), for: id, why: values["why"], by: actor, at: now, in: books)
        case .assess:
            let recommendation = try values.id("recommendation", of: Recommendation.self)
            guard
                try Recommendations.all(of: id, county: county, in: books).contains(where: {
                    $0.id == recommendation
                })
            else { throw Refusal.notFound }
            try Recommendations.assess(
                recommendation, hasPassed: values.flag("passed"), note: values["note"], by: actor, at: now,
                in: books)
        }
        return try find(id, of: county, in: books)
    }

    /// Does what a form says with everything that is ready for it. Answers how many it was.
    package static func all(_ values: FormValues, by actor: Actor, at now: Instant, in books: Books) throws
        -> Int
    {
        try all(
            LedgerVerb(rawValue: values["verb"]) == .approve ? .approved : .paid,
            kind: values.optionalChoice("kind"), paper: values["paper"], by: actor, at: now, in: books)
    }
}

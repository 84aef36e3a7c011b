import Governance
import Hummingbird
import Rules

extension LedgerStep: JSONWord {}

/// The ledger of what follows for programs.
enum LedgerAPI {
    static let list = LedgerPages.listing.endpoint(
        .init("ledger", .evaluation, "The ledger", "What follows from judged rounds."), of: entry,
        "A page of entries.")

    static let show = Endpoint.reading(
        .init(
            "ledgerEntry", .evaluation, "One entry",
            """
            With steps, objections and recommendations; the people named, who objects and who is recommended \
            only for who may see them. A correction, and what a check found, is there for all staff once it \
            is approved; before that for who runs the evaluation, its auditors, those named and those who \
            may object.
            """),
        whole, "The entry."
    ) { call, _ in try await LedgerPages.read(call) }

    // What was sent is read by the verb: whether it may happen is asked before.
    static let act = Endpoint.repeatable(
        Endpoint(
            .init(
                "actOnEntry", .evaluation, "Act on an entry",
                """
                \(fieldsOfVerbs) What `reply`, `check` and `assess` decide has to be said: an `upheld`, \
                `serious` or `passed` that is left out is 422. A field that the verb does not have is 422.
                """),
            body: .fields(LedgerForm.act), answers: [.json(entry, "As it is now.")]
        ) { call in
            let (id, sent): (ID<LedgerEntry>, FormInput) = (try call.id(), try await API.answers(call))
            let (verb, context) = (try LedgerVerb(sent), ShapeContext(call))
            return try await API.once(call, sent) { books in
                try Ledger.perform(
                    verb, on: id, with: sent, byProgram: true, by: call.actor, at: call.now, in: books)
                return (.ok, entry.json(try Ledger.find(id, for: call.actor, in: books), context))
            }
        })

    private static let fieldsOfVerbs =
        LedgerVerb.allCases.map { verb in
            let fields = LedgerForm.program(verb).map { "`\($0.name)`" }
            return "`\(verb.rawValue)` takes \(fields.joined(separator: ", "))"
        }.joined(separator: "; ") + "."

    static let all = Endpoint.change(
        .init(
            "actOnAll", .evaluation, "Approve or pay everything that is ready",
            "Of one kind if named. Approving needs the power `decide`, paying `evaluate`."),
        body: LedgerForm.all, Shape<Int> { Member("count") { $0 } }, "How many it was."
    ) { call, sent in
        let values = try LedgerForm.all.read(sent)
        return { try Ledger.all(values, by: call.actor, at: call.now, in: $0) }
    }

    // MARK: Shapes

    private static let entry = Shape<LedgerEntry>("LedgerEntry", "What follows from a judged round.") {
        Member("id", \.id)
        Member("round", \.round)
        Member("rule", \.rule)
        Member("kind", \.kind)
        Member("unit", "As the facts name it.", \.unit)
        Member("name", \.unitName)
        Member("fen", "For each who is paid; null where no money is given.", \.fen)
        Member("because", \.because)
        Member("state", \.state)
        Member("objections_until", "The last day of objection.", \.objectionsUntil)
        Member("corrects", "The entry that this one corrects.", \.corrects)
    }

    private static let whole = Shape<LedgerSight> {
        entry.members { $0.entry }
        Member("steps", list: step, nil, \.steps)
        Member("people", list: named, "Who was in the posts that it names, on the day of judging.", \.people)
        Member("objections", list: objection, nil, \.objections)
        Member("recommendations", list: recommendation, nil, \.recommendations)
    }

    private static let step = Shape<SignedStep<LedgerStep>> {
        Member("step", \.kind)
        Member("at", \.at)
        Member("by", optionalPerson: \.person, "Null where a rule made it happen.")
        Member("note", \.note)
        Member("paper", \.document)
    }

    private static let named = Shape<LedgerSight.Named> {
        Member("post", \.post)
        Member("person", optionalPerson: \.person)
        Member("fen", \.fen)
    }

    private static let objection = Shape<Objection> {
        Member("id", \.id)
        Member("said", \.said)
        Member("at", \.at)
        Member("reply_due", \.replyDue)
        Member("reply", \.reply)
        Member("upheld", "Null before the reply.", \.isUpheld)
    }

    private static let recommendation = Shape<Recommendation> {
        Member("id", \.id)
        Member("person", person: \.person)
        Member("why", \.why)
        Member("passed", "Null before the assessment.", \.hasPassed)
        Member("assessment", \.assessment)
    }
}

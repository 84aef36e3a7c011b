import Governance
import Rules

/// What the API says of cases.
enum CaseShapes {
    /// A line of a list.
    static let line = Shape<CaseLine>("CaseLine", "A case as a line of a list.") {
        Member("id", \.id)
        Member("number", "The number for people.", \.number)
        Member("title", \.title)
        Member("place", \.place)
        Member("territory", territory: \.territory)
        category { ($0.category, $0.categoryVersion) }
        Member("source", \.source)
        Member("state", \.state)
        Member("reported_at", \.reportedAt)
        Member("due_at", \.dueAt)
        Member("due_provisional", dueProvisional, \.dueProvisional)
        Member("is_overdue", in: { $0.isOverdue(at: $1.now) })
        Member("closed_at", \.closedAt)
        Member("updated_at", \.updatedAt)
        Member("unit", optionalUnit: \.unit)
        Member("handler", optionalPerson: \.handler)
        Member("returns", "How often it was returned.", \.returns)
        Member("needs_lead", needsLead, \.needsLead)
        Member("changed_seq", changed, \.changedSequence)
    }

    /// A case with every field that belongs to it alone.
    static let whole = Shape<Case>("Case", "A case.") { members }

    /// A case with what belongs to it and what the asker could do with it now.
    static let file = Shape<CaseFile>(
        "CaseWhole", "A case with what belongs to it and the verbs that are possible."
    ) {
        whole.members { $0.item }
        Member(
            "complainant_count", "How many complained; known to everybody who sees the case.",
            \.complainantCount)
        Member(
            "complainants", list: complainant, "Empty if the asker may not see them.", \.complainants)
        Member("assists", list: assist, nil, \.assists)
        Member("decisions", list: decision, "Open questions.", \.decisions)
        Member("calls", list: call, "Call-backs and residents' ratings.", \.calls)
        Member("possible", list: step, "What the asker could do with the case now.", \.possible)
    }

    /// A question that waits for a decision.
    static let decision = Shape<Decision>("Decision", "A question that waits for a decision.") {
        Member("id", \.id)
        Member("kind", \.kind)
        Member("words") { $0.kind.words }
        Member(
            "is_yes_or_no",
            "Settled with `POST /decisions/{id}`; the others are settled by a verb of the case."
        ) { $0.kind.isYesOrNo }
        Member("post", \.post)
        Member("asked_at", \.askedAt)
        Member("asked_by", optionalPerson: \.askedBy)
        Member("reason", "Why.", \.words)
        Member("detail", "What exactly is asked for.", \.detail)
    }

    /// A line of the log about a case.
    static let event = Shape<LogEntry>(
        "CaseEvent", "A line of a case's history: who, in which post, did what."
    ) {
        Member("seq", "The line's number in the county's log.", \.sequence)
        Member("kind", "A stable word.", \.kind)
        Member("at", \.at)
        Member("name", \.name)
        Member("post", \.post)
        Member("details", details, \.details)
    }

    /// A photo that came with an event of a case.
    static let photo = Shape<Attachment>("CasePhoto", "A photo that came with an event of a case.") {
        Member("id", \.id)
        Member("media_type", "Its kind.", \.kind)
        Member("size", "Bytes.", \.size)
        Member("sha256", "The hash of its bytes; the event tells the same.", \.hash)
        Member("added_at", "When it came.", \.addedAt)
    }

    static let details = "Names and texts that belong to the event."
    private static let dueProvisional =
        "The deadline reaches into a year whose calendar is not loaded yet."
    private static let needsLead = "A leader has to name the leading unit."
    private static let changed =
        "The number of the event that changed it last: the cursor for those who copy."

    /// The category in the version under which a case was filed; null before.
    static func category<Value>(
        _ filed: @escaping @Sendable (Value) -> (code: String, version: Int)
    ) -> Member<Value> {
        Member("category", optional: NamedShapes.category) {
            let filed = filed($0)
            return filed.code.isEmpty ? nil : filed
        }
    }
}

// MARK: The parts of a case

extension CaseShapes {
    @MemberBuilder<Case>
    private static var members: [Member<Case>] {
        identity
        moments
        counts
    }

    @MemberBuilder<Case>
    private static var identity: [Member<Case>] {
        Member("id", \.id)
        Member("number", "The number for people.", \.number)
        Member("version", "Rises with each change.", \.version)
        Member("title", \.title)
        Member("body", \.body)
        Member("place", \.place)
        Member("territory", territory: \.territory)
        Member("longitude", \.longitude)
        Member("latitude", \.latitude)
        category { ($0.category, $0.categoryVersion) }
        Member("source", \.source)
        Member("state", \.state)
        Member("outcome", \.outcome)
        Member("is_public", \.isPublic)
        Member("is_confidential", "The complainant asked not to be named.", \.isConfidential)
        Member("about_unit", optionalUnit: \.aboutUnit, "The unit complained about.")
        Member("proposed_unit", optionalUnit: \.proposedUnit)
        Member(
            "are_words_confirmed", "Somebody of the office confirmed the words that others read.",
            \.areWordsConfirmed)
        Member("reported_by", optionalPerson: \.reportedBy)
        Member("unit", optionalUnit: \.unit)
        Member("handler", optionalPerson: \.handler)
        Member("stand_in", optionalPerson: \.standIn)
    }

    @MemberBuilder<Case>
    private static var moments: [Member<Case>] {
        Member("reported_at", \.reportedAt)
        Member("verified_at", \.verifiedAt)
        Member("filed_at", \.filedAt)
        Member("dispatched_at", \.dispatchedAt)
        Member("told_at", \.toldAt)
        Member("accepted_at", \.acceptedAt)
        Member("handled_at", \.handledAt)
        Member("closed_at", \.closedAt)
        Member("updated_at", \.updatedAt)
        Member("limit", \.limit)
        Member("due_at", \.dueAt)
        Member("due_provisional", dueProvisional, \.dueProvisional)
        Member("is_overdue", in: { $0.isOverdue(at: $1.now) })
        Member("suspended_from", \.suspendedFrom)
        Member("suspended_until", \.suspendedUntil)
    }

    @MemberBuilder<Case>
    private static var counts: [Member<Case>] {
        Member("returns", "How often it was returned.", \.returns)
        Member("reworks", "How often a check sent it back.", \.reworks)
        Member("reopens", \.reopens)
        Member("extensions", \.extensions)
        Member("suspensions", \.suspensions)
        Member("appeals", \.appeals)
        Member("escalations", \.escalations)
        Member("is_exempt", "An appeal was granted: it does not count against the unit.", \.isExempt)
        Member("needs_lead", needsLead, \.needsLead)
        Member("parent", \.parent)
        Member("merged_into", \.mergedInto)
        Member("changed_seq", changed, \.changedSequence)
    }

    private static let complainant = Shape<Complainant> {
        Member("id", \.id)
        Member("name", \.name)
        Member("masked_phone", \.maskedPhone)
        Member("joined_at", \.joinedAt)
    }

    private static let assist = Shape<Assist> {
        Member(
            "unit",
            Shape<Assist>("UnitName") {
                Member("id", \.unit)
                Member("name", \.unitName)
            }
        ) { $0 }
        Member(
            "person",
            Shape<Assist>("PersonName") {
                Member("id", \.person)
                Member("name", \.personName)
            }
        ) { $0 }
        Member("request", \.request)
        Member("asked_at", \.askedAt)
        Member("due_at", \.dueAt)
        Member("answer", \.answer)
        Member("answered_at", \.answeredAt)
    }

    private static let call = Shape<CallBacks.Entry> {
        Member("at", \.at)
        Member("reached", \.reached)
        Member("solved", \.solved)
        Member("satisfaction", \.satisfaction)
        Member("words", \.words)
    }

    private static let step = Shape<Transition<Case>> {
        Member("verb", \.verb)
        Member("words", \.words)
        Member("asks", as: .list(CaseField.schema)) { step, _ in
            .array(step.form.filter(\.isRequired).map { .string($0.name) })
        }
        Member("may_tell", as: .list(CaseField.schema)) { step, _ in
            .array(step.form.filter { !$0.isRequired }.map { .string($0.name) })
        }
    }
}

/// A case with what hangs on it, as far as an actor may know it.
struct CaseFile: Sendable {
    let item: Case
    /// How many complained, and those whom the actor may know.
    let complainantCount: Int, complainants: [Complainant]
    /// Requests to assist, open questions, calls, and the verbs that the actor could use now.
    let assists: [Assist], decisions: [Decision], calls: [CallBacks.Entry], possible: [Transition<Case>]

    init(_ item: Case, for actor: Actor, at now: Instant, in books: Books) throws {
        self.item = item
        complainants = try Complainants.of(item, for: actor, in: books)
        complainantCount = try Complainants.count(of: item, shown: complainants, to: actor, in: books)
        assists = try Assists.all(of: item, for: actor, in: books)
        decisions = try Decisions.open(of: item, for: actor, in: books)
        calls = try CallBacks.all(of: item, for: actor, in: books)
        possible = try Cases.possible(item, for: actor, at: now, in: books)
    }
}

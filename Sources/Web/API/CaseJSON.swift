import Governance
import Rules

/// The shapes of cases.
enum CaseJSON {
    /// A line of a list.
    static func line(_ line: CaseLine, _ names: Directory, at now: Instant) -> JSON {
        .object([
            ("id", .id(line.id)), ("number", .string(line.number)), ("title", .string(line.title)),
            ("place", .string(line.place)), ("territory", names.json(territory: line.territory)),
            ("category", names.json(category: line.category, version: line.categoryVersion)),
            ("source", .string(line.source.rawValue)), ("state", .string(line.state.rawValue)),
            ("reported_at", .moment(line.reportedAt)), ("due_at", .moment(line.dueAt)),
            ("due_provisional", .bool(line.dueProvisional)), ("is_overdue", .bool(line.isOverdue(at: now))),
            ("closed_at", .moment(line.closedAt)), ("updated_at", .moment(line.updatedAt)),
            ("unit", names.json(line.unit)), ("handler", names.json(line.handler)),
            ("returns", .count(line.returns)),
            ("needs_lead", .bool(line.needsLead)),
            ("changed_seq", .count(line.changedSequence)),
        ])
    }

    /// A case with every field that belongs to it alone.
    static func whole(_ item: Case, _ names: Directory, at now: Instant) -> JSON {
        JSON.object([
            ("id", .id(item.id)), ("number", .string(item.number)), ("version", .count(item.version)),
            ("title", .string(item.title)), ("body", .string(item.body)), ("place", .string(item.place)),
            ("territory", names.json(territory: item.territory)), ("longitude", .degrees(item.longitude)),
            ("latitude", .degrees(item.latitude)),
            ("category", names.json(category: item.category, version: item.categoryVersion)),
            ("source", .string(item.source.rawValue)), ("state", .string(item.state.rawValue)),
            ("outcome", .optional(item.outcome?.rawValue)), ("is_public", .bool(item.isPublic)),
            ("is_confidential", .bool(item.isConfidential)), ("about_unit", names.json(item.aboutUnit)),
            ("proposed_unit", names.json(item.proposedUnit)),
            ("are_words_confirmed", .bool(item.areWordsConfirmed)),
            ("reported_by", names.json(item.reportedBy)), ("unit", names.json(item.unit)),
            ("handler", names.json(item.handler)), ("stand_in", names.json(item.standIn)),
        ]).with(moments(of: item, at: now)).with(counts(of: item))
    }

    private static func moments(of item: Case, at now: Instant) -> [(String, JSON)] {
        [
            ("reported_at", .moment(item.reportedAt)), ("verified_at", .moment(item.verifiedAt)),
            ("filed_at", .moment(item.filedAt)), ("dispatched_at", .moment(item.dispatchedAt)),
            ("told_at", .moment(item.toldAt)), ("accepted_at", .moment(item.acceptedAt)),
            ("handled_at", .moment(item.handledAt)), ("closed_at", .moment(item.closedAt)),
            ("updated_at", .moment(item.updatedAt)), ("limit", .optional(item.limit?.description)),
            ("due_at", .moment(item.dueAt)), ("due_provisional", .bool(item.dueProvisional)),
            ("is_overdue", .bool(item.isOverdue(at: now))), ("suspended_from", .moment(item.suspendedFrom)),
            ("suspended_until", .moment(item.suspendedUntil)),
        ]
    }

    private static func counts(of item: Case) -> [(String, JSON)] {
        [
            ("returns", .count(item.returns)), ("reworks", .count(item.reworks)),
            ("reopens", .count(item.reopens)),
            ("extensions", .count(item.extensions)), ("suspensions", .count(item.suspensions)),
            ("appeals", .count(item.appeals)), ("escalations", .count(item.escalations)),
            ("is_exempt", .bool(item.isExempt)), ("needs_lead", .bool(item.needsLead)),
            ("parent", .id(item.parent)),
            ("merged_into", .id(item.mergedInto)), ("changed_seq", .count(item.changedSequence)),
        ]
    }

    /// What hangs on a case: complainants as far as the actor may know them, requests to assist, open
    /// questions, calls, and the verbs that the actor could use now.
    static func belongings(
        of item: Case, for actor: Actor, _ names: Directory, at now: Instant, in books: Books
    ) throws -> [(String, JSON)] {
        let complainants = try Complainants.of(item, for: actor, in: books)
        return [
            (
                "complainant_count",
                .count(try Complainants.count(of: item, shown: complainants, to: actor, in: books))
            ),
            ("complainants", .array(complainants.map(complainant))),
            ("assists", .array(try Assists.all(of: item, for: actor, in: books).map(assist))),
            (
                "decisions",
                .array(try Decisions.open(of: item, for: actor, in: books).map { decision($0, names) })
            ),
            ("calls", .array(try CallBacks.all(of: item, for: actor, in: books).map(entry))),
            ("possible", .array(try Cases.possible(item, for: actor, at: now, in: books).map(step))),
        ]
    }

    private static func complainant(_ person: Complainant) -> JSON {
        .object([
            ("id", .id(person.id)), ("name", .string(person.name)),
            ("masked_phone", .string(person.maskedPhone)),
            ("joined_at", .moment(person.joinedAt)),
        ])
    }

    private static func assist(_ assist: Assist) -> JSON {
        .object([
            ("unit", .object([("id", .id(assist.unit)), ("name", .words(assist.unitName))])),
            ("person", .object([("id", .id(assist.person)), ("name", .string(assist.personName))])),
            ("request", .string(assist.request)), ("asked_at", .moment(assist.askedAt)),
            ("due_at", .moment(assist.dueAt)), ("answer", .optional(assist.answer)),
            ("answered_at", .moment(assist.answeredAt)),
        ])
    }

    /// A question that waits for a decision.
    static func decision(_ decision: Decision, _ names: Directory) -> JSON {
        .object([
            ("id", .id(decision.id)), ("kind", .string(decision.kind.rawValue)),
            ("words", .words(decision.kind.words)),
            ("is_yes_or_no", .bool(decision.kind.isYesOrNo)), ("post", .id(decision.post)),
            ("asked_at", .moment(decision.askedAt)), ("asked_by", names.json(decision.askedBy)),
            ("reason", .string(decision.words)), ("detail", .string(decision.detail)),
        ])
    }

    private static func entry(_ call: CallBacks.Entry) -> JSON {
        .object([
            ("at", .moment(call.at)), ("reached", .bool(call.reached)),
            ("solved", call.solved.map(JSON.bool) ?? .null),
            ("satisfaction", .optional(call.satisfaction?.rawValue)), ("words", .string(call.words)),
        ])
    }

    private static func step(_ step: Transition<Case>) -> JSON {
        .object([
            ("verb", .string(step.verb.rawValue)), ("words", .words(step.words)),
            ("asks", .array(step.form.filter(\.isRequired).map { .string($0.name) })),
            ("may_tell", .array(step.form.filter { !$0.isRequired }.map { .string($0.name) })),
        ])
    }

    /// A line of the log about a case.
    static func event(_ entry: LogEntry) -> JSON {
        .object([
            ("seq", .count(entry.sequence)), ("kind", .string(entry.kind)), ("at", .moment(entry.at)),
            ("name", .words(entry.name)), ("post", .words(entry.post)), ("details", .texts(entry.details)),
        ])
    }
}

package import Rules
import Store

extension Event.Kind {
    static let changeAsked = Event.Kind("register.ask", zh: "申请修改登记", en: "Change of the register asked for")
    static let changeGranted = Event.Kind(
        "register.grant", zh: "批准修改登记", en: "Change of the register approved")
    static let changeRefused = Event.Kind(
        "register.refuse", zh: "退回修改申请", en: "Change of the register refused")
}

/// A change of the registry that waits for somebody else's approval.
package struct ChangeRequest: Sendable {
    /// What is asked for.
    package enum Kind: String, CaseIterable, Sendable, Bindable, Readable {
        /// Facts of the household or of a member change.
        case change
        /// Somebody joins the household: born, married, come back.
        case join
        /// A member leaves it: died, married away, moved.
        case leave

        /// What it is called.
        package var words: Phrase {
            switch self {
            case .change: Phrase(zh: "修改", en: "Change")
            case .join: Phrase(zh: "增加成员", en: "New member")
            case .leave: Phrase(zh: "减少成员", en: "Member leaves")
            }
        }
    }

    /// Its identity, and the household that it is about.
    package let id: ID<ChangeRequest>, household: ID<Household>
    /// From which day it is to hold, why, who asked and when.
    package let from: Day, reason: String, askedBy: ID<Person>, askedAt: Instant
    /// How it was settled: nil while it waits.
    package let granted: Bool?, answer: String, settledBy: ID<Person>?, settledAt: Instant?
    let sealed: [UInt8]

    init(_ row: Row) throws {
        (id, household) = (try row.get("id"), try row.get("subject_id"))
        (from, reason) = (try row.get("holds_from"), try row.get("reason"))
        (askedBy, askedAt) = (try row.get("asked_by"), try row.get("asked_at"))
        (granted, answer) = (try row.optional("granted"), try row.optional("answer") ?? "")
        (settledBy, settledAt) = (try row.optional("settled_by"), try row.optional("settled_at"))
        sealed = try row.get("changes")
    }
}

/// A change that waits, with what it is to do.
package struct WaitingChange: Sendable {
    /// The request, what is to happen, and the member that it is about; empty for the household itself.
    package let request: ChangeRequest, verb: ChangeRequest.Kind, member: String
    /// Each fact as it is and as it is to be.
    package let changes: [(fact: Fact, from: Facts, to: Facts)]
}

/// Changing what the registry says: what is not gated holds at once, the rest when another post has approved
/// it.
package enum RegisterChanges {
    /// What is to change: facts of the household, or of a member, or who belongs to it.
    package struct Draft: Sendable {
        /// What is to happen, and to which member.
        package var verb: ChangeRequest.Kind, member: ID<Member>?
        /// What was written, by the facts' names.
        package var answers: [String: String]
        /// From which day, and why.
        package var from: Day, reason: String
        /// A change to be.
        package init(
            _ verb: ChangeRequest.Kind, member: ID<Member>? = nil, answers: [String: String] = [:], from: Day,
            reason: String
        ) {
            (self.verb, self.member, self.answers, self.from, self.reason) = (
                verb, member, answers, from, reason
            )
        }
    }

    /// What came of it.
    package struct Outcome: Sendable, Equatable {
        /// Whether something holds now, and the request that waits.
        package var holds = false, waits: ID<ChangeRequest>?
        /// Something that holds, or a request.
        package init(holds: Bool = false, waits: ID<ChangeRequest>? = nil) {
            (self.holds, self.waits) = (holds, waits)
        }
    }

    /// Takes a change. Throws `Refusal.invalid` if a fact cannot be so, or if a rule of quality would be
    /// broken. A whole request waits if somebody else has to approve all of it: what a look-back found, and
    /// not only what is gated.
    package static func make(
        _ draft: Draft, of household: Household, isWhollyGated: Bool = false, by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> Outcome {
        let today = try Offices.of(actor.county, in: books).zone.day(of: now)
        try Households.need(.keepRegister, over: household, for: actor, on: today, in: books)
        guard draft.from <= today else {
            throw Refusal.invalid(
                "from", zh: "日期不能在将来，到那天再改。", en: "The day cannot be in the future; come back on that day.")
        }
        let reason = try Check.text(
            draft.reason, field: "reason", most: 500, label: Phrase(zh: "理由", en: "The reason"))
        let key = try books.registryKey(of: actor.county)
        let member = try draft.member.map {
            try self.member($0, of: household, in: books, county: actor.county)
        }
        let list = draft.verb == .change && member == nil ? FactList.household : FactList.member
        var values = try Registering.read(draft.answers, list).filter { name, value in
            draft.verb == .join
                ? value != .null
                : try !isSame(
                    value, list[name], in: member?.facts ?? household.facts,
                    record: member?.id.text ?? household.id.text, key)
        }
        for (name, _) in values where { if case .inner? = list[name]?.kind { true } else { false } }() {
            throw Refusal.invalid(name, zh: "这一项由系统填写。", en: "This is filled in by the program.")
        }
        if draft.verb == .join, values["name"] == nil {
            throw Refusal.invalid("name", zh: "没有填姓名。", en: "The name is missing.")
        }
        guard draft.verb != .change || !values.isEmpty else {
            throw Refusal.invalid("reason", zh: "没有任何改动。", en: "Nothing was changed.")
        }
        var outcome = Outcome()
        let gates = try RegisterGates.facts(of: actor.county, on: today, in: books)
        func waits(_ fact: String) -> Bool {
            isWhollyGated || list[fact]?.isGated == true || (member == nil && gates.contains(fact))
        }
        let isGated = draft.verb != .change || values.keys.contains(where: waits)
        if !isGated {
            outcome.holds = try apply(
                draft.verb, member?.id, values, from: draft.from, reason: reason, of: household.id, key,
                by: actor, at: now, in: books)
        } else {
            // Tried first: nobody has to approve what the rules of quality would refuse.
            try books.transaction.trial {
                _ = try apply(
                    draft.verb, member?.id, values, from: draft.from, reason: reason, of: household.id, key,
                    by: actor, at: now, in: books)
                return (false, ())
            }
            let open = draft.verb == .change ? values.filter { !waits($0.key) } : [:]
            if !open.isEmpty {
                outcome.holds = try apply(
                    .change, member?.id, open, from: draft.from, reason: reason, of: household.id, key,
                    by: actor, at: now, in: books)
            }
            for name in open.keys { values[name] = nil }
            outcome.waits = try ask(
                draft, member?.id, values, list, reason: reason, of: household, key, by: actor, at: now,
                in: books)
        }
        return outcome
    }

    /// Enters a household's income of a year.
    package static func enter(
        income answers: [String: String], year: Int, of household: Household, by actor: Actor,
        at now: Instant, in books: Books
    ) throws {
        try Households.need(
            .keepRegister, over: household, for: actor,
            on: Offices.of(actor.county, in: books).zone.day(of: now), in: books)
        var values = try Registering.read(answers, .income).filter { $0.value != .null }
        if values["headcount"] == nil {
            values["headcount"] = .integer(Int64(household.facts.number("headcount") ?? 1))
        }
        _ = try Registering.enter(income: values, year: year, of: household.id, by: actor, at: now, in: books)
    }

    /// What waits for approval in reach, oldest first; from behind a request on if one is named. Throws
    /// `Refusal.invalid` for a cursor that is none.
    package static func open(
        for actor: Actor, on day: Day, only id: ID<ChangeRequest>? = nil, after cursor: String = "",
        limit: Int = 200, in books: Books
    ) throws -> Queue<ChangeRequest> {
        let actor = try actor.acting(as: .approveChange)
        let wanted: SQL = id.map { "r.id = \($0)" } ?? "1 = 1"
        return try books.queue(
            "r.*",
            """
            change_request r JOIN household_version v ON v.county = r.county AND v.id = r.subject_id AND \
            \(AsOf.present.condition("v"))
            WHERE r.county = \(actor.county) AND r.settled_at IS NULL AND \(wanted) AND \
            \(actor.registryReach(on: day))
            """, page: try page(after: cursor, of: actor.county, in: books), order: "r.asked_at, r.id",
            limit: limit, ChangeRequest.init)
    }

    /// What waits for approval in reach, oldest first, each with what it is to change.
    package static func waiting(for actor: Actor, on day: Day, limit: Int = 200, in books: Books) throws
        -> Queue<WaitingChange>
    {
        try open(for: actor, on: day, limit: limit, in: books).map { request in
            let (verb, member, changes) = try details(of: request, county: actor.county, in: books)
            return WaitingChange(request: request, verb: verb, member: member, changes: changes)
        }
    }

    /// What comes behind a request, whether it still waits or was settled meanwhile.
    private static func page(after cursor: String, of county: County, in books: Books) throws -> SQL? {
        if cursor.isEmpty { return nil }
        let asked = try books.first(
            "SELECT asked_at FROM change_request WHERE county = \(county) AND id = \(cursor)"
        ) { try $0.get("asked_at", as: Instant.self) }
        guard let asked else { throw Refusal.strangeCursor }
        return "(r.asked_at, r.id) > (\(asked), \(cursor))"
    }

    /// Every request about a household, newest first.
    static func all(of household: ID<Household>, county: County, in books: Books) throws -> [ChangeRequest] {
        try books.all(
            """
            SELECT * FROM change_request WHERE county = \(county) AND subject_kind = 'household'
                AND subject_id = \(household)
            ORDER BY asked_at DESC, id DESC LIMIT 50
            """, ChangeRequest.init)
    }

    /// What a request is to change, for whoever decides it: the member's name, and each fact as it is and as
    /// it is to be. Secrets are masked.
    static func details(
        of request: ChangeRequest, county: County, in books: Books
    ) throws -> (verb: ChangeRequest.Kind, member: String, changes: [(fact: Fact, from: Facts, to: Facts)]) {
        let content = try content(of: request, county: county, in: books)
        let old: Facts
        if let member = content.member {
            old = try DatedTable.member.find(member.text, of: county, in: books)?.facts ?? Facts(.member)
        } else if content.verb == .join {
            old = Facts(.member)
        } else {
            old =
                try DatedTable.household.find(request.household.text, of: county, in: books)?.facts
                ?? Facts(.household)
        }
        var new = old
        for (name, value) in content.values { new[raw: name] = value }
        let name = content.verb == .join ? new["name"] : content.member == nil ? "" : old["name"]
        return (
            content.verb, name,
            content.values.keys.compactMap { old.list[$0] }.sorted { $0.name < $1.name }.map {
                ($0, old, new)
            }
        )
    }

    /// Approves or refuses a request that somebody else made.
    package static func settle(
        _ id: ID<ChangeRequest>, granted: Bool, answer: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        let actor = try actor.acting(as: .approveChange)
        let today = try Offices.of(actor.county, in: books).zone.day(of: now)
        guard let request = try open(for: actor, on: today, only: id, in: books).items.first else {
            throw Refusal.notFound
        }
        let inquiry = Inquiry(request, (), actor: actor, now: now, today: today)
        if let refusal = inquiry.refusal(of: granted ? .grant : .refuse) { throw refusal }
        let answer =
            granted
            ? try Check.optionalText(answer, field: ApprovalForm.answer.name, most: 500)
            : try Check.text(
                answer, field: ApprovalForm.answer.name, most: 500, label: ApprovalForm.answer.label)
        if granted {
            let content = try content(of: request, county: actor.county, in: books)
            _ = try apply(
                content.verb, content.member, content.values, from: request.from, reason: request.reason,
                of: request.household,
                books.registryKey(of: actor.county), by: actor, at: now, in: books)
        }
        let changed = try books.change(
            """
            UPDATE change_request SET settled_at = \(now), settled_by = \(actor.person), granted = \(granted),
                answer = \(answer)
            WHERE county = \(actor.county) AND id = \(id) AND settled_at IS NULL
            """)
        guard changed == 1 else { throw Refusal.changedMeanwhile }
        try books.record(
            Event(
                granted ? .changeGranted : .changeRefused, [("reason", request.reason), ("answer", answer)]),
            about: .init("household", request.household.text),
            by: actor, as: .approveChange, at: now)
    }

    /// Shows one secret of a household or of a member in full, after a reason was given.
    package static func unmask(
        _ name: String, member: ID<Member>?, of household: Household, reason: String, by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> String {
        try Households.need(
            .unmask, over: household, for: actor, on: Offices.of(actor.county, in: books).zone.day(of: now),
            in: books)
        let reason = try Check.text(
            reason, field: "reason", most: 200, label: Phrase(zh: "理由", en: "The reason"))
        let who = try member.map { try self.member($0, of: household, in: books, county: actor.county) }
        let facts = who?.facts ?? household.facts
        guard let fact = facts.list[name], fact.isSecret, case .blob(let bytes) = facts[raw: name] else {
            throw Refusal.notFound
        }
        let text = try books.registryKey(of: actor.county).opened(
            bytes, of: "\(name) \(who?.id.text ?? household.id.text)")
        try books.record(
            Event(.secretShown, [("field", name), ("member", who?.number), ("reason", reason)]),
            about: .init("household", household.id.text), by: actor,
            as: .unmask, at: now)
        return text
    }

    private static func member(_ id: ID<Member>, of household: Household, in books: Books, county: County)
        throws -> Member
    {
        guard
            let found = try Households.members(of: household.id, county: county, in: books).first(where: {
                $0.id == id
            })
        else { throw Refusal.notFound }
        return found
    }

    private static func isSame(
        _ value: Value, _ fact: Fact?, in facts: Facts, record: String, _ key: RegistryKey
    ) throws -> Bool {
        guard let fact else { return false }
        if fact.isSecret, case .blob(let bytes) = facts[raw: fact.name], case .text(let text) = value {
            return try key.opened(bytes, of: "\(fact.name) \(record)") == text
        }
        return facts[raw: fact.name] == value
    }

    /// Makes a change hold. Throws `Refusal.invalid` for what a refusing rule of quality finds and did not
    /// find before.
    private static func apply(
        _ verb: ChangeRequest.Kind, _ member: ID<Member>?, _ values: [String: Value], from day: Day,
        reason: String, of household: ID<Household>,
        _ key: RegistryKey, by actor: Actor, at now: Instant, in books: Books
    ) throws -> Bool {
        let before = try Set(
            RegisterQuality.refusals(of: household, on: day, key, county: actor.county, in: books))
        var changed = true
        switch verb {
        case .change:
            changed =
                try member.map {
                    try Registering.change(
                        $0, of: household, values, from: day, reason: reason, key: key, by: actor, at: now,
                        in: books)
                }
                ?? Registering.change(
                    household, values, from: day, reason: reason, key: key, by: actor, at: now, in: books)
        case .join:
            try Registering.join(
                household, values, from: day, reason: reason, key: key, by: actor, at: now, in: books)
        case .leave:
            guard let member else { throw Refusal.notFound }
            try Registering.leave(
                member, household, from: day, reason: reason, key: key, by: actor, at: now, in: books)
        }
        let news = try RegisterQuality.refusals(of: household, on: day, key, county: actor.county, in: books)
            .filter { !before.contains($0) }
        guard news.isEmpty else {
            throw Refusal.invalid(news.map { .init($0.fact, Phrase(zh: $0.zh + "。", en: $0.en + ".")) })
        }
        return changed
    }

    private static func ask(
        _ draft: Draft, _ member: ID<Member>?, _ values: [String: Value], _ list: FactList, reason: String,
        of household: Household, _ key: RegistryKey,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<ChangeRequest> {
        let id: ID<ChangeRequest> = books.newID(at: now)
        let written = values.map { name, value in (name, JSON.string(list[name]?.tabled(value) ?? "")) }
            .sorted { $0.0 < $1.0 }
        let content = JSON.object([
            ("verb", .string(draft.verb.rawValue)), ("member", .string(member?.text ?? "")),
            ("values", .object(written)),
        ])
        let sealed = try key.closed(content.text, of: "request \(id)", chance: books.chance)
        try books.change(
            """
            INSERT INTO change_request (county, id, subject_kind, subject_id, village_path, changes,
                holds_from, reason, asked_at, asked_by)
            VALUES (\(actor.county), \(id), 'household', \(household.id), \(household.path), \(sealed),
                \(draft.from), \(reason), \(now), \(actor.person))
            """)
        try books.record(
            Event(
                .changeAsked,
                [
                    ("verb", draft.verb.rawValue), ("facts", values.keys.sorted().joined(separator: " ")),
                    ("from", draft.from.description), ("reason", reason),
                ]),
            about: .init("household", household.id.text), by: actor, as: .keepRegister, at: now)
        return id
    }

    private static func content(
        of request: ChangeRequest, county: County, in books: Books
    ) throws -> (verb: ChangeRequest.Kind, member: ID<Member>?, values: [String: Value]) {
        let json = try JSON(
            parsing: .init(
                books.registryKey(of: county).opened(request.sealed, of: "request \(request.id)").utf8))
        guard let verb = json["verb"]?.stringValue.flatMap({ ChangeRequest.Kind(rawValue: $0) }),
            case .object(let parts)? = json["values"]
        else {
            throw Refusal.notFound
        }
        let member = json["member"]?.stringValue.flatMap { ID<Member>($0) }
        let written = Dictionary(parts.map { ($0, $1.stringValue ?? "") }) { first, _ in first }
        return (
            verb, member,
            try Registering.read(written, verb == .change && member == nil ? .household : .member)
        )
    }
}

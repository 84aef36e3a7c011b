package import Rules
import Store

extension Event.Kind {
    static let phoneUnmasked = Event.Kind("person.unmask", zh: "查看完整号码", en: "Number unmasked")
}

/// Somebody who complained about a matter.
package struct Complainant: Sendable, Hashable {
    /// Their identity, name and masked number.
    package var id: ID<Complainant>, name: String, maskedPhone: String
    /// When they joined.
    package var joinedAt: Instant
}

/// Who complained, for those who need to know.
package enum Complainants {
    /// Whether the actor may see the complainants of a case: never a person of the unit complained about, and the handling
    /// unit only if the complainant did not ask otherwise.
    package static func areVisible(of item: Case, to actor: Actor) -> Bool {
        if actor.belongs(to: item.aboutUnit) { return false }
        if item.isConfidential {
            // Then only those who file, check or call back there, and never the side that handles it.
            let isHandling = actor.belongs(to: item.unit) || actor.person == item.handler || actor.person == item.standIn
            let isOffice = [Power.fileCase, .checkCase, .callBack].contains { actor.may($0, at: item.territoryPath) }
            return isOffice && !isHandling
        }
        return !actor.powers.isDisjoint(with: [.fileCase, .handleCase, .checkCase, .callBack])
    }

    /// The complainants of a case with masked numbers; empty if the actor may not see them.
    package static func of(_ item: Case, for actor: Actor, in books: Books) throws -> [Complainant] {
        guard areVisible(of: item, to: actor) else { return [] }
        return try books.all(
            "SELECT * FROM complainant WHERE county = \(actor.county) AND case_id = \(item.id) ORDER BY joined_at, id"
        ) { row in
            Complainant(
                id: try row.get("id"), name: try row.get("name"), maskedPhone: Check.masked(try row.get("phone")),
                joinedAt: try row.get("joined_at"))
        }
    }

    /// How many there are: that number may be known to everybody who sees the case. `shown`: those whom the actor sees.
    package static func count(of item: Case, shown: [Complainant], to actor: Actor, in books: Books) throws -> Int {
        if areVisible(of: item, to: actor) { return shown.count }
        return try books.count("SELECT COUNT(*) FROM complainant WHERE county = \(actor.county) AND case_id = \(item.id)")
    }

    /// Shows one number in full, for a reason that the log keeps.
    package static func unmask(
        _ id: ID<Complainant>, of caseID: ID<Case>, reason: String, by actor: Actor, at now: Instant, in books: Books
    ) throws -> String {
        let item = try Cases.find(caseID, by: actor, in: books)
        try actor.need(.unmask)
        guard areVisible(of: item, to: actor) else { throw Refusal.notFound }
        let reason = try Check.text(reason, field: "reason", most: 300, label: Phrase(zh: "查看理由", en: "The reason"))
        guard
            let phone = try books.first(
                """
                SELECT phone FROM complainant WHERE county = \(actor.county) AND case_id = \(caseID) AND id = \(id)
                """, { try $0.get("phone", as: String.self) })
        else { throw Refusal.notFound }
        try books.record(
            Event(.phoneUnmasked, [("case", item.number), ("words", reason)]), about: .init("complainant", id.text), by: actor,
            as: .unmask, at: now)
        return phone
    }
}

/// What a resident may look up: a case by its number and the last four digits of the telephone that was left.
package enum PublicLookUp {
    /// The case; throws `Refusal.notFound` if number and telephone do not belong together.
    package static func find(number: String, phoneTail: String, of county: County, in books: Books) throws -> Case {
        let tail = phoneTail.trimmed
        guard tail.count == 4, tail.allSatisfy(\.isNumber) else {
            throw Refusal.invalid("phone_tail", zh: "请填电话的后四位。", en: "Enter the last four digits of the telephone.")
        }
        guard
            let found = try books.first(
                """
                SELECT c.* FROM case_file c WHERE c.county = \(county) AND c.number = \(number.trimmed.uppercased())
                """, Case.init)
        else { throw Refusal.notFound }
        // A merged report leads to the case that took it up, through any number of mergers.
        var target = found.mergedInto ?? found.id
        for _ in 0..<20 {
            let further = try books.first(
                "SELECT merged_into FROM case_file WHERE county = \(county) AND id = \(target)"
            ) { try $0.optional("merged_into", as: ID<Case>.self) }
            guard let next = further.flatMap(\.self) else { break }
            target = next
        }
        let known = try books.count(
            "SELECT COUNT(*) FROM complainant WHERE county = \(county) AND case_id = \(target) AND phone_tail = \(tail)")
        guard known > 0 else { throw Refusal.notFound }
        guard target != found.id else { return found }
        return try books.first(
            "SELECT c.* FROM case_file c WHERE c.county = \(county) AND c.id = \(target)", Case.init) ?? found
    }

    /// A page of the public notice: filed cases whose category is public, newest first. Its lines carry no person.
    package static func notice(limit: Int, cursor: String, of county: County, in books: Books) throws -> CasePage {
        let limit = min(max(limit, 1), 100)
        let all: SQL = "c.county = \(county) AND c.is_public = 1 AND c.state <> \(Case.State.void)"
        let number = cursor.trimmed
        let after: SQL = number.isEmpty ? "1 = 1" : "c.number < \(number)"
        let lines = try books.all(
            "SELECT \(CaseLine.columns) FROM case_file c WHERE \(all) AND \(after) ORDER BY c.number DESC LIMIT \(limit + 1)",
            CaseLine.init)
        return CasePage(
            total: try books.count("SELECT COUNT(*) FROM case_file c WHERE \(all)"), lines: Array(lines.prefix(limit)),
            next: lines.count > limit ? lines[limit - 1].number : nil)
    }

    /// What happened, as far as residents may see it, oldest first. Units are named, persons are not.
    package static func history(of item: Case, county: County, in books: Books) throws -> [LogEntry] {
        let visible = Set(Case.life.filter(\.isPublic).map(\.event.word)).union(["case.report", "case.join", "case.rate"])
        return try Log.history(of: item.subject, county: county, in: books).filter {
            visible.contains($0.kind) || ($0.kind == "case.note" && $0.details["public"] == "yes")
        }
    }
}

import Foundation
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
    /// Whether the actor may see the complainants of a case: never a person of the unit complained about, and
    /// the handling unit only if the complainant did not ask otherwise.
    package static func areVisible(of item: some ComplainantProtected, to actor: Actor) -> Bool {
        guard let person = actor.person, !actor.belongs(to: item.aboutUnit) else { return false }
        func have(_ powers: [Power]) -> Bool { powers.contains { actor.may($0, on: item) } }
        guard item.isConfidential else { return have(office + [.handleCase]) }
        // Then only those who file, check or call back there, and never the side that handles it.
        let isHandling = actor.belongs(to: item.unit) || person == item.handler || person == item.standIn
        return have(office) && !isHandling
    }

    /// The powers by which somebody deals with complainants.
    private static let office: [Power] = [.fileCase, .checkCase, .callBack]

    /// The same as a condition on case `c`: for searches, which must not tell by what they find.
    static func visible(to actor: Actor) -> SQL {
        guard let person = actor.person else { return "1 = 0" }
        func reached(_ powers: [Power]) -> SQL {
            let seats = actor.seats.filter { seat in powers.contains(where: seat.has) }
            var ways = Set(seats.filter(\.kind.reachesTerritory).map(\.path)).sorted().map {
                Territory.inside($0)
            }
            ways += Set(seats.filter { !$0.kind.reachesTerritory }.map(\.unit)).map { "c.unit = \($0)" }
            if powers.contains(where: { Actor.named.contains($0) && actor.may($0) }) {
                ways += ["c.handler = \(person)", "c.stand_in = \(person)"]
            }
            return ways.isEmpty ? "1 = 0" : SQL.any(ways)
        }
        let units = Array(actor.units)
        let isAbout: SQL =
            units.isEmpty ? "1 = 0" : "(c.about_unit IS NOT NULL AND c.about_unit IN (\(list: units)))"
        let isUnit: SQL = units.isEmpty ? "1 = 0" : "(c.unit IS NOT NULL AND c.unit IN (\(list: units)))"
        let isHandling: SQL =
            """
            (\(isUnit) OR (c.handler IS NOT NULL AND c.handler = \(person)) OR (c.stand_in IS NOT NULL \
            AND c.stand_in = \(person)))
            """
        return """
            (NOT \(isAbout) AND ((c.is_confidential = 0 AND \(reached(office + [.handleCase])))
                OR (c.is_confidential = 1 AND \(reached(office)) AND NOT \(isHandling))))
            """
    }

    /// The complainants of a case with masked numbers; empty if the actor may not see them.
    package static func of(_ item: Case, for actor: Actor, in books: Books) throws -> [Complainant] {
        guard areVisible(of: item, to: actor) else { return [] }
        return try books.all(
            """
            SELECT * FROM complainant WHERE county = \(actor.county) AND case_id = \(item.id)
                ORDER BY joined_at, id
            """
        ) { row in
            let id: ID<Complainant> = try row.get("id")
            return Complainant(
                id: id, name: try row.get("name"),
                maskedPhone: Check.masked(try ComplainantPhone.read(row, of: id, in: books) ?? ""),
                joinedAt: try row.get("joined_at"))
        }
    }

    /// The names that complainants left, by case: for taking them out of what others read.
    static func names(of cases: [ID<Case>], county: County, in books: Books) throws -> [ID<Case>: [String]] {
        var names: [ID<Case>: [String]] = [:]
        guard !cases.isEmpty else { return names }
        for (item, name) in try books.all(
            """
            SELECT case_id, name FROM complainant WHERE county = \(county) AND case_id IN (\(list: cases))
                AND name <> '' ORDER BY joined_at, id
            """,
            { (try $0.get("case_id", as: ID<Case>.self), try $0.get("name", as: String.self)) })
        { names[item, default: []].append(name) }
        return names
    }

    /// The names of complainants by identity.
    static func names(of ids: [ID<Complainant>], county: County, in books: Books) throws -> [String: String] {
        guard !ids.isEmpty else { return [:] }
        let found = try books.all(
            """
            SELECT id, name FROM complainant WHERE county = \(county) AND id IN (\(list: ids))
                AND name <> ''
            """
        ) { (try $0.get("id", as: String.self), try $0.get("name", as: String.self)) }
        return Dictionary(found) { first, _ in first }
    }

    /// The names that are kept from somebody in what others wrote about a case; none for who may know the
    /// complainants.
    static func hidden(of item: Case, from actor: Actor, in books: Books) throws -> [String] {
        try hidden(of: [item], from: actor, in: books)[item.id] ?? []
    }
    /// The same of several cases, or of lines of a list.
    static func hidden<Item: ComplainantProtected>(of items: [Item], from actor: Actor, in books: Books)
        throws
        -> [ID<Case>: [String]]
    {
        let hidden = actor.isSystem ? [] : items.filter { !areVisible(of: $0, to: actor) }.map(\.id)
        return try names(of: Array(Set(hidden)), county: actor.county, in: books)
    }

    /// How many there are: that number may be known to everybody who sees the case. `shown`: those whom the
    /// actor sees.
    package static func count(of item: Case, shown: [Complainant], to actor: Actor, in books: Books) throws
        -> Int
    {
        if areVisible(of: item, to: actor) { return shown.count }
        return try books.count(
            "SELECT COUNT(*) FROM complainant WHERE county = \(actor.county) AND case_id = \(item.id)")
    }

    /// What is asked before a number is shown in full.
    package static let unmasking = [
        FormField("reason", "查看理由", "The reason", .text(most: 300), isRequired: true)
    ]

    /// Shows one number in full, for a reason that the log keeps.
    package static func unmask(
        _ id: ID<Complainant>, of caseID: ID<Case>, reason: String, by actor: Actor, at now: Instant,
        in books: Books
    ) throws -> String {
        let item = try Cases.find(caseID, by: actor, in: books)
        guard actor.may(.unmask, on: item) else { throw Actor.powerless }
        guard areVisible(of: item, to: actor) else { throw Refusal.notFound }
        let reason = try Check.text(
            reason, field: "reason", most: 300, label: Phrase(zh: "查看理由", en: "The reason"))
        let found = try books.first(
            "SELECT * FROM complainant WHERE county = \(actor.county) AND case_id = \(caseID) AND id = \(id)"
        ) {
            try ComplainantPhone.read($0, of: id, in: books)
        }
        guard let phone = found.flatMap(\.self) else { throw Refusal.notFound }
        try books.record(
            Event(.phoneUnmasked, [("case", item.number), ("words", reason)]),
            about: .init("complainant", id.text), by: actor,
            as: .unmask, at: now)
        return phone
    }
}

/// The telephone of a complainant: sealed, found by the keyed hash of the whole number and of its last four
/// digits.
enum ComplainantPhone {
    /// The number as it was left; nil if none was, or if it was sealed with another key.
    static func read(_ row: Row, of id: ID<Complainant>, in books: Books) throws -> String? {
        if let bytes = try row.optional("phone_sealed", as: [UInt8].self) {
            // A foreign key hides the number, not the case.
            do { return try books.key?.opened(bytes, of: "complainant \(id) phone") } catch is Refusal {
                return nil
            }
        }
        let open: String = try row.get("phone")
        return open.isEmpty ? nil : open
    }

    /// The last four digits of a number without its extension: the part between dashes that has most digits.
    static func tail(of phone: String) -> String {
        let parts = phone.split(separator: "-").map { $0.filter { $0.isASCII && $0.isNumber } }
        // The first of the longest: an area code is shorter than the number, an extension stands behind it.
        let longest = parts.reduce("") { $1.count > $0.count ? $1 : $0 }
        return String(longest.suffix(4))
    }
}

/// What a resident may look up: a case by its number and the last four digits of the telephone that was left.
package enum PublicLookUp {
    /// What the resident sees of it: of a report that was merged only where the matter stands, never the
    /// other's words or number.
    package struct View: Sendable {
        /// The case under the number that was asked, in the state of the case that took it up.
        package var item: Case
        /// What happened, as far as residents may see it, oldest first; nothing of a case that took it up.
        package var history: [LogEntry]
        /// Whether another case took it up.
        package var isMerged: Bool
    }

    /// What a resident sees; throws `Refusal.notFound` if number and telephone do not belong together.
    package static func view(number: String, phoneTail: String, of county: County, in books: Books) throws
        -> View
    {
        let (found, target) = try pair(number: number, phoneTail: phoneTail, of: county, in: books)
        guard found.id != target.id else {
            return View(
                item: found, history: try history(of: found, county: county, in: books), isMerged: false)
        }
        var item = found
        (item.state, item.outcome, item.unit, item.closedAt) = (
            target.state, target.outcome, target.unit, target.closedAt
        )
        return View(item: item, history: [], isMerged: true)
    }

    /// The case that a number leads to; throws `Refusal.notFound` if number and telephone do not belong
    /// together.
    static func find(number: String, phoneTail: String, of county: County, in books: Books) throws -> Case {
        try pair(number: number, phoneTail: phoneTail, of: county, in: books).target
    }

    private static func pair(number: String, phoneTail: String, of county: County, in books: Books) throws
        -> (found: Case, target: Case)
    {
        // Telephones write digits in full width, too.
        let tail = phoneTail.trimmed.applyingTransform(.fullwidthToHalfwidth, reverse: false) ?? ""
        guard tail.utf8.count == 4, tail.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Refusal.invalid(
                "phone_tail", zh: "请填电话的后四位。", en: "Enter the last four digits of the telephone.")
        }
        let number =
            number.trimmed.applyingTransform(.fullwidthToHalfwidth, reverse: false)?.uppercased() ?? ""
        guard
            let found = try books.first(
                "SELECT c.* FROM case_file c WHERE c.county = \(county) AND c.number = \(number)", Case.init)
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
        let mark = books.key?.mark(tail, as: "complainant tail")
        let known = try books.count(
            """
            SELECT COUNT(*) FROM complainant WHERE county = \(county) AND case_id = \(target)
            AND (tail_mark = \(mark) OR (phone_tail <> '' AND phone_tail = \(tail)))
            """)
        guard known > 0 else { throw Refusal.notFound }
        guard target != found.id else { return (found, found) }
        let other = try books.first(
            "SELECT c.* FROM case_file c WHERE c.county = \(county) AND c.id = \(target)", Case.init)
        return (found, other ?? found)
    }

    /// A page of the public notice: filed cases whose category is public, newest first. Its lines carry no
    /// person.
    package static func notice(limit: Int, cursor: String, of county: County, in books: Books) throws
        -> CasePage
    {
        let limit = min(max(limit, 1), 100)
        let all: SQL = "c.county = \(county) AND c.is_public = 1 AND c.state <> \(Case.State.void)"
        let number = cursor.trimmed
        let after: SQL = number.isEmpty ? "1 = 1" : "c.number < \(number)"
        let lines = try books.all(
            """
            SELECT \(CaseLine.columns) FROM case_file c WHERE \(all) AND \(after) ORDER BY c.number DESC
                LIMIT \(limit + 1)
            """,
            CaseLine.init
        ).map { line in
            var line = line
            (line.title, line.place) = ("", "")
            return line
        }
        return CasePage(
            total: try books.count("SELECT COUNT(*) FROM case_file c WHERE \(all)"),
            lines: Array(lines.prefix(limit)),
            next: lines.count > limit ? lines[limit - 1].number : nil)
    }

    /// Details that name no person.
    private static let told: Set = [
        "category", "territory", "limit", "unit", "due", "until", "solved", "satisfaction", "reopened",
        "public", "times",
    ]
    /// Events whose words the office wrote as its answer. Other words may be a complainant's, or meant for
    /// colleagues.
    private static let spoken: Set = [
        "case.decline", "case.handle", "case.explain", "case.rework", "case.check", "case.close", "case.note",
    ]

    /// What happened, as far as residents may see it, oldest first: units are named, persons are not, and no
    /// words but the office's own answers, without numbers and without complainants' names. Page and API show
    /// the same.
    static func history(of item: Case, county: County, in books: Books) throws -> [LogEntry] {
        let visible = Set(Case.lifecycle.filter(\.isPublic).map(\.event.word)).union([
            "case.report", "case.join", "case.rate",
        ])
        let names = try Complainants.names(of: [item.id], county: county, in: books)[item.id] ?? []
        return try Log.history(of: item.subject, county: county, in: books).filter {
            visible.contains($0.kind) || ($0.kind == "case.note" && $0.details["public"] == "yes")
        }.map { entry in
            entry.showing(
                entry.details.filter {
                    told.contains($0.key) || $0.key == "words" && spoken.contains(entry.kind)
                }
                .mapValues { Masking.numbers(in: $0, and: names) })
        }
    }
}

package import Rules
import Store

/// Cases that may be the same matter reported again.
package enum DuplicateDetection {
    /// One likely duplicate.
    package struct Candidate: Sendable {
        /// The other case.
        package var line: CaseLine
        /// How likely, 0…1: text × nearness × time.
        package var score: Double
    }

    /// Open cases nearby of the last 30 days that read alike, likeliest first, at most five: for who may file
    /// this one, as far as the posts reach that file. They are remembered while nothing happens in the
    /// county.
    package static func candidates(for item: Case, by actor: Actor, in books: Books) throws -> [Candidate] {
        guard actor.isSystem || actor.may(.fileCase, on: item) else { throw Actor.powerless }
        let actor = try actor.acting(as: .fileCase)
        let remembered: VersionedCache<Question, [Candidate]> = books.cache.versioned(
            "cases alike", most: 256)
        let version = books.heads == nil ? nil : try books.version(of: actor.county)
        return try remembered.thing(
            Question(id: item.id, person: actor.person, seats: actor.seats), of: actor.county,
            version: version
        ) {
            try compared(item, by: actor, in: books)
        }
    }
    private struct Question: Hashable { var id: ID<Case>, person: ID<Person>?, seats: [Actor.Seat] }

    private static func compared(_ item: Case, by actor: Actor, in books: Books) throws -> [Candidate] {
        let own = LetterPairs(item.title + item.place + item.body)
        let town = String(item.territoryPath.prefix(max(3, item.territoryPath.count - 6)))
        let since = item.reportedAt.adding(hours: -24 * 30)
        return try books.all(
            """
            SELECT \(CaseLine.columns), c.body FROM case_file c
            WHERE c.county = \(actor.county) AND c.id <> \(item.id) AND \(Territory.inside(town)) AND \
            \(Cases.reach(of: actor))
            AND c.reported_at >= \(since) AND c.reported_at <= \(item.reportedAt.adding(hours: 24))
            AND c.state IN (\(list: Case.State.allCases.filter(\.isOpen)))
                ORDER BY c.reported_at DESC, c.id DESC LIMIT 300
            """
        ) { row in
            let line = try CaseLine(row)
            let text = line.title + line.place + (try row.get("body", as: String.self))
            let days = Double(abs(item.reportedAt.since(line.reportedAt))) / 86_400_000
            let score =
                own.likeness(to: LetterPairs(text)) * nearness(item.territoryPath, line.territoryPath)
                / (1 + days / 15)
            return Candidate(line: line.shown(to: actor), score: score)
        }.filter { $0.score > 0.12 }.sorted { $0.score > $1.score }.prefix(5).map { $0 }
    }

    private static func nearness(_ a: String, _ b: String) -> Double {
        if a == b { return 1 }
        return a.hasPrefix(b) || b.hasPrefix(a) || a.dropLast(3) == b.dropLast(3) ? 0.8 : 0.5
    }

    /// What happened at the same place before: cases there in the last 90 days that have a category, newest
    /// first.
    package static func before(_ item: Case, by actor: Actor, in books: Books) throws -> [CaseLine] {
        guard !item.place.isEmpty else { return [] }
        return try Cases.lines(
            """
            SELECT \(CaseLine.columns) FROM case_file c WHERE c.county = \(actor.county)
                AND c.id <> \(item.id)
            AND c.territory_path = \(item.territoryPath) AND c.place = \(item.place) AND c.place <> ''
                AND c.category <> ''
            AND c.reported_at + 0 >= \(item.reportedAt.adding(hours: -24 * 90))
                AND c.reported_at + 0 < \(item.reportedAt)
            AND \(Cases.reach(of: actor)) ORDER BY c.reported_at + 0 DESC, c.id DESC LIMIT 5
            """, for: actor, in: books)
    }
}

/// A step of a limit on its way.
package struct CaseStage: Sendable, Hashable {
    /// Its name, its deadline, and when it was reached.
    package var name: String, dueAt: Instant, doneAt: Instant?
}

extension Cases {
    /// The cases that were split from one.
    package static func children(of id: ID<Case>, by actor: Actor, in books: Books) throws -> [CaseLine] {
        try lines(
            """
            SELECT \(CaseLine.columns) FROM case_file c WHERE c.county = \(actor.county) AND c.parent = \(id)
            AND \(reach(of: actor))
            """, for: actor, in: books
        ).sorted { $0.number < $1.number }
    }

    /// The stages of the limit of a case that the actor found, in order.
    package static func stages(of item: Case, for actor: Actor, in books: Books) throws -> [CaseStage] {
        try books.all(
            """
            SELECT name, due_at, done_at FROM case_stage WHERE county = \(actor.county)
                AND case_id = \(item.id) ORDER BY position
            """
        ) {
            CaseStage(
                name: try $0.get("name"), dueAt: try $0.get("due_at"), doneAt: try $0.optional("done_at"))
        }
    }

    /// The numbers that other systems gave the matter of a case that the actor found.
    package static func outsideNumbers(
        of item: Case, for actor: Actor, in books: Books
    ) throws -> [(source: Case.Source, number: String)] {
        try books.all(
            """
            SELECT source, outside_number FROM outside_number WHERE county = \(actor.county)
                AND case_id = \(item.id) ORDER BY source
            """
        ) { (try $0.get("source"), try $0.get("outside_number")) }
    }
}

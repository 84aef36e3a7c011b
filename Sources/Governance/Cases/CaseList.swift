package import Rules
import Store

/// One line of a list of cases.
package struct CaseLine: Sendable {
    /// Identity, number, words.
    package var id: ID<Case>, number: String, title: String, place: String
    /// Territory, category, source and state.
    package var territory: String, category: String, categoryVersion: Int, source: Case.Source,
        state: Case.State
    /// Its moments.
    package var reportedAt: Instant, dueAt: Instant?, dueProvisional: Bool, closedAt: Instant?,
        updatedAt: Instant
    /// Who has it, where, and whom it complains about.
    package var unit: ID<Unit>?, handler: ID<Person>?, standIn: ID<Person>?, territoryPath: String,
        aboutUnit: ID<Unit>?
    /// Whether the complainant asked not to be named, and whether somebody confirmed the words that others
    /// read.
    package var isConfidential: Bool, areWordsConfirmed: Bool
    /// The number of the event that changed it last.
    package var changedSequence: Int
    /// How often it came back.
    package var returns: Int
    /// Whether a leader has to name the lead.
    package var needsLead: Bool

    static let columns: SQL =
        """
        c.id, c.number, c.title, c.place, c.territory, c.category, c.category_version, c.source, c.state, \
        c.reported_at,
        c.due_at, c.due_provisional, c.closed_at, c.updated_at, c.unit, c.handler, c.stand_in, \
        c.territory_path, c.about_unit,
        c.is_confidential, c.words_confirmed, c.changed_seq, c."returns", c.needs_lead
        """

    init(_ row: Row) throws {
        id = try row.get("id")
        number = try row.get("number")
        title = try row.get("title")
        place = try row.get("place")
        territory = try row.get("territory")
        category = try row.get("category")
        categoryVersion = try row.get("category_version")
        source = try row.get("source")
        state = try row.get("state")
        reportedAt = try row.get("reported_at")
        dueAt = try row.optional("due_at")
        dueProvisional = try row.get("due_provisional")
        closedAt = try row.optional("closed_at")
        updatedAt = try row.get("updated_at")
        unit = try row.optional("unit")
        handler = try row.optional("handler")
        standIn = try row.optional("stand_in")
        territoryPath = try row.get("territory_path")
        aboutUnit = try row.optional("about_unit")
        isConfidential = try row.get("is_confidential")
        areWordsConfirmed = try row.get("words_confirmed")
        changedSequence = try row.get("changed_seq")
        returns = try row.get("returns")
        needsLead = try row.get("needs_lead")
    }

    /// Whether it is past its deadline at a moment and nobody has reported it handled.
    package func isOverdue(at now: Instant) -> Bool { state.isRunning && dueAt.map { $0 < now } == true }
}

/// One page of a list.
package struct CasePage: Sendable {
    /// How many there are in all.
    package var total: Int
    /// The lines of this page.
    package var lines: [CaseLine]
    /// The cursor of the next page; nil at the end.
    package var next: String?
}

extension Cases {
    /// A page of the cases in the actor's reach, newest first; the to-do and overdue heaps by deadline. It is
    /// remembered while nothing happens in the county: every change is an event.
    package static func list(
        _ query: CaseQuery, byDeadline: Bool = false, for actor: Actor, at now: Instant, in books: Books
    ) throws -> CasePage {
        func read() throws -> CasePage {
            try page(query, byDeadline: byDeadline, for: actor, at: now, in: books)
        }
        // A filter by words or by time of change is hardly asked twice.
        guard query.words.isEmpty, !query.isCopying, books.heads != nil else { return try read() }
        return try pages(in: books.cache).thing(
            question(query, byDeadline: byDeadline, of: actor, at: now), of: actor.county,
            version: books.version(of: actor.county), read)
    }

    /// The page of a list as it is remembered for a version of the county, without asking the database; nil
    /// if it is not.
    package static func remembered(
        _ query: CaseQuery, for actor: Actor, at now: Instant, version: Int, cache: Cache
    ) -> CasePage? {
        pages(in: cache).recall(
            question(query, byDeadline: false, of: actor, at: now), of: actor.county, version: version)
    }

    /// A question to the lists: who asks, what, and at which minute if lateness matters.
    private struct Question: Hashable {
        let person: ID<Person>?, seats: [Actor.Seat], query: CaseQuery, byDeadline: Bool, minute: Instant?
    }
    private static func pages(in cache: Cache) -> VersionedCache<Question, CasePage> {
        cache.versioned("case pages", most: 256)
    }

    /// What a remembered answer belongs to.
    private static func question(_ query: CaseQuery, byDeadline: Bool, of actor: Actor, at now: Instant)
        -> Question
    {
        Question(
            person: actor.person, seats: actor.seats, query: query, byDeadline: byDeadline,
            minute: query.heap == .overdue ? now.minute : nil)
    }

    private static func page(
        _ query: CaseQuery, byDeadline: Bool, for actor: Actor, at now: Instant, in books: Books
    ) throws -> CasePage {
        let conditions = try conditions(of: query, for: actor, at: now.minute, in: books)
        let limit = min(max(query.limit, 1), 200)
        let order = Order(
            byDeadline: query.order.map { $0 == .deadline }
                ?? (byDeadline || query.heap == .todo || query.heap == .overdue),
            isCopying: query.isCopying,
            isNarrow: query.heap == .mine || query.state?.isOpen == true || query.unit != nil)
        var (source, paged): (SQL, [SQL]) = ("case_file c", conditions)
        if query.isCopying {
            (source, paged) = (changes, conditions + [changes(after: query.changedAfter ?? 0, actor.county)])
        }
        if let start = try order.start(after: query.cursor) { paged.append(start) }
        let lines = try lines(
            """
            SELECT \(CaseLine.columns) FROM \(source) WHERE \(SQL.all(paged)) ORDER BY \(order.sql)
                LIMIT \(limit + 1)
            """,
            for: actor, in: books)
        let total = try total(query, for: actor, at: now, in: books)
        let page = Array(lines.prefix(limit))
        return CasePage(
            total: total, lines: page, next: lines.count > limit ? page.last.map(order.cursor) : nil)
    }

    /// What changed stands in the log: each case at the line that changed it last. So no case needs a place
    /// in an index of its own for those who copy.
    private static let changes: SQL = """
        event e JOIN case_file c ON c.county = e.county AND c.id = e.subject_id AND c.changed_seq = e.seq
        """
    private static func changes(after line: Int, _ county: County) -> SQL {
        // Joined with nothing, the kind is no reason to read the log by its subjects.
        "e.county = \(county) AND e.seq > \(line) AND e.subject_kind || '' = 'case'"
    }

    /// How many cases a list has in all. Remembered while nothing happens in the county: counting every row
    /// again for each page would cost more than the page.
    package static func total(
        _ query: CaseQuery, for actor: Actor, at now: Instant, in books: Books
    ) throws -> Int {
        func read() throws -> Int {
            let conditions = try conditions(of: query, for: actor, at: now.minute, in: books)
            guard let after = query.changedAfter else {
                return try books.count("SELECT COUNT(*) FROM case_file c WHERE \(SQL.all(conditions))")
            }
            let changed = conditions + [changes(after: after, actor.county)]
            return try books.count("SELECT COUNT(*) FROM \(changes) WHERE \(SQL.all(changed))")
        }
        guard query.words.isEmpty, !query.isCopying, books.heads != nil else { return try read() }
        return try totals(in: books.cache).thing(
            question(ofTotal: query, of: actor, at: now), of: actor.county,
            version: books.version(of: actor.county), read)
    }

    /// The same if it is remembered: without counting anything.
    package static func rememberedTotal(
        _ query: CaseQuery, for actor: Actor, at now: Instant, in books: Books
    ) throws -> Int? {
        try totals(in: books.cache).recall(
            question(ofTotal: query, of: actor, at: now), of: actor.county,
            version: books.version(of: actor.county))
    }

    private static func totals(in cache: Cache) -> VersionedCache<Question, Int> {
        cache.versioned("case totals")
    }

    private static func question(ofTotal query: CaseQuery, of actor: Actor, at now: Instant) -> Question {
        var whole = query
        (whole.cursor, whole.limit) = ("", 0)
        return question(whole, byDeadline: false, of: actor, at: now)
    }

    /// The order of a list and its cursor.
    private struct Order {
        var byDeadline: Bool
        /// Whether somebody copies: then in the order of the changes.
        var isCopying = false
        /// Whether few of all cases are asked for: then finding them by what they have in common and sorting
        /// them is faster than walking through all in order, and the sum keeps the engine from doing that.
        var isNarrow: Bool

        private var reported: SQL { isNarrow ? "c.reported_at + 0" : "c.reported_at" }
        var sql: SQL {
            if isCopying { return "e.seq" }
            return byDeadline ? "COALESCE(c.due_at, \(Instant.never)), c.id" : "\(reported) DESC, c.id DESC"
        }
        func cursor(_ line: CaseLine) -> String {
            if isCopying { return "\(line.changedSequence)" }
            return "\((byDeadline ? line.dueAt ?? .never : line.reportedAt).milliseconds).\(line.id)"
        }
        func start(after cursor: String) throws -> SQL? {
            if cursor.isEmpty { return nil }
            if isCopying {
                guard let sequence = Int(cursor), sequence >= 0 else { throw Refusal.strangeCursor }
                return "e.seq > \(sequence)"
            }
            let parts = cursor.split(separator: ".")
            guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = ID<Case>(String(parts[1]))
            else {
                throw Refusal.strangeCursor
            }
            let at = Instant(milliseconds: milliseconds)
            return byDeadline
                ? "(COALESCE(c.due_at, \(Instant.never)), c.id) > (\(at), \(id))"
                : "(\(reported), c.id) < (\(at), \(id))"
        }
    }

    private static func conditions(of query: CaseQuery, for actor: Actor, at now: Instant, in books: Books)
        throws -> [SQL]
    {
        let county = actor.county
        var all: [SQL] = ["c.county = \(county)", reach(of: actor)]
        switch query.heap {
        case .all: break
        case .todo: all.append(todo(for: actor))
        case .done: all.append("c.state IN (\(list: Case.State.allCases.filter { !$0.isOpen }))")
        case .overdue:
            all.append("c.state IN (\(list: Case.State.allCases.filter(\.isRunning))) AND c.due_at < \(now)")
        case .mine:
            let ways = (["m.reported_by", "m.handler", "m.stand_in"] as [SQL]).map { column -> SQL in
                "SELECT m.id FROM case_file m WHERE m.county = \(county) AND \(column) = \(actor.person)"
            }
            all.append("c.id IN (\(ways[0]) UNION \(ways[1]) UNION \(ways[2]))")
        }
        if let state = query.state { all.append("c.state = \(state)") }
        if let source = query.source { all.append("c.source = \(source)") }
        if !query.category.isEmpty { all.append("c.category = \(query.category)") }
        if let unit = query.unit { all.append("c.unit = \(unit)") }
        if !query.territory.isEmpty {
            let office = try Offices.of(county, in: books)
            let place = try Territories.only(
                query.territory, inside: office.territory.path, field: "territory", in: books)
            all.append(Territory.inside(place.path))
        }
        let zone =
            query.reportedFrom == nil && query.reportedTo == nil
            ? nil : try Offices.of(county, in: books).zone
        if let zone, let from = query.reportedFrom { all.append("c.reported_at >= \(zone.instant(from))") }
        if let zone, let to = query.reportedTo { all.append("c.reported_at < \(zone.instant(to + 1))") }
        if let after = query.updatedAfter { all.append("c.updated_at >= \(after)") }
        if !query.words.trimmed.isEmpty { all.append(CaseSearch.condition(query.words, for: actor)) }
        return all
    }

    /// What the actor's posts can move on: the table of powers turned into states, each where the posts that
    /// have it reach.
    static func todo(for actor: Actor) -> SQL {
        func over(_ power: Power) -> SQL? {
            let paths = actor.seats.filter { $0.has(power) && $0.kind.reachesTerritory }
            if paths.contains(where: \.coversOffice) { return "1 = 1" }
            return paths.isEmpty ? nil : SQL.any(Set(paths.map(\.path)).sorted().map { Territory.inside($0) })
        }
        var ways: [SQL] = []
        if let land = over(.fileCase) { ways.append("c.state = \(Case.State.reported) AND \(land)") }
        if let land = over(.decide) {
            ways.append("c.needs_lead = 1 AND c.state = \(Case.State.filed) AND \(land)")
        }
        if let land = over(.dispatchCase) {
            ways.append("c.state = \(Case.State.filed) AND c.needs_lead = 0 AND \(land)")
        }
        if actor.may(.handleCase) {
            ways.append(
                """
                c.state IN (\(list: [Case.State.dispatched, .handling]))
                AND (c.handler = \(actor.person) OR c.stand_in = \(actor.person))
                """)
        }
        let headed = actor.seats.filter { $0.kind == .unitLead }.map(\.unit)
        if !headed.isEmpty {
            ways.append(
                "c.state IN (\(list: [Case.State.dispatched, .handling])) AND c.unit IN (\(list: headed))")
        }
        if let land = over(.checkCase) {
            ways.append(
                """
                c.state = \(Case.State.handled) AND c.outcome = \(Case.Outcome.solved) AND \(land) AND NOT \
                EXISTS (
                    SELECT 1 FROM case_hand k WHERE k.county = \(actor.county) AND k.id = c.id AND k.person \
                = \(actor.person))
                """)
        }
        // Said once more so that an index is asked: whatever waits for somebody is open.
        return
            """
            c.state IN (\(list: Case.State.allCases.filter(\.isOpen))) AND \
            \(ways.isEmpty ? "1 = 0" : SQL.any(ways)) AND \(ofOthers(than: actor))
            """
    }

    /// That case `c` does not complain about the actor's own line: what does somebody else deals with.
    static func ofOthers(than actor: Actor) -> SQL {
        let units = actor.isFirstInCommand ? [] : Array(actor.units)
        return units.isEmpty ? "1 = 1" : "(c.about_unit IS NULL OR c.about_unit NOT IN (\(list: units)))"
    }
}

package import Rules
import Store

extension Event.Kind {
    static let caseOverdue = Event.Kind("case.overdue", zh: "超过办理时限", en: "Past its deadline")
}

/// What happens by itself as time passes: lateness climbs the chain of responsibility, suspensions end.
package enum Escalation {
    /// Lets everything happen that is due in a county. Each step of a climb happens once, however often this
    /// runs. Answers how many cases moved.
    @discardableResult
    package static func run(for county: County, at now: Instant, in books: Books) throws -> Int {
        try settle(county, at: now, in: books)
        return try climb(county, at: now, in: books) + resumeSuspended(county, at: now, in: books)
    }

    /// Settles provisional deadlines when the calendar may have changed: it is every county's, and loaded by
    /// one of them.
    private static func settle(_ county: County, at now: Instant, in books: Books) throws {
        guard let version = try books.sharedVersion() else { return }
        let settled: VersionedCache<Int, Bool> = books.cache.versioned("settled calendars", most: 1)
        guard settled.recall(0, of: county, version: version) == nil else { return }
        // Remembered only when there was nothing to do: what a batch did that fails afterwards is then done
        // again.
        if try Cases.settleProvisional(of: county, at: now, in: books) == 0 {
            settled.keep(true, as: 0, of: county, version: version)
        }
    }

    private static func climb(_ county: County, at now: Instant, in books: Books) throws -> Int {
        let calendar = try Calendars.of(county, in: books)
        let day = calendar.zone.day(of: now)
        let gap = try Parameters.value(.escalationDays, of: county, on: day, in: books)
        let late = try books.all(
            """
            SELECT c.* FROM case_file c WHERE c.county = \(county)
            AND c.state IN (\(list: [Case.State.filed, .dispatched, .handling])) AND c.due_at < \(now)
            ORDER BY c.due_at, c.id LIMIT 5000
            """, Case.init)
        var moved = 0
        for item in late {
            guard let due = item.dueAt else { continue }
            // Step n falls n × gap work days after the deadline.
            let at =
                item.escalations == 0
                ? due
                : TimeLimit(gap * item.escalations, .workDays).map { calendar.deadline($0, from: due).at }
                    ?? due
            guard at <= now else { continue }
            // Whoever has the case now, nobody above is passed over and nobody is told twice.
            let told = try told(of: item, county: county, in: books)
            guard
                let post = try superiors(of: item, county: county, at: now, on: day, in: books).first(where: {
                    !told.contains($0.id)
                })
            else { continue }
            try Decisions.ask(
                .overdue, about: item, words: "", post: post.id, by: .system(of: county), at: now, in: books)
            try Cases.apply(
                .init(set: ["escalations = escalations + 1"]), to: item,
                event: Event(.caseOverdue, [("post", post.title.zh), ("step", "\(item.escalations + 1)")]),
                as: nil,
                by: .system(of: county), at: now, in: books)
            moved += 1
        }
        return moved
    }

    /// The chain above whoever has the case: the handler's post in the unit, or the dispatcher's side if
    /// nobody has it.
    private static func superiors(
        of item: Case, county: County, at now: Instant, on day: Day, in books: Books
    ) throws -> [Post] {
        var start: ID<Post>?
        if let handler = item.handler {
            start = try books.first(
                """
                SELECT p.id, p.unit FROM tenure n JOIN post p ON p.county = n.county AND p.id = n.post
                WHERE n.county = \(county) AND n.person = \(handler) AND n.since <= \(day)
                    AND n.until > \(day)
                ORDER BY CASE WHEN p.unit = \(item.unit?.text ?? "") THEN 0 ELSE 1 END, n.is_stand_in LIMIT 1
                """
            ) { try $0.get("id") }
        }
        if let start {
            // A question about a unit does not rest with the unit.
            let above = try Posts.chain(from: start, of: county, in: books).dropFirst().filter {
                item.mayRest(with: $0.unit, $0.kind)
            }
            if !above.isEmpty { return above }
        }
        return try Decisions.deciders(for: item, county: county, at: now, in: books)
            .map { try Posts.find($0, of: county, in: books) }
    }

    /// The posts that were told of this lateness: since the deadline's clock last began.
    private static func told(of item: Case, county: County, in books: Books) throws -> Set<ID<Post>> {
        Set(
            try books.all(
                """
                SELECT post FROM decision WHERE county = \(county) AND case_id = \(item.id)
                AND kind = \(Decision.Kind.overdue) AND asked_at >= \(item.clockFrom ?? item.reportedAt)
                """
            ) { try $0.get("post") })
    }

    private static func resumeSuspended(_ county: County, at now: Instant, in books: Books) throws -> Int {
        let ended = try books.all(
            """
            SELECT c.* FROM case_file c WHERE c.county = \(county) AND c.state = \(Case.State.suspended)
            AND c.suspended_until <= \(now) LIMIT 5000
            """, Case.init)
        for item in ended {
            try Cases.perform(.resume, on: item.id, by: .system(of: county), at: now, in: books)
        }
        return ended.count
    }
}

package import Rules
import Store

extension Event.Kind {
    static let lookBackRecorded = Event.Kind("campaign.look_back", zh: "回头看", en: "Looked back at")
}

/// The look-back of a campaign: a full pass over its households.
package enum LookBacks {
    /// What somebody enters: what came of it, the facts that are otherwise than the register says, and a
    /// note.
    package struct Draft: Sendable {
        /// What came of it.
        package var verdict: LookBack.Verdict
        /// What was found, by the facts' names; what is as the register says may be there too.
        package var found: [String: String], note: String
        /// A look-back to be.
        package init(_ verdict: LookBack.Verdict, found: [String: String] = [:], note: String = "") {
            (self.verdict, self.found, self.note) = (verdict, found, note)
        }
    }

    /// Records what was found at a household. What differs from the register becomes one request that another
    /// post approves. Checked again, the later finding holds; the log keeps both. Throws `Refusal.invalid`
    /// where verdict and facts disagree.
    @discardableResult
    package static func record(
        _ draft: Draft, of id: ID<Household>, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<ChangeRequest>? {
        let county = actor.county
        let today = try Offices.of(county, in: books).zone.day(of: now)
        let household = try Households.find(id, for: actor, on: today, in: books)
        try Households.need(.visit, over: household, for: actor, on: today, in: books)
        guard let campaign = try Campaigns.current(of: county, on: today, in: books),
            let pass = campaign.scheme.lookBack, pass.from <= today,
            today <= pass.until
        else {
            throw Refusal.notNow(Phrase(zh: "现在没有回头看。", en: "There is no look-back now."))
        }
        // The post that the scheme names is the one that reaches the household, not another of the same
        // person.
        let able = try actor.seats.filter {
            try pass.posts.contains($0.kind.rawValue) && $0.has(.visit)
                && Households.reaches($0, household, of: actor, on: today, in: books)
        }
        guard let person = actor.person, let seat = able.first else {
            throw Refusal.notAllowed(
                Phrase(zh: "回头看由方案里定的岗位来做。", en: "The look-back is made by the posts that the scheme names."))
        }
        let (kind, hasExited) = (household.facts["kind"], household.facts["status"].hasPrefix("exited"))
        guard draft.verdict.fits(kind: kind, hasExited: hasExited) else {
            throw Refusal.invalid(
                "verdict", zh: "“\(draft.verdict.words.zh)”对这一户说不通，请核对户类型和脱贫状态。",
                en: "“\(draft.verdict.words.en)” cannot be said of this household. Check its kind and status."
            )
        }
        let note = try Check.optionalText(draft.note, field: "note", most: 500)
        var differing = try Registering.read(draft.found.filter { !$0.value.isEmpty }, .household).filter {
            household.facts[raw: $0.key] != $0.value
        }
        .map { ($0.key, draft.found[$0.key] ?? "") }
        if draft.verdict == .none, !differing.isEmpty {
            throw Refusal.invalid(
                "verdict", zh: "您填的和登记不一样，不能选“没有问题”。",
                en: "What you entered differs from the register: “no problem” cannot be.")
        }
        if draft.verdict == .differs, differing.isEmpty {
            throw Refusal.invalid("verdict", zh: "请填出哪里和登记不一样。", en: "Say what differs from the register.")
        }
        differing += draft.verdict.consequence.map { ($0.key, $0.value) }
        var request: ID<ChangeRequest>?
        if !differing.isEmpty {
            try Households.need(.keepRegister, over: household, for: actor, on: today, in: books)
            let reason = "回头看：\(draft.verdict.words.zh)\(note.isEmpty ? "" : "。" + note)"
            let change = RegisterChanges.Draft(
                .change, answers: Dictionary(differing) { _, last in last }, from: today, reason: reason)
            request = try RegisterChanges.make(
                change, of: household, isWhollyGated: true, by: actor, at: now, in: books
            ).waits
        }
        // Counted where the campaign froze it, whatever the land became since.
        let frozen = try books.first(
            """
            SELECT village_path FROM frozen_household WHERE county = \(county)
                AND campaign = \(campaign.id) AND id = \(id)
            """
        ) {
            try $0.get("village_path", as: String.self)
        }
        try books.put(
            """
            INSERT INTO look_back (county, campaign, household, verdict, headcount, kind, has_exited,
                village_path, checked_at, person, post, note, request)
            VALUES (\(county), \(campaign.id), \(id), \(draft.verdict),
                \(household.facts.number("headcount") ?? 0), \(kind), \(hasExited),
                \(frozen ?? household.path),
                \(now), \(person), \(seat.post), \(note), \(request))
            ON CONFLICT (county, campaign, household) DO UPDATE
                SET verdict = excluded.verdict, headcount = excluded.headcount, kind = excluded.kind,
                has_exited = excluded.has_exited, checked_at = excluded.checked_at, person = excluded.person,
                    post = excluded.post, note = excluded.note,
                request = excluded.request
            """)
        try books.record(
            Event(
                .lookBackRecorded,
                [
                    ("verdict", draft.verdict.rawValue),
                    ("facts", differing.isEmpty ? nil : differing.map(\.0).sorted().joined(separator: " ")),
                    ("note", note),
                ]),
            about: .init("household", id.text), by: actor, as: .visit, at: now)
        return request
    }

    /// A household before somebody who looks back at it: the pass of the campaign of the day, and what was
    /// found last; nil if nobody has looked yet. Throws `Refusal.notFound` if there is no pass, or if no post
    /// that visits reaches the household.
    package static func open(_ id: ID<Household>, for actor: Actor, on day: Day, in books: Books) throws -> (
        household: Household, pass: Scheme.LookBack, last: LookBack?
    ) {
        guard let campaign = try Campaigns.current(of: actor.county, on: day, in: books),
            let pass = campaign.scheme.lookBack
        else { throw Refusal.notFound }
        return (
            try Households.find(id, for: actor.limited(to: .visit), on: day, in: books), pass,
            try find(id, in: campaign, of: actor.county, in: books)
        )
    }

    private static func find(
        _ household: ID<Household>, in campaign: Campaign, of county: County, in books: Books
    ) throws -> LookBack? {
        try books.first(
            """
            SELECT * FROM look_back WHERE county = \(county) AND campaign = \(campaign.id)
                AND household = \(household)
            """,
            LookBack.init)
    }

    /// How far the pass is in one territory.
    package struct Line: Sendable, Equatable {
        /// The territory's path, how many households the campaign froze there, and how many of them were
        /// looked at.
        package var path: String, households = 0, checked = 0
        /// What came of it, households outside the pass counted too.
        package var verdicts: [LookBack.Verdict: Int] = [:]
    }

    /// The lines of a pass by township or village inside a path.
    package static func lines(
        _ campaign: Campaign, _ pass: Scheme.LookBack, byVillage: Bool, inside path: String, for actor: Actor,
        in books: Books
    ) throws
        -> [Line]
    {
        let county = actor.county
        func reach(_ alias: SQL) -> SQL { actor.landReach("\(alias).village_path") }
        let depth = try Offices.of(county, in: books).territory.path.count + (byVillage ? 6 : 3)
        var lines: [String: Line] = [:]
        let end = Territory.end(of: path)
        try books.transaction.each(
            """
            SELECT SUBSTR(f.village_path, 1, CAST(\(depth) AS INTEGER)) AS area, COUNT(*) AS households,
                COUNT(l.household) AS checked
            FROM frozen_household f LEFT JOIN look_back l ON l.county = f.county AND l.campaign = f.campaign
                AND l.household = f.id
            WHERE f.county = \(county) AND f.campaign = \(campaign.id) AND f.village_path >= \(path)
                AND f.village_path < \(end)
            AND f.kind IN (\(list: pass.kinds)) AND \(reach("f")) GROUP BY area
            """
        ) { row in
            let area = try row.get("area", as: String.self)
            lines[area] = Line(
                path: area, households: try row.get("households"), checked: try row.get("checked"))
        }
        try books.transaction.each(
            """
            SELECT SUBSTR(l.village_path, 1, CAST(\(depth) AS INTEGER)) AS area, l.verdict, COUNT(*) AS many
                FROM look_back l
            WHERE l.county = \(county) AND l.campaign = \(campaign.id) AND l.village_path >= \(path)
                AND l.village_path < \(end) AND \(reach("l")) GROUP BY area, l.verdict
            """
        ) { row in
            let area = try row.get("area", as: String.self)
            lines[area, default: Line(path: area)].verdicts[try row.get("verdict")] = try row.get("many")
        }
        return lines.values.sorted { $0.path < $1.path }
    }

    /// Households of the pass that nobody has looked at yet and that the person can see, by village.
    package static func waiting(
        _ campaign: Campaign, _ pass: Scheme.LookBack, inside path: String, for actor: Actor, on day: Day,
        limit: Int = 100, in books: Books
    ) throws -> [Household] {
        try actor.need(.readRegister)
        let county = actor.county
        return try books.all(
            """
            SELECT \(Household.columns(.present, of: county)) FROM frozen_household f
            JOIN household h ON h.county = f.county AND h.id = f.id
                JOIN household_version v ON v.county = f.county AND v.id = f.id
                AND \(AsOf.present.condition("v"))
            WHERE f.county = \(county) AND f.campaign = \(campaign.id) AND f.village_path >= \(path)
                AND f.village_path < \(Territory.end(of: path))
            AND f.kind IN (\(list: pass.kinds)) AND \(actor.registryReach(on: day)) AND NOT EXISTS (
                SELECT 1 FROM look_back l WHERE l.county = \(county) AND l.campaign = \(campaign.id)
                    AND l.household = f.id)
            ORDER BY f.village_path, f.id LIMIT \(limit)
            """, Household.init)
    }
}

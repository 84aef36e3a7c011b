package import Rules
import Store

extension Event.Kind {
    static let territoryAdded = Event.Kind("territory.add", zh: "新增区划", en: "Territory added")
    static let territoryRenamed = Event.Kind("territory.rename", zh: "区划更名", en: "Territory renamed")
    static let territoryAliased = Event.Kind("territory.alias", zh: "区划加别名", en: "Alias added")
    static let territoryEnded = Event.Kind("territory.end", zh: "区划停用", en: "Territory ended")
    static let territoriesImported = Event.Kind("territory.import", zh: "导入区划", en: "Territories imported")
}

/// The tree of territories: looking up and changing.
package enum Territories {
    /// A territory of the actor's office; an empty identity means its whole land. Throws `Refusal.notFound`
    /// also for what is another office's: all counties share one tree.
    package static func find(_ id: String, for actor: Actor, in books: Books) throws -> Territory {
        try actor.needStaff()
        let land = try Offices.of(actor.county, in: books).territory
        let found = try find(id.isEmpty ? land.id : id, in: books)
        guard found.path.hasPrefix(land.path) else { throw Refusal.notFound }
        return found
    }

    /// A territory by identity, of whatever office; throws `Refusal.notFound`.
    static func find(_ id: String, in books: Books) throws -> Territory {
        guard
            let found = try books.first(
                "SELECT \(Territory.columns) FROM territory t WHERE t.id = \(id)", Territory.init)
        else { throw Refusal.notFound }
        return found
    }

    /// What lies directly in a territory on a day, by path.
    static func children(of id: String?, on day: Day, in books: Books) throws -> [Territory] {
        let parent: SQL = id.map { "t.parent = \($0)" } ?? "t.parent IS NULL"
        return try books.all(
            """
            SELECT \(Territory.columns) FROM territory t
            WHERE \(parent) AND t.since <= \(day) AND t.until > \(day) ORDER BY t.path
            """, Territory.init)
    }

    /// A territory and everything in it on a day, parents before children.
    static func subtree(of path: String, on day: Day, in books: Books) throws -> [Territory] {
        try books.all(
            """
            SELECT \(Territory.columns) FROM territory t WHERE t.path >= \(path)
                AND t.path < \(Territory.end(of: path))
            AND t.since <= \(day) AND t.until > \(day) ORDER BY t.path
            """, Territory.init)
    }

    /// Everything that ever lay below a path, parents before children.
    static func everything(inside path: String, in books: Books) throws -> [Territory] {
        try books.all(
            """
            SELECT \(Territory.columns) FROM territory t WHERE t.path >= \(path)
                AND t.path < \(Territory.end(of: path)) ORDER BY t.path
            """,
            Territory.init)
    }

    /// The chain from the province to the territory of that path.
    static func line(to path: String, in books: Books) throws -> [Territory] {
        var prefixes: [String] = []
        var prefix = ""
        for (index, character) in path.enumerated() {
            prefix.append(character)
            if index % 3 == 2 { prefixes.append(prefix) }
        }
        return try books.all(
            """
            SELECT \(Territory.columns) FROM territory t WHERE t.path IN (\(list: prefixes))
                ORDER BY t.path
            """,
            Territory.init)
    }

    /// The codes of a territory and of what lies directly in it, each with its system.
    static func codes(around id: String, in books: Books) throws -> [(
        territory: String, system: String, code: String
    )] {
        try books.all(
            """
            SELECT k.territory, k.code_system, k.code FROM territory_code k
                JOIN territory t ON t.id = k.territory
            WHERE t.id = \(id) OR t.parent = \(id) ORDER BY k.territory, k.code_system, k.since
            """
        ) { (try $0.get("territory"), try $0.get("code_system"), try $0.get("code")) }
    }

    /// The other names of a territory and of what lies directly in it; an old name has the day on which it
    /// was given up.
    static func aliases(around id: String, in books: Books) throws -> [(
        territory: String, name: String, until: Day
    )] {
        try books.all(
            """
            SELECT a.territory, a.name, a.until FROM territory_alias a JOIN territory t ON t.id = a.territory
            WHERE t.id = \(id) OR t.parent = \(id) ORDER BY a.territory, a.until DESC, a.name
            """
        ) { (try $0.get("territory"), try $0.get("name"), try $0.get("until")) }
    }

    /// The codes of everything inside a path, those of one system after the other.
    static func codes(inside path: String, in books: Books) throws -> [(
        territory: String, code: String
    )] {
        try books.all(
            """
            SELECT k.territory, k.code FROM territory_code k JOIN territory t ON t.id = k.territory
            WHERE t.path >= \(path) AND t.path < \(Territory.end(of: path))
            ORDER BY k.territory, k.code_system, k.since
            """
        ) { (try $0.get("territory"), try $0.get("code")) }
    }

    /// The other names of everything inside a path.
    static func aliases(inside path: String, in books: Books) throws -> [(
        territory: String, name: String
    )] {
        try books.all(
            """
            SELECT a.territory, a.name FROM territory_alias a JOIN territory t ON t.id = a.territory
            WHERE t.path >= \(path) AND t.path < \(Territory.end(of: path))
            ORDER BY a.territory, a.until DESC, a.name
            """
        ) { (try $0.get("territory"), try $0.get("name")) }
    }

    /// What a code, name or alias may mean inside a subtree: none, one, or several of one name, which stay
    /// apart.
    static func meaning(_ text: String, inside path: String, in books: Books) throws -> [Territory] {
        let range: SQL = "t.path >= \(path) AND t.path < \(Territory.end(of: path))"
        let byCode = try books.all(
            """
            SELECT \(Territory.columns) FROM territory t WHERE \(range) AND (t.id = \(text) OR EXISTS (
                SELECT 1 FROM territory_code k WHERE k.territory = t.id AND k.code = \(text))) ORDER BY t.path
            """, Territory.init)
        if !byCode.isEmpty { return try today(byCode, in: books) }
        let byName = try books.all(
            """
            SELECT \(Territory.columns) FROM territory t WHERE \(range)
                AND (t.name IN (\(list: Territory.officialNames(of: text)))
                OR EXISTS (SELECT 1 FROM territory_alias a WHERE a.territory = t.id AND a.name = \(text)))
                    ORDER BY t.path
            """, Territory.init)
        return try today(byName, in: books)
    }

    /// What ended by a boundary change stands for its successors; each once, in the order of the paths.
    private static func today(_ found: [Territory], in books: Books) throws -> [Territory] {
        guard found.contains(where: { $0.until < .never }) else { return found }
        var (open, known): ([Territory], [String: Territory]) = (found, [:])
        while let one = open.popLast() {
            let next = one.until < .never ? try successors(of: one.id, in: books) : []
            if next.isEmpty { known[one.id] = one } else { open += next.filter { known[$0.id] == nil } }
        }
        // What simply ended is meant only if nothing of that name lives.
        let living = known.values.filter { $0.until == .never }
        return (living.isEmpty ? Array(known.values) : living).sorted { $0.path < $1.path }
    }

    /// What followed a territory that a boundary change ended.
    static func successors(of id: String, in books: Books) throws -> [Territory] {
        try books.all(
            """
            SELECT \(Territory.columns) FROM territory_succession s JOIN territory t ON t.id = s.successor
            WHERE s.predecessor = \(id) AND s.kind <> 'split' ORDER BY t.path
            """, Territory.init)
    }

    /// What came before a territory: the name and the day of each change, oldest first.
    static func predecessors(of id: String, in books: Books) throws -> [(
        name: String, day: Day, kind: String
    )] {
        try books.all(
            """
            SELECT t.name, s.day, s.kind FROM territory_succession s JOIN territory t ON t.id = s.predecessor
                WHERE s.successor = \(id) ORDER BY s.day, t.path
            """
        ) { (try $0.get("name"), try $0.get("day"), try $0.get("kind")) }
    }

    /// Begins the successor of a territory below another one; its other names go along. Answers its identity.
    static func succeed(
        _ old: Territory, below parent: Territory, codes: [(system: String, code: String)], since day: Day,
        in books: Books
    ) throws -> String {
        let number = try nextNumber(below: parent.id, in: books)
        let main = codes.first ?? (system: Offices.usualSystem, code: old.id)
        let id = try insert(
            name: old.name, level: old.level, code: main.code, system: main.system, parent: parent.id,
            parentPath: parent.path, number: number, since: day,
            in: books)
        for other in codes.dropFirst() {
            try books.change(
                """
                INSERT INTO territory_code (code_system, code, territory, since, until)
                    VALUES (\(other.system), \(other.code), \(id), \(day), \(Day.never))
                ON CONFLICT (code_system, code, since) DO NOTHING
                """)
        }
        try books.change(
            """
            INSERT INTO territory_alias (territory, name, since, until) SELECT \(id), a.name, a.since, a.until
                FROM territory_alias a WHERE a.territory = \(old.id)
            """)
        try books.change(
            """
            UPDATE territory SET longitude = (SELECT o.longitude FROM territory o
                WHERE o.id = \(old.id)), latitude = (SELECT o.latitude FROM territory o
                WHERE o.id = \(old.id)) WHERE id = \(id)
            """
        )
        return id
    }

    /// The one territory of the actor's office that a text means inside a path; throws `Refusal.invalid` if
    /// it is none or several.
    package static func only(
        _ text: String, inside path: String, field: String, for actor: Actor, in books: Books
    ) throws -> Territory {
        try actor.needStaff()
        let land = try Offices.of(actor.county, in: books).territory.path
        return try only(text, inside: path.hasPrefix(land) ? path : land, field: field, in: books)
    }

    static func only(_ text: String, inside path: String, field: String, in books: Books) throws
        -> Territory
    {
        let found = try meaning(text, inside: path, in: books)
        if found.count == 1 { return found[0] }
        if found.isEmpty {
            throw Refusal.invalid(
                field, zh: "没有“\(text)”这个地方，请核对名称或代码。",
                en: "There is no place “\(text)”. Check the name or code.")
        }
        let where_ = try found.map {
            try line(to: $0.path, in: books).suffix(2).map(\.shortName).joined(separator: " ")
        }
        throw Refusal.invalid(
            field, zh: "“\(text)”有 \(found.count) 处：\(where_.joined(separator: "；"))。请改用代码。",
            en:
                """
                “\(text)” stands in \(found.count) places: \(where_.joined(separator: "; ")). Please \
                give the code.
                """
        )
    }

    /// Adds a territory below another one.
    @discardableResult
    package static func add(
        name: String, level: Territory.Level, code: String, system: String, parent: String?, since: Day,
        by actor: Actor, at now: Instant, in books: Books
    ) throws -> Territory {
        try actor.need(.administer)
        let parentPath = try parent.map { try find($0, in: books).path } ?? ""
        try needOwnLand(parentPath, actor, in: books)
        if let parent, try find(parent, in: books).level.depth >= level.depth {
            throw Refusal.invalid(
                "level", zh: "下级的级别要比上级低。", en: "A part must be of a lower level than its whole.")
        }
        let name = try Check.name(name, field: "name")
        let code = try Check.code(code, field: "code")
        try needOwnCode(code, actor, in: books)
        let known = try books.count(
            "SELECT COUNT(*) FROM territory_code WHERE code_system = \(system) AND code = \(code)")
        guard known == 0 else {
            throw Refusal.invalid(
                "code", zh: "代码 \(code) 在 \(system) 里已经用了。", en: "The code \(code) is taken in \(system).")
        }
        let id = try insert(
            name: name, level: level, code: code, system: system, parent: parent, parentPath: parentPath,
            number: try nextNumber(below: parent, in: books), since: since, in: books)
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(.territoryAdded, [("name", name), ("code", code)]), about: .init("territory", id),
            by: actor,
            as: .administer, at: now)
        return try find(id, in: books)
    }

    /// Gives a territory another name from a day on; the old one stays as an alias.
    package static func rename(
        _ id: String, to name: String, from day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try actor.need(.administer)
        let old = try find(id, in: books)
        try needOwnLand(old.path, actor, in: books)
        let name = try Check.name(name, field: "name")
        guard day <= Zone.china.day(of: now) else {
            throw Refusal.invalid(
                "from", zh: "更名的日期不能在将来，到那天再改。",
                en: "A name changes today or in the past; come back on that day.")
        }
        try keepAlias(old.name, of: id, since: old.since, until: day, in: books)
        try books.change("UPDATE territory SET name = \(name) WHERE id = \(id)")
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(.territoryRenamed, [("from", old.name), ("to", name), ("on", day.description)]),
            about: .init("territory", id), by: actor, as: .administer, at: now)
    }

    /// Adds another name by which people know a territory.
    package static func addAlias(
        _ alias: String, to id: String, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try actor.need(.administer)
        let old = try find(id, in: books)
        try needOwnLand(old.path, actor, in: books)
        let alias = try Check.name(alias, field: "alias")
        try keepAlias(alias, of: id, since: old.since, until: .never, in: books)
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(.territoryAliased, [("name", old.name), ("alias", alias)]), about: .init("territory", id),
            by: actor,
            as: .administer, at: now)
    }

    /// Ends a territory on a day. What still lies in it or has open posts keeps it alive.
    package static func end(_ id: String, on day: Day, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try actor.need(.administer)
        let old = try find(id, in: books)
        try needOwnLand(old.path, actor, in: books)
        guard day >= old.since else {
            throw Refusal.invalid("on", zh: "停用日期不能早于启用日期。", en: "It cannot end before it began.")
        }
        let inUse = try books.count(
            """
            SELECT (SELECT COUNT(*) FROM territory t WHERE t.parent = \(id) AND t.until > \(day))
                 + (SELECT COUNT(*) FROM post p WHERE p.county = \(actor.county) AND p.territory = \(id)
                     AND p.until > \(day))
                 + (SELECT COUNT(*) FROM unit u WHERE u.county = \(actor.county) AND u.territory = \(id)
                     AND u.until > \(day))
                 + (SELECT COUNT(*) FROM case_file c WHERE c.county = \(actor.county) AND c.territory = \(id)
                    AND c.state NOT IN ('closed', 'declined', 'merged', 'void'))
            """)
        guard inUse == 0 else {
            throw Refusal.notNow(
                Phrase(
                    zh: "这里还有 \(inUse) 个下级区划、单位、岗位或没办完的事项，先把它们办完或移走。",
                    en:
                        """
                        \(inUse) territories, units, posts or open cases still belong here. End or move \
                        them first.
                        """
                ))
        }
        try books.change("UPDATE territory SET until = \(day) WHERE id = \(id)")
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(.territoryEnded, [("name", old.name), ("on", day.description)]),
            about: .init("territory", id),
            by: actor, as: .administer, at: now)
    }

    /// Territories are shared by all counties; an office changes only its own land.
    static func needOwnLand(_ path: String, _ actor: Actor, in books: Books) throws {
        if actor.isSystem { return }
        let own = try Offices.of(actor.county, in: books).territory.path
        guard path.hasPrefix(own) else {
            throw Refusal.notAllowed(Phrase(zh: "这里不归本机构管。", en: "This land is not your office's."))
        }
    }

    /// The list of codes is shared by all counties: an office gives out codes of its own county alone. A code
    /// that is written as the national ones are (6 digits for a county, 9 for a township, 12 for a village,
    /// more for what lies in one) names its county by the first six. Whoever runs the server loads the lists
    /// of all counties and is the clockwork.
    static func needOwnCode(_ code: String, field: String = "code", _ actor: Actor, in books: Books) throws {
        let length = code.utf8.count
        guard !actor.isSystem, length == 6 || length == 9 || length >= 12,
            code.utf8.allSatisfy({ (48...57).contains($0) })
        else { return }
        let own = try ownPrefixes(actor.county, in: books)
        guard !own.contains(where: code.hasPrefix) else { return }
        throw Refusal.invalid(
            field, zh: "代码 \(code) 不在本县范围内：本县的区划代码以 \(actor.county.code) 开头。",
            en: "The code \(code) is not of this county: its codes begin with \(actor.county.code).")
    }

    /// With what the county's own codes begin: its code, and those that its territory had in other years and
    /// systems.
    private static func ownPrefixes(_ county: County, in books: Books) throws -> Set<String> {
        let land = try line(to: Offices.of(county, in: books).territory.path, in: books).filter {
            $0.level == .county
        }.map(\.id)
        let known = try books.all("SELECT code FROM territory_code WHERE territory IN (\(list: land))") {
            try $0.get("code", as: String.self)
        }
        return Set(known.filter { $0.utf8.count >= 6 }.map { String($0.prefix(6)) } + [county.code])
    }

    private static func keepAlias(_ name: String, of id: String, since: Day, until: Day, in books: Books)
        throws
    {
        try books.change(
            """
            INSERT INTO territory_alias (territory, name, since, until)
                VALUES (\(id), \(name), \(since), \(until))
            ON CONFLICT (territory, name) DO UPDATE SET until = excluded.until
            """)
    }

    static func nextNumber(below parent: String?, in books: Books) throws -> Int {
        let condition: SQL = parent.map { "parent = \($0)" } ?? "parent IS NULL"
        let last = try books.first("SELECT MAX(path) AS last FROM territory WHERE \(condition)") {
            try $0.optional("last", as: String.self)
        }
        guard let path = last ?? nil else { return 0 }
        return (Int(path.suffix(3), radix: 36) ?? 0) + 1
    }

    static func insert(
        name: String, level: Territory.Level, code: String, system: String, parent: String?,
        parentPath: String,
        number: Int, since: Day, longitude: Double? = nil, latitude: Double? = nil, in books: Books
    ) throws -> String {
        guard number < 46_656 else {
            throw Refusal.invalid(
                "parent", zh: "下级太多，最多 46656 个。", en: "At most 46656 territories fit below one.")
        }
        let digits = String(number, radix: 36)
        let path = parentPath + String(repeating: "0", count: 3 - digits.count) + digits
        // The first code doubles as the lasting identity; should another system have used it for a different
        // place, the path, which is never used twice, tells them apart.
        let isTaken = try books.count("SELECT COUNT(*) FROM territory WHERE id = \(code)") > 0
        let id = isTaken ? "\(code)-\(path)" : code
        try books.change(
            """
            INSERT INTO territory (id, level, parent, path, name, since, until, longitude, latitude)
            VALUES (\(id), \(level), \(parent), \(path), \(name), \(since), \(Day.never), \(longitude),
                \(latitude))
            """)
        try books.change(
            """
            INSERT INTO territory_code (code_system, code, territory, since, until)
            VALUES (\(system), \(code), \(id), \(since), \(Day.never))
            """)
        return id
    }
}

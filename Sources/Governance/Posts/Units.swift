package import Rules
import Store

extension Event.Kind {
    static let unitAdded = Event.Kind("unit.add", zh: "新增单位", en: "Unit added")
    static let unitChanged = Event.Kind("unit.change", zh: "修改单位", en: "Unit changed")
    static let unitEnded = Event.Kind("unit.end", zh: "单位停用", en: "Unit ended")
}

/// The units of a county.
package enum Units {
    /// What an administrator enters about a unit.
    package struct Draft: Sendable {
        /// Code, Chinese and English name.
        package var code: String, nameZh: String, nameEn: String
        /// Its kind and its territory's identity.
        package var kind: Unit.Kind, territory: String
        /// A unit to be.
        package init(code: String, nameZh: String, nameEn: String, kind: Unit.Kind, territory: String) {
            (self.code, self.nameZh, self.nameEn, self.kind, self.territory) = (
                code, nameZh, nameEn, kind, territory
            )
        }
    }

    /// Every unit that exists on a day, by kind and name: all staff know them.
    package static func all(for actor: Actor, on day: Day, in books: Books) throws -> [Unit] {
        try actor.needStaff()
        return try all(of: actor.county, on: day, in: books)
    }

    static func all(of county: County, on day: Day, in books: Books) throws -> [Unit] {
        try books.all(
            """
            SELECT \(Unit.columns) FROM unit u
            WHERE u.county = \(county) AND u.since <= \(day) AND u.until > \(day) ORDER BY u.kind, u.code
            """, Unit.init)
    }

    /// A unit by identity; throws `Refusal.notFound`.
    package static func find(_ id: ID<Unit>, for actor: Actor, in books: Books) throws -> Unit {
        try actor.needStaff()
        return try find(id, of: actor.county, in: books)
    }

    static func find(_ id: ID<Unit>, of county: County, in books: Books) throws -> Unit {
        let found = try books.first(
            "SELECT \(Unit.columns) FROM unit u WHERE u.county = \(county) AND u.id = \(id)", Unit.init)
        guard let found else { throw Refusal.notFound }
        return found
    }

    /// A unit by its code, or nil.
    package static func find(code: String, for actor: Actor, in books: Books) throws -> Unit? {
        try actor.needStaff()
        return try find(code: code, of: actor.county, in: books)
    }

    static func find(code: String, of county: County, in books: Books) throws -> Unit? {
        try books.first(
            "SELECT \(Unit.columns) FROM unit u WHERE u.county = \(county) AND u.code = \(code)", Unit.init)
    }

    /// Adds a unit.
    @discardableResult
    package static func add(
        _ draft: Draft, since: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<Unit> {
        try actor.need(.administer)
        let (code, zh, en) = try checked(draft, in: books)
        guard try find(code: code, of: actor.county, in: books) == nil else {
            throw Refusal.invalid("code", zh: "单位代码 \(code) 已经用了。", en: "The unit code \(code) is taken.")
        }
        let id: ID<Unit> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO unit (county, id, code, name_zh, name_en, kind, territory, since, until)
            VALUES (\(actor.county), \(id), \(code), \(zh), \(en), \(draft.kind), \(draft.territory),
                \(since), \(Day.never))
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.unitAdded, [("name", zh), ("code", code), ("kind", draft.kind.rawValue)]),
            about: .init("unit", id.text), by: actor, as: .administer, at: now)
        return id
    }

    /// Changes a unit's name, kind or territory; its code stays.
    package static func change(
        _ id: ID<Unit>, to draft: Draft, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try actor.need(.administer)
        let old = try find(id, of: actor.county, in: books)
        let (_, zh, en) = try checked(draft, in: books)
        try books.change(
            """
            UPDATE unit SET name_zh = \(zh), name_en = \(en), kind = \(draft.kind),
                territory = \(draft.territory)
            WHERE county = \(actor.county) AND id = \(id)
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.unitChanged, [("from", old.name.zh), ("to", zh), ("kind", draft.kind.rawValue)]),
            about: .init("unit", id.text), by: actor, as: .administer, at: now)
    }

    /// Ends a unit on a day. Open posts keep it alive.
    package static func end(_ id: ID<Unit>, on day: Day, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try actor.need(.administer)
        let old = try find(id, of: actor.county, in: books)
        let posts = try books.count(
            "SELECT COUNT(*) FROM post WHERE county = \(actor.county) AND unit = \(id) AND until > \(day)")
        guard posts == 0 else {
            throw Refusal.notNow(
                Phrase(
                    zh: "这个单位还有 \(posts) 个岗位，先停用岗位。", en: "The unit still has \(posts) posts. End them first."
                ))
        }
        guard day >= old.since else {
            throw Refusal.invalid("on", zh: "停用日期不能早于启用日期。", en: "It cannot end before it began.")
        }
        try books.change("UPDATE unit SET until = \(day) WHERE county = \(actor.county) AND id = \(id)")
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.unitEnded, [("name", old.name.zh), ("on", day.description)]),
            about: .init("unit", id.text), by: actor,
            as: .administer, at: now)
    }

    private static func checked(_ draft: Draft, in books: Books) throws -> (
        code: String, zh: String, en: String
    ) {
        _ = try Territories.find(draft.territory, in: books)
        let zh = try Check.name(draft.nameZh, field: "name_zh")
        let en = draft.nameEn.isEmpty ? zh : try Check.name(draft.nameEn, field: "name_en")
        return (try Check.code(draft.code, field: "code"), zh, en)
    }
}

/// The organisation as a whole has a version: who was read as what is read again when it changes.
package enum Organisation {
    static func changed(_ county: County, in books: Books) throws {
        try books.raise(county) { $0.organisation += 1 }
    }
    /// Something that all counties share has changed: everybody reads again.
    static func everyoneChanged(in books: Books) throws { try books.raiseSharedVersion() }
    /// Refuses to leave a county without anybody who can administer it.
    static func needAdministrator(of county: County, on day: Day, in books: Books) throws {
        let office = try Offices.of(county, in: books)
        let places = try books.all(
            """
            SELECT t.path FROM tenure n JOIN post p ON p.county = n.county AND p.id = n.post
                JOIN territory t ON t.id = p.territory
            WHERE n.county = \(county) AND p.kind = \(PostKind.administrator) AND p.until > \(day)
                AND n.since <= \(day) AND n.until > \(day)
            AND EXISTS (SELECT 1 FROM account a WHERE a.county = \(county) AND a.person = n.person
                AND a.is_closed = 0 AND a.password <> '')
            """
        ) { try $0.get("path", as: String.self) }
        guard places.contains(where: office.isCovered) else {
            throw Refusal.notNow(
                Phrase(
                    zh: "这样就没有管理员了。请先让另一个人当上管理员。",
                    en:
                        """
                        Nobody could administer the office any more. Make somebody else an \
                        administrator first.
                        """
                ))
        }
    }
    /// The version of the county's posts, tenures and accounts.
    static func version(of county: County, in books: Books) throws -> Int {
        try books.organisation(of: county) ?? 0
    }
}

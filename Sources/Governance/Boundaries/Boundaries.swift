package import Rules
import Store

extension Event.Kind {
    static let territoryMerged = Event.Kind("territory.merge", zh: "区划合并", en: "Territories merged")
    static let territorySplit = Event.Kind("territory.split", zh: "区划拆分", en: "Territory split")
    static let caseResettled = Event.Kind("case.resettle", zh: "随区划调整", en: "Followed its territory")
    static let territoryMoved = Event.Kind("territory.move", zh: "区划划转", en: "Territory moved")
}

/// Boundary changes: from a day on land belongs elsewhere. What ends is followed by its successor, so old
/// codes and names still lead somewhere; what was counted before stays counted where it was.
package enum Boundaries {
    /// A territory ends in another one of its level, which takes over its parts, households, posts and open
    /// cases.
    package static func merge(
        _ old: Territory, into other: Territory, on day: Day, by actor: Actor, at now: Instant,
        in books: Books
    ) throws {
        try check(old, other, on: day, by: actor, at: now, in: books)
        guard old.level == other.level, old.id != other.id else {
            throw Refusal.invalid(
                "into", zh: "只能并入同一级的另一个区划。", en: "It merges into another territory of its own level.")
        }
        for part in try Territories.children(of: old.id, on: day, in: books) {
            _ = try move(part, under: other, code: nil, on: day, actor, now, books)
        }
        try Rehoming(from: old, to: other, on: day, actor: actor, now: now, books: books).all(joining: true)
        try end(old, followedBy: other, as: "merge", on: day, in: books)
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(.territoryMerged, [("name", old.name), ("into", other.name), ("on", day.description)]),
            about: .init("territory", old.id), by: actor,
            as: .administer, at: now)
    }

    /// Part of a territory becomes another one beside it: chosen parts, and in a village the households of
    /// chosen groups.
    package static func split(
        _ old: Territory, new: (name: String, code: String, system: String), parts: [String],
        groups: [String], on day: Day, by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> Territory {
        try check(old, nil, on: day, by: actor, at: now, in: books)
        guard !parts.isEmpty || !groups.isEmpty else {
            throw Refusal.invalid("parts", zh: "请选择划出去的部分。", en: "Choose what goes to the new one.")
        }
        let children = try Territories.children(of: old.id, on: day, in: books)
        guard parts.allSatisfy({ part in children.contains { $0.id == part } }) else {
            throw Refusal.invalid("parts", zh: "划出去的要是它的下级。", en: "What goes has to be part of it.")
        }
        let made = try Territories.add(
            name: new.name, level: old.level, code: new.code, system: new.system, parent: old.parent,
            since: day, by: actor, at: now, in: books)
        for part in children where parts.contains(part.id) {
            _ = try move(part, under: made, code: nil, on: day, actor, now, books)
        }
        try Rehoming(from: old, to: made, on: day, actor: actor, now: now, books: books).households(
            inGroups: groups)
        try books.put(
            """
            INSERT INTO territory_succession (predecessor, successor, day, kind)
                VALUES (\(old.id), \(made.id), \(day), 'split')
            """
        )
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(
                .territorySplit,
                [
                    ("name", old.name), ("new", made.name), ("parts", parts.isEmpty ? nil : "\(parts.count)"),
                    ("groups", groups.isEmpty ? nil : groups.joined(separator: "、")), ("on", day.description),
                ]), about: .init("territory", old.id), by: actor, as: .administer, at: now)
        return made
    }

    /// A territory with all that lies in it goes under another one, by a new code if one is given.
    @discardableResult
    package static func move(
        _ old: Territory, under parent: Territory, code: String?, on day: Day, by actor: Actor,
        at now: Instant, in books: Books
    ) throws -> Territory {
        try check(old, parent, on: day, by: actor, at: now, in: books)
        guard parent.level.depth < old.level.depth, parent.id != old.parent, !parent.path.hasPrefix(old.path)
        else {
            throw Refusal.invalid("under", zh: "请选择另一个上级。", en: "Choose another territory above it.")
        }
        let made = try move(
            old, under: parent, code: code.map { try Check.code($0, field: "code") }, on: day, actor, now,
            books)
        try Organisation.everyoneChanged(in: books)
        try books.record(
            Event(.territoryMoved, [("name", old.name), ("under", parent.name), ("on", day.description)]),
            about: .init("territory", old.id), by: actor,
            as: .administer, at: now)
        return made
    }

    private static func check(
        _ old: Territory, _ other: Territory?, on day: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        try actor.need(.administer)
        for land in [old, other].compactMap({ $0 }) {
            try Territories.needOwnLand(land.path, actor, in: books)
        }
        let office = try Offices.of(actor.county, in: books)
        guard old.id != office.territory.id else {
            throw Refusal.notNow(
                Phrase(zh: "机构自己的区划不能这样改。", en: "The office's own territory cannot be changed so."))
        }
        guard day <= office.zone.day(of: now) else {
            throw Refusal.invalid(
                "on", zh: "日期不能在将来，到那天再办。", en: "The day cannot be in the future; come back on that day.")
        }
        for seen in [old, other].compactMap({ $0 }) {
            let land = try Territories.find(seen.id, in: books)
            if land.since < day, land.until > day { continue }
            throw Refusal.invalid(
                "on", zh: "“\(land.name)”那天还没有或者已经停用。", en: "“\(land.name)” does not exist on that day.")
        }
    }

    /// Begins the successor below another parent, with everything that lies in it, and ends the old one.
    private static func move(
        _ old: Territory, under parent: Territory, code: String?, on day: Day, _ actor: Actor, _ now: Instant,
        _ books: Books
    ) throws -> Territory {
        // A part may have begun on that very day; its codes would begin twice.
        guard old.since < day else {
            throw Refusal.invalid(
                "on", zh: "“\(old.name)”就是那天才有的，请换后一天。",
                en: "“\(old.name)” begins on that very day. Choose a later one.")
        }
        let known = try books.all(
            """
            SELECT code_system, code FROM territory_code WHERE territory = \(old.id)
                ORDER BY code_system, since
            """
        ) {
            (system: try $0.get("code_system", as: String.self), code: try $0.get("code", as: String.self))
        }
        let main =
            known.first { $0.code == old.id } ?? known.first ?? (system: Offices.usualSystem, code: old.id)
        if let code {
            let taken = try books.count(
                """
                SELECT COUNT(*) FROM territory_code WHERE code_system = \(main.system) AND code = \(code)
                    AND territory <> \(old.id)
                """
            )
            guard taken == 0 else {
                throw Refusal.invalid("code", zh: "代码 \(code) 已经用了。", en: "The code \(code) is taken.")
            }
            try Territories.needOwnCode(code, actor, in: books)
        }
        let parts = try Territories.children(of: old.id, on: day, in: books)
        // The old row stays what it was; its codes go on to the successor unless a new one was given.
        let id = try Territories.succeed(
            old, below: parent, codes: code.map { [(main.system, $0)] } ?? known.map { ($0.system, $0.code) },
            since: day, in: books)
        let made = try Territories.find(id, in: books)
        for part in parts { _ = try move(part, under: made, code: nil, on: day, actor, now, books) }
        try Rehoming(from: old, to: made, on: day, actor: actor, now: now, books: books).all(joining: false)
        try end(old, followedBy: made, as: "move", on: day, in: books)
        return made
    }

    private static func end(
        _ old: Territory, followedBy made: Territory, as kind: String, on day: Day, in books: Books
    ) throws {
        try books.put("UPDATE territory SET until = \(day) WHERE id = \(old.id)")
        try books.put(
            "UPDATE territory_code SET until = \(day) WHERE territory = \(old.id) AND until > \(day)")
        // Of what was split off and is joined again the last says what happened.
        try books.put(
            """
            INSERT INTO territory_succession (predecessor, successor, day, kind)
                VALUES (\(old.id), \(made.id), \(day), \(kind))
            ON CONFLICT (predecessor, successor) DO UPDATE SET day = excluded.day, kind = excluded.kind
            """)
    }
}

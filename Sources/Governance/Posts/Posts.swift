package import Rules
import Store

extension Event.Kind {
    static let postAdded = Event.Kind("post.add", zh: "新增岗位", en: "Post added")
    static let postChanged = Event.Kind("post.change", zh: "修改岗位", en: "Post changed")
    static let postEnded = Event.Kind("post.end", zh: "岗位停用", en: "Post ended")
    static let personAdded = Event.Kind("person.add", zh: "新增人员", en: "Person added")
    static let personChanged = Event.Kind("person.change", zh: "修改人员", en: "Person changed")
    static let tenureBegun = Event.Kind("tenure.begin", zh: "到岗", en: "Took up a post")
    static let tenureEnded = Event.Kind("tenure.end", zh: "离岗", en: "Left a post")
}

/// The posts of a county, who holds them, and the chain of responsibility.
package enum Posts {
    /// What an administrator enters about a post.
    package struct Draft: Sendable {
        /// Code and titles.
        package var code: String, titleZh: String, titleEn: String
        /// Kind, unit, territory and the next post up.
        package var kind: PostKind, unit: ID<Unit>, territory: String, reportsTo: ID<Post>?
        /// A post to be.
        package init(
            code: String, titleZh: String, titleEn: String, kind: PostKind, unit: ID<Unit>, territory: String,
            reportsTo: ID<Post>?
        ) {
            (self.code, self.titleZh, self.titleEn, self.kind) = (code, titleZh, titleEn, kind)
            (self.unit, self.territory, self.reportsTo) = (unit, territory, reportsTo)
        }
    }

    /// Every post that exists on a day: all staff know them.
    package static func all(for actor: Actor, on day: Day, in books: Books) throws -> [Post] {
        try actor.needStaff()
        return try all(of: actor.county, on: day, in: books)
    }

    static func all(of county: County, on day: Day, in books: Books) throws -> [Post] {
        try books.all(
            """
            SELECT \(Post.columns) FROM post p JOIN territory t ON t.id = p.territory
            WHERE p.county = \(county) AND p.since <= \(day) AND p.until > \(day) ORDER BY t.path, p.code
            """, Post.init)
    }

    /// A post by identity; throws `Refusal.notFound`.
    package static func find(_ id: ID<Post>, for actor: Actor, in books: Books) throws -> Post {
        try actor.needStaff()
        return try find(id, of: actor.county, in: books)
    }

    static func find(_ id: ID<Post>, of county: County, in books: Books) throws -> Post {
        let found = try books.first(
            "SELECT \(Post.columns) FROM post p WHERE p.county = \(county) AND p.id = \(id)", Post.init)
        guard let found else { throw Refusal.notFound }
        return found
    }

    /// A post by its code, or nil.
    package static func find(code: String, for actor: Actor, in books: Books) throws -> Post? {
        try actor.needStaff()
        return try find(code: code, of: actor.county, in: books)
    }

    static func find(code: String, of county: County, in books: Books) throws -> Post? {
        try books.first(
            "SELECT \(Post.columns) FROM post p WHERE p.county = \(county) AND p.code = \(code)", Post.init)
    }

    /// Adds a post.
    @discardableResult
    package static func add(
        _ draft: Draft, since: Day, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<Post> {
        try actor.need(.administer)
        let draft = try checked(draft, of: actor.county, in: books)
        guard try find(code: draft.code, of: actor.county, in: books) == nil else {
            throw Refusal.invalid(
                "code", zh: "岗位代码 \(draft.code) 已经用了。", en: "The post code \(draft.code) is taken.")
        }
        let id: ID<Post> = books.newID(at: now)
        try books.change(
            """
            INSERT INTO post (county, id, code, kind, title_zh, title_en, unit, territory, reports_to, since,
                until)
            VALUES (\(actor.county), \(id), \(draft.code), \(draft.kind), \(draft.titleZh), \(draft.titleEn),
                \(draft.unit), \(draft.territory), \(draft.reportsTo), \(since), \(Day.never))
            """)
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(
                .postAdded, [("title", draft.titleZh), ("code", draft.code), ("kind", draft.kind.rawValue)]),
            about: .init("post", id.text), by: actor, as: .administer, at: now)
        return id
    }

    /// Changes a post; its code stays. The chain of responsibility must not run in a circle. What gives its
    /// holders more power, or another reach, waits until somebody else confirms it: the request's identity is
    /// answered.
    @discardableResult
    package static func change(
        _ id: ID<Post>, to draft: Draft, by actor: Actor, at now: Instant, in books: Books
    ) throws -> ID<PowerRequest>? {
        try actor.need(.administer)
        let old = try find(id, of: actor.county, in: books)
        let draft = try checked(draft, of: actor.county, in: books)
        try needNoCircle(from: id, to: draft.reportsTo, county: actor.county, in: books)
        let day = try Offices.of(actor.county, in: books).zone.day(of: now)
        if !actor.isSystem, try givesPower(draft, instead: old, in: books) {
            let holders = try books.all(
                "SELECT person FROM tenure WHERE county = \(actor.county) AND post = \(id) AND until > \(day)"
            ) { try $0.get("person", as: ID<Person>.self) }
            if holders.contains(where: { $0 == actor.person }) { throw PowerRequests.ownPower }
            if !holders.isEmpty {
                return try PowerRequests.ask(
                    .post, about: id.text, for: nil,
                    [
                        ("post", draft.titleZh), ("title_en", draft.titleEn), ("kind", draft.kind.rawValue),
                        ("unit", draft.unit.text),
                        ("territory", draft.territory), ("reports_to", draft.reportsTo?.text ?? ""),
                        ("power", old.power),
                    ], by: actor, at: now, in: books)
            }
        }
        try take(draft, of: old, by: actor, at: now, in: books)
        return nil
    }

    /// What a request asks for, once it is confirmed.
    static func take(
        _ request: PowerRequest, of id: ID<Post>, by actor: Actor, at now: Instant, in books: Books
    ) throws {
        let old = try find(id, of: actor.county, in: books)
        guard let kind = request.details["kind"].flatMap({ PostKind(rawValue: $0) }),
            let unit = request.details["unit"].flatMap({ ID<Unit>($0) }),
            old.power == request.details["power"]
        else {
            throw Refusal.notNow(
                Phrase(
                    zh: "岗位“\(old.title.zh)”后来改过，请退回，重新申请。",
                    en: "The post “\(old.title.en)” was changed since. Send it back and ask again."))
        }
        let draft = try checked(
            Draft(
                code: old.code, titleZh: request.details["post"] ?? "",
                titleEn: request.details["title_en"] ?? "", kind: kind, unit: unit,
                territory: request.details["territory"] ?? "",
                reportsTo: request.details["reports_to"].flatMap { ID<Post>($0) }),
            of: actor.county, in: books)
        try needNoCircle(from: id, to: draft.reportsTo, county: actor.county, in: books)
        try take(draft, of: old, by: actor, at: now, in: books)
    }

    private static func take(_ draft: Draft, of old: Post, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        let day = try Offices.of(actor.county, in: books).zone.day(of: now)
        try PowerRequests.keepingPair(old.kind, of: actor.county, on: day, in: books) {
            try books.change(
                """
                UPDATE post SET kind = \(draft.kind), title_zh = \(draft.titleZh),
                    title_en = \(draft.titleEn),
                    unit = \(draft.unit), territory = \(draft.territory), reports_to = \(draft.reportsTo)
                WHERE county = \(actor.county) AND id = \(old.id)
                """)
        }
        if old.kind == .administrator, draft.kind != .administrator {
            try Organisation.needAdministrator(of: actor.county, on: day, in: books)
        }
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(
                .postChanged, [("from", old.title.zh), ("to", draft.titleZh), ("kind", draft.kind.rawValue)]),
            about: .init("post", old.id.text), by: actor, as: .administer, at: now)
    }

    /// Whether a post's holders could do more afterwards, or reach elsewhere.
    private static func givesPower(_ draft: Draft, instead old: Post, in books: Books) throws -> Bool {
        let (before, after) = (Power.of(old.kind), Power.of(draft.kind))
        guard PowerRequests.concerns(draft.kind) else { return false }
        if !after.subtracting(before).isDisjoint(with: PowerRequests.powers) || draft.unit != old.unit {
            return true
        }
        if draft.kind.reachesTerritory, !old.kind.reachesTerritory { return true }
        guard draft.territory != old.territory else { return false }
        let (from, to) = (
            try Territories.find(old.territory, in: books).path,
            try Territories.find(draft.territory, in: books).path
        )
        return !to.hasPrefix(from)
    }

    private static func needNoCircle(from id: ID<Post>, to up: ID<Post>?, county: County, in books: Books)
        throws
    {
        if let up, try chain(from: up, of: county, in: books).contains(where: { $0.id == id }) {
            throw Refusal.invalid(
                "reports_to", zh: "责任链绕成了圈，请换一个上级岗位。",
                en: "The chain would run in a circle. Choose another superior post.")
        }
    }

    /// Ends a post and everybody's tenure in it on a day.
    package static func end(_ id: ID<Post>, on day: Day, by actor: Actor, at now: Instant, in books: Books)
        throws
    {
        try actor.need(.administer)
        let old = try find(id, of: actor.county, in: books)
        guard day >= old.since else {
            throw Refusal.invalid("on", zh: "停用日期不能早于启用日期。", en: "It cannot end before it began.")
        }
        try PowerRequests.keepingPair(old.kind, of: actor.county, on: day, in: books) {
            try books.change("UPDATE post SET until = \(day) WHERE county = \(actor.county) AND id = \(id)")
            try books.change(
                """
                UPDATE tenure SET until = \(day) WHERE county = \(actor.county) AND post = \(id)
                    AND until > \(day)
                """
            )
        }
        if old.kind == .administrator {
            try Organisation.needAdministrator(of: actor.county, on: day, in: books)
        }
        try Organisation.changed(actor.county, in: books)
        try books.record(
            Event(.postEnded, [("title", old.title.zh), ("on", day.description)]),
            about: .init("post", id.text),
            by: actor, as: .administer, at: now)
    }

    /// A post and those above it, from below, up to the first-in-command.
    package static func chain(from id: ID<Post>, for actor: Actor, in books: Books) throws -> [Post] {
        try actor.needStaff()
        return try chain(from: id, of: actor.county, in: books)
    }

    static func chain(from id: ID<Post>, of county: County, in books: Books) throws -> [Post] {
        var chain: [Post] = []
        var next: ID<Post>? = id
        while let current = next, chain.count < 20 {
            let post = try find(current, of: county, in: books)
            chain.append(post)
            next = post.reportsTo
        }
        return chain
    }

    private static func checked(_ draft: Draft, of county: County, in books: Books) throws -> Draft {
        var draft = draft
        draft.code = try Check.code(draft.code, field: "code")
        draft.titleZh = try Check.name(draft.titleZh, field: "title_zh")
        draft.titleEn =
            draft.titleEn.isEmpty ? draft.titleZh : try Check.name(draft.titleEn, field: "title_en")
        _ = try Units.find(draft.unit, of: county, in: books)
        let (place, office) = (
            try Territories.find(draft.territory, in: books).path, try Offices.of(county, in: books)
        )
        guard place.hasPrefix(office.territory.path) || office.isCovered(by: place) else {
            throw Refusal.invalid("territory", zh: "这里不归本单位管。", en: "This place is not the office's.")
        }
        guard !Power.of(draft.kind).contains(.administer) || office.isCovered(by: place) else {
            throw Refusal.invalid(
                "territory", zh: "管理员管的是整个单位，岗位要设在本级，不能设在下级区划。",
                en:
                    """
                    An administrator changes what holds for the whole office; the post belongs to the \
                    office's own territory.
                    """
            )
        }
        if let up = draft.reportsTo { _ = try find(up, of: county, in: books) }
        return draft
    }
}

import Governance
import Hummingbird
import Rules

/// Territories and units.
enum OrganisationAPI {
    /// `GET /territories`: the office's territory and everything in it today, parents before children.
    static func territories(_ call: Call) async throws -> Response {
        let query = try API.query(call, "level", "parent", "limit", "cursor")
        let level: Territory.Level? = try query.optionalChoice("level")
        let found = try call.names().territories.filter { place in
            level.map { $0 == place.level } ?? true
                && (query["parent"].isEmpty || place.parent == query["parent"])
        }
        return try API.page(of: found, query, id: \.id, shape: json)
    }

    /// `POST /territories`: a territory below one of the office's.
    static func addTerritory(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call)
        let level: Territory.Level = try answers.choice("level")
        let since = try answers.day("since", else: call.today)
        let system =
            answers["system"].isEmpty
            ? Offices.usualSystem : try Check.code(answers["system"], field: "system")
        return try await API.once(call, answers) { books in
            let parent = try place("parent", in: answers, call, books)
            let made = try Territories.add(
                name: answers["name"], level: level, code: answers["code"], system: system, parent: parent.id,
                since: since,
                by: call.actor, at: call.now, in: books)
            return (.created, json(made))
        }
    }

    /// `POST /territories/{id}/{verb}`: rename, alias, end, merge, split or move.
    static func changeTerritory(_ call: Call) async throws -> Response {
        let (id, verb) = (call.part("id"), call.part("verb"))
        let answers = try await API.answers(call)
        let office = try call.names().office.territory
        return try await API.once(call, answers) { books in
            // Territories are shared by all counties: an office changes only its own land.
            guard try Territories.find(id, in: books).path.hasPrefix(office.path) else {
                throw Refusal.notFound
            }
            switch verb {
            case "rename":
                let day = try answers.day("from", else: call.today)
                try Territories.rename(
                    id, to: answers["name"], from: day, by: call.actor, at: call.now, in: books)
            case "alias":
                try Territories.addAlias(answers["alias"], to: id, by: call.actor, at: call.now, in: books)
            case "end":
                let day = try answers.day("on", else: call.today)
                try Territories.end(id, on: day, by: call.actor, at: call.now, in: books)
            case "merge":
                let (old, into) = (
                    try Territories.find(id, in: books), try place("into", in: answers, call, books)
                )
                try Boundaries.merge(
                    old, into: into, on: try answers.day("on", else: call.today), by: call.actor,
                    at: call.now, in: books)
                return (.ok, json(try Territories.find(into.id, in: books)))
            case "split":
                return (
                    .ok,
                    json(try TerritoryPages.split(Territories.find(id, in: books), answers, call, in: books))
                )
            case "move":
                let (old, under, code) = (
                    try Territories.find(id, in: books), try place("under", in: answers, call, books),
                    answers["code"]
                )
                let made = try Boundaries.move(
                    old, under: under, code: code.isEmpty ? nil : code,
                    on: try answers.day("on", else: call.today), by: call.actor, at: call.now, in: books)
                return (.ok, json(made))
            default: throw Refusal.notFound
            }
            return (.ok, json(try Territories.find(id, in: books)))
        }
    }

    /// `GET /units`: the units of a day.
    static func units(_ call: Call) async throws -> Response {
        let query = try API.query(call, "kind", "on", "limit", "cursor")
        let kind: Unit.Kind? = try query.optionalChoice("kind")
        let day = try query.day("on", else: call.today)
        let names = try call.names()
        let all = try await call.read { try Units.all(of: call.actor.county, on: day, in: $0) }
        let found = all.filter { unit in kind.map { $0 == unit.kind } ?? true }
        return try API.page(of: found, query, id: \.id.text) { json($0, names) }
    }

    /// `POST /units`: a unit.
    static func addUnit(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call)
        let kind: Unit.Kind = try answers.choice("kind")
        let since = try answers.day("since", else: call.today)
        let names = try call.names()
        return try await API.once(call, answers) { books in
            let draft = Units.Draft(
                code: answers["code"], nameZh: answers["name_zh"], nameEn: answers["name_en"], kind: kind,
                territory: try place("territory", in: answers, call, books).id)
            let id = try Units.add(draft, since: since, by: call.actor, at: call.now, in: books)
            return (.created, json(try Units.find(id, of: call.actor.county, in: books), names))
        }
    }

    /// `POST /units/{id}/{verb}`: change or end. A field that is not given stays as it is.
    static func changeUnit(_ call: Call) async throws -> Response {
        let id: ID<Unit> = try call.id()
        let verb = call.part("verb")
        let answers = try await API.answers(call)
        let names = try call.names()
        return try await API.once(call, answers) { books in
            let old = try Units.find(id, of: call.actor.county, in: books)
            switch verb {
            case "change":
                let draft = Units.Draft(
                    code: old.code, nameZh: answers.text("name_zh", else: old.name.zh),
                    nameEn: answers.text("name_en", else: old.name.en),
                    kind: try answers.optionalChoice("kind") ?? old.kind,
                    territory: try place("territory", in: answers, else: old.territory, call, books))
                try Units.change(id, to: draft, by: call.actor, at: call.now, in: books)
            case "assign":
                let town = try place("territory", in: answers, call, books)
                try CommandAreas.assign(
                    town, to: id, from: try answers.day("from", else: call.today), by: call.actor,
                    at: call.now, in: books)
            case "release":
                let town = try place("territory", in: answers, call, books)
                let area = try CommandAreas.all(of: call.actor.county, on: call.today, in: books).first {
                    $0.territory == town.id && $0.unit == id
                }
                guard let area else { throw Refusal.notFound }
                try CommandAreas.end(
                    area.id, on: try answers.day("on", else: call.today), by: call.actor, at: call.now,
                    in: books)
            case "end":
                let day = try answers.day("on", else: call.today)
                try Units.end(id, on: day, by: call.actor, at: call.now, in: books)
            default: throw Refusal.notFound
            }
            return (.ok, json(try Units.find(id, of: call.actor.county, in: books), names))
        }
    }

    /// The office's territory that a field means by code, name or identity.
    static func place(_ field: String, in answers: FormInput, _ call: Call, _ books: Books) throws
        -> Territory
    {
        guard !answers[field].isEmpty else {
            throw Refusal.invalid(field, zh: "请写明区划的代码或名称。", en: "Name the territory by its code or name.")
        }
        let inside = try call.names().office.territory.path
        return try Territories.only(answers[field], inside: inside, field: field, in: books)
    }

    /// The same, or what was there before if none is given.
    static func place(
        _ field: String, in answers: FormInput, else old: String, _ call: Call, _ books: Books
    ) throws -> String { answers[field].isEmpty ? old : try place(field, in: answers, call, books).id }

    private static func json(_ place: Territory) -> JSON {
        .object([
            ("id", .string(place.id)), ("level", .string(place.level.rawValue)),
            ("parent", .optional(place.parent)),
            ("path", .string(place.path)), ("name", .string(place.name)),
            ("short_name", .string(place.shortName)),
            ("since", .day(place.since)), ("until", .day(place.until)),
        ])
    }

    private static func json(_ unit: Unit, _ names: Directory) -> JSON {
        .object([
            ("id", .id(unit.id)), ("code", .string(unit.code)), ("name", .words(unit.name)),
            ("kind", .string(unit.kind.rawValue)), ("territory", names.json(territory: unit.territory)),
            ("since", .day(unit.since)), ("until", .day(unit.until)),
        ])
    }
}

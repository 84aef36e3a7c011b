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
        // The code system may be left out as well.
        let form =
            [TerritoryForm.parent]
            + TerritoryForm.add.byProgram.map { $0.name == "system" ? $0.optional : $0 }
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        return try await API.once(call, answers) { books in
            let parent = try TerritoryPages.chosen("parent", in: values, call, books)
            return (.created, json(try TerritoryPages.add(values, to: parent, call, in: books)))
        }
    }

    /// `POST /territories/{id}/{verb}`: rename, alias, end, merge, split or move.
    static func changeTerritory(_ call: Call) async throws -> Response {
        let (id, verb) = (call.part("id"), call.part("verb"))
        guard let asked = TerritoryForm.changes[verb]?.byProgram else { throw Refusal.notFound }
        let form = asked.map { $0.name == "system" ? $0.optional : $0 }
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        let office = try call.names().office.territory
        return try await API.once(call, answers) { books in
            let at = try Territories.find(id, in: books)
            // Territories are shared by all counties: an office changes only its own land.
            guard at.path.hasPrefix(office.path) else { throw Refusal.notFound }
            return (.ok, json(try TerritoryPages.perform(verb, values, on: at, call, in: books)))
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
        let form = UnitForm.add.byProgram
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        let names = try call.names()
        return try await API.once(call, answers) { books in
            let id = try UnitPages.add(values, call, in: books)
            return (.created, json(try Units.find(id, of: call.actor.county, in: books), names))
        }
    }

    /// `POST /units/{id}/{verb}`: change or end it, assign or release a township. Of a change a field that is
    /// not given stays as it is.
    static func changeUnit(_ call: Call) async throws -> Response {
        let id: ID<Unit> = try call.id()
        let verb = call.part("verb")
        guard let asked = UnitForm.changes[verb] else { throw Refusal.notFound }
        let form = verb == "change" ? asked.map(\.optional) : asked.byProgram
        let answers = try await API.answers(call, for: form)
        let values = try form.read(answers)
        let names = try call.names()
        return try await API.once(call, answers) { books in
            try UnitPages.perform(verb, values, on: id, call, in: books)
            return (.ok, json(try Units.find(id, of: call.actor.county, in: books), names))
        }
    }

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

import Governance
import Hummingbird
import Rules

/// Territories and units.
enum OrganisationAPI {
    // MARK: Territories

    static let territories = Endpoint.wholeList(
        .init("listTerritories", .organisation, "The office's territory and everything in it"),
        query: TerritoryForm.filter, of: OrganisationShapes.territory,
        "A page of those of today, parents before children.", id: \.id
    ) { call, values in
        let level: Territory.Level? = try values.optionalChoice("level")
        return try call.names().territories.filter { place in
            level.map { $0 == place.level } ?? true
                && (values["parent"].isEmpty || place.parent == values["parent"])
        }
    }

    static let addTerritory = Endpoint.change(
        .init(
            "addTerritory", .organisation, "Add a territory below another one",
            """
            A code written as the national ones are (6, 9, 12 or more digits) begins with the county's.
            """),
        body: newTerritory, status: .created, OrganisationShapes.territory, "Added."
    ) { call, sent in
        let values = try newTerritory.read(sent)
        return { books in
            let parent = try TerritoryPages.chosen("parent", in: values, call, books)
            return try TerritoryPages.add(values, to: parent, call, in: books)
        }
    }

    static let changeTerritory = Endpoint.change(
        .init("changeTerritory", .organisation, "Change a territory"), variants: territoryChanges,
        OrganisationShapes.territory, "The record afterwards."
    ) { call, verb, sent in
        let id = call.part("id")
        let values = try territoryChanges.read(verb, sent)
        return { books in
            let at = try Territories.find(id, for: call.actor, in: books)
            return try TerritoryPages.perform(verb, values, on: at, call, in: books)
        }
    }

    /// Which code system, where a program may leave it out.
    static let system = TerritoryForm.system.optional.hinting(
        Phrase(zh: "不填就是 \(Offices.usualSystem)。", en: "`\(Offices.usualSystem)` if not given."))

    private static let newTerritory = asked([TerritoryForm.parent] + TerritoryForm.add)
    private static let territoryChanges = [
        Endpoint.Variant("rename", "rename it", asked(TerritoryForm.rename)),
        Endpoint.Variant("alias", "give it another name beside its own", asked(TerritoryForm.alias)),
        Endpoint.Variant("end", "end it", asked(TerritoryForm.end)),
        Endpoint.Variant("merge", "merge it into another one of its level", asked(TerritoryForm.merge)),
        Endpoint.Variant(
            "split", "split `parts` or `groups` off it, names or codes with commas between",
            asked(TerritoryForm.split)),
        Endpoint.Variant("move", "move it under another one", asked(TerritoryForm.move)),
    ]
    private static func asked(_ form: [FormField]) -> [FormField] {
        form.byProgram.map { $0.name == system.name ? system : $0 }
    }

    // MARK: Units

    static let units = UnitPages.listing.endpoint(
        .init("listUnits", .organisation, "The units"), of: OrganisationShapes.unit, "A page."
    ) { line, _ in line.unit }

    static let addUnit = Endpoint.change(
        .init("addUnit", .organisation, "Add a unit"), body: UnitForm.add.byProgram, status: .created,
        OrganisationShapes.unit, "Added."
    ) { call, sent in
        let values = try UnitForm.add.byProgram.read(sent)
        return { books in
            let id = try UnitPages.add(values, call, in: books)
            return try Units.find(id, for: call.actor, in: books)
        }
    }

    static let changeUnit = Endpoint.change(
        .init("changeUnit", .organisation, "Change a unit"), variants: unitChanges, OrganisationShapes.unit,
        "The record afterwards."
    ) { call, verb, sent in
        let id: ID<Unit> = try call.id()
        let values = try unitChanges.read(verb, sent)
        return { books in
            try UnitPages.perform(verb, values, on: id, call, in: books)
            return try Units.find(id, for: call.actor, in: books)
        }
    }

    private static let unitChanges = [
        Endpoint.Variant(
            "change", "its name, kind or territory; what is not given stays",
            UnitForm.change.byProgram.map(\.optional)),
        Endpoint.Variant("end", "end it", UnitForm.end.byProgram),
        Endpoint.Variant("assign", "put a township under a war zone", UnitForm.assign.byProgram),
        Endpoint.Variant("release", "take a township out of a war zone", UnitForm.release.byProgram),
    ]
}

extension [Endpoint.Variant] {
    /// The answers to the form of a word. Throws `Refusal.notFound` for a word that is none of these.
    func read(_ word: String, _ sent: FormInput) throws -> FormValues {
        guard let variant = first(where: { $0.word == word }) else { throw Refusal.notFound }
        return try variant.body.read(sent)
    }
}

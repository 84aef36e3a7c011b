import Governance
import Hummingbird
import Rules

/// Categories and the numbers that the office decides for itself.
extension OrganisationAPI {
    /// `GET /categories`: the categories in force, each with the fields under which it is entered.
    static func categories(_ call: Call) async throws -> Response {
        let query = try API.query(call, "with_retired", "limit", "cursor")
        let all = try await call.read { books in
            try Categories.all(
                of: call.actor.county, at: call.now, withRetired: try query.flag("with_retired"), in: books)
        }
        return try API.page(of: all, query, id: \.code, shape: json)
    }

    /// `POST /categories`: a category, or a new version of it from now on. A field that is not given stays as
    /// it is.
    static func putCategory(_ call: Call) async throws -> Response {
        let form = CategoryForm.table + [CategoryForm.retired]
        let answers = try await API.answers(call, for: form)
        return try await API.once(call, answers) { books in
            let county = call.actor.county
            let old = try Categories.find(answers["code"], of: county, at: call.now, in: books)
            var whole = answers
            if let old = old.map(json) {
                for name in Categories.fields where !answers.names.contains(name) {
                    whole[name] = old[name]?.fieldValue ?? ""
                }
            }
            let values = try form.read(whole)
            let retired =
                values.isGiven("is_retired") ? values.flag("is_retired") : old?.isRetired ?? false
            let changed = try Categories.put(
                values, retired: retired, by: call.actor, at: call.now, in: books)
            guard let new = try Categories.find(answers["code"], of: county, at: call.now, in: books) else {
                throw Refusal.notFound
            }
            return (old == nil ? .created : .ok, json(new).with([("changed", .bool(changed))]))
        }
    }

    private static func json(_ category: Governance.Category) -> JSON {
        .object([
            ("code", .string(category.code)), ("version", .count(category.version)),
            ("major_zh", .string(category.major.zh)), ("major_en", .string(category.major.en)),
            ("minor_zh", .string(category.minor.zh)), ("minor_en", .string(category.minor.en)),
            ("kind", .string(category.kind)), ("filing_zh", .string(category.filing.zh)),
            ("filing_en", .string(category.filing.en)), ("closing_zh", .string(category.closing.zh)),
            ("closing_en", .string(category.closing.en)), ("limit", .string(category.limit.description)),
            ("stages", .string(Stage.text(category.stages))),
            ("lead_unit", .string(category.leadUnit.rawValue)),
            ("photo_required", .bool(category.photoRequired)), ("is_public", .bool(category.isPublic)),
            ("grid_duty", .bool(category.gridDuty)),
            ("examples", .string(category.examples.joined(separator: "|"))),
            ("is_retired", .bool(category.isRetired)),
        ])
    }

    /// `GET /settings`: the office's parameters as they are today, and its working hours.
    static func settings(_ call: Call) async throws -> Response {
        _ = try API.query(call)
        return API.ok(try await call.read { try settings(call, $0) })
    }

    /// `POST /settings`: one parameter from a day on, the working hours under the name `slots`, or
    /// under `second_factor` the kinds of post that need one, with spaces between.
    static func set(_ call: Call) async throws -> Response {
        let answers = try await API.answers(call, for: SettingForm.byProgram)
        let values = try SettingForm.byProgram.read(answers)
        if let parameter = Parameter(rawValue: values["name"]) {
            // Of a share the whole number of thousandths, as it is stored.
            let value = try [SettingForm.value(of: parameter, byProgram: true)].read(answers).number("value")
            let day = try values.day("from", else: call.today)
            return try await API.once(call, answers) { books in
                try Parameters.set(parameter, to: value, from: day, by: call.actor, at: call.now, in: books)
                return (.ok, try settings(call, books))
            }
        }
        let other: SettingForm.Other = try values.choice("name")
        return try await API.once(call, answers) { books in
            switch other {
            case .slots: try Calendars.setSlots(values["value"], by: call.actor, at: call.now, in: books)
            case .secondFactor:
                try SecondFactor.require(
                    SettingForm.kinds(named: values["value"]), by: call.actor, at: call.now, in: books)
            }
            return (.ok, try settings(call, books))
        }
    }

    private static func settings(_ call: Call, _ books: Books) throws -> JSON {
        let office = try Offices.of(call.actor.county, in: books)
        let slots = try Calendars.of(call.actor.county, in: books).slots
        let items = try Parameter.allCases.map { parameter in
            let value = try Parameters.known(parameter, of: call.actor.county, on: call.today, in: books)
            return JSON.object([
                ("name", .string(parameter.rawValue)), ("words", .words(parameter.words)),
                ("value", value.map(JSON.count) ?? .null),
                ("usual", parameter.usual.map(JSON.count) ?? .null),
                ("least", .count(parameter.range.lowerBound)),
                ("most", .count(parameter.range.upperBound)),
            ])
        }
        return API.page(total: items.count, items: items).with([
            ("office", .words(office.name)), ("county", .string(office.county.code)),
            ("number_prefix", .string(office.numberPrefix)),
            ("minutes_east", .count(office.zone.minutesEast)),
            ("slots", .string(Calendars.text(slots))),
            (
                "second_factor",
                .array(
                    try SecondFactor.kinds(of: office.county, in: books).map(\.rawValue).sorted().map(
                        JSON.string))
            ),
        ])
    }
}
